/* What can be wrong with the options of a trace whatever the node is, and what they are
 * where nothing was said. */
#include "base/units.h"
#include "trace/plan.h"

#define CALLS 100
#define TIME_NS INT64_C(30000000000)
#define SECOND_NS INT64_C(1000000000)
#define QUEUE 1000
#define BYTES (UINT64_C(64) << 20)

bool trace_plan_rate(struct text text, uint32_t *n, int64_t *ns, struct err *err)
{
	struct text rest = text_trim(text);
	struct text count;
	int64_t calls;

	if (!text_cut(&rest, '/', &count) || !text_int(text_trim(count), &calls) ||
	    calls < 1 || calls > TRACE_CALLS_MAX) {
		fail(err, ERR_USAGE, "'%.*s' is not a rate", TEXT_ARG(text));
		return fail_hint(err, "for example 100/1s: at most 100 calls a second");
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

static void fill(struct trace_limits *l)
{
	l->calls = l->calls ? l->calls : CALLS;
	l->rate_ns = l->rate_ns ? l->rate_ns : SECOND_NS;
	l->rate = l->rate ? l->rate : l->calls;
	l->time_ns = l->time_ns ? l->time_ns : TIME_NS;
	l->queue = l->queue ? l->queue : QUEUE;
	l->bytes = l->bytes ? l->bytes : BYTES;
}

bool trace_plan_check(struct trace_options *o, struct err *err)
{
	fill(&o->limits);
	return true;
}
