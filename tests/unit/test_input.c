/* A line that is typed: its keys, where the cursor may stand, what is seen of it. */

#include "unit.h"

#include <string.h>

#include "tui/input.h"

static struct input input;
static struct canvas *canvas;

static int setup(void **state)
{
	canvas = canvas_new(10, 1);
	return 0;
}

static int teardown(void **state)
{
	input_clear(&input);
	canvas_free(canvas);
	return 0;
}

/* Types keys as tui/key.h writes them; tells what the last one did. */
static enum input_did keys(const char *written)
{
	struct text rest = text_of(written);
	enum input_did did = INPUT_NOTHING;
	struct key k;

	while (rest.len) {
		if (!key_parse(&rest, &k))
			fail_msg("no key: %s", written);
		did = input_key(&input, k);
	}
	return did;
}

/* The text with '|' where the cursor is. */
static void expect(const char *with_cursor)
{
	struct buf b = { 0 };
	struct text t = input_text(&input);

	buf_text_add(&b, input_before(&input));
	buf_char(&b, '|');
	buf_text_add(&b, text_sub(t, input.at, t.len));
	assert_string_equal(buf_cstr(&b), with_cursor);
	buf_clear(&b);
}

static void test_typing(void **state)
{
	assert_int_equal(keys("abc"), INPUT_CHANGED);
	assert_int_equal(keys("<left><left>"), INPUT_MOVED);
	keys("X<space>");
	expect("aX |bc");
	keys("<bs><del>");
	expect("aX|c");
	keys("<home>1<end>2");
	expect("1aXc2|");
	keys("<c-a><c-d><c-f><c-f><c-b><c-e><c-h>");
	expect("aXc|");
	assert_int_equal(keys("<right>"), INPUT_MOVED);
	assert_int_equal(keys("<del>"), INPUT_MOVED);
}

static void test_keys_of_others(void **state)
{
	keys("ab");
	assert_int_equal(keys("<enter>"), INPUT_NOTHING);
	assert_int_equal(keys("<esc>"), INPUT_NOTHING);
	assert_int_equal(keys("<tab>"), INPUT_NOTHING);
	assert_int_equal(keys("<up>"), INPUT_NOTHING);
	assert_int_equal(keys("<f6>"), INPUT_NOTHING);
	assert_int_equal(keys("<c-x>"), INPUT_NOTHING);
	assert_int_equal(keys("<a-x>"), INPUT_NOTHING);
	expect("ab|");
}

static void test_words(void **state)
{
	input_set(&input, TEXT("sort memory_rate,x  "));
	keys("<c-w>");
	expect("sort |");
	input_set(&input, TEXT("sort memory_rate,x"));
	keys("<c-left>");
	expect("sort memory_rate,|x");
	keys("<a-b><a-b>");
	expect("|sort memory_rate,x");
	keys("<c-right>");
	expect("sort| memory_rate,x");
	keys("<a-d>");
	expect("sort|,x");
	keys("<c-k>");
	expect("sort|");
	keys("<left><c-u>");
	expect("|t");
	assert_int_equal(keys("<c-u><c-w><bs>"), INPUT_MOVED);
}

static void test_code_points(void **state)
{
	input_set(&input, TEXT("a\xc3\xa9\xe6\x97\xa5"));
	keys("<left>");
	expect("a\xc3\xa9|\xe6\x97\xa5");
	keys("<bs>");
	expect("a|\xe6\x97\xa5");
	/* e and an acute that combines with it are one */
	input_set(&input, TEXT("xe\xcc\x81y"));
	keys("<left><left>");
	expect("x|e\xcc\x81y");
	keys("<right>");
	expect("xe\xcc\x81|y");
	keys("<bs>");
	expect("x|y");
}

static void test_paste(void **state)
{
	keys("a<paste>b<enter>c<tab><esc><c-u>d<pasteend>");
	expect("ab c d|");
	assert_int_equal(keys("<enter>"), INPUT_NOTHING);
}

static void test_foreign(void **state)
{
	input_set(&input, TEXT("a\x1b[2J\n\xff"
			       "b\xe2\x80\xae"));
	expect("a[2Jb|");
	keys("<left>");
	input_replace(&input, 3, TEXT("tom\n"));
	expect("atom|b");
	input_replace(&input, 1000, TEXT("x"));
	expect("x|b");
}

static void test_long(void **state)
{
	static char text[6000];

	memset(text, 'x', sizeof(text));
	input_set(&input, (struct text){ text, sizeof(text) });
	assert_int_equal(input_text(&input).len, 4096);
	keys("y");
	assert_int_equal(input_text(&input).len, 4096);
	keys("<bs>y");
	assert_int_equal(input_text(&input).p[4095], 'y');
}

static void expect_seen(const char *line, size_t cursor)
{
	struct buf b = { 0 };

	canvas_clear(canvas);
	input_draw(&input, pane_whole(canvas), 1, 0, 6, STYLE_PLAIN);
	canvas_text(canvas, &b);
	assert_string_equal(buf_cstr(&b), line);
	buf_clear(&b);
	assert_true(canvas->cursor);
	assert_int_equal(canvas->cursor_x, cursor);
}

static void test_seen(void **state)
{
	expect_seen("\n", 1);
	input_set(&input, TEXT("abc"));
	expect_seen(" abc\n", 4);
	/* the end is seen, with room for the cursor */
	input_set(&input, TEXT("0123456789"));
	expect_seen(" 56789\n", 6);
	/* moving within what is seen scrolls nothing */
	keys("<left><left>");
	expect_seen(" 56789\n", 4);
	keys("<home>");
	expect_seen(" 01234\xe2\x80\xa6\n", 1);
	input_set(&input, TEXT("\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"));
	expect_seen(" \xe6\x97\xa5\xe6\x97\xa5\n", 5);
}

static void test_no_room(void **state)
{
	input_set(&input, TEXT("abc"));
	input_draw(&input, pane_whole(canvas), 20, 0, 6, STYLE_PLAIN);
	input_draw(&input, pane_whole(canvas), 0, 5, 6, STYLE_PLAIN);
	input_draw(&input, pane_whole(canvas), 0, 0, 0, STYLE_PLAIN);
	assert_false(canvas->cursor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_typing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys_of_others, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_code_points, setup, teardown),
		cmocka_unit_test_setup_teardown(test_paste, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_room, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
