/* Operators of constants, computed as Erlang does: ms_transform puts their result in
 * their place. What would need larger numbers than these here stays as it is. */
#include <math.h>
#include <string.h>

#include "match/compile.h"

typedef __int128 wide;

/* Integers of up to 127 bits. */
static bool read_wide(const struct term *t, wide *out)
{
	wide v = 0;

	if (t->type == TERM_INT) {
		*out = t->num;
		return true;
	}
	if (t->type != TERM_BIG || t->big->bytes.len > 15)
		return false;
	for (size_t i = t->big->bytes.len; i > 0; i--)
		v = v * 256 + (unsigned char)t->big->bytes.p[i - 1];
	*out = t->big->negative ? -v : v;
	return true;
}

static bool set_wide(struct compiler *c, wide v, struct term *out)
{
	if (v >= INT64_MIN && v <= INT64_MAX) {
		*out = (struct term){ .type = TERM_INT, .num = (int64_t)v };
		return true;
	}

	struct term_big *big = arena_new(c->p->lex.arena, struct term_big);
	char *bytes = arena_alloc(c->p->lex.arena, sizeof(wide));
	unsigned __int128 left = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;
	size_t n = 0;

	for (; left > 0; left >>= 8)
		bytes[n++] = (char)(left & 0xff);
	*big = (struct term_big){ .negative = v < 0, .bytes = { bytes, n } };
	*out = (struct term){ .type = TERM_BIG, .big = big };
	return true;
}

static bool set_float(double v, struct term *out)
{
	if (!isfinite(v))
		return false;
	*out = (struct term){ .type = TERM_FLOAT, .real = v };
	return true;
}

static bool set_bool(bool v, struct term *out)
{
	*out = make_atom(v ? "true" : "false");
	return true;
}

static bool read_real(const struct term *t, double *out)
{
	wide v;

	if (t->type == TERM_FLOAT) {
		*out = t->real;
		return true;
	}
	if (!read_wide(t, &v))
		return false;

	/* Word by word, as the emulator does: not the nearest one in each case. */
	unsigned __int128 size = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;
	double real = (double)(uint64_t)size + (double)(uint64_t)(size >> 64) * 0x1p64;

	*out = v < 0 ? -real : real;
	return true;
}

static bool is_bool(const struct term *t)
{
	return term_is_atom(t, "true") || term_is_atom(t, "false");
}

bool fold_unary(struct compiler *c, struct text op, const struct term *a,
		struct term *out)
{
	wide v;

	if (text_is(op, "not"))
		return is_bool(a) && set_bool(term_is_atom(a, "false"), out);
	if (term_is_number(a) && text_is(op, "+")) {
		*out = *a;
		return true;
	}
	if (a->type == TERM_FLOAT && text_is(op, "-"))
		return set_float(-a->real, out);
	if (!read_wide(a, &v)) {
		*out = match_negate(c->p, a);
		return a->type == TERM_BIG && text_is(op, "-");
	}
	if (text_is(op, "bnot"))
		return set_wide(c, ~v, out);
	return text_is(op, "-") && set_wide(c, -v, out);
}

static bool compare(struct text op, const struct term *a, const struct term *b,
		    struct term *out)
{
	int order = term_compare(a, b);

	if (text_is(op, "=:="))
		return set_bool(term_eq(a, b), out);
	if (text_is(op, "=/="))
		return set_bool(!term_eq(a, b), out);
	if (text_is(op, "=="))
		return set_bool(order == 0, out);
	if (text_is(op, "/="))
		return set_bool(order != 0, out);
	if (text_is(op, "<"))
		return set_bool(order < 0, out);
	if (text_is(op, ">"))
		return set_bool(order > 0, out);
	if (text_is(op, "=<"))
		return set_bool(order <= 0, out);
	return text_is(op, ">=") && set_bool(order >= 0, out);
}

static bool logic(struct text op, const struct term *a, const struct term *b,
		  struct term *out)
{
	bool left = term_is_atom(a, "true");
	bool right = term_is_atom(b, "true");

	if (!is_bool(a) || !is_bool(b))
		return false;
	if (text_is(op, "and"))
		return set_bool(left && right, out);
	if (text_is(op, "or"))
		return set_bool(left || right, out);
	return text_is(op, "xor") && set_bool(left != right, out);
}

static bool reals(struct text op, double a, double b, struct term *out)
{
	if (text_is(op, "+"))
		return set_float(a + b, out);
	if (text_is(op, "-"))
		return set_float(a - b, out);
	if (text_is(op, "*"))
		return set_float(a * b, out);
	return text_is(op, "/") && b != 0 && set_float(a / b, out);
}

/* a * 2^n; false when it does not fit. */
static bool shift(struct compiler *c, wide a, wide n, struct term *out)
{
	if (n < 0)
		return set_wide(c, n < -126 ? (a < 0 ? -1 : 0) : a >> (int)-n, out);

	wide most = n > 126 ? 0 : ((wide)1 << (126 - (int)n)) - 1;

	if (a != 0 && (n > 126 || a > most || a < -most))
		return false;
	return set_wide(c, a == 0 ? 0 : a * ((wide)1 << (int)n), out);
}

static bool integers(struct compiler *c, struct text op, wide a, wide b, struct term *out)
{
	wide v;

	if (text_is(op, "+"))
		return !__builtin_add_overflow(a, b, &v) && set_wide(c, v, out);
	if (text_is(op, "-"))
		return !__builtin_sub_overflow(a, b, &v) && set_wide(c, v, out);
	if (text_is(op, "*"))
		return !__builtin_mul_overflow(a, b, &v) && set_wide(c, v, out);
	if (text_is(op, "div"))
		return b != 0 && set_wide(c, a / b, out);
	if (text_is(op, "rem"))
		return b != 0 && set_wide(c, a % b, out);
	if (text_is(op, "band"))
		return set_wide(c, a & b, out);
	if (text_is(op, "bor"))
		return set_wide(c, a | b, out);
	if (text_is(op, "bxor"))
		return set_wide(c, a ^ b, out);
	if (text_is(op, "bsl"))
		return shift(c, a, b, out);
	return text_is(op, "bsr") && shift(c, a, -b, out);
}

/* What a node can put in place of an operator is a number or an atom. */
bool fold_binary(struct compiler *c, struct text op, const struct term *a,
		 const struct term *b, struct term *out)
{
	double x;
	double y;
	wide i;
	wide j;

	if (compare(op, a, b, out) || logic(op, a, b, out))
		return true;
	if (a->type != TERM_FLOAT && b->type != TERM_FLOAT && !text_is(op, "/"))
		return read_wide(a, &i) && read_wide(b, &j) && integers(c, op, i, j, out);
	return read_real(a, &x) && read_real(b, &y) && reals(op, x, y, out);
}
