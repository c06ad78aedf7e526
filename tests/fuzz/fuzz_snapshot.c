/* Snapshots of allocators: any text is one, or is refused; what a node says of an
 * allocator is written so that it reads back. */

#include <assert.h>
#include <stdint.h>

#include "base/loop.h"
#include "source/memory.h"
#include "tables/alloc.h"
#include "tables/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_file(struct text t)
{
	struct loop *l = loop_new();
	struct source *s = memory_open(l, TEXT("x"));
	struct err err = { 0 };

	if (!snapshot_read(s, t, "x", &err))
		assert(err.kind == ERR_FORMAT);
	snapshot_begins(t);
	source_close(s);
	loop_free(l);
}

/* What a node may say: closures and the like are not written as literals. */
static bool is_sane(const struct term *t)
{
	if (t->type != TERM_TUPLE && t->type != TERM_LIST)
		return t->type == TERM_ATOM || t->type == TERM_INT;
	for (size_t i = 0; i < t->n; i++)
		if (!is_sane(&t->items[i]))
			return false;
	return t->type != TERM_LIST || term_is_list(t);
}

static void write_and_read(struct arena *a, const struct term *t)
{
	struct alloc before = { 0 }, after = { 0 };
	struct buf out = { 0 };
	struct err err = { 0 };
	struct term entry;
	int64_t number;
	size_t at;

	if (alloc_add(&before, TEXT("a_alloc"), t, &number) &&
	    snapshot_entry(&out, TEXT("a_alloc"), t) && is_sane(t)) {
		assert(term_parse(a, buf_text(&out), SYNTAX_ERLANG, &entry, &at, &err));
		assert(alloc_add_properties(&after, TEXT("a_alloc"),
					    term_at(&entry, 1)));
		assert(after.instances == 1);
	}
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text t = { (const char *)data, size };
	struct arena a = { 0 };
	struct err err = { 0 };
	struct term term;
	size_t at;

	read_file(t);
	if (term_parse(&a, t, SYNTAX_ERLANG, &term, &at, &err))
		write_and_read(&a, &term);
	arena_clear(&a);
	return 0;
}
