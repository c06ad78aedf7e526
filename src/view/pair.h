/*
 * Two readings of a table, one after the other, and what is made of them: rates, growths,
 * which rows are new. They are compared piece by piece, since half a million rows take
 * longer than a key may wait.
 */
#ifndef VIEW_PAIR_H
#define VIEW_PAIR_H

#include "source/source.h"

struct pair {
	struct sample *before;
	struct sample *after;
	struct arena arena;  /* of the table and its index */
	struct table table;  /* schema NULL: nothing was read yet */
	struct table_index index;
	struct derivation *derivation; /* NULL: the table is whole */
};

/* Frees both readings. Zeros are an empty pair. */
void pair_clear(struct pair *p);

/* The readings are the pair's from now on; before may be NULL. The table is whole when
 * pair_step() said so. */
void pair_start(struct pair *p, struct sample *before, struct sample *after,
		const struct derived *d);
/* Goes on for about so long. True: the table is whole. */
bool pair_step(struct pair *p, int64_t ns);
/* The pair becomes another one, which is empty; it is empty itself then. */
void pair_move(struct pair *to, struct pair *from);

/* The row of the table with this key, or TABLE_NONE. */
size_t pair_find(struct pair *p, struct cell key);

#endif
