/*
 * Bytes both ways, never blocking: what the handshake and the frames run over. TCP
 * today; TLS is one more file.
 */
#ifndef NODE_STREAM_H
#define NODE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct stream;

enum stream_result {
	STREAM_OK,     /* something was done */
	STREAM_AGAIN,  /* nothing now: wait for what stream_wants() says */
	STREAM_CLOSED, /* the other side ended it */
	STREAM_FAILED, /* err says why */
};

/* The kinds of streams. */
struct stream_ops {
	/* What the kind has to agree on before bytes may flow (TLS);
	 * STREAM_OK when that is done. */
	enum stream_result (*shake)(struct stream *s, struct err *err);
	/* *done: bytes read into or written from p, at most len;
	 * more than 0 with STREAM_OK */
	enum stream_result (*read)(struct stream *s, void *p, size_t len, size_t *done,
				   struct err *err);
	enum stream_result (*write)(struct stream *s, const void *p, size_t len,
				    size_t *done, struct err *err);
	/* Which loop events to wait for. output: there are bytes to write */
	unsigned (*wants)(const struct stream *s, bool output);
	void (*close)(struct stream *s);
};

struct stream {
	const struct stream_ops *ops;
	int fd;                   /* to watch */
	size_t handshake_length;  /* bytes of the length before a handshake packet:
				   * 2 over TCP, 4 over TLS */
};

/* Plain TCP over a connected, non-blocking socket, which the stream owns from now on. */
struct stream *stream_tcp(int fd);

static inline enum stream_result stream_shake(struct stream *s, struct err *err)
{
	return s->ops->shake(s, err);
}

static inline enum stream_result stream_read(struct stream *s, void *p, size_t len,
					     size_t *done, struct err *err)
{
	return s->ops->read(s, p, len, done, err);
}

static inline enum stream_result stream_write(struct stream *s, const void *p, size_t len,
					      size_t *done, struct err *err)
{
	return s->ops->write(s, p, len, done, err);
}

static inline unsigned stream_wants(const struct stream *s, bool output)
{
	return s->ops->wants(s, output);
}

/* Frees it; NULL is fine. */
static inline void stream_close(struct stream *s)
{
	if (s)
		s->ops->close(s);
}

#endif
