/*
 * Events summed up instead of shown: how long calls took (--histogram), a function or a
 * value each, and the most frequent values of an argument (--by).
 *
 * Memory is bounded: what is more, or longer, than AGGREGATE_MOST and AGGREGATE_BYTES is
 * counted together.
 */
#ifndef TRACE_AGGREGATE_H
#define TRACE_AGGREGATE_H

#include "base/table.h"
#include "trace/by.h"
#include "trace/event.h"
#include "trace/record.h"

#define AGGREGATE_MOST ((size_t)10000)
/* All their texts together. */
#define AGGREGATE_BYTES ((size_t)64 << 20)
/* What the row of all others has in the place of a value: no term begins so. */
#define AGGREGATE_OTHERS "(others)"

struct aggregate_options {
	bool histogram;
	const struct by *by;     /* of what argument; NULL: a function each */
	struct term_style style; /* of values and functions */
	const struct records *records; /* that values are shown as; or NULL */
	bool ascii;
};

struct aggregate;

struct aggregate *aggregate_new(const struct aggregate_options *o);
void aggregate_free(struct aggregate *a); /* NULL is fine */
/* Calls, and returns and exceptions with the numbers of their calls. */
void aggregate_event(struct aggregate *a, const struct event *e);

/* The table of both: of histograms a row a bucket, else a row a value. */
const struct schema *aggregate_schema(bool histogram);
/* Adds all rows to a table of that schema. */
void aggregate_table(struct aggregate *a, struct table *t);
/* Histograms for people, those with the most calls first: so many of them (0: all). */
void aggregate_print(struct aggregate *a, struct buf *out, size_t width, size_t most);

#endif
