/* What a projection gave: terms again, with cuts where the target left something out. */
#include <string.h>

#include "trace/dump.h"
#include "trace/message.h"
#include "trace/projection.h"

/* Deeper than any projection is. */
#define DEPTH_MAX 8

struct reader {
	struct arena *arena;
	const struct trace_message *m;
	size_t depth;
};

static struct term read_node(struct reader *r, const struct term *in, unsigned depth);

static struct term cut(struct reader *r, const char *what, int64_t count)
{
	struct term_cut *c = arena_new(r->arena, struct term_cut);

	*c = (struct term_cut){ .what = text_of(what), .count = count };
	return (struct term){ .type = TERM_CUT, .cut = c };
}

static bool is_false(const struct term *t)
{
	return term_is_atom(t, "false");
}

/* A count of the target; -1: it has none. */
static int64_t count_of(const struct term *t)
{
	return t->type == TERM_INT && t->num >= 0 ? t->num : -1;
}

/* {Bits, Term | false, Start} */
static struct term read_bits(struct reader *r, const struct term *in)
{
	const struct term *whole = term_at(in, 1);
	const struct term *start = term_at(in, 2);
	int64_t bits = count_of(term_at(in, 0));
	struct term out = { .type = TERM_BINARY };

	if (whole->type == TERM_BINARY || whole->type == TERM_BITS)
		return *whole;
	if (start->type == TERM_BINARY)
		out.text = start->text;

	int64_t left = bits < 0 ? 0 : (bits + 7) / 8 - (int64_t)out.text.len;

	out.n = left < 0 ? 0 : left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
	return out;
}

/* A list of n items with room for its tail. */
static struct term list_of(struct reader *r, const struct term *items, size_t n,
			   struct term tail)
{
	struct term *copy;

	if (n == 0 && tail.type == TERM_LIST)
		return tail;
	if (n == 0) {
		/* All of it was left out: that stands in its brackets. */
		copy = arena_many(r->arena, 2, struct term);
		copy[0] = tail;
		copy[1] = (struct term){ .type = TERM_LIST };
		return (struct term){ .type = TERM_LIST, .n = 1, .items = copy };
	}
	copy = arena_many(r->arena, n + 1, struct term);
	memcpy(copy, items, n * sizeof(*items));
	copy[n] = tail;
	return (struct term){ .type = TERM_LIST, .n = (uint32_t)n, .items = copy };
}

static bool is_char(const struct term *t)
{
	return t->type == TERM_INT && t->num < 0x110000 &&
	       ((t->num >= 8 && t->num <= 13) || t->num == 27 || t->num >= 32);
}

static struct term read_list(struct reader *r, const struct term *in, unsigned depth)
{
	struct term items[PROJECTION_ELEMENTS + PROJECTION_CHARS];
	bool whole = in->type == TERM_TUPLE;
	int64_t length = count_of(whole ? term_at(in, 0) : in);
	int64_t most = length < 0 ? INT64_MAX : length;
	size_t n = 0;

	for (; whole && n < PROJECTION_ELEMENTS && n < (uint64_t)most; n++) {
		if (is_false(term_at(in, n + 1)))
			break;
		items[n] = read_node(r, term_at(in, n + 1), depth);
		/* Behind the last pair stands a binary: it has no head. */
		if (length < 0 && term_is_atom(&items[n], "EXIT"))
			break;
	}

	const struct term *chars = term_at(in, PROJECTION_ELEMENTS + 1);

	for (size_t i = 0; whole && n == PROJECTION_ELEMENTS + i && n < (uint64_t)most &&
			   chars->type == TERM_TUPLE && i < chars->n &&
			   i < PROJECTION_CHARS && is_char(&chars->items[i]); i++)
		items[n++] = chars->items[i];
	if (length >= 0 && n == (uint64_t)length)
		return list_of(r, items, n, (struct term){ .type = TERM_LIST });
	return list_of(r, items, n, cut(r, "", length < 0 ? -1 : length - (int64_t)n));
}

static struct term read_tuple(struct reader *r, const struct term *in, unsigned depth)
{
	struct term *items = arena_many(r->arena, PROJECTION_FIELDS + 1, struct term);
	bool whole = in->type == TERM_TUPLE;
	int64_t size = count_of(whole ? term_at(in, 0) : in);
	size_t n = 0;

	for (; whole && n < PROJECTION_FIELDS && n < (uint64_t)size; n++) {
		if (is_false(term_at(in, n + 1)))
			break;
		items[n] = read_node(r, term_at(in, n + 1), depth);
	}
	if (size < 0 || n < (uint64_t)size) {
		items[n] = cut(r, "", size < 0 ? -1 : size - (int64_t)n);
		n++;
	}
	return (struct term){ .type = TERM_TUPLE, .n = (uint32_t)n, .items = items };
}

/* {Size, Struct, Node, ...} */
static struct term read_map(struct reader *r, const struct term *in, unsigned depth)
{
	size_t nkeys = r->m->nkeys;
	struct term *items = arena_many(r->arena, 2 * (nkeys + 2), struct term);
	const struct term *name = term_at(in, 1);
	int64_t size = count_of(term_at(in, 0));
	size_t n = 0;

	if (size > 0 && name->type == TERM_ATOM && !text_is(name->text, "EXIT")) {
		items[0] = (struct term){ .type = TERM_ATOM, .text = TEXT("__struct__") };
		items[1] = *name;
		n++;
	}
	for (size_t i = 0; i < nkeys && n < (uint64_t)size && i + 2 < in->n; i++) {
		if (is_false(&in->items[2 + i]) ||
		    (n > 0 && term_is_atom(&r->m->keys[i], "__struct__")))
			continue;
		items[2 * n] = r->m->keys[i];
		items[2 * n + 1] = read_node(r, &in->items[2 + i], depth);
		n++;
	}
	if (size < 0 || n < (uint64_t)size) {
		items[2 * n] = cut(r, "", size < 0 ? -1 : size - (int64_t)n);
		items[2 * n + 1] = items[2 * n];
		n++;
	}
	return (struct term){ .type = TERM_MAP, .n = (uint32_t)n, .items = items };
}

static struct term read_part(struct reader *r, const struct term *in, unsigned depth)
{
	const struct term *leaf = &in->items[PROJECTION_LEAF];

	if (term_is_tuple(leaf, 1, NULL))
		return leaf->items[0];
	if (in->items[PROJECTION_BITS].type == TERM_TUPLE)
		return read_bits(r, &in->items[PROJECTION_BITS]);
	if (!is_false(&in->items[PROJECTION_LIST]))
		return read_list(r, &in->items[PROJECTION_LIST], depth);
	if (!is_false(&in->items[PROJECTION_TUPLE]))
		return read_tuple(r, &in->items[PROJECTION_TUPLE], depth);
	if (in->items[PROJECTION_MAP].type == TERM_TUPLE)
		return read_map(r, &in->items[PROJECTION_MAP], depth);
	return cut(r, "a function", -2);
}

static struct term read_node(struct reader *r, const struct term *in, unsigned depth)
{
	if (depth > DEPTH_MAX || !term_is_tuple(in, PROJECTION_NPARTS, NULL))
		return cut(r, "", -1);
	return read_part(r, in, depth + 1);
}

static struct term read_args(struct reader *r, const struct term *in)
{
	struct term tail = { .type = TERM_LIST };
	size_t n = in->n;
	struct term *items;

	if (r->m->sent)
		return read_node(r, in, 0);
	items = arena_many(r->arena, n + 1, struct term);
	for (size_t i = 0; i < n; i++)
		items[i] = read_node(r, &in->items[i], 0);
	return list_of(r, items, n, tail);
}

/* {Length, Node | false, ...} */
static struct term read_any(struct reader *r, const struct term *in)
{
	struct term tail = { .type = TERM_LIST };
	int64_t length = count_of(term_at(in, 0));
	struct term items[PROJECTION_ARGS];
	size_t n = 0;

	while (n < PROJECTION_ARGS && (int64_t)n < length &&
	       !is_false(term_at(in, n + 1))) {
		items[n] = read_node(r, term_at(in, n + 1), 0);
		n++;
	}
	if ((int64_t)n < length)
		tail = cut(r, "", length - (int64_t)n);
	return list_of(r, items, n, tail);
}

/* [{M, F, A, [{file, _}, {line, _}]}, ...] */
static void read_stack(struct arena *a, const struct term *in, struct event *out)
{
	struct event_function *stack;

	if (in->type == TERM_BINARY) {
		out->nstack = dump_stack(a, in->text, &out->stack);
		return;
	}
	if (!term_is_list(in))
		return;
	stack = arena_many(a, in->n, struct event_function);
	for (size_t i = 0; i < in->n; i++) {
		const struct term *where = term_at(&in->items[i], 3);
		const struct term *file = term_get(where, "file");
		const struct term *line = term_get(where, "line");
		struct event_function *f = &stack[out->nstack];

		if (!event_function_read(&in->items[i], f))
			continue;
		if (file)
			term_chars(file, a, &f->file);
		if (line)
			f->line = term_num(line);
		out->nstack++;
	}
	out->stack = stack;
}

/* {M, F, A} or {M, F, A, {File, Line}} */
static void read_caller(struct arena *a, const struct trace_message *m,
			const struct term *in, struct event *out)
{
	const struct term *where = term_at(in, 3);

	out->has_from = true;
	if (!event_function_read(in, &out->from) || !m->caller)
		return;
	out->caller = out->from;
	if (term_is_tuple(where, 2, NULL)) {
		term_chars(&where->items[0], a, &out->caller.file);
		out->caller.line = term_num(&where->items[1]);
	}
}

bool message_read(struct arena *a, const struct trace_message *m,
		  const struct term *sent, struct event *out)
{
	struct reader r = { a, m, 0 };

	if (!term_is_tuple(sent, 4, NULL))
		return false;

	const struct term *args = &sent->items[0];

	if (m->args == ARGS_CUT && args->type == TERM_TUPLE) {
		struct term read = args->n > 0 && args->items[0].type == TERM_INT
					   ? read_any(&r, args)
					   : read_args(&r, args);

		out->args = ARGS_CUT;
		if (m->sent) {
			out->has_value = true;
			out->value = read;
		} else {
			out->arguments = read;
		}
	}
	if (!m->sent && (m->caller || m->from))
		read_caller(a, m, &sent->items[1], out);
	if (!m->sent && (m->stack || m->dump))
		read_stack(a, &sent->items[2], out);
	if (m->extra && term_is_tuple(&sent->items[3], 1, NULL)) {
		out->has_extra = true;
		out->extra = sent->items[3].items[0];
	}
	return true;
}
