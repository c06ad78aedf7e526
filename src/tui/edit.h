/*
 * A line edited on a terminal: libedit, between whoever gives bytes and whoever
 * completes.
 */
#ifndef TUI_EDIT_H
#define TUI_EDIT_H

#include <stdio.h>

#include "base/buf.h"
#include "tui/line.h"

struct edit;

/* What is no byte. */
enum {
	EDIT_END = -1,    /* nobody types any more */
	EDIT_BROKEN = -2, /* a signal came */
};

struct edit_options {
	FILE *in;  /* the terminal; it is set up, but never read from here */
	FILE *out; /* the same */
	int (*byte)(void *ctx); /* waits for the next one that is typed */
	size_t (*complete)(void *ctx, struct text before, struct line_offer *offer);
	void *ctx;              /* of byte */
	void *complete_ctx;
};

/* NULL: this terminal, or this host, cannot do it. */
struct edit *edit_open(const struct edit_options *o);
void edit_close(struct edit *e); /* NULL is fine */

/* Reads a line; the terminal is as before when it returns. False: EDIT_END or EDIT_BROKEN
 * came, which is in *why. */
bool edit_read(struct edit *e, const char *prompt, struct buf *line, int *why);
void edit_remember(struct edit *e, struct text line);

#endif
