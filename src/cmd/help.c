/*
 * help and version.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/commands.h"
#include "cmd/wrap.h"
#include "view/keys.h"
#include "view/settings.h"

/* Lines are no longer than this, where what is in them can be folded. */
#define COLUMNS 80

static const char sources[] =
	"SOURCE is name@host, name (a node of this host), os:PID (its OS process), a\n"
	"file that record wrote, or left out: the only node of this host.\n";
static const char nodes[] =
	"SOURCE is name@host, name (a node of this host), os:PID (its OS process), or\n"
	"left out: the only node of this host.\n";

static void print_usage(FILE *out, const struct command *c)
{
	fprintf(out, "otoscope %s%s%s%s [OPTIONS]\n", c->name,
		c->options & OPTIONS_SOURCE ? " [SOURCE]" : "", c->arguments ? " " : "",
		c->arguments ? c->arguments : "");
}

/* "-n N", "--sort COL", "-h, --help". */
static void spell(struct buf *b, const struct option *o)
{
	if (o->letter)
		buf_printf(b, "-%c", o->letter);
	if (o->name[1])
		buf_printf(b, "%s--%s", o->letter ? ", " : "", o->name);
	if (o->argument)
		buf_printf(b, " %s", o->argument);
}

/* A name, of which nothing is left in b, and behind it what it is. */
static void print_named(FILE *out, struct buf *name, const char *text)
{
	struct buf b = { 0 };

	buf_printf(&b, "  %-24s ", buf_cstr(name));
	wrap_print(out, &b, text_of(text), COLUMNS);
	buf_clear(name);
}

/* The same of what has two names, or a name and what is typed behind it. */
static void print_row(FILE *out, const char *name, const char *second, const char *text)
{
	struct buf b = { 0 };

	buf_printf(&b, "  %-24s  %-22s  ", name, second);
	wrap_print(out, &b, text_of(text), COLUMNS);
}

static void print_options(FILE *out, unsigned groups)
{
	for (size_t i = 0; i < option_count; i++) {
		struct buf b = { 0 };

		if (!(option_rows[i].groups & groups))
			continue;
		spell(&b, &option_rows[i]);
		print_named(out, &b, option_rows[i].help);
	}
}

void help_print_all(FILE *out)
{
	fputs("otoscope looks into a running Erlang or Elixir node from outside.\n\n"
	      "usage: otoscope [COMMAND] [SOURCE] [ARGUMENTS] [OPTIONS]\n\n"
	      "Without a command it is top, on a terminal.\n",
	      out);
	fputs(sources, out);
	fputs("\nCommands:\n", out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);
		struct buf b = { 0 };

		buf_printf(&b, "%s%s%s", c.name, c.arguments ? " " : "",
			   c.arguments ? c.arguments : "");
		if (c.alias)
			buf_printf(&b, ", %s", c.alias);
		print_named(out, &b, c.help);
	}
	fputs("\nOptions:\n", out);
	print_options(out, ~0U);
	fputs("\nDurations are written like 250ms, 2s, 1m; sizes like 64k, 10MB.\n"
	      "otoscope help COMMAND lists the columns of a table; "
	      "man otoscope tells the rest.\n",
	      out);
}

static void print_columns(FILE *out, const struct schema *s)
{
	static const char *const kinds[] = {
		[COLUMN_LABEL] = "",
		[COLUMN_GAUGE] = "; --window adds _growth",
		[COLUMN_COUNTER] = "; --window adds _rate",
	};

	fputs("\nColumns:\n", out);
	for (size_t i = 0; i < s->ncolumns; i++) {
		struct buf name = { 0 }, text = { 0 };

		buf_str(&name, s->columns[i].name);
		buf_printf(&text, "%s%s", s->columns[i].help, kinds[s->columns[i].kind]);
		print_named(out, &name, buf_cstr(&text));
		buf_clear(&text);
	}
}

static void print_action(FILE *out, const struct action *a)
{
	struct buf name = { 0 };
	struct buf keys = { 0 };

	buf_printf(&name, "%s%s%s", a->name, a->argument ? " " : "",
		   a->argument ? a->argument : "");
	keys_print(&keys, a->keys);
	print_row(out, buf_cstr(&name), buf_cstr(&keys), a->help);
	buf_clear(&name);
	buf_clear(&keys);
}

static void print_keys(FILE *out)
{
	for (size_t i = 0; i < keys_ngroups; i++) {
		const struct keys_group *g = &keys_groups[i];
		const struct action *at = g->ops ? g->ops->actions : g->actions;
		size_t n = g->ops ? g->ops->nactions : *g->nactions;

		fprintf(out, "\n%s:\n", g->title);
		for (size_t k = 0; k < n; k++)
			print_action(out, &at[k]);
	}
}

static void print_settings(FILE *out)
{
	fputs("\nSettings, in ~/.config/otoscope/top.conf:\n", out);
	for (size_t i = 0; i < setting_count; i++)
		print_row(out, setting_rows[i].name, setting_rows[i].argument,
			  setting_rows[i].help);
}

void help_print(FILE *out, const struct command *command)
{
	unsigned groups = command->options | OPTIONS_ANY;

	fprintf(out, "%s: %s\n\nusage: ", command->name, command->help);
	print_usage(out, command);
	if (command->options & OPTIONS_SOURCE)
		fprintf(out, "\n%s", command->live ? nodes : sources);
	fputs("\nOptions:\n", out);
	print_options(out, groups);
	if (command->more)
		fprintf(out, "\n%s", command->more);
	if (command->schema)
		print_columns(out, command->schema);
	if (command->options & OPTIONS_TOP) {
		print_keys(out);
		print_settings(out);
	}
}

bool help_run(struct cmd_context *c, struct err *err)
{
	struct command command;

	if (c->nargs == 0) {
		help_print_all(c->out.file);
		return true;
	}
	if (!command_find(c->args[0], &command, err))
		return false;
	help_print(c->out.file, &command);
	return true;
}

bool version_run(struct cmd_context *c, struct err *err)
{
	fputs("otoscope " OTOSCOPE_VERSION "\n", c->out.file);
	return true;
}
