/* Every table has its place, and the line of tabs fits. */
#include "unit.h"

#include <string.h>

#include "tables/tables.h"
#include "view/tabs.h"

static bool all(void *ctx, const struct schema *s)
{
	return true;
}

static bool but(void *ctx, const struct schema *s)
{
	return strcmp(s->name, ctx) != 0;
}

static bool none(void *ctx, const struct schema *s)
{
	return false;
}

static void test_every_table_has_its_place(void **state)
{
	struct arena a = { 0 };
	struct tabs t = tabs_make(&a, tables, ntables, all, NULL);

	assert_int_equal(t.ntables, ntables);
	assert_in_range(t.n, 1, 9); /* each has a key */
	for (size_t i = 0; i < ntables; i++) {
		assert_true(tabs_choose(&t, tables[i]));
		assert_ptr_equal(tabs_schema(&t), tables[i]);
		assert_int_equal(tabs_at_home(&t), i == 0);
	}
	arena_clear(&a);
}

static void test_a_table_that_says_nothing(void **state)
{
	static const struct schema first = { .name = "first", .tab = "home" };
	static const struct schema plain = { .name = "plain" };
	static const struct schema more = { .name = "more" };
	const struct schema *const three[] = { &first, &plain, &more };
	struct arena a = { 0 };
	struct tabs t = tabs_make(&a, three, 3, all, NULL);

	assert_true(tabs_choose(&t, &plain));
	assert_string_equal(t.at[t.current].name, "others");
	assert_int_equal(t.at[t.current].ntables, 2);
	assert_string_equal(t.at[0].name, "home");
	arena_clear(&a);
}

static void test_tables_that_are_not_there(void **state)
{
	char ets[] = "ets";
	char processes[] = "processes";
	struct arena a = { 0 };
	struct tabs t = tabs_make(&a, tables, ntables, but, ets);

	assert_int_equal(t.ntables, ntables - 1);
	assert_false(tabs_choose(&t, tables_find(TEXT("ets"))));
	assert_true(tabs_choose(&t, tables_find(TEXT("mnesia"))));
	t = tabs_make(&a, tables, ntables, but, processes);
	assert_false(tabs_at_home(&t));
	/* of nothing there is one, which says why it is empty */
	t = tabs_make(&a, tables, ntables, none, NULL);
	assert_int_equal(t.ntables, 1);
	assert_ptr_equal(tabs_schema(&t), tables[0]);
	arena_clear(&a);
}

static void test_steps_go_round(void **state)
{
	struct arena a = { 0 };
	struct tabs t = tabs_make(&a, tables, ntables, all, NULL);
	bool seen[64] = { false };

	assert_in_range(ntables, 1, 64);
	for (size_t i = 0; i < ntables; i++) {
		assert_int_equal(tabs_number(&t), i);
		assert_false(seen[tabs_number(&t)]);
		seen[tabs_number(&t)] = true;
		tabs_step(&t, 1);
	}
	assert_int_equal(tabs_number(&t), 0);
	tabs_step(&t, -1);
	assert_int_equal(tabs_number(&t), ntables - 1);
	arena_clear(&a);
}

/* At each width all numbers stand there, and a click finds what is drawn. */
static void test_any_width(void **state)
{
	struct arena a = { 0 };
	struct tabs t = tabs_make(&a, tables, ntables, all, NULL);

	for (size_t width = 1; width < 200; width++) {
		struct canvas *c = canvas_new(width, 1);
		struct pane p = pane_whole(c);

		for (size_t n = 0; n < t.ntables; n++) {
			tabs_step(&t, 1);
			canvas_clear(c);
			tabs_draw(&t, p);
			for (size_t i = 0; width >= 80 && i < t.n; i++) {
				size_t x = 0;

				while (x < width && tabs_at(&t, p, x) != i)
					x++;
				assert_in_range(x, 0, width - 2);
				assert_int_equal(canvas_glyph(c, x + 1, 0)->bytes[0],
						 (int)('1' + i));
			}
			assert_in_range(tabs_width(&t, p), 1, width);
		}
		canvas_free(c);
	}
	arena_clear(&a);
}

/* The tabs of a terminal of 80 columns are words, not what is left of them. */
static void test_words(void **state)
{
	static const char want[] = " 1home  2apps  3sups  4mem  5ets  6sched  7sys  8net ";
	struct arena a = { 0 };
	struct tabs t = tabs_make(&a, tables, ntables, all, NULL);
	struct canvas *c = canvas_new(66, 1);

	tabs_draw(&t, pane_whole(c));
	for (size_t x = 0; x < strlen(want); x++)
		assert_int_equal(canvas_glyph(c, x, 0)->bytes[0], want[x]);
	canvas_free(c);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_table_has_its_place),
		cmocka_unit_test(test_a_table_that_says_nothing),
		cmocka_unit_test(test_tables_that_are_not_there),
		cmocka_unit_test(test_steps_go_round),
		cmocka_unit_test(test_any_width),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
