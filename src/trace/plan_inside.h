/*
 * Between the files that make a plan: plan.c asks the node, plan_arm.c puts together what
 * is armed, plan_say.c says it. The last two ask nobody.
 */
#ifndef TRACE_PLAN_INSIDE_H
#define TRACE_PLAN_INSIDE_H

#include "trace/plan.h"
#include "trace/resolve.h"
#include "trace/whom.h"

/* What is known of the node. */
struct plan_facts {
	struct text node;      /* its name, */
	uint32_t creation;     /* and which of that name */
	bool session;          /* it has trace sessions */
	bool stacktrace;       /* {current_stacktrace} in match specifications */
	bool caller_line;
	bool binary_part;
	bool memory;           /* call_memory */
};

/* A pattern as it is put into specifications. */
struct plan_pattern {
	struct term spec;  /* pids are the node's; but what the plan asks for */
	bool returns;      /* values and exceptions of some clauses, */
	bool open;         /* and nothing of how calls of others end */
	bool stack;
	bool extra;        /* sends something of its own */
	bool filters;      /* not all calls of its functions match */
	unsigned rank;     /* of several that mean one function the lowest is tried
			    * first: 0 named, 1 wildcard, 2 two of them */
};

/* What the plan is made of, beside the options. */
struct plan_parts {
	const struct plan_pattern *patterns; /* of matches, then of send, of receive */
	const struct resolved *resolved; /* without functions when none are traced */
	const struct whom *whom;
	const struct term *keys;         /* [nkeys] of maps that patterns name */
	size_t nkeys;
	struct plan_facts facts;
};

/* Reads a pattern, into an arena. */
void plan_pattern_read(struct arena *a, const struct match *m, const struct plan_facts *f,
		       struct plan_pattern *out);

/* The keys of maps in the heads of a specification, the first few; each once. */
#define PLAN_KEYS_MAX 8
void plan_keys_add(const struct term *spec, struct term *keys, size_t *nkeys);

/* Fills in the arming but for its specifications: what is in the way of it can be looked
 * for. */
void plan_arm_start(struct trace_plan *p, const struct trace_options *o,
		    const struct plan_parts *parts);
/* Fills in the rest, and the reader. Names of functions stay the resolved's. ERR_CANNOT:
 * see gate.h. */
bool plan_arm(struct trace_plan *p, const struct trace_options *o,
	      const struct plan_parts *parts, struct err *err);

/* A specification without the cut of the arguments in it, which may have hundreds of
 * kilobytes. */
struct term plan_spec_shown(struct arena *a, const struct term *spec);

/* Fills in the lines. */
void plan_say(struct trace_plan *p, const struct trace_options *o,
	      const struct plan_parts *parts);

#endif
