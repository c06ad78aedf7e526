/*
 * What supervisors call their children: the identifiers of the child specifications,
 * which may be any terms, reduced in place (foreign.h).
 */
#ifndef TABLES_FOREIGN_CHILDREN_H
#define TABLES_FOREIGN_CHILDREN_H

#include "source/live.h"
#include "term/term.h"

/* Children that are told of one supervisor; more stay without a name. */
#define FOREIGN_CHILDREN_MAX 100

/* A child: a pid of the target, what it is called, as far as it was given, and what its
 * end means (an atom). Valid during the call. */
typedef void foreign_child(void *ctx, int64_t pid, const struct term *id,
			   const struct term *restart);

/*
 * Asks supervisors of supervisor.erl, which answered just now; of the children of a
 * simple_one_for_one none has a name.
 *
 * child  called for each that is running
 * done   called once, never from inside; also when some did not answer
 */
void foreign_children(struct live *l, const int64_t *pids, size_t n, int64_t timeout_ns,
		      foreign_child *child, void (*done)(void *ctx), void *ctx);

#endif
