/* Bytes in the external term format -> a term. Keeps its own stack, so that depth costs no C stack. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/mem.h"
#include "term/chars.h"
#include "term/etf.h"
#include "term/term.h"

#define DEPTH_MAX ((size_t)10000)
#define TERMS_MAX ((size_t)16 << 20)
#define BYTES_MAX ((size_t)256 << 20)

/* A run of terms that is being read. */
struct frame {
	struct term *next; /* the one to read now */
	size_t left;       /* how many, with it */
	struct term *list; /* the list that these are the elements and the tail of, or NULL */
};

struct decoder {
	const unsigned char *p;
	const unsigned char *end;
	const unsigned char *start; /* for the offset in messages */
	struct arena *arena;
	const struct term_atoms *atoms;
	size_t depth_max;
	size_t terms_left;
	size_t bytes_left;
	struct frame *frames; /* here[] until it is too small */
	size_t nframes;
	size_t cap;
	struct frame here[32];
	struct err *err;
};

static bool bad(struct decoder *d, const char *what)
{
	return fail(d->err, ERR_FORMAT, "damaged term at byte %zu: %s", (size_t)(d->p - d->start), what);
}

static size_t left(const struct decoder *d)
{
	return (size_t)(d->end - d->p);
}

static bool need(struct decoder *d, size_t n)
{
	return left(d) >= n || bad(d, "it is cut off");
}

static uint64_t number(struct decoder *d, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | d->p[i];
	d->p += bytes;
	return v;
}

static struct text bytes_of(struct decoder *d, size_t n)
{
	struct text t = { (const char *)d->p, n };

	d->p += n;
	return t;
}

/* Memory for count things, within what the limits leave; NULL when it is too much. */
static void *take(struct decoder *d, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > d->bytes_left) {
		bad(d, "it is larger than the limit");
		return NULL;
	}
	d->bytes_left -= bytes;
	return arena_alloc(d->arena, bytes);
}

static struct term *take_terms(struct decoder *d, size_t count)
{
	if (count > d->terms_left) {
		bad(d, "it has more values than the limit");
		return NULL;
	}
	d->terms_left -= count;
	return take(d, count, sizeof(struct term));
}

/* A counted run must have at least one byte an element: checked before memory is taken for it. */
static bool need_each(struct decoder *d, size_t count, size_t bytes_each)
{
	return count <= left(d) / bytes_each || bad(d, "it is cut off");
}

static bool push(struct decoder *d, struct term *items, size_t n, struct term *list)
{
	if (d->nframes >= d->depth_max)
		return bad(d, "it is nested deeper than the limit");
	if (d->nframes == d->cap) {
		struct frame *old = d->frames;

		d->frames = mem_grow(old == d->here ? NULL : old, &d->cap, d->nframes + 1, sizeof(*old));
		if (old == d->here)
			memcpy(d->frames, d->here, sizeof(d->here));
	}
	d->frames[d->nframes++] = (struct frame){ .next = items, .left = n, .list = list };
	return true;
}

static bool read_latin1(struct decoder *d, size_t n, struct text *name)
{
	if (!need(d, n))
		return false;
	*name = bytes_of(d, n);
	if (chars_ascii(*name))
		return true;

	char *made = take(d, n, 2);
	size_t len = 0;

	if (!made)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)name->p[i];

		if (c < 0x80) {
			made[len++] = (char)c;
		} else {
			made[len++] = (char)(0xc0 | c >> 6);
			made[len++] = (char)(0x80 | (c & 0x3f));
		}
	}
	*name = (struct text){ made, len };
	return true;
}

/* The rest of an atom whose tag has been read. */
static bool read_atom_tagged(struct decoder *d, unsigned tag, struct text *name)
{
	size_t width = tag == ETF_ATOM || tag == ETF_ATOM_UTF8 ? 2 : 1;

	if (!need(d, width))
		return false;

	size_t n = (size_t)number(d, width);

	switch (tag) {
	case ETF_ATOM:
	case ETF_SMALL_ATOM:
		return read_latin1(d, n, name);
	case ETF_ATOM_UTF8:
	case ETF_SMALL_ATOM_UTF8:
		if (!need(d, n))
			return false;
		*name = bytes_of(d, n);
		return true;
	case ETF_ATOM_CACHE_REF:
		if (!d->atoms || n >= d->atoms->n)
			return bad(d, "an atom's number is not in the header");
		*name = d->atoms->at[n];
		return true;
	default:
		return bad(d, "an atom was expected");
	}
}

static bool read_atom(struct decoder *d, struct text *name)
{
	if (!need(d, 1))
		return false;
	return read_atom_tagged(d, (unsigned)number(d, 1), name);
}

/* Sizes of what follows the node's name in pids, ports and references. */
struct id_form {
	uint8_t type;
	uint8_t num;      /* bytes of the number */
	uint8_t serial;   /* bytes of a pid's serial */
	uint8_t creation; /* bytes */
};

static bool read_id(struct decoder *d, struct id_form form, struct term *out)
{
	struct term_id *id = take(d, 1, sizeof(*id));

	if (!id || !read_atom(d, &id->node))
		return false;
	if (!need(d, (size_t)form.num + form.serial + form.creation))
		return false;
	id->num = number(d, form.num);
	id->num |= number(d, form.serial) << 32;
	id->creation = (uint32_t)number(d, form.creation);
	if (form.type == TERM_REF) { /* the oldest form, of one word */
		id->nwords = 1;
		id->words[0] = (uint32_t)id->num;
		id->num = 0;
	}
	out->type = (enum term_type)form.type;
	out->id = id;
	return true;
}

static bool read_ref(struct decoder *d, size_t creation_bytes, struct term *out)
{
	struct term_id *id = take(d, 1, sizeof(*id));

	if (!id || !need(d, 2))
		return false;
	id->nwords = (uint32_t)number(d, 2);
	if (id->nwords < 1 || id->nwords > sizeof(id->words) / sizeof(id->words[0]))
		return bad(d, "a reference has a wrong number of words");
	if (!read_atom(d, &id->node) || !need(d, creation_bytes + 4 * (size_t)id->nwords))
		return false;
	id->creation = (uint32_t)number(d, creation_bytes);
	for (uint32_t i = 0; i < id->nwords; i++)
		id->words[i] = (uint32_t)number(d, 4);
	out->type = TERM_REF;
	out->id = id;
	return true;
}

static bool read_big(struct decoder *d, size_t n, struct term *out)
{
	if (!need(d, 1 + n))
		return false;

	bool negative = number(d, 1) != 0;
	struct text bytes = bytes_of(d, n);

	while (bytes.len > 0 && bytes.p[bytes.len - 1] == 0)
		bytes.len--;
	if (bytes.len <= 8) {
		uint64_t v = 0;

		for (size_t i = bytes.len; i > 0; i--)
			v = v << 8 | (unsigned char)bytes.p[i - 1];
		if (v <= (uint64_t)INT64_MAX + negative) {
			out->type = TERM_INT;
			out->num = negative ? (int64_t)-v : (int64_t)v;
			return true;
		}
	}

	struct term_big *big = take(d, 1, sizeof(*big));

	if (!big)
		return false;
	*big = (struct term_big){ .negative = negative, .bytes = bytes };
	out->type = TERM_BIG;
	out->big = big;
	return true;
}

static bool set_float(struct decoder *d, double v, struct term *out)
{
	if (!isfinite(v))
		return bad(d, "a float is not a number");
	out->type = TERM_FLOAT;
	out->real = v;
	return true;
}

static bool read_float(struct decoder *d, struct term *out)
{
	if (!need(d, 8))
		return false;

	uint64_t bits = number(d, 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return set_float(d, v, out);
}

/* The old form: "%.20e" in 31 bytes, filled up with zeros. */
static bool read_float_text(struct decoder *d, struct term *out)
{
	char text[32] = { 0 };
	char *stop;

	if (!need(d, 31))
		return false;
	memcpy(text, d->p, 31);
	d->p += 31;
	if (text[strspn(text, "+-.0123456789eE")])
		return bad(d, "a float is not a number");

	double v = strtod(text, &stop);

	if (stop == text || *stop)
		return bad(d, "a float is not a number");
	return set_float(d, v, out);
}

static bool read_string(struct decoder *d, struct term *out)
{
	if (!need(d, 2))
		return false;

	size_t n = (size_t)number(d, 2);

	if (!need(d, n))
		return false;

	struct term *items = take_terms(d, n + 1);

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
	if (!need(d, 4))
		return false;

	size_t n = (size_t)number(d, 4);

	if (!need_each(d, n + 1, 1))
		return false;

	struct term *items = take_terms(d, n + 1);

	if (!items)
		return false;
	out->type = TERM_LIST;
	out->n = (uint32_t)n;
	out->items = items;
	return push(d, items, n + 1, out);
}

static bool read_tuple(struct decoder *d, size_t width, struct term *out)
{
	if (!need(d, width))
		return false;

	size_t n = (size_t)number(d, width);

	out->type = TERM_TUPLE;
	if (n == 0)
		return true;
	if (!need_each(d, n, 1))
		return false;

	struct term *items = take_terms(d, n);

	if (!items)
		return false;
	out->n = (uint32_t)n;
	out->items = items;
	return push(d, items, n, NULL);
}

static bool read_map(struct decoder *d, struct term *out)
{
	if (!need(d, 4))
		return false;

	size_t n = (size_t)number(d, 4);

	out->type = TERM_MAP;
	if (n == 0)
		return true;
	if (!need_each(d, n, 2))
		return false;

	struct term *items = take_terms(d, 2 * n);

	if (!items)
		return false;
	out->n = (uint32_t)n;
	out->items = items;
	return push(d, items, 2 * n, NULL);
}

static bool read_binary(struct decoder *d, bool bits, struct term *out)
{
	if (!need(d, bits ? 5 : 4))
		return false;

	size_t n = (size_t)number(d, 4);
	unsigned last = bits ? (unsigned)number(d, 1) : 8;

	if (!need(d, n))
		return false;
	if (last > 8 || (last == 0) != (bits && n == 0))
		return bad(d, "a bit string has a wrong number of bits");
	out->type = bits && n > 0 && last < 8 ? TERM_BITS : TERM_BINARY;
	out->last_bits = out->type == TERM_BITS ? (uint8_t)last : 0;
	out->text = bytes_of(d, n);
	return true;
}

/* A small number inside a fun or an export. */
static bool read_small(struct decoder *d, uint32_t *v)
{
	if (!need(d, 2))
		return false;

	unsigned tag = (unsigned)number(d, 1);

	if (tag == ETF_SMALL_INTEGER) {
		*v = (uint32_t)number(d, 1);
		return true;
	}
	if (tag == ETF_INTEGER && left(d) >= 4) {
		*v = (uint32_t)number(d, 4);
		return true;
	}
	if (tag == ETF_SMALL_BIG) { /* an unsigned word that the sign would not let fit */
		struct term t = { 0 };

		if (!read_big(d, (size_t)number(d, 1), &t))
			return false;
		*v = (uint32_t)term_num(&t);
		return true;
	}
	return bad(d, "a small number was expected");
}

static bool read_export(struct decoder *d, struct term *out)
{
	struct term_fun *f = take(d, 1, sizeof(*f));
	uint32_t arity;

	if (!f || !read_atom(d, &f->module) || !read_atom(d, &f->name) || !read_small(d, &arity))
		return false;
	f->arity = (uint8_t)arity;
	out->type = TERM_EXPORT;
	out->fun = f;
	return true;
}

static bool read_new_fun(struct decoder *d, struct term *out)
{
	struct term_fun *f = take(d, 1, sizeof(*f));
	const unsigned char *from = d->p;

	if (!f || !need(d, 29))
		return false;

	size_t size = (size_t)number(d, 4);

	if (size < 29 || size > (size_t)(d->end - from))
		return bad(d, "a fun has a wrong size");
	f->arity = (uint8_t)number(d, 1);
	d->p += 16; /* the module's MD5 */
	f->index = (uint32_t)number(d, 4);
	f->nfree = (uint32_t)number(d, 4);

	uint32_t old_index;

	if (!read_atom(d, &f->module) || !read_small(d, &old_index) || !read_small(d, &f->uniq))
		return false;
	if ((size_t)(d->p - from) > size)
		return bad(d, "a fun has a wrong size");
	d->p = from + size; /* past its creator and its environment */
	out->type = TERM_FUN;
	out->fun = f;
	return true;
}

/* FUN_EXT of old nodes has no size: its environment is read, and dropped. */
static bool read_old_fun(struct decoder *d, struct term *out)
{
	struct term_fun *f = take(d, 1, sizeof(*f));

	if (!f || !need(d, 4))
		return false;
	f->nfree = (uint32_t)number(d, 4);

	struct term creator = { 0 };

	if (!need(d, 1))
		return false;

	unsigned tag = (unsigned)number(d, 1);
	struct id_form form = { TERM_PID, 4, 4, tag == ETF_NEW_PID ? 4 : 1 };

	if (tag != ETF_PID && tag != ETF_NEW_PID)
		return bad(d, "a pid was expected");
	if (!read_id(d, form, &creator) || !read_atom(d, &f->module) || !read_small(d, &f->index) ||
	    !read_small(d, &f->uniq))
		return false;
	out->type = TERM_FUN;
	out->fun = f;
	if (f->nfree == 0)
		return true;
	if (!need_each(d, f->nfree, 1))
		return false;

	struct term *dropped = take_terms(d, f->nfree);

	return dropped && push(d, dropped, f->nfree, NULL);
}

static bool read_one(struct decoder *d, struct term *out)
{
	if (!need(d, 1))
		return false;

	unsigned tag = (unsigned)number(d, 1);

	switch (tag) {
	case ETF_SMALL_INTEGER:
		out->type = TERM_INT;
		return need(d, 1) && (out->num = (int64_t)number(d, 1), true);
	case ETF_INTEGER:
		out->type = TERM_INT;
		return need(d, 4) && (out->num = (int32_t)number(d, 4), true);
	case ETF_SMALL_BIG:
		return need(d, 1) && read_big(d, (size_t)number(d, 1), out);
	case ETF_LARGE_BIG:
		return need(d, 4) && read_big(d, (size_t)number(d, 4), out);
	case ETF_NEW_FLOAT:
		return read_float(d, out);
	case ETF_FLOAT:
		return read_float_text(d, out);
	case ETF_ATOM:
	case ETF_SMALL_ATOM:
	case ETF_ATOM_UTF8:
	case ETF_SMALL_ATOM_UTF8:
	case ETF_ATOM_CACHE_REF:
		out->type = TERM_ATOM;
		return read_atom_tagged(d, tag, &out->text);
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
		return read_id(d, (struct id_form){ TERM_PID, 4, 4, 1 }, out);
	case ETF_NEW_PID:
		return read_id(d, (struct id_form){ TERM_PID, 4, 4, 4 }, out);
	case ETF_PORT:
		return read_id(d, (struct id_form){ TERM_PORT, 4, 0, 1 }, out);
	case ETF_NEW_PORT:
		return read_id(d, (struct id_form){ TERM_PORT, 4, 0, 4 }, out);
	case ETF_V4_PORT:
		return read_id(d, (struct id_form){ TERM_PORT, 8, 0, 4 }, out);
	case ETF_REFERENCE:
		return read_id(d, (struct id_form){ TERM_REF, 4, 0, 1 }, out);
	case ETF_NEW_REFERENCE:
		return read_ref(d, 1, out);
	case ETF_NEWER_REFERENCE:
		return read_ref(d, 4, out);
	case ETF_EXPORT:
		return read_export(d, out);
	case ETF_NEW_FUN:
		return read_new_fun(d, out);
	case ETF_FUN:
		return read_old_fun(d, out);
	default:
		d->p--;
		return fail(d->err, ERR_FORMAT, "damaged term at byte %zu: unknown tag %u",
			    (size_t)(d->p - d->start), tag);
	}
}

/*
 * A list whose elements and tail are all read: one that goes on in another list becomes one list, as it is on the
 * node. A node never sends such; quadratic work is bounded by the limit on bytes.
 */
static bool finish_list(struct decoder *d, struct term *list)
{
	const struct term *tail = &list->items[list->n];

	if (tail->type != TERM_LIST)
		return list->n > 0 || (*list = *tail, true);
	if (tail->n == 0) {
		if (list->n == 0)
			list->items = NULL;
		return true;
	}

	size_t n = (size_t)list->n + tail->n;

	if (n > UINT32_MAX)
		return bad(d, "it is larger than the limit");

	struct term *items = take(d, n + 1, sizeof(*items));

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
	while (d->nframes > 0) {
		struct frame *f = &d->frames[d->nframes - 1];

		if (f->left > 0) {
			f->left--;
			if (!read_one(d, f->next++))
				return false;
			continue;
		}
		d->nframes--;
		if (f->list && !finish_list(d, f->list))
			return false;
	}
	return true;
}

/* Unpacks what follows tag 80 into the arena. *packed: out, the bytes that it took. */
static bool unpack(struct decoder *d, struct text *plain, size_t *packed)
{
	if (!need(d, 4))
		return false;

	size_t size = (size_t)number(d, 4);

	/* zlib packs at most 1032 to 1. */
	if (size / 1040 > left(d))
		return bad(d, "it is cut off");

	char *room = take(d, size, 1);

	if (!room)
		return false;

	z_stream z = {
		.next_in = (unsigned char *)(uintptr_t)d->p,
		.avail_in = left(d) < UINT32_MAX ? (uInt)left(d) : UINT32_MAX,
		.next_out = (unsigned char *)room,
		.avail_out = (uInt)size,
	};

	if (inflateInit(&z) != Z_OK)
		mem_exhausted(size);

	int rc = inflate(&z, Z_FINISH);

	*packed = z.total_in;
	*plain = (struct text){ room, z.total_out };
	inflateEnd(&z);
	if (rc != Z_STREAM_END || plain->len != size)
		return bad(d, "its compressed bytes are damaged");
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
	if (!need(d, 2))
		return false;
	if (number(d, 1) != ETF_VERSION) {
		d->p--;
		return bad(d, "it does not begin with 131");
	}
	if (*d->p == ETF_COMPRESSED) {
		d->p++;
		return unpack(d, plain, packed);
	}
	if (*d->p == ETF_LOCAL) { /* what the node's own decoder would check comes first */
		d->p++;
		if (!need(d, 8))
			return false;
		d->p += 8;
	}
	return true;
}

static bool decode(struct decoder *d, struct text bytes, bool version, size_t *used, struct term *out)
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
		return bad(d, "bytes follow it");

	size_t read = plain.p ? before + packed : (size_t)(d->p - d->start);

	if (used)
		*used = read;
	else if (read != bytes.len)
		return bad(d, "bytes follow it");
	return true;
}

bool term_decode(struct arena *a, struct text bytes, bool version, const struct term_atoms *atoms,
		 const struct term_limits *limits, size_t *used, struct term *out, struct err *err)
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

	d.frames = d.here;
	*out = (struct term){ 0 };

	bool ok = decode(&d, bytes, version, used, out);

	if (d.frames != d.here)
		free(d.frames);
	return ok;
}
