/* Charts. */
#include "tui/chart.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "tui/chart_axis.h"

enum {
	LANE = 10,     /* columns of the numbers at the left */
	WIDE = 36,     /* narrower panes have none */
	HIGH = 6,      /* lower ones no axis of time */
	CLOCK = 8,     /* columns of "17:52:10" */
	BRAILLE = 0x2800,
	BAR = 0x2502,  /* the cursor's line */
	DASH = 0x2508, /* that of a limit */
	TICK = 0x253c,
	EDGE = 0x2502,
	FLOOR = 0x2500,
};

static const char marks[CHART_SERIES] = { '*', '+', 'o', 'x', '#', '@' };

static enum style style_of(size_t series)
{
	return (enum style)(STYLE_SERIES_1 + series % CHART_SERIES);
}

/* What goes where. */
struct layout {
	struct pane legend;
	struct pane numbers;
	struct pane plot;
	struct pane clock;
	size_t dots; /* a column has */
	size_t rows; /* of dots a line has */
};

static struct layout layout_of(struct pane p, size_t nseries)
{
	struct layout l = { .dots = p.canvas->braille ? 2 : 1,
			    .rows = p.canvas->braille ? 4 : 1 };
	size_t lines = nseries;

	if (p.height < HIGH)
		lines = p.height >= 3 && nseries ? 1 : 0;
	else if (nseries > (p.height - 4) / 2)
		lines = (p.height - 4) / 2;
	l.legend = pane_top(&p, lines);
	if (p.width >= WIDE && p.height >= 3) {
		l.clock = pane_bottom(&p, 2);
		l.numbers = pane_part(p, 0, 0, LANE, p.height);
		l.clock = pane_part(l.clock, LANE, 0, l.clock.width, 2);
		p = pane_part(p, LANE, 0, p.width, p.height);
	} else {
		l.clock = pane_part(p, 0, 0, 0, 0);
		l.numbers = l.clock;
	}
	l.plot = p;
	return l;
}

size_t chart_points(struct pane p)
{
	struct layout l = layout_of(p, 1);
	size_t n = l.plot.width * l.dots;

	return n > 0 ? n : 1;
}

size_t chart_point_at(struct pane p, size_t nseries, size_t x, size_t y)
{
	struct layout l = layout_of(p, nseries);

	if (!pane_has(l.plot, x, y))
		return CHART_NO_POINT;
	return (x - l.plot.x) * l.dots;
}

void chart_clock(struct buf *out, int64_t wall_ns)
{
	time_t s = (time_t)(wall_ns / 1000000000);
	struct tm tm;
	char clock[16];

	if (!gmtime_r(&s, &tm))
		return;
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	buf_str(out, clock);
}

/*
 * Ranges.
 */

struct extent {
	double low;
	double high;
	double last;
};

static struct extent extent_of(const struct chart *c, size_t series)
{
	const struct chart_point *at = c->series[series].points;
	struct extent e = { INFINITY, -INFINITY, NAN };

	for (size_t i = 0; i < c->npoints; i++) {
		if (!isfinite(at[i].low) || !isfinite(at[i].high))
			continue;
		e.low = fmin(e.low, at[i].low);
		e.high = fmax(e.high, at[i].high);
		e.last = at[i].last;
	}
	return e;
}

static bool same_scale(const struct chart_series *a, const struct chart_series *b)
{
	return a->unit == b->unit && text_eq(text_of(a->per), text_of(b->per));
}

/* Of all series with the unit of this one. */
static struct axis axis_of(const struct chart *c, size_t series, size_t height)
{
	struct extent all = { c->from_zero ? 0 : INFINITY, c->from_zero ? 0 : -INFINITY,
			      NAN };

	for (size_t i = 0; i < c->nseries; i++) {
		struct extent e = extent_of(c, i);

		if (!same_scale(&c->series[i], &c->series[series]))
			continue;
		all.low = fmin(all.low, e.low);
		all.high = fmax(all.high, e.high);
	}
	return axis_over(all.low, all.high, height > 3 ? height / 3 : 1,
			 c->series[series].unit);
}

/*
 * The plot: dots in a grid, and whose they are.
 */

struct plot {
	struct pane pane;
	size_t dots, rows; /* a glyph has across, and down */
	uint8_t *bits;     /* [height][width] */
	uint8_t *owner;    /* [height][width] */
};

static const uint8_t braille[4][2] = {
	{ 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 },
};

static void set_dot(struct plot *p, size_t x, size_t y, size_t series)
{
	size_t at = y / p->rows * p->pane.width + x / p->dots;

	p->bits[at] |= braille[y % p->rows][x % p->dots];
	p->owner[at] = (uint8_t)series;
}

/* The row of dots of a value, from the top. */
static long row_of(const struct plot *p, const struct axis *a, double value)
{
	double rows = (double)(p->pane.height * p->rows) - 1;
	double share = fmin(fmax(axis_share(a, value), 0), 1);

	return lround((1 - share) * rows);
}

static bool known(const struct chart_point *p)
{
	return isfinite(p->low) && isfinite(p->high) && isfinite(p->last);
}

/* A column of dots from the least to the greatest value, and to where the line was. */
static void plot_series(struct plot *p, const struct chart *c, size_t series,
			const struct axis *a)
{
	const struct chart_point *at = c->series[series].points;
	size_t room = p->pane.width * p->dots;
	long before = -1;

	for (size_t i = 0; i < c->npoints && i < room; i++) {
		long top, foot;

		if (!known(&at[i])) {
			before = -1;
			continue;
		}
		top = row_of(p, a, at[i].high);
		foot = row_of(p, a, at[i].low);
		if (before >= 0 && before < top - 1)
			top = before + 1;
		else if (before > foot + 1)
			foot = before - 1;
		for (long y = top; y <= foot; y++)
			set_dot(p, i, (size_t)y, series);
		before = row_of(p, a, at[i].last);
	}
}

static void draw_plot(const struct plot *p)
{
	for (size_t y = 0; y < p->pane.height; y++)
		for (size_t x = 0; x < p->pane.width; x++) {
			size_t at = y * p->pane.width + x;

			if (!p->bits[at])
				continue;
			if (p->pane.canvas->braille)
				pane_glyph(p->pane, x, y, style_of(p->owner[at]),
					   BRAILLE + p->bits[at], ' ');
			else
				pane_glyph(p->pane, x, y, style_of(p->owner[at]),
					   (uint32_t)marks[p->owner[at]],
					   marks[p->owner[at]]);
		}
}

static void draw_limit(const struct plot *p, const struct axis *a, double limit)
{
	double share = axis_share(a, limit);

	if (!isfinite(limit) || share < 0 || share > 1)
		return;
	for (size_t x = 0; x < p->pane.width; x++)
		pane_glyph(p->pane, x, (size_t)row_of(p, a, limit) / p->rows, STYLE_CRIT,
			   DASH, '-');
}

/* Which line is which, also without colours: its number, where it ends. */
static void draw_ends(const struct plot *p, const struct chart *c, size_t series,
		      const struct axis *a)
{
	const struct chart_point *at = c->series[series].points;
	size_t i = c->npoints;

	while (i > 0 && !known(&at[i - 1]))
		i--;
	if (i == 0 || p->pane.width == 0 || c->nseries < 2)
		return;
	pane_glyph(p->pane, (i - 1) / p->dots,
		   (size_t)row_of(p, a, at[i - 1].last) / p->rows, style_of(series),
		   (uint32_t)('1' + series), (char)('1' + series));
}

static void draw_lines(const struct layout *l, const struct chart *c, size_t nseries)
{
	size_t cells = l->plot.width * l->plot.height;
	struct plot p = { l->plot, l->dots, l->rows, mem_zalloc(cells + 1),
			  mem_zalloc(cells + 1) };

	if (c->cursor != CHART_NO_POINT)
		for (size_t y = 0; y < p.pane.height; y++)
			pane_glyph(p.pane, c->cursor / p.dots, y, STYLE_DIM, BAR, '|');
	for (size_t i = 0; i < nseries && cells; i++) {
		struct axis a = axis_of(c, i, l->plot.height);

		draw_limit(&p, &a, c->series[i].limit);
		plot_series(&p, c, i, &a);
	}
	draw_plot(&p);
	for (size_t i = 0; i < nseries && cells; i++) {
		struct axis a = axis_of(c, i, l->plot.height);

		draw_ends(&p, c, i, &a);
	}
	free(p.bits);
	free(p.owner);
}

/*
 * Around it.
 */

static void draw_numbers(const struct layout *l, const struct chart *c)
{
	const struct chart_series *s = &c->series[c->chosen];
	struct axis a = axis_of(c, c->chosen, l->plot.height);
	struct plot p = { .pane = l->plot, .rows = 1 };
	size_t height = l->numbers.height;
	struct buf text = { 0 };

	for (size_t y = 0; y < height; y++)
		pane_glyph(l->numbers, LANE - 1, y, STYLE_DIM, EDGE, '|');
	for (double i = 0; i <= round((a.high - a.low) / a.step); i++) {
		size_t y = (size_t)row_of(&p, &a, a.low + i * a.step);

		buf_reset(&text);
		axis_print(&text, &a, a.low + i * a.step);
		buf_str(&text, s->per);
		pane_lane_right(l->numbers, 0, y, LANE - 1, STYLE_DIM, buf_text(&text));
		pane_glyph(l->numbers, LANE - 1, y, STYLE_DIM, TICK, '+');
	}
	buf_clear(&text);
}

static void draw_clock(const struct layout *l, const struct chart *c)
{
	size_t width = l->clock.width;
	int64_t span = c->to_ns - c->from_ns;
	struct buf text = { 0 };
	int64_t step;

	for (size_t x = 0; x < width; x++)
		pane_glyph(l->clock, x, 0, STYLE_DIM, FLOOR, '-');
	if (span <= 0 || width < CLOCK)
		return;
	step = axis_time_step(span, width / (CLOCK + 4));
	for (int64_t t = c->from_ns + (step - c->from_ns % step) % step; t <= c->to_ns;
	     t += step) {
		double share = (double)(t - c->from_ns) / (double)span;
		size_t x = (size_t)lround(share * (double)(width - 1));
		size_t at = x < CLOCK / 2 ? 0 : x - CLOCK / 2;

		pane_glyph(l->clock, x, 0, STYLE_DIM, TICK, '+');
		buf_reset(&text);
		chart_clock(&text, t);
		pane_text(l->clock, at + CLOCK > width ? width - CLOCK : at, 1,
			  STYLE_DIM, buf_text(&text));
		if (t > INT64_MAX - step)
			break;
	}
	buf_clear(&text);
}

static void add_number(struct buf *out, const char *word, double v,
		       const struct chart_series *s)
{
	buf_printf(out, "  %s ", word);
	if (isfinite(v)) {
		units_human(out, v, s->unit);
		buf_str(out, s->per);
	} else {
		buf_char(out, '-');
	}
}

/* So that the numbers stand below each other, while there is room for them. */
static size_t name_width(const struct layout *l, const struct chart *c, size_t nseries)
{
	size_t most = 0;

	for (size_t i = 0; i < nseries; i++) {
		size_t width = canvas_width(l->legend.canvas, c->series[i].name);

		most = width > most ? width : most;
	}
	return most < l->legend.width / 2 ? most : 0;
}

/* What a line is now, or at the cursor, and between what it lies. */
static void add_numbers(struct buf *out, const struct chart *c, size_t series)
{
	const struct chart_series *s = &c->series[series];
	struct extent e = extent_of(c, series);

	if (c->cursor < c->npoints) {
		const struct chart_point *p = &s->points[c->cursor];

		add_number(out, "here", p->last, s);
		if (known(p) && p->low < p->high) {
			add_number(out, "from", p->low, s);
			add_number(out, "to", p->high, s);
		}
	} else {
		add_number(out, "last", e.last, s);
	}
	add_number(out, "min", e.low, s);
	add_number(out, "max", e.high, s);
}

/* How it is drawn: its number, and its letter where lines are letters. */
static size_t draw_mark(const struct layout *l, const struct chart *c, size_t i)
{
	char mark = l->plot.canvas->braille ? ' ' : marks[i];

	if (c->nseries > 1)
		return pane_printf(l->legend, 0, i, style_of(i), "%zu%c", i + 1, mark) +
		       1;
	if (mark != ' ')
		return pane_printf(l->legend, 0, i, style_of(i), "%c", mark) + 1;
	return 0;
}

static void draw_legend(const struct layout *l, const struct chart *c, size_t nseries)
{
	size_t wide = name_width(l, c, nseries);
	struct buf text = { 0 };

	for (size_t i = 0; i < nseries && i < l->legend.height; i++) {
		size_t x = draw_mark(l, c, i);
		size_t name = pane_text(l->legend, x, i,
					i == c->chosen ? STYLE_STRONG : STYLE_PLAIN,
					c->series[i].name);

		x += name > wide ? name : wide;
		buf_reset(&text);
		add_numbers(&text, c, i);
		pane_text(l->legend, x, i, style_of(i), buf_text(&text));
	}
	buf_clear(&text);
}

void chart_draw(struct pane p, const struct chart *c)
{
	size_t nseries = c->nseries < CHART_SERIES ? c->nseries : CHART_SERIES;
	struct layout l = layout_of(p, nseries);

	if (nseries == 0)
		return;
	draw_legend(&l, c, nseries);
	if (l.numbers.width && c->chosen < nseries) {
		draw_numbers(&l, c);
		draw_clock(&l, c);
	}
	draw_lines(&l, c, nseries);
}
