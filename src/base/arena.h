/*
 * Memory with one owner: everything that was taken from an arena is freed
 * with it, at once.
 *
 * The four lifetimes of the program (program, source, sample, scratch) are one arena
 * each. Nothing in an arena is freed piece by piece; scratch work marks and rewinds.
 * Under AddressSanitizer what was not handed out, or was rewound, is poisoned. Running
 * out of memory ends the program (base/mem.h).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *head; /* the chunk in use; the older ones hang on it */
	size_t next_bytes;        /* size of the next chunk */
};

struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};

/* An arena of zeros is a valid, empty arena. */
void arena_init(struct arena *a);
void arena_clear(struct arena *a);

/* Zeroed memory, aligned for any type; size 0 gives a valid pointer. Never NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* Memory for count things of size bytes; an overflow ends the program like a
 * lack of memory. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* One zeroed thing of a type, and an array of them. */
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_many(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

/* Takes back everything that was handed out since the mark. */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* Bytes taken from the system. */
size_t arena_bytes(const struct arena *a);

#endif
