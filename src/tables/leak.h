/*
 * Which processes hold reference-counted binaries that they do not need any more: how
 * many binaries each refers to before and after a garbage collection
 * (recon:bin_leak/1). This collects their garbage, which is a write: the caller has asked
 * for leave.
 *
 * It is a table that only its command has: a table that anybody may read must not change
 * the target.
 */
#ifndef TABLES_LEAK_H
#define TABLES_LEAK_H

#include "source/live.h"

enum leak_column {
	LEAK_PID,
	LEAK_NAME,
	LEAK_FREED,
	LEAK_FREED_BYTES,
	LEAK_BEFORE,
	LEAK_AFTER,
	LEAK_MEMORY_FREED,
	LEAK_NCOLUMNS,
};

extern const struct schema leaks_schema;

/*
 * Finds the processes to look at: a sample of the processes table with their pids.
 *
 * likely  only those whose binaries come to 64 kB or more, as the runtime keeps count of
 *         them for its garbage collections; nothing is collected for that
 */
void leak_find(struct live *l, bool likely, int64_t timeout_ns, source_done *done,
	       void *ctx);

struct leak;

/*
 * Collects the garbage of these processes, at low priority and with as long a rest after
 * every two hundred as these took; then asks for the names of those that freed something.
 *
 * pids        a column of pids, as leak_find() gave them
 * timeout_ns  how long one process may take (0: 2 s); then it counts as missed, and the
 *             next one has its turn
 * done        gets the rows of those that freed or got binaries
 *
 * What is returned is gone when done is called.
 */
struct leak *leak_collect(struct live *l, const struct table *pids, int64_t timeout_ns,
			  source_done *done, void *ctx);
/* How many of them it is through with. */
size_t leak_progress(const struct leak *k);
/* Ends it now: done is called, from inside, with what is known, without names. */
void leak_stop(struct leak *k);

#endif
