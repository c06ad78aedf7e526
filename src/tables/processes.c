/* The processes table: its columns, and the steps of one reading. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/pid.h"
#include "tables/process.h"
#include "tables/question.h"

static const struct column columns[PROC_NCOLUMNS] = {
	[PROC_PID] = { "pid", "PID", UNIT_NONE, COLUMN_LABEL,
		"the process", 0, pid_print, pid_parse },
	[PROC_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"registered name, else label, else initial call" },
	[PROC_REGISTERED_NAME] = { "registered_name",
		"REGISTERED NAME", UNIT_NONE, COLUMN_LABEL,
		"name under which it is registered", COLUMN_WIDE },
	[PROC_INITIAL_CALL] = { "initial_call", "INITIAL CALL", UNIT_NONE, COLUMN_LABEL,
		"function that it was started with; for OTP's behaviours, "
		"the callback module's init",
		COLUMN_WIDE },
	[PROC_CURRENT_FUNCTION] = { "current_function",
		"CURRENT FUNCTION", UNIT_NONE, COLUMN_LABEL,
		"function that it is in", COLUMN_DEAR },
	[PROC_REDUCTIONS] = { "reductions", "REDS", UNIT_COUNT, COLUMN_COUNTER,
		"work done since the process was born" },
	[PROC_MEMORY] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_GAUGE,
		"bytes held by the process: heap, stack and mailbox", COLUMN_DEAR },
	[PROC_MSGQ] = { "message_queue_len", "MSGQ", UNIT_COUNT, COLUMN_GAUGE,
		"messages that wait in the mailbox" },
	[PROC_STATUS] = { "status", "STATUS", UNIT_NONE, COLUMN_LABEL,
		"running, runnable, waiting, suspended, garbage_collecting, exiting" },
	[PROC_HEAP] = { "heap_size", "HEAP", UNIT_BYTES, COLUMN_GAUGE,
		"size of the youngest generation of the heap", COLUMN_WIDE },
	[PROC_TOTAL_HEAP] = { "total_heap_size", "TOTAL HEAP", UNIT_BYTES, COLUMN_GAUGE,
		"size of all generations of the heap, and the stack",
		COLUMN_WIDE | COLUMN_DEAR },
	[PROC_STACK] = { "stack_size", "STACK", UNIT_BYTES, COLUMN_GAUGE,
		"size of the stack", COLUMN_WIDE },
	[PROC_APPLICATION] = { "application", "APPLICATION", UNIT_NONE, COLUMN_LABEL,
		"application that it belongs to, by its group leader", COLUMN_WIDE },
	[PROC_LABEL] = { "label", "LABEL", UNIT_NONE, COLUMN_LABEL,
		"label set by proc_lib:set_label/1 (OTP 27)", COLUMN_WIDE },
	[PROC_PARENT] = { "parent", "PARENT", UNIT_NONE, COLUMN_LABEL,
		"process that started it",
		COLUMN_WIDE | COLUMN_ASKED, pid_print, pid_parse },
	[PROC_PRIORITY] = { "priority", "PRIORITY", UNIT_NONE, COLUMN_LABEL,
		"low, normal, high or max", COLUMN_WIDE | COLUMN_ASKED },
	[PROC_TRAP_EXIT] = { "trap_exit", "TRAPS", UNIT_NONE, COLUMN_LABEL,
		"whether it turns exit signals into messages",
		COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
	[PROC_QUEUE_DATA] = { "message_queue_data", "QUEUE DATA", UNIT_NONE, COLUMN_LABEL,
		"where its mailbox is: on_heap or off_heap",
		COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
	[PROC_GROUP_LEADER] = { "group_leader", "GROUP LEADER", UNIT_NONE, COLUMN_LABEL,
		"process that its output goes to",
		COLUMN_WIDE | COLUMN_ASKED, pid_print, pid_parse },
	[PROC_MINOR_GCS] = { "minor_gcs", "MINOR GCS", UNIT_COUNT, COLUMN_GAUGE,
		"minor garbage collections since the last full one",
		COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
	[PROC_LINKS] = { "links", "LINKS", UNIT_COUNT, COLUMN_GAUGE,
		"number of links", COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
	[PROC_MONITORS] = { "monitors", "MONITORS", UNIT_COUNT, COLUMN_GAUGE,
		"number of processes and ports that it monitors",
		COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
	[PROC_MONITORED_BY] = { "monitored_by", "MONITORED BY", UNIT_COUNT, COLUMN_GAUGE,
		"number of processes that monitor it",
		COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
	[PROC_BINARY_COUNT] = { "binary_count", "BINARIES", UNIT_COUNT, COLUMN_GAUGE,
		"reference-counted binaries that its heap refers to",
		COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
	[PROC_BINARY_MEMORY] = { "binary_memory",
		"BINARY MEMORY", UNIT_BYTES, COLUMN_GAUGE,
		"bytes of those binaries, shared or not",
		COLUMN_WIDE | COLUMN_ASKED | COLUMN_DEAR },
};

/* Items of some processes; also of one process. */
const char process_items_text[] =
	"exit(lists:zipwith(fun erlang:process_info/2, A,"
	" lists:duplicate(erlang:length(A), B))).";

/* An item of some processes that is a list. A dead process gives undefined, which is less
 * than any tuple, so that max/2 makes it {'', []}; all per-process work is compiled. */
#define LISTS_TEXT_BEGIN \
	"N = erlang:length(A)," \
	" I = lists:zipwith(fun erlang:process_info/2, A, lists:duplicate(N, B))," \
	" V = lists:zipwith(fun erlang:max/2, I, lists:duplicate(N, {'', []}))," \
	" E = fun(K, T) ->" \
	" lists:zipwith(fun erlang:element/2, lists:duplicate(N, K), T) end,"

/* {Item, Length}, of a dead one {'', 0}. */
static const char lengths_text[] = LISTS_TEXT_BEGIN
	" exit(lists:zip(E(1, V), lists:map(fun erlang:length/1, E(2, V)))).";

/* {Item, Count, Bytes} of their binaries, of a dead one {'', 0, 0}. */
static const char binaries_text[] = LISTS_TEXT_BEGIN
	" L = E(2, V),"
	" exit(lists:zip3(E(1, V), lists:map(fun erlang:length/1, L),"
	" lists:map(fun lists:sum/1, E(2, lists:map(fun lists:unzip3/1, L))))).";

static void memory_clear(void *state)
{
	struct process_memory *m = state;

	process_cache_clear(&m->cache);
	process_who_clear(&m->who);
}

bool processes_stubborn(struct live *l)
{
	return process_any_stubborn(live_state(l, &processes_schema,
					       sizeof(struct process_memory),
					       memory_clear));
}

size_t process_add_row(struct process_reading *r, int64_t pid)
{
	size_t row = table_add(r->table);
	size_t cap = r->rows_cap;

	r->dead = mem_grow(r->dead, &cap, row + 1, sizeof(*r->dead));
	cap = r->rows_cap;
	r->settled = mem_grow(r->settled, &cap, row + 1, sizeof(*r->settled));
	cap = r->rows_cap;
	r->unsettled = mem_grow(r->unsettled, &cap, row + 1, sizeof(*r->unsettled));
	r->missed = mem_grow(r->missed, &r->rows_cap, row + 1, sizeof(*r->missed));
	r->dead[row] = false;
	r->settled[row] = false;
	r->unsettled[row] = false;
	r->missed[row] = false;
	table_set_id(r->table, row, PROC_PID, pid);
	return row;
}

void process_miss(struct process_reading *r, size_t row)
{
	if (r->missed[row])
		return;
	r->missed[row] = true;
	sample_miss(r->sample, table_cell(r->table, row, PROC_PID));
}

/* What tells that a process did something; the heap where reductions alone do not. */
#define SIGNS \
	(column_bit(PROC_REDUCTIONS) | column_bit(PROC_MSGQ) | column_bit(PROC_HEAP))

/* What must be read so that the asked columns can be shown. */
static uint64_t columns_needed(uint64_t asked)
{
	uint64_t all = asked | column_bit(PROC_PID);

	if (all & column_bit(PROC_NAME))
		all |= column_bit(PROC_REGISTERED_NAME) | column_bit(PROC_LABEL) |
		       column_bit(PROC_INITIAL_CALL);
	if (all & column_bit(PROC_APPLICATION))
		all |= column_bit(PROC_GROUP_LEADER);
	if (all & column_bit(PROC_BINARY_COUNT))
		all |= column_bit(PROC_BINARY_MEMORY);
	if (all & process_tier_mask(TIER_DEAR))
		all |= column_bit(PROC_REDUCTIONS) | column_bit(PROC_MSGQ);
	if (!(all & process_tier_mask(TIER_CHEAP)))
		all |= column_bit(PROC_STATUS); /* tells the living from the dead */
	return all;
}

static void reading_free(struct process_reading *r)
{
	arena_clear(&r->scratch);
	free(r->dead);
	free(r->missed);
	free(r->settled);
	free(r->unsettled);
	free(r->who_rows);
	sample_free(r->sample);
	free(r);
}

static void make_names(struct process_reading *r)
{
	static const size_t from[] = { PROC_REGISTERED_NAME, PROC_LABEL,
				       PROC_INITIAL_CALL };

	for (size_t row = 0; row < r->table->nrows; row++)
		for (size_t i = 0; i < 3 && table_null(r->table, row, PROC_NAME); i++)
			table_set(r->table, row, PROC_NAME,
				  table_cell(r->table, row, from[i]));
}

static void finish(struct process_reading *r)
{
	struct live_answer to = r->to;
	struct sample *sample = r->sample;
	struct err err = r->err;

	if (err.kind != ERR_NONE) {
		reading_free(r);
		to.done(to.ctx, NULL, &err);
		return;
	}
	if (r->columns & column_bit(PROC_NAME))
		make_names(r);
	table_drop(r->table, r->dead);
	if (r->all) {
		process_cache_swept(&r->memory->cache,
				    r->columns & process_tier_mask(TIER_DEAR));
		process_cache_tidy(&r->memory->cache, r);
	}
	r->sample = NULL;
	reading_free(r);
	to.done(to.ctx, sample, NULL);
}

/* The dear items, with the reductions and the mailbox of the same moment. */
static bool set_dear(const struct process_reading *r, size_t row, uint64_t asked,
		     const struct term *value)
{
	if (!process_set_row(r, row, asked, value))
		return false;
	if (value) {
		process_cache_put(&r->memory->cache, r, row,
				  asked & process_tier_mask(TIER_DEAR));
		table_touch(r->table, row, true);
	}
	return true;
}

static bool set_length(const struct process_reading *r, size_t row, uint64_t column,
		       const struct term *value)
{
	size_t at = (size_t)__builtin_ctzll(column);

	if (!value)
		return true;
	if (!term_is_tuple(value, 2, process_items[at].key))
		return false; /* it died */
	process_items[at].set(r, row, at, &value->items[1]);
	return true;
}

static bool set_binaries(const struct process_reading *r, size_t row, uint64_t asked,
			 const struct term *value)
{
	static const size_t columns_of[] = { PROC_BINARY_COUNT, PROC_BINARY_MEMORY };

	if (!value)
		return true;
	if (!term_is_tuple(value, 3, "binary"))
		return false; /* it died */
	for (size_t i = 0; i < 2; i++)
		process_items[columns_of[i]].set(r, row, columns_of[i],
						 &value->items[1 + i]);
	return true;
}

/* All rows that are worth asking about. Returns how many. */
static size_t living(const struct process_reading *r, uint32_t *rows)
{
	size_t n = 0;

	for (size_t row = 0; row < r->table->nrows; row++)
		if (!r->dead[row] &&
		    !process_rests(r->memory, table_num(r->table, row, PROC_PID)))
			rows[n++] = (uint32_t)row;
	return n;
}

static void read_counted(struct process_reading *r, const uint32_t *rows, size_t n)
{
	static const size_t lists[] = { PROC_LINKS, PROC_MONITORS, PROC_MONITORED_BY };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct buf item = { 0 };

		if (!(r->columns & column_bit(lists[i])))
			continue;
		etf_atom_s(&item, process_items[lists[i]].key);
		process_batch(r, &(struct process_batch){
			.text = lengths_text,
			.extra = buf_text(&item),
			.columns = column_bit(lists[i]),
			.chunk = 200,
			.row_bytes = 400, /* of heap, really: for the lists */
			.set = set_length,
		}, rows, n);
		buf_clear(&item);
	}
	if (r->columns & column_bit(PROC_BINARY_MEMORY)) {
		struct buf item = { 0 };

		etf_atom_s(&item, "binary");
		process_batch(r, &(struct process_batch){
			.text = binaries_text,
			.extra = buf_text(&item),
			.chunk = 100,
			.row_bytes = 4000,
			.set = set_binaries,
		}, rows, n);
		buf_clear(&item);
	}
}

static void read_dear(struct process_reading *r, uint32_t *rows, size_t n)
{
	uint64_t dear = r->columns & process_tier_mask(TIER_DEAR);
	uint64_t asked = dear | (r->columns & SIGNS);
	struct buf items = { 0 };
	size_t moved = 0;

	for (size_t i = 0; i < n; i++)
		if (!r->settled[rows[i]] &&
		    (r->unsettled[rows[i]] ||
		     !process_cache_use(&r->memory->cache, r, rows[i], dear)))
			rows[moved++] = rows[i];
	process_etf_items(&items, asked);
	process_batch(r, &(struct process_batch){
		.text = process_items_text,
		.extra = buf_text(&items),
		.columns = asked,
		.chunk = 1000,
		.row_bytes = 150,
		.set = set_dear,
	}, rows, moved);
	buf_clear(&items);
}

/* The second half: the rows and their cheap columns are there. */
static void read_rest(struct process_reading *r)
{
	uint32_t *rows = mem_alloc((r->table->nrows + 1) * sizeof(*rows));
	size_t n = living(r, rows);

	sample_set_time(r->sample, (r->sample->at_ns + loop_now()) / 2);
	r->second_half = true;
	r->pending++; /* until all steps are on their way */
	if (r->columns & process_tier_mask(TIER_COUNTED))
		read_counted(r, rows, n);
	if (r->columns & process_tier_mask(TIER_WHO))
		process_who(r, rows, n);
	if (r->columns & process_tier_mask(TIER_DEAR) & ~r->swept)
		read_dear(r, rows, n); /* shortens rows */
	free(rows);
	process_step_done(r, NULL);
}

void process_step_done(struct process_reading *r, const struct err *err)
{
	if (err && r->err.kind == ERR_NONE)
		r->err = *err;
	if (--r->pending > 0)
		return;
	if (r->second_half || r->err.kind != ERR_NONE)
		finish(r);
	else
		read_rest(r);
}

static void read_keys(struct process_reading *r)
{
	uint64_t cheap = r->columns & process_tier_mask(TIER_CHEAP);
	uint32_t *rows = mem_alloc((r->table->nrows + 1) * sizeof(*rows));
	struct buf items = { 0 };

	process_etf_items(&items, cheap);
	process_batch(r, &(struct process_batch){
		.text = process_items_text,
		.extra = buf_text(&items),
		.columns = cheap,
		.chunk = 1000,
		.row_bytes = 150,
		.set = process_set_row,
	}, rows, living(r, rows));
	buf_clear(&items);
	free(rows);
}

/* The most that a node can have. Source: erl(1), +P. */
#define PROCESSES_MAX 134217727
/* Rows that memory is taken for before they come. */
#define ROOM_MAX ((size_t)1 << 20)
/* Processes may double and more while they are listed. */
#define BORN_MEANWHILE 100000

static void make_sample(struct process_reading *r, size_t rows)
{
	r->sample = sample_new(live_source(r->live), &processes_schema, rows);
	r->table = &r->sample->table;
}

bool process_too_many(const struct process_reading *r, size_t more)
{
	size_t most = 2 * r->nprocesses + BORN_MEANWHILE;

	return more > most || r->table->nrows > most - more;
}

void process_restart(struct process_reading *r)
{
	/* Room for those that are born meanwhile: a table that grows leaves its old cells
	 * behind. */
	size_t room = r->nprocesses + r->nprocesses / 50 + 100;

	sample_free(r->sample);
	make_sample(r, room < ROOM_MAX ? room : ROOM_MAX);
}

/* [NumberOfProcesses, BytesOfAWord] */
static bool set_sizes(struct process_reading *r, const struct term *sizes)
{
	int64_t n, word;

	if (sizes->type != TERM_LIST || sizes->n != 2 ||
	    !term_int(&sizes->items[0], &n) || !term_int(&sizes->items[1], &word))
		return false;
	if (n < 0 || n > PROCESSES_MAX || (word != 4 && word != 8))
		return false;
	r->nprocesses = (size_t)n;
	r->word_bytes = (size_t)word;
	return true;
}

static void sizes_known(void *ctx, const struct answer *a)
{
	struct process_reading *r = ctx;
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN || !set_sizes(r, &a->value)) {
		question_failed(a, "read the processes", &err);
		process_step_done(r, &err);
		return;
	}
	if (r->all) {
		process_restart(r);
		process_sweep(r);
	} else {
		sample_set_time(r->sample, loop_now());
		read_keys(r);
	}
	process_step_done(r, NULL);
}

static void ask_sizes(struct process_reading *r)
{
	struct buf args = { 0 };

	etf_list(&args, 2);
	etf_export(&args, TEXT("erlang"), TEXT("system_info"), 1);
	etf_list(&args, 2);
	etf_atom_s(&args, "process_count");
	etf_atom_s(&args, "wordsize");
	etf_nil(&args);
	etf_nil(&args);
	node_call(live_node(r->live), &(struct call){
		.module = "lists",
		.function = "map",
		.args = buf_text(&args),
		.timeout_ns = r->timeout_ns,
	}, sizes_known, r);
	buf_clear(&args);
}

static void signs_known(void *ctx)
{
	struct process_reading *r = ctx;

	r->doubts = node_can(live_node(r->live), CAP_GC_REDUCTIONS) != CAP_YES;
	if (r->doubts)
		r->columns |= column_bit(PROC_HEAP);
	ask_sizes(r);
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct process_reading *r = ctx;
	unsigned caps = r->all ? 1U << CAP_GC_REDUCTIONS : 0;

	r->syntax = syntax;
	if (r->columns & process_tier_mask(TIER_DEAR))
		caps_probe(live_node(r->live), caps, signs_known, r);
	else
		ask_sizes(r);
}

static void add_keys(struct process_reading *r, const struct request *rq)
{
	make_sample(r, rq->nkeys);
	for (size_t i = 0; i < rq->nkeys; i++)
		if (rq->keys[i].type == CELL_ID)
			process_add_row(r, rq->keys[i].v.num);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct process_reading *r = mem_zalloc(sizeof(*r));
	uint64_t texts = column_bit(PROC_CURRENT_FUNCTION) | process_tier_mask(TIER_WHO);

	r->live = l;
	r->memory = live_state(l, &processes_schema, sizeof(*r->memory), memory_clear);
	r->to = (struct live_answer){ done, ctx };
	r->columns = columns_needed(rq->columns);
	r->timeout_ns = rq->timeout_ns ? rq->timeout_ns : 5 * INT64_C(1000000000);
	r->all = rq->keys == NULL;
	if (!r->all)
		add_keys(r, rq);
	r->pending = 1;
	/* Nothing that is written in a syntax: no need to know it. */
	live_syntax(l, r->columns & texts ? rq->syntax : SYNTAX_ERLANG, syntax_known, r);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema processes_schema = {
	.name = "processes",
	.tab = "home",
	.command = "ps",
	.help = "the processes of the node",
	.columns = columns,
	.ncolumns = PROC_NCOLUMNS,
	.key = PROC_PID,
	.sort = "reductions",
	.touched = PROC_REDUCTIONS,
	.parent = PROC_PARENT,
	.parent_name = PROC_REGISTERED_NAME,
	.readers = &readers,
};
