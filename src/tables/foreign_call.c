/* A remote call, and its value as far as it is wanted. */
#include "tables/foreign_call.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/foreign_text.h"
#include "tables/question.h"

#define HEAP_WORDS 4000000

/*
 * A: {Module, Function, Arguments}, each in the external format, since only
 * binary_to_term/2 can be told to make no atoms. Of a stack the arguments are left out:
 * they are foreign too.
 */
static const char call_text[] =
	FOREIGN_PROJECT
	"B = erlang:element(1, D), K = erlang:element(2, D),"
	"G = fun(N) ->"
	" try erlang:binary_to_term(erlang:element(N, A), [safe])"
	" catch error:badarg -> erlang:exit({R, unknown, N}) end end,"
	"M = G(1), F = G(2), L = G(3),"
	"C = fun({N, T, S, Q}) ->"
	" {N, T, if erlang:is_list(S) -> erlang:length(S); true -> S end,"
	"  [{V, Y} || {V, Y} <- Q, V =:= file orelse V =:= line]} end,"
	"erlang:exit(case try {ok, erlang:apply(M, F, L)} catch N:Q:S -> {N, Q, S} end of"
	" {ok, V} -> {R, ok, erlang:element(1, P(V, {1, B, K}))};"
	" {error, undef, [{V, Y, Z, _} | _]} when V =:= M, Y =:= F, Z =:= L ->"
	"  {R, undef, erlang:module_loaded(M)};"
	" {V, Y, Z} ->"
	"  {T, _} = P(Y, {1, B, K}),"
	"  {R, V, T, lists:map(C, lists:sublist(Z, 20))} end).";

struct calling {
	struct live *live;
	struct called *called;
	call_done *done;
	void *ctx;
	struct foreign_request rq;
	struct arena arena;
	struct term_call call;
	struct buf bindings;
};

void called_free(struct called *c)
{
	if (!c)
		return;
	arena_clear(&c->arena);
	free(c);
}

static void end(struct calling *k, const struct err *err)
{
	struct calling last = *k;

	free(k);
	arena_clear(&last.arena);
	buf_clear(&last.bindings);
	if (err) {
		called_free(last.called);
		last.called = NULL;
	}
	last.done(last.ctx, last.called, err);
}

/* The call as it is named in messages; in its arena. */
static struct text name_of(struct calling *k)
{
	struct buf b = { 0 };
	struct text name;

	term_mfa(&b, k->call.module, k->call.function, (int)k->call.args.n,
		 k->called->syntax);
	name = text_dup(&k->arena, buf_text(&b));
	buf_clear(&b);
	return name;
}

static bool fail_undefined(struct calling *k, const char *why, struct err *err)
{
	fail(err, ERR_ABSENT, "no function '%.*s' on node '%.*s'", TEXT_ARG(name_of(k)),
	     TEXT_ARG(node_name(live_node(k->live))));
	return fail_hint(err, "%s", why);
}

static bool fail_unknown(struct calling *k, int64_t part, struct err *err)
{
	if (part == 1)
		return fail_undefined(k,
				      "it does not know the module's name; a module that "
				      "was never loaded may be there all the same",
				      err);
	if (part == 2)
		return fail_undefined(k, "no function has that name there", err);
	fail(err, ERR_ABSENT,
	     "an argument of '%.*s' has a name in it that node '%.*s' does not know",
	     TEXT_ARG(name_of(k)), TEXT_ARG(node_name(live_node(k->live))));
	return fail_hint(err,
			 "nothing on the node has that name, and otoscope makes none");
}

/* The helper was ended at its deadline, or the connection is lost: then that is the
 * reason. */
static bool fail_call(struct calling *k, const struct err *cause, struct err *err)
{
	*err = *cause;
	if (cause->kind != ERR_LOST || !node_alive(live_node(k->live)))
		return false;
	fail(err, ERR_LOST, "'%.*s' did not return within %lld ms, and was ended",
	     TEXT_ARG(name_of(k)),
	     (long long)(k->rq.timeout_ns / 1000000));
	return fail_hint(err, "--timeout gives it more time");
}

/* The frames that are ours begin with erl_eval's. */
static struct term own_frames(const struct term *frames)
{
	struct term out = *frames;

	for (size_t i = 0; i < frames->n; i++)
		if (term_is_atom(term_at(&frames->items[i], 0), "erl_eval")) {
			out.n = (uint32_t)i;
			break;
		}
	return out;
}

/* {R, ok, Value}, {R, Class, Reason, Stack}, {R, undef, IsLoaded}, {R, unknown, N} */
static bool judge(struct calling *k, const struct term *t, struct err *err)
{
	struct called *c = k->called;

	if (term_is_atom(term_at(t, 1), "unknown"))
		return fail_unknown(k, term_num(term_at(t, 2)), err);
	if (term_is_atom(term_at(t, 1), "undef") && term_is_atom(term_at(t, 2), "true"))
		return fail_undefined(k, "the module is there", err);
	if (term_is_atom(term_at(t, 1), "undef"))
		return fail_undefined(k, "there is no such module", err);
	if (t->type != TERM_TUPLE || t->n < 3)
		return fail(err, ERR_CANNOT,
			    "cannot call '%.*s': the answer is not what was asked for",
			    TEXT_ARG(name_of(k)));
	c->ok = term_is_atom(&t->items[1], "ok");
	c->value = foreign_decode(&c->arena, &t->items[0], &t->items[2]);
	if (!c->ok) {
		struct term frames = own_frames(term_at(t, 3));

		c->class = text_dup(&c->arena, term_text(&t->items[1]));
		c->stack = process_stack(&c->arena, &frames,
					 frames.type == TERM_LIST ? frames.n : 0,
					 c->syntax);
	}
	return true;
}

static void answered(void *ctx, const struct answer *a)
{
	struct calling *k = ctx;
	struct err err = { 0 };

	if (a->kind == ANSWER_FAILED) {
		fail_call(k, a->err, &err);
		end(k, &err);
		return;
	}
	if (a->kind == ANSWER_KILLED) {
		fail(&err, ERR_CANNOT, "'%.*s' was ended: it needed more than %d MB",
		     TEXT_ARG(name_of(k)), HEAP_WORDS * 8 / 1000000);
		end(k, &err);
		return;
	}
	k->called->arena = *a->arena;
	*a->arena = (struct arena){ 0 };
	end(k, judge(k, &a->value, &err) ? NULL : &err);
}

/* Pids that a person wrote are the target's own. */
static struct term at_home(struct calling *k, const struct term *in)
{
	size_t n = in->n;
	struct term out = *in;

	if (in->type == TERM_MAP)
		n *= 2;
	else if (in->type == TERM_LIST)
		n++;
	if (in->type == TERM_PID || in->type == TERM_PORT || in->type == TERM_REF) {
		struct term_id *id = arena_new(&k->arena, struct term_id);

		*id = *in->id;
		id->node = node_name(live_node(k->live));
		id->creation = node_creation(live_node(k->live));
		out.id = id;
	} else if ((in->type == TERM_TUPLE || in->type == TERM_LIST ||
		    in->type == TERM_MAP) && in->n > 0) {
		struct term *items = arena_many(&k->arena, n, struct term);

		for (size_t i = 0; i < n; i++)
			items[i] = at_home(k, &in->items[i]);
		out.items = items;
	}
	return out;
}

static bool put_external(struct buf *b, const struct term *t, struct err *err)
{
	struct buf inner = { 0 };
	bool ok;

	etf_version(&inner);
	ok = term_encode(&inner, t, err);
	etf_binary(b, buf_text(&inner));
	buf_clear(&inner);
	return ok;
}

static bool put_bindings(struct calling *k, struct err *err)
{
	struct buf *b = &k->bindings;
	struct term module = { .type = TERM_ATOM, .text = k->call.module };
	struct term function = { .type = TERM_ATOM, .text = k->call.function };

	etf_list(b, 2);
	question_bind(b, "A");
	etf_tuple(b, 3);
	if (!put_external(b, &module, err) || !put_external(b, &function, err) ||
	    !put_external(b, &k->call.args, err))
		return false;
	question_bind(b, "D");
	foreign_etf_bounds(b, &k->rq);
	etf_nil(b);
	return true;
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct calling *k = ctx;
	struct err err = { 0 };

	k->called->syntax = syntax;
	if (!put_bindings(k, &err)) {
		end(k, &err);
		return;
	}
	node_eval(live_node(k->live), &(struct eval){
		.text = call_text,
		.bindings = buf_text(&k->bindings),
		.answer_bytes = k->rq.terms * 100,
		.heap_words = HEAP_WORDS,
		.timeout_ns = k->rq.timeout_ns,
	}, answered, k);
}

void foreign_call(struct live *l, const struct term_call *call,
		  const struct foreign_request *rq, call_done *done, void *ctx)
{
	struct calling *k = mem_zalloc(sizeof(*k));

	*k = (struct calling){
		.live = l,
		.done = done,
		.ctx = ctx,
		.rq = foreign_bounded(rq),
	};
	k->called = mem_zalloc(sizeof(*k->called));
	k->call = (struct term_call){
		.module = text_dup(&k->arena, call->module),
		.function = text_dup(&k->arena, call->function),
		.args = at_home(k, &call->args),
	};
	live_syntax(l, rq->syntax, syntax_known, k);
}
