/* Bytes in the external term format -> a term. Keeps its own stack, so that depth costs
 * no C stack. */
#include "term/decode.h"

#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/mem.h"

#define DEPTH_MAX ((size_t)10000)
#define TERMS_MAX ((size_t)16 << 20)
#define BYTES_MAX ((size_t)256 << 20)

bool decode_bad(struct decoder *d, const char *what)
{
	return fail(d->err, ERR_FORMAT, "damaged term at byte %zu: %s",
		    (size_t)(d->p - d->start), what);
}

bool decode_over(struct decoder *d, const char *what)
{
	return fail(d->err, ERR_FORMAT, "a term is %s than the limit, at byte %zu", what,
		    (size_t)(d->p - d->start));
}

void *decode_take(struct decoder *d, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > d->bytes_left) {
		decode_over(d, "larger");
		return NULL;
	}
	d->bytes_left -= bytes;
	return arena_alloc(d->arena, bytes);
}

struct term *decode_take_terms(struct decoder *d, size_t count)
{
	if (count > d->terms_left) {
		decode_over(d, "of more values");
		return NULL;
	}
	d->terms_left -= count;
	return decode_take(d, count, sizeof(struct term));
}

bool decode_need_each(struct decoder *d, size_t count, size_t bytes_each)
{
	return count <= decode_left(d) / bytes_each || decode_bad(d, "it is cut off");
}

bool decode_push(struct decoder *d, struct term *items, size_t n, struct term *list)
{
	if (d->nruns >= d->depth_max)
		return decode_over(d, "nested deeper");
	if (d->nruns == d->cap) {
		struct decode_run *old = d->runs;

		d->runs = mem_grow(old == d->here ? NULL : old, &d->cap, d->nruns + 1,
				   sizeof(*old));
		if (old == d->here)
			memcpy(d->runs, d->here, sizeof(d->here));
	}
	d->runs[d->nruns++] =
		(struct decode_run){ .next = items, .left = n, .list = list };
	return true;
}

static bool read_string(struct decoder *d, struct term *out)
{
	if (!decode_need(d, 2))
		return false;

	size_t n = (size_t)decode_number(d, 2);

	if (!decode_need(d, n))
		return false;

	struct term *items = decode_take_terms(d, n + 1);

	if (!items)
		return false;
	for (size_t i = 0; i < n; i++) {
		items[i].type = TERM_INT;
		items[i].num = *d->p++;
	}
	items[n].type = TERM_LIST;
	out->type = TERM_LIST;
	out->n = (uint32_t)n;
	out->items = items;
	return true;
}

static bool read_list(struct decoder *d, struct term *out)
{
	if (!decode_need(d, 4))
		return false;

	size_t n = (size_t)decode_number(d, 4);

	if (!decode_need_each(d, n + 1, 1))
		return false;

	struct term *items = decode_take_terms(d, n + 1);

	if (!items)
		return false;
	out->type = TERM_LIST;
	out->n = (uint32_t)n;
	out->items = items;
	return decode_push(d, items, n + 1, out);
}

static bool read_tuple(struct decoder *d, size_t width, struct term *out)
{
	if (!decode_need(d, width))
		return false;

	size_t n = (size_t)decode_number(d, width);

	out->type = TERM_TUPLE;
	if (n == 0)
		return true;
	if (!decode_need_each(d, n, 1))
		return false;

	struct term *items = decode_take_terms(d, n);

	if (!items)
		return false;
	out->n = (uint32_t)n;
	out->items = items;
	return decode_push(d, items, n, NULL);
}

static bool read_map(struct decoder *d, struct term *out)
{
	if (!decode_need(d, 4))
		return false;

	size_t n = (size_t)decode_number(d, 4);

	out->type = TERM_MAP;
	if (n == 0)
		return true;
	if (!decode_need_each(d, n, 2))
		return false;

	struct term *items = decode_take_terms(d, 2 * n);

	if (!items)
		return false;
	out->n = (uint32_t)n;
	out->items = items;
	return decode_push(d, items, 2 * n, NULL);
}

static bool read_binary(struct decoder *d, bool bits, struct term *out)
{
	if (!decode_need(d, bits ? 5 : 4))
		return false;

	size_t n = (size_t)decode_number(d, 4);
	unsigned last = bits ? (unsigned)decode_number(d, 1) : 8;

	if (!decode_need(d, n))
		return false;
	if (last > 8 || (last == 0) != (bits && n == 0))
		return decode_bad(d, "a bit string has a wrong number of bits");
	out->type = bits && n > 0 && last < 8 ? TERM_BITS : TERM_BINARY;
	out->last_bits = out->type == TERM_BITS ? (uint8_t)last : 0;
	out->text = decode_bytes(d, n);
	return true;
}

static bool read_one(struct decoder *d, struct term *out)
{
	if (!decode_need(d, 1))
		return false;

	unsigned tag = (unsigned)decode_number(d, 1);

	switch (tag) {
	case ETF_SMALL_INTEGER:
		if (!decode_need(d, 1))
			return false;
		out->type = TERM_INT;
		out->num = (int64_t)decode_number(d, 1);
		return true;
	case ETF_INTEGER:
		if (!decode_need(d, 4))
			return false;
		out->type = TERM_INT;
		out->num = (int32_t)decode_number(d, 4);
		return true;
	case ETF_SMALL_BIG:
		return decode_need(d, 1) &&
		       decode_big(d, (size_t)decode_number(d, 1), out);
	case ETF_LARGE_BIG:
		return decode_need(d, 4) &&
		       decode_big(d, (size_t)decode_number(d, 4), out);
	case ETF_NEW_FLOAT:
		return decode_float(d, out);
	case ETF_FLOAT:
		return decode_float_text(d, out);
	case ETF_ATOM:
	case ETF_SMALL_ATOM:
	case ETF_ATOM_UTF8:
	case ETF_SMALL_ATOM_UTF8:
	case ETF_ATOM_CACHE_REF:
		out->type = TERM_ATOM;
		return decode_atom_tagged(d, tag, &out->text);
	case ETF_SMALL_TUPLE:
		return read_tuple(d, 1, out);
	case ETF_LARGE_TUPLE:
		return read_tuple(d, 4, out);
	case ETF_NIL:
		out->type = TERM_LIST;
		return true;
	case ETF_STRING:
		return read_string(d, out);
	case ETF_LIST:
		return read_list(d, out);
	case ETF_MAP:
		return read_map(d, out);
	case ETF_BINARY:
		return read_binary(d, false, out);
	case ETF_BIT_BINARY:
		return read_binary(d, true, out);
	case ETF_PID:
	case ETF_NEW_PID:
	case ETF_PORT:
	case ETF_NEW_PORT:
	case ETF_V4_PORT:
	case ETF_REFERENCE:
		return decode_id(d, tag, out);
	case ETF_NEW_REFERENCE:
	case ETF_NEWER_REFERENCE:
		return decode_ref(d, tag, out);
	case ETF_EXPORT:
		return decode_export(d, out);
	case ETF_NEW_FUN:
		return decode_new_fun(d, out);
	case ETF_FUN:
		return decode_old_fun(d, out);
	default:
		d->p--;
		return fail(d->err, ERR_FORMAT,
			    "damaged term at byte %zu: unknown tag %u",
			    (size_t)(d->p - d->start), tag);
	}
}

/*
 * A list whose elements and tail are all read: one that goes on in another list becomes
 * one list, as it is on the node. A node never sends such; quadratic work is bounded by
 * the limit on bytes.
 */
static bool finish_list(struct decoder *d, struct term *list)
{
	const struct term *tail = &list->items[list->n];

	if (tail->type != TERM_LIST) {
		if (list->n == 0) /* [|Tail] is its tail */
			*list = *tail;
		return true;
	}
	if (tail->n == 0) {
		if (list->n == 0)
			list->items = NULL;
		return true;
	}

	size_t n = (size_t)list->n + tail->n;

	if (n > UINT32_MAX)
		return decode_over(d, "larger");

	struct term *items = decode_take(d, n + 1, sizeof(*items));

	if (!items)
		return false;
	memcpy(items, list->items, list->n * sizeof(*items));
	memcpy(items + list->n, tail->items, ((size_t)tail->n + 1) * sizeof(*items));
	list->items = items;
	list->n = (uint32_t)n;
	return true;
}

static bool read_all(struct decoder *d, struct term *out)
{
	if (!read_one(d, out))
		return false;
	while (d->nruns > 0) {
		struct decode_run *f = &d->runs[d->nruns - 1];

		if (f->left > 0) {
			f->left--;
			if (!read_one(d, f->next++))
				return false;
			continue;
		}
		d->nruns--;
		if (f->list && !finish_list(d, f->list))
			return false;
	}
	return true;
}

/* Unpacks what follows tag 80 into the arena. *packed: out, the bytes that it took. */
static bool unpack(struct decoder *d, struct text *plain, size_t *packed)
{
	if (!decode_need(d, 4))
		return false;

	size_t size = (size_t)decode_number(d, 4);

	/* zlib packs at most 1032 to 1. */
	if (size / 1040 > decode_left(d))
		return decode_bad(d, "it is cut off");

	char *room = decode_take(d, size, 1);

	if (!room)
		return false;

	z_stream z = {
		.next_in = d->p,
		.avail_in =
			decode_left(d) < UINT32_MAX ? (uInt)decode_left(d) : UINT32_MAX,
		.next_out = (unsigned char *)room,
		.avail_out = (uInt)size,
	};

	if (inflateInit(&z) != Z_OK)
		mem_exhausted();

	int rc = inflate(&z, Z_FINISH);

	*packed = z.total_in;
	*plain = (struct text){ room, z.total_out };
	inflateEnd(&z);
	if (rc != Z_STREAM_END || plain->len != size)
		return decode_bad(d, "its compressed bytes are damaged");
	return true;
}

static void decoder_over(struct decoder *d, struct text bytes)
{
	d->start = d->p = (const unsigned char *)bytes.p;
	d->end = d->p + bytes.len;
}

/* The version byte and what may stand between it and the term. */
static bool read_version(struct decoder *d, struct text *plain, size_t *packed)
{
	if (!decode_need(d, 2))
		return false;
	if (decode_number(d, 1) != ETF_VERSION) {
		d->p--;
		return decode_bad(d, "it does not begin with 131");
	}
	if (*d->p == ETF_COMPRESSED) {
		d->p++;
		return unpack(d, plain, packed);
	}
	if (*d->p == ETF_LOCAL) {
		/* Promised to the node that made it alone. What OTP 26 to 29 write: four
		 * bytes that the node knows it by again, then a term of the usual tags
		 * but for its own name. */
		d->p++;
		d->local = true;
		if (!decode_need(d, 4))
			return false;
		d->p += 4;
	}
	return true;
}

static bool decode(struct decoder *d, struct text bytes, bool version, size_t *used,
		   struct term *out)
{
	struct text plain = { 0 };
	size_t packed = 0;

	decoder_over(d, bytes);
	if (version && !read_version(d, &plain, &packed))
		return false;

	size_t before = (size_t)(d->p - d->start);

	if (plain.p)
		decoder_over(d, plain);
	if (!read_all(d, out))
		return false;
	if (plain.p && d->p != d->end)
		return decode_bad(d, "bytes follow it");

	size_t read = plain.p ? before + packed : (size_t)(d->p - d->start);

	if (used)
		*used = read;
	else if (read != bytes.len)
		return decode_bad(d, "bytes follow it");
	return true;
}

bool term_decode(struct arena *a, struct text bytes, bool version,
		 const struct term_atoms *atoms, const struct term_limits *limits,
		 size_t *used, struct term *out, struct err *err)
{
	struct term_limits l = limits ? *limits : (struct term_limits){ 0 };
	struct decoder d = {
		.arena = a,
		.atoms = atoms,
		.depth_max = l.depth && l.depth < DEPTH_MAX ? l.depth : DEPTH_MAX,
		.terms_left = l.terms ? l.terms : TERMS_MAX,
		.bytes_left = l.bytes ? l.bytes : BYTES_MAX,
		.cap = sizeof(d.here) / sizeof(d.here[0]),
		.err = err,
	};

	d.runs = d.here;
	*out = (struct term){ 0 };

	bool ok = decode(&d, bytes, version, used, out);

	if (d.runs != d.here)
		free(d.runs);
	return ok;
}
