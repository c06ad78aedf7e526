/* Which functions of OTP and Elixir are known only to read. */
#include <string.h>

#include "tables/foreign_call.h"

/* Is this argument list harmless too? */
typedef bool check_fn(const struct term *args);

static bool is_one_of(const struct term *t, const char *const *names)
{
	for (; *names; names++)
		if (term_is_atom(t, *names))
			return true;
	return false;
}

/* What else process_info/2 gives is copied whole, whatever its size: state, messages and
 * info have it bounded. */
static bool check_process_info(const struct term *args)
{
	static const char *const small[] = {
		"catchlevel", "current_function", "current_location",
		"current_stacktrace", "error_handler", "garbage_collection",
		"garbage_collection_info", "group_leader", "heap_size", "initial_call",
		"links", "last_calls", "memory", "message_queue_len",
		"message_queue_data", "min_heap_size", "min_bin_vheap_size",
		"monitored_by", "monitors", "parent", "priority", "reductions",
		"registered_name", "stack_size", "status", "suspending",
		"total_heap_size", "trace", "trap_exit", NULL,
	};
	const struct term *item = &args->items[1];

	if (!term_is_list(item))
		return is_one_of(item, small);
	for (size_t i = 0; i < item->n; i++)
		if (!is_one_of(&item->items[i], small))
			return false;
	return true;
}

/* These stop the whole node while they write about all of it. */
static bool check_system_info(const struct term *args)
{
	static const char *const heavy[] = { "info", "procs", "loaded", "dist", NULL };

	return args->items[0].type == TERM_ATOM && !is_one_of(&args->items[0], heavy);
}

static const struct {
	const char *module;
	const char *function;
	int least, most; /* arguments */
	check_fn *check;
} reads[] = {
	{ "erlang", "date", 0, 0, NULL },
	{ "erlang", "function_exported", 3, 3, NULL },
	{ "erlang", "is_process_alive", 1, 1, NULL },
	{ "erlang", "localtime", 0, 0, NULL },
	{ "erlang", "memory", 0, 1, NULL },
	{ "erlang", "module_loaded", 1, 1, NULL },
	{ "erlang", "monotonic_time", 0, 1, NULL },
	{ "erlang", "node", 0, 0, NULL },
	{ "erlang", "nodes", 0, 1, NULL },
	{ "erlang", "ports", 0, 0, NULL },
	{ "erlang", "port_info", 1, 2, NULL },
	{ "erlang", "process_info", 2, 2, check_process_info },
	{ "erlang", "processes", 0, 0, NULL },
	{ "erlang", "registered", 0, 0, NULL },
	{ "erlang", "statistics", 1, 1, NULL },
	{ "erlang", "system_info", 1, 1, check_system_info },
	{ "erlang", "system_monitor", 0, 0, NULL },
	{ "erlang", "system_time", 0, 1, NULL },
	{ "erlang", "time", 0, 0, NULL },
	{ "erlang", "universaltime", 0, 0, NULL },
	{ "erlang", "whereis", 1, 1, NULL },
	{ "application", "get_all_env", 1, 1, NULL },
	{ "application", "get_application", 1, 1, NULL },
	{ "application", "get_env", 2, 3, NULL },
	{ "application", "get_key", 2, 2, NULL },
	{ "application", "loaded_applications", 0, 0, NULL },
	{ "application", "which_applications", 0, 1, NULL },
	{ "code", "all_loaded", 0, 0, NULL },
	{ "code", "get_mode", 0, 0, NULL },
	{ "code", "get_path", 0, 0, NULL },
	{ "code", "is_loaded", 1, 1, NULL },
	{ "code", "is_sticky", 1, 1, NULL },
	{ "code", "lib_dir", 0, 1, NULL },
	{ "code", "root_dir", 0, 0, NULL },
	{ "code", "which", 1, 1, NULL },
	{ "ets", "all", 0, 0, NULL },
	{ "ets", "info", 1, 2, NULL },
	{ "ets", "member", 2, 2, NULL },
	{ "ets", "whereis", 1, 1, NULL },
	{ "global", "registered_names", 0, 0, NULL },
	{ "global", "whereis_name", 1, 1, NULL },
	{ "init", "get_status", 0, 0, NULL },
	{ "logger", "get_handler_ids", 0, 0, NULL },
	{ "logger", "get_primary_config", 0, 0, NULL },
	{ "mnesia", "system_info", 1, 1, NULL },
	{ "mnesia", "table_info", 2, 2, NULL },
	{ "net_kernel", "get_net_ticktime", 0, 0, NULL },
	{ "os", "getenv", 1, 2, NULL },
	{ "os", "getpid", 0, 0, NULL },
	{ "os", "type", 0, 0, NULL },
	{ "os", "version", 0, 0, NULL },
	{ "persistent_term", "info", 0, 0, NULL },
	{ "pg", "get_local_members", 1, 2, NULL },
	{ "pg", "get_members", 1, 2, NULL },
	{ "pg", "which_groups", 0, 1, NULL },
	{ "supervisor", "count_children", 1, 1, NULL },
	{ "Elixir.Application", "get_env", 2, 3, NULL },
	{ "Elixir.Application", "loaded_applications", 0, 0, NULL },
	{ "Elixir.Application", "started_applications", 0, 0, NULL },
	{ "Elixir.DynamicSupervisor", "count_children", 1, 1, NULL },
	{ "Elixir.Node", "list", 0, 1, NULL },
	{ "Elixir.Node", "self", 0, 0, NULL },
	{ "Elixir.Process", "alive?", 1, 1, NULL },
	{ "Elixir.Process", "list", 0, 0, NULL },
	{ "Elixir.Process", "registered", 0, 0, NULL },
	{ "Elixir.Process", "whereis", 1, 1, NULL },
	{ "Elixir.Registry", "count", 1, 1, NULL },
	{ "Elixir.Supervisor", "count_children", 1, 1, NULL },
	{ "Elixir.System", "build_info", 0, 0, NULL },
	{ "Elixir.System", "otp_release", 0, 0, NULL },
	{ "Elixir.System", "version", 0, 0, NULL },
};

bool foreign_only_reads(const struct term_call *call)
{
	int n = (int)call->args.n;

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		if (text_is(call->module, reads[i].module) &&
		    text_is(call->function, reads[i].function) &&
		    n >= reads[i].least && n <= reads[i].most)
			return !reads[i].check || reads[i].check(&call->args);
	return false;
}
