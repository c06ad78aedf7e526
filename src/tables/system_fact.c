/* The facts of the system table: a row each, with the Erlang that gives it. */
#include "tables/system_fact.h"

#include <string.h>

/* What several facts are made of; read once, when one of them is wanted. */
#define OF_COLLECTIONS "{G, R, _} = T(garbage_collection),"
#define OF_IO "{{_, I}, {_, O}} = T(io),"
#define OF_MEMORY "M = F(fun() -> erlang:memory() end),"
#define OF_POLLS                                            \
	"C = lists:flatten([F(fun() -> S(check_io) end)])," \
	"X = lists:max([0 | [N || {max_fds, N} <- C]]),"
#define OF_TERMS "P = F(fun() -> persistent_term:info() end),"

/* Before Linux 6.2 the size of that directory is 0. How many there may be is looked at
 * before they are listed. Binaries are not written as such: to read them, the node would
 * load one more module. */
#define COUNT_FILES \
	"{ok, B} = prim_file:read_file(\"/proc/self/status\")," \
	" [_, D] = binary:split(B, erlang:list_to_binary(\"FDSize:\"))," \
	" [E, _] = binary:split(D, erlang:list_to_binary([10]))," \
	" true = erlang:list_to_integer(erlang:tl(erlang:binary_to_list(E))) =< 16384," \
	" {ok, H} = prim_file:list_dir(\"/proc/self/fd\"), erlang:length(H) - 1"

/* The logger's own processes, those of its forerunners, and that of each handler that has
 * one. Of a handler's configuration only this is copied, and only of the first ones. */
#define LOGGER_QUEUES \
	"Q = fun(A) -> case erlang:process_info(A, message_queue_len) of" \
	" {_, N} -> N; _ -> undefined end end," \
	" E = try [erlang:list_to_existing_atom(\"Elixir.Logger\")]" \
	" catch _:_ -> [] end," \
	" H = case ets:select(logger, [{{{'$handler_config$', '$1'}," \
	" #{config => #{olp => {'_', '$2', '_'}, drop_mode_qlen => '$3'}}}," \
	" [], [{{'$1', '$2', '$3'}}]}], 16) of {L, _} -> L; _ -> [] end," \
	" [{N, Q(A), undefined} || N <- [logger, logger_proxy, error_logger | E]," \
	" A <- [erlang:whereis(N)], erlang:is_pid(A)]" \
	" ++ [{N, Q(A), L} || {N, A, L} <- H, erlang:is_pid(A)]"

const struct system_fact system_facts[] = {
	{ "node", UNIT_NONE, "name of the node",
	  "erlang:node()" },
	{ "otp_release", UNIT_NONE, "OTP release",
	  "S(otp_release)" },
	{ "erts_version", UNIT_NONE, "version of the runtime system",
	  "S(version)" },
	{ "emulator", UNIT_NONE, "kind of emulator: jit or emu",
	  "S(emu_flavor)" },
	{ "build_type", UNIT_NONE,
	  "how the emulator was built: opt, debug, lcnt and others",
	  "S(build_type)" },
	{ "debug_compiled", UNIT_NONE, "whether the emulator is built for debugging",
	  "S(debug_compiled)" },
	{ "architecture", UNIT_NONE, "machine it was built for",
	  "S(system_architecture)" },
	{ "endian", UNIT_NONE, "order of the bytes in a number",
	  "S(endian)" },
	{ "wordsize", UNIT_BYTES, "a machine word",
	  "W" },
	{ "nif_version", UNIT_NONE, "version of the interface of NIFs",
	  "S(nif_version)" },
	{ "driver_version", UNIT_NONE, "version of the interface of drivers",
	  "S(driver_version)" },
	{ "elixir_version", UNIT_NONE, "version of Elixir, when it is loaded",
	  "begin {ok, V} = application:get_key(elixir, vsn), V end" },
	{ "os_type", UNIT_NONE, "kind of operating system",
	  "erlang:element(2, os:type())" },
	{ "os_version", UNIT_NONE, "version of the operating system's kernel",
	  "erlang:iolist_to_binary(lists:join($., [erlang:integer_to_list(N) ||"
	  " N <- erlang:tuple_to_list(os:version())]))" },
	{ "os_pid", UNIT_NONE, "its process of the operating system",
	  "erlang:list_to_integer(os:getpid())" },
	{ "uptime_ns", UNIT_NS, "time since the runtime was started",
	  "erlang:convert_time_unit(erlang:monotonic_time() - S(start_time), native, "
	  "nanosecond)" },
	{ "process_count", UNIT_COUNT, "processes",
	  "{S(process_count), S(process_limit)}" },
	{ "port_count", UNIT_COUNT, "ports",
	  "{S(port_count), S(port_limit)}" },
	{ "atom_count", UNIT_COUNT, "atoms; they are never freed",
	  "{S(atom_count), S(atom_limit)}" },
	{ "fd_count", UNIT_COUNT, "open file descriptors of its OS process",
	  "{case erlang:element(2, erlang:element(2,"
	  " prim_file:read_file_info(\"/proc/self/fd\"))) of"
	  " 0 -> " COUNT_FILES "; N -> N end, X}",
	  OF_POLLS },
	{ "poll_fd_count", UNIT_COUNT, "file descriptors that it waits for",
	  "{lists:sum([N || {total_poll_set_size, N} <- C]), X}",
	  OF_POLLS },
	{ "ets_count", UNIT_COUNT, "ETS tables; there is no hard limit",
	  "S(ets_count)" },
	{ "ets_limit", UNIT_COUNT,
	  "size that the index of named ETS tables was made for",
	  "S(ets_limit)" },
	{ "module_count", UNIT_COUNT, "loaded modules",
	  "erlang:length(erlang:loaded())" },
	{ "node_count", UNIT_COUNT, "connected nodes, hidden ones too",
	  "erlang:length(erlang:nodes(connected))" },
	{ "persistent_term_count", UNIT_COUNT, "persistent terms",
	  "maps:get(count, P)",
	  OF_TERMS },
	{ "persistent_term_bytes", UNIT_BYTES, "memory of the persistent terms",
	  "maps:get(memory, P)",
	  OF_TERMS },
	{ "memory_total_bytes", UNIT_BYTES,
	  "memory of the node; the table memory has all kinds",
	  "erlang:element(2, lists:keyfind(total, 1, M))",
	  OF_MEMORY },
	{ "memory_processes_bytes", UNIT_BYTES, "memory of processes",
	  "erlang:element(2, lists:keyfind(processes, 1, M))",
	  OF_MEMORY },
	{ "memory_binary_bytes", UNIT_BYTES, "memory of reference-counted binaries",
	  "erlang:element(2, lists:keyfind(binary, 1, M))",
	  OF_MEMORY },
	{ "memory_ets_bytes", UNIT_BYTES, "memory of ETS tables",
	  "erlang:element(2, lists:keyfind(ets, 1, M))",
	  OF_MEMORY },
	{ "memory_atom_bytes", UNIT_BYTES, "memory of atoms",
	  "erlang:element(2, lists:keyfind(atom, 1, M))",
	  OF_MEMORY },
	{ "memory_code_bytes", UNIT_BYTES, "memory of loaded code",
	  "erlang:element(2, lists:keyfind(code, 1, M))",
	  OF_MEMORY },
	{ "literal_bytes", UNIT_BYTES,
	  "memory of literals: constant terms of code, persistent terms",
	  "lists:sum([erlang:element(2, N) || {instance, _, B} <- S({allocator_sizes, "
	  "literal_alloc}), {_, D} <- B, {blocks, E} <- D, {_, H} <- E, N <- H, "
	  "erlang:element(1, N) =:= size])" },
	{ "logical_processors", UNIT_COUNT, "logical processors that the runtime sees",
	  "S(logical_processors)" },
	{ "logical_processors_online", UNIT_COUNT, "those of them that are online",
	  "S(logical_processors_online)" },
	{ "logical_processors_available", UNIT_COUNT, "those that it may use",
	  "S(logical_processors_available)" },
	{ "cpu_quota", UNIT_COUNT,
	  "processors' worth of CPU time that its container may use",
	  "S(cpu_quota)" },
	{ "schedulers", UNIT_COUNT, "scheduler threads",
	  "S(schedulers)" },
	{ "schedulers_online", UNIT_COUNT, "scheduler threads in use",
	  "S(schedulers_online)" },
	{ "dirty_cpu_schedulers", UNIT_COUNT, "dirty CPU schedulers",
	  "S(dirty_cpu_schedulers)" },
	{ "dirty_cpu_schedulers_online", UNIT_COUNT, "dirty CPU schedulers in use",
	  "S(dirty_cpu_schedulers_online)" },
	{ "dirty_io_schedulers", UNIT_COUNT, "dirty I/O schedulers",
	  "S(dirty_io_schedulers)" },
	{ "scheduler_bind_type", UNIT_NONE, "how schedulers are bound to processors",
	  "S(scheduler_bind_type)" },
	{ "multi_scheduling", UNIT_NONE, "whether all schedulers may run",
	  "S(multi_scheduling)" },
	{ "multi_scheduling_blockers", UNIT_COUNT,
	  "processes that keep all other schedulers from running",
	  "erlang:length(S(multi_scheduling_blockers))" },
	{ "smp_support", UNIT_NONE, "whether it has several schedulers at all",
	  "S(smp_support)" },
	{ "threads", UNIT_NONE, "whether it has threads",
	  "S(threads)" },
	{ "async_threads", UNIT_COUNT, "threads for drivers' asynchronous work",
	  "S(thread_pool_size)" },
	{ "kernel_poll", UNIT_NONE, "whether the kernel's poll is used",
	  "S(kernel_poll)" },
	{ "run_queue", UNIT_COUNT, "processes and ports ready to run",
	  "T(total_run_queue_lengths_all)" },
	{ "active_tasks", UNIT_COUNT, "processes and ports ready to run, or running",
	  "T(total_active_tasks_all)" },
	{ "reductions", UNIT_COUNT, "work done since the start",
	  "erlang:element(1, T(reductions))" },
	{ "context_switches", UNIT_COUNT, "context switches since the start",
	  "erlang:element(1, T(context_switches))" },
	{ "garbage_collections", UNIT_COUNT, "garbage collections since the start",
	  "G",
	  OF_COLLECTIONS },
	{ "gc_reclaimed_bytes", UNIT_BYTES, "freed by them since the start",
	  "R * W",
	  OF_COLLECTIONS },
	{ "io_input_bytes", UNIT_BYTES, "bytes read through ports since the start",
	  "I",
	  OF_IO },
	{ "io_output_bytes", UNIT_BYTES, "bytes written through ports since the start",
	  "O",
	  OF_IO },
	{ "cpu_time_ns", UNIT_NS, "CPU time of all threads since the start",
	  "erlang:element(1, T(runtime)) * 1000000" },
	{ "min_heap_size_bytes", UNIT_BYTES,
	  "heap that a process starts with, if nobody says",
	  "erlang:element(2, S(min_heap_size)) * W" },
	{ "min_bin_vheap_size_bytes", UNIT_BYTES,
	  "binaries that a process may refer to before it is collected, if nobody says",
	  "erlang:element(2, S(min_bin_vheap_size)) * W" },
	{ "max_heap_size_bytes", UNIT_BYTES,
	  "heap at which a process is ended, if nobody says",
	  "case maps:get(size, S(max_heap_size)) of 0 -> undefined; N -> N * W end" },
	{ "fullsweep_after", UNIT_COUNT,
	  "collections of the young heap until one of all, if nobody says",
	  "erlang:element(2, S(fullsweep_after))" },
	{ "message_queue_data", UNIT_NONE, "where messages are kept, if nobody says",
	  "S(message_queue_data)" },
	{ "port_parallelism", UNIT_NONE,
	  "whether ports favour parallelism, if nobody says",
	  "S(port_parallelism)" },
	{ "time_correction", UNIT_NONE, "whether the clock is corrected smoothly",
	  "S(time_correction)" },
	{ "time_warp_mode", UNIT_NONE,
	  "what happens when the operating system's clock jumps",
	  "S(time_warp_mode)" },
	{ "time_offset", UNIT_NONE, "state of the offset between Erlang's clocks",
	  "S(time_offset)" },
	{ "net_ticktime_ns", UNIT_NS, "how long a silent connection to a node is kept",
	  "case net_kernel:get_net_ticktime() of {_, N} -> N * 1000000000; N -> N * "
	  "1000000000 end" },
	{ "dist_buf_busy_limit", UNIT_BYTES,
	  "data waiting for a node at which its senders are suspended",
	  "S(dist_buf_busy_limit)" },
	{ "async_dist", UNIT_NONE,
	  "whether messages to nodes never suspend their sender, if nobody says",
	  "S(async_dist)" },
	{ "delayed_node_table_gc_ns", UNIT_NS,
	  "how long a node is remembered that nothing refers to",
	  "S(delayed_node_table_gc) * 1000000000" },
	{ "outstanding_system_requests_limit", UNIT_COUNT,
	  "requests for collections and checks of code that run at once",
	  "S(outstanding_system_requests_limit)" },
	{ "system_monitor", UNIT_NONE,
	  "the process that is told of long collections and the like",
	  "erlang:pid_to_list(erlang:element(1, erlang:system_monitor()))" },
	{ "dynamic_trace", UNIT_NONE, "what external tracer it is built for",
	  "S(dynamic_trace)" },
	{ "logger_level", UNIT_NONE, "the least important level that is logged",
	  "maps:get(level, logger:get_primary_config())" },
	{ "logger_queue", UNIT_COUNT,
	  "messages that wait for a part of the logger; a handler drops those over its "
	  "limit",
	  LOGGER_QUEUES,
	  .family = true },
	{ "creation", UNIT_NONE, "tells this life of the node from earlier ones",
	  "S(creation)" },
};
const size_t system_nfacts = sizeof(system_facts) / sizeof(system_facts[0]);

_Static_assert(sizeof(system_facts) / sizeof(system_facts[0]) <= 128,
	       "struct system_set has a bit for each");

void system_set_add(struct system_set *s, size_t fact)
{
	s->bits[fact / 64] |= (uint64_t)1 << fact % 64;
}

size_t system_fact_of(struct text name)
{
	size_t i = 0;

	for (; i < system_nfacts; i++) {
		struct text fact = text_of(system_facts[i].name);

		if (text_eq(name, fact) ||
		    (system_facts[i].family && text_starts(name, system_facts[i].name) &&
		     name.p[fact.len] == '.'))
			break;
	}
	return i;
}

/* Facts with the same needs stand together. */
static void add_needs(struct buf *out, const struct system_set *s)
{
	const char *last = NULL;

	for (size_t i = 0; i < system_nfacts; i++) {
		const char *needs = system_facts[i].needs;

		if (!needs || !system_set_has(s, i) || (last && strcmp(needs, last) == 0))
			continue;
		buf_str(out, needs);
		last = needs;
	}
}

/* A fun around each keeps its variables from the others. */
const char *system_text(const struct system_set *s, struct arena *arena)
{
	struct buf out = { 0 };
	const char *between = "";
	const char *text;

	buf_str(&out, "F = fun(E) -> try E() catch _:_ -> undefined end end,"
		      "S = fun erlang:system_info/1,"
		      "T = fun erlang:statistics/1,"
		      "W = S({wordsize, external}),");
	add_needs(&out, s);
	buf_str(&out, "exit([");
	for (size_t i = 0; i < system_nfacts; i++) {
		if (!system_set_has(s, i))
			continue;
		buf_printf(&out, "%sF(fun() -> %s end)", between, system_facts[i].erlang);
		between = ",";
	}
	buf_str(&out, "]).");
	text = text_cstr(arena, buf_text(&out));
	buf_clear(&out);
	return text;
}
