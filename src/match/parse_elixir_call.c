/* The guards and actions that Elixir calls by name, as its compiler expands them. */
#include "match/elixir.h"

#include <assert.h>
#include <stdlib.h>

/* With a text: what Elixir's macro makes of its arguments a, b, c, d. Without one: a
 * function of Erlang with the same name. */
struct function {
	const char *module; /* "": Kernel, and what match specifications know beside */
	const char *name;
	size_t arity;
	const char *text;
};

/* Source: Elixir 1.20, the definitions in Kernel, Integer, Record and Bitwise. */
static const struct function functions[] = {
	{ "", "abs", 1, NULL },
	{ "", "binary_part", 3, NULL },
	{ "", "bit_size", 1, NULL },
	{ "", "byte_size", 1, NULL },
	{ "", "ceil", 1, NULL },
	{ "", "div", 2, NULL },
	{ "", "elem", 2, ":erlang.element(b + 1, a)" },
	{ "", "floor", 1, NULL },
	{ "", "hd", 1, NULL },
	{ "", "is_atom", 1, NULL },
	{ "", "is_binary", 1, NULL },
	{ "", "is_bitstring", 1, NULL },
	{ "", "is_boolean", 1, NULL },
	{ "", "is_exception", 1,
	  "is_map(a) and :erlang.is_map_key(:__struct__, a) and "
	  "is_atom(:erlang.map_get(:__struct__, a)) and "
	  ":erlang.is_map_key(:__exception__, a)" },
	{ "", "is_exception", 2,
	  "is_map(a) and (is_atom(b) or :fail) and :erlang.is_map_key(:__struct__, a) "
	  "and "
	  ":erlang.map_get(:__struct__, a) == b and "
	  ":erlang.is_map_key(:__exception__, a)" },
	{ "", "is_float", 1, NULL },
	{ "", "is_function", 1, NULL },
	{ "", "is_function", 2, NULL },
	{ "", "is_integer", 1, NULL },
	{ "", "is_list", 1, NULL },
	{ "", "is_map", 1, NULL },
	{ "", "is_map_key", 2, ":erlang.is_map_key(b, a)" },
	{ "", "is_nil", 1, "a == nil" },
	{ "", "is_non_struct_map", 1,
	  "is_map(a) and not (:erlang.is_map_key(:__struct__, a) and "
	  "is_atom(:erlang.map_get(:__struct__, a)))" },
	{ "", "is_number", 1, NULL },
	{ "", "is_pid", 1, NULL },
	{ "", "is_port", 1, NULL },
	{ "", "is_reference", 1, NULL },
	{ "", "is_struct", 1,
	  "is_map(a) and :erlang.is_map_key(:__struct__, a) and "
	  "is_atom(:erlang.map_get(:__struct__, a))" },
	{ "", "is_struct", 2,
	  "is_map(a) and (is_atom(b) or :fail) and :erlang.is_map_key(:__struct__, a) "
	  "and "
	  ":erlang.map_get(:__struct__, a) == b" },
	{ "", "is_tuple", 1, NULL },
	{ "", "length", 1, NULL },
	{ "", "map_size", 1, NULL },
	{ "", "max", 2, NULL },
	{ "", "min", 2, NULL },
	{ "", "node", 0, NULL },
	{ "", "node", 1, NULL },
	{ "", "rem", 2, NULL },
	{ "", "round", 1, NULL },
	{ "", "self", 0, NULL },
	{ "", "tl", 1, NULL },
	{ "", "trunc", 1, NULL },
	{ "", "tuple_size", 1, NULL },
	{ "Elixir.Integer", "is_even", 1, "is_integer(a) and :erlang.band(a, 1) == 0" },
	{ "Elixir.Integer", "is_odd", 1, "is_integer(a) and :erlang.band(a, 1) == 1" },
	{ "Elixir.Record", "is_record", 1,
	  "is_tuple(a) and tuple_size(a) > 0 and is_atom(:erlang.element(1, a))" },
	{ "Elixir.Record", "is_record", 2,
	  "is_tuple(a) and tuple_size(a) > 0 and :erlang.element(1, a) == b" },
	{ "Elixir.Bitwise", "band", 2, NULL },
	{ "Elixir.Bitwise", "bnot", 1, NULL },
	{ "Elixir.Bitwise", "bor", 2, NULL },
	{ "Elixir.Bitwise", "bsl", 2, NULL },
	{ "Elixir.Bitwise", "bsr", 2, NULL },
	{ "Elixir.Bitwise", "bxor", 2, NULL },
};

/* Of match specifications alone, called as if they were functions.
 * Source: OTP 27, ms_transform. */
static const struct function actions[] = {
	{ "", "bindings", 0, NULL },
	{ "", "caller", 0, NULL },
	{ "", "caller_line", 0, NULL },
	{ "", "current_stacktrace", 0, NULL },
	{ "", "current_stacktrace", 1, NULL },
	{ "", "disable_trace", 1, NULL },
	{ "", "disable_trace", 2, NULL },
	{ "", "display", 1, NULL },
	{ "", "enable_trace", 1, NULL },
	{ "", "enable_trace", 2, NULL },
	{ "", "exception_trace", 0, NULL },
	{ "", "get_seq_token", 0, NULL },
	{ "", "get_tcw", 0, NULL },
	{ "", "is_seq_trace", 0, NULL },
	{ "", "message", 1, NULL },
	{ "", "object", 0, NULL },
	{ "", "process_dump", 0, NULL },
	{ "", "return_trace", 0, NULL },
	{ "", "set_seq_token", 2, NULL },
	{ "", "set_tcw", 1, NULL },
	{ "", "silent", 1, NULL },
	{ "", "trace", 2, NULL },
	{ "", "trace", 3, NULL },
};

/* Operators that are also functions of Erlang. */
static const struct {
	const char *name;
	size_t n;
} erlang_operators[] = {
	{ "and", 2 },
	{ "or", 2 },
	{ "xor", 2 },
	{ "not", 1 },
	{ "andalso", 2 },
	{ "orelse", 2 },
	{ "+", 1 },
	{ "+", 2 },
	{ "-", 1 },
	{ "-", 2 },
	{ "*", 2 },
	{ "/", 2 },
	{ "div", 2 },
	{ "rem", 2 },
	{ "band", 2 },
	{ "bor", 2 },
	{ "bxor", 2 },
	{ "bnot", 1 },
	{ "bsl", 2 },
	{ "bsr", 2 },
	{ ">", 2 },
	{ ">=", 2 },
	{ "<", 2 },
	{ "=<", 2 },
	{ "==", 2 },
	{ "=:=", 2 },
	{ "/=", 2 },
	{ "=/=", 2 },
};

static bool is_erlang_operator(struct text name, size_t n)
{
	for (size_t i = 0; i < sizeof(erlang_operators) / sizeof(erlang_operators[0]);
	     i++) {
		if (erlang_operators[i].n == n && text_is(name, erlang_operators[i].name))
			return true;
	}
	return false;
}

/* Bitwise is imported where it is used. */
static bool is_of(const struct function *f, struct text module)
{
	return text_is(module, f->module) ||
	       (module.len == 0 && text_is(TEXT("Elixir.Bitwise"), f->module));
}

static const struct function *find(const struct function *list, size_t n,
				   const struct match_node *call, struct text module)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].arity == call->n && text_is(call->name, list[i].name) &&
		    is_of(&list[i], module))
			return &list[i];
	}
	return NULL;
}

static bool arity_in(const struct function *list, size_t n, const struct match_node *call,
		     size_t *arity)
{
	for (size_t i = 0; i < n; i++) {
		if (text_is(call->name, list[i].name) && is_of(&list[i], call->module)) {
			*arity = list[i].arity;
			return true;
		}
	}
	return false;
}

bool elixir_arity(const struct match_node *call, size_t *arity)
{
	return arity_in(functions, sizeof(functions) / sizeof(functions[0]), call,
			arity) ||
	       arity_in(actions, sizeof(actions) / sizeof(actions[0]), call, arity);
}

static const struct function *find_function(const struct match_node *call)
{
	struct text module = call->module;
	const struct function *f;

	if (text_is(module, "Elixir.Kernel"))
		module = TEXT("");
	f = find(functions, sizeof(functions) / sizeof(functions[0]), call, module);
	if (f || call->module.len > 0)
		return f;
	return find(actions, sizeof(actions) / sizeof(actions[0]), call, module);
}

/* A copy with the arguments in their places, that stands where the call stands. */
static struct match_node put(struct match_parse *p, const struct match_node *n,
			     const struct match_node *args, const struct match_node *call)
{
	struct match_node copy = *n;
	size_t count = n->kind == NODE_MAP ? 2 * n->n : n->n;
	size_t from = p->nstack;

	if (n->kind == NODE_VAR)
		return args[n->name.p[0] - 'a'];
	copy.made = true;
	copy.at = call->at;
	copy.end = call->end;
	if (n->kind == NODE_OP)
		copy.term.num = (int64_t)elixir_place(call);
	for (size_t i = 0; i < count; i++) {
		struct match_node item = put(p, &n->items[i], args, call);

		match_push(p, &item);
	}
	if (count > 0)
		copy.items = match_pop(p, from, &count);
	return copy;
}

struct match_node elixir_text(struct match_parse *p, const char *text,
			      const struct match_node *args,
			      const struct match_node *call)
{
	struct match_parse own = { .lex = p->lex };
	struct match_node n = { 0 };

	own.lex.t = text_of(text);
	own.lex.at = 0;

	bool ok = elixir_read(&own, ELIXIR_LEAST, &n);

	assert(ok);
	free(own.stack);
	return ok ? put(p, &n, args, call) : n;
}

bool elixir_expand(struct match_parse *p, const char *text, const struct match_node *args,
		   const struct match_node *call, struct match_node *out)
{
	struct match_node n = elixir_text(p, text, args, call);

	if (!elixir_one_more(p, call->at) || !elixir_value(p, &n, out))
		return false;
	p->depth--;
	return true;
}

bool elixir_call_value(struct match_parse *p, const struct match_node *n,
		       struct match_node *out)
{
	const struct function *f = find_function(n);
	bool kernel = text_is(n->module, "Elixir.Kernel") || text_is(n->module, "Elixir."
										"Bitwis"
										"e");

	*out = *n;
	if (f && f->text)
		return elixir_expand(p, f->text, n->items, n, out);
	if (kernel && !f && (elixir_operator(n->name, n->n) || text_is(n->name, "in"))) {
		struct match_node operation = *n;

		operation.kind = NODE_OP;
		operation.term.num = (int64_t)n->at;
		return elixir_value(p, &operation, out);
	}
	if (!f && !text_is(n->module, "erlang"))
		return elixir_say_call(p, n);
	out->kind = is_erlang_operator(n->name, n->n) ? NODE_OP : NODE_CALL;
	if (f)
		out->module = TEXT("");
	return elixir_items(p, elixir_value, n->items, n->n, out);
}
