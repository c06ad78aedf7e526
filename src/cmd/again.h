/*
 * Sources of the command line, opened again when they were lost. Nothing here waits.
 */
#ifndef CMD_AGAIN_H
#define CMD_AGAIN_H

#include "cmd/cmd.h"
#include "view/link.h"

struct again;

/*
 * word    what the source was called on the command line
 * source  open, or NULL: it could not be opened at first
 *
 * Nobody is looked for when the only node of this host was meant, or a process, but by
 * the name that its node then had: another one may be there by now.
 */
struct again *again_new(struct cmd_context *c, struct text word,
			const struct source *source);
void again_free(struct again *a); /* NULL is fine */

struct link_dialler again_dialler(struct again *a);

#endif
