/*
 * What derive.c and derivation.c share: the comparing of two samples, whose caller has
 * put the rows of the later one into a table already.
 */
#ifndef BASE_DERIVATION_H
#define BASE_DERIVATION_H

#include "base/table.h"

/* first: the row of out that the first of after became. before may be NULL. */
struct derivation *derivation_of(struct table *out, const struct derived *d, size_t first,
				 const struct table *before, const struct table *after,
				 int64_t span_ns);

#endif
