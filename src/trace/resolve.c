/* Looks patterns up in the code that a node has loaded. */
#include "trace/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "tables/question.h"

/* What is counted at most: no node has as many. */
#define COUNT_MAX ((size_t)1 << 24)
#define HEAP_WORDS ((size_t)8 << 20)

/*
 * A: [{N, Module, Function}], binaries, [] for any; Function only where the module is
 * any. Sends {N, [{Module, [{Function, Arity}]}]}, or {N, Miss}.
 *
 * The lists of functions come from the runtime and are searched by compiled code.
 */
static const char resolve_text[] =
	"G = fun(T) -> try {ok, erlang:binary_to_existing_atom(T, utf8)}"
	" catch error:_ -> {} end end,"
	"L = fun(M) -> try erlang:get_module_info(M, functions)"
	" catch error:_ -> [] end end,"
	"S = fun(N, V) -> erlang:send(Z, {N, V}, [noconnect]) end,"
	"E = fun Q(_, [], _) -> ok; Q(N, T, F) ->"
	" {C, R} = lists:split(erlang:min(50, erlang:length(T)), T),"
	" S(N, [{M, K} || {M, K} <- lists:zip(C,"
	"  lists:map(fun(M) -> F(L(M)) end, C)), K =/= []]),"
	" Q(N, R, F) end,"
	"W = fun"
	" ({N, [], []}) -> E(N, erlang:loaded(), fun(K) -> K end);"
	" ({N, [], B}) -> case G(B) of"
	"  {ok, D} -> E(N, erlang:loaded(), fun(K) -> proplists:lookup_all(D, K) end);"
	"  _ -> S(N, 3) end;"
	" ({N, B, _}) -> case G(B) of"
	"  {ok, M} -> case erlang:module_loaded(M) of"
	"   true -> S(N, [{M, L(M)}]);"
	"   _ -> S(N, 2) end;"
	"  _ -> S(N, 1) end end,"
	"lists:foreach(W, A), erlang:exit(ok).";

/* What is asked once for all patterns that want it. */
struct selector {
	struct text module;
	struct text function; /* only where the module is any */
};

/* What came of one pattern. */
struct sought {
	const struct match *match;
	size_t selector;
	size_t hits;
	enum resolve_miss miss;
	struct near near;
	bool *arities;        /* [256] or NULL */
};

struct resolving {
	struct live *live;
	struct resolved *r;
	size_t cap;
	uint32_t *slots;      /* [nslots] index + 1 into the functions, or 0 */
	size_t nslots;        /* a power of two */
	struct sought *sought; /* [n] in the resolved's arena */
	size_t n;
	struct selector *selectors;
	size_t nselectors;
	int64_t timeout_ns;
	resolve_done *done;
	void *ctx;
};

void resolved_free(struct resolved *r)
{
	if (!r)
		return;
	free(r->functions);
	arena_clear(&r->arena);
	free(r);
}

static bool head_takes(const struct term *head, int arity)
{
	if (term_is_list(head))
		return (int)head->n == arity;
	return head->type == TERM_ATOM;
}

bool resolve_takes(const struct match *m, int arity)
{
	if (m->arity >= 0 && m->arity != arity)
		return false;
	for (size_t i = 0; i < m->spec.n && m->spec.type == TERM_LIST; i++)
		if (head_takes(term_at(&m->spec.items[i], 0), arity))
			return true;
	return false;
}

int resolve_arity(const struct match *m)
{
	int arity = m->arity;

	for (size_t i = 0; i < m->spec.n && m->arity < 0; i++) {
		const struct term *head = term_at(&m->spec.items[i], 0);

		if (!term_is_list(head) || (i > 0 && (int)head->n != arity))
			return -1;
		arity = (int)head->n;
	}
	return arity;
}

static bool made_by_compiler(struct text function, int arity)
{
	return text_starts(function, "-") ||
	       (text_is(function, "module_info") && arity <= 1);
}

bool resolve_means(const struct match *m, struct text module, struct text function,
		   int arity)
{
	if (m->module.len && !text_eq(m->module, module))
		return false;
	if (m->function.len ? !text_eq(m->function, function)
			    : made_by_compiler(function, arity))
		return false;
	return resolve_takes(m, arity);
}

/*
 * The set of functions.
 */

static uint64_t hash_of(struct text module, struct text function, int arity)
{
	return (text_hash(module) * 31 + text_hash(function)) * 31 + (uint64_t)arity;
}

static void put_slot(struct resolving *k, size_t index)
{
	const struct resolved_function *f = &k->r->functions[index];
	size_t i = hash_of(f->module, f->function, f->arity) & (k->nslots - 1);

	while (k->slots[i])
		i = (i + 1) & (k->nslots - 1);
	k->slots[i] = (uint32_t)index + 1;
}

static void grow(struct resolving *k)
{
	k->cap = k->cap ? 2 * k->cap : 64;
	k->r->functions =
		mem_realloc(k->r->functions, k->cap * sizeof(*k->r->functions));
	free(k->slots);
	k->nslots = 4 * k->cap;
	k->slots = mem_zalloc(k->nslots * sizeof(*k->slots));
	for (size_t i = 0; i < k->r->n; i++)
		put_slot(k, i);
}

static struct resolved_function *find(struct resolving *k, struct text module,
				      struct text function, int arity)
{
	size_t i = k->nslots ? hash_of(module, function, arity) & (k->nslots - 1) : 0;

	for (; k->nslots && k->slots[i]; i = (i + 1) & (k->nslots - 1)) {
		struct resolved_function *f = &k->r->functions[k->slots[i] - 1];

		if (f->arity == arity && text_eq(f->function, function) &&
		    text_eq(f->module, module))
			return f;
	}
	return NULL;
}

/* *kept: the module's name in the arena, once it is. */
static void add(struct resolving *k, struct text module, struct text *kept,
		struct text function, int arity, uint64_t matches)
{
	struct resolved_function *f = find(k, module, function, arity);

	if (f) {
		f->matches |= matches;
		return;
	}
	k->r->total++;
	if (!kept->len) {
		*kept = text_dup(&k->r->arena, module);
		k->r->nmodules++;
	}
	if (k->r->n >= RESOLVE_FUNCTIONS_MAX)
		return;
	if (k->r->n == k->cap)
		grow(k);
	k->r->functions[k->r->n] = (struct resolved_function){
		.module = *kept,
		.function = text_dup(&k->r->arena, function),
		.arity = arity,
		.matches = matches,
	};
	put_slot(k, k->r->n++);
}

/*
 * What the node sends.
 */

/* Of a pattern that names module and function: what else there is. */
static void remember(struct resolving *k, struct sought *s, struct text function,
		     int arity)
{
	if (!s->match->module.len || !s->match->function.len || s->hits)
		return;
	if (!text_eq(function, s->match->function)) {
		if (!made_by_compiler(function, arity))
			near_offer(&s->near, text_cstr(&k->r->arena, function));
		return;
	}
	if (!s->arities)
		s->arities = arena_many(&k->r->arena, 256, bool);
	s->arities[arity] = true;
}

static void take_function(struct resolving *k, size_t selector, struct text module,
			  struct text *kept, struct text function, int arity)
{
	uint64_t matches = 0;

	for (size_t i = 0; i < k->n; i++) {
		struct sought *s = &k->sought[i];

		if (s->selector != selector)
			continue;
		if (resolve_means(s->match, module, function, arity)) {
			matches |= UINT64_C(1) << i;
			s->hits++;
		} else {
			remember(k, s, function, arity);
		}
	}
	if (matches)
		add(k, module, kept, function, arity, matches);
}

/* {Module, [{Function, Arity}]} */
static bool take_module(struct resolving *k, size_t selector, const struct term *t)
{
	const struct term *module = term_at(t, 0);
	const struct term *functions = term_at(t, 1);
	struct text kept = { 0 };

	if (!term_is_tuple(t, 2, NULL) || module->type != TERM_ATOM ||
	    !term_is_list(functions))
		return false;
	for (size_t i = 0; i < functions->n; i++) {
		const struct term *name = term_at(&functions->items[i], 0);
		int64_t arity = -1;

		if (name->type != TERM_ATOM ||
		    !term_int(term_at(&functions->items[i], 1), &arity) || arity < 0 ||
		    arity > 255)
			return false;
		take_function(k, selector, module->text, &kept, name->text, (int)arity);
	}
	return k->r->total < COUNT_MAX;
}

static void take_miss(struct resolving *k, size_t selector, int64_t miss)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->sought[i].selector == selector)
			k->sought[i].miss = (enum resolve_miss)miss;
}

static bool part(void *ctx, const struct term *message)
{
	struct resolving *k = ctx;
	const struct term *what = term_at(message, 1);
	int64_t selector, miss;

	if (!term_is_tuple(message, 2, NULL) ||
	    !term_int(term_at(message, 0), &selector) ||
	    selector < 0 || (size_t)selector >= k->nselectors)
		return false;
	if (term_int(what, &miss)) {
		if (miss < MISS_UNKNOWN || miss > MISS_NO_NAME)
			return false;
		take_miss(k, (size_t)selector, miss);
		return true;
	}
	if (!term_is_list(what))
		return false;
	for (size_t i = 0; i < what->n; i++)
		if (!take_module(k, (size_t)selector, &what->items[i]))
			return false;
	return true;
}

/*
 * The end.
 */

static int compare(const void *a, const void *b)
{
	const struct resolved_function *x = a, *y = b;
	int c = text_cmp(x->module, y->module);

	if (c == 0)
		c = text_cmp(x->function, y->function);
	return c ? c : x->arity - y->arity;
}

static void end(struct resolving *k, const struct err *err)
{
	struct resolving last = *k;

	free(k->slots);
	free(k);
	if (err) {
		resolved_free(last.r);
		last.r = NULL;
	}
	last.done(last.ctx, last.r, err);
}

static void explained(void *ctx, struct resolved *none, const struct err *err)
{
	end(ctx, err);
}

static void answered(void *ctx, const struct answer *a)
{
	struct resolving *k = ctx;
	struct err err = { 0 };

	if (a->kind != ANSWER_RETURN) {
		question_failed(a, "look for the functions", &err);
		end(k, &err);
		return;
	}
	for (size_t i = 0; i < k->n; i++) {
		const struct sought *s = &k->sought[i];

		if (s->hits)
			continue;
		resolve_why(k->live, &(struct resolve_why){
			.match = s->match,
			.miss = s->miss,
			.near = s->near.best,
			.arities = s->arities,
		}, k->timeout_ns, explained, k);
		return;
	}
	if (k->r->n)
		qsort(k->r->functions, k->r->n, sizeof(*k->r->functions), compare);
	end(k, NULL);
}

/*
 * The question.
 */

static size_t selector_of(struct resolving *k, const struct match *m)
{
	struct selector s = { m->module, m->module.len ? TEXT("") : m->function };
	size_t i = 0;

	while (i < k->nselectors && (!text_eq(k->selectors[i].module, s.module) ||
				     !text_eq(k->selectors[i].function, s.function)))
		i++;
	if (i == k->nselectors)
		k->selectors[k->nselectors++] = s;
	return i;
}

static void put_name(struct buf *b, struct text name)
{
	if (name.len)
		etf_binary(b, name);
	else
		etf_nil(b);
}

static void ask(struct resolving *k)
{
	struct buf b = { 0 };

	etf_list(&b, 1);
	question_bind(&b, "A");
	etf_list(&b, k->nselectors);
	for (size_t i = 0; i < k->nselectors; i++) {
		etf_tuple(&b, 3);
		etf_int(&b, (int64_t)i);
		put_name(&b, k->selectors[i].module);
		put_name(&b, k->selectors[i].function);
	}
	etf_nil(&b);
	etf_nil(&b);
	node_eval(live_node(k->live), &(struct eval){
		.text = resolve_text,
		.bindings = buf_text(&b),
		.heap_words = HEAP_WORDS,
		.timeout_ns = k->timeout_ns,
		.part = part,
	}, answered, k);
	buf_clear(&b);
}

void resolve(struct live *l, const struct match *matches, size_t n, int64_t timeout_ns,
	     resolve_done *done, void *ctx)
{
	struct resolving *k = mem_zalloc(sizeof(*k));

	*k = (struct resolving){
		.live = l,
		.r = mem_zalloc(sizeof(*k->r)),
		.n = n,
		.timeout_ns = timeout_ns,
		.done = done,
		.ctx = ctx,
	};
	k->sought = arena_many(&k->r->arena, n, struct sought);
	k->selectors = arena_many(&k->r->arena, n, struct selector);
	for (size_t i = 0; i < n; i++)
		k->sought[i] = (struct sought){
			.match = &matches[i],
			.selector = selector_of(k, &matches[i]),
			.near = { .word = matches[i].function },
		};
	ask(k);
}
