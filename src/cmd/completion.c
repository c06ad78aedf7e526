/*
 * completion: scripts for bash, zsh and fish, made from the lists of commands, options
 * and tables. Names of nodes are asked of "otoscope nodes" when the key is pressed.
 */
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "cmd/commands.h"
#include "tables/tables.h"

/* Prints a list of words with blanks between; begins anew with a first one. */
static void print_word(FILE *out, bool *first, const char *word)
{
	fprintf(out, "%s%s", *first ? "" : " ", word);
	*first = false;
}

static void print_commands(FILE *out)
{
	bool first = true;

	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		print_word(out, &first, c.name);
		if (c.alias)
			print_word(out, &first, c.alias);
	}
}

/* Also those of --window and of several sources. */
static void print_columns(FILE *out, const struct schema *s)
{
	struct arena scratch = { 0 };
	const struct derived *d = schema_derive(s, true, true, &scratch);
	bool first = true;

	for (size_t i = 0; i < d->schema.ncolumns; i++)
		print_word(out, &first, d->schema.columns[i].name);
	arena_clear(&scratch);
}

static void print_tables(FILE *out)
{
	bool first = true;

	for (size_t i = 0; i < ntables; i++)
		print_word(out, &first, tables[i]->name);
}

static bool takes(const struct command *c, const struct option *o)
{
	return o->groups & (c->options | OPTIONS_ANY);
}

static void print_spelled(FILE *out, const struct option *o)
{
	fprintf(out, "%s%s", o->name[1] ? "--" : "-", o->name);
}

/* "ps|processes": a pattern of case. */
static void print_names(FILE *out, const struct command *c, const char *between)
{
	fprintf(out, "%s%s%s", c->name, c->alias ? between : "",
		c->alias ? c->alias : "");
}

/* A text within single quotes: end gives how a quote is written there; special ones get a
 * backslash. */
static void print_quoted(FILE *out, const char *text, const char *quote,
			 const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs(quote, out);
		else
			fprintf(out, "%s%c", strchr(special, *text) ? "\\" : "", *text);
	}
}

/*
 * bash
 */

static const char bash_nodes[] =
	"# shellcheck shell=bash disable=SC2207\n"
	"# Completion of otoscope for bash: . <(otoscope completion bash)\n"
	"\n"
	"# A node's name is one word.\n"
	"COMP_WORDBREAKS=${COMP_WORDBREAKS//@/}\n"
	"\n"
	"_otoscope_nodes() {\n"
	"\totoscope nodes --format csv --columns source 2>/dev/null |\n"
	"\t\ttail -n +2 | tr -d '\\r'\n"
	"}\n"
	"\n"
	"# The last word of a list with commas.\n"
	"_otoscope_list() {\n"
	"\tlocal begun=''\n"
	"\t[[ $cur == *,* ]] && begun=${cur%,*},\n"
	"\tCOMPREPLY=($(compgen -P \"$begun\" -W \"$1\" -- \"${cur##*,}\"))\n"
	"}\n"
	"\n";

static void bash_columns(FILE *out)
{
	fputs("_otoscope_columns() {\n\tcase $1 in\n", out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		if (!c.schema)
			continue;
		fputs("\t", out);
		print_names(out, &c, "|");
		fputs(") echo '", out);
		print_columns(out, c.schema);
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n}\n\n", out);
}

static void bash_options(FILE *out)
{
	fputs("_otoscope_options() {\n\tcase $1 in\n", out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		fputs("\t", out);
		print_names(out, &c, "|");
		fputs(") echo '", out);
		for (size_t o = 0; o < option_count; o++) {
			if (!takes(&c, &option_rows[o]))
				continue;
			print_spelled(out, &option_rows[o]);
			fputs(" ", out);
		}
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n}\n\n", out);
}

static void bash_value(FILE *out, const struct option *o)
{
	static const char *const how[] = {
		[COMPLETE_NOTHING] = "",
		[COMPLETE_COLUMN] =
			"_otoscope_list \"$(_otoscope_columns \"$command\")\"; ",
		[COMPLETE_FILE] = "COMPREPLY=($(compgen -f -- \"$cur\")); ",
		[COMPLETE_SOURCE] =
			"COMPREPLY=($(compgen -W \"$(_otoscope_nodes)\" -- \"$cur\")); ",
	};

	if (!o->argument)
		return;
	fputs("\t", out);
	print_spelled(out, o);
	fputs(") ", out);
	if (o->complete == COMPLETE_VALUES)
		fprintf(out, "COMPREPLY=($(compgen -W '%s' -- \"$cur\")); ", o->values);
	else if (o->complete == COMPLETE_TABLE) {
		fputs("_otoscope_list '", out);
		print_tables(out);
		fputs("'; ", out);
	} else
		fputs(how[o->complete], out);
	fputs("return ;;\n", out);
}

static void bash_arguments(FILE *out)
{
	fputs("\tcase $command in\n", out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		if (!(c.options & OPTIONS_SOURCE))
			continue;
		fputs("\t", out);
		print_names(out, &c, "|");
		fprintf(out,
			") COMPREPLY=($(compgen -W \"%s%s$(_otoscope_nodes)\" "
			"-- \"$cur\")) ;;\n",
			c.keyword ? c.arguments : "", c.keyword ? " " : "");
	}
	fputs("\thelp) COMPREPLY=($(compgen -W '", out);
	print_commands(out);
	fputs("' -- \"$cur\")) ;;\n"
	      "\tcompletion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\")) ;;\n"
	      "\tesac\n",
	      out);
}

static void print_bash(FILE *out)
{
	fputs(bash_nodes, out);
	bash_columns(out);
	bash_options(out);
	fputs("_otoscope() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} command='' i\n"
	      "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "\n"
	      "\tCOMPREPLY=()\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tif [[ -n $(_otoscope_options \"${COMP_WORDS[i]}\") ]]; then\n"
	      "\t\t\tcommand=${COMP_WORDS[i]}\n"
	      "\t\t\tbreak\n"
	      "\t\tfi\n"
	      "\tdone\n"
	      "\tcase $prev in\n",
	      out);
	for (size_t i = 0; i < option_count; i++)
		bash_value(out, &option_rows[i]);
	fputs("\tesac\n"
	      "\tif [[ -z $command ]]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W '",
	      out);
	print_commands(out);
	fputs(" --help --version' -- \"$cur\"))\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tif [[ $cur == -* ]]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"$(_otoscope_options \"$command\")\" "
	      "-- \"$cur\"))\n"
	      "\t\treturn\n"
	      "\tfi\n",
	      out);
	bash_arguments(out);
	fputs("}\n\ncomplete -o default -F _otoscope otoscope\n", out);
}

/*
 * zsh
 */

static const char zsh_nodes[] =
	"#compdef otoscope\n"
	"# Completion of otoscope for zsh: otoscope completion zsh > _otoscope,\n"
	"# in a folder of $fpath\n"
	"\n"
	"_otoscope_nodes() {\n"
	"\tlocal -a nodes\n"
	"\tnodes=(${(f)\"$(otoscope nodes --format csv --columns source 2>/dev/null |\n"
	"\t\ttail -n +2 | tr -d '\\r')\"})\n"
	"\tcompadd -a nodes\n"
	"}\n"
	"\n";

static void zsh_columns(FILE *out)
{
	fputs("_otoscope_columns() {\n\tlocal -a columns\n\tcase $words[2] in\n", out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		if (!c.schema)
			continue;
		fputs("\t", out);
		print_names(out, &c, "|");
		fputs(") columns=(", out);
		print_columns(out, c.schema);
		fputs(") ;;\n", out);
	}
	fputs("\tesac\n\tcompadd -S '' -a columns\n}\n\n", out);
}

static void zsh_commands(FILE *out)
{
	fputs("_otoscope_commands() {\n\tlocal -a commands\n\tcommands=(\n", out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		fprintf(out, "\t\t'%s:", c.name);
		print_quoted(out, c.help, "'\\''", "\\");
		fputs("'\n", out);
	}
	fputs("\t)\n\t_describe command commands\n}\n\n", out);
}

static void zsh_option(FILE *out, const struct option *o)
{
	fputs("'", out);
	if (o->type == OPTION_LIST)
		fputs("*", out);
	print_spelled(out, o);
	fputs("[", out);
	print_quoted(out, o->help, "'\\''", "\\[]");
	fputs("]", out);
	if (o->argument) {
		fputs(":", out);
		print_quoted(out, o->argument, "", "\\:");
		fputs(":", out);
	}
	if (o->complete == COMPLETE_VALUES)
		fprintf(out, "(%s)", o->values);
	else if (o->complete == COMPLETE_TABLE) {
		fputs("_values -s , table ", out);
		print_tables(out);
	} else if (o->complete != COMPLETE_NOTHING)
		fputs(o->complete == COMPLETE_FILE     ? "_files"
		      : o->complete == COMPLETE_COLUMN ? "_otoscope_columns"
						       : "_otoscope_nodes",
		      out);
	fputs("'", out);
}

static void zsh_arguments(FILE *out, const struct command *c)
{
	fputs("\t", out);
	print_names(out, c, "|");
	fputs(")\n\t\t_arguments \\\n", out);
	for (size_t o = 0; o < option_count; o++) {
		if (!takes(c, &option_rows[o]))
			continue;
		fputs("\t\t\t", out);
		zsh_option(out, &option_rows[o]);
		fputs(" \\\n", out);
	}
	fputs("\t\t\t'1:command:_otoscope_commands'", out);
	if (c->options & OPTIONS_SOURCE)
		fputs(" '2:source:_otoscope_nodes' '*:argument:_files'", out);
	else if (strcmp(c->name, "help") == 0)
		fputs(" '2:command:_otoscope_commands'", out);
	else if (strcmp(c->name, "completion") == 0)
		fputs(" '2:shell:(bash zsh fish)'", out);
	fputs("\n\t\t;;\n", out);
}

static void print_zsh(FILE *out)
{
	fputs(zsh_nodes, out);
	zsh_columns(out);
	zsh_commands(out);
	fputs("_otoscope() {\n\tcase $words[2] in\n", out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		zsh_arguments(out, &c);
	}
	fputs("\t*)\n\t\t_arguments '1:command:_otoscope_commands' "
	      "'--help[the list of commands]' '--version[the version]'\n\t\t;;\n"
	      "\tesac\n}\n\n"
	      "if [[ $funcstack[1] == _otoscope ]]; then\n\t_otoscope \"$@\"\nelse\n"
	      "\tcompdef _otoscope otoscope\nfi\n",
	      out);
}

/*
 * fish
 */

static const char fish_nodes[] =
	"# Completion of otoscope for fish: otoscope completion fish | source\n"
	"\n"
	"function __otoscope_nodes\n"
	"    otoscope nodes --format csv --columns source 2>/dev/null |\n"
	"        tail -n +2 | tr -d '\\r'\n"
	"end\n"
	"\n"
	"complete -c otoscope -f\n";

static void fish_option(FILE *out, const struct command *c, const struct option *o)
{
	fputs("complete -c otoscope -n '__fish_seen_subcommand_from ", out);
	print_names(out, c, " ");
	fprintf(out, "' %s %s", o->name[1] ? "-l" : "-s", o->name);
	if (o->letter && o->name[1])
		fprintf(out, " -s %c", o->letter);
	if (o->complete == COMPLETE_FILE)
		fputs(" -r -F", out);
	else if (o->argument)
		fputs(" -x", out);
	if (o->complete == COMPLETE_VALUES)
		fprintf(out, " -a '%s'", o->values);
	else if (o->complete == COMPLETE_SOURCE)
		fputs(" -a '(__otoscope_nodes)'", out);
	else if (o->complete == COMPLETE_TABLE) {
		fputs(" -a '", out);
		print_tables(out);
		fputs("'", out);
	} else if (o->complete == COMPLETE_COLUMN && c->schema) {
		fputs(" -a '", out);
		print_columns(out, c->schema);
		fputs("'", out);
	}
	fputs(" -d '", out);
	print_quoted(out, o->help, "\\'", "\\");
	fputs("'\n", out);
}

static void fish_command(FILE *out, const struct command *c)
{
	fputs("complete -c otoscope -n __fish_use_subcommand -a '", out);
	print_names(out, c, " ");
	fputs("' -d '", out);
	print_quoted(out, c->help, "\\'", "\\");
	fputs("'\n", out);
	if (c->options & OPTIONS_SOURCE) {
		fputs("complete -c otoscope -n '__fish_seen_subcommand_from ", out);
		print_names(out, c, " ");
		fputs("' -a '(__otoscope_nodes)'\n", out);
	}
	for (size_t o = 0; o < option_count; o++)
		if (takes(c, &option_rows[o]))
			fish_option(out, c, &option_rows[o]);
}

static void print_fish(FILE *out)
{
	fputs(fish_nodes, out);
	for (size_t i = 0; i < commands_count(); i++) {
		struct command c = command_at(i);

		fish_command(out, &c);
	}
	fputs("complete -c otoscope -n '__fish_seen_subcommand_from completion' "
	      "-a 'bash zsh fish'\n"
	      "complete -c otoscope -n '__fish_seen_subcommand_from help' -a '",
	      out);
	print_commands(out);
	fputs("'\n", out);
}

static const struct {
	const char *name;
	void (*print)(FILE *out);
} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

bool completion_run(struct cmd_context *c, struct err *err)
{
	struct near near = { .word = c->args[0] };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (text_is(c->args[0], shells[i].name)) {
			shells[i].print(c->out.file);
			return true;
		}
		near_offer(&near, shells[i].name);
	}
	fail(err, ERR_USAGE, "there is no completion for '%.*s'", TEXT_ARG(c->args[0]));
	return fail_hint(err, "%s%s%sshells: bash, zsh, fish",
			 near.best ? "did you mean " : "", near.best ? near.best : "",
			 near.best ? "? " : "");
}
