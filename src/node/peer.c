/* An open connection: reading and writing it, ticks, and who gets what came in. */
#include <string.h>

#include "base/log.h"
#include "node/inside.h"

#define READ_BYTES ((size_t)64 << 10)
/* After so long others have their turn, however much there is to be read. */
#define STEP_NS INT64_C(6000000)

/*
 * A node drops a peer from which it got nothing for net_ticktime (default 60 s, as low
 * as a second is seen). While it sends a large answer it sends no ticks that we could
 * answer. So: bytes that came in are answered by at least a tick this soon.
 */
#define TICK_NS ((int64_t)250000000)
#define TICK_AT_ONCE_NS ((int64_t)50000000)

static void on_ready(void *ctx, int fd, unsigned events);

static void watch(struct node *n)
{
	loop_fd(n->loop, n->stream->fd, stream_wants(n->stream, buf_len(&n->out) > 0),
		on_ready, n);
}

/* Writes what the socket takes. False when the connection was lost over it. */
static bool flush(struct node *n)
{
	struct err err = { 0 };

	while (buf_len(&n->out) > 0) {
		struct text t = buf_text(&n->out);
		size_t done;
		enum stream_result r = stream_write(n->stream, t.p, t.len, &done, &err);

		if (r == STREAM_AGAIN)
			break;
		if (r != STREAM_OK) {
			fail(&err, ERR_LOST, "the connection to node '%.*s' was lost",
			     TEXT_ARG(n->name));
			node_lose(n, &err);
			return false;
		}
		buf_drop(&n->out, done);
		n->cost.bytes_out += done;
		n->wrote_ns = loop_now();
		n->heard = false;
	}
	watch(n);
	return true;
}

static void tick_put(struct node *n)
{
	/* Bytes that wait to be written are as good as a tick. */
	if (buf_len(&n->out) == 0)
		buf_u32(&n->out, 0);
}

static void on_tick(void *ctx)
{
	struct node *n = ctx;

	n->tick = NULL;
	if (n->phase != NODE_UP || !n->heard)
		return;
	tick_put(n);
	node_enter(n);
	flush(n);
	node_leave(n);
}

/* Starts calls and writes; after that something must be said within the tick time
 * when something was heard. */
static void settle(struct node *n)
{
	calls_pump(n);
	if (!flush(n))
		return;
	if (n->heard && !n->tick)
		n->tick = loop_at(n->loop, n->wrote_ns + TICK_NS, on_tick, n);
}

static void on_pump(void *ctx)
{
	struct node *n = ctx;

	n->pump = NULL;
	node_enter(n);
	if (n->phase == NODE_UP) {
		settle(n);
	} else if (n->phase == NODE_LOST) {
		struct err err = n->err;

		calls_fail(n, &err);
	}
	node_leave(n);
}

void peer_soon(struct node *n)
{
	if (!n->pump && n->phase != NODE_OPENING && !n->closed)
		n->pump = loop_at(n->loop, 0, on_pump, n);
}

static void on_message(struct node *n, const struct frame *f)
{
	struct arena scratch = { 0 };
	struct dist_control c;
	struct err err = { 0 };

	if (!dist_control(&scratch, f, &c, &err)) {
		log_line("a control message that cannot be read: %s", err.what);
	} else if (c.op == DIST_EXIT) {
		calls_exited(n, f, &c);
	} else if (c.op == DIST_SPAWN_REPLY) {
		calls_spawned(n, &c);
	} else if (c.op != DIST_SEND || !calls_part(n, f, &c)) {
		unasked(n, f, &c);
	}
	arena_clear(&scratch);
}

bool peer_take(struct node *n, struct text bytes)
{
	struct err err = { 0 };
	struct frame f;

	n->heard = true;
	n->cost.bytes_in += bytes.len;
	frame_feed(&n->frames, bytes);
	for (;;) {
		switch (frame_next(&n->frames, &f, &err)) {
		case FRAME_MORE:
			return true;
		case FRAME_TICK:
			if (loop_now() - n->wrote_ns > TICK_AT_ONCE_NS)
				tick_put(n);
			break;
		case FRAME_MESSAGE:
			on_message(n, &f);
			if (n->phase != NODE_UP)
				return false;
			break;
		case FRAME_BAD:
			fail_prefix(&err, "node '%.*s' sent what is not its protocol",
				    TEXT_ARG(n->name));
			err.kind = ERR_LOST;
			node_lose(n, &err);
			return false;
		}
	}
}

static void read_some(struct node *n)
{
	char bytes[READ_BYTES];
	struct err err = { 0 };
	int64_t end = loop_now() + STEP_NS;

	do {
		size_t got;
		enum stream_result r =
			stream_read(n->stream, bytes, sizeof(bytes), &got, &err);

		if (r == STREAM_AGAIN)
			break;
		if (r == STREAM_CLOSED)
			fail(&err, ERR_LOST, "the connection to node '%.*s' was lost",
			     TEXT_ARG(n->name));
		if (r != STREAM_OK) {
			node_lose(n, &err);
			return;
		}
		if (!peer_take(n, (struct text){ bytes, got }))
			return;
		if (got < sizeof(bytes))
			break;
	} while (loop_now() < end);
	settle(n);
}

static void on_ready(void *ctx, int fd, unsigned events)
{
	struct node *n = ctx;

	node_enter(n);
	read_some(n);
	node_leave(n);
}

void peer_start(struct node *n, struct text rest)
{
	n->wrote_ns = loop_now();
	n->phase = NODE_UP;
	watch(n);
	peer_soon(n);
	if (rest.len)
		peer_take(n, rest);
}

void peer_stop(struct node *n)
{
	loop_timer_cancel(n->loop, n->tick);
	n->tick = NULL;
	if (n->stream) {
		loop_fd_forget(n->loop, n->stream->fd);
		stream_close(n->stream);
		n->stream = NULL;
	}
}
