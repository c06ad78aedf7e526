/* What holds for the schema of every table. */
#include "tables/tables.h"

#include <string.h>

#include "unit.h"

/* NAME_rate or NAME_growth, where NAME is a column too. */
static bool is_change(const struct schema *s, struct text name, const char *suffix)
{
	struct text of = text_sub(name, 0, name.len - strlen(suffix));

	return text_ends(name, suffix) && schema_find(s, of) != TABLE_NONE;
}

/* Names that queries add: formats and SQL would have them twice. */
static bool is_taken(const struct schema *s, struct text name)
{
	return text_is(name, "node") || text_is(name, "born") ||
	       is_change(s, name, "_rate") || is_change(s, name, "_growth");
}

static void columns_have_names_of_their_own(void **state)
{
	for (size_t t = 0; t < ntables; t++) {
		const struct schema *s = tables[t];

		for (size_t c = 0; c < s->ncolumns; c++) {
			struct text name = text_of(s->columns[c].name);

			assert_int_equal(schema_find(s, name), c);
			if (is_taken(s, name))
				print_error("%s.%s\n", s->name, s->columns[c].name);
			assert_false(is_taken(s, name));
		}
	}
}

static void schemas_are_whole(void **state)
{
	for (size_t t = 0; t < ntables; t++) {
		const struct schema *s = tables[t];

		assert_true(s->ncolumns > 0 && s->ncolumns <= 64);
		assert_true(s->key < s->ncolumns);
		assert_true(strlen(s->help) > 0 && s->help[0] >= 'a');
		assert_true(!s->sort || schema_find(s, text_of(s->sort)) != TABLE_NONE);
		assert_ptr_equal(tables_find(text_of(s->name)), s);
		for (size_t c = 0; c < s->ncolumns; c++) {
			const struct column *about = &s->columns[c];

			assert_true(strlen(about->title) > 0 && strlen(about->help) > 0);
			assert_true(!about->print == !about->parse);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_have_names_of_their_own),
		cmocka_unit_test(schemas_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
