/*
 * What the runtime counted of functions (--count, --time-spent, --memory-spent), as a
 * table that goes the way of every table.
 */
#ifndef TRACE_COUNTERS_H
#define TRACE_COUNTERS_H

#include "base/table.h"
#include "trace/tracer.h"

/* NULL for TRACE_EVENTS. */
const struct schema *counters_schema(enum trace_mode mode);

/*
 * Adds the row of a function to a table of that schema.
 *
 * ns, words  0 where the mode does not count them
 */
void counters_add(struct table *t, enum trace_mode mode, enum syntax syntax,
		  const struct trace_function *f, uint64_t calls, uint64_t ns,
		  uint64_t words, size_t word_bytes);

#endif
