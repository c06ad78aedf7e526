/*
 * The two halves of info.
 */
#ifndef CMD_INFO_H
#define CMD_INFO_H

#include "cmd/commands.h"

/* info without PID: the source itself, how we came to it, what it can, and what we cost
 * it. */
struct recording;
/* What a recording says of itself. */
bool recording_info_add(struct cmd_context *c, struct recording *r, struct fields *all,
			struct err *err);
bool source_info(struct cmd_context *c, struct err *err);

#endif
