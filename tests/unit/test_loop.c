/* The loop: timers in order, cancelling from callbacks, descriptors, signals, an
 * end when nothing is left. */
#include <signal.h>
#include <sys/wait.h>
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

	x->came = true;
	loop_fd_forget(x->l, fd);
}

/* Takes longer than the deadline; what was waited for comes meanwhile. */
static void dawdle(void *ctx, int fd, unsigned events)
{
	struct late *x = ctx;
	int64_t now = loop_now();

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

struct heard {
	struct loop *l;
	int numbers[4];
	size_t n;
};

static void hear(void *ctx, int number)
{
	struct heard *h = ctx;

	assert_in_range(h->n, 0, 3);
	h->numbers[h->n++] = number;
	loop_stop(h->l);
}

static void signals_call_back_and_some_end_it(void **state)
{
	struct heard h = { .l = loop_new() };

	assert_true(loop_catch_signals(h.l, NULL));
	loop_on_signal(h.l, SIGWINCH, hear, &h);
	loop_on_signal(h.l, SIGUSR1, hear, &h);
	/* a burst is one; it does not end the loop */
	for (int i = 0; i < 5; i++)
		raise(SIGWINCH);
	loop_step(h.l, loop_now() + 1000000000);
	assert_int_equal(h.n, 1);
	assert_int_equal(h.numbers[0], SIGWINCH);
	assert_int_equal(loop_signal(h.l), 0);
	/* whoever asks for those that end it gets no callback, and loses none */
	raise(SIGUSR1);
	raise(SIGTERM);
	raise(SIGWINCH);
	assert_int_equal(loop_signal(h.l), SIGTERM);
	assert_int_equal(h.n, 1);
	loop_signal_forget(h.l);
	loop_step(h.l, 0);
	loop_step(h.l, 0);
	assert_int_equal(h.n, 3);
	assert_int_equal(loop_signal(h.l), 0);
	/* and no more */
	loop_on_signal(h.l, SIGWINCH, NULL, NULL);
	raise(SIGWINCH);
	loop_step(h.l, 0);
	assert_int_equal(h.n, 3);
	loop_free(h.l);
}

/* A child that is forked has nobody to call back. */
static void a_child_has_none_of_them(void **state)
{
	struct heard h = { .l = loop_new() };
	int status;
	pid_t child;

	assert_true(loop_catch_signals(h.l, NULL));
	loop_on_signal(h.l, SIGUSR1, hear, &h);
	child = fork();
	if (child == 0) {
		loop_release_signals();
		raise(SIGUSR1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	loop_free(h.l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_timers_in_order_and_ends),
		cmocka_unit_test(reads_until_forgotten),
		cmocka_unit_test(looks_once_more_before_it_gives_up),
		cmocka_unit_test(signals_call_back_and_some_end_it),
		cmocka_unit_test(a_child_has_none_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
