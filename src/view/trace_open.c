/* From a key or a word to the form, or to the plan. */
#include <stdlib.h>

#include "base/mem.h"
#include "view/table.h"
#include "view/trace_inside.h"

/* Does a trace run on one of these screens? */
static bool one_runs(const struct view *v)
{
	for (; v; v = v->below)
		if (v->ops == &trace_view_ops && trace_view_runs(v))
			return true;
	return false;
}

static bool open_plan(struct view *from, const struct trace_processes *whom,
		      struct text words, struct err *err)
{
	struct arena scratch = { 0 };
	struct trace_wish w = trace_wish_of(&scratch, whom);
	struct trace_view *t;
	bool ok;

	w.words[w.nwords++] = words;
	t = trace_view_new(from, &w);
	arena_clear(&scratch);
	ok = trace_view_begin(t, err);
	if (ok)
		top_push(from->top, &t->view);
	else
		t->view.ops->free(&t->view);
	return ok;
}

bool trace_open(struct view *from, const struct trace_processes *whom,
		struct text expression, struct err *err)
{
	if (!link_live(from->link))
		return fail(err, ERR_CANNOT, "'%.*s' is no live node now",
			    TEXT_ARG(from->link->name));
	if (whom->n > WISH_PIDS_MAX)
		return fail(err, ERR_CANNOT, "%zu processes at once: up to %zu can be "
			    "traced", whom->n, WISH_PIDS_MAX);
	if (one_runs(from))
		return fail(err, ERR_CANNOT, "a trace still runs: s ends it");
	if (expression.len)
		return open_plan(from, whom, expression, err);
	trace_form_push(from, whom);
	return true;
}

bool trace_open_rows(struct view *table, struct text expression, struct err *err)
{
	struct trace_processes whom = { .creation = table_view_creation(table) };
	const struct cell *keys = table_view_marked(table, &whom.n);
	int64_t *ids;
	bool ok;

	if (!keys || whom.n == 0)
		return fail(err, ERR_USAGE, "there is no process here");
	ids = mem_alloc(whom.n * sizeof(*ids));
	for (size_t i = 0; i < whom.n; i++)
		ids[i] = keys[i].v.num;
	whom.ids = ids;
	ok = trace_open(table, &whom, expression, err);
	free(ids);
	return ok;
}

static bool trace(struct view *v, struct text argument, struct err *err)
{
	return trace_open(v, &(struct trace_processes){ 0 }, argument, err);
}

const struct action trace_actions[] = {
	{ NULL, "trace", "EXPRESSION", "calls of functions as they happen, in all "
	  "processes", ACTION_LIVE, trace, NULL },
};
const size_t trace_nactions = sizeof(trace_actions) / sizeof(trace_actions[0]);
