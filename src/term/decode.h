/*
 * Between the reader of the external term format and its parts. A reader of a part begins
 * behind the tag, leaves d->p behind what it read, and fills a term of zeros.
 */
#ifndef TERM_DECODE_H
#define TERM_DECODE_H

#include "term/etf.h"
#include "term/term.h"

/* A run of terms that is being read. */
struct decode_run {
	struct term *next; /* the one to read now */
	size_t left;       /* how many, with it */
	struct term *list; /* these are its elements and its tail; or NULL */
};

struct decoder {
	const unsigned char *p;
	const unsigned char *end;
	const unsigned char *start; /* for the offset in messages */
	struct arena *arena;
	const struct term_atoms *atoms;
	bool local;                 /* of a node's own format: its node's name is [] */
	size_t depth_max;
	size_t terms_left;
	size_t bytes_left;
	struct decode_run *runs;    /* here[] until it is too small */
	size_t nruns;
	size_t cap;
	struct decode_run here[32];
	struct err *err;
};

/* "damaged term at byte N: what". Returns false. */
bool decode_bad(struct decoder *d, const char *what);
/* Nothing is wrong with it: "a term is what than the limit, at byte N". Returns false. */
bool decode_over(struct decoder *d, const char *what);

static inline size_t decode_left(const struct decoder *d)
{
	return (size_t)(d->end - d->p);
}

/* There are n bytes more; else "it is cut off". */
static inline bool decode_need(struct decoder *d, size_t n)
{
	return decode_left(d) >= n || decode_bad(d, "it is cut off");
}

/* A big-endian number of bytes that are there. */
static inline uint64_t decode_number(struct decoder *d, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | d->p[i];
	d->p += bytes;
	return v;
}

static inline struct text decode_bytes(struct decoder *d, size_t n)
{
	struct text t = { (const char *)d->p, n };

	d->p += n;
	return t;
}

/* Memory for count things, and for count terms, within what the limits leave; NULL when
 * it is too much. */
void *decode_take(struct decoder *d, size_t count, size_t size);
struct term *decode_take_terms(struct decoder *d, size_t count);
/* A counted run has at least so many bytes an element: asked before memory is taken. */
bool decode_need_each(struct decoder *d, size_t count, size_t bytes_each);
/* n terms are to be read next, into items; the elements and the tail of list, or NULL. */
bool decode_push(struct decoder *d, struct term *items, size_t n, struct term *list);

/* Atoms: with the tag in front, or behind it. */
bool decode_atom(struct decoder *d, struct text *name);
bool decode_atom_tagged(struct decoder *d, unsigned tag, struct text *name);
/* Pids, ports and references of the tags that have one number. */
bool decode_id(struct decoder *d, unsigned tag, struct term *out);
bool decode_ref(struct decoder *d, unsigned tag, struct term *out);
bool decode_big(struct decoder *d, size_t bytes, struct term *out);
bool decode_float(struct decoder *d, struct term *out);
bool decode_float_text(struct decoder *d, struct term *out);
bool decode_export(struct decoder *d, struct term *out);
bool decode_new_fun(struct decoder *d, struct term *out);
bool decode_old_fun(struct decoder *d, struct term *out);

#endif
