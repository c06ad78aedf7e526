/* Snapshots of the allocators, written. */
#include "tables/snapshot.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/question.h"

/* No scheduler more than the allocators table is made for: tables/allocators.c. */
enum { ANSWER_BYTES = 4 << 20, HEAP_WORDS = 4000000 };
#define FILE_MAX ((size_t)256 << 20)

static const char text[] =
	"erlang:send(Z, {memory, erlang:memory()}, [noconnect]),"
	" lists:foreach(fun(A) ->"
	" erlang:send(Z, {A, try erlang:system_info({allocator, A})"
	" catch _:_ -> false end}, [noconnect])"
	" end, [erts_mmap, sys_alloc, mseg_alloc |"
	" erlang:system_info(alloc_util_allocators)]).";

struct asking {
	struct buf out;
	bool memory;    /* its first part is written */
	bool entries;   /* there is an entry before */
	snapshot_done *done;
	void *ctx;
};

/*
 * Terms made here: of the arena, and of parts of the answer.
 */

static struct term make_int(int64_t v)
{
	return (struct term){ .type = TERM_INT, .num = v };
}

static struct term make_atom(const char *name)
{
	return (struct term){ .type = TERM_ATOM, .text = text_of(name) };
}

/* A list or a tuple of n items to come. */
static struct term make_many(struct arena *a, enum term_type type, size_t n,
			     struct term **items)
{
	*items = arena_many(a, n + 1, struct term);
	(*items)[n] = (struct term){ .type = TERM_LIST };
	return (struct term){ .type = type, .n = (uint32_t)n, .items = *items };
}

static struct term make_pair(struct arena *a, struct term x, struct term y)
{
	struct term *items;
	struct term pair = make_many(a, TERM_TUPLE, 2, &items);

	items[0] = x;
	items[1] = y;
	return pair;
}

/*
 * Blocks by owner, as OTP 23 and later have them, are summed up as recon does it:
 * {blocks, Now, Last, Max} and {blocks_size, ...}, in the pool {blocks, Now}.
 */

struct sums {
	int64_t count[3];
	int64_t size[3];
};

static void add_numbers(int64_t to[3], const struct term *t)
{
	for (size_t i = 1; t && t->type == TERM_TUPLE && i < t->n && i <= 3; i++)
		if (__builtin_add_overflow(to[i - 1], term_num(&t->items[i]), &to[i - 1]))
			to[i - 1] = INT64_MAX;
}

static const struct term *entry_of(const struct term *list, const char *name)
{
	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++)
		if (term_is_atom(term_at(&list->items[i], 0), name))
			return &list->items[i];
	return NULL;
}

static struct term make_sum(struct arena *a, const char *name, const int64_t v[3],
			    bool pool)
{
	size_t n = pool ? 1 : 3;
	struct term *items;
	struct term sum = make_many(a, TERM_TUPLE, n + 1, &items);

	items[0] = make_atom(name);
	for (size_t i = 0; i < n; i++)
		items[i + 1] = make_int(v[i]);
	return sum;
}

static struct term foreign_of(struct arena *a, struct text allocator,
			      const struct term *owners)
{
	struct term *items;
	struct term list = make_many(a, TERM_LIST, owners->n, &items);
	size_t n = 0;

	for (size_t i = 0; i < owners->n; i++)
		if (!text_eq(term_text(term_at(&owners->items[i], 0)), allocator))
			items[n++] = owners->items[i];
	items[n] = (struct term){ .type = TERM_LIST };
	list.n = (uint32_t)n;
	return list;
}

static size_t add_blocks(struct arena *a, struct term *items, struct text allocator,
			 const struct term *owners, bool pool)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < owners->n; i++) {
		const struct term *parts = term_at(&owners->items[i], 1);

		add_numbers(sums.count, entry_of(parts, "count"));
		add_numbers(sums.size, entry_of(parts, "size"));
	}
	items[0] = make_sum(a, "blocks", sums.count, pool);
	items[1] = make_sum(a, "blocks_size", sums.size, pool);
	items[2] = make_pair(a, make_atom("foreign_blocks"),
			     foreign_of(a, allocator, owners));
	items[3] = make_pair(a, make_atom("raw_blocks"), *owners);
	return 4;
}

static bool is_blocks(const struct term *t)
{
	return term_is_tuple(t, 2, "blocks") && term_is_list(&t->items[1]);
}

/* The value of a property. */
static struct term shaped(struct arena *a, struct text allocator, const struct term *p)
{
	const struct term *value = &p->items[1];
	bool pool = term_is_atom(&p->items[0], "mbcs_pool");
	struct term *items;
	struct term list;
	size_t n = 0;

	if (!term_is_list(value))
		return *value;
	list = make_many(a, TERM_LIST, (size_t)value->n + 3, &items);
	for (size_t i = 0; i < value->n; i++) {
		const struct term *one = &value->items[i];

		if (is_blocks(one) && n <= i)
			n += add_blocks(a, items + n, allocator, &one->items[1], pool);
		else
			items[n++] = *one;
	}
	items[n] = (struct term){ .type = TERM_LIST };
	list.n = (uint32_t)n;
	return list;
}

static int compare(const void *x, const void *y)
{
	return term_compare(x, y);
}

/* Sorted, without what is not a pair ({versions, _, _}). */
static struct term properties_of(struct arena *a, struct text allocator,
				 const struct term *properties)
{
	struct term *items;
	struct term list = make_many(a, TERM_LIST, properties->n, &items);
	size_t n = 0;

	for (size_t i = 0; i < properties->n; i++) {
		const struct term *p = &properties->items[i];

		if (term_is_tuple(p, 2, NULL))
			items[n++] = make_pair(a, p->items[0], shaped(a, allocator, p));
	}
	qsort(items, n, sizeof(*items), compare);
	items[n] = (struct term){ .type = TERM_LIST };
	list.n = (uint32_t)n;
	return list;
}

static void print_entry(struct buf *out, struct arena *a, struct text allocator,
			struct term number, struct term properties)
{
	struct term name = { .type = TERM_ATOM, .text = allocator };
	struct term entry = make_pair(a, make_pair(a, name, number), properties);

	term_print(out, &entry, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	buf_char(out, '\n');
}

bool snapshot_entry(struct buf *out, struct text allocator, const struct term *instance)
{
	struct arena scratch = { 0 };

	if (!term_is_tuple(instance, 3, "instance") ||
	    instance->items[1].type != TERM_INT || !term_is_list(&instance->items[2]))
		return false;
	print_entry(out, &scratch, allocator, instance->items[1],
		    properties_of(&scratch, allocator, &instance->items[2]));
	arena_clear(&scratch);
	return true;
}

/*
 * The answer.
 */

static bool add_memory(struct asking *k, const struct term *memory)
{
	if (k->memory || !term_is_list(memory))
		return false;
	buf_char(&k->out, '{');
	term_print(&k->out, memory, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	buf_str(&k->out, ",\n [");
	k->memory = true;
	return true;
}

static void add_separator(struct asking *k)
{
	if (k->entries)
		buf_str(&k->out, "  ,");
	k->entries = true;
}

/* Not an allocator with instances, but recon has it in its list. */
static void add_mmap(struct asking *k, const struct term *properties)
{
	struct arena scratch = { 0 };

	add_separator(k);
	print_entry(&k->out, &scratch, TEXT("erts_mmap"), make_int(0), *properties);
	arena_clear(&scratch);
}

static bool part(void *ctx, const struct term *message)
{
	struct asking *k = ctx;
	const struct term *name = term_at(message, 0);
	const struct term *value = term_at(message, 1);

	if (!term_is_tuple(message, 2, NULL) || buf_len(&k->out) > FILE_MAX)
		return false;
	if (!k->memory)
		return term_is_atom(name, "memory") && add_memory(k, value);
	if (name->type != TERM_ATOM || !term_is_list(value))
		return term_is_atom(value, "false");
	if (term_is_atom(name, "erts_mmap")) {
		add_mmap(k, value);
		return true;
	}
	for (size_t i = 0; i < value->n; i++) {
		size_t mark = buf_len(&k->out);
		bool first = !k->entries;

		add_separator(k);
		if (snapshot_entry(&k->out, name->text, &value->items[i]))
			continue;
		buf_cut(&k->out, mark);
		k->entries = !first;
	}
	return true;
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct err err = { 0 };

	if (a->kind == ANSWER_RETURN && k->memory) {
		buf_str(&k->out, " ]}.\n");
		k->done(k->ctx, buf_text(&k->out), NULL);
	} else {
		question_failed(a, "take a snapshot of the allocators", &err);
		k->done(k->ctx, TEXT(""), &err);
	}
	buf_clear(&k->out);
	free(k);
}

void snapshot_ask(struct live *l, int64_t timeout_ns, snapshot_done *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){ .done = done, .ctx = ctx };
	node_eval(live_node(l), &(struct eval){
		.text = text,
		.answer_bytes = ANSWER_BYTES,
		.heap_words = HEAP_WORDS,
		.timeout_ns = timeout_ns,
		.part = part,
	}, answered, k);
}
