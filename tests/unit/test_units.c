/* Numbers with units, read and shown; the nearest word. */

#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"

static void assert_duration(const char *t, int64_t want)
{
	int64_t ns = -1;

	assert_true(units_duration(text_of(t), &ns, NULL));
	assert_true(ns == want);
}

static void reads_durations(void **state)
{
	static const char *const wrong[] = { "",
					     "s",
					     "-1s",
					     "1x",
					     "1 2",
					     "1.2.3s",
					     "0x10",
					     "1e5",
					     "inf",
					     "nan",
					     ".",
					     "1M",
					     "999999999999999999999d",
					     "5 ms x" };
	int64_t ns;

	assert_duration("250ms", 250000000);
	assert_duration("2s", 2000000000);
	assert_duration("2", 2000000000);
	assert_duration("1.5m", 90000000000);
	assert_duration("1h", 3600000000000);
	assert_duration("10us", 10000);
	assert_duration("7ns", 7);
	assert_duration("3d", 259200000000000);
	assert_duration("0.3s", 300000000);
	assert_duration(" 5 ms ", 5000000);
	assert_duration("0", 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = { 0 };

		assert_false(units_duration(text_of(wrong[i]), &ns, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_true(err.hint[0]);
	}
}

static void assert_number(const char *t, enum unit unit, double want)
{
	double v = NAN;

	assert_true(units_number(text_of(t), unit, &v, NULL));
	assert_true(v == want);
}

static void reads_numbers(void **state)
{
	double v;

	assert_number("10MB", UNIT_BYTES, 10485760);
	assert_number("1.5GiB", UNIT_BYTES, 1610612736);
	assert_number("64k", UNIT_BYTES, 65536);
	assert_number("64k", UNIT_COUNT, 64000);
	assert_number("100", UNIT_BYTES, 100);
	assert_number("100B", UNIT_BYTES, 100);
	assert_number("2T", UNIT_BYTES, 2199023255552);
	assert_number("-3 kb", UNIT_BYTES, -3072);
	assert_number("50%", UNIT_RATIO, 0.5);
	assert_number("-5ms", UNIT_NS, -5e6);
	assert_false(units_number(TEXT("5B"), UNIT_COUNT, &v, NULL));
	assert_false(units_number(TEXT("5kk"), UNIT_BYTES, &v, NULL));
	assert_false(units_number(TEXT("--5"), UNIT_BYTES, &v, NULL));
	assert_false(units_number(TEXT("5%"), UNIT_COUNT, &v, NULL));
}

static void assert_human(double v, enum unit unit, const char *want)
{
	struct buf b = { 0 };

	units_human(&b, v, unit);
	assert_string_equal(buf_cstr(&b), want);
	buf_clear(&b);
}

static void shows_numbers_to_people(void **state)
{
	assert_human(0, UNIT_BYTES, "0 B");
	assert_human(999, UNIT_BYTES, "999 B");
	assert_human(1000, UNIT_BYTES, "1.0 kB");
	assert_human(1258291, UNIT_BYTES, "1.2 MB");
	assert_human(128974848, UNIT_BYTES, "123 MB");
	assert_human(1023.9 * 1024, UNIT_BYTES, "1.0 MB");
	assert_human(-600, UNIT_BYTES, "-600 B");
	assert_human(99999, UNIT_COUNT, "99999");
	assert_human(100000, UNIT_COUNT, "100 k");
	assert_human(999499, UNIT_COUNT, "999 k");
	assert_human(999500, UNIT_COUNT, "1.0 M");
	assert_human(0.25, UNIT_COUNT, "0.2");
	assert_human(1234.5, UNIT_COUNT, "1234");
	assert_human(250e6, UNIT_NS, "250 ms");
	assert_human(1.5e9, UNIT_NS, "1.5 s");
	assert_human(100e9, UNIT_NS, "1m 40s");
	assert_human(5400e9, UNIT_NS, "1h 30m");
	assert_human(90000e9, UNIT_NS, "1d 01h");
	assert_human(0.12, UNIT_RATIO, "12 %");
	assert_human(0.005, UNIT_RATIO, "0.5 %");
	assert_human(1, UNIT_RATIO, "100 %");
	assert_human(1500000000e9, UNIT_TIME, "2017-07-14T02:40:00Z");
}

static void no_number_is_wider_than_nine(void **state)
{
	static const enum unit units[] = { UNIT_NONE, UNIT_COUNT, UNIT_BYTES, UNIT_NS };

	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		for (double v = 0.001; v < 1e22; v *= 1.37) {
			struct buf b = { 0 };

			units_human(&b, -v, units[u]);
			if (buf_len(&b) > 9)
				print_error("%s\n", buf_cstr(&b));
			assert_true(buf_len(&b) <= 9);
			buf_clear(&b);
		}
	}
}

static void dates_before_1970_too(void **state)
{
	struct buf b = { 0 };

	units_iso8601(&b, -1);
	assert_string_equal(buf_cstr(&b), "1969-12-31T23:59:59.999999Z");
	buf_clear(&b);
}

static const char *nearest(const char *word)
{
	struct near n = { .word = text_of(word) };

	near_offer(&n, "memory");
	near_offer(&n, "messages");
	near_offer(&n, "ps");
	return n.best ? n.best : "";
}

static void finds_the_nearest_word(void **state)
{
	assert_string_equal(nearest("memroy"), "memory");
	assert_string_equal(nearest("mesages"), "messages");
	assert_string_equal(nearest("psx"), "ps");
	assert_string_equal(nearest("xyzzy"), "");
	assert_string_equal(nearest(""), "");
	assert_string_equal(nearest("memorymemorymemorymemorymemorymemorymemory"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_durations),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(shows_numbers_to_people),
		cmocka_unit_test(no_number_is_wider_than_nine),
		cmocka_unit_test(dates_before_1970_too),
		cmocka_unit_test(finds_the_nearest_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
