/*
 * Lines that somebody types, or that a program writes: one after the other, while the
 * loop runs on.
 *
 * On a terminal that can do it the line is edited, with history and completion (libedit);
 * on any other the terminal's own editing serves. From what is no terminal lines are just
 * read. Knows nothing of what the lines say.
 */
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include <stdbool.h>

#include "base/loop.h"
#include "base/text.h"

struct line;

/* Takes a candidate for the last word of what was typed: all of the word. */
struct line_offer {
	void (*take)(struct line_offer *o, struct text word);
};

struct line_options {
	struct loop *loop;   /* catches signals */
	const char *history; /* the file that keeps it; NULL: it is not kept */
	/* Offers what the word before the cursor may become. before: the line up to
	 * there. Returns the bytes of that word. NULL: nothing is completed. */
	size_t (*complete)(void *ctx, struct text before, struct line_offer *offer);
	void *ctx;
};

enum line_got {
	LINE_TEXT,   /* one line, without its end */
	LINE_END,    /* there are no more */
	LINE_BROKEN, /* Ctrl-C: what was typed is gone */
	LINE_SIGNAL, /* another signal: the program is to end */
	LINE_LONG,   /* a line over 1 MB was thrown away */
};

struct line *line_open(const struct line_options *o);
void line_close(struct line *l); /* NULL is fine; the terminal is as it was */

/* Does somebody sit there? */
bool line_is_terminal(const struct line *l);

/* Waits for the next line. prompt: shown to people; ASCII. The line is a view that holds
 * until the next call; it goes into the history. */
enum line_got line_read(struct line *l, const char *prompt, struct text *line);

#endif
