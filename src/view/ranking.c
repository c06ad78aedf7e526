#include "view/ranking.h"

#include <assert.h>
#include <string.h>

/* So few are ranked by insertion. */
#define FEW ((size_t)12)

/* Reals in their order as unsigned numbers. Source: IEEE 754, the order of its bits. */
static uint64_t rank_real(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static uint64_t rank_text(struct text t)
{
	uint64_t rank = 0;

	for (size_t i = 0; i < sizeof(rank); i++)
		rank = rank << 8 | (i < t.len ? (unsigned char)t.p[i] : 0);
	return rank;
}

/* What is less in it is less by cell_compare(), too; what is equal may not be. */
static uint64_t rank_of(struct cell c, bool descending)
{
	uint64_t rank = 0;

	switch (c.type) {
	case CELL_NULL:
		return UINT64_MAX;
	case CELL_REAL:
		rank = rank_real(c.v.real) >> 1;
		break;
	case CELL_INT:
	case CELL_BOOL:
	case CELL_ID:
		rank = rank_real((double)c.v.num) >> 1;
		break;
	case CELL_TEXT:
		rank = rank_text(*c.v.text) >> 1 | (uint64_t)1 << 63;
		break;
	}
	return descending ? ~rank : rank;
}

/* As table_cell(), without a call: half a million equal rates are settled by others. */
static inline struct cell cell_of(const struct table *t, uint32_t row, size_t column)
{
	if (!t->types[column])
		return (struct cell){ .type = CELL_NULL };
	return (struct cell){ (enum cell_type)t->types[column][row],
			      t->values[column][row] };
}

static inline int compare_cells(struct cell x, struct cell y)
{
	bool numbers = x.type == y.type && (x.type == CELL_INT || x.type == CELL_ID);

	if (numbers)
		return x.v.num < y.v.num ? -1 : x.v.num > y.v.num;
	if (x.type == CELL_REAL && y.type == CELL_REAL)
		return x.v.real < y.v.real ? -1 : x.v.real > y.v.real;
	if (x.type == CELL_TEXT && y.type == CELL_TEXT && x.v.text == y.v.text)
		return 0;
	return cell_compare(x, y);
}

/* -1, 0, 1, with nulls last. */
static int compare(const struct ranking *r, size_t column, uint32_t a, uint32_t b)
{
	struct cell x = cell_of(r->table, a, column);
	struct cell y = cell_of(r->table, b, column);
	int c;

	if (x.type == CELL_NULL || y.type == CELL_NULL)
		return (x.type == CELL_NULL) - (y.type == CELL_NULL);
	c = compare_cells(x, y);
	return r->descending ? -c : c;
}

static int settle(const struct ranking *r, uint32_t a, uint32_t b)
{
	const struct table *t = r->table;
	size_t key = t->schema->key;
	int c = 0;

	if (r->column != TABLE_NONE) {
		c = compare(r, r->column, a, b);
		if (c == 0 && r->then != TABLE_NONE)
			c = compare(r, r->then, a, b);
		if (c == 0)
			c = compare_cells(cell_of(t, a, key), cell_of(t, b, key));
	}
	return c ? c : a < b ? -1 : a > b;
}

static bool before(const struct ranking *r, struct ranked a, struct ranked b)
{
	return a.rank != b.rank ? a.rank < b.rank : settle(r, a.row, b.row) < 0;
}

bool ranking_before(const struct ranking *r, uint32_t a, uint32_t b)
{
	return settle(r, a, b) < 0;
}

static void swap(struct ranked *a, struct ranked *b)
{
	struct ranked was = *a;

	*a = *b;
	*b = was;
}

/* xorshift64. Source: George Marsaglia, "Xorshift RNGs". */
static size_t some(struct ranking *r, size_t n)
{
	r->random ^= r->random << 13;
	r->random ^= r->random >> 7;
	r->random ^= r->random << 17;
	return r->random % n;
}

static void insert(struct ranking *r, size_t lo, size_t hi)
{
	for (size_t i = lo + 1; i < hi; i++)
		for (size_t j = i; j > lo && before(r, r->at[j], r->at[j - 1]); j--)
			swap(&r->at[j], &r->at[j - 1]);
	memset(r->placed + lo, 1, hi - lo);
}

/* Puts one of them into its place, and all that come before it in front of it. */
static size_t partition(struct ranking *r, size_t lo, size_t hi)
{
	struct ranked *at = r->at;
	struct ranked pivot;
	size_t end = lo;

	swap(&at[lo + some(r, hi - lo)], &at[hi - 1]);
	pivot = at[hi - 1];
	for (size_t i = lo; i + 1 < hi; i++)
		if (before(r, at[i], pivot))
			swap(&at[i], &at[end++]);
	swap(&at[end], &at[hi - 1]);
	r->placed[end] = 1;
	return end;
}

/* A quicksort that leaves alone what is not asked for. */
static void sort(struct ranking *r, size_t lo, size_t hi, size_t from, size_t to)
{
	while (lo < hi && lo < to && from < hi) {
		size_t pivot;

		if (hi - lo <= FEW) {
			insert(r, lo, hi);
			return;
		}
		pivot = partition(r, lo, hi);
		sort(r, lo, pivot, from, to);
		lo = pivot + 1;
	}
}

void ranking_place(struct ranking *r, size_t from, size_t to)
{
	if (to > r->n)
		to = r->n;
	for (size_t at = from; at < to; at++) {
		size_t lo = at;
		size_t hi = at;

		if (r->placed[at])
			continue;
		while (lo > 0 && !r->placed[lo - 1])
			lo--;
		while (hi < r->n && !r->placed[hi])
			hi++;
		sort(r, lo, hi, from, to);
	}
}

uint32_t ranking_row(struct ranking *r, size_t i)
{
	assert(i < r->n);
	ranking_place(r, i, i + 1);
	return r->at[i].row;
}

size_t ranking_find(const struct ranking *r, uint32_t row)
{
	struct ranked it = { .row = row };
	size_t place = 0;
	bool there = false;

	if (row >= r->table->nrows)
		return TABLE_NONE;
	if (r->column != TABLE_NONE)
		it.rank = rank_of(table_cell(r->table, row, r->column), r->descending);
	for (size_t i = 0; i < r->n; i++) {
		there |= r->at[i].row == row;
		place += before(r, r->at[i], it);
	}
	return there ? place : TABLE_NONE;
}

void ranking_init(struct ranking *r, const struct table *t, struct rows rows,
		  size_t column, size_t then, bool descending, struct arena *arena)
{
	size_t n = rows.at ? rows.n : t->nrows;

	*r = (struct ranking){
		.table = t,
		.column = column,
		.then = then,
		.descending = descending,
		.at = arena_many(arena, n, struct ranked),
		.placed = arena_many(arena, n, uint8_t),
		.n = n,
		.random = 0x9e3779b97f4a7c15U,
	};
	for (size_t i = 0; i < n; i++) {
		uint32_t row = rows.at ? rows.at[i] : (uint32_t)i;

		r->at[i].row = row;
		if (column != TABLE_NONE)
			r->at[i].rank = rank_of(cell_of(t, row, column), descending);
	}
	if (column == TABLE_NONE)
		memset(r->placed, 1, n);
}
