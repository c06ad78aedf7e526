/*
 * What erlang:system_info({allocator, A}) tells of one instance of an allocator: a pure
 * reader of a foreign term, and sums. All of it is in bytes and counts; nothing is in
 * words.
 *
 * Source: Erlang/OTP documentation, erts_alloc and system_info({allocator, Alloc});
 * erts/emulator/internal_docs/CarrierMigration.md.
 */
#ifndef TABLES_ALLOC_H
#define TABLES_ALLOC_H

#include "term/term.h"

/* A level, and the highest that it was. */
struct alloc_level {
	int64_t now;
	int64_t max;
};

/* Carriers of one kind: what they take, and the blocks in them. */
struct alloc_carriers {
	struct alloc_level blocks;
	struct alloc_level used;      /* bytes of the blocks */
	struct alloc_level carriers;
	struct alloc_level allocated; /* bytes of the carriers */
};

/* Summed up over any number of instances. */
struct alloc {
	int64_t instances;
	struct alloc_carriers mbcs; /* for many blocks each; now: with the pool's */
	struct alloc_carriers sbcs; /* for one large block each */
	/* Multiblock carriers that an instance gave up for others to take. */
	int64_t pool_carriers;
	int64_t pool_used;
	int64_t pool_allocated;
	int64_t foreign; /* bytes of blocks that other allocators have in its carriers */
	int64_t allocs;  /* calls since the start */
	int64_t frees;
	int64_t reallocs;
	/* Of mseg_alloc, which has segments and no carriers. */
	bool mseg;
	int64_t segments;
	struct alloc_level segments_size;
	int64_t cached_segments;
	int64_t cache_hits;
	int64_t cache_calls;
};

/*
 * Adds an instance, {instance, N, Properties}.
 *
 * allocator  "binary_alloc"
 * number     out: N
 *
 * Takes what OTP 23 to 29 give, what older ones gave, and what recon makes of it in its
 * snapshots. False when it is not an instance; what it does not tell counts as 0.
 */
bool alloc_add(struct alloc *sum, struct text allocator, const struct term *instance,
	       int64_t *number);

/* The properties alone. */
bool alloc_add_properties(struct alloc *sum, struct text allocator,
			  const struct term *properties);

#endif
