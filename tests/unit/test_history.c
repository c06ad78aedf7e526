/* The history of numbers: what is kept, what is forgotten, and how it is read. */

#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "view/history.h"
#include "zoo.h"

#define SECOND INT64_C(1000000000)

static const int64_t noon = INT64_C(1795521600000000000);

static struct series_name named(const char *key)
{
	return (struct series_name){ TEXT("shop@web1"), TEXT("memory"), text_of(key),
				     TEXT("bytes") };
}

static void put(struct history *h, const char *key, int64_t second, double value)
{
	struct series_name name = named(key);

	history_put(h, &name, noon + second * SECOND, value);
}

/* The pieces of the seconds from..to, as text: what each ended with. */
static void reads(struct history *h, const char *key, int64_t from, int64_t to, size_t n,
		  enum history_as as, const char *expected)
{
	struct history_window w = { noon + from * SECOND, noon + to * SECOND, as };
	struct series_name name = named(key);
	double values[64];
	struct buf b = { 0 };

	assert_in_range(n, 1, 64);
	history_values(h, &name, &w, values, n);
	for (size_t i = 0; i < n; i++)
		if (isnan(values[i]))
			buf_str(&b, i ? " -" : "-");
		else
			buf_printf(&b, i ? " %g" : "%g", values[i]);
	assert_string_equal(buf_cstr(&b), expected);
	buf_clear(&b);
}

static bool has(const struct history *h, struct series_name name)
{
	int64_t first, last;

	return history_extent(h, &name, &first, &last);
}

static void reads_what_was_put(void **state)
{
	struct history *h = history_new(0);

	for (int i = 0; i < 10; i++)
		put(h, "total", i, i * i);
	reads(h, "total", 0, 10, 10, HISTORY_LEVEL, "0 1 4 9 16 25 36 49 64 81");
	reads(h, "total", 0, 10, 5, HISTORY_LEVEL, "1 9 25 49 81");
	reads(h, "total", -2, 2, 4, HISTORY_LEVEL, "- - 0 4");
	reads(h, "other", 0, 10, 3, HISTORY_LEVEL, "- - -");
	assert_false(has(h, (struct series_name){ .key = TEXT("total") }));
	history_free(h);
}

/* Between two values lies a line, also over the window's ends; unless they are far apart,
 * or one of them is not known. */
static void draws_lines_and_leaves_gaps(void **state)
{
	struct history *h = history_new(0);

	for (int i = 0; i < 20; i += 2)
		put(h, "a", i, i);
	reads(h, "a", 0, 4, 8, HISTORY_LEVEL, "0 0.75 1.25 1.75 2 2.75 3.25 4");
	put(h, "a", 40, 40);
	put(h, "a", 42, 42);
	reads(h, "a", 10, 50, 10, HISTORY_LEVEL, "12 16 18 - - - - 40 42 -");
	put(h, "b", 0, 1);
	put(h, "b", 1, NAN);
	put(h, "b", 2, INFINITY);
	put(h, "b", 3, 4);
	put(h, "b", 4, 5);
	reads(h, "b", 0, 5, 5, HISTORY_LEVEL, "1 - - 4 5");
	history_free(h);
}

static void makes_rates(void **state)
{
	struct history *h = history_new(0);

	put(h, "reds", 0, 100);
	put(h, "reds", 2, 300);
	put(h, "reds", 4, 300);
	put(h, "reds", 6, 10);
	put(h, "reds", 8, 30);
	reads(h, "reds", 0, 10, 5, HISTORY_RATE, "100 100 0 10 10");
	reads(h, "reds", 0, 10, 5, HISTORY_GROWTH, "100 100 0 -145 10");
	history_free(h);
}

static void tells_a_trend(void **state)
{
	struct history *h = history_new(0);
	struct series_name name = named("x");

	put(h, "x", 0, 1000);
	put(h, "x", 10, 100);
	assert_true(isnan(history_trend(h, &name, noon + 5 * SECOND, noon + 60 * SECOND)));
	put(h, "x", 15, NAN);
	put(h, "x", 20, 130);
	put(h, "x", 25, NAN);
	assert_true(history_trend(h, &name, noon + 5 * SECOND, noon + 60 * SECOND) == 3);
	name.key = TEXT("y");
	assert_true(isnan(history_trend(h, &name, noon, noon + 60 * SECOND)));
	history_free(h);
}

static void keeps_peaks(void **state)
{
	struct history *h = history_new(0);
	struct series_name name = named("peak");
	struct history_window w = { noon, noon + 100000 * SECOND, HISTORY_LEVEL };
	struct chart_point points[10];
	double highest = 0;

	for (int i = 0; i < 100000; i++)
		put(h, "peak", i, i == 777 ? 1000 : i == 50001 ? -1000 : i % 7);
	assert_true(history_bytes(h) < 400000);
	assert_true(history_read(h, &name, &w, points, 10));
	assert_true(points[0].high == 1000 && points[5].low == -1000);
	for (size_t i = 1; i < 10; i++)
		highest = fmax(highest, points[i].high);
	assert_true(highest == 6);
	history_free(h);
}

static void takes_values_in_any_order(void **state)
{
	struct history *h = history_new(0);
	static const int order[] = { 5, 1, 3, 0, 4, 2, 3 };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		put(h, "x", order[i], i == 6 ? 33 : order[i]);
	reads(h, "x", 0, 6, 6, HISTORY_LEVEL, "0 1 2 33 4 5");
	history_free(h);
}

/* The series that was not used for the longest time goes first; one that is read is
 * used. */
static void is_bounded_as_a_whole(void **state)
{
	struct history *h = history_new(100000);
	char key[32];

	put(h, "read", 0, 1);
	put(h, "left", 0, 1);
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "key %d", i);
		put(h, key, 0, i);
		put(h, key, 1, i);
		assert_true(history_bytes(h) <= 100000);
		assert_true(has(h, named(key)));
		reads(h, "read", 0, 1, 1, HISTORY_LEVEL, "1");
	}
	assert_false(has(h, named("left")));
	history_free(h);
}

static void takes_rows_of_a_sample(void **state)
{
	struct history *h = history_new(0);
	const uint32_t rows[] = { 1, 99 };
	struct series_name name = { TEXT("n"), TEXT("animals"), TEXT("@12"), TEXT("steps") };
	struct arena a = { 0 };
	struct table t;

	table_init(&t, &zoo, &a, 0);
	zoo_add(&t, 11, "cat", 100, -1);
	zoo_add(&t, 12, "dog", 200, -1);
	history_take(h, TEXT("n"), &zoo, &t, rows, 2, noon);
	assert_true(has(h, name));
	name.key = TEXT("@11");
	assert_false(has(h, name));
	name.key = TEXT("@12");
	name.column = TEXT("name");
	assert_false(has(h, name));
	arena_clear(&a);
	history_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_put),
		cmocka_unit_test(draws_lines_and_leaves_gaps),
		cmocka_unit_test(makes_rates),
		cmocka_unit_test(tells_a_trend),
		cmocka_unit_test(keeps_peaks),
		cmocka_unit_test(takes_values_in_any_order),
		cmocka_unit_test(is_bounded_as_a_whole),
		cmocka_unit_test(takes_rows_of_a_sample),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
