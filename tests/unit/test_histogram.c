/* Durations by powers of two, and what is said of all of them. */

#include "unit.h"

#include <string.h>

#include "trace/histogram.h"

static struct histogram h;
static struct buf out;

static int clear(void **state)
{
	histogram_clear(&h);
	buf_clear(&out);
	return 0;
}

static void a_bucket_begins_at_its_power_of_two(void **state)
{
	size_t from, to;

	histogram_range(&h, &from, &to);
	assert_int_equal(from, 0);
	assert_int_equal(to, 0);
	histogram_add(&h, 1023);
	histogram_add(&h, 1024);
	histogram_add(&h, 2047);
	histogram_add(&h, 2048);
	assert_int_equal(h.counts[9], 1);
	assert_int_equal(h.counts[10], 2);
	assert_int_equal(h.counts[11], 1);
	histogram_range(&h, &from, &to);
	assert_int_equal(from, 9);
	assert_int_equal(to, 12);
	assert_int_equal(histogram_from(10), 1024);
}

static void the_ends_of_what_there_is_have_buckets(void **state)
{
	histogram_add(&h, -5);
	histogram_add(&h, 0);
	histogram_add(&h, 1);
	histogram_add(&h, INT64_MAX);
	histogram_add(&h, INT64_MAX);
	assert_int_equal(h.counts[0], 3);
	assert_int_equal(h.counts[62], 2);
	assert_int_equal(h.min_ns, 0);
	assert_int_equal(h.max_ns, INT64_MAX);
	assert_int_equal(h.total_ns, INT64_MAX);
	assert_int_equal(histogram_from(0), 0);
	assert_int_equal(histogram_from(63), INT64_MAX);
}

static void a_quantile_is_the_nearest_rank(void **state)
{
	assert_int_equal(histogram_quantile(&h, 0.5), 0);
	for (int i = 100; i > 0; i--)
		histogram_add(&h, i);
	assert_int_equal(histogram_quantile(&h, 0.5), 50);
	assert_int_equal(histogram_quantile(&h, 0.99), 99);
	assert_int_equal(histogram_quantile(&h, 1), 100);
	assert_int_equal(histogram_quantile(&h, 0), 1);
	histogram_add(&h, 101);
	assert_int_equal(histogram_quantile(&h, 0.5), 51);
}

static void durations_beyond_those_kept_still_count(void **state)
{
	for (size_t i = 0; i < HISTOGRAM_KEPT + 10; i++)
		histogram_add(&h, 7);
	assert_int_equal(h.n, HISTOGRAM_KEPT + 10);
	assert_int_equal(h.nkept, HISTOGRAM_KEPT);
	assert_int_equal(h.counts[2], HISTOGRAM_KEPT + 10);
}

static void fill(void)
{
	histogram_add(&h, 1500);
	for (int i = 0; i < 8; i++)
		histogram_add(&h, 5000);
	for (int i = 0; i < 4; i++)
		histogram_add(&h, 9000);
	histogram_add(&h, 40000000);
	for (int i = 0; i < 2; i++)
		histogram_add(&h, 20000);
}

static void bars_are_as_long_as_there_is_room(void **state)
{
	static const char first[] = "  1.0 us -  2.0 us        1  ##\n"
				    "  2.0 us -  4.1 us        0\n"
				    "  4.1 us -  8.2 us        8  ##########\n"
				    "  8.2 us - 16.4 us        4  #####\n";

	fill();
	histogram_print(&out, &h, 39, true);
	buf_cut(&out, strlen(first));
	assert_string_equal(buf_cstr(&out), first);
}

static void a_bar_has_halves(void **state)
{
	histogram_add(&h, 1500);
	for (int i = 0; i < 4; i++)
		histogram_add(&h, 5000);
	histogram_print(&out, &h, 39, false);
	assert_non_null(strstr(buf_cstr(&out), "        1  \u2588\u2588\u258c\n"));
}

static void the_summary_is_a_line(void **state)
{
	fill();
	histogram_summary(&out, &h);
	assert_string_equal(buf_cstr(&out),
			    "min 1.5 us, median 5.0 us, p99 40.0 ms, max 40.0 ms");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_bucket_begins_at_its_power_of_two, clear),
		cmocka_unit_test_teardown(the_ends_of_what_there_is_have_buckets, clear),
		cmocka_unit_test_teardown(a_quantile_is_the_nearest_rank, clear),
		cmocka_unit_test_teardown(durations_beyond_those_kept_still_count, clear),
		cmocka_unit_test_teardown(bars_are_as_long_as_there_is_room, clear),
		cmocka_unit_test_teardown(a_bar_has_halves, clear),
		cmocka_unit_test_teardown(the_summary_is_a_line, clear),
	};

	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
