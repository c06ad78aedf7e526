/* Dear columns: read of the rows that need them, of all where many do. */

#include "sql_bench.h"

/* Animals 0 to n - 1. */
static void load_flock(struct source *s, int n)
{
	struct buf b = { 0 };

	buf_str(&b, "id,name,steps,weight,note\n");
	for (int i = 0; i < n; i++)
		buf_printf(&b, "@%d,a%d,%d,%d,n%d\n", i, i, i, 1000 + i, i);
	memory_load(s, &zoo, buf_cstr(&b));
	buf_clear(&b);
}

static void flock_init(struct bench *b, int n, int then, struct sql_options o)
{
	bench_init(b, 1, o);
	source_close(b->sources[0]);
	b->sources[0] = memory_open(b->loop, TEXT("flock@a"));
	load_flock(b->sources[0], n);
	if (then)
		load_flock(b->sources[0], then);
	memory_load(b->sources[0], &keepers, people);
}

static void dear_columns_are_read_of_the_rows_that_need_them(void **state)
{
	struct bench b;
	const struct memory_ask *asks;

	flock_init(&b, 1000, 0, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT name, weight FROM animals ORDER BY steps LIMIT 2",
		    "name,weight\na0,1000\na1,1001\n");
	assert_int_equal(asks_of(&b, &asks), 2);
	assert_true(asks[0].all && asks[0].columns == (MASK(ID) | MASK(STEPS)));
	assert_true(asks[1].columns == (MASK(ID) | MASK(NAME) | MASK(WEIGHT)));
	assert_false(asks[1].all);
	assert_int_equal(asks[1].nkeys, 2);
	/* What leads to another dear column is read with it. */
	assert_rows(&b, "SELECT CASE WHEN weight = 1007 THEN note END AS n FROM animals WHERE name = 'a7'", "n\nn7\n");
	assert_int_equal(asks_of(&b, &asks), 4);
	assert_int_equal(asks[3].nkeys, 1);
	assert_true(asks[3].columns == (MASK(ID) | MASK(WEIGHT) | MASK(NOTE)));
	bench_clear(&b);
}

static void what_ranks_or_filters_is_read_of_all(void **state)
{
	static const char *const texts[] = {
		"SELECT name FROM animals ORDER BY weight DESC LIMIT 1",
		"SELECT name FROM animals WHERE weight > 1998",
		"SELECT a.name FROM animals a JOIN keepers k ON a.weight = 1999 WHERE k.name = 'bob'",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct bench b;
		const struct memory_ask *asks;

		flock_init(&b, 1000, 0, (struct sql_options){ 0 });
		assert_rows(&b, texts[i], "name\na999\n");
		asks_of(&b, &asks);
		assert_true(asks[0].all && asks[0].columns & MASK(WEIGHT));
		bench_clear(&b);
	}
}

static void when_many_rows_need_it_all_are_read(void **state)
{
	struct bench b;
	const struct memory_ask *asks;

	flock_init(&b, 1000, 0, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT sum(weight) AS w, sum(steps) AS s FROM animals WHERE steps >= 0", "w,s\n1499500,499500\n");
	assert_int_equal(asks_of(&b, &asks), 2);
	assert_true(asks[1].all && asks[1].columns == (MASK(ID) | MASK(WEIGHT)));
	/* And at once where nothing chooses rows. */
	assert_rows(&b, "SELECT sum(weight) AS w FROM animals", "w\n1499500\n");
	assert_int_equal(asks_of(&b, &asks), 3);
	/* Or where it would choose others the next time. */
	assert_rows(&b, "SELECT count(weight) AS n FROM (SELECT weight FROM animals ORDER BY random() LIMIT 3)", "n\n3\n");
	assert_int_equal(asks_of(&b, &asks), 4);
	bench_clear(&b);
}

static void a_row_that_went_away_meanwhile_is_left_out(void **state)
{
	struct bench b;

	flock_init(&b, 1000, 999, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT name, weight FROM animals ORDER BY steps DESC LIMIT 2",
		    "name,weight\na998,1998\na997,1997\n");
	bench_clear(&b);
}

static void a_limit_from_outside_counts_as_one(void **state)
{
	struct bench b;
	const struct memory_ask *asks;
	struct sql_statement *st;

	flock_init(&b, 1000, 0, (struct sql_options){ .limit = 3 });
	st = prepare(&b, "SELECT name, weight FROM animals");
	ask(&b, st);
	assert_int_equal(asks_of(&b, &asks), 2);
	assert_int_equal(asks[1].nkeys, 3);
	sql_free(st);
	bench_clear(&b);
}

static void a_node_that_fails_at_the_rest(void **state)
{
	struct bench b;
	struct sql_statement *st;
	struct err err = { 0 };

	flock_init(&b, 1000, 0, (struct sql_options){ 0 });
	st = prepare(&b, "SELECT weight FROM animals ORDER BY steps LIMIT 1");
	sql_ask(st, b.loop, b.sources, 1, done, &b);
	loop_run(b.loop);
	fail(&err, ERR_LOST, "it is gone");
	memory_fail(b.sources[0], &err);
	assert_true(sql_ask_rest(st));
	loop_run(b.loop);
	assert_int_equal(sql_told(st).nfailures, 1);
	assert_true(sql_told(st).lacks_table);
	assert_false(sql_ask_rest(st));
	sql_free(st);
	/* And given up in between. */
	memory_fail(b.sources[0], NULL);
	st = prepare(&b, "SELECT weight FROM animals ORDER BY steps LIMIT 1");
	sql_ask(st, b.loop, b.sources, 1, done, &b);
	loop_run(b.loop);
	assert_true(sql_ask_rest(st));
	sql_cancel(st);
	sql_free(st);
	bench_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dear_columns_are_read_of_the_rows_that_need_them),
		cmocka_unit_test(what_ranks_or_filters_is_read_of_all),
		cmocka_unit_test(when_many_rows_need_it_all_are_read),
		cmocka_unit_test(a_row_that_went_away_meanwhile_is_left_out),
		cmocka_unit_test(a_limit_from_outside_counts_as_one),
		cmocka_unit_test(a_node_that_fails_at_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
