/* Match specifications that are written as terms: checked, and taken as they are. */
#include "match/form.h"
#include "term/parse.h"

bool form_spec(struct match_parse *p, struct match *m)
{
	m->syntax = p->lex.elixir ? SYNTAX_ELIXIR : SYNTAX_ERLANG;
	return parse_term(&p->lex, &m->spec);
}
