/* Integers of any size, and the shortest floats. */
#include "term/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void number_uint(struct buf *out, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	buf_add(out, digits + at, sizeof(digits) - at);
}

void number_int(struct buf *out, int64_t v)
{
	if (v < 0)
		buf_char(out, '-');
	number_uint(out, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

static void big_hex(struct buf *out, struct text bytes, enum syntax syntax)
{
	buf_str(out, syntax == SYNTAX_ELIXIR ? "0x" : "16#");

	char *p = buf_room(out, 2 * bytes.len);
	char *start = p;

	for (size_t i = bytes.len; i > 0; i--) {
		unsigned char c = (unsigned char)bytes.p[i - 1];

		if (p > start || c >> 4)
			*p++ = "0123456789ABCDEF"[c >> 4];
		*p++ = "0123456789ABCDEF"[c & 15];
	}
	buf_commit(out, (size_t)(p - start));
}

#define CHUNK 1000000000u
#define CHUNK_DIGITS 9

/* Divided by 10^9 until nothing is left; each remainder gives nine digits. */
static void big_decimal(struct buf *out, struct text bytes)
{
	size_t n = (bytes.len + 3) / 4;
	uint32_t *words = mem_zalloc(n * sizeof(*words));  /* least significant first */
	size_t cap = bytes.len * 5 / 2 + 2 * CHUNK_DIGITS; /* a byte takes 2.41 digits */
	char *digits = mem_alloc(cap);
	size_t at = cap;

	for (size_t i = 0; i < bytes.len; i++)
		words[i / 4] |= (uint32_t)(unsigned char)bytes.p[i] << i % 4 * 8;
	while (n > 0) {
		uint64_t rest = 0;

		for (size_t i = n; i > 0; i--) {
			rest = rest << 32 | words[i - 1];
			words[i - 1] = (uint32_t)(rest / CHUNK);
			rest %= CHUNK;
		}
		while (n > 0 && words[n - 1] == 0)
			n--;
		for (int i = 0; i < CHUNK_DIGITS; i++, rest /= 10)
			digits[--at] = (char)('0' + rest % 10);
	}
	while (at < cap - 1 && digits[at] == '0')
		at++;
	buf_add(out, digits + at, cap - at);
	free(digits);
	free(words);
}

void number_big(struct buf *out, const struct term_big *big, enum syntax syntax)
{
	if (big->negative)
		buf_char(out, '-');
	if (big->bytes.len > NUMBER_BIG_MAX)
		big_hex(out, big->bytes, syntax);
	else
		big_decimal(out, big->bytes);
}

/* A positive float as digits d1 d2 ... dn (no zeros at the end) and an exponent:
 * 0.d1d2...dn * 10^place. */
struct digits {
	char d[20];
	int n;
	int place;
};

/* Takes "1.250e+03" apart. */
static void take_digits(const char *text, struct digits *out)
{
	out->n = 0;
	for (const char *p = text; *p != 'e'; p++) {
		if (*p != '.')
			out->d[out->n++] = *p;
	}
	while (out->n > 1 && out->d[out->n - 1] == '0')
		out->n--;
	out->place = atoi(strchr(text, 'e') + 1) + 1;
}

/* n significant digits of v; true when they read back as v. */
static bool try_digits(double v, int n, struct digits *out)
{
	char text[40] = "";

	snprintf(text, sizeof(text), "%.*e", n - 1, v);
	if (strtod(text, NULL) != v)
		return false;
	take_digits(text, out);
	return true;
}

/*
 * A power of two has a smaller gap below than above: the 16 digits nearest to it may miss
 * it where the next ones up, further away, do not.
 */
static bool try_next_up(double v, struct digits *out)
{
	char text[40];
	int exponent;

	if (frexp(v, &exponent) != 0.5)
		return false;
	snprintf(text, sizeof(text), "%.15e", v);

	char *last = strchr(text, 'e') - 1;

	if (*last == '9')
		return false;
	++*last;
	if (strtod(text, NULL) != v)
		return false;
	take_digits(text, out);
	return true;
}

static void shortest(double v, struct digits *out)
{
	/* Up to 15 digits survive the way through a normal float, so 15 with its zeros
	 * taken off are the fewest. */
	for (int n = v < DBL_MIN ? 1 : 15; n <= 16; n++) {
		if (try_digits(v, n, out))
			return;
	}
	if (!try_next_up(v, out))
		try_digits(v, 17, out);
}

static int exponent_len(int e)
{
	char text[12];

	return snprintf(text, sizeof(text), "%d", e);
}

static void write_scientific(struct buf *out, const struct digits *s)
{
	buf_char(out, s->d[0]);
	buf_char(out, '.');
	if (s->n == 1)
		buf_char(out, '0');
	else
		buf_add(out, s->d + 1, (size_t)s->n - 1);
	buf_printf(out, "e%d", s->place - 1);
}

static void write_decimal(struct buf *out, const struct digits *s)
{
	if (s->place <= 0) {
		buf_str(out, "0.");
		buf_fill(out, '0', (size_t)-s->place);
		buf_add(out, s->d, (size_t)s->n);
	} else if (s->place >= s->n) {
		buf_add(out, s->d, (size_t)s->n);
		buf_fill(out, '0', (size_t)(s->place - s->n));
		buf_str(out, ".0");
	} else {
		buf_add(out, s->d, (size_t)s->place);
		buf_char(out, '.');
		buf_add(out, s->d + s->place, (size_t)(s->n - s->place));
	}
}

/* Decimal, unless the other is shorter or floats that large skip integers. */
void number_float(struct buf *out, double v)
{
	struct digits s = { 0 };

	if (signbit(v))
		buf_char(out, '-');
	v = fabs(v);
	if (v == 0) {
		buf_str(out, "0.0");
		return;
	}
	shortest(v, &s);

	int scientific = (s.n == 1 ? 3 : s.n + 1) + 1 + exponent_len(s.place - 1);
	int decimal = s.place <= 0     ? 2 - s.place + s.n
		      : s.place >= s.n ? s.place + 2
				       : s.n + 1;

	if (v >= 0x1p53 || scientific < decimal)
		write_scientific(out, &s);
	else
		write_decimal(out, &s);
}
