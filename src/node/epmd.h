/*
 * Erlang's port mapper: which node of a host listens on which port. Pure requests and
 * parsers, an asynchronous question over the loop, and a blocking list of names.
 *
 * Source: Erlang/OTP documentation, "Distribution Protocol", section EPMD Protocol.
 */
#ifndef NODE_EPMD_H
#define NODE_EPMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/text.h"
#include "node/dial.h"

#define EPMD_PORT 4369
#define EPMD_ANSWER_MAX ((size_t)1 << 20) /* bytes; more is not an epmd */

struct epmd_name {
	struct text name; /* "shop": the part before '@' */
	uint16_t port;    /* its distribution port */
};

/* The answer to PORT_PLEASE2. */
struct epmd_port {
	bool found;       /* false: there is no such node, the rest is 0 */
	uint16_t port;
	uint16_t highest; /* version of the distribution protocol: 6 from OTP 23 on */
	uint16_t lowest;
};

enum epmd_result {
	EPMD_MORE, /* the answer is not whole yet */
	EPMD_DONE,
	EPMD_BAD,  /* err says why */
};

/* PORT_PLEASE2 for a name without host part; a name over 255 bytes is
 * cut (and so not found). */
void epmd_port_request(struct buf *b, struct text name);
enum epmd_result epmd_port_parse(struct text answer, struct epmd_port *out,
				 struct err *err);

/* NAMES. The answer ends where epmd closes the connection; lines that
 * can't be read are left out. */
void epmd_names_request(struct buf *b);
bool epmd_names_parse(struct arena *a, struct text answer, struct epmd_name **names,
		      size_t *n, struct err *err);

/* A question to an epmd. */
struct epmd_ask;

enum epmd_kind { EPMD_ASK_PORT, EPMD_ASK_NAMES };

/* Called once, never from inside epmd_ask(). answer: all that epmd said, for the parser
 * of the kind; valid during the call. err: ERR_CONNECT when there is no epmd to talk to,
 * ERR_FORMAT when it is something else; else NULL. */
typedef void epmd_answered(void *ctx, struct text answer, const struct err *err);

struct epmd_ask *epmd_ask(struct loop *l, const struct dial_to *to, enum epmd_kind kind,
			  struct text name, epmd_answered *done, void *ctx);
/* done is not called; NULL is fine. */
void epmd_cancel(struct epmd_ask *e);

/*
 * The names that an epmd has, waiting for at most timeout_ns.
 *
 * host       name or address; empty: loopback, then this host's own addresses
 * port       0: 4369
 * netns_pid  ask from inside the network namespace of this OS process; 0: from ours
 * names      out: in the arena
 *
 * Fails with ERR_CONNECT when there is no epmd or it does not answer in time, ERR_FORMAT
 * when it is something else, ERR_SYSTEM when its namespace cannot be entered.
 */
bool epmd_names(struct arena *a, const char *host, uint16_t port, int netns_pid,
		int64_t timeout_ns, struct epmd_name **names, size_t *n, struct err *err);

#endif
