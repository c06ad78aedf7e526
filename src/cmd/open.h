/*
 * From the words of the command line to open sources.
 */
#ifndef CMD_OPEN_H
#define CMD_OPEN_H

#include "cmd/cmd.h"

/*
 * Opens all sources that were named, side by side, or the only node of this host when
 * none was. Failures are told as they come. Returns false when there is nothing to go on
 * with: none could be opened, or a signal came.
 */
bool open_sources(struct cmd_context *c);
/* Closes them; with --verbose it says what they cost. */
void close_sources(struct cmd_context *c);

/* Is this bare name known to the port mapper? ctx is a struct cmd_context. */
bool open_known(void *ctx, struct text name);

#endif
