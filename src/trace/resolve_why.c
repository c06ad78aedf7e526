/* Why a pattern means no function of a node: what is near, what is there, what may still
 * be loaded. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/near.h"
#include "tables/question.h"
#include "trace/resolve.h"

/* The code server may be stuck: what it says is only a hint. */
#define HINT_NS INT64_C(1000000000)

/*
 * A: "mod.beam". What the code server knows of that file, how it loads, all modules.
 * Nothing is loaded by it.
 */
static const char why_text[] =
	"erlang:exit({try code:where_is_file(unicode:characters_to_list(A))"
	" catch _:_ -> [] end,"
	" try code:get_mode() catch _:_ -> [] end, erlang:loaded()}).";

struct explaining {
	struct live *live;
	struct resolve_why why;
	struct err err;
	resolve_done *done;
	void *ctx;
	struct arena arena;
};

static struct text written(struct explaining *k, struct buf *b)
{
	struct text t = text_dup(&k->arena, buf_text(b));

	buf_clear(b);
	return t;
}

static struct text module_name(struct explaining *k)
{
	struct buf b = { 0 };

	term_name(&b, k->why.match->module);
	return written(k, &b);
}

static struct text function_name(struct explaining *k, int arity)
{
	const struct match *m = k->why.match;
	struct buf b = { 0 };

	term_mfa(&b, m->module, m->function, arity, m->syntax);
	return written(k, &b);
}

static void end(struct explaining *k)
{
	struct explaining last = *k;

	free(k);
	arena_clear(&last.arena);
	last.done(last.ctx, NULL, &last.err);
}

/* "1, 2 and 4" */
static struct text arities(struct explaining *k)
{
	struct buf b = { 0 };
	size_t left = 0;

	for (int i = 0; i < 256; i++)
		left += k->why.arities[i];
	for (int i = 0; i < 256; i++) {
		if (!k->why.arities[i])
			continue;
		left--;
		buf_printf(&b, "%d%s", i, left > 1 ? ", " : left ? " and " : "");
	}
	return written(k, &b);
}

static bool no_function(struct explaining *k)
{
	const struct match *m = k->why.match;
	struct text node = node_name(live_node(k->live));
	int arity = resolve_arity(m);

	if (!m->function.len) {
		fail(&k->err, ERR_ABSENT,
		     "module '%.*s' on node '%.*s' has no function of its own",
		     TEXT_ARG(module_name(k)), TEXT_ARG(node));
		if (arity >= 0)
			fail(&k->err, ERR_ABSENT,
			     "module '%.*s' on node '%.*s' has no function with %d "
			     "arguments",
			     TEXT_ARG(module_name(k)), TEXT_ARG(node), arity);
		return false;
	}
	fail(&k->err, ERR_ABSENT, "no function '%.*s' on node '%.*s'",
	     TEXT_ARG(function_name(k, k->why.arities ? arity : -1)),
	     TEXT_ARG(node));
	if (k->why.arities) {
		struct text have = arities(k);

		return fail_hint(&k->err, "there it takes %.*s argument%s",
				 TEXT_ARG(have), text_is(have, "1") ? "" : "s");
	}
	if (k->why.near)
		return fail_hint(&k->err, "did you mean '%s'?", k->why.near);
	return fail_hint(&k->err, "the module is loaded; a local function that is "
			 "inlined wherever it is called is not in it any more");
}

static void offer(struct near *near, struct explaining *k, const struct term *modules)
{
	for (size_t i = 0; i < modules->n && term_is_list(modules); i++) {
		struct buf b = { 0 };

		term_name(&b, term_text(&modules->items[i]));
		near_offer(near, text_cstr(&k->arena, buf_text(&b)));
		buf_clear(&b);
	}
}

static void hint_list(struct explaining *k)
{
	fail_hint(&k->err, "'otoscope modules' lists the modules that are loaded");
}

static void hint(struct explaining *k, const struct term *value)
{
	const struct term *file = term_at(value, 0);
	struct near near = { .word = module_name(k) };
	struct text path;

	if (file->type == TERM_LIST && file->n && term_chars(file, &k->arena, &path)) {
		bool embedded = term_is_atom(term_at(value, 1), "embedded");

		fail_hint(&k->err, "it is in '%.*s': %s", TEXT_ARG(path),
			  embedded ? "the node loads no code by itself (embedded mode)"
				   : "the node loads it when it is first called; "
				     "trace it after that");
		return;
	}
	offer(&near, k, term_at(value, 2));
	if (near.best)
		fail_hint(&k->err, "did you mean '%s'?", near.best);
	else
		hint_list(k);
}

static void no_module(struct explaining *k)
{
	struct text node = node_name(live_node(k->live));

	if (k->why.miss == MISS_NOT_LOADED)
		fail(&k->err, ERR_ABSENT,
		     "module '%.*s' is not loaded on node '%.*s'",
		     TEXT_ARG(module_name(k)), TEXT_ARG(node));
	else
		fail(&k->err, ERR_ABSENT, "no module '%.*s' on node '%.*s'",
		     TEXT_ARG(module_name(k)), TEXT_ARG(node));
}

static void answered(void *ctx, const struct answer *a)
{
	struct explaining *k = ctx;

	no_module(k);
	if (a->kind == ANSWER_RETURN)
		hint(k, &a->value);
	else
		hint_list(k);
	end(k);
}

/* There is nothing to ask. */
static void told(struct explaining *k)
{
	const struct match *m = k->why.match;
	struct buf b = { 0 };
	struct text name;

	if (k->why.miss == MISS_NO_NAME || !m->module.len) {
		term_name(&b, m->function);
		name = written(k, &b);
		fail(&k->err, ERR_ABSENT,
		     "no module of node '%.*s' has a function '%.*s'",
		     TEXT_ARG(node_name(live_node(k->live))), TEXT_ARG(name));
		fail_hint(&k->err, "only modules that are loaded are looked into");
	} else {
		no_function(k);
	}
	end(k);
}

static void ask(struct explaining *k, int64_t timeout_ns)
{
	struct buf file = { 0 };
	struct buf b = { 0 };

	buf_text_add(&file, k->why.match->module);
	buf_str(&file, ".beam");
	etf_list(&b, 1);
	question_bind(&b, "A");
	etf_binary(&b, buf_text(&file));
	etf_nil(&b);
	node_eval(live_node(k->live), &(struct eval){
		.text = why_text,
		.bindings = buf_text(&b),
		.answer_bytes = 1 << 20,
		.timeout_ns = timeout_ns && timeout_ns < HINT_NS ? timeout_ns : HINT_NS,
	}, answered, k);
	buf_clear(&b);
	buf_clear(&file);
}

void resolve_why(struct live *l, const struct resolve_why *why, int64_t timeout_ns,
		 resolve_done *done, void *ctx)
{
	struct explaining *k = mem_zalloc(sizeof(*k));

	*k = (struct explaining){ .live = l, .why = *why, .done = done, .ctx = ctx };
	if (why->miss == MISS_UNKNOWN || why->miss == MISS_NOT_LOADED)
		ask(k, timeout_ns);
	else
		told(k);
}
