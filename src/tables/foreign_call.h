/*
 * One remote call with literal arguments, its value reduced on the target before it
 * travels.
 */
#ifndef TABLES_FOREIGN_CALL_H
#define TABLES_FOREIGN_CALL_H

#include "tables/foreign.h"
#include "tables/process_detail.h"

/* Is this call known only to read, at a cost that is bounded? What is not known to may
 * change anything. */
bool foreign_only_reads(const struct term_call *call);

struct called {
	struct arena arena;
	enum syntax syntax;        /* that the texts are written in */
	bool ok;                   /* it returned */
	struct foreign_part value; /* or what it was thrown, exited or failed with */
	struct text class;         /* "throw", "exit", "error"; empty when it returned */
	struct detail_list stack;  /* where that happened, the innermost call first */
};

/* called: the callee's; NULL with ERR_ABSENT when there is no such function (or no such
 * name among the arguments: then no process or table has it either), ERR_CANNOT when its
 * value was too large, ERR_LOST when it took too long. */
typedef void call_done(void *ctx, struct called *called, const struct err *err);

/*
 * Calls it in a helper, which is ended with the timeout. Makes no atom on the target: a
 * name that the target does not know is no function there.
 */
void foreign_call(struct live *l, const struct term_call *call,
		  const struct foreign_request *rq, call_done *done, void *ctx);
void called_free(struct called *c); /* NULL is fine */

#endif
