/*
 * Help: the keys of a screen, its columns, the words of the command line, what marks and
 * colours mean. All of it is read from the rows that describe these things.
 */
#ifndef VIEW_HELP_H
#define VIEW_HELP_H

#include "view/view.h"

/* Opens it above a view, which it is about; a word shows only the lines that have it: the
 * run function of an action. */
bool help_open(struct view *v, struct text word, struct err *err);

extern const struct view_ops help_ops;

#endif
