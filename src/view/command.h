/*
 * The command line: what can be done, by its name. It is typed at the foot of the screen,
 * with what it may become above.
 */
#ifndef VIEW_COMMAND_H
#define VIEW_COMMAND_H

#include "view/view.h"

/* Opens it above a view, with a text to begin with: the run function of an action. */
bool command_open(struct view *v, struct text begun, struct err *err);

extern const struct view_ops command_ops;

#endif
