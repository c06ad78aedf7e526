/* Which ETS tables are OTP's and Elixir's own. */
#include "tables/ets_system.h"

#include <stddef.h>

/* The applications of OTP 23 to 29 and Elixir that have tables or could. */
static const char *const applications[] = {
	"asn1", "common_test", "compiler", "crypto", "debugger", "dialyzer", "diameter",
	"edoc", "eex", "eldap", "elixir", "erl_docgen", "erts", "et", "eunit", "ex_unit",
	"ftp", "hex", "iex", "inets", "kernel", "logger", "megaco", "mix", "observer",
	"odbc", "os_mon", "parsetools", "public_key", "reltool", "runtime_tools", "sasl",
	"snmp", "ssh", "ssl", "stdlib", "syntax_tools", "tftp", "tools", "wx", "xmerl",
};

/* Tables of processes that belong to no application, or that a user's process may own on
 * behalf of OTP. observer hides the same, and more that are no longer there. */
static const char *const names[] = {
	"ac_tab", "cell_id", "code", "code_names", "code_server", "cookies",
	"cover_binary_code_table", "cover_collected_remote_data_table",
	"cover_internal_data_table", "cover_internal_clause_table", "dets", "dets_owners",
	"dets_registry", "disk_log_names", "disk_log_pids", "erl_epmd_nodes",
	"file_io_servers", "global_lost_connections", "global_locks", "global_names",
	"global_names_ext", "global_node_resources", "global_pid_ids", "global_pid_names",
	"inet_cache", "inet_db", "inet_hosts_byaddr", "inet_hosts_byname",
	"inet_hosts_file_byaddr", "inet_hosts_file_byname", "inet_sockets",
	"interpreter_includedirs_macros", "logger", "pg2_table", "pg_table",
	"rex_nodes_observer", "shell_records", "sys_dist", "timer_interval_tab",
	"timer_tab", "ttb", "ttb_history_table",
};

static bool is_one_of(struct text t, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(t, list[i]))
			return true;
	return false;
}

bool ets_is_system(struct text name, struct text application)
{
	if (text_is(application, "mnesia"))
		return text_starts(name, "mnesia_") || text_is(name, "schema");
	if (application.len)
		return is_one_of(application, applications,
				 sizeof(applications) / sizeof(applications[0]));
	return is_one_of(name, names, sizeof(names) / sizeof(names[0]));
}
