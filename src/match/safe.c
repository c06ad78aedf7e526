/* What must not reach an emulator, because it ends it. */
#include "match/match.h"

static bool is_whole(const struct term *t)
{
	return term_is_atom(t, "$_");
}

static bool has_whole(const struct term *t)
{
	if (t->type != TERM_TUPLE && t->type != TERM_LIST && t->type != TERM_MAP)
		return is_whole(t);
	if (t->n == 0 || term_is_tuple(t, 2, "const"))
		return false;

	size_t n = t->type == TERM_MAP ? 2 * (size_t)t->n : t->n + (t->type == TERM_LIST);

	for (size_t i = 0; i < n; i++) {
		if (has_whole(&t->items[i]))
			return true;
	}
	return false;
}

/* A copy with the value in its place. */
static struct term without_whole(struct arena *a, const struct term *t,
				 const struct term *value)
{
	struct term copy = *t;
	struct term *items;

	if (is_whole(t))
		return *value;
	if (!has_whole(t))
		return copy;

	size_t n = t->type == TERM_MAP ? 2 * (size_t)t->n : t->n + (t->type == TERM_LIST);

	items = arena_many(a, n, struct term);
	for (size_t i = 0; i < n; i++)
		items[i] = without_whole(a, &t->items[i], value);
	copy.items = items;
	return copy;
}

/* Is the head empty, and what it matched used? */
static bool is_deadly(const struct term *clause)
{
	return clause->type == TERM_TUPLE && clause->n == 3 &&
	       (term_is_nil(&clause->items[0]) ||
		term_is_tuple(&clause->items[0], 0, NULL)) &&
	       (has_whole(&clause->items[1]) || has_whole(&clause->items[2]));
}

static struct term made_safe(struct arena *a, const struct term *clause)
{
	const struct term *head = &clause->items[0];
	struct term value = *head;
	struct term copy = *clause;
	struct term *items = arena_many(a, 3, struct term);

	/* A tuple is written {{}} there. */
	if (head->type == TERM_TUPLE)
		value = (struct term){ .type = TERM_TUPLE, .n = 1, .items = head };
	items[0] = *head;
	for (size_t i = 1; i < 3; i++)
		items[i] = without_whole(a, &clause->items[i], &value);
	copy.items = items;
	return copy;
}

void match_make_safe(struct arena *a, struct term *spec)
{
	struct term *clauses;
	bool deadly = false;

	if (spec->type != TERM_LIST || spec->n == 0)
		return;
	for (size_t i = 0; i < spec->n; i++)
		deadly |= is_deadly(&spec->items[i]);
	if (!deadly)
		return;
	clauses = arena_many(a, (size_t)spec->n + 1, struct term);
	for (size_t i = 0; i < spec->n; i++)
		clauses[i] = is_deadly(&spec->items[i]) ? made_safe(a, &spec->items[i])
							: spec->items[i];
	clauses[spec->n] = spec->items[spec->n];
	spec->items = clauses;
}
