/* Puts together what is armed: functions in groups that share one specification, the
 * flags of the processes, what is sent of each call. */
#include <stdlib.h>

#include "base/mem.h"
#include "trace/gate.h"
#include "trace/plan_inside.h"

/* Deeper projections are too large (trace/message.h). */
#define DEPTH_MAX 2
/* The runtime compiles and keeps a specification for each function that has it, at about
 * so much a node of its projections, beside what it does for the function anyway. So many
 * nodes all together are about 200 ms, and some tens of MB. */
#define FUNCTION_NS INT64_C(300000)
#define NODE_NS INT64_C(7000)
#define NODES_SET_MAX 30000

struct member {
	const struct resolved_function *f;
};

struct arranging {
	struct trace_plan *plan;
	const struct trace_options *options;
	const struct plan_parts *parts;
	struct trace_message *message;
	struct member *order; /* [n] those of a group side by side */
	size_t n;
	bool by_arity;  /* groups have one arity each */
};

static int compare_mask(const void *a, const void *b)
{
	const struct resolved_function *x = ((const struct member *)a)->f;
	const struct resolved_function *y = ((const struct member *)b)->f;

	if (x->matches != y->matches)
		return x->matches < y->matches ? -1 : 1;
	return x < y ? -1 : x > y;
}

static int compare_both(const void *a, const void *b)
{
	const struct resolved_function *x = ((const struct member *)a)->f;
	const struct resolved_function *y = ((const struct member *)b)->f;

	if (x->matches == y->matches && x->arity != y->arity)
		return x->arity - y->arity;
	return compare_mask(a, b);
}

static bool together(const struct arranging *g, size_t i, size_t j)
{
	return g->order[i].f->matches == g->order[j].f->matches &&
	       (!g->by_arity || g->order[i].f->arity == g->order[j].f->arity);
}

/* The end of the group that begins at i, and the arity that all have; -1: several. */
static size_t group_end(const struct arranging *g, size_t i, int *arity)
{
	size_t end = i + 1;

	*arity = g->order[i].f->arity;
	for (; end < g->n && together(g, i, end); end++)
		if (g->order[end].f->arity != *arity)
			*arity = -1;
	return end;
}

/* Each clause has a projection of its own. */
static size_t count_clauses(const struct arranging *g, uint64_t matches)
{
	size_t n = 0;

	for (size_t i = 0; i < g->options->nmatches; i++)
		if (matches >> i & 1)
			n += g->parts->patterns[i].spec.n;
	return n;
}

/* Nodes of all projections: as they are sent, and as they are set. */
static void count_nodes(const struct arranging *g, size_t *sent, size_t *set)
{
	int arity;

	*sent = *set = 0;
	for (size_t i = 0; i < g->n;) {
		size_t end = group_end(g, i, &arity);
		size_t nodes = message_nodes(g->message, arity) *
			       count_clauses(g, g->order[i].f->matches);

		*sent += nodes;
		*set += nodes * (end - i);
		i = end;
	}
}

/* As deep as all projections together may be. False: even the flattest are too many to be
 * sent. */
static bool choose_by(struct arranging *g, bool by_arity)
{
	size_t sent = 0, set = 0;

	g->by_arity = by_arity;
	qsort(g->order, g->n, sizeof(*g->order), by_arity ? compare_both : compare_mask);
	for (int depth = DEPTH_MAX; depth >= 0; depth--) {
		g->message->depth = (unsigned)depth;
		count_nodes(g, &sent, &set);
		if (sent <= MESSAGE_NODES_MAX && set <= NODES_SET_MAX)
			break;
	}
	g->plan->set_ns = (int64_t)g->n * FUNCTION_NS + (int64_t)set * NODE_NS;
	return sent <= MESSAGE_NODES_MAX;
}

/* Functions of all arities share one specification only where there are too many. */
static void choose_depth(struct arranging *g)
{
	if (!choose_by(g, true))
		choose_by(g, false);
}

/* The clauses of all patterns that mean the functions of a group: those that name them
 * before wildcards, then as they were typed. */
static struct term merge(struct arranging *g, uint64_t matches)
{
	size_t total = count_clauses(g, matches), n = 0;
	struct term *clauses = arena_many(&g->plan->arena, total + 1, struct term);

	for (unsigned rank = 0; rank <= 2; rank++)
		for (size_t i = 0; i < g->options->nmatches; i++) {
			const struct plan_pattern *p = &g->parts->patterns[i];

			for (size_t c = 0; matches >> i & 1 && p->rank == rank &&
					   c < p->spec.n; c++)
				clauses[n++] = p->spec.items[c];
		}
	clauses[n] = (struct term){ .type = TERM_LIST };
	return (struct term){ .type = TERM_LIST, .n = (uint32_t)n, .items = clauses };
}

static void put_functions(struct arranging *g, struct trace_group *out, size_t from,
			  size_t to)
{
	struct trace_function *f =
		arena_many(&g->plan->arena, to - from, struct trace_function);

	for (size_t i = from; i < to; i++)
		f[i - from] = (struct trace_function){
			.module = g->order[i].f->module,
			.function = g->order[i].f->function,
			.arity = g->order[i].f->arity,
		};
	out->functions = f;
	out->n = to - from;
}

static bool put_spec(struct arranging *g, struct trace_group *out, uint64_t matches,
		     int arity, struct err *err)
{
	const struct arming *a = &g->plan->arming;
	struct term spec = merge(g, matches);
	struct gate gate = {
		.arming = a,
		.flag = "call",
		.message = g->message,
		.arity = arity,
	};

	if (a->mode != TRACE_EVENTS) {
		out->spec = (struct term){ .type = TERM_LIST };
		return true;
	}
	return gate_spec(&g->plan->arena, &spec, &gate, &out->spec, err);
}

static bool put_groups(struct arranging *g, struct err *err)
{
	struct trace_group *groups =
		arena_many(&g->plan->arena, g->n, struct trace_group);
	size_t n = 0;
	int arity;

	for (size_t i = 0; i < g->n;) {
		size_t end = group_end(g, i, &arity);

		put_functions(g, &groups[n], i, end);
		if (!put_spec(g, &groups[n++], g->order[i].f->matches, arity, err))
			return false;
		i = end;
	}
	g->plan->arming.groups = groups;
	g->plan->arming.ngroups = n;
	return true;
}

static unsigned flags_of(const struct trace_options *o, bool durations)
{
	unsigned flags = o->events;

	if (o->mode != TRACE_EVENTS)
		return o->mode == TRACE_COUNT ? 0 : TRACE_CALL;
	if (o->nmatches)
		flags |= TRACE_CALL;
	if (o->nmatches && (durations || o->return_to))
		flags |= TRACE_RETURN_TO;
	if (o->nmatches && o->args != ARGS_WHOLE)
		flags |= TRACE_ARITY;
	if (o->nsend)
		flags |= TRACE_SEND;
	if (o->nreceive)
		flags |= TRACE_RECEIVE;
	if (o->children)
		flags |= TRACE_CHILDREN;
	return flags;
}

/* What is sent with each call: what the patterns ask for, and the options. */
static void read_wishes(struct arranging *g)
{
	const struct trace_options *o = g->options;
	const struct plan_facts *f = &g->parts->facts;
	bool stack = o->stack, extra = false;

	for (size_t i = 0; i < o->nmatches + o->nsend + o->nreceive; i++) {
		stack |= g->parts->patterns[i].stack;
		extra |= g->parts->patterns[i].extra;
	}
	*g->message = (struct trace_message){
		.args = o->args,
		.binary_part = f->binary_part,
		.from = g->plan->durations,
		.caller = o->caller,
		.caller_line = o->caller && f->caller_line,
		.stack = stack && f->stacktrace,
		.dump = stack && !f->stacktrace,
		.extra = extra,
		.keys = g->parts->keys,
		.nkeys = g->parts->nkeys,
	};
}

void plan_arm_start(struct trace_plan *p, const struct trace_options *o,
		    const struct plan_parts *parts)
{
	const struct whom *w = parts->whom;
	bool values = false, open = false;

	for (size_t i = 0; i < o->nmatches && o->mode == TRACE_EVENTS; i++) {
		values |= parts->patterns[i].returns;
		open |= parts->patterns[i].open;
	}
	p->open = values && open;
	p->durations = o->durations && o->nmatches && !values && o->mode == TRACE_EVENTS;
	p->arming = (struct arming){
		.mode = o->mode,
		.flags = flags_of(o, p->durations),
		.whom = w->whom,
		.pids = w->pids,
		.npids = w->npids,
		.limits = o->limits,
		.session = parts->facts.session,
		.force = o->force,
		.values = values,
		.whole = o->args == ARGS_WHOLE || values || o->nsend || o->nreceive,
	};
	p->nfunctions = parts->resolved->n;
}

/*
 * One specification of messages, of the patterns from..from + n - 1. Each event has its
 * message whole anyway: nothing of it is sent beside it.
 */
static bool put_messages(struct arranging *g, size_t from, size_t n, const char *flag,
			 const struct term **out, struct err *err)
{
	struct arena *a = &g->plan->arena;
	const struct plan_pattern *p = g->parts->patterns + from;
	struct trace_message message = { .args = ARGS_NONE, .sent = true };
	struct gate gate = {
		.arming = &g->plan->arming,
		.flag = flag,
		.message = &message,
		.arity = text_is(text_of(flag), "send") ? 2 : 3,
	};
	size_t total = 0, at = 0;
	struct term *clauses, *made;
	struct term spec;

	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		total += p[i].spec.n;
	clauses = arena_many(a, total + 1, struct term);
	for (size_t i = 0; i < n; i++) {
		message.extra |= p[i].extra;
		for (size_t c = 0; c < p[i].spec.n; c++)
			clauses[at++] = p[i].spec.items[c];
	}
	clauses[at] = (struct term){ .type = TERM_LIST };
	spec = (struct term){ .type = TERM_LIST, .n = (uint32_t)at, .items = clauses };
	*out = made = arena_new(a, struct term);
	return gate_spec(a, &spec, &gate, made, err);
}

bool plan_arm(struct trace_plan *p, const struct trace_options *o,
	      const struct plan_parts *parts, struct err *err)
{
	const struct resolved *r = parts->resolved;
	struct arranging g = { .plan = p, .options = o, .parts = parts, .n = r->n };
	bool ok;

	g.message = arena_new(&p->arena, struct trace_message);
	read_wishes(&g);
	p->reader = (struct event_reader){
		.args = o->args,
		.message = g.message,
	};
	g.order = mem_zalloc((r->n + 1) * sizeof(*g.order));
	for (size_t i = 0; i < r->n; i++)
		g.order[i].f = &r->functions[i];
	choose_depth(&g);
	ok = put_groups(&g, err);
	free(g.order);
	return ok &&
	       put_messages(&g, o->nmatches, o->nsend, "send", &p->arming.send, err) &&
	       put_messages(&g, o->nmatches + o->nsend, o->nreceive, "receive",
			    &p->arming.receive, err);
}
