/*
 * Numbers with units, as people write and read them.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

enum unit {
	UNIT_NONE,    /* not a number, or one without a dimension */
	UNIT_COUNT,
	UNIT_BYTES,
	UNIT_NS,      /* a span of time, ns */
	UNIT_TIME,    /* a moment, ns since 1970 */
	UNIT_RATIO,   /* 0..1, shown as per cent */
	UNIT_ROW,     /* of a column: each row says which; see struct schema */
};

/* What a row calls its unit: "bytes", "ns", "count"; UNIT_NONE for any other text. */
enum unit units_named(struct text name);
const char *units_name(enum unit unit); /* NULL for those that no row has */

/* "250ms", "2s", "1.5m", "1h", "10us", "3d"; a bare number is seconds. In ns; negative is
 * an error. */
bool units_duration(struct text t, int64_t *ns, struct err *err);
/* "10MB", "1.5GiB", "64k", "100": k, M, G, T are powers of 1024 for UNIT_BYTES, of 1000
 * otherwise. UNIT_NS takes durations, UNIT_RATIO also "25%". */
bool units_number(struct text t, enum unit unit, double *value, struct err *err);

/* For people: "1.2 MB", "3.4 k", "250 ms", "12 %", at most 9 characters; but a moment is
 * "2026-11-23T07:52:00Z". */
void units_human(struct buf *out, double value, enum unit unit);
/* ISO 8601 in UTC with microseconds: "2026-11-23T07:52:00.000000Z". */
void units_iso8601(struct buf *out, int64_t wall_ns);

#endif
