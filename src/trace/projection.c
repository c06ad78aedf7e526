/* The head of a clause, with names for the arguments that it leaves open. */
#include "trace/projection.h"

#include <string.h>

/* Heads are nested as people type them. */
#define DEPTH_MAX 1000

static bool variable_number(const struct term *t, int64_t *n)
{
	return t->type == TERM_ATOM && text_starts(t->text, "$") &&
	       text_int(text_sub(t->text, 1, t->text.len), n) && *n >= 0;
}

bool projection_is_variable(const struct term *t)
{
	int64_t n;

	return variable_number(t, &n);
}

/* The largest variable's number; INT64_MAX when there is '$$', which is all of them. */
static int64_t last_variable(const struct term *t, size_t depth)
{
	size_t n = t->type == TERM_LIST && t->n > 0 ? (size_t)t->n + 1 : t->n;
	int64_t most = 0;

	if (term_is_atom(t, "$$") || depth > DEPTH_MAX)
		return INT64_MAX;
	if (t->type == TERM_ATOM)
		return variable_number(t, &most) ? most : 0;
	if (t->type == TERM_MAP)
		n *= 2;
	else if (t->type != TERM_LIST && t->type != TERM_TUPLE)
		return 0;
	for (size_t i = 0; i < n; i++) {
		int64_t here = last_variable(&t->items[i], depth + 1);

		most = here > most ? here : most;
	}
	return most;
}

static struct term variable(struct arena *a, int64_t n)
{
	return (struct term){ .type = TERM_ATOM,
			      .text = text_printf(a, "$%lld", (long long)n) };
}

struct term projection_head(struct arena *a, const struct term *clause, int arity)
{
	const struct term *head = term_at(clause, 0);
	int64_t last = last_variable(clause, 0);
	bool any = term_is_atom(head, "_");

	if (last > INT32_MAX || (!any && (head->type != TERM_LIST || head->n == 0)))
		return *head;
	if (any && arity < 0)
		return variable(a, last + 1);

	size_t n = any ? (size_t)arity : head->n;
	struct term *items = arena_many(a, n + 1, struct term);

	if (n == 0)
		return *head;
	items[n] = any ? (struct term){ .type = TERM_LIST } : head->items[n];
	for (size_t i = 0; i < n; i++) {
		items[i] = any ? (struct term){ .type = TERM_ATOM, .text = TEXT("_") }
			       : head->items[i];
		if (last < PROJECTION_VARIABLES && term_is_atom(&items[i], "_"))
			items[i] = variable(a, ++last);
	}
	return (struct term){ .type = TERM_LIST, .n = (uint32_t)n, .items = items };
}
