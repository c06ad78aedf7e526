/* Elixir's patterns in Erlang's words. */
#include "match/elixir.h"

#include <string.h>

/* What one text may become, however often an operand of it is written twice ("x in [1,
 * 2]" asks about x each time). */
#define NODES_MAX 100000

bool elixir_one_more(struct match_parse *p, size_t at)
{
	if (p->nodes >= NODES_MAX + p->lex.t.len)
		return match_fail_at(p, at, "it becomes too large a match specification");
	p->nodes++;
	return match_deeper(p);
}

bool elixir_items(struct match_parse *p, elixir_translate each,
		  const struct match_node *n, size_t count, struct match_node *out)
{
	size_t from = p->nstack;

	if (!elixir_one_more(p, out->at))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct match_node item;

		if (!each(p, &n[i], &item))
			return false;
		match_push(p, &item);
	}
	p->depth--;
	out->items = match_pop(p, from, &count);
	return true;
}

/* The operators that a pattern may have. */
static bool operation(struct match_parse *p, const struct match_node *n,
		      struct match_node *out)
{
	bool done;

	if (!elixir_literal(p, elixir_pattern, n, out, &done))
		return false;
	if (done)
		return true;
	if (text_is(n->name, "^"))
		return elixir_say_operator(p, elixir_place(n), n->name);
	match_fail_at(p, elixir_place(n), "'%.*s' has no place in a pattern",
		      TEXT_ARG(n->name));
	return fail_hint(p->lex.err, "a variable as the pattern, and the condition "
				     "behind "
				     "'when'");
}

/* Is it a literal all through? */
static bool is_constant(const struct match_node *n)
{
	size_t count =
		n->kind == NODE_MAP ? 2 * n->n : n->n + (n->kind == NODE_LIST && n->n);

	if (n->kind == NODE_TERM)
		return true;
	if (n->kind != NODE_TUPLE && n->kind != NODE_LIST && n->kind != NODE_MAP)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!is_constant(&n->items[i]))
			return false;
	}
	return true;
}

/* Elixir's compiler refuses it too. */
static bool once(struct match_parse *p, const struct match_node *n, size_t i)
{
	for (size_t k = 0; k < i; k += 2) {
		if (n->items[i].kind == NODE_TERM && n->items[k].kind == NODE_TERM &&
		    term_eq(&n->items[i].term, &n->items[k].term))
			return match_fail_at(p, n->items[i].at,
					     "the map has this key twice");
	}
	return true;
}

static bool map_keys(struct match_parse *p, const struct match_node *n)
{
	for (size_t i = 0; i < 2 * n->n; i += 2) {
		if (!once(p, n, i))
			return false;
		if (is_constant(&n->items[i]))
			continue;
		match_fail_at(p, n->items[i].at,
			      "a key of a map in a pattern is a literal");
		if (n->items[i].kind == NODE_VAR)
			return fail_hint(p->lex.err, "as an atom it is written %%{%.*s: "
						     "...}",
					 TEXT_ARG(n->items[i].name));
		return fail_hint(p->lex.err, "a variable as the pattern, and when "
					     ":erlang.map_get(key, map) == ...");
	}
	return true;
}

static struct text struct_variable(struct match_parse *p, const struct match_node *n)
{
	return text_is(n->name, "_") ? text_printf(p->lex.arena, "_@%zu", n->at)
				     : n->name;
}

/* %Name{...} is the map with the name under __struct__. */
static bool structure(struct match_parse *p, const struct match_node *n,
		      struct match_node *out)
{
	struct match_node key = elixir_atom(n->base, "__struct__");
	struct match_node name = *n->base;
	size_t from = p->nstack;
	size_t count;

	if (name.kind == NODE_VAR)
		name.name = struct_variable(p, &name);
	else if (name.kind != NODE_TERM || name.term.type != TERM_ATOM)
		return match_fail_at(p, name.at,
				     "a struct's name is a module, a variable or "
				     "'_'");
	match_push(p, &key);
	match_push(p, &name);
	if (!elixir_items(p, elixir_pattern, n->items, 2 * n->n, out) ||
	    !map_keys(p, out))
		return false;
	for (size_t i = 0; i < 2 * n->n; i++)
		match_push(p, &out->items[i]);
	out->kind = NODE_MAP;
	out->items = match_pop(p, from, &count);
	out->n = n->n + 1;
	return true;
}

bool elixir_variable(struct match_parse *p, const struct match_node *n)
{
	if (n->name.len <= 4 || !text_starts(n->name, "__") || !text_ends(n->name, "__"))
		return true;
	return match_fail_at(p, n->at, "'%.*s' is known where code is compiled, not here",
			     TEXT_ARG(n->name));
}

static bool no_pattern(struct match_parse *p, const struct match_node *n)
{
	match_fail_at(p, n->at,
		      n->kind == NODE_FIELD ? "a field has no place in a pattern"
					    : "a call has no place in a pattern");
	return fail_hint(p->lex.err, "a variable as the pattern, and the condition "
				     "behind "
				     "'when'");
}

bool elixir_pattern(struct match_parse *p, const struct match_node *n,
		    struct match_node *out)
{
	*out = *n;
	switch (n->kind) {
	case NODE_TERM:
		return true;
	case NODE_VAR:
		return elixir_variable(p, n);
	case NODE_TUPLE:
		return elixir_items(p, elixir_pattern, n->items, n->n, out);
	case NODE_LIST:
		return elixir_items(p, elixir_pattern, n->items, n->n ? n->n + 1 : 0,
				    out);
	case NODE_MATCH:
		return elixir_items(p, elixir_pattern, n->items, 2, out);
	case NODE_MAP:
		return elixir_items(p, elixir_pattern, n->items, 2 * n->n, out) &&
		       map_keys(p, out);
	case NODE_RECORD:
		return structure(p, n, out);
	case NODE_OP:
		return operation(p, n, out);
	default:
		return no_pattern(p, n);
	}
}

static size_t parts(const struct match_node *n)
{
	switch (n->kind) {
	case NODE_MAP:
	case NODE_RECORD:
		return 2 * n->n;
	case NODE_LIST:
		return n->n ? n->n + 1 : 0;
	default:
		return n->items ? n->n : 0;
	}
}

void elixir_struct_names(struct match_parse *p, const struct match_node *head)
{
	if (head->kind == NODE_RECORD && head->base->kind == NODE_VAR) {
		struct match_node name = *head->base;

		name.name = struct_variable(p, &name);
		match_push(p, &name);
	}
	for (size_t i = parts(head); i > 0; i--)
		elixir_struct_names(p, &head->items[i - 1]);
}
