/* The points of one series of the history. */
#include "view/history_points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Values that are farther apart than this many times what is usual have a gap between
 * them, if they are also farther apart than: */
#define GAP_TIMES 4
#define GAP_NS INT64_C(5000000000)

void points_clear(struct points *p)
{
	free(p->at);
	*p = (struct points){ 0 };
}

/* Of each four of the older half the least and the greatest stay, in their order. */
static void thin(struct points *p)
{
	size_t half = p->n / 2 / 4 * 4;
	size_t kept = 0;

	for (size_t i = 0; i < half; i += 4) {
		size_t low = i, high = i;

		for (size_t j = i + 1; j < i + 4; j++) {
			/* A gap is worth keeping, too. */
			if (isnan(p->at[j].value) || p->at[j].value < p->at[low].value)
				low = j;
			if (p->at[j].value > p->at[high].value ||
			    isnan(p->at[high].value))
				high = j;
		}
		if (low == high)
			high = low == i ? i + 3 : i;
		p->at[kept++] = p->at[low < high ? low : high];
		p->at[kept++] = p->at[low < high ? high : low];
	}
	memmove(p->at + kept, p->at + half, (p->n - half) * sizeof(*p->at));
	p->n -= half - kept;
}

/* The first point that is not before the moment. */
static size_t lower(const struct points *p, int64_t wall_ns)
{
	size_t from = 0, to = p->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (p->at[middle].wall_ns < wall_ns)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

void points_put(struct points *p, int64_t wall_ns, double value)
{
	size_t at = p->n;

	if (p->n && p->at[p->n - 1].wall_ns >= wall_ns)
		at = lower(p, wall_ns);
	if (at < p->n && p->at[at].wall_ns == wall_ns) {
		p->at[at].value = value;
		return;
	}
	if (p->n == POINTS_MAX) {
		thin(p);
		at = lower(p, wall_ns);
	}
	p->at = mem_grow(p->at, &p->cap, p->n + 1, sizeof(*p->at));
	memmove(p->at + at + 1, p->at + at, (p->n - at) * sizeof(*p->at));
	p->at[at] = (struct reading_point){ wall_ns, value };
	p->n++;
}

/*
 * Reading.
 */

static double seconds(int64_t from, int64_t to)
{
	return ((double)to - (double)from) / 1e9;
}

/* The value at a point, or what it changed by since the one before. */
static double value_at(const struct points *p, size_t i, enum history_as as)
{
	double change;

	if (as == HISTORY_LEVEL)
		return p->at[i].value;
	if (i == 0)
		return NAN;
	change = p->at[i].value - p->at[i - 1].value;
	if (as == HISTORY_RATE && change < 0)
		return NAN;
	return change / seconds(p->at[i - 1].wall_ns, p->at[i].wall_ns);
}

static int by_length(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The usual distance, out of some of those in sight, tells how far is too far. */
static int64_t gap_of(const struct points *p, size_t from, size_t to)
{
	enum { SOME = 33 };
	int64_t all[SOME];
	size_t step = (to - from) / SOME + 1;
	size_t n = 0;
	int64_t usual;

	for (size_t i = from + 1; i < to && n < SOME; i += step)
		all[n++] = p->at[i].wall_ns - p->at[i - 1].wall_ns;
	if (n == 0)
		return GAP_NS;
	qsort(all, n, sizeof(all[0]), by_length);
	usual = all[n / 2];
	if (usual > INT64_MAX / GAP_TIMES)
		return INT64_MAX;
	return usual * GAP_TIMES > GAP_NS ? usual * GAP_TIMES : GAP_NS;
}

struct pieces {
	const struct history_window *w;
	struct chart_point *out;
	size_t n;
};

static double piece_of(const struct pieces *x, int64_t wall_ns)
{
	return seconds(x->w->from_ns, wall_ns) /
	       seconds(x->w->from_ns, x->w->to_ns) * (double)x->n;
}

static void add(struct chart_point *c, double v)
{
	c->low = isnan(c->low) ? v : fmin(c->low, v);
	c->high = isnan(c->high) ? v : fmax(c->high, v);
	c->last = v;
}

/* The pieces between two values: on a line, or all at the rate that led to the second. */
static void add_between(struct pieces *x, double from, double a, double to, double b)
{
	size_t first = from < 0 ? 0 : (size_t)fmin(from, (double)x->n);

	for (size_t i = first; i < x->n && (double)i + 1 <= to; i++) {
		double share = ((double)i + 0.5 - from) / (to - from);
		double v = a + (b - a) * fmin(fmax(share, 0), 1);

		if (isnan(x->out[i].last))
			x->out[i] = (struct chart_point){ v, v, v };
	}
}

static void add_points(struct pieces *x, const struct points *p, size_t from, size_t to,
		       int64_t gap)
{
	for (size_t i = from; i < to; i++) {
		double v = value_at(p, i, x->w->as);
		double at = piece_of(x, p->at[i].wall_ns);
		double before = i > 0 ? value_at(p, i - 1, x->w->as) : NAN;

		if (isnan(v))
			continue;
		if (x->w->as != HISTORY_LEVEL)
			before = v;
		if (i > 0 && isfinite(before) &&
		    p->at[i].wall_ns - p->at[i - 1].wall_ns <= gap)
			add_between(x, piece_of(x, p->at[i - 1].wall_ns), before, at, v);
		/* What is at the very end of the window is in its last piece. */
		if (at >= 0 && at <= (double)x->n)
			add(&x->out[at < (double)x->n ? (size_t)at : x->n - 1], v);
	}
}

bool points_read(const struct points *p, const struct history_window *w,
		 struct chart_point *out, size_t n)
{
	struct pieces x = { w, out, n };
	size_t from = lower(p, w->from_ns);
	size_t to = lower(p, w->to_ns);
	int64_t gap;

	if (to < p->n && p->at[to].wall_ns == w->to_ns)
		to++;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct chart_point){ NAN, NAN, NAN };
	if (p->n == 0)
		return false;
	if (from >= p->n && to == 0)
		return true;
	/* The lines at both ends lead out of the window. */
	from -= from > 0;
	to += to < p->n;
	gap = gap_of(p, from, to);
	if (w->to_ns > w->from_ns && n > 0)
		add_points(&x, p, from, to, gap);
	return true;
}

double points_trend(const struct points *p, int64_t from_ns, int64_t to_ns)
{
	size_t from = lower(p, from_ns);
	size_t to = lower(p, to_ns);

	if (to < p->n && p->at[to].wall_ns == to_ns)
		to++;
	while (from < to && isnan(p->at[from].value))
		from++;
	while (to > from && isnan(p->at[to - 1].value))
		to--;
	if (to < from + 2)
		return NAN;
	return (p->at[to - 1].value - p->at[from].value) /
	       seconds(p->at[from].wall_ns, p->at[to - 1].wall_ns);
}
