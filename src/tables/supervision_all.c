/* The supervision tree out of all processes, and whom the supervisors are linked with. */
#include "base/log.h"
#include "tables/process.h"
#include "tables/question.h"
#include "tables/supervision.h"
#include "tables/tree.h"

/* The links of the processes in A, some at a time. */
static const char links_text[] =
	"F = fun G([]) -> ok; G(P) ->"
	" {C, R} = lists:split(erlang:min(20, erlang:length(P)), P),"
	" V = lists:zipwith(fun erlang:process_info/2, C,"
	" lists:duplicate(erlang:length(C), links)),"
	" L = lists:map(fun({_, T}) -> lists:sublist(T, " SUPERVISION_LINKS ");"
	" (_) -> [] end, V),"
	" erlang:send(Z, {C, L}, [noconnect]), G(R) end,"
	" F(A), exit(ok).";

/* The process that a supervisor is linked with: its child when the supervisor started it,
 * or when nobody knows who did. */
static void add_link(struct supervision *r, uint32_t supervisor, const struct term *pid)
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
	struct supervision *r = ctx;
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
	struct supervision *r = ctx;
	struct err err = { 0 };

	if (a->kind == ANSWER_FAILED && !node_alive(live_node(r->live))) {
		question_failed(a, "read the links of supervisors", &err);
		supervision_end(r, NULL, &err);
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
	supervision_rows(r);
}

static void links(struct supervision *r)
{
	supervision_ask(r, links_text, links_part, links_read);
}

static void processes_read(void *ctx, struct sample *s, const struct err *err)
{
	struct supervision *r = ctx;

	if (!s) {
		supervision_end(r, NULL, err);
		return;
	}
	supervision_take(r, s);
	supervision_unsure(r, links);
}

void supervision_all(struct supervision *r)
{
	struct request rq = supervision_request(r);

	source_ask(live_source(r->live), &rq, processes_read, r);
}

