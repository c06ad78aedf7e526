/*
 * The source that is a running node: a connection, what is known about the node, and what
 * each table remembers of it from one reading to the next.
 */
#ifndef SOURCE_LIVE_H
#define SOURCE_LIVE_H

#include <stddef.h>

#include "base/loop.h"
#include "node/caps.h"
#include "node/node.h"
#include "source/source.h"

/* Called once: opened (err NULL), or not; the source is then closed by the caller. */
typedef void live_opened(void *ctx, struct source *s, const struct err *err);

/* Starts to connect. timeout_ns bounds looking up, dialling and the handshake, 0: 5 s. */
struct source *live_open(struct loop *l, const struct target *t, int64_t timeout_ns,
			 live_opened *opened, void *ctx);

/* A live source over a node that is open already, and that it closes. */
struct source *live_around(struct loop *l, struct node *n);

/* The live source behind a source; NULL when it is of another kind. */
struct live *live_of(struct source *s);
struct source *live_source(struct live *l);
struct node *live_node(struct live *l);
struct loop *live_loop(struct live *l);
/* Why it was lost; its kind is ERR_NONE as long as it is not. */
const struct err *live_why_lost(const struct live *l);
/* Lives as long as the source. */
struct arena *live_arena(struct live *l);

/* A table's memory of this node: zeroed at the first call, handed to clear (may be NULL)
 * when the source is closed. whose: a constant that tells it from others, its schema. */
void *live_state(struct live *l, const void *whose, size_t size,
		 void (*clear)(void *state));

struct process; /* node/proc.h */

/* The process of the node on this machine, and the root of that; NULL: it is none of this
 * machine, or hidden. Looked for at the first call. Lives as long as the source. */
const struct process *live_process(struct live *l);
/* May there be one? Nothing is looked for. */
bool live_near(const struct live *l);
const char *live_root(const struct live *l);

/* Settles what SYNTAX_AUTO means on this node, asking it at the first call; then done,
 * never from inside. */
void live_syntax(struct live *l, enum syntax wanted,
		 void (*done)(void *ctx, enum syntax syntax), void *ctx);

/* What a reader calls at its end: the sample, or the reason why there is none. */
struct live_answer {
	source_done *done;
	void *ctx;
};
/* Answers from the loop, a moment later: for what is known to fail while it is asked. */
void live_fail_later(struct live *l, struct live_answer to, const struct err *err);

#endif
