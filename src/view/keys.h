/*
 * All keys that there are, screen by screen: for help and the manual page.
 */
#ifndef VIEW_KEYS_H
#define VIEW_KEYS_H

#include "view/view.h"

struct keys_group {
	const char *title;             /* "Everywhere" */
	const struct view_ops *ops;    /* whose actions; or: */
	const struct action *actions;  /* [*nactions] */
	const size_t *nactions;
};

extern const struct keys_group keys_groups[];
extern const size_t keys_ngroups;

/* "Up, k" */
void keys_print(struct buf *out, const char *keys);

#endif
