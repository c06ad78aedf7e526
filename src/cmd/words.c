#include "cmd/words.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/table.h"

/* Letters that no name of a node has, but a pid, a call or a pattern does. */
static bool odd(struct text word)
{
	for (size_t i = 0; i < word.len; i++) {
		unsigned char c = (unsigned char)word.p[i];

		if (c <= ' ' || c == 0x7f || strchr("<>:'\"(){},", c))
			return true;
	}
	return word.len == 0;
}

/* An IPv6 address may stand in brackets or bare behind the '@'. */
static bool is_host(struct text host)
{
	for (size_t i = 0; i < host.len; i++) {
		unsigned char c = (unsigned char)host.p[i];

		if (c <= ' ' || c == 0x7f || strchr("<>'\"(){},@", c))
			return false;
	}
	return host.len > 0;
}

static bool is_node(struct text word)
{
	size_t at = text_chr(word, '@');
	int64_t pid;

	if (text_starts(word, "os:"))
		return text_int(text_sub(word, 3, word.len), &pid) && pid > 0;
	return at < word.len && !odd(text_sub(word, 0, at)) &&
	       is_host(text_sub(word, at + 1, word.len));
}

static bool is_file(const struct machine *m, struct text word)
{
	struct arena scratch = { 0 };
	struct stat st;
	bool is;

	if (text_starts(word, "/") || text_starts(word, "./") || text_starts(word, "../"))
		return true;
	if (word.len == 0 || word.len > 4096)
		return false;
	/* Relative to where we are: only absolute paths lie below the root that tests
	 * make up. */
	is = stat(text_cstr(&scratch, word), &st) == 0 && !S_ISDIR(st.st_mode);
	arena_clear(&scratch);
	return is;
}

enum source_form words_form(const struct machine *m, struct text word)
{
	if (is_node(word))
		return SOURCE_NODE;
	if (is_file(m, word))
		return SOURCE_FILE;
	return odd(word) ? SOURCE_NONE : SOURCE_BARE;
}

static bool missing(const struct command *command, struct err *err)
{
	fail(err, ERR_USAGE, "%s needs %s", command->name, command->arguments);
	return fail_hint(err, "usage: otoscope %s%s %s [OPTIONS]", command->name,
			 command->options & OPTIONS_SOURCE ? " [SOURCE]" : "",
			 command->arguments);
}

static bool too_much(const struct command *command, struct text word, struct err *err)
{
	fail(err, ERR_USAGE, "%s does not know what to do with '%.*s'", command->name,
	     TEXT_ARG(word));
	if (command->options & OPTIONS_SOURCE && is_node(word))
		return fail_hint(err, "the source is the first word; of several, each "
				      "goes behind a --source");
	return fail_hint(err, "usage: otoscope %s%s%s%s [OPTIONS]", command->name,
			 command->options & OPTIONS_SOURCE ? " [SOURCE]" : "",
			 command->arguments ? " " : "",
			 command->arguments ? command->arguments : "");
}

static bool first_is_source(const struct command *command, const struct words *words,
			    const struct machine *m,
			    bool (*known)(void *ctx, struct text name), void *ctx)
{
	if (words->n == 0)
		return false;
	switch (words_form(m, words->at[0])) {
	case SOURCE_NODE:
		return true;
	case SOURCE_FILE:
		/* record's only word is the file that it writes */
		return words->n > command->required ||
		       !(command->options & OPTIONS_RECORD);
	case SOURCE_NONE:
		return false;
	case SOURCE_BARE:
		break;
	}
	if (command->most > command->required)
		return known(ctx, words->at[0]);
	return command->required == 0 || words->n > command->required;
}

/* "leaks binary shop@web1" is "leaks shop@web1 binary". */
static struct words keyword_last(const struct command *command, const struct words *words,
				 struct arena *arena)
{
	struct words turned = { 0 };

	if (!command->keyword || words->n < 2 ||
	    !text_is(words->at[0], command->arguments))
		return *words;
	for (size_t i = 1; i < words->n; i++)
		words_add(&turned, words->at[i], arena);
	words_add(&turned, words->at[0], arena);
	return turned;
}

bool words_sort(struct invocation *in, const struct command *command,
		const struct words *given, struct options *o, const struct machine *m,
		bool (*known)(void *ctx, struct text name), void *ctx,
		struct arena *arena, struct err *err)
{
	struct words words = keyword_last(command, given, arena);
	size_t first = 0;

	*in = (struct invocation){ .command = command };
	if (command->options & OPTIONS_SOURCE && o->sources.n == 0 &&
	    first_is_source(command, &words, m, known, ctx))
		words_add(&o->sources, words.at[first++], arena);
	in->guessed = first == 0 && o->sources.n == 0 && words.n > 0 &&
		      command->options & OPTIONS_SOURCE &&
		      command->most > command->required &&
		      words_form(m, words.at[0]) == SOURCE_BARE;
	for (size_t i = first; i < words.n; i++)
		words_add(&in->args, words.at[i], arena);
	if (in->args.n < command->required)
		return missing(command, err);
	if (in->args.n > command->most)
		return too_much(command, in->args.at[command->most], err);
	return true;
}

/* The screens need somebody who sees them, or a script. */
static bool may_be_top(const struct cmd_context *c)
{
	return c->options.script || (c->terminal && isatty(STDIN_FILENO));
}

/* The command by its name, with options that it takes. */
static bool find_command(struct cmd_context *c, struct text name, struct err *err)
{
	struct command *command = arena_new(c->arena, struct command);

	if (!command_find(name, command, err))
		return false;
	c->command = command;
	return options_check(&c->options, command->name, command->options, err);
}

/* A source where a command stands is a source of top. */
static bool is_source(const struct cmd_context *c, struct text word,
		      bool (*known)(void *ctx, struct text name), void *ctx)
{
	switch (words_form(&c->machine, word)) {
	case SOURCE_NODE:
	case SOURCE_FILE:
		return true;
	case SOURCE_BARE:
		return known(ctx, word);
	case SOURCE_NONE:
		break;
	}
	return false;
}

/* Cuts the command off the front of the words, or finds that it is left out: then it is
 * top, or nothing. */
static bool find_first(struct cmd_context *c, struct words *words,
		       bool (*known)(void *ctx, struct text name), void *ctx,
		       struct err *err)
{
	struct text first;

	if (words->n == 0)
		return !may_be_top(c) || c->options.help || c->options.version ||
		       find_command(c, TEXT("top"), err);
	first = words->at[0];
	if (command_find(first, &(struct command){ 0 }, NULL) ||
	    !is_source(c, first, known, ctx)) {
		*words = (struct words){ .at = words->at + 1, .n = words->n - 1 };
		return find_command(c, first, err);
	}
	if (may_be_top(c) || c->options.help)
		return find_command(c, TEXT("top"), err);
	fail(err, ERR_USAGE, "a command is missing before '%.*s'", TEXT_ARG(first));
	return fail_hint(err,
			 "without one it is top, for a terminal; try otoscope ps %.*s",
			 TEXT_ARG(first));
}

bool words_understand(struct cmd_context *c, int argc, char **argv,
		      bool (*known)(void *ctx, struct text name), void *ctx,
		      struct err *err)
{
	struct words words;
	struct invocation in;

	if (!options_parse(&c->options, argc, argv, &words, c->arena, err))
		return false;
	c->format =
		c->options.format ? c->options.format : format_find(TEXT("text"), NULL);
	if (!find_first(c, &words, known, ctx, err))
		return false;
	if (!c->command || c->options.help || c->options.version)
		return true;
	if (!words_sort(&in, c->command, &words, &c->options, &c->machine, known, ctx,
			c->arena, err))
		return false;
	if (c->command->single && c->options.sources.n > 1)
		return fail(err, ERR_USAGE, "%s looks at one source only",
			    c->command->name);
	c->args = in.args.at;
	c->nargs = in.args.n;
	c->guessed = in.guessed;
	c->nasked = c->options.sources.n ? c->options.sources.n : 1;
	if (c->command->check && !c->command->check(c, err))
		return false;
	return !c->command->schema || table_check(c, c->command->schema, err);
}
