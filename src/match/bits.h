/*
 * <<...>> of literals, segment by segment. What they mean is the same in both languages;
 * how they are written is their parsers'.
 */
#ifndef MATCH_BITS_H
#define MATCH_BITS_H

#include "base/buf.h"
#include "match/parse.h"

/* The largest segment, in bits. */
#define BITS_MAX (1 << 20)

/* A struct of zeros is an empty one. */
struct bits {
	struct buf b;
	size_t used; /* bits of the last byte, 0: all */
};

enum bits_type {
	BITS_INTEGER,
	BITS_FLOAT,
	BITS_BINARY,
	BITS_UTF8,
	BITS_UTF16,
	BITS_UTF32,
};

struct bits_segment {
	enum bits_type type;
	bool little;
	bool sized;
	uint64_t size;
	uint64_t unit; /* 0: that of the type */
};

/* "integer", "little", "bytes" ... said of a segment. False when it is no such word. */
bool bits_say(struct bits_segment *s, struct text word);
/* Adds a number, a binary, or a list of numbers, each with that type and size. at: the
 * place of what is wrong with it. */
bool bits_add(struct match_parse *p, struct bits *bits, const struct term *t,
	      const struct bits_segment *s, size_t at);
/* The whole, in the arena. Ends the bits. */
void bits_end(struct match_parse *p, struct bits *bits, struct term *out);

#endif
