/* One instance of an allocator, read. */
#include "tables/alloc.h"

/* More than any machine has; some of these still add up without an overflow. */
#define MOST (INT64_MAX / 8)

static void add(int64_t *to, int64_t n)
{
	if (n > 0)
		*to = n < MOST - *to ? *to + n : MOST;
}

/* {Name, Now, MaxSinceTheLastLook, Max}, or {Name, Now}. */
static bool add_level(struct alloc_level *to, const struct term *t)
{
	if (t->type != TERM_TUPLE || (t->n != 2 && t->n != 4) ||
	    t->items[1].type != TERM_INT)
		return false;
	add(&to->now, term_num(&t->items[1]));
	add(&to->max, t->n == 4 ? term_num(&t->items[3]) : 0);
	return true;
}

static const struct term *find(const struct term *properties, const char *name)
{
	if (properties->type == TERM_LIST)
		for (size_t i = 0; i < properties->n; i++) {
			const struct term *p = &properties->items[i];

			if (p->type == TERM_TUPLE && p->n >= 2 &&
			    term_is_atom(&p->items[0], name))
				return p;
		}
	return NULL;
}

static void add_found(struct alloc_level *to, const struct term *properties,
		      const char *name)
{
	const struct term *p = find(properties, name);

	if (p)
		add_level(to, p);
}

/* [{Owner, [{count, ...}, {size, ...}]}, ...]: a carrier may have been another
 * allocator's before, whose blocks are in it still. */
static void add_blocks(struct alloc_carriers *to, int64_t *foreign, struct text allocator,
		       const struct term *owners)
{
	for (size_t i = 0; i < owners->n; i++) {
		const struct term *owner = &owners->items[i];
		struct alloc_level size = { 0 };

		if (!term_is_tuple(owner, 2, NULL))
			continue;
		add_found(&to->blocks, &owner->items[1], "count");
		add_found(&size, &owner->items[1], "size");
		add(&to->used.now, size.now);
		add(&to->used.max, size.max);
		if (!text_eq(term_text(&owner->items[0]), allocator))
			add(foreign, size.now);
	}
}

static void add_carriers(struct alloc_carriers *to, int64_t *foreign,
			 struct text allocator, const struct term *kind)
{
	const struct term *blocks = find(kind, "blocks");

	if (blocks && blocks->n == 2 && blocks->items[1].type == TERM_LIST) {
		add_blocks(to, foreign, allocator, &blocks->items[1]);
	} else {
		add_found(&to->blocks, kind, "blocks");
		add_found(&to->used, kind, "blocks_size");
	}
	add_found(&to->carriers, kind, "carriers");
	add_found(&to->allocated, kind, "carriers_size");
}

static const struct term *kind_of(const struct term *properties, const char *name)
{
	const struct term *p = find(properties, name);

	return p && p->n == 2 && p->items[1].type == TERM_LIST ? &p->items[1] : NULL;
}

/* The pool has no peaks of its own: its carriers were an instance's at their time. */
static void add_pool(struct alloc *sum, struct text allocator, const struct term *kind)
{
	struct alloc_carriers pool = { 0 };

	add_carriers(&pool, &sum->foreign, allocator, kind);
	add(&sum->mbcs.blocks.now, pool.blocks.now);
	add(&sum->mbcs.used.now, pool.used.now);
	add(&sum->mbcs.carriers.now, pool.carriers.now);
	add(&sum->mbcs.allocated.now, pool.allocated.now);
	add(&sum->pool_carriers, pool.carriers.now);
	add(&sum->pool_used, pool.used.now);
	add(&sum->pool_allocated, pool.allocated.now);
}

/* {Name, Giga, Ones} */
static int64_t calls_of(const struct term *call)
{
	int64_t n;

	if (!term_is_tuple(call, 3, NULL) ||
	    __builtin_mul_overflow(term_num(&call->items[1]), INT64_C(1000000000), &n) ||
	    __builtin_add_overflow(n, term_num(&call->items[2]), &n))
		return 0;
	return n;
}

/* Those that it answered come first, those that it made at mseg and sys behind: what an
 * allocator answers begins with its own name, binary_alloc with "binary_". */
static void add_calls(struct alloc *sum, struct text allocator, const struct term *calls)
{
	struct text own = allocator;

	if (text_ends(own, "alloc"))
		own.len -= sizeof("alloc") - 1;

	for (size_t i = 0; i < calls->n; i++) {
		struct text name = term_text(term_at(&calls->items[i], 0));
		struct text verb = text_sub(name, own.len, name.len);

		if (!text_eq(text_sub(name, 0, own.len), own))
			continue;
		if (text_is(verb, "alloc"))
			add(&sum->allocs, calls_of(&calls->items[i]));
		else if (text_is(verb, "free"))
			add(&sum->frees, calls_of(&calls->items[i]));
		else if (text_is(verb, "realloc"))
			add(&sum->reallocs, calls_of(&calls->items[i]));
	}
}

static int64_t level_of(const struct term *properties, const char *name)
{
	struct alloc_level level = { 0 };

	add_found(&level, properties, name);
	return level.now;
}

static void add_mseg(struct alloc *sum, const struct term *memory)
{
	const struct term *status = kind_of(memory, "status");
	const struct term *calls = kind_of(memory, "calls");

	sum->mseg = true;
	if (status) {
		add(&sum->segments, level_of(status, "segments"));
		add_found(&sum->segments_size, status, "segments_size");
		add(&sum->cached_segments, level_of(status, "cached_segments"));
		add(&sum->cache_hits, level_of(status, "cache_hits"));
	}
	if (calls) {
		const struct term *asked = find(calls, "mseg_alloc");

		const struct term *freed = find(calls, "mseg_dealloc");

		add(&sum->cache_calls, asked ? calls_of(asked) : 0);
		add_calls(sum, TEXT("mseg_alloc"), calls);
		add(&sum->frees, freed ? calls_of(freed) : 0);
	}
}

bool alloc_add_properties(struct alloc *sum, struct text allocator,
			  const struct term *properties)
{
	const struct term *mbcs = kind_of(properties, "mbcs");
	const struct term *sbcs = kind_of(properties, "sbcs");
	const struct term *pool = kind_of(properties, "mbcs_pool");
	const struct term *calls = kind_of(properties, "calls");
	const struct term *memory = kind_of(properties, "memkind");

	if (properties->type != TERM_LIST)
		return false;
	sum->instances++;
	if (mbcs)
		add_carriers(&sum->mbcs, &sum->foreign, allocator, mbcs);
	if (sbcs)
		add_carriers(&sum->sbcs, &sum->foreign, allocator, sbcs);
	if (pool)
		add_pool(sum, allocator, pool);
	if (calls)
		add_calls(sum, allocator, calls);
	if (memory)
		add_mseg(sum, memory);
	return true;
}

bool alloc_add(struct alloc *sum, struct text allocator, const struct term *instance,
	       int64_t *number)
{
	return term_is_tuple(instance, 3, "instance") &&
	       term_int(&instance->items[1], number) && *number >= 0 &&
	       alloc_add_properties(sum, allocator, &instance->items[2]);
}
