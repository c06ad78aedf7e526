/* Numbers of both languages, of any size. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "term/lex.h"

/* The work grows with the square of the length. */
#define DIGITS_MAX 20000

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/* Digits with single underscores between them, added to b without those. False when there
 * is none. */
static bool read_digits(struct lex *l, int base, struct buf *b)
{
	size_t n = 0;

	for (;; n++) {
		if (n > 0 && lex_peek(l) == '_')
			l->at++;
		if (l->at == l->t.len || digit_of(lex_peek(l)) >= base)
			break;
		buf_char(b, lex_peek(l));
		l->at++;
	}
	if (n == 0 || l->t.p[l->at - 1] == '_')
		return lex_fail(l, "a digit was expected");
	return n <= DIGITS_MAX || lex_fail(l, "the number has too many digits");
}

/* Digits to a base as a magnitude of words, least significant first. */
static size_t to_words(struct text digits, int base, uint32_t *words)
{
	size_t n = 0;

	for (size_t i = 0; i < digits.len; i++) {
		uint64_t carry = (uint64_t)digit_of(digits.p[i]);

		for (size_t k = 0; k < n; k++) {
			carry += (uint64_t)words[k] * (uint64_t)base;
			words[k] = (uint32_t)carry;
			carry >>= 32;
		}
		if (carry > 0)
			words[n++] = (uint32_t)carry;
	}
	return n;
}

static void set_big(struct lex *l, const uint32_t *words, size_t n, bool negative,
		    struct term *out)
{
	struct term_big *big = arena_new(l->arena, struct term_big);
	char *bytes = arena_alloc(l->arena, 4 * n);
	size_t len = 4 * n;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(words[i / 4] >> i % 4 * 8);
	while (bytes[len - 1] == 0)
		len--;
	*big = (struct term_big){ .negative = negative, .bytes = { bytes, len } };
	out->type = TERM_BIG;
	out->big = big;
}

static void set_integer(struct lex *l, struct text digits, int base, bool negative,
			struct term *out)
{
	uint32_t *words = mem_zalloc((digits.len + 2) *
				     sizeof(*words)); /* more than enough to base 36 */
	size_t n = to_words(digits, base, words);
	uint64_t v = (uint64_t)words[1] << 32 | words[0];

	if (n > 2 || v > (uint64_t)INT64_MAX + negative) {
		set_big(l, words, n, negative, out);
	} else {
		out->type = TERM_INT;
		out->num = negative ? (int64_t)-v : (int64_t)v;
	}
	free(words);
}

/* What follows the digits before the point. */
static bool read_float(struct lex *l, struct buf *b, bool negative, struct term *out)
{
	buf_char(b, '.');
	l->at++;
	if (!read_digits(l, 10, b))
		return false;
	if (lex_peek(l) == 'e' || lex_peek(l) == 'E') {
		buf_char(b, 'e');
		l->at++;
		if (lex_peek(l) == '-' || lex_peek(l) == '+')
			buf_char(b, l->t.p[l->at++]);
		if (!read_digits(l, 10, b))
			return false;
	}

	double v = strtod(buf_cstr(b), NULL);

	if (!isfinite(v))
		return lex_fail(l, "the float is too large");
	out->type = TERM_FLOAT;
	out->real = negative ? -v : v;
	return true;
}

/* 0x1f, 0b101, 0o17 in Elixir. */
static int elixir_base(struct lex *l)
{
	int base = lex_is(l, "0x") ? 16 : lex_is(l, "0b") ? 2 : lex_is(l, "0o") ? 8 : 10;

	if (base != 10)
		l->at += 2;
	return base;
}

static bool read_number(struct lex *l, struct buf *b, bool negative, struct term *out)
{
	int base = l->elixir ? elixir_base(l) : 10;

	if (!read_digits(l, base, b))
		return false;
	if (base == 10 && lex_peek(l) == '.' && l->at + 1 < l->t.len &&
	    digit_of(l->t.p[l->at + 1]) < 10)
		return read_float(l, b, negative, out);
	if (!l->elixir && lex_peek(l) == '#' && !lex_is(l, "#{")) {
		base = buf_len(b) <= 2 ? atoi(buf_cstr(b)) : 0;
		if (base < 2 || base > 36)
			return lex_fail(l, "a base is from 2 to 36");
		l->at++;
		buf_reset(b);
		if (!read_digits(l, base, b))
			return false;
	}
	set_integer(l, buf_text(b), base, negative, out);
	return true;
}

/* $a, ?a, $\n */
static bool read_character(struct lex *l, bool negative, struct term *out)
{
	uint32_t c;

	l->at++;
	if (!lex_character(l, &c))
		return false;
	out->type = TERM_INT;
	out->num = negative ? -(int64_t)c : (int64_t)c;
	return true;
}

bool lex_number(struct lex *l, struct term *out)
{
	struct buf b = { 0 };
	bool negative = lex_peek(l) == '-';

	if (negative || lex_peek(l) == '+')
		l->at++;
	if (lex_peek(l) == (l->elixir ? '?' : '$'))
		return read_character(l, negative, out);

	bool ok = read_number(l, &b, negative, out);

	buf_clear(&b);
	return ok;
}
