/*
 * The screen of any table: its rows under a heading, ranked, with a cursor. It knows
 * nothing of any table but its schema.
 */
#ifndef VIEW_TABLE_H
#define VIEW_TABLE_H

#include "base/table.h"
#include "view/view.h"

/* The view of a table of a link. */
struct view *table_view_new(struct top *t, struct link *l, const struct schema *schema);

/* Is it one? */
bool table_view_is(const struct view *v);
const struct schema *table_view_schema(const struct view *v);
const struct derived *table_view_derived(const struct view *v);
/* The column of those that ranks; TABLE_NONE: as read. */
size_t table_view_ranked(const struct view *v);
/* The key of the row under the cursor. False: there is none. */
bool table_view_chosen(struct view *v, struct cell *key);

#endif
