/*
 * What leads from table to table, wherever one is.
 */
#ifndef VIEW_TABS_ACTIONS_H
#define VIEW_TABS_ACTIONS_H

#include "view/view.h"

extern const struct action tabs_actions[]; /* [tabs_nactions] */
extern const size_t tabs_nactions;

#endif
