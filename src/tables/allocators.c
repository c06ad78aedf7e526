/* The allocators and allocator_instances tables: what recon_alloc works out, from one
 * reading. */
#include "tables/allocators.h"

#include <inttypes.h>

#include "tables/question.h"

/*
 * The columns of both tables: that of the allocators begins behind those that tell an
 * instance. A multiblock carrier (mbcs) is for many blocks, a single-block carrier (sbcs)
 * for one large block.
 */
enum {
	NAME,
	INSTANCE,
	ALLOCATOR,
	USED,
	ALLOCATED,
	UNUSED,
	USAGE,
	MBCS_USAGE,
	SBCS_USAGE,
	MBCS_BLOCK,
	SBCS_BLOCK,
	SBCS_TO_MBCS,
	CACHE_HIT_RATE,
	USED_MAX,
	ALLOCATED_MAX,
	UNUSED_MAX,
	USAGE_MAX,
	MBCS_USED,
	MBCS_ALLOCATED,
	MBCS_BLOCKS,
	MBCS_CARRIERS,
	MBCS_USED_MAX,
	MBCS_ALLOCATED_MAX,
	MBCS_BLOCKS_MAX,
	MBCS_CARRIERS_MAX,
	MBCS_USAGE_MAX,
	MBCS_BLOCK_MAX,
	SBCS_USED,
	SBCS_ALLOCATED,
	SBCS_BLOCKS,
	SBCS_CARRIERS,
	SBCS_USED_MAX,
	SBCS_ALLOCATED_MAX,
	SBCS_BLOCKS_MAX,
	SBCS_CARRIERS_MAX,
	SBCS_USAGE_MAX,
	SBCS_BLOCK_MAX,
	SBCS_TO_MBCS_MAX,
	POOL_USED,
	POOL_ALLOCATED,
	POOL_CARRIERS,
	FOREIGN,
	ALLOCS,
	FREES,
	REALLOCS,
	SEGMENTS,
	SEGMENTS_SIZE,
	SEGMENTS_SIZE_MAX,
	CACHED_SEGMENTS,
	CACHE_HITS,
	CACHE_CALLS,
	COLUMNS,
	OF_INSTANCES = ALLOCATOR,
};

static const struct column columns[] = {
	[NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"allocator and number of the instance", COLUMN_WIDE },
	[INSTANCE] = { "instance", "INSTANCE", UNIT_NONE, COLUMN_LABEL,
		"number of the scheduler that it is for; 0: of all other threads",
		COLUMN_LEFT },
	[ALLOCATOR] = { "allocator", "ALLOCATOR", UNIT_NONE, COLUMN_LABEL,
		"name of the allocator" },
	[USED] = { "used", "USED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of the blocks that are in use" },
	[ALLOCATED] = { "allocated", "ALLOCATED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of the carriers, which were taken from the OS" },
	[UNUSED] = { "unused", "UNUSED", UNIT_BYTES, COLUMN_GAUGE,
		"allocated - used: what fragmentation and spare room take" },
	[USAGE] = { "usage", "USAGE", UNIT_RATIO, COLUMN_GAUGE,
		"used / allocated; null where nothing is allocated" },
	[MBCS_USAGE] = { "mbcs_usage", "MBCS USAGE", UNIT_RATIO, COLUMN_GAUGE,
		"used / allocated of the multiblock carriers; 1 where there are none",
		COLUMN_WIDE },
	[SBCS_USAGE] = { "sbcs_usage", "SBCS USAGE", UNIT_RATIO, COLUMN_GAUGE,
		"used / allocated of the single-block carriers; 1 where there are none",
		COLUMN_WIDE },
	[MBCS_BLOCK] = { "mbcs_block_size", "MBCS BLOCK", UNIT_BYTES, COLUMN_GAUGE,
		"average size of a block in a multiblock carrier" },
	[SBCS_BLOCK] = { "sbcs_block_size", "SBCS BLOCK", UNIT_BYTES, COLUMN_GAUGE,
		"average size of a block in a single-block carrier", COLUMN_WIDE },
	[SBCS_TO_MBCS] = { "sbcs_to_mbcs", "SBCS/MBCS", UNIT_RATIO, COLUMN_GAUGE,
		"single-block carriers' blocks to the others'; high "
		"is bad; null where there are no others" },
	[CACHE_HIT_RATE] = { "cache_hit_rate", "HITS", UNIT_RATIO, COLUMN_GAUGE,
		"share of mseg_alloc's allocations that its cache served" },
	[USED_MAX] = { "used_max", "USED MAX", UNIT_BYTES, COLUMN_LABEL,
		"peaks of used, summed up", COLUMN_WIDE },
	[ALLOCATED_MAX] = { "allocated_max", "ALLOCATED MAX", UNIT_BYTES, COLUMN_LABEL,
		"peaks of allocated, summed up", COLUMN_WIDE },
	[UNUSED_MAX] = { "unused_max", "UNUSED MAX", UNIT_BYTES, COLUMN_LABEL,
		"allocated_max - used_max", COLUMN_WIDE },
	[USAGE_MAX] = { "usage_max", "USAGE MAX", UNIT_RATIO, COLUMN_LABEL,
		"used_max / allocated_max", COLUMN_WIDE },
	[MBCS_USED] = { "mbcs_used", "MBCS USED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of the blocks in multiblock carriers, the pool's too",
		COLUMN_WIDE },
	[MBCS_ALLOCATED] = { "mbcs_allocated", "MBCS ALLOCATED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of the multiblock carriers, the pool's too", COLUMN_WIDE },
	[MBCS_BLOCKS] = { "mbcs_blocks", "MBCS BLOCKS", UNIT_COUNT, COLUMN_GAUGE,
		"blocks in multiblock carriers, the pool's too", COLUMN_WIDE },
	[MBCS_CARRIERS] = { "mbcs_carriers", "MBCS", UNIT_COUNT, COLUMN_GAUGE,
		"multiblock carriers, the pool's too", COLUMN_WIDE },
	[MBCS_USED_MAX] = { "mbcs_used_max", "MBCS USED MAX", UNIT_BYTES, COLUMN_LABEL,
		"peak of mbcs_used", COLUMN_WIDE },
	[MBCS_ALLOCATED_MAX] = { "mbcs_allocated_max", "MBCS ALLOCATED MAX",
		UNIT_BYTES, COLUMN_LABEL,
		"peak of mbcs_allocated", COLUMN_WIDE },
	[MBCS_BLOCKS_MAX] = { "mbcs_blocks_max", "MBCS BLOCKS MAX",
		UNIT_COUNT, COLUMN_LABEL,
		"peak of mbcs_blocks", COLUMN_WIDE },
	[MBCS_CARRIERS_MAX] = { "mbcs_carriers_max", "MBCS MAX", UNIT_COUNT, COLUMN_LABEL,
		"peak of mbcs_carriers", COLUMN_WIDE },
	[MBCS_USAGE_MAX] = { "mbcs_usage_max", "MBCS USAGE MAX", UNIT_RATIO, COLUMN_LABEL,
		"mbcs_used_max / mbcs_allocated_max", COLUMN_WIDE },
	[MBCS_BLOCK_MAX] = { "mbcs_block_size_max", "MBCS BLOCK MAX",
		UNIT_BYTES, COLUMN_LABEL,
		"mbcs_used_max / mbcs_blocks_max", COLUMN_WIDE },
	[SBCS_USED] = { "sbcs_used", "SBCS USED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of the blocks in single-block carriers", COLUMN_WIDE },
	[SBCS_ALLOCATED] = { "sbcs_allocated", "SBCS ALLOCATED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of the single-block carriers", COLUMN_WIDE },
	[SBCS_BLOCKS] = { "sbcs_blocks", "SBCS BLOCKS", UNIT_COUNT, COLUMN_GAUGE,
		"blocks in single-block carriers", COLUMN_WIDE },
	[SBCS_CARRIERS] = { "sbcs_carriers", "SBCS", UNIT_COUNT, COLUMN_GAUGE,
		"single-block carriers", COLUMN_WIDE },
	[SBCS_USED_MAX] = { "sbcs_used_max", "SBCS USED MAX", UNIT_BYTES, COLUMN_LABEL,
		"peak of sbcs_used", COLUMN_WIDE },
	[SBCS_ALLOCATED_MAX] = { "sbcs_allocated_max", "SBCS ALLOCATED MAX",
		UNIT_BYTES, COLUMN_LABEL,
		"peak of sbcs_allocated", COLUMN_WIDE },
	[SBCS_BLOCKS_MAX] = { "sbcs_blocks_max", "SBCS BLOCKS MAX",
		UNIT_COUNT, COLUMN_LABEL,
		"peak of sbcs_blocks", COLUMN_WIDE },
	[SBCS_CARRIERS_MAX] = { "sbcs_carriers_max", "SBCS MAX", UNIT_COUNT, COLUMN_LABEL,
		"peak of sbcs_carriers", COLUMN_WIDE },
	[SBCS_USAGE_MAX] = { "sbcs_usage_max", "SBCS USAGE MAX", UNIT_RATIO, COLUMN_LABEL,
		"sbcs_used_max / sbcs_allocated_max", COLUMN_WIDE },
	[SBCS_BLOCK_MAX] = { "sbcs_block_size_max", "SBCS BLOCK MAX",
		UNIT_BYTES, COLUMN_LABEL,
		"sbcs_used_max / sbcs_blocks_max", COLUMN_WIDE },
	[SBCS_TO_MBCS_MAX] = { "sbcs_to_mbcs_max", "SBCS/MBCS MAX",
		UNIT_RATIO, COLUMN_LABEL,
		"sbcs_blocks_max / mbcs_blocks_max", COLUMN_WIDE },
	[POOL_USED] = { "pool_used", "POOL USED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of the blocks in carriers that were given up for other instances",
		COLUMN_WIDE },
	[POOL_ALLOCATED] = { "pool_allocated", "POOL ALLOCATED", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of those carriers", COLUMN_WIDE },
	[POOL_CARRIERS] = { "pool_carriers", "POOL", UNIT_COUNT, COLUMN_GAUGE,
		"those carriers", COLUMN_WIDE },
	[FOREIGN] = { "foreign_used", "FOREIGN", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of blocks that other allocators have in its carriers",
		COLUMN_WIDE },
	[ALLOCS] = { "allocs", "ALLOCS", UNIT_COUNT, COLUMN_COUNTER,
		"allocations since the start", COLUMN_WIDE },
	[FREES] = { "frees", "FREES", UNIT_COUNT, COLUMN_COUNTER,
		"deallocations since the start", COLUMN_WIDE },
	[REALLOCS] = { "reallocs", "REALLOCS", UNIT_COUNT, COLUMN_COUNTER,
		"reallocations since the start", COLUMN_WIDE },
	[SEGMENTS] = { "segments", "SEGMENTS", UNIT_COUNT, COLUMN_GAUGE,
		"memory segments, of mseg_alloc", COLUMN_WIDE },
	[SEGMENTS_SIZE] = { "segments_size", "SEGMENTS SIZE", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of them; carriers of the others are made of these", COLUMN_WIDE },
	[SEGMENTS_SIZE_MAX] = { "segments_size_max", "SEGMENTS SIZE MAX",
		UNIT_BYTES, COLUMN_LABEL,
		"peak of segments_size", COLUMN_WIDE },
	[CACHED_SEGMENTS] = { "cached_segments", "CACHED", UNIT_COUNT, COLUMN_GAUGE,
		"segments kept for later, of mseg_alloc", COLUMN_WIDE },
	[CACHE_HITS] = { "cache_hits", "CACHE HITS", UNIT_COUNT, COLUMN_COUNTER,
		"mseg_alloc's allocations that its cache served", COLUMN_WIDE },
	[CACHE_CALLS] = { "cache_calls", "CACHE CALLS", UNIT_COUNT, COLUMN_COUNTER,
		"mseg_alloc's allocations", COLUMN_WIDE },
};

/* A row that is being set. */
struct cells {
	struct table *t;
	size_t row;
	size_t first; /* the column that the table begins with */
};

static void set(const struct cells *c, size_t column, int64_t v)
{
	table_set_int(c->t, c->row, column - c->first, v);
}

/* a / b; null for what recon calls infinity. */
static void set_ratio(const struct cells *c, size_t column, int64_t a, int64_t b,
		      double nothing)
{
	table_set_real(c->t, c->row, column - c->first,
		       a == 0 && b == 0 ? nothing : (double)a / (double)b);
}

static void set_total(const struct cells *c, size_t used, size_t allocated, size_t unused,
		      size_t usage, int64_t in_use, int64_t taken)
{
	set(c, used, in_use);
	set(c, allocated, taken);
	set(c, unused, taken - in_use);
	if (taken)
		set_ratio(c, usage, in_use, taken, 0);
}

static void set_mbcs(const struct cells *c, const struct alloc_carriers *k)
{
	set(c, MBCS_USED, k->used.now);
	set(c, MBCS_ALLOCATED, k->allocated.now);
	set(c, MBCS_BLOCKS, k->blocks.now);
	set(c, MBCS_CARRIERS, k->carriers.now);
	set(c, MBCS_USED_MAX, k->used.max);
	set(c, MBCS_ALLOCATED_MAX, k->allocated.max);
	set(c, MBCS_BLOCKS_MAX, k->blocks.max);
	set(c, MBCS_CARRIERS_MAX, k->carriers.max);
	set_ratio(c, MBCS_USAGE, k->used.now, k->allocated.now, 1);
	set_ratio(c, MBCS_USAGE_MAX, k->used.max, k->allocated.max, 1);
	set_ratio(c, MBCS_BLOCK, k->used.now, k->blocks.now, 0);
	set_ratio(c, MBCS_BLOCK_MAX, k->used.max, k->blocks.max, 0);
}

static void set_sbcs(const struct cells *c, const struct alloc_carriers *k)
{
	set(c, SBCS_USED, k->used.now);
	set(c, SBCS_ALLOCATED, k->allocated.now);
	set(c, SBCS_BLOCKS, k->blocks.now);
	set(c, SBCS_CARRIERS, k->carriers.now);
	set(c, SBCS_USED_MAX, k->used.max);
	set(c, SBCS_ALLOCATED_MAX, k->allocated.max);
	set(c, SBCS_BLOCKS_MAX, k->blocks.max);
	set(c, SBCS_CARRIERS_MAX, k->carriers.max);
	set_ratio(c, SBCS_USAGE, k->used.now, k->allocated.now, 1);
	set_ratio(c, SBCS_USAGE_MAX, k->used.max, k->allocated.max, 1);
	set_ratio(c, SBCS_BLOCK, k->used.now, k->blocks.now, 0);
	set_ratio(c, SBCS_BLOCK_MAX, k->used.max, k->blocks.max, 0);
}

static void set_mseg(const struct cells *c, const struct alloc *a)
{
	set(c, SEGMENTS, a->segments);
	set(c, SEGMENTS_SIZE, a->segments_size.now);
	set(c, SEGMENTS_SIZE_MAX, a->segments_size.max);
	set(c, CACHED_SEGMENTS, a->cached_segments);
	set(c, CACHE_HITS, a->cache_hits);
	set(c, CACHE_CALLS, a->cache_calls);
	set_ratio(c, CACHE_HIT_RATE, a->cache_hits, a->cache_calls, 1);
}

static void set_shared(const struct cells *c, const struct alloc *a)
{
	set(c, ALLOCS, a->allocs);
	set(c, FREES, a->frees);
	set(c, REALLOCS, a->reallocs);
	if (a->mseg) {
		set_mseg(c, a);
		return;
	}
	set_total(c, USED, ALLOCATED, UNUSED, USAGE, a->mbcs.used.now + a->sbcs.used.now,
		  a->mbcs.allocated.now + a->sbcs.allocated.now);
	set_total(c, USED_MAX, ALLOCATED_MAX, UNUSED_MAX, USAGE_MAX,
		  a->mbcs.used.max + a->sbcs.used.max,
		  a->mbcs.allocated.max + a->sbcs.allocated.max);
	set_mbcs(c, &a->mbcs);
	set_sbcs(c, &a->sbcs);
	set_ratio(c, SBCS_TO_MBCS, a->sbcs.blocks.now, a->mbcs.blocks.now, 0);
	set_ratio(c, SBCS_TO_MBCS_MAX, a->sbcs.blocks.max, a->mbcs.blocks.max, 0);
	set(c, POOL_USED, a->pool_used);
	set(c, POOL_ALLOCATED, a->pool_allocated);
	set(c, POOL_CARRIERS, a->pool_carriers);
	set(c, FOREIGN, a->foreign);
}

void allocators_add(struct table *t, struct text allocator, const struct alloc *sum)
{
	struct cells c = { .t = t, .row = table_add(t), .first = OF_INSTANCES };

	table_set_text(t, c.row, ALLOCATOR - OF_INSTANCES, allocator);
	set_shared(&c, sum);
}

void allocator_instances_add(struct table *t, struct text allocator, int64_t number,
			     const struct alloc *one)
{
	struct cells c = { .t = t, .row = table_add(t) };
	struct buf name = { 0 };

	buf_text_add(&name, allocator);
	buf_printf(&name, "/%" PRId64, number);
	table_set_text(t, c.row, NAME, buf_text(&name));
	table_set_text(t, c.row, ALLOCATOR, allocator);
	table_set_int(t, c.row, INSTANCE, number);
	set_shared(&c, one);
	buf_clear(&name);
}

/*
 * The question. An allocator a message; each has some two kilobytes an instance, and so
 * many instances as there are schedulers.
 */

static const char text[] =
	"lists:foreach(fun(A) ->"
	" erlang:send(Z, {A, try erlang:system_info({allocator, A})"
	" catch _:_ -> false end}, [noconnect])"
	" end, [mseg_alloc | erlang:system_info(alloc_util_allocators)]).";

/* {Allocator, [{instance, N, Properties}, ...]}, or {Allocator, false} where it is
 * turned off. */
static bool instances_of(const struct term *message, struct text *allocator,
			 const struct term **list)
{
	*list = term_at(message, 1);
	if (!term_is_tuple(message, 2, NULL) || message->items[0].type != TERM_ATOM)
		return false;
	*allocator = term_text(&message->items[0]);
	return term_is_list(*list) || term_is_atom(*list, "false");
}

static struct buf shown_name(struct text allocator)
{
	struct buf name = { 0 };

	term_name(&name, allocator);
	return name;
}

static bool add_type(struct reading *r, const struct term *message)
{
	struct alloc sum = { 0 };
	const struct term *list;
	struct text allocator;
	int64_t number;

	if (!instances_of(message, &allocator, &list))
		return false;
	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++)
		alloc_add(&sum, allocator, &list->items[i], &number);
	if (sum.instances) {
		struct buf name = shown_name(allocator);

		allocators_add(r->table, buf_text(&name), &sum);
		buf_clear(&name);
	}
	return true;
}

static bool add_instances(struct reading *r, const struct term *message)
{
	const struct term *list;
	struct text allocator;

	if (!instances_of(message, &allocator, &list))
		return false;
	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++) {
		struct alloc one = { 0 };
		struct buf name;
		int64_t number;

		if (!alloc_add(&one, allocator, &list->items[i], &number))
			continue;
		name = shown_name(allocator);
		allocator_instances_add(r->table, buf_text(&name), number, &one);
		buf_clear(&name);
	}
	return true;
}

/* 900 schedulers are a million words an allocator. */
enum { HEAP_WORDS = 4000000, ANSWER_BYTES = 4 << 20 };

static const struct question type_question = {
	.text = text,
	.answer_bytes = ANSWER_BYTES,
	.heap_words = HEAP_WORDS,
	.part = add_type,
};

static const struct question instance_question = {
	.text = text,
	.answer_bytes = ANSWER_BYTES,
	.heap_words = HEAP_WORDS,
	.part = add_instances,
};

static const struct readers type_readers = {
	.live = question_live,
	.question = &type_question,
};

static const struct readers instance_readers = {
	.live = question_live,
	.question = &instance_question,
};

const struct schema allocators_schema = {
	.name = "allocators",
	.tab = "memory",
	.help = "the runtime's memory allocators: what they took from the OS and use",
	.columns = columns + OF_INSTANCES,
	.ncolumns = COLUMNS - OF_INSTANCES,
	.key = ALLOCATOR - OF_INSTANCES,
	.sort = "unused",
	.readers = &type_readers,
};

const struct schema allocator_instances_schema = {
	.name = "allocator_instances",
	.tab = "memory",
	.help = "the same by instance, of which each scheduler has one",
	.columns = columns,
	.ncolumns = COLUMNS,
	.key = NAME,
	.sort = "unused",
	.readers = &instance_readers,
};
