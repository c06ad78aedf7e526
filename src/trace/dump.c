/* The stack in the dump of a process: of each of its lines "0x00007f47a8b23a48 Return
 * addr 0x00007f47a889f300 (lists:map/2 + 96)" what stands in the brackets. The line of
 * the program counter is not meant: it is older than the call that is traced. */
#include "trace/dump.h"

#include "term/lex.h"

/* "module:function/2", with atoms as Erlang writes them. */
static bool read_place(struct arena *a, struct text t, struct event_function *out)
{
	struct lex l = { .t = t, .arena = a };
	struct text module, function;
	uint64_t arity;

	if (!lex_atom(&l, &module) || !lex_take(&l, ":") || !lex_atom(&l, &function) ||
	    !lex_take(&l, "/") || !lex_small(&l, 255, &arity))
		return false;
	*out = (struct event_function){
		.module = module,
		.function = function,
		.arity = (int)arity,
	};
	return true;
}

static bool read_line(struct arena *a, struct text line, struct event_function *out)
{
	struct text part;

	if (!text_word(&line, &part) || !text_starts(part, "0x") ||
	    !text_word(&line, &part) || !text_is(part, "Return") ||
	    !text_word(&line, &part) || !text_is(part, "addr") ||
	    !text_word(&line, &part) || !text_starts(part, "0x"))
		return false;
	line = text_trim(line);
	return text_starts(line, "(") && read_place(a, text_sub(line, 1, line.len), out);
}

size_t dump_stack(struct arena *a, struct text dump, const struct event_function **out)
{
	struct event_function *calls =
		arena_many(a, DUMP_CALLS_MAX, struct event_function);
	struct text line;
	size_t n = 0;

	while (n < DUMP_CALLS_MAX && text_cut(&dump, '\n', &line))
		n += read_line(a, line, &calls[n]);
	*out = calls;
	return n;
}
