/*
 * sql: statements over all tables, once, again and again, or typed at a prompt.
 */
#include "cmd/sql.h"

#include <stdio.h>

#include "cmd/commands.h"
#include "tables/tables.h"

/* Rows that are laid out and printed together, and the memory that they may take. */
#define PAGE_ROWS 4096
#define PAGE_BYTES ((size_t)32 << 20)
/* Rows between two looks at that. */
#define STEP_ROWS 64

/*
 * Reading
 */

/* While SQLite works, the connections live on and Ctrl-C is heard. */
static bool go_on(void *ctx)
{
	struct cmd_context *c = ctx;

	loop_step(c->loop, 0);
	return !loop_signal(c->loop);
}

struct sql_options sql_session_options(struct cmd_context *c)
{
	const struct options *o = &c->options;

	return (struct sql_options){
		.window_ns = o->window_ns,
		.at = o->at,
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.node = c->nasked > 1,
		.limit = options_given(o, "n") ? o->limit : 0,
		.keep = o->watch_ns && o->window_ns && o->watch_ns <= o->window_ns,
		.go_on = go_on,
		.ctx = c,
	};
}

static void answered(void *ctx)
{
	*(bool *)ctx = true;
}

static const char *awaited(struct cmd_context *c)
{
	const char *verb = c->options.window_ns ? "measuring" : "asking";

	if (c->nsources > 1)
		return text_printf(c->arena, "%s %zu nodes", verb, c->nsources).p;
	return text_printf(c->arena, "%s '%.*s'", verb, TEXT_ARG(c->sources[0]->name)).p;
}

static const struct err *failure_of(const struct sql_told *told, const struct source *s)
{
	for (size_t i = 0; i < told->nfailures; i++)
		if (told->failures[i].source == s)
			return &told->failures[i].err;
	return NULL;
}

/* When something is watched, what was told is not told again as long as it lasts. */
static void tell(struct sql_session *s, const struct sql_told *told)
{
	for (size_t i = 0; i < s->c->nsources; i++) {
		const struct err *err = failure_of(told, s->c->sources[i]);

		if (err && !s->failing[i])
			cmd_complain_source(s->c, s->c->sources[i], err);
		s->failing[i] = err != NULL;
	}
	if (told->missed && told->missed != s->missed)
		cmd_complain_missed(told->missed, told->missed_first);
	s->missed = told->missed;
	if (s->notes != text_hash(told->notes))
		cmd_tell_notes(told->notes);
	s->notes = text_hash(told->notes);
}

/* False: a signal came, or there is nothing to step over. */
static bool read_tables(struct sql_session *s, struct sql_statement *st)
{
	struct cmd_context *c = s->c;
	bool *done = arena_new(c->arena, bool);
	struct sql_told told;

	sql_ask(st, c->loop, c->sources, c->nsources, answered, done);
	do {
		if (!cmd_wait(c, done, awaited(c))) {
			sql_cancel(st);
			return false;
		}
		*done = false;
	} while (sql_ask_rest(st));
	told = sql_told(st);
	tell(s, &told);
	return !told.lacks_table;
}

/*
 * Printing
 */

static bool page_full(const struct table *t, size_t limit)
{
	return t->nrows >= limit || t->nrows >= PAGE_ROWS ||
	       arena_bytes(t->arena) > PAGE_BYTES;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One page; limit: rows that are still wanted, 0: none. */
static bool print_page(struct sql_session *s, struct sql_statement *st, bool begun,
		       size_t limit, size_t *printed, bool *more, struct err *err)
{
	const struct schema *schema = sql_schema(st);
	struct arena a = { 0 };
	struct table t;
	struct rows rows;
	size_t *columns = arena_many(&a, schema->ncolumns, size_t);
	bool ok = true;

	table_init(&t, schema, &a, STEP_ROWS);
	*more = true;
	while (ok && *more && !page_full(&t, limit))
		ok = sql_step(st, &t, least(STEP_ROWS, limit - t.nrows), more, err);
	if (ok && limit == t.nrows)
		*more = false;
	rows = rows_all(&t, &a);
	for (size_t i = 0; i < schema->ncolumns; i++)
		columns[i] = i;
	if (ok)
		cmd_print_page(s->c, &(struct page){ .table = &t,
						     .rows = &rows,
						     .columns = columns,
						     .ncolumns = schema->ncolumns,
						     .begun = begun,
						     .more = *more });
	*printed = t.nrows;
	arena_clear(&a);
	return ok && cmd_flush(s->c);
}

/* What stands between answers; of samples that follow each other a reader wants to know
 * when. */
static void print_head(struct sql_session *s, struct sql_statement *st)
{
	struct cmd_context *c = s->c;

	if (c->options.watch_ns && c->format->human && sql_told(st).wall_ns) {
		struct buf when = { 0 };

		units_iso8601(&when, sql_told(st).wall_ns);
		fprintf(c->out.file, "%s\n", buf_cstr(&when));
		buf_clear(&when);
	} else if (s->answers && c->format->human && !c->out.line) {
		fputc('\n', c->out.file);
	}
	s->answers++;
}

static bool print_rows(struct sql_session *s, struct sql_statement *st)
{
	struct cmd_context *c = s->c;
	size_t left = options_given(&c->options, "n") && c->options.limit
			      ? c->options.limit
			      : SIZE_MAX;
	struct err err = { 0 };
	bool begun = false;
	bool more = true;
	size_t printed;

	cmd_fit_terminal(c);
	print_head(s, st);
	while (more) {
		/* A few large rows are too few steps for SQLite to ask. */
		if ((begun && !go_on(c)) ||
		    !print_page(s, st, begun, left, &printed, &more, &err)) {
			sql_stop(st);
			if (err.kind)
				cmd_complain(c, &err);
			return false;
		}
		begun = true;
		left -= printed;
	}
	sql_stop(st);
	return true;
}

/* CREATE VIEW and the like. */
static bool run_silently(struct sql_session *s, struct sql_statement *st)
{
	struct arena a = { 0 };
	struct table t;
	struct err err = { 0 };
	bool more;
	bool ok;

	table_init(&t, sql_schema(st), &a, 0);
	ok = sql_step(st, &t, 1, &more, &err);
	if (!ok && err.kind)
		cmd_complain(s->c, &err);
	arena_clear(&a);
	return ok;
}

bool sql_session_run(struct sql_session *s, struct sql_statement *st)
{
	if (!read_tables(s, st))
		return false;
	return sql_schema(st)->ncolumns ? print_rows(s, st) : run_silently(s, st);
}

bool sql_session_text(struct sql_session *s, struct text text)
{
	struct sql_statement *st;
	struct err err = { 0 };
	size_t at = 0;
	bool ok = true;

	while (ok && (st = sql_prepare(s->sql, text, &at, &err))) {
		ok = sql_session_run(s, st);
		sql_free(st);
	}
	if (err.kind)
		cmd_complain(s->c, &err);
	return ok && !err.kind;
}

/*
 * The command
 */

/* All statements of the command line, again and again. */
struct script {
	struct sql_statement **at; /* [n] */
	size_t n;
};

static bool all_lost(const struct cmd_context *c)
{
	for (size_t i = 0; i < c->nsources; i++)
		if (!c->sources[i]->lost)
			return false;
	return true;
}

/* What gives no rows was done the first time. */
static bool run_again(struct sql_session *s, const struct script *script)
{
	for (size_t i = 0; i < script->n; i++) {
		if (sql_schema(script->at[i])->ncolumns)
			sql_session_run(s, script->at[i]);
		if (loop_signal(s->c->loop) || !cmd_flush(s->c))
			return false;
	}
	return !all_lost(s->c);
}

static void watch(struct sql_session *s, const struct script *script)
{
	struct cmd_context *c = s->c;
	int64_t next_ns = loop_now();
	size_t answers = 0;

	for (size_t i = 0; i < script->n; i++)
		answers += sql_schema(script->at[i])->ncolumns > 0;
	c->out.again = answers == 1;
	do {
		next_ns += c->options.watch_ns;
		if (next_ns < loop_now())
			next_ns = loop_now(); /* too slow: at once, without catching up */
	} while (cmd_sleep(c, next_ns) && run_again(s, script));
}

/* A view that the first statement makes is there for the second. */
static bool run_first(struct sql_session *s, struct script *script, struct text text)
{
	struct err err = { 0 };
	struct sql_statement *st;
	size_t at = 0;

	script->at = arena_many(s->c->arena, text.len + 1, struct sql_statement *);
	while ((st = sql_prepare(s->sql, text, &at, &err))) {
		script->at[script->n++] = st;
		if (!sql_session_run(s, st) &&
		    (!s->c->options.watch_ns || loop_signal(s->c->loop)))
			return false;
	}
	if (err.kind)
		cmd_complain(s->c, &err);
	return !err.kind;
}

static void run_script(struct sql_session *s, struct text text)
{
	struct script script = { 0 };

	if (run_first(s, &script, text) && s->c->options.watch_ns)
		watch(s, &script);
	for (size_t i = 0; i < script.n; i++)
		sql_free(script.at[i]);
}

bool sql_run(struct cmd_context *c, struct err *err)
{
	struct sql_options o = sql_session_options(c);
	struct sql_session s = { .c = c,
				 .failing = arena_many(c->arena, c->nsources, bool) };
	bool ok = true;

	s.sql = sql_open(tables, ntables, &o, err);
	if (!s.sql)
		return false;
	if (c->nargs)
		run_script(&s, c->args[0]);
	else
		ok = sql_prompt(&s, err);
	sql_close(s.sql);
	return ok;
}

/*
 * Before anything is dialled
 */

/* Looks of SQLite at whether to go on, while a statement is only looked at. */
#define PATIENCE 100

static bool count_down(void *ctx)
{
	return --*(int *)ctx > 0;
}

/* A view is made, so that what uses it can be looked at. */
static bool make_view(struct sql_statement *st)
{
	struct arena a = { 0 };
	struct table t;
	bool more;
	bool ok;

	table_init(&t, sql_schema(st), &a, 0);
	ok = sql_step(st, &t, 1, &more, NULL);
	arena_clear(&a);
	return ok;
}

/* What fills a table cannot be run yet, and what comes behind it not be looked at. */
static bool check_text(struct sql *sql, struct text text, struct err *err)
{
	struct sql_statement *st;
	size_t at = 0;
	size_t n = 0;
	bool go = true;

	for (; go && (st = sql_prepare(sql, text, &at, err)); n++) {
		go = sql_schema(st)->ncolumns || (!sql_needs(st) && make_view(st));
		sql_free(st);
	}
	if (n == 0 && err->kind == ERR_NONE)
		fail(err, ERR_USAGE, "there is no statement in '%.*s'", TEXT_ARG(text));
	return err->kind != ERR_USAGE;
}

bool sql_check(struct cmd_context *c, struct err *err)
{
	struct sql_options o = sql_session_options(c);
	int left = PATIENCE;
	struct sql *sql;
	bool ok;

	if (c->nargs == 0)
		return true;
	o.go_on = count_down;
	o.ctx = &left;
	sql = sql_open(tables, ntables, &o, err);
	if (!sql)
		return false;
	ok = check_text(sql, c->args[0], err);
	sql_close(sql);
	if (ok)
		*err = (struct err){ 0 }; /* it will be told when it runs */
	return ok;
}
