/* Functions as numbers. */
#include <stdlib.h>

#include "base/mem.h"
#include "trace/pair_inside.h"

#define SLOTS 64 /* at first; a power of two */

void pair_functions_clear(struct pair_functions *f)
{
	arena_clear(&f->arena);
	free(f->at);
	free(f->slots);
	free(f->nested);
	*f = (struct pair_functions){ 0 };
}

static bool same(const struct event_function *a, const struct event_function *b)
{
	return a->arity == b->arity && text_eq(a->function, b->function) &&
	       text_eq(a->module, b->module);
}

static size_t hash(const struct event_function *e)
{
	return (size_t)(text_hash(e->module) * 31 + text_hash(e->function) +
			(unsigned)e->arity);
}

/* The slot of a function, or a free one. */
static uint32_t *slot(struct pair_functions *f, const struct event_function *e)
{
	size_t at = hash(e) & f->mask;

	while (f->slots[at] && !same(&f->at[f->slots[at] - 1], e))
		at = (at + 1) & f->mask;
	return &f->slots[at];
}

static void grow(struct pair_functions *f)
{
	size_t size = f->slots ? 2 * (f->mask + 1) : SLOTS;

	free(f->slots);
	f->slots = mem_zalloc(size * sizeof(*f->slots));
	f->mask = size - 1;
	for (size_t i = 0; i < f->n; i++)
		*slot(f, &f->at[i]) = (uint32_t)i + 1;
}

uint32_t pair_function(struct pair_functions *f, const struct event_function *e)
{
	uint32_t *at;

	if (e->module.len == 0)
		return 0;
	if (2 * (f->n + 1) > f->mask)
		grow(f);
	at = slot(f, e);
	if (*at)
		return *at;
	if (f->n >= PAIR_FUNCTIONS_MAX)
		return 0;
	f->at = mem_grow(f->at, &f->cap, f->n + 1, sizeof(*f->at));
	f->at[f->n] = (struct event_function){
		.module = text_dup(&f->arena, e->module),
		.function = text_dup(&f->arena, e->function),
		.arity = e->arity,
	};
	return *at = (uint32_t)++f->n;
}

const struct event_function *pair_function_at(const struct pair_functions *f, uint32_t n)
{
	static const struct event_function unknown = { .arity = -1 };

	return n > 0 && n <= f->n ? &f->at[n - 1] : &unknown;
}

/* 0 is no key: a function that calls has a number. */
static uint64_t key_of(uint32_t function, uint32_t caller)
{
	return (uint64_t)function << 32 | caller;
}

static size_t nested_slot(const struct pair_functions *f, uint64_t key)
{
	size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & f->nested_mask;

	while (f->nested[at] && f->nested[at] != key)
		at = (at + 1) & f->nested_mask;
	return at;
}

static void nested_grow(struct pair_functions *f)
{
	size_t old = f->nested ? f->nested_mask + 1 : 0;
	uint64_t *was = f->nested;

	f->nested_mask = (old ? 2 * old : SLOTS) - 1;
	f->nested = mem_zalloc((f->nested_mask + 1) * sizeof(*f->nested));
	for (size_t i = 0; i < old; i++) {
		if (was[i])
			f->nested[nested_slot(f, was[i])] = was[i];
	}
	free(was);
}

void pair_nested_add(struct pair_functions *f, uint32_t function, uint32_t caller)
{
	uint64_t key = key_of(function, caller);
	size_t at;

	if (function == 0 || f->nnested >= PAIR_FUNCTIONS_MAX)
		return;
	if (2 * (f->nnested + 1) > f->nested_mask)
		nested_grow(f);
	at = nested_slot(f, key);
	f->nnested += f->nested[at] == 0;
	f->nested[at] = key;
}

bool pair_nested(const struct pair_functions *f, uint32_t function, uint32_t caller)
{
	uint64_t key = key_of(function, caller);

	return f->nested && function && f->nested[nested_slot(f, key)] == key;
}
