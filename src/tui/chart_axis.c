/* The scales of charts. */
#include "tui/chart_axis.h"

#include <math.h>

/* Larger numbers are drawn as these, so that all that is computed stays finite. */
#define VALUE_MAX 1e300

struct prefix {
	double factor;
	const char *name;
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct prefix counts[] = {
	{ 1, "" }, { 1e3, " k" }, { 1e6, " M" }, { 1e9, " G" }, { 1e12, " T" },
	{ 1e15, " P" }, { 1e18, " E" },
};

static const struct prefix sizes[] = {
	{ 1, " B" }, { 0x1p10, " kB" }, { 0x1p20, " MB" }, { 0x1p30, " GB" },
	{ 0x1p40, " TB" }, { 0x1p50, " PB" }, { 0x1p60, " EB" },
};

static const struct prefix spans[] = {
	{ 1, " ns" }, { 1e3, " us" }, { 1e6, " ms" }, { 1e9, " s" }, { 60e9, " min" },
	{ 3600e9, " h" }, { 86400e9, " d" },
};

static const struct prefix shares[] = { { 0.01, " %" } };

/* What numbers of about that size are written in. */
static const struct prefix *prefix_for(enum unit unit, double size)
{
	const struct prefix *all = counts;
	size_t n = COUNT(counts);
	size_t i = 0;

	if (unit == UNIT_BYTES) {
		all = sizes;
		n = COUNT(sizes);
	} else if (unit == UNIT_NS) {
		all = spans;
		n = COUNT(spans);
	} else if (unit == UNIT_RATIO) {
		all = shares;
		n = COUNT(shares);
	}
	while (i + 1 < n && size >= all[i + 1].factor)
		i++;
	return &all[i];
}

static double sane(double v)
{
	return isfinite(v) ? fmin(fmax(v, -VALUE_MAX), VALUE_MAX) : 0;
}

/* 1, 2 or 5 with noughts behind or in front, not less than v. */
static double round_up(double v)
{
	double ten = pow(10, floor(log10(v)));
	static const double steps[] = { 1, 2, 5 };

	for (size_t i = 0; i < COUNT(steps); i++)
		/* What is less by the last bit only is the same. */
		if (steps[i] * ten >= v * (1 - 1e-9))
			return steps[i] * ten;
	return 10 * ten;
}

struct axis axis_over(double low, double high, size_t marks, enum unit unit)
{
	struct axis a = { .unit = unit };
	double size, factor;

	low = sane(low);
	high = fmax(sane(high), low);
	size = fmax(fabs(low), fabs(high));
	/* Nothing to tell apart, or less than a number can tell. */
	if (high - low <= size * 1e-12) {
		double none = unit == UNIT_RATIO ? 0.01 : (double)(marks > 1 ? marks : 1);
		double half = size > 0 ? size / 2 : none;

		high += half;
		low = low >= 0 && low - half < 0 ? 0 : low - half;
	}
	factor = prefix_for(unit, fmax(fabs(low), fabs(high)))->factor;
	a.step = (high - low) / factor / (double)(marks > 1 ? marks : 1);
	a.step = round_up(fmax(a.step, 1e-290)) * factor;
	a.low = floor(low / a.step + 1e-9) * a.step;
	a.high = ceil(high / a.step - 1e-9) * a.step;
	if (!(a.high > a.low))
		a.high = a.low + a.step;
	return a;
}

double axis_share(const struct axis *a, double value)
{
	return (sane(value) - a->low) / (a->high - a->low);
}

void axis_print(struct buf *out, const struct axis *a, double value)
{
	const struct prefix *p =
		prefix_for(a->unit, fmax(fabs(a->low), fabs(a->high)));
	double digits = ceil(-log10(a->step / p->factor) - 1e-9);
	double shown = value / p->factor;

	if (fabs(shown) < a->step / p->factor * 1e-6)
		shown = 0;
	if (fabs(shown) >= 1e5)
		buf_printf(out, "%.1e", shown);
	else
		buf_printf(out, "%.*f", (int)fmin(fmax(digits, 0), 4), shown);
	buf_str(out, p->name);
}

int64_t axis_time_step(int64_t span_ns, size_t marks)
{
	static const int64_t seconds[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900,
					   1800, 3600, 7200, 10800, 21600, 43200, 86400 };
	int64_t least = span_ns / 1000000000 / (int64_t)(marks > 0 ? marks : 1) + 1;
	int64_t days;

	for (size_t i = 0; i < COUNT(seconds); i++)
		if (seconds[i] >= least)
			return seconds[i] * 1000000000;
	days = least / 86400 + 1;
	return (days < 100000 ? days : 100000) * INT64_C(86400000000000);
}
