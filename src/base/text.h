/*
 * A view of bytes that somebody else owns. Not NUL-terminated; may hold any byte, also 0.
 * An empty text has len 0, whatever p is.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct text {
	const char *p; /* the first byte */
	size_t len;    /* bytes */
};

/* A text of a string literal, fit for static initialisers. */
#define TEXT_INIT(literal) { (literal), sizeof(literal) - 1 }
#define TEXT(literal) ((struct text)TEXT_INIT(literal))

/* For printf: printf("%.*s", TEXT_ARG(t)). Lengths over INT_MAX are cut. */
#define TEXT_ARG(t) (int)((t).len > 0x7fffffff ? 0x7fffffff : (t).len), (t).p

/* The text of a C string; NULL gives the empty text. */
struct text text_of(const char *s);

bool text_eq(struct text a, struct text b);
bool text_is(struct text a, const char *s);
/* Equal but for the case of ASCII letters. */
bool text_same(struct text a, struct text b);
/* As memcmp over the common length, then the shorter one first. */
int text_cmp(struct text a, struct text b);
bool text_starts(struct text t, const char *prefix);
bool text_ends(struct text t, const char *suffix);

/* The bytes from..to (to not included); both are brought into range. */
struct text text_sub(struct text t, size_t from, size_t to);
/* The offset of the first byte c, or t.len. */
size_t text_chr(struct text t, char c);
/* The offset of the first occurrence of needle, or t.len. */
size_t text_find(struct text t, struct text needle);
/* Without the blanks, tabs and line ends at both ends. */
struct text text_trim(struct text t);
/* Cuts the part before the first sep off the front of *rest; sep is dropped. False when
 * *rest is empty. */
bool text_cut(struct text *rest, char sep, struct text *part);

/* Cuts the next word between blanks, tabs and line ends off the front of *rest. False
 * when there is none. */
bool text_word(struct text *rest, struct text *word);

/* A decimal number with an optional '-' that fills the whole text; false also when
 * it does not fit. */
bool text_int(struct text t, int64_t *out);

/* A copy that lives in the arena, with a NUL behind it that does not count. */
struct text text_dup(struct arena *a, struct text t);
/* The same as a C string; cut at the first 0 byte by whoever reads it. */
char *text_cstr(struct arena *a, struct text t);
/* A text made by printf. */
struct text text_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

uint64_t text_hash(struct text t);

#endif
