/* Names that are literals where a variable was meant: f(x) when x > 3 in Erlang, f(X)
 * when X > 3 in Elixir. Both are allowed, and match nothing that anybody means. */
#include "match/compile.h"

/* Names that are looked for in heads: the work grows with both. */
#define NAMES_MAX 1000

static char other_case(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : (char)(c + 32);
}

/* The name of a literal that is written as a variable of the other language is: an atom
 * of Erlang without quotes, a module of Elixir of one word. Empty when it is none. */
static struct text bare_name(const struct compiler *c, const struct match_node *n)
{
	struct text t = c->p->lex.t;

	if (n->kind != NODE_TERM || n->term.type != TERM_ATOM || n->at >= t.len)
		return TEXT("");

	struct text name = n->term.text;
	char low = c->elixir ? 'A' : 'a';

	if (c->elixir && text_starts(name, "Elixir."))
		name = text_sub(name, 7, name.len);
	if (name.len == 0 || name.p[0] < low || name.p[0] > low + 25 ||
	    text_chr(name, '.') < name.len || text_is(name, "true") ||
	    text_is(name, "false"))
		return TEXT("");
	/* as it stands in the text: not in quotes, and not made by a parser */
	return text_eq(text_sub(t, n->at, n->at + name.len), name) ? name : TEXT("");
}

/* Where a head has that name as a value; not as a key. NULL: nowhere. */
static const struct match_node *name_in(const struct compiler *c,
					const struct match_node *head, struct text name)
{
	bool pairs = head->kind == NODE_MAP || head->kind == NODE_RECORD;
	size_t n = pairs ? 2 * head->n : head->n + (head->kind == NODE_LIST && head->n);
	const struct match_node *found = NULL;

	if (text_eq(bare_name(c, head), name))
		return head;
	for (size_t i = pairs; i < n && head->items && !found; i += 1 + pairs)
		found = name_in(c, &head->items[i], name);
	return found;
}

bool compile_check_name(struct compiler *c, const struct match_node *n)
{
	struct text name = bare_name(c, n);

	if (name.len == 0 || c->nnames == NAMES_MAX)
		return false;
	c->nnames++;

	struct text variable = text_dup(c->p->lex.arena, name);
	const struct match_node *in_head = name_in(c, c->head, name);

	((char *)variable.p)[0] = other_case(name.p[0]);
	if (!in_head && !variable_find(c, variable))
		return false;
	compile_warn(c, in_head ? in_head->at : n->at,
		     c->elixir ? "'%.*s' is a module here; a variable begins with a "
				 "small letter: %.*s"
			       : "'%.*s' is an atom here; a variable begins with a "
				 "capital: %.*s",
		     TEXT_ARG(name), TEXT_ARG(variable));
	c->named = true;
	return true;
}

static bool is_equality(struct text op)
{
	return text_is(op, "==") || text_is(op, "=:=") || text_is(op, "/=") ||
	       text_is(op, "=/=");
}

bool compile_check_operands(struct compiler *c, struct text op,
			    const struct match_node *items, size_t n)
{
	bool found = false;

	/* Y == x may well be an atom that is asked for */
	if (is_equality(op) && n == 2 &&
	    (items[0].kind != NODE_TERM || items[1].kind != NODE_TERM))
		return false;
	for (size_t i = 0; i < n; i++)
		found |= compile_check_name(c, &items[i]);
	return found;
}

bool compile_check_arguments(struct compiler *c, const struct match_node *call,
			     const struct bif *bif)
{
	bool found = false;

	for (size_t i = 0; i < call->n; i++) {
		if ((bif->flags & BIF_TEST) || (bif->needs[i] && bif->needs[i] != '*'))
			found |= compile_check_name(c, &call->items[i]);
		if (!bif->needs[i])
			break;
	}
	return found;
}
