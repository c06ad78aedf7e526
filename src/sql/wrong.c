/*
 * What is wrong with a statement: SQLite's sentence, the place in the text, and what may
 * have been meant.
 */
#include <string.h>

#include "base/near.h"
#include "sql/inside.h"

/* Where a name stands in a statement; from when it does not. */
static size_t find_word(struct text text, size_t from, struct text name)
{
	struct text word;
	size_t at = from;
	enum word_kind kind;

	while ((kind = word_next(text, &at, &word)) != WORD_END)
		if ((kind == WORD_NAME || kind == WORD_QUOTED) && text_same(word, name))
			return (size_t)(word.p - text.p);
	return from;
}

/* The name behind such a beginning of SQLite's sentence; empty when it is another one. */
static struct text named(const char *message, const char *beginning)
{
	struct text t = text_of(message);

	return text_starts(t, beginning) ? text_sub(t, strlen(beginning), t.len)
					 : (struct text){ "", 0 };
}

static void offer_columns(struct near *near, const struct sql_table *t)
{
	for (size_t i = 0; i < t->shape->schema.ncolumns; i++)
		near_offer(near, t->shape->schema.columns[i].name);
}

/* Of the tables that the statement names. False: it names none. */
static bool offer_named(struct near *near, const struct sql *s, struct text text,
			size_t from)
{
	const struct sql_table *t;
	bool named = false;

	while ((t = table_next(s, text, &from))) {
		offer_columns(near, t);
		named = true;
	}
	return named;
}

/* Is it there with a window, and with one only? */
static bool of_window(const struct sql *s, struct text name)
{
	return s->options.window_ns == 0 &&
	       (text_ends(name, "_before") || text_ends(name, "_rate") ||
		text_ends(name, "_growth") || text_is(name, "born"));
}

static void hint_column(const struct sql *s, struct text text, size_t from, size_t at,
			struct text name, struct err *err)
{
	size_t dot = text_chr(name, '.');
	struct near near = { .word = dot < name.len
					     ? text_sub(name, dot + 1, name.len)
					     : name };

	if (of_window(s, near.word)) {
		fail_hint(err, "--window D reads twice, and adds it");
		return;
	}
	if (!offer_named(&near, s, text, from))
		for (size_t i = 0; i < s->ntables; i++)
			offer_columns(&near, &s->tables[i]);
	if (near.best)
		fail_hint(err, "did you mean %s?", near.best);
	else if (at < text.len && text.p[at] == '"')
		fail_hint(err, "a text stands in single quotes");
}

static const struct schema *by_command(const struct sql *s, struct text name)
{
	for (size_t i = 0; i < s->nschemas; i++)
		if (s->schemas[i]->command && text_is(name, s->schemas[i]->command))
			return s->schemas[i];
	return NULL;
}

void hint_table(const struct sql *s, struct text name, struct err *err)
{
	const struct schema *command = by_command(s, name);
	struct near near = { .word = name };
	struct buf list = { 0 };

	if (of_window(s, name)) {
		fail_hint(err, "--window D reads twice, and adds it");
		return;
	}
	for (size_t i = 0; i < s->ntables; i++) {
		near_offer(&near, s->tables[i].name);
		buf_printf(&list, "%s%s", i ? ", " : "", s->tables[i].name);
	}
	if (command)
		near.best = command->name;
	fail_hint(err, "%s%s%stables: %s", near.best ? "did you mean " : "",
		  near.best ? near.best : "", near.best ? "? " : "", buf_cstr(&list));
	buf_clear(&list);
}

/* Where the statement really begins. */
static size_t first_word(struct text text, size_t from)
{
	struct text word;

	return word_next(text, &from, &word) == WORD_END ? text.len
							 : (size_t)(word.p - text.p);
}

static bool wrong_denied(const struct sql *s, struct err *err)
{
	fail(err, ERR_USAGE, "%s", s->denied);
	return fail_hint(err, "sql only reads; temporary views and tables may be made");
}

bool wrong_text(struct sql *s, struct text text, size_t from, int code, struct err *err)
{
	const char *message = sqlite3_errmsg(s->db);
	int offset = sqlite3_error_offset(s->db);
	struct text table = named(message, "no such table: ");
	struct text column = named(message, "no such column: ");
	size_t at = offset >= 0 ? from + (size_t)offset : first_word(text, from);

	if (code == SQLITE_NOMEM)
		return wrong_step(s, code, err);
	if (offset < 0 && table.len)
		at = find_word(text, from, table);
	if (strcmp(message, "incomplete input") == 0)
		at = text.len;
	if (code == SQLITE_AUTH && s->denied[0])
		wrong_denied(s, err);
	else
		fail(err, ERR_USAGE, "%s", message);
	fail_place(err, text, at < text.len ? at : text.len);
	if (table.len)
		hint_table(s, table, err);
	else if (column.len)
		hint_column(s, text, from, at, column, err);
	return false;
}

bool wrong_step(struct sql *s, int code, struct err *err)
{
	switch (code) {
	case SQLITE_INTERRUPT:
		return false;
	case SQLITE_NOMEM:
		fail(err, ERR_CANNOT, "the statement needs more than %lld MB of memory",
		     (long long)(sqlite3_hard_heap_limit64(-1) >> 20));
		return fail_hint(err, "it may sort or group fewer rows or columns");
	case SQLITE_AUTH:
		return wrong_denied(s, err);
	default:
		return fail(err, ERR_USAGE, "%s", sqlite3_errmsg(s->db));
	}
}
