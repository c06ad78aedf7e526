/* From an arming to the bindings of the texts. */
#include "trace/tracer_arm.h"

#include "trace/gate.h"

/* So many functions may have their patterns taken off and set again each period. */
#define RENEW_MAX 20
/* How long the guardian waits for our heartbeat. */
#define SILENCE_MS 1500
/* What the VM takes as a timeout is less than 2^32. */
#define PERIOD_MAX_MS INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

static const struct {
	unsigned flag;
	const char *name;
} flags[] = {
	{ TRACE_CALL, "call" },
	{ TRACE_RETURN_TO, "return_to" },
	{ TRACE_ARITY, "arity" },
	{ TRACE_SEND, "send" },
	{ TRACE_RECEIVE, "receive" },
	{ TRACE_PROCS, "procs" },
	{ TRACE_RUNNING, "running" },
	{ TRACE_CHILDREN, "set_on_spawn" },
};
#define CALL_FLAGS (TRACE_CALL | TRACE_RETURN_TO | TRACE_ARITY)
#define OTHER_FLAGS (TRACE_SEND | TRACE_RECEIVE | TRACE_PROCS | TRACE_RUNNING)

/* Of each mode: the counter, and the option that a pattern is set with. */
static const char *const counters[] = {
	[TRACE_EVENTS] = NULL,
	[TRACE_COUNT] = "call_count",
	[TRACE_TIME] = "call_time",
	[TRACE_MEMORY] = "call_memory",
};

static const char *const whom_names[][2][2] = {
	/* without sessions: of processes, of ports; with them */
	[TRACE_ALL] = { { "processes", "ports" }, { "all", "all" } },
	[TRACE_EXISTING] = { { "existing_processes", "existing_ports" },
			     { "existing", "existing" } },
	[TRACE_NEW] = { { "new_processes", "new_ports" }, { "new", "new" } },
};

static void put_bool(struct buf *b, bool yes)
{
	etf_atom_s(b, yes ? "true" : "false");
}

static void put_atoms1(struct buf *b, const char *name)
{
	etf_list(b, 1);
	etf_atom_s(b, name);
	etf_nil(b);
}

/* What processes are traced for, as far as the mask goes; what goes with it is there if
 * anything is. */
static void put_flags(struct buf *b, const struct arming *a, unsigned mask)
{
	size_t n = 0;

	if (!(a->flags & mask)) {
		etf_nil(b);
		return;
	}
	mask |= TRACE_CHILDREN;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		n += (a->flags & mask & flags[i].flag) != 0;
	etf_list(b, n + 1);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (a->flags & mask & flags[i].flag)
			etf_atom_s(b, flags[i].name);
	etf_atom_s(b, "monotonic_timestamp");
	etf_nil(b);
}

/* [{0 process | 1 port, Whom}] */
static void put_whom(struct buf *b, struct node *n, const struct arming *a, bool ports)
{
	size_t kinds = a->whom != TRACE_PIDS;
	size_t npids = ports ? 0 : a->npids;

	etf_list(b, kinds + npids);
	if (kinds) {
		etf_tuple(b, 2);
		etf_int(b, ports);
		etf_atom_s(b, whom_names[a->whom][a->session][ports]);
	}
	for (size_t i = 0; i < npids; i++) {
		etf_tuple(b, 2);
		etf_int(b, ports);
		etf_pid(b, node_name(n), a->pids[i], node_creation(n));
	}
	etf_nil(b);
}

/* Whom, and their flags. */
static void put_processes(struct buf *b, struct node *n, const struct arming *a,
			  unsigned mask)
{
	if (a->flags & mask)
		put_whom(b, n, a, false);
	else
		etf_nil(b);
	put_flags(b, a, mask);
}

static void put_ports(struct buf *b, struct node *n, const struct arming *a)
{
	if (!(a->flags & TRACE_PORTS) || a->whom == TRACE_PIDS) {
		etf_nil(b);
		etf_nil(b);
		return;
	}
	put_whom(b, n, a, true);
	etf_list(b, 2);
	etf_atom_s(b, "ports");
	etf_atom_s(b, "monotonic_timestamp");
	etf_nil(b);
}

/* What new processes begin with, where that is one for all tracers. */
static void put_new(struct buf *b, const struct arming *a)
{
	bool some = !a->session && (a->whom == TRACE_ALL || a->whom == TRACE_NEW);
	bool ports = a->flags & TRACE_PORTS;

	if (!some) {
		etf_nil(b);
		return;
	}
	etf_list(b, 1 + ports);
	etf_atom_s(b, "new_processes");
	if (ports)
		etf_atom_s(b, "new_ports");
	etf_nil(b);
}

/* {Whom, Flags before the patterns are set, Whom, Flags after it, New, Named, Ports,
 * Flags of ports} */
static void put_who(struct buf *b, struct node *n, const struct arming *a)
{
	etf_tuple(b, 8);
	put_processes(b, n, a, CALL_FLAGS);
	put_processes(b, n, a, OTHER_FLAGS);
	put_new(b, a);
	put_bool(b, a->whom == TRACE_PIDS);
	put_ports(b, n, a);
}

static bool put_spec(struct buf *b, const struct term *spec, struct err *err)
{
	if (spec)
		return term_encode(b, spec, err);
	put_bool(b, false);
	return true;
}

/* [{Spec, [{M, F, A}]}] */
static bool put_groups(struct buf *b, const struct arming *a, struct err *err)
{
	etf_list(b, a->ngroups);
	for (size_t i = 0; i < a->ngroups; i++) {
		const struct trace_group *g = &a->groups[i];

		etf_tuple(b, 2);
		if (a->mode != TRACE_EVENTS)
			put_bool(b, true);
		else if (!term_encode(b, &g->spec, err))
			return false;
		etf_list(b, g->n);
		for (size_t k = 0; k < g->n; k++) {
			etf_tuple(b, 3);
			etf_atom(b, g->functions[k].module);
			etf_atom(b, g->functions[k].function);
			etf_int(b, g->functions[k].arity);
		}
		etf_nil(b);
	}
	etf_nil(b);
	return true;
}

bool tracer_what(struct buf *b, struct node *n, const struct arming *a, struct err *err)
{
	const char *counter = counters[a->mode];

	etf_tuple(b, 7);
	put_bool(b, a->session);
	put_who(b, n, a);
	etf_atom_s(b, counter ? counter : "false");
	put_atoms1(b, counter ? counter : "local");
	return put_groups(b, a, err) && put_spec(b, a->send, err) &&
	       put_spec(b, a->receive, err);
}

size_t tracer_heap_words(size_t what_bytes)
{
	return 300000 + 8 * what_bytes;
}

static size_t functions(const struct arming *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->ngroups; i++)
		n += a->groups[i].n;
	return n;
}

static void put_limits(struct buf *b, const struct arming *a)
{
	const struct trace_limits *l = &a->limits;
	int64_t period = l->rate_ns / NS_PER_MS;
	bool rate = l->rate && l->rate < l->calls; /* else the count is there first */

	etf_tuple(b, 13);
	etf_uint(b, l->calls);
	etf_uint(b, gate_calls(a));
	if (rate) {
		etf_uint(b, l->rate);
		etf_int(b, period < PERIOD_MAX_MS ? period : PERIOD_MAX_MS);
	} else {
		etf_atom_s(b, "infinity");
		etf_atom_s(b, "infinity");
	}
	put_bool(b, rate && l->throttle);
	etf_uint(b, l->queue);
	etf_uint(b, l->bytes);
	put_bool(b, a->whole || a->flags & TRACE_PROCS); /* arguments, exit reasons */
	put_bool(b, a->values || a->flags & TRACE_RETURN_TO);
	put_bool(b, a->values);
	put_bool(b, rate && l->throttle && functions(a) <= RENEW_MAX);
	put_bool(b, a->whole && l->calls > GATE_WINDOW);
	/* No gate holds these: they go on until the tracer is gone. */
	put_bool(b, a->flags & (TRACE_PROCS | TRACE_RUNNING | TRACE_PORTS |
				TRACE_RECEIVE));
}

/* An event may be as large as all that the tracer may hold, and is there twice while its
 * garbage is collected. */
static size_t heap_of_tracer(const struct arming *a, size_t what_bytes)
{
	return tracer_heap_words(what_bytes) + a->limits.bytes / 4;
}

static void put_name(struct buf *b, const char *name)
{
	etf_tuple(b, 2);
	etf_atom_s(b, name);
}

void tracer_bind(struct buf *b, const struct arming *a, struct text what)
{
	etf_list(b, 4);
	put_name(b, "A");
	buf_text_add(b, what);
	put_name(b, "B");
	etf_uint(b, TRACE_WORD_BASE);
	put_name(b, "D");
	etf_tuple(b, 5);
	etf_int(b, a->limits.time_ns / NS_PER_MS);
	etf_int(b, SILENCE_MS);
	etf_atom_s(b, a->values ? "max" : "high");
	etf_uint(b, heap_of_tracer(a, what.len));
	put_bool(b, a->force);
	put_name(b, "L");
	put_limits(b, a);
	etf_nil(b);
}

void tracer_bind_clean(struct buf *b, struct text what, uint32_t word, struct text tracer)
{
	etf_list(b, 4);
	put_name(b, "A");
	buf_text_add(b, what);
	put_name(b, "B");
	etf_uint(b, TRACE_WORD_BASE);
	put_name(b, "C");
	etf_uint(b, word);
	put_name(b, "T");
	if (tracer.len)
		buf_text_add(b, tracer);
	else
		put_bool(b, false);
	etf_nil(b);
}
