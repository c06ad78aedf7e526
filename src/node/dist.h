/*
 * The control messages between connected nodes: reading those that come,
 * writing those that we send.
 *
 * Source: Erlang/OTP documentation, "Distribution Protocol", protocol
 * between connected nodes.
 */
#ifndef NODE_DIST_H
#define NODE_DIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "node/frame.h"
#include "term/term.h"

/* The first element of a control message, by the protocol's own names; those with _TT
 * have a trace token. */
enum dop {
	DOP_LINK = 1,
	DOP_SEND = 2,
	DOP_EXIT = 3,
	DOP_REG_SEND = 6,
	DOP_SEND_TT = 12,
	DOP_EXIT_TT = 13,
	DOP_REG_SEND_TT = 16,
	DOP_MONITOR_P = 19,
	DOP_SEND_SENDER = 22,
	DOP_SEND_SENDER_TT = 23,
	DOP_PAYLOAD_EXIT = 24,
	DOP_PAYLOAD_EXIT_TT = 25,
	DOP_PAYLOAD_EXIT2 = 26,
	DOP_PAYLOAD_MONITOR_P_EXIT = 28,
	DOP_SPAWN_REQUEST = 29,
	DOP_SPAWN_REQUEST_TT = 30,
	DOP_SPAWN_REPLY = 31,
	DOP_SPAWN_REPLY_TT = 32,
	DOP_ALIAS_SEND = 33,
	DOP_ALIAS_SEND_TT = 34,
	DOP_UNLINK_ID = 35,
	DOP_UNLINK_ID_ACK = 36,
};

/* What they ask for: several of the above are one of these. */
enum dist_op {
	DIST_OTHER, /* unknown, or nothing that asks for something: ignored */
	DIST_LINK,
	DIST_SEND,  /* to a pid, a name or an alias */
	DIST_EXIT,  /* a linked process ended */
	DIST_MONITOR,
	DIST_SPAWN_REQUEST,
	DIST_SPAWN_REPLY,
	DIST_UNLINK_ID,
};

/* Fields that an operation does not have are the atom undefined. */
struct dist_control {
	enum dist_op op;
	const struct term *from;   /* process of the target */
	const struct term *to;     /* ours: a pid, or the name for a registered one */
	const struct term *id;     /* request, monitor, or unlink id */
	const struct term *result; /* DIST_EXIT without payload: the reason;
				    * DIST_SPAWN_REPLY: a pid or an error */
	bool payload;              /* a term follows */
	size_t used;               /* bytes of the control term in the frame */
};

/* Reads the control term of a frame into the arena; the texts point into the frame.
 * ERR_FORMAT when it is no tuple that begins with a number. */
bool dist_control(struct arena *a, const struct frame *f, struct dist_control *out,
		  struct err *err);
/* The payload term, which must fill the rest of the frame.
 * limits: as of term_decode(). */
bool dist_payload(struct arena *a, const struct frame *f, const struct dist_control *c,
		  const struct term_limits *limits, struct term *out, struct err *err);

/* A process: of the target, or made up by us. */
struct dist_pid {
	struct text node;
	uint64_t num;       /* serial << 32 | id */
	uint32_t creation;
};
/* True when the term is a pid. The node's name points where the term's does. */
bool dist_pid_of(const struct term *t, struct dist_pid *out);
bool dist_pid_eq(const struct dist_pid *a, const struct dist_pid *b);

/* A frame is begun, filled with a control term and perhaps a payload, and ended. Returns
 * the mark for dist_end(). */
size_t dist_begin(struct buf *out);
void dist_end(struct buf *out, size_t mark);

/* What a spawn asks for. */
struct dist_spawn {
	struct dist_pid from;   /* linked with the new process */
	struct dist_pid leader; /* its group leader */
	uint64_t request;       /* number in the request's reference */
	const char *module;
	const char *function;
	struct text args;       /* a list, in the external format */
	size_t heap_words;
	bool high;              /* at high priority; else low */
};
/* Whole frames. */
void dist_spawn_request(struct buf *out, const struct dist_spawn *s);
void dist_kill(struct buf *out, const struct dist_pid *from, const struct dist_pid *to);
/* message: in the external format. */
void dist_send(struct buf *out, const struct dist_pid *to, struct text message);

#endif
