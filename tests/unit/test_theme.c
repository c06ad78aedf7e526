/* Colours that can be read on any ground, and styles that differ without them. */

#include "unit.h"

#include <math.h>
#include <string.h>

#include "tui/style.h"
#include "tui/theme.h"

/* Source: Web Content Accessibility Guidelines 2.1, relative luminance */
static double luminance(int color)
{
	static const int levels[] = { 0, 95, 135, 175, 215, 255 };
	static const double weights[] = { 0.0722, 0.7152, 0.2126 };
	double sum = 0;

	assert_in_range(color, 16, 255);
	for (int i = 0; i < 3; i++) {
		int cube = (color - 16) / (i == 0 ? 1 : i == 1 ? 6 : 36) % 6;
		double v = (color >= 232 ? 8 + 10 * (color - 232) : levels[cube]) / 255.0;

		sum += weights[i] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static void is_read_on_black_and_on_white(void **state)
{
	for (unsigned style = 0; style < NSTYLES; style++) {
		int color = theme_color(style);

		if (color < 0)
			continue;

		double black = (luminance(color) + 0.05) / 0.05;
		double white = 1.05 / (luminance(color) + 0.05);

		if (black < 3 || white < 3)
			fail_msg("style %u: %.2f on black, %.2f on white", style, black, white);
	}
}

static const char *look(enum theme_colors colors, unsigned style)
{
	static struct buf out;

	buf_reset(&out);
	theme_print(&out, colors, style);
	return buf_cstr(&out);
}

static void assert_differ(enum theme_colors colors, unsigned a, unsigned b)
{
	char first[64];

	strncpy(first, look(colors, a), sizeof(first) - 1);
	first[sizeof(first) - 1] = '\0';
	if (strcmp(first, look(colors, b)) == 0)
		fail_msg("with colours of the kind %d the styles %u and %u look the same", (int)colors, a, b);
}

/* What has no text of its own to tell it. */
static void differs_with_and_without_colours(void **state)
{
	static const unsigned told[] = { STYLE_PLAIN, STYLE_HEADING, STYLE_RANKED, STYLE_LINK, STYLE_MATCH, STYLE_MARK,
					 STYLE_CRIT };

	for (int colors = THEME_NONE; colors <= THEME_256; colors++) {
		for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
			for (size_t j = 0; j < i; j++)
				assert_differ((enum theme_colors)colors, told[i], told[j]);
		assert_differ((enum theme_colors)colors, STYLE_TAB, STYLE_TAB_OPEN);
		assert_differ((enum theme_colors)colors, STYLE_DIM, STYLE_PLAIN);
		assert_differ((enum theme_colors)colors, STYLE_WARN, STYLE_PLAIN);
		for (unsigned style = 0; style < NSTYLES; style++)
			assert_differ((enum theme_colors)colors, style, style | STYLE_CHOSEN);
	}
}

static void says_what_the_terminal_knows(void **state)
{
	assert_string_equal(look(THEME_256, STYLE_PLAIN), "\033[0m");
	assert_string_equal(look(THEME_256, STYLE_DIM), "\033[0;38;5;244m");
	assert_string_equal(look(THEME_16, STYLE_DIM), "\033[0;90m");
	assert_string_equal(look(THEME_8, STYLE_DIM), "\033[0;2m");
	assert_string_equal(look(THEME_NONE, STYLE_DIM), "\033[0;2m");
	assert_string_equal(look(THEME_16, STYLE_LINK), "\033[0;4;94m");
	assert_string_equal(look(THEME_8, STYLE_LINK), "\033[0;1;4;34m");
	for (unsigned style = 0; style < NSTYLES; style++) {
		assert_null(strstr(look(THEME_NONE, style), ";3"));
		assert_null(strstr(look(THEME_8, style), ";38"));
		assert_null(strstr(look(THEME_16, style), ";38"));
	}
	look(THEME_256, 0x7f); /* is none */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read_on_black_and_on_white),
		cmocka_unit_test(differs_with_and_without_colours),
		cmocka_unit_test(says_what_the_terminal_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
