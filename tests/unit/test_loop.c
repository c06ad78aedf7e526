/* The loop: timers in order, cancelling from callbacks, descriptors, an
 * end when nothing is left. */
#include <unistd.h>

#include "unit.h"

#include "base/loop.h"

struct trace {
	struct loop *l;
	struct loop_timer *victim;
	int seen[8];
	int n;
};

static void one(void *ctx)
{
	struct trace *t = ctx;

	t->seen[t->n++] = 1;
	loop_timer_cancel(t->l, t->victim);
}

static void two(void *ctx)
{
	struct trace *t = ctx;

	t->seen[t->n++] = 2;
}

static void runs_timers_in_order_and_ends(void **state)
{
	struct trace t = { .l = loop_new() };
	int64_t now = loop_now();

	(void)state;
	loop_at(t.l, now + 3000000, two, &t);
	t.victim = loop_at(t.l, now + 2000000, two, &t);
	loop_at(t.l, now + 1000000, one, &t);
	loop_run(t.l);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.seen[0], 1);
	assert_int_equal(t.seen[1], 2);
	loop_free(t.l);
}

static void drain(void *ctx, int fd, unsigned events)
{
	struct trace *t = ctx;
	char c;

	assert_true(events & LOOP_READ);
	if (read(fd, &c, 1) == 1)
		t->seen[t->n++] = (unsigned char)c;
	if (t->n == 2)
		loop_fd_forget(t->l, fd);
}

static void reads_until_forgotten(void **state)
{
	struct trace t = { .l = loop_new() };
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abc", 3), 3);
	loop_fd(t.l, fds[0], LOOP_READ, drain, &t);
	loop_run(t.l);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.seen[1], 'b');
	close(fds[0]);
	close(fds[1]);
	loop_free(t.l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_timers_in_order_and_ends),
		cmocka_unit_test(reads_until_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
