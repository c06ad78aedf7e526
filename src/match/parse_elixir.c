/* Elixir's funs and calls: heads, guards, bodies. */
#include "match/elixir.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What was read of a clause, before anything is translated. */
struct written {
	size_t at;
	const struct match_node *args; /* [nargs] */
	size_t nargs;
	const struct match_node *guards; /* [nguards] */
	size_t nguards;
	const struct match_node *body; /* [nbody] */
	size_t nbody;
};

static bool read_push(struct match_parse *p)
{
	struct match_node n;

	if (!elixir_read(p, ELIXIR_LEAST, &n))
		return false;
	match_push(p, &n);
	return true;
}

/* when a when b */
static bool read_guards(struct match_parse *p, struct written *out)
{
	size_t from = p->nstack;

	while (elixir_take_word(p, "when")) {
		if (!read_push(p))
			return false;
	}
	out->guards = match_pop(p, from, &out->nguards);
	return true;
}

static bool head_kind(const struct match_node *n)
{
	if (n->kind == NODE_MATCH)
		return head_kind(&n->items[0]) && head_kind(&n->items[1]);
	return n->kind == NODE_LIST || n->kind == NODE_TUPLE || n->kind == NODE_VAR;
}

/* fn takes one argument: the list of those of the call, or a table's object. */
static bool check_head(struct match_parse *p, const struct written *w)
{
	if (w->nargs == 0) {
		match_fail_at(p, w->at, "the fun has no argument");
		return fail_hint(p->lex.err, "fn [] -> for a function without arguments, "
					     "fn _ -> "
					     "for any");
	}
	if (w->nargs > 1) {
		const struct match_node *last = &w->args[w->nargs - 1];
		size_t from = w->args[0].at;

		match_fail_at(p, w->args[1].at,
			      "the fun has %zu arguments; it takes the list of "
			      "the arguments",
			      w->nargs);
		return fail_hint(p->lex.err, "fn [%.*s] ->",
				 TEXT_ARG(text_sub(p->lex.t, from, last->end)));
	}
	if (head_kind(&w->args[0]))
		return true;
	match_fail_at(p, w->args[0].at,
		      "the fun's argument is a list, the arguments of the "
		      "call; or a tuple, an object of a table");
	if (w->args[0].kind == NODE_MATCH)
		return false;
	return fail_hint(p->lex.err, "fn [%.*s] ->",
			 TEXT_ARG(text_sub(p->lex.t, w->args[0].at, w->args[0].end)));
}

/* One alternative: the condition, and that the names of structs are atoms. */
static struct match_guard guard(struct match_parse *p, const struct match_node *condition,
				const struct match_node *names, size_t n)
{
	struct match_guard g;
	size_t from = p->nstack;

	if (condition)
		match_push(p, condition);
	for (size_t i = 0; i < n; i++)
		match_push(p, &(struct match_node){
				      .kind = NODE_CALL,
				      .at = names[i].at,
				      .end = names[i].end,
				      .name = TEXT("is_atom"),
				      .items = &names[i],
				      .n = 1,
			      });
	g.all = match_pop(p, from, &g.n);
	return g;
}

static bool guards(struct match_parse *p, const struct written *w,
		   struct match_clause *out)
{
	size_t from = p->nstack;
	size_t nnames;

	elixir_struct_names(p, &w->args[0]);

	const struct match_node *names = match_pop(p, from, &nnames);
	size_t n = w->nguards == 0 && nnames > 0 ? 1 : w->nguards;
	struct match_guard *all = arena_many(p->lex.arena, n, struct match_guard);

	for (size_t i = 0; i < n; i++) {
		struct match_node condition;

		if (i < w->nguards && !elixir_value(p, &w->guards[i], &condition))
			return false;
		all[i] = guard(p, i < w->nguards ? &condition : NULL, names, nnames);
	}
	out->guards = all;
	out->nguards = n;
	return true;
}

static bool translate(struct match_parse *p, const struct written *w,
		      struct match_clause *out)
{
	struct match_node body = { .at = w->at };

	*out = (struct match_clause){ .at = w->at };
	if (!elixir_pattern(p, &w->args[0], &out->head) || !guards(p, w, out) ||
	    !elixir_items(p, elixir_value, w->body, w->nbody, &body))
		return false;
	out->body = body.items;
	out->nbody = w->nbody;
	return true;
}

/* "(x, y)", "(x when x > 1)" or "(x)" around all arguments; *found: it was one, else
 * nothing is read. */
static bool read_brackets(struct match_parse *p, struct written *out, bool *found)
{
	size_t from = p->nstack;
	size_t at = p->lex.at;

	*found = false;
	if (lex_peek(&p->lex) != '(')
		return true;
	p->lex.at++;
	while (!elixir_word(p, "when") && lex_peek(&p->lex) != ')') {
		if ((p->nstack > from && !elixir_need(p, ",")) || !read_push(p))
			return false;
	}
	out->args = match_pop(p, from, &out->nargs);
	if (!read_guards(p, out) || !elixir_need(p, ")"))
		return false;
	elixir_blanks(p);
	*found = lex_is(&p->lex, "->") || elixir_word(p, "when");
	if (!*found)
		p->lex.at = at;
	return true;
}

static bool need_arrow(struct match_parse *p, const struct written *w)
{
	if (elixir_take(p, "->"))
		return true;

	char c = lex_peek(&p->lex);

	elixir_need(p, "->");
	if (w->nguards > 0 && c == ',')
		return fail_hint(p->lex.err, "conditions that all hold are joined by "
					     "'and'");
	if (w->nguards > 0 && c == ';')
		return fail_hint(p->lex.err, "alternatives: when x > 1 when x < 0");
	return false;
}

/* The head of a clause up to "->"; first: its first argument when that was read
 * already. */
static bool read_head(struct match_parse *p, const struct match_node *first,
		      struct written *out)
{
	size_t from = p->nstack;
	bool found = false;

	elixir_blanks(p);
	out->at = first ? first->at : p->lex.at;
	if (!first && !read_brackets(p, out, &found))
		return false;
	if (!found) {
		if (first)
			match_push(p, first);
		else if (!lex_is(&p->lex, "->") && !elixir_word(p, "when") &&
			 !read_push(p))
			return false;
		while (elixir_take(p, ",")) {
			if (!read_push(p))
				return false;
		}
		out->args = match_pop(p, from, &out->nargs);
	}
	if ((!found || elixir_word(p, "when")) && !read_guards(p, out))
		return false;
	return need_arrow(p, out);
}

/* A line end or ";" lies between two expressions. */
static bool separated(struct match_parse *p)
{
	bool line = elixir_blanks(p);

	return lex_peek(&p->lex) == ';' || elixir_word(p, "end") || line;
}

/* The body up to "end" or the head of the next clause, whose first argument is read then:
 * *next. */
static bool read_body(struct match_parse *p, struct written *out, struct match_node *next,
		      bool *more)
{
	size_t from = p->nstack;

	*more = false;
	while (!*more) {
		while (elixir_take(p, ";"))
			continue;
		if (elixir_take_word(p, "end"))
			break;
		if (!elixir_read(p, ELIXIR_LEAST, next))
			return false;

		size_t at = p->lex.at;

		elixir_blanks(p);
		*more = lex_is(&p->lex, "->") || lex_peek(&p->lex) == ',' ||
			elixir_word(p, "when");
		p->lex.at = at;
		if (*more)
			break;
		match_push(p, next);
		if (!separated(p))
			return p->lex.at == p->lex.t.len
				       ? lex_fail(&p->lex, "'end' is missing at the end")
				       : lex_fail(&p->lex, "an operator, ';' or 'end' "
							   "was "
							   "expected");
	}
	if (p->nstack == from) {
		struct match_node nil = { .at = p->lex.at, .end = p->lex.at };

		nil = elixir_atom(&nil, "nil");
		match_push(p, &nil);
	}
	out->body = match_pop(p, from, &out->nbody);
	return true;
}

bool elixir_fun(struct match_parse *p, struct match_text *out)
{
	struct match_clause *clauses = NULL;
	struct match_node next;
	size_t cap = 0;
	size_t n = 0;
	bool more = false;
	bool ok = true;

	p->lex.elixir = true;
	*out = (struct match_text){ .syntax = SYNTAX_ELIXIR, .fun = true };
	if (!elixir_take_word(p, "fn"))
		return lex_fail(&p->lex, "'fn' was expected");
	do {
		struct written w = { 0 };
		struct match_clause clause;

		ok = read_head(p, more ? &next : NULL, &w) &&
		     read_body(p, &w, &next, &more) && check_head(p, &w) &&
		     translate(p, &w, &clause);
		if (n == cap)
			clauses = mem_grow(clauses, &cap, n + 1, sizeof(*clauses));
		if (ok)
			clauses[n++] = clause;
	} while (ok && more);
	if (ok) {
		elixir_blanks(p); /* also a comment */

		struct match_clause *all =
			arena_many(p->lex.arena, n, struct match_clause);

		memcpy(all, clauses, n * sizeof(*all));
		out->clauses = all;
		out->nclauses = n;
	}
	free(clauses);
	return ok;
}

/* The patterns of a list that was read, and what follows: the guards. */
static bool read_clause(struct match_parse *p, struct match_node *list,
			struct match_clause *out)
{
	struct match_node nil = { .kind = NODE_LIST, .at = p->lex.at, .end = p->lex.at };
	struct written w = { .at = list->at, .args = list, .nargs = 1 };
	size_t from = p->nstack;
	size_t at = p->lex.at;
	size_t all;

	list->end = at;
	for (size_t i = 0; i < list->n; i++)
		match_push(p, &list->items[i]);
	match_push(p, &nil);
	list->items = match_pop(p, from, &all);
	if (!elixir_word(p, "when"))
		p->lex.at = at;
	return read_guards(p, &w) && translate(p, &w, out);
}

bool elixir_call(struct match_parse *p, struct match_clause *out)
{
	struct match_node list = { .kind = NODE_LIST, .at = p->lex.at };

	p->lex.elixir = true;
	return elixir_need(p, "(") && elixir_read_items(p, ")", false, &list) &&
	       read_clause(p, &list, out);
}

bool elixir_message(struct match_parse *p, struct match_clause *out)
{
	struct match_node one;
	struct match_node list = { .kind = NODE_LIST, .at = p->lex.at, .n = 1 };

	p->lex.elixir = true;
	if (!elixir_read(p, ELIXIR_LEAST, &one))
		return false;
	list.items = &one;
	return read_clause(p, &list, out);
}

bool elixir_expr(struct match_parse *p, struct match_node *out)
{
	struct match_node n;

	p->lex.elixir = true;
	return elixir_read(p, ELIXIR_LEAST, &n) && elixir_value(p, &n, out);
}
