/* Where numbers begin to be worth a look. */
#include "view/threshold.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

const struct thresholds threshold_defaults = { {
	[THRESHOLD_NONE] = { "none", UNIT_NONE, INFINITY, INFINITY, "" },
	[THRESHOLD_LIMIT] = { "limit", UNIT_RATIO, 0.70, 0.85,
			      "how much of a limit is used" },
	[THRESHOLD_SCHEDULERS] = { "schedulers", UNIT_RATIO, 0.60, 0.80,
				   "how busy the schedulers are" },
	[THRESHOLD_RUN_QUEUE] = { "run_queue", UNIT_COUNT, 1, 4,
				  "run queue of each scheduler" },
	[THRESHOLD_MEMORY] = { "memory", UNIT_RATIO, 0.75, 0.90,
			       "how much of the limit of its memory is used" },
	/* Where the handlers of the logger begin to slow down who logs, and to drop. */
	[THRESHOLD_LOGGER] = { "logger", UNIT_COUNT, 10, 200,
			       "messages in a mailbox of the logger or a handler" },
	[THRESHOLD_TO_LIMIT] = { "to_limit", UNIT_NS, 86400e9, 3600e9,
				 "time until a limit is reached" },
	[THRESHOLD_QUEUE] = { "queue", UNIT_COUNT, 100, 10000,
			      "messages that wait for a process" },
	[THRESHOLD_PROCESS] = { "process", UNIT_BYTES, 0x1p28, 0x1p31,
				"memory that a process takes" },
	[THRESHOLD_PORT] = { "port", UNIT_BYTES, 0x1p20, 0x1p24,
			     "bytes that wait in a port" },
	[THRESHOLD_DIST] = { "dist", UNIT_RATIO, 0.50, 0.90,
			     "how much of what may wait for another node does" },
} };

static const struct {
	const char *table; /* NULL: any */
	const char *column;
	enum threshold_of which;
} columns[] = {
	{ NULL, "message_queue_len", THRESHOLD_QUEUE },
	{ "processes", "memory", THRESHOLD_PROCESS },
	{ "ports", "queue_size", THRESHOLD_PORT },
	{ "dist", "queue_used", THRESHOLD_DIST },
	{ "schedulers", "utilisation", THRESHOLD_SCHEDULERS },
};

enum threshold_of threshold_of_column(const char *table, const char *column)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (strcmp(columns[i].column, column) == 0 &&
		    (!columns[i].table || strcmp(columns[i].table, table) == 0))
			return columns[i].which;
	return THRESHOLD_NONE;
}

enum style threshold_style(const struct thresholds *t, enum threshold_of which,
			   double value)
{
	const struct threshold *one = &t->of[which];
	bool falls = one->crit < one->warn;

	if (!isfinite(value))
		return STYLE_PLAIN;
	if (falls ? value <= one->crit : value >= one->crit)
		return STYLE_CRIT;
	if (falls ? value <= one->warn : value >= one->warn)
		return STYLE_WARN;
	return STYLE_PLAIN;
}

const char *threshold_mark(enum style style)
{
	return style == STYLE_CRIT ? "!!" : style == STYLE_WARN ? "!" : "";
}
