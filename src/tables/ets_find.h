/*
 * From what a person calls an ETS table to its row.
 */
#ifndef TABLES_ETS_FIND_H
#define TABLES_ETS_FIND_H

#include "base/err.h"
#include "base/table.h"

/*
 * Looks for a table by its id, or by a name that no other has: cart, ':cart', 'Cart' as
 * Erlang quotes it, Shop.Cache, #Ref<0.1.2.3>, #Reference<0.1.2.3>.
 *
 * t     rows of the ets table with id and name
 * node  for messages
 *
 * Returns the row; TABLE_NONE with ERR_ABSENT, the hint has a name that is near, or with
 * ERR_USAGE when several have that name, the hint has ids.
 */
size_t ets_find(const struct table *t, struct text word, struct text node,
		struct err *err);

#endif
