/* Queries over memory sources: what is asked in which step, and what comes out. */

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "source/memory.h"
#include "tables/query.h"
#include "zoo.h"

#define MASK(a) column_bit(ZOO_##a)

static const char herd[] = "id,name,steps,weight,age,full,asleep,note\n"
			   "@1,cat,10,4000,5,0.5,true,purrs\n"
			   "@2,dog,500,20000,6,0.25,false,barks\n"
			   "@3,,7,,,,,\n"
			   "@4,elk,90,300000,7,1.0,false,rare\n";

static const char herd_later[] = "id,name,steps,weight,age,full,asleep,note\n"
				 "@4,elk,190,200000,7,1.0,false,rare\n"
				 "@5,newt,1000,1,1,0.0,true,tiny\n"
				 "@1,cat,10,4100,5,0.5,true,purrs\n"
				 "@2,dog,501,20000,6,0.25,false,barks\n";

struct bench {
	struct loop *loop;
	struct source *sources[3];
	size_t n;
	struct result *result;
};

static void done(void *ctx, struct result *r)
{
	struct bench *b = ctx;

	b->result = r;
	loop_stop(b->loop);
}

static void run(struct bench *b, struct query *q)
{
	result_free(b->result);
	b->result = NULL;
	query_start(q, b->loop, b->sources, b->n, done, b);
	assert_null(b->result);
	loop_run(b->loop);
	assert_non_null(b->result);
}

static struct bench bench_of(const char *const *lines, size_t n)
{
	struct bench b = { .loop = loop_new(), .n = n };

	for (size_t i = 0; i < n; i++) {
		char name[] = "zoo@a";

		name[4] = (char)('a' + i);
		b.sources[i] = memory_open(b.loop, text_of(name));
		if (lines[i])
			memory_load(b.sources[i], &zoo, lines[i]);
	}
	return b;
}

static struct bench one(void)
{
	return bench_of((const char *const[]){ herd }, 1);
}

static void bench_clear(struct bench *b)
{
	result_free(b->result);
	for (size_t i = 0; i < b->n; i++)
		source_close(b->sources[i]);
	loop_free(b->loop);
}

/* The result as CSV without quotes. */
static char *shown(const struct result *r)
{
	struct buf b = { 0 };
	char *copy;

	for (size_t c = 0; c < r->ncolumns; c++)
		buf_printf(&b, "%s%s", c ? "," : "",
			   r->table.schema->columns[r->columns[c]].name);
	buf_char(&b, '\n');
	for (size_t i = 0; i < r->rows.n; i++) {
		for (size_t c = 0; c < r->ncolumns; c++) {
			buf_str(&b, c ? "," : "");
			cell_print(&b, &r->table.schema->columns[r->columns[c]],
				   table_cell(&r->table, r->rows.at[i], r->columns[c]));
		}
		buf_char(&b, '\n');
	}
	copy = strdup(buf_cstr(&b));
	buf_clear(&b);
	return copy;
}

static void assert_shown(struct bench *b, struct query_options o, const char *want)
{
	struct err err = { 0 };
	struct query *q = query_new(&zoo, &o, &err);
	char *got;

	if (!q)
		print_error("%s\n", err.what);
	assert_non_null(q);
	run(b, q);
	got = shown(b->result);
	assert_string_equal(got, want);
	free(got);
	query_free(q);
}

#define WORDS(array) .columns = (array), .ncolumns = sizeof(array) / sizeof((array)[0])

static void asks_once_when_all_rows_are_wanted(void **state)
{
	struct bench b = one();
	const struct memory_ask *asks;

	assert_shown(&b, (struct query_options){ 0 },
		     "id,name,steps,weight,age,full,asleep,note\n"
		     "@2,dog,500,20000,6,0.25,false,barks\n"
		     "@4,elk,90,300000,7,1,false,rare\n"
		     "@1,cat,10,4000,5,0.5,true,purrs\n"
		     "@3,,7,,,,,\n");
	assert_int_equal(memory_asks(b.sources[0], &asks), 1);
	assert_true(asks[0].all && asks[0].columns == schema_all(&zoo));
	bench_clear(&b);
}

/* Animals 0 to n-1: their number is their name and their steps. */
static void load_flock(struct source *s, int n)
{
	struct buf b = { 0 };

	buf_str(&b, "id,name,steps,weight\n");
	for (int i = 0; i < n; i++)
		buf_printf(&b, "@%d,%d,%d,%d\n", i, i, i, 1000 + i);
	memory_load(s, &zoo, buf_cstr(&b));
	buf_clear(&b);
}

static void ranks_first_and_reads_the_rest_of_what_stays(void **state)
{
	static const struct text columns[] = { TEXT_INIT("name"), TEXT_INIT("weight") };
	struct bench b = bench_of((const char *const[]){ NULL }, 1);
	const struct memory_ask *asks;

	load_flock(b.sources[0], 100);
	assert_shown(&b,
		     (struct query_options){ .limit = 2,
					     .sort = TEXT("steps"),
					     WORDS(columns) },
		     "name,weight\n99,1099\n98,1098\n");
	assert_int_equal(memory_asks(b.sources[0], &asks), 2);
	assert_true(asks[0].all && asks[0].columns == (MASK(ID) | MASK(STEPS)));
	/* Some more, in place of those that die. */
	assert_int_equal(asks[1].nkeys, 10);
	assert_true(asks[1].columns == (MASK(ID) | MASK(NAME) | MASK(WEIGHT)));
	bench_clear(&b);
}

static void asks_for_all_when_most_rows_stay(void **state)
{
	static const struct text columns[] = { TEXT_INIT("name"), TEXT_INIT("weight") };
	struct bench b = one();
	const struct memory_ask *asks;

	assert_shown(&b,
		     (struct query_options){ .limit = 3,
					     .sort = TEXT("steps"),
					     WORDS(columns) },
		     "name,weight\ndog,20000\nelk,300000\ncat,4000\n");
	assert_int_equal(memory_asks(b.sources[0], &asks), 2);
	assert_true(asks[1].all);
	bench_clear(&b);
}

static void asks_once_when_nothing_is_missing(void **state)
{
	static const struct text columns[] = { TEXT_INIT("id"), TEXT_INIT("steps") };
	struct bench b = one();

	assert_shown(&b, (struct query_options){ .limit = 2, WORDS(columns) },
		     "id,steps\n@2,500\n@4,90\n");
	assert_int_equal(memory_asks(b.sources[0], NULL), 1);
	bench_clear(&b);
}

static void filters_on_what_is_not_shown(void **state)
{
	static const struct text columns[] = { TEXT_INIT("name") };
	static const struct text where[] = { TEXT_INIT("weight > 5k"),
					     TEXT_INIT("asleep = false") };
	static const struct text nothing[] = { TEXT_INIT("weight > 5GB") };
	struct bench b = one();
	const struct memory_ask *asks;

	assert_shown(&b,
		     (struct query_options){ WORDS(columns), .where = where, .nwhere = 2,
					     .sort = TEXT("+age") },
		     "name\ndog\nelk\n");
	memory_asks(b.sources[0], &asks);
	assert_true(asks[0].columns ==
		    (MASK(ID) | MASK(WEIGHT) | MASK(ASLEEP) | MASK(AGE)));
	assert_shown(&b,
		     (struct query_options){ WORDS(columns), .where = nothing,
					     .nwhere = 1 },
		     "name\n");
	/* No rows, no second step. */
	assert_int_equal(memory_asks(b.sources[0], NULL), 3);
	bench_clear(&b);
}

static void sorts_names_up_and_numbers_down(void **state)
{
	static const struct text columns[] = { TEXT_INIT("name") };
	struct bench b = one();

	assert_shown(&b, (struct query_options){ WORDS(columns), .sort = TEXT("name") },
		     "name\ncat\ndog\nelk\n\n");
	assert_shown(&b, (struct query_options){ WORDS(columns), .sort = TEXT("-name") },
		     "name\nelk\ndog\ncat\n\n");
	assert_shown(&b, (struct query_options){ WORDS(columns), .sort = TEXT("id") },
		     "name\ncat\ndog\n\nelk\n");
	assert_shown(&b, (struct query_options){ WORDS(columns), .sort = TEXT("weight") },
		     "name\nelk\ndog\ncat\n\n");
	assert_shown(&b,
		     (struct query_options){ WORDS(columns), .sort = TEXT("+weight") },
		     "name\ncat\ndog\nelk\n\n");
	bench_clear(&b);
}

static void people_see_the_usual_columns(void **state)
{
	struct bench b = one();

	assert_shown(&b, (struct query_options){ .brief = true, .limit = 1 },
		     "id,name,steps,weight,age,full,asleep\n@2,dog,500,20000,6,0.25,false\n");
	assert_shown(
		&b,
		(struct query_options){ .brief = true, .limit = 1, .sort = TEXT("note") },
		"id,name,steps,weight,age,full,asleep,note\n@2,dog,500,20000,6,0.25,false,barks\n");
	bench_clear(&b);
}

static void two_nodes_in_one_answer(void **state)
{
	static const struct text columns[] = { TEXT_INIT("node"), TEXT_INIT("id"),
					       TEXT_INIT("weight") };
	static const struct text where[] = { TEXT_INIT("node ~ b$") };
	struct bench b = bench_of((const char *const[]){ herd, herd_later }, 2);

	assert_shown(&b,
		     (struct query_options){ .node = true, WORDS(columns), .limit = 3 },
		     "node,id,weight\nzoo@b,@5,1\nzoo@b,@2,20000\nzoo@a,@2,20000\n");
	assert_shown(
		&b,
		(struct query_options){ .node = true,
					WORDS(columns),
					.where = where,
					.nwhere = 1,
					.sort = TEXT("id") },
		"node,id,weight\nzoo@b,@1,4100\nzoo@b,@2,20000\nzoo@b,@4,200000\nzoo@b,@5,1\n");
	bench_clear(&b);
}

static void one_lost_node_does_not_stop_the_others(void **state)
{
	static const struct text columns[] = { TEXT_INIT("node"), TEXT_INIT("id") };
	struct bench b = bench_of((const char *const[]){ herd, herd, NULL }, 3);
	struct err lost = { .kind = ERR_LOST, .what = "gone" };

	memory_fail(b.sources[0], &lost);
	assert_shown(&b,
		     (struct query_options){ .node = true, WORDS(columns), .limit = 1 },
		     "node,id\nzoo@b,@2\n");
	assert_int_equal(b.result->nfailures, 2);
	assert_ptr_equal(b.result->failures[0].source, b.sources[0]);
	assert_int_equal(b.result->failures[0].err.kind, ERR_LOST);
	assert_int_equal(b.result->failures[1].err.kind, ERR_CANNOT);
	memory_fail(b.sources[1], &lost);
	assert_shown(
		&b,
		(struct query_options){ .node = true, WORDS(columns), .window_ns = 1000 },
		"node,id\n");
	assert_int_equal(b.result->nfailures, 3);
	bench_clear(&b);
}

static void a_row_that_died_between_the_steps_is_left_out(void **state)
{
	static const struct text columns[] = { TEXT_INIT("id"), TEXT_INIT("steps"),
					       TEXT_INIT("weight") };
	struct bench b = one();

	memory_load(b.sources[0], &zoo, "id,steps,weight\n@4,91,1\n");
	assert_shown(&b, (struct query_options){ WORDS(columns), .limit = 2 },
		     /* What ranked stays as it was when it ranked. */
		     "id,steps,weight\n@4,90,1\n");
	bench_clear(&b);

	b = one();
	memory_load(b.sources[0], &zoo, "id,steps,weight\n@1,10,5\n@4,91,1\n");
	/* The next one takes its place. */
	assert_shown(&b, (struct query_options){ WORDS(columns), .limit = 2 },
		     "id,steps,weight\n@4,90,1\n@1,10,5\n");
	bench_clear(&b);
}

static void a_window_gives_rates_and_growths(void **state)
{
	static const struct text columns[] = { TEXT_INIT("id"),
					       TEXT_INIT("weight_growth"),
					       TEXT_INIT("born") };
	static const struct text where[] = { TEXT_INIT("steps_rate > 0") };
	struct bench b = one();
	const struct memory_ask *asks;
	struct result *r;

	memory_load(b.sources[0], &zoo, herd_later);
	/* By the rate of steps, which is the usual order; the newborn has none, the dead
	 * is not there. */
	assert_shown(&b, (struct query_options){ WORDS(columns), .window_ns = 20000000 },
		     "id,weight_growth,born\n@4,-100000,false\n@2,0,false\n@1,100,false\n@5,,true\n");
	r = b.result;
	assert_true(r->span_ns >= 20000000);
	assert_int_equal(memory_asks(b.sources[0], &asks), 2);
	assert_true(asks[0].columns == (MASK(ID) | MASK(STEPS) | MASK(WEIGHT)));
	bench_clear(&b);

	b = one();
	memory_load(b.sources[0], &zoo, herd_later);
	assert_shown(&b,
		     (struct query_options){ WORDS(columns), .window_ns = 1000,
					     .where = where, .nwhere = 1,
					     .sort = TEXT("+weight_growth"), .limit = 1 },
		     "id,weight_growth,born\n@4,-100000,false\n");
	bench_clear(&b);
}

static void rates_are_per_second(void **state)
{
	static const struct text columns[] = { TEXT_INIT("steps_rate") };
	struct bench b = one();
	struct query_options o = { WORDS(columns), .window_ns = 50000000 };
	struct query *q = query_new(&zoo, &o, NULL);
	double rate;

	memory_load(b.sources[0], &zoo, herd_later);
	run(&b, q);
	rate = table_cell(&b.result->table, b.result->rows.at[0], b.result->columns[0])
		       .v.real;
	assert_true(rate == 100 * 1e9 / (double)b.result->span_ns);
	query_free(q);
	bench_clear(&b);
}

/* A change would read its column of everybody twice, for the sake of a few rows. */
static void changes_of_few_rows_are_made_only_when_named(void **state)
{
	static const struct text named[] = { TEXT_INIT("id"),
					     TEXT_INIT("weight_growth") };
	struct bench b = one();
	const struct memory_ask *asks;

	assert_shown(
		&b,
		(struct query_options){ .brief = true, .window_ns = 1000, .limit = 1 },
		"id,name,steps,steps_rate,weight,age,full,asleep,born\n"
		"@1,cat,10,0,4000,5,0.5,true,false\n");
	memory_asks(b.sources[0], &asks);
	assert_true(asks[0].columns == (MASK(ID) | MASK(STEPS)));
	assert_true(asks[1].columns == (MASK(ID) | MASK(STEPS)));
	assert_shown(
		&b, (struct query_options){ WORDS(named), .window_ns = 1000, .limit = 1 },
		"id,weight_growth\n@1,0\n");
	/* For programs the columns are always the same. */
	assert_shown(&b, (struct query_options){ .window_ns = 1000, .limit = 1 },
		     "id,name,steps,weight,age,full,asleep,note,steps_rate,weight_growth,full_growth,born\n"
		     "@1,cat,10,4000,5,0.5,true,purrs,0,,,false\n");
	bench_clear(&b);
}

static void the_last_reading_may_begin_the_next_window(void **state)
{
	static const struct text columns[] = { TEXT_INIT("id"),
					       TEXT_INIT("weight_growth") };
	struct query_options o = { WORDS(columns), .window_ns = 1000, .keep = true,
				   .sort = TEXT("id") };
	struct bench b = one();
	struct query *q = query_new(&zoo, &o, NULL);
	char *got;

	memory_load(b.sources[0], &zoo, herd);
	memory_load(b.sources[0], &zoo, herd_later);
	run(&b, q);
	assert_int_equal(memory_asks(b.sources[0], NULL), 2);
	run(&b, q);
	assert_int_equal(memory_asks(b.sources[0], NULL), 3);
	got = shown(b.result);
	assert_string_equal(got, "id,weight_growth\n@1,100\n@2,0\n@4,-100000\n@5,\n");
	free(got);
	result_free(b.result);
	b.result = NULL;
	query_free(q);
	bench_clear(&b);
}

static void never(void *ctx, struct result *r)
{
	assert_true(false);
}

static void may_be_cancelled_at_any_moment(void **state)
{
	static const int64_t window[] = { 0, 1000000000 };

	for (size_t i = 0; i < 4; i++) {
		struct bench b = one();
		struct query_options o = { .window_ns = window[i % 2], .limit = 1 };
		struct query *q = query_new(&zoo, &o, NULL);
		struct query_run *r = query_start(q, b.loop, b.sources, b.n, never, &b);

		if (i == 1) /* within the window */
			loop_step(b.loop, 0);
		if (i >= 2)
			memory_delay(b.sources[0], 1000000000);
		if (i == 2) /* in the second step */
			loop_step(b.loop, 0);
		query_cancel(r);
		bench_clear(&b);
		query_free(q);
	}
}

static void assert_refused(struct query_options o, const char *what, const char *hint)
{
	struct err err = { 0 };

	assert_null(query_new(&zoo, &o, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	if (!strstr(err.what, what))
		print_error("%s\n", err.what);
	assert_non_null(strstr(err.what, what));
	assert_non_null(strstr(err.hint, hint));
}

static void unknown_columns_are_told_before_anything_is_asked(void **state)
{
	static const struct text columns[] = { TEXT_INIT("id"), TEXT_INIT("hieght") };
	static const struct text good[] = { TEXT_INIT("steps ~ 5") };
	static const struct text where[] = { TEXT_INIT("steps ~ 5"),
					     TEXT_INIT("steps_rate > 1") };

	assert_refused((struct query_options){ WORDS(columns) },
		       "--columns: animals has no column 'hieght'", "columns: ");
	assert_refused(
		(struct query_options){ .sort = TEXT("+x"), .where = good, .nwhere = 1 },
		"--sort: ", "columns: ");
	/* There are no rates without a window. */
	assert_refused((struct query_options){ .where = where, .nwhere = 2 },
		       "no column 'steps_rate'", "--window");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_once_when_all_rows_are_wanted),
		cmocka_unit_test(ranks_first_and_reads_the_rest_of_what_stays),
		cmocka_unit_test(asks_for_all_when_most_rows_stay),
		cmocka_unit_test(asks_once_when_nothing_is_missing),
		cmocka_unit_test(filters_on_what_is_not_shown),
		cmocka_unit_test(sorts_names_up_and_numbers_down),
		cmocka_unit_test(people_see_the_usual_columns),
		cmocka_unit_test(two_nodes_in_one_answer),
		cmocka_unit_test(one_lost_node_does_not_stop_the_others),
		cmocka_unit_test(a_row_that_died_between_the_steps_is_left_out),
		cmocka_unit_test(a_window_gives_rates_and_growths),
		cmocka_unit_test(rates_are_per_second),
		cmocka_unit_test(changes_of_few_rows_are_made_only_when_named),
		cmocka_unit_test(the_last_reading_may_begin_the_next_window),
		cmocka_unit_test(may_be_cancelled_at_any_moment),
		cmocka_unit_test(unknown_columns_are_told_before_anything_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
