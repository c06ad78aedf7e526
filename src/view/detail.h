/*
 * The page of one row of any table: all that is known of it, in sections. Rows of some
 * tables have more to tell than their columns; which, stands in detail_kinds.c.
 */
#ifndef VIEW_DETAIL_H
#define VIEW_DETAIL_H

#include "base/table.h"
#include "view/view.h"

/* Opens the page of the row with this key above a view. ERR_USAGE: it has no key. */
bool detail_open(struct view *from, const struct schema *schema, struct cell key,
		 struct err *err);

extern const struct view_ops detail_ops;

#endif
