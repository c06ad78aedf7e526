/*
 * What a connection is made of: shared by the files that make up struct node (node.c,
 * open.c, peer.c, unasked.c, call.c, answer.c, eval.c, caps.c), for nobody else but their
 * tests.
 */
#ifndef NODE_INSIDE_H
#define NODE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/loop.h"
#include "node/caps.h"
#include "node/dist.h"
#include "node/frame.h"
#include "node/node.h"
#include "node/stream.h"

#define CALLS_RUNNING_MAX 256                     /* at once on one connection */
#define CALLS_BYTES_MAX ((size_t)8 << 20)         /* of answers in flight */
#define CALLS_PASS_MAX 64                         /* calls that may overtake a larger
						   * one, then it is its turn */
#define OUT_MAX ((size_t)1 << 20)                 /* above this nothing is begun, and
						   * nothing unasked is answered */

struct opening; /* open.c: look-up, dialling, handshake */
struct pending; /* call.c */
struct parsed;  /* eval.c: a text and its forms */
struct probe;   /* caps.c */

enum node_phase {
	NODE_OPENING,
	NODE_UP,
	NODE_LOST,  /* or never opened: every call fails with n->err */
};

struct node {
	struct loop *loop;
	enum node_phase phase;
	struct arena arena;        /* names, the target */
	struct target target;
	struct opening *opening;   /* until it is up */
	node_opened *opened;
	void *opened_ctx;
	void (*lost)(void *ctx, const struct err *err);
	void *lost_ctx;
	struct err err;            /* why it is lost */

	struct text name;          /* the target's, from the handshake */
	uint32_t creation;
	struct text our_name;
	uint32_t our_creation;
	uint32_t next_pid;         /* counts the pids that we make up */

	struct stream *stream;
	struct frames frames;
	struct buf out;            /* to be written */
	struct loop_timer *pump;   /* starts calls and writes, soon */
	struct loop_timer *tick;
	bool heard;                /* bytes came in since we last wrote some */
	int64_t wrote_ns;
	struct node_cost cost;

	struct pending *running[CALLS_RUNNING_MAX];
	size_t nrunning;
	size_t bytes_running;      /* expected of them */
	struct pending *queue;     /* a list, in order */
	struct pending **queue_end;
	struct pending *waiting;   /* evals whose text is being parsed */
	size_t passed;             /* calls that overtook the first of the queue */
	uint64_t next_call;
	int64_t answered_ns;       /* when the target last answered anything */
	struct parsed *texts;
	enum cap_state caps[CAP_COUNT];
	struct probe *probes;

	unsigned depth;            /* callbacks we are inside of: then
				    * node_close() only marks */
	bool closed;
};

/* node.c */

/* A node without stream: for open.c, and for tests that attach one. */
struct node *node_new(struct loop *l);
/* Callbacks are called between these two. After node_leave() said
 * false the node is gone. */
void node_enter(struct node *n);
bool node_leave(struct node *n);
/* The connection is over: every call is answered, the owner is told. */
void node_lose(struct node *n, const struct err *err);
/* A pid of ours that nobody has yet. */
struct dist_pid node_pid(struct node *n);
/* The group leader of all our helpers. */
struct dist_pid node_leader(const struct node *n);

/* open.c */
void opening_start(struct node *n, int64_t timeout_ns);
void opening_free(struct node *n);

/* peer.c */

/* The handshake is done: bytes of n->stream are frames from now on; rest came
 * in with the handshake. */
void peer_start(struct node *n, struct text rest);
void peer_stop(struct node *n);
/* Starts calls and writes what there is, at the end of this step of the loop. */
void peer_soon(struct node *n);
/* Takes bytes of the peer. False when the connection was lost over
 * them, or the node is gone. */
bool peer_take(struct node *n, struct text bytes);

/* unasked.c: what the target sends and is no answer to us. */
void unasked(struct node *n, const struct frame *f, const struct dist_control *c);

/* call.c */
struct pending *call_find(const struct node *n, const struct term *to);
void calls_spawned(struct node *n, const struct dist_control *c);
void calls_exited(struct node *n, const struct frame *f, const struct dist_control *c);
/* True when the message was for a call that takes parts. */
bool calls_part(struct node *n, const struct frame *f, const struct dist_control *c);
/* Starts what may be started. */
void calls_pump(struct node *n);
/* Answers every call with the error. */
void calls_fail(struct node *n, const struct err *err);

/* For eval.c: a call whose arguments come later. */
struct pending *call_new(struct node *n, const struct eval *e, node_answered *done,
			 void *ctx);
uint64_t call_id(const struct pending *p);
/* p waits for a text; later it gets its arguments (external format, copied)
 * and is queued, or fails. */
void call_wait(struct node *n, struct pending *p, struct parsed *text,
	       struct text bindings);
void calls_text_ready(struct node *n, struct parsed *text);

/* answer.c */

/* What a call asked for; constants of ours. */
struct asked {
	const char *module;
	const char *function;
	bool eval; /* the function is erl_eval's: its result is
		    * taken out of {value, ...} */
};
/*
 * The answer that the exit of a helper is. ANSWER_FAILED, with err as ERR_CANNOT, when it
 * is none.
 *
 * f, c  the exit, which need not outlive this call: what the answer needs of it is copied
 */
void answer_read(const struct asked *what, const struct frame *f,
		 const struct dist_control *c, struct arena *arena, struct answer *a,
		 struct err *err);
/* Makes an ERR_FORMAT of a decoder one about a part of an answer. */
void answer_undecodable(const char *part, struct err *err);

/* eval.c */

/* The forms of a text, or why there are none. */
struct text parsed_forms(const struct parsed *t);
const struct err *parsed_error(const struct parsed *t);
/* [Forms, Bindings], with Z bound to a pid when that is not NULL. */
void eval_args(struct buf *out, struct text forms, struct text bindings,
	       const struct dist_pid *z);
void texts_free(struct node *n);

/* caps.c */

/* Answers the probes that only wait for the next turn of the loop. */
void caps_settle(struct node *n);

#endif
