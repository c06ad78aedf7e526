/*
 * The time line of a recording: when its samples were taken, which one is shown, and how
 * to get to another one: back, forward, to a time, to a peak, or on and on as it was
 * then.
 */
#ifndef VIEW_TIMELINE_H
#define VIEW_TIMELINE_H

#include "view/link.h"
#include "view/view.h"

struct timeline;

/* NULL: the link's source keeps no readings. What is shown first is the link's moment;
 * from now on the time line sets it. */
struct timeline *timeline_new(struct top *t, struct link *l);
void timeline_free(struct timeline *t); /* NULL is fine */

/* Lines that it takes of a screen of this size. NULL takes none. */
size_t timeline_height(const struct timeline *t, size_t width, size_t height);
void timeline_draw(struct timeline *t, struct pane p);
/* A click goes where it is on the track; Esc stops what goes on by itself, a search or
 * playing. False: it is no such key. */
bool timeline_key(struct timeline *t, struct key k);
/* When the first and the last sample was taken. False: there is none. */
bool timeline_extent(const struct timeline *t, int64_t *first, int64_t *last);
/* The moment that is shown; 0: none. */
int64_t timeline_now(const struct timeline *t);
/* Shows the sample that is nearest to a moment. */
void timeline_show(struct timeline *t, int64_t at);
/* Is something being looked for? */
bool timeline_busy(const struct timeline *t);

/* What can be done with it, on every view; run() finds it through top_timeline(). */
extern const struct action timeline_actions[];
extern const size_t timeline_nactions;

#endif
