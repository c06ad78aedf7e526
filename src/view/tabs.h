/*
 * Tabs: the tables, by what their schemas say they belong to. A new table is in one
 * without a line here.
 */
#ifndef VIEW_TABS_H
#define VIEW_TABS_H

#include "base/arena.h"
#include "base/table.h"
#include "tui/canvas.h"

struct tab {
	const char *name;
	const struct schema **tables; /* [ntables] side by side */
	size_t ntables;
	size_t first; /* number of tables[0] among all tables of the tabs */
	size_t current;
};

struct tabs {
	struct tab *at; /* [n] */
	size_t n;
	size_t ntables; /* of all tabs */
	size_t current;
};

/* Of n tables those for which has() is true; where it is true for none, the first one. */
struct tabs tabs_make(struct arena *a, const struct schema *const *tables, size_t n,
		      bool (*has)(void *ctx, const struct schema *s), void *ctx);
/* Is it the one with the header over the processes? */
bool tabs_at_home(const struct tabs *t);
/* Makes the table the current one. False: it is in none. */
bool tabs_choose(struct tabs *t, const struct schema *schema);
/* Makes the table that is steps further the current one, from tab to tab. */
void tabs_step(struct tabs *t, int steps);
const struct schema *tabs_schema(const struct tabs *t);
/* The number of the current table, below ntables. */
size_t tabs_number(const struct tabs *t);

/* The columns that the tabs take when nothing is shortened, at most the pane's. */
size_t tabs_width(const struct tabs *t, struct pane p);
/* Draws them into one line: with their numbers, the open one with its table; shortened as
 * it has to be. */
void tabs_draw(const struct tabs *t, struct pane p);
/* The tab that was drawn at this column, or t->n. */
size_t tabs_at(const struct tabs *t, struct pane p, size_t x);

#endif
