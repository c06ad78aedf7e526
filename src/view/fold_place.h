/*
 * The places of a term: what is in what, what it is called, how it is written. Walks
 * through all of them, or through those that are open, in the order of the lines.
 */
#ifndef VIEW_FOLD_PLACE_H
#define VIEW_FOLD_PLACE_H

#include "view/fold.h"

enum place_kind {
	PLACE_LEAF,
	PLACE_LIST,
	PLACE_TUPLE,
	PLACE_MAP,
	PLACE_STRING, /* a readable binary that is too long for a line */
	PLACE_BYTES,  /* another binary, likewise */
	PLACE_CHARS,  /* a list of characters, likewise */
	PLACE_PIECE,  /* a part of one of the three above */
	PLACE_END,    /* lines end here for want of room */
};

struct place {
	const struct term *term; /* of a piece: what it is a part of */
	const struct term *key;  /* NULL: it has none */
	uint64_t id;
	uint32_t number;         /* in its list or tuple, from 0; of a piece its offset */
	uint32_t length;         /* of a piece */
	uint16_t depth;
	uint8_t kind;            /* enum place_kind */
	uint8_t of;              /* of a piece: the kind of the whole */
	bool arrow;              /* its key is that of a map, or shown like one */
	bool tail;               /* of an improper list */
	bool masked;
};

/* The place of the whole term. */
struct place place_root(const struct fold_style *style, const struct term *t);
bool place_opens(const struct place *p);
/* The name of the struct that a map is, in Elixir; or NULL. */
const struct term *place_struct(const struct fold_style *style, const struct term *map);
/* Writes all of it when it is short enough to be a line of its own; otherwise writes
 * nothing, and returns false. */
bool place_short(const struct fold_style *style, const struct place *p, struct buf *out);
void place_label(const struct fold_style *style, const struct place *p, struct buf *out);
/* All of a leaf, or a summary. */
void place_value(const struct fold_style *style, const struct place *p, struct buf *out);
/* How something that is closed begins. */
void place_start(const struct fold_style *style, const struct place *p, struct buf *out);
/* What is searched: all of a leaf, of others only their names. */
void place_all(const struct fold_style *style, const struct place *p, struct buf *out);

struct walk_step {
	struct place place;
	uint32_t part; /* the next one in it */
	bool pairs;    /* its parts are {Key, Value} */
};

/* A way from place to place. */
struct walk {
	const struct fold_style *style;
	struct place root;
	struct walk_step *steps; /* [nsteps] what it is in: the whole first */
	size_t nsteps;
	size_t cap;
	bool begun;
};

void walk_begin(struct walk *w, const struct fold_style *style, struct place root);
/* The next place: the root, then what is in the places that were entered. */
bool walk_next(struct walk *w, struct place *out);
/* Goes into the place that was just given. */
void walk_enter(struct walk *w, const struct place *p);
void walk_clear(struct walk *w);

#endif
