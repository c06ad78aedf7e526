/* Elixir's guards and actions in Erlang's words. */
#include "match/elixir.h"

/* Elixir's operators whose operands stay as they are. */
static const struct {
	const char *elixir;
	const char *erlang;
	size_t n;
} operators[] = {
	{ "==", "==", 2 },
	{ "!=", "/=", 2 },
	{ "===", "=:=", 2 },
	{ "!==", "=/=", 2 },
	{ "<", "<", 2 },
	{ ">", ">", 2 },
	{ "<=", "=<", 2 },
	{ ">=", ">=", 2 },
	{ "+", "+", 2 },
	{ "-", "-", 2 },
	{ "*", "*", 2 },
	{ "/", "/", 2 },
	{ "+", "+", 1 },
	{ "-", "-", 1 },
	{ "and", "andalso", 2 },
	{ "or", "orelse", 2 },
	{ "not", "not", 1 },
	{ "&&&", "band", 2 },
	{ "|||", "bor", 2 },
	{ "^^^", "bxor", 2 },
	{ "<<<", "bsl", 2 },
	{ ">>>", "bsr", 2 },
	{ "~~~", "bnot", 1 },
};

const char *elixir_operator(struct text name, size_t n)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (operators[i].n == n && text_is(name, operators[i].elixir))
			return operators[i].erlang;
	}
	return NULL;
}

static bool operation(struct match_parse *p, const struct match_node *n,
		      struct match_node *out)
{
	const char *erlang = elixir_operator(n->name, n->n);
	bool done;

	if (text_is(n->name, "in") || text_is(n->name, "not in"))
		return elixir_in(p, n, out);
	if (!elixir_literal(p, elixir_value, n, out, &done))
		return false;
	if (done)
		return true;
	if (!erlang)
		return elixir_say_operator(p, elixir_place(n), n->name);
	out->name = text_of(erlang);
	return elixir_items(p, elixir_value, n->items, n->n, out);
}

/* map.field */
static bool field(struct match_parse *p, const struct match_node *n,
		  struct match_node *out)
{
	struct match_node items[2] = { elixir_atom(n, ""), *n->base };

	items[0].term.text = n->name;
	*out = (struct match_node){
		.kind = NODE_CALL,
		.at = n->at,
		.end = n->end,
		.module = TEXT("erlang"),
		.name = TEXT("map_get"),
		.n = 2,
	};
	return elixir_items(p, elixir_value, items, 2, out);
}

static bool no_struct(struct match_parse *p, const struct match_node *n)
{
	match_fail_at(p, n->at,
		      "a struct has fields with values that are not known here");
	return fail_hint(p->lex.err, "in patterns it can stand; here its map can, with "
				     "all "
				     "fields: %%{__struct__: Name, field: value}");
}

static bool no_match(struct match_parse *p, const struct match_node *n)
{
	match_fail_at(p, elixir_place(n), "'=' has no place behind the patterns");
	return fail_hint(p->lex.err, "'==' compares; what is to be used twice is written "
				     "twice");
}

bool elixir_value(struct match_parse *p, const struct match_node *n,
		  struct match_node *out)
{
	*out = *n;
	switch (n->kind) {
	case NODE_TERM:
		return true;
	case NODE_VAR:
		return elixir_variable(p, n);
	case NODE_TUPLE:
		return elixir_items(p, elixir_value, n->items, n->n, out);
	case NODE_LIST:
		return elixir_items(p, elixir_value, n->items, n->n ? n->n + 1 : 0, out);
	case NODE_MAP:
		return elixir_items(p, elixir_value, n->items, 2 * n->n, out);
	case NODE_FIELD:
		return field(p, n, out);
	case NODE_RECORD:
		return no_struct(p, n);
	case NODE_MATCH:
		return no_match(p, n);
	case NODE_OP:
		return operation(p, n, out);
	default:
		return elixir_call_value(p, n, out);
	}
}
