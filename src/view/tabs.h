/*
 * Tabs: the tables, by what their schemas say they belong to. A new table is in one
 * without a line here.
 */
#ifndef VIEW_TABS_H
#define VIEW_TABS_H

#include "base/table.h"

#define TAB_TABLES 16

struct tab {
	const char *name;
	const struct schema *tables[TAB_TABLES]; /* [ntables] side by side */
	size_t ntables;
	size_t current;
};

struct tabs {
	struct tab *at; /* [n] the first one is home: the header over the processes */
	size_t n;
	size_t current;
};

/* stored: of a source that is no live node, which may have any table. */
struct tabs tabs_make(struct arena *a, bool stored);
/* Makes the table the current one. */
void tabs_choose(struct tabs *t, const struct schema *schema);
const struct schema *tabs_schema(const struct tabs *t);

#endif
