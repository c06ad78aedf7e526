/* Returns and the calls that they belong to. */
#include "trace/pair.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/pair_inside.h"

struct pairs {
	struct pairs_options o;
	pair_out *out;
	void *ctx;
	uint64_t calls;  /* the number of the last one */
	size_t open;
	struct pair_functions functions;
	struct pair_processes processes;
};

struct pairs *pairs_new(const struct pairs_options *o, pair_out *out, void *ctx)
{
	struct pairs *p = mem_zalloc(sizeof(*p));

	p->o = *o;
	p->out = out;
	p->ctx = ctx;
	return p;
}

void pairs_free(struct pairs *p)
{
	if (!p)
		return;
	pair_processes_clear(&p->processes);
	pair_functions_clear(&p->functions);
	free(p);
}

size_t pairs_open(const struct pairs *p)
{
	return p->open;
}

/*
 * What comes out.
 */
static int64_t between(int64_t start_ns, int64_t end_ns)
{
	int64_t ns;

	return __builtin_sub_overflow(end_ns, start_ns, &ns) || ns < 0 ? -1 : ns;
}

/* A call is over; since end_ns when that is known. e: the event that shows it. */
static void say(struct pairs *p, const struct event *e, const struct pair_call *c,
		bool known, int64_t end_ns)
{
	static const struct term undefined = {
		.type = TERM_ATOM,
		.text = TEXT_INIT("undefined"),
	};
	struct event out = {
		.kind = EVENT_RETURN,
		.number = c->number,
		.depth = c->depth,
		.time_ns = known ? end_ns : e->time_ns,
		.pid = e->pid,
		.name = e->name,
		.function = *pair_function_at(&p->functions, c->function),
		.value = undefined,
		.duration_ns = known ? between(c->time_ns, end_ns) : -1,
		.to = undefined,
		.extra = undefined,
	};

	p->out(p->ctx, &out);
}

/* All that waited: the times were right, or are not known. */
static void say_late(struct pairs *p, const struct event *e, struct pair_process *at,
		     bool known)
{
	for (size_t i = 0; i < at->nlate; i++)
		say(p, e, &at->late[i].call, known && !at->late[i].call.stale,
		    at->late[i].end_ns);
	at->nlate = 0;
}

/*
 * The stack of a process.
 */

/* The first call of the chain that call i is in. */
static size_t chain_of(const struct pair_process *at, size_t i)
{
	while (i > 0 && at->calls[i].tail)
		i--;
	return i;
}

/* Is that function known to wait below call i, which begins a chain? */
static bool waits_below(const struct pair_process *at, size_t i, uint32_t function)
{
	return at->calls[i].caller == function ||
	       (i > 0 && function && at->calls[i - 1].function == function);
}

/* The highest place below which a function waits, at or below call from, the beginning
 * of a chain; SIZE_MAX: there is none. */
static size_t highest(const struct pair_process *at, size_t from, uint32_t function)
{
	for (size_t i = from;; i = chain_of(at, i - 1)) {
		if (waits_below(at, i, function))
			return i;
		if (i == 0)
			return SIZE_MAX;
	}
}

static size_t lowest(const struct pair_process *at, size_t from, uint32_t function)
{
	size_t found = from;

	for (size_t i = 0; i < from; i++) {
		if (!at->calls[i].tail && waits_below(at, i, function))
			return i;
	}
	return found;
}

static void wait_for(struct pair_process *at, const struct pair_call *c, int64_t end_ns)
{
	at->late = mem_grow(at->late, &at->late_cap, at->nlate + 1, sizeof(*at->late));
	at->late[at->nlate++] = (struct pair_late){ *c, end_ns };
}

/* Takes the last call off the stack. */
static struct pair_call take(struct pairs *p, struct pair_process *at)
{
	p->open--;
	return at->calls[--at->n];
}

/* All calls from there on are over, but it is not known since when. */
static void close_unknown(struct pairs *p, const struct event *e, struct pair_process *at,
			  size_t from)
{
	if (at->doubt != PAIR_SURE && at->doubt >= from) {
		say_late(p, e, at, false);
		at->doubt = PAIR_SURE;
	}
	while (at->n > from) {
		struct pair_call c = take(p, at);

		say(p, e, &c, false, 0);
	}
}

/*
 * Calls.
 */
static void forget_some(struct pairs *p)
{
	if (p->open >= PAIRS_MAX)
		p->open -= pair_processes_forget(&p->processes,
						 p->calls - PAIRS_MAX / 2 + 1);
}

/* A call came from a function that is not where the last call returns to: from within
 * the last call, or some are over that did not tell. */
static bool settle(struct pairs *p, const struct event *e, struct pair_process *at,
		   uint32_t caller)
{
	const struct pair_call *top = &at->calls[at->n - 1];
	bool doubtful = !p->o.exceptions || at->n - 1 >= at->doubt;
	size_t from;

	if (!doubtful || top->function == caller ||
	    pair_nested(&p->functions, top->function, caller))
		return false;
	from = highest(at, chain_of(at, at->n - 1), caller);
	if (from == SIZE_MAX)
		return false;
	if (at->calls[from].caller != caller) {
		/* The call below it goes on, and makes this one. */
		close_unknown(p, e, at, from);
		return false;
	}

	/* The chain there may go on, or be over as well. */
	size_t end = from + 1;

	while (end < at->n && at->calls[end].tail)
		end++;
	for (size_t i = from; i < end; i++)
		at->calls[i].stale |= !p->o.exceptions || i >= at->doubt;
	close_unknown(p, e, at, end);
	return true;
}

/* Is a call the last one of the chain that the top of the stack is in? */
static bool is_tail(struct pairs *p, const struct event *e, struct pair_process *at,
		    uint32_t caller)
{
	const struct pair_call *top = at->n > 0 ? &at->calls[at->n - 1] : NULL;

	if (!top || !e->has_from)
		return false;
	if (caller == top->caller)
		return caller != top->function &&
		       !pair_nested(&p->functions, top->function, caller);
	if (settle(p, e, at, caller))
		return true;
	if (at->n > 0 && at->n - 1 < at->doubt)
		pair_nested_add(&p->functions, at->calls[at->n - 1].function, caller);
	return false;
}

static void feed_call(struct pairs *p, struct event *e)
{
	struct pair_process *at;
	struct pair_call c = { .time_ns = e->time_ns };

	forget_some(p);
	e->number = c.number = ++p->calls;
	at = pair_process(&p->processes, e->pid, true);
	c.function = pair_function(&p->functions, &e->function);
	if (p->o.return_to) {
		c.caller = pair_function(&p->functions, &e->from);
		c.tail = is_tail(p, e, at, c.caller);
	}
	if (at->n > 0)
		c.depth = at->calls[at->n - 1].depth + !c.tail;
	e->depth = c.depth;
	at->calls = mem_grow(at->calls, &at->cap, at->n + 1, sizeof(*at->calls));
	at->calls[at->n++] = c;
	at->fresh = true;
	p->open++;
	p->out(p->ctx, e);
}

/*
 * Returns by return_to.
 */

/* The last chain is over. sure: at this time. */
static void end_chain(struct pairs *p, const struct event *e, struct pair_process *at,
		      size_t from, bool sure)
{
	while (at->n > from) {
		struct pair_call c = take(p, at);

		if (sure)
			say(p, e, &c, !c.stale, e->time_ns);
		else
			wait_for(at, &c, e->time_ns);
	}
}

/* As it should be: to where the last chain was called. */
static void end_last(struct pairs *p, const struct event *e, struct pair_process *at,
		     size_t from, uint32_t to)
{
	size_t low = lowest(at, from, to);
	bool fresh = p->o.exceptions && at->fresh;

	if (low < from && low < at->doubt)
		at->doubt = low;
	end_chain(p, e, at, from, fresh || from < at->doubt);
	if (at->doubt != PAIR_SURE && at->n <= at->doubt) {
		say_late(p, e, at, true);
		at->doubt = PAIR_SURE;
	}
}

/* An exception went down to call from; below OTP 27 it may be long ago, and what is seen
 * now is the return of that call. */
static void unwind(struct pairs *p, const struct event *e, struct pair_process *at,
		   size_t from, uint32_t to)
{
	bool fresh = at->fresh;
	size_t low = lowest(at, from, to);
	bool mine = at->calls[from].caller == to;

	if (at->doubt != PAIR_SURE && at->doubt >= from)
		say_late(p, e, at, false);
	while (at->n > from) {
		struct pair_call c = take(p, at);
		bool known = p->o.exceptions ? fresh || at->n < at->doubt
					     : mine && at->n == from && at->n < at->doubt;

		say(p, e, &c, known && !c.stale, e->time_ns);
		fresh = false;
	}
	if (at->doubt != PAIR_SURE && at->doubt >= from)
		at->doubt = PAIR_SURE;
	if (low < from && low < at->doubt)
		at->doubt = low;
}

/* To a function of which nothing is known: only the last chain is surely over. */
static void unwind_to_unknown(struct pairs *p, const struct event *e,
			      struct pair_process *at, size_t from)
{
	end_chain(p, e, at, from, p->o.exceptions && (at->fresh || from < at->doubt));
	at->doubt = 0;
}

static void feed_return_to(struct pairs *p, const struct event *e)
{
	struct pair_process *at = pair_process(&p->processes, e->pid, false);
	uint32_t to;
	size_t from, down;

	if (!at || at->n == 0)
		return;
	to = pair_function(&p->functions, &e->function);
	from = chain_of(at, at->n - 1);
	down = highest(at, from, to);
	if (at->calls[at->n - 1].caller == to)
		end_last(p, e, at, from, to);
	else if (down == SIZE_MAX)
		unwind_to_unknown(p, e, at, from);
	else
		unwind(p, e, at, down, to);
	at->fresh = false;
	if (at->n == 0) {
		say_late(p, e, at, false);
		pair_process_drop(&p->processes, e->pid);
	}
}

/*
 * Returns with their values, which name their functions.
 */
static void feed_return(struct pairs *p, struct event *e)
{
	struct pair_process *at = pair_process(&p->processes, e->pid, false);
	uint32_t function = pair_function(&p->functions, &e->function);
	size_t i = at ? at->n : 0;

	while (i > 0 && at->calls[i - 1].function != function)
		i--;
	if (i > 0) {
		e->number = at->calls[i - 1].number;
		e->depth = at->calls[i - 1].depth;
		e->duration_ns = between(at->calls[i - 1].time_ns, e->time_ns);
		p->open -= at->n - (i - 1);
		at->n = i - 1;
		if (at->n == 0)
			pair_process_drop(&p->processes, e->pid);
	}
	p->out(p->ctx, e);
}

static void feed_process(struct pairs *p, const struct event *e)
{
	struct pair_process *at;

	if (e->port || !text_is(e->what, "exit"))
		return;
	at = pair_process(&p->processes, e->pid, false);
	if (!at)
		return;
	say_late(p, e, at, false);
	p->open -= at->n;
	pair_process_drop(&p->processes, e->pid);
}

void pairs_feed(struct pairs *p, const struct event *e)
{
	struct event out = *e;

	switch (e->kind) {
	case EVENT_CALL:
		feed_call(p, &out);
		return;
	case EVENT_RETURN:
	case EVENT_EXCEPTION:
		feed_return(p, &out);
		return;
	case EVENT_RETURN_TO:
		if (p->o.return_to)
			feed_return_to(p, e);
		if (!p->o.show_to)
			return;
		break;
	case EVENT_PROCESS:
		feed_process(p, e);
		break;
	default:
		break;
	}
	p->out(p->ctx, &out);
}

void pairs_end(struct pairs *p)
{
	struct event e = { .kind = EVENT_OTHER };

	for (size_t i = 0; i < PAIR_BUCKETS; i++) {
		for (struct pair_process *at = p->processes.buckets[i]; at;
		     at = at->next) {
			e.pid = at->pid;
			say_late(p, &e, at, false);
		}
	}
}
