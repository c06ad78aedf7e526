/* Schemas made from others: node, rates, growths, born. */

#include "unit.h"

#include <string.h>

#include "base/table.h"
#include "zoo.h"

static void assert_columns(const struct derived *d, const char *want)
{
	struct buf got = { 0 };

	for (size_t i = 0; i < d->schema.ncolumns; i++)
		buf_printf(&got, "%s%s", i ? " " : "", d->schema.columns[i].name);
	assert_string_equal(buf_cstr(&got), want);
	buf_clear(&got);
}

static void names_its_columns(void **state)
{
	struct arena a = { 0 };

	assert_columns(schema_derive(&zoo, false, false, &a),
		       "id name steps weight age full asleep note");
	assert_columns(schema_derive(&zoo, true, true, &a),
		       "node id name steps weight age full asleep note "
		       "steps_rate weight_growth full_growth born");

	struct derived *d = schema_derive(&zoo, true, false, &a);

	assert_int_equal(d->schema.key, 1);
	assert_int_equal(d->node, 0);
	assert_true(d->born == TABLE_NONE);
	arena_clear(&a);
}

/* Column of d by name. */
static struct cell at(const struct table *t, const struct derived *d, size_t row,
		      const char *name)
{
	return table_cell(t, row, schema_find(&d->schema, text_of(name)));
}

static void computes_rates_and_growths(void **state)
{
	struct arena a = { 0 };
	struct table before;
	struct table after;
	struct table out;
	struct derived *d = schema_derive(&zoo, false, true, &a);

	table_init(&before, &zoo, &a, 0);
	zoo_add(&before, 1, "cat", 100, 1000);
	zoo_add(&before, 2, "died", 5, 5);
	zoo_add(&before, 3, "dog", 100, -1);
	zoo_add(&before, 5, "reset", 100, 7);
	table_init(&after, &zoo, &a, 0);
	zoo_add(&after, 4, "kitten", 7, 70);
	zoo_add(&after, 3, "dog", 110, 50);
	zoo_add(&after, 1, "cat", 150, 400);
	zoo_add(&after, 5, "reset", 99, 7);
	table_init(&out, &d->schema, &a, 0);
	table_derive(&out, d, TEXT(""), &before, &after, 500000000);

	assert_int_equal(out.nrows, 4);
	assert_true(at(&out, d, 0, "born").v.num == 1);
	assert_int_equal(at(&out, d, 0, "steps_rate").type, CELL_NULL);
	assert_int_equal(at(&out, d, 0, "weight_growth").type, CELL_NULL);
	assert_int_equal(at(&out, d, 0, "steps").v.num, 7);
	assert_true(at(&out, d, 1, "steps_rate").v.real == 20);
	assert_int_equal(at(&out, d, 1, "weight_growth").type, CELL_NULL);
	assert_true(at(&out, d, 2, "steps_rate").v.real == 100);
	assert_int_equal(at(&out, d, 2, "weight_growth").v.num, -600);
	assert_int_equal(at(&out, d, 2, "born").type, CELL_BOOL);
	assert_int_equal(at(&out, d, 2, "born").v.num, 0);
	assert_int_equal(at(&out, d, 2, "full_growth").type, CELL_NULL);
	assert_int_equal(at(&out, d, 3, "steps_rate").type, CELL_NULL);
	assert_int_equal(at(&out, d, 3, "weight_growth").v.num, 0);
	arena_clear(&a);
}

static void growth_survives_the_largest_numbers(void **state)
{
	struct arena a = { 0 };
	struct table before;
	struct table after;
	struct table out;
	struct derived *d = schema_derive(&zoo, false, true, &a);

	table_init(&before, &zoo, &a, 1);
	zoo_add(&before, 1, NULL, -1, -1);
	table_set_int(&before, 0, ZOO_WEIGHT, INT64_MIN);
	table_init(&after, &zoo, &a, 1);
	zoo_add(&after, 1, NULL, -1, INT64_MAX);
	table_init(&out, &d->schema, &a, 0);
	table_derive(&out, d, TEXT(""), &before, &after, 1);
	assert_int_equal(at(&out, d, 0, "weight_growth").type, CELL_REAL);
	assert_true(at(&out, d, 0, "weight_growth").v.real > 1.8e19);
	arena_clear(&a);
}

/* Rows with a limit; what is left of each after so long. */
static void tells_the_time_to_a_limit(void **state)
{
	static const struct column columns[] = {
		{ "name", "NAME", UNIT_NONE, COLUMN_LABEL, "its name" },
		{ "limit", "LIMIT", UNIT_COUNT, COLUMN_LABEL, "its limit" },
		{ "value", "VALUE", UNIT_COUNT, COLUMN_GAUGE, "its value" },
	};
	static const struct schema limited = {
		.name = "limited", .columns = columns, .ncolumns = 3,
		.limited = 2, .limit = 1,
	};
	static const struct {
		int64_t was, is, limit, span_ns, left_ns; /* limit, left -1: none */
	} cases[] = {
		{ 0, 10, 110, 1000000000, 10000000000 },
		{ 0, 10, 110, 2500000000, 25000000000 },
		{ 0, 10, 110, 999999999, -1 },
		{ 10, 10, 110, 1000000000, -1 },
		{ 10, 9, 110, 1000000000, -1 },
		{ 0, 110, 110, 1000000000, 0 },
		{ 0, 111, 110, 1000000000, 0 },
		{ 0, 10, -1, 1000000000, -1 },
		{ 0, 1, INT64_MAX, 1000000000, -1 },
		{ INT64_MIN, INT64_MAX - 1, INT64_MAX, 1000000000, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena a = { 0 };
		struct derived *d = schema_derive(&limited, false, true, &a);
		struct table t[3];
		struct cell left;

		assert_columns(d, "name limit value value_growth time_to_limit_ns born");
		for (size_t k = 0; k < 2; k++) {
			table_init(&t[k], &limited, &a, 1);
			table_add(&t[k]);
			table_set_text(&t[k], 0, 0, TEXT("atoms"));
			table_set_int(&t[k], 0, 2, k ? cases[i].is : cases[i].was);
			if (cases[i].limit >= 0)
				table_set_int(&t[k], 0, 1, cases[i].limit);
		}
		table_init(&t[2], &d->schema, &a, 0);
		table_derive(&t[2], d, TEXT(""), &t[0], &t[1], cases[i].span_ns);
		left = at(&t[2], d, 0, "time_to_limit_ns");
		assert_int_equal(left.type, cases[i].left_ns < 0 ? CELL_NULL : CELL_INT);
		if (left.type == CELL_INT)
			assert_int_equal(left.v.num, cases[i].left_ns);
		arena_clear(&a);
	}
}

/* What the reading did itself is no work of the row. */
static void leaves_out_what_the_reading_moved(void **state)
{
	struct arena a = { 0 };
	struct schema touchy = zoo;
	struct table t[3];
	struct derived *d;
	bool gone[40] = { true };

	touchy.touched = ZOO_STEPS;
	d = schema_derive(&touchy, false, true, &a);
	for (size_t k = 0; k < 2; k++) {
		table_init(&t[k], &touchy, &a, 0);
		for (int id = 0; id < 40; id++) {
			zoo_add(&t[k], id, "cat", (int64_t)(100 + k), -1);
			if (id % 2)
				table_touch(&t[k], (size_t)id, id % 3);
		}
	}
	table_drop(&t[0], gone);
	table_init(&t[2], &d->schema, &a, 0);
	table_derive(&t[2], d, TEXT(""), &t[0], &t[1], 1000000000);
	for (size_t id = 1; id < 40; id++)
		assert_true(at(&t[2], d, id, "steps_rate").v.real == (id % 2 ? 0 : 1));
	assert_int_equal(at(&t[2], d, 1, "steps").v.num, 101);
	arena_clear(&a);
}

static void two_nodes_stand_one_behind_the_other(void **state)
{
	struct arena a = { 0 };
	struct arena b = { 0 };
	struct table one;
	struct table two;
	struct table out;
	struct derived *d = schema_derive(&zoo, true, true, &a);

	table_init(&one, &zoo, &a, 0);
	zoo_add(&one, 1, "cat", 1, -1);
	zoo_add(&one, 2, "dog", 2, -1);
	table_init(&two, &zoo, &b, 0);
	zoo_add(&two, 1, "rat", 3, 9);
	table_init(&out, &d->schema, &a, 0);
	table_derive(&out, d, TEXT("shop@a"), NULL, &one, 1);
	table_derive(&out, d, TEXT("shop@b"), NULL, &two, 1);

	assert_int_equal(out.nrows, 3);
	assert_int_equal(one.nrows, 2);
	assert_true(text_is(*at(&out, d, 1, "node").v.text, "shop@a"));
	assert_true(text_is(*at(&out, d, 2, "node").v.text, "shop@b"));
	assert_true(text_is(*at(&out, d, 2, "name").v.text, "rat"));
	assert_int_equal(at(&out, d, 1, "weight").type, CELL_NULL);
	assert_int_equal(at(&out, d, 2, "weight").v.num, 9);
	assert_int_equal(at(&out, d, 2, "born").type, CELL_NULL);
	/* What was added did not touch the samples. */
	assert_null(one.types[ZOO_WEIGHT]);
	assert_int_equal(table_num(&one, 1, ZOO_STEPS), 2);
	arena_clear(&a);
	arena_clear(&b);
}

/* Many that are gone, and new ones among those that stayed; one row more each time. */
static void is_the_same_piece_by_piece(void **state)
{
	struct arena a = { 0 };
	struct table before;
	struct table after;
	struct table whole;
	struct table pieces;
	struct derived *d = schema_derive(&zoo, false, true, &a);
	struct derivation *x;
	size_t steps = 0;

	table_init(&before, &zoo, &a, 0);
	table_init(&after, &zoo, &a, 0);
	for (int64_t i = 0; i < 500; i++) {
		if (i % 7 != 0 && i / 100 != 2)
			zoo_add(&after, i, NULL, 10 * i, i);
		if (i % 11 != 0)
			zoo_add(&before, i, NULL, 9 * i, 2 * i);
	}
	table_init(&whole, &d->schema, &a, 0);
	table_derive(&whole, d, TEXT(""), &before, &after, 1000000000);
	table_init(&pieces, &d->schema, &a, 0);
	x = derivation_new(&pieces, d, TEXT(""), &before, &after, 1000000000);
	while (!derivation_step(x, 1))
		steps++;
	derivation_free(x);

	assert_int_equal(steps, after.nrows - 1);
	for (size_t row = 0; row < after.nrows; row++) {
		int64_t id = table_num(&after, row, 0);
		bool born = id % 11 == 0;

		assert_true(at(&whole, d, row, "born").v.num == born);
		assert_true(at(&whole, d, row, "steps_rate").type ==
			    (born ? CELL_NULL : CELL_REAL));
		assert_true(born || at(&whole, d, row, "steps_rate").v.real == (double)id);
		assert_true(born || at(&whole, d, row, "weight_growth").v.num == -id);
		for (size_t c = 0; c < d->schema.ncolumns; c++)
			assert_true(cell_eq(table_cell(&whole, row, c),
					    table_cell(&pieces, row, c)));
	}
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_its_columns),
		cmocka_unit_test(computes_rates_and_growths),
		cmocka_unit_test(growth_survives_the_largest_numbers),
		cmocka_unit_test(tells_the_time_to_a_limit),
		cmocka_unit_test(leaves_out_what_the_reading_moved),
		cmocka_unit_test(is_the_same_piece_by_piece),
		cmocka_unit_test(two_nodes_stand_one_behind_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
