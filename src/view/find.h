/*
 * From what a person calls a process to its page, without waiting for the answer.
 */
#ifndef VIEW_FIND_H
#define VIEW_FIND_H

#include "view/view.h"

/* "go WORD", as an action's run function: a pid, a port, or a registered name, which is
 * looked for; its page opens when it was found. */
bool find_process(struct view *v, struct text word, struct err *err);

#endif
