/*
 * What both languages are parsed into: clauses of patterns, guards and actions, in
 * Erlang's words. Whatever an Elixir text means in Erlang (elem(t, 0), x in [1, 2], "!=")
 * is settled by its parser.
 */
#ifndef MATCH_NODE_H
#define MATCH_NODE_H

#include <stddef.h>

#include "base/text.h"
#include "term/term.h"

enum node_kind {
	NODE_TERM,   /* a literal without parts, or a text. With a module: a record's
		      * name */
	NODE_VAR,    /* name; "_" is anonymous */
	NODE_TUPLE,  /* items */
	NODE_LIST,   /* items [n + 1]: the last is the tail. n is 0: [], without items */
	NODE_MAP,    /* items [2 n]: key, value. name ":=": it can only be a pattern */
	NODE_RECORD, /* name, module ("mod#rec", or empty); items [2 n]: field (an atom),
		      * value. A field "_" is all others */
	NODE_FIELD,  /* items[0]#name.field: items[1] is the field; n is 2. #name.field:
		      * items[0] is the field; n is 1 */
	NODE_BITS,   /* <<...>> that is no literal: only to say why not */
	NODE_CALL,   /* module (or empty), name; items: the arguments */
	NODE_OP,     /* name, of Erlang: "=:=", "andalso", "-"; items: one or two */
	NODE_MATCH,  /* items[0] = items[1] */
};

struct match_node {
	enum node_kind kind;
	size_t at;           /* where it begins and ends: bytes into the text */
	size_t end;
	struct text name;
	struct text module;
	struct term term;    /* NODE_TERM */
	const struct match_node *items;
	size_t n;            /* of a list without its tail, of a map its pairs */
	const struct match_node *base; /* X of X#name{...}; or NULL */
	bool made; /* a parser wrote it out for what the text says: a test that is always
		    * the same is nothing to warn of */
};

/* Guards as Erlang has them: alternatives (";") of conditions that all hold (","). */
struct match_guard {
	const struct match_node *all; /* [n] */
	size_t n;
};

struct match_clause {
	size_t at;
	/* The head. Of calls: one node, a NODE_LIST of patterns, a NODE_VAR, or a
	 * NODE_MATCH of those; of tables a NODE_TUPLE */
	struct match_node head;
	const struct match_guard *guards; /* [nguards] any of them */
	size_t nguards;
	const struct match_node *body;    /* [nbody] actions, the last is the result */
	size_t nbody;
};

/* A text, parsed. */
struct match_text {
	enum syntax syntax;
	bool fun;                /* it was a fun, or a raw specification: no words */
	const struct match_clause *clauses; /* [nclauses] */
	size_t nclauses;
};

#endif
