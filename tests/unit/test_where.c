/* --where: what it takes, what it refuses, which rows it keeps. */

#include "unit.h"

#include <string.h>

#include "base/table.h"
#include "zoo.h"

static void fill(struct table *t, struct arena *a)
{
	size_t row;

	table_init(t, &zoo, a, 0);
	row = zoo_add(t, 1, "cat", 10, 4096);
	table_set_real(t, row, ZOO_FULL, 0.25);
	table_set_bool(t, row, ZOO_ASLEEP, true);
	table_set_int(t, row, ZOO_AGE, 3000000000);
	row = zoo_add(t, 2, "dog", 5000, 20 << 20);
	table_set_real(t, row, ZOO_FULL, 0.5);
	table_set_bool(t, row, ZOO_ASLEEP, false);
	table_set_int(t, row, ZOO_AGE, 60000000000);
	zoo_add(t, 3, NULL, -1, -1);
	zoo_add(t, 4, "null", 9, 0);
}

static void assert_kept(const char *where, const char *ids)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct table t;
	struct buf got = { 0 };

	fill(&t, &a);

	struct predicate *p = predicate_parse(text_of(where), &zoo, &a, &err);

	if (!p)
		print_error("%s: %s\n", where, err.what);
	assert_non_null(p);

	struct rows rows = rows_where(&t, rows_all(&t, &a), &p, 1, &a);

	for (size_t i = 0; i < rows.n; i++)
		buf_printf(&got, "%" PRId64, table_num(&t, rows.at[i], ZOO_ID));
	if (strcmp(buf_cstr(&got), ids) != 0)
		print_error("%s\n", where);
	assert_string_equal(buf_cstr(&got), ids);
	buf_clear(&got);
	predicate_free(p);
	arena_clear(&a);
}

static void compares_numbers_with_units(void **state)
{
	assert_kept("weight > 10MB", "2");
	assert_kept("weight>10MB", "2");
	assert_kept("weight = 4k", "1");
	assert_kept("weight = 4KiB", "1");
	assert_kept("weight < 4097", "14");
	assert_kept("weight > -1", "124");
	assert_kept("steps > 1k", "2");
	assert_kept("steps = 5.0k", "2");
	assert_kept("age > 10", "2");
	assert_kept("age = 1m", "2");
	assert_kept("age < 3001ms", "1");
	assert_kept("full < 30%", "1");
	assert_kept("full = 0.5", "2");
}

static void a_missing_value_is_only_null(void **state)
{
	assert_kept("name = null", "3");
	assert_kept("name != null", "124");
	assert_kept("name = 'null'", "4");
	assert_kept("name != cat", "234");
	assert_kept("name < zzz", "124");
	assert_kept("name ~ .*", "124");
	assert_kept("weight != 0", "123");
	assert_kept("weight = null", "3");
	assert_kept("note = null", "1234");
}

static void compares_texts_ids_and_bools(void **state)
{
	assert_kept("name = cat", "1");
	assert_kept("name=\"cat\"", "1");
	assert_kept("name > cat", "24");
	assert_kept("name ~ ^(c|d)", "12");
	assert_kept("name ~ l{2}", "4");
	assert_kept("steps ~ ^50", "2");
	assert_kept("id = @2", "2");
	assert_kept("id != @2", "134");
	assert_kept("id ~ @[34]", "34");
	assert_kept("asleep = true", "1");
	assert_kept("asleep = false", "2");
	/* A number is no name. */
	assert_kept("name = 5", "");
	assert_kept("asleep = 1", "");
	assert_kept("asleep != 1", "1234");
}

static void assert_refused(const char *where, const char *what, const char *hint)
{
	struct arena a = { 0 };
	struct err err = { 0 };

	assert_null(predicate_parse(text_of(where), &zoo, &a, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	if (!strstr(err.what, what) || !strstr(err.hint, hint))
		print_error("%s\n%s\n", err.what, err.hint);
	assert_non_null(strstr(err.what, what));
	assert_non_null(strstr(err.hint, hint));
	arena_clear(&a);
}

/* Which would take the library's stack. */
static void refuses_brackets_without_end(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct buf deep = { 0 };

	buf_str(&deep, "name ~ ");
	buf_fill(&deep, '(', 100000);
	buf_fill(&deep, ')', 100000);
	assert_null(predicate_parse(buf_text(&deep), &zoo, &a, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	buf_clear(&deep);
	arena_clear(&a);
}

static void takes_usual_patterns(void **state)
{
	static const char *const patterns[] = {
		"name ~ ^[a-z]+_[0-9]+\\.[^]+]+ (a+|b+)+ a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+$",
		"name ~ [[:alpha:]]+[[:digit:]+]{1,200}(x{1,20}y){1,20}",
		"name ~ \\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\+\\{99999",
		"name ~ [+++++++++++++++++++++++++++++]",
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct predicate *p = predicate_parse(text_of(patterns[i]), &zoo, &a, &err);

		if (!p)
			print_error("%s\n", err.what);
		assert_non_null(p);
		predicate_free(p);
		arena_clear(&a);
	}
}

static void says_what_is_wrong_and_where(void **state)
{
	assert_refused("wieght > 1", "no column 'wieght'", "did you mean weight?");
	assert_refused("xyzzy > 1", "no column 'xyzzy'", "columns: id, name, steps");
	assert_refused("WEIGHT > 1", "no column 'WEIGHT'", "did you mean weight?");
	assert_refused("weight_growth > 1", "no column 'weight_growth' without --window",
		       "--window 1s adds weight_growth");
	assert_refused("steps_growth > 1", "no column 'steps_growth' without --window",
		       "--window 1s adds steps_rate");
	assert_refused("age_growth > 1", "animals has no column 'age_growth'",
		       "columns: id");
	assert_refused("", "a column's name is missing at character 1", "");
	assert_refused("  > 5", "a column's name is missing at character 3", "");
	assert_refused("weight", "a comparison is missing at character 7",
		       "= != < > and ~");
	assert_refused("weight >= 5", "'>=' at character 8 is not a comparison",
		       "= != < > and ~");
	assert_refused("weight == 5", "'==' at character 8", "= != < > and ~");
	assert_refused("weight 5", "a comparison is missing at character 8",
		       "= != < > and ~");
	assert_refused("weight >", "a value is missing at character 9", "");
	assert_refused("weight > much", "'much' is not a number", "");
	assert_refused("weight > 5parsec", "'5parsec' is not a number with a unit",
		       "10MB");
	assert_refused("age > 5M", "'5M' is not a duration", "250ms");
	assert_refused("id = 5", "'5' is not a id", "");
	assert_refused("name ~ ((a{1,200}){100,200}){9}", "repeats more than", "");
	assert_refused("name ~ a{99999999999999999999}", "repeats more than", "");
	assert_refused("name ~ a+++++++++++++++++++++++++++++++++++++", "repeats more than", "");
	assert_refused("name ~ (((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+", "repeats more than", "");
	assert_refused("name ~ [])+](x{1000}){1000}", "repeats more than", "");
	assert_refused("name ~ (a*)(a*)(a*)\\3\\2\\1b", "refers back", "");

	assert_refused("name ~ (", "'(' is not a regular expression", "");
}

static void all_must_hold(void **state)
{
	struct arena a = { 0 };
	struct table t;
	struct predicate *p[2];

	fill(&t, &a);
	p[0] = predicate_parse(TEXT("weight < 1GB"), &zoo, &a, NULL);
	p[1] = predicate_parse(TEXT("steps > 9"), &zoo, &a, NULL);
	assert_int_equal(predicate_column(p[1]), ZOO_STEPS);

	struct rows rows = rows_where(&t, rows_all(&t, &a), p, 2, &a);

	assert_int_equal(rows.n, 2);
	assert_int_equal(rows_where(&t, rows_all(&t, &a), NULL, 0, &a).n, 4);
	predicate_free(p[0]);
	predicate_free(p[1]);
	predicate_free(NULL);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_numbers_with_units),
		cmocka_unit_test(a_missing_value_is_only_null),
		cmocka_unit_test(compares_texts_ids_and_bools),
		cmocka_unit_test(refuses_brackets_without_end),
		cmocka_unit_test(takes_usual_patterns),
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(all_must_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
