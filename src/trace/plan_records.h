/*
 * Patterns with records whose definitions only the node has: they are read from the debug
 * information of the modules that are named, and the patterns are compiled again.
 */
#ifndef TRACE_PLAN_RECORDS_H
#define TRACE_PLAN_RECORDS_H

#include "match/match.h"
#include "source/live.h"

/* err: NULL, ERR_ABSENT (nobody defines that record), or what match_compile() says. */
typedef void plan_records_done(void *ctx, const struct err *err);

/*
 * Compiles those of the matches whose record is not known (match.record). What they need
 * is in the arena then.
 *
 * matches  [n] they and words live until done is called
 * words    [n] as they were typed
 *
 * May call done from inside.
 */
void plan_records_compile(struct live *l, struct arena *a, struct match *matches,
			  const struct text *words, size_t n, int64_t timeout_ns,
			  plan_records_done *done, void *ctx);

#endif
