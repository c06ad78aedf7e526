/*
 * The tables: one row each in tables/tables.c. The command line, help, completion, SQL
 * and the screens read the same rows.
 */
#ifndef TABLES_TABLES_H
#define TABLES_TABLES_H

#include <stddef.h>

#include "base/table.h"

extern const struct schema *const tables[];
extern const size_t ntables;

/* By name ("processes") or by command ("ps"); NULL when there is none. */
const struct schema *tables_find(struct text name);

#endif
