/* Words that are found in what is shown of rows. */

#include "unit.h"

#include <string.h>

#include "view/filter.h"
#include "zoo.h"

static struct needle needle(const char *word)
{
	struct needle n;

	needle_init(&n, text_of(word));
	return n;
}

static void assert_found(const char *word, const char *in, int at)
{
	struct needle n = needle(word);
	size_t found = needle_find(&n, text_of(in), 0);

	if (found != (at < 0 ? strlen(in) : (size_t)at))
		fail_msg("%s in %s: at %zu", word, in, found);
}

static void capitals_mean_capitals(void **state)
{
	assert_found("server", "gen_server:loop/7", 4);
	assert_found("server", "Gen_SERVER", 4);
	assert_found("SERVER", "gen_server", -1);
	assert_found("Server", "MyApp.Server", 6);
	assert_found("Server", "MyApp.server", -1);
	assert_found("7", "<0.17.0>", 4);
	assert_found("<0.1", "<0.17.0>", 0);
}

static void ends_and_repeats(void **state)
{
	struct needle n = needle("aa");

	assert_found("abc", "ab", -1);
	assert_found("abc", "abababc", 4);
	assert_found("c", "abc", 2);
	assert_found("a", "", -1);
	assert_found("z", "a", -1);
	assert_int_equal(needle_find(&n, TEXT("aabaa"), 1), 3);
	assert_int_equal(needle_find(&n, TEXT("aabaa"), 4), 5);
}

static void bytes_of_any_kind(void **state)
{
	struct needle n = needle("\xc3\xa9");

	assert_int_equal(needle_find(&n, TEXT("caf\xc3\xa9"), 0), 3);
	needle_init(&n, (struct text){ "\0x", 2 });
	assert_int_equal(needle_find(&n, (struct text){ "a\0xb", 4 }, 0), 1);
}

static void a_long_word_is_cut(void **state)
{
	char word[FILTER_MAX + 10];
	struct needle n;

	memset(word, 'a', sizeof(word));
	needle_init(&n, (struct text){ word, sizeof(word) });
	assert_int_equal(n.len, FILTER_MAX);
}

static void assert_narrows(const char *now, const char *was, bool narrows)
{
	struct needle n = needle(now);
	struct needle w = needle(was);

	if (needle_narrows(&n, &w) != narrows)
		fail_msg("%s after %s", now, was);
}

static void knows_when_it_can_only_be_fewer(void **state)
{
	assert_narrows("abc", "ab", true);
	assert_narrows("abc", "bc", true);
	assert_narrows("abC", "ab", true); /* any case was there */
	assert_narrows("abC", "bc", true);
	assert_narrows("abC", "bC", true);
	assert_narrows("ab", "abc", false);
	assert_narrows("abd", "abc", false);
	assert_narrows("abc", "aB", false);
	assert_narrows("a", "", true);
}

static void rows_have_it_in_one_of_their_columns(void **state)
{
	static const size_t columns[] = { ZOO_ID, ZOO_NAME, ZOO_ASLEEP, ZOO_NOTE };
	struct arena a = { 0 };
	struct filter f = { 0 };
	struct needle n;
	struct table t;

	table_init(&t, &zoo, &a, 0);
	zoo_add(&t, 17, "cat", 4, 5);
	zoo_add(&t, 4, "Cow", 17, 5);
	zoo_add(&t, 5, NULL, 17, 5);
	table_set_bool(&t, 2, ZOO_ASLEEP, true);
	n = needle("c");
	filter_init(&f, &n, &t, columns, 4);
	assert_true(filter_holds(&f, 0));
	assert_true(filter_holds(&f, 1));
	assert_false(filter_holds(&f, 2));
	n = needle("17"); /* the id; steps are not looked at */
	filter_init(&f, &n, &t, columns, 4);
	assert_true(filter_holds(&f, 0));
	assert_false(filter_holds(&f, 1));
	n = needle("tru");
	filter_init(&f, &n, &t, columns, 4);
	assert_false(filter_holds(&f, 0));
	assert_true(filter_holds(&f, 2));
	n = needle("");
	filter_init(&f, &n, &t, columns, 4);
	assert_true(filter_holds(&f, 2));
	filter_clear(&f);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capitals_mean_capitals),
		cmocka_unit_test(ends_and_repeats),
		cmocka_unit_test(bytes_of_any_kind),
		cmocka_unit_test(a_long_word_is_cut),
		cmocka_unit_test(knows_when_it_can_only_be_fewer),
		cmocka_unit_test(rows_have_it_in_one_of_their_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
