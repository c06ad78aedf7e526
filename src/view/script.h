/*
 * Screens without a terminal: a script types, waits and has the screen written out as
 * text. Screens are tested so, and reports can be made so.
 *
 * One command a line; what begins with # is a comment:
 *
 *	size 100x30   the screen's size from now on
 *	key j<down>   these keys, one after the other, as tui/key.h writes them
 *	type TEXT     the characters of the text
 *	wait          until nothing is awaited from the source
 *	wait TEXT     until the text stands on the screen, or the patience ends
 *	pass 2s       lets this time pass
 *	still         from now on no ages are told: for screens that are compared
 *	screen        writes the screen, and a line "--"
 *	styles        the same of its styles: a letter each (script.c), under the cursor a
 *	              capital, or '#'
 */
#ifndef VIEW_SCRIPT_H
#define VIEW_SCRIPT_H

#include <stdio.h>

#include "view/top.h"

struct script_options {
	struct text text;     /* the script */
	const char *name;     /* of its file, for errors */
	struct loop *loop;
	FILE *out;
	int64_t patience_ns;
};

/* Runs it, or up to where somebody quit. ERR_USAGE: a line that is none, with its number;
 * ERR_LOST: what was waited for did not come, and the screen is written. */
bool script_run(struct top *t, const struct script_options *o, struct err *err);

#endif
