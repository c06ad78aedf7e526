/* Charts: what is drawn, as text, in panes of any size. */

#include <math.h>
#include <stdlib.h>

#include "screen.h"
#include "tui/chart.h"
#include "tui/chart_axis.h"

enum { NPOINTS = 400 };

static const int64_t noon = INT64_C(1795521600000000000); /* 2026-11-24T12:00:00Z */

static void flat(struct chart_point *points, double v)
{
	for (size_t i = 0; i < NPOINTS; i++)
		points[i] = (struct chart_point){ v, v, v };
}

static void slope(struct chart_point *points, size_t n, double from, double to)
{
	for (size_t i = 0; i < n; i++) {
		double v = from + (to - from) * (double)i / (double)(n - 1);

		points[i] = (struct chart_point){ v, v, v };
	}
}

static struct chart_series series(const char *name, const struct chart_point *points,
				  enum unit unit)
{
	return (struct chart_series){ text_of(name), points, unit, "", NAN };
}

static struct chart chart(const struct chart_series *all, size_t n, size_t npoints)
{
	return (struct chart){ .series = all, .nseries = n, .npoints = npoints,
			       .from_ns = noon, .to_ns = noon + 60 * INT64_C(1000000000),
			       .from_zero = true, .cursor = CHART_NO_POINT };
}

static void has_axes_and_a_legend(void **state)
{
	struct canvas *c = screen_new(46, 9, SCREEN_ASCII);
	struct chart_point points[NPOINTS];
	struct chart_series s = series("total", points, UNIT_BYTES);
	struct chart x = chart(&s, 1, chart_points(pane_whole(c)));

	assert_int_equal(x.npoints, 36);
	slope(points, 36, 0, 4 << 20);
	points[20] = (struct chart_point){ NAN, NAN, NAN };
	chart_draw(pane_whole(c), &x);
	screen_is(c,
		     "* total  last 4.0 MB  min 0 B  max 4.0 MB\n"
		     "     4 MB+                                ****\n"
		     "         |                         *******\n"
		     "         |                  ** ****\n"
		     "     2 MB+           *******\n"
		     "         |    *******\n"
		     "     0 MB+****\n"
		     "          +-----------------+----------------+\n"
		     "          12:00:00      12:00:30      12:01:00\n");
	canvas_free(c);
}

static void tells_several_apart_without_colours(void **state)
{
	struct canvas *c = screen_new(40, 8, SCREEN_BRAILLE);
	struct chart_point a[NPOINTS], b[NPOINTS];
	struct chart_series s[] = { series("a", a, UNIT_COUNT),
				    series("b", b, UNIT_RATIO) };
	struct chart x = chart(s, 2, chart_points(pane_whole(c)));

	slope(a, x.npoints, 0, 1000);
	slope(b, x.npoints, 1, 0.5);
	x.cursor = 30;
	chart_draw(pane_whole(c), &x);
	screen_is(c,
		     "1  a  here 508  min 0  max 1000\n"
		     "2  b  here 75 %  min 50 %  max 100 %\n"
		     "      1 k┼⠉⠉⠒⠒⠒⠒⠤⠤⠤⠤⣀⣀⣀⣀ │       ⣀⣀⠤⠤⠒⠒1\n"
		     "         │              ⠉⣉⣉⠭⠶⠒⠒⠛⠭⠤⠤⠤⣀⣀⣀⡀\n"
		     "         │       ⣀⣀⠤⠤⠒⠒⠉⠉│             2\n"
		     "      0 k┼⣀⠤⠤⠒⠒⠉⠉        │\n"
		     "          ┼────────────────────────────┼\n"
		     "          12:00:00              12:01:00\n");
	x.chosen = 1;
	chart_draw(pane_whole(c), &x);
	screen_is(c,
		     "1  a  here 508  min 0  max 1000\n"
		     "2  b  here 75 %  min 50 %  max 100 %\n"
		     "    100 %┼⠉⠉⠒⠒⠒⠒⠤⠤⠤⠤⣀⣀⣀⣀ │       ⣀⣀⠤⠤⠒⠒1\n"
		     "         │              ⠉⣉⣉⠭⠶⠒⠒⠛⠭⠤⠤⠤⣀⣀⣀⡀\n"
		     "         │       ⣀⣀⠤⠤⠒⠒⠉⠉│             2\n"
		     "      0 %┼⣀⠤⠤⠒⠒⠉⠉        │\n"
		     "          ┼────────────────────────────┼\n"
		     "          12:00:00              12:01:00\n");
	canvas_free(c);
}

/* Each piece reaches from its least to its greatest value. */
static void keeps_peaks(void **state)
{
	struct canvas *c = screen_new(10, 4, SCREEN_ASCII);
	struct chart_point points[NPOINTS];
	struct chart_series s = series("x", points, UNIT_COUNT);
	struct chart x = chart(&s, 1, 10);

	flat(points, 0);
	points[4].high = 9;
	chart_draw(pane_whole(c), &x);
	screen_is(c,
		     "* x  la...\n"
		     "    *\n"
		     "    *\n"
		     "**********\n");
	canvas_free(c);
}

/* No size, and no value, is too odd. */
static void draws_anything_anywhere(void **state)
{
	static const double odd[] = { 0, NAN, INFINITY, -INFINITY, 1e308, -1e308, 1e-308,
				      -0.0, 1, 9.2e18, 5e-324 };
	struct chart_point points[NPOINTS];
	struct chart_series s[9];

	for (size_t i = 0; i < NPOINTS; i++)
		points[i] = (struct chart_point){ odd[i % 11], odd[i / 11 % 11],
						  odd[i / 7 % 11] };
	for (size_t i = 0; i < 9; i++) {
		s[i] = series("odd", points, (enum unit)(i % 6));
		s[i].limit = odd[i];
	}
	for (size_t w = 1; w < 60; w += w < 14 ? 1 : 9)
		for (size_t h = 1; h < 14; h++)
			for (size_t glyphs = 0; glyphs < 3; glyphs++) {
				struct canvas *c =
					screen_new(w, h, (enum screen_glyphs)glyphs);
				struct chart x = chart(s, w % 10, w * h % NPOINTS);

				x.chosen = h % 3;
				x.cursor = w % 4 ? w : CHART_NO_POINT;
				x.to_ns = w % 5 ? noon + (int64_t)w : INT64_MAX;
				x.from_ns = w % 7 ? noon : INT64_MIN / 2 + 1;
				x.from_zero = w % 2;
				chart_draw(pane_whole(c), &x);
				canvas_free(c);
			}
}

static void axis_is(double low, double high, size_t marks, enum unit unit,
		    const char *expected)
{
	struct axis a = axis_over(low, high, marks, unit);
	struct buf b = { 0 };

	for (double v = a.low; v < a.high + a.step / 2; v += a.step) {
		if (buf_len(&b))
			buf_char(&b, ' ');
		axis_print(&b, &a, v);
	}
	assert_string_equal(buf_cstr(&b), expected);
	buf_clear(&b);
}

static void rounds_its_marks(void **state)
{
	axis_is(0, 97, 5, UNIT_COUNT, "0 20 40 60 80 100");
	axis_is(0, 1, 2, UNIT_RATIO, "0 % 50 % 100 %");
	axis_is(0, 0, 3, UNIT_BYTES, "0 B 1 B 2 B 3 B");
	axis_is(0, 0, 3, UNIT_RATIO, "0.0 % 0.5 % 1.0 %");
	axis_is(5, 5, 3, UNIT_COUNT, "2 4 6 8");
	axis_is(1073741824, 1078000000, 3, UNIT_BYTES, "1.000 GB 1.002 GB 1.004 GB");
	axis_is(-3e6, 2e6, 4, UNIT_NS, "-4 ms -2 ms 0 ms 2 ms");
	axis_is(NAN, INFINITY, 2, UNIT_COUNT, "0 1 2");
	axis_is(0, 250000, 4, UNIT_COUNT, "0 k 100 k 200 k 300 k");
}

static void marks_the_time(void **state)
{
	struct buf b = { 0 };

	assert_int_equal(axis_time_step(60 * INT64_C(1000000000), 6), 15000000000);
	assert_int_equal(axis_time_step(1, 0), 1000000000);
	assert_true(axis_time_step(INT64_MAX, 1) > 0);
	chart_clock(&b, noon + INT64_C(3723000000000));
	assert_string_equal(buf_cstr(&b), "13:02:03");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_axes_and_a_legend),
		cmocka_unit_test(tells_several_apart_without_colours),
		cmocka_unit_test(keeps_peaks),
		cmocka_unit_test(draws_anything_anywhere),
		cmocka_unit_test(rounds_its_marks),
		cmocka_unit_test(marks_the_time),
	};

	return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
