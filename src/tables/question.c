#include "tables/question.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

/* A question on its way. */
struct asking {
	struct live *live;
	const struct schema *schema;
	const struct question *question;
	struct live_answer to;
};

void question_bind(struct buf *b, const char *name)
{
	etf_tuple(b, 2);
	etf_atom_s(b, name);
}

void question_pid(struct buf *b, struct live *l, int64_t pid)
{
	struct node *n = live_node(l);

	etf_pid(b, node_name(n), (uint64_t)pid, node_creation(n));
}

/* It should not be: what we ask does not do what it should on this release. */
static void log_value(const struct term *value)
{
	struct term_style style = { .depth = 4, .items = 6, .total = 300 };
	struct buf b = { 0 };

	term_print(&b, value, &style);
	log_line("the answer was %s", buf_cstr(&b));
	buf_clear(&b);
}

bool question_failed(const struct answer *a, const char *what, struct err *err)
{
	if (a->kind == ANSWER_FAILED) {
		*err = *a->err;
		return fail_prefix(err, "cannot %s", what);
	}
	if (a->kind == ANSWER_KILLED)
		return fail(err, ERR_CANNOT,
			    "cannot %s: that takes more memory than it may use", what);
	log_value(&a->value);
	if (a->kind != ANSWER_RETURN)
		return fail(err, ERR_CANNOT, "cannot %s: that fails on the node", what);
	return fail(err, ERR_CANNOT, "cannot %s: the answer is not what was asked for",
		    what);
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking k = *(struct asking *)ctx;
	struct sample *s = sample_new(live_source(k.live), k.schema, 0);
	struct buf what = { 0 };
	struct err err = { 0 };

	free(ctx);
	if (a->kind == ANSWER_RETURN && k.question->rows(k.live, &s->table, &a->value)) {
		k.to.done(k.to.ctx, s, NULL);
		return;
	}
	sample_free(s);
	buf_printf(&what, "read the table '%s'", k.schema->name);
	question_failed(a, buf_cstr(&what), &err);
	buf_clear(&what);
	k.to.done(k.to.ctx, NULL, &err);
}

void question_ask(struct live *l, const struct request *rq, const struct question *q,
		  source_done *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.schema = rq->schema,
		.question = q,
		.to = { done, ctx },
	};
	if (q->text)
		node_eval(live_node(l), &(struct eval){
			.text = q->text,
			.answer_bytes = q->answer_bytes,
			.timeout_ns = rq->timeout_ns,
		}, answered, k);
	else
		node_call(live_node(l), &(struct call){
			.module = q->module,
			.function = q->function,
			.answer_bytes = q->answer_bytes,
			.timeout_ns = rq->timeout_ns,
		}, answered, k);
}
