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

struct late {
	struct loop *l;
	int to;
	bool came;
	bool given_up;
};

static void give_up(void *ctx)
{
	struct late *x = ctx;

	x->given_up = !x->came;
	loop_stop(x->l);
}

static void come(void *ctx, int fd, unsigned events)
{
	struct late *x = ctx;

	(void)events;
	x->came = true;
	loop_fd_forget(x->l, fd);
}

/* Takes longer than the deadline; what was waited for comes meanwhile. */
static void dawdle(void *ctx, int fd, unsigned events)
{
	struct late *x = ctx;
	int64_t now = loop_now();

	(void)events;
	loop_fd_forget(x->l, fd);
	loop_at(x->l, now + 1000, give_up, x);
	while (loop_now() < now + 2000)
		;
	assert_int_equal(write(x->to, "a", 1), 1);
}

/* We were slow, not the other side. */
static void looks_once_more_before_it_gives_up(void **state)
{
	struct late x = { .l = loop_new() };
	int first[2], second[2];

	(void)state;
	assert_int_equal(pipe(first), 0);
	assert_int_equal(pipe(second), 0);
	x.to = second[1];
	assert_int_equal(write(first[1], "a", 1), 1);
	loop_fd(x.l, first[0], LOOP_READ, dawdle, &x);
	loop_fd(x.l, second[0], LOOP_READ, come, &x);
	loop_run(x.l);
	assert_true(x.came);
	assert_false(x.given_up);
	for (int i = 0; i < 2; i++) {
		close(first[i]);
		close(second[i]);
	}
	loop_free(x.l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_timers_in_order_and_ends),
		cmocka_unit_test(reads_until_forgotten),
		cmocka_unit_test(looks_once_more_before_it_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
