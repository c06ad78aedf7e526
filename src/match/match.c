/* Tells the ways to write what to trace apart. */
#include "match/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/form.h"

/* A text longer than this is none that a person wrote. */
#define TEXT_MAX 65536

static bool check_bytes(struct match_parse *p)
{
	struct text t = p->lex.t;
	uint32_t c;

	if (t.len > TEXT_MAX)
		return match_fail_at(p, 0, "it is longer than %d bytes", TEXT_MAX);
	for (size_t at = 0; at < t.len;) {
		size_t len = utf8_next(t, at, &c);

		if (c == UTF8_BAD)
			return match_fail_at(p, at, "not valid UTF-8");
		if (c == 0)
			return match_fail_at(p, at, "a NUL byte");
		at += len;
	}
	lex_blanks(&p->lex);
	return p->lex.at < t.len ||
	       match_fail_at(p, p->lex.at, "nothing is there to match");
}

/* Elixir's modules begin with a colon or a capital; "_" is followed by its dot. */
static bool looks_elixir(const struct lex *l)
{
	char c = lex_peek(l);

	return c == ':' || (c >= 'A' && c <= 'Z') || lex_is(l, "_.") ||
	       form_is_fun(l, SYNTAX_ELIXIR);
}

/* Behind everything; Erlang's forms end with a dot. */
static bool at_end(struct match_parse *p)
{
	size_t at;

	lex_blanks(&p->lex);
	at = p->lex.at;
	if (!p->lex.elixir && lex_peek(&p->lex) == '.')
		p->lex.at++;
	lex_blanks(&p->lex);
	if (p->lex.at == p->lex.t.len)
		return true;
	return match_fail_at(p, at, "what follows does not belong to it");
}

static bool parse(struct match_parse *p, const struct match_options *o, struct match *m)
{
	if (lex_peek(&p->lex) == '[') {
		m->form = MATCH_SPEC;
		return form_spec(p, m) && at_end(p);
	}
	if (form_is_fun(&p->lex, SYNTAX_ERLANG) || form_is_fun(&p->lex, SYNTAX_ELIXIR))
		return form_fun(p, o, m) && at_end(p);
	return form_function(p, o, m) && at_end(p);
}

/* As one language. *at: out, how far it came. */
static bool compile_as(struct arena *a, struct text text, const struct match_options *o,
		       enum syntax syntax, struct match *out, size_t *at, struct err *err)
{
	struct match_parse p = {
		.lex = { .t = text,
			 .arena = a,
			 .err = err,
			 .depth = MATCH_DEPTH_MAX,
			 .elixir = syntax == SYNTAX_ELIXIR },
	};
	bool ok;

	*out = (struct match){ .syntax = syntax, .arity = -1 };
	ok = check_bytes(&p) && parse(&p, o, out);
	*at = p.lex.at;
	free(p.stack);
	free(p.lex.stack);
	return ok;
}

/* A specification may be of both languages: the one is taken that reads it, Erlang's
 * first; of two errors the one that is further on. */
static bool compile_spec(struct arena *a, struct text text, const struct match_options *o,
			 struct match *out, size_t *at, struct err *err)
{
	struct err second = { 0 };
	struct match other;
	size_t there;

	if (compile_as(a, text, o, SYNTAX_ERLANG, out, at, err))
		return true;
	if (compile_as(a, text, o, SYNTAX_ELIXIR, &other, &there, &second)) {
		*out = other;
		*err = (struct err){ 0 };
		return true;
	}
	if (there > *at) {
		*out = other;
		*at = there;
		*err = second;
	}
	return false;
}

bool match_compile(struct arena *a, struct text text, const struct match_options *o,
		   struct match *out, struct err *err)
{
	struct lex l = { .t = text };
	enum syntax syntax = o->syntax;
	struct err why = { 0 };
	size_t at = 0;
	bool ok;

	lex_blanks(&l);
	if (syntax == SYNTAX_AUTO && lex_peek(&l) == '[') {
		ok = compile_spec(a, text, o, out, &at, &why);
	} else {
		if (syntax == SYNTAX_AUTO)
			syntax = looks_elixir(&l) ? SYNTAX_ELIXIR : SYNTAX_ERLANG;
		ok = compile_as(a, text, o, syntax, out, &at, &why);
	}
	if (ok)
		return true;
	*err = why;
	return fail_place(err, text, at);
}

void match_print(struct buf *out, const struct term *spec, enum syntax syntax)
{
	term_print(out, spec, &(struct term_style){ .syntax = syntax });
}
