/*
 * What only a supervisor itself knows: its strategy, how many restarts it puts up with
 * and had, how many children it should have.
 *
 * Each is sent two messages, and is not waited for: the call count_children, and a system
 * message that looks into its state in place, as foreign_text.h does, and sends five
 * small numbers. Where names of children are wanted a third asks for those of the first
 * children: foreign_children.h.
 */
#ifndef TABLES_SUPERVISOR_ASK_H
#define TABLES_SUPERVISOR_ASK_H

#include "source/live.h"

struct supervisor_question {
	struct live *live;
	struct table *table;  /* of supervisors_schema or children_schema; must live on */
	const bool *asked;    /* [rows] is it a supervisor, for sure? Nobody else is sent
			       * a message: a gen_server of another kind would end at a
			       * call that it does not know */
	uint64_t columns;     /* that are wanted */
	enum syntax syntax;   /* of the names of children */
	int64_t timeout_ns;
};

/* Fills the columns of SUPER_ASKED. done is called once, never from inside. A row whose
 * supervisor does not answer says so. */
void supervisor_ask(const struct supervisor_question *q, void (*done)(void *ctx),
		    void *ctx);

#endif
