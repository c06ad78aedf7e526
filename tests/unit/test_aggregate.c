/* What is summed up of calls: counters, values of arguments, durations. */

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "term/term.h"
#include "trace/aggregate.h"
#include "trace/counters.h"

static struct arena arena;
static struct table table;

static int clear(void **state)
{
	arena_clear(&arena);
	return 0;
}

static struct term parsed(const char *text)
{
	struct term t;
	struct err err = { 0 };
	size_t at;

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		fail_msg("%s: %s at %zu", text, err.what, at);
	return t;
}

static uint64_t number;

/* A call of shop:NAME and its end after so long; below 0: none is seen. */
static void feed(struct aggregate *a, const char *name, const char *args, int64_t ns,
		 bool exception)
{
	struct event e = {
		.kind = EVENT_CALL,
		.number = ++number,
		.args = ARGS_WHOLE,
		.arguments = parsed(args),
		.function = { .module = TEXT("shop"), .function = text_of(name) },
		.duration_ns = -1,
	};

	e.function.arity = (int)e.arguments.n;
	aggregate_event(a, &e);
	if (ns < 0)
		return;
	e.kind = exception ? EVENT_EXCEPTION : EVENT_RETURN;
	e.duration_ns = ns;
	e.args = ARGS_NONE;
	aggregate_event(a, &e);
}

/* The cells of a row with blanks between. */
static const char *row(size_t at)
{
	static struct buf out;

	buf_reset(&out);
	assert_in_range(at, 0, table.nrows - 1);
	for (size_t c = 0; c < table.schema->ncolumns; c++) {
		struct cell cell = table_cell(&table, at, c);

		if (c)
			buf_char(&out, ' ');
		if (cell.type == CELL_NULL)
			buf_char(&out, '-');
		else
			cell_print(&out, &table.schema->columns[c], cell);
	}
	return buf_cstr(&out);
}

static struct by by(const char *word, const char *const *words, size_t n)
{
	struct match *matches = arena_many(&arena, n, struct match);
	struct match_options o = { .syntax = SYNTAX_AUTO };
	struct err err = { 0 };
	struct by b;

	for (size_t i = 0; i < n; i++)
		if (!match_compile(&arena, text_of(words[i]), &o, &matches[i], &err))
			fail_msg("%s: %s", words[i], err.what);
	if (!by_parse(&arena, text_of(word), matches, n, &b, &err))
		fail_msg("%s: %s", word, err.what);
	return b;
}

static void counters_are_a_row_a_function(void **state)
{
	const struct trace_function f = { TEXT("Elixir.MyApp.Cache"), TEXT("get"), 2 };

	assert_null(counters_schema(TRACE_EVENTS));
	table_init(&table, counters_schema(TRACE_COUNT), &arena, 1);
	counters_add(&table, TRACE_COUNT, SYNTAX_ERLANG, &f, 7, 0, 0, 8);
	assert_string_equal(row(0), "MyApp.Cache.get/2 MyApp.Cache get 2 7");
	table_init(&table, counters_schema(TRACE_TIME), &arena, 1);
	counters_add(&table, TRACE_TIME, SYNTAX_ERLANG, &f, 7, 14000, 0, 8);
	assert_string_equal(row(0), "MyApp.Cache.get/2 MyApp.Cache get 2 7 14000 2000");
	table_init(&table, counters_schema(TRACE_MEMORY), &arena, 1);
	counters_add(&table, TRACE_MEMORY, SYNTAX_ERLANG, &f, 0, 0, 0, 8);
	counters_add(&table, TRACE_MEMORY, SYNTAX_ERLANG, &f, 2, 0, 10, 8);
	counters_add(&table, TRACE_MEMORY, SYNTAX_ERLANG, &f, 1, 0, UINT64_MAX, 8);
	assert_string_equal(row(0), "MyApp.Cache.get/2 MyApp.Cache get 2 0 0 -");
	assert_string_equal(row(1), "MyApp.Cache.get/2 MyApp.Cache get 2 2 80 40");
	assert_string_equal(row(2), "MyApp.Cache.get/2 MyApp.Cache get 2 1 "
				    "9223372036854775807 9223372036854775807");
}

static void values_are_counted_with_their_durations(void **state)
{
	const char *const words[] = { "shop:price/2" };
	struct by b = by("1", words, 1);
	struct aggregate *a = aggregate_new(&(struct aggregate_options){ .by = &b });

	feed(a, "price", "[tea, 1]", 100, false);
	feed(a, "price", "[milk, 1]", -1, false);
	feed(a, "price", "[milk, 2]", 300, true);
	feed(a, "price", "[milk, 3]", 500, false);
	feed(a, "price", "[]", 1, false);
	table_init(&table, aggregate_schema(false), &arena, 1);
	aggregate_table(a, &table);
	aggregate_free(a);
	assert_int_equal(table.nrows, 3);
	assert_string_equal(row(0), "milk 3 0.6 1 800 400 500");
	assert_string_equal(row(1), "tea 1 0.2 0 100 100 100");
	assert_string_equal(row(2), "(others) 1 0.2 0 1 1 1");
}

static void more_values_than_are_told_apart_are_the_others(void **state)
{
	const char *const words[] = { "shop:price/1" };
	struct by b = by("1", words, 1);
	struct aggregate *a = aggregate_new(&(struct aggregate_options){ .by = &b });
	char args[32];

	for (size_t i = 0; i < AGGREGATE_MOST + 5; i++) {
		snprintf(args, sizeof(args), "[%zu]", i);
		feed(a, "price", args, -1, false);
	}
	feed(a, "price", "[7]", -1, false);
	table_init(&table, aggregate_schema(false), &arena, 1);
	aggregate_table(a, &table);
	aggregate_free(a);
	assert_int_equal(table.nrows, AGGREGATE_MOST + 1);
	assert_memory_equal(row(0), "7 2 ", 4);
	assert_memory_equal(row(AGGREGATE_MOST), "(others) 5 ", 11);
}

static void so_are_values_whose_text_is_more_than_is_kept(void **state)
{
	const size_t size = AGGREGATE_BYTES / 4;
	const char *const words[] = { "shop:price/1" };
	struct by b = by("1", words, 1);
	struct aggregate *a = aggregate_new(&(struct aggregate_options){ .by = &b });
	char *args = malloc(size + 8);

	for (size_t i = 0; i < 6; i++) {
		/* Three quarters of what is kept, and a bit; then what still fits. */
		snprintf(args, size + 8, "[<<\"%0*zu\">>]", i < 4 ? (int)size - 1 : 1, i);
		feed(a, "price", args, -1, false);
	}
	free(args);
	table_init(&table, aggregate_schema(false), &arena, 1);
	aggregate_table(a, &table);
	aggregate_free(a);
	assert_int_equal(table.nrows, 6);
	assert_memory_equal(row(3), "<<\"4\">> 1 ", 10);
	assert_memory_equal(row(5), "(others) 1 ", 11);
}

static void a_secret_is_masked(void **state)
{
	const char *const words[] = { "shop:price(#{password => P})" };
	struct by b = by("P", words, 1);
	struct aggregate *a = aggregate_new(&(struct aggregate_options){
		.by = &b, .style.redact = true });

	feed(a, "price", "[#{password => abc}]", -1, false);
	feed(a, "price", "[#{password => def}]", -1, false);
	table_init(&table, aggregate_schema(false), &arena, 1);
	aggregate_table(a, &table);
	aggregate_free(a);
	assert_int_equal(table.nrows, 1);
	assert_string_equal(row(0), "[redacted] 2 1 - - - -");
}

static void a_histogram_is_a_row_a_bucket(void **state)
{
	struct aggregate *a =
		aggregate_new(&(struct aggregate_options){ .histogram = true });

	feed(a, "price", "[1]", 1000, false);
	feed(a, "price", "[1]", 1100, false);
	feed(a, "price", "[1]", 4096, false);
	feed(a, "price", "[1]", -1, false);
	feed(a, "total", "[1]", 1, false);
	table_init(&table, aggregate_schema(true), &arena, 1);
	aggregate_table(a, &table);
	assert_int_equal(table.nrows, 5);
	assert_string_equal(row(0), "1 shop:price/1 512 1024 1 4 1000 1100 4096 4096 6196");
	assert_string_equal(row(1), "2 shop:price/1 1024 2048 1 4 1000 1100 4096 4096 6196");
	assert_string_equal(row(2), "3 shop:price/1 2048 4096 0 4 1000 1100 4096 4096 6196");
	assert_string_equal(row(3), "4 shop:price/1 4096 8192 1 4 1000 1100 4096 4096 6196");
	assert_string_equal(row(4), "5 shop:total/1 0 2 1 1 1 1 1 1 1");
	aggregate_free(a);
}

static void histograms_for_people_say_what_they_lack(void **state)
{
	struct aggregate *a = aggregate_new(
		&(struct aggregate_options){ .histogram = true, .ascii = true });
	struct buf out = { 0 };

	feed(a, "price", "[1]", 1000, false);
	feed(a, "price", "[1]", -1, false);
	feed(a, "total", "[1]", 100, false);
	aggregate_print(a, &out, 39, 1);
	assert_string_equal(buf_cstr(&out),
			    "shop:price/1: 2 calls, together 1.0 us, 1 of them without a "
			    "duration\n"
			    "  min 1.0 us, median 1.0 us, p99 1.0 us, max 1.0 us\n"
			    "  512 ns -  1.0 us        1  ##########\n"
			    "\n... (1 more)\n");
	buf_clear(&out);
	aggregate_free(a);
}

static void an_end_without_its_call_counts_nowhere(void **state)
{
	struct aggregate *a =
		aggregate_new(&(struct aggregate_options){ .histogram = true });
	struct event e = { .kind = EVENT_RETURN, .duration_ns = 5 };
	const uint64_t numbers[] = { 0, 1, 2, UINT64_MAX };

	for (size_t i = 0; i < 4; i++) {
		e.number = numbers[i];
		aggregate_event(a, &e);
	}
	e.kind = EVENT_CALL;
	e.number = UINT64_MAX;
	aggregate_event(a, &e);
	e.kind = EVENT_RETURN;
	aggregate_event(a, &e);
	table_init(&table, aggregate_schema(true), &arena, 1);
	aggregate_table(a, &table);
	assert_int_equal(table.nrows, 0);
	aggregate_free(a);
}

/* The value of a variable in a call of shop:price. */
static const char *value(const char *word, const char *expression, const char *args)
{
	static struct buf out;
	struct event e = {
		.args = ARGS_WHOLE,
		.arguments = parsed(args),
		.function = { .module = TEXT("shop"), .function = TEXT("price") },
	};
	struct by b = by(word, &expression, 1);
	struct term t;

	e.function.arity = (int)e.arguments.n;
	buf_reset(&out);
	if (by_find(&b, &e, &t))
		term_print(&out, &t, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	else
		buf_str(&out, "none");
	return buf_cstr(&out);
}

static void a_variable_is_found_where_it_stands(void **state)
{
	static const struct {
		const char *word, *expression, *args, *value;
	} cases[] = {
		{ "B", "shop:price(A, B)", "[1, 2]", "2" },
		{ "B", "shop:price(_, _, B)", "[1, 2]", "none" },
		{ "Id", "shop:price({user, Id}, _)", "[{user, 7}, x]", "7" },
		{ "Id", "shop:price({user, Id}, _)", "[{user}, x]", "none" },
		{ "Id", "shop:price({user, Id}, _)", "[user, x]", "none" },
		{ "T", "shop:price([H, H2 | T])", "[[1, 2, 3, 4]]", "[3,4]" },
		{ "T", "shop:price([H | T])", "[[1 | 2]]", "2" },
		{ "T", "shop:price([H | T])", "[[]]", "none" },
		{ "V", "shop:price(#{a => V})", "[#{b => 1, a => [x]}]", "[x]" },
		{ "V", "shop:price(#{a => V})", "[#{b => 1}]", "none" },
		{ "V", "shop:price fun([{V, _}]) -> ok; ([V]) -> ok end", "[{9, 8}]", "9" },
		{ "All", "shop:price fun(All) -> ok end", "[1, 2]", "[1,2]" },
		{ "id", ":shop.price(%{user: {_, id}})", "[#{user => {a, 7}}]", "7" },
		{ "1", "other:price(A)", "[3]", "3" },
		{ "A", "other:price(A)", "[3]", "none" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(value(cases[i].word, cases[i].expression,
					  cases[i].args),
				    cases[i].value);
}

static void a_nearly_right_variable_is_offered(void **state)
{
	struct match_options o = { .syntax = SYNTAX_AUTO };
	struct match m;
	struct err err = { 0 };
	struct by b;

	assert_true(match_compile(&arena, TEXT("shop:price(User, _)"), &o, &m, &err));
	assert_false(by_parse(&arena, TEXT("Usr"), &m, 1, &b, &err));
	assert_string_equal(err.hint, "is 'User' meant?");
}

static void what_no_call_can_have_is_refused(void **state)
{
	const char *const words[] = { "shop:price/2" };
	struct match_options o = { .syntax = SYNTAX_AUTO };
	struct match m;
	struct err err = { 0 };
	struct by b;

	assert_true(match_compile(&arena, text_of(words[0]), &o, &m, &err));
	assert_false(by_parse(&arena, TEXT("3"), &m, 1, &b, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.what, "the functions have no argument 3");
	assert_false(by_parse(&arena, TEXT("0"), &m, 1, &b, &err));
	assert_false(by_parse(&arena, TEXT("Key"), &m, 1, &b, &err));
	assert_string_equal(err.what, "no expression has a variable 'Key'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(counters_are_a_row_a_function, clear),
		cmocka_unit_test_teardown(values_are_counted_with_their_durations, clear),
		cmocka_unit_test_teardown(more_values_than_are_told_apart_are_the_others,
					  clear),
		cmocka_unit_test_teardown(so_are_values_whose_text_is_more_than_is_kept,
					  clear),
		cmocka_unit_test_teardown(a_secret_is_masked, clear),
		cmocka_unit_test_teardown(a_histogram_is_a_row_a_bucket, clear),
		cmocka_unit_test_teardown(histograms_for_people_say_what_they_lack, clear),
		cmocka_unit_test_teardown(an_end_without_its_call_counts_nowhere, clear),
		cmocka_unit_test_teardown(a_variable_is_found_where_it_stands, clear),
		cmocka_unit_test_teardown(a_nearly_right_variable_is_offered, clear),
		cmocka_unit_test_teardown(what_no_call_can_have_is_refused, clear),
	};

	return cmocka_run_group_tests_name("aggregate", tests, NULL, NULL);
}
