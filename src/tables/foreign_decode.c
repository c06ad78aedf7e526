/* Projections of foreign terms, read. */
#include "tables/foreign.h"

#include <string.h>

/* A projection is not deeper than the bound it was made with, but for what a hostile node
 * sends. */
#define DEPTH_MAX 512
/* Maps with more keys are hashes. */
#define SMALL_MAP 32

struct decoder {
	struct arena *arena;
	const struct term *mark;
	size_t depth;
	bool cut;
};

static struct term decode(struct decoder *d, const struct term *in);

static struct term cut(struct decoder *d, const char *what, int64_t count)
{
	struct term_cut *c = arena_new(d->arena, struct term_cut);

	d->cut = true;
	*c = (struct term_cut){ .what = text_of(what), .count = count < 0 ? -1 : count };
	return (struct term){ .type = TERM_CUT, .cut = c };
}

static bool is_mark(const struct decoder *d, const struct term *t, const char *kind,
		    size_t n)
{
	return t->type == TERM_TUPLE && t->n == n && term_eq(&t->items[0], d->mark) &&
		term_is_atom(&t->items[1], kind);
}

/* A list of n items and a place for its tail. */
static struct term *new_list(struct decoder *d, size_t n, struct term *out)
{
	struct term *items = arena_many(d->arena, n + 1, struct term);

	items[n] = (struct term){ .type = TERM_LIST };
	items[n].items = arena_new(d->arena, struct term);
	*out = (struct term){ .type = TERM_LIST, .n = (uint32_t)n, .items = items };
	return items;
}

static struct term decode_items(struct decoder *d, const struct term *in, size_t n)
{
	struct term out = *in;
	struct term *items = arena_many(d->arena, n + 1, struct term);

	for (size_t i = 0; i < n; i++)
		items[i] = decode(d, &in->items[i]);
	out.items = items;
	return out;
}

/* {R, tuple | list, Count}: one cut in its brackets. */
static struct term decode_container(struct decoder *d, const struct term *in)
{
	struct term out;
	struct term *items;

	if (term_is_atom(&in->items[1], "list")) {
		items = new_list(d, 1, &out);
	} else {
		items = arena_new(d->arena, struct term);
		out = (struct term){ .type = TERM_TUPLE, .n = 1, .items = items };
	}
	items[0] = cut(d, "", term_num(&in->items[2]));
	return out;
}

/* {R, map, Size, [K1, V1, ...]}: what is missing is a last pair of cuts. */
static struct term decode_map(struct decoder *d, const struct term *in)
{
	const struct term *flat = &in->items[3];
	int64_t size = term_num(&in->items[2]);
	size_t pairs = flat->n / 2;
	bool whole = size >= 0 && (uint64_t)size <= pairs;
	struct term out = { .type = TERM_MAP, .n = (uint32_t)(pairs + !whole) };
	struct term *items = arena_many(d->arena, 2 * (pairs + 1), struct term);

	for (size_t i = 0; i < pairs; i++) {
		/* The printer knows that a large map comes from the wire with its last
		 * pair first. */
		size_t to = pairs > SMALL_MAP ? pairs - 1 - i : i;

		items[2 * to] = decode(d, &flat->items[2 * i]);
		items[2 * to + 1] = decode(d, &flat->items[2 * i + 1]);
	}
	if (!whole)
		items[2 * pairs] = items[2 * pairs + 1] = cut(d, "", size < 0 ? -1 :
							      size - (int64_t)pairs);
	out.items = items;
	return out;
}

/* Without the bytes of a character that goes on behind the cut. */
static struct text whole_characters(struct text t)
{
	size_t tail = 0;

	while (tail < 3 && tail < t.len &&
	       ((unsigned char)t.p[t.len - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail >= t.len)
		return t;

	unsigned char lead = (unsigned char)t.p[t.len - 1 - tail];
	size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

	return need > 1 && tail + 1 < need ? text_sub(t, 0, t.len - 1 - tail) : t;
}

/* {R, binary, Bytes, Start} */
static struct term decode_binary(struct decoder *d, const struct term *in)
{
	struct text start = whole_characters(in->items[3].text);
	int64_t size = term_num(&in->items[2]);
	int64_t left = size < 0 ? 0 : size - (int64_t)start.len;

	d->cut = true;
	return (struct term){
		.type = TERM_BINARY,
		.n = left < 0 ? 0 : left > UINT32_MAX ? UINT32_MAX : (uint32_t)left,
		.text = start,
	};
}

/* {R, function, [Type, Module, Name, Arity, Index, Uniq]} */
static struct term decode_function(struct decoder *d, const struct term *in)
{
	const struct term *l = &in->items[2];
	struct term_fun *f = arena_new(d->arena, struct term_fun);
	int64_t arity = term_num(term_at(l, 3));

	*f = (struct term_fun){
		.module = term_text(term_at(l, 1)),
		.name = term_text(term_at(l, 2)),
		.arity = (uint8_t)(arity < 0 || arity > 255 ? 255 : arity),
		.index = (uint32_t)term_num(term_at(l, 4)),
		.uniq = (uint32_t)term_num(term_at(l, 5)),
	};
	return (struct term){
		.type = term_is_atom(term_at(l, 0), "external") ? TERM_EXPORT : TERM_FUN,
		.fun = f,
	};
}

static bool decode_mark(struct decoder *d, const struct term *in, struct term *out)
{
	if (is_mark(d, in, "more", 3))
		*out = cut(d, "", term_num(&in->items[2]));
	else if (is_mark(d, in, "tuple", 3) || is_mark(d, in, "list", 3))
		*out = decode_container(d, in);
	else if (is_mark(d, in, "map", 4) && in->items[3].type == TERM_LIST)
		*out = decode_map(d, in);
	else if (is_mark(d, in, "binary", 4) && in->items[3].type == TERM_BINARY)
		*out = decode_binary(d, in);
	else if (is_mark(d, in, "function", 3) && in->items[2].type == TERM_LIST)
		*out = decode_function(d, in);
	else if (is_mark(d, in, "integer", 4))
		*out = cut(d, "bytes of an integer", term_num(&in->items[2]));
	else if (is_mark(d, in, "bitstring", 3))
		*out = cut(d, "bits of a bit string", term_num(&in->items[2]));
	else if (is_mark(d, in, "other", 2))
		*out = cut(d, "of a type that is not known here", -1);
	else
		return false;
	return true;
}

static struct term decode_inside(struct decoder *d, const struct term *in)
{
	struct term out;

	switch (in->type) {
	case TERM_TUPLE:
		return decode_mark(d, in, &out) ? out : decode_items(d, in, in->n);
	case TERM_LIST:
		return in->n ? decode_items(d, in, (size_t)in->n + 1) : *in;
	case TERM_MAP:
		return decode_items(d, in, 2 * (size_t)in->n);
	default:
		return *in;
	}
}

static struct term decode(struct decoder *d, const struct term *in)
{
	struct term out;

	if (d->depth >= DEPTH_MAX)
		return cut(d, "", -1);
	d->depth++;
	out = decode_inside(d, in);
	d->depth--;
	return out;
}

struct foreign_part foreign_decode(struct arena *a, const struct term *mark,
				   const struct term *in)
{
	struct decoder d = { .arena = a, .mark = mark };
	struct foreign_part part;

	part.term = decode(&d, in);
	part.cut = d.cut;
	return part;
}

struct foreign_request foreign_bounded(const struct foreign_request *rq)
{
	struct foreign_request out = *rq;

	out.terms_large = rq->terms ? rq->terms : FOREIGN_TERMS_LARGE;
	if (out.terms == 0)
		out.terms = FOREIGN_TERMS_DEFAULT;
	if (out.terms > FOREIGN_TERMS_MAX)
		out.terms = FOREIGN_TERMS_MAX;
	if (out.count == 0)
		out.count = FOREIGN_COUNT_DEFAULT;
	if (out.count > FOREIGN_COUNT_MAX)
		out.count = FOREIGN_COUNT_MAX;
	if (out.terms < 8 * out.count && out.what == FOREIGN_MESSAGES)
		out.terms = 8 * out.count;
	if (out.terms_large > out.terms)
		out.terms_large = out.terms;
	if (out.timeout_ns <= 0)
		out.timeout_ns = INT64_C(5000000000);
	return out;
}

void foreign_etf_bounds(struct buf *b, const struct foreign_request *rq)
{
	etf_tuple(b, 5);
	etf_uint(b, rq->terms);
	etf_uint(b, FOREIGN_DEPTH);
	etf_uint(b, (uint64_t)rq->timeout_ns / 1000000);
	etf_uint(b, rq->count);
	etf_uint(b, rq->terms_large);
}
