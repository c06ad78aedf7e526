/*
 * What both printers stand on. A term is first written on one line, and the limits are
 * held there; where lines are to be broken, marks say what stands where in that line, and
 * a layout reads the line and the marks.
 */
#ifndef TERM_PRINT_H
#define TERM_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "term/term.h"

enum mark_kind {
	MARK_TEXT,     /* has no parts; Elixir's are empty: its layout skips them */
	MARK_BYTES,    /* <<1,2,3>> */
	MARK_LIST,     /* parts: the elements */
	MARK_IMPROPER, /* the same, and the tail */
	MARK_TUPLE,
	MARK_TAGGED,   /* a tuple that begins with an atom and has more elements */
	MARK_MAP,      /* parts: pairs */
	MARK_PAIR,     /* parts: key and value */
	/* Elixir's document: groups, and the places where a group may break. */
	MARK_FLEX,     /* breaks where it must, nested by 1 */
	MARK_BITS,     /* the same, nested by 2 */
	MARK_STRICT,   /* breaks everywhere or nowhere, nested by 2 */
	MARK_EDGE,     /* within the brackets of a strict group */
	MARK_BREAK,    /* a blank */
	MARK_CLOSE,    /* the end of a group */
};

struct mark {
	uint8_t kind;
	size_t from;  /* bytes from the start of the line */
	size_t to;
	size_t chars; /* code points in it */
	size_t next;  /* index of the first mark that is no part of this one */
};

struct printer {
	struct buf *out;
	const struct term_style *style;
	size_t base;         /* where in out the line begins */
	size_t depth;        /* how many more containers may be opened */
	size_t extra;        /* bytes of the line so far that begin no code point */
	bool breaks;         /* marks are wanted */
	bool simple;         /* Elixir: no group was opened since this was set */
	bool no_charlists;   /* Elixir: lists of characters are lists of numbers */
	struct mark *marks;  /* here until there are too many */
	size_t nmarks;
	size_t cap;
	struct mark *here;   /* term_print()'s own */
};

/* Containers nested deeper than this are cut, whatever the style says: printing uses the
 * C stack. */
#define PRINT_DEPTH_MAX 1000

/* The line so far, in bytes. */
size_t print_len(const struct printer *p);
/* The limit on the whole output is reached. */
bool print_full(const struct printer *p);
/* How many of n elements, and of n bytes or characters, the limits let through. */
size_t print_items(const struct printer *p, size_t n);
size_t print_bytes(const struct printer *p, size_t n);
/* "... (12 more bytes)"; what may be empty. */
void print_more(struct printer *p, size_t n, const char *what);
void print_cut(struct printer *p, const struct term_cut *cut);
/* Its highest digits, where the limit on the whole output leaves out the others. */
void print_big(struct printer *p, const struct term_big *big, enum syntax syntax);
/* What stands for the pairs of a map that were left out; NULL when there are none. */
const struct term_cut *print_map_cut(const struct term *t);

/* Marks that begin here; close sets the end. Without breaks they do nothing. */
size_t print_open(struct printer *p, enum mark_kind kind);
void print_close(struct printer *p, size_t mark);
void print_change(struct printer *p, size_t mark, enum mark_kind kind);

/* The name of a secret: its value is to be masked. False unless the style says redact. */
bool print_secret(const struct printer *p, const struct term *key);
/* What stands in its place; opens no mark. */
void print_mask(struct printer *p);

/* A record: the names of its fields, and how many of them are there (what the target left
 * out is not). NULL: it is a plain tuple. */
const struct text *print_record_fields(const struct printer *p, const struct term *t,
				       size_t *n);
/* Is its value to be masked? */
bool print_secret_field(const struct printer *p, struct text field);

/* "0.N.S", "0.N" or "0.a.b.c", with the node's name for the 0 when it is not home. */
void print_id(struct printer *p, const struct term *t);
/* A list of small integers that both languages show as text: each of them passes. */
bool print_is_chars(const struct term *t, bool (*passes)(uint32_t c));

/* The value of bits behind the last whole byte. */
unsigned print_last_bits(const struct term *t);

void print_erlang(struct printer *p, const struct term *t);
void print_elixir(struct printer *p, const struct term *t);
/* Writes line, which the marks describe, broken into lines of at most width where that
 * can be. */
void layout_erlang(struct buf *out, struct text line, const struct mark *marks,
		   size_t nmarks, size_t width);
void layout_elixir(struct buf *out, struct text line, const struct mark *marks,
		   size_t nmarks, size_t width);

#endif
