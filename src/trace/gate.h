/*
 * Makes of the specification that a person wrote the one that the runtime gets: it counts
 * itself shut with the trace control word, takes each process out by itself after that,
 * and sends what is to be shown of the arguments.
 *
 * Why this cannot hurt, with figures: doc/safety.md, "Tracing".
 */
#ifndef TRACE_GATE_H
#define TRACE_GATE_H

#include "base/arena.h"
#include "base/err.h"
#include "term/term.h"
#include "trace/message.h"
#include "trace/tracer.h"

/* So many events that may be large (arming.whole) are let through before the tracer has
 * got rid of them. */
#define GATE_WINDOW 100

struct gate {
	const struct arming *arming; /* its mode, limits, values and whole */
	const char *flag;  /* of the processes: "call", "send", "receive" */
	const struct trace_message *message; /* what is sent with each event; or NULL */
	int arity;         /* of the functions; -1: several */
};

/* How many calls are let through before the tracer opens it anew: all that may come,
 * those of a period of the rate, or the window. */
uint32_t gate_calls(const struct arming *a);

/*
 * spec  [{Head, Guards, Actions}], checked by match_compile()
 *
 * ERR_CANNOT: the specification uses the trace control word itself.
 */
bool gate_spec(struct arena *a, const struct term *spec, const struct gate *g,
	       struct term *out, struct err *err);

#endif
