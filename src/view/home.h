/*
 * The header of the first screen: what the node is, and how it is doing.
 */
#ifndef VIEW_HOME_H
#define VIEW_HOME_H

#include "tui/canvas.h"
#include "view/link.h"

struct home;
struct top;

struct home *home_new(struct top *t, struct link *l);
void home_free(struct home *h); /* NULL is fine */

/* Lines that it takes of a screen of this size. */
size_t home_height(const struct home *h, size_t width, size_t height);
void home_draw(struct home *h, struct pane p);

#endif
