/* The stack in the dump of a process. */
#include "trace/dump.h"

/* "module:function/2 + 48" */
static bool read_place(struct text t, struct event_function *out)
{
	size_t colon = text_chr(t, ':');
	size_t slash = text_chr(t, '/');
	int64_t arity;
	struct text digits = text_sub(t, slash + 1, t.len);

	if (colon == 0 || slash >= t.len || slash <= colon + 1)
		return false;
	digits = text_sub(digits, 0, text_chr(digits, ' '));
	if (!text_int(digits, &arity) || arity < 0 || arity > 255)
		return false;
	*out = (struct event_function){
		.module = text_sub(t, 0, colon),
		.function = text_sub(t, colon + 1, slash),
		.arity = (int)arity,
	};
	return true;
}

/*
 * What stands in the last brackets of "0x... Return addr 0x... (shell:eval_loop/3 + 32)".
 * The line "Program counter" is of what ran when the process last gave up its time, and
 * not of the call.
 */
static bool read_line(struct text line, struct event_function *out)
{
	size_t open = text_chr(line, '(');

	if (open >= line.len || !text_ends(line, ")") ||
	    text_starts(line, "Program counter:"))
		return false;
	return read_place(text_sub(line, open + 1, line.len - 1), out);
}

size_t dump_stack(struct arena *a, struct text dump, const struct event_function **out)
{
	struct event_function *calls = arena_many(a, DUMP_CALLS_MAX,
						  struct event_function);
	struct text line;
	size_t n = 0;

	dump = text_dup(a, dump);
	while (n < DUMP_CALLS_MAX && text_cut(&dump, '\n', &line))
		n += read_line(line, &calls[n]);
	*out = calls;
	return n;
}
