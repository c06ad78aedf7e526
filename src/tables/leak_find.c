/* Which processes are worth a collection. */
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/leak.h"
#include "tables/leak_text.h"
#include "tables/process.h"
#include "tables/question.h"

#define LIKELY_CHUNK ((size_t)1000)

static const char likely_text[] =
	"N = 65536 div erlang:system_info(wordsize),"
	"exit([P || P <- A,"
	" {_, L} <- [erlang:process_info(P, garbage_collection_info)],"
	LEAK_VHEAP " >= N]).";

struct finding {
	struct live *live;
	struct live_answer to;
	int64_t timeout_ns;
	bool likely;
	struct sample *all;   /* every process */
	struct sample *found;
	size_t next;          /* row of all */
	size_t asked;
};

static void find_end(struct finding *f, const struct err *err)
{
	struct finding last = *f;

	free(f);
	sample_free(last.all);
	if (err)
		sample_free(last.found);
	last.to.done(last.to.ctx, err ? NULL : last.found, err);
}

static void add_pid(struct finding *f, int64_t pid)
{
	struct table *t = &f->found->table;

	table_set_id(t, table_add(t), PROC_PID, pid);
}

static void find_some(struct finding *f);

/* Those of a chunk that does not answer in time may all be. */
static void found_some(void *ctx, const struct answer *a)
{
	struct finding *f = ctx;
	bool good = a->kind == ANSWER_RETURN && term_is_list(&a->value) &&
		    a->value.n <= f->asked;
	struct err err = { 0 };

	if (a->kind == ANSWER_FAILED && !node_alive(live_node(f->live))) {
		question_failed(a, "look for binaries", &err);
		find_end(f, &err);
		return;
	}
	for (size_t i = 0; good && i < a->value.n; i++)
		if (a->value.items[i].type == TERM_PID)
			add_pid(f, (int64_t)a->value.items[i].id->num);
	for (size_t i = 0; !good && i < f->asked; i++)
		add_pid(f, table_num(&f->all->table, f->next + i, PROC_PID));
	f->next += f->asked;
	find_some(f);
}

static void find_some(struct finding *f)
{
	const struct table *all = &f->all->table;
	struct buf bindings = { 0 };

	f->asked = all->nrows - f->next;
	if (f->asked > LIKELY_CHUNK)
		f->asked = LIKELY_CHUNK;
	if (f->asked == 0) {
		find_end(f, NULL);
		return;
	}
	etf_list(&bindings, 1);
	question_bind(&bindings, "A");
	question_pids(&bindings, f->live, all, f->next, f->asked);
	etf_nil(&bindings);
	node_eval(live_node(f->live), &(struct eval){
		.text = likely_text,
		.bindings = buf_text(&bindings),
		.timeout_ns = f->timeout_ns,
	}, found_some, f);
	buf_clear(&bindings);
}

static void found_all(void *ctx, struct sample *all, const struct err *err)
{
	struct finding *f = ctx;

	if (err || !f->likely) {
		f->found = all;
		find_end(f, err);
		return;
	}
	f->all = all;
	f->found = sample_new(live_source(f->live), &processes_schema, 0);
	find_some(f);
}

void leak_find(struct live *l, bool likely, int64_t timeout_ns, source_done *done,
	       void *ctx)
{
	struct finding *f = mem_zalloc(sizeof(*f));

	*f = (struct finding){
		.live = l,
		.to = { done, ctx },
		.timeout_ns = timeout_ns,
		.likely = likely,
	};
	source_ask(live_source(l), &(struct request){
		.schema = &processes_schema,
		.columns = column_bit(PROC_PID),
		.timeout_ns = timeout_ns,
		.syntax = SYNTAX_ERLANG,
	}, found_all, f);
}
