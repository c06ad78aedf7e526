/*
 * The one poll loop: file descriptors, timers and signals, all in one thread.
 *
 * A callback may add and remove anything, its own descriptor too; its own timer is gone
 * by then. Times are nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
struct loop_timer;

enum loop_events {
	LOOP_READ = 1,
	LOOP_WRITE = 2,
};

/* events: what is ready; an error or a hang-up counts as both. */
typedef void loop_fd_fn(void *ctx, int fd, unsigned events);
typedef void loop_timer_fn(void *ctx);
typedef void loop_signal_fn(void *ctx, int number);

struct loop *loop_new(void);
/* NULL is fine; what is still watched is dropped, not closed. */
void loop_free(struct loop *l);

/* Watches fd, or changes what is watched; events 0 keeps the entry without watching. */
void loop_fd(struct loop *l, int fd, unsigned events, loop_fd_fn *fn, void *ctx);
void loop_fd_forget(struct loop *l, int fd);

/* Calls fn once, at_ns or later. The timer is freed just before. */
struct loop_timer *loop_at(struct loop *l, int64_t at_ns, loop_timer_fn *fn, void *ctx);
/* NULL is fine. */
void loop_timer_cancel(struct loop *l, struct loop_timer *t);

/*
 * After this SIGINT, SIGTERM, SIGHUP and SIGQUIT end loop_run() instead of the program,
 * but for those that whoever started us has us ignore, as nohup does.
 */
bool loop_catch_signals(struct loop *l, struct err *err);
/*
 * Another signal, below 64, calls fn from the loop instead of doing what it does; several
 * that come close together may call it once. fn NULL: it does that again. Only after
 * loop_catch_signals().
 */
void loop_on_signal(struct loop *l, int number, loop_signal_fn *fn, void *ctx);
/* All do what they do by themselves again: for a forked child. */
void loop_release_signals(void);
/* The signal that was caught, or 0. */
int loop_signal(struct loop *l);
/* It was heard: the loop goes on as if none had come. */
void loop_signal_forget(struct loop *l);

/* Ends the loop_run() that runs; may be called from any callback. */
void loop_stop(struct loop *l);
/* Runs until loop_stop(), a caught signal, or until there is nothing left to wait for. */
void loop_run(struct loop *l);
/*
 * Waits at most until until_ns (0: does not wait) and calls what is due, once. What came
 * on the descriptors until a timer was due is handled before that timer runs.
 */
void loop_step(struct loop *l, int64_t until_ns);

int64_t loop_now(void);  /* CLOCK_MONOTONIC, ns */
int64_t loop_wall(void); /* CLOCK_REALTIME, ns since 1970 */

#endif
