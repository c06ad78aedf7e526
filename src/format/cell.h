/*
 * One cell as people read it.
 */
#ifndef FORMAT_CELL_H
#define FORMAT_CELL_H

#include "base/table.h"

/* A cell for people: human units, "-" for null; not yet fit to be shown (utf8_show()).
 * Returns whether it is a number, which stands at the right. */
bool format_cell(struct buf *out, const struct column *about, enum unit unit,
		 struct cell c);

#endif
