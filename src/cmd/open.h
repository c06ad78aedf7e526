/*
 * From the words of the command line to open sources.
 */
#ifndef CMD_OPEN_H
#define CMD_OPEN_H

#include "cmd/cmd.h"
#include "source/live.h"

/*
 * Opens all sources that were named, side by side, or the only node of this host when
 * none was. Failures are told as they come. Returns false when there is nothing to go on
 * with: none could be opened, or a signal came.
 */
bool open_sources(struct cmd_context *c);
/* Starts to open one of them again, by its word. NULL: it can't even be tried, err says
 * why. What is found of it lives in the arena, which must live as long as the source. */
struct source *open_again(struct cmd_context *c, struct text word, struct arena *arena,
			  live_opened *opened, void *ctx, struct err *err);
/* Closes them; with --verbose it says what they cost. */
void close_sources(struct cmd_context *c);

/* Is this bare name known to the port mapper? ctx is a struct cmd_context. */
bool open_known(void *ctx, struct text name);

#endif
