#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "source/recorder.h"
#include "source/recording.h"
#include "source/recording_times.h"
#include "source/recording_walk.h"

#define SECOND INT64_C(1000000000)
#define BEGAN (1763899200 * SECOND)
#define SAMPLES 150

static const struct column columns[] = {
	{ "name", "NAME", UNIT_NONE, COLUMN_LABEL, "key" },
	{ "note", "NOTE", UNIT_NONE, COLUMN_LABEL, "a text" },
	{ "work", "WORK", UNIT_COUNT, COLUMN_COUNTER, "only grows" },
};

static const struct schema schema = {
	.name = "things", .columns = columns, .ncolumns = 3,
};

static const struct schema other = {
	.name = "others", .columns = columns, .ncolumns = 3,
};

/* Row i of sample n is there in these. */
static bool is_there(size_t n, size_t i)
{
	return i >= n / 10 && i < n / 10 + 8 && (i + n) % 7 != 0;
}

static int64_t work_of(size_t n, size_t i)
{
	return (int64_t)(i * 1000 + n * (i % 3));
}

struct fixture {
	char path[64];
	struct loop *loop;
	struct source *source;
	struct recording_file *file;
};

static void write_run(const char *path, const char *life, size_t first, size_t n)
{
	struct err err = { 0 };
	struct recorder *r = recorder_open(
		path, &(struct recorder_source){ .name = TEXT("a@b"),
						 .life = text_of(life),
						 .wall_ns = BEGAN,
						 .now_ns = BEGAN }, 0, &err);

	assert_non_null(r);
	for (size_t s = first; s < first + n; s++) {
		struct sample *sample = sample_new(NULL, &schema, 0);
		char name[16];

		for (size_t i = 0; i < 40; i++) {
			size_t row;

			if (!is_there(s, i))
				continue;
			row = table_add(&sample->table);
			snprintf(name, sizeof(name), "row %zu", i);
			table_set_text(&sample->table, row, 0, text_of(name));
			table_set_text(&sample->table, row, 1, TEXT("says nothing"));
			table_set_int(&sample->table, row, 2, work_of(s, i));
		}
		sample->at_ns = BEGAN + (int64_t)s * SECOND;
		recorder_add(r, sample, schema_all(&schema));
		assert_true(recorder_write(r, &err));
	}
	assert_true(recorder_end(r, TEXT("the end"), false,
				 BEGAN + (int64_t)(first + n) * SECOND, &err));
	recorder_close(r);
}

static void begin(struct fixture *f)
{
	struct err err = { 0 };
	int fd;

	snprintf(f->path, sizeof(f->path), "/tmp/otoscope-walk-XXXXXX");
	fd = mkstemp(f->path);
	assert_true(fd >= 0);
	close(fd);
	write_run(f->path, "1", 0, SAMPLES);
	f->loop = loop_new();
	f->source = recording_open(f->loop, f->path, &err);
	assert_non_null(f->source);
	f->file = recording_file(recording_of(f->source));
}

static void end(struct fixture *f)
{
	source_close(f->source);
	loop_free(f->loop);
	unlink(f->path);
}

/* Each row is what it was, and knows what it was before. */
static void check_reading(const struct recording_walk *w, size_t n, bool first)
{
	size_t row = 0;

	for (size_t i = 0; i < 40; i++) {
		struct cell before;

		if (!is_there(n, i))
			continue;
		assert_int_equal(recording_walk_cell(w, row, 2).v.num, work_of(n, i));
		before = recording_walk_before(w, row);
		if (first || !is_there(n - 1, i)) {
			assert_int_equal(before.type, CELL_NULL);
		} else {
			assert_int_equal(before.type, CELL_INT);
			assert_int_equal(before.v.num, work_of(n - 1, i));
		}
		row++;
	}
	assert_int_equal(recording_walk_rows(w), row);
}

static void goes_through_all(void **state)
{
	struct fixture f;
	struct recording_walk w;
	struct err err = { 0 };
	size_t n = 0;

	begin(&f);
	assert_true(recording_walk_init(&w, f.file, &schema, column_bit(2), 2, 0,
					INT64_MAX, &err));
	for (; recording_walk_next(&w, &err); n++) {
		assert_int_equal(w.now.at, BEGAN + (int64_t)n * SECOND);
		assert_int_equal(recording_walk_span(&w), n ? SECOND : 0);
		check_reading(&w, n, n == 0);
		assert_int_equal(recording_walk_cell(&w, 0, 1).type, CELL_NULL);
	}
	assert_int_equal(err.kind, ERR_NONE);
	assert_int_equal(n, SAMPLES);
	recording_walk_clear(&w);
	end(&f);
}

static void begins_in_the_middle(void **state)
{
	struct fixture f;
	struct recording_walk w;
	struct err err = { 0 };
	size_t n = 75;

	begin(&f);
	assert_true(recording_walk_init(&w, f.file, &schema, column_bit(2), 2,
					BEGAN + 75 * SECOND + 5, BEGAN + 130 * SECOND,
					&err));
	for (; recording_walk_next(&w, &err); n++)
		check_reading(&w, n, n == 75);
	assert_int_equal(n, 131);
	recording_walk_clear(&w);
	assert_false(recording_walk_init(&w, f.file, &other, column_bit(2), 2, 0,
					 INT64_MAX, &err));
	assert_int_equal(err.kind, ERR_CANNOT);
	recording_walk_clear(&w);
	end(&f);
}

/* Another life begins anew: nothing was before it. */
static void lives_are_not_compared(void **state)
{
	struct fixture f;
	struct recording_walk w;
	struct err err = { 0 };
	size_t n = 0;

	begin(&f);
	write_run(f.path, "2", SAMPLES, 3);
	assert_true(recording_walk_init(&w, f.file, &schema, column_bit(2), 2, 0,
					INT64_MAX, &err));
	for (; recording_walk_next(&w, &err); n++)
		check_reading(&w, n, n == 0 || n == SAMPLES);
	assert_int_equal(n, SAMPLES + 3);
	recording_walk_clear(&w);
	end(&f);
}

static void times_grow(void **state)
{
	struct fixture f;
	struct recording_times t = { 0 };
	struct err err = { 0 };
	bool changed;

	begin(&f);
	assert_true(recording_times_read(f.file, &t, &changed, &err));
	assert_true(changed);
	assert_int_equal(t.n, SAMPLES);
	assert_int_equal(t.at[7].at, BEGAN + 7 * SECOND);
	assert_true(recording_times_read(f.file, &t, &changed, &err));
	assert_false(changed);
	write_run(f.path, "2", SAMPLES, 3);
	assert_true(recording_times_read(f.file, &t, &changed, &err));
	assert_true(changed);
	assert_int_equal(t.n, SAMPLES + 3);
	assert_int_equal(t.nruns, 2);
	assert_true(text_is(recording_times_run(&t, t.at[t.n - 1].run)->life, "2"));
	assert_null(recording_times_run(&t, 77));

	assert_int_equal(recording_times_at(&t, 0), 0);
	assert_int_equal(recording_times_at(&t, BEGAN), 0);
	assert_int_equal(recording_times_at(&t, BEGAN + SECOND - 1), 0);
	assert_int_equal(recording_times_at(&t, BEGAN + SECOND), 1);
	assert_int_equal(recording_times_at(&t, INT64_MAX), SAMPLES + 2);
	recording_times_clear(&t);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_through_all),
		cmocka_unit_test(begins_in_the_middle),
		cmocka_unit_test(lives_are_not_compared),
		cmocka_unit_test(times_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
