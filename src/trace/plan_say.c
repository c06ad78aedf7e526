/* The plan in words, for people, before anything is armed. */
#include <inttypes.h>

#include "base/units.h"
#include "trace/message.h"
#include "trace/plan_inside.h"

#define FUNCTIONS_NAMED 3
#define PIDS_NAMED 3
/* Setting that is quicker is not worth a word. */
#define SET_NS_SAID INT64_C(50000000)

struct saying {
	struct trace_plan *plan;
	const struct trace_options *options;
	const struct plan_parts *parts;
	struct text *lines;
	size_t n;
	size_t cap;
	const char *head; /* of the next line; "" when it goes on */
};

/* Takes the text out of b. */
static void add_line(struct saying *s, struct buf *b)
{
	struct text text = buf_text(b);

	if (s->n == s->cap) {
		struct text *old = s->lines;

		s->cap = s->cap ? 2 * s->cap : 16;
		s->lines = arena_many(&s->plan->arena, s->cap, struct text);
		for (size_t i = 0; i < s->n; i++)
			s->lines[i] = old[i];
	}
	s->lines[s->n++] = text_printf(&s->plan->arena, "%-*s%.*s", PLAN_INDENT,
				       s->head, TEXT_ARG(text));
	s->head = "";
	buf_clear(b);
}

static void add(struct saying *s, const char *text)
{
	struct buf b = { 0 };

	buf_str(&b, text);
	add_line(s, &b);
}

static void put_time(struct buf *b, int64_t ns)
{
	if (ns % 1000000000 == 0 && ns < INT64_C(100000000000))
		buf_printf(b, "%d s", (int)(ns / 1000000000));
	else
		units_human(b, (double)ns, UNIT_NS);
}

/*
 * Functions.
 */

/* Functions that compiled code calls as instructions mostly: those calls are not seen. */
static bool is_instruction(const struct resolved_function *f)
{
	static const char *const names[] = {
		"abs", "binary_part", "bit_size", "byte_size", "ceil", "element",
		"float", "floor", "hd", "is_atom", "is_binary", "is_bitstring",
		"is_boolean", "is_float", "is_function", "is_integer", "is_list",
		"is_map", "is_map_key", "is_number", "is_pid", "is_port",
		"is_reference", "is_tuple", "length", "map_get", "map_size", "max",
		"min", "node", "round", "self", "setelement", "size", "tl", "trunc",
		"tuple_size", "+", "-", "*", "/", "div", "rem", "band", "bor", "bxor",
		"bnot", "bsl", "bsr", "not", "and", "or", "xor", "==", "/=", "=:=",
		"=/=", "<", ">", "=<", ">=", "!",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_is(f->function, names[i]))
			return text_is(f->module, "erlang");
	return false;
}

/* Does a pattern name it? */
static bool is_named(const struct saying *s, const struct resolved_function *f)
{
	for (size_t i = 0; i < s->options->nmatches; i++)
		if (f->matches >> i & 1 && s->options->matches[i].function.len)
			return true;
	return false;
}

static void say_instruction(struct saying *s)
{
	const struct resolved *r = s->parts->resolved;
	struct buf b = { 0 };

	for (size_t i = 0; i < r->n; i++) {
		if (!is_instruction(&r->functions[i]) || !is_named(s, &r->functions[i]))
			continue;
		term_mfa(&b, r->functions[i].module, r->functions[i].function,
			 r->functions[i].arity, s->options->syntax);
		buf_str(&b, ": where compiled code has an instruction for it no call is "
			    "seen");
		add_line(s, &b);
		return;
	}
}

static bool overlap(const struct resolved *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->functions[i].matches & (r->functions[i].matches - 1))
			return true;
	return false;
}

static void say_functions(struct saying *s)
{
	const struct resolved *r = s->parts->resolved;
	struct buf b = { 0 };

	s->head = "functions";
	if (s->options->nmatches == 0)
		return;
	if (r->n > 1)
		buf_printf(&b, "%zu", r->n);
	if (r->nmodules > 1)
		buf_printf(&b, " of %zu modules", r->nmodules);
	buf_str(&b, r->n > 1 ? ": " : "");
	for (size_t i = 0; i < r->n && i < FUNCTIONS_NAMED; i++) {
		buf_str(&b, i ? ", " : "");
		term_mfa(&b, r->functions[i].module, r->functions[i].function,
			 r->functions[i].arity, s->options->syntax);
	}
	buf_str(&b, r->n > FUNCTIONS_NAMED ? ", ..." : "");
	add_line(s, &b);
	if (overlap(r) && s->options->mode == TRACE_EVENTS)
		add(s, "several patterns mean one function: the first that matches a "
		       "call counts, wildcards last");
	say_instruction(s);
}

/*
 * Processes.
 */

static void put_pids(struct buf *b, const struct arming *a)
{
	buf_printf(b, "%zu: ", a->npids);
	for (size_t i = 0; i < a->npids && i < PIDS_NAMED; i++) {
		buf_str(b, i ? ", " : "");
		term_print_pid(b, a->pids[i]);
	}
	buf_str(b, a->npids > PIDS_NAMED ? ", ..." : "");
}

static void say_messages(struct saying *s)
{
	static const struct {
		unsigned flag;
		const char *what;
	} kinds[] = {
		{ TRACE_SEND, "messages that they send" },
		{ TRACE_RECEIVE, "messages that they receive" },
		{ TRACE_PROCS, "spawns, ends, links, registrations" },
		{ TRACE_RUNNING, "when they are scheduled in and out" },
		{ TRACE_PORTS, "what happens to ports" },
	};
	unsigned flags = s->plan->arming.flags;
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (flags & kinds[i].flag)
			buf_printf(&b, "%s%s", buf_len(&b) ? ", " : "", kinds[i].what);
	if (!buf_len(&b))
		return;
	s->head = "also";
	add_line(s, &b);
}

static void say_processes(struct saying *s)
{
	const struct arming *a = &s->plan->arming;
	struct buf b = { 0 };

	s->head = "processes";
	switch (a->whom) {
	case TRACE_ALL:
		buf_str(&b, "all");
		break;
	case TRACE_EXISTING:
		buf_str(&b, "all that are there now");
		break;
	case TRACE_NEW:
		buf_str(&b, "those that are spawned from now on");
		if (a->npids)
			buf_str(&b, ", and ");
		break;
	case TRACE_PIDS:
		break;
	}
	if (a->npids)
		put_pids(&b, a);
	if (a->flags & TRACE_CHILDREN)
		buf_str(&b, ", and those that they spawn");
	add_line(s, &b);
	if (s->parts->whom->missed) {
		buf_printf(&b, "%zu could not be asked who they are, and are left out",
			   s->parts->whom->missed);
		add_line(s, &b);
	}
	say_messages(s);
}

/*
 * Limits.
 */

static void say_limits(struct saying *s)
{
	const struct trace_limits *l = &s->options->limits;
	const char *counted = trace_plan_counted(s->options);
	bool counts = s->options->mode != TRACE_EVENTS;
	struct buf b = { 0 };

	s->head = "limits";
	buf_str(&b, "it ends after ");
	if (!counts)
		buf_printf(&b, "%" PRIu32 " %s%s or ", l->calls, counted,
			   l->calls == 1 ? "" : "s");
	put_time(&b, l->time_ns);
	if (!counts && !l->throttle && l->rate < l->calls) {
		buf_printf(&b, ", or %" PRIu32 " in ", l->rate);
		put_time(&b, l->rate_ns);
	}
	add_line(s, &b);
	if (counts)
		return;
	if (l->throttle) {
		buf_printf(&b, "above %" PRIu32 " %s%s in ", l->rate, counted,
			   l->rate == 1 ? "" : "s");
		put_time(&b, l->rate_ns);
		buf_str(&b, " the others are not shown");
		add_line(s, &b);
	}
	buf_printf(&b, "and when %" PRIu32 " messages wait for the tracer, or it holds ",
		   l->queue);
	units_human(&b, (double)l->bytes, UNIT_BYTES);
	add_line(s, &b);
}

/*
 * What is shown.
 */

static void say_shown(struct saying *s)
{
	static const char *const args[] = {
		[ARGS_NONE] = "the number of arguments",
		[ARGS_CUT] = "arguments, cut on the node: ",
		[ARGS_WHOLE] = "whole arguments",
	};
	static const char *const depths[] = {
		"only what they are", "to depth 1", "to depth 2",
	};
	const struct trace_message *m = s->plan->reader.message;
	const struct trace_options *o = s->options;
	struct buf b = { 0 };

	if (o->nmatches == 0)
		return;
	s->head = "shown";
	if (o->mode != TRACE_EVENTS) {
		add(s, o->mode == TRACE_COUNT  ? "how many calls there were"
		       : o->mode == TRACE_TIME ? "calls and the time in them"
					       : "calls and the memory that they took");
		return;
	}
	buf_str(&b, args[o->args]);
	if (o->args == ARGS_CUT)
		buf_str(&b, depths[m->depth < 2 ? m->depth : 2]);
	if (s->plan->arming.values)
		buf_str(&b, "; values and exceptions, with durations");
	else if (s->plan->durations)
		buf_str(&b, "; durations, without values");
	if (m->caller)
		buf_str(&b, "; the caller");
	if (m->stack || m->dump)
		buf_str(&b, "; the stack");
	add_line(s, &b);
}

/*
 * What it can cost.
 */

static bool any_filters(const struct saying *s)
{
	for (size_t i = 0; i < s->options->nmatches; i++)
		if (s->parts->patterns[i].filters)
			return true;
	return false;
}

static void say_set(struct saying *s)
{
	struct buf b = { 0 };

	if (s->plan->set_ns < SET_NS_SAID)
		return;
	buf_printf(&b, "setting the patterns of %zu functions takes about ",
		   s->plan->nfunctions);
	put_time(&b, s->plan->set_ns);
	buf_str(&b, ", and removing them nearly as long");
	add_line(s, &b);
}

static void say_counting(struct saying *s)
{
	switch (s->options->mode) {
	case TRACE_COUNT:
		add(s, "5 to 25 ns a call, of all processes");
		break;
	case TRACE_TIME:
	case TRACE_MEMORY:
		add(s, "about 0.3 us a call, until the trace ends");
		break;
	case TRACE_EVENTS:
		break;
	}
}

static void say_calls(struct saying *s)
{
	const struct trace_options *o = s->options;
	const struct trace_message *m = s->plan->reader.message;
	bool values = s->plan->arming.values;

	if (o->args == ARGS_WHOLE)
		add(s, "each call copies its arguments: a megabyte takes its caller "
		       "about 1 ms");
	else
		add(s, o->args == ARGS_CUT
			       ? "about 10 us a call shown; large arguments are not "
				 "copied"
			       : "a few us a call shown; arguments are not copied");
	if (any_filters(s))
		add(s, "0.7 us a call that does not match, until the trace ends");
	if (values) {
		add(s, "values are copied whole, whatever their size");
		add(s, "0.7 us each further call, for 10 to 40 ms after the limit");
	}
	if (s->plan->open)
		add(s, "durations only where there are values: '-> return'");
	if (o->limits.throttle)
		add(s, "above the rate the patterns are removed and set again, about "
		       "1 ms each time");
	if (m->dump)
		add(s, "stacks are taken from a dump of the caller, some kB a call: the "
		       "release has no other way");
	if (o->caller && !m->caller_line)
		add(s, "the release tells no file and line of callers");
}

/* Seen on OTP 23: for each call whose specification is evaluated and does not take it the
 * VM leaves itself something to free, which it does between processes, and it takes
 * patterns off behind that. Not seen since OTP 25, as caller_line is. */
static bool frees_late(const struct saying *s)
{
	return !s->parts->facts.caller_line && s->options->mode == TRACE_EVENTS &&
	       (any_filters(s) || s->plan->arming.values || s->options->limits.throttle);
}

/* Are terms copied that nobody has looked at before? */
static bool copies_whole(const struct saying *s)
{
	const struct arming *a = &s->plan->arming;

	return a->mode == TRACE_EVENTS &&
	       ((s->options->nmatches && s->options->args == ARGS_WHOLE) || a->values ||
		a->flags & (TRACE_SEND | TRACE_RECEIVE));
}

static void say_cost(struct saying *s)
{
	s->head = "cost";
	if (s->options->mode != TRACE_EVENTS)
		say_counting(s);
	else if (s->options->nmatches)
		say_calls(s);
	if (s->plan->arming.flags & (TRACE_SEND | TRACE_RECEIVE))
		add(s, "messages are copied whole, one copy each");
	if (copies_whole(s))
		add(s, "a whole copy shares nothing: a small term with shared parts can "
		       "take all memory of the node");
	if (s->plan->arming.flags & (TRACE_PROCS | TRACE_RUNNING | TRACE_PORTS))
		add(s, "the node sends all process events until the tracer has counted "
		       "enough and ends");
	if (s->options->nmatches && frees_late(s))
		add(s, "in a process that calls without ever waiting the node's memory "
		       "grows meanwhile: the VM of this release frees late");
	say_set(s);
	if (!s->plan->arming.session && s->options->mode == TRACE_EVENTS)
		add(s, "no other tool can trace the same meanwhile: the release has no "
		       "trace sessions");
}

/* Behind what b has; nothing where there is none. */
static void add_spec(struct saying *s, struct buf *b, const struct term *spec)
{
	struct arena scratch = { 0 };
	struct term shown;

	if (!spec) {
		buf_reset(b);
		return;
	}
	shown = plan_spec_shown(&scratch, spec);
	match_print(b, &shown, s->options->syntax);
	s->head = "armed";
	add_line(s, b);
	arena_clear(&scratch);
}

static void say_specs(struct saying *s)
{
	const struct arming *a = &s->plan->arming;
	struct buf b = { 0 };

	for (size_t i = 0; i < a->ngroups && a->mode == TRACE_EVENTS; i++) {
		const struct trace_function *f = &a->groups[i].functions[0];

		term_mfa(&b, f->module, f->function, f->arity, s->options->syntax);
		if (a->groups[i].n > 1)
			buf_printf(&b, " and %zu more", a->groups[i].n - 1);
		buf_str(&b, ": ");
		add_spec(s, &b, &a->groups[i].spec);
	}
	buf_str(&b, "messages sent: ");
	add_spec(s, &b, a->send);
	buf_str(&b, "messages received: ");
	add_spec(s, &b, a->receive);
	buf_clear(&b);
}

void plan_say(struct trace_plan *p, const struct trace_options *o,
	      const struct plan_parts *parts)
{
	struct saying s = { .plan = p, .options = o, .parts = parts, .head = "" };

	say_functions(&s);
	say_processes(&s);
	say_limits(&s);
	say_shown(&s);
	say_cost(&s);
	if (o->verbose)
		say_specs(&s);
	p->lines = s.lines;
	p->nlines = s.n;
}
