/*
 * What the files of the table screen share.
 */
#ifndef VIEW_TABLE_INSIDE_H
#define VIEW_TABLE_INSIDE_H

#include "view/feed.h"
#include "view/table.h"
#include "view/top.h"

struct table_view {
	struct view view;
	struct arena arena;
	const struct schema *schema;
	struct feed *feed;
	const struct derived *d;
	size_t *columns;      /* [ncolumns] derived columns that are shown, in order */
	size_t ncolumns;
	size_t sort;          /* derived column; TABLE_NONE: as read */
	bool descending;
	size_t first_column;  /* how many are scrolled out, behind the first one */

	struct arena order_arena;
	struct rows order;    /* the rows that are there, ranked down to ranked_to */
	size_t ranked_to;
	size_t ranked_reading; /* feed_readings() when it was made */
	size_t height;        /* rows that the pane had room for the last time */
	size_t top;           /* the first row that is shown */
	size_t cursor;        /* of order */
};

/* Ranks anew when something is new, so that rows down to n are in their order. */
void table_view_rank(struct table_view *t, size_t n);
/* Tells the feed what is wanted now. */
void table_view_want(struct table_view *t);
/* Draws it all. */
void table_view_draw(struct view *v, struct pane p);

#endif
