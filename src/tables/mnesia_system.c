/* The mnesia_system table: what Mnesia says of itself. */
#include "tables/cell.h"
#include "tables/mnesia.h"
#include "tables/question.h"

static const struct column columns[MNESIA_SYSTEM_NCOLUMNS] = {
	[MNESIA_SYSTEM_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"what it is" },
	[MNESIA_SYSTEM_VALUE] = { "value", "VALUE", UNIT_COUNT, COLUMN_GAUGE,
		"a number or a text" },
	[MNESIA_SYSTEM_HELP] = { "help", "MEANING", UNIT_NONE, COLUMN_LABEL,
		"what that means" },
};

/* In the order in which the text gives them. */
static const struct {
	const char *name;
	const char *help;
} facts[] = {
	{ "is_running", "yes, or starting, stopping" },
	{ "version", "version of Mnesia" },
	{ "running_nodes", "nodes where it runs" },
	{ "stopped_nodes", "nodes of the schema where it does not run" },
	{ "extra_nodes", "nodes beside the schema's that it looks for" },
	{ "directory", "where it keeps what is on disk" },
	{ "use_dir", "whether it keeps anything on disk" },
	{ "schema_location", "disc, ram or opt_disc" },
	{ "tables", "tables that it knows" },
	{ "local_tables", "tables of which this node has a copy" },
	{ "tables_not_loaded", "tables that cannot be read yet" },
	{ "master_node_tables", "tables with master nodes" },
	{ "transaction_commits", "transactions done since the start" },
	{ "transaction_failures", "transactions given up since the start" },
	{ "transaction_restarts", "transactions begun again since the start" },
	{ "transaction_log_writes", "writes into its log since the start" },
	{ "held_locks", "locks that are held" },
	{ "sticky_locks", "locks that stay with a node" },
	{ "lock_queue", "locks that are waited for" },
	{ "transactions_with_locks", "transactions that hold or want locks, by lock" },
	{ "tm_queue", "messages that wait in mnesia_tm" },
	{ "locker_queue", "messages that wait in mnesia_locker" },
	{ "controller_queue", "messages that wait in mnesia_controller" },
	{ "subscriber_queue", "messages that wait in mnesia_subscr" },
	{ "checkpoints", "checkpoints" },
	{ "dump_log_write_threshold", "writes after which the log is dumped" },
	{ "dump_log_time_threshold", "milliseconds after which the log is dumped" },
};
#define NFACTS (sizeof(facts) / sizeof(facts[0]))

/*
 * Nothing here waits for a process of Mnesia: locks are counted by the sizes of the
 * locker's ETS tables, since mnesia:system_info(held_locks) has the locker copy them all.
 */
static const char text[] =
	"S = fun(K) -> try mnesia:system_info(K) catch _:_ -> undefined end end,"
	"L = fun(K) -> try erlang:length(S(K)) catch _:_ -> undefined end end,"
	"E = fun(T) -> try ets:info(T, size) catch _:_ -> undefined end end,"
	"Q = fun(P) -> try erlang:element(2,"
	" erlang:process_info(erlang:whereis(P), message_queue_len))"
	" catch _:_ -> undefined end end,"
	"exit(case " MNESIA_RUNS " of false -> []; true ->"
	" [S(is_running), S(version), S(running_db_nodes),"
	" try S(db_nodes) -- S(running_db_nodes) catch _:_ -> undefined end,"
	" S(extra_db_nodes), S(directory), S(use_dir), S(schema_location),"
	" L(tables), L(local_tables),"
	" try erlang:length([T || T <- S(tables),"
	"  mnesia:table_info(T, where_to_read) =:= nowhere])"
	"  catch _:_ -> undefined end,"
	" L(master_node_tables),"
	" S(transaction_commits), S(transaction_failures), S(transaction_restarts),"
	" S(transaction_log_writes),"
	" E(mnesia_held_locks), E(mnesia_sticky_locks), E(mnesia_lock_queue),"
	" E(mnesia_tid_locks),"
	" Q(mnesia_tm), Q(mnesia_locker), Q(mnesia_controller), Q(mnesia_subscr),"
	" L(checkpoints), S(dump_log_write_threshold), S(dump_log_time_threshold)] end).";

/* The version and the directory are lists of characters, nodes are lists of atoms. */
static void set_value(struct table *t, size_t row, const struct term *value)
{
	if (value->type == TERM_INT)
		cell_set_int(t, row, MNESIA_SYSTEM_VALUE, value);
	else if (value->type == TERM_ATOM && !term_is_atom(value, "undefined"))
		cell_set_name(t, row, MNESIA_SYSTEM_VALUE, value);
	else if (value->type == TERM_LIST && value->n &&
		 value->items[0].type == TERM_ATOM)
		mnesia_set_names(t, row, MNESIA_SYSTEM_VALUE, value);
	else
		cell_set_chars(t, row, MNESIA_SYSTEM_VALUE, value);
}

static bool rows(struct reading *r, const struct term *value)
{
	if (value->type != TERM_LIST || (value->n != 0 && value->n != NFACTS))
		return false;
	for (size_t i = 0; i < value->n; i++) {
		size_t row = table_add(r->table);

		table_set_text(r->table, row, MNESIA_SYSTEM_NAME, text_of(facts[i].name));
		table_set_text(r->table, row, MNESIA_SYSTEM_HELP, text_of(facts[i].help));
		set_value(r->table, row, &value->items[i]);
	}
	return true;
}

static const struct question question = {
	.text = text,
	.rows = rows,
};

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	mnesia_ask(l, rq, &question, done, ctx);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema mnesia_system_schema = {
	.name = "mnesia_system",
	.tab = "ets",
	.help = "what Mnesia says of itself: nodes, transactions, locks",
	.columns = columns,
	.ncolumns = MNESIA_SYSTEM_NCOLUMNS,
	.key = MNESIA_SYSTEM_NAME,
	.readers = &readers,
};
