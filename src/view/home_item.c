/* The numbers of the header. */
#include "view/home_item.h"

#include <math.h>
#include <stdio.h>

#include "tables/tables.h"

#define CPU HOME_BLOCK_CPU
#define MEMORY HOME_BLOCK_MEMORY
#define COUNTS HOME_BLOCK_COUNTS

/* What a block has no room for is at its end. */
const struct home_item home_items[] = {
	{ CPU, "sched", "schedulers: share of the time that they work", HOME_SCHEDULERS,
	  "scheduler", "utilisation", HOME_MEAN, UNIT_RATIO,
	  .threshold = THRESHOLD_SCHEDULERS },
	{ CPU, "dirty",
	  "dirty schedulers, CPU or I/O, whichever are busier: share of the time that "
	  "they work", HOME_SCHEDULERS, "dirty", "utilisation", HOME_DIRTY, UNIT_RATIO,
	  .threshold = THRESHOLD_SCHEDULERS },
	{ CPU, "runq", "run queues: processes and ports that wait for a scheduler",
	  HOME_SYSTEM, "run_queue", "value", HOME_LEVEL, UNIT_COUNT,
	  .threshold = THRESHOLD_RUN_QUEUE },
	{ CPU, "reds/s", "reductions a second", HOME_SYSTEM, "reductions", "value",
	  HOME_RATE, UNIT_COUNT },
	{ CPU, "in/s", "bytes read through ports a second", HOME_SYSTEM,
	  "io_input_bytes", "value", HOME_RATE, UNIT_BYTES },
	{ CPU, "out/s", "bytes written through ports a second", HOME_SYSTEM,
	  "io_output_bytes", "value", HOME_RATE, UNIT_BYTES },
	{ CPU, "gc/s", "garbage collections a second", HOME_SYSTEM,
	  "garbage_collections", "value", HOME_RATE, UNIT_COUNT },
	{ CPU, "d-cpu", "dirty CPU schedulers: share of the time that they work",
	  HOME_SCHEDULERS, "dirty_cpu", "utilisation", HOME_MEAN, UNIT_RATIO,
	  .threshold = THRESHOLD_SCHEDULERS },
	{ CPU, "d-io", "dirty I/O schedulers: share of the time that they work",
	  HOME_SCHEDULERS, "dirty_io", "utilisation", HOME_MEAN, UNIT_RATIO,
	  .threshold = THRESHOLD_SCHEDULERS },
	{ CPU, "freed", "bytes that garbage collections freed a second", HOME_SYSTEM,
	  "gc_reclaimed_bytes", "value", HOME_RATE, UNIT_BYTES },
	{ CPU, "cpu", "CPU time of all its threads a second", HOME_SYSTEM, "cpu_time_ns",
	  "value", HOME_RATE, UNIT_NS },

	{ MEMORY, "total", "memory of the node", HOME_MEMORY, "total", "bytes",
	  HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "procs", "memory of processes", HOME_MEMORY, "processes", "bytes",
	  HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "binary", "memory of reference-counted binaries", HOME_MEMORY, "binary",
	  "bytes", HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "ets", "memory of ETS tables", HOME_MEMORY, "ets", "bytes", HOME_LEVEL,
	  UNIT_BYTES, .trend = true },
	{ MEMORY, "rss", "resident memory, as the operating system counts",
	  HOME_OS_MEMORY, "rss", "bytes", HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "cgroup", "memory of its control group", HOME_OS_MEMORY,
	  "cgroup_current", "bytes", HOME_LEVEL, UNIT_BYTES,
	  .limit_key = "cgroup_limit", .threshold = THRESHOLD_MEMORY, .trend = true },
	{ MEMORY, "code", "memory of loaded code", HOME_MEMORY, "code", "bytes",
	  HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "atom", "memory of atoms", HOME_MEMORY, "atom", "bytes", HOME_LEVEL,
	  UNIT_BYTES, .trend = true },
	{ MEMORY, "free", "memory that the machine has available", HOME_OS_MEMORY,
	  "machine_available", "bytes", HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "swap", "memory of the node that was swapped out",
	  HOME_OS_MEMORY, "swap", "bytes", HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "system", "memory that belongs to no process", HOME_MEMORY, "system",
	  "bytes", HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "p used", "memory that processes use of theirs", HOME_MEMORY,
	  "processes_used", "bytes", HOME_LEVEL, UNIT_BYTES, .trend = true },
	{ MEMORY, "a used", "memory that atoms use of theirs", HOME_MEMORY, "atom_used",
	  "bytes", HOME_LEVEL, UNIT_BYTES, .trend = true },

	{ COUNTS, "procs", "processes", HOME_SYSTEM, "process_count", "value", HOME_LEVEL,
	  UNIT_COUNT, .limit_key = "", .threshold = THRESHOLD_LIMIT, .trend = true },
	{ COUNTS, "ports", "ports", HOME_SYSTEM, "port_count", "value", HOME_LEVEL,
	  UNIT_COUNT, .limit_key = "", .threshold = THRESHOLD_LIMIT, .trend = true },
	{ COUNTS, "atoms", "atoms", HOME_SYSTEM, "atom_count", "value", HOME_LEVEL,
	  UNIT_COUNT, .limit_key = "", .threshold = THRESHOLD_LIMIT, .trend = true },
	{ COUNTS, "ets", "ETS tables, of the number that the node was set up for",
	  HOME_SYSTEM, "ets_count", "value", HOME_LEVEL, UNIT_COUNT,
	  .limit_key = "ets_limit", .threshold = THRESHOLD_LIMIT, .trend = true },
	{ COUNTS, "fds", "open file descriptors", HOME_SYSTEM, "fd_count", "value",
	  HOME_LEVEL, UNIT_COUNT, .limit_key = "", .threshold = THRESHOLD_LIMIT,
	  .trend = true },
	{ COUNTS, "logger", "the longest mailbox of the logger and its handlers",
	  HOME_SYSTEM, "logger_queue", "value", HOME_MOST, UNIT_COUNT,
	  .threshold = THRESHOLD_LOGGER },
	{ COUNTS, "ctx/s", "context switches a second", HOME_SYSTEM, "context_switches",
	  "value", HOME_RATE, UNIT_COUNT },
	{ COUNTS, "tasks", "processes and ports that run or wait for a scheduler",
	  HOME_SYSTEM, "active_tasks", "value", HOME_LEVEL, UNIT_COUNT },
	{ COUNTS, "nodes", "connected nodes, hidden ones too", HOME_SYSTEM, "node_count",
	  "value", HOME_LEVEL, UNIT_COUNT },

	{ HOME_BLOCK_NONE, "asks", "requests of otoscope to the node a second", HOME_OURS,
	  "requests", "value", HOME_RATE, UNIT_COUNT },
	{ HOME_BLOCK_NONE, "bytes", "bytes between otoscope and the node a second",
	  HOME_OURS, "bytes", "value", HOME_RATE, UNIT_BYTES },
	{ HOME_BLOCK_NONE, "busy",
	  "time from otoscope's requests to their answers, a second", HOME_OURS,
	  "helpers_ns", "value", HOME_RATE, UNIT_NS },
};
const size_t home_nitems = sizeof(home_items) / sizeof(home_items[0]);

_Static_assert(sizeof(home_items) / sizeof(home_items[0]) <= HOME_ITEMS_MAX,
	       "arrays have room for them");

const char *const home_facts[] = {
	"otp_release", "elixir_version", "uptime_ns", "schedulers_online", "ets_limit",
};
const size_t home_nfacts = sizeof(home_facts) / sizeof(home_facts[0]);

/* What is read of each. */
static const struct {
	const char *table;
	const char *columns[4];
	bool keys; /* only rows that are needed */
} feeds[HOME_FEEDS] = {
	[HOME_SYSTEM] = { "system", { "value", "limit", "unit" }, true },
	[HOME_MEMORY] = { "memory", { "bytes" }, false },
	[HOME_SCHEDULERS] = { "schedulers",
			      { "type", "utilisation", "run_queue", "online" }, false },
	[HOME_OS_MEMORY] = { "os_memory", { "bytes" }, true },
};

const struct schema *home_feed_schema(enum home_feed feed)
{
	return tables_find(text_of(feeds[feed].table));
}

uint64_t home_feed_columns(enum home_feed feed)
{
	const struct schema *s = home_feed_schema(feed);
	uint64_t mask = 0;

	for (size_t i = 0; i < 4 && feeds[feed].columns[i]; i++)
		mask |= column_bit(schema_find(s, text_of(feeds[feed].columns[i])));
	return mask;
}

static void add_key(struct cell *keys, size_t *n, const char *key, struct arena *arena)
{
	struct text *t;

	for (size_t i = 0; i < *n; i++)
		if (text_is(*keys[i].v.text, key))
			return;
	t = arena_new(arena, struct text);
	*t = text_of(key);
	keys[(*n)++] = (struct cell){ CELL_TEXT, { .text = t } };
}

_Static_assert(sizeof(home_items) / sizeof(home_items[0]) +
		       sizeof(home_facts) / sizeof(home_facts[0]) <= HOME_ITEMS_MAX,
	       "so has home_feed_keys()");

size_t home_feed_keys(enum home_feed feed, struct cell *keys, struct arena *arena)
{
	size_t n = 0;

	if (!feeds[feed].keys)
		return 0;
	for (size_t i = 0; i < home_nitems; i++) {
		const struct home_item *item = &home_items[i];

		if (item->feed != feed)
			continue;
		add_key(keys, &n, item->key, arena);
		if (item->limit_key && *item->limit_key)
			add_key(keys, &n, item->limit_key, arena);
	}
	for (size_t i = 0; feed == HOME_SYSTEM && i < home_nfacts; i++)
		add_key(keys, &n, home_facts[i], arena);
	return n;
}

/*
 * Reading.
 */

static size_t column_of(const struct table *t, const char *name)
{
	return schema_find(t->schema, text_of(name));
}

struct cell home_cell(const struct table *t, const char *key, const char *column)
{
	struct text name = text_of(key);
	struct cell k = { CELL_TEXT, { .text = &name } };
	size_t row = table_find(t, k);
	size_t c = column_of(t, column);

	if (row == TABLE_NONE || c == TABLE_NONE)
		return (struct cell){ .type = CELL_NULL };
	return table_cell(t, row, c);
}

bool home_thread_online(const struct table *t, size_t row)
{
	size_t online = column_of(t, "online");

	return online == TABLE_NONE || table_null(t, row, online) ||
	       table_num(t, row, online);
}

static double mean(const struct table *t, const char *type, const char *column)
{
	size_t types = column_of(t, "type");
	size_t c = column_of(t, column);
	double sum = 0;
	size_t n = 0;

	if (types == TABLE_NONE || c == TABLE_NONE)
		return NAN;
	for (size_t row = 0; row < t->nrows; row++) {
		double v = cell_number(table_cell(t, row, c));

		if (!text_is(table_text(t, row, types), type) || !isfinite(v))
			continue;
		if (!home_thread_online(t, row))
			continue;
		sum += v;
		n++;
	}
	return n ? sum / (double)n : NAN;
}

static double most(const struct table *t, const char *prefix, const char *column)
{
	size_t c = column_of(t, column);
	double highest = NAN;

	for (size_t row = 0; c != TABLE_NONE && row < t->nrows; row++)
		if (text_starts(table_text(t, row, t->schema->key), prefix))
			highest = fmax(highest, cell_number(table_cell(t, row, c)));
	return highest;
}

double home_item_value(const struct home_item *i, const struct table *t)
{
	switch (i->how) {
	case HOME_MEAN:
		return mean(t, i->key, i->column);
	case HOME_DIRTY:
		return fmax(mean(t, "dirty_cpu", i->column),
			    mean(t, "dirty_io", i->column));
	case HOME_MOST:
		return most(t, i->key, i->column);
	case HOME_LEVEL:
	case HOME_RATE:
		break;
	}
	return cell_number(home_cell(t, i->key, i->column));
}

double home_item_limit(const struct home_item *i, const struct table *t)
{
	double limit = NAN;

	if (!i->limit_key)
		return NAN;
	if (*i->limit_key)
		limit = cell_number(home_cell(t, i->limit_key, i->column));
	else
		limit = cell_number(home_cell(t, i->key, "limit"));
	return limit > 0 ? limit : NAN;
}

double home_item_growth(const struct home_item *i, const struct table *t)
{
	char column[64];

	if (i->how != HOME_LEVEL && i->how != HOME_RATE)
		return NAN;
	snprintf(column, sizeof(column), "%s_growth", i->column);
	return cell_number(home_cell(t, i->key, column));
}

struct series_name home_item_series(const struct home_item *i, struct text link)
{
	const char *table = i->feed < HOME_FEEDS ? feeds[i->feed].table : "otoscope";

	return (struct series_name){ link, text_of(table), text_of(i->key),
				     text_of(i->column) };
}
