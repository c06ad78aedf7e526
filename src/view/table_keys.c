#include "view/table_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void table_keys_clear(struct table_keys *k)
{
	free(k->at);
	free(k->slots);
	arena_clear(&k->texts);
	*k = (struct table_keys){ 0 };
}

/* The slot of a key, or the free one where it would go. */
static uint32_t *slot_of(const struct table_keys *k, struct cell key)
{
	size_t at = cell_hash(key) & (k->nslots - 1);

	while (k->slots[at] && !cell_eq(k->at[k->slots[at] - 1], key))
		at = (at + 1) & (k->nslots - 1);
	return &k->slots[at];
}

static void rehash(struct table_keys *k, size_t nslots)
{
	free(k->slots);
	k->nslots = nslots;
	k->slots = mem_zalloc(nslots * sizeof(*k->slots));
	for (size_t i = 0; i < k->n; i++)
		*slot_of(k, k->at[i]) = (uint32_t)i + 1;
}

bool table_keys_has(const struct table_keys *k, struct cell key)
{
	return k->n && *slot_of(k, key);
}

void table_keys_room(struct table_keys *k, size_t n)
{
	size_t nslots = k->nslots ? k->nslots : 16;

	while ((k->n + n) * 2 > nslots)
		nslots *= 2;
	if (nslots != k->nslots)
		rehash(k, nslots);
	k->at = mem_grow(k->at, &k->cap, k->n + n, sizeof(*k->at));
}

void table_keys_add(struct table_keys *k, struct cell key)
{
	uint32_t *slot;

	table_keys_room(k, 1);
	slot = slot_of(k, key);
	if (*slot)
		return;
	k->at[k->n++] = cell_dup(&k->texts, key);
	*slot = (uint32_t)k->n;
}

void table_keys_remove(struct table_keys *k, struct cell key)
{
	size_t i;

	if (!table_keys_has(k, key))
		return;
	i = *slot_of(k, key) - 1;
	k->at[i] = k->at[--k->n];
	rehash(k, k->nslots);
}
