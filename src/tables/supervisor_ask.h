/*
 * What only a supervisor itself knows: its strategy, how many restarts it puts up with
 * and had, how many children it should have.
 *
 * Each is sent two messages, and is not waited for: the call count_children, and a system
 * message that looks into its state in place, as foreign_text.h does, and sends five
 * small numbers. Nothing of its children travels.
 */
#ifndef TABLES_SUPERVISOR_ASK_H
#define TABLES_SUPERVISOR_ASK_H

#include "source/live.h"

/*
 * Fills the columns from SUPER_ANSWER on.
 *
 * t      of supervisors_schema or children_schema; it and done's ctx must live on
 * asked  [rows] is it a supervisor, for sure? Nobody else is sent a message: a gen_server
 *        of another kind would end at a call that it does not know
 *
 * done is called once, never from inside. A row whose supervisor does not answer says so.
 */
void supervisor_ask(struct live *l, struct table *t, const bool *asked,
		    int64_t timeout_ns, void (*done)(void *ctx), void *ctx);

#endif
