/*
 * The one way from words to rows, for every table and every kind of source: which
 * columns, which rows, in which order, from which sources, over which window.
 *
 * It asks in two steps. First the columns that rank, filter or change are read for all
 * rows; then the others for the rows that stay. When all rows stay anyway, everything is
 * asked for at once. A row that is gone when the second step comes is left out, and the
 * next one takes its place. Everything is asynchronous on the loop.
 */
#ifndef TABLES_QUERY_H
#define TABLES_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/table.h"
#include "source/source.h"

/* What a person asked for. Zeros: all columns, all rows, in the table's own order. */
struct query_options {
	const struct text *columns; /* [ncolumns] names, in the order to be shown; 0: all,
				     * or the usual ones when brief */
	size_t ncolumns;
	const struct text *where;   /* [nwhere] predicates, all must hold */
	size_t nwhere;
	struct text sort;           /* "memory", "+memory" (ascending), "-memory";
				     * empty: as the table says, with a window by its
				     * rate or growth */
	size_t limit;               /* rows; 0: all */
	int64_t window_ns;          /* 0: none */
	struct moment at;           /* of sources that keep readings: which one */
	int64_t timeout_ns;         /* of each request to the target; 0: the default */
	enum syntax syntax;
	bool brief;                 /* for people: columns of COLUMN_WIDE
				     * only when named */
	uint64_t also;              /* columns of the table that are read
				     * though they may not be shown */
	bool asked;                 /* where none are named, those of
				     * COLUMN_ASKED too */
	bool node;                  /* a column node in front: more than one source */
	bool keep;                  /* the last reading of a run is the first of the next:
				     * for a --watch that is not longer than its
				     * --window. Results are then freed before the next
				     * run starts */
};

/* A query that was understood, ready to be run as often as wanted. */
struct query;

/* ERR_USAGE: an unknown column, a bad predicate; NULL then. The options are copied. Needs
 * no source: a wrong command line is told before anything is dialled. */
struct query *query_new(const struct schema *schema, const struct query_options *o,
			struct err *err);
void query_free(struct query *q); /* NULL is fine; no run may be open */

/* The schema of the results: of the table, with node, rates and growths. */
const struct schema *query_schema(const struct query *q);

/* One source that failed. */
struct query_failure {
	struct source *source;
	struct err err;
};

/* One answer. Owns everything in it but the sources. */
struct result {
	struct table table;     /* of query_schema() */
	struct rows rows;       /* in order */
	size_t total;           /* how many there are without the limit */
	const size_t *columns;  /* [ncolumns] those to be shown */
	size_t ncolumns;
	size_t ranked;          /* the column that ranks; TABLE_NONE: as read */
	const bool *filters;    /* [columns of the table] those of --where */
	struct query_failure *failures; /* [nfailures] one a source; its
					 * rows are missing */
	size_t nfailures;
	size_t missed;          /* rows that could not be read in time, or not whole */
	struct text missed_first; /* the keys of some of them, for people */
	struct text notes;      /* lines for people: what rows cannot say */
	int64_t wall_ns;        /* of the last reading */
	int64_t span_ns; /* between the two readings of the window; 0 without one */

	struct arena arena;
	struct sample **samples; /* what table shares with them */
	size_t nsamples;
};
void result_free(struct result *r); /* NULL is fine */

/* Another moment from the next run on. */
void query_set_at(struct query *q, struct moment at);

struct query_run;
/* Called once, from the loop, never from inside query_start(); the callee owns the
 * result. The run is gone then. */
typedef void query_done(void *ctx, struct result *r);

/* Asks the sources (nsources > 0). q and the sources must live until done was called. */
struct query_run *query_start(struct query *q, struct loop *l,
			      struct source *const *sources, size_t nsources,
			      query_done *done, void *ctx);
/* done is not called any more. Answers that are still open are dropped when they come:
 * the sources may be closed right after. */
void query_cancel(struct query_run *run);

#endif
