/*
 * Charts: numbers over time as lines, with axes, a legend and a cursor. Drawn in dots of
 * braille, or with a letter for each line where there is no such thing.
 *
 * Works in a pane of any size, with values of any kind: what has no room is left out,
 * the axes first.
 */
#ifndef TUI_CHART_H
#define TUI_CHART_H

#include "base/units.h"
#include "tui/canvas.h"

/* What was seen in one piece of the time. All NaN: nothing. */
struct chart_point {
	double low;
	double high;
	double last;
};

struct chart_series {
	struct text name;
	const struct chart_point *points; /* [npoints] evenly over the time */
	enum unit unit;  /* those of one unit have one scale */
	const char *per; /* behind the unit: "/s", or "" */
	double limit;    /* drawn as a line where it is in sight; NaN: none */
};

enum { CHART_SERIES = 6 }; /* more are not drawn */

#define CHART_NO_POINT ((size_t)-1)

struct chart {
	const struct chart_series *series; /* [nseries] */
	size_t nseries;
	size_t chosen;   /* the one whose scale the axis has */
	size_t npoints;
	int64_t from_ns; /* the time, as dates */
	int64_t to_ns;
	bool from_zero;  /* else from the least value */
	size_t cursor;   /* a point that is looked at, or CHART_NO_POINT */
};

/* How many points such a chart is to have, at least 1. */
size_t chart_points(struct pane p);
/* The point that is drawn at a place of the canvas, in a chart of so many series;
 * CHART_NO_POINT: there is none. */
size_t chart_point_at(struct pane p, size_t nseries, size_t x, size_t y);
void chart_draw(struct pane p, const struct chart *c);

/* A moment on an axis: "17:52:10", in UTC. */
void chart_clock(struct buf *out, int64_t wall_ns);

#endif
