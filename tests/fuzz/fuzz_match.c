/*
 * What to trace, as a person writes it, in both languages: what compiles is printed as a
 * list of clauses, which reads back as the same term and compiles to it; what does not
 * compile says why, and where.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct text fields[] = { TEXT_INIT("a"), TEXT_INIT("b") };
static const struct match_record records[] = {
	{ .name = TEXT_INIT("rec"), .fields = fields, .nfields = 2 },
	{ .module = TEXT_INIT("m"), .name = TEXT_INIT("r"), .fields = fields, .nfields = 1 },
};

static void give_up(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

/* {Head, [Guard], [Action]} */
static bool is_clause(const struct term *t)
{
	return t->type == TERM_TUPLE && t->n == 3 && term_is_list(&t->items[1]) &&
	       term_is_list(&t->items[2]);
}

static void check_shape(const struct match *m, const char *printed)
{
	bool ok = term_is_list(&m->spec);

	for (size_t i = 0; ok && i < m->spec.n; i++)
		ok = is_clause(&m->spec.items[i]);
	/* What was given as a specification may be wrong in ways that only a node sees. */
	if (!ok && m->form != MATCH_SPEC)
		give_up("no specification", printed);
	if (m->syntax == SYNTAX_AUTO || m->arity < -1 || m->arity > 255)
		give_up("no syntax, or no arity", printed);
}

/* Elixir shows some structs in forms that are no literals, and so are long integers. */
static bool is_literal(const struct term *t, enum syntax syntax)
{
	if (t->type == TERM_BIG)
		return t->big->bytes.len < 4000;
	if (t->type == TERM_MAP && syntax == SYNTAX_ELIXIR && term_get(t, "__struct__"))
		return false;
	if (t->type != TERM_TUPLE && t->type != TERM_LIST && t->type != TERM_MAP)
		return true;

	size_t n = t->n == 0              ? 0
		   : t->type == TERM_MAP  ? 2 * (size_t)t->n
		   : t->type == TERM_LIST ? t->n + 1
					  : t->n;

	for (size_t i = 0; i < n; i++) {
		if (!is_literal(&t->items[i], syntax))
			return false;
	}
	return true;
}

static void read_back(struct arena *a, const struct match *m, enum syntax syntax)
{
	struct buf printed = { 0 };
	struct err err = { 0 };
	struct term again;
	size_t at;

	match_print(&printed, &m->spec, syntax);
	check_shape(m, buf_cstr(&printed));
	if (is_literal(&m->spec, syntax) &&
	    (!term_parse(a, buf_text(&printed), syntax, &again, &at, &err) ||
	     !term_eq(&m->spec, &again)))
		give_up(err.what, buf_cstr(&printed));
	buf_clear(&printed);
}

static void check_places(const struct match *m, struct text text)
{
	for (size_t i = 0; i < m->nwarnings; i++) {
		if (m->warnings[i].at > text.len || !m->warnings[i].what.len ||
		    (i && m->warnings[i].at < m->warnings[i - 1].at))
			give_up("a warning that is nowhere", "");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = { (const char *)data, size };

	for (int syntax = SYNTAX_AUTO; syntax <= SYNTAX_ELIXIR; syntax++) {
		struct match_options o = { (enum syntax)syntax, records, 2 };
		struct arena a = { 0 };
		struct err err = { 0 };
		struct match m;

		if (match_compile(&a, text, &o, &m, &err)) {
			read_back(&a, &m, SYNTAX_ERLANG);
			read_back(&a, &m, SYNTAX_ELIXIR);
			check_places(&m, text);
		} else if ((err.kind != ERR_USAGE && err.kind != ERR_ABSENT) || !err.what[0]) {
			give_up("an error of another kind", err.what);
		}
		arena_clear(&a);
	}
	return 0;
}
