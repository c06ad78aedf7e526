/*
 * A trace of one node, from what was asked for to its end: the plan, the tracer, its
 * messages read and paired. What the command and the screens have in common.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "trace/plan.h"
#include "trace/record.h"

struct trace_ops {
	/* There is a plan, which lives as long as the trace: trace_arm() begins. */
	void (*planned)(void *ctx, const struct trace_plan *plan);
	/* From now on calls are seen. NULL: it does not matter. */
	void (*armed)(void *ctx, const struct trace_armed *a);
	/* With its number and its duration; it lives during the call. */
	void (*event)(void *ctx, const struct event *e);
	/* As tracer_ops.counted. NULL: nothing is counted. */
	void (*counted)(void *ctx, const struct trace_function *f, uint64_t calls,
			uint64_t ns, uint64_t words);
	/* Once, at last. end NULL: it never began. err NULL: the node is as it was. */
	void (*ended)(void *ctx, const struct trace_ended *end, const struct err *err);
};

struct trace;

/*
 * Makes the plan. Nothing is called from inside.
 *
 * o    passed trace_plan_check(); copied
 * own  an arena with all that o points to: the trace's from now on. NULL: that lives
 *      longer than the source
 */
struct trace *trace_new(struct live *l, const struct trace_options *o, struct arena *own,
			const struct trace_ops *ops, void *ctx);
/* Begins what was planned, once. */
void trace_arm(struct trace *t);
/* Ends it: what the node still has comes, then ended(). Before it was armed nothing is
 * to be ended. May be called again. */
void trace_stop(struct trace *t);
/* Nothing is called any more. What was armed is ended behind our back, as long as the
 * loop runs and the source is open. NULL is fine. Never from inside event(). */
void trace_free(struct trace *t);

/* NULL: there is none yet. */
const struct trace_plan *trace_plan_of(const struct trace *t);
/* As they are now that the node was asked: records are known, limits are filled in. */
const struct trace_options *trace_options_of(const struct trace *t);
/* The language of its terms: that of the options, or of the node. */
enum syntax trace_syntax(const struct trace *t);
/* Records of the modules that were named, for struct trace_output; NULL: not known. */
const struct records *trace_records(const struct trace *t);
/* What counts against the limit, so far. */
uint32_t trace_seen(const struct trace *t);
/* Until the time is up; of one that is not armed all of it. */
int64_t trace_left_ns(const struct trace *t);

#endif
