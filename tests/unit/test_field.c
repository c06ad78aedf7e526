/* A line that is typed: its keys, where the cursor may stand, what is seen of it. */

#include "unit.h"

#include <string.h>

#include "tui/field.h"

static struct field field;
static struct canvas *canvas;

static int setup(void **state)
{
	(void)state;
	canvas = canvas_new(10, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	field_clear(&field);
	canvas_free(canvas);
	return 0;
}

/* Types keys as tui/key.h writes them; tells what the last one did. */
static enum field_did keys(const char *written)
{
	struct text rest = text_of(written);
	enum field_did did = FIELD_NOTHING;
	struct key k;

	while (rest.len) {
		if (!key_parse(&rest, &k))
			fail_msg("no key: %s", written);
		did = field_key(&field, k);
	}
	return did;
}

/* The text with '|' where the cursor is. */
static void expect(const char *with_cursor)
{
	struct buf b = { 0 };
	struct text t = field_text(&field);

	buf_text_add(&b, field_before(&field));
	buf_char(&b, '|');
	buf_text_add(&b, text_sub(t, field.at, t.len));
	assert_string_equal(buf_cstr(&b), with_cursor);
	buf_clear(&b);
}

static void test_typing(void **state)
{
	(void)state;
	assert_int_equal(keys("abc"), FIELD_CHANGED);
	assert_int_equal(keys("<left><left>"), FIELD_MOVED);
	keys("X<space>");
	expect("aX |bc");
	keys("<bs><del>");
	expect("aX|c");
	keys("<home>1<end>2");
	expect("1aXc2|");
	keys("<c-a><c-d><c-f><c-f><c-b><c-e><c-h>");
	expect("aXc|");
	assert_int_equal(keys("<right>"), FIELD_MOVED);
	assert_int_equal(keys("<del>"), FIELD_MOVED);
}

static void test_keys_of_others(void **state)
{
	(void)state;
	keys("ab");
	assert_int_equal(keys("<enter>"), FIELD_NOTHING);
	assert_int_equal(keys("<esc>"), FIELD_NOTHING);
	assert_int_equal(keys("<tab>"), FIELD_NOTHING);
	assert_int_equal(keys("<up>"), FIELD_NOTHING);
	assert_int_equal(keys("<f6>"), FIELD_NOTHING);
	assert_int_equal(keys("<c-x>"), FIELD_NOTHING);
	assert_int_equal(keys("<a-x>"), FIELD_NOTHING);
	expect("ab|");
}

static void test_words(void **state)
{
	(void)state;
	field_set(&field, TEXT("sort memory_rate,x  "));
	keys("<c-w>");
	expect("sort |");
	field_set(&field, TEXT("sort memory_rate,x"));
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
	assert_int_equal(keys("<c-u><c-w><bs>"), FIELD_MOVED);
}

static void test_code_points(void **state)
{
	(void)state;
	field_set(&field, TEXT("a\xc3\xa9\xe6\x97\xa5"));
	keys("<left>");
	expect("a\xc3\xa9|\xe6\x97\xa5");
	keys("<bs>");
	expect("a|\xe6\x97\xa5");
	/* e and an acute that combines with it are one */
	field_set(&field, TEXT("xe\xcc\x81y"));
	keys("<left><left>");
	expect("x|e\xcc\x81y");
	keys("<right>");
	expect("xe\xcc\x81|y");
	keys("<bs>");
	expect("x|y");
}

static void test_paste(void **state)
{
	(void)state;
	keys("a<paste>b<enter>c<tab><esc><c-u>d<pasteend>");
	expect("ab c d|");
	assert_int_equal(keys("<enter>"), FIELD_NOTHING);
}

static void test_foreign(void **state)
{
	(void)state;
	field_set(&field, TEXT("a\x1b[2J\n\xff" "b\xe2\x80\xae"));
	expect("a[2Jb|");
	keys("<left>");
	field_replace(&field, 3, TEXT("tom\n"));
	expect("atom|b");
	field_replace(&field, 1000, TEXT("x"));
	expect("x|b");
}

static void test_long(void **state)
{
	static char text[6000];

	(void)state;
	memset(text, 'x', sizeof(text));
	field_set(&field, (struct text){ text, sizeof(text) });
	assert_int_equal(field_text(&field).len, 4096);
	keys("y");
	assert_int_equal(field_text(&field).len, 4096);
	keys("<bs>y");
	assert_int_equal(field_text(&field).p[4095], 'y');
}

static void expect_seen(const char *line, size_t cursor)
{
	struct buf b = { 0 };

	canvas_clear(canvas);
	field_draw(&field, pane_whole(canvas), 1, 0, 6, STYLE_PLAIN);
	canvas_text(canvas, &b);
	assert_string_equal(buf_cstr(&b), line);
	buf_clear(&b);
	assert_true(canvas->cursor);
	assert_int_equal(canvas->cursor_x, cursor);
}

static void test_seen(void **state)
{
	(void)state;
	expect_seen("\n", 1);
	field_set(&field, TEXT("abc"));
	expect_seen(" abc\n", 4);
	/* the end is seen, with room for the cursor */
	field_set(&field, TEXT("0123456789"));
	expect_seen(" 56789\n", 6);
	/* moving within what is seen scrolls nothing */
	keys("<left><left>");
	expect_seen(" 56789\n", 4);
	keys("<home>");
	expect_seen(" 01234\xe2\x80\xa6\n", 1);
	field_set(&field, TEXT("\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"));
	expect_seen(" \xe6\x97\xa5\xe6\x97\xa5\n", 5);
}

static void test_no_room(void **state)
{
	(void)state;
	field_set(&field, TEXT("abc"));
	field_draw(&field, pane_whole(canvas), 20, 0, 6, STYLE_PLAIN);
	field_draw(&field, pane_whole(canvas), 0, 5, 6, STYLE_PLAIN);
	field_draw(&field, pane_whole(canvas), 0, 0, 0, STYLE_PLAIN);
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
