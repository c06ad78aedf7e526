/*
 * record: asks all tables again and again, and writes what they say into a file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/near.h"
#include "cmd/commands.h"
#include "cmd/process.h"
#include "cmd/report.h"
#include "source/recorder.h"
#include "tables/system.h"
#include "tables/tables.h"

/* What is under way when a signal comes may still be answered. */
#define GRACE_NS INT64_C(500000000)
#define EVERY_NS INT64_C(2000000000)
/* A table that took long is left alone for so many times that, so that what is recorded
 * takes a quarter of the time at most. */
#define REST 3
/* And one that failed for twice as long each time, up to this. */
#define REST_MOST_NS INT64_C(60000000000)

/* A table that is recorded. */
struct recorded {
	const struct schema *schema;
	uint64_t columns;
	int64_t next_ns;  /* not before that */
	bool read;        /* at least once */
	int64_t wait_ns;  /* after the last failure; 0: it did not fail */
};

struct recording_run {
	struct cmd_context *c;
	struct recorder *recorder;
	struct recorded *tables; /* [ntables] */
	size_t ntables;
	int64_t began_ns;
	int64_t end_ns;          /* INT64_MAX: none */
	bool woken;              /* the time has come, or the target is lost */
	struct loop_timer *timer;
	bool told_full;
};

/* An answer that is awaited. */
struct wait_reading {
	struct waiting waiting;
	struct sample *sample;
	bool gone; /* nobody waits any more: a signal came */
};

struct wait_syntax {
	struct waiting waiting;
	enum syntax syntax;
};

static void on_reading(void *ctx, struct sample *s, const struct err *err)
{
	struct wait_reading *w = ctx;

	if (w->gone) {
		sample_free(s);
		free(w);
		return;
	}
	w->sample = s;
	cmd_answered(&w->waiting, err);
}

static void on_syntax(void *ctx, enum syntax syntax)
{
	struct wait_syntax *w = ctx;

	w->syntax = syntax;
	cmd_answered(&w->waiting, NULL);
}

static bool no_table(struct text name, struct err *err)
{
	struct near near = { .word = name };
	struct buf all = { 0 };

	fail(err, ERR_USAGE, "--tables: there is no table '%.*s'", TEXT_ARG(name));
	for (size_t i = 0; i < ntables; i++) {
		near_offer(&near, tables[i]->name);
		buf_printf(&all, "%s%s", i ? ", " : "", tables[i]->name);
	}
	fail_hint(err, "%s%s%sthere are %s", near.best ? "did you mean " : "",
		  near.best ? near.best : "", near.best ? "? " : "", buf_cstr(&all));
	buf_clear(&all);
	return false;
}

bool record_check(struct cmd_context *c, struct err *err)
{
	if (options_given(&c->options, "max-size") && c->options.max_bytes == 0)
		return fail(err, ERR_USAGE, "--max-size: a file can't be kept below 0");
	if (!recorder_may_write(text_cstr(c->arena, c->args[0]), err))
		return false;
	for (size_t i = 0; i < c->options.tables.n; i++)
		if (!tables_find(c->options.tables.at[i]))
			return no_table(c->options.tables.at[i], err);
	return true;
}

/* Columns that nobody is shown unless they ask are left out when they are dear. */
static uint64_t columns_of(const struct schema *s)
{
	const unsigned both = COLUMN_ASKED | COLUMN_DEAR;
	uint64_t columns = 0;

	for (size_t c = 0; c < s->ncolumns; c++)
		if ((s->columns[c].flags & both) != both)
			columns |= column_bit(c);
	return columns;
}

static bool chosen(const struct cmd_context *c, const struct schema *s)
{
	if (c->options.tables.n == 0)
		return !s->on_demand;
	for (size_t i = 0; i < c->options.tables.n; i++)
		if (tables_find(c->options.tables.at[i]) == s)
			return true;
	return false;
}

static void choose(struct recording_run *run)
{
	run->tables = arena_many(run->c->arena, ntables, struct recorded);
	for (size_t i = 0; i < ntables; i++)
		if (chosen(run->c, tables[i]))
			run->tables[run->ntables++] = (struct recorded){
				.schema = tables[i],
				.columns = columns_of(tables[i]),
			};
}

/* Asks for one table, and waits. NULL with an err, which is empty when a signal came. */
static struct sample *read_table(struct cmd_context *c, const struct schema *schema,
				 uint64_t columns, struct err *err)
{
	/* Not of the program's arena: there may be a million of them. */
	struct wait_reading *w = mem_zalloc(sizeof(*w));
	struct sample *s;

	source_ask(c->sources[0], &(struct request){
		.schema = schema,
		.columns = columns,
		.timeout_ns = c->options.timeout_ns,
		.syntax = c->options.syntax,
	}, on_reading, w);
	if (!cmd_wait(c, &w->waiting.done, NULL)) {
		int64_t until = loop_now() + GRACE_NS;

		while (!w->waiting.done && loop_now() < until)
			loop_step(c->loop, until);
		w->gone = !w->waiting.done;
		if (w->gone)
			return NULL;
	}
	if (w->waiting.err.kind)
		*err = w->waiting.err;
	s = w->sample;
	free(w);
	return s;
}

static struct text release_of(struct cmd_context *c, struct sample *s)
{
	struct text name = TEXT("otp_release");
	size_t row = table_find(&s->table,
				(struct cell){ CELL_TEXT, { .text = &name } });

	if (row == TABLE_NONE)
		return TEXT("");
	return text_dup(c->arena, table_text(&s->table, row, SYSTEM_VALUE));
}

/* What the file says of the target; also the proof that it answers. */
static bool describe(struct cmd_context *c, struct recorder_source *of, struct err *err)
{
	struct wait_syntax *w = arena_new(c->arena, struct wait_syntax);
	struct live *l = cmd_live(c, err);
	struct sample *s;

	if (!l)
		return false;
	s = read_table(c, &system_schema, schema_all(&system_schema), err);
	if (!s)
		return false;
	live_syntax(l, c->options.syntax, on_syntax, w);
	if (!cmd_wait_answer(c, &w->waiting, err)) {
		sample_free(s);
		return false;
	}
	*of = (struct recorder_source){
		.name = live_source(l)->name,
		.life = text_printf(c->arena, "%" PRIu32, node_creation(live_node(l))),
		.otp_release = release_of(c, s),
		.syntax = w->syntax,
	};
	sample_free(s);
	return true;
}

/*
 * One sample.
 */

static void failed(struct recording_run *run, struct recorded *t, const struct err *err)
{
	bool first = t->wait_ns == 0;

	recorder_miss(run->recorder, t->schema, loop_now(), err);
	t->wait_ns = first ? EVERY_NS : t->wait_ns * 2;
	if (t->wait_ns > REST_MOST_NS)
		t->wait_ns = REST_MOST_NS;
	t->next_ns = loop_now() + t->wait_ns;
	if (first)
		report_err(err);
}

/* False: a signal came, or the target is lost. */
static bool record_table(struct recording_run *run, struct recorded *t)
{
	int64_t began = loop_now();
	struct err err = { 0 };
	struct sample *s = read_table(run->c, t->schema, t->columns, &err);

	if (s) {
		log_line("%zu rows of '%s' in %.1f ms", s->table.nrows, t->schema->name,
			 (double)(loop_now() - began) / 1e6);
		recorder_add(run->recorder, s, t->columns);
		t->wait_ns = 0;
		/* the first reading is not like the others: it reads all of everybody */
		if (t->read)
			t->next_ns = began + (loop_now() - began) * (REST + 1);
		t->read = true;
		return true;
	}
	if (err.kind == ERR_NONE || run->c->sources[0]->lost)
		return false;
	failed(run, t, &err);
	return true;
}

static bool sample_tables(struct recording_run *run)
{
	/* what is due within this tick would else wait for the next one */
	int64_t due = loop_now() + EVERY_NS / 10;

	for (size_t i = 0; i < run->ntables; i++)
		if (run->tables[i].next_ns <= due &&
		    (!record_table(run, &run->tables[i]) || loop_signal(run->c->loop)))
			return false;
	return true;
}

static void show_progress(const struct recording_run *run)
{
	struct recorder_progress p = recorder_progress(run->recorder);
	struct buf line = { 0 };

	if (!isatty(STDERR_FILENO) || log_enabled())
		return;
	buf_printf(&line, "%" PRId64 " sample%s, ", p.samples, p.samples == 1 ? "" : "s");
	units_human(&line, (double)p.bytes, UNIT_BYTES);
	if (run->end_ns != INT64_MAX) {
		int64_t left = run->end_ns - loop_now();

		buf_str(&line, ", ");
		units_human(&line, (double)(left > 0 ? left : 0), UNIT_NS);
		buf_str(&line, " left");
	}
	fprintf(stderr, "\r\033[K%s", buf_cstr(&line));
	buf_clear(&line);
}

static bool write_sample(struct recording_run *run, struct err *err)
{
	if (!recorder_write(run->recorder, err))
		return false;
	show_progress(run);
	if (recorder_progress(run->recorder).full && !run->told_full) {
		fprintf(stderr, "otoscope: one sample alone is larger than --max-size\n");
		run->told_full = true;
	}
	return true;
}

static void on_due(void *ctx)
{
	struct recording_run *run = ctx;

	run->timer = NULL;
	run->woken = true;
}

static void on_lost(void *ctx)
{
	struct recording_run *run = ctx;

	run->woken = true;
}

/* Until the next sample is due, the target is lost, or a signal comes: false. */
static bool rest(struct recording_run *run, int64_t until_ns)
{
	struct cmd_context *c = run->c;
	struct source *s = c->sources[0];
	bool ok;

	run->woken = false;
	run->timer = loop_at(c->loop, until_ns, on_due, run);
	s->on_lost = on_lost;
	s->on_lost_ctx = run;
	ok = cmd_wait(c, &run->woken, NULL);
	s->on_lost = NULL;
	loop_timer_cancel(c->loop, run->timer);
	return ok && !s->lost;
}

/* Until it is over; false with an err when the file can't be written. */
static bool sample_all(struct recording_run *run, struct err *err)
{
	int64_t every = run->c->options.every_ns ? run->c->options.every_ns : EVERY_NS;
	int64_t next = run->began_ns;

	for (;;) {
		bool more = sample_tables(run);

		if (!write_sample(run, err))
			return false;
		next += every;
		if (next < loop_now())
			next = loop_now(); /* too slow: at once, without catching up */
		if (!more || next > run->end_ns || !rest(run, next))
			return true;
	}
}

/*
 * The end.
 */

static bool finish(struct recording_run *run, struct err *err)
{
	struct cmd_context *c = run->c;
	bool lost = c->sources[0]->lost;
	struct err why = { 0 };
	struct err unwritten = { 0 };

	if (lost)
		why = *live_why_lost(live_of(c->sources[0]));
	else if (loop_signal(c->loop))
		fail(&why, ERR_NONE, "ended by a signal");
	else
		fail(&why, ERR_NONE, "its time was over");
	if (isatty(STDERR_FILENO) && !log_enabled())
		fputs("\n", stderr);
	if (!recorder_end(run->recorder, text_of(why.what), lost, loop_now(),
			  &unwritten)) {
		*err = unwritten;
		return false;
	}
	if (lost)
		*err = why;
	return !lost;
}

bool record_run(struct cmd_context *c, struct err *err)
{
	struct recording_run run = { .c = c, .end_ns = INT64_MAX };
	struct recorder_source of;
	bool ok;

	c->endless = true;
	if (!describe(c, &of, err))
		return err->kind == ERR_NONE;
	choose(&run);
	run.recorder = recorder_open(text_cstr(c->arena, c->args[0]), &of,
				     c->options.max_bytes, err);
	if (!run.recorder)
		return false;
	run.began_ns = loop_now();
	if (c->options.for_ns)
		run.end_ns = run.began_ns + c->options.for_ns;
	ok = sample_all(&run, err) && finish(&run, err);
	recorder_close(run.recorder);
	return ok;
}
