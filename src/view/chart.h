/*
 * Any numbers as a chart over time: out of the history, going on while it is looked at.
 */
#ifndef VIEW_CHART_H
#define VIEW_CHART_H

#include "base/table.h"
#include "view/feed.h"
#include "view/history.h"
#include "view/view.h"

/* One line of the chart. */
struct chart_number {
	struct text label;       /* "<0.81.0> shop memory" */
	struct series_name name; /* in the history */
	enum unit unit;
	bool counter;            /* only grows */
	bool rate;               /* what it changes by a second is shown */
	double limit;            /* NAN: none */
	const struct schema *schema; /* its table, where the chart is to go on reading the
				      * row; NULL: somebody else does */
	struct cell key;         /* of the row then */
};

/* The view; what the numbers point to is copied. At most CHART_SERIES are drawn. */
struct view *chart_view_new(struct top *t, struct link *l,
			    const struct chart_number *numbers, size_t n);

/*
 * The same of cells of one column, of some rows of a table whose columns are those of d.
 * NULL: ERR_USAGE, it has no numbers.
 */
struct view *chart_view_of_cells(struct top *t, struct link *l, const struct derived *d,
				 const struct table *rows, const uint32_t *at, size_t n,
				 size_t column, struct err *err);

/* Puts the numbers of some rows that a feed read into the history, so that their charts
 * have a past when they are opened. */
void chart_remember(struct history *h, const struct link *l, const struct feed *f,
		    const uint32_t *at, size_t n);

extern const struct view_ops chart_ops;

#endif
