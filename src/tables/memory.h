/*
 * The memory table: one row a kind of memory, as erlang:memory/0 gives them.
 */
#ifndef TABLES_MEMORY_H
#define TABLES_MEMORY_H

#include "base/table.h"

struct term;

enum memory_column {
	MEMORY_NAME,
	MEMORY_BYTES,
	MEMORY_SHARE,
};

extern const struct schema memory_schema;

/* Adds the row of {Kind, Bytes}; total may be NULL. */
void memory_add(struct table *t, const struct term *pair, const struct term *total);

#endif
