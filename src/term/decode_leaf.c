/* Reading the external term format: what is no container. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "term/chars.h"
#include "term/decode.h"

static bool read_latin1(struct decoder *d, size_t n, struct text *name)
{
	if (!decode_need(d, n))
		return false;
	*name = decode_bytes(d, n);
	if (chars_ascii(*name))
		return true;

	char *made = decode_take(d, n, 2);
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

/* An atom has at most 255 characters; what is longer could not be written again. */
#define ATOM_CHARS ((size_t)255)
#define ATOM_BYTES (4 * ATOM_CHARS)

/* The rest of an atom whose tag has been read. */
bool decode_atom_tagged(struct decoder *d, unsigned tag, struct text *name)
{
	size_t width = tag == ETF_ATOM || tag == ETF_ATOM_UTF8 ? 2 : 1;

	if (!decode_need(d, width))
		return false;

	size_t n = (size_t)decode_number(d, width);
	size_t most = tag == ETF_ATOM_UTF8 ? ATOM_BYTES : ATOM_CHARS;

	if (width == 2 && n > most)
		return decode_bad(d, "an atom is longer than atoms can be");
	switch (tag) {
	case ETF_ATOM:
	case ETF_SMALL_ATOM:
		return read_latin1(d, n, name);
	case ETF_ATOM_UTF8:
	case ETF_SMALL_ATOM_UTF8:
		if (!decode_need(d, n))
			return false;
		*name = decode_bytes(d, n);
		return true;
	case ETF_ATOM_CACHE_REF:
		if (!d->atoms || n >= d->atoms->n)
			return decode_bad(d, "an atom's number is not in the header");
		*name = d->atoms->at[n];
		return true;
	default:
		return decode_bad(d, "an atom was expected");
	}
}

bool decode_atom(struct decoder *d, struct text *name)
{
	if (!decode_need(d, 1))
		return false;
	return decode_atom_tagged(d, (unsigned)decode_number(d, 1), name);
}

/* What follows the node's name in pids, ports and references of one number. */
static const struct id_form {
	uint8_t tag;
	uint8_t type;
	uint8_t num;      /* bytes of the number */
	uint8_t serial;   /* bytes of a pid's serial */
	uint8_t creation; /* bytes */
} id_forms[] = {
	{ ETF_PID, TERM_PID, 4, 4, 1 },      { ETF_NEW_PID, TERM_PID, 4, 4, 4 },
	{ ETF_PORT, TERM_PORT, 4, 0, 1 },    { ETF_NEW_PORT, TERM_PORT, 4, 0, 4 },
	{ ETF_V4_PORT, TERM_PORT, 8, 0, 4 }, { ETF_REFERENCE, TERM_REF, 4, 0, 1 },
};

static bool read_node(struct decoder *d, struct text *node)
{
	if (d->local && decode_left(d) > 0 && *d->p == ETF_NIL) {
		d->p++;
		*node = TEXT("");
		return true;
	}
	return decode_atom(d, node);
}

bool decode_id(struct decoder *d, unsigned tag, struct term *out)
{
	struct term_id *id = decode_take(d, 1, sizeof(*id));
	const struct id_form *form = id_forms;

	while (form->tag != tag)
		form++;
	if (!id || !read_node(d, &id->node))
		return false;
	if (!decode_need(d, (size_t)form->num + form->serial + form->creation))
		return false;
	id->num = decode_number(d, form->num);
	id->num |= decode_number(d, form->serial) << 32;
	id->creation = (uint32_t)decode_number(d, form->creation);
	if (form->type == TERM_REF) { /* the oldest form, of one word */
		id->nwords = 1;
		id->words[0] = (uint32_t)id->num;
		id->num = 0;
	}
	out->type = (enum term_type)form->type;
	out->id = id;
	return true;
}

bool decode_ref(struct decoder *d, unsigned tag, struct term *out)
{
	size_t creation_bytes = tag == ETF_NEWER_REFERENCE ? 4 : 1;
	struct term_id *id = decode_take(d, 1, sizeof(*id));

	if (!id || !decode_need(d, 2))
		return false;
	id->nwords = (uint32_t)decode_number(d, 2);
	if (id->nwords < 1 || id->nwords > sizeof(id->words) / sizeof(id->words[0]))
		return decode_bad(d, "a reference has a wrong number of words");
	if (!read_node(d, &id->node) ||
	    !decode_need(d, creation_bytes + 4 * (size_t)id->nwords))
		return false;
	id->creation = (uint32_t)decode_number(d, creation_bytes);
	for (uint32_t i = 0; i < id->nwords; i++)
		id->words[i] = (uint32_t)decode_number(d, 4);
	out->type = TERM_REF;
	out->id = id;
	return true;
}

bool decode_big(struct decoder *d, size_t n, struct term *out)
{
	if (!decode_need(d, 1 + n))
		return false;

	bool negative = decode_number(d, 1) != 0;
	struct text bytes = decode_bytes(d, n);

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

	struct term_big *big = decode_take(d, 1, sizeof(*big));

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
		return decode_bad(d, "a float is not a number");
	out->type = TERM_FLOAT;
	out->real = v;
	return true;
}

bool decode_float(struct decoder *d, struct term *out)
{
	if (!decode_need(d, 8))
		return false;

	uint64_t bits = decode_number(d, 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return set_float(d, v, out);
}

/* The old form: "%.20e" in 31 bytes, filled up with zeros. */
bool decode_float_text(struct decoder *d, struct term *out)
{
	char text[32] = { 0 };
	char *stop;

	if (!decode_need(d, 31))
		return false;
	memcpy(text, d->p, 31);
	d->p += 31;
	if (text[strspn(text, "+-.0123456789eE")])
		return decode_bad(d, "a float is not a number");

	double v = strtod(text, &stop);

	if (stop == text || *stop)
		return decode_bad(d, "a float is not a number");
	return set_float(d, v, out);
}

/* A small number inside a fun or an export. */
static bool read_small(struct decoder *d, uint32_t *v)
{
	if (!decode_need(d, 2))
		return false;

	unsigned tag = (unsigned)decode_number(d, 1);

	if (tag == ETF_SMALL_INTEGER) {
		*v = (uint32_t)decode_number(d, 1);
		return true;
	}
	if (tag == ETF_INTEGER && decode_left(d) >= 4) {
		*v = (uint32_t)decode_number(d, 4);
		return true;
	}
	if (tag == ETF_SMALL_BIG) { /* an unsigned word that the sign would not let fit */
		struct term t = { 0 };

		if (!decode_big(d, (size_t)decode_number(d, 1), &t))
			return false;
		*v = (uint32_t)term_num(&t);
		return true;
	}
	return decode_bad(d, "a small number was expected");
}

bool decode_export(struct decoder *d, struct term *out)
{
	struct term_fun *f = decode_take(d, 1, sizeof(*f));
	uint32_t arity;

	if (!f || !decode_atom(d, &f->module) || !decode_atom(d, &f->name) ||
	    !read_small(d, &arity))
		return false;
	f->arity = (uint8_t)arity;
	out->type = TERM_EXPORT;
	out->fun = f;
	return true;
}

bool decode_new_fun(struct decoder *d, struct term *out)
{
	struct term_fun *f = decode_take(d, 1, sizeof(*f));
	const unsigned char *from = d->p;

	if (!f || !decode_need(d, 29))
		return false;

	size_t size = (size_t)decode_number(d, 4);

	if (size < 29 || size > (size_t)(d->end - from))
		return decode_bad(d, "a fun has a wrong size");
	f->arity = (uint8_t)decode_number(d, 1);
	d->p += 16; /* the module's MD5 */
	f->index = (uint32_t)decode_number(d, 4);
	f->nfree = (uint32_t)decode_number(d, 4);

	uint32_t old_index;

	if (!decode_atom(d, &f->module) || !read_small(d, &old_index) ||
	    !read_small(d, &f->uniq))
		return false;
	if ((size_t)(d->p - from) > size)
		return decode_bad(d, "a fun has a wrong size");
	d->p = from + size; /* past its creator and its environment */
	out->type = TERM_FUN;
	out->fun = f;
	return true;
}

/* FUN_EXT of old nodes has no size: its environment is read, and dropped. */
bool decode_old_fun(struct decoder *d, struct term *out)
{
	struct term_fun *f = decode_take(d, 1, sizeof(*f));

	if (!f || !decode_need(d, 4))
		return false;
	f->nfree = (uint32_t)decode_number(d, 4);

	struct term creator = { 0 };

	if (!decode_need(d, 1))
		return false;

	unsigned tag = (unsigned)decode_number(d, 1);

	if (tag != ETF_PID && tag != ETF_NEW_PID)
		return decode_bad(d, "a pid was expected");
	if (!decode_id(d, tag, &creator) || !decode_atom(d, &f->module) ||
	    !read_small(d, &f->index) || !read_small(d, &f->uniq))
		return false;
	out->type = TERM_FUN;
	out->fun = f;
	if (f->nfree == 0)
		return true;
	if (!decode_need_each(d, f->nfree, 1))
		return false;

	struct term *dropped = decode_take_terms(d, f->nfree);

	return dropped && decode_push(d, dropped, f->nfree, NULL);
}
