/*
 * Equality and order of terms, as the emulator has them.
 * Source: Erlang/OTP documentation, Erlang Reference Manual, "Term Comparisons".
 */
#include "term/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SIGN(a, b) (((a) > (b)) - ((a) < (b)))

/* Magnitudes, least significant byte first, without zeros at the end. */
static int compare_bytes_le(struct text a, struct text b)
{
	if (a.len != b.len)
		return SIGN(a.len, b.len);
	for (size_t i = a.len; i > 0; i--) {
		if (a.p[i - 1] != b.p[i - 1])
			return SIGN((unsigned char)a.p[i - 1], (unsigned char)b.p[i - 1]);
	}
	return 0;
}

static int compare_bigs(const struct term_big *a, const struct term_big *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;

	int c = compare_bytes_le(a->bytes, b->bytes);

	return a->negative ? -c : c;
}

static int compare_int_float(int64_t i, double f)
{
	/* Both limits are floats; a float between them has an integer part that fits. */
	if (f >= 0x1p63)
		return -1;
	if (f < -0x1p63)
		return 1;

	double whole = trunc(f);
	int c = SIGN(i, (int64_t)whole);

	return c ? c : SIGN(whole, f);
}

/* The float's integer part has at most 1024 bits; it has no other part where a big
 * integer lives. */
static int compare_big_float(const struct term_big *big, double f)
{
	char bytes[128] = { 0 };
	int exponent;
	uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(f), &exponent), 53);

	if (big->negative != (f < 0) || exponent < 63)
		return big->negative ? -1 : 1;
	for (int bit = 0; bit < 53; bit++) {
		int at = exponent - 53 + bit;

		if (mantissa >> bit & 1)
			bytes[at / 8] = (char)(bytes[at / 8] | 1 << at % 8);
	}

	struct text t = { bytes, ((size_t)exponent + 7) / 8 };
	int c = compare_bytes_le(big->bytes, t);

	return big->negative ? -c : c;
}

static int compare_numbers(const struct term *a, const struct term *b)
{
	if (a->type > b->type)
		return -compare_numbers(b, a);
	/* TERM_INT < TERM_BIG < TERM_FLOAT */
	if (a->type == TERM_INT && b->type == TERM_INT)
		return SIGN(a->num, b->num);
	if (a->type == TERM_INT && b->type == TERM_BIG)
		return b->big->negative ? 1 : -1;
	if (a->type == TERM_INT)
		return compare_int_float(a->num, b->real);
	if (a->type == TERM_BIG && b->type == TERM_BIG)
		return compare_bigs(a->big, b->big);
	if (a->type == TERM_BIG)
		return compare_big_float(a->big, b->real);
	return SIGN(a->real, b->real);
}

/* Of numbers that are equal: -0.0 comes before 0.0. */
static int compare_signs(const struct term *a, const struct term *b)
{
	return a->type == TERM_FLOAT ? SIGN(!signbit(a->real), !signbit(b->real)) : 0;
}

static int compare_nodes(const struct term_id *a, const struct term_id *b)
{
	int c = text_cmp(a->node, b->node);

	return c ? c : SIGN(a->creation, b->creation);
}

static int compare_ids(const struct term_id *a, const struct term_id *b)
{
	int c = SIGN(a->num, b->num);

	return c ? c : compare_nodes(a, b);
}

static int compare_refs(const struct term_id *a, const struct term_id *b)
{
	int c = compare_nodes(a, b);

	if (c)
		return c;
	for (size_t i = 5; i > 0; i--) { /* words that it does not have are 0 */
		if (a->words[i - 1] != b->words[i - 1])
			return SIGN(a->words[i - 1], b->words[i - 1]);
	}
	return SIGN(a->nwords, b->nwords);
}

static int compare_funs(const struct term *a, const struct term *b)
{
	const struct term_fun *f = a->fun;
	const struct term_fun *g = b->fun;

	if (a->type != b->type)
		return a->type == TERM_FUN ? -1 : 1;

	int c = text_cmp(f->module, g->module);

	c = c ? c : SIGN(f->index, g->index);
	c = c ? c : SIGN(f->uniq, g->uniq);
	c = c ? c : text_cmp(f->name, g->name);
	c = c ? c : SIGN(f->arity, g->arity);
	return c ? c : SIGN(f->nfree, g->nfree);
}

static int compare_binaries(const struct term *a, const struct term *b)
{
	size_t whole_a = a->text.len - (a->type == TERM_BITS);
	size_t whole_b = b->text.len - (b->type == TERM_BITS);
	size_t both = whole_a < whole_b ? whole_a : whole_b;
	int c = both ? memcmp(a->text.p, b->text.p, both) : 0;

	if (c)
		return c < 0 ? -1 : 1;

	/* At most one byte more is compared: as many bits of it as both have. */
	size_t bits_a = whole_a > both ? 8 : a->last_bits;
	size_t bits_b = whole_b > both ? 8 : b->last_bits;
	size_t bits = bits_a < bits_b ? bits_a : bits_b;

	if (bits > 0) {
		unsigned char x = (unsigned char)a->text.p[both];
		unsigned char y = (unsigned char)b->text.p[both];

		if (x >> (8 - bits) != y >> (8 - bits))
			return SIGN(x >> (8 - bits), y >> (8 - bits));
	}
	if (whole_a * 8 + a->last_bits != whole_b * 8 + b->last_bits)
		return SIGN(whole_a * 8 + a->last_bits, whole_b * 8 + b->last_bits);
	return SIGN(a->n, b->n);
}

static int compare(const struct term *a, const struct term *b, bool exact);

static int compare_runs(const struct term *a, const struct term *b, size_t n, bool exact)
{
	for (size_t i = 0; i < n; i++) {
		int c = compare(&a[i], &b[i], exact);

		if (c)
			return c;
	}
	return 0;
}

/* Element by element; where one ends, its tail is compared with the rest of the other. */
static int compare_lists(const struct term *a, const struct term *b, bool exact)
{
	size_t n = a->n < b->n ? a->n : b->n;

	if (n == 0) /* one is [], which comes before every other list */
		return SIGN(a->n, b->n);

	int c = compare_runs(a->items, b->items, n, exact);

	if (c)
		return c;

	struct term rest_a = a->items[n];
	struct term rest_b = b->items[n];

	if (a->n > n)
		rest_a = (struct term){ .type = TERM_LIST,
					.n = a->n - (uint32_t)n,
					.items = a->items + n };
	if (b->n > n)
		rest_b = (struct term){ .type = TERM_LIST,
					.n = b->n - (uint32_t)n,
					.items = b->items + n };
	return compare(&rest_a, &rest_b, exact);
}

/* Keys of maps: exact, and integers come before floats. */
static int compare_keys(const struct term *a, const struct term *b)
{
	bool float_a = a->type == TERM_FLOAT;
	bool float_b = b->type == TERM_FLOAT;

	if (term_is_number(a) && term_is_number(b) && float_a != float_b)
		return float_a ? 1 : -1;
	return compare(a, b, true);
}

static int compare_map_keys(const void *a, const void *b)
{
	return compare_keys(((const struct map_key *)a)->at,
			    ((const struct map_key *)b)->at);
}

struct map_key *compare_sort_keys(const struct term *map)
{
	struct map_key *keys = mem_alloc(((size_t)map->n + 1) * sizeof(*keys));

	for (size_t i = 0; i < map->n; i++)
		keys[i].at = &map->items[2 * i];
	qsort(keys, map->n, sizeof(*keys), compare_map_keys);
	return keys;
}

static int compare_maps(const struct term *a, const struct term *b, bool exact)
{
	if (a->n != b->n || a->n == 0)
		return SIGN(a->n, b->n);

	struct map_key *keys_a = compare_sort_keys(a);
	struct map_key *keys_b = compare_sort_keys(b);
	int c = 0;

	for (size_t i = 0; i < a->n && c == 0; i++)
		c = compare_keys(keys_a[i].at, keys_b[i].at);
	for (size_t i = 0; i < a->n && c == 0; i++)
		c = compare(keys_a[i].at + 1, keys_b[i].at + 1, exact);
	free(keys_a);
	free(keys_b);
	return c;
}

static int compare_cuts(const struct term_cut *a, const struct term_cut *b)
{
	int c = text_cmp(a->what, b->what);

	return c ? c : SIGN(a->count, b->count);
}

/* number < atom < reference < fun < port < pid < tuple < map < nil < list < bit string;
 * what was cut comes last. */
static const uint8_t ranks[] = {
	[TERM_INT] = 0,    [TERM_BIG] = 0,   [TERM_FLOAT] = 0,  [TERM_ATOM] = 1,
	[TERM_REF] = 2,    [TERM_FUN] = 3,   [TERM_EXPORT] = 3, [TERM_PORT] = 4,
	[TERM_PID] = 5,    [TERM_TUPLE] = 6, [TERM_MAP] = 7,    [TERM_LIST] = 8,
	[TERM_BINARY] = 9, [TERM_BITS] = 9,  [TERM_CUT] = 10,
};

/* exact: 1 and 1.0 differ. */
static int compare(const struct term *a, const struct term *b, bool exact)
{
	if (ranks[a->type] != ranks[b->type])
		return SIGN(ranks[a->type], ranks[b->type]);
	switch (a->type) {
	case TERM_INT:
	case TERM_BIG:
	case TERM_FLOAT: {
		int c = compare_numbers(a, b);

		if (c || !exact)
			return c;
		return a->type != b->type ? SIGN(a->type, b->type) : compare_signs(a, b);
	}
	case TERM_ATOM:
		return text_cmp(a->text, b->text);
	case TERM_PID:
	case TERM_PORT:
		return compare_ids(a->id, b->id);
	case TERM_REF:
		return compare_refs(a->id, b->id);
	case TERM_FUN:
	case TERM_EXPORT:
		return compare_funs(a, b);
	case TERM_TUPLE:
		return a->n != b->n ? SIGN(a->n, b->n)
				    : compare_runs(a->items, b->items, a->n, exact);
	case TERM_LIST:
		return compare_lists(a, b, exact);
	case TERM_MAP:
		return compare_maps(a, b, exact);
	case TERM_BINARY:
	case TERM_BITS:
		return compare_binaries(a, b);
	case TERM_CUT:
		break;
	}
	return compare_cuts(a->cut, b->cut);
}

int term_compare(const struct term *a, const struct term *b)
{
	return compare(a, b, false);
}

bool term_eq(const struct term *a, const struct term *b)
{
	return compare(a, b, true) == 0;
}
