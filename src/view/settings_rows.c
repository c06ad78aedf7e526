/* The settings that there are: what they may be, and what they come to. */
#include "base/near.h"
#include "tables/tables.h"
#include "view/settings.h"

/* Nobody looks oftener, and the node has something else to do. */
#define INTERVAL_LEAST_NS INT64_C(100000000)

/* Of those that have values: that it is one of them was looked at already. */
static bool is_on(struct text value)
{
	return text_is(value, "on");
}

static bool set_interval(struct settings *s, struct text rest, struct text value,
			 struct err *err)
{
	int64_t ns;

	if (!units_duration(value, &ns, err))
		return false;
	if (ns < INTERVAL_LEAST_NS)
		return fail(err, ERR_USAGE, "an interval is 100ms or more");
	s->interval_ns = ns;
	return true;
}

static bool set_budget(struct settings *s, struct text rest, struct text value,
		       struct err *err)
{
	int64_t percent;

	if (!text_int(value, &percent) || percent < 1 || percent > 100)
		return fail(err, ERR_USAGE, "a budget is 1 to 100 percent");
	s->budget = (unsigned)percent;
	return true;
}

/* Which tabs there are depends on the source: only then it is looked at. */
static bool set_first(struct settings *s, struct text rest, struct text value,
		      struct err *err)
{
	s->first = value;
	return true;
}

static bool set_mouse(struct settings *s, struct text rest, struct text value,
		      struct err *err)
{
	s->mouse = is_on(value);
	return true;
}

static bool set_ascii(struct settings *s, struct text rest, struct text value,
		      struct err *err)
{
	s->ascii = is_on(value);
	return true;
}

static bool set_color(struct settings *s, struct text rest, struct text value,
		      struct err *err)
{
	s->color = text_is(value, "auto")     ? COLOR_AUTO
		   : text_is(value, "always") ? COLOR_ALWAYS
					      : COLOR_NEVER;
	return true;
}

static bool set_syntax(struct settings *s, struct text rest, struct text value,
		       struct err *err)
{
	s->syntax = text_is(value, "auto")     ? SYNTAX_AUTO
		    : text_is(value, "erlang") ? SYNTAX_ERLANG
					       : SYNTAX_ELIXIR;
	return true;
}

/*
 * Those of a table.
 */

static const struct schema *table_of(struct text name, struct err *err)
{
	const struct schema *s = tables_find(name);
	struct near near = { .word = name };

	if (s)
		return s;
	for (size_t i = 0; i < ntables; i++)
		near_offer(&near, tables[i]->name);
	fail(err, ERR_USAGE, "there is no table '%.*s'", TEXT_ARG(name));
	if (near.best)
		fail_hint(err, "did you mean '%s'?", near.best);
	return NULL;
}

static bool has_column(const struct schema *s, struct text name, struct err *err)
{
	struct arena scratch = { 0 };
	const struct derived *d = schema_derive(s, false, true, &scratch);
	bool has = schema_find(&d->schema, name) != TABLE_NONE;

	if (!has)
		table_no_column(&d->schema, name, err);
	arena_clear(&scratch);
	return has;
}

static bool set_columns(struct settings *s, struct text rest, struct text value,
			struct err *err)
{
	const struct schema *table = table_of(rest, err);
	struct text one;

	if (!table)
		return false;
	while (text_cut(&value, ',', &one))
		if (!has_column(table, text_trim(one), err))
			return false;
	return true;
}

static bool set_sort(struct settings *s, struct text rest, struct text value,
		     struct err *err)
{
	const struct schema *table = table_of(rest, err);

	if (text_starts(value, "+"))
		value = text_sub(value, 1, value.len);
	return table && has_column(table, value, err);
}

static void offer_tables(const struct setting *about, struct offer *o)
{
	struct buf name = { 0 };

	for (size_t i = 0; i < ntables; i++) {
		buf_reset(&name);
		buf_printf(&name, "%s%s", about->name, tables[i]->name);
		o->take(o, buf_text(&name), text_of(tables[i]->help));
	}
	buf_clear(&name);
}

/*
 * Thresholds.
 */

static size_t threshold_named(struct text name, struct err *err)
{
	struct near near = { .word = name };

	for (size_t i = THRESHOLD_NONE + 1; i < NTHRESHOLDS; i++) {
		if (text_is(name, threshold_defaults.of[i].name))
			return i;
		near_offer(&near, threshold_defaults.of[i].name);
	}
	fail(err, ERR_USAGE, "there is no threshold '%.*s'", TEXT_ARG(name));
	if (near.best)
		fail_hint(err, "did you mean '%s'?", near.best);
	return THRESHOLD_NONE;
}

static bool set_threshold(struct settings *s, struct text rest, struct text value,
			  struct err *err)
{
	size_t which = threshold_named(rest, err);
	const struct threshold *usual = &threshold_defaults.of[which];
	bool falls = usual->crit < usual->warn;
	struct text warn;
	struct text crit;
	double from;
	double to;

	if (which == THRESHOLD_NONE)
		return false;
	if (!text_word(&value, &warn) || !text_word(&value, &crit) ||
	    text_trim(value).len)
		return fail(err, ERR_USAGE, "a threshold is two numbers: where it is "
					    "worth a look, and where it is bad");
	if (!units_number(warn, usual->unit, &from, err) ||
	    !units_number(crit, usual->unit, &to, err))
		return false;
	if (falls ? to > from : to < from)
		return fail(err, ERR_USAGE, "the second number is the worse one: it "
					    "can't be %s",
			    falls ? "higher" : "lower");
	s->thresholds.of[which].warn = from;
	s->thresholds.of[which].crit = to;
	return true;
}

static void offer_thresholds(const struct setting *about, struct offer *o)
{
	struct buf name = { 0 };

	for (size_t i = THRESHOLD_NONE + 1; i < NTHRESHOLDS; i++) {
		const struct threshold *t = &threshold_defaults.of[i];

		buf_reset(&name);
		buf_printf(&name, "%s%s", about->name, t->name);
		o->take(o, buf_text(&name), text_of(t->help));
	}
	buf_clear(&name);
}

const struct setting setting_rows[] = {
	{ "interval", "DURATION", "2s", NULL, "how often the node is asked",
	  set_interval, NULL },
	{ "budget", "PERCENT", "20", NULL,
	  "of a core of the node: what reading large tables may take", set_budget,
	  NULL },
	{ "first", "TABLE", "home", NULL, "the tab or table that is shown first",
	  set_first, NULL },
	{ "mouse", "on or off", "on", "on off",
	  "clicks and the wheel; off: the terminal selects text with it", set_mouse,
	  NULL },
	{ "color", "auto, always or never", "auto", "auto always never",
	  "whether colours are used", set_color, NULL },
	{ "ascii", "on or off", "off", "on off", "draw nothing beyond ASCII", set_ascii,
	  NULL },
	{ "syntax", "auto, erlang or elixir", "auto", "auto erlang elixir",
	  "how terms and functions are written", set_syntax, NULL },
	{ "columns.", "COLUMN,COLUMN", NULL, NULL,
	  "what is shown of a table, in this order", set_columns, offer_tables },
	{ "sort.", "COLUMN", NULL, NULL,
	  "what ranks a table, the highest first; +COLUMN: the lowest", set_sort,
	  offer_tables },
	{ "threshold.", "NUMBER NUMBER", NULL, NULL,
	  "from where on a number is worth a look, and from where on bad", set_threshold,
	  offer_thresholds },
};
const size_t setting_count = sizeof(setting_rows) / sizeof(setting_rows[0]);
