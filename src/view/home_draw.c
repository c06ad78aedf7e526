/* The header, drawn: a first line, and blocks of numbers side by side. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tui/spark.h"
#include "view/home_inside.h"

/* What sparklines show: the least of these that has room for a value each interval, and
 * when that is more, more and more of the past. */
static const int64_t spans_ns[] = {
	INT64_C(30000000000), INT64_C(60000000000),  INT64_C(90000000000),
	INT64_C(120000000000), INT64_C(180000000000), INT64_C(300000000000),
};

/* What is farther away is not told. */
#define TO_LIMIT_MOST_NS (100 * 86400e9)

enum {
	SPARK_MAX = 60,
	LOW = 8,        /* lower screens have no header */
};

/*
 * How much of it there is room for.
 */

/* Columns of a block beside its sparkline: label, value, what follows. */
static const struct {
	size_t value;
	size_t mark; /* with a space behind it where something follows at once */
	size_t extra;
	size_t spark; /* at least */
} lanes[HOME_BLOCKS] = {
	[HOME_BLOCK_CPU] = { 7, 2, 0, 4 },
	[HOME_BLOCK_MEMORY] = { 7, 2, 10, 4 },
	[HOME_BLOCK_COUNTS] = { 6, 3, 12, 0 },
};

/* Columns that a block needs. */
static size_t least(enum home_block b)
{
	return HOME_LABEL + 1 + lanes[b].spark + (lanes[b].spark ? 1 : 0) +
	       lanes[b].value + lanes[b].mark + lanes[b].extra;
}

static size_t blocks_in(size_t width)
{
	size_t n = 0;

	for (size_t taken = 0; n < HOME_BLOCKS; n++) {
		taken += least((enum home_block)n);
		if (taken > width)
			break;
	}
	return n;
}

static size_t items_of(const struct home *h, enum home_block b)
{
	size_t n = 0;

	for (size_t i = 0; i < home_nitems; i++)
		n += home_items[i].block == b && home_item_there(h, i);
	return n;
}

/* Lines of numbers: less than half of the screen, or a quarter of a high one. */
static size_t rows_in(const struct home *h, size_t width, size_t height)
{
	size_t half = height > LOW ? (height - LOW) / 2 : 0;
	size_t most = height / 4 > 8 ? height / 4 : 8;
	size_t rows = half < most ? half : most;
	size_t full = 0;

	for (size_t b = 0; b < blocks_in(width); b++) {
		size_t n = items_of(h, (enum home_block)b);

		full = n > full ? n : full;
	}
	return rows < full ? rows : full;
}

size_t home_height(struct home *h, size_t width, size_t height)
{
	h->bar_lines = 0;
	if (height <= LOW)
		return 0;
	h->bar_lines = home_bar_lines(h, width, height);
	return 1 + rows_in(h, width, height) + h->bar_lines;
}

/*
 * The first line.
 */

static void add_fact(struct buf *b, const struct table *t, const char *before,
		     const char *key)
{
	struct cell c = { .type = CELL_NULL };

	if (t)
		c = home_cell(t, key, "value");
	if (c.type == CELL_TEXT)
		buf_printf(b, "%s%.*s", before, TEXT_ARG(*c.v.text));
	else if (c.type == CELL_INT)
		buf_printf(b, "%s%" PRId64, before, c.v.num);
}

static void add_uptime(struct buf *b, const struct table *t)
{
	struct cell c = { .type = CELL_NULL };

	if (t)
		c = home_cell(t, "uptime_ns", "value");
	if (c.type != CELL_INT)
		return;
	buf_str(b, "  up ");
	units_human(b, (double)c.v.num, UNIT_NS);
}

static const struct home_value *ours(const struct home *h, const char *key)
{
	for (size_t i = 0; i < home_nitems; i++)
		if (home_items[i].feed == HOME_OURS &&
		    text_is(text_of(home_items[i].key), key))
			return &h->values[i];
	return NULL;
}

static void add_ours(struct buf *b, const struct home *h, bool brief)
{
	if (!isfinite(ours(h, "requests")->now))
		return;
	buf_str(b, brief ? "  costs " : "  otoscope costs ");
	units_human(b, round(ours(h, "requests")->now * 10) / 10, UNIT_COUNT);
	buf_str(b, brief ? " req " : " requests ");
	units_human(b, ours(h, "bytes")->now, UNIT_BYTES);
	buf_char(b, ' ');
	units_human(b, ours(h, "helpers_ns")->now, UNIT_NS);
	buf_str(b, brief ? " /s" : " a second");
}

static void draw_title(const struct home *h, struct pane p)
{
	const struct table *t = feed_table(h->feeds[HOME_SYSTEM].feed);
	struct buf left = { 0 };
	struct buf right = { 0 };
	size_t width, x;

	add_fact(&left, t, "OTP ", "otp_release");
	add_fact(&left, t, "  Elixir ", "elixir_version");
	add_uptime(&left, t);
	x = pane_text(p, 0, 0, STYLE_TITLE, buf_text(&left));
	add_ours(&right, h, false);
	width = canvas_width(p.canvas, buf_text(&right));
	if (x + width > p.width) {
		buf_reset(&right);
		add_ours(&right, h, true);
		width = canvas_width(p.canvas, buf_text(&right));
	}
	if (x + width <= p.width)
		pane_text(p, p.width - width, 0, STYLE_DIM, buf_text(&right));
	buf_clear(&left);
	buf_clear(&right);
}

/*
 * The numbers.
 */

static int64_t span_of(size_t nvalues, int64_t interval_ns, int64_t known_ns)
{
	int64_t span = (int64_t)nvalues * interval_ns;

	for (size_t i = 0; i < sizeof(spans_ns) / sizeof(spans_ns[0]); i++)
		if (span < known_ns && span < spans_ns[i])
			span = spans_ns[i];
	return span;
}

static void scale(const struct home_item *i, struct spark *s)
{
	double low = INFINITY, high = -INFINITY;

	if (i->unit == UNIT_RATIO) {
		s->high = 1;
		return;
	}
	if (i->how == HOME_RATE)
		return;
	for (size_t k = 0; k < s->n; k++) {
		if (!isfinite(s->values[k]))
			continue;
		low = fmin(low, s->values[k]);
		high = fmax(high, s->values[k]);
	}
	/* What hardly moves is not to look as if it did. */
	s->low = fmin(low, high - fabs(high) / 10);
	s->high = high;
}

static void draw_spark(const struct home *h, size_t item, struct pane p, size_t x,
		       size_t y, size_t width)
{
	const struct home_item *i = &home_items[item];
	struct series_name name = home_item_series(i, h->link->name);
	struct history *all = top_history(h->top);
	double values[2 * SPARK_MAX];
	struct spark s = { .values = values };
	int64_t first, last, span;
	struct history_window w;

	width = width < SPARK_MAX ? width : SPARK_MAX;
	s.n = spark_values(p.canvas, width);
	if (width == 0 || !history_extent(all, &name, &first, &last))
		return;
	if (h->link->stored)
		last = h->values[item].raw_ns;
	span = span_of(s.n, top_interval_ns(h->top), last - first);
	w = (struct history_window){ last - span, last, home_item_as(i) };
	history_values(all, &name, &w, values, s.n);
	scale(i, &s);
	spark_draw(p, x, y, width,
		   home_item_style(h, item) == STYLE_PLAIN
			   ? (unsigned)(STYLE_SERIES_1 + i->block)
			   : home_item_style(h, item),
		   &s);
}

/* "in 3h": short, as it is only about how soon. */
static void add_time(struct buf *b, double ns)
{
	static const struct {
		double s;
		const char *name;
	} units[] = { { 1, "s" }, { 60, "m" }, { 3600, "h" }, { 86400, "d" } };
	size_t i = 0;

	while (i + 1 < sizeof(units) / sizeof(units[0]) && ns / 1e9 >= 2 * units[i + 1].s)
		i++;
	buf_printf(b, "%.0f%s", ns / 1e9 / units[i].s, units[i].name);
}

/* "+79 kB/s": what is behind the point matters only where little is in front of it. */
static void add_trend(struct buf *b, double trend, enum unit unit)
{
	struct buf full = { 0 };
	struct text t;
	size_t point;

	if (trend > 0)
		buf_char(&full, '+');
	units_human(&full, trend, unit);
	t = buf_text(&full);
	point = text_chr(t, '.');
	if (point >= 3 && point + 2 <= t.len) {
		buf_text_add(b, text_sub(t, 0, point));
		t = text_sub(t, point + 2, t.len);
	}
	buf_text_add(b, t);
	buf_str(b, "/s");
	buf_clear(&full);
}

static void add_extra(struct buf *b, const struct home *h, size_t item)
{
	const struct home_value *v = &h->values[item];
	double trend = home_item_trend(h, item);
	double to_limit = home_item_to_limit(h, item);

	if (isfinite(v->limit) && isfinite(v->now)) {
		units_human(b, v->now / v->limit, UNIT_RATIO);
		if (to_limit < TO_LIMIT_MOST_NS) {
			buf_str(b, " in ");
			add_time(b, to_limit);
		}
		return;
	}
	if (!isfinite(trend) || trend == 0)
		return;
	add_trend(b, trend, home_items[item].unit);
}

static void draw_item(const struct home *h, size_t item, struct pane p, size_t y)
{
	const struct home_item *i = &home_items[item];
	const struct home_value *v = &h->values[item];
	size_t value = lanes[i->block].value;
	size_t after = value + lanes[i->block].mark;
	size_t extra = lanes[i->block].extra;
	size_t fixed = HOME_LABEL + 1 + after + extra;
	size_t spark = p.width > fixed + 1 ? p.width - fixed - 1 : 0;
	size_t x = HOME_LABEL + 1 + (spark ? spark + 1 : 0);
	enum style style = home_item_style(h, item);
	unsigned chosen = h->walking && h->chosen == item ? STYLE_CHOSEN : 0;
	struct buf b = { 0 };

	pane_lane(p, 0, y, HOME_LABEL, STYLE_DIM | chosen, text_of(i->label));
	draw_spark(h, item, p, HOME_LABEL + 1, y, spark);
	if (isfinite(v->now))
		units_human(&b, i->how == HOME_RATE && i->unit == UNIT_COUNT
					? round(v->now)
					: v->now,
			    i->unit);
	else
		buf_char(&b, '-');
	pane_lane_right(p, x, y, value, style | chosen, buf_text(&b));
	pane_text(p, x + value, y, style, text_of(threshold_mark(style)));
	buf_reset(&b);
	add_extra(&b, h, item);
	pane_lane(p, x + after, y, extra, style == STYLE_PLAIN ? STYLE_DIM : style,
		  buf_text(&b));
	buf_clear(&b);
}

static void draw_block(struct home *h, enum home_block b, struct pane p)
{
	size_t row = 0;

	for (size_t i = 0; i < home_nitems && row < p.height; i++) {
		if (home_items[i].block != b || !home_item_there(h, i))
			continue;
		draw_item(h, i, p, row);
		h->places[h->nplaces++] = (struct home_place){
			.item = i, .block = b, .row = row,
			.x = p.x, .y = p.y + row, .width = p.width,
		};
		row++;
	}
}

static void draw_blocks(struct home *h, struct pane p)
{
	size_t n = blocks_in(p.width);
	size_t taken = 0;
	size_t x = 0;

	h->nplaces = 0;
	for (size_t b = 0; b < n; b++)
		taken += least((enum home_block)b);
	for (size_t b = 0; b < n; b++) {
		size_t more = (p.width - taken) / n + (b < (p.width - taken) % n);
		size_t width = least((enum home_block)b) + more;

		/* With a space between them as soon as there is one. */
		draw_block(h, (enum home_block)b,
			   pane_part(p, x, 0, width - (more > 0), p.height));
		x += width;
	}
}

void home_draw(struct home *h, struct pane p)
{
	struct pane bars;

	draw_title(h, pane_top(&p, 1));
	bars = pane_bottom(&p, h->bar_lines);
	draw_blocks(h, p);
	home_bars_draw(h, bars);
}
