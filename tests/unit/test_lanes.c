/* Where the columns of a table stand. */

#include "unit.h"

#include "base/buf.h"
#include "view/lanes.h"

/* least/wish, "r" for numbers. */
#define WORDS(least_, wish_) { .least = (least_), .wish = (wish_) }
#define NUMBER(wish_) { .least = (wish_), .wish = (wish_), .right = true }

/* "0+8 9+4 -": where each begins, and how wide it is. */
static void assert_laid(struct lane *lanes, size_t n, size_t columns, size_t keep, const char *want)
{
	struct buf got = { 0 };
	size_t hidden = lanes_lay(lanes, n, columns, keep);
	size_t counted = 0;

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&got, ' ');
		if (lanes[i].hidden)
			buf_char(&got, '-');
		else
			buf_printf(&got, "%zu+%zu", lanes[i].x, lanes[i].width);
		counted += lanes[i].hidden;
	}
	assert_string_equal(buf_cstr(&got), want);
	assert_int_equal(hidden, counted);
	buf_clear(&got);
}

static void room_for_all(void **state)
{
	struct lane words_last[] = { WORDS(3, 8), NUMBER(6), WORDS(5, 10) };
	struct lane number_last[] = { WORDS(3, 8), WORDS(5, 10), NUMBER(6) };

	assert_laid(words_last, 3, 40, SIZE_MAX, "0+8 9+6 16+24");
	assert_laid(number_last, 3, 40, SIZE_MAX, "0+8 9+10 20+6");
}

static void words_are_cut_first(void **state)
{
	struct lane lanes[] = { WORDS(3, 8), WORDS(5, 20), NUMBER(6) };

	assert_laid(lanes, 3, 26, SIZE_MAX, "0+8 9+10 20+6");
}

static void then_columns_from_the_right(void **state)
{
	struct lane lanes[] = { WORDS(8, 8), NUMBER(6), NUMBER(6), NUMBER(6) };

	assert_laid(lanes, 4, 23, SIZE_MAX, "0+8 9+6 16+6 -");
}

static void but_not_the_one_that_ranks(void **state)
{
	struct lane lanes[] = { WORDS(8, 8), NUMBER(6), NUMBER(6), NUMBER(6) };

	assert_laid(lanes, 4, 16, 3, "0+8 - - 9+6");
}

/* What was cut gets back what those that are hidden leave. */
static void what_was_cut_grows_again(void **state)
{
	struct lane lanes[] = { WORDS(4, 12), NUMBER(6), NUMBER(6) };

	assert_laid(lanes, 3, 17, SIZE_MAX, "0+10 11+6 -");
}

static void those_that_are_not_wanted_take_no_room(void **state)
{
	struct lane lanes[] = { WORDS(4, 4), NUMBER(6), NUMBER(6) };

	lanes[1].hidden = true;
	assert_laid(lanes, 3, 11, SIZE_MAX, "0+4 - 5+6");
}

static void no_room_at_all(void **state)
{
	struct lane lanes[] = { WORDS(4, 1000000), NUMBER(1000000) };
	struct lane one[] = { WORDS(4, 4) };

	assert_laid(lanes, 2, 3, SIZE_MAX, "0+3 -");
	assert_laid(one, 1, 0, SIZE_MAX, "0+0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(room_for_all),
		cmocka_unit_test(words_are_cut_first),
		cmocka_unit_test(then_columns_from_the_right),
		cmocka_unit_test(but_not_the_one_that_ranks),
		cmocka_unit_test(what_was_cut_grows_again),
		cmocka_unit_test(those_that_are_not_wanted_take_no_room),
		cmocka_unit_test(no_room_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
