/*
 * Names of the processes that rows belong to, for tables with an owner column.
 */
#ifndef TABLES_OWNER_H
#define TABLES_OWNER_H

#include "tables/question.h"

/*
 * Fills a column with the names, as processes.name has them, of the pids in another
 * one; each is asked for once. An owner that is gone, is of another node, or does not
 * answer in time leaves its cells null.
 *
 * done  called once, never from inside; r must live until then
 */
void owner_names(struct reading *r, size_t pids, size_t names, int64_t timeout_ns,
		 void (*done)(void *ctx), void *ctx);

#endif
