/* Plain TCP as a stream. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/mem.h"
#include "node/stream.h"

static enum stream_result shake(struct stream *s, struct err *err)
{
	return STREAM_OK;
}

static enum stream_result result(ssize_t n, size_t *done, const char *what,
				 struct err *err)
{
	if (n > 0) {
		*done = (size_t)n;
		return STREAM_OK;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return STREAM_AGAIN;
	/* A peer that closed with our bytes unread resets: to us that is
	 * an end like any other. */
	if (errno == ECONNRESET || errno == EPIPE)
		return STREAM_CLOSED;
	fail(err, ERR_LOST, "cannot %s: %s", what, strerror(errno));
	return STREAM_FAILED;
}

static enum stream_result tcp_read(struct stream *s, void *p, size_t len, size_t *done,
				   struct err *err)
{
	ssize_t n = recv(s->fd, p, len, 0);

	return n == 0 ? STREAM_CLOSED : result(n, done, "read", err);
}

static enum stream_result tcp_write(struct stream *s, const void *p, size_t len,
				    size_t *done, struct err *err)
{
	return result(send(s->fd, p, len, MSG_NOSIGNAL), done, "write", err);
}

static unsigned tcp_wants(const struct stream *s, bool output)
{
	return LOOP_READ | (output ? LOOP_WRITE : 0U);
}

static void tcp_close(struct stream *s)
{
	close(s->fd);
	free(s);
}

static const struct stream_ops tcp_ops = {
	.shake = shake,
	.read = tcp_read,
	.write = tcp_write,
	.wants = tcp_wants,
	.close = tcp_close,
};

struct stream *stream_tcp(int fd)
{
	struct stream *s = mem_zalloc(sizeof(*s));

	*s = (struct stream){ .ops = &tcp_ops, .fd = fd, .handshake_length = 2 };
	return s;
}
