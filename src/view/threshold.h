/*
 * Where a number begins to be worth a look, and where it is bad.
 */
#ifndef VIEW_THRESHOLD_H
#define VIEW_THRESHOLD_H

#include "base/units.h"
#include "tui/style.h"

enum threshold_of {
	THRESHOLD_NONE,
	THRESHOLD_LIMIT,      /* the share of a limit that is used */
	THRESHOLD_SCHEDULERS, /* how busy they are */
	THRESHOLD_RUN_QUEUE,  /* what waits for each scheduler that is online */
	THRESHOLD_MEMORY,     /* the share of what the control group or machine has */
	THRESHOLD_LOGGER,     /* messages that wait for the logger */
	THRESHOLD_TO_LIMIT,   /* ns until a limit is reached: less is worse */
	THRESHOLD_QUEUE,      /* messages in the mailbox of a process */
	THRESHOLD_PROCESS,    /* bytes that a process takes */
	THRESHOLD_PORT,       /* bytes that wait in a port */
	THRESHOLD_DIST,       /* the share of what may wait for another node */
	NTHRESHOLDS,
};

struct threshold {
	const char *name; /* for settings: "limit" */
	enum unit unit;
	double warn;
	double crit;
	const char *help;
};

struct thresholds {
	struct threshold of[NTHRESHOLDS];
};

extern const struct thresholds threshold_defaults;

/* That of a column; THRESHOLD_NONE: its numbers are neither good nor bad. */
enum threshold_of threshold_of_column(const char *table, const char *column);

/* STYLE_PLAIN, STYLE_WARN or STYLE_CRIT. What is not finite is plain. */
enum style threshold_style(const struct thresholds *t, enum threshold_of which,
			   double value);
/* What stands behind such a number, for whoever sees no colours: "", "!", "!!". */
const char *threshold_mark(enum style style);

#endif
