/*
 * Finding words in what is shown of rows. A word without capitals is found in any case of
 * the ASCII letters.
 */
#ifndef VIEW_FILTER_H
#define VIEW_FILTER_H

#include "base/buf.h"
#include "base/table.h"

#define FILTER_MAX ((size_t)256)

struct needle {
	char bytes[FILTER_MAX]; /* [len] small letters, unless exact */
	size_t len;             /* 0: found everywhere */
	bool exact;             /* capitals are meant */
};

/* What is longer is cut. */
void needle_init(struct needle *n, struct text t);
struct text needle_text(const struct needle *n); /* of n */
/* The offset of the first one from there on; t.len: there is none. */
size_t needle_find(const struct needle *n, struct text t, size_t from);
/* Is what has n a part of what has was? */
bool needle_narrows(const struct needle *n, const struct needle *was);

/* A needle and where it is looked for. Most texts come again and again: what was found of
 * one is kept. */
#define FILTER_SLOTS ((size_t)512)

struct filter {
	struct needle needle;
	const struct table *table;
	const size_t *columns; /* [ncolumns] of the table */
	size_t ncolumns;
	struct buf shown;
	struct {
		const struct text *text;
		bool found;
	} known[FILTER_SLOTS];
};

/* Of zeros; the columns stay the caller's. */
void filter_init(struct filter *f, const struct needle *n, const struct table *t,
		 const size_t *columns, size_t ncolumns);
void filter_clear(struct filter *f);
bool filter_holds(struct filter *f, size_t row);

#endif
