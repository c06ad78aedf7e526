/*
 * A list over the screen, of which one thing is chosen, or several are switched on and
 * off and put into an order. What is typed narrows it.
 */
#ifndef VIEW_CHOOSE_H
#define VIEW_CHOOSE_H

#include "view/view.h"

struct choice {
	size_t id;        /* whoever asked knows what that is */
	struct text name;
	struct text help; /* one line */
	bool on;
};

struct choose_options {
	const char *title;
	const struct choice *at; /* [n] copied, but for what texts point to */
	size_t n;
	size_t first;  /* where the cursor is */
	bool several;
	/* One was chosen, and the list is gone. */
	void (*taken)(void *ctx, size_t id);
	/* several: something was switched or moved; all, in their order. */
	void (*changed)(void *ctx, const struct choice *at, size_t n);
	void *ctx;
};

/* To be pushed onto the stack. */
struct view *choose_new(struct view *asks, const struct choose_options *o);

extern const struct view_ops choose_ops;

#endif
