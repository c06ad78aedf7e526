/* Snapshots of the allocators, read. */
#include <stdlib.h>

#include "base/mem.h"
#include "tables/allocators.h"
#include "tables/memory.h"
#include "tables/snapshot.h"

bool snapshot_begins(struct text head)
{
	static const char *const words[] = { "{", "[", "{", "total", "," };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		head = text_trim(head);
		if (!text_starts(head, words[i]))
			return false;
		head = text_sub(head, text_of(words[i]).len, head.len);
	}
	return true;
}

struct type_sum {
	struct text allocator;
	struct alloc sum;
};

/* The tables that are being filled. */
struct filling {
	struct arena arena;
	struct table memory;
	struct table types;
	struct table instances;
	struct type_sum *sums; /* [nsums] in the order in which they came */
	size_t nsums;
	size_t cap;
};

static struct alloc *sum_of(struct filling *f, struct text allocator)
{
	for (size_t i = 0; i < f->nsums; i++)
		if (text_eq(f->sums[i].allocator, allocator))
			return &f->sums[i].sum;
	f->sums = mem_grow(f->sums, &f->cap, f->nsums + 1, sizeof(*f->sums));
	f->sums[f->nsums] = (struct type_sum){ .allocator = allocator };
	return &f->sums[f->nsums++].sum;
}

/* What has neither carriers nor segments (sys_alloc, erts_mmap) has no row. */
static bool has_row(const struct term *properties)
{
	return term_get(properties, "mbcs") || term_get(properties, "memkind");
}

static void add(struct filling *f, struct text allocator, const struct term *number,
		const struct term *properties)
{
	struct alloc one = { 0 };
	struct buf name = { 0 };
	int64_t n;

	if (!term_int(number, &n) || n < 0 || !has_row(properties) ||
	    !alloc_add_properties(&one, allocator, properties))
		return;
	term_name(&name, allocator);
	allocator_instances_add(&f->instances, buf_text(&name), n, &one);
	alloc_add_properties(sum_of(f, allocator), allocator, properties);
	buf_clear(&name);
}

/* {{Allocator, N}, Properties}, or {Allocator, [{instance, N, Properties}, ...]} */
static void add_entry(struct filling *f, const struct term *entry)
{
	const struct term *key = term_at(entry, 0);
	const struct term *value = term_at(entry, 1);

	if (!term_is_tuple(entry, 2, NULL))
		return;
	if (term_is_tuple(key, 2, NULL) && key->items[0].type == TERM_ATOM)
		add(f, key->items[0].text, &key->items[1], value);
	for (size_t i = 0; key->type == TERM_ATOM && term_is_list(value) && i < value->n;
	     i++)
		if (term_is_tuple(&value->items[i], 3, "instance"))
			add(f, key->text, &value->items[i].items[1],
			    &value->items[i].items[2]);
}

static void fill(struct filling *f, const struct term *memory,
		 const struct term *allocators)
{
	for (size_t i = 0; i < memory->n; i++)
		memory_add(&f->memory, &memory->items[i], term_get(memory, "total"));
	for (size_t i = 0; i < allocators->n; i++)
		add_entry(f, &allocators->items[i]);
	for (size_t i = 0; i < f->nsums; i++) {
		struct buf name = { 0 };

		term_name(&name, f->sums[i].allocator);
		allocators_add(&f->types, buf_text(&name), &f->sums[i].sum);
		buf_clear(&name);
	}
}

/* The term without the full stop behind it. */
static struct text term_of(struct text file)
{
	file = text_trim(file);
	if (text_ends(file, "."))
		file.len--;
	return file;
}

bool snapshot_read(struct source *to, struct text file, const char *path, struct err *err)
{
	struct filling f = { 0 };
	struct err why = { 0 };
	struct term t;
	size_t at;
	bool good = term_parse(&f.arena, term_of(file), SYNTAX_ERLANG, &t, &at, &why);

	if (good && term_is_tuple(&t, 2, NULL) && term_is_list(&t.items[0]) &&
	    term_is_list(&t.items[1])) {
		table_init(&f.memory, &memory_schema, &f.arena, 0);
		table_init(&f.types, &allocators_schema, &f.arena, 0);
		table_init(&f.instances, &allocator_instances_schema, &f.arena, 0);
		fill(&f, &t.items[0], &t.items[1]);
		memory_put(to, &f.memory);
		memory_put(to, &f.types);
		memory_put(to, &f.instances);
	} else if (good) {
		good = fail(err, ERR_FORMAT, "'%s' is no snapshot of allocators", path);
	} else {
		fail(err, ERR_FORMAT, "'%s' is a damaged snapshot: %s", path, why.what);
	}
	free(f.sums);
	arena_clear(&f.arena);
	return good;
}
