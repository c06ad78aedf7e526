/*
 * A node of our own making at the other end of a socket pair: sees what a connection
 * asks, and answers as the test says.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include "unit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/inside.h"

#define PEER_NAME "shop@web1"
#define PEER_SEEN 2048

/* A control message that came from the connection. */
struct seen {
	int64_t op;          /* 29 SPAWN_REQUEST, 26 PAYLOAD_EXIT2, ... */
	struct term control;
	struct term payload; /* of those that have one */
};

struct peer {
	struct loop *loop;
	struct node *node;
	int fd;
	struct arena arena;
	struct frames frames;
	struct seen seen[PEER_SEEN];
	size_t nseen;
	size_t ticks;
	struct buf out;
};

static inline void peer_open(struct peer *p)
{
	int pair[2];

	*p = (struct peer){ .loop = loop_new() };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	fcntl(pair[1], F_SETFL, O_NONBLOCK);
	p->fd = pair[1];
	frames_init(&p->frames);
	p->node = node_new(p->loop);
	p->node->stream = stream_tcp(pair[0]);
	p->node->name = TEXT(PEER_NAME);
	p->node->creation = 7;
	p->node->our_name = TEXT("otoscope-1@otoscope");
	peer_start(p->node, TEXT(""));
}

static inline void peer_close(struct peer *p)
{
	node_close(p->node);
	loop_free(p->loop);
	if (p->fd >= 0)
		close(p->fd);
	frames_clear(&p->frames);
	arena_clear(&p->arena);
	buf_clear(&p->out);
}

static inline void peer_see(struct peer *p, const struct frame *f)
{
	struct seen *s = &p->seen[p->nseen];
	struct text bytes = text_dup(&p->arena, f->bytes);
	struct err err = { 0 };
	size_t used;

	assert_true(p->nseen < PEER_SEEN);
	assert_true(term_decode(&p->arena, bytes, false, NULL, NULL, &used, &s->control,
				&err));
	assert_int_equal(s->control.type, TERM_TUPLE);
	s->op = term_num(term_at(&s->control, 0));
	if (used < bytes.len)
		assert_true(term_decode(&p->arena, text_sub(bytes, used, bytes.len),
					false, NULL, NULL, NULL, &s->payload, &err));
	p->nseen++;
}

/* Lets the connection do what it has to, and reads what it says. */
static inline void peer_step(struct peer *p)
{
	char bytes[65536];
	struct err err = { 0 };
	struct frame f;
	ssize_t n;

	for (int i = 0; i < 4; i++) {
		loop_step(p->loop, 0);
		while (p->fd >= 0 && (n = read(p->fd, bytes, sizeof(bytes))) > 0)
			frame_feed(&p->frames, (struct text){ bytes, (size_t)n });
	}
	for (;;) {
		enum frame_result r = frame_next(&p->frames, &f, &err);

		assert_int_not_equal(r, FRAME_BAD);
		if (r == FRAME_MORE)
			break;
		if (r == FRAME_TICK)
			p->ticks++;
		else
			peer_see(p, &f);
	}
}

/* Writes what is in out, and lets the connection read it. */
static inline void peer_send(struct peer *p)
{
	while (buf_len(&p->out) > 0) {
		struct text t = buf_text(&p->out);
		ssize_t n = write(p->fd, t.p, t.len);

		if (n > 0)
			buf_drop(&p->out, (size_t)n);
		peer_step(p);
	}
	peer_step(p);
}

static inline void put_helper(struct buf *b, uint64_t num)
{
	etf_pid(b, TEXT(PEER_NAME), num, 7);
}

/* The pid of ours that a spawn request came from. */
static inline const struct term *spawn_from(const struct seen *s)
{
	assert_int_equal(s->op, 29);
	return term_at(&s->control, 2);
}

static inline void put(struct buf *b, const struct term *t)
{
	assert_true(term_encode(b, t, NULL));
}

/* {31, ReqId, From, 1, Pid} */
static inline void peer_spawned(struct peer *p, const struct seen *s, uint64_t helper)
{
	size_t mark = dist_begin(&p->out);

	etf_tuple(&p->out, 5);
	etf_int(&p->out, 31);
	put(&p->out, term_at(&s->control, 1));
	put(&p->out, spawn_from(s));
	etf_int(&p->out, 1);
	put_helper(&p->out, helper);
	dist_end(&p->out, mark);
}

/* {24, Pid, From}: the reason is to be written behind it, then dist_end() */
static inline size_t peer_exit_begin(struct peer *p, const struct seen *s,
				     uint64_t helper)
{
	size_t mark = dist_begin(&p->out);

	etf_tuple(&p->out, 3);
	etf_int(&p->out, 24);
	put_helper(&p->out, helper);
	put(&p->out, spawn_from(s));
	return mark;
}

/* The reason {1, How, ...}: the value is to be written behind it. */
static inline size_t peer_answer_begin(struct peer *p, const struct seen *s,
				       uint64_t helper, const char *how)
{
	size_t mark = peer_exit_begin(p, s, helper);

	etf_tuple(&p->out, 3);
	etf_int(&p->out, 1);
	etf_atom_s(&p->out, how);
	return mark;
}

static inline void peer_answer(struct peer *p, const struct seen *s, uint64_t helper,
			       int64_t value)
{
	size_t mark = peer_answer_begin(p, s, helper, "return");

	etf_int(&p->out, value);
	dist_end(&p->out, mark);
}

/* How a call ended. Static in the tests: those that are open are
 * answered by peer_close(). */
struct ended {
	int times;
	enum answer_kind kind;
	int64_t num;
	struct err err;
};

static inline void on_ended(void *ctx, const struct answer *a)
{
	struct ended *e = ctx;

	e->times++;
	e->kind = a->kind;
	if (a->kind == ANSWER_FAILED)
		e->err = *a->err;
	else if (a->kind != ANSWER_KILLED)
		e->num = term_num(&a->value);
}

#endif
