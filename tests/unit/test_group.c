/* Rows that are alike, counted and summed up. */

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "view/group.h"
#include "zoo.h"

static struct arena arena;
static struct table before;
static struct table after;
static struct table rows;
static struct table groups;
static struct derived *d;

static int make(void **state)
{
	d = schema_derive(&zoo, false, true, &arena);
	table_init(&before, &zoo, &arena, 0);
	zoo_add(&before, 1, "cat", 100, 10);
	zoo_add(&before, 2, "cat", 100, 10);
	zoo_add(&before, 3, "dog", 100, 10);
	table_init(&after, &zoo, &arena, 0);
	zoo_add(&after, 1, "cat", 110, 15);
	zoo_add(&after, 2, "cat", 130, 5);
	zoo_add(&after, 3, "dog", 100, 7);
	zoo_add(&after, 4, NULL, 1000, -1);
	zoo_add(&after, 5, NULL, -1, -1);
	table_init(&rows, &d->schema, &arena, 0);
	table_derive(&rows, d, (struct text){ 0 }, &before, &after, INT64_C(2000000000));
	return 0;
}

static int clear(void **state)
{
	arena_clear(&arena);
	return 0;
}

static struct groups *group_by(const char *column, struct rows some)
{
	struct groups *g = group_schema(d, schema_find(&d->schema, text_of(column)), &arena);

	table_init(&groups, &g->schema, &arena, 0);
	group_make(&groups, g, &rows, some);
	return g;
}

/* "cat 2 steps=240": those of the named columns. */
static void assert_group(const char *want, const char *column)
{
	size_t sum = schema_find(groups.schema, text_of(column));
	struct buf got = { 0 };

	assert_true(sum != TABLE_NONE);
	for (size_t i = 0; i < groups.nrows; i++) {
		if (i)
			buf_str(&got, ", ");
		cell_print(&got, &groups.schema->columns[GROUP_VALUE], table_cell(&groups, i, GROUP_VALUE));
		buf_printf(&got, " %d ", (int)table_num(&groups, i, GROUP_COUNT));
		if (table_null(&groups, i, sum))
			buf_str(&got, "null");
		else
			cell_print(&got, &groups.schema->columns[sum], table_cell(&groups, i, sum));
	}
	assert_string_equal(buf_cstr(&got), want);
	buf_clear(&got);
}

static void counts_and_sums_up(void **state)
{
	group_by("name", (struct rows){ 0 });
	assert_group("cat 2 240, dog 1 100,  2 1000", "steps");
	assert_group("cat 2 20, dog 1 7,  2 null", "weight");
	assert_group("cat 2 20, dog 1 0,  2 null", "steps_rate");
	assert_group("cat 2 0, dog 1 -3,  2 null", "weight_growth");
}

static void sums_only_what_adds_up(void **state)
{
	struct groups *g = group_by("name", (struct rows){ 0 });
	struct buf got = { 0 };

	for (size_t c = 0; c < g->schema.ncolumns; c++)
		buf_printf(&got, "%s%s", c ? " " : "", g->schema.columns[c].name);
	assert_string_equal(buf_cstr(&got), "name count steps weight steps_rate weight_growth");
	buf_clear(&got);
}

static void of_some_rows(void **state)
{
	uint32_t some[] = { 3, 1 };

	group_by("name", (struct rows){ some, 2 });
	assert_group(" 1 1000, cat 1 130", "steps");
}

static void by_what_is_no_text(void **state)
{
	group_by("born", (struct rows){ 0 });
	assert_group("false 3 340, true 2 1000", "steps");
}

static void knows_by_what(void **state)
{
	assert_true(group_can(&d->schema, ZOO_NAME));
	assert_true(group_can(&d->schema, ZOO_ASLEEP));
	assert_false(group_can(&d->schema, ZOO_ID)); /* each would be one of its own */
	assert_false(group_can(&d->schema, ZOO_STEPS));
	assert_false(group_can(&d->schema, ZOO_AGE));
	assert_false(group_can(&d->schema, schema_find(&d->schema, TEXT("steps_rate"))));
}

static void a_sum_that_overflows_goes_on_as_a_real(void **state)
{
	table_set_int(&rows, 0, ZOO_STEPS, INT64_MAX);
	table_set_int(&rows, 1, ZOO_STEPS, INT64_MAX);
	group_by("name", (struct rows){ 0 });
	assert_true(table_cell(&groups, 0, schema_find(groups.schema, TEXT("steps"))).v.real > 1.8e19);
}

/* More groups than there is room for at first, each found again. */
static void many_groups(void **state)
{
	char name[32];

	table_init(&rows, &d->schema, &arena, 0);
	for (size_t i = 0; i < 6000; i++) {
		snprintf(name, sizeof(name), "kind %zu", i % 3000);
		zoo_add(&rows, (int64_t)i, name, 1, 2);
	}
	group_by("name", (struct rows){ 0 });
	assert_int_equal(groups.nrows, 3000);
	for (size_t i = 0; i < groups.nrows; i++)
		assert_int_equal(table_num(&groups, i, GROUP_COUNT), 2);
}

static void none_of_none(void **state)
{
	table_init(&rows, &d->schema, &arena, 0);
	group_by("name", (struct rows){ 0 });
	assert_int_equal(groups.nrows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_and_sums_up, make, clear),
		cmocka_unit_test_setup_teardown(sums_only_what_adds_up, make, clear),
		cmocka_unit_test_setup_teardown(of_some_rows, make, clear),
		cmocka_unit_test_setup_teardown(by_what_is_no_text, make, clear),
		cmocka_unit_test_setup_teardown(knows_by_what, make, clear),
		cmocka_unit_test_setup_teardown(a_sum_that_overflows_goes_on_as_a_real, make, clear),
		cmocka_unit_test_setup_teardown(many_groups, make, clear),
		cmocka_unit_test_setup_teardown(none_of_none, make, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
