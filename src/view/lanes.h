/*
 * Lanes: where the columns of a table stand on a screen of some width.
 */
#ifndef VIEW_LANES_H
#define VIEW_LANES_H

#include <stdbool.h>
#include <stddef.h>

struct lane {
	size_t least;  /* columns that it needs: its heading, and its numbers whole */
	size_t wish;   /* what it would like */
	bool right;    /* numbers: they stand at the right */
	bool hidden;   /* there is no room for it; may be set before: it is not wanted */
	size_t width;  /* what it gets */
	size_t x;
};

/* Blanks between two. */
#define LANES_GAP ((size_t)1)

/*
 * Lays out n lanes in so many columns: the widest that may be cut are cut first, down to
 * what they need; then those from the right are left out, but never the first one, nor
 * keep (SIZE_MAX: none). What is left over goes to those that were cut, and then to the
 * last one, unless that is a number. Returns how many are hidden.
 */
size_t lanes_lay(struct lane *lanes, size_t n, size_t columns, size_t keep);

#endif
