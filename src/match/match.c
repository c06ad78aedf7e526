/* Tells the ways to write what to trace apart, and puts the parts together. */
#include "match/match.h"

#include <string.h>

#include "match/parse.h"

static struct term atom(const char *name)
{
	return (struct term){ .type = TERM_ATOM, .text = text_of(name) };
}

static struct term nil(void)
{
	return (struct term){ .type = TERM_LIST };
}

/* [{'_', [], []}] */
static struct term any(struct arena *a)
{
	struct term *clause = arena_many(a, 3, struct term);
	struct term *items = arena_many(a, 2, struct term);

	clause[0] = atom("_");
	clause[1] = nil();
	clause[2] = nil();
	items[0] = (struct term){ .type = TERM_TUPLE, .n = 3, .items = clause };
	items[1] = nil();
	return (struct term){ .type = TERM_LIST, .n = 1, .items = items };
}

static bool is_any(struct text name)
{
	return name.len == 0 || text_is(name, "_");
}

bool match_compile(struct arena *a, struct text text, const struct match_options *o,
		   struct match *out, struct err *err)
{
	struct lex l = { .t = text, .arena = a, .err = err, .depth = MATCH_DEPTH_MAX };
	uint64_t arity = 0;

	*out = (struct match){ .syntax = SYNTAX_ERLANG, .arity = -1, .named = true };
	if (!lex_atom(&l, &out->module))
		return fail_place(err, text, l.at);
	if (lex_take(&l, ":") && !lex_is(&l, "_") && !lex_function(&l, &out->function))
		return fail_place(err, text, l.at);
	lex_take(&l, "_");
	if (lex_take(&l, "/")) {
		if (!lex_small(&l, 255, &arity))
			return fail_place(err, text, l.at);
		out->arity = (int)arity;
	}
	lex_blanks(&l);
	if (l.at < text.len) {
		lex_fail(&l, "what follows is not understood");
		return fail_place(err, text, l.at);
	}
	if (is_any(out->module))
		out->module = (struct text){ 0 };
	out->spec = any(a);
	return true;
}

void match_print(struct buf *out, const struct term *spec, enum syntax syntax)
{
	term_print(out, spec, &(struct term_style){ .syntax = syntax });
}
