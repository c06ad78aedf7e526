/*
 * target_find() for those who must not wait: in a child, since it may ask a port mapper
 * that does not answer, and reads what /proc tells of each process.
 */
#ifndef NODE_SEEK_H
#define NODE_SEEK_H

#include "base/loop.h"
#include "node/target.h"

struct seek;

/* Called once. The target lives as long as the call; err NULL: it was found. */
typedef void seek_found(void *ctx, const struct target *t, const struct err *err);

/*
 * word   as target_find() has it
 * other  what it is looked for as when it is not found by that word; or empty. A node
 *        found by word then counts only when it is called so
 *
 * NULL: err says why there can be no child.
 */
struct seek *seek_start(struct loop *l, const struct machine *m,
			const struct target_options *o, struct text word,
			struct text other, seek_found *done, void *ctx, struct err *err);
/* done is not called; NULL is fine. */
void seek_cancel(struct seek *s);

#endif
