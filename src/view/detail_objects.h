/*
 * The pages of tables that hold objects: of ETS, and of Mnesia as far as it keeps them
 * there.
 */
#ifndef VIEW_DETAIL_OBJECTS_H
#define VIEW_DETAIL_OBJECTS_H

#include "view/detail_inside.h"

extern const struct detail_kind ets_kind;
extern const struct detail_kind mnesia_kind;

#endif
