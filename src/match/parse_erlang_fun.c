/* Erlang's funs, and the arguments behind a function's name. */
#include <string.h>

#include "match/erlang.h"

/* Clauses that a text may have, alternatives of guards counted. */
#define CLAUSES_MAX 1000

/* Conditions behind "when". They stay pushed. */
static bool parse_conditions(struct match_parse *p)
{
	struct match_node n;

	do {
		if (!erlang_expr(p, &n))
			return false;
		match_push(p, &n);
	} while (lex_take(&p->lex, ","));
	return erlang_no_sign(p);
}

static bool parse_guards(struct match_parse *p, struct match_clause *out)
{
	struct match_guard *guards = arena_many(p->lex.arena, 1, struct match_guard);
	size_t cap = 1;

	do {
		size_t from = p->nstack;

		if (out->nguards == CLAUSES_MAX)
			return match_fail_at(p, p->lex.at, "more than %d alternatives",
					     CLAUSES_MAX);
		if (out->nguards == cap) {
			struct match_guard *more =
				arena_many(p->lex.arena, cap * 2, struct match_guard);

			memcpy(more, guards, cap * sizeof(*more));
			guards = more;
			cap *= 2;
		}
		if (!parse_conditions(p))
			return false;
		guards[out->nguards].all = match_pop(p, from, &guards[out->nguards].n);
		out->nguards++;
	} while (lex_take(&p->lex, ";"));
	out->guards = guards;
	return true;
}

static bool parse_when(struct match_parse *p, struct match_clause *out)
{
	return !erlang_take_word(&p->lex, "when") || parse_guards(p, out);
}

bool erlang_call(struct match_parse *p, struct match_clause *out)
{
	size_t from = p->nstack;
	struct match_node tail = { .kind = NODE_LIST };
	size_t n;

	lex_blanks(&p->lex);
	*out = (struct match_clause){ .at = p->lex.at };
	out->head = (struct match_node){ .kind = NODE_LIST, .at = p->lex.at };
	if (!lex_need(&p->lex, "(") || !erlang_items(p, ")"))
		return false;
	out->head.end = p->lex.at;
	if (p->nstack > from) {
		match_push(p, &tail);
		out->head.items = match_pop(p, from, &n);
		out->head.n = n - 1;
	}
	return parse_when(p, out);
}

bool erlang_message(struct match_parse *p, struct match_clause *out)
{
	size_t from = p->nstack;
	struct match_node one, tail = { .kind = NODE_LIST };
	size_t n;

	lex_blanks(&p->lex);
	*out = (struct match_clause){ .at = p->lex.at };
	if (!erlang_expr(p, &one))
		return false;
	match_push(p, &one);
	match_push(p, &tail);
	out->head = (struct match_node){ .kind = NODE_LIST, .at = one.at, .n = 1 };
	out->head.end = p->lex.at;
	out->head.items = match_pop(p, from, &n);
	return parse_when(p, out);
}

/* The one argument of a fun. */
static bool parse_head(struct match_parse *p, struct match_clause *out)
{
	size_t from = p->nstack;
	size_t at = p->lex.at;
	size_t n;

	if (!lex_need(&p->lex, "(") || !erlang_items(p, ")"))
		return false;

	const struct match_node *items = match_pop(p, from, &n);

	if (n != 1) {
		match_fail_at(p, at,
			      "the fun has %zu arguments and needs one: the list of "
			      "the function's arguments",
			      n);
		return fail_hint(p->lex.err, "write fun([A, B]) -> ... end");
	}
	out->head = items[0];
	return true;
}

static bool parse_body(struct match_parse *p, struct match_clause *out)
{
	size_t from = p->nstack;
	struct match_node n;

	do {
		if (!erlang_expr(p, &n))
			return false;
		match_push(p, &n);
	} while (lex_take(&p->lex, ","));
	out->body = match_pop(p, from, &out->nbody);
	return erlang_no_sign(p);
}

static bool parse_clause(struct match_parse *p, struct match_clause *out)
{
	lex_blanks(&p->lex);
	*out = (struct match_clause){ .at = p->lex.at };
	if (text_is(erlang_word(&p->lex), "end"))
		return lex_fail(&p->lex, "a clause was expected behind ';'");
	if (lex_peek(&p->lex) != '(' && erlang_word(&p->lex).len > 0)
		return lex_fail(&p->lex, "the fun must have no name: '(' was expected");
	return parse_head(p, out) && parse_when(p, out) && lex_need(&p->lex, "->") &&
	       parse_body(p, out);
}

bool erlang_fun(struct match_parse *p, struct match_text *out)
{
	struct match_clause *clauses = arena_many(p->lex.arena, 1, struct match_clause);
	size_t cap = 1;

	if (!erlang_take_word(&p->lex, "fun"))
		return lex_fail(&p->lex, "'fun' was expected");
	out->syntax = SYNTAX_ERLANG;
	out->fun = true;
	do {
		if (out->nclauses == CLAUSES_MAX)
			return match_fail_at(p, p->lex.at, "more than %d clauses",
					     CLAUSES_MAX);
		if (out->nclauses == cap) {
			struct match_clause *more =
				arena_many(p->lex.arena, cap * 2, struct match_clause);

			memcpy(more, clauses, cap * sizeof(*more));
			clauses = more;
			cap *= 2;
		}
		if (!parse_clause(p, &clauses[out->nclauses]))
			return false;
		out->nclauses++;
	} while (lex_take(&p->lex, ";"));
	out->clauses = clauses;
	if (!erlang_take_word(&p->lex, "end"))
		return lex_fail(&p->lex, p->lex.at == p->lex.t.len ? "'end' is missing "
								     "at the end"
								   : "',', ';' or 'end' "
								     "was expected");
	return true;
}
