#include "view/trace_wish.h"

#include "tables/pid.h"

#define CALLS 100
#define TIME_NS INT64_C(30000000000)

static struct text pid_text(struct arena *a, int64_t id)
{
	struct buf b = { 0 };
	struct text t;

	pid_print(&b, id);
	t = text_dup(a, buf_text(&b));
	buf_clear(&b);
	return t;
}

static struct text whom_text(struct arena *a, const struct trace_processes *whom,
			     const struct text *pids)
{
	if (whom->n == 0)
		return TEXT("all processes");
	if (whom->n > 1)
		return text_printf(a, "%zu processes", whom->n);
	return text_printf(a, "%.*s%s%.*s", TEXT_ARG(pids[0]), whom->name.len ? " " : "",
			   TEXT_ARG(whom->name));
}

struct trace_wish trace_wish_of(struct arena *a, const struct trace_processes *whom)
{
	struct text *pids = arena_many(a, whom->n, struct text);

	for (size_t i = 0; i < whom->n; i++)
		pids[i] = pid_text(a, whom->ids[i]);
	return (struct trace_wish){
		.pids = pids,
		.npids = whom->n,
		.whom = whom_text(a, whom, pids),
		.creation = whom->creation,
		.calls = CALLS,
		.time_ns = TIME_NS,
		.args = ARGS_CUT,
	};
}

struct trace_wish trace_wish_copy(struct arena *a, const struct trace_wish *w)
{
	struct text *pids = arena_many(a, w->npids, struct text);
	struct trace_wish out = *w;

	for (size_t i = 0; i < w->npids; i++)
		pids[i] = text_dup(a, w->pids[i]);
	out.pids = pids;
	out.whom = text_dup(a, w->whom);
	for (size_t i = 0; i < w->nwords; i++)
		out.words[i] = text_dup(a, w->words[i]);
	return out;
}

/* With the values of its returns. A fun, or a match specification, has its own word for
 * that: it stays as it is. */
static void add_return(const struct match_options *o, struct arena *a, struct match *m,
		       struct text *words)
{
	struct text more;
	struct match with;

	if (m->form != MATCH_FUNCTION || m->words & MATCH_RETURN)
		return;
	more = text_printf(a, "%.*s%s return", TEXT_ARG(*words), m->words ? "," : " ->");
	if (!match_compile(a, more, o, &with, NULL))
		return;
	*m = with;
	*words = more;
}

static bool compile(const struct trace_wish *w, enum syntax syntax, struct arena *a,
		    struct trace_options *out, size_t *bad, struct err *err)
{
	struct match *matches = arena_many(a, w->nwords, struct match);
	struct text *words = arena_many(a, w->nwords, struct text);
	struct match_options o = { .syntax = syntax };

	for (*bad = 0; *bad < w->nwords; (*bad)++) {
		size_t i = *bad;
		struct err why = { 0 };

		words[i] = text_dup(a, w->words[i]);
		/* A record that is not known yet is one that only the node knows. */
		if (!match_compile(a, words[i], &o, &matches[i], &why) &&
		    why.kind != ERR_ABSENT) {
			if (err)
				*err = why;
			return false;
		}
		if (matches[i].words & (MATCH_TIME | MATCH_COUNT)) {
			fail(err, ERR_USAGE, "'time' and 'count' show no calls");
			return fail_hint(err, "the command otoscope trace sums them up");
		}
		if (w->values && !why.kind)
			add_return(&o, a, &matches[i], &words[i]);
	}
	out->matches = matches;
	out->words = words;
	out->nmatches = w->nwords;
	return true;
}

bool trace_wish_options(const struct trace_wish *w, const struct top_options *o,
			struct arena *a, struct trace_options *out, size_t *bad,
			struct err *err)
{
	struct trace_wish copy = trace_wish_copy(a, w);

	*out = (struct trace_options){
		.pids = copy.pids,
		.npids = copy.npids,
		.args = w->args,
		.durations = true,
		.stack = w->stack,
		.limits = { .calls = w->calls, .time_ns = w->time_ns },
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
	};
	*bad = w->nwords;
	if (!w->nwords)
		return fail(err, ERR_USAGE, "which calls? module:function/arity, or a "
					    "pattern of them");
	if (!compile(&copy, o->syntax, a, out, bad, err))
		return false;
	return trace_plan_check(out, err);
}
