/* Texts: cutting, searching, numbers, arena copies. */

#include "unit.h"

#include "base/arena.h"
#include "base/text.h"

static void reads_numbers_that_fit_and_no_others(void **state)
{
	int64_t v = 7;

	assert_true(text_int(TEXT("-9223372036854775808"), &v));
	assert_true(v == INT64_MIN);
	assert_true(text_int(TEXT("9223372036854775807"), &v));
	assert_true(v == INT64_MAX);
	assert_false(text_int(TEXT("9223372036854775808"), &v));
	assert_false(text_int(TEXT(""), &v));
	assert_false(text_int(TEXT("-"), &v));
	assert_false(text_int(TEXT("1x"), &v));
}

static void cuts_at_separators(void **state)
{
	struct text rest = TEXT("a,,b");
	struct text part;

	assert_true(text_cut(&rest, ',', &part) && text_is(part, "a"));
	assert_true(text_cut(&rest, ',', &part) && text_is(part, ""));
	assert_true(text_cut(&rest, ',', &part) && text_is(part, "b"));
	assert_false(text_cut(&rest, ',', &part));
}

static void finds_and_compares(void **state)
{
	assert_int_equal(text_find(TEXT("haystack"), TEXT("st")), 3);
	assert_int_equal(text_find(TEXT("haystack"), TEXT("no")), 8);
	assert_int_equal(text_cmp(TEXT("ab"), TEXT("abc")), -1);
	assert_int_equal(text_cmp(TEXT("b"), TEXT("abc")), 1);
	assert_true(text_is(text_trim(TEXT(" \tx y\r\n")), "x y"));
	assert_true(text_starts(TEXT("abc"), "ab") && text_ends(TEXT("abc"), "bc"));
	assert_true(text_same(TEXT("aZ_[1"), TEXT("Az_[1")) && text_same(TEXT(""), text_of(NULL)));
	assert_false(text_same(TEXT("ab"), TEXT("abc")) || text_same(TEXT("["), TEXT("{")));
	assert_false(text_same(TEXT("\xc4"), TEXT("\xe4")));
}

static void copies_into_an_arena(void **state)
{
	struct arena a = { 0 };

	assert_string_equal(text_cstr(&a, TEXT("abc")), "abc");
	assert_true(text_is(text_printf(&a, "%d-%s", 5, "x"), "5-x"));
	arena_clear(&a);
}

static void words(void **state)
{
	struct text rest = TEXT(" a\tbc\r\n d");
	struct text word;

	assert_true(text_word(&rest, &word) && text_is(word, "a"));
	assert_true(text_word(&rest, &word) && text_is(word, "bc"));
	assert_true(text_word(&rest, &word) && text_is(word, "d"));
	assert_false(text_word(&rest, &word));
	assert_true(word.len == 0 && rest.len == 0);
	rest = TEXT(" \t");
	assert_false(text_word(&rest, &word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers_that_fit_and_no_others),
		cmocka_unit_test(cuts_at_separators),
		cmocka_unit_test(finds_and_compares),
		cmocka_unit_test(copies_into_an_arena),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
