/*
 * A source that answers from tables it was given: by who reads a snapshot of allocators,
 * and by tests, as the double for everything above it.
 *
 * A table may be given several times: these are its readings one after the other. Each
 * ask takes the next one; the last one stays. Only what was asked for is answered, so
 * that a reader above that forgot to ask for a column notices.
 */
#ifndef SOURCE_MEMORY_H
#define SOURCE_MEMORY_H

#include "base/loop.h"
#include "source/source.h"

/* A source without tables; asking for one that it does not have is ERR_CANNOT. */
struct source *memory_open(struct loop *l, struct text name);

/* Adds a reading of its schema's table; it is copied. */
void memory_put(struct source *s, const struct table *t);
/* The same from lines of comma separated words under a heading of column names: ids as
 * their column reads them, integers, decimals, true, false, nothing for null, all else is
 * text. A word that an id column can't read is asserted. */
void memory_load(struct source *s, const struct schema *schema, const char *lines);

/* Every answer from now on takes this long. */
void memory_delay(struct source *s, int64_t ns);
/* Every ask from now on fails so; NULL: none does. */
void memory_fail(struct source *s, const struct err *err);

/* What was asked so far. */
struct memory_ask {
	const struct schema *schema;
	uint64_t columns;
	size_t nkeys;
	bool all; /* no keys were given */
	enum syntax syntax;
	int64_t timeout_ns;
};
size_t memory_asks(const struct source *s, const struct memory_ask **asks);

#endif
