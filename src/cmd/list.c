/*
 * The list of commands.
 */
#include "base/near.h"
#include "cmd/commands.h"
#include "cmd/table.h"
#include "tables/ets.h"
#include "tables/leak.h"
#include "tables/memory.h"
#include "tables/port.h"
#include "tables/schedulers.h"
#include "tables/supervisors.h"
#include "tables/tables.h"
#include "tables/threads.h"

/* Every table is a command with these options. */
#define OF_TABLE \
	(OPTIONS_SOURCE | OPTIONS_OUTPUT | OPTIONS_TABLE | OPTIONS_SAMPLE | \
	 OPTIONS_TERMS | OPTIONS_PAST)

/* And every command about one process these. */
#define OF_PROCESS (OPTIONS_SOURCE | OPTIONS_OUTPUT | OPTIONS_TERMS)

/* Tables that have no row here get one of their own, before the last ones. */
/* What help says of EXPR. */
static const char expressions[] =
	"EXPR is in Erlang or Elixir, in quotes for the shell:\n"
	"  shop:price/2          calls of this function\n"
	"  shop:price, 'shop:_'  of any arity, of any function of the module\n"
	"  'shop:price(milk, N) when N > 5 -> return'\n"
	"                        with these arguments; shows values and exceptions\n"
	"  'MyApp.Shop.price(%{id: id}) when id > 100 -> return'\n"
	"                        the same in Elixir\n"
	"  'shop:price fun([A, _]) when A > 1 -> exception_trace() end'\n"
	"                        a fun, as dbg:fun2ms/1 takes it\n"
	"Behind -> may stand return, stack, count, time; "
	"man otoscope has the rest.\n";

static const struct command rows[] = {
	{ .name = "top", .help = "the screens: what goes on in a node, live",
	  .options = OPTIONS_SOURCE | OPTIONS_TERMS | OPTIONS_PAST | OPTIONS_WRITE |
		     OPTIONS_TOP,
	  .patient = true, .check = top_check, .run = top_run },
	{ .name = "nodes",
	  .help = "the Erlang nodes of this host, and whether their cookie was found",
	  .options = OPTIONS_OUTPUT | OPTIONS_TABLE,
	  .schema = &nodes_schema, .run = nodes_run },
	{ .name = "memory", .help = "what the node's memory is used for",
	  .options = OF_TABLE, .schema = &memory_schema, .run = memory_run },
	{ .name = "ets", .arguments = "[TABLE]",
	  .help = "the ETS tables of the node; all about one, or its first objects",
	  .options = OF_TABLE | OPTIONS_ROWS, .schema = &ets_schema, .most = 1,
	  .check = ets_check, .run = ets_run },
	{ .name = "ports", .arguments = "[PORT]",
	  .help = "the ports of the node, or everything about one",
	  .options = OF_TABLE, .schema = &ports_schema, .most = 1,
	  .check = port_check, .run = port_run },
	{ .name = "sockets", .arguments = "[ID]",
	  .help = "the sockets of the node with their traffic, or everything about one",
	  .options = OF_TABLE, .schema = &sockets_schema, .most = 1,
	  .check = port_check, .run = port_run },
	{ .name = "supervisors", .arguments = "[PROCESS]",
	  .help = "the supervisors as a tree, or a branch of it",
	  .options = OF_TABLE | OPTIONS_ACTIVE, .schema = &supervisors_schema,
	  .most = 1, .check = supervisors_check, .run = supervisors_run },
	{ .name = "children", .arguments = "[PROCESS]",
	  .help = "the supervision tree with all that are in it, or a branch of it",
	  .options = OF_TABLE | OPTIONS_ACTIVE, .schema = &children_schema,
	  .most = 1, .check = supervisors_check, .run = supervisors_run },
	{ .name = "schedulers",
	  .help = "how busy the scheduler threads are, and how long their queues",
	  .options = OF_TABLE, .otherwise = "threads",
	  .schema = &schedulers_schema, .run = table_run },
	{ .name = "threads",
	  .help = "the node's threads as its host sees them, without asking the node",
	  .options = OF_TABLE, .outside = true,
	  .schema = &threads_schema, .run = table_run },
	{ .name = "info", .arguments = "[PID]",
	  .help = "everything about one process; without PID, about the node",
	  .options = OF_PROCESS, .single = true, .most = 1, .run = info_run },
	{ .name = "state", .arguments = "PID",
	  .help = "the state of a process",
	  .options = OF_PROCESS | OPTIONS_COUNT,
	  .live = true, .single = true, .required = 1, .most = 1, .run = state_run },
	{ .name = "messages", .arguments = "PID",
	  .help = "the first messages in the mailbox of a process",
	  .options = OF_PROCESS | OPTIONS_COUNT,
	  .live = true, .single = true, .required = 1, .most = 1, .run = messages_run },
	{ .name = "stack", .arguments = "PID",
	  .help = "what a process is doing: its calls, the innermost first",
	  .options = OF_PROCESS,
	  .live = true, .single = true, .required = 1, .most = 1, .run = stack_run },
	{ .name = "call", .arguments = "'M:F(ARGS)'",
	  .help = "call a function of the node, with literal arguments",
	  .options = OF_PROCESS | OPTIONS_COUNT | OPTIONS_WRITE,
	  .live = true, .single = true, .required = 1, .most = 1, .run = call_run },
	{ .name = "trace", .arguments = "'EXPR'...",
	  .help = "calls of functions as they happen, within limits",
	  .options = OPTIONS_SOURCE | OPTIONS_OUTPUT | OPTIONS_TABLE | OPTIONS_TERMS |
		     OPTIONS_TRACE,
	  .live = true, .most = 64,
	  .more = expressions, .check = trace_check, .run = trace_run },
	{ .name = "match", .arguments = "'EXPR'",
	  .help = "the match specification of an expression; asks no node",
	  .options = OPTIONS_OUTPUT | OPTIONS_TERMS, .required = 1, .most = 1,
	  .more = expressions, .run = match_run },
	{ .name = "leaks", .arguments = "binary",
	  .help = "processes that keep binaries needlessly; collects their garbage",
	  .options = OPTIONS_SOURCE | OPTIONS_OUTPUT | OPTIONS_TABLE | OPTIONS_WRITE |
		     OPTIONS_LEAKS,
	  .live = true, .single = true, .keyword = true, .required = 1, .most = 1,
	  .schema = &leaks_schema, .check = leaks_check, .run = leaks_run },
	{ .name = "record", .arguments = "FILE",
	  .help = "write samples of all tables into a file that is a source then",
	  .options = OPTIONS_SOURCE | OPTIONS_TERMS | OPTIONS_RECORD,
	  .live = true, .single = true, .required = 1, .most = 1,
	  .check = record_check, .run = record_run },
	{ .name = "sql", .arguments = "[STATEMENT]",
	  .help = "SQL over all tables; without a statement a prompt",
	  .options = OPTIONS_SOURCE | OPTIONS_OUTPUT | OPTIONS_SAMPLE | OPTIONS_TERMS |
		     OPTIONS_COUNT | OPTIONS_PAST,
	  .most = 1, .check = sql_check, .run = sql_run },
	{ .name = "snapshot", .arguments = "[FILE]",
	  .help = "the allocators, as recon_alloc:snapshot_load/1 reads them",
	  .options = OPTIONS_SOURCE, .live = true, .single = true, .most = 1,
	  .check = snapshot_check, .run = snapshot_run },
	{ .name = "completion", .arguments = "SHELL",
	  .help = "a completion script for bash, zsh or fish",
	  .required = 1, .most = 1, .run = completion_run },
	{ .name = "help", .arguments = "[COMMAND]",
	  .help = "this list, or help on one command",
	  .most = 1, .run = help_run },
	{ .name = "version", .help = "otoscope's version", .run = version_run },
};
static const size_t nrows = sizeof(rows) / sizeof(rows[0]);

static bool has_row(const struct schema *s)
{
	for (size_t i = 0; i < nrows; i++)
		if (rows[i].schema == s)
			return true;
	return false;
}

static struct command of_table(const struct schema *s)
{
	return (struct command){
		.name = s->command ? s->command : s->name,
		.alias = s->command ? s->name : NULL,
		.help = s->help,
		.options = OF_TABLE,
		.schema = s,
		.run = table_run,
	};
}

size_t commands_count(void)
{
	size_t n = nrows;

	for (size_t i = 0; i < ntables; i++)
		n += !has_row(tables[i]);
	return n;
}

struct command command_at(size_t i)
{
	for (size_t t = 0; t < ntables; t++) {
		if (has_row(tables[t]))
			continue;
		if (i == 0)
			return of_table(tables[t]);
		i--;
	}
	return rows[i];
}

bool command_find(struct text name, struct command *out, struct err *err)
{
	struct near near = { .word = name };

	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		if (text_is(name, c.name) || (c.alias && text_is(name, c.alias))) {
			*out = c;
			return true;
		}
		near_offer(&near, c.name);
		if (c.alias)
			near_offer(&near, c.alias);
	}
	fail(err, ERR_USAGE, "there is no command '%.*s'", TEXT_ARG(name));
	if (near.best)
		return fail_hint(err, "did you mean %s?", near.best);
	return fail_hint(err, "otoscope help lists the commands");
}
