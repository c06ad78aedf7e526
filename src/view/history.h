/*
 * What numbers were: values over time, kept so that any of them can be drawn as a chart.
 *
 * A series is the values of one cell: of a column of a row of a table of a link. All
 * together take no more memory than they may: the series that nobody wrote or read for
 * the longest time goes first. A series that is full forgets details of its older half,
 * and keeps the peaks. A value costs O(1). Knows nothing of screens.
 */
#ifndef VIEW_HISTORY_H
#define VIEW_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "tui/chart.h"

struct history;

/* Whose values they are. */
struct series_name {
	struct text link;   /* the source's name */
	struct text table;
	struct text key;    /* of the row, as cell_print() has it */
	struct text column;
};

struct history *history_new(size_t bytes); /* that it may take; 0: 32 MB */
void history_free(struct history *h);      /* NULL is fine */
size_t history_bytes(const struct history *h); /* that it takes now; for tests */

/* Adds a value; at a moment that has one already it takes its place. Those that are newer
 * than all others cost the least. */
void history_put(struct history *h, const struct series_name *name, int64_t wall_ns,
		 double value);
/* Adds the gauges and counters of some rows of a table that has this schema, or one that
 * was derived from it without a node in front. */
void history_take(struct history *h, struct text link, const struct schema *schema,
		  const struct table *t, const uint32_t *rows, size_t nrows,
		  int64_t wall_ns);

enum history_as {
	HISTORY_LEVEL,  /* the values */
	HISTORY_RATE,   /* of a counter, a second; one that fell began anew: a gap */
	HISTORY_GROWTH, /* of a level, a second */
};

struct history_window {
	int64_t from_ns;
	int64_t to_ns;
	enum history_as as;
};

/*
 * The window in n pieces of the same length. Between two values lies a line; where they
 * are much farther apart than the others there is a gap instead. Returns false when
 * nothing of the series is known; all points are NAN then.
 */
bool history_read(struct history *h, const struct series_name *name,
		  const struct history_window *w, struct chart_point *points, size_t n);
/* The same, only what each piece ended with: for sparklines. */
bool history_values(struct history *h, const struct series_name *name,
		    const struct history_window *w, double *values, size_t n);
/* How much the values changed a second, from the first to the last one of the window; NAN
 * when there are no two. */
double history_trend(struct history *h, const struct series_name *name, int64_t from_ns,
		     int64_t to_ns);
/* When the first and the last value was. False: there are none. */
bool history_extent(const struct history *h, const struct series_name *name,
		    int64_t *first_ns, int64_t *last_ns);

#endif
