#include "tables/process_binaries.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/pid.h"
#include "tables/question.h"

/* The list of a quarter of a million, and its order. */
#define HEAP_WORDS ((size_t)4 << 20)
/* Of each that is sent. */
#define ONE_BYTES ((size_t)64)

/* A: the pid; N: how many are wanted. [{Address, Bytes, References}, ...]; a binary is in
 * the list as often as the process refers to it. */
static const char text[] =
	"case erlang:process_info(A, binary) of"
	" {_, L} -> exit({erlang:length(L),"
	" lists:sublist(lists:reverse(lists:keysort(2, L)), N)});"
	" _ -> exit(undefined) end.";

struct asking {
	int64_t pid;
	process_binaries_done *done;
	void *ctx;
};

static bool same(const struct term *a, const struct term *b)
{
	return term_eq(term_at(a, 0), term_at(b, 0)) &&
	       term_num(term_at(a, 1)) == term_num(term_at(b, 1));
}

/* Those that are the same stand side by side, unless others are as large. */
static void take(struct process_binaries *b, const struct term *list)
{
	const struct term *seen[PROCESS_BINARIES];

	for (size_t i = 0; i < list->n; i++) {
		const struct term *one = &list->items[i];
		size_t k = 0;

		while (k < b->n && !same(seen[k], one))
			k++;
		if (k == b->n && b->n == PROCESS_BINARIES)
			return;
		if (k == b->n) {
			seen[b->n] = one;
			b->at[b->n++] = (struct process_binary){
				.bytes = term_num(term_at(one, 1)),
				.refs = term_num(term_at(one, 2)),
			};
		}
		b->at[k].times++;
	}
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking k = *(struct asking *)ctx;
	struct process_binaries b = { 0 };
	struct err err = { 0 };

	free(ctx);
	if (a->kind == ANSWER_RETURN && term_is_tuple(&a->value, 2, NULL) &&
	    term_is_list(term_at(&a->value, 1))) {
		b.total = term_num(term_at(&a->value, 0));
		take(&b, term_at(&a->value, 1));
		k.done(k.ctx, &b, NULL);
		return;
	}
	if (a->kind == ANSWER_RETURN && term_is_atom(&a->value, "undefined"))
		pid_gone(k.pid, &err);
	else
		question_failed(a, "read the binaries of the process", &err);
	k.done(k.ctx, NULL, &err);
}

void process_binaries_ask(struct live *l, int64_t pid, int64_t timeout_ns,
			  process_binaries_done *done, void *ctx)
{
	struct asking *k = mem_alloc(sizeof(*k));
	struct buf b = { 0 };

	*k = (struct asking){ pid, done, ctx };
	etf_list(&b, 2);
	question_bind(&b, "A");
	question_pid(&b, l, pid);
	question_bind(&b, "N");
	etf_int(&b, PROCESS_BINARIES);
	etf_nil(&b);
	node_eval(live_node(l), &(struct eval){
		.text = text,
		.bindings = buf_text(&b),
		.answer_bytes = ONE_BYTES * PROCESS_BINARIES,
		.heap_words = HEAP_WORDS,
		.timeout_ns = timeout_ns,
	}, answered, k);
	buf_clear(&b);
}
