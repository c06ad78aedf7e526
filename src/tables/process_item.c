/* A column of the processes table: its key of process_info(), and its way into a cell. */
#include "tables/cell.h"
#include "tables/pid.h"
#include "tables/process.h"

static void set_int(const struct process_reading *r, size_t row, size_t column,
		    const struct term *value)
{
	cell_set_int(r->table, row, column, value);
}

static void set_words(const struct process_reading *r, size_t row, size_t column,
		      const struct term *value)
{
	cell_set_words(r->table, row, column, value, r->word_bytes);
}

/* [] for a process without a registered name. */
static void set_name(const struct process_reading *r, size_t row, size_t column,
		     const struct term *value)
{
	cell_set_name(r->table, row, column, value);
}

static void set_bool(const struct process_reading *r, size_t row, size_t column,
		     const struct term *value)
{
	cell_set_bool(r->table, row, column, value);
}

static void set_mfa(const struct process_reading *r, size_t row, size_t column,
		    const struct term *value)
{
	cell_set_mfa(r->table, row, column, value, r->syntax);
}

static void set_pid(const struct process_reading *r, size_t row, size_t column,
		    const struct term *value)
{
	pid_set(r->table, row, column, value, node_name(live_node(r->live)));
}

/* [{minor_gcs, N}, ...] */
static void set_minor_gcs(const struct process_reading *r, size_t row, size_t column,
			  const struct term *value)
{
	const struct term *n = term_get(value, "minor_gcs");

	if (n)
		set_int(r, row, column, n);
}

const struct process_item process_items[PROC_NCOLUMNS] = {
	[PROC_PID] = { TIER_MADE, NULL, NULL },
	[PROC_NAME] = { TIER_MADE, NULL, NULL },
	[PROC_REGISTERED_NAME] = { TIER_CHEAP, "registered_name", set_name },
	[PROC_INITIAL_CALL] = { TIER_WHO, NULL, NULL },
	[PROC_CURRENT_FUNCTION] = { TIER_DEAR, "current_function", set_mfa },
	[PROC_REDUCTIONS] = { TIER_CHEAP, "reductions", set_int },
	[PROC_MEMORY] = { TIER_DEAR, "memory", set_int },
	[PROC_MSGQ] = { TIER_CHEAP, "message_queue_len", set_int },
	[PROC_STATUS] = { TIER_CHEAP, "status", set_name },
	[PROC_HEAP] = { TIER_CHEAP, "heap_size", set_words },
	[PROC_TOTAL_HEAP] = { TIER_DEAR, "total_heap_size", set_words },
	[PROC_STACK] = { TIER_CHEAP, "stack_size", set_words },
	[PROC_APPLICATION] = { TIER_WHO, NULL, NULL },
	[PROC_LABEL] = { TIER_WHO, NULL, NULL },
	[PROC_PARENT] = { TIER_WHO, NULL, NULL },
	[PROC_PRIORITY] = { TIER_CHEAP, "priority", set_name },
	[PROC_TRAP_EXIT] = { TIER_DEAR, "trap_exit", set_bool },
	[PROC_QUEUE_DATA] = { TIER_DEAR, "message_queue_data", set_name },
	[PROC_GROUP_LEADER] = { TIER_CHEAP, "group_leader", set_pid },
	[PROC_MINOR_GCS] = { TIER_DEAR, "garbage_collection", set_minor_gcs },
	[PROC_LINKS] = { TIER_COUNTED, "links", set_int },
	[PROC_MONITORS] = { TIER_COUNTED, "monitors", set_int },
	[PROC_MONITORED_BY] = { TIER_COUNTED, "monitored_by", set_int },
	[PROC_BINARY_COUNT] = { TIER_COUNTED, "binary", set_int },
	[PROC_BINARY_MEMORY] = { TIER_COUNTED, "binary", set_int },
};

uint64_t process_tier_mask(enum process_tier tier)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < PROC_NCOLUMNS; i++)
		if (process_items[i].tier == tier)
			mask |= column_bit(i);
	return mask;
}

void process_etf_items(struct buf *out, uint64_t columns)
{
	etf_list(out, (size_t)__builtin_popcountll(columns));
	for (size_t i = 0; i < PROC_NCOLUMNS; i++)
		if (columns & column_bit(i))
			etf_atom_s(out, process_items[i].key);
	etf_nil(out);
}

bool process_set_row(const struct process_reading *r, size_t row, uint64_t columns,
		     const struct term *info)
{
	size_t at = 0;

	if (!info)
		return true; /* there, but nothing is known */
	if (info->type != TERM_LIST)
		return false; /* undefined: it died */
	for (size_t i = 0; i < PROC_NCOLUMNS && at < info->n; i++) {
		if (!(columns & column_bit(i)))
			continue;

		const struct term *pair = &info->items[at++];

		if (term_is_tuple(pair, 2, process_items[i].key))
			process_items[i].set(r, row, i, &pair->items[1]);
	}
	return true;
}
