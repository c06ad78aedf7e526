/* poll(), a heap of timers, and a pipe that signals are written to. */
#include "base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

struct watch {
	int fd; /* -1: forgotten */
	unsigned events;
	loop_fd_fn *fn;
	void *ctx;
};

struct loop_timer {
	int64_t at_ns;
	uint64_t order; /* of creation: timers of the same moment run in this order */
	loop_timer_fn *fn;
	void *ctx;
	size_t slot; /* in the heap */
};

#define SIGNALS 64

struct loop {
	struct watch *watches;
	struct pollfd *polls; /* of the same size: scratch of loop_step() */
	size_t nwatches;
	size_t cap;
	size_t polls_cap;
	struct loop_timer **heap; /* a binary heap, the earliest first */
	size_t ntimers;
	size_t timers_cap;
	uint64_t order;
	bool stop;
	bool catching;
	int signal;
	struct {
		loop_signal_fn *fn; /* NULL: nobody asked for it */
		void *ctx;
		bool came;
	} on_signal[SIGNALS];
	bool signals_came; /* one of those */
};

/* A signal handler can reach nothing but globals: the one pipe of the program. */
static int signal_pipe[2] = { -1, -1 };

int64_t loop_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t loop_wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct loop *loop_new(void)
{
	return mem_zalloc(sizeof(struct loop));
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->ntimers; i++)
		free(l->heap[i]);
	if (l->catching) {
		loop_release_signals();
		close(signal_pipe[0]);
		close(signal_pipe[1]);
		signal_pipe[0] = signal_pipe[1] = -1;
	}
	free(l->heap);
	free(l->watches);
	free(l->polls);
	free(l);
}

static struct watch *watch_find(struct loop *l, int fd)
{
	for (size_t i = 0; i < l->nwatches; i++)
		if (l->watches[i].fd == fd)
			return &l->watches[i];
	return NULL;
}

void loop_fd(struct loop *l, int fd, unsigned events, loop_fd_fn *fn, void *ctx)
{
	struct watch *w = watch_find(l, fd);

	if (!w) {
		l->watches = mem_grow(l->watches, &l->cap, l->nwatches + 1,
				      sizeof(*l->watches));
		w = &l->watches[l->nwatches++];
	}
	*w = (struct watch){ .fd = fd, .events = events, .fn = fn, .ctx = ctx };
}

void loop_fd_forget(struct loop *l, int fd)
{
	struct watch *w = watch_find(l, fd);

	if (w)
		/* The row goes at the next step: somebody may be walking over the rows */
		w->fd = -1;
}

static bool earlier(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void heap_put(struct loop *l, size_t slot, struct loop_timer *t)
{
	l->heap[slot] = t;
	t->slot = slot;
}

static void heap_up(struct loop *l, size_t slot)
{
	struct loop_timer *t = l->heap[slot];

	while (slot > 0 && earlier(t, l->heap[(slot - 1) / 2])) {
		heap_put(l, slot, l->heap[(slot - 1) / 2]);
		slot = (slot - 1) / 2;
	}
	heap_put(l, slot, t);
}

static void heap_down(struct loop *l, size_t slot)
{
	struct loop_timer *t = l->heap[slot];

	for (;;) {
		size_t child = 2 * slot + 1;

		if (child >= l->ntimers)
			break;
		if (child + 1 < l->ntimers && earlier(l->heap[child + 1], l->heap[child]))
			child++;
		if (!earlier(l->heap[child], t))
			break;
		heap_put(l, slot, l->heap[child]);
		slot = child;
	}
	heap_put(l, slot, t);
}

struct loop_timer *loop_at(struct loop *l, int64_t at_ns, loop_timer_fn *fn, void *ctx)
{
	struct loop_timer *t = mem_zalloc(sizeof(*t));

	*t = (struct loop_timer){
		.at_ns = at_ns,
		.order = l->order++,
		.fn = fn,
		.ctx = ctx,
	};
	l->heap = mem_grow(l->heap, &l->timers_cap, l->ntimers + 1,
			   sizeof(struct loop_timer *));
	heap_put(l, l->ntimers++, t);
	heap_up(l, t->slot);
	return t;
}

void loop_timer_cancel(struct loop *l, struct loop_timer *t)
{
	if (!t)
		return;

	size_t slot = t->slot;
	struct loop_timer *last = l->heap[--l->ntimers];

	if (last != t) {
		heap_put(l, slot, last);
		heap_up(l, slot);
		heap_down(l, last->slot);
	}
	free(t);
}

static void on_signal(int number)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;

	ssize_t written = write(signal_pipe[1], &byte, 1);

	(void)written; /* when the pipe is full an earlier signal waits there */
	errno = saved;
}

static void signal_ready(void *ctx, int fd, unsigned events)
{
	struct loop *l = ctx;
	unsigned char byte;

	while (read(fd, &byte, 1) == 1) {
		if (byte >= SIGNALS || !l->on_signal[byte].fn) {
			l->signal = byte;
			l->stop = true;
			return;
		}
		l->on_signal[byte].came = l->signals_came = true;
	}
}

/* Not where they were read: loop_signal() reads them too, for callers that expect no
 * callback. */
static void call_signals(struct loop *l)
{
	if (!l->signals_came)
		return;
	l->signals_came = false;
	for (int i = 0; i < SIGNALS; i++) {
		bool came = l->on_signal[i].came;

		l->on_signal[i].came = false;
		if (came && l->on_signal[i].fn)
			l->on_signal[i].fn(l->on_signal[i].ctx, i);
	}
}

static void handle_unless_ignored(void (*handler)(int number))
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = handler }, before;

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &before) == 0 &&
		    before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
}

/* Which loop_on_signal() has a handler for; a forked child has no loop to ask. */
static bool handled[SIGNALS];

void loop_release_signals(void)
{
	handle_unless_ignored(SIG_DFL);
	for (int i = 0; i < SIGNALS; i++)
		if (handled[i])
			signal(i, SIG_DFL);
}

void loop_on_signal(struct loop *l, int number, loop_signal_fn *fn, void *ctx)
{
	struct sigaction action = { .sa_handler = fn ? on_signal : SIG_DFL };

	l->on_signal[number].fn = fn;
	l->on_signal[number].ctx = ctx;
	l->on_signal[number].came = false;
	handled[number] = fn != NULL;
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

bool loop_catch_signals(struct loop *l, struct err *err)
{
	if (l->catching)
		return true;
	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return fail(err, ERR_SYSTEM, "cannot make a pipe: %s", strerror(errno));
	handle_unless_ignored(on_signal);
	loop_fd(l, signal_pipe[0], LOOP_READ, signal_ready, l);
	l->catching = true;
	return true;
}

/* One that came while the loop was not running is looked for. */
int loop_signal(struct loop *l)
{
	if (l->catching && !l->signal)
		signal_ready(l, signal_pipe[0], LOOP_READ);
	return l->signal;
}

void loop_signal_forget(struct loop *l)
{
	l->signal = 0;
	l->stop = false;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

static void watches_compact(struct loop *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->nwatches; i++)
		if (l->watches[i].fd >= 0)
			l->watches[kept++] = l->watches[i];
	l->nwatches = kept;
}

/* Rounded up: a timer must not be looked at before its time, again and again. */
static int wait_ms(const struct loop *l, int64_t until_ns)
{
	int64_t at = until_ns;

	if (l->ntimers && l->heap[0]->at_ns < at)
		at = l->heap[0]->at_ns;
	if (at == INT64_MAX)
		return -1;

	int64_t left = at - loop_now();

	if (left <= 0)
		return 0;
	if (left > (int64_t)60000 * 1000000)
		return 60000;
	return (int)((left + 999999) / 1000000);
}

/* Those that were due at that time. */
static void run_timers(struct loop *l, int64_t now)
{
	/* Those that are made meanwhile wait for the next step */
	uint64_t order = l->order;

	while (l->ntimers && l->heap[0]->at_ns <= now && l->heap[0]->order < order) {
		loop_timer_fn *fn = l->heap[0]->fn;
		void *ctx = l->heap[0]->ctx;

		loop_timer_cancel(l, l->heap[0]);
		fn(ctx);
	}
}

void loop_step(struct loop *l, int64_t until_ns)
{
	watches_compact(l);
	l->polls = mem_grow(l->polls, &l->polls_cap, l->nwatches, sizeof(*l->polls));

	size_t n = l->nwatches;

	for (size_t i = 0; i < n; i++) {
		unsigned events = l->watches[i].events;

		l->polls[i] = (struct pollfd){
			.fd = events ? l->watches[i].fd : -1,
			.events = (short)((events & LOOP_READ ? POLLIN : 0) |
					  (events & LOOP_WRITE ? POLLOUT : 0)),
		};
	}

	/*
	 * Whoever gives up at a deadline has seen what came until then: a timer
	 * runs when the descriptors were looked at after it was due, however long
	 * we were busy or stopped.
	 */
	int wait = l->signals_came ? 0 : wait_ms(l, until_ns);
	int64_t looked_ns = loop_now();
	int ready = poll(l->polls, n, wait);

	if (ready == 0)
		looked_ns += (int64_t)wait * 1000000;

	for (size_t i = 0; ready > 0 && i < n; i++) {
		short got = l->polls[i].revents;
		struct watch w = l->watches[i];

		/* The row may have been forgotten, or its fd closed and given out
		 * anew, meanwhile. */
		if (!got || w.fd < 0 || w.fd != l->polls[i].fd)
			continue;
		if (got & (POLLERR | POLLHUP | POLLNVAL))
			got |= POLLIN | POLLOUT;

		unsigned events = (got & POLLIN ? LOOP_READ : 0U) |
				  (got & POLLOUT ? LOOP_WRITE : 0U);

		if (events & w.events)
			w.fn(w.ctx, w.fd, events & w.events);
	}
	call_signals(l);
	run_timers(l, looked_ns);
}

void loop_run(struct loop *l)
{
	l->stop = false;
	while (!l->stop) {
		watches_compact(l);
		if (l->nwatches == (l->catching ? 1U : 0U) && l->ntimers == 0)
			break;
		loop_step(l, INT64_MAX);
	}
}
