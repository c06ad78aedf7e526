/*
 * Views: what stands on the screen, one above the other, and what keys do there.
 *
 * Everything that can be done is an action: a row with its keys, its name and a line of
 * help. Keys, the command line, the help overlay and the line at the foot of the screen
 * read the same rows.
 */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct top;
struct link;
struct view;

enum action_flags {
	ACTION_FOOT = 1,   /* stands at the foot of the screen, where there is room */
	ACTION_WRITES = 2, /* changes the target: only with --allow-write */
	ACTION_LIVE = 4,   /* needs a live node */
	ACTION_DIGIT = 8,  /* its keys are digits: the argument is the one that did it */
};

/* Takes words that the one being typed may become, with a line of help or an empty one.
 * Those that do not begin as it does are dropped: all may be offered. */
struct offer {
	void (*take)(struct offer *o, struct text word, struct text help);
};

struct action {
	const char *keys;     /* as key_parse() reads them, "<up>k": each of them does
			       * it; NULL: only its name does */
	const char *name;     /* "sort": on the command line, and at the foot */
	const char *argument; /* "COLUMN": what may follow the name; NULL: nothing */
	const char *help;     /* one line, lower case, no full stop */
	unsigned flags;       /* enum action_flags */
	/* argument: empty when a key did it. ERR_USAGE and others are shown. */
	bool (*run)(struct view *v, struct text argument, struct err *err);
	/* Offers what the argument may be; before: what was typed of it. NULL: nothing is
	 * known. */
	void (*complete)(struct view *v, struct text before, struct offer *o);
	/* Is it an action here? NULL: always. */
	bool (*there)(const struct view *v);
};

struct view_ops {
	const char *name; /* "processes", heads its help */
	const struct action *actions; /* [nactions] in the order of help */
	size_t nactions;
	bool over; /* what is below is drawn first: it does not fill the screen */
	void (*draw)(struct view *v, struct pane p);
	/* A key that no action of it takes. False: it is none of its own either. NULL:
	 * none is. */
	bool (*key)(struct view *v, struct key k);
	/* Is something being typed? Then key() gets all keys, and actions none. NULL:
	 * never. */
	bool (*typing)(const struct view *v);
	/* Does it still work on what it shows? NULL: all is done when it is drawn. */
	bool (*busy)(const struct view *v);
	/* It is on the screen now, or not any more: what nobody sees asks nothing. NULL:
	 * it does not care. */
	void (*shown)(struct view *v, bool shown);
	void (*free)(struct view *v);
};

/* The head of every view. */
struct view {
	const struct view_ops *ops;
	struct top *top;
	struct link *link;   /* that it shows something of */
	struct view *below;  /* NULL: it stands at the bottom */
	struct text trail;   /* how one got here, for the first line: "<0.81.0>"; or
			      * empty */
};

#endif
