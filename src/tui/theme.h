/*
 * How styles look: enum style to what a terminal is told, by what it can.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "base/buf.h"

enum theme_colors {
	THEME_NONE, /* bold, underline and reverse tell all */
	THEME_8,
	THEME_16,
	THEME_256,
};

/* The sequence that makes what is written next look so, whatever was before.
 * style: enum style, perhaps with STYLE_CHOSEN. */
void theme_print(struct buf *out, enum theme_colors colors, unsigned style);
/* Its number among the 256; -1: the terminal's own. For tests. */
int theme_color(unsigned style);

#endif
