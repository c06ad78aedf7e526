/*
 * A term as a tree of lines that open and close: what is closed is one line with a
 * summary, what is open has a line for each of its parts.
 *
 * Only what is open is looked at, so that a term of any size opens at once. Places are
 * told apart by their path (keys of maps, numbers in lists and tuples): what was open
 * stays open when a newer term takes the place of an older one. Terms are foreign:
 * nothing here recurses, and lines, depth and what is searched are bounded.
 */
#ifndef VIEW_FOLD_H
#define VIEW_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "term/term.h"

#define FOLD_LINES_MAX 200000    /* that are shown; the last one then says so */
#define FOLD_DEPTH_MAX 500       /* what is deeper does not open */
#define FOLD_SEARCH_MAX 200000   /* places looked at by one search */

struct fold_style {
	enum syntax syntax;
	struct text home; /* as term_style.home; must outlive the fold */
	bool redact;      /* what stands under the name of a secret is masked, and cannot
			   * be searched */
	bool pairs;       /* the term is a list of {Key, Value}: a dictionary */
	bool things;      /* it is a list of which the elements are what matters */
};

struct fold;

struct fold *fold_new(const struct fold_style *style);
void fold_free(struct fold *f); /* NULL is fine */
/* Shows this term from now on; it must live until the next one is set. NULL: none. */
void fold_set(struct fold *f, const struct term *t);

struct fold_line {
	uint64_t id;       /* of its place: the same in a newer term */
	size_t depth;
	bool opens;        /* there is something in it */
	bool open;
	bool numbered;     /* its label is its number in a list or tuple */
	bool cut;          /* stands for what was left out */
	bool masked;
	bool found;        /* what was searched for is in it */
	struct text label; /* "name: ", or empty */
	struct text value; /* "42", or a summary: "%{...} 12 keys" */
	struct text start; /* how what is closed begins, behind a summary */
	const struct term *term; /* NULL: a piece of a long string */
};

size_t fold_count(const struct fold *f); /* lines */
/* Texts live in the arena. */
void fold_at(const struct fold *f, size_t line, struct arena *a, struct fold_line *out);
/* The line of a place; 0 when it is not shown. */
size_t fold_find(const struct fold *f, uint64_t id);
uint64_t fold_id(const struct fold *f, size_t line);
/* The line that this one is a part of; its own when there is none. */
size_t fold_parent(const struct fold *f, size_t line);
bool fold_is_open(const struct fold *f, size_t line);

void fold_open(struct fold *f, size_t line, bool open);
/* With all that is in it, as far as there is room for lines. */
void fold_open_all(struct fold *f, size_t line, bool open);

/*
 * Searching: in keys and values as they are shown, whatever the case of ASCII letters;
 * also in what is closed.
 */

/* Copies the words; empty: nothing is searched for any more. */
void fold_look_for(struct fold *f, struct text words);
struct text fold_words(const struct fold *f);
/*
 * The next line with the words in it, behind a line (or in front of it), and around the
 * end: what it is in is opened. TABLE_NONE: there is none.
 *
 * here  the line itself counts
 */
size_t fold_next(struct fold *f, size_t line, bool back, bool here);
/* Where in a text the words are found, from an offset on; t.len: nowhere. */
size_t fold_match(const struct fold *f, struct text t, size_t from);

#endif
