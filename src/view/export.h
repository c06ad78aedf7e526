/*
 * What is on the screen, into files: the rows of a table, or the screen as text.
 */
#ifndef VIEW_EXPORT_H
#define VIEW_EXPORT_H

#include "view/view.h"

/* Actions of the command line: write, write!, screen. */
extern const struct action export_actions[];
extern const size_t export_nactions;

#endif
