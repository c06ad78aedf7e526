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

struct gate {
	uint32_t base;                       /* the control word at the start */
	uint32_t calls;                      /* how many are let through: gate_calls() */
	bool off;                            /* after that each process takes itself out; not with values or
			  * throttle, and not for receive */
	const char *flag;                    /* which of its flags: "call", "send" */
	const struct trace_message *message; /* what is sent with each event; or NULL */
	int arity;                           /* of the functions; -1: several */
};

/*
 * spec  [{Head, Guards, Actions}], checked by match_compile()
 *
 * ERR_CANNOT: the specification uses the trace control word itself.
 */
bool gate_spec(struct arena *a, const struct term *spec, const struct gate *g,
	       struct term *out, struct err *err);

/* How many calls these limits let through at once: those of a period, where there is a
 * rate. */
uint32_t gate_calls(const struct trace_limits *l);

#endif
