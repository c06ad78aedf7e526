/* --where: a column, a comparison and a value, read once and held against each row. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/near.h"
#include "base/pattern.h"
#include "base/table.h"

struct predicate {
	size_t column;
	const struct column *about;
	enum predicate_op op;
	bool is_null;        /* the word null, without quotes */
	bool is_number;
	bool is_bool;
	bool is_id;
	double number;
	int64_t num;         /* the bool or the id */
	struct text text;    /* the value as a text, without quotes */
	struct pattern *pattern; /* OP_MATCH */
};

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool in_operator(char c)
{
	return c != '\0' && strchr("=!<>~", c);
}

/* Half-built or whole: the arena has the rest. */
void predicate_free(struct predicate *p)
{
	if (!p)
		return;
	pattern_free(p->pattern);
	p->pattern = NULL;
}

/* The rate or growth of a column that there would be with a window: its name is made in
 * out. */
static bool of_window(const struct schema *s, struct text name, struct buf *out)
{
	static const char *const ends[] = { "_rate", "_growth" };

	if (text_is(name, "born") || (s->limit && text_starts(name, "time_to_limit")))
		buf_str(out, text_is(name, "born") ? "born" : "time_to_limit_ns");
	for (size_t i = 0; i < s->ncolumns; i++) {
		const struct column *c = &s->columns[i];
		struct text end = text_sub(name, strlen(c->name), name.len);

		if (text_starts(name, c->name) && c->kind != COLUMN_LABEL &&
		    (text_is(end, ends[0]) || text_is(end, ends[1])))
			buf_printf(out, "%s%s", c->name,
				   ends[c->kind != COLUMN_COUNTER]);
	}
	return buf_len(out) && schema_find(s, buf_text(out)) == TABLE_NONE;
}

/* The column with this heading. */
static const struct column *with_title(const struct schema *s, struct text title)
{
	for (size_t i = 0; i < s->ncolumns; i++)
		if (text_same(title, text_of(s->columns[i].title)))
			return &s->columns[i];
	return NULL;
}

bool table_no_column(const struct schema *s, struct text name, struct err *err)
{
	const struct column *titled = with_title(s, name);
	struct near near = { .word = name, .best = titled ? titled->name : NULL };
	struct buf list = { 0 };

	if (of_window(s, name, &list)) {
		fail(err, ERR_USAGE, "%s has no column '%.*s' without --window", s->name,
		     TEXT_ARG(name));
		fail_hint(err, "--window 1s adds %s", buf_cstr(&list));
		buf_clear(&list);
		return false;
	}
	buf_reset(&list);
	for (size_t i = 0; i < s->ncolumns; i++) {
		near_offer(&near, s->columns[i].name);
		buf_printf(&list, "%s%s", i ? ", " : "", s->columns[i].name);
	}
	fail(err, ERR_USAGE, "%s has no column '%.*s'", s->name, TEXT_ARG(name));
	if (near.best)
		fail_hint(err, "did you mean %s? columns: %s", near.best,
			  buf_cstr(&list));
	else
		fail_hint(err, "columns: %s", buf_cstr(&list));
	buf_clear(&list);
	return false;
}

static bool read_operator(struct text op, size_t at, enum predicate_op *out,
			  struct err *err)
{
	static const struct {
		const char *name;
		enum predicate_op op;
	} rows[] = { { "=", OP_EQ },
		     { "!=", OP_NE },
		     { "<", OP_LT },
		     { ">", OP_GT },
		     { "~", OP_MATCH } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (text_is(op, rows[i].name)) {
			*out = rows[i].op;
			return true;
		}
	}
	if (op.len)
		fail(err, ERR_USAGE, "'%.*s' at character %zu is not a comparison",
		     TEXT_ARG(op), at + 1);
	else
		fail(err, ERR_USAGE, "a comparison is missing at character %zu", at + 1);
	return fail_hint(err,
			 "the comparisons are = != < > and ~ (a regular expression)");
}

/* Takes the quotes off; says whether there were any. */
static bool unquote(struct text *t)
{
	if (t->len < 2 || (t->p[0] != '"' && t->p[0] != '\'') ||
	    t->p[t->len - 1] != t->p[0])
		return false;
	*t = text_sub(*t, 1, t->len - 1);
	return true;
}

static bool read_value(struct predicate *p, struct err *err)
{
	bool quoted = unquote(&p->text);

	if (p->op == OP_MATCH) {
		p->pattern = pattern_new(p->text, err);
		return p->pattern != NULL;
	}
	p->is_null = !quoted && text_is(p->text, "null");
	if (p->is_null)
		return true;
	if (p->about->parse) {
		p->is_id = p->about->parse(p->text, &p->num);
		return p->is_id || fail(err, ERR_USAGE, "'%.*s' is not a %s",
					TEXT_ARG(p->text), p->about->name);
	}
	if (!quoted && (text_is(p->text, "true") || text_is(p->text, "false"))) {
		p->is_bool = true;
		p->num = text_is(p->text, "true");
		return true;
	}
	if (p->about->unit != UNIT_NONE && p->about->unit != UNIT_ROW) {
		p->is_number = true;
		return units_number(p->text, p->about->unit, &p->number, err);
	}
	p->is_number = units_number(p->text, UNIT_NONE, &p->number, NULL);
	return true;
}

static bool read_predicate(struct predicate *p, struct text t, const struct schema *s,
			   struct arena *arena, struct err *err)
{
	size_t name = 0;
	size_t end;
	size_t op;

	while (name < t.len && isspace((unsigned char)t.p[name]))
		name++;
	for (end = name; end < t.len && in_name(t.p[end]); end++)
		;
	if (end == name)
		return fail(err, ERR_USAGE, "a column's name is missing at character %zu",
			    name + 1);
	p->column = schema_find(s, text_sub(t, name, end));
	if (p->column == TABLE_NONE)
		return table_no_column(s, text_sub(t, name, end), err);
	p->about = &s->columns[p->column];
	for (op = end; op < t.len && isspace((unsigned char)t.p[op]); op++)
		;
	for (end = op; end < t.len && in_operator(t.p[end]); end++)
		;
	if (!read_operator(text_sub(t, op, end), op, &p->op, err))
		return false;
	p->text = text_dup(arena, text_trim(text_sub(t, end, t.len)));
	if (p->text.len == 0)
		return fail(err, ERR_USAGE, "a value is missing at character %zu",
			    end + 1);
	return read_value(p, err);
}

struct predicate *predicate_parse(struct text t, const struct schema *s,
				  struct arena *arena, struct err *err)
{
	struct predicate *p = arena_new(arena, struct predicate);

	return read_predicate(p, t, s, arena, err) ? p : NULL;
}

size_t predicate_column(const struct predicate *p)
{
	return p->column;
}

/* -1, 0, 1; false when the two can't be compared (a text with a number). */
static bool compare(const struct predicate *p, struct cell c, int *order)
{
	switch (c.type) {
	case CELL_INT:
		/* An integer beyond 2^53 met with a whole number should not be rounded
		 * first. */
		if (!p->is_number)
			return false;
		*order = cell_compare(c,
				      (struct cell){ CELL_REAL, { .real = p->number } });
		return true;
	case CELL_REAL:
		*order = c.v.real < p->number ? -1 : c.v.real > p->number;
		return p->is_number;
	case CELL_BOOL:
	case CELL_ID:
		*order = c.v.num < p->num ? -1 : c.v.num > p->num;
		return c.type == CELL_ID ? p->is_id : p->is_bool;
	case CELL_TEXT:
		*order = text_cmp(*c.v.text, p->text);
		return true;
	case CELL_NULL:
		break;
	}
	return false;
}

static bool matches(const struct predicate *p, struct cell c)
{
	struct buf shown = { 0 };
	bool found;

	cell_print(&shown, p->about, c);
	found = pattern_matches(p->pattern, buf_text(&shown));
	buf_clear(&shown);
	return found;
}

bool predicate_holds(const struct predicate *p, const struct table *t, size_t row)
{
	struct cell c = table_cell(t, row, p->column);
	int order;

	if (p->is_null)
		return p->op == OP_EQ ? c.type == CELL_NULL
				      : p->op == OP_NE && c.type != CELL_NULL;
	if (c.type == CELL_NULL)
		return p->op == OP_NE;
	if (p->op == OP_MATCH)
		return matches(p, c);
	if (!compare(p, c, &order))
		return p->op == OP_NE;
	switch (p->op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_GT:
		return order > 0;
	case OP_MATCH:
		break;
	}
	return false;
}

struct rows rows_where(const struct table *t, struct rows in, struct predicate *const *p,
		       size_t n, struct arena *arena)
{
	struct rows out = { .at = arena_many(arena, in.n, uint32_t) };

	for (size_t i = 0; i < in.n; i++) {
		size_t held = 0;

		while (held < n && predicate_holds(p[held], t, in.at[i]))
			held++;
		if (held == n)
			out.at[out.n++] = in.at[i];
	}
	return out;
}
