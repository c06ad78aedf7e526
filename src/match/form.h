/*
 * Between the forms of a text: a function with what follows, a fun, a specification.
 */
#ifndef MATCH_FORM_H
#define MATCH_FORM_H

#include "match/parse.h"

/* Does a fun of the language begin here: "fun(", "fn "? */
bool form_is_fun(const struct lex *l, enum syntax syntax);
/* A match specification as a term, checked. */
bool form_spec(struct match_parse *p, struct match *m);
/* Is it a term of the language, whatever it says? */
bool form_reads_spec(struct match_parse *p);
/* A function: its name, with arguments, words, a fun or a specification. */
bool form_function(struct match_parse *p, const struct match_options *o, struct match *m);
/* A fun on its own, or behind a function's name. */
bool form_fun(struct match_parse *p, const struct match_options *o, struct match *m);

#endif
