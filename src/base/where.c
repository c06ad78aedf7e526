/* --where: a column, a comparison and a value, read once and held against each row. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <string.h>

#include "base/near.h"
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
	bool compiled;       /* regex holds something */
	regex_t regex;
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
	if (p && p->compiled)
		regfree(&p->regex);
	if (p)
		p->compiled = false;
}

bool table_no_column(const struct schema *s, struct text name, struct err *err)
{
	struct near near = { .word = name };
	struct buf list = { 0 };

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

/* The most parts that repetitions may make of a part: the library copies what is
 * repeated, as often as {2,9} says and once for a '+', and the copies with what
 * is around them. What it does with each '+' in another one costs more than
 * that: it counts as four. */
#define REPEATS 1000
/* The most brackets that may be open: the library recurses for each. */
#define BRACKETS 100

/* The larger number of {2,9}, at least 1; *at goes to the closing brace. */
static double largest_bound(struct text pattern, size_t *at)
{
	double number = 0;
	double largest = 1;

	for (size_t i = *at + 1; i < pattern.len; i++) {
		char c = pattern.p[i];

		number = isdigit((unsigned char)c) ? number * 10 + (c - '0') : 0;
		if (number > largest)
			largest = number;
		*at = i;
		if (c == '}')
			break;
	}
	return largest;
}

/* The last character of a set like []a-z[:digit:]]. */
static size_t set_end(struct text pattern, size_t at)
{
	size_t i = at + 1;

	i += i < pattern.len && pattern.p[i] == '^';
	i += i < pattern.len && pattern.p[i] == ']';
	for (; i < pattern.len && pattern.p[i] != ']'; i++) {
		if (pattern.p[i] == '[' && i + 1 < pattern.len && pattern.p[i + 1] == ':')
			for (i += 2; i + 1 < pattern.len && pattern.p[i] != ':'; i++)
				;
		if (pattern.p[i] == ':' && i + 1 < pattern.len && pattern.p[i + 1] == ']')
			i++;
	}
	return i;
}

/* Would the library's copies of a pattern, or its recursion, know no bounds? */
static bool is_too_large(struct text pattern)
{
	/* parts of each bracket that is open, up to its last one */
	double before[BRACKETS + 1] = { 0 };
	double last = 0; /* parts of the last one, which may be repeated */
	size_t depth = 0;

	for (size_t i = 0; i < pattern.len && last <= REPEATS; i++) {
		char c = pattern.p[i];

		if (c == '+') {
			last *= 4;
		} else if (c == '{') {
			last *= largest_bound(pattern, &i);
		} else if (c == ')' && depth > 0) {
			last += before[depth--] + 1;
		} else if (c == '(') {
			before[depth++] += last;
			if (depth > BRACKETS)
				return true;
			before[depth] = last = 0;
		} else if (c != '*' && c != '?') {
			before[depth] += last;
			last = 1;
			if (c == '[')
				i = set_end(pattern, i);
			i += c == '\\';
		}
	}
	return last > REPEATS;
}

/* \1 to \9, which are none of POSIX's extended expressions: the library tries all ways
 * there are to match them, and they are without number. */
static bool refers_back(struct text pattern)
{
	for (size_t i = 0; i + 1 < pattern.len; i++)
		if (pattern.p[i] == '\\' && isdigit((unsigned char)pattern.p[++i]))
			return true;
	return false;
}

static bool compile(struct predicate *p, struct arena *arena, struct err *err)
{
	char why[128];
	int code;

	if (is_too_large(p->text))
		return fail(err, ERR_USAGE, "'%.*s' repeats more than %d times, or has "
			    "more than %d brackets in each other", TEXT_ARG(p->text),
			    REPEATS, BRACKETS);
	if (refers_back(p->text))
		return fail(err, ERR_USAGE, "'%.*s' refers back to what it matched, "
			    "which is not supported", TEXT_ARG(p->text));
	code = regcomp(&p->regex, text_cstr(arena, p->text), REG_EXTENDED | REG_NOSUB);
	if (code == 0) {
		p->compiled = true;
		return true;
	}
	regerror(code, &p->regex, why, sizeof(why));
	why[0] = (char)tolower((unsigned char)why[0]);
	return fail(err, ERR_USAGE, "'%.*s' is not a regular expression: %s",
		    TEXT_ARG(p->text), why);
}

static bool read_value(struct predicate *p, struct arena *arena, struct err *err)
{
	bool quoted = unquote(&p->text);

	if (p->op == OP_MATCH)
		return compile(p, arena, err);
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
	return read_value(p, arena, err);
}

struct predicate *predicate_parse(struct text t, const struct schema *s,
				  struct arena *arena, struct err *err)
{
	struct predicate *p = arena_new(arena, struct predicate);

	if (read_predicate(p, t, s, arena, err))
		return p;
	fail_prefix(err, "--where '%.*s'", TEXT_ARG(t));
	return NULL;
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
	found = regexec(&p->regex, buf_cstr(&shown), 0, NULL, 0) == 0;
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
