/*
 * The screen of any table: its rows under a heading, chosen, ranked, grouped, marked,
 * with a cursor. It knows nothing of any table but its schema.
 */
#ifndef VIEW_TABLE_H
#define VIEW_TABLE_H

#include "base/table.h"
#include "view/view.h"

/* The view of a table of a link. */
struct view *table_view_new(struct top *t, struct link *l, const struct schema *schema);

/* Is it one? */
bool table_view_is(const struct view *v);
const struct schema *table_view_schema(const struct view *v);
const struct derived *table_view_derived(const struct view *v);
/* The column of those that ranks; TABLE_NONE: as read. */
size_t table_view_ranked(const struct view *v);

/* What a person asked for, as on the command line; what is empty stays. */
struct table_setup {
	struct text sort;           /* "memory", "+memory" */
	const struct text *columns; /* [ncolumns] */
	size_t ncolumns;
	const struct text *where;   /* [nwhere] */
	size_t nwhere;
};
bool table_view_set(struct view *v, const struct table_setup *s, struct err *err);
/* Could a view of this table be set so? ERR_USAGE: no. */
bool table_setup_check(const struct schema *schema, const struct table_setup *setup,
		       struct err *err);

/* The rows that are shown, also those behind the screen's edge, in their order. */
struct table_copy {
	struct table table;
	size_t *columns; /* [ncolumns] that are shown */
	size_t ncolumns;
	size_t unknown;  /* cells that were not read: only rows on the screen have them */
};
/* All in the arena. ERR_CANNOT: nothing was read yet. */
bool table_view_copy(struct view *v, struct table_copy *out, struct arena *arena,
		     struct err *err);

/* The key of the row under the cursor. False: there is none, or it is a group. */
bool table_view_chosen(struct view *v, struct cell *key);
/* The keys of the rows that are marked, or of the one under the cursor when none is.
 * They hold until the loop runs again. */
const struct cell *table_view_marked(struct view *v, size_t *n);
/* Of the node that they are of: feed_creation(). */
uint32_t table_view_creation(const struct view *v);

/*
 * An order that comes from elsewhere, such as a tree: which rows stand where, and what is
 * drawn in front of their names.
 */
struct table_tree {
	/* ranked: all rows of t, as they would stand without it. matches: [t->nrows]
	 * those that are looked for; NULL: all. Fills out->at, which has room for all
	 * rows. */
	void (*order)(void *ctx, const struct table *t, struct rows ranked,
		      const bool *matches, struct rows *out);
	/* The same once more, after something was opened or closed, of what order() was
	 * given last. */
	void (*again)(void *ctx, struct rows *out);
	/* Adds what is drawn in front of the name of the row at a place of that order. */
	void (*prefix)(void *ctx, size_t place, struct buf *out);
	uint64_t needs; /* columns of the schema that it reads of all rows */
	void *ctx;
};
/* NULL: ranked again. Stays the caller's. */
void table_view_tree(struct view *v, const struct table_tree *tree);
/* Something of it was opened, or closed. */
void table_view_reorder(struct view *v);

extern const struct view_ops table_view_ops;

#endif
