/*
 * The bytes of a connected node, cut into messages: lengths, ticks, distribution headers
 * with their atom cache, and fragments put together. Fed with bytes, knows no socket.
 *
 * Everything that the peer can make us keep is bounded: a frame, the open fragment
 * sequences, the atom cache.
 * Source: Erlang/OTP documentation, "Distribution Protocol", protocol between connected
 * nodes, and "External Term Format", Distribution Header.
 */
#ifndef NODE_FRAME_H
#define NODE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "term/term.h"

#define FRAME_MAX ((size_t)64 << 20)      /* bytes of one frame */
#define FRAME_ATOMS 255                   /* of one header */
#define FRAME_CACHE 2048                  /* atoms kept */
#define FRAGMENTS_MAX 1024                /* sequences open at once */
#define FRAGMENTS_BYTES ((size_t)256 << 20) /* of all open sequences */

/* What frames begin with: a version byte and a kind of header, or 'p' for a message
 * without one. */
enum frame_tag {
	FRAME_VERSION = 131,
	FRAME_DIST_HEADER = 68,
	FRAME_FRAGMENT_HEADER = 69, /* the first fragment; it alone has atoms */
	FRAME_FRAGMENT_CONT = 70,
	FRAME_PASS_THROUGH = 112,
};

/* One message: a control term and, for some, a payload term behind it. */
struct frame {
	struct text bytes;        /* valid until the next frame_next() or frame_feed() */
	struct term_atoms atoms;  /* of the header; the same */
	bool version;             /* each term has the version byte in front (a
				   * message without header) */
	bool cut;                 /* the payload was too large to be kept: only
				   * the control term is whole */
};

struct sequence; /* fragments of one message */

struct frames {
	struct buf in;
	size_t drop;                         /* bytes of the frame given out last */
	struct text cache[FRAME_CACHE];      /* p is ours; NULL where nothing was sent */
	struct text atoms[FRAME_ATOMS];      /* of the header read last */
	size_t natoms;
	struct sequence *open;               /* a list */
	struct sequence *given;              /* its bytes were given out last */
	size_t nopen;
	size_t open_bytes;
	size_t limit;                        /* FRAGMENTS_BYTES; tests lower it */
};

enum frame_result {
	FRAME_MORE,    /* feed more */
	FRAME_TICK,
	FRAME_MESSAGE,
	FRAME_BAD,     /* err says why; nothing more can be read */
};

void frames_init(struct frames *f);
void frames_clear(struct frames *f);

void frame_feed(struct frames *f, struct text bytes);
/*
 * Takes the next message off the front of the bytes fed so far. A fragment that does not
 * end its sequence is put aside and the next frame is looked at.
 *
 * err  ERR_FORMAT: a length over FRAME_MAX, an unknown kind of frame, a damaged header,
 *      too many open sequences
 *
 * A sequence that would grow over the limit goes on without its payload:
 * the message says `cut`.
 */
enum frame_result frame_next(struct frames *f, struct frame *frame, struct err *err);

#endif
