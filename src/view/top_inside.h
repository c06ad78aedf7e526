/*
 * What the files of the program on the screen share.
 */
#ifndef VIEW_TOP_INSIDE_H
#define VIEW_TOP_INSIDE_H

#include "view/frame.h"
#include "view/top.h"

/* What is kept of one link. */
struct place {
	struct top *top;
	struct link *link;
	struct link_watch watch;
	struct home *home;
	struct timeline *timeline; /* of a recording; or NULL */
	struct recall *recall;     /* the same */
	struct tabs tabs;
	struct view **views; /* [tabs.ntables] NULL: never looked at */
	struct view *left;   /* the uppermost, when somebody looked elsewhere */
};

struct top {
	struct top_options o;
	struct arena arena;
	struct canvas *canvas;
	struct history *history;
	struct place *places; /* [nplaces] of the sources; of several, then of all */
	size_t nplaces;
	size_t place;      /* that is looked at */
	struct view *view; /* the uppermost */
	struct past *past;
	struct past *traced;
	struct settings *settings;
	struct loop_timer *frame;
	struct loop_timer *age;
	int64_t paced_ns; /* when the next drawing were due if all were FRAME_NS apart */
	bool ended;
	bool pasting;
	char said[512]; /* at the foot; or empty */
	enum style said_style;
};

static inline struct place *place_of(const struct top *t)
{
	return &t->places[t->place];
}

/* What is drawn now. */
struct frame top_frame(struct top *t);

/* The action that a key means now, or NULL; and does it. */
const struct action *top_action_of(struct top *t, struct key k);
bool top_do(struct top *t, const struct action *a, struct text argument, struct err *err);

#endif
