/*
 * Which ETS tables are OTP's and Elixir's own.
 */
#ifndef TABLES_ETS_SYSTEM_H
#define TABLES_ETS_SYSTEM_H

#include <stdbool.h>

#include "base/text.h"

/*
 * Told by the application of the owner, and by the name where that says nothing: what is
 * started before there are applications belongs to none, and all tables of Mnesia, also
 * those of the user, belong to a process of mnesia.
 *
 * name         of the table
 * application  of its owner; empty when it has none
 */
bool ets_is_system(struct text name, struct text application);

#endif
