/* From the command line of trace to what is traced and how it is shown. */
#include "cmd/trace_wish.h"

#include "cmd/table.h"
#include "trace/aggregate.h"
#include "trace/by.h"
#include "trace/counters.h"

/* What is summed up may have more calls than what is read. */
#define SUMMED_CALLS 10000

/* What --syntax does not say; without it both are tried anyway. */
static enum syntax other_language(enum syntax said)
{
	return said == SYNTAX_ELIXIR  ? SYNTAX_ERLANG
	       : said == SYNTAX_ERLANG ? SYNTAX_ELIXIR
				       : said;
}

/* Of a text that is right in it. */
static void hint_other_language(struct cmd_context *c, struct err *err)
{
	bool elixir = c->options.syntax == SYNTAX_ELIXIR;

	fail_hint(err, "that is %s, and --syntax has it read as %s: leave that out",
		  elixir ? "Erlang" : "Elixir", elixir ? "Elixir" : "Erlang");
}

/* Also one that waits for a record. */
static bool is_right(struct cmd_context *c, struct text text,
		     const struct match_options *o)
{
	struct match m;
	struct err err = { 0 };

	return match_compile(c->arena, text, o, &m, &err) || err.kind == ERR_ABSENT;
}

static bool compile(struct cmd_context *c, struct trace_options *t, struct err *err)
{
	struct match *matches = arena_many(c->arena, c->nargs, struct match);
	struct match_options o = { .syntax = c->options.syntax };
	struct match_options other = { .syntax = other_language(c->options.syntax) };

	t->matches = matches;
	t->words = c->args;
	t->nmatches = c->nargs;
	for (size_t i = 0; i < c->nargs; i++) {
		if (match_compile(c->arena, c->args[i], &o, &matches[i], err) ||
		    err->kind == ERR_ABSENT)
			continue;
		if (is_right(c, c->args[i], &other))
			hint_other_language(c, err);
		return false;
	}
	*err = (struct err){ 0 }; /* records that only the node knows */
	return true;
}

static const struct match *messages(struct cmd_context *c, const struct words *w,
				    const char *option, size_t front, struct err *err)
{
	struct match *matches = arena_many(c->arena, w->n + 1, struct match);
	struct match_options o = { .syntax = c->options.syntax };
	struct match_options other = { .syntax = other_language(c->options.syntax) };

	for (size_t i = 0; i < w->n; i++) {
		if (match_compile_message(c->arena, w->at[i], front, &o, &matches[i],
					  err))
			continue;
		if (match_compile_message(c->arena, w->at[i], front, &other, &matches[i],
					  NULL))
			hint_other_language(c, err);
		fail_prefix(err, "--%s", option);
		return NULL;
	}
	return matches;
}

static const struct {
	const char *name;
	unsigned flag;
} event_names[] = {
	{ "procs", TRACE_PROCS },
	{ "running", TRACE_RUNNING },
	{ "ports", TRACE_PORTS },
};

static bool events(const struct cmd_context *c, unsigned *flags, struct err *err)
{
	size_t n = sizeof(event_names) / sizeof(event_names[0]);

	for (size_t i = 0; i < c->options.events.n; i++) {
		struct text name = c->options.events.at[i];
		size_t k = 0;

		while (k < n && !text_is(name, event_names[k].name))
			k++;
		if (k == n)
			return fail(err, ERR_USAGE,
				    "--events: '%.*s' is not procs, running or ports",
				    TEXT_ARG(name));
		*flags |= event_names[k].flag;
	}
	return true;
}

static bool limits(const struct cmd_context *c, const struct trace_wish *w,
		   struct trace_limits *l, struct err *err)
{
	const struct options *o = &c->options;

	if (options_given(o, "n") && (o->limit == 0 || o->limit > TRACE_CALLS_MAX))
		return fail(err, ERR_USAGE, "-n: a trace ends after 1 to %d calls",
			    TRACE_CALLS_MAX);
	*l = (struct trace_limits){
		.calls = o->limit ? (uint32_t)o->limit : w->summed ? SUMMED_CALLS : 0,
		.time_ns = o->trace_ns,
		.queue = (uint32_t)o->queue,
		.throttle = o->throttle,
	};
	return !o->rate.len || trace_plan_rate(o->rate, &l->rate, &l->rate_ns, err) ||
	       fail_prefix(err, "--rate");
}

/* The words behind "->" and the options that mean the same. */
static enum trace_mode mode(const struct options *o, const struct trace_options *t)
{
	unsigned words = 0;

	for (size_t i = 0; i < t->nmatches; i++)
		words |= t->matches[i].words;
	if (o->memory_spent)
		return TRACE_MEMORY;
	if (o->time_spent || words & MATCH_TIME)
		return TRACE_TIME;
	return o->count || words & MATCH_COUNT ? TRACE_COUNT : TRACE_EVENTS;
}

static enum output_kind kind(const struct cmd_context *c)
{
	static const struct {
		const char *name;
		enum output_kind kind;
	} kinds[] = {
		{ "json", OUTPUT_JSON },
		{ "jsonl", OUTPUT_JSONL },
		{ "csv", OUTPUT_CSV },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (text_is(text_of(c->format->name), kinds[i].name))
			return kinds[i].kind;
	return c->options.template.len ? OUTPUT_TEMPLATE : OUTPUT_TEXT;
}

/* How what is shown fits together, and with the rest. */
static bool check_shown(struct cmd_context *c, const struct trace_wish *w,
			struct err *err)
{
	static const char *const table_options[] = { "sort", "where", "columns" };
	const struct options *o = &c->options;

	if (w->sums)
		return table_check(c, w->sums, err);
	for (size_t i = 0; i < sizeof(table_options) / sizeof(table_options[0]); i++)
		if (options_given(o, table_options[i])) {
			fail(err, ERR_USAGE, "--%s is for what is summed up",
			     table_options[i]);
			return fail_hint(err, "with --count, --time-spent, "
					      "--memory-spent, --histogram or --by");
		}
	if (!o->template.len)
		return true;
	if (!c->format->human)
		return fail(err, ERR_USAGE, "--template and --format exclude each other");
	return template_check(o->template, err);
}

static bool waits_for_record(const struct trace_options *t)
{
	for (size_t i = 0; i < t->nmatches; i++)
		if (t->matches[i].record.len)
			return true;
	return false;
}

/* Read again when the records are known. */
static bool check_by(struct cmd_context *c, const struct trace_options *t,
		     struct err *err)
{
	struct by by;

	if (!c->options.by.len ||
	    by_parse(c->arena, c->options.by, t->matches, t->nmatches, &by, err))
		return true;
	if (!waits_for_record(t))
		return false;
	*err = (struct err){ 0 };
	return true;
}

static bool choose_sums(struct cmd_context *c, struct trace_wish *w, struct err *err)
{
	const struct options *o = &c->options;
	struct trace_options *t = &w->options;

	t->mode = mode(o, t);
	w->summed = o->histogram || o->by.len;
	if (w->summed && t->mode != TRACE_EVENTS)
		return fail(err, ERR_USAGE, "what is counted on the node has no %s",
			    o->histogram ? "histogram" : "arguments");
	if (w->summed)
		w->sums = aggregate_schema(o->histogram);
	else
		w->sums = counters_schema(t->mode);
	return check_by(c, t, err);
}

bool trace_wish_read(struct cmd_context *c, struct trace_wish *out, struct err *err)
{
	const struct options *o = &c->options;
	struct trace_options *t = &out->options;

	*out = (struct trace_wish){
		.options = {
			.pids = o->pids.at,
			.npids = o->pids.n,
			.apps = o->apps.at,
			.napps = o->apps.n,
			.initial_calls = o->initial_calls.at,
			.ninitial_calls = o->initial_calls.n,
			.nsend = o->send.n,
			.nreceive = o->receive.n,
			.args = o->args    ? ARGS_WHOLE
				: o->arity ? ARGS_NONE
					   : ARGS_CUT,
			.durations = true,
			.stack = o->stack,
			.caller = o->caller,
			.return_to = o->return_to,
			.children = o->children,
			.force = o->force,
			.verbose = o->verbose,
			.timeout_ns = o->timeout_ns,
			.syntax = o->syntax,
		},
		.kind = kind(c),
	};
	if (!compile(c, t, err) || !choose_sums(c, out, err) ||
	    !limits(c, out, &t->limits, err) || !events(c, &t->events, err))
		return false;
	/* A histogram that is not by an argument needs none. */
	if (o->histogram && !o->by.len && !o->args)
		t->args = ARGS_NONE;
	t->send = messages(c, &o->send, "send", 1, err);
	t->receive = t->send ? messages(c, &o->receive, "receive", 2, err) : NULL;
	return t->receive && trace_plan_check(t, err) && check_shown(c, out, err);
}
