/* The supervision tree, put together from what the VM knows of each process. */
#include "tables/supervisors.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/process.h"
#include "tables/question.h"
#include "tables/supervisor_ask.h"
#include "tables/supervisor_sweep.h"
#include "tables/tree.h"

#define ASKED (COLUMN_WIDE | COLUMN_DEAR | COLUMN_ASKED)

static const struct column columns[SUPER_NCOLUMNS] = {
	[SUPER_PID] = { "pid", "PID", UNIT_NONE, COLUMN_LABEL,
		"the process", 0, pid_print, pid_parse },
	[SUPER_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"registered name, else label, else a supervisor's callback module, else "
		"initial call" },
	[SUPER_APPLICATION] = { "application", "APPLICATION", UNIT_NONE, COLUMN_LABEL,
		"application that it belongs to, by its group leader" },
	[SUPER_KIND] = { "kind", "KIND", UNIT_NONE, COLUMN_LABEL,
		"supervisor or worker; null: a supervisor, it seems" },
	[SUPER_CHILDREN] = { "children", "CHILDREN", UNIT_COUNT, COLUMN_GAUGE,
		"processes that it started, and is linked with" },
	[SUPER_MSGQ] = { "message_queue_len", "MSGQ", UNIT_COUNT, COLUMN_GAUGE,
		"messages that wait in its mailbox" },
	[SUPER_DEPTH] = { "depth", "DEPTH", UNIT_NONE, COLUMN_LABEL,
		"how many of this table it is under", COLUMN_WIDE },
	[SUPER_PARENT] = { "parent", "PARENT", UNIT_NONE, COLUMN_LABEL,
		"the nearest of this table that it is under",
		COLUMN_WIDE, pid_print, pid_parse },
	[SUPER_MODULE] = { "module", "MODULE", UNIT_NONE, COLUMN_LABEL,
		"callback module of a supervisor", COLUMN_WIDE },
	[SUPER_ANSWER] = { "answer", "ANSWER", UNIT_NONE, COLUMN_LABEL,
		"what came of asking it: ok, timeout, queue (its mailbox is long, so it "
		"was not asked)", ASKED },
	[SUPER_STRATEGY] = { "strategy", "STRATEGY", UNIT_NONE, COLUMN_LABEL,
		"one_for_one, one_for_all, rest_for_one or simple_one_for_one "
		"(the supervisor is asked)", ASKED },
	[SUPER_INTENSITY] = { "intensity", "INTENSITY", UNIT_COUNT, COLUMN_LABEL,
		"restarts within the period that it puts up with (it is asked)", ASKED },
	[SUPER_PERIOD] = { "period_ns", "PERIOD", UNIT_NS, COLUMN_LABEL,
		"that period (it is asked)", ASKED },
	[SUPER_RESTARTS] = { "restarts", "RESTARTS", UNIT_COUNT, COLUMN_GAUGE,
		"restarts within the last period (it is asked)", ASKED },
	[SUPER_SPECS] = { "specs", "SPECS", UNIT_COUNT, COLUMN_GAUGE,
		"child specifications (it is asked)", ASKED },
	[SUPER_ACTIVE] = { "active", "ACTIVE", UNIT_COUNT, COLUMN_GAUGE,
		"children that run (it is asked)", ASKED },
	[SUPER_SUPERVISORS] = { "supervisors", "SUPERVISORS", UNIT_COUNT, COLUMN_GAUGE,
		"children that are supervisors, running or not (it is asked)", ASKED },
	[SUPER_WORKERS] = { "workers", "WORKERS", UNIT_COUNT, COLUMN_GAUGE,
		"children that are workers, running or not (it is asked)", ASKED },
};

/* Links that are read of one supervisor. */
#define LINKS_MAX "200000"

/* The links of the processes in A, some at a time. */
static const char links_text[] =
	"F = fun G([]) -> ok; G(P) ->"
	" {C, R} = lists:split(erlang:min(20, erlang:length(P)), P),"
	" V = lists:zipwith(fun erlang:process_info/2, C,"
	" lists:duplicate(erlang:length(C), links)),"
	" L = lists:map(fun({_, T}) -> lists:sublist(T, " LINKS_MAX ");"
	" (_) -> [] end, V),"
	" erlang:send(Z, {C, L}, [noconnect]), G(R) end,"
	" F(A), exit(ok).";

enum kind {
	KIND_OTHER,
	KIND_UNSURE, /* it may be a supervisor: its dictionary is not read */
	KIND_BRIDGE, /* a supervisor_bridge: knows no calls */
	KIND_SUPERVISOR,
};

struct tree_reading {
	struct live *live;
	struct live_answer to;
	const struct schema *schema;
	uint64_t columns;
	struct cell *keys;         /* [nkeys] or NULL: all */
	size_t nkeys;
	int64_t timeout_ns;
	enum syntax syntax;
	struct arena arena;        /* of this reading */
	struct sample *sample;
	struct sample *processes;
	const struct table *table; /* its table: a row here is a process there */
	struct table_index index;  /* pid to row */
	uint32_t *parent;          /* [rows] who started it, or TREE_NONE */
	uint8_t *kind;             /* [rows] enum kind */
	bool *linked;              /* [rows] a supervisor's links were read */
	bool *child;               /* [rows] a child of its parent */
	/* Where only supervisors are read: */
	bool few;                  /* they are */
	uint32_t *children;        /* [rows] how many, as counted on the target */
	struct cell *pids;         /* [npids] of the supervisors, and who is above them */
	size_t npids;
	size_t pids_cap;
	size_t nsupervisors;       /* of pids, the first ones */
	size_t nsure;              /* of those, the first ones */
	size_t rounds;
};

static void finish(struct tree_reading *r, struct sample *s, const struct err *err)
{
	struct live_answer to = r->to;
	struct err copy = err ? *err : (struct err){ 0 };

	sample_free(r->processes);
	arena_clear(&r->arena);
	free(r->keys);
	free(r->pids);
	free(r);
	to.done(to.ctx, s, s ? NULL : &copy);
}

/*
 * The rows.
 */

/* "supervisor:" in either syntax, in front of the callback module and "/1". */
static bool callback(struct text call, struct text *module)
{
	static const char *const heads[] = {
		"supervisor:", ":supervisor.", "supervisor_bridge:",
		":supervisor_bridge.",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (!text_starts(call, heads[i]))
			continue;
		*module = text_sub(call, strlen(heads[i]), call.len);
		if (text_ends(*module, "/1"))
			module->len -= 2;
		return true;
	}
	return false;
}

/* An atom that was quoted as a function's name, as a name. */
static void set_module(struct table *t, size_t row, size_t column, struct text module)
{
	char quote = module.len > 1 ? module.p[0] : 0;

	if ((quote == '\'' || quote == '"') && module.p[module.len - 1] == quote)
		module = text_sub(module, 1, module.len - 1);
	if (text_starts(module, "Elixir."))
		module = text_sub(module, strlen("Elixir."), module.len);
	table_set_text(t, row, column, module);
}

static void set_names(const struct tree_reading *r, struct table *t, size_t row,
		      size_t from)
{
	struct text module;
	bool named = !table_null(r->table, from, PROC_REGISTERED_NAME) ||
		     !table_null(r->table, from, PROC_LABEL);

	table_set(t, row, SUPER_NAME, table_cell(r->table, from, PROC_NAME));
	if (!callback(table_text(r->table, from, PROC_INITIAL_CALL), &module))
		return;
	set_module(t, row, SUPER_MODULE, module);
	if (!named)
		set_module(t, row, SUPER_NAME, module);
}

static void add_row(const struct tree_reading *r, struct table *t, uint32_t from,
		    uint32_t depth, uint32_t under, uint32_t children)
{
	size_t row = table_add(t);

	table_set(t, row, SUPER_PID, table_cell(r->table, from, PROC_PID));
	set_names(r, t, row, from);
	table_set(t, row, SUPER_APPLICATION,
		  table_cell(r->table, from, PROC_APPLICATION));
	table_set(t, row, SUPER_MSGQ, table_cell(r->table, from, PROC_MSGQ));
	table_set_int(t, row, SUPER_DEPTH, depth);
	if (under != TREE_NONE)
		table_set(t, row, SUPER_PARENT, table_cell(r->table, under, PROC_PID));
	if (r->kind[from] != KIND_UNSURE)
		table_set_text(t, row, SUPER_KIND,
			       r->kind[from] == KIND_OTHER ? TEXT("worker")
							   : TEXT("supervisor"));
	if (r->kind[from] != KIND_OTHER)
		table_set_int(t, row, SUPER_CHILDREN, children);
}

/* Which processes the request is about. */
static bool *wanted(struct tree_reading *r)
{
	bool *wanted = arena_many(&r->arena, r->table->nrows + 1, bool);

	for (size_t i = 0; i < r->nkeys; i++) {
		size_t row = table_index_find(&r->index, r->keys[i]);

		if (row != TABLE_NONE)
			wanted[row] = true;
	}
	if (!r->keys)
		memset(wanted, true, r->table->nrows);
	return wanted;
}

static void answers_known(void *ctx)
{
	struct tree_reading *r = ctx;

	finish(r, r->sample, NULL);
}

static void make_rows(struct tree_reading *r)
{
	size_t n = r->table->nrows;
	struct sample *s = sample_new(live_source(r->live), r->schema, 0);
	const bool *shown = wanted(r);
	bool *kept = arena_many(&r->arena, n + 1, bool);
	uint32_t *children = r->children ? r->children
					 : arena_many(&r->arena, n + 1, uint32_t);

	for (size_t i = 0; i < n; i++) {
		kept[i] = r->kind[i] != KIND_OTHER ||
			  (r->schema == &children_schema && r->child[i]);
		if (r->child[i] && !r->few)
			children[r->parent[i]]++;
	}

	struct tree tree = tree_order(r->parent, kept, n, &r->arena);
	bool *asked = arena_many(&r->arena, n + 1, bool);

	for (size_t i = 0; i < tree.n; i++) {
		uint32_t from = tree.order[i];

		if (!shown[from])
			continue;
		asked[s->table.nrows] = r->kind[from] == KIND_SUPERVISOR;
		add_row(r, &s->table, from, tree.depth[i], tree.under[i], children[from]);
	}
	s->missed = r->processes->missed;
	s->missed_first = text_dup(&s->arena, r->processes->missed_first);
	s->at_ns = r->processes->at_ns;
	s->wall_ns = r->processes->wall_ns;
	r->sample = s;
	if (r->columns & SUPER_ASKED)
		supervisor_ask(r->live, &s->table, asked, r->timeout_ns, answers_known,
			       r);
	else
		finish(r, s, NULL);
}

/*
 * Who is whose child.
 */

/* The process that a supervisor is linked with: its child when the supervisor started it,
 * or when nobody knows who did. */
static void add_link(struct tree_reading *r, uint32_t supervisor, const struct term *pid)
{
	struct cell key;
	size_t row;

	if (pid->type != TERM_PID)
		return;
	key = (struct cell){ CELL_ID, { .num = (int64_t)pid->id->num } };
	row = table_index_find(&r->index, key);
	if (row == TABLE_NONE || row == r->parent[supervisor])
		return;
	if (r->parent[row] == TREE_NONE && !r->child[row])
		r->parent[row] = supervisor;
	if (r->parent[row] == supervisor)
		r->child[row] = true;
}

/* {Pids, ListsOfLinks} */
static bool links_part(void *ctx, const struct term *message)
{
	struct tree_reading *r = ctx;
	const struct term *pids = term_at(message, 0);
	const struct term *lists = term_at(message, 1);

	if (!term_is_tuple(message, 2, NULL) || !term_is_list(pids) ||
	    !term_is_list(lists) || pids->n != lists->n || pids->n == 0)
		return false;
	for (size_t i = 0; i < pids->n; i++) {
		const struct term *list = &lists->items[i];
		struct cell key = { CELL_ID, { 0 } };
		size_t row;

		if (pids->items[i].type != TERM_PID || !term_is_list(list))
			return false;
		key.v.num = (int64_t)pids->items[i].id->num;
		row = table_index_find(&r->index, key);
		if (row == TABLE_NONE || r->linked[row])
			return false;
		r->linked[row] = true;
		for (size_t k = 0; k < list->n; k++)
			add_link(r, (uint32_t)row, &list->items[k]);
	}
	return true;
}

/* Where the links are not known, who was started by a supervisor is its child. */
static void links_read(void *ctx, const struct answer *a)
{
	struct tree_reading *r = ctx;
	struct err err = { 0 };

	if (a->kind == ANSWER_FAILED && !node_alive(live_node(r->live))) {
		question_failed(a, "read the links of supervisors", &err);
		finish(r, NULL, &err);
		return;
	}
	if (a->kind != ANSWER_RETURN)
		log_line("not all links of supervisors could be read");
	for (size_t i = 0; i < r->table->nrows; i++) {
		uint32_t parent = r->parent[i];

		if (parent != TREE_NONE && r->kind[parent] != KIND_OTHER &&
		    !r->linked[parent])
			r->child[i] = true;
	}
	make_rows(r);
}

/* Asks about all of them. */
static void ask_supervisors(struct tree_reading *r, const char *text, node_part *part,
			    node_answered *done)
{
	struct buf bindings = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < r->table->nrows; i++)
		n += r->kind[i] != KIND_OTHER;
	etf_list(&bindings, 1);
	question_bind(&bindings, "A");
	etf_list(&bindings, n);
	for (size_t i = 0; i < r->table->nrows; i++)
		if (r->kind[i] != KIND_OTHER)
			question_pid(&bindings, r->live,
				     table_num(r->table, i, PROC_PID));
	etf_nil(&bindings);
	etf_nil(&bindings);
	node_eval(live_node(r->live), &(struct eval){
		.text = text,
		.bindings = buf_text(&bindings),
		.answer_bytes = 1 << 20,
		.heap_words = (size_t)8 << 20,
		.timeout_ns = r->timeout_ns,
		.part = part,
	}, done, r);
	buf_clear(&bindings);
}

static void ask_counts(struct tree_reading *r);

static void ask_links(struct tree_reading *r)
{
	if (r->few)
		ask_counts(r);
	else
		ask_supervisors(r, links_text, links_part, links_read);
}

/*
 * Who is a supervisor.
 */

/*
 * Before OTP 26.2 the dictionary of a process with a large heap is not read (see
 * process_who.c), and a supervisor of thousands has one. Who runs in the loop of a
 * gen_server, traps exits and has started others is taken for one, and said to be unsure.
 */
static void unsure_known(void *ctx, struct sample *s, const struct err *err)
{
	struct tree_reading *r = ctx;

	for (size_t i = 0; s && i < s->table.nrows; i++) {
		struct cell pid = table_cell(&s->table, i, PROC_PID);
		struct text at = table_text(&s->table, i, PROC_CURRENT_FUNCTION);
		size_t row = table_index_find(&r->index, pid);

		if (row != TABLE_NONE && table_num(&s->table, i, PROC_TRAP_EXIT) &&
		    (text_starts(at, "gen_server:loop/") ||
		     text_starts(at, ":gen_server.loop/") ||
		     text_starts(at, "erlang:hibernate/") ||
		     text_starts(at, ":erlang.hibernate/")))
			r->kind[row] = KIND_UNSURE;
	}
	if (!s)
		log_line("%s", err->what);
	sample_free(s);
	ask_links(r);
}

static bool is_bridge(struct text call)
{
	return text_starts(call, "supervisor_bridge:") ||
	       text_starts(call, ":supervisor_bridge.");
}

static bool is_hidden(struct text call)
{
	return text_starts(call, "proc_lib:init_p/") ||
	       text_starts(call, ":proc_lib.init_p/");
}

/* Who may be one: of everybody those that started others, else what the sweep found. */
static size_t suspects(const struct tree_reading *r, struct cell *keys)
{
	bool *taken = mem_zalloc(r->table->nrows + 1);
	size_t n = 0;

	for (size_t i = 0; i < r->table->nrows && !r->few; i++) {
		uint32_t parent = r->parent[i];

		if (parent == TREE_NONE || taken[parent] ||
		    !is_hidden(table_text(r->table, parent, PROC_INITIAL_CALL)))
			continue;
		taken[parent] = true;
		keys[n++] = table_cell(r->table, parent, PROC_PID);
	}
	for (size_t i = r->nsure; i < r->nsupervisors; i++)
		if (table_index_find(&r->index, r->pids[i]) != TABLE_NONE)
			keys[n++] = r->pids[i];
	free(taken);
	return n;
}

static void ask_unsure(struct tree_reading *r)
{
	struct cell *keys =
		arena_many(&r->arena, r->table->nrows + r->npids + 1, struct cell);
	size_t nkeys = suspects(r, keys);

	if (nkeys == 0) {
		ask_links(r);
		return;
	}

	struct request rq = {
		.schema = &processes_schema,
		.columns = column_bit(PROC_PID) | column_bit(PROC_CURRENT_FUNCTION) |
			   column_bit(PROC_TRAP_EXIT),
		.keys = keys,
		.nkeys = nkeys,
		.timeout_ns = r->timeout_ns,
		.syntax = r->syntax,
	};

	source_ask(live_source(r->live), &rq, unsure_known, r);
}

/* The registered ones, by name. */
static const struct schema names_schema = {
	.name = "names",
	.columns = columns,
	.ncolumns = SUPER_NCOLUMNS,
	.key = SUPER_NAME,
};

static struct table registered(struct tree_reading *r)
{
	struct table names;

	table_init(&names, &names_schema, &r->arena, 0);
	for (size_t i = 0; i < r->table->nrows; i++) {
		size_t row;

		if (table_null(r->table, i, PROC_REGISTERED_NAME))
			continue;
		row = table_add(&names);
		table_set(&names, row, SUPER_NAME,
			  table_cell(r->table, i, PROC_REGISTERED_NAME));
		table_set(&names, row, SUPER_PID, table_cell(r->table, i, PROC_PID));
	}
	return names;
}

/* Parents are pids, or names: proc_lib keeps those of the registered. */
static void find_parents(struct tree_reading *r)
{
	struct table names = registered(r);
	struct table_index by_name;

	table_index_init(&by_name, &names, &r->arena);
	for (size_t i = 0; i < r->table->nrows; i++) {
		struct cell parent = table_cell(r->table, i, PROC_PARENT);
		size_t row = TABLE_NONE;

		if (parent.type == CELL_TEXT) {
			row = table_index_find(&by_name, parent);
			if (row != TABLE_NONE)
				parent = table_cell(&names, row, SUPER_PID);
		}
		if (parent.type == CELL_ID)
			row = table_index_find(&r->index, parent);
		r->parent[i] = row == TABLE_NONE || row == i ? TREE_NONE : (uint32_t)row;
	}
}

/* The processes are there: everybody, or those that matter. */
static void take(struct tree_reading *r, struct sample *s)
{
	struct text module;
	size_t n = s->table.nrows;

	r->processes = s;
	r->table = &s->table;
	r->parent = arena_many(&r->arena, n + 1, uint32_t);
	r->kind = arena_many(&r->arena, n + 1, uint8_t);
	r->linked = arena_many(&r->arena, n + 1, bool);
	r->child = arena_many(&r->arena, n + 1, bool);
	table_index_init(&r->index, r->table, &r->arena);
	find_parents(r);
	for (size_t i = 0; i < n; i++) {
		struct text call = table_text(r->table, i, PROC_INITIAL_CALL);

		if (callback(call, &module))
			r->kind[i] = is_bridge(call) ? KIND_BRIDGE : KIND_SUPERVISOR;
	}
}

static void processes_read(void *ctx, struct sample *s, const struct err *err)
{
	struct tree_reading *r = ctx;

	if (!s) {
		finish(r, NULL, err);
		return;
	}
	take(r, s);
	ask_unsure(r);
}

#define NEEDED \
	(column_bit(PROC_PID) | column_bit(PROC_NAME) | \
	 column_bit(PROC_REGISTERED_NAME) | column_bit(PROC_LABEL) | \
	 column_bit(PROC_INITIAL_CALL) | column_bit(PROC_PARENT) | \
	 column_bit(PROC_APPLICATION))

static struct request request_of(const struct tree_reading *r)
{
	struct request rq = {
		.schema = &processes_schema,
		.columns = NEEDED,
		.timeout_ns = r->timeout_ns,
		.syntax = r->syntax,
	};

	if (r->columns & column_bit(SUPER_MSGQ))
		rq.columns |= column_bit(PROC_MSGQ);
	return rq;
}

static void read_everybody(struct tree_reading *r)
{
	struct request rq = request_of(r);

	source_ask(live_source(r->live), &rq, processes_read, r);
}

/*
 * Only supervisors, where the VM knows who started a process: what is needed of their
 * children is how many they are, and that is counted on the target.
 */

/*
 * A: supervisors. Sends {Pids, Counts}: of the processes that each is linked with those
 * that it started.
 */
static const char counts_text[] =
	"K = fun(S) -> try {links, L} = erlang:process_info(S, links),"
	" Q = lists:filter(fun erlang:is_pid/1, lists:sublist(L, " LINKS_MAX ")),"
	" I = lists:zipwith(fun erlang:process_info/2, Q,"
	" lists:duplicate(erlang:length(Q), parent)),"
	" T = ets:match_spec_compile([{{{parent, S}, '_'}, [], [true]}]),"
	" erlang:length(ets:match_spec_run(lists:zip(I, Q), T))"
	" catch error:_ -> 0 end end,"
	"F = fun G([]) -> ok; G(P) ->"
	" {C, R} = lists:split(erlang:min(20, erlang:length(P)), P),"
	" erlang:send(Z, {C, lists:map(K, C)}, [noconnect]), G(R) end,"
	" F(A), exit(ok).";

static bool counts_part(void *ctx, const struct term *message)
{
	struct tree_reading *r = ctx;
	const struct term *pids = term_at(message, 0);
	const struct term *counts = term_at(message, 1);

	if (!term_is_tuple(message, 2, NULL) || !term_is_list(pids) ||
	    !term_is_list(counts) || pids->n != counts->n || pids->n == 0)
		return false;
	for (size_t i = 0; i < pids->n; i++) {
		struct cell key = { CELL_ID, { 0 } };
		int64_t count;
		size_t row;

		if (pids->items[i].type != TERM_PID ||
		    !term_int(&counts->items[i], &count) || count < 0 ||
		    count > UINT32_MAX)
			return false;
		key.v.num = (int64_t)pids->items[i].id->num;
		row = table_index_find(&r->index, key);
		if (row == TABLE_NONE || r->linked[row])
			return false;
		r->linked[row] = true;
		r->children[row] = (uint32_t)count;
	}
	return true;
}

static void counted(void *ctx, const struct answer *a)
{
	struct tree_reading *r = ctx;
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN) {
		question_failed(a, "count the children of supervisors", &err);
		finish(r, NULL, &err);
		return;
	}
	/* Who has none was only suspected. */
	for (size_t i = 0; i < r->table->nrows; i++)
		if (r->kind[i] == KIND_UNSURE && r->children[i] == 0)
			r->kind[i] = KIND_OTHER;
	make_rows(r);
}

static void ask_counts(struct tree_reading *r)
{
	r->children = arena_many(&r->arena, r->table->nrows + 1, uint32_t);
	ask_supervisors(r, counts_text, counts_part, counted);
}

static bool known(const struct tree_reading *r, struct cell pid)
{
	for (size_t i = r->nsupervisors; i < r->npids; i++)
		if (cell_eq(r->pids[i], pid))
			return true;
	return table_index_find(&r->index, pid) != TABLE_NONE;
}

static void add_pid(struct tree_reading *r, struct cell pid)
{
	r->pids = mem_grow(r->pids, &r->pids_cap, r->npids + 1, sizeof(*r->pids));
	r->pids[r->npids++] = pid;
}

/* How far up the tree is looked for another supervisor. */
#define ROUNDS_MAX 8
/* Many are above each other only where all is a lie. */
#define ABOVE_MAX 10000

static void few_read(void *ctx, struct sample *s, const struct err *err);

static void read_few(struct tree_reading *r)
{
	struct request rq = request_of(r);

	rq.keys = r->pids;
	rq.nkeys = r->npids;
	source_ask(live_source(r->live), &rq, few_read, r);
}

/* Adds those above them that are not there yet. */
static bool add_above(struct tree_reading *r)
{
	size_t n = r->npids;

	for (size_t i = 0; i < r->table->nrows; i++) {
		struct cell parent = table_cell(r->table, i, PROC_PARENT);

		if (parent.type == CELL_ID && !known(r, parent) &&
		    r->npids - r->nsupervisors < ABOVE_MAX)
			add_pid(r, parent);
	}
	return r->npids > n && ++r->rounds < ROUNDS_MAX;
}

static void few_read(void *ctx, struct sample *s, const struct err *err)
{
	struct tree_reading *r = ctx;

	if (!s) {
		finish(r, NULL, err);
		return;
	}
	take(r, s);
	if (add_above(r)) {
		sample_free(s);
		r->processes = NULL;
		read_few(r);
		return;
	}
	ask_unsure(r);
}

/* When a process holds up the sweep, the processes table knows how to find it. */
static void swept(void *ctx, const struct supervisors_found *found, const struct err *err)
{
	struct tree_reading *r = ctx;

	if (err && node_alive(live_node(r->live))) {
		log_line("%s", err->what);
		r->few = false;
		read_everybody(r);
		return;
	}
	if (err) {
		finish(r, NULL, err);
		return;
	}
	for (size_t i = 0; i < found->nsure; i++)
		add_pid(r, found->sure[i]);
	r->nsure = r->npids;
	for (size_t i = 0; i < found->nunsure; i++)
		add_pid(r, found->unsure[i]);
	r->nsupervisors = r->npids;
	read_few(r);
}

static void caps_known(void *ctx)
{
	struct tree_reading *r = ctx;

	r->few = node_can(live_node(r->live), CAP_PARENT) == CAP_YES;
	if (r->few)
		supervisor_sweep(r->live, r->timeout_ns, swept, r);
	else
		read_everybody(r);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct tree_reading *r = mem_zalloc(sizeof(*r));

	*r = (struct tree_reading){
		.live = l,
		.to = { done, ctx },
		.schema = rq->schema,
		.columns = rq->columns,
		.nkeys = rq->nkeys,
		.timeout_ns = rq->timeout_ns,
		.syntax = rq->syntax,
	};
	if (rq->keys) {
		r->keys = mem_alloc((rq->nkeys + 1) * sizeof(*r->keys));
		memcpy(r->keys, rq->keys, rq->nkeys * sizeof(*r->keys));
	}
	if (rq->schema == &supervisors_schema)
		caps_probe(live_node(l), 1U << CAP_PARENT | 1U << CAP_DICTIONARY_KEY,
			   caps_known, r);
	else
		read_everybody(r);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema supervisors_schema = {
	.name = "supervisors",
	.help = "the supervisors, as a tree",
	.columns = columns,
	.ncolumns = SUPER_NCOLUMNS,
	.key = SUPER_PID,
	.readers = &readers,
};

const struct schema children_schema = {
	.name = "children",
	.help = "the supervision tree with all that are in it",
	.on_demand = true,
	.columns = columns,
	.ncolumns = SUPER_NCOLUMNS,
	.key = SUPER_PID,
	.readers = &readers,
};
