/* Rows as a tree that opens and closes, also where who is under whom is nonsense. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "view/outline.h"

enum { KEY,
       PARENT,
       NAME };

static const struct column columns[] = {
	{ .name = "key" },
	{ .name = "parent" },
	{ .name = "name" },
};
static const struct schema schema = { .name = "t", .columns = columns, .ncolumns = 3 };

struct fixture {
	struct arena arena;
	struct table table;
	struct outline *outline;
};

static void setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	table_init(&f->table, &schema, &f->arena, 0);
	f->outline = outline_new();
}

static void teardown(struct fixture *f)
{
	outline_free(f->outline);
	arena_clear(&f->arena);
}

/* "1 2<1 3<2 9<name": keys, and whom they are under. */
static void rows(struct fixture *f, const char *text)
{
	char *copy = strdup(text);

	table_init(&f->table, &schema, &f->arena, 0);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		char *under = strchr(word, '<');
		size_t row = table_add(&f->table);
		char name[16];

		table_set_int(&f->table, row, KEY, strtol(word, NULL, 10));
		snprintf(name, sizeof(name), "n%ld", strtol(word, NULL, 10));
		table_set_text(&f->table, row, NAME, text_of(name));
		if (under && under[1] == 'n')
			table_set_text(&f->table, row, PARENT, text_of(under + 1));
		else if (under)
			table_set_int(&f->table, row, PARENT,
				      strtol(under + 1, NULL, 10));
	}
	free(copy);
}

static void take(struct fixture *f, const bool *matches)
{
	outline_take(f->outline, &f->table, rows_all(&f->table, &f->arena), matches, KEY,
		     PARENT, NAME);
}

static void check(struct fixture *f, const char *wanted)
{
	struct buf b = { 0 };
	size_t n;
	const struct outline_line *lines = outline_lines(f->outline, &n);

	for (size_t i = 0; i < n; i++) {
		buf_str(&b, i ? "\n" : "");
		outline_print(f->outline, i, true, &b);
		buf_printf(&b, "%d", (int)table_num(&f->table, lines[i].row, KEY));
	}
	assert_string_equal(buf_cstr(&b), wanted);
	buf_clear(&b);
}

static void test_lines(void **state)
{
	struct fixture f;

	setup(&f);
	rows(&f, "");
	take(&f, NULL);
	check(&f, "");
	rows(&f, "1 2<1 3<2 4<1 5 6<5");
	take(&f, NULL);
	check(&f, "- 1\n|-- 2\n| `- 3\n`- 4\n- 5\n`- 6");
	teardown(&f);
}

static void test_names_are_parents_too(void **state)
{
	struct fixture f;

	setup(&f);
	rows(&f, "1 2<n1 3<n77");
	take(&f, NULL);
	check(&f, "- 1\n`- 2\n3");
	teardown(&f);
}

static void test_nonsense(void **state)
{
	struct fixture f;

	setup(&f);
	rows(&f, "1<1 2<99 3<4 4<3 5<3");
	take(&f, NULL);
	check(&f, "1\n2\n- 3\n|- 4\n`- 5");
	rows(&f, "1<1 1<1 2<1");
	take(&f, NULL);
	check(&f, "- 1\n|- 1\n`- 2");
	teardown(&f);
}

static void test_open_and_close(void **state)
{
	struct fixture f;

	setup(&f);
	rows(&f, "1 2<1 3<2 4<1");
	take(&f, NULL);
	assert_false(outline_open(f.outline, 0, true));
	assert_true(outline_open(f.outline, 1, false));
	check(&f, "- 1\n|-+ (1) 2\n`- 4");
	assert_true(outline_open(f.outline, 0, false));
	check(&f, "+ (3) 1");
	assert_false(outline_open(f.outline, 0, false));
	assert_false(outline_open(f.outline, 7, false));
	/* kept by key, wherever the row stands in the next reading */
	rows(&f, "7 4<1 3<2 2<1 1");
	take(&f, NULL);
	check(&f, "7\n+ (3) 1");
	assert_true(outline_open(f.outline, 1, true));
	check(&f, "7\n- 1\n|- 4\n`-+ (1) 2");
	assert_int_equal(outline_parent(f.outline, 3), 1);
	assert_int_equal(outline_parent(f.outline, 1), 1);
	assert_false(outline_open(f.outline, 2, true));
	teardown(&f);
}

static void test_open_all(void **state)
{
	struct fixture f;

	setup(&f);
	rows(&f, "1 2<1 3<2 4<1 5<4 6 7<6");
	take(&f, NULL);
	outline_open(f.outline, 1, false);
	outline_open(f.outline, 0, false);
	assert_true(outline_open_all(f.outline, 0));
	check(&f, "- 1\n|-- 2\n| `- 3\n`-- 4\n  `- 5\n- 6\n`- 7");
	assert_true(outline_open_all(f.outline, 0));
	check(&f, "+ (4) 1\n- 6\n`- 7");
	teardown(&f);
}

static void test_what_is_looked_for(void **state)
{
	const bool matches[] = { false, false, true, false, false };
	struct fixture f;

	setup(&f);
	rows(&f, "1 2<1 3<2 4<1 5");
	take(&f, matches);
	check(&f, "- 1\n`-- 2\n  `- 3");
	/* what was closed before does not hide it; what is closed now does */
	take(&f, NULL);
	outline_open(f.outline, 0, false);
	take(&f, matches);
	check(&f, "- 1\n`-- 2\n  `- 3");
	outline_open(f.outline, 1, false);
	take(&f, matches);
	check(&f, "- 1\n`-+ (1) 2");
	take(&f, NULL);
	check(&f, "+ (3) 1\n5");
	teardown(&f);
}

/* Of the order that the rows are ranked in, among those of one parent. */
static void test_ranked(void **state)
{
	uint32_t at[] = { 3, 2, 1, 0 };
	struct fixture f;

	setup(&f);
	rows(&f, "1 2<1 3<1 4");
	outline_take(f.outline, &f.table, (struct rows){ at, 4 }, NULL, KEY, PARENT,
		     NAME);
	check(&f, "4\n- 1\n|- 3\n`- 2");
	/* the one that is not there has no children */
	outline_take(f.outline, &f.table, (struct rows){ at, 3 }, NULL, KEY, PARENT,
		     NAME);
	check(&f, "4\n3\n2");
	teardown(&f);
}

static void many(struct fixture *f, long n, bool chain)
{
	table_init(&f->table, &schema, &f->arena, 0);
	for (long i = 0; i < n; i++) {
		size_t row = table_add(&f->table);

		table_set_int(&f->table, row, KEY, i);
		if (i > 0)
			table_set_int(&f->table, row, PARENT, chain ? i - 1 : 0);
	}
	take(f, NULL);
}

static void test_many(void **state)
{
	struct fixture f;
	struct buf b = { 0 };
	size_t n;

	setup(&f);
	many(&f, 20001, false);
	outline_lines(f.outline, &n);
	assert_int_equal(n, 1); /* so many are closed at first */
	assert_true(outline_open_all(f.outline, 0));
	outline_lines(f.outline, &n);
	assert_int_equal(n, 20001);
	outline_print(f.outline, 20000, true, &b);
	assert_string_equal(buf_cstr(&b), "`- ");
	/* a chain as long is no deeper drawn than fits */
	many(&f, 20000, true);
	outline_lines(f.outline, &n);
	assert_int_equal(n, 20000);
	buf_reset(&b);
	outline_print(f.outline, 19999, true, &b);
	assert_true(buf_len(&b) < 64);
	buf_clear(&b);
	teardown(&f);
}

/* Choices of rows that are gone do not pile up. */
static void test_choices_are_forgotten(void **state)
{
	struct fixture f;
	size_t n;

	setup(&f);
	for (int i = 0; i < 3000; i++) {
		char text[64];

		snprintf(text, sizeof(text), "1 2<1 %d %d<%d", i + 10, i + 100000,
			 i + 10);
		rows(&f, text);
		take(&f, NULL);
		outline_lines(f.outline, &n);
		assert_int_equal(n, i ? 3 : 4);
		if (!i)
			outline_open(f.outline, 0, false);
		assert_true(outline_open(f.outline, 1, false));
	}
	teardown(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_names_are_parents_too),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_open_and_close),
		cmocka_unit_test(test_open_all),
		cmocka_unit_test(test_what_is_looked_for),
		cmocka_unit_test(test_ranked),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_choices_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
