/*
 * Names and applications of the processes that rows belong to, for tables with an owner
 * column.
 */
#ifndef TABLES_OWNER_H
#define TABLES_OWNER_H

#include "tables/question.h"

/*
 * Fills the columns of the question that name the owner and its application, as far as
 * they are wanted; each owner is asked for once. One that is gone, is of another node, or
 * does not answer in time leaves its cells null.
 *
 * done  called once, never from inside; r must live until then
 */
void owner_names(struct reading *r, const struct question *q, int64_t timeout_ns,
		 void (*done)(void *ctx), void *ctx);

#endif
