/*
 * From argv to the exit status.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/open.h"
#include "cmd/output.h"
#include "cmd/report.h"
#include "cmd/words.h"

const char *cmd_variable(const struct cmd_context *c, const char *name)
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
	return c->terminal && !*cmd_variable(c, "NO_COLOR") &&
	       strcmp(cmd_variable(c, "TERM"), "dumb") != 0;
}

static void set_outlet(struct cmd_context *c)
{
	c->out = (struct outlet){
		.file = output_open(c),
		.color = colored(c),
		.ascii = c->options.ascii,
		.line = c->options.watch_ns > 0,
		.redact = c->options.redact,
		.error = &c->output_errno,
	};
}

static bool run(struct cmd_context *c, struct err *err)
{
	bool ok;

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
	c->terminal = isatty(STDOUT_FILENO);
	if (!words_understand(c, argc, argv, open_known, c, err))
		return false;
	set_outlet(c);
	log_enable(c->options.verbose);
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

/* Was that what went wrong? What argument the word is, help spells [TABLE], 'EXPR'... */
static void tell_guessed(const struct cmd_context *c)
{
	const char *argument = c->command ? c->command->arguments : NULL;

	if (!c->guessed || !argument ||
	    (c->status != ERR_ABSENT && c->status != ERR_USAGE))
		return;
	argument += strspn(argument, "['");
	fprintf(stderr, "  no node of this host is called '%.*s': it was taken as %.*s\n",
		TEXT_ARG(c->args[0]), (int)strcspn(argument, "]'"), argument);
}

/* Ends by the signal that ended us, so that the shell knows; what only watches is ended
 * by Ctrl-C as it should be, and by Ctrl-\ too. */
static void end_by_signal(const struct cmd_context *c)
{
	int sig = loop_signal(c->loop);
	bool key = sig == SIGINT || sig == SIGQUIT;

	if (sig == 0 || (key && (c->options.watch_ns || c->endless)))
		return;
	signal(sig, SIG_DFL);
	raise(sig);
}

/* What we open must not get the number of an output that is closed: what is meant for a
 * person would be written into it, perhaps to the target. Nothing can be written to a
 * directory, so that a closed output is still an error. */
static void keep_standard_numbers(void)
{
	int fd;

	do
		fd = open("/", O_RDONLY | O_DIRECTORY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int cmd_main(int argc, char **argv, char **env)
{
	struct arena arena = { 0 };
	struct cmd_context c = { .loop = loop_new(),
				 .arena = &arena,
				 .machine = { .root = "", .environ = env } };
	struct err err = { 0 };

	keep_standard_numbers();
	signal(SIGPIPE, SIG_IGN);
	if (!go(&c, argc - 1, argv + 1, &err))
		cmd_complain(&c, &err);
	if (c.out.file && !report_output(&c, &err))
		cmd_complain(&c, &err);
	tell_guessed(&c);
	output_close(c.out.file);
	end_by_signal(&c);
	loop_free(c.loop);
	arena_clear(&arena);
	return (int)c.status;
}
