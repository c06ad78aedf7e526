/* What a person types -> a term: literals of Erlang and of Elixir. */
#include "term/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "term/compare.h"

/* Parsing uses the C stack. */
#define DEPTH_MAX 1000

static void push(struct lex *l, struct term t)
{
	if (l->nstack == l->cap)
		l->stack = mem_grow(l->stack, &l->cap, l->nstack + 1, sizeof(*l->stack));
	l->stack[l->nstack++] = t;
}

/* Takes what was pushed since from off the stack, into the arena. */
static const struct term *pop_from(struct lex *l, size_t from, size_t *n)
{
	*n = l->nstack - from;

	struct term *items = arena_many(l->arena, *n, struct term);

	if (*n > 0)
		memcpy(items, l->stack + from, *n * sizeof(*items));
	l->nstack = from;
	return items;
}

static void set_list(struct lex *l, size_t from, struct term tail, struct term *out)
{
	size_t n;

	if (l->nstack == from) {
		*out = (struct term){ .type = TERM_LIST };
		return;
	}
	push(l, tail);
	out->items = pop_from(l, from, &n);
	out->type = TERM_LIST;
	out->n = (uint32_t)(n - 1);
}

static bool parse_and_push(struct lex *l)
{
	struct term t = { 0 };

	if (!parse_term(l, &t))
		return false;
	push(l, t);
	return true;
}

static struct term pair(struct lex *l, struct text key, struct term value)
{
	struct term *items = arena_many(l->arena, 2, struct term);

	items[0] = (struct term){ .type = TERM_ATOM, .text = key };
	items[1] = value;
	return (struct term){ .type = TERM_TUPLE, .n = 2, .items = items };
}

/* "key: value" of Elixir as {key, value}; *found: out, there was one. */
static bool parse_keyword(struct lex *l, bool *found)
{
	struct text key;
	struct term value = { 0 };

	lex_blanks(l);
	*found = l->elixir && lex_key(l, &key);
	if (!*found)
		return true;
	if (!parse_term(l, &value))
		return false;
	push(l, pair(l, key, value));
	return true;
}

bool parse_arguments(struct lex *l, const char *close, struct term *out)
{
	size_t from = l->nstack;
	size_t keywords = 0; /* where they begin */
	bool any = false;

	if (lex_take(l, close)) {
		set_list(l, from, (struct term){ 0 }, out);
		return true;
	}
	do {
		bool found;

		if (!parse_keyword(l, &found))
			return false;
		if (found && !any)
			keywords = l->nstack - 1;
		any |= found;
		if (!found && any)
			return lex_fail(l, "keywords come last");
		if (!found && !parse_and_push(l))
			return false;
	} while (lex_take(l, ","));
	if (!lex_need(l, close))
		return false;
	if (any) {
		struct term list = { 0 };

		set_list(l, keywords, (struct term){ .type = TERM_LIST }, &list);
		push(l, list);
	}
	set_list(l, from, (struct term){ .type = TERM_LIST }, out);
	return true;
}

static bool parse_list(struct lex *l, struct term *out)
{
	size_t from = l->nstack;
	struct term tail = { .type = TERM_LIST };
	bool found;

	if (lex_take(l, "]")) {
		out->type = TERM_LIST;
		return true;
	}
	do {
		if (!parse_keyword(l, &found) || (!found && !parse_and_push(l)))
			return false;
	} while (lex_take(l, ","));
	if (lex_take(l, "|") && !parse_term(l, &tail))
		return false;
	if (!lex_need(l, "]"))
		return false;
	/* A tail that is a list goes on in this one. */
	for (size_t i = 0; tail.type == TERM_LIST && i < tail.n; i++)
		push(l, tail.items[i]);
	if (tail.type == TERM_LIST && tail.n > 0)
		tail = tail.items[tail.n];
	set_list(l, from, tail, out);
	return true;
}

static bool parse_tuple(struct lex *l, struct term *out)
{
	struct term list = { 0 };

	if (!parse_arguments(l, "}", &list))
		return false;
	out->type = TERM_TUPLE;
	out->n = list.n;
	out->items = list.items;
	return true;
}

static bool has_twins(const struct term *map)
{
	struct map_key *keys = compare_sort_keys(map);
	bool twins = false;

	for (size_t i = 1; i < map->n && !twins; i++)
		twins = term_eq(keys[i - 1].at, keys[i].at);
	free(keys);
	return twins;
}

static bool parse_pair(struct lex *l)
{
	struct text key;

	lex_blanks(l);
	if (l->elixir && lex_key(l, &key)) {
		push(l, (struct term){ .type = TERM_ATOM, .text = key });
		return parse_and_push(l);
	}
	return parse_and_push(l) && lex_need(l, "=>") && parse_and_push(l);
}

/* The pairs behind the opening bracket; a struct's name is on the stack already. */
static bool parse_map(struct lex *l, size_t from, struct term *out)
{
	size_t start = l->at;
	size_t n;

	if (!lex_take(l, "}")) {
		do {
			if (!parse_pair(l))
				return false;
		} while (lex_take(l, ","));
		if (!lex_need(l, "}"))
			return false;
	}
	out->items = pop_from(l, from, &n);
	out->type = TERM_MAP;
	out->n = (uint32_t)(n / 2);
	if (has_twins(out)) {
		l->at = start;
		return lex_fail(l, "the map has a key twice");
	}
	return true;
}

/* %{...} and %Name{...} */
static bool parse_elixir_map(struct lex *l, struct term *out)
{
	size_t from = l->nstack;
	struct text name;

	l->at++;
	if (lex_peek(l) != '{') {
		if (!lex_alias(l, &name))
			return false;
		push(l, (struct term){ .type = TERM_ATOM, .text = TEXT("__struct__") });
		push(l, (struct term){ .type = TERM_ATOM, .text = name });
	}
	return lex_need(l, "{") && parse_map(l, from, out);
}

/* Erlang's "text": a list of its characters. */
static bool parse_characters(struct lex *l, struct term *out)
{
	size_t from = l->nstack;
	struct text t;
	uint32_t c;

	if (!lex_quoted(l, LEX_CHARS, &t))
		return false;
	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &c);
		push(l, (struct term){ .type = TERM_INT, .num = c });
	}
	set_list(l, from, (struct term){ .type = TERM_LIST }, out);
	return true;
}

static bool parse_string(struct lex *l, struct term *out)
{
	if (!l->elixir)
		return parse_characters(l, out);
	out->type = TERM_BINARY;
	return lex_quoted(l, LEX_BYTES, &out->text);
}

/* m:f/a behind "fun", Mod.f/a behind "&" */
static bool parse_export(struct lex *l, struct term *out)
{
	struct term_fun *f = arena_new(l->arena, struct term_fun);
	uint64_t arity;

	lex_blanks(l);
	if (!lex_atom(l, &f->module) || !lex_need(l, l->elixir ? "." : ":"))
		return false;
	lex_blanks(l);
	if (!lex_function(l, &f->name) || !lex_need(l, "/"))
		return false;
	lex_blanks(l);
	if (!lex_small(l, 255, &arity))
		return false;
	f->arity = (uint8_t)arity;
	out->type = TERM_EXPORT;
	out->fun = f;
	return true;
}

static bool is_fun(const struct lex *l)
{
	return !l->elixir && (lex_is(l, "fun ") || lex_is(l, "fun\n"));
}

static bool parse_atom(struct lex *l, struct term *out)
{
	if (is_fun(l)) {
		l->at += 3;
		return parse_export(l, out);
	}
	out->type = TERM_ATOM;
	return lex_atom(l, &out->text);
}

/* Terms whose first bytes say what they are, for Elixir alone. */
static bool parse_elixir(struct lex *l, struct term *out)
{
	if (lex_is(l, "~c\"")) {
		l->at += 2;
		return parse_characters(l, out);
	}
	if (lex_peek(l) == '\'')
		return parse_characters(l, out);
	if (lex_peek(l) == '~')
		return lex_fail(l, "this sigil is no literal here");
	if (lex_peek(l) == '%')
		return parse_elixir_map(l, out);
	if (lex_peek(l) == '&') {
		l->at++;
		return parse_export(l, out);
	}
	return parse_atom(l, out);
}

static bool parse_one(struct lex *l, struct term *out)
{
	char c = lex_peek(l);

	if ((c >= '0' && c <= '9') || c == '-' || c == '+' ||
	    c == (l->elixir ? '?' : '$'))
		return lex_number(l, out);
	if (lex_is(l, "<<"))
		return parse_bits(l, out);
	if (c == '"')
		return parse_string(l, out);
	if (lex_take(l, "["))
		return parse_list(l, out);
	if (lex_take(l, "{"))
		return parse_tuple(l, out);
	if (!l->elixir && lex_take(l, "#{"))
		return parse_map(l, l->nstack, out);
	if (c == '<' || c == '#')
		return parse_id(l, out);
	return (l->elixir ? parse_elixir : parse_atom)(l, out);
}

bool parse_term(struct lex *l, struct term *out)
{
	lex_blanks(l);
	if (l->depth == 0)
		return lex_fail(l, "it is nested too deeply");
	l->depth--;

	bool ok = parse_one(l, out);

	l->depth++;
	return ok;
}

static struct lex lex_over(struct arena *a, struct text t, enum syntax syntax,
			   struct err *err)
{
	return (struct lex){
		.t = t,
		.elixir = syntax == SYNTAX_ELIXIR,
		.arena = a,
		.depth = DEPTH_MAX,
		.err = err,
	};
}

static bool lex_end(struct lex *l)
{
	lex_blanks(l);
	if (!l->elixir && lex_peek(l) == '.') /* as people end a term */
		l->at++;
	lex_blanks(l);
	return l->at == l->t.len ||
	       lex_fail(l, "something follows that does not belong to it");
}

bool term_parse(struct arena *a, struct text t, enum syntax syntax, struct term *out,
		size_t *at, struct err *err)
{
	struct lex l = lex_over(a, t, syntax, err);

	*out = (struct term){ 0 };

	bool ok = parse_term(&l, out) && lex_end(&l);

	*at = l.at;
	free(l.stack);
	return ok;
}

/* Elixir's modules begin with a capital or a colon; every other atom is Erlang's. */
static enum syntax guess(struct text t)
{
	char c = t.len > 0 ? t.p[0] : '\0';

	return c == ':' || (c >= 'A' && c <= 'Z') ? SYNTAX_ELIXIR : SYNTAX_ERLANG;
}

static bool parse_call(struct lex *l, struct term_call *out)
{
	if (!lex_atom(l, &out->module) || !lex_need(l, l->elixir ? "." : ":"))
		return false;
	lex_blanks(l);
	return lex_function(l, &out->function) && lex_need(l, "(") &&
	       parse_arguments(l, ")", &out->args) && lex_end(l);
}

bool term_parse_call(struct arena *a, struct text t, enum syntax syntax,
		     struct term_call *out, size_t *at, struct err *err)
{
	if (syntax == SYNTAX_AUTO)
		syntax = guess(text_trim(t));

	struct lex l = lex_over(a, t, syntax, err);

	*out = (struct term_call){ .syntax = syntax };
	lex_blanks(&l);

	bool ok = parse_call(&l, out);

	*at = l.at;
	free(l.stack);
	return ok;
}
