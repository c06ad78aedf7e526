/*
 * The commands: one row each in cmd/list.c (tables have theirs in tables/tables.c); help,
 * completion and the man page's check read the same rows. A command is a file with one
 * run function; what it needs is in its context.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/table.h"
#include "cmd/opt.h"
#include "format/format.h"
#include "node/target.h"
#include "source/source.h"

struct cmd_context;

struct command {
	const char *name;      /* "processes" has "ps" here */
	const char *alias;     /* another name, or NULL */
	const char *arguments; /* "PID", "[PID]", as help shows them; NULL: none */
	const char *help;      /* one line */
	unsigned options;      /* enum option_group; with OPTIONS_SOURCE a source may be
				* named, and is opened before run */
	bool single;           /* only one source may be named */
	bool live;             /* a recording is no source of it */
	bool patient;          /* of several, those that can't be opened may come later */
	bool outside;          /* asks the operating system about a node of this host,
				* and not the node */
	const char *otherwise; /* the command to try when a node of this host can't be
				* asked, or NULL */
	bool keyword;          /* arguments is a word that is never a SOURCE: one may
				* follow */
	size_t required;       /* words beside SOURCE */
	size_t most;
	const struct schema *schema; /* the table that it shows, or NULL */
	const char *more;            /* what help says below the options, or NULL */
	/* Does the command line make sense? Asked before anything is dialled;
	 * ERR_USAGE. NULL: it does, as far as the options and the schema go. */
	bool (*check)(struct cmd_context *c, struct err *err);
	/* Returns false with an err: it is printed, and its kind is the exit status. */
	bool (*run)(struct cmd_context *c, struct err *err);
};

/* The commands, in the order of help. */
size_t commands_count(void);
struct command command_at(size_t i);
/* By name or alias. False: ERR_USAGE with the nearest name. */
bool command_find(struct text name, struct command *out, struct err *err);

/* What a command works with. Everything lives until it returned. */
struct cmd_context {
	const struct command *command;
	struct options options;
	const struct text *args; /* [nargs] the words that are neither
				  * command nor source */
	size_t nargs;
	bool guessed;               /* the first of them would be a source, if a node had
				     * that name */
	struct source **sources;    /* [nsources] those that could be opened; of a patient
				     * command also NULL */
	struct err *errs;           /* [nsources] then why not */
	struct text *words;         /* [nsources] what they were called */
	size_t nsources;
	size_t nasked;        /* how many were named: if several, answers
			       * say from which */
	struct loop *loop;
	struct arena *arena;
	struct machine machine;
	const struct format *format;
	struct outlet out;
	bool terminal;              /* stdout is one */
	bool endless;               /* Ctrl-C is how it is meant to end */
	enum err_kind status; /* of the first failure that was told; the exit status */
	int output_errno; /* why the output could not be written; 0: it could, so far */
};

/* Runs the program; returns its exit status. env: our environment, NULL at its end. */
int cmd_main(int argc, char **argv, char **env);

/*
 * What commands share.
 */

/* Runs the loop until *done. When it takes long, stderr (a terminal) says what is
 * awaited, "asking 'shop@web1'". False: a signal came first; return at once. */
bool cmd_wait(struct cmd_context *c, const bool *done, const char *what);

/* An answer that is awaited. Lives in the context's arena: it may come when nobody waits
 * any more. */
struct waiting {
	bool done;
	struct err err; /* kind ERR_NONE: the answer is there */
};
/* What the callback of an answer ends with; err may be NULL. */
void cmd_answered(struct waiting *w, const struct err *err);
/* Waits for an answer of the first source. False: err says why there is none, or is empty
 * when a signal came. */
bool cmd_wait_answer(struct cmd_context *c, const struct waiting *w, struct err *err);

/* A sample that is awaited, and the callback that takes it: ctx is one of these. */
struct waiting_sample {
	struct waiting waiting;
	struct sample *sample;
};
void cmd_sampled(void *ctx, struct sample *sample, const struct err *err);
/* Asks the first source and waits. NULL as cmd_wait_answer() returns false; else free it
 * with sample_free(). */
struct sample *cmd_ask(struct cmd_context *c, const struct request *rq, struct err *err);

/* Waits for a moment of loop_now(). */
bool cmd_sleep(struct cmd_context *c, int64_t until_ns);

/* Tells a failure that does not end the command, on stderr; the first one is the exit
 * status. */
void cmd_complain(struct cmd_context *c, const struct err *err);

/* The same of what one of the sources failed at: named, unless the sentence does. */
void cmd_complain_source(struct cmd_context *c, const struct source *s,
			 const struct err *err);
/* Rows are missing; first: the keys of some. */
void cmd_complain_missed(size_t missed, struct text first);

/* A variable of our environment; empty when it is not there. */
const char *cmd_variable(const struct cmd_context *c, const char *name);

/* Lines for people: what rows cannot say. */
void cmd_tell_notes(struct text notes);

/* Asks the terminal how wide it is now. */
void cmd_fit_terminal(struct cmd_context *c);

/* Prints fields as one object, in the format that was asked for. */
void cmd_print_object(struct cmd_context *c, const struct fields *f);
void cmd_print_page(struct cmd_context *c, const struct page *p);
/* Hands everything printed so far to the reader. False when nobody reads any more, or the
 * disk is full. */
bool cmd_flush(struct cmd_context *c);

/* May the command change the target? what: "end process <0.81.0>". Asks on a terminal
 * unless --yes; ERR_USAGE without
 * --allow-write, without a terminal, or when the answer was no. */
bool cmd_may_write(struct cmd_context *c, const char *what, struct err *err);

/* What a target of the command line needs to be found. */
struct target_options cmd_target_options(const struct cmd_context *c);

#endif
