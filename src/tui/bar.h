/*
 * Bars: a share as a filled part of a lane, with a mark where it begins to be too much.
 */
#ifndef TUI_BAR_H
#define TUI_BAR_H

#include "tui/canvas.h"

struct bar {
	double share; /* 0 to 1 is drawn; what is not finite draws nothing */
	double mark;  /* where the mark stands, between 0 and 1; else there is none */
};

/* Draws in a lane of so many columns, in eighths of a column where there are glyphs for
 * it. A share above 0 shows at least its least part. */
void bar_draw(struct pane p, size_t x, size_t y, size_t width, unsigned style,
	      const struct bar *b);

#endif
