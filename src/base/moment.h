/*
 * A moment in the past, as people name one: for sources that keep readings.
 *
 * What has no zone is UTC, as everything that otoscope prints.
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum moment_kind {
	MOMENT_LAST,  /* nobody named one: the end */
	MOMENT_DATE,  /* ns since 1970 */
	MOMENT_CLOCK, /* ns since midnight UTC: the last time before the end that it
		       * was so late */
	MOMENT_BACK,  /* so many ns before the end */
};

struct moment {
	enum moment_kind kind;
	int64_t ns;
};

/* "2026-11-23T07:52:00Z" (a blank for the T, a fraction, "+02:00", or no zone: UTC;
 * seconds may be left out, and the time: midnight), "07:52" or "07:52:00.5", "-90s".
 * ERR_USAGE. */
bool moment_parse(struct text t, struct moment *out, struct err *err);

/* The date of a moment, for something that ended at end_ns (since 1970). */
int64_t moment_date(struct moment m, int64_t end_ns);

#endif
