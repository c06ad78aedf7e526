/* <<...>> of Erlang: a literal, or why it is none. */
#include "match/erlang.h"
#include "term/parse.h"

bool erlang_bits(struct match_parse *p, struct match_node *out)
{
	return parse_bits(&p->lex, &out->term);
}
