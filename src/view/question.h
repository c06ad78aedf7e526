/*
 * A question above a view, to be answered by y or n; anything else does nothing.
 */
#ifndef VIEW_QUESTION_H
#define VIEW_QUESTION_H

#include "view/view.h"

struct question_options {
	struct text text;        /* "kill <0.81.0>"; copied */
	void (*yes)(void *ctx);  /* the question is gone by then */
	void (*no)(void *ctx);   /* also when it goes without an answer */
	void *ctx;
};

/* Exactly one of yes and no is called, once. */
void question_push(struct view *from, const struct question_options *o);

#endif
