#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/recording_rows.h"

#define die(...) (print_error(__VA_ARGS__), print_error("\n"), assert_true(false))

static void print_id(struct buf *out, int64_t id)
{
	buf_printf(out, "%lld", (long long)id);
}

static bool parse_id(struct text t, int64_t *id)
{
	return text_int(t, id);
}

static const struct column columns[] = {
	{ "id", "ID", UNIT_NONE, COLUMN_LABEL, "key", 0, print_id, parse_id },
	{ "number", "NUMBER", UNIT_COUNT, COLUMN_GAUGE, "a number" },
	{ "any", "ANY", UNIT_NONE, COLUMN_LABEL, "anything" },
	{ "never", "NEVER", UNIT_NONE, COLUMN_LABEL, "nobody sets it" },
};

static const struct schema schema = {
	.name = "things", .columns = columns, .ncolumns = 4,
};

/* Other numbers than their places. */
static const uint8_t ids[] = { 7, 0, 63, 5 };

struct fixture {
	struct arena arena;
	struct stored_rows rows;
	struct table before;
	struct table after;
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){ 0 };
	table_init(&f->before, &schema, &f->arena, 0);
	table_init(&f->after, &schema, &f->arena, 0);
	f->rows.columns = UINT64_MAX;
}

static void end(struct fixture *f)
{
	rows_clear(&f->rows);
	arena_clear(&f->arena);
}

/* A row with a cell in "any" that goes by the number. */
static void add(struct table *t, int64_t id, int64_t number)
{
	size_t row = table_add(t);

	table_set_id(t, row, 0, id);
	table_set_int(t, row, 1, number);
	switch (number % 5) {
	case 0:
		table_set_text(t, row, 2, TEXT("a text\0with a zero"));
		break;
	case 1:
		table_set_real(t, row, 2, (double)number / 3);
		break;
	case 2:
		table_set_bool(t, row, 2, number % 2);
		break;
	case 3:
		table_set_text(t, row, 2, text_printf(t->arena, "%lld", (long long)number));
		break;
	default:
		break;
	}
}

static void assert_same_cell(struct cell want, enum cell_type type, union value got)
{
	assert_int_equal(want.type, type);
	if (type == CELL_TEXT)
		assert_true(text_eq(*want.v.text, *got.text));
	else if (type != CELL_NULL)
		assert_int_equal(want.v.num, got.num);
}

static void assert_same(const struct stored_rows *got, const struct table *want)
{
	assert_int_equal(got->nrows, want->nrows);
	for (size_t c = 0; c < schema.ncolumns; c++)
		for (size_t row = 0; row < want->nrows; row++) {
			uint8_t *types = got->types[ids[c]];

			assert_same_cell(table_cell(want, row, c),
					 types ? types[row] : CELL_NULL,
					 types ? got->values[ids[c]][row]
					       : (union value){ 0 });
		}
}

/* Writes one reading and applies it; returns its bytes. */
static size_t pass(struct fixture *f, const struct table *before, const struct table *after)
{
	struct buf b = { 0 };
	struct err err = { 0 };
	size_t len;

	rows_encode(&b, before, after, schema_all(&schema), ids);
	if (!rows_decode(&f->rows, buf_text(&b), &err))
		die("%s", err.what);
	assert_same(&f->rows, after);
	len = buf_len(&b);
	buf_clear(&b);
	return len;
}

static void no_rows(void **state)
{
	struct fixture f;

	begin(&f);
	pass(&f, NULL, &f.before);
	pass(&f, &f.before, &f.after);
	end(&f);
}

static void all_types_come_back(void **state)
{
	struct fixture f;

	begin(&f);
	add(&f.before, INT64_MIN, INT64_MAX);
	add(&f.before, INT64_MAX, INT64_MIN);
	for (int i = 0; i < 100; i++)
		add(&f.before, i, i);
	pass(&f, NULL, &f.before);
	end(&f);
}

static void rows_that_stay_take_no_bytes(void **state)
{
	struct fixture f;

	begin(&f);
	for (int i = 0; i < 1000; i++) {
		add(&f.before, i, i);
		add(&f.after, i, i == 500 ? 7 : i);
	}
	assert_true(pass(&f, NULL, &f.before) > 3000);
	assert_true(pass(&f, &f.before, &f.after) < 40);
	end(&f);
}

static void rows_come_and_go_and_move(void **state)
{
	struct fixture f;

	begin(&f);
	for (int i = 0; i < 50; i++)
		add(&f.before, i, i);
	for (int i = 60; i > 20; i -= 2) {
		add(&f.after, i, i + i % 3);
		add(&f.after, i + 1000, i);
	}
	pass(&f, NULL, &f.before);
	pass(&f, &f.before, &f.after);
	pass(&f, &f.after, &f.before);
	end(&f);
}

static void a_cell_changes_its_type(void **state)
{
	struct fixture f;

	begin(&f);
	for (int i = 0; i < 25; i++) {
		add(&f.before, i, i / 5);
		add(&f.after, i, i % 5);
	}
	pass(&f, NULL, &f.before);
	pass(&f, &f.before, &f.after);
	end(&f);
}

/* Tables of chance, one after the other. */
static void a_long_chain(void **state)
{
	struct fixture f;
	unsigned seed = 1;

	begin(&f);
	for (int n = 0; n < 200; n++) {
		struct table next;

		table_init(&next, &schema, &f.arena, 0);
		for (int i = 0; i < 30; i++)
			if (rand_r(&seed) % 3)
				add(&next, rand_r(&seed) % 4 ? i : rand_r(&seed) % 90,
				    rand_r(&seed) % 2 ? i : rand_r(&seed) % 1000);
		pass(&f, n % 50 ? &f.before : NULL, &next);
		f.before = next;
		if (n % 50 == 49)
			rows_clear(&f.rows);
	}
	end(&f);
}

static void only_what_is_wanted_is_read(void **state)
{
	struct fixture f;
	struct buf b = { 0 };

	begin(&f);
	add(&f.before, 1, 3);
	f.rows.columns = column_bit(7);
	rows_encode(&b, NULL, &f.before, schema_all(&schema), ids);
	assert_true(rows_decode(&f.rows, buf_text(&b), NULL));
	assert_non_null(f.rows.types[7]);
	assert_null(f.rows.types[63]);
	buf_clear(&b);
	end(&f);
}

/* Every bit turned, and every length: an err, or rows; never more. */
static void damage_is_told(void **state)
{
	struct fixture f;
	struct buf b = { 0 };
	size_t refused = 0;

	begin(&f);
	for (int i = 0; i < 20; i++)
		add(&f.before, i, i);
	rows_encode(&b, NULL, &f.before, schema_all(&schema), ids);
	for (size_t len = 0; len < buf_len(&b); len++) {
		struct text cut = text_sub(buf_text(&b), 0, len);

		assert_false(rows_decode(&f.rows, cut, NULL));
		rows_clear(&f.rows);
	}
	for (size_t bit = 0; bit < buf_len(&b) * 8; bit++) {
		struct err err = { 0 };

		b.data[b.start + bit / 8] ^= (char)(1 << bit % 8);
		refused += !rows_decode(&f.rows, buf_text(&b), &err);
		assert_true(err.kind == ERR_NONE || err.kind == ERR_FORMAT);
		rows_clear(&f.rows);
		b.data[b.start + bit / 8] ^= (char)(1 << bit % 8);
	}
	assert_true(refused > 100);
	buf_clear(&b);
	end(&f);
}

static void it_must_follow_what_was_read(void **state)
{
	struct fixture f;
	struct buf b = { 0 };
	struct err err = { 0 };

	begin(&f);
	add(&f.before, 1, 1);
	add(&f.after, 1, 2);
	rows_encode(&b, &f.before, &f.after, schema_all(&schema), ids);
	assert_false(rows_decode(&f.rows, buf_text(&b), &err));
	assert_non_null(strstr(err.what, "it follows another reading"));
	buf_clear(&b);
	end(&f);
}

/* A few bytes must not make rows without end: 2^24 new rows in 64 columns. */
static void few_bytes_are_no_great_table(void **state)
{
	static const char bytes[] = "\x00\x01\x81\x80\x80\x10\x00";
	struct fixture f;
	struct err err = { 0 };

	begin(&f);
	assert_false(rows_decode(&f.rows, (struct text){ bytes, sizeof(bytes) - 1 }, &err));
	assert_non_null(strstr(err.what, "too many rows"));
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_rows),
		cmocka_unit_test(all_types_come_back),
		cmocka_unit_test(rows_that_stay_take_no_bytes),
		cmocka_unit_test(rows_come_and_go_and_move),
		cmocka_unit_test(a_cell_changes_its_type),
		cmocka_unit_test(a_long_chain),
		cmocka_unit_test(only_what_is_wanted_is_read),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(it_must_follow_what_was_read),
		cmocka_unit_test(few_bytes_are_no_great_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
