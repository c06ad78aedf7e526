/*
 * From what was asked for to what is armed: which functions there are, which processes,
 * what is sent of each call, what it can cost. Nothing of it touches the target's
 * tracing; it asks about the functions and whether another tool traces.
 */
#ifndef TRACE_PLAN_H
#define TRACE_PLAN_H

#include "match/match.h"
#include "source/live.h"
#include "trace/event.h"
#include "trace/tracer.h"

/* More functions than this are refused without force. */
#define PLAN_FUNCTIONS_MAX 500

/* What the command line said. Texts and arrays outlive the plan. */
struct trace_options {
	const struct match *matches; /* [nmatches]; for trace_plan_check() also such that
				      * wait for a record (match.record) */
	const struct text *words;    /* [nmatches] as they were typed */
	size_t nmatches;
	const struct text *pids;     /* [npids] pids, names, all, new, existing */
	size_t npids;
	const struct text *apps;     /* [napps] */
	size_t napps;
	const struct text *initial_calls; /* [ninitial_calls] */
	size_t ninitial_calls;
	const struct match *send;    /* [nsend] of messages */
	size_t nsend;
	const struct match *receive;
	size_t nreceive;
	unsigned events;             /* TRACE_PROCS, TRACE_RUNNING, TRACE_PORTS */
	enum trace_mode mode;
	enum event_args args;
	bool durations;              /* by return_to, where no values are asked for */
	bool stack;
	bool caller;
	bool return_to;
	bool children;
	bool force;
	bool verbose;                /* the plan's lines have the specifications */
	struct trace_limits limits;
	int64_t timeout_ns;          /* of each question */
	enum syntax syntax;
};

/* Where in a line of the plan what it says begins. */
#define PLAN_INDENT 11

struct trace_plan {
	struct arena arena;
	struct arming arming;
	struct event_reader reader;
	bool durations;              /* by EVENT_RETURN_TO: what pairs_new() is told */
	bool open;                   /* of values: some calls have no end that is seen */
	size_t nfunctions;
	int64_t set_ns;              /* about how long setting their patterns takes */
	/* For people, before it is armed: what is traced, limits, what it can cost. */
	const struct text *lines;    /* [nlines] */
	size_t nlines;
};

/* "100/1s", "100" (a second): at most so many in so long. ERR_USAGE. */
bool trace_plan_rate(struct text text, uint32_t *n, int64_t *ns, struct err *err);

/*
 * What is wrong with the options whatever the node is: conflicts, limits out of range.
 * ERR_USAGE. Limits that are 0 are filled in: 100 calls, 30 s, a rate of as many a second
 * as there may be calls, a queue of 1000 or four times the calls that may come at once
 * (at most 20000; not for events that nothing holds), 64 MB.
 */
bool trace_plan_check(struct trace_options *o, struct err *err);

/* One of what the limits count: "call" or "message", where it is nothing else; else
 * "event". */
const char *trace_plan_counted(const struct trace_options *o);

/* The plan is the callee's then; NULL with ERR_ABSENT (nothing matched: why),
 * ERR_CANNOT (another tracer is in the way, too many functions, the release cannot). */
typedef void trace_planned(void *ctx, struct trace_plan *plan, const struct err *err);

/* For options that passed trace_plan_check(). Never calls done from inside. */
void trace_plan_make(struct live *l, const struct trace_options *o, trace_planned *done,
		     void *ctx);
void trace_plan_free(struct trace_plan *p); /* NULL is fine */

#endif
