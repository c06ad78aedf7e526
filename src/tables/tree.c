#include "tables/tree.h"

#include <string.h>

enum { UNKNOWN, ON_THE_WAY, KNOWN };

static uint32_t *many(struct arena *arena, size_t n, int byte)
{
	uint32_t *at = arena_many(arena, n + 1, uint32_t);

	memset(at, byte, (n + 1) * sizeof(*at));
	return at;
}

uint32_t *tree_nearest(const uint32_t *parent, const bool *kept, size_t n,
		       struct arena *arena)
{
	uint32_t *nearest = many(arena, n, 0xff);
	uint32_t *way = many(arena, n, 0);
	uint8_t *state = arena_many(arena, n + 1, uint8_t);

	memset(state, UNKNOWN, n + 1);
	for (size_t i = 0; i < n; i++) {
		uint32_t at = (uint32_t)i;
		uint32_t found = TREE_NONE;
		size_t steps = 0;

		while (at != TREE_NONE && state[at] == UNKNOWN) {
			state[at] = ON_THE_WAY;
			way[steps++] = at;
			at = parent[at];
		}
		/* At the end of the way: nobody, one whose answer is known, or one of
		 * the way itself. */
		if (at != TREE_NONE)
			found = kept[at] ? at : nearest[at];
		while (steps > 0) {
			uint32_t child = way[--steps];

			nearest[child] = found == child ? TREE_NONE : found;
			state[child] = KNOWN;
			if (kept[child])
				found = child;
		}
	}
	return nearest;
}

/* Children by parent: counted, then laid out one parent after the other. */
struct children {
	uint32_t *first; /* [n + 1] of parent i: at[first[i]] to at[first[i + 1] - 1] */
	uint32_t *at;
};

static struct children sort_children(const uint32_t *under, const bool *kept, size_t n,
				     struct arena *arena)
{
	struct children c = { many(arena, n + 1, 0), many(arena, n, 0) };
	uint32_t *next = many(arena, n, 0);

	for (size_t i = 0; i < n; i++)
		if (kept[i] && under[i] != TREE_NONE)
			c.first[under[i] + 1]++;
	for (size_t i = 0; i < n; i++)
		c.first[i + 1] += c.first[i];
	memcpy(next, c.first, n * sizeof(*next));
	for (size_t i = 0; i < n; i++)
		if (kept[i] && under[i] != TREE_NONE)
			c.at[next[under[i]]++] = (uint32_t)i;
	return c;
}

/* Adds a root and all below it that is not in the tree yet. */
static void add_from(struct tree *t, uint32_t root, const struct children *c, bool *taken,
		     uint32_t *stack, uint32_t *depth)
{
	size_t top = 0;

	taken[root] = true;
	depth[root] = 0;
	stack[top++] = root;
	while (top > 0) {
		uint32_t at = stack[--top];

		t->order[t->n] = at;
		t->depth[t->n++] = depth[at];
		for (uint32_t i = c->first[at + 1]; i > c->first[at]; i--) {
			uint32_t child = c->at[i - 1];

			if (taken[child])
				continue;
			taken[child] = true;
			depth[child] = depth[at] + 1;
			stack[top++] = child;
		}
	}
}

/* One of the circle that the way up from i ends in. */
static uint32_t circle_of(uint32_t i, const uint32_t *under, uint32_t *stamps)
{
	uint32_t stamp = i + 1;

	while (stamps[i] != stamp) {
		stamps[i] = stamp;
		i = under[i];
	}
	return i;
}

struct tree tree_order(const uint32_t *parent, const bool *kept, size_t n,
		       struct arena *arena)
{
	uint32_t *under = tree_nearest(parent, kept, n, arena);
	struct children c = sort_children(under, kept, n, arena);
	uint32_t *stack = many(arena, n, 0);
	uint32_t *depth = many(arena, n, 0);
	uint32_t *stamps = many(arena, n, 0);
	bool *taken = arena_many(arena, n + 1, bool);
	struct tree t = { .order = many(arena, n, 0), .depth = many(arena, n, 0),
			  .under = many(arena, n, 0) };

	memset(taken, 0, n + 1);
	for (size_t i = 0; i < n; i++)
		if (kept[i] && under[i] == TREE_NONE)
			add_from(&t, (uint32_t)i, &c, taken, stack, depth);
	/* What is left is in circles, or below one. */
	for (size_t i = 0; i < n; i++)
		if (kept[i] && !taken[i])
			add_from(&t, circle_of((uint32_t)i, under, stamps), &c, taken,
				 stack, depth);
	for (size_t i = 0; i < t.n; i++)
		t.under[i] = t.depth[i] ? under[t.order[i]] : TREE_NONE;
	return t;
}
