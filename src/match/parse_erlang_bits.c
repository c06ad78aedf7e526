/* <<...>> of Erlang: a literal, or why it is none. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/erlang.h"

/* The largest literal, in bits. */
#define BITS_MAX (1 << 20)

struct bits {
	struct buf b;
	size_t used; /* bits of the last byte, 0: all */
};

enum kind { BITS_INTEGER,
	    BITS_FLOAT,
	    BITS_BINARY,
	    BITS_UTF8,
	    BITS_UTF16,
	    BITS_UTF32 };

/* What follows a value: ":size" and "/types". */
struct segment {
	enum kind kind;
	bool little;
	bool sized;
	uint64_t size;
	uint64_t unit; /* 0: that of the kind */
};

static void add_bit(struct bits *bits, unsigned bit)
{
	if (bits->used == 0)
		buf_u8(&bits->b, 0);

	char *last = bits->b.data + bits->b.end - 1;

	*last = (char)(*last | (int)bit << (7 - bits->used));
	bits->used = (bits->used + 1) % 8;
}

static void add_byte(struct bits *bits, unsigned char c)
{
	if (bits->used == 0) {
		buf_u8(&bits->b, c);
		return;
	}
	for (int i = 7; i >= 0; i--)
		add_bit(bits, c >> i & 1);
}

/* Byte i, the lowest first, of an integer in two's complement. */
static unsigned char byte_of(const struct term *t, size_t i)
{
	bool borrow = true; /* are all lower bytes zero? */

	if (t->type == TERM_INT)
		return i < 8 ? (unsigned char)((uint64_t)t->num >> i * 8)
			     : (unsigned char)(t->num < 0 ? 0xff : 0);

	struct text m = t->big->bytes;
	unsigned char byte = i < m.len ? (unsigned char)m.p[i] : 0;

	if (!t->big->negative)
		return byte;
	for (size_t k = 0; k < i && k < m.len; k++)
		borrow &= m.p[k] == 0;
	return borrow ? (unsigned char)-byte : (unsigned char)~byte;
}

/* The lowest bits of an integer. Little endian: whole bytes from the lowest on, and then
 * what is left of the highest. */
static void add_integer(struct bits *bits, const struct term *t, size_t size, bool little)
{
	size_t rest = size % 8;
	unsigned char top = byte_of(t, size / 8);

	for (size_t i = 0; little && i < size / 8; i++)
		add_byte(bits, byte_of(t, i));
	for (size_t i = rest; i > 0; i--)
		add_bit(bits, top >> (i - 1) & 1);
	for (size_t i = size / 8; !little && i > 0; i--)
		add_byte(bits, byte_of(t, i - 1));
}

static bool add_float(struct match_parse *p, struct bits *bits, double v,
		      const struct segment *s, size_t at)
{
	float f = (float)v;
	uint32_t single;
	struct term t = { .type = TERM_INT };
	size_t size = s->sized ? s->size * (s->unit ? s->unit : 1) : 64;

	memcpy(&single, &f, sizeof(single));
	memcpy(&t.num, &v, sizeof(t.num));
	if (size == 32)
		t.num = single;
	else if (size != 64)
		return match_fail_at(p, at, "a float has 32 or 64 bits here");
	add_integer(bits, &t, size, s->little);
	return true;
}

static void add_utf16(struct bits *bits, uint32_t c, bool little)
{
	struct term t = { .type = TERM_INT, .num = c };

	if (c >= 0x10000) {
		t.num = 0xd800 + ((c - 0x10000) >> 10);
		add_integer(bits, &t, 16, little);
		t.num = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	add_integer(bits, &t, 16, little);
}

static bool add_character(struct match_parse *p, struct bits *bits, int64_t c,
			  const struct segment *s, size_t at)
{
	struct term t = { .type = TERM_INT, .num = c };
	struct buf b = { 0 };

	if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return match_fail_at(p, at, "not a character");
	if (s->kind == BITS_UTF32) {
		add_integer(bits, &t, 32, s->little);
	} else if (s->kind == BITS_UTF16) {
		add_utf16(bits, (uint32_t)c, s->little);
	} else {
		utf8_add(&b, (uint32_t)c);
		for (size_t i = 0; i < buf_len(&b); i++)
			add_byte(bits, (unsigned char)buf_text(&b).p[i]);
		buf_clear(&b);
	}
	return true;
}

static bool add_number(struct match_parse *p, struct bits *bits, const struct term *t,
		       const struct segment *s, size_t at)
{
	size_t size = s->sized ? s->size * (s->unit ? s->unit : 1) : 8;
	double v;

	if (s->kind == BITS_FLOAT) {
		v = t->type == TERM_FLOAT ? t->real : (double)t->num;
		if (t->type == TERM_BIG)
			return match_fail_at(p, at,
					     "the number is too large for a float here");
		return add_float(p, bits, v, s, at);
	}
	if (t->type == TERM_FLOAT)
		return match_fail_at(p, at, "a float needs '/float'");
	if (s->kind >= BITS_UTF8)
		return add_character(p, bits, t->type == TERM_INT ? t->num : -1, s, at);
	if (size > BITS_MAX)
		return match_fail_at(p, at, "a segment has at most %d bits", BITS_MAX);
	add_integer(bits, t, size, s->little);
	return true;
}

/* A text is as many numbers as it has characters. */
static bool add_text(struct match_parse *p, struct bits *bits, const struct term *t,
		     const struct segment *s, size_t at)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!add_number(p, bits, &t->items[i], s, at))
			return false;
		if (buf_len(&bits->b) > BITS_MAX)
			return match_fail_at(p, at, "the binary is too large");
	}
	return true;
}

static bool add_binary(struct match_parse *p, struct bits *bits, const struct term *t,
		       const struct segment *s, size_t at)
{
	size_t total = t->text.len * 8 - (t->last_bits ? 8u - t->last_bits : 0u);
	size_t size = s->sized ? s->size * (s->unit ? s->unit : 8) : total;

	if (size > total)
		return match_fail_at(p, at, "the binary has only %zu bits", total);
	for (size_t i = 0; i < size; i++)
		add_bit(bits, (unsigned char)t->text.p[i / 8] >> (7 - i % 8) & 1);
	return true;
}

struct type {
	const char *name;
	int kind; /* -1: it says something else */
};

static const struct type types[] = {
	{ "integer", BITS_INTEGER },
	{ "float", BITS_FLOAT },
	{ "binary", BITS_BINARY },
	{ "bytes", BITS_BINARY },
	{ "bitstring", BITS_BINARY },
	{ "bits", BITS_BINARY },
	{ "utf8", BITS_UTF8 },
	{ "utf16", BITS_UTF16 },
	{ "utf32", BITS_UTF32 },
	{ "signed", -1 },
	{ "unsigned", -1 },
	{ "big", -1 },
	{ "little", -1 },
	{ "native", -1 },
};

static bool read_type(struct match_parse *p, struct segment *s)
{
	struct text word = erlang_word(&p->lex);

	if (text_is(word, "unit")) {
		p->lex.at += word.len;
		return lex_need(&p->lex, ":") && lex_small(&p->lex, 256, &s->unit);
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!text_is(word, types[i].name))
			continue;
		if (types[i].kind >= 0)
			s->kind = (enum kind)types[i].kind;
		if (strncmp(types[i].name, "bit", 3) == 0)
			s->unit = 1;
		s->little |= text_is(word, "little") || text_is(word, "native");
		p->lex.at += word.len;
		return true;
	}
	return lex_fail(&p->lex, "a type was expected: integer, float, binary, utf8, "
				 "little, unit:8 ...");
}

/* ":size", a number or an expression in parentheses. *literal: out, it is a number. */
static bool read_size(struct match_parse *p, struct segment *s, bool *literal)
{
	struct match_node n;

	lex_blanks(&p->lex);
	s->sized = true;
	if (lex_peek(&p->lex) >= '0' && lex_peek(&p->lex) <= '9')
		return lex_small(&p->lex, BITS_MAX, &s->size);
	if (!erlang_value(p, &n))
		return false;
	*literal = n.kind == NODE_TERM && n.term.type == TERM_INT && n.term.num >= 0 &&
		   n.term.num <= BITS_MAX;
	s->size = *literal ? (uint64_t)n.term.num : 0;
	return true;
}

static bool read_segment(struct match_parse *p, struct match_node *value,
			 struct segment *s, bool *literal)
{
	*s = (struct segment){ 0 };
	*literal = true;
	lex_blanks(&p->lex);
	if (!erlang_value(p, value))
		return false;
	if (lex_take(&p->lex, ":") && !read_size(p, s, literal))
		return false;
	if (!lex_take(&p->lex, "/"))
		return true;
	do {
		lex_blanks(&p->lex);
		if (!read_type(p, s))
			return false;
	} while (lex_take(&p->lex, "-"));
	return true;
}

/* -1: the sign belongs to a number. */
static void negate(struct match_parse *p, struct match_node *n)
{
	const struct match_node *of = n->items;

	if (n->kind == NODE_OP && n->n == 1 && text_is(n->name, "-") &&
	    of->kind == NODE_TERM && term_is_number(&of->term))
		*n = (struct match_node){ .at = n->at,
					  .term = match_negate(p, &of->term) };
}

static bool add_segment(struct match_parse *p, struct bits *bits,
			const struct match_node *n, const struct segment *s)
{
	const struct term *t = &n->term;
	bool binary = t->type == TERM_BINARY || t->type == TERM_BITS;

	if (binary != (s->kind == BITS_BINARY))
		return match_fail_at(p, n->at,
				     binary ? "a binary needs '/binary'"
					    : "only a binary can be '/binary'");
	if (binary)
		return add_binary(p, bits, t, s, n->at);
	if (t->type == TERM_LIST)
		return add_text(p, bits, t, s, n->at);
	if (!term_is_number(t))
		return match_fail_at(p, n->at, "it has no place in a binary");
	return add_number(p, bits, t, s, n->at);
}

static bool read_segments(struct match_parse *p, struct bits *bits,
			  struct match_node *out)
{
	struct match_node n;
	struct segment s;
	bool literal;

	do {
		if (!read_segment(p, &n, &s, &literal))
			return false;
		negate(p, &n);
		/* what is no literal is said later, with what may be written instead */
		if (n.kind != NODE_TERM || !literal)
			out->kind = NODE_BITS;
		else if (out->kind != NODE_BITS && !add_segment(p, bits, &n, &s))
			return false;
	} while (lex_take(&p->lex, ","));
	return erlang_no_sign(p) && lex_need(&p->lex, ">>");
}

bool erlang_bits(struct match_parse *p, struct match_node *out)
{
	struct bits bits = { 0 };
	bool ok;

	p->lex.at += 2;
	ok = lex_take(&p->lex, ">>") || read_segments(p, &bits, out);
	if (ok) {
		out->term.type = bits.used ? TERM_BITS : TERM_BINARY;
		out->term.last_bits = (uint8_t)bits.used;
		out->term.text = text_dup(p->lex.arena, buf_text(&bits.b));
	}
	buf_clear(&bits.b);
	return ok;
}
