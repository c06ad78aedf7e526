/*
 * The rows of a table as a tree that opens and closes: which row stands under which, and
 * which of them are to be seen. Knows no screen.
 *
 * A row is under the one whose key its parent column has. Who says so may be anybody: the
 * dead, oneself, a circle (tables/tree.h).
 */
#ifndef VIEW_OUTLINE_H
#define VIEW_OUTLINE_H

#include "base/buf.h"
#include "base/table.h"

struct outline;

/* How one line of it stands there. */
struct outline_line {
	uint32_t row;
	uint32_t depth;
	uint32_t below; /* rows that are under it, at any depth */
	bool open;      /* those right under it are to be seen */
	bool last;      /* none of the same parent comes after it */
};

struct outline *outline_new(void);
void outline_free(struct outline *o); /* NULL is fine */

/*
 * Takes the rows of another reading. What was opened and closed is told by keys, and
 * stays so.
 *
 * ranked   all rows that are to be there, in the order that those of one parent have
 * matches  [t->nrows] the rows that are looked for: they, and whom they are under, stay,
 *          and all are open. NULL: nothing is looked for
 * key      the column that parent names; parent: the column that says whom a row is
 *          under
 * name     the column that says the same in words, where parent holds a text; or 0
 *
 * Costs about as much as there are rows.
 */
void outline_take(struct outline *o, const struct table *t, struct rows ranked,
		  const bool *matches, size_t key, size_t parent, size_t name);

/* The lines that are to be seen; hold until outline_take(), or until something opens. */
const struct outline_line *outline_lines(struct outline *o, size_t *n);

/* A line opens, or closes. False: there is nothing below it, or it was so before. */
bool outline_open(struct outline *o, size_t line, bool open);
/* It opens with all that is below; when all of that is open, it closes. */
bool outline_open_all(struct outline *o, size_t line);
/* The line that it is under; itself, when it is under none. */
size_t outline_parent(struct outline *o, size_t line);

/* What stands in front of a line's name: lines, whether it opens, and how many are below
 * what is closed. Ends in a blank where it is not empty. */
void outline_print(struct outline *o, size_t line, bool ascii, struct buf *out);

#endif
