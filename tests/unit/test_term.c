/* Questions about terms, equality and order. */

#include "unit.h"

#include <string.h>

#include "term/term.h"

static struct arena arena;

static struct term parsed(const char *text)
{
	struct term t;
	struct err err = { 0 };
	size_t at;

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err)) {
		print_error("%s: %s at %zu\n", text, err.what, at);
		assert_true(false);
	}
	return t;
}

static int clear(void **state)
{
	arena_clear(&arena);
	return 0;
}

static void answers_for_any_term(void **state)
{
	struct term atom = parsed("ok");
	struct term tuple = parsed("{ok,1,x}");
	struct term list = parsed("[1,2]");
	struct term improper = parsed("[1|2]");

	assert_true(term_is_atom(&atom, "ok"));
	assert_false(term_is_atom(&tuple, "ok"));
	assert_true(term_is_tuple(&tuple, 3, "ok") && term_is_tuple(&tuple, 3, NULL));
	assert_false(term_is_tuple(&tuple, 2, "ok"));
	assert_false(term_is_tuple(&tuple, 3, "x"));
	assert_false(term_is_tuple(&list, 2, NULL));
	assert_true(term_is_list(&list));
	assert_false(term_is_list(&improper));
	assert_int_equal(term_num(term_at(&list, 1)), 2);
	assert_true(term_is_atom(term_at(&list, 2), "undefined"));
	assert_true(term_is_atom(term_at(&improper, 1), "undefined"));
	assert_true(term_is_atom(term_at(&atom, 0), "undefined"));
	assert_int_equal(term_num(&atom), 0);
	assert_int_equal(term_text(&list).len, 0);

	struct term nothing = parsed("{}");

	assert_true(term_is_tuple(&nothing, 0, NULL));
	assert_false(term_is_tuple(&nothing, 0, "ok"));
}

static void finds_values_by_key(void **state)
{
	struct term map = parsed("#{\"a\" => 0,a => 1,b => 2}");
	struct term list = parsed("[x,{a},{a,1,2},{<<\"b\">>,0},{b,2}|{b,3}]");
	struct term other = parsed("{b,2}");

	assert_int_equal(term_num(term_get(&map, "b")), 2);
	assert_null(term_get(&map, "c"));
	assert_int_equal(term_num(term_get(&list, "b")), 2);
	assert_null(term_get(&list, "a"));
	assert_null(term_get(&other, "b"));
}

static void reads_integers_that_do_not_fit(void **state)
{
	int64_t v = 7;
	struct term big = parsed("18446744073709551615");
	struct term bigger = parsed("18446744073709551616");
	struct term negative = parsed("-9223372036854775809");

	assert_true(term_int(&big, &v) && v == INT64_MAX);
	assert_false(term_int(&bigger, &v));
	assert_false(term_int(&negative, &v));
}

static void gathers_characters(void **state)
{
	struct text t;
	struct term list = parsed("[104,233,8364]");
	struct term binary = parsed("<<255>>");
	struct term wrong[] = { parsed("[1|2]"),   parsed("[a]"),       parsed("[-1]"),
				parsed("[55296]"), parsed("[1114112]"), parsed("ok") };

	assert_true(term_chars(&list, &arena, &t) && text_is(t, "h\xc3\xa9\xe2\x82\xac"));
	assert_true(term_chars(&binary, &arena, &t) && text_is(t, "\xff"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(term_chars(&wrong[i], &arena, &t));
}

/* In the order of lists:sort/1 on OTP 27; what stands on one line is equal there (==). */
static const char *const ordered[] = {
	"-1267650600228229401496703205376",
	"-1.0e30",
	"-9223372036854775809",
	"-9223372036854775808",
	"-3.5",
	"-3",
	"0",
	"0.5",
	"1",
	"9007199254740993",
	"9.007199254740994e15",
	"9223372036854775806",
	"9223372036854775807",
	"9223372036854775808",
	"9223372036854775809",
	"1.8446744073709552e19",
	"18446744073709551617",
	"1.0e300",
	"''",
	"a",
	"aa",
	"b",
	"#Ref<0.1.2>",
	"#Ref<0.2.1>",
	"fun a:b/1",
	"fun a:b/2",
	"fun b:a/1",
	"#Port<0.5>",
	"#Port<0.6>",
	"<0.5.0>",
	"<0.6.0>",
	"<0.5.1>",
	"{}",
	"{1}",
	"{1,2}",
	"{1,3}",
	"{a,0}",
	"{0,0,0}",
	"#{}",
	"#{1 => 5}",
	"#{2 => 0}",
	"#{1.0 => 0}",
	"#{a => 0}",
	"#{1 => 0,2 => 0}",
	"#{1 => 0,2 => 1}",
	"[]",
	"[1|2]",
	"[1|a]",
	"[1]",
	"[1,2]",
	"[1,3]",
	"[2]",
	"[a]",
	"<<>>",
	"<<0:1>>",
	"<<0:2>>",
	"<<0>>",
	"<<0,0:1>>",
	"<<1>>",
	"<<1,0:4>>",
	"<<1,1>>",
	"<<1:1>>",
	"<<255>>",
};

static void orders_as_the_emulator_does(void **state)
{
	size_t n = sizeof(ordered) / sizeof(ordered[0]);

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			struct term a = parsed(ordered[i]);
			struct term b = parsed(ordered[k]);
			int want = (i > k) - (i < k);

			if (term_compare(&a, &b) != want)
				print_error("%s and %s\n", ordered[i], ordered[k]);
			assert_int_equal(term_compare(&a, &b), want);
			assert_int_equal(term_eq(&a, &b), i == k);
		}
	}
}

static void tells_equal_from_the_same(void **state)
{
	static const char *const pairs[][2] = {
		{ "1", "1.0" },
		{ "[1]", "[1.0]" },
		{ "#{a => 1}", "#{a => 1.0}" },
		{ "0.0", "-0.0" },
		{ "18446744073709551616", "18446744073709551616.0" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct term a = parsed(pairs[i][0]);
		struct term b = parsed(pairs[i][1]);

		assert_int_equal(term_compare(&a, &b), 0);
		assert_false(term_eq(&a, &b));
	}

	struct term a = parsed("#{a => 1,b => 2}");
	struct term b = parsed("#{b => 2,a => 1}");

	assert_true(term_eq(&a, &b));
}

/* As deep as decoding lets a term be. */
static void compares_terms_of_any_depth(void **state)
{
	struct term pair[2];

	for (int which = 0; which < 2; which++) {
		struct term t = { .type = TERM_INT, .num = which };

		for (int i = 0; i < 10000; i++) {
			struct term *items = arena_many(&arena, 2, struct term);

			items[0] = t;
			items[1] = (struct term){ .type = TERM_LIST };
			t = (struct term){ .type = TERM_LIST, .n = 1, .items = items };
		}
		pair[which] = t;
	}
	assert_true(term_eq(&pair[0], &pair[0]));
	assert_int_equal(term_compare(&pair[0], &pair[1]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(answers_for_any_term, clear),
		cmocka_unit_test_teardown(finds_values_by_key, clear),
		cmocka_unit_test_teardown(reads_integers_that_do_not_fit, clear),
		cmocka_unit_test_teardown(gathers_characters, clear),
		cmocka_unit_test_teardown(orders_as_the_emulator_does, clear),
		cmocka_unit_test_teardown(tells_equal_from_the_same, clear),
		cmocka_unit_test_teardown(compares_terms_of_any_depth, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
