/* Sparklines and bars: what is drawn, as text. */

#include <math.h>

#include "screen.h"
#include "tui/bar.h"
#include "tui/spark.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const double ramp[] = { 0, 1, 2, 3, 4, 5, 6, 7 };

static void draw(struct canvas *c, const double *values, size_t n, bool ranged)
{
	spark_draw(pane_whole(c), 0, 0, c->width, STYLE_PLAIN,
		   &(struct spark){ .values = values, .n = n, .ranged = ranged });
}

static void rises(void **state)
{
	struct canvas *braille = screen_new(4, 1, SCREEN_BRAILLE);
	struct canvas *blocks = screen_new(8, 1, SCREEN_BLOCKS);
	struct canvas *ascii = screen_new(8, 1, SCREEN_ASCII);

	draw(braille, ramp, COUNT(ramp), false);
	screen_is(braille, "⣀⣤⣶⣿\n");
	draw(blocks, ramp, COUNT(ramp), false);
	screen_is(blocks, "▁▂▃▄▅▆▇█\n");
	draw(ascii, ramp, COUNT(ramp), false);
	screen_is(ascii, "_.:-=+*#\n");
	assert_int_equal(spark_values(braille, 4), 8);
	assert_int_equal(spark_values(blocks, 4), 4);
	canvas_free(braille);
	canvas_free(blocks);
	canvas_free(ascii);
}

/* The newest are at the right; what is too much is cut at the left. */
static void is_cut_and_filled_at_the_left(void **state)
{
	struct canvas *c = screen_new(4, 1, SCREEN_ASCII);
	struct canvas *b = screen_new(4, 1, SCREEN_BRAILLE);

	draw(c, ramp, COUNT(ramp), false);
	screen_is(c, "=+*#\n");
	draw(c, ramp, 2, false);
	screen_is(c, "  _#\n");
	draw(b, ramp, 3, false);
	screen_is(b, "  ⢀⣾\n");
	draw(c, ramp, 0, false);
	screen_is(c, "\n");
	canvas_free(c);
	canvas_free(b);
}

static void has_gaps_and_no_numbers_that_are_none(void **state)
{
	static const double odd[] = { 0, NAN, INFINITY, 1, -INFINITY, 1 };
	static const double huge[] = { -1e308, 0, 1e308 };
	static const double below[] = { -7, 0 };
	struct canvas *c = screen_new(6, 1, SCREEN_ASCII);

	draw(c, odd, COUNT(odd), false);
	screen_is(c, "_  # #\n");
	draw(c, huge, COUNT(huge), true);
	screen_is(c, "   _=#\n");
	draw(c, below, COUNT(below), false);
	screen_is(c, "    _#\n");
	canvas_free(c);
}

static void has_the_scale_that_it_is_given(void **state)
{
	static const double high[] = { 100, 107 };
	static const double flat[] = { 5, 5, 5 };
	struct canvas *c = screen_new(3, 1, SCREEN_ASCII);
	struct spark s = { .values = high, .n = 2, .low = 0, .high = 214 };

	draw(c, high, 2, false);
	screen_is(c, " ##\n");
	draw(c, high, 2, true);
	screen_is(c, " _#\n");
	spark_draw(pane_whole(c), 0, 0, 3, STYLE_PLAIN, &s);
	screen_is(c, " -=\n");
	draw(c, flat, 3, true);
	screen_is(c, "___\n");
	draw(c, flat, 3, false);
	screen_is(c, "###\n");
	canvas_free(c);
}

static void bar(struct canvas *c, double share, double mark)
{
	bar_draw(pane_whole(c), 0, 0, c->width, STYLE_PLAIN,
		 &(struct bar){ share, mark });
}

static void fills_a_share(void **state)
{
	struct canvas *c = screen_new(8, 1, SCREEN_BLOCKS);
	struct canvas *a = screen_new(8, 1, SCREEN_ASCII);

	bar(c, 0.5, NAN);
	screen_is(c, "████····\n");
	bar(c, 0.5 + 3.0 / 64, 0.75);
	screen_is(c, "████▍·│·\n");
	bar(a, 0.25, 0.85);
	screen_is(a, "##....|.\n");
	bar(a, 1e-9, 2);
	screen_is(a, "#.......\n");
	bar(a, 0, -1);
	screen_is(a, "........\n");
	bar(a, NAN, NAN);
	screen_is(a, "........\n");
	bar(a, INFINITY, 0.5);
	screen_is(a, "....|...\n");
	bar(a, 1e300, 0.5);
	screen_is(a, "########\n");
	canvas_free(c);
	canvas_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rises),
		cmocka_unit_test(is_cut_and_filled_at_the_left),
		cmocka_unit_test(has_gaps_and_no_numbers_that_are_none),
		cmocka_unit_test(has_the_scale_that_it_is_given),
		cmocka_unit_test(fills_a_share),
	};

	return cmocka_run_group_tests_name("spark", tests, NULL, NULL);
}
