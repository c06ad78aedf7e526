/* The numbers of the header: what is read of tables that may hold anything. */

#include "unit.h"

#include <math.h>
#include <string.h>

#include "tables/tables.h"
#include "view/home_item.h"

static struct arena arena;

static const struct home_item *item(const char *label, enum home_block block)
{
	for (size_t i = 0; i < home_nitems; i++)
		if (home_items[i].block == block &&
		    strcmp(home_items[i].label, label) == 0)
			return &home_items[i];
	fail_msg("there is no '%s'", label);
	return NULL;
}

static struct table table_of(const char *name)
{
	struct table t;

	table_init(&t, tables_find(text_of(name)), &arena, 0);
	return t;
}

static void set_text(struct table *t, size_t row, const char *column, const char *v)
{
	table_set_text(t, row, schema_find(t->schema, text_of(column)), text_of(v));
}

static void set_int(struct table *t, size_t row, const char *column, int64_t v)
{
	table_set_int(t, row, schema_find(t->schema, text_of(column)), v);
}

static void add_fact(struct table *t, const char *name, int64_t value, int64_t limit)
{
	size_t row = table_add(t);

	set_text(t, row, "name", name);
	set_int(t, row, "value", value);
	if (limit)
		set_int(t, row, "limit", limit);
}

static void add_thread(struct table *t, const char *type, double share, bool online)
{
	size_t row = table_add(t);

	set_text(t, row, "type", type);
	table_set_real(t, row, schema_find(t->schema, TEXT("utilisation")), share);
	table_set_bool(t, row, schema_find(t->schema, TEXT("online")), online);
}

/* Each row of the header names a table, a column and a unit that there are, and has
 * a label that fits. */
static void every_item_is_of_something(void **state)
{
	for (size_t i = 0; i < home_nitems; i++) {
		const struct home_item *one = &home_items[i];
		const struct schema *s;

		assert_in_range(strlen(one->label), 1, HOME_LABEL);
		assert_true(strlen(one->help) > 0);
		if (one->feed >= HOME_FEEDS)
			continue;
		s = home_feed_schema(one->feed);
		assert_non_null(s);
		assert_true(schema_find(s, text_of(one->column)) != TABLE_NONE);
		assert_true(home_feed_columns(one->feed) &
			    column_bit(schema_find(s, text_of(one->column))));
	}
}

/* The node is asked for no more than what is shown. */
static void asks_for_few_rows(void **state)
{
	struct cell keys[HOME_ITEMS_MAX];
	size_t n = home_feed_keys(HOME_SYSTEM, keys, &arena);
	bool atoms = false, limit = false;

	assert_in_range(n, 10, 30);
	for (size_t i = 0; i < n; i++) {
		atoms |= text_is(*keys[i].v.text, "atom_count");
		limit |= text_is(*keys[i].v.text, "ets_limit");
		for (size_t k = 0; k < i; k++)
			assert_false(cell_eq(keys[i], keys[k]));
	}
	assert_true(atoms && limit);
	assert_int_equal(home_feed_keys(HOME_MEMORY, keys, &arena), 0);
}

static void reads_levels_and_limits(void **state)
{
	const struct home_item *atoms = item("atoms", HOME_BLOCK_COUNTS);
	const struct home_item *ets = item("ets", HOME_BLOCK_COUNTS);
	const struct home_item *reds = item("reds/s", HOME_BLOCK_CPU);
	struct table t = table_of("system");

	assert_true(isnan(home_item_value(atoms, &t)));
	add_fact(&t, "atom_count", 900, 1000);
	add_fact(&t, "ets_count", 31, 0);
	add_fact(&t, "ets_limit", 8192, 0);
	set_text(&t, table_add(&t), "name", "reductions");
	set_text(&t, t.nrows - 1, "value", "many");
	assert_true(home_item_value(atoms, &t) == 900);
	assert_true(home_item_limit(atoms, &t) == 1000);
	assert_true(home_item_value(ets, &t) == 31);
	assert_true(home_item_limit(ets, &t) == 8192);
	assert_true(isnan(home_item_value(reds, &t)));
	assert_true(isnan(home_item_limit(reds, &t)));
	assert_true(isnan(home_item_growth(reds, &t)));
}

/* Those that are not online have no part in it. */
static void takes_means(void **state)
{
	const struct home_item *sched = item("sched", HOME_BLOCK_CPU);
	const struct home_item *dirty = item("dirty", HOME_BLOCK_CPU);
	struct table t = table_of("schedulers");

	assert_true(isnan(home_item_value(sched, &t)));
	assert_true(isnan(home_item_value(dirty, &t)));
	add_thread(&t, "scheduler", 0.5, true);
	add_thread(&t, "scheduler", 1.0, true);
	add_thread(&t, "scheduler", 0.0, false);
	add_thread(&t, "scheduler", NAN, true);
	add_thread(&t, "dirty_io", 0.25, true);
	assert_true(home_item_value(sched, &t) == 0.75);
	assert_true(home_item_value(dirty, &t) == 0.25);
	add_thread(&t, "dirty_cpu", 1.0, true);
	add_thread(&t, "dirty_cpu", 0.5, true);
	assert_true(home_item_value(dirty, &t) == 0.75);
}

static void takes_the_longest_queue_of_the_logger(void **state)
{
	const struct home_item *logger = item("logger", HOME_BLOCK_COUNTS);
	struct table t = table_of("system");

	add_fact(&t, "process_count", 5000, 0);
	assert_true(isnan(home_item_value(logger, &t)));
	add_fact(&t, "logger_queue.logger", 3, 0);
	add_fact(&t, "logger_queue.default", 12, 200);
	assert_true(home_item_value(logger, &t) == 12);
}

/* What comes of a recording may have columns of any type and rows without a key. */
static void survives_anything(void **state)
{
	static const char *const names[] = { "system", "memory", "schedulers",
					     "os_memory", "processes" };

	for (size_t k = 0; k < 5; k++) {
		struct table t = table_of(names[k]);

		for (size_t row = 0; row < 40; row++) {
			table_add(&t);
			for (size_t c = 0; c < t.schema->ncolumns; c++)
				if ((row + c) % 4 == 0)
					table_set_int(&t, row, c, INT64_MIN);
				else if ((row + c) % 4 == 1)
					table_set_text(&t, row, c, TEXT("scheduler"));
				else if ((row + c) % 4 == 2)
					table_set_real(&t, row, c, -1e308);
		}
		for (size_t i = 0; i < home_nitems; i++) {
			home_item_value(&home_items[i], &t);
			home_item_limit(&home_items[i], &t);
			home_item_growth(&home_items[i], &t);
		}
	}
}

static void tells_what_is_too_much(void **state)
{
	const struct thresholds *t = &threshold_defaults;

	assert_int_equal(threshold_style(t, THRESHOLD_LIMIT, 0.5), STYLE_PLAIN);
	assert_int_equal(threshold_style(t, THRESHOLD_LIMIT, 0.7), STYLE_WARN);
	assert_int_equal(threshold_style(t, THRESHOLD_LIMIT, 0.85), STYLE_CRIT);
	assert_int_equal(threshold_style(t, THRESHOLD_LIMIT, NAN), STYLE_PLAIN);
	/* Of a time that is left less is worse. */
	assert_int_equal(threshold_style(t, THRESHOLD_TO_LIMIT, 60e9), STYLE_CRIT);
	assert_int_equal(threshold_style(t, THRESHOLD_TO_LIMIT, 7200e9), STYLE_WARN);
	assert_int_equal(threshold_style(t, THRESHOLD_TO_LIMIT, 1e18), STYLE_PLAIN);
	assert_int_equal(threshold_style(t, THRESHOLD_NONE, 1e300), STYLE_PLAIN);
	assert_string_equal(threshold_mark(STYLE_CRIT), "!!");
}

static int clear(void **state)
{
	arena_clear(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_item_is_of_something, clear),
		cmocka_unit_test_teardown(asks_for_few_rows, clear),
		cmocka_unit_test_teardown(reads_levels_and_limits, clear),
		cmocka_unit_test_teardown(takes_means, clear),
		cmocka_unit_test_teardown(takes_the_longest_queue_of_the_logger, clear),
		cmocka_unit_test_teardown(survives_anything, clear),
		cmocka_unit_test_teardown(tells_what_is_too_much, clear),
	};

	return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
