/* Our side of a trace: the heartbeat, what the tracer says, the end. */
#include "trace/tracer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "trace/tracer_arm.h"
#include "trace/tracer_text.h"

#define MS INT64_C(1000000)
/* The guardian gives up after 1.5 s without one. */
#define HEARTBEAT_NS (400 * MS)
/* It answers each: longer than this without a word of it, and it is lost. */
#define PATIENCE_NS (15000 * MS)
/* It arms within a minute, or the trace's time; has that time; and ends within a minute.
 * All of it is less than twice the time and this. */
#define LIFE_NS (135000 * MS)
#define CLEAN_NS (10000 * MS)

/* The first element of what the tracer says; doc/protocol.md has the rest. */
enum word {
	WORD_ARMED = 1,
	WORD_EVENTS = 2,
	WORD_COUNTERS = 3,
	WORD_CLOSED = 4,
	WORD_ALIVE = 5,
};

/* {9, Kind, What}: why nothing was armed. */
enum refusal {
	REFUSED_WORD = 1,     /* the control word is this */
	REFUSED_PATTERN = 2,  /* the function has a pattern */
	REFUSED_MESSAGES = 3, /* messages have one */
	REFUSED_NEW = 4,      /* new processes are traced */
	REFUSED_FAILED = 5,
};

struct tracer {
	struct live *live;
	struct loop *loop;
	struct tracer_ops ops;
	void *ctx;
	struct arena arena;
	struct trace_function *functions; /* [nfunctions] whose counters are read */
	size_t nfunctions;
	struct buf what;       /* the binding A */
	uint64_t call;         /* the guardian's; 0: there is none */
	struct loop_timer *heartbeat;
	struct loop_timer *later; /* nothing was asked */
	bool armed;
	bool closed;
	bool stopping;
	bool whole;            /* events have terms that are not cut */
	bool strange;          /* it said what was not asked for */
	enum trace_why why;    /* closed */
	uint64_t calls;        /* that came */
	uint64_t events;       /* that came and count against the limit, */
	uint64_t ends;         /* and that do not */
	uint32_t most;         /* of each */
	uint32_t unanswered;   /* heartbeats */
	int64_t until_ns;      /* when there are no more of them */
	size_t counted;        /* functions whose counters came */
	uint32_t word;         /* what the control word is put back to */
	struct buf pid;        /* of the tracer there */
	struct err err;        /* how it ended, while it is cleaned up */
	struct trace_ended ended;
};

static void tracer_free(struct tracer *t)
{
	loop_timer_cancel(t->loop, t->heartbeat);
	loop_timer_cancel(t->loop, t->later);
	buf_clear(&t->what);
	buf_clear(&t->pid);
	arena_clear(&t->arena);
	free(t);
}

static void tracer_end(struct tracer *t)
{
	struct tracer_ops ops = t->ops;
	void *ctx = t->ctx;
	struct trace_ended ended = t->ended;
	struct err err = t->err;

	tracer_free(t);
	ops.ended(ctx, &ended, err.kind ? &err : NULL);
}

static void on_later(void *ctx)
{
	struct tracer *t = ctx;

	t->later = NULL;
	tracer_end(t);
}

/* A word that the guardian hears: an integer. False: it is not known yet, or no more. */
static bool tell(struct tracer *t, int word)
{
	struct buf b = { 0 };
	bool told;

	etf_int(&b, word);
	told = t->call && node_tell(live_node(t->live), t->call, buf_text(&b));
	buf_clear(&b);
	return told;
}

/* A guardian that does not end in time hears nothing more of us. */
static void on_heartbeat(void *ctx)
{
	struct tracer *t = ctx;

	t->heartbeat = NULL;
	if (loop_now() > t->until_ns)
		return;
	t->heartbeat = loop_at(t->loop, loop_now() + HEARTBEAT_NS, on_heartbeat, t);
	t->unanswered += tell(t, 1);
	if (t->stopping)
		tell(t, 2); /* its process was not known when it was to be told */
}

/*
 * What the tracer says. All of it has an end, so that no node keeps us for ever: a word
 * too many is not what was asked for.
 */

static uint64_t amount(const struct term *t)
{
	int64_t n = term_num(t);

	return n > 0 ? (uint64_t)n : 0;
}

static bool on_armed(struct tracer *t, const struct term *m)
{
	struct trace_armed a = {
		.functions = (size_t)amount(term_at(m, 1)),
		.processes = (size_t)amount(term_at(m, 2)),
		.skipped = (size_t)amount(term_at(m, 3)),
		.offset_ns = term_num(term_at(m, 4)),
	};

	if (m->n != 7 || t->armed || term_at(m, 6)->type != TERM_PID ||
	    !term_encode(&t->pid, term_at(m, 6), NULL))
		return false;
	t->word = (uint32_t)term_num(term_at(m, 5));
	t->armed = true;
	t->ops.armed(t->ctx, &a);
	return true;
}

/* Does it count against the limit? The tracer counts all but the ends of calls. */
static bool counts(const struct term *tag)
{
	return !term_is_atom(tag, "return_from") && !term_is_atom(tag, "return_to") &&
	       !term_is_atom(tag, "exception_from");
}

/* {2, [[Name | Message], ...]}, the newest first. */
static bool on_events(struct tracer *t, const struct term *m)
{
	const struct term *list = term_at(m, 1);

	if (!term_is_list(list) || list->n == 0)
		return false;
	for (size_t i = list->n; i-- > 0;) {
		const struct term *one = &list->items[i];

		if (one->type != TERM_LIST || one->n != 1)
			return false;

		const struct term *tag = term_at(&one->items[1], 2);
		uint64_t *seen = counts(tag) ? &t->events : &t->ends;

		if (*seen >= t->most)
			return false;
		++*seen;
		t->calls += term_is_atom(tag, "call");
		t->ops.event(t->ctx, &one->items[1], term_text(&one->items[0]));
	}
	return true;
}

/* {3, First, [{Calls, Nanoseconds, Words}, ...]}, those after the last ones */
static bool on_counters(struct tracer *t, const struct term *m)
{
	uint64_t first = amount(term_at(m, 1));
	const struct term *list = term_at(m, 2);

	if (!term_is_list(list) || list->n == 0 || first != t->counted ||
	    list->n > t->nfunctions - t->counted)
		return false;
	t->counted += list->n;
	for (size_t i = 0; i < list->n; i++) {
		const struct term *one = &list->items[i];

		t->ops.counted(t->ctx, &t->functions[first + i],
			       amount(term_at(one, 0)), amount(term_at(one, 1)),
			       amount(term_at(one, 2)));
	}
	return true;
}

static bool is_why(const struct term *t)
{
	return t->type == TERM_INT && t->num >= 0 && t->num <= TRACE_BY_DEATH;
}

static bool on_closed(struct tracer *t, const struct term *m)
{
	if (!is_why(term_at(m, 1)) || t->closed)
		return false;
	t->closed = true;
	t->why = (enum trace_why)term_at(m, 1)->num;
	t->ops.closed(t->ctx, t->why);
	return true;
}

/* {5}: to one heartbeat one answer. */
static bool on_alive(struct tracer *t)
{
	if (t->unanswered == 0)
		return false;
	t->unanswered--;
	return true;
}

static bool take_part(struct tracer *t, const struct term *m)
{
	if (m->type != TERM_TUPLE)
		return false;
	switch (term_num(term_at(m, 0))) {
	case WORD_ARMED:
		return on_armed(t, m);
	case WORD_EVENTS:
		return on_events(t, m);
	case WORD_COUNTERS:
		return on_counters(t, m);
	case WORD_CLOSED:
		return on_closed(t, m);
	case WORD_ALIVE:
		return on_alive(t);
	default:
		return false;
	}
}

static bool on_part(void *ctx, const struct term *m)
{
	struct tracer *t = ctx;

	t->strange = !take_part(t, m);
	return !t->strange;
}

/*
 * The end.
 */

static void refuse_word(struct err *err, int64_t word)
{
	if (word >= TRACE_WORD_BASE && word < TRACE_WORD_BASE + 65536) {
		fail(err, ERR_CANNOT, "another otoscope traces on this node");
		fail_hint(err, "one at a time, since they would count with one word. "
			  "When there is none, one that ended badly left it: trace "
			  "--force");
		return;
	}
	fail(err, ERR_CANNOT, "the trace control word of the node is in use (%" PRId64
	     ")", word);
	fail_hint(err, "another tool traces with it, or did; trace --force takes it, and "
		  "puts it back at the end");
}

static void refuse_pattern(struct err *err, const struct term *mfa)
{
	struct buf b = { 0 };
	int64_t arity = term_num(term_at(mfa, 2));

	term_mfa(&b, term_text(term_at(mfa, 0)), term_text(term_at(mfa, 1)),
		 arity < 0 || arity > 255 ? -1 : (int)arity, SYNTAX_ERLANG);
	fail(err, ERR_CANNOT, "another tool traces %s", buf_cstr(&b));
	fail_hint(err, "below OTP 27 a function has one trace pattern for all tools: "
		       "wait until the other one ends");
	buf_clear(&b);
}

/* {9, Kind, What} */
static void refuse(struct err *err, const struct term *why)
{
	const struct term *what = term_at(why, 2);

	switch ((enum refusal)term_num(term_at(why, 1))) {
	case REFUSED_WORD:
		refuse_word(err, term_num(what));
		break;
	case REFUSED_PATTERN:
		refuse_pattern(err, what);
		break;
	case REFUSED_MESSAGES:
		fail(err, ERR_CANNOT, "another tool traces messages with a pattern");
		fail_hint(err, "below OTP 27 there is one such pattern on a node: wait "
			       "until the other one ends");
		break;
	case REFUSED_NEW:
		fail(err, ERR_CANNOT, "another tool traces new processes");
		fail_hint(err, "below OTP 27 there is one such tool on a node: wait "
			       "until it ends, or --pid existing");
		break;
	case REFUSED_FAILED:
	default:
		fail(err, ERR_CANNOT, "the node refused to trace that: %.*s",
		     TEXT_ARG(term_text(what)));
		break;
	}
}

/* {Why, {Calls, Lost} | false}, or {{9, ...}, _}, or {9, ...} */
static void read_end(struct tracer *t, const struct term *v)
{
	const struct term *why = term_at(v, 0);
	const struct term *counts = term_at(v, 1);

	if (term_num(why) == 9 && v->n == 3) {
		refuse(&t->err, v);
	} else if (term_num(term_at(why, 0)) == 9 && why->n == 3) {
		refuse(&t->err, why);
	} else if (v->type == TERM_TUPLE && is_why(why)) {
		t->ended.why = (enum trace_why)why->num;
		if (t->closed && t->ended.why == TRACE_BY_STOP)
			t->ended.why = t->why;
		t->ended.lost = amount(term_at(counts, 1));
	} else {
		fail(&t->err, ERR_CANNOT,
		     "the process that was to end the trace ended without doing so");
	}
}

static void on_cleaned(void *ctx, const struct answer *a)
{
	struct tracer *t = ctx;

	t->call = 0;
	if (a->kind != ANSWER_RETURN)
		fail_hint(&t->err, "its trace patterns may be left: look with "
				   "erlang:trace_info/2");
	tracer_end(t);
}

/* Somebody killed the guardian, or both: who remains is waited for, what remains is
 * taken away. */
static void clean(struct tracer *t)
{
	struct buf bindings = { 0 };

	tracer_bind_clean(&bindings, buf_text(&t->what), t->word, buf_text(&t->pid));
	t->call = node_eval(live_node(t->live), &(struct eval){
		.text = tracer_clean_text,
		.bindings = buf_text(&bindings),
		.heap_words = tracer_heap_words(buf_len(&t->what)),
		.timeout_ns = CLEAN_NS,
		.high = true,
	}, on_cleaned, t);
	buf_clear(&bindings);
}

/* Why there was no end. */
static void read_failure(struct tracer *t, const struct err *err)
{
	t->err = *err;
	if (err->kind == ERR_LOST && node_alive(live_node(t->live))) {
		fail(&t->err, ERR_LOST, "the node said nothing of the trace for %d s",
		     (int)(PATIENCE_NS / 1000 / MS));
		fail_hint(&t->err, "it stands still; the trace ends there by itself, at "
				   "the latest 1.5 s after it runs again");
	} else if (err->kind == ERR_LOST) {
		fail_hint(&t->err, "where the node still runs, what traces there ends by "
				   "itself within 1.5 s");
	} else if (err->kind == ERR_CANNOT && t->whole && !t->strange) {
		fail_hint(&t->err, "what is whole may be too large or too deep to be "
				   "read: values, messages, arguments with --args; "
				   "without these all is cut on the node");
	}
}

static void on_ended(void *ctx, const struct answer *a)
{
	struct tracer *t = ctx;

	loop_timer_cancel(t->loop, t->heartbeat);
	t->heartbeat = NULL;
	t->call = 0;
	t->ended.calls = t->calls;
	t->ended.events = t->events;
	t->ended.why = TRACE_BY_DEATH;
	if (a->kind == ANSWER_FAILED)
		read_failure(t, a->err);
	if (a->kind == ANSWER_RETURN) {
		read_end(t, &a->value);
		t->ended.large = t->whole && t->err.kind == ERR_NONE &&
				 t->ended.why == TRACE_BY_DEATH;
	} else if (t->err.kind == ERR_LOST) {
		t->ended.why = TRACE_BY_LOSS;
	} else {
		if (a->kind == ANSWER_KILLED)
			fail(&t->err, ERR_CANNOT, "our guardian on the node was killed");
		else if (a->kind != ANSWER_FAILED)
			fail(&t->err, ERR_CANNOT, "our guardian on the node failed");
		clean(t);
		return;
	}
	tracer_end(t);
}

/*
 * The beginning.
 */

static void copy_functions(struct tracer *t, const struct arming *a)
{
	size_t at = 0;

	for (size_t i = 0; i < a->ngroups; i++)
		t->nfunctions += a->groups[i].n;
	t->functions = arena_many(&t->arena, t->nfunctions, struct trace_function);
	for (size_t i = 0; i < a->ngroups; i++)
		for (size_t k = 0; k < a->groups[i].n; k++) {
			const struct trace_function *f = &a->groups[i].functions[k];

			t->functions[at++] = (struct trace_function){
				.module = text_dup(&t->arena, f->module),
				.function = text_dup(&t->arena, f->function),
				.arity = f->arity,
			};
		}
}

static void start(struct tracer *t, const struct arming *a)
{
	struct buf bindings = { 0 };

	tracer_bind(&bindings, a, buf_text(&t->what));
	t->call = node_eval(live_node(t->live), &(struct eval){
		.text = tracer_text,
		.bindings = buf_text(&bindings),
		.heap_words = tracer_heap_words(buf_len(&t->what)),
		.timeout_ns = PATIENCE_NS,
		.part = on_part,
		.high = true,
	}, on_ended, t);
	buf_clear(&bindings);
	t->heartbeat = loop_at(t->loop, loop_now() + HEARTBEAT_NS, on_heartbeat, t);
}

static bool check(const struct arming *a, struct err *err)
{
	const struct trace_limits *l = &a->limits;

	if (l->calls == 0 || l->calls > TRACE_CALLS_MAX)
		return fail(err, ERR_CANNOT, "at most %d calls can be counted",
			    TRACE_CALLS_MAX);
	if (l->time_ns < MS || l->queue == 0 || l->bytes == 0)
		return fail(err, ERR_CANNOT, "a trace needs its limits");
	if (l->rate && l->throttle && l->rate_ns < 100 * MS)
		return fail(err, ERR_CANNOT,
			    "a period of less than 100 ms cannot be throttled");
	if (l->rate && l->rate_ns < MS)
		return fail(err, ERR_CANNOT, "a period is at least 1 ms");
	return true;
}

struct tracer *tracer_start(struct live *l, const struct arming *a,
			    const struct tracer_ops *ops, void *ctx)
{
	struct tracer *t = mem_zalloc(sizeof(*t));

	*t = (struct tracer){
		.live = l,
		.loop = live_loop(l),
		.ops = *ops,
		.ctx = ctx,
		.most = a->limits.calls,
		.whole = a->whole || a->values ||
			 a->flags & (TRACE_SEND | TRACE_RECEIVE | TRACE_PROCS),
		.ended.why = TRACE_BY_STOP,
	};
	if (__builtin_mul_overflow(2, a->limits.time_ns, &t->until_ns) ||
	    __builtin_add_overflow(loop_now() + LIFE_NS, t->until_ns, &t->until_ns))
		t->until_ns = INT64_MAX;
	copy_functions(t, a);
	if (check(a, &t->err) && tracer_what(&t->what, live_node(l), a, &t->err))
		start(t, a);
	else
		t->later = loop_at(t->loop, 0, on_later, t);
	return t;
}

void tracer_stop(struct tracer *t)
{
	if (t->stopping)
		return;
	t->stopping = true;
	tell(t, 2);
}
