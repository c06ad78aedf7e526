/* Short expressions for the target's erl_eval: their forms, parsed by the
 * target once a connection. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "node/inside.h"
#include "term/etf.h"

/* A text of a few lines has some kilobytes of forms. */
#define FORMS_BYTES ((size_t)512 << 10)

struct parsed {
	struct parsed *next;
	struct node *node;
	const char *text;
	struct buf forms;   /* in the external format; empty: not there yet */
	struct err err;     /* why there are none */
	bool busy;          /* being parsed */
};

struct text parsed_forms(const struct parsed *t)
{
	return buf_text(&t->forms);
}

const struct err *parsed_error(const struct parsed *t)
{
	return t->err.kind ? &t->err : NULL;
}

void texts_free(struct node *n)
{
	while (n->texts) {
		struct parsed *t = n->texts;

		n->texts = t->next;
		buf_clear(&t->forms);
		free(t);
	}
}

static void parse_over(struct parsed *t)
{
	t->busy = false;
	if (t->err.kind)
		log_line("%s: %s", t->err.what, t->text);
	calls_text_ready(t->node, t);
}

/* What erl_scan or erl_parse gave as {ok, Wanted, ...}; NULL with t->err. */
static const struct term *parse_step(struct parsed *t, const struct answer *a,
				     const char *what)
{
	if (a->kind == ANSWER_FAILED)
		t->err = *a->err;
	else if (a->kind == ANSWER_RETURN && term_is_tuple(&a->value, a->value.n, "ok"))
		return term_at(&a->value, 1);
	else
		fail(&t->err, ERR_CANNOT,
		     "the node's %s does not understand the question", what);
	return NULL;
}

static void on_forms(void *ctx, const struct answer *a)
{
	struct parsed *t = ctx;
	const struct term *forms = parse_step(t, a, "erl_parse");

	if (forms && !term_encode(&t->forms, forms, &t->err))
		buf_clear(&t->forms);
	parse_over(t);
}

static void on_tokens(void *ctx, const struct answer *a)
{
	struct parsed *t = ctx;
	const struct term *tokens = parse_step(t, a, "erl_scan");
	struct buf args = { 0 };

	if (tokens) {
		etf_list(&args, 1);
		if (term_encode(&args, tokens, &t->err)) {
			etf_nil(&args);
			node_call(t->node, &(struct call){
				.module = "erl_parse",
				.function = "parse_exprs",
				.args = buf_text(&args),
				.answer_bytes = FORMS_BYTES,
			}, on_forms, t);
		}
	}
	buf_clear(&args);
	if (t->err.kind)
		parse_over(t);
}

static void parse_start(struct parsed *t)
{
	struct buf args = { 0 };

	t->busy = true;
	t->err = (struct err){ 0 };
	etf_list(&args, 1);
	etf_string(&args, text_of(t->text));
	etf_nil(&args);
	node_call(t->node, &(struct call){
		.module = "erl_scan",
		.function = "string",
		.args = buf_text(&args),
		.answer_bytes = FORMS_BYTES,
	}, on_tokens, t);
	buf_clear(&args);
}

static struct parsed *text_get(struct node *n, const char *text)
{
	for (struct parsed *t = n->texts; t; t = t->next)
		if (t->text == text || strcmp(t->text, text) == 0)
			return t;

	struct parsed *t = mem_zalloc(sizeof(*t));

	*t = (struct parsed){ .next = n->texts, .node = n, .text = text };
	n->texts = t;
	return t;
}

/* The pair {'Z', Pid} goes to the end: erl_eval wants bindings in
 * the order of their names. */
static void put_bindings(struct buf *out, struct text bindings, const struct dist_pid *z)
{
	size_t n = 0;

	if (!z) {
		if (bindings.len)
			buf_text_add(out, bindings);
		else
			etf_nil(out);
		return;
	}
	/* What etf_list(), n pairs and etf_nil() wrote: a tag, n in four bytes, the
	 * pairs, a tag. */
	if (bindings.len > 1) {
		assert(bindings.p[0] == ETF_LIST &&
		       bindings.p[bindings.len - 1] == ETF_NIL);
		for (size_t i = 1; i < 5; i++)
			n = n << 8 | (unsigned char)bindings.p[i];
	}
	etf_list(out, n + 1);
	if (n)
		buf_text_add(out, text_sub(bindings, 5, bindings.len - 1));
	etf_tuple(out, 2);
	etf_atom_s(out, "Z");
	etf_pid(out, z->node, z->num, z->creation);
	etf_nil(out);
}

/*
 * The 'none' (no handler of local functions) makes it exprs/3, which does not ask
 * erl_lint about every text before it is run, as exprs/2 does: a third less CPU a call,
 * and two or three modules and 130-230 atoms less at the first.
 */
void eval_args(struct buf *out, struct text forms, struct text bindings,
	       const struct dist_pid *z)
{
	etf_list(out, 3);
	buf_text_add(out, forms);
	put_bindings(out, bindings, z);
	etf_atom_s(out, "none");
	etf_nil(out);
}

uint64_t node_eval(struct node *n, const struct eval *e, node_answered *done, void *ctx)
{
	struct pending *p = call_new(n, e, done, ctx);
	struct parsed *t = text_get(n, e->text);

	call_wait(n, p, t, e->bindings);
	if (!t->busy && buf_len(&t->forms) == 0)
		parse_start(t);
	return call_id(p);
}
