/*
 * One connection to one Erlang node, as a hidden node, and the calls made over it.
 *
 * Everything is asynchronous on the loop. The node runs nothing but its own OTP code: a
 * call is a linked SPAWN_REQUEST of erpc:execute_call/4 at low priority under a heap
 * limit that the VM enforces, and its answer is the exit reason. A lost connection
 * therefore ends every helper. doc/protocol.md lists every message we send.
 */
#ifndef NODE_NODE_H
#define NODE_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/text.h"
#include "term/term.h"

struct node;
struct machine; /* node/target.h */

/* Where to dial, as far as the command line and the machine told; node/target.h fills
 * it. */
struct target {
	struct text name;        /* "shop@web1", "shop", or empty when only the port is
				  * known */
	struct text host;        /* address or host name to dial; empty: the part behind
				  * '@', or loopback and own addresses */
	uint16_t port;           /* distribution port; 0: ask epmd */
	uint16_t epmd_port;      /* 0: 4369 */
	struct text epmd_host;   /* address of epmd when it is not the host's; or empty */
	struct text cookie;      /* never logged */
	struct text cookie_from; /* "--cookie-file x", "$OTOSCOPE_COOKIE": for messages */
	int netns_pid;           /* dial from inside the network namespace of this OS
				  * process; 0: from ours */
	bool tls;                /* its command line asks for TLS (-proto_dist inet_tls);
				  * false: it does not, or is not known */
	int os_pid;              /* its process on this machine; 0: not known */
	const struct machine *machine; /* where it was looked for, or NULL */
};

/* Called once: opened (err NULL) or not. The node is the caller's in both cases, to be
 * freed with node_close(). */
typedef void node_opened(void *ctx, struct node *n, const struct err *err);

/* Starts to connect; copies the target. timeout_ns bounds the whole of look-up,
 * dialling and handshake. */
struct node *node_open(struct loop *l, const struct target *t, int64_t timeout_ns,
		       node_opened *opened, void *ctx);
/* Calls that are open are answered with ERR_LOST. NULL is fine. */
void node_close(struct node *n);
/* Called once when an opened connection is lost; not by node_close(). */
void node_on_lost(struct node *n, void (*lost)(void *ctx, const struct err *err),
		  void *ctx);

bool node_alive(const struct node *n);           /* opened, and not lost since */
struct text node_name(const struct node *n);     /* the target's, from its handshake */
uint32_t node_creation(const struct node *n);    /* the target's */
struct text node_our_name(const struct node *n); /* otoscope-1@otoscope to -8@otoscope */
/* Where the cookie that it took came from: "$OTOSCOPE_COOKIE"; or empty. */
struct text node_cookie_from(const struct node *n);
/* Adds the address that the connection goes to, "127.0.0.1:4711" or "[::1]:4711";
 * nothing when it is lost. */
void node_peer(const struct node *n, struct buf *out);
/* Is that an address of the host that we run on, or forwarded from there? */
bool node_near(const struct node *n);

/* What this connection cost so far (promise 8). */
struct node_cost {
	uint64_t calls;
	uint64_t bytes_out;
	uint64_t bytes_in;
	/* From the requests to the ends of their helpers, all together: none took
	 * more of the target's time. What helpers themselves used, their reductions, is
	 * not known: they would have to be asked at their end, at more than most of them
	 * cost. */
	int64_t helpers_ns;
};
struct node_cost node_cost(const struct node *n);

enum answer_kind {
	ANSWER_RETURN, /* the value of the call */
	ANSWER_THROW,
	ANSWER_EXIT,   /* of a call; a text's exit(Result) is ANSWER_RETURN */
	ANSWER_ERROR,  /* {Reason, Stack} */
	ANSWER_KILLED, /* the heap limit ended the helper */
	ANSWER_FAILED, /* err says why: deadline, connection lost, undecodable answer,
			* spawn refused */
};

struct answer {
	enum answer_kind kind;
	struct term value;    /* of the first four kinds; in arena */
	struct arena *arena;  /* owns the value; the callee may take it: copy the
			       * struct and zero *arena */
	const struct err *err; /* ANSWER_FAILED */
};

/* Called exactly once for each call, from the loop, never from inside node_call(). */
typedef void node_answered(void *ctx, const struct answer *a);

/* Zeros give the defaults. */
struct call {
	const char *module;   /* plain names of OTP's functions: constants of ours,
			       * never the user's words */
	const char *function;
	struct text args;     /* the argument list, in the external format without
			       * version byte; empty: [] */
	/* Bound of the answer that is expected; 0: 64 KiB. Calls are started in order
	 * while the sum of those in flight is at most 8 MiB, but a call that fits may
	 * pass a larger one that waits. */
	size_t answer_bytes;
	size_t heap_words;    /* the helper's heap; 0: four words for each word (eight
			       * bytes) of answer_bytes, at least 100,000 */
	int64_t timeout_ns;   /* 0: 5 s. Then the helper is killed and the answer is
			       * ANSWER_FAILED with ERR_LOST */
};

/* Returns a number for node_cancel(). */
uint64_t node_call(struct node *n, const struct call *c, node_answered *done, void *ctx);
/* The helper is killed, done is not called. An unknown number is ignored. */
void node_cancel(struct node *n, uint64_t call);

/*
 * A text may answer in parts: it sends to the variable Z, which node_eval() binds to a
 * pid of this call when part is set, and each message that comes in is given to part, in
 * order, before the answer. The deadline starts anew with each part. A helper that sends
 * faster than we read is suspended by the VM, nobody else is.
 *
 * Returns false for a message that is not what the text sends: the call then ends with
 * ANSWER_FAILED, ERR_CANNOT. So it is for the callee to see that no node keeps it
 * waiting with messages without end.
 */
typedef bool node_part(void *ctx, const struct term *message);

/*
 * A short expression for the target's erl_eval. The text is parsed by the target's own
 * erl_scan and erl_parse once a connection.
 *
 * text      a constant of ours; ends in '.'; what it exits with or returns is the
 *           answer's value (ANSWER_RETURN for both). Only the variable names of
 *           doc/safety.md: A B C D E F G H K L M N P Q R S T V W X Y Z.
 * bindings  [{'A', TermA}, ...] in the order of the names, in the
 *           external format, or empty
 */
struct eval {
	const char *text;
	struct text bindings;
	size_t answer_bytes;
	size_t heap_words;
	int64_t timeout_ns;
	node_part *part; /* or NULL */
	bool high;       /* the helper has high priority, not low: for what must act in
			  * time on a node that is busy */
};
/* Returns a number for node_cancel() and node_tell(). */
uint64_t node_eval(struct node *n, const struct eval *e, node_answered *done, void *ctx);

/*
 * Sends a message to the helper of a call: one that waits with receive.
 *
 * message  in the external format, without version byte
 *
 * Returns false when the helper is not known yet, or the call is over.
 */
bool node_tell(struct node *n, uint64_t call, struct text message);

/* For texts that want messages or other names of our side: a pid of ours
 * that is never used twice. */
void node_etf_self(struct node *n, struct buf *b);

#endif
