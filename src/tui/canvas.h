/*
 * What is to stand on the screen: a grid of glyphs that views draw into. It goes to a
 * terminal (tui/terminal.h), or is read as text by scripts and tests.
 *
 * Nothing that is drawn can steer a terminal: texts are foreign, and controls in them are
 * shown as \n, \x07. Widths are those of base/utf8.h: no locale is asked.
 */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"
#include "tui/style.h"

/* A wall of screens has fewer columns and lines: what asks for more gets so many. */
#define CANVAS_SIDE_MAX ((size_t)2048)

/* One code point with what combines with it; a wide one covers the glyph to its right,
 * too. */
struct glyph {
	char bytes[13]; /* UTF-8; more marks than fit are left out */
	uint8_t len;    /* 0: the right half of a wide one */
	uint8_t width;  /* 1 or 2; 0: the right half */
	uint8_t style;  /* enum style, perhaps with STYLE_CHOSEN */
};

struct canvas {
	size_t width;
	size_t height;
	struct glyph *at; /* [height][width] */
	bool ascii;       /* what is beyond ASCII is drawn as \x{E9} */
	bool braille;     /* the terminal has the glyphs of charts; never with ascii */
	bool cursor;      /* it is shown, at: */
	size_t cursor_x;
	size_t cursor_y;
};

struct canvas *canvas_new(size_t width, size_t height);
void canvas_free(struct canvas *c); /* NULL is fine */
/* All blank afterwards. */
void canvas_resize(struct canvas *c, size_t width, size_t height);
/* All blank, no cursor. */
void canvas_clear(struct canvas *c);
const struct glyph *canvas_glyph(const struct canvas *c, size_t x, size_t y);
/* The lines without the blanks at their ends, each with '\n'. */
void canvas_text(const struct canvas *c, struct buf *out);

/*
 * A part of a canvas, with coordinates of its own: what is drawn outside is not drawn.
 * Passed by value.
 */
struct pane {
	struct canvas *canvas;
	size_t x, y; /* of its corner, on the canvas */
	size_t width, height;
};

struct pane pane_whole(struct canvas *c);
/* A part of a pane, cut to what there is of it. */
struct pane pane_part(struct pane p, size_t x, size_t y, size_t width, size_t height);
/* Cuts lines off the top, or off the bottom; as many as there are. */
struct pane pane_top(struct pane *p, size_t lines);
struct pane pane_bottom(struct pane *p, size_t lines);

/* Blanks, in a style. */
void pane_fill(struct pane p, unsigned style);
/* Changes the style of width glyphs, not what they are. */
void pane_restyle(struct pane p, size_t x, size_t y, size_t width, unsigned style);
/* Draws a text, cut at the pane's edge; what is cut ends in an ellipsis. Returns the
 * columns it took. */
size_t pane_text(struct pane p, size_t x, size_t y, unsigned style, struct text t);
/* The same in a lane of so many columns, of which all others become blank. */
size_t pane_lane(struct pane p, size_t x, size_t y, size_t width, unsigned style,
		 struct text t);
/* At the lane's right end. */
void pane_lane_right(struct pane p, size_t x, size_t y, size_t width, unsigned style,
		     struct text t);
size_t pane_printf(struct pane p, size_t x, size_t y, unsigned style, const char *format,
		   ...) __attribute__((format(printf, 5, 6)));
/* One glyph of ours, of width 1; ascii is drawn where there is nothing else. */
void pane_glyph(struct pane p, size_t x, size_t y, unsigned style, uint32_t cp,
		char ascii);
void pane_cursor(struct pane p, size_t x, size_t y);
/* Is that place of the canvas in the pane? For clicks. */
bool pane_has(struct pane p, size_t x, size_t y);

/* Columns that a text takes when it is drawn on this canvas. */
size_t canvas_width(const struct canvas *c, struct text t);

#endif
