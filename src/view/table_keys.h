/*
 * A set of rows, by their keys: it stays the same whatever place they are shown at, and
 * from one sample to the next.
 */
#ifndef VIEW_TABLE_KEYS_H
#define VIEW_TABLE_KEYS_H

#include "base/table.h"

/* Of zeros: an empty one. */
struct table_keys {
	struct cell *at; /* [n] in no order; texts are its own */
	size_t n;
	size_t cap;
	uint32_t *slots; /* [nslots] index + 1, or 0 */
	size_t nslots;
	struct arena texts;
};

void table_keys_clear(struct table_keys *k);
bool table_keys_has(const struct table_keys *k, struct cell key);
/* So many more are about to be added. */
void table_keys_room(struct table_keys *k, size_t n);
/* Nothing when it is there. */
void table_keys_add(struct table_keys *k, struct cell key);
/* Nothing when it is not there. */
void table_keys_remove(struct table_keys *k, struct cell key);

#endif
