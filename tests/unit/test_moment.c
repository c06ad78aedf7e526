#include "unit.h"

#include "base/moment.h"

#define die(...) (print_error(__VA_ARGS__), print_error("\n"), assert_true(false))

#define SECOND INT64_C(1000000000)
/* 2026-11-23T07:52:00Z; date -ud 2026-11-23T07:52 +%s */
#define THEN (INT64_C(1795420320) * SECOND)

static void check(const char *text, enum moment_kind kind, int64_t ns)
{
	struct moment m;
	struct err err = { 0 };

	if (!moment_parse(text_of(text), &m, &err))
		die("'%s': %s", text, err.what);
	assert_int_equal(m.kind, kind);
	if (m.ns != ns)
		die("'%s' is %lld, not %lld", text, (long long)m.ns, (long long)ns);
}

static void dates(void **state)
{
	check("2026-11-23T07:52:00Z", MOMENT_DATE, THEN);
	check("2026-11-23T07:52:00", MOMENT_DATE, THEN);
	check("2026-11-23 07:52", MOMENT_DATE, THEN);
	check("2026-11-23t07:52:00.25z", MOMENT_DATE, THEN + SECOND / 4);
	check("2026-11-23T07:52:00.000000001Z", MOMENT_DATE, THEN + 1);
	check("2026-11-23T07:52:00.0000000019Z", MOMENT_DATE, THEN + 1);
	check("2026-11-23T09:52:00+02:00", MOMENT_DATE, THEN);
	check("2026-11-23T02:22:00-0530", MOMENT_DATE, THEN);
	check("2026-11-23", MOMENT_DATE, THEN - (7 * 60 + 52) * 60 * SECOND);
	check("1970-01-01", MOMENT_DATE, 0);
	check("2024-02-29T00:00", MOMENT_DATE, INT64_C(1709164800) * SECOND);
	check("2100-03-01", MOMENT_DATE, INT64_C(4107542400) * SECOND);
}

static void times_of_day(void **state)
{
	check("07:52", MOMENT_CLOCK, (7 * 60 + 52) * 60 * SECOND);
	check("07:52:01.5", MOMENT_CLOCK, ((7 * 60 + 52) * 60 + 1) * SECOND + SECOND / 2);
	check("00:30+01:00", MOMENT_CLOCK, (23 * 60 + 30) * 60 * SECOND);
}

static void so_long_ago(void **state)
{
	check("-90s", MOMENT_BACK, 90 * SECOND);
	check("-1.5m", MOMENT_BACK, 90 * SECOND);
}

static void what_is_no_moment(void **state)
{
	static const char *const wrong[] = {
		"", "now", "7:52", "07:60", "24:00", "07:52:60", "2026-13-01", "2026-02-29",
		"2100-02-29", "2026-00-10", "2026-01-00", "2026-11-23T", "2026-11-23X07:52",
		"2026-11-23T07:52:00Q", "1969-12-31", "2262-01-01", "07:52 ", "-", "-x",
		"2026-11-23T07:52:00+24:00",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct moment m;
		struct err err = { 0 };

		if (moment_parse(text_of(wrong[i]), &m, &err))
			die("'%s' is taken for a moment", wrong[i]);
		assert_int_equal(err.kind, ERR_USAGE);
	}
}

static void the_date_of_a_moment(void **state)
{
	const int64_t day = 86400 * SECOND;
	const int64_t clock = (7 * 60 + 52) * 60 * SECOND;

	assert_int_equal(moment_date((struct moment){ MOMENT_LAST, 0 }, THEN), THEN);
	assert_int_equal(moment_date((struct moment){ MOMENT_DATE, 5 }, THEN), 5);
	assert_int_equal(moment_date((struct moment){ MOMENT_BACK, 5 }, THEN), THEN - 5);
	assert_int_equal(moment_date((struct moment){ MOMENT_BACK, INT64_MAX }, THEN), 0);
	/* the last time that it was so late, not a later one */
	assert_int_equal(moment_date((struct moment){ MOMENT_CLOCK, clock }, THEN), THEN);
	assert_int_equal(moment_date((struct moment){ MOMENT_CLOCK, clock + 1 }, THEN),
			 THEN + 1 - day);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(times_of_day),
		cmocka_unit_test(so_long_ago),
		cmocka_unit_test(what_is_no_moment),
		cmocka_unit_test(the_date_of_a_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
