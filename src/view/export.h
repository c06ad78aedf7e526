/*
 * What is on the screen, into files: the rows of a table, or the screen as text.
 */
#ifndef VIEW_EXPORT_H
#define VIEW_EXPORT_H

#include <stdio.h>

#include "base/arena.h"
#include "view/view.h"

/* Actions of the command line: write, write!, screen. */
extern const struct action export_actions[];
extern const size_t export_nactions;

/* Writes a file of its own; another's is replaced only if over. name: "~/a.csv" as a
 * shell has it. *path: in the arena. ERR_SYSTEM. */
bool export_file(struct text name, bool over, void (*write)(void *ctx, FILE *file),
		 void *ctx, struct arena *a, const char **path, struct err *err);

#endif
