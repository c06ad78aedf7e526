/*
 * top: the screens, on a terminal or by a script.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/again.h"
#include "cmd/commands.h"
#include "cmd/open.h"
#include "cmd/words.h"
#include "cmd/xdg.h"
#include "node/files.h"
#include "tui/terminal.h"
#include "tables/tables.h"
#include "view/script.h"
#include "view/settings.h"
#include "view/table.h"
#include "view/top.h"

/* What a script may wait for. */
#define PATIENCE_NS INT64_C(15000000000)
#define SCRIPT_MAX ((size_t)1 << 20)
#define SCRIPT_WIDTH 80
#define SCRIPT_HEIGHT 24

struct screen {
	struct cmd_context *c;
	struct top *top;
	struct terminal *terminal; /* NULL: a script */
	struct settings *settings;
};

static void drawn(void *ctx, const struct canvas *canvas)
{
	struct screen *s = ctx;

	if (s->terminal)
		terminal_show(s->terminal, canvas);
}

static void suspend(void *ctx)
{
	struct screen *s = ctx;

	terminal_suspend(s->terminal);
}

static void spoiled(void *ctx)
{
	struct screen *s = ctx;

	terminal_spoiled(s->terminal);
}

static void pressed(void *ctx, struct key k)
{
	struct screen *s = ctx;

	top_key(s->top, k);
}

static void resized(void *ctx)
{
	struct screen *s = ctx;
	size_t width;
	size_t height;

	terminal_size(s->terminal, &width, &height);
	top_resize(s->top, width, height);
}

static void gone(void *ctx)
{
	struct screen *s = ctx;

	top_quit(s->top);
}

static const char *locale_of(const struct cmd_context *c)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < 3; i++)
		if (*cmd_variable(c, names[i]))
			return cmd_variable(c, names[i]);
	return "";
}

/* What the command line says counts more than what settings say. */
static bool colored(const struct screen *s)
{
	if (s->c->options.color != WHEN_AUTO || s->settings->color == COLOR_AUTO)
		return s->c->out.color;
	return s->settings->color == COLOR_ALWAYS;
}

static bool ascii(const struct screen *s)
{
	return s->c->options.ascii || s->settings->ascii;
}

static bool open_terminal(struct screen *s, struct err *err)
{
	struct cmd_context *c = s->c;

	/* What --verbose says would stand on the screens; into a file it may go on */
	if (isatty(STDERR_FILENO))
		log_enable(false);
	s->terminal = terminal_open(&(struct terminal_options){
					    .loop = c->loop,
					    .term = cmd_variable(c, "TERM"),
					    .locale = locale_of(c),
					    .colorterm = cmd_variable(c, "COLORTERM"),
					    .color = colored(s),
					    .ascii = ascii(s),
					    .mouse = s->settings->mouse,
					    .key = pressed,
					    .resized = resized,
					    .gone = gone,
					    .ctx = s,
				    },
				    err);
	return s->terminal != NULL;
}

/* *again: what opens it once more, or NULL: it cannot be lost. */
static struct top_source one_source(struct cmd_context *c, size_t i, struct again **again)
{
	struct source *source = c->sources[i];
	struct top_source s = { .name = source ? source->name : c->words[i],
				.source = source,
				.err = c->errs[i] };

	if (source ? live_of(source) != NULL
		   : words_form(&c->machine, c->words[i]) != SOURCE_FILE) {
		*again = again_new(c, c->words[i], source);
		s.dialler = again_dialler(*again);
	}
	return s;
}

/* In the program's arena. */
static const struct table_setup *setup_of(const struct cmd_context *c)
{
	struct table_setup *s = arena_new(c->arena, struct table_setup);

	*s = (struct table_setup){
		.sort = c->options.sort,
		.columns = c->options.columns.at,
		.ncolumns = c->options.columns.n,
		.where = c->options.where.at,
		.nwhere = c->options.where.n,
	};
	return s;
}

static bool has_command(struct text name)
{
	return command_find(name, &(struct command){ 0 }, NULL);
}

static struct top *make_top(struct screen *s, struct again **again)
{
	struct cmd_context *c = s->c;
	struct top_source *sources =
		arena_many(c->arena, c->nsources, struct top_source);
	struct top_options o = {
		.loop = c->loop,
		.sources = sources,
		.nsources = c->nsources,
		.width = SCRIPT_WIDTH,
		.height = SCRIPT_HEIGHT,
		.ascii = s->terminal ? terminal_ascii(s->terminal) : ascii(s),
		.braille = !s->terminal || terminal_braille(s->terminal),
		.redact = c->options.redact,
		.allow_write = c->options.allow_write,
		.syntax = c->options.syntax ? c->options.syntax : s->settings->syntax,
		.settings = s->settings,
		.interval_ns = c->options.every_ns,
		.budget = c->options.budget,
		.timeout_ns = c->options.timeout_ns,
		.setup = setup_of(c),
		.at = c->options.at,
		.has_command = has_command,
		.drawn = drawn,
		.ctx = s,
	};

	for (size_t i = 0; i < c->nsources; i++)
		sources[i] = one_source(c, i, &again[i]);
	if (s->terminal) {
		terminal_size(s->terminal, &o.width, &o.height);
		o.past = xdg_state(c, "top_history");
		o.traced = xdg_state(c, "trace_history");
		o.suspend = suspend;
		o.spoiled = spoiled;
	}
	return top_new(&o);
}

/* "-": what stands on stdin. */
static bool read_script(struct cmd_context *c, struct text *script, struct err *err)
{
	bool is_stdin = strcmp(c->options.script, "-") == 0;
	int fd = is_stdin ? dup(STDIN_FILENO)
			  : open(c->options.script, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (is_stdin && isatty(STDIN_FILENO)) {
		close(fd);
		return fail(err, ERR_USAGE, "a script is read from a file or a pipe, "
					    "not from a terminal");
	}
	if (fd >= 0 && files_read(fd, SCRIPT_MAX, c->arena, script))
		return true;
	return fail(err, ERR_SYSTEM, "cannot read '%s': %s", c->options.script,
		    strerror(errno));
}

static bool run_script(struct screen *s, struct text text, struct err *err)
{
	return script_run(s->top, &(struct script_options){
					  .text = text,
					  .name = s->c->options.script,
					  .loop = s->c->loop,
					  .out = s->c->out.file,
					  .patience_ns = PATIENCE_NS,
				  },
			  err);
}

/* What is wrong in the file is told twice: on the screen, and where it can still be read
 * afterwards. */
static void load_settings(struct screen *s, struct buf *wrong)
{
	s->settings = settings_new(xdg_config(s->c, "top.conf"));
	settings_load(s->settings, wrong);
	cmd_tell_notes(buf_text(wrong));
}

static void say_wrong(struct screen *s, struct text wrong)
{
	struct text first;

	if (text_cut(&wrong, '\n', &first))
		top_say(s->top, STYLE_WARN, "%.*s%s", TEXT_ARG(first),
			wrong.len ? " (and more)" : "");
}

/* Nobody is dialled for what cannot be shown. */
bool top_check(struct cmd_context *c, struct err *err)
{
	const char *missing = !isatty(STDIN_FILENO) ? "input"
			      : !c->terminal        ? "output"
						    : NULL;

	if (missing && !c->options.script) {
		fail(err, ERR_USAGE, "top needs a terminal: standard %s is none",
		     missing);
		return fail_hint(err, "--script FILE needs none; ps and the other tables "
				      "neither");
	}
	return table_setup_check(tables[0], setup_of(c), err);
}

bool top_run(struct cmd_context *c, struct err *err)
{
	struct screen s = { .c = c };
	struct buf wrong = { 0 };
	struct again **again = arena_many(c->arena, c->nsources, struct again *);
	size_t nsources = c->nsources;
	struct text script;
	bool ok = true;

	load_settings(&s, &wrong);
	if (c->options.script ? !read_script(c, &script, err) : !open_terminal(&s, err)) {
		settings_free(s.settings);
		buf_clear(&wrong);
		return false;
	}
	s.top = make_top(&s, again);
	say_wrong(&s, buf_text(&wrong));
	buf_clear(&wrong);
	c->nsources = 0; /* they are the links' now */
	c->endless = true;
	if (c->options.script)
		ok = run_script(&s, script, err);
	else
		loop_run(c->loop);
	top_free(s.top);
	terminal_close(s.terminal);
	settings_free(s.settings);
	for (size_t i = 0; i < nsources; i++)
		again_free(again[i]);
	return ok;
}
