/*
 * What the target adds to each trace event with {message, ...}: the arguments, cut there
 * by a lazy projection in the specification's body (so that what is large is never
 * copied), the caller, the stack. Made here, and read here.
 *
 * How the projection works, and what it costs: doc/protocol.md, "Tracing".
 */
#ifndef TRACE_MESSAGE_H
#define TRACE_MESSAGE_H

#include "trace/event.h"

/* Most nodes of all projections of one arming: the specifications travel to the
 * target, and are copied there. */
#define MESSAGE_NODES_MAX 2000 /* about 430 words and 1.1 kB each */

struct trace_message {
	enum event_args args; /* ARGS_CUT: projected; else they are not in it */
	unsigned depth;       /* of the projection: 0, 1, 2 */
	bool sent;            /* of messages, not calls: heads are [To, Message], and the
			       * message is projected */
	bool binary_part;     /* the start of large binaries: OTP 25 */
	bool from;            /* where calls will return to: pair.h wants to know */
	bool caller;          /* the same, to be shown */
	bool caller_line;     /* with file and line: OTP 25 */
	bool stack;           /* by current_stacktrace: OTP 27 */
	bool dump;            /* the stack by process_dump: below */
	bool extra;           /* an expression has a message() of its own */
	const struct term *keys; /* [nkeys] of maps: their values are sent as well */
	size_t nkeys;
};

/* How many nodes a projection has: of so many arguments, -1: any number. */
size_t message_nodes(const struct trace_message *m, int arity);

/*
 * The term for {message, this}, for one clause of a specification.
 *
 * clause  {Head, Guards, Actions}
 * arity   of the functions; -1: any number
 * extra   what the expression itself sends, or NULL
 * head    out: the clause's head with variables for what it leaves open, to stand in its
 *         place (what projects variables is quicker, and leaves no garbage there)
 *
 * Where their number is not known and the clause uses '$$', arguments are not sent. False
 * when there is nothing to be sent; head is the clause's then.
 */
bool message_make(struct arena *a, const struct trace_message *m,
		  const struct term *clause, int arity, const struct term *extra,
		  struct term *head, struct term *out);

/* Reads what came of it into the event. False: that is not what it is. */
bool message_read(struct arena *a, const struct trace_message *m,
		  const struct term *sent, struct event *out);

#endif
