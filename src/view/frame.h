/*
 * What stands around the views: the tabs at the top, the header of home, the keys or a
 * message at the foot.
 */
#ifndef VIEW_FRAME_H
#define VIEW_FRAME_H

#include "view/home.h"
#include "view/tabs.h"
#include "view/view.h"

struct frame {
	struct top *top;
	const struct link *link;
	const struct tabs *tabs;
	struct home *home;
	struct timeline *timeline; /* or NULL */
	struct view *view; /* the uppermost */
	struct text said;  /* empty: the keys stand there */
	enum style said_style;
};

/* The tab that stands there, or f->tabs->n. */
size_t frame_tab_at(const struct frame *f, struct pane p, size_t x, size_t y);
void frame_draw(const struct frame *f, struct pane p);
/* The key that stands at a place of the foot; KEY_NONE: none does. */
struct key frame_key_at(const struct frame *f, struct pane p, size_t x, size_t y);

#endif
