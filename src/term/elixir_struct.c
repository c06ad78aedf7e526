/*
 * Structs of Elixir's own that inspect/2 shows in a special form: ~D[2026-11-23], 1..3,
 * MapSet.new([1]). Those of its calendar are in elixir_calendar.c. Source: what Elixir
 * 1.18 prints (tests/diff), and the documentation of Decimal for that library's numbers.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "term/atom.h"
#include "term/elixir.h"
#include "term/number.h"

bool elixir_fields(const struct term *t, const struct elixir_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct term *v = term_get(t, fields[i].name);

		if (!v || v->type != TERM_INT)
			return false;
		*fields[i].value = v->num;
	}
	return true;
}

static bool is_integer(const struct term *t)
{
	return t && (t->type == TERM_INT || t->type == TERM_BIG);
}

static bool print_range(struct printer *p, const struct term *t)
{
	const struct term *first = term_get(t, "first");
	const struct term *last = term_get(t, "last");
	const struct term *step = term_get(t, "step"); /* older ones have none */

	if (!is_integer(first) || !is_integer(last) || (step && !is_integer(step)))
		return false;

	bool up = term_compare(first, last) <= 0;
	int64_t by = step && step->type == TERM_INT ? step->num : up ? 1 : -1;

	print_elixir(p, first);
	buf_str(p->out, "..");
	print_elixir(p, last);
	if (by != 1 || !up) {
		buf_str(p->out, "//");
		if (step)
			print_elixir(p, step);
		else
			number_int(p->out, by);
	}
	return true;
}

static bool print_mapset(struct printer *p, const struct term *t)
{
	const struct term *map = term_get(t, "map");

	if (!map || map->type != TERM_MAP)
		return false;

	struct term *items = mem_zalloc(((size_t)map->n + 1) * sizeof(*items));
	struct term list = { .type = TERM_LIST, .n = map->n, .items = items };
	bool before = p->no_charlists;

	for (size_t i = 0; i < map->n; i++)
		items[i] = map->items[2 * i];
	items[map->n].type = TERM_LIST;
	p->no_charlists = true; /* as Elixir has it, for what is inside too */
	buf_str(p->out, "MapSet.new(");
	elixir_list(p, &list);
	buf_char(p->out, ')');
	p->no_charlists = before;
	free(items);
	return true;
}

static bool print_date_range(struct printer *p, const struct term *t)
{
	const struct term *first = term_get(t, "first");
	const struct term *last = term_get(t, "last");
	const struct term *step = term_get(t, "step");

	if (!first || !last || !step || !is_integer(step) || p->depth == 0)
		return false;
	p->depth--; /* whatever stands there instead of dates */
	buf_str(p->out, "Date.range(");
	print_elixir(p, first);
	buf_str(p->out, ", ");
	print_elixir(p, last);
	if (step->type != TERM_INT || step->num != 1) {
		buf_str(p->out, ", ");
		print_elixir(p, step);
	}
	buf_char(p->out, ')');
	p->depth++;
	return true;
}

/* The letters of a regex's options; false for options that have none. */
static bool regex_letters(const struct term *opts, char *letters, size_t size)
{
	static const struct {
		const char *name;
		char letter;
	} table[] = {
		{ "dotall", 's' },    { "unicode", 'u' },   { "caseless", 'i' },
		{ "extended", 'x' },  { "firstline", 'f' }, { "ungreedy", 'U' },
		{ "multiline", 'm' },
	};
	size_t n = 0;

	for (size_t i = 0; i < opts->n; i++) {
		size_t k = 0;

		while (k < 7 && !term_is_atom(&opts->items[i], table[k].name))
			k++;
		if (k == 7 || n + 1 >= size)
			return false;
		if (k < 2 && ++i == opts->n) /* these two come with another option each */
			return false;
		letters[n++] = table[k].letter;
	}
	letters[n] = '\0';
	/* Elixir gathers them from the last to the first. */
	for (size_t i = 0; i < n / 2; i++) {
		char c = letters[i];

		letters[i] = letters[n - 1 - i];
		letters[n - 1 - i] = c;
	}
	return true;
}

static bool print_regex(struct printer *p, const struct term *t)
{
	const struct term *source = term_get(t, "source");
	const struct term *opts = term_get(t, "opts");
	char letters[16];

	if (!source || source->type != TERM_BINARY || !opts || !term_is_list(opts) ||
	    !regex_letters(opts, letters, sizeof(letters)))
		return false;
	buf_str(p->out, "~r/");
	escape_elixir_regex(p->out, source->text);
	buf_printf(p->out, "/%s", letters);
	return true;
}

static bool print_requirement(struct printer *p, const struct term *t)
{
	const struct term *source = term_get(t, "source");

	if (!source || source->type != TERM_BINARY)
		return false;
	buf_str(p->out, "Version.parse_requirement!(\"");
	escape_elixir(p->out, source->text, '"');
	buf_str(p->out, "\")");
	return true;
}

static void put_decimal(struct buf *out, struct text digits, int64_t exp)
{
	int64_t adjusted = exp + (int64_t)digits.len - 1;
	int64_t point = (int64_t)digits.len + exp; /* digits before the point */

	if (exp == 0) {
		buf_text_add(out, digits);
	} else if (exp < 0 && adjusted >= -6) {
		if (point <= 0) {
			buf_str(out, "0.");
			buf_fill(out, '0', (size_t)-point);
			buf_text_add(out, digits);
		} else {
			buf_text_add(out, text_sub(digits, 0, (size_t)point));
			buf_char(out, '.');
			buf_text_add(out, text_sub(digits, (size_t)point, digits.len));
		}
	} else {
		buf_text_add(out, text_sub(digits, 0, 1));
		if (digits.len > 1)
			buf_char(out, '.');
		buf_text_add(out, text_sub(digits, 1, digits.len));
		buf_printf(out, "E%s%lld", adjusted < 0 ? "" : "+", (long long)adjusted);
	}
}

static bool print_decimal(struct printer *p, const struct term *t)
{
	int64_t sign, exp;
	const struct elixir_field fields[] = { { "sign", &sign }, { "exp", &exp } };
	const struct term *coef = term_get(t, "coef");
	struct buf digits = { 0 };

	if (!coef || !elixir_fields(t, fields, 2) || exp < -1000000 || exp > 1000000)
		return false;
	if (!is_integer(coef) && !term_is_atom(coef, "NaN") && !term_is_atom(coef, "inf"))
		return false;
	buf_printf(p->out, "Decimal.new(\"%s", sign < 0 ? "-" : "");
	if (term_is_atom(coef, "inf")) {
		buf_str(p->out, "Infinity");
	} else if (coef->type == TERM_ATOM) {
		buf_str(p->out, "NaN");
	} else {
		if (coef->type == TERM_INT)
			number_int(&digits, coef->num);
		else
			number_big(&digits, coef->big, SYNTAX_ELIXIR);
		put_decimal(p->out, buf_text(&digits), exp);
		buf_clear(&digits);
	}
	buf_str(p->out, "\")");
	return true;
}

/* Structs whose Inspect only chooses fields and their order. '?' before a name: left out
 * when it is nil, [], 0 or {0, 0}. */
#define FIELDS_MAX 10

static const char *const uri_fields[] = { "scheme", "?authority", "userinfo",
					  "host",   "port",       "path",
					  "query",  "fragment",   NULL };
static const char *const version_fields[] = { "major", "minor",  "patch",
					      "?pre",  "?build", NULL };
static const char *const duration_fields[] = { "?year",   "?month",       "?week",
					       "?day",    "?hour",        "?minute",
					       "?second", "?microsecond", NULL };

static bool is_default(const struct term *v)
{
	return term_is_atom(v, "nil") || term_is_nil(v) ||
	       (v->type == TERM_INT && v->num == 0) ||
	       (term_is_tuple(v, 2, NULL) && is_default(&v->items[0]) &&
		is_default(&v->items[1]));
}

static bool print_chosen(struct printer *p, const struct term *t,
			 const char *const *fields)
{
	struct term items[2 * FIELDS_MAX];
	struct term view = { .type = TERM_MAP, .items = items };

	for (; *fields; fields++) {
		bool optional = **fields == '?';
		const struct term *v = term_get(t, *fields + optional);

		if (!v)
			return false;
		if (optional && is_default(v))
			continue;
		items[2 * view.n] = v[-1]; /* a value stands behind its key */
		items[2 * view.n + 1] = *v;
		view.n++;
	}
	elixir_map(p, &view, term_get(t, "__struct__"));
	return true;
}

static const struct {
	const char *name;
	bool (*print)(struct printer *p, const struct term *t);
	const char *const *fields;
} known[] = {
	{ "Elixir.Range", print_range, NULL },
	{ "Elixir.MapSet", print_mapset, NULL },
	{ "Elixir.Date", elixir_date, NULL },
	{ "Elixir.Time", elixir_time, NULL },
	{ "Elixir.NaiveDateTime", elixir_naive, NULL },
	{ "Elixir.DateTime", elixir_datetime, NULL },
	{ "Elixir.Date.Range", print_date_range, NULL },
	{ "Elixir.Regex", print_regex, NULL },
	{ "Elixir.Version.Requirement", print_requirement, NULL },
	{ "Elixir.Decimal", print_decimal, NULL },
	{ "Elixir.URI", NULL, uri_fields },
	{ "Elixir.Version", NULL, version_fields },
	{ "Elixir.Duration", NULL, duration_fields },
};

bool elixir_struct(struct printer *p, const struct term *t, struct text name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!text_is(name, known[i].name))
			continue;
		return known[i].print ? known[i].print(p, t)
				      : print_chosen(p, t, known[i].fields);
	}
	return false;
}
