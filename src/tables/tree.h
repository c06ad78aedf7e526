/*
 * Trees out of what processes say of who started them. It may be anything: the dead,
 * oneself, a circle. Nothing here loops, and each function costs about n.
 */
#ifndef TABLES_TREE_H
#define TABLES_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define TREE_NONE UINT32_MAX

/*
 * The nearest ancestor that is kept, of each of n things.
 *
 * parent  [n] an index, or TREE_NONE
 * kept    [n]
 *
 * Returns [n] in the arena: an index, or TREE_NONE, also where the way up ends in a
 * circle without one that is kept.
 */
uint32_t *tree_nearest(const uint32_t *parent, const bool *kept, size_t n,
		       struct arena *arena);

/* What is kept, each behind what it is under. */
struct tree {
	uint32_t *order; /* [n] indexes: a parent, then its children in their order */
	uint32_t *depth; /* [n] of order[i]; 0: it is under nobody */
	uint32_t *under; /* [n] the index that order[i] is under, or TREE_NONE */
	size_t n;
};

/* The tree of those that are kept. Of a circle one is taken as under nobody. */
struct tree tree_order(const uint32_t *parent, const bool *kept, size_t n,
		       struct arena *arena);

#endif
