/*
 * How atoms are written in both languages. Whatever the bytes of the atom are, the output
 * is valid UTF-8 without control characters.
 */
#ifndef TERM_ATOM_H
#define TERM_ATOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

/* Erlang: quoted where it must be. */
void atom_erlang(struct buf *out, struct text name);
/* The same inside of fun m:f/a: the emulator writes it, and quotes '@' too. */
void atom_erlang_in_fun(struct buf *out, struct text name);
/* Elixir, on its own: :ok, :"a b", nil, MyApp.Cache. */
void atom_elixir(struct buf *out, struct text name);
/* Elixir, as a key with its colon: "a:", "\"a b\":". */
void atom_elixir_key(struct buf *out, struct text name);
/* Elixir, as a function behind a dot: f, +, "a b". */
void atom_elixir_call(struct buf *out, struct text name);
/* A module's name of Elixir that can be written without the prefix "Elixir.". */
bool atom_is_alias(struct text name);

/* Atoms of Elixir that are no words and need no quotes on their own or as a function: +,
 * <>, %{}. */
bool atom_is_operator(struct text name);

/* What stands between the quotes of an Erlang atom or string, for one code point. */
void escape_erlang(struct buf *out, uint32_t c, char quote);
/* The same for the bytes of an Elixir string, atom or charlist. */
void escape_elixir(struct buf *out, struct text t, char quote);

/* The source of a regex between slashes. */
void escape_elixir_regex(struct buf *out, struct text t);

/* For the files of both languages. */

/* Is the text one of n words? */
bool atom_in(const char *const *words, size_t n, struct text t);
#define ATOM_IN(words, t) atom_in((words), sizeof(words) / sizeof((words)[0]), (t))
/* The letter that both languages write behind a backslash for a character; 0: none. */
char atom_escape(uint32_t c);

#endif
