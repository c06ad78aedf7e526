/* Questions about some processes, in chunks, and the search for the process that does not
 * answer. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/process.h"
#include "tables/question.h"

/* Requests of one batch that are under way; more wait on our side, where they cost the
 * target nothing. */
#define IN_FLIGHT 8
/* For a chunk, when a process has held up the sweep and is looked for. */
#define SEARCH_NS INT64_C(1000000000)
/* A chunk that did not answer in time is cut into so many pieces, down to the one process
 * to blame. */
#define PIECES 8
/* They get less time, for most of them answer at once; more on a node that is slow. */
#define RETRY_NS (INT64_C(300) * 1000000)

struct batch {
	struct process_reading *r;
	struct process_batch what; /* extra is ours */
	uint32_t *rows;
	size_t n;
	size_t apart;  /* rows from here on are asked one by one */
	size_t next;   /* the first row that was not asked */
	size_t open;   /* chunks that have no answer yet */
	int64_t retry_ns; /* what a piece is given */
	size_t late;   /* pieces in a row that did not answer */
	struct err err;
};

/* A run of rows under way. */
struct chunk {
	struct batch *b;
	size_t from;
	size_t n;
	bool retry;
	int64_t asked_ns;
};

static void chunk_ask(struct batch *b, size_t from, size_t n, bool retry);

static void batch_go_on(struct batch *b)
{
	struct process_reading *r = b->r;

	while (b->open < IN_FLIGHT && b->next < b->n && b->err.kind == ERR_NONE) {
		size_t from = b->next;
		bool apart = from >= b->apart;
		size_t n = apart ? 1 : b->apart - from;

		if (n > b->what.chunk)
			n = b->what.chunk;
		b->next += n;
		chunk_ask(b, from, n, apart);
	}
	if (b->open > 0)
		return;

	struct err err = b->err;
	process_step *done = b->what.done ? b->what.done : process_step_done;

	free((void *)b->what.extra.p);
	free(b->rows);
	free(b);
	done(r, err.kind ? &err : NULL);
}

static void chunk_set(struct batch *b, const struct chunk *c, const struct term *list)
{
	for (size_t i = 0; i < c->n && i < list->n; i++) {
		uint32_t row = b->rows[c->from + i];

		if (!b->what.set(b->r, row, b->what.columns, &list->items[i]))
			b->r->dead[row] = true;
		if (c->n == 1)
			process_stubborn_take(b->r->memory,
					      table_num(b->r->table, row, PROC_PID));
	}
}

/* Too slow or too large: smaller pieces, down to the one process that it is. */
static void chunk_split(struct batch *b, const struct chunk *c, bool late)
{
	uint32_t row = b->rows[c->from];
	size_t size = (c->n + PIECES - 1) / PIECES;

	if (c->n > 1) {
		for (size_t at = 0; at < c->n; at += size) {
			size_t left = c->n - at;

			chunk_ask(b, c->from + at, left < size ? left : size, late);
		}
	} else if (late) {
		process_miss(b->r, row);
		process_stubborn_add(b->r->memory,
				     table_num(b->r->table, row, PROC_PID));
	} else {
		b->what.set(b->r, row, b->what.columns, NULL);
	}
}

/* One process that hangs leaves most pieces quick; on a node that is slow none is, and
 * only those with more time come back. */
static void learn_pace(struct batch *b, const struct chunk *c, bool late)
{
	int64_t took_ns = loop_now() - c->asked_ns;

	if (!c->retry)
		return;
	if (!late) {
		b->retry_ns = 2 * took_ns > RETRY_NS ? 2 * took_ns : RETRY_NS;
		b->late = 0;
	} else if (++b->late >= PIECES && b->retry_ns < b->r->timeout_ns) {
		b->retry_ns *= 2;
		b->late = 0;
	}
}

static void chunk_answered(void *ctx, const struct answer *a)
{
	struct chunk c = *(struct chunk *)ctx;
	struct batch *b = c.b;

	bool late = a->kind == ANSWER_FAILED && a->err->kind == ERR_LOST &&
		    node_alive(live_node(b->r->live));

	free(ctx);
	b->open--;
	learn_pace(b, &c, late);
	if (a->kind == ANSWER_RETURN && a->value.type == TERM_LIST)
		chunk_set(b, &c, &a->value);
	else if (a->kind == ANSWER_FAILED && !late)
		question_failed(a, "read the processes", &b->err);
	else
		chunk_split(b, &c, late);
	batch_go_on(b);
}

static int64_t chunk_timeout(const struct batch *b, bool retry)
{
	int64_t most = b->r->timeout_ns;

	if (b->r->held_up && most > SEARCH_NS)
		most = SEARCH_NS;
	return retry && b->retry_ns < most ? b->retry_ns : most;
}

static void chunk_ask(struct batch *b, size_t from, size_t n, bool retry)
{
	struct process_reading *r = b->r;
	struct chunk *c = mem_zalloc(sizeof(*c));
	struct buf bindings = { 0 };

	*c = (struct chunk){
		.b = b, .from = from, .n = n, .retry = retry, .asked_ns = loop_now()
	};
	etf_list(&bindings, 2);
	question_bind(&bindings, "A");
	etf_list(&bindings, n);
	for (size_t i = 0; i < n; i++)
		question_pid(&bindings, r->live,
			     table_num(r->table, b->rows[from + i], PROC_PID));
	etf_nil(&bindings);
	question_bind(&bindings, "B");
	if (b->what.extra.len)
		buf_text_add(&bindings, b->what.extra);
	else
		etf_nil(&bindings);
	etf_nil(&bindings);
	b->open++;
	node_eval(live_node(r->live), &(struct eval){
		.text = b->what.text,
		.bindings = buf_text(&bindings),
		.answer_bytes = 4096 + n * b->what.row_bytes,
		.timeout_ns = chunk_timeout(b, retry),
	}, chunk_answered, c);
	buf_clear(&bindings);
}

/* Those that did not answer the last time go to the end. */
static void sort_out(struct batch *b, const uint32_t *rows)
{
	const struct process_reading *r = b->r;
	size_t end = b->n;

	for (size_t i = 0; i < b->n; i++) {
		int64_t pid = table_num(r->table, rows[i], PROC_PID);

		if (process_is_stubborn(r->memory, pid))
			b->rows[--end] = rows[i];
		else
			b->rows[b->apart++] = rows[i];
	}
}

void process_batch(struct process_reading *r, const struct process_batch *what,
		   const uint32_t *rows, size_t n)
{
	struct batch *b = mem_zalloc(sizeof(*b));

	r->pending++;
	b->r = r;
	b->what = *what;
	b->what.extra.p = memcpy(mem_alloc(what->extra.len),
				 what->extra.len ? what->extra.p : "", what->extra.len);
	b->rows = mem_alloc(n * sizeof(*rows));
	b->n = n;
	b->retry_ns = RETRY_NS;
	sort_out(b, rows);
	batch_go_on(b);
}
