/*
 * What a person wants to be traced, from what was typed into a form to what is planned.
 */
#ifndef VIEW_TRACE_WISH_H
#define VIEW_TRACE_WISH_H

#include "trace/plan.h"
#include "view/trace.h"
#include "view/top.h"

/* Expressions of one trace. */
#define WISH_WORDS_MAX ((size_t)8)
/* Processes of one trace that were chosen on a screen. */
#define WISH_PIDS_MAX ((size_t)500)

struct trace_wish {
	struct text words[WISH_WORDS_MAX]; /* expressions, as they were typed */
	size_t nwords;
	const struct text *pids; /* [npids]; none: all */
	size_t npids;
	struct text whom;        /* for people: "<0.81.0> shop_cache", "all processes" */
	uint32_t creation;       /* of the node that pids are of; 0: they are of any */
	uint32_t calls;
	int64_t time_ns;
	enum event_args args;
	bool values;             /* returns with their values, not only durations */
	bool stack;
};

/* As usual: 100 calls, 30 s, arguments cut, durations. */
struct trace_wish trace_wish_of(struct arena *a, const struct trace_processes *whom);
struct trace_wish trace_wish_copy(struct arena *a, const struct trace_wish *w);

/*
 * Options for a plan, in the arena.
 *
 * bad  out: the expression that is wrong, when one is; else nwords
 *
 * ERR_USAGE: an expression, or a limit, is none.
 */
bool trace_wish_options(const struct trace_wish *w, const struct top_options *o,
			struct arena *a, struct trace_options *out, size_t *bad,
			struct err *err);

#endif
