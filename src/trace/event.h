/*
 * What a traced node said, one thing at a time: messages of the runtime's tracing become
 * these, durations are added, and whoever writes them out reads nothing else.
 */
#ifndef TRACE_EVENT_H
#define TRACE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "term/term.h"

enum event_kind {
	EVENT_CALL,
	EVENT_RETURN,    /* of a call that was seen */
	EVENT_EXCEPTION,
	EVENT_RETURN_TO, /* to where, when that was asked for */
	EVENT_SEND,
	EVENT_RECEIVE,
	EVENT_PROCESS,   /* something of --events: what says which */
	EVENT_OTHER,     /* nothing that we know; shown as a term */
};

enum event_args {
	ARGS_NONE,  /* only how many there are */
	ARGS_CUT,   /* what the target left out is TERM_CUT */
	ARGS_WHOLE,
};

struct event_function {
	struct text module;
	struct text function;
	int arity;           /* -1: not known */
	struct text file;    /* of a caller or of a line of a stack; or empty */
	int64_t line;        /* 0: not known */
};

/* Texts and terms live in the arena that it was read into. */
struct event {
	enum event_kind kind;
	uint64_t number;     /* of a call: 1, 2, ...; of its return the same; else 0 */
	unsigned depth;      /* of calls and their ends: how many of the process were open
			      * around it, as far as is known */
	int64_t time_ns;     /* since 1970 */
	uint64_t pid;        /* serial << 32 | id */
	bool port;           /* it is a port: pid is its number */
	struct text name;    /* registered name, or empty */
	struct event_function function; /* called, returned from; RETURN_TO: to where */
	enum event_args args;
	struct term arguments;          /* a list of them, with ARGS_CUT and ARGS_WHOLE */
	bool has_value;      /* RETURN with its value, EXCEPTION with its reason */
	struct term value;   /* RETURN; EXCEPTION: the reason; SEND, RECEIVE: the message;
			      * PROCESS, OTHER: what else there is */
	struct text class;   /* EXCEPTION: error, exit, throw */
	int64_t duration_ns; /* RETURN, EXCEPTION; -1: not known */
	struct term to;      /* SEND: a pid, a port, a name; else undefined */
	struct text what;    /* PROCESS: "spawn", "exit", "link", ... */
	struct event_function caller;   /* module empty: not asked for, or nobody */
	bool has_from;
	struct event_function from;     /* CALL: where it will return to, for pair.h;
					 * module empty: the runtime does not know */
	const struct event_function *stack; /* [nstack] the innermost first */
	size_t nstack;
	struct term extra;   /* of an expression with its own message(); or undefined */
	bool has_extra;
};

struct trace_message; /* trace/message.h */

/* How the messages of one trace are to be read: what was asked of the target. */
struct event_reader {
	int64_t offset_ns;      /* from the node's monotonic time to 1970 */
	enum event_args args;   /* that were asked for */
	const struct trace_message *message; /* what {message, ...} has; or NULL */
};

/* False: it is no message of a trace. Whatever else is odd becomes EVENT_OTHER. */
bool event_read(const struct event_reader *r, struct arena *a, const struct term *message,
		struct text name, struct event *out);

/* {M, F, A} and whatever is behind these, where A is a number or the arguments: names and
 * arity. False, and nothing is read, when it is something else. */
bool event_function_read(const struct term *t, struct event_function *out);

#endif
