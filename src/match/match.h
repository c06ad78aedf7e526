/*
 * What to trace, as a person writes it -> a match specification. Knows no node.
 *
 * Four ways to write it, in Erlang and in Elixir, told apart by how they look:
 *
 *   maps:get(ccc, _) when G -> return     a function, patterns, guards, words (redbug's
 *   Map.get(_, :ccc) when g -> return     way); also mod, mod:_, mod:fun, mod:fun/2
 *   fun([A, _]) when G -> return_trace() end     what dbg:fun2ms/1 takes
 *   fn [a, _] when g -> return_trace() end       what ex2ms takes; a head that is a tuple
 *                                                is one of ets:fun2ms/1 in both languages
 *   [{['$1', '_'], [], [{return_trace}]}]        a match specification
 *   MFA followed by one of the last three        mod:fun fun([A]) -> ... end
 *
 * The reference for funs is ms_transform of OTP 27: the same term. An Elixir fun gives
 * the term of the Erlang fun that Elixir's compiler makes of it. doc/match.md has the
 * language.
 */
#ifndef MATCH_MATCH_H
#define MATCH_MATCH_H

#include "base/arena.h"
#include "base/err.h"
#include "base/request.h"
#include "base/text.h"
#include "term/term.h"

enum match_form {
	MATCH_FUNCTION, /* a function, with or without patterns */
	MATCH_FUN,      /* fun ... end, fn ... end */
	MATCH_SPEC,     /* a match specification */
};

/* The words behind "->" of a MATCH_FUNCTION, and the actions that ask for the same. */
enum match_word {
	MATCH_RETURN = 1, /* return: {exception_trace} in the specification */
	MATCH_STACK = 2,  /* stack: {message, {current_stacktrace}} */
	MATCH_TIME = 4,   /* time: what the calls took, summed; nothing in it */
	MATCH_COUNT = 8,  /* count: how many there are; nothing in it */
};

/* Something that is allowed, and perhaps not what was meant. */
struct match_warning {
	size_t at;        /* bytes into the text */
	struct text what; /* "variable 'X' is used only once in front of '->'" */
};

/* The fields of a record, for #name{} in patterns. */
struct match_record {
	struct text module;        /* where it is defined; empty: wherever it is named */
	struct text name;
	const struct text *fields; /* [nfields] */
	size_t nfields;
	const struct term *defaults; /* [nfields] what fields are when a record is made;
				      * NULL: undefined */
};

struct match_options {
	enum syntax syntax; /* AUTO: told by the text */
	const struct match_record *records; /* [nrecords] those that are known */
	size_t nrecords;
};

/* A variable of a head. */
struct match_variable {
	struct text name;
	struct text atom;        /* what it is there: '$1', or '$_' for the whole */
	const struct term *head; /* of its clause, in the specification */
};

struct match {
	enum match_form form;
	enum syntax syntax;      /* the one that it is written in; never AUTO */
	bool named;              /* says of which functions; else only a specification */
	struct text module;      /* an atom's text; empty: any */
	struct text function;    /* empty: any */
	int arity;               /* -1: any */
	struct term spec;        /* [{Head, Guards, Actions}]; what matches everything is
				  * [{'_', [], Actions}] */
	unsigned words;          /* of enum match_word */
	bool head_tuple;         /* for tables, not for calls: heads are tuples */
	const struct match_warning *warnings; /* [nwarnings] in the order of the text */
	size_t nwarnings;
	const struct match_variable *variables; /* [nvariables] of all clauses */
	size_t nvariables;
	/* ERR_ABSENT from match_compile(): this record is not known. */
	struct text record;
	struct text record_module; /* of "mod#rec"; else empty */
};

/*
 * Compiles one text. Everything lives in the arena; texts may point into text.
 *
 * ERR_USAGE with the place (fail_place()), the reason and, where there is one, a
 * rewriting that works. ERR_ABSENT: a record that options.records does not have (named
 * in out->record).
 */
bool match_compile(struct arena *a, struct text text, const struct match_options *o,
		   struct match *out, struct err *err);

/*
 * The same of a pattern of messages, "{reply, X} when X > 1": what erlang:trace_pattern()
 * takes for send and receive.
 *
 * front  how many elements a head has in front of the message: send 1, receive 2
 */
bool match_compile_message(struct arena *a, struct text text, size_t front,
			   const struct match_options *o, struct match *out,
			   struct err *err);

/*
 * In a clause for calls without arguments, whose head is [], '$_' is read from behind the
 * arguments, and the emulator ends at the first such call; {} is as bad (seen on OTP 23,
 * 25, 27 and 29, also when all that uses it is a guard). There it can only be the head,
 * and becomes that. match_compile() has done it; whoever changes a specification does it
 * again.
 */
void match_make_safe(struct arena *a, struct term *spec);

/* The specification on one line, as its syntax writes it. */
void match_print(struct buf *out, const struct term *spec, enum syntax syntax);

#endif
