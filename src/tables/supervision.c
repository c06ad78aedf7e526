/* Who is a supervisor, and who is above whom. */
#include "tables/supervision.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/process.h"
#include "tables/question.h"
#include "tables/supervisors.h"
#include "tables/tree.h"

bool supervision_callback(struct text call, struct text *module)
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

#define NEEDED \
	(column_bit(PROC_PID) | column_bit(PROC_NAME) | \
	 column_bit(PROC_REGISTERED_NAME) | column_bit(PROC_LABEL) | \
	 column_bit(PROC_INITIAL_CALL) | column_bit(PROC_PARENT) | \
	 column_bit(PROC_APPLICATION))

struct request supervision_request(const struct supervision *r)
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

/*
 * Before OTP 26.2 the dictionary of a process with a large heap is not read (see
 * process_who.c), and a supervisor of thousands has one. Who runs in the loop of a
 * gen_server, traps exits and has started others is taken for one, and said to be unsure.
 */
static void unsure_known(void *ctx, struct sample *s, const struct err *err)
{
	struct supervision *r = ctx;

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
	r->next(r);
}

static bool is_hidden(struct text call)
{
	return text_starts(call, "proc_lib:init_p/") ||
	       text_starts(call, ":proc_lib.init_p/");
}

/* Who may be one: of everybody those that started others, else what the sweep found. */
static size_t suspects(const struct supervision *r, struct cell *keys)
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

void supervision_unsure(struct supervision *r, supervision_step *next)
{
	struct cell *keys =
		arena_many(&r->arena, r->table->nrows + r->npids + 1, struct cell);
	size_t nkeys = suspects(r, keys);

	if (nkeys == 0) {
		next(r);
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

	r->next = next;
	source_ask(live_source(r->live), &rq, unsure_known, r);
}

/* The registered ones, by name. */
static const struct column name_columns[] = {
	{ "name", "NAME", UNIT_NONE, COLUMN_LABEL, "registered name" },
	{ "pid", "PID", UNIT_NONE, COLUMN_LABEL, "whose it is" },
};

static const struct schema names_schema = {
	.name = "names",
	.columns = name_columns,
	.ncolumns = 2,
	.key = 0,
};

static struct table registered(struct supervision *r)
{
	struct table names;

	table_init(&names, &names_schema, &r->arena, 0);
	for (size_t i = 0; i < r->table->nrows; i++) {
		size_t row;

		if (table_null(r->table, i, PROC_REGISTERED_NAME))
			continue;
		row = table_add(&names);
		table_set(&names, row, 0,
			  table_cell(r->table, i, PROC_REGISTERED_NAME));
		table_set(&names, row, 1, table_cell(r->table, i, PROC_PID));
	}
	return names;
}

/* Parents are pids, or names: proc_lib keeps those of the registered. */
static void find_parents(struct supervision *r)
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
				parent = table_cell(&names, row, 1);
		}
		if (parent.type == CELL_ID)
			row = table_index_find(&r->index, parent);
		r->parent[i] = row == TABLE_NONE || row == i ? TREE_NONE : (uint32_t)row;
	}
}

static bool is_bridge(struct text call)
{
	return text_starts(call, "supervisor_bridge:") ||
	       text_starts(call, ":supervisor_bridge.");
}

void supervision_take(struct supervision *r, struct sample *s)
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

		if (supervision_callback(call, &module))
			r->kind[i] = is_bridge(call) ? KIND_BRIDGE : KIND_SUPERVISOR;
	}
}

void supervision_ask(struct supervision *r, const char *text, node_part *part,
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

