/*
 * Lines that were typed once, in a file for the next time: the newest last, only for its
 * owner's eyes. What cannot be read or written is done without.
 */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include "base/text.h"

/* Calls take for the lines of a file, the oldest first; at most the last 1000. */
void history_load(const char *path, void (*take)(void *ctx, struct text line), void *ctx);
/* Adds a line; makes the file and its directory when they are not there. */
void history_add(const char *path, struct text line);

#endif
