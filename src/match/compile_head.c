/* Heads: patterns -> what stands first in a clause of a match specification. */
#include <stdlib.h>
#include <string.h>

#include "match/compile.h"

static bool fail_head(struct compiler *c, const struct match_node *n)
{
	match_fail_at(c->p, n->at,
		      "the head must be a list of the function's arguments, "
		      "or a variable");
	return fail_hint(c->p->lex.err, c->elixir ? "write fn [a, b] -> ... end"
						  : "write fun([A, B]) -> ... end");
}

/* '$1', '$2' ... are what variables become: an atom of that form can't be told from
 * them. As ms_transform does: all that list_to_integer/1 takes. */
static bool is_dollar_number(struct text name)
{
	size_t at = 1;

	if (name.len < 2 || name.p[0] != '$')
		return false;
	if (name.len > 2 && (name.p[1] == '-' || name.p[1] == '+'))
		at++;
	for (; at < name.len; at++) {
		if (name.p[at] < '0' || name.p[at] > '9')
			return false;
	}
	return true;
}

static bool head_term(struct compiler *c, const struct match_node *n, struct term *out)
{
	if (n->module.len > 0)
		return match_fail_at(c->p, n->end, "'{' was expected");
	if (n->term.type == TERM_ATOM && is_dollar_number(n->term.text))
		return match_fail_at(c->p, n->at,
				     "the atom '%.*s' can't be matched: match "
				     "specifications have their variables of that form",
				     TEXT_ARG(n->term.text));
	*out = n->term;
	return true;
}

static bool bind(struct compiler *c, const struct match_node *n, struct text atom)
{
	if (c->nvariables == VARIABLES_MAX)
		return match_fail_at(c->p, n->at, "more than %d variables",
				     VARIABLES_MAX);
	c->variables[c->nvariables++] =
		(struct variable){ .name = n->name, .atom = atom, .at = n->at };
	return true;
}

static bool head_variable(struct compiler *c, const struct match_node *n,
			  struct term *out)
{
	struct variable *v = variable_find(c, n->name);

	if (!v) {
		if (!bind(c, n, text_printf(c->p->lex.arena, "$%u", c->next)))
			return false;
		c->next++;
		v = &c->variables[c->nvariables - 1];
	} else if (!text_is(v->atom, "_")) {
		v->twice = true;
		if (text_is(v->atom, "$_"))
			compile_warn(c, n->at,
				     "'%.*s' is the whole already: here it stands for "
				     "the atom '$_', which hardly ever matches",
				     TEXT_ARG(n->name));
	}
	*out = make_text_atom(v->atom);
	return true;
}

static bool head(struct compiler *c, const struct match_node *n, struct term *out);

static bool head_items(struct compiler *c, const struct match_node *n, size_t count,
		       struct term **out)
{
	*out = arena_many(c->p->lex.arena, count, struct term);
	for (size_t i = 0; i < count; i++) {
		if (!head(c, &n->items[i], &(*out)[i]))
			return false;
	}
	return true;
}

static bool head_list(struct compiler *c, const struct match_node *n, struct term *out)
{
	struct term *items;

	*out = make_nil();
	if (n->n == 0)
		return true;
	if (!head_items(c, n, n->n + 1, &items))
		return false;
	*out = make_list(c, items, n->n);
	return true;
}

static bool head_map(struct compiler *c, const struct match_node *n, struct term *out)
{
	struct term *items;

	if (!head_items(c, n, 2 * n->n, &items))
		return false;
	for (size_t i = 0; i < n->n; i++) {
		if (n->items[2 * i].kind == NODE_VAR)
			compile_warn(c, n->items[2 * i].at,
				     "no release takes a variable as "
				     "the key of a map in a head");
	}
	*out = make_map(c, items, n->n);
	return true;
}

/* Operators of constants, and "abc" ++ Rest. */
static bool head_op(struct compiler *c, const struct match_node *n, struct term *out)
{
	struct term *items;

	if (!head_items(c, n, n->n, &items))
		return false;
	if (text_is(n->name, "++") && n->n == 2) {
		if (!term_is_list(&items[0]))
			return match_fail_at(c->p, n->at,
					     "only a text or a list can be in front of "
					     "'++'");

		struct term *all =
			arena_many(c->p->lex.arena, items[0].n + 1, struct term);

		if (items[0].n > 0)
			memcpy(all, items[0].items, items[0].n * sizeof(*all));
		all[items[0].n] = items[1];
		*out = make_list(c, all, items[0].n);
		return true;
	}

	struct compiled folded;
	bool body = c->body;

	c->body = false;
	if (!compile_expr(c, n, &folded))
		return false;
	c->body = body;
	if (!folded.constant)
		return match_fail_at(c->p, n->at, "a pattern can't compute");
	*out = folded.value;
	return true;
}

static bool head_match(struct compiler *c, const struct match_node *n)
{
	match_fail_at(c->p, n->at, "'=' can name only the whole head, not a part of it");
	return fail_hint(c->p->lex.err, c->elixir ? "name the parts, and compare in the "
						    "guard: fn [{a, b}] when a == 1 -> "
						    "..."
						  : "name the parts, and compare in the "
						    "guard: fun([{A, B}]) when A =:= 1 "
						    "-> ...");
}

/* term: the literal bytes that it begins with. */
static bool head_bits(struct compiler *c, const struct match_node *n)
{
	struct buf front = { 0 };

	match_fail_at(c->p, n->at, "a pattern can't take a binary apart");
	if (n->term.type == TERM_BINARY && n->term.text.len > 0)
		match_print(&front, &n->term, c->elixir ? SYNTAX_ELIXIR : SYNTAX_ERLANG);
	else
		buf_str(&front, c->elixir ? "\"abc\"" : "<<\"abc\">>");
	fail_hint(c->p->lex.err,
		  "bind it, and ask for its front: when binary_part(%s, 0, %zu) %s %s",
		  c->elixir ? "x" : "X",
		  n->term.type == TERM_BINARY && n->term.text.len > 0 ? n->term.text.len
								      : 3,
		  c->elixir ? "==" : "=:=", buf_cstr(&front));
	buf_clear(&front);
	return false;
}

static bool head(struct compiler *c, const struct match_node *n, struct term *out)
{
	struct term *items;

	switch (n->kind) {
	case NODE_TERM:
		return head_term(c, n, out);
	case NODE_VAR:
		return head_variable(c, n, out);
	case NODE_TUPLE:
		if (!head_items(c, n, n->n, &items))
			return false;
		*out = (struct term){ .type = TERM_TUPLE,
				      .n = (uint32_t)n->n,
				      .items = items };
		return true;
	case NODE_LIST:
		return head_list(c, n, out);
	case NODE_MAP:
		return head_map(c, n, out);
	case NODE_RECORD:
		return compile_record_head(c, n, head, out);
	case NODE_OP:
		return head_op(c, n, out);
	case NODE_MATCH:
		return head_match(c, n);
	case NODE_BITS:
		return head_bits(c, n);
	case NODE_FIELD:
		return match_fail_at(c->p, n->at,
				     "a field of a record has no place in a pattern");
	default:
		return match_fail_at(c->p, n->at, "a function has no place in a pattern");
	}
}

/* The name of the whole, and what it is put to. */
static bool head_top(struct compiler *c, const struct match_node **n)
{
	const struct match_node *whole = *n;

	if (whole->kind != NODE_MATCH)
		return true;

	bool left = whole->items[0].kind == NODE_VAR;

	if (!left && whole->items[1].kind != NODE_VAR)
		return head_match(c, whole);
	*n = &whole->items[left ? 1 : 0];
	return bind(c, &whole->items[left ? 0 : 1], TEXT("$_"));
}

bool compile_head(struct compiler *c, const struct match_node *n, struct term *out)
{
	const struct match_node *inner = n;

	while (inner->kind == NODE_MATCH) {
		bool left = inner->items[0].kind == NODE_VAR;

		inner = &inner->items[left ? 1 : 0];
	}
	if (inner->kind == NODE_TUPLE || inner->kind == NODE_RECORD)
		c->m->head_tuple = true;
	else if (inner->kind != NODE_LIST && inner->kind != NODE_VAR)
		return fail_head(c, inner);
	if (!head_top(c, &n) || !head(c, n, out))
		return false;
	if (n->kind == NODE_LIST && !term_is_list(out))
		compile_warn(c, n->at, "no release takes a head that is no proper list");
	compile_check_arity(c, n->at, out);
	return true;
}
