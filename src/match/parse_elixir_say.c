/* Why something of Elixir can't be said in a match specification, and what can be said in
 * its place. */
#include "match/bif.h"
#include "match/elixir.h"

static const struct {
	const char *name;
	const char *hint; /* NULL: none is known */
} words[] = {
	{ "if", "several clauses, each with its guard: fn [x] when x > 1 -> ...; [_] -> "
		"... end" },
	{ "unless", "several clauses, each with its guard" },
	{ "case", "several clauses: fn [1, _] -> ...; [2, _] -> ... end" },
	{ "cond", "several clauses, each with its guard" },
	{ "with", NULL },
	{ "for", NULL },
	{ "fn", NULL },
	{ "try", NULL },
	{ "receive", NULL },
	{ "raise", NULL },
	{ "throw", NULL },
	{ "quote", NULL },
	{ "unquote", NULL },
	{ "super", NULL },
	{ "import", NULL },
	{ "require", NULL },
	{ "alias", "modules are written with their whole names" },
	{ "def", NULL },
	{ "defp", NULL },
};

bool elixir_say_word(struct match_parse *p, size_t at, struct text word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!text_is(word, words[i].name))
			continue;
		match_fail_at(p, at, "'%s' can't be said in a match specification",
			      words[i].name);
		return words[i].hint && fail_hint(p->lex.err, "%s", words[i].hint);
	}
	return true;
}

static const struct {
	const char *name;
	const char *why;
	const char *hint;
} operators[] = {
	{ "&&", "'&&' is no guard", "'and', of what is true or false" },
	{ "||", "'||' is no guard", "'or', of what is true or false" },
	{ "!", "'!' is no guard", "'not', of what is true or false; x == nil" },
	{ "^", "a variable from outside (^) means nothing here: nothing is outside",
	  "its value, written out" },
	{ "|>", "'|>' can't be said in a match specification", "x |> f(y) as f(x, y)" },
	{ "=~", "'=~' can't be said in a match specification",
	  "binary_part(x, 0, 2) == \"ab\" asks how a text begins" },
	{ "&", "'&' makes a fun, which a match specification can't hold", NULL },
	{ "@", "'@' is known where code is compiled, not here",
	  "its value, written out" },
	{ "::", "'::' has its place between << and >> only", NULL },
	{ "=:=", "'=:=' is Erlang's", "Elixir writes ===" },
	{ "=/=", "'=/=' is Erlang's", "Elixir writes !==" },
	{ "=<", "'=<' is Erlang's", "Elixir writes <=" },
	{ "/=", "'/=' is Erlang's", "Elixir writes !=" },
	{ "<-", "'<-' has no place here", "with a blank, '< -1' compares" },
	{ "\\\\", "defaults (\\\\) have no place here", "a pattern for each argument" },
	{ "**", "'**' is no guard", "the number, written out" },
	{ "<>", "texts can only be joined where all are written out", NULL },
	{ "--", "'--' can't be said in a match specification", "the list, written out" },
};

bool elixir_say_operator(struct match_parse *p, size_t at, struct text op)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (!text_is(op, operators[i].name))
			continue;
		match_fail_at(p, at, "%s", operators[i].why);
		return operators[i].hint &&
		       fail_hint(p->lex.err, "%s", operators[i].hint);
	}
	return match_fail_at(p, at, "'%.*s' can't be said in a match specification",
			     TEXT_ARG(op));
}

/* Erlang's operators that are words. */
static const struct {
	const char *erlang;
	const char *elixir;
} erlang_words[] = {
	{ "andalso", "and" },
	{ "orelse", "or" },
	{ "div", "div(a, b)" },
	{ "rem", "rem(a, b)" },
	{ "band", "band(a, b)" },
	{ "bor", "bor(a, b)" },
	{ "bxor", "bxor(a, b)" },
	{ "bsl", "bsl(a, b)" },
	{ "bsr", "bsr(a, b)" },
	{ "xor", ":erlang.xor(a, b)" },
};

bool elixir_say_no_operator(struct match_parse *p, struct text word)
{
	struct text next;

	match_fail_at(p, p->lex.at, "an operator was expected behind '%.*s'",
		      TEXT_ARG(word));
	elixir_blanks(p);

	struct lex after = p->lex;

	for (size_t i = 0; i < sizeof(erlang_words) / sizeof(erlang_words[0]); i++) {
		after.at = p->lex.at;
		if (lex_is(&after, erlang_words[i].erlang) &&
		    lex_function(&after, &next) && text_is(next, erlang_words[i].erlang))
			return fail_hint(p->lex.err, "Elixir writes %s",
					 erlang_words[i].elixir);
	}
	/* x is nil, x is_atom */
	after.at = p->lex.at;
	after.err = NULL;
	if (text_starts(word, "_") || text_is(word, "return") ||
	    text_is(word, "stack") || elixir_word(p, "is") ||
	    (lex_function(&after, &next) && bif_named(next)))
		return false;
	return fail_hint(p->lex.err,
			 "the arguments of a call stand in brackets: %.*s(...)",
			 TEXT_ARG(word));
}

/* What people call, and what says the same. */
static const struct {
	const char *module;
	const char *name;
	const char *hint;
} calls[] = {
	{ "", "element", "elem(tuple, 0), or :erlang.element(1, tuple)" },
	{ "", "size", "tuple_size(x), byte_size(x), or :erlang.size(x)" },
	{ "", "map_get", "map.key, or :erlang.map_get(key, map)" },
	{ "", "float", ":erlang.float(x)" },
	{ "", "is_record", "Record.is_record(x, :name)" },
	{ "", "xor", ":erlang.xor(a, b)" },
	{ "", "return", "return_trace(), or exception_trace()" },
	{ "", "stack", "message(current_stacktrace())" },
	{ "", "is_string", "is_binary(x)" },
	{ "", "len", "length(x)" },
	{ "", "inspect", "display(x)" },
	{ "", "is_even", "Integer.is_even(x)" },
	{ "", "is_odd", "Integer.is_odd(x)" },
	{ "Elixir.IO", "inspect", "display(x)" },
	{ "Elixir.IO", "puts", "display(x)" },
	{ "Elixir.Enum", "member?", "x in [1, 2]" },
	{ "Elixir.Enum", "count", "length(list), map_size(map)" },
	{ "Elixir.Enum", "empty?", "list == []" },
	{ "Elixir.List", "first", "hd(list)" },
	{ "Elixir.Map", "get", "map.key, or :erlang.map_get(key, map)" },
	{ "Elixir.Map", "fetch!", "map.key, or :erlang.map_get(key, map)" },
	{ "Elixir.Map", "has_key?", "is_map_key(map, key)" },
	{ "Elixir.MapSet", "member?", "x in [1, 2]" },
	{ "Elixir.Node", "self", "node()" },
	{ "Elixir.Process", "self", "self()" },
	{ "Elixir.String", "length", "byte_size(text)" },
	{ "Elixir.String", "starts_with?", "binary_part(text, 0, 2) == \"ab\"" },
	{ "Elixir.String", "contains?", NULL },
	{ "Elixir.Tuple", "size", "tuple_size(tuple)" },
	{ "lists", "member", "x in [1, 2]" },
	{ "maps", "get", ":erlang.map_get(key, map)" },
	{ "maps", "is_key", ":erlang.is_map_key(key, map)" },
};

static bool say_hint(struct match_parse *p, const struct match_node *call)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (calls[i].hint && text_is(call->name, calls[i].name) &&
		    text_is(call->module, calls[i].module))
			return fail_hint(p->lex.err, "%s", calls[i].hint);
	}
	return fail_hint(p->lex.err, "only guards and the actions of match "
				     "specifications "
				     "can be called");
}

bool elixir_say_call(struct match_parse *p, const struct match_node *call)
{
	struct buf name = { 0 };
	size_t arity;

	if (elixir_arity(call, &arity)) {
		match_fail_at(p, call->at, "'%.*s' takes %zu argument%s, not %zu",
			      TEXT_ARG(call->name), arity, arity == 1 ? "" : "s",
			      call->n);
		return false;
	}
	if (call->module.len > 0)
		term_mfa(&name, call->module, call->name, (int)call->n, SYNTAX_ELIXIR);
	else
		buf_printf(&name, "%.*s/%zu", TEXT_ARG(call->name), call->n);
	match_fail_at(p, call->at, "'%s' can't be called in a match specification",
		      buf_cstr(&name));
	buf_clear(&name);
	return say_hint(p, call);
}
