/*
 * The largest reference-counted binaries that a process refers to.
 */
#ifndef TABLES_PROCESS_BINARIES_H
#define TABLES_PROCESS_BINARIES_H

#include "source/live.h"

#define PROCESS_BINARIES 100 /* at most so many are told */

struct process_binary {
	int64_t bytes;
	int64_t refs;  /* processes, and others, that refer to it */
	int64_t times; /* how often this process does */
};

struct process_binaries {
	int64_t total;             /* that it refers to, each time counted */
	struct process_binary at[PROCESS_BINARIES]; /* [n] the largest first */
	size_t n;
};

/* b: NULL with an err; ERR_ABSENT: the process is gone. Valid until it returns. */
typedef void process_binaries_done(void *ctx, const struct process_binaries *b,
				   const struct err *err);

/* done is called once, never from inside. */
void process_binaries_ask(struct live *l, int64_t pid, int64_t timeout_ns,
			  process_binaries_done *done, void *ctx);

#endif
