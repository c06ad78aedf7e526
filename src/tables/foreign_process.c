/* Asks a process for its state, its first messages, or its dictionary, reduced inside of
 * it. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tables/foreign.h"
#include "tables/foreign_text.h"
#include "tables/pid.h"
#include "tables/question.h"

/*
 * How much is shown of a mailbox that its process goes through: while a message is
 * looked at the VM collects no garbage, and a term costs more than a thousand words of
 * it.
 */
#define PEEK_COUNT 50
#define PEEK_TERMS 400

/* For the projection of the largest number of terms, with room for a copied mailbox. */
#define HEAP_WORDS 8000000
/* Messages that we send to a process, and that are in its mailbox when it did not
 * answer. */
#define OURS 2
#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)
#define QUEUE_MAX STRING(FOREIGN_QUEUE_MAX)
#define SPARE_NS ((int64_t)2000000000)
#define MS_NS ((int64_t)1000000)

/* What may be spent: of a large heap less, since our garbage would have it collected,
 * which takes as much memory again. */
#define SPEND \
	"B = erlang:element(if C > 2000000 -> 5; true -> 1 end, D)," \
	"K = erlang:element(2, D),"

/* gen_event gives its handlers one by one: each gets the same share. */
static const char state_text[] =
	FOREIGN_PROJECT FOREIGN_MANNERS FOREIGN_ASK SPEND
	"N = case Y of events -> erlang:max(50, B div 8); _ -> B end,"
	FOREIGN_FOLD("{T, _} = P(V, {1, N, K}), H ! {R, part, T}")
	"{G, L} = case lists:member(Y, [true, events]) of"
	" true -> M(F);"
	" false -> {Y, []} end,"
	FOREIGN_END("Y");

/*
 * prim_eval:'receive'/2, with which erl_eval evaluates a receive, goes through the
 * mailbox as one that matches nothing: it shows each message to B and leaves it where it
 * is. B must never throw: the VM would lose its place. K counts the messages and what may
 * be spent.
 *
 * S copies the messages where that is safe; T is its status where it is not.
 */
static const char messages_text[] =
	FOREIGN_PROJECT FOREIGN_MANNERS FOREIGN_ASK
	"N = erlang:min(erlang:element(4, D), " STRING(PEEK_COUNT) "),"
	"K = counters:new(2, []),"
	"counters:put(K, 2, erlang:min(erlang:element(1, D), " STRING(PEEK_TERMS) ")),"
	"B = fun"
	" ({system, {T, _}, _}) when T =:= H -> nomatch;"
	" (T) ->"
	"  case counters:get(K, 1) of"
	"   S when S < N ->"
	"    counters:add(K, 1, 1),"
	"    G = counters:get(K, 2) div (N - S),"
	"    try P(T, {1, G, erlang:element(2, D)}) of"
	"     {L, {_, V, _}} -> counters:sub(K, 2, G - V), H ! {R, part, L}"
	"    catch _:_ -> H ! {R, error} end,"
	"    nomatch;"
	"   _ -> nomatch end end,"
	FOREIGN_FOLD("{_, T} = erlang:process_info(erlang:self(), message_queue_len),"
		     "T =< " QUEUE_MAX " andalso prim_eval:'receive'(B, 0)")
	"S = fun(T) ->"
	" case erlang:process_info(A, [message_queue_len, total_heap_size]) of"
	"  undefined -> {noproc, []};"
	"  [{_, V}, {_, L}] ->"
	"   case V =< " QUEUE_MAX " andalso " FOREIGN_SMALL("L", "V")
	"     andalso erlang:process_info(A, messages) of"
	"    false -> {T, []};"
	"    undefined -> {noproc, []};"
	"    {_, G} ->"
	"     Z = lists:filter(fun ({system, {_, Y}, _}) -> Y =/= R; (_) -> true end, G),"
	"     {copy, erlang:element(1, lists:mapfoldl(P,"
	"      {erlang:element(4, D), erlang:element(1, D), erlang:element(2, D)},"
	"      lists:sublist(Z, erlang:element(4, D))))} end end end,"
	"{V, {G, L}} = case Q > 0 andalso lists:member(Y, [true, events])"
	"  andalso Q =< " QUEUE_MAX " andalso M(F) of"
	" {timeout, _} -> {timeout, S(timeout)};"
	" false -> {Y, S(refused)};"
	" T -> {Y, T} end,"
	FOREIGN_END("V");

static const char dictionary_text[] =
	FOREIGN_PROJECT FOREIGN_MANNERS FOREIGN_ASK SPEND
	FOREIGN_FOLD("{T, _} = P(erlang:get(), {1, B, K}), H ! {R, part, T}")
	"{G, L} = case lists:member(Y, [true, events]) of"
	" true -> M(F);"
	" false ->"
	"  case C < 100000 andalso " FOREIGN_SMALL("C", "4")
	"    andalso erlang:process_info(A, dictionary) of"
	"   {_, V} -> {copy, [erlang:element(1, P(V, {1, B, K}))]};"
	"   undefined -> {noproc, []};"
	"   false -> {refused, []} end end,"
	FOREIGN_END("Y");

static const char *const texts[] = {
	[FOREIGN_STATE] = state_text,
	[FOREIGN_MESSAGES] = messages_text,
	[FOREIGN_DICTIONARY] = dictionary_text,
};

struct asking {
	struct live *live;
	struct foreign *foreign;
	foreign_done *done;
	void *ctx;
	int64_t pid;
	struct foreign_request rq;
};

void foreign_free(struct foreign *f)
{
	if (!f)
		return;
	arena_clear(&f->arena);
	free(f);
}

static void end(struct asking *k, const struct err *err)
{
	struct asking last = *k;

	free(k);
	if (err) {
		foreign_free(last.foreign);
		last.foreign = NULL;
	}
	last.done(last.ctx, last.foreign, err);
}

/* "shop_cache:loop/3": the innermost frame of a stack; "?" when there is none. */
static void put_frame(struct buf *out, const struct term *frame, enum syntax syntax)
{
	const struct term *module = term_at(frame, 0);
	const struct term *function = term_at(frame, 1);

	if (term_is_tuple(frame, 4, NULL) && module->type == TERM_ATOM &&
	    function->type == TERM_ATOM)
		term_mfa(out, module->text, function->text,
			 (int)term_num(term_at(frame, 2)), syntax);
	else
		buf_str(out, "?");
}

/* Where it is, and what it is: the outermost frame that is not proc_lib's. */
static void put_place(struct foreign *f, const struct term *info)
{
	const struct term *stack = term_get(info, "current_stacktrace");
	const struct term *status = term_get(info, "status");
	const struct term *len = term_get(info, "message_queue_len");
	const struct term *memory = term_get(info, "memory");
	struct buf b = { 0 };
	size_t n = stack && stack->type == TERM_LIST ? stack->n : 0;

	if (n > 0) {
		put_frame(&b, &stack->items[0], f->syntax);
		f->place = text_dup(&f->arena, buf_text(&b));
		buf_reset(&b);
		if (n > 1 && term_is_atom(term_at(&stack->items[n - 1], 0), "proc_lib"))
			n--;
		put_frame(&b, &stack->items[n - 1], f->syntax);
		f->loop = text_dup(&f->arena, buf_text(&b));
	}
	if (status && status->type == TERM_ATOM)
		f->status = text_dup(&f->arena, status->text);
	f->queue_len = len && term_num(len) > 0 ? term_num(len) : 0;
	f->memory_bytes = memory ? term_num(memory) : 0;
	buf_clear(&b);
}

static bool fail_timeout(const struct asking *k, const char *pid, struct err *err)
{
	const struct foreign *f = k->foreign;
	struct buf b = { 0 };

	if (text_is(f->status, "suspended"))
		fail(err, ERR_LOST,
		     "process '%s' is suspended: it did not answer within %" PRId64 " ms",
		     pid, k->rq.timeout_ns / MS_NS);
	else if (f->place.len > 0)
		fail(err, ERR_LOST,
		     "process '%s' is busy in %.*s: it did not answer within %" PRId64
		     " ms",
		     pid, TEXT_ARG(f->place), k->rq.timeout_ns / MS_NS);
	else
		fail(err, ERR_LOST, "process '%s' did not answer within %" PRId64 " ms",
		     pid, k->rq.timeout_ns / MS_NS);
	if (f->queue_len > OURS)
		buf_printf(&b, "%" PRId64 " messages are in its mailbox; ",
			   f->queue_len - OURS);
	fail_hint(err,
		  "%s'otoscope stack' shows where it is; our question no longer "
		  "does anything once it is read",
		  buf_cstr(&b));
	buf_clear(&b);
	return false;
}

static bool fail_manners(const struct asking *k, bool unsure, const char *pid,
			 struct err *err)
{
	const struct foreign *f = k->foreign;

	if (unsure)
		fail(err, ERR_CANNOT,
		     "cannot tell whether process '%s' takes system messages: its heap "
		     "is too large to look for how it was started",
		     pid);
	else if (f->loop.len > 0)
		fail(err, ERR_CANNOT,
		     "process '%s' takes no system messages: it runs %.*s, not the loop "
		     "of a gen_server, gen_statem, gen_event or the like",
		     pid, TEXT_ARG(f->loop));
	else
		fail(err, ERR_CANNOT, "process '%s' takes no system messages", pid);
	return fail_hint(err,
			 "a question for its state would stay in its mailbox for ever; "
			 "try 'otoscope stack', 'messages' or 'info'");
}

static bool fail_queue(const struct asking *k, const char *pid, struct err *err)
{
	fail(err, ERR_CANNOT,
	     "process '%s' has %" PRId64 " messages in its mailbox: a question would "
	     "wait behind them",
	     pid, k->foreign->queue_len);
	return fail_hint(err, "'otoscope stack' shows where it is");
}

static bool fail_limit(const char *pid, struct err *err)
{
	fail(err, ERR_CANNOT,
	     "process '%s' has a max_heap_size so near that looking into it could end it",
	     pid);
	return fail_hint(err, "'otoscope info %s' shows how much it holds", pid);
}

/* The status of the answer: false with err where there is nothing to show. */
static bool judge(struct asking *k, const struct term *status, struct err *err)
{
	struct foreign *f = k->foreign;
	struct buf b = { 0 };
	const char *pid;
	bool messages = k->rq.what == FOREIGN_MESSAGES;

	term_print_pid(&b, (uint64_t)k->pid);
	pid = buf_cstr(&b);
	/* It was asked, but its mailbox had grown too long by then. */
	if (term_is_atom(status, "ok") && messages && f->nparts == 0 && f->queue_len > 0)
		f->how = FOREIGN_WITHHELD;
	else if (term_is_atom(status, "ok") || f->nparts > 0)
		f->how = term_is_atom(status, "copy") ? FOREIGN_COPIED : FOREIGN_TOLD;
	else if (term_is_atom(status, "copy"))
		f->how = FOREIGN_COPIED;
	else if (term_is_atom(status, "refused"))
		f->how = messages && f->queue_len == 0 ? FOREIGN_TOLD : FOREIGN_WITHHELD;
	else if (term_is_atom(status, "noproc"))
		pid_gone(k->pid, err);
	else if (term_is_atom(status, "timeout"))
		fail_timeout(k, pid, err);
	else if (term_is_atom(status, "queue"))
		fail_queue(k, pid, err);
	else if (term_is_atom(status, "limit"))
		fail_limit(pid, err);
	else if (term_is_atom(status, "false") || term_is_atom(status, "unknown"))
		fail_manners(k, term_is_atom(status, "unknown"), pid, err);
	else
		fail(err, ERR_CANNOT,
		     "process '%s' cannot be looked into: reducing what it holds failed",
		     pid);
	if (err->kind == ERR_NONE && k->rq.what == FOREIGN_STATE && f->nparts == 0 &&
	    !f->handlers)
		fail(err, ERR_CANNOT,
		     "process '%s' takes system messages but does not give its state",
		     pid);
	buf_clear(&b);
	return err->kind == ERR_NONE;
}

static bool fail_answer(const struct asking *k, const struct answer *a, struct err *err)
{
	static const char *const names[] = {
		[FOREIGN_STATE] = "state",
		[FOREIGN_MESSAGES] = "messages",
		[FOREIGN_DICTIONARY] = "dictionary",
	};
	struct buf what = { 0 };

	buf_printf(&what, "read the %s of ", names[k->rq.what]);
	term_print_pid(&what, (uint64_t)k->pid);
	question_failed(a, buf_cstr(&what), err);
	buf_clear(&what);
	return false;
}

/* No text of ours gives more messages than were asked for. */
static bool too_many(const struct asking *k, size_t nparts)
{
	return k->rq.what == FOREIGN_MESSAGES && nparts > k->rq.count;
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct foreign *f = k->foreign;
	const struct term *t = &a->value;
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN || !term_is_tuple(t, 5, NULL) ||
	    !term_is_list(&t->items[2]) || too_many(k, t->items[2].n)) {
		fail_answer(k, a, &err);
		end(k, &err);
		return;
	}
	/* The parts point into what was received: that is ours now. */
	arena_clear(&f->arena);
	f->arena = *a->arena;
	*a->arena = (struct arena){ 0 };
	f->nparts = t->items[2].n;
	f->parts = arena_many(&f->arena, f->nparts + 1, struct foreign_part);
	for (size_t i = 0; i < f->nparts; i++)
		f->parts[i] = foreign_decode(&f->arena, &t->items[0],
					     &t->items[2].items[i]);
	put_place(f, &t->items[3]);
	if (term_is_atom(&t->items[4], "timeout"))
		f->queue_len -= OURS;
	f->handlers = term_is_atom(&t->items[4], "events");
	end(k, judge(k, &t->items[1], &err) ? NULL : &err);
}

static void put_bindings(struct buf *b, const struct asking *k)
{
	etf_list(b, 2);
	question_bind(b, "A");
	question_pid(b, k->live, k->pid);
	question_bind(b, "D");
	foreign_etf_bounds(b, &k->rq);
	etf_nil(b);
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct asking *k = ctx;
	struct buf b = { 0 };

	k->foreign->syntax = syntax;
	put_bindings(&b, k);
	node_eval(live_node(k->live), &(struct eval){
		.text = texts[k->rq.what],
		.bindings = buf_text(&b),
		.answer_bytes = k->rq.terms * 100,
		.heap_words = HEAP_WORDS,
		.timeout_ns = k->rq.timeout_ns + SPARE_NS,
	}, answered, k);
	buf_clear(&b);
}

void foreign_ask(struct live *l, int64_t pid, const struct foreign_request *rq,
		 foreign_done *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.done = done,
		.ctx = ctx,
		.pid = pid,
		.rq = foreign_bounded(rq),
		.foreign = mem_zalloc(sizeof(*k->foreign)),
	};
	live_syntax(l, rq->syntax, syntax_known, k);
}
