/*
 * Where one is in a list: the line with the cursor, and the first of those that there is
 * room for.
 */
#ifndef TUI_SCROLL_H
#define TUI_SCROLL_H

#include <stddef.h>

enum { SCROLL_WHEEL = 3 }; /* lines that one turn of the wheel moves by */

/* Zeros: at the first line. */
struct scroll {
	size_t cursor;
	size_t top;    /* the first that is shown */
	size_t height; /* lines that there was room for the last time */
};

/* Moves the cursor by so many lines, as far as there are any: n, of which it may have
 * been more before. */
void scroll_by(struct scroll *s, ptrdiff_t lines, size_t n);
/* Before n lines are drawn in so many: the cursor is in sight. */
void scroll_fit(struct scroll *s, size_t n, size_t height);

#endif
