/*
 * Erlang terms as values in an arena. Knows nothing of connections.
 *
 * Every reader here takes foreign bytes: lengths are checked before they are believed,
 * depth and size are limited, nothing is assumed to be valid UTF-8.
 * How terms look, and where that differs from a node's own: doc/terms.md.
 * Source: Erlang/OTP documentation, ERTS User's Guide, "External Term Format".
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/request.h"
#include "base/text.h"

enum term_type {
	TERM_INT,    /* fits 64 bits */
	TERM_BIG,    /* does not */
	TERM_FLOAT,
	TERM_ATOM,
	TERM_PID,
	TERM_PORT,
	TERM_REF,
	TERM_FUN,    /* a closure: shown by name, its environment is dropped */
	TERM_EXPORT, /* fun m:f/a */
	TERM_TUPLE,
	TERM_LIST,   /* also the empty one, and improper ones */
	TERM_MAP,
	TERM_BINARY, /* whole bytes */
	TERM_BITS,   /* the last byte is used only in part */
	TERM_CUT,    /* something was left out, on the target or here; never sent */
};

struct term;

struct term_id { /* pid, port, reference */
	struct text node;
	uint64_t num;      /* pid: serial << 32 | id; port: its number; reference: 0 */
	uint32_t creation;
	uint32_t nwords;   /* reference: number of words, 1..5 */
	uint32_t words[5]; /* reference: first word first */
};

struct term_big {
	bool negative;
	struct text bytes; /* magnitude, least significant byte first */
};

struct term_fun {
	struct text module;
	uint32_t index;     /* of the fun in its module */
	uint32_t uniq;      /* OldUniq */
	uint32_t nfree;     /* free variables (dropped) */
	uint8_t arity;
	struct text name;   /* TERM_EXPORT: the function's name */
};

struct term_cut {
	struct text what;   /* "elements", "bytes", "" */
	int64_t count;      /* how many were left out; -1: not known; -2: what stands here
			     * is all that is known: "a function" */
};

/* 24 bytes: answers hold hundreds of thousands of them. */
struct term {
	enum term_type type : 8;
	uint8_t last_bits; /* TERM_BITS: used bits of the last byte, 1..7 */
	uint32_t n;        /* elements (of a list: before the tail); map: pairs;
			    * binary: bytes that were left out behind it */
	union {
		int64_t num;      /* TERM_INT */
		double real;      /* TERM_FLOAT */
		struct text text; /* TERM_ATOM (UTF-8 as sent), TERM_BINARY, TERM_BITS */
		const struct term_big *big;
		const struct term_id *id;   /* TERM_PID, TERM_PORT, TERM_REF */
		const struct term_fun *fun; /* TERM_FUN, TERM_EXPORT */
		/* tuple: [n]; list: [n + 1], the last is the tail; map: [2 n] key, value,
		 * where a last key that is a TERM_CUT stands for the pairs left out;
		 * unused when n is 0 */
		const struct term *items;
		const struct term_cut *cut;
	};
};

/* Atoms that the distribution header gives by number; NULL where terms stand alone. */
struct term_atoms {
	const struct text *at; /* [n] */
	size_t n;
};

struct term_limits {
	size_t depth; /* of nesting; 0: 10,000, which is also the most */
	size_t terms; /* values made, all together; 0: 16 million */
	size_t bytes; /* taken from the arena, what a compressed term unpacks to with it;
			 0: 256 MiB */
};

/*
 * Reads one term.
 *
 * bytes   with the version byte 131 in front when version is true (a message without a
 *         distribution header). Texts and big integers point into them unless they had to
 *         be made (compressed, Latin-1 atoms): they must outlive the term
 * used    out: bytes read; NULL when the term must fill bytes exactly
 *
 * Returns false with ERR_FORMAT: cut off, an unknown tag, a limit passed, trailing bytes.
 */
bool term_decode(struct arena *a, struct text bytes, bool version,
		 const struct term_atoms *atoms, const struct term_limits *limits,
		 size_t *used, struct term *out, struct err *err);

/* Writing the external format piece by piece, without the version byte. Counts must be
 * kept by the caller: etf_list(n) is followed by n terms and a tail (etf_nil()). */
void etf_version(struct buf *b);
void etf_int(struct buf *b, int64_t v);
void etf_uint(struct buf *b, uint64_t v);
void etf_float(struct buf *b, double v);
void etf_atom(struct buf *b, struct text name);
void etf_atom_s(struct buf *b, const char *name);
void etf_binary(struct buf *b, struct text bytes);
void etf_tuple(struct buf *b, size_t n);
void etf_list(struct buf *b, size_t n); /* n may be 0: then only the tail follows */
void etf_nil(struct buf *b);
void etf_map(struct buf *b, size_t n);
void etf_string(struct buf *b, struct text s); /* a list of bytes, of any length */
void etf_pid(struct buf *b, struct text node, uint64_t num, uint32_t creation);
void etf_ref(struct buf *b, struct text node, uint32_t creation, const uint32_t *words,
	     size_t n);
void etf_export(struct buf *b, struct text module, struct text function, unsigned arity);
/* Any term; funs and cuts can't be written: ERR_CANNOT. */
bool term_encode(struct buf *b, const struct term *t, struct err *err);

/* Questions and parts. All take any term: the answer for another type is false, 0 or the
 * empty text. */
bool term_is_atom(const struct term *t, const char *name);
bool term_is_nil(const struct term *t);
/* tag NULL: any first element, or none. */
bool term_is_tuple(const struct term *t, size_t n, const char *tag);
/* A proper list (also the empty one). */
bool term_is_list(const struct term *t);
bool term_is_number(const struct term *t);
/* Element i of a tuple or list; the atom 'undefined' when there is none. Never NULL. */
const struct term *term_at(const struct term *t, size_t i);
/* The value of an atom key in a map or in a list of pairs; NULL when there is none. */
const struct term *term_get(const struct term *t, const char *key);
/* Also a big integer that fits uint64: saturates at INT64_MAX. */
bool term_int(const struct term *t, int64_t *out);
int64_t term_num(const struct term *t);      /* 0 when it is no integer */
struct text term_text(const struct term *t); /* of an atom or binary */
/* A list of code points as UTF-8, or the bytes of a binary. False for all else. */
bool term_chars(const struct term *t, struct arena *a, struct text *out);
/* Erlang's exact equality (=:=, as OTP 27 has it: 0.0 and -0.0 differ). */
bool term_eq(const struct term *a, const struct term *b);
/* Erlang's term order, as lists:sort/1 has it; -1, 0, 1. Funs by module, index, uniq. */
int term_compare(const struct term *a, const struct term *b);

/* A copy that shares nothing with the term; what is nested deeper than TERM_COPY_DEPTH
 * becomes a TERM_CUT. */
#define TERM_COPY_DEPTH 1000
struct term term_copy(struct arena *a, const struct term *t);

/*
 * Printing.
 */
struct term_style {
	enum syntax syntax;   /* SYNTAX_AUTO is Erlang */
	struct text home;     /* pids of this node print as <0.N.S>, ports and references
				 likewise; empty: those of all do */
	size_t width;         /* at which io_lib and inspect break lines; 0: one line */
	size_t depth;         /* of nesting; 0: no limit */
	size_t items;         /* of one list, tuple or map; 0: no limit */
	size_t bytes;         /* of one binary, string or atom; 0: no limit */
	size_t total;         /* bytes printed, about; 0: no limit */
	bool redact;          /* mask values under keys like password, token, api_key */
	/* The names of the fields of a tuple that is a record of that name, with so many
	 * of them; NULL: it is none. Where lines are broken (width) it is not asked. */
	const struct text *(*fields)(const void *records, struct text name, size_t n);
	const void *records;  /* for fields() */
};

/*
 * Erlang: as io_lib:format("~tp") of OTP 27 (width 0: as "~0tp"). Elixir: as inspect/2 of
 * Elixir 1.18 with pretty: true (width 0: without it). What a limit cut off is said:
 * "... (1234 more)"; containers nested deeper than 1,000 are always cut.
 *
 * Output is valid UTF-8 without control characters other than the line feeds of broken
 * lines, whatever the term holds.
 */
void term_print(struct buf *out, const struct term *t, const struct term_style *style);

/* An atom as a name in a table: plain text without quotes and colon, "Elixir." taken off,
 * unprintable bytes escaped. */
void term_name(struct buf *out, struct text atom);
/* M:F/A or M.f/a with the quoting of the syntax; arity < 0 leaves it out. A module of
 * Elixir is written as Elixir does in both. */
void term_mfa(struct buf *out, struct text module, struct text function, int arity,
	      enum syntax syntax);
/* Foreign bytes made fit for a terminal: valid UTF-8 stays, control characters (C0, DEL,
 * C1, also bidirectional overrides) and invalid bytes become \n, \e, \xHH or \x{H}. */
void text_escape(struct buf *out, struct text t);

/*
 * Parsing literals: what a person types.
 *
 * {ok, [1,2], <<"x">>, #{a => 1}} or {:ok, [1, 2], "x", %{a: 1}}. No operators, no
 * variables, no calls. Pids as <0.1.2> and #PID<0.1.2> are accepted in both, ports and
 * references as they are printed; their node is empty and their creation 0: the caller's.
 *
 * at   out: offset in bytes of what is wrong (ERR_USAGE)
 */
bool term_parse(struct arena *a, struct text t, enum syntax syntax, struct term *out,
		size_t *at, struct err *err);

/* "M:F(ARGS)" or "M.f(args)": a remote call with literal arguments; when the syntax is
 * AUTO it is told by its form. */
struct term_call {
	struct text module;
	struct text function;
	struct term args;    /* a proper list */
	enum syntax syntax;  /* the one it is written in */
};
bool term_parse_call(struct arena *a, struct text t, enum syntax syntax,
		     struct term_call *out, size_t *at, struct err *err);
/* "<0.81.0>", "0.81.0", "#PID<0.81.0>": serial << 32 | id. */
bool term_parse_pid(struct text t, uint64_t *num);
/* "<0.81.0>". */
void term_print_pid(struct buf *out, uint64_t num);

#endif
