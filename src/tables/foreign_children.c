#include "tables/foreign_children.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/foreign.h"
#include "tables/foreign_text.h"
#include "tables/question.h"

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)
#define PATIENCE_MS 1000
#define MS_NS INT64_C(1000000)
/* A child is a pid, a name of at most some 20 terms, an atom. */
#define CHILD_BYTES 600
#define SUPERVISORS_MAX 50 /* at once */

/*
 * A: supervisors. F is run by each on its state (see supervisor_ask.c): of the fourth
 * element, {Identifiers, Children}, it takes the records of the first children, {child,
 * Pid, Id, StartFunction, Restart, ...}. V asks one and gives 1 when an answer will come;
 * T collects.
 */
static const char children_text[] =
	FOREIGN_PROJECT
	"F = fun(V) ->"
	" try erlang:monotonic_time(millisecond) < X andalso"
	"   erlang:is_process_alive(H) of"
	"  true ->"
	"   {_, M} = erlang:element(4, V),"
	"   L = E(maps:iterator(M),"
	"    erlang:min(" STRING(FOREIGN_CHILDREN_MAX) ", maps:size(M))),"
	"   H ! {R, erlang:self(), (fun"
	"    Q([_, C | T]) ->"
	"     {G, _} = P(erlang:element(3, C), {1, 20, 4}),"
	"     true = erlang:is_atom(erlang:element(5, C)),"
	"     S = case erlang:element(2, C) of"
	"      Y when erlang:is_pid(Y) -> Y; _ -> undefined end,"
	"     [{S, G, erlang:element(5, C)} | Q(T)];"
	"    Q([]) -> [] end)(L)};"
	"  false -> ok"
	" catch _:_ -> H ! {R, erlang:self(), []} end,"
	" erlang:throw(R) end,"
	"sys:module_info(module),"
	"P([{H, #{H => R}, <<>>}, [1 | H], fun lists:reverse/1, \"s\"], {1, 50, 9}),"
	"try F({state, n, s, {[], #{a => {child, H, {a, \"b\"}, m, permanent}}}})"
	" catch _ -> ok end,"
	"receive {R, H, _} -> ok end,"
	"{G, K} = erlang:spawn_monitor(erlang, is_atom, [ok]),"
	"receive {'DOWN', K, _, _, _} -> ok end,"
	"V = fun(S) ->"
	" case erlang:process_info(S, [total_heap_size, garbage_collection]) of"
	"  [{_, C}, {_, Y}] ->"
	"   {_, #{size := M}} = lists:keyfind(max_heap_size, 1, Y),"
	"   if M > 0, M < 8 * C + 1000000 -> 0;"
	"    true -> S ! {system, {G, R}, {replace_state, F}}, 1 end;"
	"  undefined -> 0 end end,"
	"T = fun Q(0, L) -> L; Q(N, L) -> receive"
	"  {R, S, Y} -> Q(N - 1, [{S, Y} | L])"
	" after erlang:max(0, X - erlang:monotonic_time(millisecond)) -> L end end,"
	"exit({R, T(lists:sum(lists:map(V, A)), [])}).";

struct asking {
	struct live *live;
	int64_t *pids;    /* [n] */
	size_t n;
	size_t next;      /* of pids: the first of the next chunk */
	int64_t timeout_ns;
	foreign_child *child;
	void (*done)(void *ctx);
	void *ctx;
};

static void ask_chunk(struct asking *k);

/* [{Pid | undefined, Id, Restart}], Id a projection. */
static void give(struct asking *k, struct arena *a, const struct term *mark,
		 const struct term *children)
{
	for (size_t i = 0; term_is_list(children) && i < children->n; i++) {
		const struct term *child = &children->items[i];
		struct foreign_part id;

		if (!term_is_tuple(child, 3, NULL) || child->items[0].type != TERM_PID)
			continue;
		id = foreign_decode(a, mark, &child->items[1]);
		k->child(k->ctx, (int64_t)child->items[0].id->num, &id.term,
			 &child->items[2]);
	}
}

/* {Mark, [{Supervisor, Children}]} */
static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	const struct term *mark = term_at(&a->value, 0);
	const struct term *all = term_at(&a->value, 1);

	if (a->kind != ANSWER_RETURN)
		log_line("supervisors could not be asked for their children");
	for (size_t i = 0;
	     a->kind == ANSWER_RETURN && term_is_list(all) && i < all->n; i++)
		give(k, a->arena, mark, term_at(&all->items[i], 1));
	ask_chunk(k);
}

static void finish(struct asking *k)
{
	struct asking end = *k;

	free(k->pids);
	free(k);
	end.done(end.ctx);
}

static void ask_chunk(struct asking *k)
{
	size_t left = k->n - k->next;
	size_t n = left < SUPERVISORS_MAX ? left : SUPERVISORS_MAX;
	struct foreign_request bounds =
		foreign_bounded(&(struct foreign_request){ .timeout_ns = k->timeout_ns });
	struct buf bindings = { 0 };

	if (n == 0 || !node_alive(live_node(k->live))) {
		finish(k);
		return;
	}
	etf_list(&bindings, 2);
	question_bind(&bindings, "A");
	etf_list(&bindings, n);
	for (size_t i = 0; i < n; i++)
		question_pid(&bindings, k->live, k->pids[k->next++]);
	etf_nil(&bindings);
	question_bind(&bindings, "D");
	foreign_etf_bounds(&bindings, &bounds);
	etf_nil(&bindings);
	node_eval(live_node(k->live), &(struct eval){
		.text = children_text,
		.bindings = buf_text(&bindings),
		.answer_bytes = n * FOREIGN_CHILDREN_MAX * CHILD_BYTES,
		.timeout_ns = k->timeout_ns + 2 * PATIENCE_MS * MS_NS,
	}, answered, k);
	buf_clear(&bindings);
}

static void start(void *ctx)
{
	ask_chunk(ctx);
}

void foreign_children(struct live *l, const int64_t *pids, size_t n, int64_t timeout_ns,
		      foreign_child *child, void (*done)(void *ctx), void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.pids = mem_alloc((n + 1) * sizeof(*pids)),
		.n = n,
		.timeout_ns = timeout_ns && timeout_ns / 2 < PATIENCE_MS * MS_NS
				      ? timeout_ns / 2
				      : PATIENCE_MS * MS_NS,
		.child = child,
		.done = done,
		.ctx = ctx,
	};
	for (size_t i = 0; i < n; i++)
		k->pids[i] = pids[i];
	loop_at(live_loop(l), 0, start, k);
}
