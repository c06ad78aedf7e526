/* Makes a plan: asks the node what it can, which functions there are, and who traces
 * already; one step after the other. */
#include "trace/plan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/plan_inside.h"

struct planning {
	struct live *live;
	struct trace_options options;
	struct trace_plan *plan;
	struct plan_parts parts;
	struct resolved *resolved;
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
	if (err) {
		trace_plan_free(last.plan);
		last.plan = NULL;
	}
	last.done(last.ctx, last.plan, err);
}

/* The functions' names go with the plan. */
static void keep_names(struct planning *k)
{
	struct resolved *r = k->resolved;

	for (size_t i = 0; i < r->n; i++) {
		struct resolved_function *f = &r->functions[i];
		bool same = i > 0 && text_eq(f->module, f[-1].module);

		f->module = same ? f[-1].module
				 : text_dup(&k->plan->arena, f->module);
		f->function = text_dup(&k->plan->arena, f->function);
	}
}

static void arm(struct planning *k)
{
	struct err err = { 0 };

	keep_names(k);
	k->parts.resolved = k->resolved;
	if (!plan_arm(k->plan, &k->options, &k->parts, &err)) {
		end(k, &err);
		return;
	}
	plan_say(k->plan, &k->options, &k->parts);
	end(k, NULL);
}

static void on_resolved(void *ctx, struct resolved *resolved, const struct err *err)
{
	struct planning *k = ctx;
	struct err refused = { 0 };

	k->resolved = resolved;
	if (err) {
		end(k, err);
		return;
	}
	if (resolved->total > PLAN_FUNCTIONS_MAX && !k->options.force) {
		fail(&refused, ERR_CANNOT, "that is %zu functions", resolved->total);
		fail_hint(&refused, "name fewer, or --force");
		end(k, &refused);
		return;
	}
	arm(k);
}

static void read_patterns(struct planning *k)
{
	struct plan_pattern *patterns = arena_many(
		&k->plan->arena, k->options.nmatches, struct plan_pattern);

	for (size_t i = 0; i < k->options.nmatches; i++)
		plan_pattern_read(&k->plan->arena, &k->options.matches[i],
				  &k->parts.facts, &patterns[i]);
	k->parts.patterns = patterns;
}

static void on_caps(void *ctx)
{
	struct planning *k = ctx;
	struct node *n = live_node(k->live);

	k->parts.facts = (struct plan_facts){
		.node = node_name(n),
		.creation = node_creation(n),
		.session = node_can(n, CAP_TRACE_SESSION) == CAP_YES,
	};
	read_patterns(k);
	resolve(k->live, k->options.matches, k->options.nmatches, k->options.timeout_ns,
		on_resolved, k);
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
	caps_probe(live_node(l), 1U << CAP_TRACE_SESSION, on_caps, k);
}
