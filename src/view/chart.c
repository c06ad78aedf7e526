/* A chart over time, and the keys that move around in it. */
#include "view/chart.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "view/chart_number.h"
#include "view/feed.h"
#include "view/top.h"

#define SECOND INT64_C(1000000000)

static const int64_t spans_s[] = {
	10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200,
	604800,
};
enum { NSPANS = sizeof(spans_s) / sizeof(spans_s[0]), SPAN_FIRST = 3, SPAN_OPEN = 5 };

/* The rows of one table that the chart reads itself. */
struct reading {
	struct chart_view *view;
	const struct schema *schema;
	struct feed *feed;
	size_t readings;
};

struct chart_view {
	struct view view;
	struct arena arena;
	struct chart_number at[CHART_SERIES];
	size_t n;
	size_t chosen;
	struct reading readings[CHART_SERIES];
	size_t nreadings;
	size_t span;       /* of spans_s */
	int64_t end_ns;    /* what the right edge is; 0: it follows the time */
	int64_t cursor_ns; /* the moment that is looked at; 0: none */
	bool from_least;   /* the scale begins at the least value, not at 0 */
	size_t npoints;    /* as drawn the last time */
	int64_t to_ns;     /* the same */
};

static struct chart_view *of(struct view *v)
{
	return (struct chart_view *)v;
}

/*
 * Reading on.
 */

static void changed(void *ctx)
{
	struct reading *r = ctx;
	struct chart_view *c = r->view;
	const struct table *t = feed_table(r->feed);

	feed_interval(r->feed, top_interval_ns(c->view.top));
	if (t && feed_readings(r->feed) != r->readings) {
		struct arena scratch = { 0 };
		struct rows rows = rows_all(t, &scratch);

		r->readings = feed_readings(r->feed);
		history_take(top_history(c->view.top), c->view.link->name, r->schema, t,
			     rows.at, rows.n, feed_wall_ns(r->feed));
		arena_clear(&scratch);
	}
	top_dirty(c->view.top);
}

/* All numbers of the rows: others than those that are drawn may be wanted soon. */
static uint64_t numbers_of(const struct schema *s)
{
	uint64_t mask = s->unit ? column_bit(s->unit) : 0;

	for (size_t i = 0; i < s->ncolumns; i++)
		if (chart_column_is_number(&s->columns[i]))
			mask |= column_bit(i);
	return mask;
}

static void read_table(struct chart_view *c, const struct schema *schema)
{
	struct reading *r = &c->readings[c->nreadings++];
	const struct top_options *o = top_options(c->view.top);
	struct cell keys[CHART_SERIES];
	uint64_t columns = numbers_of(schema);
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		size_t k = 0;

		if (c->at[i].schema != schema)
			continue;
		columns |= chart_number_columns(&c->at[i]);
		while (k < n && !cell_eq(keys[k], c->at[i].key))
			k++;
		if (k == n)
			keys[n++] = c->at[i].key;
	}
	*r = (struct reading){ .view = c, .schema = schema };
	r->feed = feed_new(&(struct feed_options){
		.link = c->view.link,
		.schema = schema,
		.interval_ns = top_interval_ns(c->view.top),
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.only = keys,
		.nonly = n,
		.changed = changed,
		.ctx = r,
	});
	feed_want(r->feed, columns, 0);
}

static void stop_reading(struct chart_view *c)
{
	while (c->nreadings > 0)
		feed_free(c->readings[--c->nreadings].feed);
}

static void shown(struct view *v, bool on)
{
	for (size_t i = 0; i < of(v)->nreadings; i++)
		feed_run(of(v)->readings[i].feed, on);
}

/* After the numbers changed. A recording knows what they were. */
static void read_all(struct chart_view *c)
{
	stop_reading(c);
	for (size_t i = 0; i < c->n; i++) {
		size_t k = 0;

		if (c->at[i].schema)
			recall_series(top_recall(c->view.top), c->at[i].schema,
				      c->at[i].key, &c->at[i].name);

		while (k < c->nreadings && c->readings[k].schema != c->at[i].schema)
			k++;
		if (c->at[i].schema && k == c->nreadings)
			read_table(c, c->at[i].schema);
	}
}

/*
 * The time.
 */

/* What is known of all its numbers, or may be. False: nothing is. */
static bool extent(const struct chart_view *c, int64_t *first, int64_t *last)
{
	bool any = timeline_extent(top_timeline(c->view.top), first, last);

	for (size_t i = 0; i < c->n; i++) {
		int64_t from, to;

		if (!history_extent(top_history(c->view.top), &c->at[i].name, &from, &to))
			continue;
		*first = any && *first < from ? *first : from;
		*last = any && *last > to ? *last : to;
		any = true;
	}
	return any;
}

/* The right edge. */
static int64_t end_of(const struct chart_view *c)
{
	int64_t first = 0, last = 0;
	int64_t piece = spans_s[c->span] * SECOND / (int64_t)c->npoints;

	if (c->end_ns)
		return c->end_ns;
	if (!extent(c, &first, &last))
		last = loop_wall();
	if (!c->view.link->stored && !c->view.link->paused)
		last = loop_wall();
	/* Pieces keep their places while the time goes on. */
	return (last / piece + 1) * piece;
}

/* So much that all that is known is in sight, within reason. */
static void span_for(struct chart_view *c)
{
	int64_t first, last;
	size_t most = c->view.link->stored ? NSPANS - 1 : SPAN_OPEN;

	c->span = c->view.link->stored ? 0 : SPAN_FIRST;
	if (!extent(c, &first, &last))
		return;
	while (c->span < most && spans_s[c->span] * SECOND < last - first)
		c->span++;
}

static int64_t span_ns(const struct chart_view *c)
{
	return spans_s[c->span] * SECOND;
}

static int64_t piece_ns(const struct chart_view *c)
{
	return span_ns(c) / (int64_t)(c->npoints ? c->npoints : 1);
}

/* The moment that is looked at: of a recording at first the one that is shown; or 0. */
static int64_t looked_at(const struct chart_view *c)
{
	const struct timeline *t = top_timeline(c->view.top);

	return c->cursor_ns || !t ? c->cursor_ns : timeline_now(t);
}

/* What the right edge is called; 0: now. */
static int64_t until(const struct chart_view *c)
{
	return c->end_ns || !c->view.link->stored ? c->end_ns : c->to_ns;
}

/* The cursor stays in sight. */
static void look_at(struct chart_view *c, int64_t ns)
{
	int64_t to = c->to_ns;

	if (ns >= to)
		ns = to - 1;
	c->cursor_ns = ns;
	if (ns < to - span_ns(c))
		c->end_ns = ns + span_ns(c);
	else if (c->end_ns && ns + piece_ns(c) >= to)
		c->end_ns = to + span_ns(c) / 4;
	if (c->end_ns > loop_wall() && !c->view.link->stored)
		c->end_ns = 0;
	top_dirty(c->view.top);
}

/*
 * Drawing.
 */

static void add_title(struct buf *b, const struct chart_view *c)
{
	const struct recall *recall = top_recall(c->view.top);

	if (!until(c))
		buf_str(b, "last ");
	units_human(b, (double)span_ns(c), UNIT_NS);
	if (until(c)) {
		buf_str(b, " until ");
		chart_clock(b, until(c));
	}
	if (recall_busy(recall))
		buf_printf(b, "   read: %d%%", (int)(recall_progress(recall) * 100));
	if (looked_at(c)) {
		buf_str(b, "   at ");
		chart_clock(b, looked_at(c));
		if (!c->view.link->stored && loop_wall() > c->cursor_ns) {
			buf_str(b, ", ");
			units_human(b, floor((double)(loop_wall() - c->cursor_ns) / 1e9) *
					       1e9, UNIT_NS);
			buf_str(b, " ago");
		}
	}
}

static void draw_title(const struct chart_view *c, struct pane p)
{
	struct buf b = { 0 };

	add_title(&b, c);
	pane_text(p, 0, 0, STYLE_TITLE, buf_text(&b));
	buf_clear(&b);
}

static enum history_as as_of(const struct chart_number *n)
{
	if (!n->rate)
		return HISTORY_LEVEL;
	return n->counter ? HISTORY_RATE : HISTORY_GROWTH;
}

static void draw(struct view *v, struct pane p)
{
	struct chart_view *c = of(v);
	struct chart_series series[CHART_SERIES];
	struct chart_point *points;
	struct chart chart = { .series = series, .nseries = c->n, .chosen = c->chosen,
			       .from_zero = !c->from_least, .cursor = CHART_NO_POINT };

	struct pane title = pane_top(&p, 1);

	c->npoints = chart.npoints = chart_points(p);
	c->to_ns = chart.to_ns = end_of(c);
	draw_title(c, title);
	chart.from_ns = chart.to_ns - span_ns(c);
	points = mem_alloc(c->n * c->npoints * sizeof(*points) + 1);
	for (size_t i = 0; i < c->n; i++) {
		struct chart_number *n = &c->at[i];
		struct history_window w = { chart.from_ns, chart.to_ns, as_of(n) };

		history_read(top_history(v->top), &n->name, &w, points + i * c->npoints,
			     c->npoints, NULL);
		series[i] = (struct chart_series){ n->label, points + i * c->npoints,
						   n->unit, n->rate ? "/s" : "",
						   n->rate ? NAN : n->limit };
	}
	if (looked_at(c) >= chart.from_ns && looked_at(c) < chart.to_ns)
		chart.cursor = (size_t)((double)(looked_at(c) - chart.from_ns) /
					(double)span_ns(c) * (double)c->npoints);
	chart_draw(p, &chart);
	free(points);
}

/*
 * Keys.
 */

static bool zoom(struct view *v, int step)
{
	struct chart_view *c = of(v);

	if (step < 0 ? c->span > 0 : c->span + 1 < NSPANS)
		c->span = (size_t)((int)c->span + step);
	/* Around what is looked at. */
	if (c->end_ns && c->cursor_ns)
		c->end_ns = c->cursor_ns + span_ns(c) / 2;
	top_dirty(v->top);
	return true;
}

static bool zoom_in(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	return zoom(v, -1);
}

static bool zoom_out(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	return zoom(v, 1);
}

static bool move(struct view *v, int64_t pieces)
{
	struct chart_view *c = of(v);
	int64_t from = looked_at(c);

	if (!from) {
		int64_t first;

		if (!extent(c, &first, &from) || from > c->to_ns)
			from = c->to_ns;
	} else {
		from += pieces * piece_ns(c);
	}
	look_at(c, from);
	return true;
}

static bool left(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	return move(v, -1);
}

static bool right(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	return move(v, 1);
}

static bool page_left(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	return move(v, -(int64_t)of(v)->npoints / 4);
}

static bool page_right(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	return move(v, (int64_t)of(v)->npoints / 4);
}

static bool first(struct view *v, struct text argument, struct err *err)
{
	int64_t from, to;

	(void)argument;
	(void)err;
	if (extent(of(v), &from, &to))
		look_at(of(v), from);
	return true;
}

static bool follow(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	of(v)->end_ns = of(v)->cursor_ns = 0;
	top_dirty(v->top);
	return true;
}

/* The screens of the moment that is looked at. */
static bool show_moment(struct view *v, struct text argument, struct err *err)
{
	struct timeline *t = top_timeline(v->top);

	(void)argument;
	if (!t)
		return fail(err, ERR_CANNOT, "only recordings have a past to be shown");
	timeline_show(t, looked_at(of(v)));
	of(v)->cursor_ns = 0;
	return true;
}

static bool keeps_past(const struct view *v)
{
	return top_timeline(v->top) != NULL;
}

/* To where the chosen line is highest, of what is in sight. */
static bool peak(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);
	struct chart_point *points = mem_alloc(c->npoints * sizeof(*points));
	struct history_window w = { c->to_ns - span_ns(c), c->to_ns, HISTORY_LEVEL };
	size_t at = c->npoints;

	(void)argument;
	(void)err;
	if (c->n) {
		w.as = as_of(&c->at[c->chosen]);
		history_read(top_history(v->top), &c->at[c->chosen].name, &w, points,
			     c->npoints, NULL);
	}
	for (size_t i = 0; c->n && i < c->npoints; i++)
		if (isfinite(points[i].high) &&
		    (at == c->npoints || points[i].high > points[at].high))
			at = i;
	if (at < c->npoints)
		look_at(c, w.from_ns + (int64_t)(((double)at + 0.5) /
						 (double)c->npoints *
						 (double)span_ns(c)));
	free(points);
	return true;
}

static bool choose_next(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	(void)argument;
	(void)err;
	if (c->n)
		c->chosen = (c->chosen + 1) % c->n;
	top_dirty(v->top);
	return true;
}

static bool choose_previous(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	(void)argument;
	(void)err;
	if (c->n)
		c->chosen = (c->chosen + c->n - 1) % c->n;
	top_dirty(v->top);
	return true;
}

static bool rate(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	(void)argument;
	(void)err;
	if (c->n)
		c->at[c->chosen].rate = !c->at[c->chosen].rate;
	top_dirty(v->top);
	return true;
}

static bool zero(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	of(v)->from_least = !of(v)->from_least;
	top_dirty(v->top);
	return true;
}

static bool drop(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	(void)argument;
	if (c->n < 2)
		return fail(err, ERR_USAGE, "it is the only line of the chart");
	for (size_t i = c->chosen; i + 1 < c->n; i++)
		c->at[i] = c->at[i + 1];
	c->n--;
	c->chosen = c->chosen < c->n ? c->chosen : c->n - 1;
	read_all(c);
	shown(v, true);
	top_dirty(v->top);
	return true;
}

static bool has(const struct chart_view *c, const struct chart_number *n)
{
	for (size_t i = 0; i < c->n; i++)
		if (text_eq(c->at[i].name.column, n->name.column) &&
		    text_eq(c->at[i].name.key, n->name.key) &&
		    text_eq(c->at[i].name.table, n->name.table))
			return true;
	return false;
}

/* A line more: another column of the chosen one's row. */
static bool add_column(struct chart_view *c, size_t column, struct err *err)
{
	struct chart_number n =
		chart_number_beside(&c->at[c->chosen], column, &c->arena);

	if (c->n == CHART_SERIES)
		return fail(err, ERR_USAGE, "a chart has at most %d lines", CHART_SERIES);
	if (has(c, &n))
		return fail(err, ERR_USAGE, "it is in the chart already");
	c->at[c->n++] = n;
	c->chosen = c->n - 1;
	read_all(c);
	shown(&c->view, true);
	top_dirty(c->view.top);
	return true;
}

static bool rows_schema(const struct chart_view *c, const struct schema **s,
			struct err *err)
{
	*s = c->n ? c->at[c->chosen].schema : NULL;
	if (*s)
		return true;
	return fail(err, ERR_USAGE, "there is no row that has other columns");
}

static bool add(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);
	const struct schema *s;
	size_t column;

	if (!rows_schema(c, &s, err))
		return false;
	if (!argument.len) {
		for (column = 0; column < s->ncolumns; column++) {
			struct chart_number n = chart_number_beside(&c->at[c->chosen],
								    column, &c->arena);

			if (chart_column_is_number(&s->columns[column]) && !has(c, &n))
				return add_column(c, column, err);
		}
		return fail(err, ERR_USAGE, "all numbers of the row are in the chart");
	}
	column = schema_find(s, argument);
	if (column == TABLE_NONE)
		return table_no_column(s, argument, err);
	if (s->columns[column].kind == COLUMN_LABEL)
		return fail(err, ERR_USAGE, "'%.*s' is no number over time",
			    TEXT_ARG(argument));
	return add_column(c, column, err);
}

static void offer_columns(struct view *v, struct text before, struct offer *o)
{
	const struct schema *s;

	(void)before;
	if (!rows_schema(of(v), &s, NULL))
		return;
	for (size_t i = 0; i < s->ncolumns; i++)
		if (s->columns[i].kind != COLUMN_LABEL)
			o->take(o, text_of(s->columns[i].name),
				text_of(s->columns[i].help));
}

static const struct action actions[] = {
	{ "+=", "zoom-in", NULL, "a shorter time", ACTION_FOOT, zoom_in, NULL },
	{ "-", "zoom-out", NULL, "a longer time", ACTION_FOOT, zoom_out, NULL },
	{ "<left>h", "left", NULL, "look at the moment before", 0, left, NULL },
	{ "<right>l", "right", NULL, "look at the moment after", 0, right, NULL },
	{ "<pageup>", "page-left", NULL, "a quarter of the time back", 0, page_left,
	  NULL },
	{ "<pagedown>", "page-right", NULL, "a quarter of the time on", 0, page_right,
	  NULL },
	{ "<home>g", "first", NULL, "the oldest that is known", 0, first, NULL },
	{ "<end>G", "follow", NULL, "follow the time again", ACTION_FOOT, follow, NULL },
	{ "m", "peak", NULL, "where the chosen line is highest", ACTION_FOOT, peak,
	  NULL },
	{ "<enter>", "show", NULL, "the screens of this moment", ACTION_FOOT, show_moment,
	  NULL, keeps_past },
	{ "<down>j", "next-line", NULL, "choose the next line, whose scale is shown", 0,
	  choose_next, NULL },
	{ "<up>k", "previous-line", NULL, "choose the line before", 0, choose_previous,
	  NULL },
	{ "r", "rate", NULL, "what it changes by a second, or what it is", ACTION_FOOT,
	  rate, NULL },
	{ "0", "zero", NULL, "the scale begins at 0, or at the least value", 0, zero,
	  NULL },
	{ "a", "add", "COLUMN", "add another number of the row", ACTION_FOOT, add,
	  offer_columns },
	{ "d<delete>", "drop", NULL, "take the chosen line out", 0, drop, NULL },
};

static void free_view(struct view *v)
{
	struct chart_view *c = of(v);

	stop_reading(c);
	arena_clear(&c->arena);
	free(c);
}

static const struct view_ops ops = {
	.name = "chart",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.draw = draw,
	.shown = shown,
	.free = free_view,
};

struct view *chart_view_new(struct top *t, struct link *l,
			    const struct chart_number *numbers, size_t n)
{
	struct chart_view *c = mem_zalloc(sizeof(*c));

	c->view = (struct view){ .ops = &ops, .top = t, .link = l };
	c->npoints = 1;
	for (size_t i = 0; i < n && c->n < CHART_SERIES; i++)
		c->at[c->n++] = chart_number_dup(&numbers[i], &c->arena);
	span_for(c);
	read_all(c);
	return &c->view;
}
