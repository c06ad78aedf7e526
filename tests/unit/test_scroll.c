/* The cursor in a list, and what of it is in sight. */

#include "unit.h"

#include "tui/scroll.h"

static void moves_as_far_as_there_are_lines(void **state)
{
	struct scroll s = { 0 };

	scroll_by(&s, 3, 10);
	assert_int_equal(s.cursor, 3);
	scroll_by(&s, -1, 10);
	assert_int_equal(s.cursor, 2);
	scroll_by(&s, PTRDIFF_MAX, 10);
	assert_int_equal(s.cursor, 9);
	scroll_by(&s, -PTRDIFF_MAX, 10);
	assert_int_equal(s.cursor, 0);
	scroll_by(&s, 1, 0);
	assert_int_equal(s.cursor, 0);
}

static void lines_that_are_gone(void **state)
{
	struct scroll s = { .cursor = 9, .top = 5 };

	scroll_by(&s, 0, 4);
	assert_int_equal(s.cursor, 3);
	s.cursor = 9;
	scroll_by(&s, -1, 4);
	assert_int_equal(s.cursor, 2);
	s.cursor = 9;
	scroll_fit(&s, 4, 3);
	assert_int_equal(s.cursor, 3);
	assert_int_equal(s.top, 1);
	scroll_fit(&s, 0, 3);
	assert_int_equal(s.cursor, 0);
	assert_int_equal(s.top, 0);
}

static void the_cursor_is_in_sight(void **state)
{
	struct scroll s = { .cursor = 7 };

	scroll_fit(&s, 10, 4);
	assert_int_equal(s.top, 4);
	s.cursor = 5;
	scroll_fit(&s, 10, 4);
	assert_int_equal(s.top, 4);
	s.cursor = 2;
	scroll_fit(&s, 10, 4);
	assert_int_equal(s.top, 2);
	assert_int_equal(s.height, 4);
}

/* What there is room for is not left blank. */
static void more_room_than_lines(void **state)
{
	struct scroll s = { .cursor = 9, .top = 8 };

	scroll_fit(&s, 10, 6);
	assert_int_equal(s.top, 4);
	scroll_fit(&s, 10, 20);
	assert_int_equal(s.top, 0);
	scroll_fit(&s, 10, 0);
	assert_int_equal(s.cursor, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_as_far_as_there_are_lines),
		cmocka_unit_test(lines_that_are_gone),
		cmocka_unit_test(the_cursor_is_in_sight),
		cmocka_unit_test(more_room_than_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
