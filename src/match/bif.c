/* The functions that match specifications know. */
#include "match/bif.h"

#include <string.h>

#define TEST (BIF_TEST | BIF_REMOTE)
#define REMOTE BIF_REMOTE
#define ACTION (BIF_ACTION | BIF_TRACE)

static const struct bif bifs[] = {
	{ "is_atom", 1, 1, TEST, "*" },
	{ "is_float", 1, 1, TEST, "*" },
	{ "is_integer", 1, 1, TEST, "*" },
	{ "is_list", 1, 1, TEST, "*" },
	{ "is_number", 1, 1, TEST, "*" },
	{ "is_pid", 1, 1, TEST, "*" },
	{ "is_port", 1, 1, TEST, "*" },
	{ "is_reference", 1, 1, TEST, "*" },
	{ "is_tuple", 1, 1, TEST, "*" },
	{ "is_map", 1, 1, TEST, "*" },
	{ "is_map_key", 2, 2, REMOTE, "*m" },
	{ "is_binary", 1, 1, TEST, "*" },
	{ "is_function", 1, 1, TEST, "*" },
	{ "is_record", 2, 3, REMOTE, "***" },
	{ "is_seq_trace", 0, 0, REMOTE | BIF_TRACE, "" },
	/* Known to the emulator alone. */
	{ "is_bitstring", 1, 1, TEST, "*" },
	{ "is_boolean", 1, 1, TEST, "*" },
	{ "is_function", 2, 2, REMOTE, "**" },
	{ "ceil", 1, 1, REMOTE, "n" },
	{ "floor", 1, 1, REMOTE, "n" },
	{ "tuple_size", 1, 1, REMOTE, "t" },
	{ "is_integer", 3, 3, REMOTE, "*ii" },

	{ "abs", 1, 1, REMOTE, "n" },
	{ "element", 2, 2, REMOTE, "it" },
	{ "hd", 1, 1, REMOTE, "z" },
	{ "tl", 1, 1, REMOTE, "z" },
	{ "length", 1, 1, REMOTE, "l" },
	{ "max", 2, 2, REMOTE, "**" },
	{ "min", 2, 2, REMOTE, "**" },
	{ "node", 0, 1, REMOTE, "*" },
	{ "round", 1, 1, REMOTE, "n" },
	{ "trunc", 1, 1, REMOTE, "n" },
	{ "float", 1, 1, REMOTE, "n" },
	{ "size", 1, 1, REMOTE, "s" },
	{ "bit_size", 1, 1, REMOTE, "b" },
	{ "byte_size", 1, 1, REMOTE, "b" },
	{ "map_size", 1, 1, REMOTE, "m" },
	{ "map_get", 2, 2, REMOTE, "*m" },
	{ "binary_part", 2, 2, REMOTE, "bt" },
	{ "binary_part", 3, 3, REMOTE, "bii" },
	{ "self", 0, 0, REMOTE, "" },
	{ "get_tcw", 0, 0, BIF_TRACE, "" },

	{ "return_trace", 0, 0, ACTION, "" },
	{ "exception_trace", 0, 0, ACTION, "" },
	{ "message", 1, 1, ACTION, "*" },
	{ "display", 1, 1, ACTION, "*" },
	{ "process_dump", 0, 0, ACTION, "" },
	{ "caller", 0, 0, ACTION, "" },
	{ "caller_line", 0, 0, ACTION, "" },
	{ "current_stacktrace", 0, 1, ACTION, "*" },
	{ "set_tcw", 1, 1, ACTION, "*" },
	{ "silent", 1, 1, ACTION, "*" },
	{ "enable_trace", 1, 2, ACTION, "**" },
	{ "disable_trace", 1, 2, ACTION, "**" },
	{ "trace", 2, 3, ACTION, "***" },
	{ "set_seq_token", 2, 2, ACTION, "**" },
	{ "get_seq_token", 0, 0, ACTION, "" },
};

const struct bif *bif_find(struct text name, size_t arity)
{
	for (size_t i = 0; i < sizeof(bifs) / sizeof(bifs[0]); i++) {
		if (text_is(name, bifs[i].name) && arity >= bifs[i].min &&
		    arity <= bifs[i].max)
			return &bifs[i];
	}
	return NULL;
}

const struct bif *bif_named(struct text name)
{
	for (size_t i = 0; i < sizeof(bifs) / sizeof(bifs[0]); i++) {
		if (text_is(name, bifs[i].name))
			return &bifs[i];
	}
	return NULL;
}

const struct bif *bif_at(size_t i)
{
	return i < sizeof(bifs) / sizeof(bifs[0]) ? &bifs[i] : NULL;
}

struct name {
	const char *name;
	unsigned char arity;
	const char *modern;
};

static const struct name old_tests[] = {
	{ "atom", 1, "is_atom" },
	{ "float", 1, "is_float" },
	{ "integer", 1, "is_integer" },
	{ "list", 1, "is_list" },
	{ "number", 1, "is_number" },
	{ "pid", 1, "is_pid" },
	{ "port", 1, "is_port" },
	{ "reference", 1, "is_reference" },
	{ "tuple", 1, "is_tuple" },
	{ "binary", 1, "is_binary" },
	{ "function", 1, "is_function" },
	{ "record", 2, "is_record" },
};

const char *bif_modern(struct text name, size_t arity)
{
	for (size_t i = 0; i < sizeof(old_tests) / sizeof(old_tests[0]); i++) {
		if (text_is(name, old_tests[i].name) && arity == old_tests[i].arity)
			return old_tests[i].modern;
	}
	return NULL;
}

struct operator
{
	const char *name;
	bool unary;
	bool binary;
};

static const struct operator operators[] = {
	{ "and", false, true },
	{ "or", false, true },
	{ "xor", false, true },
	{ "not", true, false },
	{ "andalso", false, true },
	{ "orelse", false, true },
	{ "+", true, true },
	{ "-", true, true },
	{ "*", false, true },
	{ "/", false, true },
	{ "div", false, true },
	{ "rem", false, true },
	{ "band", false, true },
	{ "bor", false, true },
	{ "bxor", false, true },
	{ "bnot", true, false },
	{ "bsl", false, true },
	{ "bsr", false, true },
	{ ">", false, true },
	{ ">=", false, true },
	{ "<", false, true },
	{ "=<", false, true },
	{ "==", false, true },
	{ "=:=", false, true },
	{ "/=", false, true },
	{ "=/=", false, true },
};

bool bif_operator(struct text name, size_t arity)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (text_is(name, operators[i].name))
			return (arity == 1 && operators[i].unary) ||
			       (arity == 2 && operators[i].binary);
	}
	return false;
}

struct instead {
	const char *module; /* "" for none, or erlang */
	const char *name;
	const char *erlang;
	const char *elixir;
};

static const struct instead insteads[] = {
	{ "", "return", "in a fun it is return_trace() or exception_trace()",
	  "in a fun it is return_trace() or exception_trace()" },
	{ "", "stack", "in a fun it is message(current_stacktrace())",
	  "in a fun it is message(current_stacktrace())" },
	{ "", "is_string", "write is_list(X) or is_binary(X)", "write is_binary(x)" },
	{ "", "is_nil", "write X =:= nil, or X =:= undefined", "write is_nil(x)" },
	{ "", "len", "write length(X)", "write length(x)" },
	{ "maps", "get", "write map_get(Key, Map)", "write :erlang.map_get(key, map)" },
	{ "maps", "is_key", "write is_map_key(Key, Map)", "write is_map_key(map, key)" },
	{ "maps", "size", "write map_size(Map)", "write map_size(map)" },
	{ "lists", "member", "write X =:= a orelse X =:= b", "write x in [:a, :b]" },
	{ "lists", "nth", "bind it in the head: [_, X | _]",
	  "bind it in the head: [_, x | _]" },
	{ "binary", "part", "write binary_part(B, Start, Length)",
	  "write binary_part(b, start, length)" },
	{ "io", "format", "write message(X), and it is shown with the call",
	  "write message(x), and it is shown with the call" },
	{ "erlang", "display", "write display(X)", "write display(x)" },
	{ "string", "prefix", "write binary_part(S, 0, 3) =:= <<\"abc\">>",
	  "write binary_part(s, 0, 3) == \"abc\"" },
};

const char *bif_instead(struct text module, struct text name, size_t arity, bool elixir)
{
	for (size_t i = 0; i < sizeof(insteads) / sizeof(insteads[0]); i++) {
		const struct instead *k = &insteads[i];
		bool same = text_is(module, k->module) ||
			    (k->module[0] == '\0' && text_is(module, "erlang"));

		if (same && text_is(name, k->name))
			return elixir ? k->elixir : k->erlang;
	}
	if (bif_find(name, arity) && module.len > 0)
		return "write it without its module";
	return NULL;
}

bool bif_fits(char need, const struct term *t)
{
	switch (need) {
	case 'i':
		return t->type == TERM_INT || t->type == TERM_BIG;
	case 'n':
		return term_is_number(t);
	case 'l':
		return term_is_list(t);
	case 'z':
		return t->type == TERM_LIST && t->n > 0;
	case 't':
		return t->type == TERM_TUPLE;
	case 'm':
		return t->type == TERM_MAP;
	case 'b':
		return t->type == TERM_BINARY || t->type == TERM_BITS;
	case 'B':
		return term_is_atom(t, "true") || term_is_atom(t, "false");
	case 's':
		return t->type == TERM_BINARY || t->type == TERM_TUPLE;
	default:
		return true;
	}
}
