/*
 * Between the parser of terms and its parts. All leave l->at at what is wrong when they
 * return false.
 */
#ifndef TERM_PARSE_H
#define TERM_PARSE_H

#include "term/lex.h"

/* Any term, with the blanks before it. */
bool parse_term(struct lex *l, struct term *out);
/* What stands in <<...>>, the opening brackets included. */
bool parse_bits(struct lex *l, struct term *out);
/* <0.1.2>, #PID<0.1.2>, #Port<0.1>, #Ref<0.1.2.3>, #Reference<0.1.2.3>. */
bool parse_id(struct lex *l, struct term *out);
/* Elements up to the closing bracket, which is read too: the arguments of a call. In
 * Elixir keywords at the end become one list. */
bool parse_arguments(struct lex *l, const char *close, struct term *out);

#endif
