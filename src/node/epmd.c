/* epmd's requests and answers, and asking over the loop. */
#include "node/epmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "node/listener.h"
#include "node/stream.h"

enum {
	PORT_PLEASE2_REQ = 122,
	PORT2_RESP = 119,
	NAMES_REQ = 110,
};

static unsigned get16(struct text t, size_t at)
{
	return (unsigned)(unsigned char)t.p[at] << 8 | (unsigned char)t.p[at + 1];
}

void epmd_port_request(struct buf *b, struct text name)
{
	struct text cut = text_sub(name, 0, 255);

	buf_u16(b, (uint16_t)(1 + cut.len));
	buf_u8(b, PORT_PLEASE2_REQ);
	buf_text_add(b, cut);
}

/* 119, result; when the result is 0: port:2 type:1 protocol:1 highest:2
 * lowest:2 length:2 name ... */
enum epmd_result epmd_port_parse(struct text answer, struct epmd_port *out,
				 struct err *err)
{
	*out = (struct epmd_port){ 0 };
	if (answer.len >= 1 && (unsigned char)answer.p[0] != PORT2_RESP) {
		fail(err, ERR_FORMAT, "what listens on the port of epmd is not an epmd");
		return EPMD_BAD;
	}
	if (answer.len < 2)
		return EPMD_MORE;
	if (answer.p[1] != 0)
		return EPMD_DONE;
	if (answer.len < 10)
		return EPMD_MORE;
	*out = (struct epmd_port){
		.found = true,
		.port = (uint16_t)get16(answer, 2),
		.highest = (uint16_t)get16(answer, 6),
		.lowest = (uint16_t)get16(answer, 8),
	};
	return EPMD_DONE;
}

void epmd_names_request(struct buf *b)
{
	buf_u16(b, 1);
	buf_u8(b, NAMES_REQ);
}

/* "name NAME at port PORT" */
static bool names_line(struct text line, struct epmd_name *out)
{
	static const char front[] = "name ";
	static const char middle[] = " at port ";
	size_t at = text_find(line, TEXT(middle));

	if (!text_starts(line, front) || at == line.len || at < sizeof(front) - 1)
		return false;
	out->name = text_sub(line, sizeof(front) - 1, at);
	out->port = listener_port(text_sub(line, at + sizeof(middle) - 1, line.len));
	return out->name.len > 0 && out->port > 0;
}

bool epmd_names_parse(struct arena *a, struct text answer, struct epmd_name **names,
		      size_t *n, struct err *err)
{
	struct text rest = text_dup(a, text_sub(answer, 4, answer.len));
	struct text count = rest;
	struct text line;
	size_t lines = 0;

	*n = 0;
	*names = NULL;
	if (answer.len < 4)
		return fail(err, ERR_FORMAT, "epmd's list of names is cut off");
	while (text_cut(&count, '\n', &line))
		lines++;
	*names = arena_many(a, lines, struct epmd_name);
	while (text_cut(&rest, '\n', &line))
		if (names_line(text_trim(line), &(*names)[*n]))
			(*n)++;
	return true;
}

struct epmd_ask {
	struct loop *loop;
	struct dial *dial;
	struct stream *stream;
	enum epmd_kind kind;
	struct buf out;
	struct buf in;
	epmd_answered *done;
	void *ctx;
};

void epmd_cancel(struct epmd_ask *e)
{
	if (!e)
		return;
	dial_cancel(e->dial);
	if (e->stream)
		loop_fd_forget(e->loop, e->stream->fd);
	stream_close(e->stream);
	buf_clear(&e->out);
	buf_clear(&e->in);
	free(e);
}

/* err NULL: the answer is whole. */
static void finish(struct epmd_ask *e, const struct err *err)
{
	struct buf in = e->in;
	epmd_answered *done = e->done;
	void *ctx = e->ctx;

	e->in = (struct buf){ 0 };
	epmd_cancel(e);
	done(ctx, err ? TEXT("") : buf_text(&in), err);
	buf_clear(&in);
}

/* epmd closes the connection behind every answer; a port answer
 * need not wait for that. */
static bool answer_whole(const struct epmd_ask *e, bool closed, struct err *err)
{
	struct epmd_port port;

	if (e->kind == EPMD_ASK_NAMES)
		return closed;

	enum epmd_result r = epmd_port_parse(buf_text(&e->in), &port, err);

	if (r == EPMD_MORE && closed)
		fail(err, ERR_FORMAT, "what listens on the port of epmd closed in the "
		     "middle of its answer");
	return r == EPMD_DONE;
}

static void read_answer(struct epmd_ask *e)
{
	struct err err = { 0 };
	enum stream_result r;
	size_t got;

	for (;;) {
		r = stream_read(e->stream, buf_room(&e->in, 4096), 4096, &got, &err);
		if (r != STREAM_OK)
			break;
		buf_commit(&e->in, got);
		if (buf_len(&e->in) > EPMD_ANSWER_MAX) {
			fail(&err, ERR_FORMAT,
			     "what listens on the port of epmd is not an epmd");
			break;
		}
	}
	if (!err.kind && answer_whole(e, r == STREAM_CLOSED, &err))
		finish(e, NULL);
	else if (err.kind)
		finish(e, &err);
}

static void on_ready(void *ctx, int fd, unsigned events)
{
	struct epmd_ask *e = ctx;
	struct err err = { 0 };
	size_t done;

	while (buf_len(&e->out) > 0) {
		struct text t = buf_text(&e->out);
		enum stream_result r = stream_write(e->stream, t.p, t.len, &done, &err);

		if (r == STREAM_AGAIN)
			break;
		if (r != STREAM_OK) {
			fail(&err, ERR_CONNECT, "epmd closed the connection");
			finish(e, &err);
			return;
		}
		buf_drop(&e->out, done);
	}
	loop_fd(e->loop, fd, stream_wants(e->stream, buf_len(&e->out) > 0), on_ready, e);
	read_answer(e);
}

static void on_dialled(void *ctx, int fd, const struct err *err)
{
	struct epmd_ask *e = ctx;

	e->dial = NULL;
	if (err) {
		struct err copy = *err;

		finish(e, &copy);
		return;
	}
	e->stream = stream_tcp(fd);
	on_ready(e, fd, LOOP_WRITE);
}

struct epmd_ask *epmd_ask(struct loop *l, const struct dial_to *to, enum epmd_kind kind,
			  struct text name, epmd_answered *done, void *ctx)
{
	struct epmd_ask *e = mem_zalloc(sizeof(*e));
	struct dial_to there = *to;

	*e = (struct epmd_ask){ .loop = l, .kind = kind, .done = done, .ctx = ctx };
	if (kind == EPMD_ASK_PORT)
		epmd_port_request(&e->out, name);
	else
		epmd_names_request(&e->out);
	if (there.port == 0)
		there.port = EPMD_PORT;
	e->dial = dial_start(l, &there, on_dialled, e);
	return e;
}

/* The blocking list: a loop of its own. */
struct listing {
	struct loop *loop;
	struct arena *arena;
	struct epmd_name **names;
	size_t *n;
	struct err err;
	bool done;
};

static void listed(void *ctx, struct text answer, const struct err *err)
{
	struct listing *x = ctx;

	x->done = true;
	if (err)
		x->err = *err;
	else
		epmd_names_parse(x->arena, answer, x->names, x->n, &x->err);
	loop_stop(x->loop);
}

static void listing_late(void *ctx)
{
	struct listing *x = ctx;

	fail(&x->err, ERR_CONNECT, "epmd does not answer");
	loop_stop(x->loop);
}

bool epmd_names(struct arena *a, const char *host, uint16_t port, int netns_pid,
		int64_t timeout_ns, struct epmd_name **names, size_t *n, struct err *err)
{
	struct listing x = { .loop = loop_new(), .arena = a, .names = names, .n = n };
	struct dial_to to = {
		.host = text_of(host),
		.port = port,
		.netns_pid = netns_pid,
	};

	*names = NULL;
	*n = 0;

	struct epmd_ask *ask =
		epmd_ask(x.loop, &to, EPMD_ASK_NAMES, TEXT(""), listed, &x);

	loop_at(x.loop, loop_now() + timeout_ns, listing_late, &x);
	loop_run(x.loop);
	if (!x.done)
		epmd_cancel(ask);
	loop_free(x.loop);
	if (x.err.kind && err)
		*err = x.err;
	return !x.err.kind;
}
