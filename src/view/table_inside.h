/*
 * What the files of the table screen share.
 */
#ifndef VIEW_TABLE_INSIDE_H
#define VIEW_TABLE_INSIDE_H

#include "tui/input.h"
#include "view/choose.h"
#include "view/feed.h"
#include "view/filter.h"
#include "view/group.h"
#include "view/lanes.h"
#include "view/outline.h"
#include "view/ranking.h"
#include "view/table.h"
#include "view/table_keys.h"
#include "view/top.h"

#define TABLE_WHERES ((size_t)16)

/* How rows, or groups of them, are shown. */
struct table_layout {
	const struct schema *schema;
	size_t *columns;  /* [ncolumns] of schema, in order; there is room for all */
	size_t ncolumns;
	size_t sort;      /* column of schema; TABLE_NONE: as read */
	bool descending;
	size_t added;     /* a column that is shown only because it ranks; TABLE_NONE */
	size_t scrolled;  /* columns behind the first one that are scrolled out */
};

/* One --where. */
struct table_where {
	struct predicate *predicate;
	struct text text;    /* as it was typed */
	struct arena arena;
};

enum table_typing { TYPING_NONE, TYPING_FILTER, TYPING_SEARCH, TYPING_WHERE };

enum table_hold {
	HOLD_NONE,
	HOLD_LINE,   /* one row stays on its line, the others change places */
	HOLD_FOLLOW, /* the screen goes where the cursor's row goes */
};

/* What does not hold any more. */
enum table_stale {
	STALE_CHOICE = 1, /* which rows are there */
	STALE_ORDER = 2,  /* in which order */
	STALE_TREE = 4,   /* what of the tree is open */
};

/* The rows of the table, or of the groups, that are there. */
struct table_pick {
	struct arena arenas[2]; /* of now, and of the one before */
	unsigned arena;
	struct rows rows;       /* [n] found so far; at NULL: all */
	struct rows in;         /* those that are looked at; at NULL: all */
	size_t of;              /* so many */
	size_t seen;
	struct needle needle;   /* that it was made with */
	struct filter filter;
};

struct table_view {
	struct view view;
	struct arena arena;
	const struct schema *schema;
	struct feed *feed;
	const struct derived *d;
	struct table_layout rows;
	struct table_layout groups;
	struct table_layout *lay; /* one of the two */

	size_t group;             /* derived column; TABLE_NONE: no groups */
	struct groups *grouping;
	struct arena group_arena;
	struct table group_table; /* of this reading */
	struct arena group_rows;
	bool inside;              /* the last where is a group that was opened */
	size_t back_sort;         /* how the groups were then ranked, */
	bool back_descending;
	size_t back_cursor;       /* and which one it was */

	struct table_where where[TABLE_WHERES];
	size_t nwhere;
	enum table_typing typing;
	struct input input;
	struct needle filter;     /* len 0: none */
	struct needle search;
	int sought;               /* 1 downwards, -1 upwards: as soon as what it looks at
				   * was read of all rows */
	size_t *words;            /* [nwords] derived columns that both look at */
	size_t nwords;

	uint32_t creation;        /* of the node that the marks are of */
	unsigned version;         /* of the feed's table that all below is of */
	unsigned stale;           /* enum table_stale */
	struct table_pick pick;
	struct ranking ranking;   /* of the rows, or the groups, that are there */
	struct arena ranking_arena;
	const struct table_tree *tree;
	struct rows tree_rows;    /* at NULL: it is the ranking's order */
	size_t tree_column;       /* of lay->columns: where the prefixes stand */
	struct outline *outline;  /* of a table whose rows are a tree; or NULL */
	struct table_tree own_tree;

	size_t height;            /* rows that the pane had room for the last time */
	size_t top;               /* the first row that is shown */
	size_t cursor;
	bool bound;               /* it is on a row; else it stays on the first line */
	struct cell cursor_key;
	struct arena cursor_arena;
	enum table_hold hold;
	struct cell held_key;
	struct arena held_arena;
	size_t pin_row;           /* a row that is out of its place; TABLE_NONE */
	size_t pin_place;         /* its own */
	size_t pin_at;            /* where it is shown */
	struct table_keys marks;

	struct pane pane;         /* where it was drawn */
	struct lane *lanes;       /* [lay->ncolumns] and where its columns stood there */
	size_t nlanes;
	struct arena lanes_arena;
};

static inline struct table_view *table_view_of(struct view *v)
{
	return (struct table_view *)v;
}

/* table.c */
/* Tells the feed what is wanted now. */
void table_view_want(struct table_view *t);
/* A column of the layout that is shown, as one of the derived schema; TABLE_NONE: the
 * count of a group. */
size_t table_view_from(const struct table_view *t, size_t column);
bool table_view_take_key(struct view *v, struct key k);
bool table_view_is_typing(const struct view *v);
bool table_view_busy(const struct view *v);
void table_view_shown(struct view *v, bool on);
void table_view_free(struct view *v);

/* table_rows.c */
/* The rows, or the groups; NULL: nothing was read yet. */
const struct table *table_view_table(const struct table_view *t);
/* Brings up to date what is stale, or new. */
void table_view_update(struct table_view *t);
/* What is to be done anew: enum table_stale. */
void table_view_stale(struct table_view *t, unsigned stale);
size_t table_view_count(const struct table_view *t); /* rows that are shown */
/* The row of the table at a place; i < count. */
size_t table_view_row(struct table_view *t, size_t i);
/* The place of a row, or TABLE_NONE. */
size_t table_view_place(struct table_view *t, size_t row);
/* Is the choice not done yet? */
bool table_view_choosing(const struct table_view *t);
struct cell table_view_cell(const struct table_view *t, size_t row, size_t column,
			    bool *known);
struct cell table_view_key(const struct table_view *t, size_t row);
void table_view_bind(struct table_view *t); /* the cursor, to the row that it is on */
void table_view_to_top(struct table_view *t);

/* table_find.c */
bool table_view_add_where(struct table_view *t, struct text text, struct err *err);
void table_view_drop_where(struct table_view *t);
bool table_view_typed(struct table_view *t, struct key k);
/* Goes on with a search that had to wait for a sample. */
void table_view_search_on(struct table_view *t);
/* Was all that the filter and the search look at read of all rows? */
bool table_view_words_known(const struct table_view *t);

/* table_columns.c */
void table_view_usual(struct table_view *t);
void table_view_words(struct table_view *t);
bool table_view_columns(struct table_view *t, struct text list, struct err *err);
/* It is not shown any more. */
void table_view_take_off(struct table_layout *l, size_t column);
/* The column of a layout that a name means. ERR_USAGE: none. */
bool table_view_column(const struct table_layout *l, struct text name, size_t *column,
		       struct err *err);
void table_view_offer(const struct schema *s, struct offer *o); /* all its columns */
/* A column in a list to choose from. */
struct choice table_view_choice(const struct schema *s, size_t column, bool on);
/* The column that shows a base column: its rate, where it is a counter. */
size_t table_view_shown_as(const struct derived *d, size_t base);

/* table_sort.c */
void table_view_sort(struct table_view *t, size_t column);
/* The same; the one that ranks already turns the order around. */
void table_view_pick_sort(struct table_view *t, size_t column);
bool table_view_sort_by(struct table_view *t, struct text text, struct err *err);

/* table_settings.c: what was like that the last time. */
void table_view_restore(struct table_view *t);
/* Settings are told what is like that now; they keep it when they are saved. */
void table_view_remember_columns(struct table_view *t);
void table_view_remember_sort(struct table_view *t);

/* table_group.c */
void table_view_group(struct table_view *t, size_t column);
bool table_view_open_group(struct table_view *t, struct err *err);
/* Back to the groups, after one was opened. */
void table_view_leave_group(struct table_view *t);

/* table_tree.c */
/* Makes a tree of it, where its rows are one. */
void table_view_plant(struct table_view *t);
/* Opens, or closes, what is under the cursor's row. False: it was so, or is no tree. */
bool table_view_open(struct table_view *t, bool open);
/* To the row that the cursor's row is under. False: there is none. */
bool table_view_up_the_tree(struct table_view *t);

/* table_move.c */
void table_view_move(struct table_view *t, size_t to);
bool table_view_click(struct table_view *t, struct key k);

/* table_draw.c, table_status.c */
void table_view_draw(struct view *v, struct pane p);
void table_view_status(struct table_view *t, struct pane p);

/* What actions do, in the files above. */
typedef bool table_action(struct view *v, struct text argument, struct err *err);
typedef void table_complete(struct view *v, struct text before, struct offer *o);
table_action table_do_up, table_do_down, table_do_page_up, table_do_page_down,
	table_do_first, table_do_last, table_do_open, table_do_mark, table_do_mark_all,
	table_do_unmark, table_do_hold, table_do_follow;
table_action table_do_sort, table_do_sort_left, table_do_sort_right, table_do_reverse,
	table_do_by_reductions, table_do_by_memory, table_do_by_binary,
	table_do_by_heap, table_do_by_queue;
table_action table_do_columns, table_do_left, table_do_right;
table_action table_do_filter, table_do_search, table_do_next, table_do_previous,
	table_do_where;
table_action table_do_tree, table_do_fold_all;
table_action table_do_group, table_do_back, table_do_chart;
table_complete table_complete_sort, table_complete_columns, table_complete_where,
	table_complete_group;

#endif
