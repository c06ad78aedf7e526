/*
 * A term on the screen: its lines, a cursor on them, and words that are searched for.
 */
#ifndef VIEW_FOLD_PANE_H
#define VIEW_FOLD_PANE_H

#include "tui/input.h"
#include "view/detail_lines.h"
#include "view/fold.h"

struct fold_pane {
	struct fold *fold;    /* NULL: nothing is shown */
	struct scroll scroll;
	uint64_t at;          /* the place that the cursor is on */
	bool typing;          /* words are typed */
	bool nowhere;         /* they are not found */
	uint64_t from;        /* where the cursor was before */
	struct input typed;
	struct text home;     /* for what leads elsewhere */
};

void fold_pane_clear(struct fold_pane *p);
/* Shows this term from now on, as fold_set(). The first time it makes the fold. */
void fold_pane_set(struct fold_pane *p, const struct fold_style *style,
		   const struct term *t);
void fold_pane_draw(struct fold_pane *p, struct pane pane);

void fold_pane_move(struct fold_pane *p, ptrdiff_t lines);
/* Opens, or closes; what cannot be closed goes to what it is in. */
void fold_pane_open(struct fold_pane *p, bool open);
void fold_pane_toggle(struct fold_pane *p);
void fold_pane_all(struct fold_pane *p, bool open); /* with all that is in it */
struct goal fold_pane_goal(const struct fold_pane *p);

/* Words are typed from now on: keys go to fold_pane_key(). */
void fold_pane_search(struct fold_pane *p);
void fold_pane_key(struct fold_pane *p, struct key k);
/* False: there is no match. */
bool fold_pane_next(struct fold_pane *p, bool back);

#endif
