/*
 * What the files of the pages share.
 *
 * A page reads its row at the interval, with all columns, and keeps the last one when it
 * is gone. Sections are made of that row, or ask for more: at each reading, or only when
 * somebody wants it. Nothing waits: each section shows what there is, with its age.
 */
#ifndef VIEW_DETAIL_INSIDE_H
#define VIEW_DETAIL_INSIDE_H

#include "view/detail.h"
#include "view/detail_lines.h"
#include "view/feed.h"
#include "view/fold_pane.h"
#include "view/top.h"

struct detail;
struct section;
struct detail_ask;

enum section_flags {
	SECTION_LIVE = 1,   /* only a live node can tell */
	SECTION_DEMAND = 2, /* it disturbs who is asked: once, and then by a key only */
};

/* What can be told: constant. */
struct section_about {
	const char *name;
	const char *help;
	unsigned flags; /* enum section_flags */
	/* Asks for what it needs; detail_ask_new() and its end tell when. NULL: the row
	 * is all. */
	void (*ask)(struct detail *d, struct section *s);
	/* Makes the lines anew. Where there is a fold they stand above it, without a
	 * cursor. */
	void (*make)(struct detail *d, struct section *s);
	/* Draws what is no lines and no fold; NULL: nothing is. */
	void (*draw)(struct detail *d, struct section *s, struct pane p);
	/* Has more asked for the next time; false: it is the most already. NULL: there is
	 * never more. */
	bool (*more)(struct detail *d, struct section *s);
};

struct section {
	const struct section_about *about;
	struct lines lines;
	struct scroll scroll;
	struct fold_pane fold;  /* fold.fold NULL: it has none */
	bool asked;             /* at least once; false again: wanted anew */
	struct detail_ask *ask; /* that is awaited */
	int64_t at_ns;          /* loop_now() of the last answer; 0: none came */
	struct err err;         /* why the last one did not come */
	bool stale;             /* its lines are to be made anew */
};

struct detail_kind {
	const struct schema *schema; /* NULL: any */
	const struct section_about *sections; /* [nsections] the first is shown first */
	size_t nsections;
	size_t size;    /* of what it keeps in detail.own; zeroed */
	bool whole;     /* all columns are read at the interval; otherwise those of
			 * COLUMN_ASKED only once, and by a key */
	/* Draws a line that is always there, above the sections; NULL: there is none. */
	void (*head)(struct detail *d, struct pane p);
	void (*clear)(void *own); /* may be NULL */
};

const struct detail_kind *detail_kind_of(const struct schema *schema);

struct detail {
	struct view view;
	struct arena arena;
	const struct detail_kind *kind;
	const struct schema *schema;
	struct cell key;
	struct feed *feed;
	uint32_t creation;       /* of the node that the key is of; 0: not known */
	struct text home;        /* its name; empty: not asked for yet */
	struct arena row_arena;
	struct table row;        /* the last one, with rates; nrows 0: none came yet */
	int64_t row_at_ns;
	struct sample *asked;    /* columns that are not read at the interval */
	size_t readings;         /* of the feed, that were looked at */
	bool gone;               /* it is not there any more */
	bool restarted;          /* nor is its node: another one has its name */
	struct section *sections; /* [kind->nsections] */
	size_t current;
	struct pane tabs;        /* where they stood the last time: the sections, */
	struct pane body;        /* and the lines that have a cursor */
	void *own;
};

static inline struct detail *detail_of(struct view *v)
{
	return (struct detail *)v;
}

/* A cell of the row, by its column's name; null when there is none. */
struct cell detail_cell(const struct detail *d, const char *column);
/* The live node, unless the row is none of it any more. */
struct live *detail_live(const struct detail *d);
/* The name of the node that terms come from; it lives as long as the page. */
struct text detail_home(struct detail *d);
/* The lines of all sections are to be made anew, and the screen drawn. */
void detail_stale(struct detail *d);

/*
 * What is asked of a node, answered when the page may be gone. A section awaits one at a
 * time.
 */
struct detail_ask *detail_ask_new(struct detail *d, struct section *s);
/* The first thing that whoever was called back does: tells the section and the page, and
 * takes the err (NULL: none). False: nobody waits any more. */
bool detail_ask_end(struct detail_ask *a, const struct err *err, struct detail **d,
		    struct section **s);

/* All columns of the row, with what they mean; and asking for those that are not read at
 * the interval. */
void detail_make_row(struct detail *d, struct section *s);
void detail_ask_row(struct detail *d, struct section *s);

/* The view: keys in detail_actions.c, the screen in detail_draw.c, the rest in
 * detail.c. */
void detail_draw(struct view *v, struct pane p);
bool detail_key(struct view *v, struct key k);
bool detail_typing(const struct view *v);
void detail_shown(struct view *v, bool on);
void detail_free(struct view *v);

/* Moves the cursor of the section that is shown. */
void detail_move(struct detail *d, ptrdiff_t lines);
/* The section whose name is drawn there, or nsections. */
size_t detail_section_at(const struct detail *d, size_t x);
/* A click or the wheel. False: it hits nothing. */
bool detail_mouse(struct detail *d, struct key k);

/* Shows a section. */
void detail_go(struct detail *d, size_t section);
/* Asks for all that is on the screen again. */
void detail_refresh(struct detail *d);

#endif
