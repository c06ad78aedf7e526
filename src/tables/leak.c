/* Collects the garbage of processes and counts their binaries before and after. */
#include "tables/leak.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/cell.h"
#include "tables/leak_text.h"
#include "tables/process.h"
#include "tables/question.h"

/* Processes a request. */
#define CHUNK ((size_t)200)
#define PART_BYTES ((size_t)256)
#define PATIENCE_NS INT64_C(2000000000)
/* The list of the binaries of one process, with room for a quarter of a million. */
#define HEAP_WORDS ((size_t)4 << 20)

/* The rest after a chunk is as long as the chunk took, but no longer than this. */
#define REST_MAX_NS INT64_C(1000000000)

static const struct column columns[] = {
	[LEAK_PID] = { "pid", "PID", UNIT_NONE, COLUMN_LABEL,
		"the process", 0, pid_print, pid_parse },
	[LEAK_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"registered name, else label, else initial call" },
	[LEAK_FREED] = { "binaries_freed", "FREED", UNIT_COUNT, COLUMN_LABEL,
		"reference-counted binaries that the collection let go" },
	[LEAK_FREED_BYTES] = { "bytes_freed", "BYTES", UNIT_BYTES, COLUMN_LABEL,
		"their bytes; the memory is free when nobody else refers to them" },
	[LEAK_BEFORE] = { "binaries_before", "BEFORE", UNIT_COUNT, COLUMN_LABEL,
		"binaries that it referred to" },
	[LEAK_AFTER] = { "binaries_after", "AFTER", UNIT_COUNT, COLUMN_LABEL,
		"binaries that it still refers to" },
	[LEAK_MEMORY_FREED] = { "memory_freed", "MEMORY", UNIT_BYTES, COLUMN_LABEL,
		"by how much the process itself became smaller" },
};

/*
 * Most chunks go at once: what is done for each process is compiled code of the target.
 * A: pids; Z: we. Sends [{Pid, Binaries, Bytes, Memory}, ...] of those that refer to any;
 * and again when they have been collected, of the same ones.
 */
static const char chunk_text[] =
	"G = fun(C) -> lists:zip(C, lists:zipwith(fun erlang:process_info/2, C,"
	" lists:duplicate(erlang:length(C), [binary, memory]))) end,"
	"F = fun(P, L, M) -> N = erlang:length(L), {P, N, lists:sum(lists:zipwith("
	"fun erlang:element/2, lists:duplicate(N, 2), L)), M} end,"
	"B = [F(P, L, M) || {P, [{_, [_ | _] = L}, {_, M}]} <- G(A)],"
	"erlang:send(Z, B, [noconnect]),"
	"lists:foreach(fun erlang:garbage_collect/1, A),"
	"erlang:send(Z, [F(P, L, M) || {P, [{_, L}, {_, M}]} <-"
	" G([P || {P, _, _, _} <- B])], [noconnect]),"
	"exit(ok).";

/*
 * A chunk that did not answer, or was too large, goes one by one. Each process answers by
 * a part of its own, so that it is known who does not. F gives {Binaries, Bytes, Memory}
 * or undefined.
 */
#define COLLECT \
	"lists:foreach(fun(P) -> K = F(P), erlang:garbage_collect(P)," \
	" erlang:send(Z, {K, F(P)}, [noconnect]) end, A)," \
	"exit(ok)."

/* The sum over the list is compiled code of the target. */
static const char count_text[] =
	"F = fun(P) -> case erlang:process_info(P, [binary, memory]) of"
	" [{_, L}, {_, M}] -> N = erlang:length(L), {N, lists:sum("
	"lists:zipwith(fun erlang:element/2, lists:duplicate(N, 2), L)), M};"
	" _ -> undefined end end,"
	COLLECT;

/* For a process with more binaries than can be listed: what the runtime counts. */
static const char size_text[] =
	"F = fun(P) -> case erlang:process_info(P, [garbage_collection_info, memory]) of"
	" [{_, L}, {_, M}] ->"
	" {undefined, " LEAK_VHEAP " * erlang:system_info(wordsize), M};"
	" _ -> undefined end end,"
	COLLECT;

/* What a process refers to. */
struct held {
	bool known;
	int64_t binaries;
	int64_t bytes;
	int64_t memory;  /* -1: not told */
};

struct leak {
	struct live *live;
	struct live_answer to;
	struct sample *pids;       /* a copy: whose turn it is */
	struct sample *sample;
	int64_t timeout_ns;
	size_t from;               /* rows of pids in the chunk: from..end */
	size_t end;
	size_t next;               /* the one that has its turn */
	bool one_by_one;           /* the chunk */
	bool sizes;                /* the next one has too many binaries to list */
	struct held before[CHUNK]; /* what those of the chunk had */
	int64_t asked_ns;
	uint64_t call;             /* under way, or 0 */
	struct loop_timer *timer;  /* the rest */
	bool naming;               /* all are through; names are asked for */
};

/* A live source remembers what runs, to end it when it is closed. */
struct leak_state {
	struct leak *running;
};

static struct leak_state *state_of(struct live *l);

/* Takes it apart; the sample is the callee's. */
static struct live_answer leak_end(struct leak *k, struct sample **s)
{
	struct live_answer to = k->to;

	state_of(k->live)->running = NULL;
	loop_timer_cancel(live_loop(k->live), k->timer);
	sample_free(k->pids);
	*s = k->sample;
	free(k);
	return to;
}

static void state_clear(void *data)
{
	struct leak *k = ((struct leak_state *)data)->running;

	if (!k)
		return;
	loop_timer_cancel(live_loop(k->live), k->timer);
	sample_free(k->pids);
	sample_free(k->sample);
	free(k);
}

static struct leak_state *state_of(struct live *l)
{
	return live_state(l, &leaks_schema, sizeof(struct leak_state), state_clear);
}

static void leak_fail(struct leak *k, const struct err *err)
{
	struct sample *s;
	struct live_answer to = leak_end(k, &s);

	sample_free(s);
	to.done(to.ctx, NULL, err);
}

static void leak_done(struct leak *k)
{
	struct sample *s;
	struct live_answer to = leak_end(k, &s);

	to.done(to.ctx, s, NULL);
}

/* Names are worth a try. */
static void named(void *ctx, struct sample *names, const struct err *err)
{
	struct leak *k = ctx;
	struct arena scratch = { 0 };
	struct table_index index;
	struct table *t;

	if (!k->to.done) { /* stopped meanwhile */
		sample_free(names);
		sample_free(k->pids);
		free(k);
		return;
	}
	if (err) {
		log_line("no names: %s", err->what);
		leak_done(k);
		return;
	}
	t = &k->sample->table;
	table_index_init(&index, &names->table, &scratch);
	for (size_t row = 0; row < t->nrows; row++) {
		size_t at = table_index_find(&index, table_cell(t, row, LEAK_PID));

		if (at != TABLE_NONE)
			table_set(t, row, LEAK_NAME,
				  table_cell(&names->table, at, PROC_NAME));
	}
	arena_clear(&scratch);
	sample_free(names);
	leak_done(k);
}

static void ask_names(struct leak *k)
{
	const struct table *t = &k->sample->table;
	struct arena scratch = { 0 };
	struct cell *keys = arena_many(&scratch, t->nrows + 1, struct cell);

	k->naming = true;
	for (size_t row = 0; row < t->nrows; row++)
		keys[row] = table_cell(t, row, LEAK_PID);
	source_ask(live_source(k->live), &(struct request){
		.schema = &processes_schema,
		.columns = column_bit(PROC_PID) | column_bit(PROC_NAME),
		.keys = keys,
		.nkeys = t->nrows,
		.timeout_ns = k->timeout_ns,
		.syntax = SYNTAX_AUTO,
	}, named, k);
	arena_clear(&scratch);
}

static struct cell pid_at(const struct leak *k, size_t row)
{
	return table_cell(&k->pids->table, row, PROC_PID);
}

static void set_freed(struct table *t, size_t row, size_t column, int64_t was, int64_t is)
{
	int64_t freed;

	if (!__builtin_sub_overflow(was, is, &freed))
		table_set_int(t, row, column, freed);
}

/* A row for who has more, or fewer, than before. A number below 0 was not told. */
static void add_row(struct leak *k, size_t pid, const struct held *was,
		    const struct held *is)
{
	struct table *t = &k->sample->table;
	size_t row;

	if (was->binaries == is->binaries && was->bytes == is->bytes)
		return;
	row = table_add(t);
	table_set(t, row, LEAK_PID, pid_at(k, pid));
	set_freed(t, row, LEAK_FREED_BYTES, was->bytes, is->bytes);
	if (was->memory >= 0 && is->memory >= 0)
		set_freed(t, row, LEAK_MEMORY_FREED, was->memory, is->memory);
	if (was->binaries < 0 || is->binaries < 0)
		return;
	table_set_int(t, row, LEAK_BEFORE, was->binaries);
	table_set_int(t, row, LEAK_AFTER, is->binaries);
	set_freed(t, row, LEAK_FREED, was->binaries, is->binaries);
}

/* Binaries, Bytes, Memory; the first may be undefined. */
static bool read_held(const struct term *items, struct held *h)
{
	*h = (struct held){ .known = true, .binaries = -1 };
	return (term_is_atom(&items[0], "undefined") ||
		(term_int(&items[0], &h->binaries) && h->binaries >= 0)) &&
	       term_int(&items[1], &h->bytes) && h->bytes >= 0 &&
	       term_int(&items[2], &h->memory) && h->memory >= 0;
}

/* Those of the chunk that are in the list; all others have none. */
static bool read_chunk(const struct leak *k, const struct term *list,
		       struct held held[CHUNK])
{
	for (size_t i = 0; i < CHUNK; i++)
		held[i] = (struct held){ .known = true, .memory = -1 };
	if (!term_is_list(list) || list->n > k->end - k->from)
		return false;
	for (size_t i = 0; i < list->n; i++) {
		const struct term *one = &list->items[i];
		size_t at = k->from;

		if (!term_is_tuple(one, 4, NULL) || one->items[0].type != TERM_PID)
			return false;
		while (at < k->end &&
		       pid_at(k, at).v.num != (int64_t)one->items[0].id->num)
			at++;
		if (at == k->end || !read_held(&one->items[1], &held[at - k->from]))
			return false;
	}
	return true;
}

/* Two messages: before and after. */
static bool chunk_part(struct leak *k, const struct term *message)
{
	struct held after[CHUNK];

	if (!k->before[0].known)
		return read_chunk(k, message, k->before);
	if (k->next == k->end || !read_chunk(k, message, after))
		return false;
	/* Who is in the first list alone died. */
	for (; k->next < k->end; k->next++)
		if (after[k->next - k->from].memory >= 0)
			add_row(k, k->next, &k->before[k->next - k->from],
				&after[k->next - k->from]);
	return true;
}

/* {{Binaries, Bytes, Memory}, {Binaries, Bytes, Memory}}; undefined for one that died.
 * What was told of it before the chunk was given up is what it had: its garbage may have
 * been collected since. */
static bool one_part(struct leak *k, const struct term *message)
{
	const struct held *first = &k->before[k->next - k->from];
	const struct term *was = term_at(message, 0);
	const struct term *is = term_at(message, 1);
	struct held before;
	struct held after;

	if (k->next == k->end || !term_is_tuple(message, 2, NULL))
		return false;
	if (term_is_tuple(was, 3, NULL) && term_is_tuple(is, 3, NULL)) {
		if (!read_held(was->items, &before) || !read_held(is->items, &after))
			return false;
		add_row(k, k->next,
			first->known && after.binaries >= 0 ? first : &before, &after);
	}
	k->next++;
	return true;
}

static bool part(void *ctx, const struct term *message)
{
	struct leak *k = ctx;

	return k->one_by_one ? one_part(k, message) : chunk_part(k, message);
}

static void ask_some(struct leak *k);

static void go_on(struct leak *k)
{
	if (k->next < k->pids->table.nrows)
		ask_some(k);
	else if (k->sample->table.nrows)
		ask_names(k);
	else
		leak_done(k);
}

static void rested(void *ctx)
{
	struct leak *k = ctx;

	k->timer = NULL;
	go_on(k);
}

static void rest(struct leak *k)
{
	int64_t now = loop_now();
	int64_t took = now - k->asked_ns;

	if (k->next == k->pids->table.nrows) {
		go_on(k);
		return;
	}
	k->timer = loop_at(live_loop(k->live),
			   now + (took < REST_MAX_NS ? took : REST_MAX_NS), rested, k);
}

/* One of the chunk did not answer, or has too many binaries to list: it is looked for,
 * and left out. */
static bool skip(struct leak *k, const struct answer *a)
{
	bool late = a->kind == ANSWER_FAILED && a->err->kind == ERR_LOST &&
		    node_alive(live_node(k->live));

	if (k->next == k->end || (!late && a->kind != ANSWER_KILLED))
		return false;
	if (!k->one_by_one) {
		k->one_by_one = true;
		return true;
	}
	if (a->kind == ANSWER_KILLED && !k->sizes) {
		k->sizes = true;
		return true;
	}
	sample_miss(k->sample, pid_at(k, k->next++));
	k->sizes = false;
	return true;
}

static void answered(void *ctx, const struct answer *a)
{
	struct leak *k = ctx;
	struct err err = { 0 };

	k->call = 0;
	if (a->kind == ANSWER_RETURN && (k->next == k->end || k->sizes)) {
		k->sizes = false;
		rest(k);
	} else if (skip(k, a)) {
		rest(k);
	} else {
		question_failed(a, "collect garbage", &err);
		leak_fail(k, &err);
	}
}

static void ask_some(struct leak *k)
{
	const struct table *pids = &k->pids->table;
	const char *text = chunk_text;
	struct buf bindings = { 0 };
	size_t n;

	if (k->next == k->end) {
		k->from = k->next;
		k->end = pids->nrows - k->from < CHUNK ? pids->nrows : k->from + CHUNK;
		k->one_by_one = false;
		memset(k->before, 0, sizeof(k->before));
	}
	if (k->one_by_one)
		text = k->sizes ? size_text : count_text;
	n = k->sizes ? 1 : k->end - k->next;
	k->asked_ns = loop_now();
	etf_list(&bindings, 1);
	question_bind(&bindings, "A");
	question_pids(&bindings, k->live, pids, k->next, n);
	etf_nil(&bindings);
	k->call = node_eval(live_node(k->live), &(struct eval){
		.text = text,
		.bindings = buf_text(&bindings),
		.answer_bytes = CHUNK * PART_BYTES,
		.heap_words = HEAP_WORDS,
		.timeout_ns = k->timeout_ns,
		.part = part,
	}, answered, k);
	buf_clear(&bindings);
}

struct leak *leak_collect(struct live *l, const struct table *pids, int64_t timeout_ns,
			  source_done *done, void *ctx)
{
	struct leak *k = mem_zalloc(sizeof(*k));

	*k = (struct leak){
		.live = l,
		.to = { done, ctx },
		.pids = sample_new(live_source(l), &processes_schema, pids->nrows),
		.sample = sample_new(live_source(l), &leaks_schema, 0),
		.timeout_ns = timeout_ns ? timeout_ns : PATIENCE_NS,
	};
	for (size_t row = 0; row < pids->nrows; row++)
		table_set(&k->pids->table, table_add(&k->pids->table), PROC_PID,
			  table_cell(pids, row, PROC_PID));
	state_of(l)->running = k;
	k->asked_ns = loop_now();
	k->timer = loop_at(live_loop(l), 0, rested, k);
	return k;
}

size_t leak_progress(const struct leak *k)
{
	return k->next;
}

void leak_stop(struct leak *k)
{
	struct live_answer to = k->to;

	if (k->call)
		node_cancel(live_node(k->live), k->call);
	if (!k->naming) {
		leak_done(k);
		return;
	}
	state_of(k->live)->running = NULL;
	k->to.done = NULL;
	to.done(to.ctx, k->sample, NULL);
}

const struct schema leaks_schema = {
	.name = "leaks",
	.help = "processes that let binaries go when their garbage is collected",
	.columns = columns,
	.ncolumns = LEAK_NCOLUMNS,
	.key = LEAK_PID,
	.sort = "binaries_freed",
};
