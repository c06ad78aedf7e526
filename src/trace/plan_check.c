/* What can be wrong with the options of a trace whatever the node is, and what they are
 * where nothing was said. */
#include <inttypes.h>

#include "base/units.h"
#include "tables/process_find.h"
#include "trace/plan.h"
#include "trace/plan_inside.h"

#define SECOND_NS INT64_C(1000000000)
/* Below this the pattern would be set and removed all the time. */
#define THROTTLE_NS_MIN INT64_C(100000000)
#define TIME_NS_MAX (24 * 3600 * SECOND_NS)
#define BYTES_MIN (UINT64_C(1) << 20)

#define CALLS 100
#define TIME_NS (30 * SECOND_NS)
#define QUEUE 1000
/* The tracer would need seconds for more. */
#define QUEUE_MOST 20000
#define BYTES (UINT64_C(64) << 20)

bool trace_plan_rate(struct text text, uint32_t *n, int64_t *ns, struct err *err)
{
	struct text rest = text_trim(text);
	struct text count;
	int64_t calls;

	if (!text_cut(&rest, '/', &count) || !text_int(text_trim(count), &calls) ||
	    calls < 1 || calls > TRACE_CALLS_MAX ||
	    (!rest.len && text_ends(text, "/"))) {
		fail(err, ERR_USAGE, "'%.*s' is not a rate", TEXT_ARG(text));
		return fail_hint(err, "for example 100/1s: at most 100 calls a second; "
				 "no more than %d calls", TRACE_CALLS_MAX);
	}
	*n = (uint32_t)calls;
	*ns = SECOND_NS;
	if (rest.len && !units_duration(text_trim(rest), ns, err))
		return fail_prefix(err, "'%.*s' is not a rate", TEXT_ARG(text));
	if (*ns <= 0)
		return fail(err, ERR_USAGE, "'%.*s' is not a rate: its time is 0",
			    TEXT_ARG(text));
	return true;
}

/*
 * Limits.
 */

/* What the node lets through may wait: calls and their returns, of this period of the
 * rate and of the one before. Where nothing is let through but all comes, no more. */
static uint32_t queue_for(const struct trace_options *o)
{
	const struct trace_limits *l = &o->limits;
	uint32_t once = l->rate < l->calls ? l->rate : l->calls;

	if (o->events || o->nreceive)
		return QUEUE;
	return once <= QUEUE / 4 ? QUEUE : once < QUEUE_MOST / 4 ? 4 * once : QUEUE_MOST;
}

static void fill(struct trace_options *o)
{
	struct trace_limits *l = &o->limits;

	l->calls = l->calls ? l->calls : CALLS;
	l->rate_ns = l->rate_ns ? l->rate_ns : SECOND_NS;
	l->rate = l->rate ? l->rate : l->calls;
	l->time_ns = l->time_ns ? l->time_ns : TIME_NS;
	l->queue = l->queue ? l->queue : queue_for(o);
	l->bytes = l->bytes ? l->bytes : BYTES;
}

static bool check_limits(const struct trace_limits *l, struct err *err)
{
	if (l->calls > TRACE_CALLS_MAX || l->rate > TRACE_CALLS_MAX) {
		fail(err, ERR_USAGE,
		     "%" PRIu32 " calls are more than one trace shows: at most %d",
		     l->calls > TRACE_CALLS_MAX ? l->calls : l->rate, TRACE_CALLS_MAX);
		return fail_hint(err, "--count counts as many as there are");
	}
	if (l->time_ns < 0 || l->time_ns > TIME_NS_MAX) {
		fail(err, ERR_USAGE, "a trace takes at most a day");
		return fail_hint(err, "otoscope record writes samples for longer");
	}
	if (l->rate_ns < 0) {
		fail(err, ERR_USAGE, "the time of a rate is above 0");
		return fail_hint(err, "for example 100/1s");
	}
	if (l->throttle && l->rate_ns < THROTTLE_NS_MIN) {
		fail(err, ERR_USAGE, "a rate is throttled in steps of 100 ms and more");
		return fail_hint(err, "for example --rate 10/100ms --throttle");
	}
	if (l->bytes < BYTES_MIN) {
		fail(err, ERR_USAGE, "the tracer needs 1 MB at least");
		return fail_hint(err, "64 MB where nothing is said");
	}
	return true;
}

/*
 * Patterns.
 */

static bool check_match(const struct match *m, struct text word, struct err *err)
{
	if (m->record.len)
		return true;
	if (!m->named) {
		fail(err, ERR_USAGE, "'%.*s' does not say of which functions",
		     TEXT_ARG(word));
		return fail_hint(err,
				 "put them in front: maps:get fun([K, _]) -> ... end");
	}
	return true;
}

/* What "-> count" and "-> time" ask for, as --count and --time-spent do. */
static bool take_words(struct trace_options *o, struct err *err)
{
	unsigned all = MATCH_COUNT | MATCH_TIME, any = 0;

	for (size_t i = 0; i < o->nmatches; i++) {
		unsigned words = o->matches[i].words;

		if (words & (MATCH_COUNT | MATCH_TIME) &&
		    words & (MATCH_RETURN | MATCH_STACK)) {
			fail(err, ERR_USAGE,
			     "'%.*s': counted calls have neither values nor stacks",
			     TEXT_ARG(o->words[i]));
			return fail_hint(err, "behind '->' count or time alone");
		}
		any |= words;
		all &= words;
	}
	any &= MATCH_COUNT | MATCH_TIME;
	if (!any || !o->nmatches)
		return true;
	if (any == (MATCH_COUNT | MATCH_TIME)) {
		fail(err, ERR_USAGE, "'-> count' and '-> time' in one trace");
		return fail_hint(err, "'-> time' of all: time counts too");
	}
	if (all != any) {
		fail(err, ERR_USAGE, "'-> %s' of some patterns and not of all",
		     any == MATCH_COUNT ? "count" : "time");
		return fail_hint(err, "of all or of none; --%s means all",
				 any == MATCH_COUNT ? "count" : "time-spent");
	}
	if (o->mode != TRACE_EVENTS &&
	    (o->mode == TRACE_COUNT) != (any == MATCH_COUNT)) {
		fail(err, ERR_USAGE, "'-> %s' and another way to count",
		     any == MATCH_COUNT ? "count" : "time");
		return fail_hint(err, "leave out one of them");
	}
	o->mode = any == MATCH_COUNT ? TRACE_COUNT : TRACE_TIME;
	return true;
}

/* Counters count every call of a function. */
static bool check_counted(const struct match *m, struct text word, struct err *err)
{
	struct arena scratch = { 0 };
	struct plan_pattern p;

	if (m->record.len)
		return true;
	plan_pattern_read(&scratch, m, &(struct plan_facts){ 0 }, &p);
	arena_clear(&scratch);
	if (p.filters) {
		fail(err, ERR_USAGE,
		     "'%.*s' matches some calls, and all calls of a function are "
		     "counted",
		     TEXT_ARG(word));
		return fail_hint(err, "name the function alone, as in maps:get/2");
	}
	if (p.returns || p.stack || p.extra) {
		fail(err, ERR_USAGE,
		     "'%.*s' wants something of each call, and calls are counted",
		     TEXT_ARG(word));
		return fail_hint(err, "leave out its actions, or what counts");
	}
	return true;
}

static bool check_counting(const struct trace_options *o, struct err *err)
{
	static const char *const option[] = {
		[TRACE_COUNT] = "--count",
		[TRACE_TIME] = "--time-spent",
		[TRACE_MEMORY] = "--memory-spent",
	};
	const char *with = o->nsend            ? "--send"
			   : o->nreceive       ? "--receive"
			   : o->events         ? "--events"
			   : o->stack          ? "--stack"
			   : o->caller         ? "--caller"
			   : o->return_to      ? "--return-to"
			   : o->args != ARGS_CUT ? "--args or --arity"
			   : o->limits.throttle ? "--throttle"
						: NULL;

	if (with) {
		fail(err, ERR_USAGE, "%s only counts calls: it cannot go with %s",
		     option[o->mode], with);
		return fail_hint(err, "leave out one of them");
	}
	if (o->mode == TRACE_COUNT &&
	    (o->npids || o->napps || o->ninitial_calls || o->children)) {
		fail(err, ERR_USAGE, "--count counts the calls of all processes");
		return fail_hint(err, "--time-spent counts those of some");
	}
	for (size_t i = 0; i < o->nmatches; i++)
		if (!check_counted(&o->matches[i], o->words[i], err))
			return false;
	return true;
}

const char *trace_plan_counted(const struct trace_options *o)
{
	bool messages = o->nsend || o->nreceive;

	if (o->events || (o->nmatches && messages))
		return "event";
	return messages ? "message" : "call";
}

bool trace_plan_check(struct trace_options *o, struct err *err)
{
	fill(o);
	if (!o->nmatches && !o->nsend && !o->nreceive && !o->events) {
		fail(err, ERR_USAGE, "nothing is named that could be traced");
		return fail_hint(err, "a function, as in maps:get/2, or --send, "
				 "--receive, --events");
	}
	if (o->nmatches > RESOLVE_MATCHES_MAX) {
		fail(err, ERR_USAGE, "%zu patterns are too many: at most %d",
		     o->nmatches, RESOLVE_MATCHES_MAX);
		return fail_hint(err, "maps:_ means all functions of a module");
	}
	for (size_t i = 0; i < o->nmatches; i++)
		if (!check_match(&o->matches[i], o->words[i], err))
			return false;
	for (size_t i = 0; i < o->npids; i++)
		if (!process_word(o->pids[i], err))
			return false;
	if (!check_limits(&o->limits, err) || !take_words(o, err))
		return false;
	return o->mode == TRACE_EVENTS || check_counting(o, err);
}
