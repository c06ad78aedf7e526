/*
 * What cmd/main.c says to people at the end.
 */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include <stdbool.h>

#include "base/err.h"
#include "cmd/cmd.h"

/* "otoscope: what", below it the place when there is one, and what to try. */
void report_err(const struct err *err);

/* Was all output written? A reader that went away does not count: it had enough.
 * ERR_SYSTEM. */
bool report_output(struct cmd_context *c, struct err *err);

#endif
