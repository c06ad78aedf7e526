#include "trace/trace.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/pair.h"

/* Durations that come after the last call are waited for so long. */
#define GRACE_NS INT64_C(1000000000)

struct trace {
	struct live *live;
	struct loop *loop;
	struct trace_options options;
	struct arena own;
	struct trace_ops ops;
	void *ctx;
	bool left;              /* trace_free() was called: nobody is told */
	bool planning;          /* the plan is awaited */
	struct records *records; /* or NULL */
	struct trace_plan *plan;
	struct tracer *tracer;  /* NULL: not begun, or ended */
	struct pairs *pairs;
	struct event_reader reader;
	struct arena scratch;   /* of one message */
	struct loop_timer *grace;
	bool armed;
	bool closed;            /* no more calls, only returns */
	bool stopping;
	uint32_t seen;
	int64_t since_ns;       /* loop_now() when it was armed */
};

static void destroy(struct trace *t)
{
	loop_timer_cancel(t->loop, t->grace);
	pairs_free(t->pairs);
	trace_plan_free(t->plan);
	records_free(t->records);
	arena_clear(&t->scratch);
	arena_clear(&t->own);
	free(t);
}

/*
 * The plan.
 */

static void on_plan(void *ctx, struct trace_plan *plan, const struct err *err)
{
	struct trace *t = ctx;

	t->planning = false;
	t->plan = plan;
	if (t->left)
		destroy(t);
	else if (plan)
		t->ops.planned(t->ctx, plan);
	else
		t->ops.ended(t->ctx, NULL, err);
}

/* Texts that wait for the definition of a record are compiled now. */
static bool compile_again(struct trace *t, struct err *err)
{
	struct trace_options *o = &t->options;
	struct match *matches = arena_many(&t->own, o->nmatches, struct match);

	for (size_t i = 0; i < o->nmatches; i++)
		matches[i] = o->matches[i];
	if (!records_compile(t->records, &t->own, o->words, matches, o->nmatches, err))
		return false;
	o->matches = matches;
	return trace_plan_check(o, err);
}

static void on_records(void *ctx, struct records *records)
{
	struct trace *t = ctx;
	struct err err = { 0 };

	t->records = records;
	if (t->left)
		destroy(t);
	else if (compile_again(t, &err))
		trace_plan_make(t->live, &t->options, on_plan, t);
	else
		on_plan(t, NULL, &err);
}

/* Asks for the records of the modules that were named, if they are of any use. */
static void ask_records(struct trace *t)
{
	const struct trace_options *o = &t->options;
	struct text *modules = arena_many(&t->own, o->nmatches * 2, struct text);
	bool wanted = o->mode == TRACE_EVENTS;

	for (size_t i = 0; i < o->nmatches; i++) {
		modules[2 * i] = o->matches[i].module;
		modules[2 * i + 1] = o->matches[i].record_module;
		wanted |= o->matches[i].record.len > 0;
	}
	records_ask(t->live, modules, wanted ? o->nmatches * 2 : 0, o->timeout_ns,
		    on_records, t);
}

static void on_syntax(void *ctx, enum syntax syntax)
{
	struct trace *t = ctx;

	t->options.syntax = syntax;
	if (t->left)
		destroy(t);
	else
		ask_records(t);
}

struct trace *trace_new(struct live *l, const struct trace_options *o, struct arena *own,
			const struct trace_ops *ops, void *ctx)
{
	struct trace *t = mem_zalloc(sizeof(*t));

	*t = (struct trace){ .live = l, .loop = live_loop(l), .options = *o, .ops = *ops,
			     .ctx = ctx, .planning = true };
	if (own) {
		t->own = *own;
		*own = (struct arena){ 0 };
	}
	live_syntax(l, o->syntax, on_syntax, t);
	return t;
}

/*
 * The messages.
 */

/* Against the limit, which is of calls, messages and process events all together. */
static bool counts(const struct event *e)
{
	return e->kind != EVENT_RETURN && e->kind != EVENT_EXCEPTION &&
	       e->kind != EVENT_RETURN_TO;
}

static void on_paired(void *ctx, const struct event *e)
{
	struct trace *t = ctx;

	if (!t->left)
		t->ops.event(t->ctx, e);
}

/* When nothing can come any more it is over. */
static void stop_if_done(struct trace *t)
{
	if (t->closed && pairs_open(t->pairs) == 0)
		trace_stop(t);
}

static void on_event(void *ctx, const struct term *message, struct text name)
{
	struct trace *t = ctx;
	struct arena_mark mark = arena_mark(&t->scratch);
	struct event e;

	if (event_read(&t->reader, &t->scratch, message, name, &e)) {
		t->seen += counts(&e);
		pairs_feed(t->pairs, &e);
	}
	arena_rewind(&t->scratch, mark);
	stop_if_done(t);
}

static void on_counted(void *ctx, const struct trace_function *f, uint64_t calls,
		       uint64_t ns, uint64_t words)
{
	struct trace *t = ctx;

	if (!t->left && t->ops.counted)
		t->ops.counted(t->ctx, f, calls, ns, words);
}

/*
 * Its life.
 */

static void on_armed(void *ctx, const struct trace_armed *a)
{
	struct trace *t = ctx;

	t->armed = true;
	t->since_ns = loop_now();
	t->reader.offset_ns = a->offset_ns;
	if (!t->left && t->ops.armed)
		t->ops.armed(t->ctx, a);
}

static void on_grace(void *ctx)
{
	struct trace *t = ctx;

	t->grace = NULL;
	trace_stop(t);
}

/* Returns may still come. Values are waited for until the time is up; what may never
 * come, durations and the ends of calls without values, a moment. */
static void on_closed(void *ctx, enum trace_why why)
{
	struct trace *t = ctx;

	t->closed = true;
	stop_if_done(t);
	if (!t->stopping && !t->grace && (!t->plan->arming.values || t->plan->open))
		t->grace = loop_at(t->loop, loop_now() + GRACE_NS, on_grace, t);
}

static void on_ended(void *ctx, const struct trace_ended *e, const struct err *err)
{
	struct trace *t = ctx;
	struct err late = { 0 };
	struct trace_ended end = { 0 };

	t->tracer = NULL;
	loop_timer_cancel(t->loop, t->grace);
	t->grace = NULL;
	if (t->left) {
		destroy(t);
		return;
	}
	if (e)
		end = *e;
	if (t->plan->arming.values && !t->plan->open)
		end.open = pairs_open(t->pairs);
	pairs_end(t->pairs);
	if (!t->armed && !err && e && e->why == TRACE_BY_TIME) {
		fail(&late, ERR_CANNOT, "the node did not get its patterns set in time");
		fail_hint(&late, "name fewer functions and processes; --time above a "
				 "minute gives it more");
		err = &late;
	}
	t->ops.ended(t->ctx, t->armed && e ? &end : NULL, err);
}

static const struct tracer_ops tracer_ops = {
	.armed = on_armed,
	.event = on_event,
	.counted = on_counted,
	.closed = on_closed,
	.ended = on_ended,
};

void trace_arm(struct trace *t)
{
	const struct arming *a = &t->plan->arming;
	struct pairs_options pairs = {
		.return_to = t->plan->durations,
		.show_to = t->options.return_to,
		.exceptions = a->session, /* both came with OTP 27 */
	};

	t->reader = t->plan->reader;
	t->pairs = pairs_new(&pairs, on_paired, t);
	t->tracer = tracer_start(t->live, a, &tracer_ops, t);
}

void trace_stop(struct trace *t)
{
	if (!t->tracer || t->stopping)
		return;
	t->stopping = true;
	tracer_stop(t->tracer);
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	t->left = true;
	if (t->tracer)
		trace_stop(t);
	else if (!t->planning)
		destroy(t);
}

const struct trace_plan *trace_plan_of(const struct trace *t)
{
	return t->plan;
}

const struct trace_options *trace_options_of(const struct trace *t)
{
	return &t->options;
}

enum syntax trace_syntax(const struct trace *t)
{
	return t->options.syntax;
}

const struct records *trace_records(const struct trace *t)
{
	return t->records;
}

uint32_t trace_seen(const struct trace *t)
{
	return t->seen;
}

int64_t trace_left_ns(const struct trace *t)
{
	int64_t left = t->options.limits.time_ns;

	if (t->armed)
		left -= loop_now() - t->since_ns;
	return left > 0 ? left : 0;
}
