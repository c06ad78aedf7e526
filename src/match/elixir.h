/*
 * Between the files of Elixir's parser. Reading (parse_elixir_expr.c, _term.c) makes
 * nodes that stand for what is written; translating (_pattern.c, _value.c) makes those
 * of node.h, in Erlang's words.
 *
 * What is written has the same kinds of nodes, with these differences:
 *
 *   NODE_OP      name is Elixir's operator: "in", "!=", "..", "//", "^"; term.num is
 *                where it stands
 *   NODE_RECORD  a struct: base is its name (a literal, a variable), items [2n]
 *   NODE_FIELD   base.name
 *   NODE_CALL    name and module ("Elixir.Integer", or empty) as they are written
 *
 * An expression in brackets begins at the bracket.
 */
#ifndef MATCH_ELIXIR_H
#define MATCH_ELIXIR_H

#include "match/parse.h"

/* parse_elixir_expr.c */

/* Operators bind from 1 (the least) up. What stands in front of "=>" is all that binds
 * tighter than it. */
enum { ELIXIR_LEAST = 1 };
bool elixir_read(struct match_parse *p, int least, struct match_node *out);
/* Blanks, line ends, comments; and whether there was a line end. */
bool elixir_blanks(struct match_parse *p);
/* Does s stand here, behind blanks? It is read. s is punctuation. */
bool elixir_take(struct match_parse *p, const char *s);
bool elixir_need(struct match_parse *p, const char *s);
/* Does the word stand here, behind blanks? */
bool elixir_word(struct match_parse *p, const char *word);
bool elixir_take_word(struct match_parse *p, const char *word);

/* parse_elixir_term.c */

/* A literal, a container, a variable or a call by its name. */
bool elixir_read_primary(struct match_parse *p, struct match_node *out);
/* Expressions and, behind them, keywords, up to close. A list takes the keywords as its
 * elements, all others as one list. out: items, n. */
bool elixir_read_items(struct match_parse *p, const char *close, bool list,
		       struct match_node *out);

/* parse_elixir_text.c */

/* "text", 'charlist', heredocs, sigils: where one begins. */
bool elixir_read_text(struct match_parse *p, struct match_node *out);
/* The characters of a text as a list. */
bool elixir_charlist(struct match_parse *p, size_t at, struct text t,
		     struct match_node *out);

/* parse_elixir_bits.c: where "<<" stands. */
bool elixir_read_bits(struct match_parse *p, struct match_node *out);

/* parse_elixir_pattern.c, parse_elixir_value.c */

bool elixir_pattern(struct match_parse *p, const struct match_node *n,
		    struct match_node *out);
/* What %name{} and %_{} ask for beside their maps: their names are atoms. The variables
 * are pushed, in Elixir's order: the last struct first, then those in it. */
void elixir_struct_names(struct match_parse *p, const struct match_node *head);
/* A guard or an action. */
bool elixir_value(struct match_parse *p, const struct match_node *n,
		  struct match_node *out);
typedef bool (*elixir_translate)(struct match_parse *p, const struct match_node *n,
				 struct match_node *out);
/* Those count nodes, each translated, are the items of out. */
bool elixir_items(struct match_parse *p, elixir_translate each,
		  const struct match_node *n, size_t count, struct match_node *out);
/* One more node that is one level deeper; false when there are too many. */
bool elixir_one_more(struct match_parse *p, size_t at);

/* parse_elixir_literal.c */

/* The operators that make literals; *done: it was one of them. */
bool elixir_literal(struct match_parse *p, elixir_translate each,
		    const struct match_node *n, struct match_node *out, bool *done);
/* What a range is written with: first, last and, with a count of 3, its step. */
bool elixir_range_parts(struct match_parse *p, elixir_translate each,
			const struct match_node *n, struct match_node part[3],
			size_t *count);
/* Pushes the elements of a list that ends. False when it is none. */
bool elixir_push_list(struct match_parse *p, const struct match_node *n);
struct match_node elixir_atom(const struct match_node *where, const char *name);
struct match_node elixir_int(const struct match_node *where, int64_t v);
bool elixir_is_int(const struct match_node *n);
/* Where it is wrong, when it is: at its operator. */
size_t elixir_place(const struct match_node *n);

bool elixir_variable(struct match_parse *p, const struct match_node *n);
/* The operator of Erlang for one of Elixir with n operands, if both mean the same. */
const char *elixir_operator(struct text name, size_t n);

/* parse_elixir_call.c */

/* A call by name, translated. */
bool elixir_call_value(struct match_parse *p, const struct match_node *n,
		       struct match_node *out);
/* How many arguments it takes, if such a function is known. */
bool elixir_arity(const struct match_node *call, size_t *arity);
/* What a text of ours says of arguments that it calls a, b, c, d; it stands where the
 * call stands. elixir_expand() also translates it. */
struct match_node elixir_text(struct match_parse *p, const char *text,
			      const struct match_node *args,
			      const struct match_node *call);
bool elixir_expand(struct match_parse *p, const char *text, const struct match_node *args,
		   const struct match_node *call, struct match_node *out);

/* parse_elixir_in.c: left in right, left not in right. */
bool elixir_in(struct match_parse *p, const struct match_node *n, struct match_node *out);

/* parse_elixir_say.c: why something can't be said, and what can be said in its place. */

/* Fails when a word begins what has no place in a match specification (if, case, fn). */
bool elixir_say_word(struct match_parse *p, size_t at, struct text word);
bool elixir_say_operator(struct match_parse *p, size_t at, struct text op);
/* Behind a word stands something that could only be its argument. */
bool elixir_say_no_operator(struct match_parse *p, struct text word);
bool elixir_say_call(struct match_parse *p, const struct match_node *call);

#endif
