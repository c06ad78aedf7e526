/*
 * Tracing on the screens: what is wanted is typed into a form, planned, armed, and seen
 * on a screen that ends it when it goes.
 */
#ifndef VIEW_TRACE_H
#define VIEW_TRACE_H

#include "view/view.h"

/* The processes that are traced. */
struct trace_processes {
	const int64_t *ids; /* [n]; 0: all. Copied */
	size_t n;
	struct text name;   /* of the only one: "shop_cache"; or empty */
	uint32_t creation;  /* of the node that they were read of */
};

/* The form above a view; with an expression it is planned at once, with limits as usual:
 * ERR_USAGE when that is none. ERR_CANNOT, ERR_ABSENT: it cannot be done now. */
bool trace_open(struct view *from, const struct trace_processes *whom,
		struct text expression, struct err *err);
/* Of the rows of a table of processes that are marked, or of the one that the cursor is
 * on. */
bool trace_open_rows(struct view *table, struct text expression, struct err *err);

/* What can be done wherever one is: trace, of all processes. */
extern const struct action trace_actions[];
extern const size_t trace_nactions;

extern const struct view_ops trace_form_ops;
extern const struct view_ops trace_view_ops;
extern const struct view_ops trace_page_ops;

#endif
