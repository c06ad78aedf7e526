/*
 * Which processes are traced: from what a person calls them to pids.
 */
#ifndef TRACE_WHOM_H
#define TRACE_WHOM_H

#include "trace/plan.h"

struct whom {
	struct arena arena;
	enum trace_whom whom;
	const uint64_t *pids; /* [npids] of TRACE_PIDS, and of TRACE_NEW those too; each
			       * once */
	size_t npids;
	size_t missed;        /* processes that could not be asked who they are */
};

/* whom: the callee's; NULL with ERR_ABSENT: one that is named is not there. */
typedef void whom_done(void *ctx, struct whom *whom, const struct err *err);

/*
 * options.pids: pids, names, and the words all, existing and new; any of them. With apps
 * or initial_calls those processes too whose application is one of the first, and whose
 * initial call is one of the second, where both are given. Nothing given: all.
 *
 * The options live until done is called; that may be from inside.
 */
void whom_choose(struct live *l, const struct trace_options *o, whom_done *done,
		 void *ctx);
void whom_free(struct whom *w); /* NULL is fine */

#endif
