/* Looks for the traces of other tools. */
#include "trace/plan_others.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tables/question.h"

#define HEAP_WORDS ((size_t)8 << 20)
/* Of many processes some are asked: whoever traces seldom traces but one of them. */
#define SAMPLE 500

static const char word_text[] =
	"erlang:exit({erlang:system_info(trace_control_word), [], [], [], true, true}).";

/*
 * A: [{M, F, Arity}]. B: what is asked about them. C: pids, or [] for all. D: as many are
 * asked at both ends of the list.
 *
 * {Word, [{MFA, Value}], [{Pid, Tracer, Name}], Tracer of new processes, match
 * specification of send, of receive}. All work per function and process is compiled code.
 */
static const char others_text[] =
	"W = fun(T) -> case T of"
	" _ when erlang:is_pid(T) -> case erlang:process_info(T, registered_name) of"
	"  {_, N} -> N; _ -> [] end;"
	" _ -> [] end end,"
	"K = fun(L, T) -> lists:zipwith(fun erlang:trace_info/2, L,"
	" lists:duplicate(erlang:length(L), T)) end,"
	"F = fun G(L, S) ->"
	" {E, R} = lists:split(erlang:min(1000, erlang:length(L)), L),"
	" V = K(E, B),"
	" X = case lists:usort(V) -- [{B, false}] of [] -> S;"
	"  _ -> S ++ lists:sublist([Y || {_, {_, Q}} = Y <- lists:zip(E, V),"
	"   Q =/= false, Q =/= undefined], 3) end,"
	" case R of [] -> X; _ -> G(R, X) end end,"
	"P = case C of [] -> erlang:processes(); _ -> C end,"
	"H = erlang:length(P),"
	"M = lists:usort(lists:sublist(P, D) ++ lists:nthtail(erlang:max(0, H - D), P)),"
	"N = [{X, T, W(T)} || {X, {_, T}} <- lists:zip(M, K(M, tracer)), T =/= []],"
	"O = fun(T, V) -> erlang:element(2, erlang:trace_info(T, V)) end,"
	"erlang:exit({erlang:system_info(trace_control_word),"
	" lists:sublist(F(A, []), 3), lists:sublist(N, 3), O(new_processes, tracer),"
	" O(send, match_spec), O('receive', match_spec)}).";

struct looking {
	struct live *live;
	const struct arming *arming;
	plan_others_done *done;
	void *ctx;
	struct arena arena;
};

static void end(struct looking *k, const struct err *err)
{
	struct looking last = *k;

	free(k);
	arena_clear(&last.arena);
	last.done(last.ctx, err);
}

static struct text written(struct looking *k, struct buf *b)
{
	struct text t = text_dup(&k->arena, buf_text(b));

	buf_clear(b);
	return t;
}

static struct text shown(struct looking *k, const struct term *t)
{
	struct term_style style = {
		.home = node_name(live_node(k->live)),
		.depth = 3,
		.items = 4,
		.total = 80,
	};
	struct buf b = { 0 };

	term_print(&b, t, &style);
	return written(k, &b);
}

static struct text shown_function(struct looking *k, const struct term *mfa)
{
	struct buf b = { 0 };

	term_mfa(&b, term_text(term_at(mfa, 0)), term_text(term_at(mfa, 1)),
		 (int)term_num(term_at(mfa, 2)), SYNTAX_ERLANG);
	return written(k, &b);
}

static bool hint(struct err *err)
{
	return fail_hint(err, "before OTP 27 tools that trace share everything: end that "
			 "one first, for example with dbg:stop(), recon_trace:clear() or "
			 "redbug:stop()");
}

/* An otoscope counts with it. */
static bool is_ours(int64_t word)
{
	return (word & 0xffff0000) == TRACE_WORD_BASE;
}

static bool check_word(struct looking *k, int64_t word, struct err *err)
{
	struct text node = node_name(live_node(k->live));

	if (word == 0 || k->arming->force)
		return true;
	if (is_ours(word)) {
		fail(err, ERR_CANNOT, "another otoscope traces on node '%.*s'",
		     TEXT_ARG(node));
		return fail_hint(err, "one at a time: they would share the trace control "
				 "word. If none does (it was killed with what it had "
				 "there), trace --force");
	}
	fail(err, ERR_CANNOT,
	     "the trace control word of node '%.*s' is %" PRId64
	     ": another tool may count with it",
	     TEXT_ARG(node), word);
	return fail_hint(err, "trace --force counts with it all the same, and puts "
			 "it back");
}

static bool check_functions(struct looking *k, const struct term *list, struct err *err)
{
	const struct term *first = term_at(list, 0);

	if (list->type != TERM_LIST || list->n == 0)
		return true;
	fail(err, ERR_CANNOT, "'%.*s' is traced already by another tool on node '%.*s'",
	     TEXT_ARG(shown_function(k, term_at(first, 0))),
	     TEXT_ARG(node_name(live_node(k->live))));
	return hint(err);
}

static bool check_processes(struct looking *k, const struct term *list, struct err *err)
{
	const struct term *first = term_at(list, 0);
	const struct term *name = term_at(first, 2);

	if (list->type != TERM_LIST || list->n == 0)
		return true;
	fail(err, ERR_CANNOT,
	     "process %.*s of node '%.*s' is traced already: its tracer is %.*s%s%.*s",
	     TEXT_ARG(shown(k, term_at(first, 0))),
	     TEXT_ARG(node_name(live_node(k->live))),
	     TEXT_ARG(shown(k, term_at(first, 1))),
	     name->type == TERM_ATOM ? ", " : "",
	     TEXT_ARG(name->type == TERM_ATOM ? shown(k, name) : TEXT("")));
	return hint(err);
}

static bool check_new(struct looking *k, const struct term *tracer, struct err *err)
{
	if (term_is_nil(tracer) || k->arming->whom == TRACE_PIDS ||
	    k->arming->whom == TRACE_EXISTING)
		return true;
	fail(err, ERR_CANNOT,
	     "new processes of node '%.*s' are traced already: their tracer is %.*s",
	     TEXT_ARG(node_name(live_node(k->live))), TEXT_ARG(shown(k, tracer)));
	return hint(err);
}

static bool check_messages(struct looking *k, unsigned flag, const char *what,
			   const struct term *spec, struct err *err)
{
	if (!(k->arming->flags & flag) || term_is_atom(spec, "true"))
		return true;
	fail(err, ERR_CANNOT, "another tool traces what processes %s on node '%.*s'",
	     what, TEXT_ARG(node_name(live_node(k->live))));
	return hint(err);
}

static bool judge(struct looking *k, const struct answer *a, struct err *err)
{
	const struct term *v = &a->value;
	int64_t word;

	if (a->kind != ANSWER_RETURN || !term_is_tuple(v, 6, NULL) ||
	    !term_int(&v->items[0], &word))
		return question_failed(a, "look for other tools that trace", err);
	if (is_ours(word) && !check_word(k, word, err))
		return false; /* what it traces needs no other tool's name */
	/* who is in the way, before what else is odd */
	return check_functions(k, &v->items[1], err) &&
	       check_processes(k, &v->items[2], err) && check_new(k, &v->items[3], err) &&
	       check_messages(k, TRACE_SEND, "send", &v->items[4], err) &&
	       check_messages(k, TRACE_RECEIVE, "receive", &v->items[5], err) &&
	       check_word(k, word, err);
}

static void answered(void *ctx, const struct answer *a)
{
	struct looking *k = ctx;
	struct err err = { 0 };

	end(k, judge(k, a, &err) ? NULL : &err);
}

static const char *item_of(enum trace_mode mode)
{
	static const char *const item[] = {
		[TRACE_EVENTS] = "traced",
		[TRACE_COUNT] = "call_count",
		[TRACE_TIME] = "call_time",
		[TRACE_MEMORY] = "call_memory",
	};

	return item[mode];
}

static void put_bindings(struct looking *k, const struct resolved *r, struct buf *b)
{
	const struct arming *a = k->arming;
	bool nobody = a->whom == TRACE_NEW && !a->npids;
	size_t npids = a->npids;

	etf_list(b, 4);
	question_bind(b, "A");
	etf_list(b, r ? r->n : 0);
	for (size_t i = 0; r && i < r->n; i++) {
		etf_tuple(b, 3);
		etf_atom(b, r->functions[i].module);
		etf_atom(b, r->functions[i].function);
		etf_int(b, r->functions[i].arity);
	}
	etf_nil(b);
	question_bind(b, "B");
	etf_atom_s(b, item_of(a->mode));
	question_bind(b, "C");
	etf_list(b, npids);
	for (size_t i = 0; i < npids; i++)
		question_pid(b, k->live, (int64_t)a->pids[i]);
	etf_nil(b);
	question_bind(b, "D");
	etf_int(b, nobody ? 0 : SAMPLE);
	etf_nil(b);
}

void plan_others_check(struct live *l, const struct arming *a, const struct resolved *r,
		       int64_t timeout_ns, plan_others_done *done, void *ctx)
{
	struct looking *k = mem_zalloc(sizeof(*k));
	struct buf b = { 0 };

	*k = (struct looking){ .live = l, .arming = a, .done = done, .ctx = ctx };
	if (!a->session)
		put_bindings(k, r, &b);
	node_eval(live_node(l), &(struct eval){
		.text = a->session ? word_text : others_text,
		.bindings = buf_text(&b),
		.heap_words = HEAP_WORDS,
		.timeout_ns = timeout_ns,
	}, answered, k);
	buf_clear(&b);
}
