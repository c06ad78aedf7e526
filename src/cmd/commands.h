/*
 * The functions that cmd/list.c puts into its rows: what checks a command line, and what
 * runs the command.
 */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cmd/cmd.h"

bool call_run(struct cmd_context *c, struct err *err);
bool completion_run(struct cmd_context *c, struct err *err);
bool ets_check(struct cmd_context *c, struct err *err);
bool ets_run(struct cmd_context *c, struct err *err);
bool help_run(struct cmd_context *c, struct err *err);
bool info_run(struct cmd_context *c, struct err *err);
bool leaks_check(struct cmd_context *c, struct err *err);
bool leaks_run(struct cmd_context *c, struct err *err);
bool match_run(struct cmd_context *c, struct err *err);
bool memory_run(struct cmd_context *c, struct err *err);
bool messages_run(struct cmd_context *c, struct err *err);
bool nodes_run(struct cmd_context *c, struct err *err);
bool port_check(struct cmd_context *c, struct err *err);
bool port_run(struct cmd_context *c, struct err *err);
bool record_check(struct cmd_context *c, struct err *err);
bool record_run(struct cmd_context *c, struct err *err);
bool snapshot_check(struct cmd_context *c, struct err *err);
bool snapshot_run(struct cmd_context *c, struct err *err);
bool sql_check(struct cmd_context *c, struct err *err);
bool sql_run(struct cmd_context *c, struct err *err);
bool stack_run(struct cmd_context *c, struct err *err);
bool state_run(struct cmd_context *c, struct err *err);
bool supervisors_check(struct cmd_context *c, struct err *err);
bool supervisors_run(struct cmd_context *c, struct err *err);
bool top_check(struct cmd_context *c, struct err *err);
bool top_run(struct cmd_context *c, struct err *err);
bool trace_check(struct cmd_context *c, struct err *err);
bool trace_run(struct cmd_context *c, struct err *err);
bool version_run(struct cmd_context *c, struct err *err);

/* The table of nodes. */
extern const struct schema nodes_schema;

/* What otoscope prints without a command, and help on one command. */
void help_print_all(FILE *out);
void help_print(FILE *out, const struct command *command);

#endif
