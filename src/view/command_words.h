/*
 * What a command line means: an action with its argument, a table or a tab to go to, a
 * pid, a port or a name to be looked at.
 */
#ifndef VIEW_COMMAND_WORDS_H
#define VIEW_COMMAND_WORDS_H

#include "view/top.h"

/* Runs it on the uppermost view. A word may be shortened as long as it is the only one
 * that begins so, unless it changes the target. ERR_USAGE: it means nothing; the hint has
 * the nearest word. */
bool command_run(struct top *t, struct text line, struct err *err);

/* Bytes of the word at the end of what was typed. */
size_t command_word(struct text before);
/* Offers what that word may become, in the command line of a view. */
void command_offer(struct view *v, struct text before, struct offer *o);

#endif
