/*
 * How durations are spread: a count for each power of two of nanoseconds, in the manner
 * of bpftrace, with the least, the median, the 99th percentile and the most.
 */
#ifndef TRACE_HISTOGRAM_H
#define TRACE_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define HISTOGRAM_BUCKETS 63

/* Durations that are kept to tell quantiles: more than one trace counts. Of those above,
 * quantiles know nothing; all else does. */
#define HISTOGRAM_KEPT ((size_t)65536)

struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS]; /* [i] of 2^i ns and more; [0] also of 0 */
	uint64_t n;
	int64_t total_ns; /* as much as there can be, when it is more */
	int64_t min_ns;
	int64_t max_ns;
	int64_t *kept;    /* [nkept] sorted when a quantile was told */
	size_t nkept;
	size_t cap;
};

/* One of zeros is empty. Frees what it holds. */
void histogram_clear(struct histogram *h);
/* A duration below 0 counts as 0. */
void histogram_add(struct histogram *h, int64_t ns);
/* The nearest rank, q 0 to 1; 0 when it is empty. */
int64_t histogram_quantile(struct histogram *h, double q);
/* The first bucket that is not empty, and the one behind the last; both 0: all are. */
void histogram_range(const struct histogram *h, size_t *from, size_t *to);
/* Where a bucket begins: 0 for the first. */
int64_t histogram_from(size_t bucket);

/* Its lines: a bucket each, with a bar. width: columns; 0: 80. */
void histogram_print(struct buf *out, const struct histogram *h, size_t width,
		     bool ascii);
/* "min 1.2 us, median 3.4 us, p99 120 us, max 3.1 ms" */
void histogram_summary(struct buf *out, struct histogram *h);

#endif
