/* What holds for the schema of every table. */
#include "tables/tables.h"

#include <string.h>

#include "unit.h"

/* Names that queries add, and formats and SQL would have twice. */
static bool is_taken(struct text name)
{
	return text_is(name, "node") || text_is(name, "born") ||
	       text_ends(name, "_rate") || text_ends(name, "_growth");
}

static void columns_have_names_of_their_own(void **state)
{
	(void)state;
	for (size_t t = 0; t < ntables; t++) {
		const struct schema *s = tables[t];

		for (size_t c = 0; c < s->ncolumns; c++) {
			struct text name = text_of(s->columns[c].name);

			assert_int_equal(schema_find(s, name), c);
			if (is_taken(name))
				print_error("%s.%s\n", s->name, s->columns[c].name);
			assert_false(is_taken(name));
		}
	}
}

static void schemas_are_whole(void **state)
{
	(void)state;
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
