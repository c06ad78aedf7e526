#include "tables/supervisor_sweep.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/pid.h"
#include "tables/question.h"

/*
 * A: the pids to look at, or all. C: the match specifications; what they pick out of
 * pairs {Pid, What} are pids.
 *
 * Only what proc_lib started can be a supervisor. All work per process is compiled code
 * of the target. Sends {Pids, Supervisors, Unsure}, a thousand at a time.
 */
#define SWEEP_BEGIN \
	"M = fun(K, X, Y) -> ets:match_spec_run(lists:zip(X, Y)," \
	" ets:match_spec_compile(erlang:element(K, C))) end," \
	"D = fun(X, Y) -> lists:duplicate(erlang:length(X), Y) end," \
	"I = fun(X, Y) ->" \
	" lists:zipwith(fun erlang:process_info/2, X, D(X, Y)) end,"
#define SWEEP_END \
	"F = fun G(_, 0) -> exit(ok); G(P, N) ->" \
	" {X, R} = lists:split(erlang:min(N, 1000), P)," \
	" {Y, L} = W(M(1, X, I(X, initial_call)))," \
	" erlang:send(Z, {X, Y, L}, [noconnect])," \
	" G(R, N - erlang:length(X)) end," \
	"P = case A of all -> erlang:processes(); _ -> A end," \
	"F(P, erlang:length(P))."

static const char keys_text[] = SWEEP_BEGIN
	"W = fun(X) ->"
	" {M(2, X, I(X, {dictionary, '$initial_call'})), []} end,"
	SWEEP_END;

/* Before OTP 26.2: see process_who.c. */
static const char dictionary_text[] = SWEEP_BEGIN
	"W = fun(X) ->"
	" H = I(X, total_heap_size), S = M(3, X, H),"
	" L = lists:zipwith(fun erlang:max/2, I(S, dictionary), D(S, {'', []})),"
	" E = lists:zipwith(fun erlang:element/2, D(S, 2), L),"
	" K = lists:zipwith3(fun lists:keyfind/3, D(S, '$initial_call'), D(S, 1), E),"
	" {M(2, S, K), M(4, X, H)} end,"
	SWEEP_END;

/* Of a heap that is no larger the dictionary is read. */
#define DICTIONARY_HEAP_WORDS 131072
/* For the list of pids, while it is collected: 22 words a process were seen. */
#define HEAP_WORDS ((size_t)16 << 20)
#define ANSWER_BYTES (1 << 20)
/* What is found by then stays known; a process that holds the sweep up is left to the
 * processes table. */
#define SWEEP_NS (INT64_C(2) * 1000000000)
/* No node has more. */
#define PIDS_MAX ((size_t)1 << 27)

enum { SEEN_PID, SEEN_KIND, SEEN_NCOLUMNS };
enum seen_kind { SEEN_OTHER, SEEN_UNSURE, SEEN_SUPERVISOR };

static const struct column seen_columns[SEEN_NCOLUMNS] = {
	[SEEN_PID] = { "pid", "PID", UNIT_NONE, COLUMN_LABEL, "the process", 0,
		pid_print, pid_parse },
	[SEEN_KIND] = { "kind", "KIND", UNIT_NONE, COLUMN_LABEL, "enum seen_kind" },
};

static const struct schema seen_schema = {
	.name = "seen",
	.columns = seen_columns,
	.ncolumns = SEEN_NCOLUMNS,
	.key = SEEN_PID,
};

/* What is known of this node's processes. */
struct seen {
	struct arena arena;
	struct table table;
	struct pid_map map;
};

struct sweeping {
	struct live *live;
	struct seen *seen;
	int64_t timeout_ns;
	supervisors_swept *done;
	void *ctx;
};

static void seen_clear(void *state)
{
	struct seen *s = state;

	pid_map_clear(&s->map);
	arena_clear(&s->arena);
	*s = (struct seen){ 0 };
}

static void seen_set(struct seen *s, int64_t pid, enum seen_kind kind)
{
	size_t row = pid_map_find(&s->map, &s->table, pid);

	if (row == TABLE_NONE)
		row = pid_map_add(&s->map, &s->table, pid);
	else if (table_num(&s->table, row, SEEN_KIND) == SEEN_SUPERVISOR)
		return; /* it was told when its heap was smaller */
	table_set_int(&s->table, row, SEEN_KIND, kind);
}

/* Of the dead nothing is kept when they are most. */
static void seen_tidy(struct seen *s, const struct term *pids)
{
	struct seen fresh = { 0 };

	if (s->table.nrows < 2 * (size_t)pids->n + 1000)
		return;
	table_init(&fresh.table, &seen_schema, &fresh.arena, pids->n);
	for (size_t i = 0; i < pids->n; i++) {
		int64_t pid = (int64_t)pids->items[i].id->num;
		size_t row = pid_map_find(&s->map, &s->table, pid);

		if (row != TABLE_NONE)
			seen_set(&fresh, pid,
				 (enum seen_kind)table_num(&s->table, row, SEEN_KIND));
	}
	seen_clear(s);
	*s = fresh;
	s->table.arena = &s->arena; /* it moved with the struct */
}

static void finish(struct sweeping *k, const struct err *err)
{
	struct sweeping end = *k;
	const struct table *t = &k->seen->table;
	struct arena a = { 0 };
	struct cell *sure = arena_many(&a, t->nrows + 1, struct cell);
	struct cell *unsure = arena_many(&a, t->nrows + 1, struct cell);
	struct supervisors_found found = { .sure = sure, .unsure = unsure };

	for (size_t row = 0; row < t->nrows; row++) {
		struct cell pid = table_cell(t, row, SEEN_PID);
		int64_t kind = table_num(t, row, SEEN_KIND);

		if (kind == SEEN_SUPERVISOR)
			sure[found.nsure++] = pid;
		else if (kind == SEEN_UNSURE)
			unsure[found.nunsure++] = pid;
	}
	free(k);
	end.done(end.ctx, err ? NULL : &found, err);
	arena_clear(&a);
}

static bool all_pids(const struct term *list)
{
	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++)
		if (list->items[i].type != TERM_PID)
			return false;
	return term_is_list(list);
}

/* {Pids, Supervisors, Unsure} */
static bool part(void *ctx, const struct term *message)
{
	static const enum seen_kind kinds[] = { SEEN_OTHER, SEEN_SUPERVISOR,
						SEEN_UNSURE };
	struct sweeping *k = ctx;

	if (!term_is_tuple(message, 3, NULL) || message->items[0].n == 0 ||
	    k->seen->table.nrows > PIDS_MAX)
		return false;
	for (size_t part = 0; part < 3; part++) {
		const struct term *list = &message->items[part];

		if (!all_pids(list))
			return false;
		for (size_t i = 0; i < list->n; i++)
			seen_set(k->seen, (int64_t)list->items[i].id->num, kinds[part]);
	}
	return true;
}

/* What was looked at when it failed is known; the others are looked at the next time. */
static void swept(void *ctx, const struct answer *a)
{
	struct err err = { 0 };

	if (a->kind == ANSWER_RETURN) {
		finish(ctx, NULL);
		return;
	}
	question_failed(a, "look for supervisors", &err);
	finish(ctx, &err);
}

/* [{{'$1', What}, Guards, ['$1']}]; What and the guards follow. */
static void spec(struct buf *b)
{
	etf_list(b, 1);
	etf_tuple(b, 3);
	etf_tuple(b, 2);
	etf_atom_s(b, "$1");
}

static void spec_end(struct buf *b)
{
	etf_list(b, 1);
	etf_atom_s(b, "$1");
	etf_nil(b);
	etf_nil(b);
}

static void triple(struct buf *b, const char *one, const char *two)
{
	etf_tuple(b, 3);
	etf_atom_s(b, one);
	etf_atom_s(b, two);
	etf_atom_s(b, "_");
}

/* Whose '$initial_call' is {supervisor, _, _}, or that of a bridge. */
static void spec_supervisor(struct buf *b)
{
	static const char *const modules[] = { "supervisor", "supervisor_bridge" };

	etf_list(b, 2);
	for (size_t i = 0; i < 2; i++) {
		etf_tuple(b, 3);
		etf_tuple(b, 2);
		etf_atom_s(b, "$1");
		etf_tuple(b, 2);
		etf_atom_s(b, "_");
		triple(b, modules[i], "_");
		etf_nil(b);
		etf_list(b, 1);
		etf_atom_s(b, "$1");
		etf_nil(b);
	}
	etf_nil(b);
}

static void spec_heap(struct buf *b, const char *operator)
{
	spec(b);
	etf_tuple(b, 2);
	etf_atom_s(b, "total_heap_size");
	etf_atom_s(b, "$2");
	etf_list(b, 1);
	etf_tuple(b, 3);
	etf_atom_s(b, operator);
	etf_atom_s(b, "$2");
	etf_int(b, DICTIONARY_HEAP_WORDS);
	etf_nil(b);
	spec_end(b);
}

static void specs(struct buf *b)
{
	etf_tuple(b, 4);
	spec(b);
	etf_tuple(b, 2);
	etf_atom_s(b, "initial_call");
	triple(b, "proc_lib", "init_p");
	etf_nil(b);
	spec_end(b);
	spec_supervisor(b);
	spec_heap(b, "=<");
	spec_heap(b, ">");
}

/* pids: a term in the external format. */
static void sweep(struct sweeping *k, struct text pids)
{
	struct node *node = live_node(k->live);
	bool keys = node_can(node, CAP_DICTIONARY_KEY) == CAP_YES;
	struct buf bindings = { 0 };

	etf_list(&bindings, 2);
	question_bind(&bindings, "A");
	buf_text_add(&bindings, pids);
	question_bind(&bindings, "C");
	specs(&bindings);
	etf_nil(&bindings);
	node_eval(node, &(struct eval){
		.text = keys ? keys_text : dictionary_text,
		.bindings = buf_text(&bindings),
		.answer_bytes = ANSWER_BYTES,
		.heap_words = HEAP_WORDS,
		.timeout_ns = k->timeout_ns,
		.part = part,
	}, swept, k);
	buf_clear(&bindings);
}

static void sweep_all(struct sweeping *k)
{
	struct buf all = { 0 };

	etf_atom_s(&all, "all");
	sweep(k, buf_text(&all));
	buf_clear(&all);
}

/* Of all processes those that were not seen yet. */
static void listed(void *ctx, const struct answer *a)
{
	struct sweeping *k = ctx;
	struct buf fresh = { 0 };
	struct err err = { 0 };
	size_t n = 0;

	if (a->kind != ANSWER_RETURN || !all_pids(&a->value)) {
		question_failed(a, "list the processes", &err);
		finish(k, &err);
		return;
	}
	seen_tidy(k->seen, &a->value);
	for (size_t i = 0; i < a->value.n; i++) {
		int64_t pid = (int64_t)a->value.items[i].id->num;

		if (pid_map_find(&k->seen->map, &k->seen->table, pid) != TABLE_NONE)
			continue;
		question_pid(&fresh, k->live, pid);
		n++;
	}
	if (n > a->value.n / 4) {
		sweep_all(k);
	} else {
		struct buf list = { 0 };

		etf_list(&list, n);
		buf_text_add(&list, buf_text(&fresh));
		etf_nil(&list);
		sweep(k, buf_text(&list));
		buf_clear(&list);
	}
	buf_clear(&fresh);
}

void supervisor_sweep(struct live *l, int64_t timeout_ns, supervisors_swept *done,
		      void *ctx)
{
	struct sweeping *k = mem_zalloc(sizeof(*k));

	*k = (struct sweeping){
		.live = l,
		.seen = live_state(l, &seen_schema, sizeof(*k->seen), seen_clear),
		.timeout_ns = timeout_ns && timeout_ns < SWEEP_NS ? timeout_ns : SWEEP_NS,
		.done = done,
		.ctx = ctx,
	};
	if (!k->seen->table.schema)
		table_init(&k->seen->table, &seen_schema, &k->seen->arena, 0);
	if (k->seen->table.nrows == 0) {
		sweep_all(k);
		return;
	}
	node_call(live_node(l), &(struct call){
		.module = "erlang",
		.function = "processes",
		.answer_bytes = 4 << 20,
		.heap_words = HEAP_WORDS,
		.timeout_ns = k->timeout_ns,
	}, listed, k);
}
