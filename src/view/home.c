/* The header: what it reads, and what it makes of that. */
#include "view/home.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "view/home_inside.h"
#include "view/settings.h"

/* The header waits for the first rows, looking again and again, but not for ever. */
#define START_NS INT64_C(5000000)
#define START_MOST_NS INT64_C(500000000)
/* What a trend is over. */
#define TREND_NS INT64_C(60000000000)
/* What was seen for less tells nothing of when a limit is reached. */
#define FORESEEN_NS INT64_C(10000000000)

/* A new value: what it grew by a second since the one before, as far as that is known. */
static void put(struct home *h, size_t item, int64_t wall_ns, double raw, double growth)
{
	const struct home_item *i = &home_items[item];
	struct home_value *v = &h->values[item];
	struct series_name name = home_item_series(i, h->link->name);

	history_put(top_history(h->top), &name, wall_ns, raw);
	v->now = raw;
	v->growth = growth;
	/* A counter that fell began anew. */
	if (i->how == HOME_RATE)
		v->now = growth >= 0 ? growth : NAN;
	v->raw = raw;
	v->raw_ns = wall_ns;
	v->seen |= isfinite(raw);
}

static double cost_of(const struct home_item *i, const struct node_cost *cost)
{
	if (text_is(text_of(i->key), "requests"))
		return (double)cost->calls;
	if (text_is(text_of(i->key), "bytes"))
		return (double)(cost->bytes_in + cost->bytes_out);
	return (double)cost->helpers_ns;
}

/* What we cost the node, which nobody has to be asked for. */
static void take_ours(struct home *h, int64_t wall_ns)
{
	struct live *live = link_live(h->link);
	bool anew = h->generation != h->link->generation;
	struct node_cost cost;

	if (!live)
		return;
	h->generation = h->link->generation;
	cost = node_cost(live_node(live));
	for (size_t i = 0; i < home_nitems; i++) {
		struct home_value *v = &h->values[i];
		double raw = cost_of(&home_items[i], &cost);
		double growth = NAN;

		if (home_items[i].feed != HOME_OURS)
			continue;
		if (v->seen && !anew && wall_ns > v->raw_ns)
			growth = (raw - v->raw) / ((double)(wall_ns - v->raw_ns) / 1e9);
		put(h, i, wall_ns, raw, growth);
	}
}

static void take(struct home *h, struct home_feeding *f)
{
	const struct table *t = feed_table(f->feed);
	int64_t wall_ns = feed_wall_ns(f->feed);

	if (f->which == HOME_SYSTEM)
		take_ours(h, wall_ns);
	for (size_t i = 0; i < home_nitems; i++) {
		if (home_items[i].feed != f->which)
			continue;
		h->values[i].limit = home_item_limit(&home_items[i], t);
		put(h, i, wall_ns, home_item_value(&home_items[i], t),
		    home_item_growth(&home_items[i], t));
	}
	/* Each scheduler has a bar, and may be a chart. */
	if (f->which == HOME_SCHEDULERS) {
		struct arena scratch = { 0 };
		struct rows rows = rows_all(t, &scratch);

		history_take(top_history(h->top), h->link->name,
			     home_feed_schema(f->which), t, rows.at, rows.n, wall_ns);
		arena_clear(&scratch);
	}
}

static void changed(void *ctx)
{
	struct home_feeding *f = ctx;
	struct home *h = f->home;

	feed_interval(f->feed, top_interval_ns(h->top));
	if (feed_table(f->feed) && feed_readings(f->feed) != f->readings) {
		f->readings = feed_readings(f->feed);
		take(h, f);
	}
	top_dirty(h->top);
}

static void feed_init(struct home *h, enum home_feed which)
{
	const struct top_options *o = top_options(h->top);
	struct home_feeding *f = &h->feeds[which];
	struct cell keys[HOME_ITEMS_MAX];
	/* A recording has what it has: there the names of some rows are not known. */
	size_t n = h->link->stored ? 0 : home_feed_keys(which, keys, &h->arena);

	f->home = h;
	f->which = which;
	f->feed = feed_new(&(struct feed_options){
		.link = h->link,
		.schema = home_feed_schema(which),
		.interval_ns = top_interval_ns(h->top),
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.only = n ? keys : NULL,
		.nonly = n,
		.changed = changed,
		.ctx = f,
	});
	feed_want(f->feed, home_feed_columns(which), 0);
}

/* The rows below are what people wait for: nothing of the node's time, or of ours, goes
 * to the header before they are there. */
static void start(void *ctx)
{
	struct home *h = ctx;
	int64_t now = loop_now();
	bool busy = h->link->state != LINK_OPEN || h->link->asks > 0;

	h->starting = NULL;
	if (!h->link->stored && busy && now < h->start_ns + START_MOST_NS) {
		h->starting = loop_at(h->link->loop, now + START_NS, start, h);
		return;
	}
	for (size_t i = 0; i < HOME_FEEDS; i++)
		feed_run(h->feeds[i].feed, true);
}

struct home *home_new(struct top *t, struct link *l)
{
	struct home *h = mem_zalloc(sizeof(*h));

	*h = (struct home){ .top = t,
			    .link = l,
			    .thresholds = &top_settings(t)->thresholds };
	for (size_t i = 0; i < HOME_ITEMS_MAX; i++)
		h->values[i].now = h->values[i].limit = h->values[i].growth = NAN;
	for (size_t i = 0; i < HOME_FEEDS; i++)
		feed_init(h, (enum home_feed)i);
	h->start_ns = loop_now();
	if (l->stored)
		start(h);
	else
		h->starting = loop_at(l->loop, h->start_ns + START_NS, start, h);
	return h;
}

void home_free(struct home *h)
{
	if (!h)
		return;
	loop_timer_cancel(h->link->loop, h->starting);
	for (size_t i = 0; i < HOME_FEEDS; i++)
		feed_free(h->feeds[i].feed);
	arena_clear(&h->arena);
	free(h);
}

double home_number(const struct home *h, const char *table, const char *key)
{
	for (size_t i = 0; i < home_nitems; i++) {
		const struct home_item *item = &home_items[i];

		if (item->feed < HOME_FEEDS && text_is(text_of(item->key), key) &&
		    text_is(text_of(home_feed_schema(item->feed)->name), table))
			return h->values[i].now;
	}
	return NAN;
}

struct cell home_fact(const struct home *h, struct text key)
{
	const struct table *t = feed_table(h->feeds[HOME_SYSTEM].feed);
	size_t column = t ? schema_find(t->schema, TEXT("value")) : TABLE_NONE;
	struct cell name = { CELL_TEXT, { .text = &key } };
	size_t row = column == TABLE_NONE ? TABLE_NONE : table_find(t, name);

	return row == TABLE_NONE ? (struct cell){ .type = CELL_NULL }
				 : table_cell(t, row, column);
}

int64_t home_read_ns(const struct home *h)
{
	return feed_at_ns(h->feeds[HOME_SYSTEM].feed);
}

int64_t home_read_wall_ns(const struct home *h)
{
	return feed_wall_ns(h->feeds[HOME_SYSTEM].feed);
}

void home_remember(struct home *h, const struct table *t, int64_t wall_ns)
{
	for (size_t i = 0; i < home_nitems; i++) {
		const struct home_item *item = &home_items[i];
		struct series_name name = home_item_series(item, h->link->name);

		if (item->feed < HOME_FEEDS &&
		    text_is(name.table, t->schema->name))
			history_put(top_history(h->top), &name, wall_ns,
				    home_item_value(item, t));
	}
}

void home_bars(struct home *h)
{
	h->bars = !h->bars;
	top_dirty(h->top);
}

bool home_item_there(const struct home *h, size_t item)
{
	const struct home_item *i = &home_items[item];
	const struct feed *f = i->feed < HOME_FEEDS ? h->feeds[i->feed].feed : NULL;

	if (h->values[item].seen)
		return true;
	return f && feed_readings(f) == 0 && feed_err(f)->kind == ERR_NONE;
}

double home_item_trend(const struct home *h, size_t item)
{
	const struct home_value *v = &h->values[item];
	struct series_name name = home_item_series(&home_items[item], h->link->name);
	double trend;

	if (!home_items[item].trend)
		return NAN;
	trend = history_trend(top_history(h->top), &name, v->raw_ns - TREND_NS,
			      v->raw_ns);
	return isnan(trend) ? v->growth : trend;
}

double home_item_to_limit(const struct home *h, size_t item)
{
	const struct home_value *v = &h->values[item];
	struct series_name name = home_item_series(&home_items[item], h->link->name);
	double rest = v->limit - v->now;
	double trend = home_item_trend(h, item);
	int64_t first, last;

	if (!history_extent(top_history(h->top), &name, &first, &last) ||
	    last - first < FORESEEN_NS)
		return NAN;
	if (!(trend > 0) || !(rest >= 0))
		return NAN;
	return rest / trend * 1e9;
}

static enum style worse(enum style a, enum style b)
{
	if (a == STYLE_CRIT || b == STYLE_CRIT)
		return STYLE_CRIT;
	return a == STYLE_WARN || b == STYLE_WARN ? STYLE_WARN : STYLE_PLAIN;
}

/* A run queue is measured by how many there are to work it off. */
static double online(const struct home *h)
{
	const struct table *t = feed_table(h->feeds[HOME_SYSTEM].feed);
	struct cell c = { .type = CELL_NULL };

	if (t)
		c = home_cell(t, "schedulers_online", "value");
	return c.type == CELL_INT && c.v.num > 0 ? (double)c.v.num : 1;
}

enum style home_item_style(const struct home *h, size_t item)
{
	const struct home_item *i = &home_items[item];
	const struct home_value *v = &h->values[item];
	double level = i->limit_key ? v->now / v->limit : v->now;
	enum style style;

	if (i->threshold == THRESHOLD_NONE)
		return STYLE_PLAIN;
	if (i->threshold == THRESHOLD_RUN_QUEUE)
		level /= online(h);
	style = threshold_style(h->thresholds, i->threshold, level);
	return worse(style, threshold_style(h->thresholds, THRESHOLD_TO_LIMIT,
					    home_item_to_limit(h, item)));
}
