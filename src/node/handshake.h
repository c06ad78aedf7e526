/*
 * The version-6 handshake of the distribution protocol, our side, as the one that dials:
 * bytes in, bytes out, no socket.
 *
 * 	we    send_name       'N' flags creation name
 * 	peer  status          's' ok | ok_simultaneous | nok | not_allowed | alive
 * 	peer  challenge       'N' flags challenge creation name
 * 	we    challenge_reply 'r' challenge digest
 * 	peer  challenge_ack   'a' digest
 *
 * Digests are MD5(cookie ++ the other's challenge in decimal), both ways:
 * we check the peer's too.
 * Source: Erlang/OTP documentation, "Distribution Protocol", section
 * Distribution Handshake.
 */
#ifndef NODE_HANDSHAKE_H
#define NODE_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

/* Distribution flags, as far as we say or read them. */
#define FLAG_PUBLISHED ((uint64_t)1 << 0)
#define FLAG_HANDSHAKE_23 ((uint64_t)1 << 24)
#define FLAG_SPAWN ((uint64_t)1 << 32)

#define HANDSHAKE_NAME_MAX 1020 /* bytes of a node's name: 255 characters */

enum handshake_result {
	HANDSHAKE_MORE,
	HANDSHAKE_DONE,
	HANDSHAKE_TAKEN,  /* somebody holds our name: `false` is in out, then
			   * close and try another name */
	HANDSHAKE_BUSY,   /* a handshake of our name is going on:
			   * close, try another name */
	HANDSHAKE_FAILED, /* err says why */
};

enum handshake_state { WAIT_STATUS, WAIT_CHALLENGE, WAIT_ACK, HANDSHAKE_OVER };

struct handshake {
	enum handshake_state state;
	size_t length_size;      /* 2, over TLS 4 */
	struct text cookie;      /* the caller's */
	uint32_t our_challenge;
	struct buf in;           /* a packet that is not whole yet */
	struct buf out;          /* to be written; the caller drops what it wrote */
	bool first;              /* nothing came in yet */
	uint64_t peer_flags;
	uint32_t peer_creation;
	struct text peer_name;   /* in peer_name_bytes; empty until the challenge */
	char peer_name_bytes[HANDSHAKE_NAME_MAX];
};

/* What we are and want; flags of the protocol are in handshake.c. */
struct handshake_start {
	struct text our_name;
	uint32_t our_creation;
	uint32_t our_challenge; /* random */
	struct text cookie;
	size_t length_size;
};

/* Puts send_name into out. */
void handshake_init(struct handshake *h, const struct handshake_start *s);
void handshake_clear(struct handshake *h);

/* Takes bytes of the peer; *used says how many. After HANDSHAKE_DONE the rest
 * belongs to the frames. */
enum handshake_result handshake_feed(struct handshake *h, struct text bytes, size_t *used,
				     struct err *err);

/*
 * What it means that the peer closed the connection now. Always false.
 * cookie_from is for the hint.
 *
 * A handshake is also cut off when another one with our name begins meanwhile, as a node
 * whose name sorts before ours prefers the newer one: the caller tries again first.
 */
bool handshake_closed(const struct handshake *h, struct text node,
		      struct text cookie_from, struct err *err);

/* Fails with ERR_CANNOT: no node that we can talk to. Always false. */
bool fail_too_old(struct text node, struct err *err);

/* The flags that we say. */
uint64_t handshake_flags(void);

#endif
