/* <<1, "text"/utf8, 5:3>> and <<1, "text"::utf8, 5::size(3)>>. */
#include <stdlib.h>

#include "base/utf8.h"
#include "term/parse.h"

/* The largest size of one segment. */
#define BITS_MAX (1 << 20)

struct bits {
	struct buf b;
	unsigned used; /* bits of the last byte, 0: all */
};

static void add_bit(struct bits *bits, unsigned bit)
{
	if (bits->used == 0)
		buf_u8(&bits->b, 0);

	char *last = bits->b.data + bits->b.end - 1;

	*last = (char)(*last | bit << (7 - bits->used));
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

/* Bit i of an integer in two's complement. */
static unsigned bit_of(const struct term *t, size_t i)
{
	if (t->type == TERM_INT)
		return i < 64 ? (unsigned)((uint64_t)t->num >> i & 1) : t->num < 0;

	struct text m = t->big->bytes;
	unsigned bit = i / 8 < m.len ? (unsigned char)m.p[i / 8] >> i % 8 & 1u : 0;

	if (!t->big->negative)
		return bit;
	/* -m is ~m + 1: the bits up to the lowest one that is set stay, the others turn
	 * round. */
	for (size_t k = 0; k < i && k / 8 < m.len; k++) {
		if ((unsigned char)m.p[k / 8] >> k % 8 & 1)
			return !bit;
	}
	return bit;
}

static void add_integer(struct bits *bits, const struct term *t, size_t size)
{
	for (size_t i = size; i > 0; i--)
		add_bit(bits, bit_of(t, i - 1));
}

/* The size of a segment behind its value: ":3", "::3", "::size(3)"; 8 when
 * there is none. */
static bool read_size(struct lex *l, size_t *size)
{
	uint64_t n = 8;
	bool named = false;

	if (lex_take(l, l->elixir ? "::" : ":")) {
		lex_blanks(l);
		named = l->elixir && lex_take(l, "size(");
		if (!lex_small(l, BITS_MAX, &n) || (named && !lex_need(l, ")")))
			return false;
	}
	*size = (size_t)n;
	return true;
}

/* A text: its characters as bytes, or as UTF-8. */
static bool add_text(struct lex *l, struct bits *bits)
{
	struct text t;
	size_t from = l->at;
	uint32_t c;

	if (!lex_quoted(l, l->elixir ? LEX_BYTES : LEX_CHARS, &t))
		return false;

	bool utf8 = lex_take(l, l->elixir ? "::utf8" : "/utf8") || l->elixir;

	for (size_t at = 0; at < t.len && utf8; at++)
		add_byte(bits, (unsigned char)t.p[at]);
	for (size_t at = 0; at < t.len && !utf8;) {
		at += utf8_next(t, at, &c);
		if (c > 0xff) {
			l->at = from;
			return lex_fail(l, "a character does not fit a byte: '/utf8' is "
					"missing");
		}
		add_byte(bits, (unsigned char)c);
	}
	return true;
}

static bool add_segment(struct lex *l, struct bits *bits)
{
	struct term t = { 0 };
	size_t size;

	lex_blanks(l);
	if (lex_peek(l) == '"')
		return add_text(l, bits);

	size_t from = l->at;

	if (!lex_number(l, &t))
		return false;
	if (t.type == TERM_FLOAT) {
		l->at = from;
		return lex_fail(l, "a float has no place here");
	}
	if (!read_size(l, &size))
		return false;
	if (size == 8 && t.type == TERM_INT)
		add_byte(bits, (unsigned char)t.num);
	else
		add_integer(bits, &t, size);
	return true;
}

bool parse_bits(struct lex *l, struct term *out)
{
	struct bits bits = { 0 };
	bool ok = true;

	l->at += 2;
	if (!lex_take(l, ">>")) {
		do
			ok = add_segment(l, &bits);
		while (ok && lex_take(l, ","));
		ok = ok && lex_need(l, ">>");
	}
	if (ok) {
		out->type = bits.used ? TERM_BITS : TERM_BINARY;
		out->last_bits = (uint8_t)bits.used;
		out->text = text_dup(l->arena, buf_text(&bits.b));
	}
	buf_clear(&bits.b);
	return ok;
}
