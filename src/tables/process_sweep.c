/* All processes with their cheap items, streamed by one helper in chunks; the first time
 * with the dear ones too. */
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/process.h"
#include "tables/question.h"

/*
 * The per-process work is zipwith/3 over a BIF: compiled code of the target. The text
 * itself runs once a chunk of 1000. A: what is asked; Z: we. It ends with its own pid,
 * so that who looks at what the node does need not see us.
 */
static const char sweep_text[] =
	"F = fun G(P, N) ->"
	" K = erlang:min(N, 1000),"
	" {C, R} = lists:split(K, P),"
	" V = lists:zipwith(fun erlang:process_info/2, C, lists:duplicate(K, A)),"
	" erlang:send(Z, {C, V}, [noconnect]),"
	" case N - K of 0 -> exit(erlang:self()); M -> G(R, M) end"
	" end,"
	" P = erlang:processes(),"
	" F(P, erlang:length(P)).";

static void set_swept(const struct process_reading *r, size_t row,
		      const struct term *info)
{
	uint64_t dear = r->swept & process_tier_mask(TIER_DEAR);
	uint64_t known = r->columns & process_tier_mask(TIER_DEAR) & ~r->swept;

	/* One number is asked for without a list around it: {reductions, N}. */
	if (info->type == TERM_TUPLE && info->n == 2) {
		for (size_t c = 0; c < PROC_NCOLUMNS; c++)
			if ((r->swept & column_bit(c)) &&
			    term_is_atom(&info->items[0], process_items[c].key))
				process_items[c].set(r, row, c, &info->items[1]);
	} else if (!process_set_row(r, row, r->swept, info)) {
		r->dead[row] = true;
	} else if (dear) {
		process_cache_put(&r->memory->cache, r, row, dear);
		table_touch(r->table, row, true);
	} else if (known) {
		/* Here, where parts come one after the other, it holds nobody up. */
		r->settled[row] = process_cache_use(&r->memory->cache, r, row, known);
		r->unsettled[row] = !r->settled[row];
	}
}

static bool part(void *ctx, const struct term *message)
{
	struct process_reading *r = ctx;

	if (!term_is_tuple(message, 2, NULL) || message->items[0].type != TERM_LIST ||
	    message->items[1].type != TERM_LIST || message->items[0].n == 0 ||
	    message->items[0].n != message->items[1].n ||
	    process_too_many(r, message->items[0].n))
		return false;
	for (size_t i = 0; i < message->items[0].n; i++) {
		const struct term *pid = &message->items[0].items[i];
		const struct term *info = &message->items[1].items[i];

		if (pid->type != TERM_PID)
			return false;

		set_swept(r, process_add_row(r, (int64_t)pid->id->num), info);
	}
	return true;
}

static void listed(void *ctx, const struct answer *a)
{
	struct process_reading *r = ctx;
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN || a->value.type != TERM_LIST ||
	    process_too_many(r, a->value.n)) {
		question_failed(a, "read the processes", &err);
		process_step_done(r, &err);
		return;
	}

	uint32_t *rows = mem_alloc(sizeof(*rows) * (a->value.n + 1));
	size_t n = 0;

	for (size_t i = 0; i < a->value.n; i++) {
		const struct term *pid = &a->value.items[i];

		if (pid->type != TERM_PID)
			continue;

		size_t row = process_add_row(r, (int64_t)pid->id->num);

		if (process_rests(r->memory, (int64_t)pid->id->num))
			process_miss(r, row);
		else
			rows[n++] = (uint32_t)row;
	}

	process_stubborn_tidy(r->memory, r->table);

	uint64_t cheap = r->columns & process_tier_mask(TIER_CHEAP);
	struct buf items = { 0 };

	process_etf_items(&items, cheap);
	process_batch(r, &(struct process_batch){
		.text = process_items_text,
		.extra = buf_text(&items),
		.columns = cheap,
		.chunk = 1000,
		.row_bytes = 100,
		.set = process_set_row,
	}, rows, n);
	buf_clear(&items);
	free(rows);
	process_step_done(r, NULL);
}

/* One by one: when a process holds the sweep up, or is known to do so. */
static void sweep_by_key(struct process_reading *r)
{
	struct call call = {
		.module = "erlang",
		.function = "processes",
		.answer_bytes = 65536 + r->nprocesses * 40,
		.heap_words = 400000 + r->nprocesses * 16,
		.timeout_ns = r->timeout_ns,
	};

	node_call(live_node(r->live), &call, listed, r);
}

static void sweep(struct process_reading *r, uint64_t columns);

/* Most often a busy process is late with a dear item, while the cheap ones can be had of
 * everybody at once. */
static void go_round(struct process_reading *r)
{
	uint64_t cheap = r->swept & ~process_tier_mask(TIER_DEAR);

	process_restart(r);
	r->held_up = true;
	if (r->swept == cheap)
		sweep_by_key(r);
	else
		sweep(r, cheap);
}

/* Takes our own helper out, which is one of the youngest. */
static void leave_out(struct process_reading *r, const struct term *helper)
{
	if (helper->type != TERM_PID)
		return;
	for (size_t row = r->table->nrows; row-- > 0;)
		if (table_num(r->table, row, PROC_PID) == (int64_t)helper->id->num) {
			r->dead[row] = true;
			return;
		}
}

static void swept(void *ctx, const struct answer *a)
{
	struct process_reading *r = ctx;
	bool late = a->kind == ANSWER_FAILED && a->err->kind == ERR_LOST;
	struct err err = { 0 };

	if (a->kind == ANSWER_RETURN) {
		leave_out(r, &a->value);
		process_step_done(r, NULL);
		return;
	}
	if (late) {
		log_line("a process holds up the sweep after %zu rows: looking for it",
			 r->table->nrows);
		go_round(r);
		return;
	}
	question_failed(a, "read the processes", &err);
	process_step_done(r, &err);
}

static void sweep(struct process_reading *r, uint64_t columns)
{
	const uint64_t numbers = column_bit(PROC_REDUCTIONS) | column_bit(PROC_MSGQ);
	struct buf bindings = { 0 };

	r->swept = columns;
	etf_list(&bindings, 1);
	question_bind(&bindings, "A");
	if (__builtin_popcountll(columns) == 1 && (columns & numbers))
		etf_atom_s(&bindings, process_items[__builtin_ctzll(columns)].key);
	else
		process_etf_items(&bindings, columns);
	etf_nil(&bindings);

	/* Of heap 22 words a process were seen: the list of pids, while it is built and
	 * collected. */
	struct eval eval = {
		.text = sweep_text,
		.bindings = buf_text(&bindings),
		.heap_words = 1000000 + r->nprocesses * 32,
		.answer_bytes = 1 << 20,
		.timeout_ns = r->timeout_ns,
		.part = part,
	};

	node_eval(live_node(r->live), &eval, swept, r);
	buf_clear(&bindings);
}

void process_sweep(struct process_reading *r)
{
	uint64_t cheap = r->columns & process_tier_mask(TIER_CHEAP);
	uint64_t dear = r->columns & process_tier_mask(TIER_DEAR);
	struct process_cache *cache = &r->memory->cache;

	r->pending++;
	if (process_any_stubborn(r->memory)) {
		sweep_by_key(r);
	} else if (dear & ~cache->swept) {
		/* Nearly all of it would be read anyway. What is known of some rows that
		 * were shown is worth less than room for all, taken at once. */
		if (cache->table.nrows < r->nprocesses / 2)
			process_cache_clear(cache);
		sweep(r, cheap | dear);
	} else {
		sweep(r, cheap);
	}
}
