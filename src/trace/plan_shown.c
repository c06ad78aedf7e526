/* A specification as it is armed, to be read by people. */
#include "trace/plan_inside.h"

static struct term with_item(struct arena *a, const struct term *t, size_t i,
			     struct term item)
{
	size_t n = t->n + (t->type == TERM_LIST);
	struct term *items = arena_many(a, n, struct term);
	struct term out = *t;

	for (size_t k = 0; k < n; k++)
		items[k] = t->items[k];
	items[i] = item;
	out.items = items;
	return out;
}

/* {message, {{Arguments, Caller, Stack, Own}}} without the first, which may have hundreds
 * of kilobytes. */
static struct term without_projection(struct arena *a, const struct term *action)
{
	static const struct term_cut cut = {
		.what = TEXT_INIT("arguments"),
		.count = -1,
	};
	const struct term *made = term_at(action, 1);
	const struct term *parts = term_at(made, 0);
	struct term gone = { .type = TERM_CUT, .cut = &cut };
	struct term inner;

	if (!term_is_tuple(action, 2, "message") || !term_is_tuple(made, 1, NULL) ||
	    !term_is_tuple(parts, 4, NULL) || term_at(parts, 0)->type != TERM_TUPLE)
		return *action;
	inner = with_item(a, parts, 0, gone);
	inner = with_item(a, made, 0, inner);
	return with_item(a, action, 1, inner);
}

struct term plan_spec_shown(struct arena *a, const struct term *spec)
{
	struct term out = *spec;

	for (size_t i = 0; i < spec->n; i++) {
		struct term actions = *term_at(&spec->items[i], 2);

		for (size_t k = 0; actions.type == TERM_LIST && k < actions.n; k++)
			actions = with_item(a, &actions, k,
					    without_projection(a, &actions.items[k]));
		out = with_item(a, &out, i, with_item(a, &spec->items[i], 2, actions));
	}
	return out;
}
