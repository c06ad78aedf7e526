/* The life of a connection, and what is known of it. */
#include "node/node.h"

#include <assert.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "node/inside.h"

struct node *node_new(struct loop *l)
{
	struct node *n = mem_zalloc(sizeof(*n));

	n->loop = l;
	n->queue_end = &n->queue;
	frames_init(&n->frames);
	/* A creation of 0 stands for "any"; another one than the last
	 * time tells our pids apart. */
	while (n->our_creation < 4)
		if (getentropy(&n->our_creation, sizeof(n->our_creation)) < 0)
			n->our_creation = (uint32_t)loop_wall() | 4;
	return n;
}

static struct target target_copy(struct arena *a, const struct target *t)
{
	struct target copy = *t;

	copy.name = text_dup(a, t->name);
	copy.host = text_dup(a, t->host);
	copy.epmd_host = text_dup(a, t->epmd_host);
	copy.cookie = text_dup(a, t->cookie);
	copy.cookie_from = text_dup(a, t->cookie_from);
	return copy;
}

struct node *node_open(struct loop *l, const struct target *t, int64_t timeout_ns,
		       node_opened *opened, void *ctx)
{
	struct node *n = node_new(l);

	n->target = target_copy(&n->arena, t);
	n->opened = opened;
	n->opened_ctx = ctx;
	opening_start(n, timeout_ns);
	return n;
}

void node_enter(struct node *n)
{
	n->depth++;
}

static void node_free(struct node *n)
{
	/* What callees asked while everything was being failed. Whoever asks for
	 * ever is our own mistake. */
	for (int i = 0; n->nrunning > 0 || n->queue || n->waiting || n->probes; i++) {
		assert(i < 100);
		calls_fail(n, &n->err);
		caps_settle(n);
	}
	loop_timer_cancel(n->loop, n->pump);
	opening_free(n);
	texts_free(n);
	frames_clear(&n->frames);
	buf_clear(&n->out);
	arena_clear(&n->arena);
	free(n);
}

bool node_leave(struct node *n)
{
	assert(n->depth > 0);
	if (n->depth > 1 || !n->closed) {
		n->depth--;
		return true;
	}
	node_free(n);
	return false;
}

/* The stream goes at once, the frames stay: somebody further up the stack
 * may be looking at one. */
static void go_down(struct node *n, const struct err *err)
{
	if (err != &n->err)
		n->err = *err;
	n->phase = NODE_LOST;
	peer_stop(n);
	calls_fail(n, &n->err);
}

void node_lose(struct node *n, const struct err *err)
{
	if (n->phase == NODE_LOST)
		return;
	log_line("%s", err->what);
	node_enter(n);
	go_down(n, err);
	if (!n->closed && n->lost && !n->opening) /* while it opens, open.c tries again */
		n->lost(n->lost_ctx, &n->err);
	node_leave(n);
}

void node_close(struct node *n)
{
	struct err err = { 0 };

	if (!n || n->closed)
		return;
	if (n->phase == NODE_UP)
		log_line("closed; %" PRIu64 " calls, %" PRIu64 " bytes out, %" PRIu64
			 " bytes in",
			 n->cost.calls, n->cost.bytes_out, n->cost.bytes_in);
	fail(&err, ERR_LOST, "the connection to node '%.*s' was closed",
	     TEXT_ARG(n->name));
	n->closed = true;
	node_enter(n);
	opening_free(n);
	go_down(n, &err);
	node_leave(n);
}

void node_on_lost(struct node *n, void (*lost)(void *ctx, const struct err *err),
		  void *ctx)
{
	n->lost = lost;
	n->lost_ctx = ctx;
}

bool node_alive(const struct node *n)
{
	return n->phase == NODE_UP;
}

struct text node_name(const struct node *n)
{
	return n->name;
}

uint32_t node_creation(const struct node *n)
{
	return n->creation;
}

struct text node_our_name(const struct node *n)
{
	return n->our_name;
}

struct text node_cookie_from(const struct node *n)
{
	return n->target.cookie_from;
}

void node_peer(const struct node *n, struct buf *out)
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = sizeof(at);
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (!n->stream || getpeername(n->stream->fd, (struct sockaddr *)&at, &len) != 0 ||
	    getnameinfo((struct sockaddr *)&at, len, host, sizeof(host), port,
			sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	buf_printf(out, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

/* A connection to an own address has it at both ends. */
bool node_near(const struct node *n)
{
	struct sockaddr_storage ours = { 0 };
	struct sockaddr_storage theirs = { 0 };
	socklen_t len = sizeof(ours);
	char a[NI_MAXHOST], b[NI_MAXHOST];

	return n->stream &&
	       getsockname(n->stream->fd, (struct sockaddr *)&ours, &len) == 0 &&
	       getnameinfo((struct sockaddr *)&ours, len, a, sizeof(a), NULL, 0,
			   NI_NUMERICHOST) == 0 &&
	       getpeername(n->stream->fd, (struct sockaddr *)&theirs, &len) == 0 &&
	       getnameinfo((struct sockaddr *)&theirs, len, b, sizeof(b), NULL, 0,
			   NI_NUMERICHOST) == 0 &&
	       strcmp(a, b) == 0;
}

struct node_cost node_cost(const struct node *n)
{
	return n->cost;
}

/* 15 bits of id and 13 of serial are what OTP 23 takes; number 0 is our group leader. */
static struct dist_pid pid_number(const struct node *n, uint32_t number)
{
	return (struct dist_pid){
		.node = n->our_name,
		.num = (uint64_t)(number >> 15 & 0x1fff) << 32 | (number & 0x7fff),
		.creation = n->our_creation,
	};
}

struct dist_pid node_pid(struct node *n)
{
	n->next_pid = (n->next_pid + 1) & 0xfffffff;
	if (n->next_pid == 0)
		n->next_pid = 1;
	return pid_number(n, n->next_pid);
}

struct dist_pid node_leader(const struct node *n)
{
	return pid_number(n, 0);
}

void node_etf_self(struct node *n, struct buf *b)
{
	struct dist_pid p = node_pid(n);

	etf_pid(b, p.node, p.num, p.creation);
}
