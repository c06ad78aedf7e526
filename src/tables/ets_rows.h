/*
 * The first objects of an ETS table.
 *
 * What is in a table is foreign (foreign.h), and ETS gives an object only as a whole, by
 * copying it. So a table is read in one of two ways:
 *
 * - One of at most 16 MB: its objects, one after the other, each reduced on the target.
 *   None can be larger than the table; what ETS keeps shares nothing that a copy could
 *   expand.
 * - Of a larger one an object may be as large as the table. There only parts are taken
 *   that a match specification proved to be small before anything was copied: atoms,
 *   numbers, pids, binaries (they are not copied), and small tuples of them. All else is
 *   left out. A large bag cannot be read at all (ETS gives the objects of a key only
 *   together), nor a large compressed table (to look at an object it is unpacked).
 *
 * Who asks for whole objects gets them as of a small table. Then one that is too large
 * ends our helper, but only when it has been copied: the node must have the memory.
 *
 * The table is never fixed.
 */
#ifndef TABLES_ETS_ROWS_H
#define TABLES_ETS_ROWS_H

#include "source/live.h"

#define ETS_ROWS_DEFAULT 20
#define ETS_ROWS_MAX 1000

enum { ETS_ROW_KEY, ETS_ROW_OBJECT, ETS_ROW_CUT, ETS_ROW_NCOLUMNS };

extern const struct schema ets_rows_schema;

struct ets_rows {
	struct arena arena;
	struct table table;  /* in the order of the table */
	struct term *objects; /* [table.nrows] the objects themselves, where terms were
			       * asked for */
	size_t objects_cap;
	enum syntax syntax;
	int64_t size;        /* objects in it, when it was begun */
	bool proven;         /* it is large: only what is small was read */
	struct err end;      /* why it ended early: the table went away, or an object took
			      * more memory than it may; kind ERR_NONE otherwise */
};

struct ets_rows_request {
	struct text id;      /* of the ets table */
	size_t count;        /* 0: the most */
	bool whole;          /* objects of large tables too */
	int64_t timeout_ns;  /* for each object; 0: 5 s */
	enum syntax syntax;
	size_t width;        /* objects are broken into lines at this width; 0: are not */
	bool redact;
	bool terms;          /* the objects as terms, and not as texts */
};

/* rows: the callee's; NULL with ERR_ABSENT when there is no such table any more,
 * ERR_CANNOT when it is private, or cannot be read for the reasons above. */
typedef void ets_rows_done(void *ctx, struct ets_rows *rows, const struct err *err);

/* The table must have been listed before on this source. done is called once, never from
 * inside. */
void ets_rows_ask(struct live *l, const struct ets_rows_request *rq, ets_rows_done *done,
		  void *ctx);
void ets_rows_free(struct ets_rows *r); /* NULL is fine */

#endif
