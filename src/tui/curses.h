/*
 * What a kind of terminal understands, as terminfo says: the host's, or what is built
 * in, or what is true of all that people use.
 */
#ifndef TUI_CURSES_H
#define TUI_CURSES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/key.h"

#define CURSES_KEYS 40

struct curses {
	int colors;     /* 0: none */
	bool modern;    /* an emulator with the private modes of xterm */
	bool mouse;
	char enter[48]; /* to a screen of its own, and back; may be empty */
	char leave[48];
	struct key_own keys[CURSES_KEYS];
	size_t nkeys;
	size_t width; /* when the terminal itself does not tell */
	size_t height;
};

/* Is that the name of a terminal of the time before UTF-8? */
bool curses_old(const char *term);

/* term: $TERM. ERR_CANNOT: screens cannot be shown on it. */
bool curses_read(struct curses *c, const char *term, struct err *err);

#endif
