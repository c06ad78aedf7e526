/* One process in full. */
#include "tables/process_detail.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/pid.h"
#include "tables/process.h"
#include "tables/question.h"

/* Parts shown of each list. */
#define PARTS 50
/* A dictionary is read for its ancestors only in a process with a heap of at most so many
 * words (see process_who.c). */
#define DICTIONARY_HEAP_WORDS 131072

/*
 * A: the pid; B: may {dictionary, Key} be asked?; N: parts of a list.
 *
 * L gives {Length, First}; P adds the name that a pid or port of this node has.
 */
static const char detail_text[] =
	"I = fun(K) -> case erlang:process_info(A, K) of {_, V} -> V;"
	" _ -> exit(undefined) end end,"
	"P = fun(Q) when erlang:is_pid(Q), erlang:node(Q) =:= erlang:node() ->"
	" case erlang:process_info(Q, registered_name) of {_, M} -> {Q, M}; _ -> Q end;"
	" (Q) when erlang:is_port(Q), erlang:node(Q) =:= erlang:node() ->"
	" case erlang:port_info(Q, name) of {_, M} -> {Q, M}; _ -> Q end;"
	" ({T, Q}) when T =:= process; T =:= port -> {T, Q}; (Q) -> Q end,"
	"H = fun(X) -> {erlang:length(X), lists:sublist(X, N)} end,"
	"L = fun(K) -> {T, F} = H(I(K)), {T, lists:map(P, F)} end,"
	"D = fun(K) -> case B of true -> I({dictionary, K});"
	" false -> case I(total_heap_size) < C of"
	" true -> proplists:get_value(K, I(dictionary)); false -> undefined end end end,"
	"S = fun(K) -> try I(K) catch error:_ -> undefined end end,"
	"exit([L(links), L(monitors), L(monitored_by),"
	" case D('$ancestors') of [_|_] = X -> H(X); _ -> {0, []} end,"
	" H(I(current_stacktrace)), H(I(suspending)),"
	" I(error_handler), I(sequential_trace_token), I(catchlevel),"
	" I(garbage_collection), S(garbage_collection_info)]).";

struct asking {
	struct live *live;
	struct process_detail *detail;
	process_detailed *done;
	void *ctx;
	int64_t pid;
	int64_t timeout_ns;
	unsigned pending;
	struct err err;
};

void process_detail_free(struct process_detail *d)
{
	if (!d)
		return;
	sample_free(d->sample);
	arena_clear(&d->arena);
	free(d);
}

static void part_done(struct asking *k, const struct err *err)
{
	if (err && k->err.kind == ERR_NONE)
		k->err = *err;
	if (--k->pending > 0)
		return;

	struct asking end = *k;

	free(k);
	if (end.err.kind != ERR_NONE) {
		process_detail_free(end.detail);
		end.done(end.ctx, NULL, &end.err);
		return;
	}
	end.done(end.ctx, end.detail, NULL);
}

static struct term_style style_of(const struct asking *k)
{
	return (struct term_style){
		.syntax = k->detail->syntax,
		.home = node_name(live_node(k->live)),
		.depth = 5,
		.items = 16,
		.bytes = 200,
		.total = 400,
	};
}

static struct text shown(struct asking *k, const struct term *t)
{
	struct term_style style = style_of(k);
	struct buf b = { 0 };

	term_print(&b, t, &style);

	struct text kept = text_dup(&k->detail->arena, buf_text(&b));

	buf_clear(&b);
	return kept;
}

static bool is_id(const struct term *t)
{
	return t->type == TERM_PID || t->type == TERM_PORT;
}

/* Pid, {Pid, Name}, {Port, "driver"}, {process, Pid}, {process, {Name, Node}}, or
 * anything else as it prints. */
static struct text shown_part(struct asking *k, const struct term *t)
{
	struct arena *a = &k->detail->arena;
	struct text name;

	if (term_is_tuple(t, 2, "process") || term_is_tuple(t, 2, "port"))
		return shown(k, &t->items[1]);
	if (!term_is_tuple(t, 2, NULL) || !is_id(&t->items[0]))
		return shown(k, t);

	struct text id = shown(k, &t->items[0]);
	struct buf b = { 0 };

	if (t->items[1].type == TERM_ATOM)
		term_name(&b, t->items[1].text);
	else if (term_chars(&t->items[1], a, &name))
		text_escape(&b, name);
	name = text_printf(a, "%.*s %.*s", TEXT_ARG(id), TEXT_ARG(buf_text(&b)));
	buf_clear(&b);
	return text_trim(name);
}

/* {Length, First} */
static struct detail_list list_of(struct asking *k, const struct term *t)
{
	const struct term *first = term_at(t, 1);
	struct detail_list list = { .total = -1 };

	if (!term_is_tuple(t, 2, NULL) || first->type != TERM_LIST)
		return list;

	struct text *items = arena_many(&k->detail->arena, first->n, struct text);

	for (size_t i = 0; i < first->n; i++)
		items[i] = shown_part(k, &first->items[i]);
	list.items = items;
	list.nitems = first->n;
	list.total = term_num(&t->items[0]);
	return list;
}

static struct text frame_shown(struct arena *a, const struct term *frame,
			       enum syntax syntax)
{
	const struct term *arity = term_at(frame, 2);
	const struct term *place = term_at(frame, 3);
	const struct term *file = term_get(place, "file");
	const struct term *line = term_get(place, "line");
	struct buf b = { 0 };
	struct text name;

	if (!term_is_tuple(frame, 4, NULL) || frame->items[0].type != TERM_ATOM ||
	    frame->items[1].type != TERM_ATOM)
		return TEXT("?");
	term_mfa(&b, frame->items[0].text, frame->items[1].text,
		 arity->type == TERM_LIST ? (int)arity->n : (int)term_num(arity), syntax);
	if (file && line && term_chars(file, a, &name)) {
		buf_str(&b, " (");
		text_escape(&b, name);
		buf_printf(&b, ":%lld)", (long long)term_num(line));
	}
	name = text_dup(a, buf_text(&b));
	buf_clear(&b);
	return name;
}

struct detail_list process_stack(struct arena *a, const struct term *frames,
				 int64_t total, enum syntax syntax)
{
	struct detail_list list = { .total = total };

	if (frames->type != TERM_LIST)
		return list;

	struct text *items = arena_many(a, frames->n, struct text);

	for (size_t i = 0; i < frames->n; i++)
		items[i] = frame_shown(a, &frames->items[i], syntax);
	list.items = items;
	list.nitems = frames->n;
	return list;
}

static void add_number(struct process_detail *d, struct text name, enum unit unit,
		       int64_t value)
{
	for (size_t i = 0; i < d->nnumbers; i++)
		if (text_eq(d->numbers[i].name, name))
			return; /* both lists have it */
	d->numbers[d->nnumbers++] = (struct detail_number){
		.name = text_dup(&d->arena, name),
		.unit = unit,
		.value = value,
	};
}

/* [{Name, Number}, ...]: what is called a size is in words. */
static void add_numbers(struct process_detail *d, const struct term *pairs,
			int64_t word_bytes)
{
	for (size_t i = 0; pairs->type == TERM_LIST && i < pairs->n && d->nnumbers < 40;
	     i++) {
		const struct term *pair = &pairs->items[i];
		int64_t value;

		if (!term_is_tuple(pair, 2, NULL) || pair->items[0].type != TERM_ATOM)
			continue;

		struct text name = pair->items[0].text;
		bool words = text_ends(name, "_size");

		/* max_heap_size is a map with the size in it. */
		const struct term *number = pair->items[1].type == TERM_MAP ?
			term_get(&pair->items[1], "size") : &pair->items[1];

		if (!number || !term_int(number, &value) ||
		    (words && __builtin_mul_overflow(value, word_bytes, &value)))
			continue;
		add_number(d, name, words ? UNIT_BYTES : UNIT_COUNT, value);
	}
}

static void set_extras(struct asking *k, const struct term *all)
{
	struct process_detail *d = k->detail;
	struct detail_list *const lists[] = {
		&d->links, &d->monitors, &d->monitored_by, &d->ancestors,
	};
	const struct term *at = all->items;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		*lists[i] = list_of(k, at++);
	d->stack = process_stack(&d->arena, term_at(at, 1), term_num(term_at(at, 0)),
				 d->syntax);
	at++;
	d->suspending = list_of(k, at++);
	d->error_handler = shown(k, at++);
	if (!term_is_nil(at))
		d->trace_token = shown(k, at);
	at++;
	d->numbers = arena_many(&d->arena, 41, struct detail_number);
	add_number(d, TEXT("catchlevel"), UNIT_COUNT, term_num(at++));
	/* The words are those of the node; 8 bytes on all but 32-bit machines, which the
	 * row tells. */
	add_numbers(d, at++, 8);
	add_numbers(d, at++, 8);
}

static bool fail_extras(const struct asking *k, const struct answer *a, struct err *err)
{
	struct buf what = { 0 };

	if (a->kind == ANSWER_RETURN && term_is_atom(&a->value, "undefined"))
		return pid_gone(k->pid, err);
	buf_str(&what, "read about process ");
	pid_print(&what, k->pid);
	question_failed(a, buf_cstr(&what), err);
	buf_clear(&what);
	return false;
}

static void extras_known(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	static const struct detail_list too_large = { .total = -1 };
	struct process_detail *d = k->detail;
	struct err err = { 0 };

	if (a->kind == ANSWER_KILLED) {
		/* A list that does not even fit the helper: the row has its length. */
		d->links = d->monitors = d->monitored_by = d->ancestors = too_large;
		d->stack = d->suspending = too_large;
		part_done(k, NULL);
	} else if (a->kind == ANSWER_RETURN && a->value.type == TERM_LIST &&
		   a->value.n == 11) {
		set_extras(k, &a->value);
		part_done(k, NULL);
	} else {
		fail_extras(k, a, &err);
		part_done(k, &err);
	}
}

static void row_known(void *ctx, struct sample *sample, const struct err *err)
{
	struct asking *k = ctx;
	struct err gone = { 0 };

	k->detail->sample = sample;
	if (!err && sample->table.nrows == 0) {
		pid_gone(k->pid, &gone);
		err = &gone;
	}
	part_done(k, err);
}

static void ask_parts(void *ctx)
{
	struct asking *k = ctx;
	struct node *n = live_node(k->live);
	struct cell key = { CELL_ID, { .num = k->pid } };
	struct buf b = { 0 };

	k->pending = 2;
	source_ask(live_source(k->live), &(struct request){
		.schema = &processes_schema,
		.columns = schema_all(&processes_schema),
		.keys = &key,
		.nkeys = 1,
		.timeout_ns = k->timeout_ns,
		.syntax = k->detail->syntax,
	}, row_known, k);
	etf_list(&b, 4); /* in the order of their names, as erl_eval looks them up */
	question_bind(&b, "A");
	question_pid(&b, k->live, k->pid);
	question_bind(&b, "B");
	etf_atom_s(&b, node_can(n, CAP_DICTIONARY_KEY) == CAP_YES ? "true" : "false");
	question_bind(&b, "C");
	etf_int(&b, DICTIONARY_HEAP_WORDS);
	question_bind(&b, "N");
	etf_int(&b, PARTS);
	etf_nil(&b);
	node_eval(n, &(struct eval){
		.text = detail_text,
		.bindings = buf_text(&b),
		.heap_words = 2000000,
		.timeout_ns = k->timeout_ns,
	}, extras_known, k);
	buf_clear(&b);
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct asking *k = ctx;

	k->detail->syntax = syntax;
	caps_probe(live_node(k->live), 1U << CAP_DICTIONARY_KEY, ask_parts, k);
}

void process_detail_ask(struct live *l, int64_t pid, enum syntax syntax,
			int64_t timeout_ns, process_detailed *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.done = done,
		.ctx = ctx,
		.pid = pid,
		.timeout_ns = timeout_ns,
		.detail = mem_zalloc(sizeof(*k->detail)),
	};
	live_syntax(l, syntax, syntax_known, k);
}
