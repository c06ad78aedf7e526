/*
 * An arena is a list of chunks, the newest first; each is twice as large as the one
 * before, up to a megabyte.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif

#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
/* A gap behind every piece, so that an overrun meets poison. */
#define GAP 16
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

#define ALIGN alignof(max_align_t)
#define FIRST_BYTES ((size_t)4096)
#define LARGEST_BYTES ((size_t)1 << 20)

struct arena_chunk {
	struct arena_chunk *older;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) char data[];
};

void arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

static void chunk_free(struct arena_chunk *c)
{
	UNPOISON(c->data, c->size);
	free(c);
}

void arena_clear(struct arena *a)
{
	arena_rewind(a, (struct arena_mark){ 0 });
	a->next_bytes = 0;
}

static void chunk_push(struct arena *a, size_t need)
{
	size_t size = a->next_bytes ? a->next_bytes : FIRST_BYTES;

	a->next_bytes = size < LARGEST_BYTES ? size * 2 : size;
	if (size < need)
		size = need;
	if (size > SIZE_MAX - sizeof(struct arena_chunk))
		mem_exhausted();

	struct arena_chunk *c = mem_alloc(sizeof(*c) + size);

	c->older = a->head;
	c->size = size;
	c->used = 0;
	POISON(c->data, c->size);
	a->head = c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > SIZE_MAX - ALIGN - GAP)
		mem_exhausted();

	size_t step = (size + GAP + ALIGN - 1) & ~(ALIGN - 1);

	if (step == 0)
		step = ALIGN;
	if (!a->head || a->head->size - a->head->used < step)
		chunk_push(a, step);

	char *p = a->head->data + a->head->used;

	a->head->used += step;
	UNPOISON(p, size);
	memset(p, 0, size);
	return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		mem_exhausted();
	return arena_alloc(a, bytes);
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ .chunk = a->head,
				    .used = a->head ? a->head->used : 0 };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->head && a->head != mark.chunk) {
		struct arena_chunk *older = a->head->older;

		chunk_free(a->head);
		a->head = older;
	}
	if (a->head) {
		a->head->used = mark.used;
		POISON(a->head->data + mark.used, a->head->size - mark.used);
	}
}

size_t arena_bytes(const struct arena *a)
{
	size_t sum = 0;

	for (const struct arena_chunk *c = a->head; c; c = c->older)
		sum += sizeof(*c) + c->size;
	return sum;
}
