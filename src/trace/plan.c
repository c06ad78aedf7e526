/* Makes a plan: asks the node what it can, whether the patterns are fit for it, which
 * functions and processes there are, and who traces already; one step after the other. */
#include "trace/plan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/plan_inside.h"
#include "trace/plan_others.h"
#include "trace/plan_terms.h"

#define CAPS                                                                      \
	(1U << CAP_TRACE_SESSION | 1U << CAP_TRACE_STACK | 1U << CAP_TRACE_LINE | \
	 1U << CAP_TRACE_BINARY | 1U << CAP_CALL_MEMORY)

struct planning {
	struct live *live;
	struct trace_options options;
	struct trace_plan *plan;
	struct plan_parts parts;
	struct resolved *resolved;
	struct whom *whom;
	const struct term **specs; /* [nspecs] of all patterns, */
	struct text *words;        /* and how they were typed */
	size_t nspecs;
	trace_planned *done;
	void *ctx;
};

void trace_plan_free(struct trace_plan *p)
{
	if (!p)
		return;
	arena_clear(&p->arena);
	free(p);
}

static void end(struct planning *k, const struct err *err)
{
	struct planning last = *k;

	free(k);
	resolved_free(last.resolved);
	whom_free(last.whom);
	if (err) {
		trace_plan_free(last.plan);
		last.plan = NULL;
	}
	last.done(last.ctx, last.plan, err);
}

/*
 * The last steps.
 */

/* Names of functions and pids go with the plan. */
static void keep(struct planning *k)
{
	struct resolved *r = k->resolved;
	struct arming *a = &k->plan->arming;
	uint64_t *pids = arena_many(&k->plan->arena, a->npids, uint64_t);

	for (size_t i = 0; i < r->n; i++) {
		struct resolved_function *f = &r->functions[i];
		bool same = i > 0 && text_eq(f->module, f[-1].module);

		f->module = same ? f[-1].module
				 : text_dup(&k->plan->arena, f->module);
		f->function = text_dup(&k->plan->arena, f->function);
	}
	for (size_t i = 0; i < a->npids; i++)
		pids[i] = a->pids[i];
	a->pids = pids;
}

static void on_others(void *ctx, const struct err *err)
{
	struct planning *k = ctx;
	struct err refused = { 0 };

	if (err) {
		end(k, err);
		return;
	}
	keep(k);
	if (!plan_arm(k->plan, &k->options, &k->parts, &refused)) {
		end(k, &refused);
		return;
	}
	plan_say(k->plan, &k->options, &k->parts);
	end(k, NULL);
}

static void on_whom(void *ctx, struct whom *whom, const struct err *err)
{
	struct planning *k = ctx;

	k->whom = whom;
	k->parts.whom = whom;
	if (err) {
		end(k, err);
		return;
	}
	plan_arm_start(k->plan, &k->options, &k->parts);
	plan_others_check(k->live, &k->plan->arming, k->resolved, k->options.timeout_ns,
			  on_others, k);
}

/*
 * Functions.
 */

static bool few_enough(struct planning *k, struct err *err)
{
	const struct resolved *r = k->resolved;

	if (r->total <= PLAN_FUNCTIONS_MAX)
		return true;
	if (r->total > RESOLVE_FUNCTIONS_MAX) {
		fail(err, ERR_CANNOT,
		     "that is %zu functions of %zu modules: more than %d are not traced",
		     r->total, r->nmodules, RESOLVE_FUNCTIONS_MAX);
		return fail_hint(err, "name a module, or a function");
	}
	if (k->options.force)
		return true;
	fail(err, ERR_CANNOT, "that is %zu functions of %zu module%s, more than %d",
	     r->total, r->nmodules, r->nmodules == 1 ? "" : "s", PLAN_FUNCTIONS_MAX);
	return fail_hint(err, "name fewer; trace --force takes more: each about 0.3 ms "
			 "to set, and as long to remove");
}

static void on_resolved(void *ctx, struct resolved *resolved, const struct err *err)
{
	struct planning *k = ctx;
	struct err refused = { 0 };

	k->resolved = resolved;
	k->parts.resolved = resolved;
	if (err)
		end(k, err);
	else if (!few_enough(k, &refused))
		end(k, &refused);
	else
		whom_choose(k->live, &k->options, on_whom, k);
}

/*
 * Patterns.
 */

static void on_terms(void *ctx, const struct err *err)
{
	struct planning *k = ctx;

	if (err)
		end(k, err);
	else
		resolve(k->live, k->options.matches, k->options.nmatches,
			k->options.timeout_ns, on_resolved, k);
}

static void read_one(struct planning *k, struct plan_pattern *p, const struct match *m,
		     struct text word)
{
	plan_pattern_read(&k->plan->arena, m, &k->parts.facts, p);
	k->specs[k->nspecs] = &p->spec;
	k->words[k->nspecs++] = word;
}

static void read_patterns(struct planning *k)
{
	const struct trace_options *o = &k->options;
	struct arena *a = &k->plan->arena;
	size_t n = o->nmatches + o->nsend + o->nreceive;
	struct plan_pattern *p = arena_many(a, n, struct plan_pattern);
	struct term *keys = arena_many(a, PLAN_KEYS_MAX, struct term);

	k->specs = arena_many(a, n, const struct term *);
	k->words = arena_many(a, n, struct text);
	for (size_t i = 0; i < o->nmatches; i++)
		read_one(k, &p[i], &o->matches[i], o->words[i]);
	for (size_t i = 0; i < o->nsend; i++)
		read_one(k, &p[k->nspecs], &o->send[i], TEXT("--send"));
	for (size_t i = 0; i < o->nreceive; i++)
		read_one(k, &p[k->nspecs], &o->receive[i], TEXT("--receive"));
	for (size_t i = 0; i < n; i++)
		plan_keys_add(&p[i].spec, keys, &k->parts.nkeys);
	k->parts.patterns = p;
	k->parts.keys = keys;
}

static bool release_can(struct planning *k, struct err *err)
{
	if (k->options.mode != TRACE_MEMORY || k->parts.facts.memory)
		return true;
	fail(err, ERR_CANNOT,
	     "node '%.*s' does not count the memory that calls take: that needs OTP 26 "
	     "or later",
	     TEXT_ARG(k->parts.facts.node));
	return fail_hint(err, "--time-spent counts their time");
}

static void on_caps(void *ctx)
{
	struct planning *k = ctx;
	struct node *n = live_node(k->live);
	struct err err = { 0 };

	k->parts.facts = (struct plan_facts){
		.node = node_name(n),
		.creation = node_creation(n),
		.session = node_can(n, CAP_TRACE_SESSION) == CAP_YES,
		.stacktrace = node_can(n, CAP_TRACE_STACK) == CAP_YES,
		.caller_line = node_can(n, CAP_TRACE_LINE) == CAP_YES,
		.binary_part = node_can(n, CAP_TRACE_BINARY) == CAP_YES,
		.memory = node_can(n, CAP_CALL_MEMORY) == CAP_YES,
	};
	if (node_can(n, CAP_TRACE_SESSION) == CAP_UNKNOWN)
		fail(&err, ERR_LOST, "node '%.*s' does not say whether it has trace "
		     "sessions", TEXT_ARG(k->parts.facts.node));
	if (err.kind || !release_can(k, &err)) {
		end(k, &err);
		return;
	}
	read_patterns(k);
	plan_terms_check(k->live, k->specs, k->words, k->nspecs, k->options.timeout_ns,
			 on_terms, k);
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct planning *k = ctx;

	k->options.syntax = syntax;
	caps_probe(live_node(k->live), CAPS, on_caps, k);
}

void trace_plan_make(struct live *l, const struct trace_options *o, trace_planned *done,
		     void *ctx)
{
	struct planning *k = mem_zalloc(sizeof(*k));

	*k = (struct planning){
		.live = l,
		.options = *o,
		.plan = mem_zalloc(sizeof(*k->plan)),
		.done = done,
		.ctx = ctx,
	};
	live_syntax(l, o->syntax, syntax_known, k);
}
