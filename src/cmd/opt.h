/*
 * The options: one row each in cmd/opt.c; parsing, help, completion and the man page's
 * check read the same rows.
 */
#ifndef CMD_OPT_H
#define CMD_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/request.h"
#include "base/text.h"
#include "format/format.h"

/* Which commands take an option: those whose row has one of its groups. */
enum option_group {
	OPTIONS_ANY = 1,    /* every command */
	OPTIONS_SOURCE = 2, /* those that look at a source */
	OPTIONS_OUTPUT = 4, /* those that print data */
	OPTIONS_TABLE = 8,  /* those that print a table */
	OPTIONS_SAMPLE = 16, /* those that may read it again */
	OPTIONS_TERMS = 32, /* those that print terms */
	OPTIONS_WRITE = 64, /* those that may change the target */
	OPTIONS_COUNT = 128, /* those that bound what they show, but show no table */
	OPTIONS_PAST = 256, /* those that recordings answer */
	OPTIONS_RECORD = 512, /* record */
	OPTIONS_ROWS = 1024, /* ets */
	OPTIONS_ACTIVE = 2048, /* those that may ask processes of the application */
	OPTIONS_LEAKS = 4096, /* leaks */
	OPTIONS_TOP = 8192, /* top */
	OPTIONS_TRACE = 16384, /* trace */
};

enum option_type {
	OPTION_FLAG,     /* bool */
	OPTION_TEXT,     /* struct text */
	OPTION_STRING,   /* const char * */
	OPTION_LIST,     /* struct words; may be repeated */
	OPTION_COMMAS,   /* struct words; a,b,c; may be repeated */
	OPTION_COUNT,    /* size_t */
	OPTION_PERCENT,  /* unsigned, 1 to 100 */
	OPTION_PORT,     /* uint16_t */
	OPTION_DURATION, /* int64_t, ns, more than 0 */
	OPTION_SIZE,     /* int64_t, bytes, 0 or more */
	OPTION_MOMENT,   /* struct moment */
	OPTION_FORMAT,   /* const struct format * */
	OPTION_SYNTAX,   /* enum syntax */
	OPTION_WHEN,     /* enum when */
};

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* What a shell may offer as the value. */
enum option_complete {
	COMPLETE_NOTHING,
	COMPLETE_COLUMN,
	COMPLETE_TABLE,
	COMPLETE_FILE,
	COMPLETE_SOURCE,
	COMPLETE_VALUES,
};

struct option {
	const char *name;     /* "sort", without dashes; one letter: only -X */
	const char *argument; /* "COL", as help shows it; NULL for a flag */
	const char *help;     /* one line */
	unsigned groups;      /* enum option_group */
	enum option_type type;
	size_t offset;        /* in struct options */
	const char *values;   /* COMPLETE_VALUES: "a b c" */
	enum option_complete complete;
	char letter;          /* 'h' for -h; 0: none */
};

extern const struct option option_rows[];
extern const size_t option_count; /* at most OPTIONS_MAX */

struct words {
	struct text *at; /* [n] */
	size_t n;
	size_t cap;
};

#define OPTIONS_MAX 96

/* What the options said. Zeros: nothing. */
struct options {
	struct words sources;
	const char *cookie_file;
	const char *script;
	const char *host;
	uint16_t port;
	int64_t timeout_ns;
	struct text sort;
	size_t limit;
	size_t rows;
	int64_t window_ns;
	int64_t watch_ns;
	struct moment at;
	int64_t every_ns;
	unsigned budget;
	int64_t for_ns;
	int64_t max_bytes;
	struct words tables;
	struct words where;
	struct words columns;
	const struct format *format;
	enum syntax syntax;
	enum when color;
	bool ascii;
	bool whole;
	bool redact;
	bool verbose;
	bool help;
	bool version;
	bool active;
	bool likely;
	bool allow_write;
	bool yes;
	struct text rate;
	bool throttle;
	int64_t trace_ns;
	size_t queue;
	struct words pids;
	struct words apps;
	struct words initial_calls;
	bool children;
	bool args;
	bool arity;
	bool stack;
	bool caller;
	bool return_to;
	struct words send;
	struct words receive;
	struct words events;
	bool count;
	bool time_spent;
	bool memory_spent;
	bool histogram;
	struct text by;
	struct text template;
	bool dry_run;
	bool force;
	bool given[OPTIONS_MAX]; /* option_rows[i] was on the command line */
};

/* Was this option on the command line? */
bool options_given(const struct options *o, const char *name);

/*
 * Takes the options out of a command line, wherever they stand; "--" ends them.
 *
 * argv   without the program's name
 * words  out: what is no option
 *
 * ERR_USAGE: an unknown option (the hint has the nearest), a value that is missing, too
 * much or wrong. Texts point into argv; the rest lives in the arena.
 */
bool options_parse(struct options *o, int argc, char **argv, struct words *words,
		   struct arena *arena, struct err *err);

/* ERR_USAGE when an option was given that a command with these groups does not take. */
bool options_check(const struct options *o, const char *command, unsigned groups,
		   struct err *err);

void words_add(struct words *w, struct text word, struct arena *arena);

#endif
