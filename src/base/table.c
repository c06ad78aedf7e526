/* Cells kept by column: a byte of type and eight of value each. */
#include "base/table.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

/* Texts are kept once as long as their hash does not meet another; a power of two. */
#define SEEN_SLOTS ((size_t)256)
/* Longer ones are seldom the same. */
#define SEEN_BYTES ((size_t)64)

size_t schema_find(const struct schema *s, struct text name)
{
	for (size_t i = 0; i < s->ncolumns; i++)
		if (text_is(name, s->columns[i].name))
			return i;
	return TABLE_NONE;
}

uint64_t schema_all(const struct schema *s)
{
	return s->ncolumns >= 64 ? UINT64_MAX : column_bit(s->ncolumns) - 1;
}

void table_init(struct table *t, const struct schema *schema, struct arena *arena,
		size_t rows)
{
	*t = (struct table){
		.schema = schema,
		.arena = arena,
		.cap = rows,
		.types = arena_many(arena, schema->ncolumns, uint8_t *),
		.values = arena_many(arena, schema->ncolumns, union value *),
	};
}

static void grow(struct table *t)
{
	size_t cap = t->cap < 16 ? 16 : t->cap * 2;

	for (size_t c = 0; c < t->schema->ncolumns; c++) {
		if (!t->types[c])
			continue;

		uint8_t *types = arena_many(t->arena, cap, uint8_t);
		union value *values = arena_many(t->arena, cap, union value);

		memcpy(types, t->types[c], t->nrows * sizeof(*types));
		memcpy(values, t->values[c], t->nrows * sizeof(*values));
		t->types[c] = types;
		t->values[c] = values;
	}
	if (t->touched) {
		uint8_t *touched = arena_many(t->arena, cap, uint8_t);

		memcpy(touched, t->touched, t->nrows);
		t->touched = touched;
	}
	t->cap = cap;
}

size_t table_add(struct table *t)
{
	if (t->nrows == t->cap)
		grow(t);
	return t->nrows++;
}

void table_use(struct table *t, size_t column)
{
	if (t->types[column])
		return;
	t->types[column] = arena_many(t->arena, t->cap, uint8_t);
	t->values[column] = arena_many(t->arena, t->cap, union value);
}

static void put(struct table *t, size_t row, size_t column, enum cell_type type,
		union value v)
{
	assert(row < t->nrows && column < t->schema->ncolumns);
	if (!t->types[column] && type == CELL_NULL)
		return;
	table_use(t, column);
	t->types[column][row] = (uint8_t)type;
	t->values[column][row] = v;
}

void table_set_int(struct table *t, size_t row, size_t column, int64_t v)
{
	put(t, row, column, CELL_INT, (union value){ .num = v });
}

void table_set_real(struct table *t, size_t row, size_t column, double v)
{
	put(t, row, column, isfinite(v) ? CELL_REAL : CELL_NULL,
	    (union value){ .real = v });
}

void table_set_bool(struct table *t, size_t row, size_t column, bool v)
{
	put(t, row, column, CELL_BOOL, (union value){ .num = v });
}

void table_set_id(struct table *t, size_t row, size_t column, int64_t id)
{
	put(t, row, column, CELL_ID, (union value){ .num = id });
}

/* A copy in the arena, the struct and its bytes in one piece. */
static const struct text *keep(struct arena *a, struct text v)
{
	struct text *t = arena_alloc(a, sizeof(*t) + v.len + 1);
	char *p = (char *)(t + 1);

	if (v.len)
		memcpy(p, v.p, v.len);
	*t = (struct text){ p, v.len };
	return t;
}

/* A column of half a million texts has often a dozen different ones. */
static const struct text *keep_once(struct table *t, struct text v)
{
	if (v.len > SEEN_BYTES)
		return keep(t->arena, v);
	if (!t->seen)
		t->seen = arena_many(t->arena, SEEN_SLOTS, const struct text *);

	const struct text **slot = &t->seen[text_hash(v) & (SEEN_SLOTS - 1)];

	if (!*slot || !text_eq(**slot, v))
		*slot = keep(t->arena, v);
	return *slot;
}

void table_set_text(struct table *t, size_t row, size_t column, struct text v)
{
	put(t, row, column, CELL_TEXT, (union value){ .text = keep_once(t, v) });
}

void table_set(struct table *t, size_t row, size_t column, struct cell cell)
{
	if (cell.type == CELL_TEXT)
		table_set_text(t, row, column, *cell.v.text);
	else
		put(t, row, column, cell.type, cell.v);
}

struct cell table_cell(const struct table *t, size_t row, size_t column)
{
	assert(row < t->nrows && column < t->schema->ncolumns);
	if (!t->types[column])
		return (struct cell){ .type = CELL_NULL };
	return (struct cell){ .type = t->types[column][row],
			      .v = t->values[column][row] };
}

int64_t table_num(const struct table *t, size_t row, size_t column)
{
	struct cell c = table_cell(t, row, column);

	switch (c.type) {
	case CELL_INT:
	case CELL_BOOL:
	case CELL_ID:
		return c.v.num;
	case CELL_REAL:
		if (c.v.real >= 0x1p63)
			return INT64_MAX;
		return c.v.real < -0x1p63 ? INT64_MIN : (int64_t)c.v.real;
	case CELL_NULL:
	case CELL_TEXT:
		break;
	}
	return 0;
}

struct text table_text(const struct table *t, size_t row, size_t column)
{
	struct cell c = table_cell(t, row, column);

	return c.type == CELL_TEXT ? *c.v.text : (struct text){ "", 0 };
}

bool table_null(const struct table *t, size_t row, size_t column)
{
	return table_cell(t, row, column).type == CELL_NULL;
}

/* Null, then numbers, then texts. */
static int rank(enum cell_type type)
{
	return type == CELL_NULL ? 0 : type == CELL_TEXT ? 2 : 1;
}

/* long double holds every int64 and every double exactly on the machines we know;
 * elsewhere neighbours may compare as equal. */
static long double number(struct cell c)
{
	return c.type == CELL_REAL ? c.v.real : (long double)c.v.num;
}

int cell_compare(struct cell a, struct cell b)
{
	int ra = rank(a.type);
	int rb = rank(b.type);

	if (ra != rb)
		return ra < rb ? -1 : 1;
	if (ra == 0)
		return 0;
	if (ra == 2)
		return text_cmp(*a.v.text, *b.v.text);
	if (a.type != CELL_REAL && b.type != CELL_REAL)
		return a.v.num < b.v.num ? -1 : a.v.num > b.v.num;

	long double x = number(a);
	long double y = number(b);

	return x < y ? -1 : x > y;
}

bool cell_eq(struct cell a, struct cell b)
{
	return cell_compare(a, b) == 0;
}

/* The finaliser of splitmix64. Source: Sebastiano Vigna, prng.di.unimi.it. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
	return x ^ (x >> 31);
}

uint64_t cell_hash(struct cell c)
{
	switch (c.type) {
	case CELL_TEXT:
		return text_hash(*c.v.text);
	case CELL_REAL:
		/* What compares as equal must hash as equal: whole reals as the integers
		 * they are. */
		if (c.v.real >= -0x1p63 && c.v.real < 0x1p63)
			return mix((uint64_t)(int64_t)c.v.real);
		return 1;
	case CELL_INT:
	case CELL_BOOL:
	case CELL_ID:
		return mix((uint64_t)c.v.num);
	case CELL_NULL:
		break;
	}
	return 0;
}

enum unit table_unit(const struct table *t, size_t row, size_t column)
{
	enum unit unit = t->schema->columns[column].unit;

	return unit == UNIT_ROW ? units_named(table_text(t, row, t->schema->unit)) : unit;
}

/* The shortest decimal that reads back as the same number. */
static void print_real(struct buf *out, double v)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	buf_str(out, text);
}

void cell_print(struct buf *out, const struct column *about, struct cell c)
{
	switch (c.type) {
	case CELL_INT:
		if (about->unit == UNIT_TIME)
			units_iso8601(out, c.v.num);
		else
			buf_printf(out, "%" PRId64, c.v.num);
		break;
	case CELL_REAL:
		print_real(out, c.v.real);
		break;
	case CELL_BOOL:
		buf_str(out, c.v.num ? "true" : "false");
		break;
	case CELL_ID:
		if (about->print)
			about->print(out, c.v.num);
		else
			buf_printf(out, "%" PRId64, c.v.num);
		break;
	case CELL_TEXT:
		buf_text_add(out, *c.v.text);
		break;
	case CELL_NULL:
		break;
	}
}

size_t table_find(const struct table *t, struct cell key)
{
	for (size_t row = 0; row < t->nrows; row++)
		if (cell_eq(table_cell(t, row, t->schema->key), key))
			return row;
	return TABLE_NONE;
}

void table_index_init(struct table_index *x, const struct table *t, struct arena *arena)
{
	size_t slots = 16;

	while (slots < t->nrows * 2)
		slots *= 2;
	*x = (struct table_index){
		.table = t,
		.slots = arena_many(arena, slots, uint32_t),
		.mask = slots - 1,
	};
	for (size_t row = 0; row < t->nrows; row++) {
		size_t at = cell_hash(table_cell(t, row, t->schema->key)) & x->mask;

		while (x->slots[at])
			at = (at + 1) & x->mask;
		x->slots[at] = (uint32_t)row + 1;
	}
}

size_t table_index_find(const struct table_index *x, struct cell key)
{
	size_t at = cell_hash(key) & x->mask;

	for (; x->slots[at]; at = (at + 1) & x->mask) {
		size_t row = x->slots[at] - 1;

		if (cell_eq(table_cell(x->table, row, x->table->schema->key), key))
			return row;
	}
	return TABLE_NONE;
}

void table_touch(struct table *t, size_t row, bool with)
{
	assert(row < t->nrows);
	if (!t->touched)
		t->touched = arena_many(t->arena, t->cap, uint8_t);
	if (with)
		t->touched[row] = 1;
	else if (t->touched[row] < UINT8_MAX)
		t->touched[row]++;
}

void table_drop(struct table *t, const bool *gone)
{
	size_t kept = 0;

	for (size_t row = 0; row < t->nrows; row++) {
		if (gone[row])
			continue;
		for (size_t c = 0; c < t->schema->ncolumns && kept != row; c++) {
			if (!t->types[c])
				continue;
			t->types[c][kept] = t->types[c][row];
			t->values[c][kept] = t->values[c][row];
		}
		if (t->touched)
			t->touched[kept] = t->touched[row];
		kept++;
	}
	t->nrows = kept;
}

double cell_number(struct cell c)
{
	if (c.type == CELL_INT)
		return (double)c.v.num;
	return c.type == CELL_REAL ? c.v.real : NAN;
}

struct cell cell_dup(struct arena *a, struct cell c)
{
	struct text *copy;

	if (c.type != CELL_TEXT)
		return c;
	copy = arena_new(a, struct text);
	*copy = text_dup(a, *c.v.text);
	c.v.text = copy;
	return c;
}
