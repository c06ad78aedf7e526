/* The applications table: what is loaded and runs, and what its processes take. */
#include "tables/apps.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/cell.h"
#include "tables/process.h"
#include "tables/question.h"

static const struct column columns[APPS_NCOLUMNS] = {
	[APPS_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"application; (none): processes of no application; (remote): processes "
		"whose output goes to another node (our own are not counted)" },
	[APPS_VERSION] = { "version", "VERSION", UNIT_NONE, COLUMN_LABEL,
		"its version" },
	[APPS_STATUS] = { "status", "STATUS", UNIT_NONE, COLUMN_LABEL,
		"running, starting, start_p_false (waits for permission), started (does "
		"not run), loading, loaded, or distributed (runs on another node)" },
	[APPS_PROCESSES] = { "processes", "PROCS", UNIT_COUNT, COLUMN_GAUGE,
		"its processes, by their group leader" },
	[APPS_MEMORY] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_GAUGE,
		"bytes held by its processes: heap, stack and mailbox" },
	[APPS_REDUCTIONS] = { "reductions", "REDS", UNIT_COUNT, COLUMN_COUNTER,
		"work done by its processes; what those did that died while they were "
		"watched still counts" },
	[APPS_MSGQ] = { "message_queue_len", "MSGQ", UNIT_COUNT, COLUMN_GAUGE,
		"messages that wait in the mailboxes of its processes" },
	[APPS_RESTART_TYPE] = { "restart_type", "RESTART TYPE", UNIT_NONE, COLUMN_LABEL,
		"what its end means: permanent, transient or temporary", COLUMN_WIDE },
	[APPS_MASTER] = { "master", "MASTER", UNIT_NONE, COLUMN_LABEL,
		"its application master, the group leader of its processes",
		COLUMN_WIDE, pid_print, pid_parse },
	[APPS_DESCRIPTION] = { "description", "DESCRIPTION", UNIT_NONE, COLUMN_LABEL,
		"what it says of itself", COLUMN_WIDE },
};

/* How long the application controller may take to tell who runs. It may be stuck. */
#define CONTROLLER_MS 1000

/*
 * What is loaded, and the masters, stand in a table that everybody may read; what has no
 * process of its own (stdlib) runs or does not, and only the controller knows.
 *
 * A: a match specification that gives {Name, Description, Version}; B: milliseconds.
 */
static const char text[] =
	"P = fun(T) when erlang:is_binary(T) ->"
	" binary:copy(binary:part(T, 0, erlang:min(200, erlang:byte_size(T))));"
	" (T) -> try lists:sublist(T, 200) catch _:_ -> [] end end,"
	"L = lists:map(fun({N, D, V}) -> {N, P(D), P(V)} end, ets:select(ac_tab, A)),"
	"M = ets:match(ac_tab, {{application_master, '$1'}, '$2'}),"
	"C = try lists:keydelete(loaded, 1,"
	" gen_server:call(application_controller, info, B))"
	" catch _:_ -> undefined end,"
	"exit({L, M, C}).";

/* Where these stand in a record 'appl' of application_controller, OTP 23 to 29. */
#define APPL_DESCR 4
#define APPL_VSN 6

/* A group of processes: of an application, of none. */
struct group {
	struct text name;
	int64_t dead_reductions; /* of those that were seen, and are gone */
	size_t row;              /* in the table of this reading, or TABLE_NONE */
};

/* Our helpers are in no group. */
#define OURS UINT32_MAX

/* What the table remembers of a node. */
struct apps_memory {
	struct arena arena;     /* of the names */
	struct group *groups;   /* [ngroups] */
	size_t ngroups;
	size_t cap;
	struct sample *last;    /* the processes of the reading before */
	uint32_t *group_of;     /* [last->table.nrows] or OURS */
};

struct apps_reading {
	struct live *live;
	struct apps_memory *memory;
	struct live_answer to;
	struct sample *sample;
	struct table *table;
	struct sample *processes;
	uint64_t columns;
	size_t pending;
	struct err err;
};

static void memory_clear(void *state)
{
	struct apps_memory *m = state;

	arena_clear(&m->arena);
	free(m->groups);
	free(m->group_of);
	sample_free(m->last);
}

static size_t group_at(struct apps_memory *m, struct text name)
{
	for (size_t i = 0; i < m->ngroups; i++)
		if (text_eq(m->groups[i].name, name))
			return i;
	m->groups = mem_grow(m->groups, &m->cap, m->ngroups + 1, sizeof(*m->groups));
	m->groups[m->ngroups] = (struct group){
		.name = text_dup(&m->arena, name),
		.row = TABLE_NONE,
	};
	return m->ngroups++;
}

/*
 * The sums.
 */

static void add(struct table *t, size_t row, size_t column, int64_t more)
{
	int64_t sum;

	if (!__builtin_add_overflow(table_num(t, row, column), more, &sum))
		table_set_int(t, row, column, sum);
}

/* The row of a group in this reading; those of no application have one when there are
 * any. */
static size_t row_of(struct apps_reading *r, size_t group)
{
	struct group *g = &r->memory->groups[group];

	if (g->row == TABLE_NONE) {
		g->row = table_add(r->table);
		table_set_text(r->table, g->row, APPS_NAME, g->name);
	}
	return g->row;
}

static size_t leader_group(struct apps_reading *r, const struct table_index *masters,
			   struct cell leader)
{
	size_t row;

	if (leader.type == CELL_TEXT)
		return group_at(r->memory, TEXT("(remote)"));
	row = table_index_find(masters, leader);
	return group_at(r->memory, row == TABLE_NONE
					   ? TEXT("(none)")
					   : table_text(masters->table, row, APPS_NAME));
}

static bool is_ours(const struct apps_reading *r, struct cell leader)
{
	struct text us = node_our_name(live_node(r->live));

	return leader.type == CELL_TEXT &&
	       text_find(*leader.v.text, us) < leader.v.text->len;
}

static void add_process(struct apps_reading *r, size_t to, size_t from)
{
	const struct table *p = &r->processes->table;

	add(r->table, to, APPS_PROCESSES, 1);
	if (r->columns & column_bit(APPS_MEMORY))
		add(r->table, to, APPS_MEMORY, table_num(p, from, PROC_MEMORY));
	add(r->table, to, APPS_REDUCTIONS, table_num(p, from, PROC_REDUCTIONS));
	add(r->table, to, APPS_MSGQ, table_num(p, from, PROC_MSGQ));
}

/* The reductions of those that died since the reading before are kept, or what their
 * application did would go down. */
static void bury(struct apps_reading *r)
{
	struct apps_memory *m = r->memory;
	struct arena scratch = { 0 };
	struct table_index now;

	if (!m->last)
		return;
	table_index_init(&now, &r->processes->table, &scratch);
	for (size_t row = 0; row < m->last->table.nrows; row++) {
		struct cell pid = table_cell(&m->last->table, row, PROC_PID);
		int64_t n = table_num(&m->last->table, row, PROC_REDUCTIONS);
		struct group *g;

		if (m->group_of[row] == OURS ||
		    table_index_find(&now, pid) != TABLE_NONE)
			continue;
		g = &m->groups[m->group_of[row]];
		g->dead_reductions =
			(int64_t)((uint64_t)g->dead_reductions + (uint64_t)n);
	}
	arena_clear(&scratch);
}

/* The masters as the key of a table, so that they can be looked up. */
static const struct schema masters_schema = {
	.name = "masters",
	.columns = columns,
	.ncolumns = APPS_NCOLUMNS,
	.key = APPS_MASTER,
};

static void sum_up(struct apps_reading *r)
{
	const struct table *p = &r->processes->table;
	struct apps_memory *m = r->memory;
	struct arena scratch = { 0 };
	struct table masters = *r->table;
	struct table_index index;
	uint32_t *group_of = mem_alloc((p->nrows + 1) * sizeof(*group_of));

	masters.schema = &masters_schema;
	table_index_init(&index, &masters, &scratch);
	bury(r);
	for (size_t row = 0; row < r->table->nrows; row++) {
		size_t group = group_at(m, table_text(r->table, row, APPS_NAME));

		m->groups[group].row = row;
		for (size_t c = APPS_PROCESSES; c <= APPS_MSGQ; c++)
			if (r->columns & column_bit(c))
				add(r->table, row, c, 0);
	}
	for (size_t row = 0; row < p->nrows; row++) {
		struct cell leader = table_cell(p, row, PROC_GROUP_LEADER);

		group_of[row] = OURS;
		if (is_ours(r, leader))
			continue;
		group_of[row] = (uint32_t)leader_group(r, &index, leader);
		add_process(r, row_of(r, group_of[row]), row);
	}
	for (size_t i = 0; i < m->ngroups; i++) {
		if (m->groups[i].row != TABLE_NONE)
			add(r->table, m->groups[i].row, APPS_REDUCTIONS,
			    m->groups[i].dead_reductions);
		m->groups[i].row = TABLE_NONE;
	}
	sample_free(m->last);
	free(m->group_of);
	m->last = r->processes;
	m->group_of = group_of;
	r->processes = NULL;
	arena_clear(&scratch);
}

/*
 * The two questions.
 */

static void step_done(struct apps_reading *r, const struct err *err)
{
	struct live_answer to = r->to;
	struct sample *sample = r->sample;
	struct err first;

	if (err && r->err.kind == ERR_NONE)
		r->err = *err;
	if (--r->pending > 0)
		return;
	if (r->err.kind == ERR_NONE && r->processes)
		sum_up(r);
	sample_set_time(sample, sample->at_ns + (loop_now() - sample->at_ns) / 2);
	first = r->err;
	sample_free(r->processes);
	free(r);
	if (first.kind != ERR_NONE) {
		sample_free(sample);
		to.done(to.ctx, NULL, &first);
		return;
	}
	to.done(to.ctx, sample, NULL);
}

static void processes_read(void *ctx, struct sample *s, const struct err *err)
{
	struct apps_reading *r = ctx;

	r->processes = s;
	if (s) {
		r->sample->missed = s->missed;
		r->sample->missed_first =
			text_dup(&r->sample->arena, s->missed_first);
	}
	step_done(r, err);
}

/* The element of a list whose first part is this atom; NULL when there is none. */
static const struct term *about(const struct term *list, struct text name)
{
	for (size_t i = 0; list && list->type == TERM_LIST && i < list->n; i++) {
		const struct term *one = term_at(&list->items[i], 0);

		if (one->type == TERM_ATOM && text_eq(one->text, name))
			return &list->items[i];
	}
	return NULL;
}

/* What the controller says of it: {running, [{Name, Pid | undefined | {distributed,
 * Node}}]} and so on; it is in the first of these lists that it is in. */
static const char *status_of(const struct term *info, struct text name)
{
	static const char *const lists[] = { "starting", "start_p_false", "started",
					     "loading" };
	const struct term *running = about(term_get(info, "running"), name);

	if (running)
		return term_is_tuple(term_at(running, 1), 2, "distributed")
			       ? "distributed"
			       : "running";
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (about(term_get(info, lists[i]), name))
			return lists[i];
	return "loaded";
}

/* {Name, Description, Version} */
static void add_app(struct apps_reading *r, const struct term *app,
		    const struct term *masters, const struct term *info)
{
	struct table *t = r->table;
	struct text name = term_text(term_at(app, 0));
	const struct term *master = about(masters, name);
	const struct term *started = about(term_get(info, "started"), name);
	size_t row;

	if (!term_is_tuple(app, 3, NULL) || app->items[0].type != TERM_ATOM)
		return;
	row = table_add(t);
	cell_set_name(t, row, APPS_NAME, &app->items[0]);
	cell_set_chars(t, row, APPS_DESCRIPTION, &app->items[1]);
	cell_set_chars(t, row, APPS_VERSION, &app->items[2]);
	if (master)
		pid_set(t, row, APPS_MASTER, term_at(master, 1),
			node_name(live_node(r->live)));
	if (term_is_list(info))
		table_set_text(t, row, APPS_STATUS, text_of(status_of(info, name)));
	else if (master)
		table_set_text(t, row, APPS_STATUS, TEXT("running"));
	if (started && !term_is_atom(term_at(started, 1), "undefined"))
		cell_set_name(t, row, APPS_RESTART_TYPE, term_at(started, 1));
}

/* {Apps, Masters, Info} */
static void apps_known(void *ctx, const struct answer *a)
{
	struct apps_reading *r = ctx;
	const struct term *apps = term_at(&a->value, 0);
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN || !term_is_tuple(&a->value, 3, NULL) ||
	    !term_is_list(apps)) {
		question_failed(a, "read the table 'applications'", &err);
		step_done(r, &err);
		return;
	}
	for (size_t i = 0; i < apps->n; i++)
		add_app(r, &apps->items[i], term_at(&a->value, 1),
			term_at(&a->value, 2));
	step_done(r, NULL);
}

static void etf_element(struct buf *b, int at)
{
	etf_tuple(b, 3);
	etf_atom_s(b, "element");
	etf_int(b, at);
	etf_atom_s(b, "$2");
}

/* [{{{loaded, '$1'}, '$2'}, [], [{{'$1', {element, 4, '$2'}, {element, 6, '$2'}}}]}] */
static void etf_loaded(struct buf *b)
{
	etf_list(b, 1);
	etf_tuple(b, 3);
	etf_tuple(b, 2);
	etf_tuple(b, 2);
	etf_atom_s(b, "loaded");
	etf_atom_s(b, "$1");
	etf_atom_s(b, "$2");
	etf_nil(b);
	etf_list(b, 1);
	etf_tuple(b, 1);
	etf_tuple(b, 3);
	etf_atom_s(b, "$1");
	etf_element(b, APPL_DESCR);
	etf_element(b, APPL_VSN);
	etf_nil(b);
	etf_nil(b);
}

static void ask_apps(struct apps_reading *r, int64_t timeout_ns)
{
	int64_t half_ms = timeout_ns / 2000000;
	struct buf bindings = { 0 };

	etf_list(&bindings, 2);
	question_bind(&bindings, "A");
	etf_loaded(&bindings);
	question_bind(&bindings, "B");
	etf_int(&bindings, half_ms && half_ms < CONTROLLER_MS ? half_ms : CONTROLLER_MS);
	etf_nil(&bindings);
	r->pending++;
	node_eval(live_node(r->live), &(struct eval){
		.text = text,
		.bindings = buf_text(&bindings),
		.answer_bytes = 1 << 20,
		.timeout_ns = timeout_ns,
	}, apps_known, r);
	buf_clear(&bindings);
}

static void ask_processes(struct apps_reading *r, const struct request *rq)
{
	struct request processes = {
		.schema = &processes_schema,
		.columns = column_bit(PROC_PID) | column_bit(PROC_GROUP_LEADER) |
			   column_bit(PROC_REDUCTIONS) | column_bit(PROC_MSGQ),
		.timeout_ns = rq->timeout_ns,
		.syntax = SYNTAX_ERLANG,
	};

	if (rq->columns & column_bit(APPS_MEMORY))
		processes.columns |= column_bit(PROC_MEMORY);
	r->pending++;
	source_ask(live_source(r->live), &processes, processes_read, r);
}

#define SUMS \
	(column_bit(APPS_PROCESSES) | column_bit(APPS_MEMORY) | \
	 column_bit(APPS_REDUCTIONS) | column_bit(APPS_MSGQ))

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct apps_reading *r = mem_zalloc(sizeof(*r));

	r->live = l;
	r->memory = live_state(l, &applications_schema, sizeof(*r->memory), memory_clear);
	r->to = (struct live_answer){ done, ctx };
	r->columns = rq->columns;
	r->sample = sample_new(live_source(l), &applications_schema, 0);
	r->table = &r->sample->table;
	ask_apps(r, rq->timeout_ns);
	if (rq->columns & SUMS)
		ask_processes(r, rq);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema applications_schema = {
	.name = "applications",
	.tab = "applications",
	.command = "apps",
	.help = "the applications, and what their processes take",
	.columns = columns,
	.ncolumns = APPS_NCOLUMNS,
	.key = APPS_NAME,
	.sort = "reductions",
	.readers = &readers,
};
