/*
 * Groups of rows: those with the same value in a column are one row of another table,
 * with how many there are and the sums of their numbers. One pass over the rows.
 */
#ifndef VIEW_GROUP_H
#define VIEW_GROUP_H

#include "base/table.h"

/* Columns of a table of groups. */
enum {
	GROUP_VALUE, /* what they have in common; null: those that have none */
	GROUP_COUNT,
	GROUP_SUMS,  /* the first of the sums */
};

struct groups {
	struct schema schema; /* a column keeps the name that it has in the table */
	const size_t *from;   /* [schema.ncolumns] the column of the table that it is of;
			       * TABLE_NONE: the count */
};

/* Can rows be grouped by it? It says what a row is, and is no moment. */
bool group_can(const struct schema *s, size_t column);

/* The schema of groups by a column of a derived schema. */
struct groups *group_schema(const struct derived *d, size_t column, struct arena *arena);
/* The groups of these rows; at NULL: of all rows. A sum is null when all that it is of
 * are. Texts stay those of the table t. */
void group_make(struct table *out, const struct groups *g, const struct table *t,
		struct rows rows);

#endif
