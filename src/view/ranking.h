/*
 * An order of rows that is made only as far as somebody looks: the first page of half a
 * million rows, the last one, or one in between, costs about one pass over them.
 *
 * Nulls come last in both directions. Rows that are equal in a rate or a growth are
 * ranked by the level that it is of, and then, as all others, by their key: they do not
 * change places from one sample to the next.
 */
#ifndef VIEW_RANKING_H
#define VIEW_RANKING_H

#include "base/table.h"

/* A row, and the first bytes of what ranks it: as a number, less is further in front. */
struct ranked {
	uint64_t rank;
	uint32_t row;
};

struct ranking {
	const struct table *table;
	size_t column;      /* TABLE_NONE: as they were given */
	size_t then;        /* among equals; TABLE_NONE: by the key at once */
	bool descending;
	struct ranked *at;  /* [n] */
	uint8_t *placed;    /* [n] is the one that belongs here already here? */
	size_t n;
	uint64_t random;
};

/* rows: in the order of the table; its at NULL: all of them. */
void ranking_init(struct ranking *r, const struct table *t, struct rows rows,
		  size_t column, size_t then, bool descending, struct arena *arena);
/* The row at a place; i < n. */
uint32_t ranking_row(struct ranking *r, size_t i);
/* The same for a run of places, at once. */
void ranking_place(struct ranking *r, size_t from, size_t to);
/* Does row a come before row b? */
bool ranking_before(const struct ranking *r, uint32_t a, uint32_t b);
/* The place of a row of the table, or TABLE_NONE; one pass over all. */
size_t ranking_find(const struct ranking *r, uint32_t row);

#endif
