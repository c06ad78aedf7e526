/*
 * Lines of a page: headings, fields under them, and things of a list, with a cursor. Some
 * of them lead to another page.
 */
#ifndef VIEW_DETAIL_LINES_H
#define VIEW_DETAIL_LINES_H

#include "base/arena.h"
#include "tui/canvas.h"
#include "tui/scroll.h"
#include "view/detail_goal.h"

enum line_kind {
	LINE_TEXT,    /* a sentence */
	LINE_HEADING,
	LINE_FIELD,   /* label and value, perhaps with help */
	LINE_ITEM,    /* of a list */
};

struct detail_line {
	enum line_kind kind;
	unsigned style;   /* enum style, of the text or the value */
	struct text label;
	struct text text; /* what is there, or the value */
	struct text help; /* what it means; or empty */
	struct goal goal; /* its word is in text */
};

struct lines {
	struct arena arena;
	struct detail_line *at; /* [n] */
	size_t n;
	size_t cap;
	size_t label_width; /* in bytes: labels are names of columns */
};

void lines_reset(struct lines *l); /* none, with room for as many again */
void lines_clear(struct lines *l); /* frees; usable afterwards */
/* Each adds one line; all texts are copied. */
void lines_heading(struct lines *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void lines_text(struct lines *l, unsigned style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void lines_field(struct lines *l, struct text label, struct text value);
/* A cell for people, with the help of its column when it is wanted; what it leads to is
 * seen. */
void lines_cell(struct lines *l, const struct column *about, enum unit unit,
		struct cell c, bool help);
void lines_number(struct lines *l, struct text label, enum unit unit, int64_t v);
void lines_item(struct lines *l, struct text t);
/* The one that was added last. */
struct detail_line *lines_last(struct lines *l);

/* The cursor is drawn where there is one; s NULL: there is none, from the first line. */
void lines_draw(const struct lines *l, struct scroll *s, struct pane p);

#endif
