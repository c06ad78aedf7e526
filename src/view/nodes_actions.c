/* What can be done where there are several sources. */
#include "view/nodes.h"
#include "view/top.h"

/* By its number, or by its name. */
static bool node(struct view *v, struct text argument, struct err *err)
{
	struct top *t = v->top;
	const struct link *l;
	int64_t n;

	if (!argument.len)
		return top_go(t, 0, err);
	if (text_int(argument, &n) && n > 0)
		return top_go(t, (size_t)n, err);
	for (size_t i = 0; (l = top_source_link(t, i)) != NULL; i++)
		if (text_eq(argument, l->name))
			return top_go(t, i + 1, err);
	return fail(err, ERR_USAGE, "there is no source '%.*s'", TEXT_ARG(argument));
}

static void complete_node(struct view *v, struct text before, struct offer *o)
{
	const struct link *l;

	for (size_t i = 0; (l = top_source_link(v->top, i)) != NULL; i++)
		o->take(o, l->name, TEXT("one of the sources"));
}

/* From the table of all to the first one. */
static bool next_node(struct view *v, struct text argument, struct err *err)
{
	size_t n = top_options(v->top)->nsources;

	return top_go(v->top, top_at(v->top) % n + 1, err);
}

/* From the table of all to the last one. */
static bool previous_node(struct view *v, struct text argument, struct err *err)
{
	size_t n = top_options(v->top)->nsources;
	size_t at = top_at(v->top);

	return top_go(v->top, at > 1 ? at - 1 : n, err);
}

const struct action nodes_actions[] = {
	{ "0", "node", "NODE", "the table of all sources, or one of them", ACTION_FOOT,
	  node, complete_node },
	{ "<s-right>", "next-node", NULL, "the next source", 0, next_node, NULL },
	{ "<s-left>", "previous-node", NULL, "the source before", 0, previous_node,
	  NULL },
};
const size_t nodes_nactions = sizeof(nodes_actions) / sizeof(nodes_actions[0]);
