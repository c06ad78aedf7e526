/*
 * The pieces of literals in both languages: blanks, numbers, texts, atoms. They are what
 * a person typed; where reading stands is the place of an error.
 */
#ifndef TERM_LEX_H
#define TERM_LEX_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "term/term.h"

struct lex {
	struct text t;
	size_t at;            /* bytes read */
	bool elixir;
	bool comments;        /* are those of Erlang blanks? */
	struct arena *arena;
	size_t depth;         /* how many more containers may be opened */
	struct term *stack;   /* elements of the containers that are open */
	size_t nstack;
	size_t cap;
	struct err *err;
};

/* An error at the place where reading stands. Returns false. */
bool lex_fail(struct lex *l, const char *what);

/* The same at what opens a text there that does not end. */
bool lex_fail_open(struct lex *l, size_t at);

/* Blanks, line ends and comments. */
void lex_blanks(struct lex *l);
/* What stands here: the byte (0 at the end), or whether it is s. */
char lex_peek(const struct lex *l);
bool lex_is(const struct lex *l, const char *s);
/* Reads s, with the blanks before it; lex_need() fails when it is not there. */
bool lex_take(struct lex *l, const char *s);
bool lex_need(struct lex *l, const char *s);

/* A number, with its sign, or a character such as $a and ?a. */
bool lex_number(struct lex *l, struct term *out);
/* One character, or an escape. */
bool lex_character(struct lex *l, uint32_t *c);
/* A decimal number in [0, max]. */
bool lex_small(struct lex *l, uint64_t max, uint64_t *out);

/* What the escapes of a text may stand for. */
enum lex_text {
	LEX_CHARS, /* \xHH is a code point, as everywhere in Erlang */
	LEX_BYTES, /* \xHH is a byte, as in Elixir's strings */
};
/* What closes a text that this opens: the other bracket, or the same byte. */
char lex_closing(char open);
/* A text between two bytes like the one here, as UTF-8 but for the bytes of LEX_BYTES.
 * In the arena. */
bool lex_quoted(struct lex *l, enum lex_text kind, struct text *out);
/* The same behind its first byte; quote '\0': to the end of all. A text that does not end
 * is wrong where it begins. */
bool lex_text(struct lex *l, char quote, enum lex_text kind, struct text *out);

/* An atom in the language's own form: ok, 'a b'; :ok, :"a b", :+, MyApp.Cache, nil. */
bool lex_atom(struct lex *l, struct text *name);
/* A function's name behind a module's: any atom of Erlang; a word, an operator or a text
 * of Elixir. */
bool lex_function(struct lex *l, struct text *name);
/* A key of Elixir with its colon ("a: "). False, and nothing is read, when there is none,
 * also when something is wrong with it: then it is no term either. */
bool lex_key(struct lex *l, struct text *name);
/* MyApp.Cache, as an atom. */
bool lex_alias(struct lex *l, struct text *name);

#endif
