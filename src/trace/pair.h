/*
 * Which call a return belongs to, and how long it took. Events go in as they come and
 * come out in the same order, with numbers and durations; what returns by return_to
 * becomes EVENT_RETURN.
 *
 * Calls of a process are a stack. A return_from names its function, a return_to only
 * where it goes on: a chain of tail calls has one for all of them, and below OTP 27 an
 * exception has none, so the calls that it left stay open until a later event of their
 * process shows that they are over.
 */
#ifndef TRACE_PAIR_H
#define TRACE_PAIR_H

#include <stddef.h>

#include "trace/event.h"

struct pairs;

typedef void pair_out(void *ctx, const struct event *e);

/*
 * return_to  durations come from EVENT_RETURN_TO
 * show_to    EVENT_RETURN_TO are wanted as well
 */
struct pairs *pairs_new(bool return_to, bool show_to, pair_out *out, void *ctx);
void pairs_free(struct pairs *p); /* NULL is fine */
/* Calls out for each event that is to be shown. */
void pairs_feed(struct pairs *p, const struct event *e);
/* Calls that have not returned yet, as far as is known. */
size_t pairs_open(const struct pairs *p);

#endif
