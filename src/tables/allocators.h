/*
 * The tables of the runtime's memory allocators: one row an allocator, and one row an
 * instance of one (each scheduler has one, 0 is for all other threads).
 */
#ifndef TABLES_ALLOCATORS_H
#define TABLES_ALLOCATORS_H

#include "base/table.h"
#include "tables/alloc.h"

extern const struct schema allocators_schema;
extern const struct schema allocator_instances_schema;

/* Adds the row of an allocator to a table of the first schema. */
void allocators_add(struct table *t, struct text allocator, const struct alloc *sum);
/* And of an instance to one of the second. */
void allocator_instances_add(struct table *t, struct text allocator, int64_t number,
			     const struct alloc *one);

#endif
