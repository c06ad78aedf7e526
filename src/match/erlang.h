/*
 * Between the files of Erlang's parser.
 */
#ifndef MATCH_ERLANG_H
#define MATCH_ERLANG_H

#include "match/parse.h"

/* parse_erlang_op.c */

/* Letters, digits, '_' and '@' that stand here; nothing is read. */
struct text erlang_word(const struct lex *l);
/* Is this word here, and does it end here? Reads it when it is. */
bool erlang_take_word(struct lex *l, const char *word);
/* An operator that stands between two values, or in front of one; NULL when there is
 * none. Nothing is read. */
struct erlang_op {
	const char *name;
	unsigned short
		level;    /* what binds closer has a higher one; as erl_parse has them */
	signed char side; /* -1: from the left, 1: from the right, 0: no second one */
};
const struct erlang_op *erlang_infix(const struct lex *l);
const struct erlang_op *erlang_prefix(const struct lex *l);
/* Fail at what people of other languages write, and at what no match specification has:
 * "case" where a value is expected; "<=", "&&" behind one. True when it is none. */
bool erlang_value_here(struct match_parse *p);
bool erlang_no_sign(struct match_parse *p);

/* parse_erlang.c */

/* An expression whose operators bind at least as close as the level. */
bool erlang_level(struct match_parse *p, unsigned level, struct match_node *out);
/* A value with its sign, and nothing that could follow it. */
bool erlang_value(struct match_parse *p, struct match_node *out);

/* parse_erlang_bits.c */

/* <<...>>, from its opening brackets: a NODE_TERM, or a NODE_BITS. */
bool erlang_bits(struct match_parse *p, struct match_node *out);

/* parse_erlang_term.c */

/* A literal, a container, a variable or a call by its name. */
bool erlang_primary(struct match_parse *p, struct match_node *out);
/* name{...} or name.field behind '#'. base: what stands in front, or NULL. */
bool erlang_record(struct match_parse *p, const struct match_node *base,
		   struct match_node *out);
/* Expressions up to the closing bracket, which is read too; they stay pushed. */
bool erlang_items(struct match_parse *p, const char *close);

/* parse_erlang_text.c */

/* "text", with those that follow it directly, as a list of characters. */
bool erlang_string(struct match_parse *p, struct match_node *out);
/* ~"text" and the other sigils, where '~' stands. */
bool erlang_sigil(struct match_parse *p, struct match_node *out);

#endif
