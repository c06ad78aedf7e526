/*
 * supervisors and children: their tables drawn as trees, or one branch of them.
 */
#include <string.h>

#include "cmd/commands.h"
#include "cmd/table.h"
#include "tables/pid.h"
#include "tables/supervisors.h"

/* Deeper down lines are no longer drawn: a process that lies about who started it may
 * make as deep a tree as there are processes. */
#define DEPTH_MAX 24

/* What is needed of each row to draw it, and to know whose branch it is in. */
static const size_t needed[] = {
	SUPER_NAME, SUPER_DEPTH, SUPER_APPLICATION, SUPER_PID,
};
enum { NEED_NAME, NEED_DEPTH, NEED_APPLICATION, NEED_PID, NNEEDED };

struct columns {
	size_t at[NNEEDED]; /* where these are in the result */
};

static struct columns find_columns(const struct cmd_context *c, const struct result *r)
{
	const struct schema *s = c->command->schema;
	struct columns found;

	for (size_t i = 0; i < NNEEDED; i++)
		found.at[i] = schema_find(r->table.schema,
					  text_of(s->columns[needed[i]].name));
	return found;
}

static size_t depth_of(const struct result *r, const struct columns *c, size_t row)
{
	int64_t depth = table_num(&r->table, row, c->at[NEED_DEPTH]);

	return depth < 0 ? 0 : depth > DEPTH_MAX ? DEPTH_MAX : (size_t)depth;
}

/*
 * The branch.
 */

static bool is_meant(const struct result *r, const struct columns *c, size_t row,
		     struct text word)
{
	int64_t pid;

	if (pid_parse(word, &pid))
		return table_num(&r->table, row, c->at[NEED_PID]) == pid;
	if (text_starts(word, "Elixir."))
		word = text_sub(word, strlen("Elixir."), word.len);
	else if (text_starts(word, ":"))
		word = text_sub(word, 1, word.len);
	return text_eq(word, table_text(&r->table, row, c->at[NEED_NAME])) ||
	       text_eq(word, table_text(&r->table, row, c->at[NEED_APPLICATION]));
}

/* The rows come as the tree is walked: a row is in the branch when the last one before it
 * that is one step higher is. */
static struct rows branch(const struct result *r, const struct columns *c,
			  struct text word, struct arena *a)
{
	size_t n = r->table.nrows;
	bool *in = arena_many(a, n + 1, bool);
	bool *above = arena_many(a, n + 2, bool);
	struct rows rows = { .at = arena_many(a, r->rows.n + 1, uint32_t) };

	for (size_t row = 0; row < n; row++) {
		int64_t depth = table_num(&r->table, row, c->at[NEED_DEPTH]);
		size_t d = depth < 0 || (size_t)depth > n ? 0 : (size_t)depth;

		in[row] = (d > 0 && above[d - 1]) || is_meant(r, c, row, word);
		above[d] = in[row];
	}
	for (size_t i = 0; i < r->rows.n; i++)
		if (in[r->rows.at[i]])
			rows.at[rows.n++] = r->rows.at[i];
	return rows;
}

/*
 * The drawing.
 */

struct lines {
	const char *side; /* there is more below */
	const char *none;
	const char *branch;
	const char *last;
};

static const struct lines ascii = { "|  ", "   ", "|- ", "`- " };
static const struct lines unicode = {
	"\xe2\x94\x82  ", "   ",
	"\xe2\x94\x9c\xe2\x94\x80 ", "\xe2\x94\x94\xe2\x94\x80 ",
};

/*
 * Puts the lines in front of the names. From the last row to the first, so that it is
 * known at each whether there is more below: more[d] says it of depth d.
 *
 * top  the depth of those that stand at the edge
 */
static void draw(struct table *t, const struct rows *rows, const struct result *r,
		 const struct columns *c, size_t top, const struct lines *lines)
{
	bool more[DEPTH_MAX + 2] = { false };

	for (size_t i = rows->n; i-- > 0;) {
		size_t row = rows->at[i];
		size_t depth = depth_of(r, c, row);
		struct buf name = { 0 };

		for (size_t d = top + 1; d < depth; d++)
			buf_str(&name, more[d] ? lines->side : lines->none);
		if (depth > top)
			buf_str(&name, more[depth] ? lines->branch : lines->last);
		more[depth] = true;
		for (size_t d = depth + 1; d <= DEPTH_MAX; d++)
			more[d] = false;
		buf_text_add(&name, table_text(&r->table, row, c->at[NEED_NAME]));
		table_set_text(t, row, c->at[NEED_NAME], buf_text(&name));
		buf_clear(&name);
	}
}

/* The same table with a column of its own for the names. */
static struct table with_lines(const struct cmd_context *c, const struct rows *rows,
			       const struct result *r, const struct columns *at,
			       struct arena *a)
{
	size_t top = DEPTH_MAX;
	struct table t;

	table_init(&t, r->table.schema, a, r->table.nrows);
	for (size_t row = 0; row < r->table.nrows; row++) {
		table_add(&t);
		for (size_t col = 0; col < t.schema->ncolumns; col++)
			table_set(&t, row, col, table_cell(&r->table, row, col));
	}
	for (size_t i = 0; i < rows->n; i++)
		if (depth_of(r, at, rows->at[i]) < top)
			top = depth_of(r, at, rows->at[i]);
	draw(&t, rows, r, at, top, c->out.ascii ? &ascii : &unicode);
	return t;
}

static void complain(struct cmd_context *c)
{
	struct err err = { 0 };

	fail(&err, ERR_ABSENT, "no process or application '%.*s' is in the tree",
	     TEXT_ARG(c->args[0]));
	fail_hint(&err, "otoscope %s shows all of it", c->command->name);
	cmd_complain(c, &err);
}

static void print(struct cmd_context *c, const struct query *q, const struct result *r)
{
	struct arena a = { 0 };
	struct columns at = find_columns(c, r);
	struct result shown = *r;
	size_t limit = c->options.limit;

	if (c->nargs > 0) {
		shown.rows = branch(r, &at, c->args[0], &a);
		if (shown.rows.n == 0 && r->nfailures == 0)
			complain(c);
		shown.total = shown.rows.n;
	}
	if (limit && shown.rows.n > limit)
		shown.rows.n = limit;
	if (c->format->human && r->ranked == TABLE_NONE && c->options.where.n == 0)
		shown.table = with_lines(c, &shown.rows, &shown, &at, &a);
	table_print(c, q, &shown);
	arena_clear(&a);
}

/* Is it such a column, or the change of one? */
static bool is_asked(const struct schema *s, struct text name)
{
	for (size_t c = 0; c < s->ncolumns; c++) {
		struct text column = text_of(s->columns[c].name);

		if (SUPER_ASKED & column_bit(c) &&
		    text_starts(name, s->columns[c].name) &&
		    (name.len == column.len || name.p[column.len] == '_'))
			return true;
	}
	return false;
}

/* The name in front of a predicate, or behind the sign of a rank. */
static struct text column_name(struct text word)
{
	size_t from = 0;
	size_t to;

	while (from < word.len && strchr(" +-", word.p[from]))
		from++;
	to = from;
	while (to < word.len && !strchr(" =!<>~", word.p[to]))
		to++;
	return text_sub(word, from, to);
}

/* Columns that ask the supervisors are for those who know that they do. */
static bool check_asked(const struct cmd_context *c, struct err *err)
{
	const struct words *lists[] = { &c->options.columns, &c->options.where };
	struct text found = column_name(c->options.sort);
	bool asked = is_asked(c->command->schema, found);

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < lists[k]->n && !asked; i++) {
			found = column_name(lists[k]->at[i]);
			asked = is_asked(c->command->schema, found);
		}
	if (!asked || c->options.active)
		return true;
	fail(err, ERR_USAGE, "column '%.*s' is what a supervisor itself says",
	     TEXT_ARG(found));
	return fail_hint(err, "--active sends each supervisor some messages");
}

bool supervisors_check(struct cmd_context *c, struct err *err)
{
	if (!check_asked(c, err))
		return false;
	if (c->nargs > 0 && c->options.where.n > 0)
		return fail(err, ERR_USAGE, "--where is about the whole tree: leave out "
					    "either it or '%.*s'",
			    TEXT_ARG(c->args[0]));
	return true;
}

bool supervisors_run(struct cmd_context *c, struct err *err)
{
	const struct schema *s = c->command->schema;
	struct query_options o = table_options(c, s);

	for (size_t i = 0; i < NNEEDED; i++)
		o.also |= column_bit(needed[i]);
	if (c->nargs > 0)
		o.limit = 0;
	o.asked = c->options.active;
	return table_run_with(c, s, &o, print, err);
}
