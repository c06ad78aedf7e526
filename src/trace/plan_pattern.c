/* What of a pattern is left to the runtime, and what the plan does in its stead. */
#include "trace/plan_inside.h"

/* Pids, ports and references that a person wrote are the node's own. */
static struct term at_home(struct arena *a, const struct term *in,
			   const struct plan_facts *f)
{
	struct term out = *in;
	size_t n = in->n;

	if (in->type == TERM_PID || in->type == TERM_PORT || in->type == TERM_REF) {
		struct term_id *id = arena_new(a, struct term_id);

		*id = *in->id;
		if (!id->node.len) {
			id->node = f->node;
			id->creation = f->creation;
		}
		out.id = id;
		return out;
	}
	if ((in->type != TERM_TUPLE && in->type != TERM_LIST && in->type != TERM_MAP) ||
	    n == 0)
		return out;
	if (in->type == TERM_MAP)
		n *= 2;
	else if (in->type == TERM_LIST)
		n++;

	struct term *items = arena_many(a, n, struct term);

	for (size_t i = 0; i < n; i++)
		items[i] = at_home(a, &in->items[i], f);
	out.items = items;
	return out;
}

static bool is_stack(const struct term *action)
{
	return term_is_tuple(action, 2, "message") &&
	       term_is_tuple(&action->items[1], 1, "current_stacktrace");
}

static bool is_returns(const struct term *action)
{
	return term_is_tuple(action, 1, "return_trace") ||
	       term_is_tuple(action, 1, "exception_trace");
}

/* {message, true} and {message, false} say whether there is an event. */
static bool is_extra(const struct term *action)
{
	return term_is_tuple(action, 2, "message") &&
	       !term_is_atom(&action->items[1], "true") &&
	       !term_is_atom(&action->items[1], "false");
}

/* '_', or a list of '_' and of variables that are all different. */
static bool takes_all(const struct term *head)
{
	if (head->type == TERM_ATOM)
		return true;
	if (!term_is_list(head))
		return false;
	for (size_t i = 0; i < head->n; i++) {
		const struct term *t = &head->items[i];

		if (t->type != TERM_ATOM ||
		    (!text_is(t->text, "_") && !text_starts(t->text, "$")))
			return false;
		for (size_t j = 0; j < i && !text_is(t->text, "_"); j++)
			if (term_eq(t, &head->items[j]))
				return false;
	}
	return true;
}

/* {return_trace} says nothing of a call that ends in an exception: its end would be
 * waited for, and the calls behind it would seem to be made in it. {exception_trace}
 * says what that does and this too, at no cost. */
static struct term with_exceptions(struct arena *a, const struct term *action)
{
	struct term *name;

	if (!term_is_tuple(action, 1, "return_trace"))
		return *action;
	name = arena_new(a, struct term);
	*name = (struct term){ .type = TERM_ATOM, .text = TEXT("exception_trace") };
	return (struct term){ .type = TERM_TUPLE, .n = 1, .items = name };
}

/* The actions without the stack, which the plan asks for as the release can tell
 * it. */
static struct term read_actions(struct arena *a, const struct term *actions,
				bool of_word, struct plan_pattern *out)
{
	struct term *items = arena_many(a, (size_t)actions->n + 1, struct term);
	bool returns = false;
	uint32_t n = 0;

	for (size_t i = 0; i < actions->n; i++) {
		const struct term *action = &actions->items[i];

		if (of_word && is_stack(action)) {
			out->stack = true;
			continue;
		}
		returns |= is_returns(action);
		out->extra |= is_extra(action);
		items[n++] = with_exceptions(a, action);
	}
	out->returns |= returns;
	out->open |= !returns;
	items[n] = (struct term){ .type = TERM_LIST };
	return (struct term){ .type = TERM_LIST, .n = n, .items = items };
}

static struct term read_clause(struct arena *a, const struct term *clause, bool of_word,
			       struct plan_pattern *out)
{
	struct term *items;

	if (!term_is_tuple(clause, 3, NULL) || !term_is_list(&clause->items[2])) {
		out->filters = true;
		return *clause;
	}
	if (takes_all(&clause->items[0]) && term_is_nil(&clause->items[1]))
		out->filters = false;
	items = arena_many(a, 3, struct term);
	items[0] = clause->items[0];
	items[1] = clause->items[1];
	items[2] = read_actions(a, &clause->items[2], of_word, out);
	return (struct term){ .type = TERM_TUPLE, .n = 3, .items = items };
}

/* Heads are no deeper than match_compile() lets them be. */
static void add_keys(const struct term *t, struct term *keys, size_t *nkeys)
{
	size_t n = t->type == TERM_MAP ? 2 * (size_t)t->n
		   : t->type == TERM_LIST ? t->n + (t->n > 0)
		   : t->type == TERM_TUPLE ? t->n : 0;

	for (size_t i = 0; i < n; i++) {
		const struct term *item = &t->items[i];
		size_t k = 0;

		add_keys(item, keys, nkeys);
		if (t->type != TERM_MAP || i % 2 || *nkeys == PLAN_KEYS_MAX)
			continue;
		while (k < *nkeys && !term_eq(&keys[k], item))
			k++;
		if (k == *nkeys)
			keys[(*nkeys)++] = *item;
	}
}

void plan_keys_add(const struct term *spec, struct term *keys, size_t *nkeys)
{
	for (size_t i = 0; spec->type == TERM_LIST && i < spec->n; i++)
		add_keys(term_at(&spec->items[i], 0), keys, nkeys);
}

void plan_pattern_read(struct arena *a, const struct match *m, const struct plan_facts *f,
		       struct plan_pattern *out)
{
	struct term spec = at_home(a, &m->spec, f);
	size_t n = spec.type == TERM_LIST ? spec.n : 0;
	struct term *clauses = arena_many(a, n + 1, struct term);

	*out = (struct plan_pattern){
		.filters = true,
		.rank = !m->module.len + !m->function.len,
	};
	for (size_t i = 0; i < n; i++)
		clauses[i] = read_clause(a, &spec.items[i],
					 m->form == MATCH_FUNCTION, out);
	clauses[n] = (struct term){ .type = TERM_LIST };
	out->spec = (struct term){
		.type = TERM_LIST,
		.n = (uint32_t)n,
		.items = clauses,
	};
}
