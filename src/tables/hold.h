/*
 * System flags of the target that are on only while we look, and then as they were.
 *
 * A helper sets the flag and lives as long as our connection. Of scheduler_wall_time the
 * VM itself counts who wants it, by process, and forgets who ended. The other,
 * microstate_accounting, is one switch for all: the helper puts it back when the
 * connection is lost, but only if it was the one who turned it on; when somebody turns it
 * off meanwhile (another otoscope that ends), it turns it on again within a second and
 * puts it back from then on.
 */
#ifndef TABLES_HOLD_H
#define TABLES_HOLD_H

#include "source/live.h"

enum hold_flag {
	HOLD_WALL_TIME,   /* scheduler_wall_time */
	HOLD_MICROSTATES, /* microstate_accounting */
	HOLD_FLAGS,
};

/* Called once: the flag is on (err NULL), or can't be. */
typedef void hold_done(void *ctx, const struct err *err);

/* Has it on from now on, until the source is closed. done is never called from inside. */
void hold_flag(struct live *l, enum hold_flag flag, int64_t timeout_ns, hold_done *done,
	       void *ctx);

#endif
