/*
 * The points of one series of the history: kept, thinned when there are too many, and
 * read as pieces of the same length.
 */
#ifndef VIEW_HISTORY_POINTS_H
#define VIEW_HISTORY_POINTS_H

#include "view/history.h"

enum { POINTS_MAX = 8192 };

/* One value. NAN: it is not known, which leaves a gap. */
struct reading_point {
	int64_t wall_ns;
	double value;
};

struct points {
	struct reading_point *at; /* [n] the oldest first */
	size_t n;
	size_t cap;
};

void points_clear(struct points *p);
void points_put(struct points *p, int64_t wall_ns, double value);
bool points_read(const struct points *p, const struct history_window *w,
		 struct chart_point *out, size_t n);
double points_trend(const struct points *p, int64_t from_ns, int64_t to_ns);

#endif
