/*
 * Who still runs the old code of a module, for the modules table.
 */
#ifndef TABLES_MODULE_USERS_H
#define TABLES_MODULE_USERS_H

#include "tables/question.h"

/* As question_ask() for the modules table; then each process of the node is asked about
 * each module of the answer that has old code. */
void module_users_ask(struct live *l, const struct request *rq, const struct question *q,
		      source_done *done, void *ctx);

#endif
