/* What a literal binary is made of. */
#include "match/bits.h"

#include <string.h>

#include "base/utf8.h"

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
		      const struct bits_segment *s, size_t at)
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
			  const struct bits_segment *s, size_t at)
{
	struct term t = { .type = TERM_INT, .num = c };
	struct buf b = { 0 };

	if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return match_fail_at(p, at, "not a character");
	if (s->type == BITS_UTF32) {
		add_integer(bits, &t, 32, s->little);
	} else if (s->type == BITS_UTF16) {
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
		       const struct bits_segment *s, size_t at)
{
	size_t size = s->sized ? s->size * (s->unit ? s->unit : 1) : 8;
	double v;

	if (s->type == BITS_FLOAT) {
		v = t->type == TERM_FLOAT ? t->real : (double)t->num;
		if (t->type == TERM_BIG)
			return match_fail_at(p, at,
					     "the number is too large for a float here");
		return add_float(p, bits, v, s, at);
	}
	if (t->type == TERM_FLOAT)
		return match_fail_at(p, at, "a float needs '%s'",
				     p->lex.elixir ? "::float" : "/float");
	if (s->type >= BITS_UTF8)
		return add_character(p, bits, t->type == TERM_INT ? t->num : -1, s, at);
	if (size > BITS_MAX)
		return match_fail_at(p, at, "a segment has at most %d bits", BITS_MAX);
	add_integer(bits, t, size, s->little);
	return true;
}

/* A text is as many numbers as it has characters. */
static bool add_text(struct match_parse *p, struct bits *bits, const struct term *t,
		     const struct bits_segment *s, size_t at)
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
		       const struct bits_segment *s, size_t at)
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
	int type; /* -1: it says something else */
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

bool bits_say(struct bits_segment *s, struct text word)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!text_is(word, types[i].name))
			continue;
		if (types[i].type >= 0)
			s->type = (enum bits_type)types[i].type;
		if (strncmp(types[i].name, "bit", 3) == 0)
			s->unit = 1;
		s->little |= text_is(word, "little") || text_is(word, "native");
		return true;
	}
	return false;
}

bool bits_add(struct match_parse *p, struct bits *bits, const struct term *t,
	      const struct bits_segment *s, size_t at)
{
	bool binary = t->type == TERM_BINARY || t->type == TERM_BITS;

	if (binary != (s->type == BITS_BINARY))
		return match_fail_at(p, at,
				     binary ? "a binary needs '%s'"
					    : "only a binary can be '%s'",
				     p->lex.elixir ? "::binary" : "/binary");
	if (binary)
		return add_binary(p, bits, t, s, at);
	if (s->unit && !s->sized)
		return match_fail_at(p, at, "a unit means nothing here without a size");
	if (t->type == TERM_LIST)
		return add_text(p, bits, t, s, at);
	if (!term_is_number(t))
		return match_fail_at(p, at, "it has no place in a binary");
	return add_number(p, bits, t, s, at);
}

void bits_end(struct match_parse *p, struct bits *bits, struct term *out)
{
	out->type = bits->used ? TERM_BITS : TERM_BINARY;
	out->last_bits = (uint8_t)bits->used;
	out->text = text_dup(p->lex.arena, buf_text(&bits->b));
	buf_clear(&bits->b);
}
