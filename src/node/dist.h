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

/* Those with a trace token (12 and so on) are read as the plain ones. */
enum dist_op {
	DIST_OTHER = 0, /* unknown, or nothing that asks for something: ignored */
	DIST_LINK = 1,
	DIST_SEND = 2,           /* SEND, SEND_SENDER, ALIAS_SEND, REG_SEND */
	DIST_EXIT = 3,           /* EXIT, PAYLOAD_EXIT: a linked process ended */
	DIST_MONITOR = 19,
	DIST_SPAWN_REQUEST = 29,
	DIST_SPAWN_REPLY = 31,
	DIST_UNLINK_ID = 35,
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
};
/* Whole frames. */
void dist_spawn_request(struct buf *out, const struct dist_spawn *s);
void dist_kill(struct buf *out, const struct dist_pid *from, const struct dist_pid *to);

#endif
