/*
 * Asks a target's port mapper on which port the target listens, and when there is no such
 * node, which ones there are.
 */
#ifndef NODE_LOOKUP_H
#define NODE_LOOKUP_H

#include <stdint.h>

#include "base/err.h"
#include "base/loop.h"
#include "node/dial.h"
#include "node/node.h"

struct lookup;

/* err NULL: port is where it listens. Else ERR_CONNECT for no epmd, no node, or no answer
 * that is one; ERR_CANNOT for a node that is too old. The lookup is gone then. */
typedef void looked_up(void *ctx, uint16_t port, const struct err *err);

/*
 * Calls done once, never from inside; there is no time limit.
 *
 * t      must outlive the lookup
 * label  the target in messages
 * known  as of struct dial_to, for the port mapper's host
 */
struct lookup *lookup_start(struct loop *l, const struct target *t, struct text label,
			    struct addresses *known, looked_up *done, void *ctx);
/* done is not called; NULL is fine. */
void lookup_cancel(struct lookup *x);

/* Where to dial: the host that the person said, else what stands behind the '@'. */
struct text lookup_host(const struct target *t);

#endif
