/*
 * What changes the target: collecting the garbage of processes, killing them, closing
 * ports. The caller has asked for leave.
 */
#ifndef TABLES_CHANGE_H
#define TABLES_CHANGE_H

#include "source/live.h"

#define CHANGE_MAX ((size_t)1000) /* processes, or ports, at once */

enum change {
	CHANGE_COLLECT, /* erlang:garbage_collect(Pid) */
	CHANGE_KILL,    /* exit(Pid, kill) */
	CHANGE_CLOSE,   /* port_close(Port) */
};

struct change_result {
	size_t done;
	size_t gone;          /* were not there any more */
	int64_t before_bytes; /* CHANGE_COLLECT: memory of all that are there still */
	int64_t after_bytes;
};

/* result: NULL with an err. */
typedef void changed(void *ctx, const struct change_result *result,
		     const struct err *err);

/*
 * Does it to n of them.
 *
 * creation  node_creation() of the node that the ids were read from: since they are used
 *           anew after a restart, they may be those of others. ERR_ABSENT then
 *
 * Returns false, with err, when it was not even asked: done is not called then. Otherwise
 * done is called once, never from inside.
 */
bool change_ask(struct live *l, enum change what, uint32_t creation, const int64_t *ids,
		size_t n, int64_t timeout_ns, changed *done, void *ctx, struct err *err);

#endif
