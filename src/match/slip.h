/*
 * Slips: what people type who think of another language, are in a hurry, or paste from a
 * chat. Looks at the place where reading stopped, says what was meant, and writes the
 * text as it would be right: never one that was not compiled.
 *
 * A slip is found in three ways: what stands there is in a table (slip.c), something is
 * open or too much (slip_edit.c), or neither. Each gives edits; the first whose text
 * compiles, perhaps with some more edits further on, is what is shown.
 */
#ifndef MATCH_SLIP_H
#define MATCH_SLIP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* What is said of text behind the end of an expression. */
#define SLIP_LEFT_OVER "what follows does not belong to it"

/* Does a text compile? out: where it stops when it does not, and in which language. */
struct slip_trial {
	bool (*compiles)(const void *ctx, struct text t, size_t *at, bool *elixir);
	const void *ctx;
};

/*
 * Makes an error without a hint say more.
 *
 * at   in: where reading stopped; out: where the slip is
 * err  in: what the parser said; out: what was meant, if that is known, and what to type
 */
void slip_say(struct arena *a, struct text t, bool elixir, const struct slip_trial *trial,
	      size_t *at, struct err *err);

/* Between slip.c, slip_edit.c and slip_look.c. */

/* Where reading stopped: in which part of an expression. */
enum slip_place {
	SLIP_HEAD = 1,   /* within the brackets of the arguments */
	SLIP_BEHIND = 2, /* in the name, or behind the arguments */
	SLIP_GUARD = 4,
	SLIP_BODY = 8,
	SLIP_END = 16, /* at the end of all, whatever part that is */
};

/* Brackets that may be open. */
#define SLIP_OPEN_MAX 32

struct slip {
	struct arena *a;
	struct text t;
	size_t at;
	size_t last; /* behind what stands in front of it, blanks left out */
	bool elixir;
	bool fun;
	bool commented; /* a comment stands in front of the place */
	unsigned place;
	char open[SLIP_OPEN_MAX]; /* [nopen] the closing brackets that are needed */
	size_t nopen;
	size_t opened[SLIP_OPEN_MAX]; /* where they were opened */
};

/* What stands between from and to is replaced. */
struct slip_edit {
	size_t from;
	size_t to;
	struct text instead;
	const char *what;  /* the error; NULL: what the parser said */
	const char *words; /* what to type, when no edit compiles; or NULL */
	bool alone;        /* a guess: not together with others */
};

#define SLIP_EDITS_MAX 32

struct slip_edits {
	struct slip_edit all[SLIP_EDITS_MAX];
	size_t n;
};

/* One more, if there is room. */
void slip_add(struct slip_edits *e, struct slip_edit edit);
void slip_offer(struct slip_edits *e, size_t from, size_t to, struct text instead,
		const char *what);
/* The same of a guess. */
void slip_guess(struct slip_edits *e, size_t from, size_t to, struct text instead,
		const char *what);
/* Fills in all but a, t, at and elixir. */
void slip_look(struct slip *s);
bool slip_is_blank(char c);
bool slip_is_word(char c);                /* a letter, a digit, '_' or '@' */
char slip_char(struct text t, size_t at); /* '\0' behind the end */
/* Letters, digits, '_' and '@' that begin there; are they all of this word? */
struct text slip_word(struct text t, size_t at);
bool slip_word_is(struct text t, size_t at, const char *word);
/* A character that programs for text make of a quote, a dash, an arrow, a blank: what was
 * typed. Empty when it is none. *len: out, its bytes. */
struct text slip_typographic(struct text t, size_t at, bool elixir, size_t *len);
/* What is not in the table: that which goes before it, and the rest. */
void slip_offer_first(const struct slip *s, struct slip_edits *e);
void slip_offer_last(const struct slip *s, struct slip_edits *e);

#endif
