/*
 * The system table: what the runtime says of itself, a row a fact, with its limit where
 * there is one.
 */
#ifndef TABLES_SYSTEM_H
#define TABLES_SYSTEM_H

#include "base/table.h"

enum system_column {
	SYSTEM_NAME,
	SYSTEM_VALUE,
	SYSTEM_LIMIT,
	SYSTEM_USED,
	SYSTEM_UNIT,
	SYSTEM_HELP,
};

extern const struct schema system_schema;

#endif
