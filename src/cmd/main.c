/*
 * From argv to the exit status.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/open.h"
#include "cmd/report.h"
#include "cmd/table.h"
#include "cmd/words.h"

static const char *variable(const struct cmd_context *c, const char *name)
{
	size_t len = strlen(name);

	for (char *const *e = c->machine.environ; e && *e; e++)
		if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
			return *e + len + 1;
	return "";
}

/* Source: no-color.org. */
static bool colored(const struct cmd_context *c)
{
	if (c->options.color != WHEN_AUTO)
		return c->options.color == WHEN_ALWAYS;
	return c->terminal && !*variable(c, "NO_COLOR") && strcmp(variable(c, "TERM"), "dumb") != 0;
}

static void set_outlet(struct cmd_context *c)
{
	c->terminal = isatty(STDOUT_FILENO);
	c->format = c->options.format ? c->options.format : format_find(TEXT("text"), NULL);
	c->out = (struct outlet){
		.file = stdout,
		.color = colored(c),
		.ascii = c->options.ascii,
		.line = c->options.watch_ns > 0,
		.redact = c->options.redact,
		.error = &c->output_errno,
	};
}

/* Words in front of which a command is missing. */
static bool no_command(const struct cmd_context *c, struct text word, struct err *err)
{
	if (words_form(&c->machine, word) != SOURCE_NODE)
		return false;
	fail(err, ERR_USAGE, "a command is missing before '%.*s'", TEXT_ARG(word));
	fail_hint(err, "try otoscope ps %.*s; otoscope help lists the commands", TEXT_ARG(word));
	return true;
}

static bool sort_words(struct cmd_context *c, const struct words *words, struct err *err)
{
	struct command *command = arena_new(c->arena, struct command);
	struct words rest = { .at = words->at + 1, .n = words->n - 1 };
	struct invocation in;

	if (no_command(c, words->at[0], err) || !command_find(words->at[0], command, err) ||
	    !options_check(&c->options, command->name, command->options, err))
		return false;
	c->command = command;
	if (c->options.help || c->options.version)
		return true;
	if (!words_sort(&in, command, &rest, &c->options, &c->machine, open_known, c, c->arena, err))
		return false;
	if (command->single && c->options.sources.n > 1)
		return fail(err, ERR_USAGE, "%s looks at one source only", command->name);
	c->args = in.args.at;
	c->nargs = in.args.n;
	c->nasked = c->options.sources.n ? c->options.sources.n : 1;
	return true;
}

static bool run(struct cmd_context *c, struct err *err)
{
	bool ok;

	if (c->command->schema && !table_check(c, c->command->schema, err))
		return false;
	if (!loop_catch_signals(c->loop, err))
		return false;
	if (c->command->options & OPTIONS_SOURCE && !open_sources(c))
		return true;
	ok = c->command->run(c, err);
	close_sources(c);
	return ok;
}

/* Everything but the failure at the end. */
static bool go(struct cmd_context *c, int argc, char **argv, struct err *err)
{
	struct words words;

	if (!options_parse(&c->options, argc, argv, &words, c->arena, err))
		return false;
	set_outlet(c);
	log_enable(c->options.verbose);
	if (words.n > 0 && !sort_words(c, &words, err))
		return false;
	if (c->options.version)
		return version_run(c, err);
	if (c->options.help && c->command)
		help_print(stdout, c->command);
	else if (c->command)
		return run(c, err);
	else
		help_print_all(stdout);
	return true;
}

/* Ends by the signal that ended us, so that the shell knows; what only watches is ended by Ctrl-C as it should be. */
static void end_by_signal(const struct cmd_context *c)
{
	int sig = loop_signal(c->loop);

	if (sig == 0 || (sig == SIGINT && c->options.watch_ns))
		return;
	signal(sig, SIG_DFL);
	raise(sig);
}

int cmd_main(int argc, char **argv, char **env)
{
	struct arena arena = { 0 };
	struct cmd_context c = { .loop = loop_new(), .arena = &arena, .machine = { .root = "", .environ = env } };
	struct err err = { 0 };

	signal(SIGPIPE, SIG_IGN);
	if (!go(&c, argc - 1, argv + 1, &err))
		cmd_complain(&c, &err);
	if (c.out.file && !report_output(&c, &err))
		cmd_complain(&c, &err);
	end_by_signal(&c);
	loop_free(c.loop);
	arena_clear(&arena);
	return (int)c.status;
}
