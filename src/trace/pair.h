/*
 * Which call a return belongs to, and how long it took. Events go in as they come and
 * come out in the same order, with numbers and durations; what returns by return_to
 * becomes EVENT_RETURN. Durations are right, or not known: none is guessed.
 *
 * Calls of a process are a stack. A return_from or an exception_from names its function:
 * it ends the innermost open call of it, and those above that were not to report.
 *
 * A return_to names only the function that goes on. Each call says to where it will
 * return (its caller): two calls in a row that return to the same function are a chain of
 * tail calls, with one return_to for all of it; else the second is made by the first.
 *
 * - A return_to the caller of the last call ends the last chain, all of it at that time.
 * - A return_to another one is an exception: it ends all down to the place whose function
 *   it names, a caller or an open call.
 * - A function that has called itself, or has been called again by one that it called
 *   and that is not traced, is no chain, also when its callers are the same. Where the
 *   same function waits at several places, each return_to could have gone to any of them.
 *   So what was called last has ended now, and what ends below it is told when the lowest
 *   of these places is reached: when there was one return_to for each call all of them
 *   were what they seemed; else their durations are not known.
 * - Below OTP 27 an exception has a return_to only when it is caught where the call was
 *   made. What is left is closed, with no duration, when a call from further below or a
 *   return_to further down shows that it is over. (One that is caught elsewhere in the
 *   function that made it, which then makes another call, looks like a tail call.)
 */
#ifndef TRACE_PAIR_H
#define TRACE_PAIR_H

#include <stddef.h>

#include "trace/event.h"

/* Of more open calls than this the older half is forgotten. */
#define PAIRS_MAX 65536

struct pairs;

typedef void pair_out(void *ctx, const struct event *e);

struct pairs_options {
	bool return_to;  /* durations come from EVENT_RETURN_TO: calls have where they
			  * return to (event.from) */
	bool show_to;    /* EVENT_RETURN_TO are wanted as well */
	bool exceptions; /* each exception that is caught has a return_to: OTP 27 */
};

struct pairs *pairs_new(const struct pairs_options *o, pair_out *out, void *ctx);
void pairs_free(struct pairs *p); /* NULL is fine */
/* Calls out for each event that is to be shown. */
void pairs_feed(struct pairs *p, const struct event *e);
/* No more events come: what is over, and waited for its duration, has none. */
void pairs_end(struct pairs *p);
/* Calls that have not returned yet, as far as is known. */
size_t pairs_open(const struct pairs *p);

#endif
