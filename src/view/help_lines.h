/*
 * The lines of help: headings, sentences, and things with what they mean, which take as
 * many lines of the screen as they need.
 */
#ifndef VIEW_HELP_LINES_H
#define VIEW_HELP_LINES_H

#include "base/arena.h"
#include "tui/canvas.h"

/* "Up, k", "up", "the row above" */
struct help_entry {
	bool heading;   /* middle and help are empty */
	unsigned style; /* enum style, of left */
	struct text left;
	struct text middle;
	struct text help;
};

/* A line of the screen. */
struct help_line {
	size_t entry;
	size_t from, to; /* of its help */
	bool first;      /* the others of it stand in front */
};

struct help_lines {
	struct arena arena;
	struct help_entry *entries; /* [nentries] */
	size_t nentries;
	size_t entries_cap;
	size_t left; /* columns that the widest of each takes */
	size_t middle;

	struct help_line *at; /* [n] as they were laid out */
	size_t n;
	size_t cap;
	size_t help; /* where the help begins */
};

void help_lines_clear(struct help_lines *l);
/* Texts are copied. */
void help_lines_heading(struct help_lines *l, struct text t);
void help_lines_text(struct help_lines *l, struct text t);
void help_lines_add(struct help_lines *l, unsigned style, struct text left,
		    struct text middle, struct text help);

/* Lays out those that have a word, in any case of its letters, for so many columns. */
void help_lines_lay(struct help_lines *l, struct text word, size_t width);
/* Draws one line after the other, from the first on. */
void help_lines_draw(const struct help_lines *l, size_t first, struct pane p);

#endif
