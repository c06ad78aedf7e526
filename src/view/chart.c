/* A chart over time, and the keys that move around in it. */
#include "view/chart.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "view/chart_inside.h"
#include "view/top.h"

#define SECOND INT64_C(1000000000)

static const int64_t spans_s[] = {
	10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200,
	604800,
};
enum { NSPANS = sizeof(spans_s) / sizeof(spans_s[0]), SPAN_FIRST = 3, SPAN_OPEN = 5 };

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
	feed_run(r->feed, c->shown);
}

static void stop_reading(struct chart_view *c)
{
	while (c->nreadings > 0)
		feed_free(c->readings[--c->nreadings].feed);
}

static void shown(struct view *v, bool on)
{
	of(v)->shown = on;
	for (size_t i = 0; i < of(v)->nreadings; i++)
		feed_run(of(v)->readings[i].feed, on);
}

/* After the numbers changed. A recording knows what they were. */
void chart_read_all(struct chart_view *c)
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

bool chart_extent(const struct chart_view *c, int64_t *first, int64_t *last)
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
	if (!chart_extent(c, &first, &last))
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
	if (!chart_extent(c, &first, &last))
		return;
	while (c->span < most && spans_s[c->span] * SECOND <= last - first)
		c->span++;
}

int64_t chart_span_ns(const struct chart_view *c)
{
	return spans_s[c->span] * SECOND;
}

int64_t chart_looked_at(const struct chart_view *c)
{
	const struct timeline *t = top_timeline(c->view.top);

	return c->cursor_ns || !t ? c->cursor_ns : timeline_now(t);
}

/* What the right edge is called; 0: now. */
static int64_t until(const struct chart_view *c)
{
	return c->end_ns || !c->view.link->stored ? c->end_ns : c->to_ns;
}

void chart_zoom(struct chart_view *c, int step)
{
	if (step < 0 && c->span > 0)
		c->span--;
	else if (step > 0 && c->span + 1 < NSPANS)
		c->span++;
}

/*
 * Drawing.
 */

static void add_title(struct buf *b, const struct chart_view *c)
{
	const struct recall *recall = top_recall(c->view.top);

	if (!until(c))
		buf_str(b, "last ");
	if (spans_s[c->span] < 120)
		buf_printf(b, "%d s", (int)spans_s[c->span]);
	else
		units_human(b, (double)chart_span_ns(c), UNIT_NS);
	if (until(c)) {
		buf_str(b, " until ");
		chart_clock(b, until(c));
	}
	if (recall_busy(recall))
		buf_printf(b, "   read: %d%%", (int)(recall_progress(recall) * 100));
	if (chart_looked_at(c)) {
		buf_str(b, "   at ");
		chart_clock(b, chart_looked_at(c));
		if (!c->view.link->stored && loop_wall() > c->cursor_ns) {
			buf_str(b, ", ");
			units_human(b, floor((double)(loop_wall() - c->cursor_ns) / 1e9) *
					       1e9, UNIT_NS);
			buf_str(b, " ago");
		}
	}
}

/* Was the chosen one's row not in the last reading any more? */
static bool gone(const struct chart_view *c)
{
	for (size_t i = 0; c->n && i < c->nreadings; i++) {
		const struct table *t = feed_table(c->readings[i].feed);

		if (t && c->readings[i].schema == c->at[c->chosen].schema)
			return table_find(t, c->at[c->chosen].key) == TABLE_NONE;
	}
	return false;
}

static void draw_title(const struct chart_view *c, struct pane p)
{
	struct buf b = { 0 };
	size_t x;

	add_title(&b, c);
	x = pane_text(p, 0, 0, STYLE_TITLE, buf_text(&b));
	if (gone(c))
		pane_text(p, x + 3, 0, STYLE_WARN, TEXT("it is not there any more"));
	buf_clear(&b);
}

enum history_as chart_as(const struct chart_number *n)
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

	c->pane = p;
	c->npoints = chart.npoints = chart_points(p);
	c->to_ns = chart.to_ns = end_of(c);
	draw_title(c, title);
	chart.from_ns = chart.to_ns - chart_span_ns(c);
	points = mem_alloc(c->n * c->npoints * sizeof(*points) + 1);
	for (size_t i = 0; i < c->n; i++) {
		struct chart_number *n = &c->at[i];
		struct history_window w = { chart.from_ns, chart.to_ns, chart_as(n) };

		history_read(top_history(v->top), &n->name, &w, points + i * c->npoints,
			     c->npoints);
		series[i] = (struct chart_series){ n->label, points + i * c->npoints,
						   n->unit, n->rate ? "/s" : "",
						   n->rate ? NAN : n->limit };
	}
	if (chart_looked_at(c) >= chart.from_ns && chart_looked_at(c) < chart.to_ns)
		chart.cursor = (size_t)((double)(chart_looked_at(c) - chart.from_ns) /
					(double)chart_span_ns(c) * (double)c->npoints);
	chart_draw(p, &chart);
	free(points);
}

static void free_view(struct view *v)
{
	struct chart_view *c = of(v);

	stop_reading(c);
	arena_clear(&c->arena);
	free(c);
}

const struct view_ops chart_ops = {
	.name = "chart",
	.actions = chart_actions,
	.nactions = CHART_ACTIONS,
	.draw = draw,
	.key = chart_key,
	.shown = shown,
	.free = free_view,
};

struct view *chart_view_new(struct top *t, struct link *l,
			    const struct chart_number *numbers, size_t n)
{
	struct chart_view *c = mem_zalloc(sizeof(*c));

	c->view = (struct view){ .ops = &chart_ops, .top = t, .link = l };
	c->npoints = 1;
	for (size_t i = 0; i < n && c->n < CHART_SERIES; i++)
		c->at[c->n++] = chart_number_dup(&numbers[i], &c->arena);
	span_for(c);
	chart_read_all(c);
	return &c->view;
}
