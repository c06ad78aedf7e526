/* Elixir's patterns, guards and actions. */
#include "match/parse.h"

bool elixir_fun(struct match_parse *p, struct match_text *out)
{
	return lex_fail(&p->lex, "Elixir is not understood yet");
}

bool elixir_call(struct match_parse *p, struct match_clause *out)
{
	return lex_fail(&p->lex, "Elixir is not understood yet");
}

bool elixir_expr(struct match_parse *p, struct match_node *out)
{
	return lex_fail(&p->lex, "Elixir is not understood yet");
}
