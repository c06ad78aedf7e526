/*
 * A forked child that may block, or live in another network namespace, for us: it is
 * given one errand and reports once, with bytes and perhaps an open socket.
 */
#ifndef NODE_CHILD_H
#define NODE_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/loop.h"

#define CHILD_REPORT_MAX 4096

struct child;

/* Runs in the child; ends with child_report(report, ...). */
typedef void child_errand(void *ctx, int report);
/* Called once, in the parent. len 0: the child ended without a report. fd: what came
 * along, the callee's now, or -1. */
typedef void child_reported(void *ctx, const void *bytes, size_t len, int fd);

/* errand_ctx need not outlive the call. tag: any number of the caller's. NULL with err
 * when there can be no child. */
struct child *child_start(struct loop *l, child_errand *errand, void *errand_ctx, int tag,
			  child_reported *done, void *ctx, struct err *err);
int child_tag(const struct child *c);
/* Kills it; done is not called. NULL is fine. */
void child_cancel(struct child *c);

/* For the child. */
void child_report(int report, const void *bytes, size_t len, int fd);
/* Moves the calling process into the network namespace of a process (and its user
 * namespace where that is needed). False with errno. */
bool child_enter_netns(int pid);

/* Is pid in the network namespace that we are in? Also true for 0. */
bool child_in_our_netns(int pid);

#endif
