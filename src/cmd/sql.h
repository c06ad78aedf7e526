/*
 * What the files of the sql command share: running statements, and telling what is wrong.
 */
#ifndef CMD_SQL_H
#define CMD_SQL_H

#include "cmd/cmd.h"
#include "sql/sql.h"

/* A connection over the context's sources. */
struct sql_session {
	struct cmd_context *c;
	struct sql *sql;
	size_t answers;    /* that were printed */
	bool *failing;     /* [nsources] this one did not answer the last time */
	size_t missed;     /* rows that were missing then */
	uint64_t notes;    /* hash of the last ones */
};

struct sql_options sql_session_options(struct cmd_context *c);
/* Runs a statement once and prints its rows; what fails is told. False when it failed or
 * a signal came. */
bool sql_session_run(struct sql_session *s, struct sql_statement *st);
/* Runs all statements of a text, until one fails. */
bool sql_session_text(struct sql_session *s, struct text text);

/* Statements from stdin: typed at a prompt when it is a terminal. */
bool sql_prompt(struct sql_session *s, struct err *err);

#endif
