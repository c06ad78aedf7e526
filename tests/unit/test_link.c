/* The life of a source: lost, dialled again, with nothing that is asked left unanswered. */
#include "unit.h"

#include <string.h>

#include "source/memory.h"
#include "tables/memory.h"
#include "view/feed.h"
#include "view/link.h"

struct fixture {
	struct loop *loop;
	struct link *link;
	struct source *source;   /* the last one that was opened */
	enum err_kind refuses;   /* every attempt; ERR_NONE: none */
	bool slow;               /* an attempt does not end by itself */
	size_t dials;
	live_opened *opened;
	void *opened_ctx;
	struct loop_timer *timer;
	size_t answers;
	struct err err;          /* of the last answer */
	struct link_watch watches[2];
	size_t told[2];
};

static struct source *make(struct fixture *f)
{
	f->source = memory_open(f->loop, TEXT("shop@web1"));
	memory_load(f->source, &memory_schema, "name,bytes\ntotal,5\n");
	return f->source;
}

static void end_dial(void *ctx)
{
	struct fixture *f = ctx;
	struct err err = { 0 };

	f->timer = NULL;
	if (!f->refuses) {
		f->opened(f->opened_ctx, make(f), NULL);
		return;
	}
	fail(&err, f->refuses, "not today");
	f->opened(f->opened_ctx, NULL, &err);
}

static bool dial(void *ctx, live_opened *opened, void *opened_ctx, struct err *err)
{
	struct fixture *f = ctx;

	f->dials++;
	f->opened = opened;
	f->opened_ctx = opened_ctx;
	if (!f->slow)
		f->timer = loop_at(f->loop, loop_now(), end_dial, f);
	return true;
}

static void cancel(void *ctx)
{
	struct fixture *f = ctx;

	loop_timer_cancel(f->loop, f->timer);
	f->timer = NULL;
	f->opened = NULL;
}

static void answered(void *ctx, struct sample *s, const struct err *err)
{
	struct fixture *f = ctx;

	f->answers++;
	f->err = err ? *err : (struct err){ 0 };
	sample_free(s);
}

static void ask(struct fixture *f)
{
	link_ask(f->link, &(struct request){ .schema = &memory_schema,
					     .columns = schema_all(&memory_schema) },
		 answered, f);
}

static void setup(struct fixture *f, bool open)
{
	struct err err = { 0 };

	*f = (struct fixture){ .loop = loop_new() };
	fail(&err, ERR_CONNECT, "not there at first");
	f->link = link_new(f->loop, TEXT("shop"), open ? make(f) : NULL, &err,
			   (struct link_dialler){ dial, cancel, f });
}

static void teardown(struct fixture *f)
{
	link_free(f->link);
	loop_timer_cancel(f->loop, f->timer);
	loop_free(f->loop);
}

/* As a connection that breaks: the source calls from inside of itself. */
static void lose(struct fixture *f)
{
	f->source->lost = true;
	f->source->on_lost(f->source->on_lost_ctx);
}

static void wait_for(struct fixture *f, enum link_state state)
{
	while (f->link->state != state)
		loop_step(f->loop, INT64_MAX);
}

static void wait_for_answers(struct fixture *f, size_t n)
{
	while (f->answers < n)
		loop_step(f->loop, INT64_MAX);
}

static void test_lost_and_back(void **state)
{
	struct fixture f;

	setup(&f, true);
	assert_int_equal(f.link->state, LINK_OPEN);
	assert_int_equal(f.link->generation, 1);
	lose(&f);
	assert_non_null(f.link->source); /* it goes later, not below its own feet */
	wait_for(&f, LINK_LOST);
	assert_null(f.link->source);
	assert_int_equal(f.link->err.kind, ERR_LOST);
	wait_for(&f, LINK_OPEN);
	assert_int_equal(f.link->generation, 2);
	assert_int_equal(f.link->err.kind, ERR_NONE);
	assert_string_equal(text_cstr(&f.link->arena, f.link->name), "shop@web1");
	ask(&f);
	wait_for_answers(&f, 1);
	assert_int_equal(f.err.kind, ERR_NONE);
	teardown(&f);
}

static void test_what_is_on_its_way_is_answered(void **state)
{
	struct fixture f;

	setup(&f, true);
	memory_delay(f.source, INT64_C(3600000000000));
	ask(&f);
	ask(&f);
	assert_int_equal(f.link->asks, 2);
	lose(&f);
	wait_for_answers(&f, 2);
	assert_int_equal(f.err.kind, ERR_LOST);
	assert_int_equal(f.link->asks, 0);
	ask(&f); /* and what is asked while there is nobody */
	assert_int_equal(f.answers, 2);
	wait_for_answers(&f, 3);
	assert_int_equal(f.err.kind, ERR_LOST);
	teardown(&f);
	assert_int_equal(f.answers, 3);
}

static void test_the_end_answers_too(void **state)
{
	struct fixture f;

	setup(&f, true);
	memory_delay(f.source, INT64_C(3600000000000));
	ask(&f);
	teardown(&f);
	assert_int_equal(f.answers, 1);
	setup(&f, false);
	ask(&f);
	teardown(&f);
	assert_int_equal(f.answers, 1);
}

static void test_the_end_in_the_middle_of_an_attempt(void **state)
{
	struct fixture f;

	setup(&f, false);
	f.slow = true;
	wait_for(&f, LINK_DIALLING);
	assert_non_null(f.opened);
	teardown(&f);
	assert_null(f.opened);
}

static void test_lost_before_anybody_listened(void **state)
{
	struct fixture f = { .loop = loop_new() };

	make(&f)->lost = true;
	f.link = link_new(f.loop, TEXT("shop"), f.source, NULL,
			  (struct link_dialler){ dial, cancel, &f });
	wait_for(&f, LINK_LOST);
	wait_for(&f, LINK_OPEN);
	teardown(&f);
}

/* Tries at once, and fails; the pause after that is so long. */
static void check_pause(struct fixture *f, int64_t wanted_ms)
{
	unsigned attempts = f->link->attempts;
	int64_t before = loop_now();

	link_retry(f->link);
	f->link->attempts = attempts; /* as if the pause before had passed */
	wait_for(f, LINK_DIALLING);
	wait_for(f, LINK_LOST);
	assert_true(f->link->next_ns - before >= wanted_ms * 1000000);
	assert_true(f->link->next_ns - loop_now() <= wanted_ms * 1000000);
}

/* Attempts come at once when somebody wants them; the pauses in between are told. */
static void test_pauses_grow(void **state)
{
	static const int64_t pauses[] = { 1000, 2000, 4000, 8000, 16000, 16000, 16000 };
	size_t n = sizeof(pauses) / sizeof(pauses[0]);
	struct fixture f;

	setup(&f, false);
	f.refuses = ERR_CONNECT;
	for (size_t i = 0; i < n; i++)
		check_pause(&f, pauses[i]);
	assert_int_equal(f.dials, n);
	/* one that refuses us writes that down each time */
	f.refuses = ERR_REFUSED;
	check_pause(&f, 30000);
	check_pause(&f, 60000);
	f.refuses = ERR_NONE;
	link_retry(f.link);
	wait_for(&f, LINK_OPEN);
	assert_int_equal(f.link->attempts, 0);
	teardown(&f);
}

static void changed(void *ctx)
{
	struct fixture *f = ctx;

	f->told[0]++;
	link_unwatch(f->link, &f->watches[1]);
	link_unwatch(f->link, &f->watches[0]);
}

static void changed_too(void *ctx)
{
	struct fixture *f = ctx;

	f->told[1]++;
}

/* Who is told may take itself out, and the one that would be next. */
static void test_watches(void **state)
{
	struct fixture f;

	setup(&f, true);
	f.watches[0] = (struct link_watch){ .changed = changed, .ctx = &f };
	f.watches[1] = (struct link_watch){ .changed = changed_too, .ctx = &f };
	link_watch(f.link, &f.watches[1]);
	link_watch(f.link, &f.watches[0]); /* the last one is told first */
	link_pause(f.link, true);
	link_pause(f.link, false);
	assert_int_equal(f.told[0], 1);
	assert_int_equal(f.told[1], 0);
	teardown(&f);
}

static void feed_changed(void *ctx)
{
}

/* What a feed read stays while the source is lost, and of the next one there are no rates
 * against it. */
static void test_feeds_keep_what_they_have(void **state)
{
	struct fixture f;
	struct feed *feed;
	size_t readings;

	setup(&f, true);
	feed = feed_new(&(struct feed_options){ .link = f.link,
						.schema = &memory_schema,
						.interval_ns = 1000000,
						.changed = feed_changed,
						.ctx = &f });
	feed_want(feed, schema_all(&memory_schema), 0);
	feed_run(feed, true);
	while (!feed_has_rates(feed))
		loop_step(f.loop, INT64_MAX);
	lose(&f);
	wait_for(&f, LINK_LOST);
	readings = feed_readings(feed);
	assert_non_null(feed_table(feed));
	assert_int_equal(feed_table(feed)->nrows, 1);
	while (feed_readings(feed) == readings)
		loop_step(f.loop, INT64_MAX);
	assert_int_equal(f.link->generation, 2);
	assert_false(feed_has_rates(feed));
	feed_free(feed);
	teardown(&f);
}

static void test_trouble(void **state)
{
	struct fixture f;
	struct buf b = { 0 };

	setup(&f, true);
	assert_false(link_trouble(f.link, &b));
	assert_int_equal(buf_len(&b), 0);
	f.link->unheard_ns = loop_now() - INT64_C(7000000000);
	assert_true(link_trouble(f.link, &b));
	assert_non_null(strstr(buf_cstr(&b), "no answer for 7"));
	buf_reset(&b);
	lose(&f);
	wait_for(&f, LINK_LOST);
	assert_true(link_trouble(f.link, &b));
	assert_non_null(strstr(buf_cstr(&b), "reconnecting"));
	buf_clear(&b);
	teardown(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_and_back),
		cmocka_unit_test(test_what_is_on_its_way_is_answered),
		cmocka_unit_test(test_the_end_answers_too),
		cmocka_unit_test(test_the_end_in_the_middle_of_an_attempt),
		cmocka_unit_test(test_lost_before_anybody_listened),
		cmocka_unit_test(test_pauses_grow),
		cmocka_unit_test(test_watches),
		cmocka_unit_test(test_feeds_keep_what_they_have),
		cmocka_unit_test(test_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
