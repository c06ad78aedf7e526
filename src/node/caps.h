/*
 * What the target can do, found out by trying, once a connection.
 *
 * A row is a name, a trial (a text or an MFA whose success answers the question), and who
 * needs it. Nothing compares release numbers. Results are kept with the connection.
 */
#ifndef NODE_CAPS_H
#define NODE_CAPS_H

#include "node/node.h"

enum cap {
	CAP_ELIXIR,         /* Elixir is loaded: terms are shown in its syntax */
	CAP_LABEL,          /* process_info(P, label) */
	CAP_PARENT,         /* process_info(P, parent) */
	CAP_DICTIONARY_KEY, /* process_info(P, {dictionary, Key}) */
	CAP_ASYNC_DIST,     /* process_info(P, async_dist) */
	CAP_PROCESSES_ITER, /* erlang:processes_iterator/0 */
	CAP_TRACE_SESSION,  /* trace:session_create/3 */
	CAP_TRACE_STACK,    /* current_stacktrace() in match specifications */
	CAP_TRACE_LINE,     /* caller_line() there */
	CAP_TRACE_BINARY,   /* binary_part() there */
	CAP_CALL_MEMORY,    /* counters of call_memory */
	CAP_GC_REDUCTIONS,  /* a garbage collection from outside costs
			     * the process reductions */
	CAP_ATOMS,          /* binary_to_term() of an atom by its number */
	CAP_COUNT,
};

enum cap_state { CAP_UNKNOWN, CAP_YES, CAP_NO };

struct cap_row {
	const char *name;  /* "label" */
	const char *help;  /* who needs it, one line */
};
extern const struct cap_row cap_rows[CAP_COUNT];

/* Asks for every capability of the mask (bit 1 << enum cap) that is not known yet, all at
 * once, then calls done (never from inside). A trial that fails on the node is CAP_NO;
 * one that got no answer in time is not known yet. */
void caps_probe(struct node *n, unsigned mask, void (*done)(void *ctx), void *ctx);
enum cap_state node_can(const struct node *n, enum cap cap);

#endif
