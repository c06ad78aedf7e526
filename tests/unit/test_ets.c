/* Words for ETS tables, and which tables are OTP's own. */
#include <string.h>

#include "tables/ets.h"
#include "tables/ets_find.h"
#include "tables/ets_system.h"

#include "unit.h"

static const struct {
	const char *id;
	const char *name;
} rows[] = {
	{ "cart", "cart" },
	{ "Shop.Cache", "Shop.Cache" },
	{ ":Shop.Cache", "Shop.Cache" },
	{ "#Ref<0.1.2.3>", "session" },
	{ "#Ref<0.1.2.4>", "twin" },
	{ "#Ref<0.1.2.5>", "twin" },
	{ "#Ref<0.1.2.6>", "cart" },
};

/* The id of what a word finds; the err's kind when there is none. */
static const char *found(struct arena *a, const char *word, enum err_kind *kind,
			 const char **hint)
{
	struct err *err = arena_new(a, struct err);
	struct table t;
	size_t row;

	table_init(&t, &ets_schema, a, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row = table_add(&t);
		table_set_text(&t, row, ETS_ID, text_of(rows[i].id));
		table_set_text(&t, row, ETS_NAME, text_of(rows[i].name));
	}
	row = ets_find(&t, text_of(word), TEXT("shop@web1"), err);
	*kind = err->kind;
	*hint = err->hint;
	return row == TABLE_NONE ? NULL : text_cstr(a, table_text(&t, row, ETS_ID));
}

static void a_word_is_an_id_or_a_name_that_no_other_has(void **state)
{
	static const char *const cases[][2] = {
		{ "cart", "cart" },
		{ ":cart", "cart" },
		{ "'cart'", "cart" },
		{ " cart ", "cart" },
		{ "Shop.Cache", "Shop.Cache" },
		{ "'Elixir.Shop.Cache'", "Shop.Cache" },
		{ "Elixir.Shop.Cache", "Shop.Cache" },
		{ "'Shop.Cache'", ":Shop.Cache" },
		{ ":\"Shop.Cache\"", ":Shop.Cache" },
		{ "session", "#Ref<0.1.2.3>" },
		{ "#Ref<0.1.2.5>", "#Ref<0.1.2.5>" },
		{ "#Reference<0.1.2.5>", "#Ref<0.1.2.5>" },
	};
	struct arena a = { 0 };
	enum err_kind kind;
	const char *hint;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *id = found(&a, cases[i][0], &kind, &hint);

		assert_non_null(id);
		assert_string_equal(id, cases[i][1]);
	}
	arena_clear(&a);
}

static void what_is_not_there_has_a_neighbour(void **state)
{
	struct arena a = { 0 };
	enum err_kind kind;
	const char *hint;

	assert_null(found(&a, "sesion", &kind, &hint));
	assert_int_equal(kind, ERR_ABSENT);
	assert_non_null(strstr(hint, "'session'"));
	assert_null(found(&a, "", &kind, &hint));
	assert_int_equal(kind, ERR_ABSENT);
	assert_null(found(&a, "'", &kind, &hint));
	assert_int_equal(kind, ERR_ABSENT);
	arena_clear(&a);
}

static void a_name_of_several_is_not_enough(void **state)
{
	struct arena a = { 0 };
	enum err_kind kind;
	const char *hint;

	assert_null(found(&a, "twin", &kind, &hint));
	assert_int_equal(kind, ERR_USAGE);
	assert_non_null(strstr(hint, "#Ref<0.1.2.4>, #Ref<0.1.2.5>"));
	arena_clear(&a);
}

static void an_id_tells_an_atom_from_a_module_of_elixir(void **state)
{
	static const char *const cases[][2] = {
		{ "cart", "cart" },
		{ "Elixir.Shop.Cache", "Shop.Cache" },
		{ "Shop.Cache", ":Shop.Cache" },
		{ "", "" },
		{ "\x1b[31m", "\\e[31m" },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_reset(&b);
		ets_print_id(&b, text_of(cases[i][0]));
		assert_string_equal(buf_cstr(&b), cases[i][1]);
	}
	buf_clear(&b);
}

static void knows_the_tables_of_otp(void **state)
{
	assert_true(ets_is_system(TEXT("inet_db"), TEXT("kernel")));
	assert_true(ets_is_system(TEXT("whatever"), TEXT("ssl")));
	assert_true(ets_is_system(TEXT("ac_tab"), TEXT("")));
	assert_false(ets_is_system(TEXT("cart"), TEXT("")));
	assert_false(ets_is_system(TEXT("ac_tab"), TEXT("shop")));
	/* Mnesia owns the user's tables too. */
	assert_true(ets_is_system(TEXT("mnesia_gvar"), TEXT("mnesia")));
	assert_true(ets_is_system(TEXT("schema"), TEXT("mnesia")));
	assert_false(ets_is_system(TEXT("cart"), TEXT("mnesia")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_an_id_or_a_name_that_no_other_has),
		cmocka_unit_test(what_is_not_there_has_a_neighbour),
		cmocka_unit_test(a_name_of_several_is_not_enough),
		cmocka_unit_test(an_id_tells_an_atom_from_a_module_of_elixir),
		cmocka_unit_test(knows_the_tables_of_otp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
