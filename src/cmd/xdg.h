/*
 * Where a user's programs keep what they keep.
 * Source: XDG Base Directory Specification.
 */
#ifndef CMD_XDG_H
#define CMD_XDG_H

#include "cmd/cmd.h"

/* The path of a file of ours; NULL when nobody says where home is. The directories may
 * not be there yet. */
const char *xdg_state(struct cmd_context *c, const char *file);  /* what was typed */
const char *xdg_config(struct cmd_context *c, const char *file); /* settings */

#endif
