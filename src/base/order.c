/* Ranking rows: as much of a quicksort as the first rows need. */
#include <stdint.h>

#include "base/table.h"

/* What the order is by. */
struct order {
	const struct table *t;
	size_t column;
	bool descending;
};

struct rows rows_all(const struct table *t, struct arena *arena)
{
	struct rows rows = { .at = arena_many(arena, t->nrows, uint32_t), .n = t->nrows };

	for (size_t i = 0; i < rows.n; i++)
		rows.at[i] = (uint32_t)i;
	return rows;
}

/* Does row a come before row b? Never both ways: the row number settles ties. */
static bool before(const struct order *o, uint32_t a, uint32_t b)
{
	struct cell x = table_cell(o->t, a, o->column);
	struct cell y = table_cell(o->t, b, o->column);

	if (x.type == CELL_NULL || y.type == CELL_NULL) {
		if (x.type == y.type)
			return a < b;
		return y.type == CELL_NULL;
	}

	int c = cell_compare(x, y);

	if (c == 0)
		return a < b;
	return o->descending ? c > 0 : c < 0;
}

static void swap(uint32_t *a, uint32_t *b)
{
	uint32_t was = *a;

	*a = *b;
	*b = was;
}

static void insert(const struct order *o, uint32_t *at, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && before(o, at[j], at[j - 1]); j--)
			swap(&at[j], &at[j - 1]);
}

/* xorshift64. The pivots need no secrets, only to be elsewhere each time. Source: George
 * Marsaglia, "Xorshift RNGs". */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Puts a pivot to its final place and returns that place: what comes before it stands in
 * front of it. */
static size_t partition(const struct order *o, uint32_t *at, size_t n, uint64_t *state)
{
	size_t end = 0;

	swap(&at[next_random(state) % n], &at[n - 1]);
	for (size_t i = 0; i + 1 < n; i++)
		if (before(o, at[i], at[n - 1]))
			swap(&at[i], &at[end++]);
	swap(&at[end], &at[n - 1]);
	return end;
}

/* Quicksort that leaves alone what lies behind limit. */
static void sort(const struct order *o, uint32_t *at, size_t n, size_t limit,
		 uint64_t *state)
{
	while (n > 12 && limit > 0) {
		size_t pivot = partition(o, at, n, state);

		sort(o, at, pivot, limit, state);
		if (limit <= pivot + 1)
			return;
		at += pivot + 1;
		n -= pivot + 1;
		limit -= pivot + 1;
	}
	if (limit > 0)
		insert(o, at, n);
}

void rows_top(const struct table *t, struct rows *rows, size_t column, bool descending,
	      size_t limit)
{
	struct order o = { .t = t, .column = column, .descending = descending };
	uint64_t state = 0x9e3779b97f4a7c15U;

	if (limit == 0 || limit > rows->n)
		limit = rows->n;
	sort(&o, rows->at, rows->n, limit, &state);
	rows->n = limit;
}
