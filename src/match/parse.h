/*
 * Between the parsers of the two languages and what they are parts of. All leave
 * p->lex.at at what is wrong when they return false, with the sentence in the err; the
 * place is added by match_compile().
 */
#ifndef MATCH_PARSE_H
#define MATCH_PARSE_H

#include "match/match.h"
#include "match/node.h"
#include "term/lex.h"

/* Patterns and guards may be nested this deep: parsing and compiling use the C stack. */
#define MATCH_DEPTH_MAX 400

struct match_parse {
	struct lex lex;   /* term/lex.h; its arena and err are everybody's */
	size_t depth;     /* how deep we are */
	/* nodes of containers that are open, as a stack (parse.c) */
	struct match_node *stack;
	size_t nstack;
	size_t cap;
	size_t nodes;     /* translated so far: of "x in [1, 2]" x is translated twice */
};

/* parse.c: shared. */

/* One level deeper; who is done with it takes it from p->depth. False with "nested deeper
 * than ..." when there is no room. What is built by a loop ("a + b + c ...") is as deep
 * as the loop is long. */
bool match_deeper(struct match_parse *p);
void match_push(struct match_parse *p, const struct match_node *n);
/* What was pushed since from, moved into the arena. */
const struct match_node *match_pop(struct match_parse *p, size_t from, size_t *n);
/* A copy in the arena. */
const struct match_node *match_copy(struct match_parse *p, const struct match_node *n,
				    size_t count);
/* The list of the characters of a text that begins at a place; false: it is not UTF-8. */
bool match_characters(struct match_parse *p, size_t at, struct text t, struct term *out);
/* A number with the other sign; all else, and INT64_MIN, as it is. */
struct term match_negate(struct match_parse *p, const struct term *t);
/* An error at a place of the text. Returns false. */
bool match_fail_at(struct match_parse *p, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* parse_erlang.c, parse_elixir.c */

/* "fun(...) when ... -> ...; (...) -> ... end" / "fn ... -> ... end": all clauses. */
bool erlang_fun(struct match_parse *p, struct match_text *out);
bool elixir_fun(struct match_parse *p, struct match_text *out);

/* The arguments behind a function's name, "(A, b)", and what follows: " when G" if there.
 * One clause, whose head is a NODE_LIST; its body is empty. Stops in front of "->" or at
 * the end. */
bool erlang_call(struct match_parse *p, struct match_clause *out);
bool elixir_call(struct match_parse *p, struct match_clause *out);

/* A pattern of a message, and " when G" if there. One clause, whose head is a NODE_LIST
 * of it. */
bool erlang_message(struct match_parse *p, struct match_clause *out);
bool elixir_message(struct match_parse *p, struct match_clause *out);

/* One expression, as it stands among guards and actions. */
bool erlang_expr(struct match_parse *p, struct match_node *out);
bool elixir_expr(struct match_parse *p, struct match_node *out);

/* compile.c: clauses -> a specification, as ms_transform does. Warnings and places are
 * those of m. text: the whole, for places. */
struct match_compile;
bool match_compile_clauses(struct match_parse *p, const struct match_text *t,
			   const struct match_options *o, struct match *m);

#endif
