/*
 * The terminfo entries that are built into the program, for hosts without the files. They
 * are made by src/tui/make-entries.
 */
#ifndef TUI_ENTRIES_H
#define TUI_ENTRIES_H

#include <stddef.h>

struct entry {
	const char *name;
	const char *terminfo; /* "b64:...", as ncurses takes it in $TERMINFO */
};

extern const struct entry entries[];
extern const size_t nentries;

#endif
