/* Feeds: how often they ask, and what is known while nobody answers. */
#include "unit.h"

#include "source/memory.h"
#include "view/feed.h"
#include "zoo.h"

#define MS INT64_C(1000000)

/* A feed over animals in memory. */
struct bed {
	struct arena arena;
	struct loop *loop;
	struct source *source;
	struct link *link;
	struct feed *feed;
	size_t told;
};

static void changed(void *ctx)
{
	((struct bed *)ctx)->told++;
}

static void put(struct bed *b, size_t rows, int64_t steps)
{
	struct table t;

	table_init(&t, &zoo, &b->arena, rows);
	for (size_t i = 0; i < rows; i++)
		zoo_add(&t, (int64_t)i, NULL, steps, 1);
	memory_put(b->source, &t);
}

static void set_up(struct bed *b, size_t rows)
{
	*b = (struct bed){ .loop = loop_new() };
	b->source = memory_open(b->loop, TEXT("zoo"));
	put(b, rows, 1);
	b->link = link_new(b->loop, TEXT("zoo"), b->source, NULL,
			   (struct link_dialler){ 0 });
	b->feed = feed_new(&(struct feed_options){
		.link = b->link,
		.schema = &zoo,
		.interval_ns = MS,
		.changed = changed,
		.ctx = b,
	});
	feed_want(b->feed, column_bit(ZOO_STEPS), 0);
}

static void tear_down(struct bed *b)
{
	feed_free(b->feed);
	link_free(b->link);
	loop_free(b->loop);
	arena_clear(&b->arena);
}

static size_t asks(const struct bed *b)
{
	const struct memory_ask *all;

	return memory_asks(b->source, &all);
}

static void until_read(struct bed *b, size_t readings)
{
	while (feed_readings(b->feed) < readings)
		loop_step(b->loop, INT64_MAX);
}

static void pass(struct bed *b, int64_t ns)
{
	for (int64_t end = loop_now() + ns; loop_now() < end;)
		loop_step(b->loop, end);
}

static void test_a_large_table_is_asked_for_within_the_budget(void **state)
{
	struct bed b;
	int64_t start;

	set_up(&b, 10000);
	memory_delay(b.source, 10 * MS);
	b.link->budget = 10;
	start = loop_now();
	feed_run(b.feed, true);
	until_read(&b, 1);
	assert_true(feed_took_ns(b.feed) >= 10 * MS);
	assert_true(feed_every_ns(b.feed) >= 100 * MS);
	until_read(&b, 3);
	assert_true(loop_now() - start >= 2 * 100 * MS);
	b.link->budget = 100;
	assert_true(feed_every_ns(b.feed) >= 10 * MS);
	assert_true(feed_every_ns(b.feed) < 2 * feed_took_ns(b.feed));
	tear_down(&b);
}

static void test_a_small_one_at_the_interval(void **state)
{
	struct bed b;

	set_up(&b, 9999);
	memory_delay(b.source, 10 * MS);
	b.link->budget = 1;
	feed_run(b.feed, true);
	until_read(&b, 2);
	assert_int_equal(feed_every_ns(b.feed), MS);
	tear_down(&b);
}

/* What fails is not asked for at once again, and what was known stays. */
static void test_an_error_leaves_what_is_known(void **state)
{
	struct bed b;
	struct err err = { 0 };

	set_up(&b, 3);
	feed_run(b.feed, true);
	until_read(&b, 2);
	fail(&err, ERR_LOST, "too much");
	memory_delay(b.source, 5 * MS);
	memory_fail(b.source, &err);
	while (feed_err(b.feed)->kind == ERR_NONE)
		loop_step(b.loop, INT64_MAX);
	assert_int_equal(feed_table(b.feed)->nrows, 3);
	assert_true(feed_has_rates(b.feed));
	assert_true(feed_every_ns(b.feed) >= 10 * MS);
	memory_fail(b.source, NULL);
	until_read(&b, 3);
	assert_int_equal(feed_err(b.feed)->kind, ERR_NONE);
	assert_int_equal(feed_every_ns(b.feed), MS);
	tear_down(&b);
}

static void test_a_pause_asks_nothing(void **state)
{
	struct bed b;
	size_t before;

	set_up(&b, 3);
	feed_run(b.feed, true);
	until_read(&b, 2);
	link_pause(b.link, true);
	pass(&b, 5 * MS); /* what was awaited */
	before = asks(&b);
	pass(&b, 20 * MS);
	assert_int_equal(asks(&b), before);
	link_pause(b.link, false);
	until_read(&b, feed_readings(b.feed) + 1);
	assert_true(asks(&b) > before);
	tear_down(&b);
}

/* Whatever the number of turns that it takes: what can be read is always whole. */
static void test_a_reading_is_there_at_once(void **state)
{
	struct bed b;
	const struct derived *d;
	size_t rate;

	set_up(&b, 60000);
	put(&b, 60000, 1001);
	d = feed_derived(b.feed);
	rate = schema_find(&d->schema, TEXT("steps_rate"));
	b.link->budget = 100;
	feed_run(b.feed, true);
	while (feed_readings(b.feed) < 2) {
		const struct table *t = feed_table(b.feed);

		loop_step(b.loop, INT64_MAX);
		if (!t)
			continue;
		t = feed_table(b.feed);
		assert_int_equal(t->nrows, 60000);
		for (size_t row = 0; row < t->nrows; row += 59999)
			assert_int_equal(table_null(t, row, rate),
					 feed_readings(b.feed) < 2);
	}
	tear_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_large_table_is_asked_for_within_the_budget),
		cmocka_unit_test(test_a_small_one_at_the_interval),
		cmocka_unit_test(test_an_error_leaves_what_is_known),
		cmocka_unit_test(test_a_pause_asks_nothing),
		cmocka_unit_test(test_a_reading_is_there_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
