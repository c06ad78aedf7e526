/*
 * The scales of charts: round numbers that a range is divided at, and how they are
 * written.
 */
#ifndef TUI_CHART_AXIS_H
#define TUI_CHART_AXIS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/units.h"

struct axis {
	double low;  /* a round number at or below the least value */
	double high; /* one above low, at or above the greatest */
	double step; /* between its marks, > 0 */
	enum unit unit;
};

/* The scale of the values from low to high, with at most so many marks. What is not
 * finite counts as 0. */
struct axis axis_over(double low, double high, size_t marks, enum unit unit);
/* Where a value lies: 0 at the foot, 1 at the top; also beyond. */
double axis_share(const struct axis *a, double value);
/* A mark, with as many digits as tell it from its neighbours. */
void axis_print(struct buf *out, const struct axis *a, double value);

/* The span between marks of an axis of time: of so many ns, at most so many marks. */
int64_t axis_time_step(int64_t span_ns, size_t marks);

#endif
