#include "tables/module_users.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/cell.h"
#include "tables/modules.h"

/* Pids that are shown. */
#define PIDS_MAX 5

/*
 * check_process_code/3 is compiled code of the target, and so is what picks those out for
 * which it is true. No garbage is collected: a process that only holds constants of the
 * old code is not counted. Sends {Module, Pids}, and [Module] when all were asked.
 *
 * A: the match specification that picks out the first of {Thing, true}.
 */
static const char users_text[] =
	"T = ets:match_spec_compile(A),"
	"F = fun G(M, _, 0) -> erlang:send(Z, [M], [noconnect]); G(M, P, N) ->"
	" K = erlang:min(N, 1000),"
	" {C, R} = lists:split(K, P),"
	" V = lists:zipwith3(fun erlang:check_process_code/3, C,"
	" lists:duplicate(K, M), lists:duplicate(K, [{allow_gc, false}])),"
	" erlang:send(Z, {M, ets:match_spec_run(lists:zip(C, V), T)}, [noconnect]),"
	" G(M, R, N - K) end,"
	" P = lists:delete(erlang:self(), erlang:processes()),"
	" L = erlang:loaded(),"
	" lists:foreach(fun(M) -> F(M, P, erlang:length(P)) end,"
	" ets:match_spec_run(lists:zip(L, lists:map(fun erlang:check_old_code/1, L)),"
	" T)), exit(ok).";

struct users {
	struct live *live;
	struct live_answer to;
	int64_t timeout_ns;
	struct arena arena;        /* of the index */
	struct sample *sample;
	struct table_index index;  /* by name */
	size_t row;                /* whose processes come, or TABLE_NONE */
	int64_t found;             /* of its processes */
	struct buf pids;
};

/* All of the row's processes are there. */
static void set_row(struct users *u)
{
	struct table *t = &u->sample->table;

	if (u->row == TABLE_NONE)
		return;
	table_set_int(t, u->row, MODULES_OLD_PROCESSES, u->found);
	if (u->found > PIDS_MAX)
		buf_str(&u->pids, " ...");
	if (u->found > 0)
		table_set_text(t, u->row, MODULES_OLD_PIDS, buf_text(&u->pids));
}

static void turn_to(struct users *u, const struct term *module)
{
	struct buf name = { 0 };
	struct text shown;
	size_t row;

	term_name(&name, module->text);
	shown = buf_text(&name);
	row = table_index_find(&u->index, (struct cell){ CELL_TEXT, { .text = &shown } });
	buf_clear(&name);
	if (row == u->row)
		return;
	u->row = row;
	u->found = 0;
	buf_reset(&u->pids);
}

/* {Module, Pids} or [Module] */
static bool part(void *ctx, const struct term *message)
{
	struct users *u = ctx;
	const struct term *module = term_at(message, 0);
	const struct term *pids = term_at(message, 1);

	if (module->type != TERM_ATOM)
		return false;
	turn_to(u, module);
	if (message->type == TERM_LIST) {
		set_row(u);
		return true;
	}
	if (!term_is_tuple(message, 2, NULL) || !term_is_list(pids))
		return false;
	for (size_t i = 0; i < pids->n; i++) {
		if (pids->items[i].type != TERM_PID)
			return false;
		if (u->found++ >= PIDS_MAX)
			continue;
		buf_str(&u->pids, buf_len(&u->pids) ? " " : "");
		term_print_pid(&u->pids, pids->items[i].id->num);
	}
	return true;
}

static void finish(struct users *u, const struct err *err)
{
	struct users end = *u;

	buf_clear(&u->pids);
	arena_clear(&u->arena);
	free(u);
	end.to.done(end.to.ctx, end.sample, err);
}

/* A process that does not answer leaves the modules from there on without their count. */
static void answered(void *ctx, const struct answer *a)
{
	struct users *u = ctx;
	struct table *t = &u->sample->table;

	for (size_t row = 0; row < t->nrows; row++) {
		if (!table_null(t, row, MODULES_OLD_PROCESSES))
			continue;
		if (!table_num(t, row, MODULES_OLD))
			table_set_int(t, row, MODULES_OLD_PROCESSES, 0);
		else if (a->kind != ANSWER_RETURN)
			sample_miss(u->sample, table_cell(t, row, MODULES_NAME));
	}
	finish(u, NULL);
}

/* [{{'$1', '$2'}, [{'=:=', '$2', true}], ['$1']}] */
static void etf_true(struct buf *b)
{
	etf_list(b, 1);
	etf_tuple(b, 3);
	etf_tuple(b, 2);
	etf_atom_s(b, "$1");
	etf_atom_s(b, "$2");
	etf_list(b, 1);
	etf_tuple(b, 3);
	etf_atom_s(b, "=:=");
	etf_atom_s(b, "$2");
	etf_atom_s(b, "true");
	etf_nil(b);
	etf_list(b, 1);
	etf_atom_s(b, "$1");
	etf_nil(b);
	etf_nil(b);
}

static void modules_read(void *ctx, struct sample *s, const struct err *err)
{
	struct users *u = ctx;
	struct buf bindings = { 0 };

	u->sample = s;
	if (!s) {
		finish(u, err);
		return;
	}
	table_index_init(&u->index, &s->table, &u->arena);
	etf_list(&bindings, 1);
	question_bind(&bindings, "A");
	etf_true(&bindings);
	etf_nil(&bindings);
	node_eval(live_node(u->live), &(struct eval){
		.text = users_text,
		.bindings = buf_text(&bindings),
		.heap_words = (size_t)8 << 20,
		.timeout_ns = u->timeout_ns,
		.part = part,
	}, answered, u);
	buf_clear(&bindings);
}

void module_users_ask(struct live *l, const struct request *rq, const struct question *q,
		      source_done *done, void *ctx)
{
	struct users *u = mem_zalloc(sizeof(*u));

	*u = (struct users){
		.live = l,
		.to = { done, ctx },
		.timeout_ns = rq->timeout_ns,
		.row = TABLE_NONE,
	};
	question_ask(l, rq, q, modules_read, u);
}
