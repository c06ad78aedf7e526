/* Asks the node about the atoms of patterns, and whether its release takes them. */
#include "trace/plan_terms.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/question.h"

#define HEAP_WORDS ((size_t)4 << 20)

/*
 * A: names, binaries. B: specifications in the external format, which are read only when
 * all names are there. {[Name that is not there], [Result of each specification]}
 */
static const char terms_text[] =
	"C = lists:filter(fun(T) ->"
	" try erlang:binary_to_existing_atom(T, utf8), false"
	" catch error:_ -> true end end, A),"
	"erlang:exit({C, case C of"
	" [] -> [erlang:match_spec_test([], erlang:binary_to_term(T), trace) || T <- B];"
	" _ -> [] end}).";

struct checking {
	struct live *live;
	const struct term *const *specs;
	const struct text *words;
	size_t n;
	struct plan_atoms atoms;
	struct arena arena;
	plan_terms_done *done;
	void *ctx;
};

static size_t find(const struct plan_atoms *atoms, struct text name)
{
	size_t i = 0;

	while (i < atoms->n && !text_eq(atoms->names[i], name))
		i++;
	return i;
}

/* $0 to $255: not a person's words, and one for each argument at most. */
static bool is_variable(struct text name)
{
	int64_t n;

	if (text_is(name, "_") || text_is(name, "$_") || text_is(name, "$$"))
		return true;
	return name.len >= 2 && name.len <= 4 && name.p[0] == '$' && name.p[1] >= '0' &&
	       name.p[1] <= '9' && text_int(text_sub(name, 1, name.len), &n) && n <= 255;
}

static void add(struct plan_atoms *atoms, struct text name, bool word)
{
	size_t i = find(atoms, name);

	if (is_variable(name))
		return;
	if (i < atoms->n) {
		atoms->words[i] &= word;
		return;
	}
	if (atoms->n == atoms->cap) {
		struct plan_atoms old = *atoms;

		atoms->cap = atoms->cap ? 2 * atoms->cap : 32;
		atoms->names = arena_many(atoms->arena, atoms->cap, struct text);
		atoms->words = arena_many(atoms->arena, atoms->cap, bool);
		for (i = 0; i < old.n; i++) {
			atoms->names[i] = old.names[i];
			atoms->words[i] = old.words[i];
		}
	}
	atoms->names[atoms->n] = name;
	atoms->words[atoms->n++] = word;
}

/* code: guards and actions, where a tuple that begins with an atom is a call. */
static void add_all(struct plan_atoms *atoms, const struct term *t, bool code)
{
	size_t n = t->n;

	switch (t->type) {
	case TERM_ATOM:
		add(atoms, t->text, false);
		return;
	case TERM_EXPORT:
		add(atoms, t->fun->module, false);
		add(atoms, t->fun->name, false);
		return;
	case TERM_MAP:
		n *= 2;
		break;
	case TERM_LIST:
		n += n > 0;
		break;
	case TERM_TUPLE:
		break;
	default:
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct term *item = &t->items[i];
		bool quoted = term_is_atom(&t->items[0], "const");

		if (code && i == 0 && t->type == TERM_TUPLE && item->type == TERM_ATOM)
			add(atoms, item->text, true);
		else
			add_all(atoms, item, code && !quoted);
	}
}

void plan_atoms_add(struct plan_atoms *atoms, const struct term *spec)
{
	for (size_t i = 0; i < spec->n && spec->type == TERM_LIST; i++) {
		const struct term *clause = &spec->items[i];

		add_all(atoms, term_at(clause, 0), false);
		for (size_t part = 1; part < clause->n && clause->type == TERM_TUPLE;
		     part++)
			add_all(atoms, &clause->items[part], true);
	}
}

static void end(struct checking *k, const struct err *err)
{
	struct checking last = *k;

	free(k);
	arena_clear(&last.arena);
	last.done(last.ctx, err);
}

static bool fail_atom(const struct checking *k, struct text name, struct err *err)
{
	struct text node = node_name(live_node(k->live));
	struct buf shown = { 0 };
	size_t i = find(&k->atoms, name);

	term_name(&shown, name);
	if (i < k->atoms.n && k->atoms.words[i]) {
		fail(err, ERR_CANNOT,
		     "the release of node '%.*s' has no '%s' in match specifications",
		     TEXT_ARG(node), buf_cstr(&shown));
		fail_hint(err, "a newer release of OTP may");
	} else {
		fail(err, ERR_ABSENT,
		     "nothing on node '%.*s' has the name '%s': the pattern cannot match",
		     TEXT_ARG(node), buf_cstr(&shown));
		fail_hint(err, "it knows no such atom, and otoscope makes none");
	}
	buf_clear(&shown);
	return false;
}

/* {error, [{error, "Function f/0 does_not_exist."}, {warning, ...}]} */
static bool fail_spec(struct checking *k, size_t i, const struct term *result,
		      struct err *err)
{
	const struct term *list = term_at(result, 1);
	struct text why = TEXT("it says not why");

	for (size_t n = list->type == TERM_LIST ? list->n : 0; n > 0; n--)
		if (term_is_tuple(&list->items[n - 1], 2, "error"))
			term_chars(&list->items[n - 1].items[1], &k->arena, &why);
	if (text_ends(why, "."))
		why = text_sub(why, 0, why.len - 1);
	fail(err, ERR_CANNOT, "node '%.*s' does not take '%.*s': %.*s",
	     TEXT_ARG(node_name(live_node(k->live))), TEXT_ARG(k->words[i]),
	     TEXT_ARG(why));
	return fail_hint(err, "a newer release of OTP may");
}

static bool judge(struct checking *k, const struct answer *a, struct err *err)
{
	const struct term *missing = term_at(&a->value, 0);
	const struct term *results = term_at(&a->value, 1);

	if (a->kind != ANSWER_RETURN || !term_is_list(missing) || !term_is_list(results))
		return question_failed(a, "check the patterns", err);
	if (missing->n)
		return fail_atom(k, term_text(&missing->items[0]), err);
	if (results->n != k->n)
		return question_failed(a, "check the patterns", err);
	for (size_t i = 0; i < k->n; i++)
		if (term_is_tuple(&results->items[i], 2, "error"))
			return fail_spec(k, i, &results->items[i], err);
	return true;
}

static void answered(void *ctx, const struct answer *a)
{
	struct checking *k = ctx;
	struct err err = { 0 };

	end(k, judge(k, a, &err) ? NULL : &err);
}

static bool put_bindings(struct checking *k, struct buf *b, struct err *err)
{
	etf_list(b, 2);
	question_bind(b, "A");
	etf_list(b, k->atoms.n);
	for (size_t i = 0; i < k->atoms.n; i++)
		etf_binary(b, k->atoms.names[i]);
	etf_nil(b);
	question_bind(b, "B");
	etf_list(b, k->n);
	for (size_t i = 0; i < k->n; i++) {
		struct buf inner = { 0 };
		bool ok;

		etf_version(&inner);
		ok = term_encode(&inner, k->specs[i], err);
		etf_binary(b, buf_text(&inner));
		buf_clear(&inner);
		if (!ok)
			return false;
	}
	etf_nil(b);
	etf_nil(b);
	return true;
}

void plan_terms_check(struct live *l, const struct term *const *specs,
		      const struct text *words, size_t n, int64_t timeout_ns,
		      plan_terms_done *done, void *ctx)
{
	struct checking *k = mem_zalloc(sizeof(*k));
	struct buf b = { 0 };
	struct err err = { 0 };

	*k = (struct checking){
		.live = l,
		.specs = specs,
		.words = words,
		.n = n,
		.done = done,
		.ctx = ctx,
	};
	k->atoms.arena = &k->arena;
	for (size_t i = 0; i < n; i++)
		plan_atoms_add(&k->atoms, specs[i]);
	if (put_bindings(k, &b, &err))
		node_eval(live_node(l), &(struct eval){
			.text = terms_text,
			.bindings = buf_text(&b),
			.heap_words = HEAP_WORDS,
			.timeout_ns = timeout_ns,
		}, answered, k);
	else
		end(k, &err);
	buf_clear(&b);
}
