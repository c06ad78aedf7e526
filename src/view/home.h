/*
 * The header of the first screen: what the node is, and how it is doing, by numbers with
 * their last minutes beside them.
 *
 * Its feeds run all the time, also while something else is on the screen, so that the
 * history has no holes; they ask for the few rows that the header shows.
 */
#ifndef VIEW_HOME_H
#define VIEW_HOME_H

#include "base/table.h"
#include "tui/canvas.h"
#include "tui/key.h"
#include "view/link.h"
#include "view/view.h"

struct home;
struct top;

struct home *home_new(struct top *t, struct link *l);
void home_free(struct home *h); /* NULL is fine */

/* Lines that it takes of a screen of this size; it is drawn in so many then. */
size_t home_height(struct home *h, size_t width, size_t height);
void home_draw(struct home *h, struct pane p);

/* A number as the header shows it, a rate where it is one, by the table and the key of
 * its row; NAN: not known, or none of the header. */
double home_number(const struct home *h, const char *table, const char *key);
/* A fact of the table system by the key of its row, such as "otp_release"; or null. The
 * text lives until the loop runs on. */
struct cell home_fact(const struct home *h, struct text key);
/* When system was read last: loop_now(), and the date; 0: not yet. */
int64_t home_read_ns(const struct home *h);
int64_t home_read_wall_ns(const struct home *h);

/* Puts into the history what a reading of the past says of its numbers: for sources that
 * keep theirs. t: a reading of any table, as the source gives it. */
void home_remember(struct home *h, const struct table *t, int64_t wall_ns);

/* Shows a bar for each scheduler, or does not any more. */
void home_bars(struct home *h);
/* Over everything: keys walk through the numbers of the header, and open one as a
 * chart. */
struct view *home_walk_new(struct top *t, struct home *h);
/* A click on one of them chooses it, a double click opens it. False: it is no click, or
 * was elsewhere. */
bool home_click(struct home *h, struct key k);

extern const struct view_ops home_walk_ops;

#endif
