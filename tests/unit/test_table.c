/* Tables: cells, growth, keys, and the order of rows. */

#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "zoo.h"

static void keeps_cells_by_column(void **state)
{
	struct arena a = { 0 };
	struct table t;
	size_t row;

	table_init(&t, &zoo, &a, 0);
	for (int i = 0; i < 100; i++) {
		row = zoo_add(&t, i, i % 2 ? "cat" : "dog", i * 10, -1);
		table_set_real(&t, row, ZOO_FULL, i / 100.0);
	}
	assert_int_equal(t.nrows, 100);
	assert_int_equal(table_num(&t, 99, ZOO_STEPS), 990);
	assert_true(text_is(table_text(&t, 99, ZOO_NAME), "cat"));
	assert_true(table_cell(&t, 50, ZOO_FULL).v.real == 0.5);
	assert_null(t.types[ZOO_WEIGHT]);
	assert_true(table_null(&t, 3, ZOO_WEIGHT));
	assert_int_equal(table_num(&t, 3, ZOO_WEIGHT), 0);
	/* The same short text is kept once. */
	assert_ptr_equal(table_cell(&t, 2, ZOO_NAME).v.text,
			 table_cell(&t, 4, ZOO_NAME).v.text);
	arena_clear(&a);
}

static void has_no_numbers_that_are_none(void **state)
{
	struct arena a = { 0 };
	struct table t;

	table_init(&t, &zoo, &a, 1);
	table_add(&t);
	table_set_real(&t, 0, ZOO_FULL, NAN);
	assert_true(table_null(&t, 0, ZOO_FULL));
	table_set_real(&t, 0, ZOO_FULL, 1e300);
	assert_true(table_num(&t, 0, ZOO_FULL) == INT64_MAX);
	arena_clear(&a);
}

static struct cell integer(int64_t v)
{
	return (struct cell){ CELL_INT, { .num = v } };
}

static struct cell decimal(double v)
{
	return (struct cell){ CELL_REAL, { .real = v } };
}

static void compares_cells_of_any_type(void **state)
{
	struct text word = TEXT("a");
	struct cell text = { CELL_TEXT, { .text = &word } };
	struct cell null = { CELL_NULL };

	assert_int_equal(cell_compare(null, integer(INT64_MIN)), -1);
	assert_int_equal(cell_compare(integer(INT64_MAX), text), -1);
	assert_int_equal(cell_compare(integer(2), decimal(1.5)), 1);
	assert_int_equal(cell_compare(integer(2), decimal(2)), 0);
	assert_true(cell_hash(integer(2)) == cell_hash(decimal(2)));
	/* Neighbours that a double can't tell apart. */
	assert_int_equal(
		cell_compare(integer(9007199254740993), integer(9007199254740992)), 1);
	assert_int_equal(
		cell_compare(integer(9007199254740993), decimal(9007199254740992.0)), 1);
}

static void finds_rows_by_key(void **state)
{
	struct arena a = { 0 };
	struct table t;
	struct table_index x;

	table_init(&t, &zoo, &a, 1000);
	for (int i = 0; i < 1000; i++)
		zoo_add(&t, i * 64, NULL, -1, -1);
	table_index_init(&x, &t, &a);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(
			table_index_find(&x, (struct cell){ CELL_ID, { .num = i * 64 } }),
			i);
	assert_true(table_index_find(&x, (struct cell){ CELL_ID, { .num = 1 } }) ==
		    TABLE_NONE);
	assert_int_equal(table_find(&t, (struct cell){ CELL_ID, { .num = 640 } }), 10);
	assert_true(table_find(&t, (struct cell){ CELL_ID, { .num = 641 } }) ==
		    TABLE_NONE);
	arena_clear(&a);
}

static void an_index_of_no_rows_finds_nothing(void **state)
{
	struct arena a = { 0 };
	struct table t;
	struct table_index x;

	table_init(&t, &zoo, &a, 0);
	table_index_init(&x, &t, &a);
	assert_true(table_index_find(&x, integer(0)) == TABLE_NONE);
	arena_clear(&a);
}

static void assert_order(const struct table *t, size_t column, bool descending,
			 size_t limit, const char *names)
{
	struct arena a = { 0 };
	struct rows rows = rows_all(t, &a);
	struct buf got = { 0 };

	rows_top(t, &rows, column, descending, limit);
	for (size_t i = 0; i < rows.n; i++)
		buf_text_add(&got, table_text(t, rows.at[i], ZOO_NAME));
	assert_string_equal(buf_cstr(&got), names);
	buf_clear(&got);
	arena_clear(&a);
}

static void orders_with_nulls_last_and_ties_as_they_stood(void **state)
{
	struct arena a = { 0 };
	struct table t;

	table_init(&t, &zoo, &a, 0);
	zoo_add(&t, 1, "a", 5, -1);
	zoo_add(&t, 2, "b", -1, -1);
	zoo_add(&t, 3, "c", 9, -1);
	zoo_add(&t, 4, "d", 5, -1);
	zoo_add(&t, 5, "e", -1, -1);
	zoo_add(&t, 6, "f", 1, -1);
	assert_order(&t, ZOO_STEPS, true, 0, "cadfbe");
	assert_order(&t, ZOO_STEPS, false, 0, "fadcbe");
	assert_order(&t, ZOO_STEPS, true, 2, "ca");
	assert_order(&t, ZOO_STEPS, true, 5, "cadfb");
	assert_order(&t, ZOO_STEPS, true, 99, "cadfbe");
	assert_order(&t, ZOO_WEIGHT, true, 3, "abc");
	assert_order(&t, ZOO_NAME, true, 0, "fedcba");
	arena_clear(&a);
}

static const struct table *sorted_by; /* qsort's function gets no context */

static int by_steps(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	int c = cell_compare(table_cell(sorted_by, y, ZOO_STEPS),
			     table_cell(sorted_by, x, ZOO_STEPS));

	return c ? c : x < y ? -1 : 1;
}

static void the_first_rows_are_those_of_the_whole_order(void **state)
{
	static const size_t limits[] = { 1, 2, 12, 13, 20, 500, 4999, 5000 };
	struct arena a = { 0 };
	struct table t;
	uint32_t want[5000];

	srand(7);
	table_init(&t, &zoo, &a, 5000);
	for (int i = 0; i < 5000; i++)
		zoo_add(&t, i, NULL, rand() % 900, -1);
	for (uint32_t i = 0; i < 5000; i++)
		want[i] = i;
	sorted_by = &t;
	qsort(want, 5000, sizeof(want[0]), by_steps);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rows rows = rows_all(&t, &a);

		rows_top(&t, &rows, ZOO_STEPS, true, limits[i]);
		assert_int_equal(rows.n, limits[i]);
		assert_memory_equal(rows.at, want, rows.n * sizeof(want[0]));
	}
	arena_clear(&a);
}

static void assert_shown(const struct column *about, struct cell c, const char *want)
{
	struct buf b = { 0 };

	cell_print(&b, about, c);
	assert_string_equal(buf_cstr(&b), want);
	buf_clear(&b);
}

static void shows_cells_as_plain_text(void **state)
{
	static const struct column moment = { "at", "AT", UNIT_TIME };

	assert_shown(&zoo_columns[ZOO_ID], (struct cell){ CELL_ID, { .num = 7 } }, "@7");
	assert_shown(&zoo_columns[ZOO_WEIGHT], integer(-12345678), "-12345678");
	assert_shown(&zoo_columns[ZOO_FULL], decimal(0.1), "0.1");
	assert_shown(&zoo_columns[ZOO_FULL], decimal(1.0 / 3), "0.3333333333333333");
	assert_shown(&zoo_columns[ZOO_ASLEEP], (struct cell){ CELL_BOOL, { .num = 1 } },
		     "true");
	assert_shown(&moment, integer(1500000000123456789),
		     "2017-07-14T02:40:00.123456Z");
	assert_shown(&zoo_columns[ZOO_NAME], (struct cell){ CELL_NULL }, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_cells_by_column),
		cmocka_unit_test(has_no_numbers_that_are_none),
		cmocka_unit_test(compares_cells_of_any_type),
		cmocka_unit_test(finds_rows_by_key),
		cmocka_unit_test(an_index_of_no_rows_finds_nothing),
		cmocka_unit_test(orders_with_nulls_last_and_ties_as_they_stood),
		cmocka_unit_test(the_first_rows_are_those_of_the_whole_order),
		cmocka_unit_test(shows_cells_as_plain_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
