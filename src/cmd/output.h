/* Standard output that lets the loop run while nobody reads it. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stdio.h>

#include "cmd/cmd.h"

/* Of c, which must live longer. A signal ends a write with EINTR. */
FILE *output_open(struct cmd_context *c);
/* What was not flushed is dropped. NULL is fine. */
void output_close(FILE *f);

#endif
