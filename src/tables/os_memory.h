/*
 * The os_memory table: what the operating system says of the node's memory beside what
 * the runtime says, so that the gap shows.
 */
#ifndef TABLES_OS_MEMORY_H
#define TABLES_OS_MEMORY_H

#include "base/table.h"

enum os_memory_column {
	OS_MEMORY_NAME,
	OS_MEMORY_BYTES,
	OS_MEMORY_HELP,
};

extern const struct schema os_memory_schema;

#endif
