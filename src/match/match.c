/* Tells the ways to write what to trace apart. */
#include "match/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/form.h"
#include "match/slip.h"

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
	return match_fail_at(p, at, SLIP_LEFT_OVER);
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

static bool parse_message(struct match_parse *p, const struct match_options *o,
			  struct match *m)
{
	struct match_clause k;
	struct match_text t = { .syntax = p->lex.elixir ? SYNTAX_ELIXIR : SYNTAX_ERLANG,
				.clauses = &k,
				.nclauses = 1 };

	m->form = MATCH_SPEC;
	return (p->lex.elixir ? elixir_message : erlang_message)(p, &k) && at_end(p) &&
	       match_compile_clauses(p, &t, o, m);
}

typedef bool parse_fn(struct match_parse *p, const struct match_options *o,
		      struct match *m);

static struct match_parse parse_over(struct arena *a, struct text text,
				     enum syntax syntax, struct err *err)
{
	return (struct match_parse){
		.lex = {
			.t = text,
			.arena = a,
			.err = err,
			.depth = MATCH_DEPTH_MAX,
			.comments = true,
			.elixir = syntax == SYNTAX_ELIXIR,
		},
	};
}

static void free_parse(struct match_parse *p)
{
	free(p->stack);
	free(p->lex.stack);
}

/* As one language. *at: out, how far it came. */
static bool compile_as(struct arena *a, struct text text, const struct match_options *o,
		       parse_fn *parse_it, enum syntax syntax, struct match *out,
		       size_t *at, struct err *err)
{
	struct match_parse p = parse_over(a, text, syntax, err);
	bool ok;

	*out = (struct match){ .syntax = syntax, .arity = -1 };
	ok = check_bytes(&p) && parse_it(&p, o, out);
	*at = p.lex.at;
	free_parse(&p);
	return ok;
}

/* What may be of both languages: the one is taken that reads it, Erlang's first; of two
 * errors the one that is further on. */
static bool compile_either(struct arena *a, struct text text,
			   const struct match_options *o, parse_fn *parse_it,
			   struct match *out, size_t *at, struct err *err)
{
	struct err second = { 0 };
	struct match other;
	size_t there;

	if (compile_as(a, text, o, parse_it, SYNTAX_ERLANG, out, at, err))
		return true;
	if (compile_as(a, text, o, parse_it, SYNTAX_ELIXIR, &other, &there, &second)) {
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

/* How far a specification can be read as a term; *whole: out, to its end. */
static size_t reads(struct text text, enum syntax syntax, bool *whole)
{
	struct arena scratch = { 0 };
	struct match_parse p = parse_over(&scratch, text, syntax, NULL);

	lex_blanks(&p.lex);
	*whole = form_reads_spec(&p);
	free_parse(&p);
	arena_clear(&scratch);
	return p.lex.at;
}

/* Has it one of Erlang's atoms '$1' and '_'? Elixir would read them as charlists. */
static bool has_quoted_atoms(struct text t)
{
	for (size_t i = 0; i + 2 < t.len; i++) {
		bool quoted = t.p[i] == '\'' && (t.p[i + 1] == '$' || t.p[i + 1] == '_');

		if (quoted && (i == 0 || t.p[i - 1] != ':'))
			return true;
	}
	return false;
}

/* A specification is of the language that reads it, Erlang first: a list of numbers is
 * the same in both. Of two that do not, the one that comes further is meant. */
static enum syntax syntax_of_spec(struct text text)
{
	bool erlang;
	bool elixir;
	size_t one = reads(text, SYNTAX_ERLANG, &erlang);
	size_t other = reads(text, SYNTAX_ELIXIR, &elixir);

	if (erlang || has_quoted_atoms(text) || (!elixir && one >= other))
		return SYNTAX_ERLANG;
	return SYNTAX_ELIXIR;
}

typedef bool compile_fn(struct arena *a, struct text text, const struct match_options *o,
			struct match *out, size_t *at, struct err *err);

static bool compile_call(struct arena *a, struct text text, const struct match_options *o,
			 struct match *out, size_t *at, struct err *err)
{
	struct lex l = { .t = text, .comments = true };
	enum syntax syntax = o->syntax;

	lex_blanks(&l);
	if (syntax == SYNTAX_AUTO && lex_peek(&l) == '[')
		syntax = syntax_of_spec(text);
	else if (syntax == SYNTAX_AUTO)
		syntax = looks_elixir(&l) ? SYNTAX_ELIXIR : SYNTAX_ERLANG;
	return compile_as(a, text, o, parse, syntax, out, at, err);
}

static bool compile_message(struct arena *a, struct text text,
			    const struct match_options *o, struct match *out, size_t *at,
			    struct err *err)
{
	return o->syntax == SYNTAX_AUTO
		       ? compile_either(a, text, o, parse_message, out, at, err)
		       : compile_as(a, text, o, parse_message, o->syntax, out, at, err);
}

struct trial {
	const struct match_options *o;
	compile_fn *compile;
};

static bool compiles(const void *ctx, struct text text, size_t *at, bool *elixir)
{
	const struct trial *trial = ctx;
	struct arena scratch = { 0 };
	struct match m;
	struct err err = { 0 };
	bool ok = trial->compile(&scratch, text, trial->o, &m, at, &err);

	*elixir = m.syntax == SYNTAX_ELIXIR;
	arena_clear(&scratch);
	/* a record that is not known yet is no slip */
	return ok || err.kind == ERR_ABSENT;
}

static bool compile(struct arena *a, struct text text, const struct match_options *o,
		    compile_fn *compile_it, struct match *out, struct err *err)
{
	struct trial trial = { o, compile_it };
	struct slip_trial try = { compiles, &trial };
	struct err why = { 0 };
	size_t at = 0;

	if (compile_it(a, text, o, out, &at, &why))
		return true;
	if (why.kind == ERR_USAGE && why.hint[0] == '\0')
		slip_say(a, text, out->syntax == SYNTAX_ELIXIR, &try, &at, &why);
	if (err)
		*err = why;
	return fail_place(err, text, at);
}

bool match_compile(struct arena *a, struct text text, const struct match_options *o,
		   struct match *out, struct err *err)
{
	if (!compile(a, text, o, compile_call, out, err))
		return false;
	match_make_safe(a, &out->spec);
	return true;
}

/* [Pattern] becomes ['_', ..., Pattern] in every clause. */
static void put_in_front(struct arena *a, size_t front, struct term *spec)
{
	struct term *clauses = arena_many(a, spec->n + 1, struct term);

	clauses[spec->n] = spec->items[spec->n];
	for (size_t i = 0; i < spec->n; i++) {
		const struct term *old = spec->items[i].items;
		struct term *parts = arena_many(a, 3, struct term);
		struct term *head = arena_many(a, front + 2, struct term);

		for (size_t k = 0; k < front; k++)
			head[k] = (struct term){ .type = TERM_ATOM, .text = TEXT("_") };
		head[front] = *term_at(&old[0], 0);
		head[front + 1] = (struct term){ .type = TERM_LIST };
		parts[0] = (struct term){ .type = TERM_LIST,
					  .n = (uint32_t)front + 1,
					  .items = head };
		parts[1] = old[1];
		parts[2] = old[2];
		clauses[i] = spec->items[i];
		clauses[i].items = parts;
	}
	spec->items = clauses;
}

bool match_compile_message(struct arena *a, struct text text, size_t front,
			   const struct match_options *o, struct match *out,
			   struct err *err)
{
	if (!compile(a, text, o, compile_message, out, err))
		return false;
	put_in_front(a, front, &out->spec);
	return true;
}

void match_print(struct buf *out, const struct term *spec, enum syntax syntax)
{
	term_print(out, spec, &(struct term_style){ .syntax = syntax });
}
