#include "trace/kept.h"

#include <stdlib.h>

#include "base/mem.h"

struct kept {
	struct kept_row **rows; /* [cap] a ring */
	size_t cap;
	size_t first;
	size_t n;
	uint64_t gone;
	uint64_t came;
	size_t bytes;
	size_t bytes_max;
	/* The row of a call: numbers follow each other, so that of those that are kept
	 * none share a slot. */
	struct kept_row **calls; /* [cap] by number; NULL: none */
};

struct kept *kept_new(size_t rows, size_t bytes)
{
	struct kept *k = mem_zalloc(sizeof(*k));

	k->cap = rows;
	k->bytes_max = bytes;
	k->rows = mem_zalloc(rows * sizeof(struct kept_row *));
	k->calls = mem_zalloc(rows * sizeof(struct kept_row *));
	return k;
}

static void drop_first(struct kept *k)
{
	struct kept_row *row = k->rows[k->first];
	struct kept_row **call = &k->calls[row->event.number % k->cap];

	if (*call == row)
		*call = NULL;
	k->bytes -= arena_bytes(&row->arena);
	arena_clear(&row->arena);
	free(row);
	k->first = (k->first + 1) % k->cap;
	k->n--;
	k->gone++;
}

void kept_free(struct kept *k)
{
	if (!k)
		return;
	while (k->n)
		drop_first(k);
	free(k->rows);
	free(k->calls);
	free(k);
}

size_t kept_count(const struct kept *k)
{
	return k->n;
}

struct kept_row *kept_at(const struct kept *k, size_t i)
{
	return k->rows[(k->first + i) % k->cap];
}

uint64_t kept_gone(const struct kept *k)
{
	return k->gone;
}

/* The call that an event is the end of; or NULL. */
static struct kept_row *call_of(const struct kept *k, const struct event *e)
{
	struct kept_row *row = k->calls[e->number % k->cap];

	if ((e->kind != EVENT_RETURN && e->kind != EVENT_EXCEPTION) || !e->number ||
	    !row || row->event.number != e->number || row->ended)
		return NULL;
	return row;
}

static struct kept_row *add_row(struct kept *k)
{
	struct kept_row *row = mem_zalloc(sizeof(*row));

	if (k->n == k->cap)
		drop_first(k);
	row->place = k->gone + k->n;
	k->rows[(k->first + k->n) % k->cap] = row;
	k->n++;
	return row;
}

struct kept_row *kept_add(struct kept *k, const struct event *e)
{
	struct kept_row *row = call_of(k, e);
	size_t before;

	if (row) {
		before = arena_bytes(&row->arena);
		row->end = event_copy(&row->arena, e);
		row->end_came = k->came++;
		row->ended = true;
	} else {
		row = add_row(k);
		before = 0;
		row->event = event_copy(&row->arena, e);
		row->came = k->came++;
		if (e->kind == EVENT_CALL && e->number)
			k->calls[e->number % k->cap] = row;
	}
	k->bytes += arena_bytes(&row->arena) - before;
	while (k->bytes > k->bytes_max && k->n > 1 && kept_at(k, 0) != row)
		drop_first(k);
	return row;
}

static struct event_function copy_function(struct arena *a, struct event_function f)
{
	f.module = text_dup(a, f.module);
	f.function = text_dup(a, f.function);
	f.file = text_dup(a, f.file);
	return f;
}

struct event event_copy(struct arena *a, const struct event *e)
{
	struct event_function *stack = arena_many(a, e->nstack, struct event_function);
	struct event out = *e;

	out.name = text_dup(a, e->name);
	out.function = copy_function(a, e->function);
	if (e->args != ARGS_NONE)
		out.arguments = term_copy(a, &e->arguments);
	out.value = term_copy(a, &e->value);
	out.class = text_dup(a, e->class);
	out.to = term_copy(a, &e->to);
	out.what = text_dup(a, e->what);
	out.caller = copy_function(a, e->caller);
	for (size_t i = 0; i < e->nstack; i++)
		stack[i] = copy_function(a, e->stack[i]);
	out.stack = stack;
	if (e->has_extra)
		out.extra = term_copy(a, &e->extra);
	return out;
}
