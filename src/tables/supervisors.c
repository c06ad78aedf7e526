/* The tables supervisors and children: their columns, and the rows of a tree. */
#include "tables/supervisors.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/process.h"
#include "tables/supervision.h"
#include "tables/supervisor_ask.h"
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
	[SUPER_ID] = { "id", "ID", UNIT_NONE, COLUMN_LABEL,
		"what its supervisor calls it (that is asked)", ASKED },
	[SUPER_RESTART] = { "restart", "RESTART", UNIT_NONE, COLUMN_LABEL,
		"when it is started again: permanent, transient or temporary (its "
		"supervisor is asked)", ASKED },
};

void supervision_end(struct supervision *r, struct sample *s, const struct err *err)
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

static void set_names(const struct supervision *r, struct table *t, size_t row,
		      size_t from)
{
	struct text module;
	bool named = !table_null(r->table, from, PROC_REGISTERED_NAME) ||
		     !table_null(r->table, from, PROC_LABEL);

	table_set(t, row, SUPER_NAME, table_cell(r->table, from, PROC_NAME));
	if (!supervision_callback(table_text(r->table, from, PROC_INITIAL_CALL), &module))
		return;
	set_module(t, row, SUPER_MODULE, module);
	if (!named)
		set_module(t, row, SUPER_NAME, module);
}

static void add_row(const struct supervision *r, struct table *t, uint32_t from,
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
	if (r->kind[from] != KIND_OTHER && (!r->few || r->linked[from]))
		table_set_int(t, row, SUPER_CHILDREN, children);
}

/* Which processes the request is about. */
static bool *wanted(struct supervision *r)
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
	struct supervision *r = ctx;

	supervision_end(r, r->sample, NULL);
}

void supervision_rows(struct supervision *r)
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
	sample_set_time(s, r->processes->at_ns);
	r->sample = s;
	if (r->columns & SUPER_ASKED)
		supervisor_ask(&(struct supervisor_question){
			.live = r->live,
			.table = &s->table,
			.asked = asked,
			.columns = r->columns,
			.syntax = r->syntax == SYNTAX_AUTO
					  ? live_source(r->live)->syntax
					  : r->syntax,
			.timeout_ns = r->timeout_ns,
		}, answers_known, r);
	else
		supervision_end(r, s, NULL);
}

static void caps_known(void *ctx)
{
	struct supervision *r = ctx;

	r->few = node_can(live_node(r->live), CAP_PARENT) == CAP_YES &&
		 !processes_stubborn(r->live);
	if (r->few)
		supervision_few(r);
	else
		supervision_all(r);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct supervision *r = mem_zalloc(sizeof(*r));

	*r = (struct supervision){
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
		supervision_all(r);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema supervisors_schema = {
	.name = "supervisors",
	.tab = "supervisors",
	.help = "the supervisors, as a tree",
	.columns = columns,
	.ncolumns = SUPER_NCOLUMNS,
	.key = SUPER_PID,
	.parent = SUPER_PARENT,
	.readers = &readers,
};

const struct schema children_schema = {
	.name = "children",
	.tab = "supervisors",
	.help = "the supervision tree with all that are in it",
	.on_demand = true,
	.columns = columns,
	.ncolumns = SUPER_NCOLUMNS,
	.key = SUPER_PID,
	.parent = SUPER_PARENT,
	.readers = &readers,
};
