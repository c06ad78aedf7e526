/*
 * The command that every table has: a query, run once or again and again, printed.
 */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include "cmd/cmd.h"
#include "tables/query.h"

/* Runs c->command->schema over c's sources with c's options. */
bool table_run(struct cmd_context *c, struct err *err);

/* Does the command line fit the table? Told before anything is dialled. ERR_USAGE. */
bool table_check(const struct cmd_context *c, const struct schema *s, struct err *err);

/*
 * The same for a command that shows its answers in its own way.
 *
 * o      what is asked; the options of the command line are added by table_options()
 * print  prints one answer
 */
struct query_options table_options(const struct cmd_context *c, const struct schema *s);
bool table_run_with(struct cmd_context *c, const struct schema *s,
		    const struct query_options *o,
		    void (*print)(struct cmd_context *c, const struct query *q,
				  const struct result *r),
		    struct err *err);

/* For commands that show one thing of the table when an argument names it: does the rest
 * of the command line fit that? ERR_USAGE: options that are for the table, or several
 * sources. */
bool table_check_one(const struct cmd_context *c, struct err *err);

/* A result that is awaited, and the callback of query_start() that takes it: ctx is one
 * of these. */
struct waiting_result {
	bool done;
	struct result *result;
};
void table_answered(void *ctx, struct result *r);

/* Prints the answer as a table. */
void table_print(struct cmd_context *c, const struct query *q, const struct result *r);

#endif
