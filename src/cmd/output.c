/*
 * Standard output while connections are open: who reads it may take any time (a pager),
 * and a node that hears nothing of us for a minute writes into its log that we are gone.
 */
#include "cmd/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio_ext.h>
#include <unistd.h>

/* A pipe that takes anything takes so much without waiting. */
#define PIECE ((size_t)PIPE_BUF)

static void ready(void *ctx, int fd, unsigned events)
{
	*(bool *)ctx = true;
}

static bool takes_more(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) != 0;
}

/* Lets the loop run until somebody reads. False: a signal came. */
static bool wait_for_reader(struct loop *l)
{
	bool done = takes_more();

	if (done)
		return true;
	loop_fd(l, STDOUT_FILENO, LOOP_WRITE, ready, &done);
	while (!done && !loop_signal(l))
		loop_step(l, INT64_MAX);
	loop_fd_forget(l, STDOUT_FILENO);
	return done;
}

static ssize_t put(void *cookie, const char *p, size_t n)
{
	struct cmd_context *c = cookie;
	size_t sent = 0;

	while (sent < n) {
		ssize_t more;

		if (!wait_for_reader(c->loop)) {
			errno = EINTR;
			break;
		}
		more = write(STDOUT_FILENO, p + sent,
			     n - sent < PIECE ? n - sent : PIECE);
		if (more < 0 && errno == EINTR && !loop_signal(c->loop))
			continue;
		if (more < 0 && errno == EAGAIN)
			continue;
		if (more <= 0)
			break;
		sent += (size_t)more;
	}
	return (ssize_t)sent;
}

FILE *output_open(struct cmd_context *c)
{
	FILE *f = fopencookie(c, "w", (cookie_io_functions_t){ .write = put });

	if (!f)
		return stdout;
	setvbuf(f, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, 1 << 16);
	return f;
}

void output_close(FILE *f)
{
	if (!f || f == stdout)
		return;
	__fpurge(f); /* what could not be written never will be */
	fclose(f);
}
