/* The supervision tree without those that are no supervisors, where the VM knows who
 * started a process: what is needed of them is how many they are. */
#include "base/log.h"
#include "base/mem.h"
#include "tables/process.h"
#include "tables/question.h"
#include "tables/supervision.h"
#include "tables/supervisor_sweep.h"

/*
 * A: supervisors. Sends {Pids, Counts}: of the processes that each is linked with those
 * that it started.
 */
static const char counts_text[] =
	"K = fun(S) -> try {links, L} = erlang:process_info(S, links),"
	" Q = lists:filter(fun erlang:is_pid/1,"
	" lists:sublist(L, " SUPERVISION_LINKS ")),"
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
	struct supervision *r = ctx;
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
	struct supervision *r = ctx;
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN && !node_alive(live_node(r->live))) {
		question_failed(a, "count the children of supervisors", &err);
		supervision_end(r, NULL, &err);
		return;
	}
	if (a->kind != ANSWER_RETURN)
		log_line("not all children of supervisors could be counted");
	/* Who has none was only suspected. */
	for (size_t i = 0; i < r->table->nrows; i++)
		if (r->kind[i] == KIND_UNSURE && r->children[i] == 0)
			r->kind[i] = KIND_OTHER;
	supervision_rows(r);
}

static void ask_counts(struct supervision *r)
{
	r->children = arena_many(&r->arena, r->table->nrows + 1, uint32_t);
	supervision_ask(r, counts_text, counts_part, counted);
}

static bool known(const struct supervision *r, struct cell pid)
{
	for (size_t i = r->nsupervisors; i < r->npids; i++)
		if (cell_eq(r->pids[i], pid))
			return true;
	return table_index_find(&r->index, pid) != TABLE_NONE;
}

static void add_pid(struct supervision *r, struct cell pid)
{
	r->pids = mem_grow(r->pids, &r->pids_cap, r->npids + 1, sizeof(*r->pids));
	r->pids[r->npids++] = pid;
}

/* How far up the tree is looked for another supervisor. */
#define ROUNDS_MAX 8
/* Many are above each other only where all is a lie. */
#define ABOVE_MAX 10000

static void few_read(void *ctx, struct sample *s, const struct err *err);

static void read_few(struct supervision *r)
{
	struct request rq = supervision_request(r);

	rq.keys = r->pids;
	rq.nkeys = r->npids;
	source_ask(live_source(r->live), &rq, few_read, r);
}

/* Adds those above them that are not there yet. */
static bool add_above(struct supervision *r)
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
	struct supervision *r = ctx;

	if (!s) {
		supervision_end(r, NULL, err);
		return;
	}
	supervision_take(r, s);
	if (add_above(r)) {
		sample_free(s);
		r->processes = NULL;
		read_few(r);
		return;
	}
	supervision_unsure(r, ask_counts);
}

/* When a process holds up the sweep, the processes table knows how to find it. */
static void swept(void *ctx, const struct supervisors_found *found, const struct err *err)
{
	struct supervision *r = ctx;

	if (err && node_alive(live_node(r->live))) {
		log_line("%s", err->what);
		r->few = false;
		supervision_all(r);
		return;
	}
	if (err) {
		supervision_end(r, NULL, err);
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

void supervision_few(struct supervision *r)
{
	supervisor_sweep(r->live, r->timeout_ns, swept, r);
}
