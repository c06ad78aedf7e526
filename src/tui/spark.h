/*
 * Sparklines: the last values of something as a row of small bars, the newest at the
 * right. Two values a glyph where the terminal has braille, else one as an eighth block,
 * or as one of eight letters.
 */
#ifndef TUI_SPARK_H
#define TUI_SPARK_H

#include "tui/canvas.h"

/* How the values fill the height of a line. What is not finite is a gap, and blank. */
struct spark {
	const double *values; /* [n] the oldest first */
	size_t n;
	double low;  /* drawn as the lowest bar; low >= high: the range is that of the */
	double high; /* values, from 0 on unless ranged */
	bool ranged;
};

/* How many values so many columns show; more than that are cut at the old end. */
size_t spark_values(const struct canvas *c, size_t width);
/* Draws in a lane of so many columns; what there are no values for is blank. */
void spark_draw(struct pane p, size_t x, size_t y, size_t width, unsigned style,
		const struct spark *s);

#endif
