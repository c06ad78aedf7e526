/* UTF-8: what is valid, how wide it is, how foreign text is shown. */

#include "unit.h"

#include <stdio.h>

#include "base/err.h"
#include "base/utf8.h"

static void assert_bad(const char *bytes)
{
	uint32_t cp;

	assert_int_equal(utf8_next(text_of(bytes), 0, &cp), 1);
	assert_true(cp == UTF8_BAD);
}

static void refuses_what_is_no_utf8(void **state)
{
	assert_bad("\x80");
	assert_bad("\xff");
	assert_bad("\xc3");         /* cut off */
	assert_bad("\xc0\x80");     /* overlong */
	assert_bad("\xe0\x80\x80"); /* overlong */
	assert_bad("\xf0\x80\x80\x80");
	assert_bad("\xed\xa0\x80");     /* a surrogate */
	assert_bad("\xf4\x90\x80\x80"); /* above U+10FFFF */
	assert_bad("\xe2\x82x");
}

static void counts_code_points(void **state)
{
	assert_int_equal(utf8_count(TEXT("")), 0);
	assert_int_equal(utf8_count(TEXT("a\u00e9\u4e2d\U0001F600e\u0301")), 6);
	assert_int_equal(utf8_count(TEXT("\xff\xe2\x82x")), 4);
}

static void reads_back_what_it_adds(void **state)
{
	for (uint32_t cp = 0; cp <= 0x10ffff; cp += 37) {
		struct buf b = { 0 };
		uint32_t got;

		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		utf8_add(&b, cp);
		assert_int_equal(utf8_next(buf_text(&b), 0, &got), buf_len(&b));
		assert_int_equal(got, cp);
		buf_clear(&b);
	}
}

static void knows_widths(void **state)
{
	assert_int_equal(utf8_width('a'), 1);
	assert_int_equal(utf8_width(0xe9), 1);
	assert_int_equal(utf8_width(0x301), 0);
	assert_int_equal(utf8_width(0x4e2d), 2);
	assert_int_equal(utf8_width(0xac00), 2);
	assert_int_equal(utf8_width(0x1f600), 2);
	assert_int_equal(utf8_width(0x2026), 1);
	assert_int_equal(utf8_width(0x10ffff), 1);
}

static void assert_shown(const char *t, bool ascii, size_t limit, const char *want,
			 size_t columns)
{
	struct buf b = { 0 };

	assert_int_equal(utf8_show(&b, text_of(t), ascii, limit), columns);
	assert_string_equal(buf_cstr(&b), want);
	buf_clear(&b);
}

static void foreign_text_never_steers_the_terminal(void **state)
{
	assert_shown("a\033[2Jb", false, SIZE_MAX, "a\\e[2Jb", 7);
	assert_shown("a\nb\tc\rd\a", false, SIZE_MAX, "a\\nb\\tc\\rd\\x07", 14);
	assert_shown("\xc2\x9b" "31m", false, SIZE_MAX, "\\x9B31m", 7);
	assert_shown("\x7f", false, SIZE_MAX, "\\x7F", 4);
	assert_shown("\xe2\x80\xae" "evil", false, SIZE_MAX, "\\x{202E}evil", 12);
	assert_shown("\xff\xfe", false, SIZE_MAX, "\\xFF\\xFE", 8);
	assert_shown("caf\xc3\xa9", false, SIZE_MAX, "caf\xc3\xa9", 4);
	assert_shown("caf\xc3\xa9", true, SIZE_MAX, "caf\\x{E9}", 9);
}

static void cuts_with_an_ellipsis(void **state)
{
	assert_shown("abcdef", false, 6, "abcdef", 6);
	assert_shown("abcdef", false, 5, "abcd\xe2\x80\xa6", 5);
	assert_shown("abcdef", true, 5, "ab...", 5);
	assert_shown("abcdef", false, 1, "\xe2\x80\xa6", 1);
	assert_shown("abcdef", true, 2, "", 0);
	assert_shown("abcdef", false, 0, "", 0);
	/* Neither in the middle of a wide letter nor of an escape. */
	assert_shown("\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad", false, 4,
		     "\xe4\xb8\xad\xe2\x80\xa6", 3);
	assert_shown("a\033bcd", false, 3, "a\xe2\x80\xa6", 2);
}

static void assert_tame(const char *text, const char *want)
{
	char s[64];

	snprintf(s, sizeof(s), "%s", text);
	utf8_tame(s);
	assert_string_equal(s, want);
}

static void tames_in_place(void **state)
{
	struct err err = { 0 };

	assert_tame("", "");
	assert_tame("plain \xc3\xa9 \xe4\xb8\xad", "plain \xc3\xa9 \xe4\xb8\xad");
	assert_tame("\033[2J\n\x7f", "?[2J??");
	assert_tame("a\xc2\x9b" "31m", "a?31m");     /* a C1 control */
	assert_tame("a\x9b" "31m\xff", "a?31m?");    /* the same as one byte; no UTF-8 */
	assert_tame("a\xe2\x80\xae" "b", "a?b");    /* a change of direction */
	assert_tame("cut \xe4\xb8", "cut ??");

	fail(&err, ERR_LOST, "node '%s'", "a\x85\033b");
	fail_hint(&err, "attach to '%s'", "\xe2\x81\xa6x");
	assert_string_equal(err.what, "node 'a??b'");
	assert_string_equal(err.hint, "attach to '?x'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_utf8),
		cmocka_unit_test(counts_code_points),
		cmocka_unit_test(reads_back_what_it_adds),
		cmocka_unit_test(knows_widths),
		cmocka_unit_test(foreign_text_never_steers_the_terminal),
		cmocka_unit_test(cuts_with_an_ellipsis),
		cmocka_unit_test(tames_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
