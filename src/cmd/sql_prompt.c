/*
 * sql without a statement: statements as they are typed, or as a program writes them.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd/sql.h"
#include "cmd/xdg.h"
#include "tui/line.h"

struct prompt {
	struct sql_session *s;
	struct line *line;
	struct buf typed; /* the statement so far */
	bool quit;
};

/*
 * Commands that begin with a dot: what there is, as tables.
 */

static const struct column tables_columns[] = {
	{ .name = "table", .title = "TABLE", .help = "its name" },
	{ .name = "help", .title = "HELP", .help = "what it has" },
};

static const struct schema tables_schema = {
	.name = "tables",
	.help = "the tables",
	.columns = tables_columns,
	.ncolumns = 2,
};

static const struct column columns_columns[] = {
	{ .name = "table", .title = "TABLE", .help = "its table" },
	{ .name = "column", .title = "COLUMN", .help = "its name" },
	{ .name = "unit", .title = "UNIT", .help = "of its numbers" },
	{ .name = "dear", .title = "DEAR", .help = "whether it costs a signal a row" },
	{ .name = "help", .title = "HELP", .help = "what it has" },
};

static const struct schema columns_schema = {
	.name = "columns",
	.help = "the columns of a table",
	.columns = columns_columns,
	.ncolumns = 5,
};

static void print_all(struct cmd_context *c, const struct table *t)
{
	struct arena scratch = { 0 };
	struct rows rows = rows_all(t, &scratch);
	size_t columns[8];

	for (size_t i = 0; i < t->schema->ncolumns; i++)
		columns[i] = i;
	cmd_fit_terminal(c);
	cmd_print_page(c, &(struct page){ .table = t,
					  .rows = &rows,
					  .columns = columns,
					  .ncolumns = t->schema->ncolumns });
	arena_clear(&scratch);
}

static bool show_tables(struct prompt *p, struct text argument, struct err *err)
{
	struct arena a = { 0 };
	struct table t;

	table_init(&t, &tables_schema, &a, 0);
	for (size_t i = 0; i < sql_tables(p->s->sql); i++) {
		struct sql_name name = sql_table_at(p->s->sql, i);
		size_t row = table_add(&t);

		table_set_text(&t, row, 0, text_of(name.name));
		table_set_text(&t, row, 1, text_of(name.schema->help));
	}
	print_all(p->s->c, &t);
	arena_clear(&a);
	return true;
}

static void add_columns(struct table *t, struct sql_name name)
{
	for (size_t i = 0; i < name.schema->ncolumns; i++) {
		const struct column *c = &name.schema->columns[i];
		const char *unit = c->unit == UNIT_RATIO  ? "ratio"
				   : c->unit == UNIT_TIME ? "date"
							  : units_name(c->unit);
		size_t row = table_add(t);

		table_set_text(t, row, 0, text_of(name.name));
		table_set_text(t, row, 1, text_of(c->name));
		if (unit)
			table_set_text(t, row, 2, text_of(unit));
		if (c->flags & COLUMN_DEAR)
			table_set_text(t, row, 3, TEXT("dear"));
		table_set_text(t, row, 4, text_of(c->help));
	}
}

static bool show_schema(struct prompt *p, struct text argument, struct err *err)
{
	struct arena a = { 0 };
	struct table t;
	bool ok = true;

	table_init(&t, &columns_schema, &a, 0);
	if (argument.len) {
		struct sql_name name = sql_table_find(p->s->sql, argument, err);

		ok = name.name != NULL;
		if (ok)
			add_columns(&t, name);
	}
	for (size_t i = 0; argument.len == 0 && i < sql_tables(p->s->sql); i++)
		add_columns(&t, sql_table_at(p->s->sql, i));
	if (ok)
		print_all(p->s->c, &t);
	arena_clear(&a);
	return ok;
}

static bool quit(struct prompt *p, struct text argument, struct err *err)
{
	p->quit = true;
	return true;
}

static bool show_help(struct prompt *p, struct text argument, struct err *err);

static const struct {
	const char *name;
	const char *argument;
	const char *help;
	bool (*run)(struct prompt *p, struct text argument, struct err *err);
} commands[] = {
	{ ".help", "", "this list", show_help },
	{ ".tables", "", "the tables", show_tables },
	{ ".schema", "TABLE", "the columns of a table, or of all", show_schema },
	{ ".quit", "", "end, as Ctrl-D does", quit },
};
static const size_t ncommands = sizeof(commands) / sizeof(commands[0]);

static bool show_help(struct prompt *p, struct text argument, struct err *err)
{
	FILE *out = p->s->c->out.file;

	fputs("A statement ends with ';' and may have several lines: SELECT ...;\n", out);
	for (size_t i = 0; i < ncommands; i++)
		fprintf(out, "%s %-*s  %s\n", commands[i].name,
			(int)(14 - strlen(commands[i].name)), commands[i].argument,
			commands[i].help);
	return true;
}

static bool run_command(struct prompt *p, struct text line, struct err *err)
{
	struct text name;
	struct text rest = line;

	text_word(&rest, &name);
	rest = text_trim(rest);
	while (text_ends(rest, ";"))
		rest = text_trim(text_sub(rest, 0, rest.len - 1));
	if (text_ends(name, ";"))
		name = text_sub(name, 0, name.len - 1);
	for (size_t i = 0; i < ncommands; i++)
		if (text_is(name, commands[i].name))
			return commands[i].run(p, rest, err);
	fail(err, ERR_USAGE, "there is no command '%.*s'", TEXT_ARG(name));
	return fail_hint(err, ".help lists them");
}

/*
 * Lines
 */

static void offer_word(void *ctx, struct text word)
{
	struct line_offer *offer = ctx;

	offer->take(offer, word);
}

static size_t complete_command(struct text before, struct line_offer *offer)
{
	for (size_t i = 0; i < ncommands; i++)
		if (text_eq(text_sub(text_of(commands[i].name), 0, before.len), before))
			offer->take(offer, text_of(commands[i].name));
	return before.len;
}

/* What was typed before belongs to the same statement. */
static size_t complete(void *ctx, struct text before, struct line_offer *offer)
{
	struct prompt *p = ctx;
	struct buf all = { 0 };
	size_t n;

	if (buf_len(&p->typed) == 0 && text_starts(before, ".") &&
	    text_chr(before, ' ') == before.len)
		return complete_command(before, offer);
	buf_text_add(&all, buf_text(&p->typed));
	buf_text_add(&all, before);
	n = sql_words(p->s->sql, buf_text(&all), offer_word, offer);
	buf_clear(&all);
	return n;
}

/* Ctrl-C ends a statement, not the prompt. False: it is to end. */
static bool go_on(struct prompt *p, bool ok)
{
	struct loop *l = p->s->c->loop;
	int signal = loop_signal(l);

	if (!line_is_terminal(p->line))
		return ok && !signal;
	if (signal == SIGINT) {
		loop_signal_forget(l);
		fputs("otoscope: interrupted\n", stderr);
		signal = 0;
	}
	return !signal && cmd_flush(p->s->c);
}

static bool run_typed(struct prompt *p)
{
	bool ok = sql_session_text(p->s, buf_text(&p->typed));

	buf_reset(&p->typed);
	return go_on(p, ok);
}

static bool take_line(struct prompt *p, struct text line)
{
	struct err err = { 0 };

	if (buf_len(&p->typed) == 0 && text_starts(text_trim(line), ".")) {
		bool ok = run_command(p, text_trim(line), &err);

		if (err.kind)
			cmd_complain(p->s->c, &err);
		return go_on(p, ok) && !p->quit;
	}
	buf_text_add(&p->typed, line);
	buf_char(&p->typed, '\n');
	switch (sql_text(buf_text(&p->typed))) {
	case SQL_BLANK:
		buf_reset(&p->typed);
		return true;
	case SQL_OPEN:
		return true;
	case SQL_COMPLETE:
		break;
	}
	return run_typed(p);
}

/* False: there are no more lines. */
static bool next_line(struct prompt *p)
{
	struct text line;

	switch (line_read(p->line, buf_len(&p->typed) ? " ...> " : "sql> ", &line)) {
	case LINE_TEXT:
		return take_line(p, line);
	case LINE_BROKEN:
		buf_reset(&p->typed);
		return true;
	case LINE_LONG:
		fputs("otoscope: the line is too long\n", stderr);
		p->s->c->status = ERR_USAGE;
		return false;
	case LINE_END:
		if (buf_len(&p->typed))
			run_typed(p);
		return false;
	case LINE_SIGNAL:
		break;
	}
	return false;
}

bool sql_prompt(struct sql_session *s, struct err *err)
{
	struct prompt p = { .s = s };

	p.line = line_open(&(struct line_options){
		.loop = s->c->loop,
		.history = xdg_state(s->c, "history"),
		.complete = complete,
		.ctx = &p,
	});
	while (next_line(&p))
		s->answers = 0;
	/* What was wrong was told there and then. */
	if (line_is_terminal(p.line))
		s->c->status = ERR_NONE;
	line_close(p.line);
	buf_clear(&p.typed);
	return true;
}
