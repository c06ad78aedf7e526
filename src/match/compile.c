/* Clauses -> a match specification. */
#include "match/compile.h"

#include <stdlib.h>
#include <string.h>

#include "term/compare.h"

struct term make_text_atom(struct text name)
{
	return (struct term){ .type = TERM_ATOM, .text = name };
}

struct term make_atom(const char *name)
{
	return make_text_atom(text_of(name));
}

struct term make_nil(void)
{
	return (struct term){ .type = TERM_LIST };
}

static struct term *copy(struct compiler *c, const struct term *items, size_t n)
{
	struct term *to = arena_many(c->p->lex.arena, n, struct term);

	if (n > 0)
		memcpy(to, items, n * sizeof(*to));
	return to;
}

struct term make_tuple(struct compiler *c, const struct term *items, size_t n)
{
	return (struct term){ .type = TERM_TUPLE,
			      .n = (uint32_t)n,
			      .items = copy(c, items, n) };
}

struct term make_list(struct compiler *c, const struct term *items, size_t n)
{
	const struct term *tail = &items[n];

	if (n == 0)
		return *tail;

	bool more = tail->type == TERM_LIST && tail->n > 0;
	size_t total = n + (more ? tail->n : 0);
	struct term *all = arena_many(c->p->lex.arena, total + 1, struct term);

	memcpy(all, items, n * sizeof(*all));
	memcpy(all + n, more ? tail->items : tail, (total - n + 1) * sizeof(*all));
	return (struct term){ .type = TERM_LIST, .n = (uint32_t)total, .items = all };
}

struct term make_map(struct compiler *c, const struct term *items, size_t n)
{
	struct term map = { .type = TERM_MAP, .n = (uint32_t)n, .items = items };
	struct map_key *keys = compare_sort_keys(&map);
	struct term *pairs = arena_many(c->p->lex.arena, 2 * n, struct term);
	const struct term *last = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool again = kept > 0 && term_eq(&pairs[2 * kept - 2], keys[i].at);

		/* of equal ones the sort does not say which comes first */
		if (again && keys[i].at < last)
			continue;
		kept -= again;
		last = keys[i].at;
		memcpy(pairs + 2 * kept++, last, 2 * sizeof(*pairs));
	}
	free(keys);
	map.n = (uint32_t)kept;
	map.items = pairs;
	return map;
}

struct variable *variable_find(struct compiler *c, struct text name)
{
	static struct variable anonymous = { .name = TEXT_INIT("_"),
					     .atom = TEXT_INIT("_") };

	for (size_t i = c->nvariables; i > 0; i--) {
		if (text_eq(c->variables[i - 1].name, name))
			return &c->variables[i - 1];
	}
	return text_is(name, "_") ? &anonymous : NULL;
}

/* Terms in a row -> a list. */
static struct term list_of(struct compiler *c, struct term *items, size_t n)
{
	items[n] = make_nil();
	return make_list(c, items, n);
}

static bool compile_guard(struct compiler *c, const struct match_guard *g,
			  struct term *out)
{
	struct term *items = arena_many(c->p->lex.arena, g->n + 1, struct term);

	c->body = false;
	for (size_t i = 0; i < g->n; i++) {
		struct compiled one;

		c->named = false;
		if (!compile_condition(c, &g->all[i], &one))
			return false;
		if (!c->named && !compile_check_name(c, &g->all[i]))
			compile_check_condition(c, &g->all[i], &one.term);
		items[i] = one.term;
	}
	*out = list_of(c, items, g->n);
	return true;
}

/* What actions ask for that words ask for too. */
unsigned compile_words(const struct term *action)
{
	unsigned words = 0;

	if (action->type != TERM_TUPLE || action->n == 0)
		return 0;
	if (term_is_atom(&action->items[0], "return_trace") ||
	    term_is_atom(&action->items[0], "exception_trace"))
		words |= action->n == 1 ? MATCH_RETURN : 0;
	if (term_is_atom(&action->items[0], "current_stacktrace"))
		words |= MATCH_STACK;
	if (term_is_tuple(action, 2, "message"))
		words |= compile_words(&action->items[1]);
	return words;
}

static bool compile_body(struct compiler *c, const struct match_clause *k,
			 struct term *out)
{
	struct term *items = arena_many(c->p->lex.arena, k->nbody + 1, struct term);

	c->body = true;
	for (size_t i = 0; i < k->nbody; i++) {
		struct compiled one;

		if (!compile_expr(c, &k->body[i], &one))
			return false;
		compile_check_action(c, &k->body[i], &one.term);
		items[i] = one.term;
		c->m->words |= compile_words(&one.term);
	}
	*out = list_of(c, items, k->nbody);
	return true;
}

/* Clauses of the specification, as they come. */
struct clauses {
	struct term *items;
	size_t n;
};

/* Keeps the variables of a head, for those who ask which part of it has a name. */
static void keep_variables(struct compiler *c, const struct term *head)
{
	struct match *m = c->m;
	struct arena *a = c->p->lex.arena;
	size_t n = m->nvariables;
	struct match_variable *all =
		arena_many(a, n + c->nvariables, struct match_variable);
	struct term *kept = arena_new(a, struct term);

	*kept = *head;
	if (n > 0)
		memcpy(all, m->variables, n * sizeof(*all));
	for (size_t i = 0; i < c->nvariables; i++)
		all[n++] = (struct match_variable){ .name = c->variables[i].name,
						    .atom = c->variables[i].atom,
						    .head = kept };
	m->variables = all;
	m->nvariables = n;
}

/* A clause for each alternative of the guard. */
static bool compile_clause(struct compiler *c, const struct match_clause *k,
			   struct clauses *out)
{
	struct term parts[3];

	c->nvariables = 0;
	c->head = &k->head;
	c->next = 1;
	if (!compile_head(c, &k->head, &parts[0]))
		return false;
	keep_variables(c, &parts[0]);

	const struct match_guard none = { 0 };
	size_t n = k->nguards > 0 ? k->nguards : 1;
	size_t first = out->n;

	for (size_t i = 0; i < n; i++) {
		if (!compile_guard(c, k->nguards > 0 ? &k->guards[i] : &none, &parts[1]))
			return false;
		out->items[out->n++] = make_tuple(c, parts, 3);
	}
	if (!compile_body(c, k, &parts[2]))
		return false;
	for (size_t i = first; i < out->n; i++)
		((struct term *)out->items[i].items)[2] = parts[2];
	compile_check_variables(c);
	return true;
}

/* Heads are of tables or of calls, not of both: so says ms_transform. */
static bool check_kinds(struct compiler *c, const struct match_text *t,
			const struct clauses *out)
{
	for (size_t i = 0, k = 0; k < t->nclauses && c->m->head_tuple && !c->elixir;
	     k++) {
		if (out->items[i].items[0].type == TERM_LIST)
			return match_fail_at(c->p, t->clauses[k].head.at,
					     "the head is a list, that of another clause "
					     "a "
					     "tuple");
		i += t->clauses[k].nguards > 0 ? t->clauses[k].nguards : 1;
	}
	return true;
}

static bool compile_all(struct compiler *c, const struct match_text *t)
{
	size_t most = 0;
	struct clauses out = { 0 };

	for (size_t i = 0; i < t->nclauses; i++)
		most += t->clauses[i].nguards > 0 ? t->clauses[i].nguards : 1;
	out.items = arena_many(c->p->lex.arena, most + 1, struct term);
	for (size_t i = 0; i < t->nclauses; i++) {
		size_t first = out.n;

		if (!compile_clause(c, &t->clauses[i], &out))
			return false;
		compile_check_reached(c, t->clauses[i].at, out.items, first);
	}
	c->m->spec = list_of(c, out.items, out.n);
	return check_kinds(c, t, &out);
}

void compile_begin(struct compiler *c)
{
	c->variables = arena_many(c->p->lex.arena, VARIABLES_MAX, struct variable);
	c->warnings = arena_many(c->p->lex.arena, WARNINGS_MAX, struct match_warning);
}

void compile_end(struct compiler *c)
{
	compile_sort_warnings(c);
	c->m->warnings = c->warnings;
	c->m->nwarnings = c->nwarnings;
}

bool match_compile_clauses(struct match_parse *p, const struct match_text *t,
			   const struct match_options *o, struct match *m)
{
	struct compiler c = {
		.p = p,
		.o = o,
		.m = m,
		.elixir = t->syntax == SYNTAX_ELIXIR,
	};

	compile_begin(&c);
	if (!compile_all(&c, t))
		return false;
	compile_end(&c);
	return true;
}
