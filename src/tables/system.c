/* The system table: facts, counts and limits of the runtime. */
#include "tables/system.h"

#include "tables/question.h"

static const struct column columns[] = {
	[SYSTEM_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"what it is" },
	[SYSTEM_VALUE] = { "value", "VALUE", UNIT_ROW, COLUMN_GAUGE,
		"a number or a text" },
	[SYSTEM_LIMIT] = { "limit", "LIMIT", UNIT_ROW, COLUMN_LABEL,
		"the most that it can be" },
	[SYSTEM_USED] = { "used", "USED", UNIT_RATIO, COLUMN_LABEL,
		"value / limit" },
	[SYSTEM_UNIT] = { "unit", "UNIT", UNIT_NONE, COLUMN_LABEL,
		"what a number is of: count, bytes or ns", COLUMN_WIDE },
	[SYSTEM_HELP] = { "help", "MEANING", UNIT_NONE, COLUMN_LABEL,
		"what that means" },
};

/*
 * The facts, in the order in which the text below gives them: a value, or {Value, Limit}.
 */
static const struct {
	const char *name;
	enum unit unit; /* of its number */
	const char *help;
} facts[] = {
	{ "node", UNIT_NONE, "name of the node" },
	{ "otp_release", UNIT_NONE, "OTP release" },
	{ "erts_version", UNIT_NONE, "version of the runtime system" },
	{ "emulator", UNIT_NONE, "kind of emulator: jit or emu" },
	{ "architecture", UNIT_NONE, "machine it was built for" },
	{ "elixir_version", UNIT_NONE, "version of Elixir, when it is loaded" },
	{ "wordsize", UNIT_BYTES, "a machine word" },
	{ "uptime_ns", UNIT_NS, "time since the runtime was started" },
	{ "process_count", UNIT_COUNT, "processes" },
	{ "port_count", UNIT_COUNT, "ports" },
	{ "atom_count", UNIT_COUNT, "atoms; they are never freed" },
	{ "ets_count", UNIT_COUNT, "ETS tables; there is no hard limit" },
	{ "module_count", UNIT_COUNT, "loaded modules" },
	{ "node_count", UNIT_COUNT, "connected nodes, hidden ones too" },
	{ "logical_processors", UNIT_COUNT, "logical processors that the runtime sees" },
	{ "schedulers", UNIT_COUNT, "scheduler threads" },
	{ "schedulers_online", UNIT_COUNT, "scheduler threads in use" },
	{ "dirty_cpu_schedulers_online", UNIT_COUNT, "dirty CPU schedulers in use" },
	{ "dirty_io_schedulers", UNIT_COUNT, "dirty I/O schedulers" },
	{ "run_queue", UNIT_COUNT, "processes and ports ready to run" },
	{ "active_tasks", UNIT_COUNT, "processes and ports ready to run, or running" },
	{ "reductions", UNIT_COUNT, "work done since the start" },
	{ "context_switches", UNIT_COUNT, "context switches since the start" },
	{ "garbage_collections", UNIT_COUNT, "garbage collections since the start" },
	{ "gc_reclaimed_bytes", UNIT_BYTES, "freed by them since the start" },
	{ "io_input_bytes", UNIT_BYTES, "bytes read through ports since the start" },
	{ "io_output_bytes", UNIT_BYTES, "bytes written through ports since the start" },
	{ "cpu_time_ns", UNIT_NS, "CPU time of all threads since the start" },
	{ "net_ticktime_ns", UNIT_NS, "how long a silent connection to a node is kept" },
	{ "multi_scheduling", UNIT_NONE, "whether all schedulers may run" },
	{ "creation", UNIT_NONE, "tells this life of the node from earlier ones" },
};

static const char text[] =
	"S = fun(K) -> try erlang:system_info(K) catch _:_ -> undefined end end,"
	"T = fun(K) -> try erlang:statistics(K) catch _:_ -> undefined end end,"
	"L = fun(K, M) -> {S(K), S(M)} end,"
	"W = S({wordsize, external}),"
	"{G, R, _} = T(garbage_collection),"
	"{{_, I}, {_, O}} = T(io),"
	"exit([erlang:node(), S(otp_release), S(version), S(emu_flavor),"
	" S(system_architecture),"
	" try {ok, V} = application:get_key(elixir, vsn), V catch _:_ -> undefined end,"
	" W,"
	" erlang:convert_time_unit(erlang:monotonic_time() - S(start_time),"
	" native, nanosecond),"
	" L(process_count, process_limit), L(port_count, port_limit),"
	" L(atom_count, atom_limit),"
	" S(ets_count), erlang:length(erlang:loaded()),"
	" erlang:length(erlang:nodes(connected)),"
	" S(logical_processors), S(schedulers), S(schedulers_online),"
	" S(dirty_cpu_schedulers_online), S(dirty_io_schedulers),"
	" T(total_run_queue_lengths_all), T(total_active_tasks_all),"
	" erlang:element(1, T(reductions)), erlang:element(1, T(context_switches)),"
	" G, R * W, I, O,"
	" erlang:element(1, T(runtime)) * 1000000,"
	" try net_kernel:get_net_ticktime() of"
	" {_, P} -> P * 1000000000; P -> P * 1000000000"
	" catch _:_ -> undefined end,"
	" S(multi_scheduling), S(creation)]).";

static void set_value(struct table *t, size_t row, size_t column,
		      const struct term *value)
{
	struct buf shown = { 0 };
	struct text chars;
	int64_t n;

	if (term_is_atom(value, "undefined") || term_is_atom(value, "unknown"))
		return;
	if (term_int(value, &n)) {
		table_set_int(t, row, column, n);
		return;
	}
	if (value->type == TERM_ATOM)
		term_name(&shown, value->text);
	else if (term_chars(value, t->arena, &chars))
		text_escape(&shown, chars);
	else
		return;
	table_set_text(t, row, column, buf_text(&shown));
	buf_clear(&shown);
}

static void add_fact(struct table *t, size_t i, const struct term *value)
{
	size_t row = table_add(t);

	table_set_text(t, row, SYSTEM_NAME, text_of(facts[i].name));
	table_set_text(t, row, SYSTEM_HELP, text_of(facts[i].help));
	if (facts[i].unit != UNIT_NONE)
		table_set_text(t, row, SYSTEM_UNIT, text_of(units_name(facts[i].unit)));
	if (!term_is_tuple(value, 2, NULL)) {
		set_value(t, row, SYSTEM_VALUE, value);
		return;
	}
	set_value(t, row, SYSTEM_VALUE, &value->items[0]);
	set_value(t, row, SYSTEM_LIMIT, &value->items[1]);

	int64_t limit = table_num(t, row, SYSTEM_LIMIT);

	if (limit > 0)
		table_set_real(t, row, SYSTEM_USED,
			(double)table_num(t, row, SYSTEM_VALUE) / (double)limit);
}

static bool rows(struct reading *r, const struct term *value)
{
	size_t n = sizeof(facts) / sizeof(facts[0]);

	if (value->type != TERM_LIST || value->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		add_fact(r->table, i, &value->items[i]);
	return true;
}

static const struct question question = {
	.text = text,
	.rows = rows,
};

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	question_ask(l, rq, &question, done, ctx);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema system_schema = {
	.name = "system",
	.help = "what the runtime says of itself: versions, counts, limits",
	.columns = columns,
	.ncolumns = sizeof(columns) / sizeof(columns[0]),
	.key = SYSTEM_NAME,
	.unit = SYSTEM_UNIT,
	.readers = &readers,
};
