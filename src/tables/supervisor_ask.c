#include "tables/supervisor_ask.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/cell.h"
#include "tables/foreign_children.h"
#include "tables/question.h"
#include "tables/supervisors.h"

/* Asked at once; one that hangs costs the others of its chunk this much time. */
#define CHUNK 500
#define PATIENCE_MS 1000

/*
 * A: supervisors; B: milliseconds.
 *
 * F is run by the supervisor on its state: the record of supervisor.erl (state, Name,
 * Strategy, Children, Dynamics, Intensity, Period, Restarts, ...; OTP 23 to 29), or the
 * struct of Elixir's DynamicSupervisor. It sends {Strategy, Intensity, Period, Restarts}
 * and throws, so that the state stays; who comes to it late sends nothing. How that is
 * done without harm: foreign_text.h. G is a process that is dead.
 *
 * W asks a supervisor and gives how many answers will come; L collects them. E: four
 * numbers of what count_children gives.
 */
static const char ask_text[] =
	"R = erlang:make_ref(), H = erlang:self(),"
	"X = erlang:monotonic_time(millisecond) + B,"
	"F = fun(V) ->"
	" try erlang:monotonic_time(millisecond) < X andalso"
	"   erlang:is_process_alive(H) of"
	"  true ->"
	"   {S, I, P, T} = case V of"
	"    #{strategy := S, max_restarts := I, max_seconds := P, restarts := T} ->"
	"     {S, I, P, T};"
	"    _ when erlang:element(1, V) =:= state ->"
	"     {erlang:element(3, V), erlang:element(6, V), erlang:element(7, V),"
	"      erlang:element(8, V)} end,"
	"   true = erlang:is_atom(S) andalso erlang:is_integer(I)"
	"    andalso erlang:is_integer(P) andalso I < 16#100000000"
	"    andalso P < 16#100000000,"
	"   N = erlang:monotonic_time(1) - P,"
	"   H ! {R, erlang:self(), {S, I, P, erlang:length("
	"    lists:filter(fun(Y) -> Y >= N end, lists:sublist(T, 1000)))}};"
	"  false -> ok"
	" catch _:_ -> H ! {R, erlang:self(), []} end,"
	" erlang:throw(R) end,"
	"sys:module_info(module),"
	"try F({state, n, s, c, d, 1, 1, [1]}) catch _ -> ok end,"
	"receive {R, H, _} -> ok end,"
	"{G, K} = erlang:spawn_monitor(erlang, is_atom, [ok]),"
	"receive {'DOWN', K, _, _, _} -> ok end,"
	"W = fun(S) ->"
	" case erlang:process_info(S,"
	"   [message_queue_len, total_heap_size, garbage_collection]) of"
	"  [{_, Q}, {_, C}, {_, Y}] when Q < 1000 ->"
	"   {_, #{size := M}} = lists:keyfind(max_heap_size, 1, Y),"
	"   S ! {'$gen_call', {H, {R, S}}, count_children},"
	"   if M > 0, M < 8 * C + 1000000 -> 1;"
	"    true -> S ! {system, {G, R}, {replace_state, F}}, 2 end;"
	"  undefined -> 0;"
	"  _ -> H ! {R, S, queue}, 1 end end,"
	"E = fun(T) -> try lists:map(fun(Y) ->"
	"  {_, N} = lists:keyfind(Y, 1, T), true = erlang:is_integer(N), N end,"
	"  [specs, active, supervisors, workers])"
	" catch _:_ -> [] end end,"
	"L = fun V(0, T) -> T; V(N, T) -> receive"
	"  {R, S, P} -> V(N - 1, [{S, P} | T]);"
	"  {{R, S}, P} -> V(N - 1, [{S, E(P)} | T])"
	" after erlang:max(0, X - erlang:monotonic_time(millisecond)) -> T end end,"
	"exit(L(lists:sum(lists:map(W, A)), [])).";

struct asking {
	struct live *live;
	struct table *table;
	uint64_t columns;
	enum syntax syntax;
	uint32_t *rows;   /* [nrows] that are asked */
	size_t nrows;
	size_t next;      /* of rows: the first of the next chunk */
	struct arena arena;
	struct table_index index;
	int64_t timeout_ns;
	void (*done)(void *ctx);
	void *ctx;
};

static void set_answer(struct asking *k, size_t row, const struct term *value)
{
	struct table *t = k->table;
	int64_t seconds;

	if (term_is_atom(value, "queue")) {
		table_set_text(t, row, SUPER_ANSWER, TEXT("queue"));
	} else if (term_is_tuple(value, 4, NULL)) {
		cell_set_name(t, row, SUPER_STRATEGY, &value->items[0]);
		cell_set_int(t, row, SUPER_INTENSITY, &value->items[1]);
		if (term_int(&value->items[2], &seconds) &&
		    !__builtin_mul_overflow(seconds, INT64_C(1000000000), &seconds))
			table_set_int(t, row, SUPER_PERIOD, seconds);
		cell_set_int(t, row, SUPER_RESTARTS, &value->items[3]);
	} else if (value->type == TERM_LIST && value->n == 4) {
		for (size_t i = 0; i < 4; i++)
			cell_set_int(t, row, SUPER_SPECS + i, &value->items[i]);
		table_set_text(t, row, SUPER_ANSWER, TEXT("ok"));
	}
}

static void ask_chunk(struct asking *k);

/* [{Pid, Answer}] */
static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;

	if (a->kind != ANSWER_RETURN)
		log_line("supervisors could not be asked");
	for (size_t i = 0; a->kind == ANSWER_RETURN && a->value.type == TERM_LIST &&
			   i < a->value.n; i++) {
		const struct term *pid = term_at(&a->value.items[i], 0);
		struct cell key = { CELL_ID, { 0 } };
		size_t row;

		if (pid->type != TERM_PID)
			continue;
		key.v.num = (int64_t)pid->id->num;
		row = table_index_find(&k->index, key);
		if (row != TABLE_NONE)
			set_answer(k, row, term_at(&a->value.items[i], 1));
	}
	ask_chunk(k);
}

static void finish(void *ctx)
{
	struct asking *k = ctx;
	struct asking end = *k;

	for (size_t i = 0; i < k->nrows; i++)
		if (table_null(k->table, k->rows[i], SUPER_ANSWER))
			table_set_text(k->table, k->rows[i], SUPER_ANSWER,
				       TEXT("timeout"));
	free(k->rows);
	arena_clear(&k->arena);
	free(k);
	end.done(end.ctx);
}

static void set_child(void *ctx, int64_t pid, const struct term *id,
		      const struct term *restart)
{
	struct asking *k = ctx;
	struct cell key = { CELL_ID, { .num = pid } };
	size_t row = table_index_find(&k->index, key);
	struct term_style style = {
		.syntax = k->syntax,
		.home = node_name(live_node(k->live)),
		.depth = 5,
		.items = 8,
		.bytes = 80,
		.total = 100,
	};
	struct buf shown = { 0 };

	if (row == TABLE_NONE)
		return;
	if (id->type == TERM_ATOM)
		term_name(&shown, id->text);
	else
		term_print(&shown, id, &style);
	table_set_text(k->table, row, SUPER_ID, buf_text(&shown));
	buf_clear(&shown);
	cell_set_name(k->table, row, SUPER_RESTART, restart);
}

/* The children of those that answered, and whose children have names. */
static void ask_children(struct asking *k)
{
	int64_t *pids = mem_alloc((k->nrows + 1) * sizeof(*pids));
	size_t n = 0;

	for (size_t i = 0; i < k->nrows; i++) {
		struct text strategy = table_text(k->table, k->rows[i], SUPER_STRATEGY);

		if (strategy.len > 0 && !text_is(strategy, "simple_one_for_one") &&
		    table_num(k->table, k->rows[i], SUPER_ACTIVE) > 0)
			pids[n++] = table_num(k->table, k->rows[i], SUPER_PID);
	}
	foreign_children(k->live, pids, n, k->timeout_ns, set_child, finish, k);
	free(pids);
}

#define NAMES (column_bit(SUPER_ID) | column_bit(SUPER_RESTART))

static void ask_chunk(struct asking *k)
{
	int64_t half_ms = k->timeout_ns / 2000000;
	int64_t patience = half_ms && half_ms < PATIENCE_MS ? half_ms : PATIENCE_MS;
	size_t n = k->nrows - k->next < CHUNK ? k->nrows - k->next : CHUNK;
	struct buf bindings = { 0 };

	if (n == 0 && k->columns & NAMES) {
		ask_children(k);
		return;
	}
	if (n == 0 || !node_alive(live_node(k->live))) {
		finish(k);
		return;
	}
	etf_list(&bindings, 2);
	question_bind(&bindings, "A");
	etf_list(&bindings, n);
	for (size_t i = 0; i < n; i++)
		question_pid(&bindings, k->live,
			     table_num(k->table, k->rows[k->next++], SUPER_PID));
	etf_nil(&bindings);
	question_bind(&bindings, "B");
	etf_int(&bindings, patience);
	etf_nil(&bindings);
	node_eval(live_node(k->live), &(struct eval){
		.text = ask_text,
		.bindings = buf_text(&bindings),
		.answer_bytes = 1 << 18,
		.heap_words = (size_t)1 << 20,
		.timeout_ns = k->timeout_ns,
	}, answered, k);
	buf_clear(&bindings);
}

/* The first step is made from the loop: done must not be called from inside. */
static void start(void *ctx)
{
	ask_chunk(ctx);
}

void supervisor_ask(const struct supervisor_question *q, void (*done)(void *ctx),
		    void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = q->live,
		.table = q->table,
		.columns = q->columns,
		.syntax = q->syntax,
		.rows = mem_alloc((q->table->nrows + 1) * sizeof(*k->rows)),
		.timeout_ns = q->timeout_ns,
		.done = done,
		.ctx = ctx,
	};
	for (size_t row = 0; row < q->table->nrows; row++)
		if (q->asked[row])
			k->rows[k->nrows++] = (uint32_t)row;
	table_index_init(&k->index, q->table, &k->arena);
	loop_at(live_loop(q->live), 0, start, k);
}
