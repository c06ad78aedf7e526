/* SQL over memory sources: what is asked for, and what comes out. */

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql_bench.h"

static const char herd_later[] = "id,name,steps,weight,age,full,asleep,note\n"
				 "@4,elk,190,200000,7,1.0,false,rare\n"
				 "@5,newt,1000,1,1,0.0,true,tiny\n"
				 "@1,cat,10,4100,5,0.5,true,purrs\n"
				 "@2,dog,501,20000,6,0.25,false,barks\n";

static void cells_are_as_in_csv(void **state)
{
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT * FROM animals",
		    "id,name,steps,weight,age,full,asleep,note\n"
		    "@1,cat,10,4000,5,0.5,1,purrs\n"
		    "@2,dog,500,20000,6,0.25,0,barks\n"
		    "@3,,7,,,,,\n"
		    "@4,elk,90,300000,7,1,0,rare\n");
	assert_rows(&b, "SELECT id FROM animals WHERE weight IS NULL", "id\n@3\n");
	assert_rows(&b, "SELECT since, typeof(since) FROM keepers WHERE name = 'ann'",
		    "since,typeof(since)\n2001-09-09T01:46:40.000000Z,text\n");
	bench_clear(&b);
}

static void only_what_is_used_is_asked_for(void **state)
{
	const struct memory_ask *asks;
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ .timeout_ns = 77, .syntax = SYNTAX_ELIXIR });
	assert_rows(&b, "SELECT sum(steps) FROM animals WHERE name > 'd'", "sum(steps)\n590\n");
	assert_int_equal(asks_of(&b, &asks), 1);
	assert_true(asks[0].schema == &zoo && asks[0].all);
	assert_true(asks[0].columns == (MASK(ID) | MASK(NAME) | MASK(STEPS)));
	assert_int_equal(asks[0].timeout_ns, 77);
	assert_int_equal(asks[0].syntax, SYNTAX_ELIXIR);
	/* Also through a view, and of a subquery. */
	assert_rows(&b, "WITH a AS (SELECT * FROM animals) SELECT max(steps) FROM a", "max(steps)\n500\n");
	assert_int_equal(asks_of(&b, &asks), 2);
	assert_true(asks[1].columns == (MASK(ID) | MASK(STEPS)));
	/* And nothing at all where no table is touched. */
	assert_rows(&b, "SELECT 1 + 1 AS two", "two\n2\n");
	assert_rows(&b, "SELECT count(*) FROM (SELECT 1) WHERE 0", "count(*)\n0\n");
	assert_int_equal(asks_of(&b, NULL), 2);
	bench_clear(&b);
}

static void one_row_is_asked_for_by_its_key(void **state)
{
	const struct memory_ask *asks;
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	/* In any of the ways in which an id may be written. */
	assert_rows(&b, "SELECT name FROM animals WHERE id = '@02'", "name\ndog\n");
	assert_rows(&b, "SELECT name FROM animals WHERE '@4' = id AND weight > 5", "name\nelk\n");
	assert_rows(&b, "SELECT animal FROM keepers WHERE name = 'bob'", "animal\n@1\n");
	assert_rows(&b, "SELECT name FROM animals WHERE id = 'nobody'", "name\n");
	assert_int_equal(asks_of(&b, &asks), 4);
	for (size_t i = 0; i < 3; i++)
		assert_true(!asks[i].all && asks[i].nkeys == 1);
	assert_true(asks[0].columns == (MASK(ID) | MASK(NAME)));
	assert_true(asks[3].all);
	bench_clear(&b);
}

static void several_uses_of_a_table_are_one_question(void **state)
{
	const struct memory_ask *asks;
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT a.name, b.name FROM animals a, animals b WHERE a.id = '@1' AND b.id = '@4'",
		    "name,name_2\ncat,elk\n");
	assert_int_equal(asks_of(&b, &asks), 1);
	assert_int_equal(asks[0].nkeys, 2);
	/* One of them is not bound to its key. */
	assert_rows(&b, "SELECT count(*) FROM animals a, animals b WHERE a.id = '@1'", "count(*)\n4\n");
	assert_rows(&b, "SELECT name FROM animals WHERE id = '@1' OR name = 'dog'", "name\ncat\ndog\n");
	assert_rows(&b, "SELECT name FROM animals WHERE id IN ('@1', '@2')", "name\ncat\ndog\n");
	assert_rows(&b, "SELECT name FROM animals WHERE id = (SELECT animal FROM keepers WHERE name = 'bob')",
		    "name\ncat\n");
	asks_of(&b, &asks);
	assert_true(asks[1].all && asks[1].columns == MASK(ID));
	assert_true(asks[2].all);
	bench_clear(&b);
}

static void joins_and_groups(void **state)
{
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT k.name, a.name FROM keepers k JOIN animals a ON k.animal = a.id ORDER BY 1 DESC",
		    "name,name_2\neve,elk\nbob,cat\nann,elk\n");
	assert_rows(&b, "SELECT a.name, count(k.name) FROM animals a LEFT JOIN keepers k ON k.animal = a.id "
		    "GROUP BY a.id ORDER BY 2 DESC, 1",
		    "name,count(k.name)\nelk,2\ncat,1\n,0\ndog,0\n");
	/* A number meets the text that it is in. */
	assert_rows(&b, "SELECT name FROM keepers WHERE room = '7'", "name\n");
	assert_rows(&b, "SELECT name FROM keepers WHERE room = 7.0", "name\nbob\n");
	assert_rows(&b, "SELECT name FROM animals WHERE steps = '10'", "name\ncat\n");
	assert_rows(&b, "SELECT name FROM animals WHERE name = 'CAT' COLLATE NOCASE", "name\ncat\n");
	assert_rows(&b, "SELECT name FROM animals WHERE asleep = 1 AND full = 0.5", "name\ncat\n");
	assert_rows(&b, "SELECT name FROM keepers WHERE since = '2001-09-09T01:46:40.000000Z'", "name\nann\n");
	assert_rows(&b, "SELECT name FROM animals WHERE name = NULL OR weight = NULL", "name\n");
	bench_clear(&b);
}

static void what_is_shown_only_when_named(void **state)
{
	const struct memory_ask *asks;
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT * FROM keepers WHERE room = 7", "name,animal,room,since\nbob,@1,7,\n");
	assert_rows(&b, "SELECT name, phone FROM keepers WHERE room = 7", "name,phone\nbob,222\n");
	assert_int_equal(asks_of(&b, &asks), 4);
	assert_false((asks[0].columns | asks[1].columns) & column_bit(KEEPER_PHONE));
	assert_true(asks[3].nkeys == 1 && asks[3].columns & column_bit(KEEPER_PHONE));
	bench_clear(&b);
}

static void a_window_has_both_readings(void **state)
{
	const struct memory_ask *asks;
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ .window_ns = 1000 });
	memory_load(b.sources[0], &zoo, herd_later);
	assert_rows(&b, "SELECT a.id, b.weight, a.weight, a.weight_growth, a.born, b.name FROM animals a "
		    "LEFT JOIN animals_before b ON b.id = a.id ORDER BY a.id",
		    "id,weight,weight_2,weight_growth,born,name\n"
		    "@1,4000,4100,100,0,cat\n"
		    "@2,20000,20000,0,0,dog\n"
		    "@4,300000,200000,-100000,0,elk\n"
		    "@5,,1,,1,\n");
	assert_int_equal(asks_of(&b, &asks), 2);
	assert_true(asks[0].columns == (MASK(ID) | MASK(NAME) | MASK(WEIGHT)));
	assert_true(asks[1].columns == (MASK(ID) | MASK(WEIGHT)));
	/* A rate reads its counter twice, and nothing else. */
	assert_rows(&b, "SELECT id FROM animals WHERE steps_rate > 1e18", "id\n");
	assert_int_equal(asks_of(&b, &asks), 4);
	assert_true(asks[2].columns == (MASK(ID) | MASK(STEPS)));
	/* Who looks at levels alone does not wait. */
	assert_rows(&b, "SELECT name FROM animals WHERE id = '@5'", "name\nnewt\n");
	assert_int_equal(asks_of(&b, NULL), 5);
	bench_clear(&b);
}

static void a_window_may_begin_with_the_last_reading(void **state)
{
	struct bench b;
	struct sql_statement *st;
	char *got;

	bench_init(&b, 1, (struct sql_options){ .window_ns = 1000, .keep = true });
	memory_load(b.sources[0], &zoo, herd_later);
	st = prepare(&b, "SELECT weight_growth FROM animals WHERE id = '@1'");
	ask(&b, st);
	assert_int_equal(asks_of(&b, NULL), 2);
	ask(&b, st);
	assert_int_equal(asks_of(&b, NULL), 3);
	got = shown(st);
	assert_string_equal(got, "weight_growth\n0\n");
	free(got);
	sql_free(st);
	bench_clear(&b);
}

static void two_nodes_have_a_column_node(void **state)
{
	struct bench b;

	bench_init(&b, 2, (struct sql_options){ .window_ns = 1000 });
	assert_rows(&b, "SELECT node, count(*), sum(steps) FROM animals GROUP BY node",
		    "node,count(*),sum(steps)\nzoo@a,4,607\nzoo@b,4,607\n");
	assert_rows(&b, "SELECT a.node, b.node, a.name FROM animals a JOIN animals_before b USING (id) "
		    "WHERE id = '@1' ORDER BY 1, 2",
		    "node,node_2,name\nzoo@a,zoo@a,cat\nzoo@a,zoo@b,cat\nzoo@b,zoo@a,cat\nzoo@b,zoo@b,cat\n");
	assert_rows(&b, "SELECT node, name, animal FROM keepers WHERE name = 'bob' AND node = 'zoo@b'",
		    "node,name,animal\nzoo@b,bob,@1\n");
	bench_clear(&b);
}

static void a_table_that_fails_is_told(void **state)
{
	struct bench b;
	struct err err = { 0 };
	struct sql_statement *st;
	struct sql_told told;
	char *got;

	bench_init(&b, 2, (struct sql_options){ 0 });
	fail(&err, ERR_LOST, "it is gone");
	memory_fail(b.sources[1], &err);
	st = prepare(&b, "SELECT count(*) FROM animals, keepers");
	ask(&b, st);
	told = sql_told(st);
	assert_int_equal(told.nfailures, 1);
	assert_true(told.failures[0].source == b.sources[1] && told.failures[0].err.kind == ERR_LOST);
	assert_false(told.lacks_table);
	got = shown(st);
	assert_string_equal(got, "count(*)\n12\n");
	free(got);
	memory_fail(b.sources[0], &err);
	ask(&b, st);
	told = sql_told(st);
	assert_int_equal(told.nfailures, 2);
	assert_true(told.lacks_table);
	sql_free(st);
	bench_clear(&b);
}

static void may_be_cancelled_at_any_moment(void **state)
{
	for (size_t i = 0; i < 4; i++) {
		struct bench b;
		struct sql_statement *st;

		bench_init(&b, 1, (struct sql_options){ .window_ns = i % 2 ? 1000000000 : 0 });
		if (i >= 2)
			memory_delay(b.sources[0], 1000000000);
		st = prepare(&b, i % 2 ? "SELECT born FROM animals" : "SELECT * FROM animals");
		sql_ask(st, b.loop, b.sources, 1, done, &b);
		loop_step(b.loop, 0);
		if (i == 1)
			loop_step(b.loop, 0);
		sql_cancel(st);
		sql_free(st);
		bench_clear(&b);
		assert_false(b.done);
	}
}

static void assert_wrong(struct bench *b, const char *text, const char *what, const char *hint, size_t line,
			 size_t column)
{
	struct err err = { 0 };
	size_t at = 0;
	struct sql_statement *st;
	char where[200];

	while ((st = sql_prepare(b->sql, text_of(text), &at, &err)))
		sql_free(st);
	snprintf(where, sizeof(where), "%s: line %zu, column %zu", what, line, column);
	if (!strstr(err.what, where) || !strstr(err.hint, hint))
		print_error("%s: %s (%s)\n", text, err.what, err.hint);
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.what, where));
	assert_non_null(strstr(err.hint, hint));
}

static void what_is_wrong_has_a_place(void **state)
{
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	assert_wrong(&b, "SELEC 1", "near \"SELEC\": syntax error", "", 1, 1);
	assert_wrong(&b, "SELECT 1;\n -- one\n SELECT 'ä', nmae FROM animals", "no such column: nmae",
		     "did you mean name?", 3, 14);
	assert_wrong(&b, "SELECT a.wieght FROM animals a", "no such column: a.wieght", "did you mean weight?", 1, 8);
	assert_wrong(&b, "SELECT 'animal' FROM\nanimal", "no such table: animal", "did you mean animals?", 2, 1);
	assert_wrong(&b, "SELECT * FROM zoo", "no such table: zoo", "did you mean animals? tables: animals, keepers", 1,
		     15);
	assert_wrong(&b, "SELECT * FROM animals WHERE name = \"cat\"", "no such column: cat", "single quotes", 1, 36);
	assert_wrong(&b, "SELECT * FROM animals_before", "no such table: animals_before", "--window", 1, 15);
	assert_wrong(&b, "SELECT steps_rate FROM animals", "no such column: steps_rate", "--window", 1, 8);
	assert_wrong(&b, "SELECT count(*", "incomplete input", "", 1, 15);
	assert_wrong(&b, "SELECT nofunc(1)", "no such function: nofunc", "", 1, 8);
	assert_wrong(&b, "SELECT name FROM animals, keepers", "ambiguous column name: name", "", 1, 8);
	assert_wrong(&b, "SELECT 'open", "unrecognized token: \"'open\"", "", 1, 8);
	assert_int_equal(asks_of(&b, NULL), 0);
	bench_clear(&b);
}

static void the_place_is_shown_in_its_line(void **state)
{
	struct err err = { 0 };
	struct buf line = { 0 };

	fail(&err, ERR_USAGE, "bad");
	fail_place(&err, TEXT("one\ntw\303\266 \tthree\nfour"), 11);
	assert_string_equal(err.what, "bad: line 2, column 7");
	assert_string_equal(err.line, "tw\303\266 \\tthree");
	assert_int_equal(err.place, 7); /* the tab is shown in two */
	/* Of a long one what is around the place. */
	for (int i = 0; i < 1000; i++)
		buf_str(&line, "\303\266");
	fail(&err, ERR_USAGE, "bad");
	fail_place(&err, buf_text(&line), 1000);
	assert_string_equal(err.what, "bad: line 1, column 501");
	assert_true(strncmp(err.line, "...\303\266", 5) == 0 && strlen(err.line) < 200);
	assert_int_equal(err.place, 3 + 24);
	fail(&err, ERR_USAGE, "bad");
	fail_place(&err, TEXT(""), 5);
	assert_string_equal(err.what, "bad: line 1, column 1");
	assert_string_equal(err.line, "");
	buf_clear(&line);
}

static void only_reading(void **state)
{
	static const char *const refused[] = {
		"ATTACH ':memory:' AS other",
		"ATTACH 'x.db' AS other",
		"DETACH main",
		"PRAGMA journal_mode = wal",
		"PRAGMA writable_schema = 1",
		"PRAGMA temp_store_directory = '/'",
		"CREATE TABLE t(a)",
		"CREATE VIEW v AS SELECT 1",
		"CREATE VIRTUAL TABLE t USING fts5(a)",
		"INSERT INTO animals VALUES (1)",
		"DELETE FROM animals",
		"UPDATE animals SET name = 'x'",
		"DROP TABLE animals",
		"DELETE FROM sqlite_master",
		"INSERT INTO sqlite_schema VALUES (1, 2, 3, 4, 5)",
		"UPDATE sqlite_temp_master SET sql = ''",
		"SELECT load_extension('x')",
		"BEGIN",
		"SAVEPOINT a",
		"ANALYZE",
		"CREATE TEMP TRIGGER t AFTER INSERT ON animals BEGIN SELECT 1; END",
	};
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct err err = { 0 };
		size_t at = 0;

		if (sql_prepare(b.sql, text_of(refused[i]), &at, &err))
			print_error("%s\n", refused[i]);
		assert_int_equal(err.kind, ERR_USAGE);
	}
	bench_clear(&b);
}

/* Prepares, asks and steps; what goes wrong on the way. */
static struct err run(struct bench *b, const char *text)
{
	struct sql_statement *st = prepare(b, text);
	struct arena a = { 0 };
	struct table t;
	struct err err = { 0 };
	bool more = true;

	ask(b, st);
	table_init(&t, sql_schema(st), &a, 0);
	while (more && sql_step(st, &t, 100, &more, &err))
		;
	sql_free(st);
	arena_clear(&a);
	return err;
}

static void large_rows_come_a_few_at_once(void **state)
{
	struct bench b;
	struct arena a = { 0 };
	struct sql_statement *st;
	struct table t;
	bool more = true;

	bench_init(&b, 1, (struct sql_options){ 0 });
	st = prepare(&b, "SELECT zeroblob(1000000) FROM animals a, animals b, animals c");
	ask(&b, st);
	table_init(&t, sql_schema(st), &a, 0);
	assert_true(sql_step(st, &t, 64, &more, NULL));
	assert_in_range(t.nrows, 1, 8);
	assert_true(more);
	while (more)
		assert_true(sql_step(st, &t, 64, &more, NULL));
	assert_int_equal(t.nrows, 64);
	assert_int_equal(table_text(&t, 63, 0).len, 2000003);
	assert_memory_equal(table_text(&t, 63, 0).p, "X'00", 4);
	sql_free(st);
	arena_clear(&a);
	bench_clear(&b);
}

static void what_is_refused_only_when_it_runs(void **state)
{
	struct bench b;
	struct err err;

	bench_init(&b, 1, (struct sql_options){ 0 });
	err = run(&b, "VACUUM INTO '/nowhere/x'");
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.what, "ATTACH"));
	bench_clear(&b);
}

static void temporary_views_and_tables(void **state)
{
	struct bench b;

	bench_init(&b, 1, (struct sql_options){ 0 });
	assert_int_equal(run(&b, "CREATE TEMP VIEW heavy AS SELECT * FROM animals WHERE weight > 5000").kind, ERR_NONE);
	assert_rows(&b, "SELECT name FROM heavy ORDER BY 1", "name\ndog\nelk\n");
	assert_int_equal(run(&b, "CREATE TEMP TABLE then_ AS SELECT id, steps FROM animals").kind, ERR_NONE);
	assert_int_equal(run(&b, "UPDATE then_ SET steps = steps + 1").kind, ERR_NONE);
	assert_rows(&b, "SELECT a.steps - t.steps AS d FROM animals a JOIN then_ t USING (id) LIMIT 1", "d\n-1\n");
	assert_int_equal(run(&b, "DROP TABLE then_").kind, ERR_NONE);
	assert_int_equal(run(&b, "DROP VIEW heavy").kind, ERR_NONE);
	bench_clear(&b);
}

#define FOREVER "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "

static void what_would_never_end_is_bounded(void **state)
{
	struct bench b;
	struct err err;

	bench_init(&b, 1, (struct sql_options){ .memory_bytes = (size_t)4 << 20 });
	err = run(&b, FOREVER "SELECT count(DISTINCT i) FROM n");
	assert_int_equal(err.kind, ERR_CANNOT);
	assert_non_null(strstr(err.what, "4 MB of memory"));
	/* And the connection is as good as before. */
	assert_rows(&b, "SELECT count(*) FROM animals", "count(*)\n4\n");
	err = run(&b, "SELECT length(zeroblob(1000000000))");
	assert_int_equal(err.kind, ERR_USAGE);
	b.go_on = false;
	err = run(&b, FOREVER "SELECT count(*) FROM n");
	assert_int_equal(err.kind, ERR_NONE);
	bench_clear(&b);
}

static void functions_for_people(void **state)
{
	struct bench b;
	struct err err;

	bench_init(&b, 1, (struct sql_options){ 0 });
	assert_rows(&b, "SELECT name FROM animals WHERE name REGEXP '^[de]'", "name\ndog\nelk\n");
	assert_rows(&b, "SELECT bytes(2048), duration(1500000), human(1234567), bytes(NULL), bytes('x')",
		    "bytes(2048),duration(1500000),human(1234567),bytes(NULL),bytes('x')\n2.0 kB,1.5 ms,1.2 M,,\n");
	err = run(&b, "SELECT 'x' REGEXP '('");
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.what, "is not a regular expression"));
	bench_clear(&b);
}

static void results_keep_the_units_that_are_known(void **state)
{
	struct bench b;
	struct sql_statement *st;
	const struct schema *s;

	bench_init(&b, 1, (struct sql_options){ .window_ns = 1 });
	st = prepare(&b, "SELECT a.weight, age AS old, full, steps, weight + 1, a.name, sum(weight), \"avg\"(age), "
			 "weight_growth, max( a.weight ), count(*), room FROM animals a, keepers k");
	s = sql_schema(st);
	assert_int_equal(s->columns[0].unit, UNIT_BYTES);
	assert_int_equal(s->columns[1].unit, UNIT_NS);
	assert_int_equal(s->columns[2].unit, UNIT_RATIO);
	assert_int_equal(s->columns[3].unit, UNIT_COUNT);
	assert_int_equal(s->columns[4].unit, UNIT_NONE);
	assert_int_equal(s->columns[5].unit, UNIT_NONE);
	assert_int_equal(s->columns[6].unit, UNIT_BYTES);
	assert_int_equal(s->columns[7].unit, UNIT_NS);
	assert_int_equal(s->columns[8].unit, UNIT_BYTES);
	assert_int_equal(s->columns[9].unit, UNIT_BYTES);
	assert_int_equal(s->columns[10].unit, UNIT_NONE);
	assert_int_equal(s->columns[11].unit, UNIT_NONE);
	sql_free(st);
	bench_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_as_in_csv),
		cmocka_unit_test(only_what_is_used_is_asked_for),
		cmocka_unit_test(one_row_is_asked_for_by_its_key),
		cmocka_unit_test(several_uses_of_a_table_are_one_question),
		cmocka_unit_test(joins_and_groups),
		cmocka_unit_test(what_is_shown_only_when_named),
		cmocka_unit_test(a_window_has_both_readings),
		cmocka_unit_test(a_window_may_begin_with_the_last_reading),
		cmocka_unit_test(two_nodes_have_a_column_node),
		cmocka_unit_test(a_table_that_fails_is_told),
		cmocka_unit_test(may_be_cancelled_at_any_moment),
		cmocka_unit_test(what_is_wrong_has_a_place),
		cmocka_unit_test(the_place_is_shown_in_its_line),
		cmocka_unit_test(only_reading),
		cmocka_unit_test(large_rows_come_a_few_at_once),
		cmocka_unit_test(what_is_refused_only_when_it_runs),
		cmocka_unit_test(temporary_views_and_tables),
		cmocka_unit_test(what_would_never_end_is_bounded),
		cmocka_unit_test(functions_for_people),
		cmocka_unit_test(results_keep_the_units_that_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
