/* Orders that are made as far as somebody looks. */

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/ranking.h"
#include "zoo.h"

static struct arena arena;

static int clear(void **state)
{
	arena_clear(&arena);
	return 0;
}

/* What a plain sort makes of it. */
static const struct ranking *ordered_by;

static int by_ranking(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return ranking_before(ordered_by, x, y) ? -1 : ranking_before(ordered_by, y, x);
}

static void assert_as_sorted(struct ranking *r, size_t from, size_t to)
{
	uint32_t *want = arena_many(&arena, r->n, uint32_t);

	for (size_t i = 0; i < r->n; i++)
		want[i] = r->at[i].row;
	ordered_by = r;
	qsort(want, r->n, sizeof(*want), by_ranking);
	ranking_place(r, from, to);
	for (size_t i = from; i < to; i++)
		if (ranking_row(r, i) != want[i])
			fail_msg("place %zu: row %u, and not %u", i, ranking_row(r, i), want[i]);
	for (size_t i = 0; i < r->n; i += 97)
		assert_int_equal(ranking_find(r, want[i]), i);
}

static void crowd(struct table *t, size_t n)
{
	char name[32];

	table_init(t, &zoo, &arena, 0);
	for (size_t i = 0; i < n; i++) {
		size_t row;

		snprintf(name, sizeof(name), "animal %zu", i * 7919 % 101);
		row = zoo_add(t, (int64_t)(n - i), name, (int64_t)(i * 31 % 17),
			      (int64_t)(i * 7919 % 1009));
		if (i % 13 == 0)
			table_set(t, row, ZOO_STEPS, (struct cell){ .type = CELL_NULL });
		if (i % 11 == 0)
			table_set_real(t, row, ZOO_WEIGHT, (double)i / 7 - 30);
	}
}

static void places_are_those_of_a_sort(void **state)
{
	static const size_t columns[] = { ZOO_ID, ZOO_NAME, ZOO_STEPS, ZOO_WEIGHT };
	static const struct {
		size_t from, to;
	} windows[] = { { 0, 20 }, { 1180, 1200 }, { 500, 540 }, { 0, 1 }, { 510, 700 }, { 0, 1200 } };
	struct table t;

	crowd(&t, 1200);
	for (size_t c = 0; c < 4; c++)
		for (int descending = 0; descending < 2; descending++) {
			struct ranking r;

			ranking_init(&r, &t, (struct rows){ 0 }, columns[c], TABLE_NONE,
				     descending, &arena);
			for (size_t w = 0; w < sizeof(windows) / sizeof(windows[0]); w++)
				assert_as_sorted(&r, windows[w].from, windows[w].to);
		}
}

static void assert_order(struct ranking *r, const char *want)
{
	struct buf got = { 0 };

	for (size_t i = 0; i < r->n; i++)
		buf_printf(&got, "%s%s", i ? " " : "",
			   text_cstr(&arena, table_text(r->table, ranking_row(r, i), ZOO_NAME)));
	assert_string_equal(buf_cstr(&got), want);
	buf_clear(&got);
}

static void nulls_come_last_both_ways(void **state)
{
	struct table t;
	struct ranking r;

	table_init(&t, &zoo, &arena, 0);
	zoo_add(&t, 1, "none", -1, 0);
	zoo_add(&t, 2, "few", 0, 0);
	table_set_int(&t, 1, ZOO_STEPS, -5);
	zoo_add(&t, 3, "many", INT64_MAX, 0);
	ranking_init(&r, &t, (struct rows){ 0 }, ZOO_STEPS, TABLE_NONE, true, &arena);
	assert_order(&r, "many few none");
	ranking_init(&r, &t, (struct rows){ 0 }, ZOO_STEPS, TABLE_NONE, false, &arena);
	assert_order(&r, "few many none");
}

/* Those that do nothing are ranked by what they have done, and then by who they are. */
static void equals_are_ranked_by_level_and_key(void **state)
{
	struct table t;
	struct ranking r;

	table_init(&t, &zoo, &arena, 0);
	zoo_add(&t, 9, "d", 0, 1);
	zoo_add(&t, 3, "b", 0, 5);
	zoo_add(&t, 7, "c", 0, 5);
	zoo_add(&t, 5, "a", 1, 0);
	ranking_init(&r, &t, (struct rows){ 0 }, ZOO_STEPS, ZOO_WEIGHT, true, &arena);
	assert_order(&r, "a b c d");
	ranking_init(&r, &t, (struct rows){ 0 }, ZOO_STEPS, TABLE_NONE, true, &arena);
	assert_order(&r, "a b c d");
	ranking_init(&r, &t, (struct rows){ 0 }, TABLE_NONE, TABLE_NONE, true, &arena);
	assert_order(&r, "d b c a");
}

/* Numbers that are the same as reals, and texts that begin alike, are not equal. */
static void what_begins_alike_is_told_apart(void **state)
{
	struct table t;
	struct ranking r;

	table_init(&t, &zoo, &arena, 0);
	zoo_add(&t, 1, "gen_server:b", INT64_C(9007199254740993), 0);
	zoo_add(&t, 2, "gen_server:a", INT64_C(9007199254740992), 0);
	zoo_add(&t, 3, "gen_serv", INT64_C(9007199254740994), 0);
	ranking_init(&r, &t, (struct rows){ 0 }, ZOO_NAME, TABLE_NONE, false, &arena);
	assert_order(&r, "gen_serv gen_server:a gen_server:b");
	ranking_init(&r, &t, (struct rows){ 0 }, ZOO_STEPS, TABLE_NONE, false, &arena);
	assert_order(&r, "gen_server:a gen_server:b gen_serv");
}

static void some_rows_only(void **state)
{
	uint32_t some[] = { 0, 2 };
	struct table t;
	struct ranking r;

	table_init(&t, &zoo, &arena, 0);
	zoo_add(&t, 1, "a", 1, 0);
	zoo_add(&t, 2, "b", 3, 0);
	zoo_add(&t, 3, "c", 2, 0);
	ranking_init(&r, &t, (struct rows){ some, 2 }, ZOO_STEPS, TABLE_NONE, true, &arena);
	assert_order(&r, "c a");
	assert_true(ranking_find(&r, 1) == TABLE_NONE);
	assert_true(ranking_find(&r, 3) == TABLE_NONE);
	assert_int_equal(ranking_find(&r, 0), 1);
}

static void none_at_all(void **state)
{
	struct table t;
	struct ranking r;

	table_init(&t, &zoo, &arena, 0);
	ranking_init(&r, &t, (struct rows){ 0 }, 0, TABLE_NONE, true, &arena);
	ranking_place(&r, 0, 10);
	assert_int_equal(r.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(places_are_those_of_a_sort, clear),
		cmocka_unit_test_teardown(nulls_come_last_both_ways, clear),
		cmocka_unit_test_teardown(equals_are_ranked_by_level_and_key, clear),
		cmocka_unit_test_teardown(what_begins_alike_is_told_apart, clear),
		cmocka_unit_test_teardown(some_rows_only, clear),
		cmocka_unit_test_teardown(none_at_all, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
