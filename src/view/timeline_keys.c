/* What can be done with the time line. */
#include "view/table.h"
#include "view/timeline_inside.h"

#define SPEED_MOST 4096

static struct timeline *of(const struct view *v)
{
	return top_timeline(v->top);
}

static bool go(struct view *v, size_t sample)
{
	struct timeline *t = of(v);

	timeline_play(t, false);
	timeline_go(t, sample);
	return true;
}

static bool move(struct view *v, int64_t by)
{
	int64_t to = (int64_t)of(v)->now + by;

	return go(v, to > 0 ? (size_t)to : 0);
}

static bool back(struct view *v, struct text argument, struct err *err)
{
	return move(v, -1);
}

static bool forward(struct view *v, struct text argument, struct err *err)
{
	return move(v, 1);
}

static bool back_ten(struct view *v, struct text argument, struct err *err)
{
	return move(v, -10);
}

static bool forward_ten(struct view *v, struct text argument, struct err *err)
{
	return move(v, 10);
}

static bool begin(struct view *v, struct text argument, struct err *err)
{
	return go(v, 0);
}

static bool end(struct view *v, struct text argument, struct err *err)
{
	return go(v, SIZE_MAX);
}

static bool at(struct view *v, struct text argument, struct err *err)
{
	struct timeline *t = of(v);
	struct moment m;

	if (t->times.n == 0)
		return fail(err, ERR_CANNOT, "the recording is empty");
	if (!moment_parse(argument, &m, err))
		return false;
	return go(v, recording_times_at(
			     &t->times,
			     moment_date(m, t->times.at[t->times.n - 1].at)));
}

static bool play(struct view *v, struct text argument, struct err *err)
{
	struct timeline *t = of(v);

	timeline_play(t, !t->playing);
	return true;
}

/* Twice as fast, then from the beginning again; or so fast. */
static bool speed(struct view *v, struct text argument, struct err *err)
{
	struct timeline *t = of(v);
	int64_t n = t->speed < 64 ? t->speed * 2 : 1;

	if (argument.len && (!text_int(argument, &n) || n < 1 || n > SPEED_MOST))
		return fail(err, ERR_USAGE, "a speed is a number from 1 to %d",
			    SPEED_MOST);
	timeline_faster(t, n);
	return true;
}

/*
 * Peaks.
 */

/* The column that was named, or the one that ranks. */
static bool find_column(const struct view *v, struct text name, size_t *column,
			struct err *err)
{
	const struct derived *d = table_view_derived(v);

	*column = table_view_ranked(v);
	if (name.len) {
		*column = schema_find(&d->schema, name);
		if (*column == TABLE_NONE)
			return table_no_column(&d->schema, name, err);
	} else if (*column == TABLE_NONE) {
		fail(err, ERR_USAGE, "no column ranks here");
		return fail_hint(err, ":peak COLUMN names one");
	}
	return true;
}

static bool search(struct view *v, struct text name, bool row, struct err *err)
{
	struct timeline *t = of(v);
	struct peak_options o = { 0 };
	struct cell key;

	if (!table_view_is(v))
		return fail(err, ERR_CANNOT, "only tables have peaks");
	if (t->times.n == 0)
		return fail(err, ERR_CANNOT, "the recording is empty");
	o.derived = table_view_derived(v);
	if (!find_column(v, name, &o.column, err) ||
	    !peak_can(o.derived, o.column, err))
		return false;
	if (row) {
		if (!table_view_chosen(v, &key))
			return fail(err, ERR_CANNOT, "there is no row");
		o.key = &key;
	}
	timeline_search(t, &o);
	return true;
}

static bool peak(struct view *v, struct text argument, struct err *err)
{
	return search(v, argument, false, err);
}

static bool peak_of_row(struct view *v, struct text argument, struct err *err)
{
	return search(v, argument, true, err);
}

static void complete_column(struct view *v, struct text before, struct offer *o)
{
	const struct derived *d;

	if (!table_view_is(v))
		return;
	d = table_view_derived(v);
	for (size_t c = 0; c < d->schema.ncolumns; c++)
		if (peak_can(d, c, NULL))
			o->take(o, text_of(d->schema.columns[c].name),
				text_of(d->schema.columns[c].help));
}

const struct action timeline_actions[] = {
	{ ",", "earlier", NULL, "the sample before", ACTION_FOOT, back, NULL },
	{ ".", "later", NULL, "the sample after", ACTION_FOOT, forward, NULL },
	{ "{", "back-ten", NULL, "ten samples back", 0, back_ten, NULL },
	{ "}", "forward-ten", NULL, "ten samples forward", 0, forward_ten, NULL },
	{ "(", "begin", NULL, "the first sample", 0, begin, NULL },
	{ ")", "end", NULL, "the last sample, and those that are still written", 0, end,
	  NULL },
	{ NULL, "at", "TIME", "the sample of that time: 2026-11-23T07:52, 07:52, -90s", 0,
	  at, NULL },
	{ "p", "play", NULL, "go on as it was recorded, or stop", ACTION_FOOT, play,
	  NULL },
	{ "\\", "speed", "TIMES", "play twice as fast, from 1 to 64 and again", 0, speed,
	  NULL },
	{ "P", "peak", "COLUMN", "when a column was at its highest, of all rows",
	  ACTION_FOOT, peak, complete_column },
	{ "<c-p>", "peak-of-row", "COLUMN", "the same of the row under the cursor", 0,
	  peak_of_row, complete_column },
};
const size_t timeline_nactions = sizeof(timeline_actions) / sizeof(timeline_actions[0]);
