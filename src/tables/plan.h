/*
 * From the words of a query to column numbers: what is read of all rows, what of those
 * that stay, what is shown.
 */
#ifndef TABLES_PLAN_H
#define TABLES_PLAN_H

#include "tables/query.h"

struct plan {
	const struct derived *derived;
	struct predicate **where; /* [nwhere] over the derived schema */
	size_t nwhere;
	bool *filters;            /* [derived columns] those of the predicates */
	size_t sort;              /* derived column, or TABLE_NONE: as read */
	enum {
		SORT_BY_TYPE,
		SORT_UP,
		SORT_DOWN
	} direction;              /* by type: numbers go down, all else up */
	size_t *columns;          /* [ncolumns] derived columns to be shown */
	size_t ncolumns;
	/* Masks over the base schema. */
	uint64_t before; /* read at the beginning of the window */
	uint64_t first;  /* read of all rows */
	uint64_t second; /* read of the rows that stay; 0: nothing is left to be read */
};

/* ERR_USAGE. Lives in the arena, but for plan_clear(). */
bool plan_make(struct plan *p, const struct schema *schema, const struct query_options *o,
	       struct arena *arena, struct err *err);
void plan_clear(struct plan *p);

#endif
