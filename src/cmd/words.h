/*
 * Which words of the command line are the command, the source and the arguments.
 */
#ifndef CMD_WORDS_H
#define CMD_WORDS_H

#include "cmd/cmd.h"

/* How a word names a source. */
enum source_form {
	SOURCE_NONE, /* it can't be one: a blank, '<', ':' or a quote in it */
	SOURCE_BARE, /* a bare name: it depends on the command */
	SOURCE_NODE, /* name@host, os:PID */
	SOURCE_FILE, /* a path, or an existing file */
};
enum source_form words_form(const struct machine *m, struct text word);

/*
 * Reads the whole command line into the context: options, command (NULL when there is
 * none), sources, arguments, format. Dials nothing; also what the command's table says
 * about columns is checked. c->arena and c->machine are given.
 */
bool words_understand(struct cmd_context *c, int argc, char **argv,
		      bool (*known)(void *ctx, struct text name), void *ctx,
		      struct err *err);

/*
 * Sorts the words behind the command into source and arguments, and checks how many there
 * are.
 *
 * known  is this bare name a node that the port mapper of this host knows? Asked only
 * where the rules depend on it
 *
 * The source is added to o->sources. ERR_USAGE when an argument is missing or too much.
 */
struct invocation {
	const struct command *command;
	struct words args;
	bool guessed; /* the first of these would be a source, if a node had that name */
};
bool words_sort(struct invocation *in, const struct command *command,
		const struct words *words, struct options *o, const struct machine *m,
		bool (*known)(void *ctx, struct text name), void *ctx,
		struct arena *arena, struct err *err);

#endif
