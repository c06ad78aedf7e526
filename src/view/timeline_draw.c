/* The time line, drawn. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "format/format.h"
#include "tui/spark.h"
#include "view/timeline_inside.h"

#define SECOND_NS INT64_C(1000000000)
/* From so many lines on it takes two. */
#define TALL 36
/* A screen that is lower has better use for the line. */
#define LOW 8
/* A track of fewer columns says nothing. */
#define TRACK_LEAST 8

static const struct recording_time *sample(const struct timeline *t, size_t i)
{
	return &t->times.at[i];
}

/*
 * Moments.
 */

/* Do samples lie so close that seconds do not tell them apart? */
static bool close_together(const struct timeline *t)
{
	size_t n = t->times.n;

	return n > 1 && (sample(t, n - 1)->at - sample(t, 0)->at) / (int64_t)(n - 1) <
				SECOND_NS;
}

static void print_moment(const struct timeline *t, struct buf *out, const char *format,
			 int64_t at)
{
	int64_t ns = (at % SECOND_NS + SECOND_NS) % SECOND_NS;
	time_t s = (time_t)((at - ns) / SECOND_NS);
	struct tm tm;
	char moment[32];

	if (!gmtime_r(&s, &tm))
		return;
	strftime(moment, sizeof(moment), format, &tm);
	buf_str(out, moment);
	if (close_together(t))
		buf_printf(out, ".%03d", (int)(ns / 1000000));
}

void timeline_clock(const struct timeline *t, struct buf *out, int64_t at)
{
	print_moment(t, out, "%H:%M:%S", at);
}

/*
 * What stands in front of the track.
 */

static void print_going_on(const struct timeline *t, struct buf *out)
{
	if (peak_busy(t->peak))
		buf_printf(out, " searching %d%%",
			   (int)(peak_progress(t->peak) * 100));
	else if (t->playing)
		buf_printf(out, " playing %dx", (int)t->speed);
	else if (t->growing && t->follow)
		buf_str(out, " following");
	else if (t->growing)
		buf_str(out, " growing");
}

static void print_place(const struct timeline *t, struct buf *out, bool wide)
{
	print_moment(t, out, wide ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", t->now_at);
	buf_printf(out, wide ? " UTC sample %zu of %zu" : " %zu/%zu", t->now + 1,
		   t->times.n);
	print_going_on(t, out);
}

void timeline_print_peak(const struct timeline *t, struct buf *out)
{
	const struct derived *d = peak_derived(t->peak);
	const struct column *about = &d->schema.columns[peak_column(t->peak)];
	struct cell key;
	const struct peak_point *best = peak_best(t->peak, &key);

	buf_printf(out, "%s ", about->title);
	format_cell(out, about, peak_unit(t->peak),
		    (struct cell){ .type = CELL_REAL, .v.real = best->value });
	buf_str(out, " of ");
	cell_print(out, &d->base->columns[d->base->key], key);
}

/*
 * The track.
 */

static size_t column_of(const struct timeline *t, size_t width, int64_t at)
{
	int64_t first = sample(t, 0)->at;
	double all = (double)(sample(t, t->times.n - 1)->at - first);
	double share = all > 0 ? (double)(at - first) / all : 1;

	return (size_t)lround(fmin(fmax(share, 0), 1) * (double)(width - 1));
}

static void draw_track(const struct timeline *t, struct pane p)
{
	for (size_t x = 0; x < p.width; x++)
		pane_glyph(p, x, 0, STYLE_DIM, 0xb7, '.');
	for (size_t i = 0; i < t->nspans; i++) {
		const struct timeline_span *s = &t->spans[i];
		size_t from = column_of(t, p.width, sample(t, s->first)->at);
		size_t to = column_of(t, p.width, sample(t, s->last)->at);

		for (size_t x = from; x <= to; x++)
			pane_glyph(p, x, 0, STYLE_PLAIN, 0x2500, '-');
	}
	/* over the others: more of them may fall on one column */
	for (size_t i = 0; i < t->nspans; i++) {
		const struct timeline_span *s = &t->spans[i];

		if (i > 0)
			pane_glyph(p, column_of(t, p.width, sample(t, s->first)->at), 0,
				   STYLE_PLAIN, 0x2502, '|');
		if (s->run && s->run->lost)
			pane_glyph(p, column_of(t, p.width, sample(t, s->last)->at), 0,
				   STYLE_CRIT, 0xd7, 'x');
	}
}

/* Between two samples of a run the first one's value goes on. */
static void hold(double *values, size_t first, size_t last)
{
	for (size_t i = first + 1; i <= last; i++)
		if (isnan(values[i]))
			values[i] = values[i - 1];
}

/* The highest value of each piece of the time. */
static void draw_spark(const struct timeline *t, struct pane p)
{
	size_t n = spark_values(p.canvas, p.width);
	double *values = mem_alloc((n + 1) * sizeof(*values));
	size_t npoints;
	const struct peak_point *points = peak_points(t->peak, &npoints);

	for (size_t i = 0; i < n; i++)
		values[i] = NAN;
	for (size_t i = 0; i < npoints && n > 0; i++) {
		double *v = &values[column_of(t, n, points[i].at)];

		if (!(*v >= points[i].value))
			*v = points[i].value;
	}
	for (size_t i = 0; i < t->nspans && n > 0; i++)
		hold(values, column_of(t, n, sample(t, t->spans[i].first)->at),
		     column_of(t, n, sample(t, t->spans[i].last)->at));
	spark_draw(p, 0, 0, p.width, STYLE_SERIES_1,
		   &(struct spark){ .values = values, .n = n });
	free(values);
}

static void draw_place(const struct timeline *t, struct pane p)
{
	size_t x = column_of(t, p.width, t->now_at);

	if (x < p.width)
		pane_glyph(p, x, 0, STYLE_STRONG | STYLE_CHOSEN, 0x25cf, 'O');
}

size_t timeline_height(const struct timeline *t, size_t width, size_t height)
{
	if (!t || height < LOW)
		return 0;
	return height < TALL ? 1 : 2;
}

static bool has_series(const struct timeline *t)
{
	size_t n = 0;

	if (t->peak)
		peak_points(t->peak, &n);
	return n > 0;
}

static void draw_nothing(const struct timeline *t, struct pane p)
{
	if (t->err.kind)
		pane_text(p, 0, 0, STYLE_WARN, text_of(t->err.what));
	else
		pane_text(p, 0, 0, STYLE_WARN,
			  t->growing ? TEXT("nothing was recorded so far")
				     : TEXT("nothing was recorded"));
}

/* The last line: where we are, and the track; above it, if there is room, the series. */
static void draw_line(struct timeline *t, struct pane line, struct pane above)
{
	struct buf place = { 0 };
	struct buf peak = { 0 };
	size_t x;
	size_t taken;

	print_place(t, &place, line.width >= 72);
	if (has_series(t))
		timeline_print_peak(t, &peak);
	x = pane_text(line, 0, 0, STYLE_STRONG, buf_text(&place)) + 1;
	if (above.height) {
		taken = pane_text(above, 0, 0, STYLE_SERIES_1, buf_text(&peak)) + 1;
		x = taken > x ? taken : x;
	}
	t->track = pane_part(line, x, 0, line.width > x ? line.width - x : 0, 1);
	if (t->track.width >= TRACK_LEAST) {
		struct pane series = pane_part(above, x, 0, t->track.width, 1);

		draw_track(t, t->track);
		if (has_series(t))
			draw_spark(t, above.height ? series : t->track);
		draw_place(t, t->track);
	}
	buf_clear(&place);
	buf_clear(&peak);
}

void timeline_draw(struct timeline *t, struct pane p)
{
	struct pane line = pane_bottom(&p, 1);

	t->track.width = 0;
	if (!line.height)
		return;
	if (t->times.n == 0 || t->err.kind)
		draw_nothing(t, line);
	else
		draw_line(t, line, p);
}

bool timeline_click(struct timeline *t, struct key k)
{
	const struct pane *p;
	int64_t first;
	int64_t all;
	double share;

	if (k.code != KEY_CLICK && k.code != KEY_DOUBLE_CLICK)
		return false;
	p = &t->track;
	if (k.x < p->x || k.x >= p->x + p->width || k.y != p->y || t->times.n == 0)
		return false;
	first = sample(t, 0)->at;
	all = sample(t, t->times.n - 1)->at - first;
	share = p->width > 1 ? (double)(k.x - p->x) / (double)(p->width - 1) : 1;
	timeline_show(t, first + (int64_t)(share * (double)all));
	return true;
}
