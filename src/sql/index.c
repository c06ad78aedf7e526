/*
 * Finds the rows of a table by the value of one column, so that a join costs a look-up a
 * row. What SQLite takes for equal is found; it may be more, SQLite looks again.
 */
#include <stdlib.h>
#include <string.h>

#include "sql/inside.h"

/* Chains of rows, by the hash of what is compared. */
struct sql_index {
	const struct table *table;
	size_t column;
	uint32_t *heads; /* [mask + 1] row + 1, or 0 */
	uint32_t *nexts; /* [nrows] */
	size_t mask;
};

/* A text that SQLite might take for a number. */
static bool looks_like_number(struct text t, double *number)
{
	char copy[64];
	char *end;

	t = text_trim(t);
	if (t.len == 0 || t.len >= sizeof(copy) || !t.p[0] ||
	    !strchr("+-.0123456789", t.p[0]))
		return false;
	memcpy(copy, t.p, t.len);
	copy[t.len] = '\0';
	*number = strtod(copy, &end);
	return *end == '\0' && *number == *number;
}

static struct sql_key key_of_text(const struct column *about, struct text t)
{
	struct sql_key key = { .type = KEY_TEXT, .text = t };

	if (about->parse && about->parse(t, &key.id))
		key.type = KEY_ID;
	else if (looks_like_number(t, &key.number))
		key.type = KEY_NUMBER;
	return key;
}

static struct sql_key key_of_number(double v)
{
	return (struct sql_key){ .type = KEY_NUMBER, .number = v };
}

/* A moment is a text in SQL, and is compared as that. room: where it may be put. */
static struct sql_key key_of_cell(const struct column *about, struct cell c,
				  struct buf *room)
{
	switch (c.type) {
	case CELL_INT:
		if (about->unit != UNIT_TIME)
			return key_of_number((double)c.v.num);
		cell_print(room, about, c);
		return key_of_text(about, buf_text(room));
	case CELL_REAL:
		return key_of_number(c.v.real);
	case CELL_BOOL:
		return key_of_number(c.v.num != 0);
	case CELL_ID:
		return (struct sql_key){ .type = KEY_ID, .id = c.v.num };
	case CELL_TEXT:
		return key_of_text(about, *c.v.text);
	case CELL_NULL:
		break;
	}
	return (struct sql_key){ .type = KEY_NONE };
}

struct sql_key index_key(const struct column *about, sqlite3_value *value)
{
	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER:
	case SQLITE_FLOAT:
		return key_of_number(sqlite3_value_double(value));
	case SQLITE_TEXT: {
		struct text t = { .p = (const char *)sqlite3_value_text(value) };

		t.len = (size_t)sqlite3_value_bytes(value);
		return key_of_text(about, t);
	}
	default:
		return (struct sql_key){ .type = KEY_NONE };
	}
}

static uint64_t hash(const struct sql_key *key)
{
	struct cell c = { .type = CELL_NULL };

	if (key->type == KEY_NUMBER)
		c = (struct cell){ CELL_REAL, { .real = key->number } };
	else if (key->type == KEY_ID)
		c = (struct cell){ CELL_ID, { .num = key->id } };
	else if (key->type == KEY_TEXT)
		c = (struct cell){ CELL_TEXT, { .text = &key->text } };
	return cell_hash(c);
}

static bool equal(const struct sql_key *a, const struct sql_key *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case KEY_NUMBER:
		return a->number == b->number;
	case KEY_ID:
		return a->id == b->id;
	case KEY_TEXT:
		return text_eq(a->text, b->text);
	case KEY_NONE:
		break;
	}
	return false;
}

static struct sql_key key_at(const struct table *t, size_t row, size_t column,
			     struct buf *room)
{
	buf_reset(room);
	return key_of_cell(&t->schema->columns[column], table_cell(t, row, column), room);
}

struct sql_index *index_make(const struct table *t, size_t column, struct arena *arena)
{
	struct sql_index *x = arena_new(arena, struct sql_index);
	struct buf room = { 0 };
	size_t slots = 16;

	while (slots < t->nrows)
		slots *= 2;
	*x = (struct sql_index){ .table = t,
				 .column = column,
				 .heads = arena_many(arena, slots, uint32_t),
				 .nexts = arena_many(arena, t->nrows, uint32_t),
				 .mask = slots - 1 };
	/* From the last one on: the chains are then in the order of the rows. */
	for (size_t row = t->nrows; row-- > 0;) {
		struct sql_key key = key_at(t, row, column, &room);
		size_t at = hash(&key) & x->mask;

		if (key.type == KEY_NONE)
			continue;
		x->nexts[row] = x->heads[at];
		x->heads[at] = (uint32_t)row + 1;
	}
	buf_clear(&room);
	return x;
}

/* The first of a chain that is equal; slot: its first row + 1. */
static size_t find(const struct sql_index *x, const struct sql_key *key, uint32_t slot)
{
	struct buf room = { 0 };
	size_t found = TABLE_NONE;

	for (; slot && found == TABLE_NONE; slot = x->nexts[slot - 1]) {
		struct sql_key of_row = key_at(x->table, slot - 1, x->column, &room);

		if (equal(&of_row, key))
			found = slot - 1;
	}
	buf_clear(&room);
	return found;
}

size_t index_first(const struct sql_index *x, const struct sql_key *key)
{
	return key->type == KEY_NONE ? TABLE_NONE
				     : find(x, key, x->heads[hash(key) & x->mask]);
}

size_t index_next(const struct sql_index *x, const struct sql_key *key, size_t row)
{
	return find(x, key, x->nexts[row]);
}
