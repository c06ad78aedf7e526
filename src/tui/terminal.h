/*
 * The terminal: keys come in, a canvas goes out, and whatever happens it is afterwards as
 * it was before: its modes, its screen, its cursor, its mouse.
 *
 * What it understands is asked of terminfo; entries for those that people use are
 * in the program, for hosts without the files. Characters are UTF-8 without a locale.
 */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "base/err.h"
#include "base/loop.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct terminal;

struct terminal_options {
	struct loop *loop;
	const char *term;     /* $TERM */
	const char *locale;   /* $LC_ALL, $LC_CTYPE or $LANG, the first that is set; or
			       * empty */
	const char *colorterm; /* $COLORTERM; or empty */
	bool color;           /* colours are wanted */
	bool ascii;           /* nothing beyond ASCII is */
	bool mouse;
	/* Called from the loop. */
	void (*key)(void *ctx, struct key k);
	void (*resized)(void *ctx); /* also when it is there again after Ctrl-Z */
	void (*gone)(void *ctx);    /* it was hung up: nobody sits there any more */
	void *ctx;
};

/* Takes over the terminal of stdin and stdout. ERR_SYSTEM, ERR_CANNOT: they are none, or
 * it cannot be used ($TERM is "dumb"). */
struct terminal *terminal_open(const struct terminal_options *o, struct err *err);
void terminal_close(struct terminal *t); /* NULL is fine */

void terminal_size(const struct terminal *t, size_t *width, size_t *height);
bool terminal_ascii(const struct terminal *t);   /* nothing beyond ASCII can be shown */
bool terminal_braille(const struct terminal *t); /* the glyphs of charts can be */

/* Makes the screen look like the canvas; sends only what changed. Never waits: while the
 * terminal does not take what was sent, newer canvases replace each other. */
void terminal_show(struct terminal *t, const struct canvas *c);
/* Draws everything anew with the next terminal_show(), and sets the modes again:
 * something else used it. */
void terminal_spoiled(struct terminal *t);
/* As Ctrl-Z: the terminal is given back until we are continued. */
void terminal_suspend(struct terminal *t);

#endif
