#include "cmd/table.h"

#include <stdio.h>

#include "source/live.h"
#include "source/recording.h"
#include "source/recording_find.h"
#include "tables/tables.h"

/* Rows of the large tables, when nobody said how many: on a terminal, and of those that
 * no program wants whole by mistake. */
#define USUAL_ROWS 20
#define USUAL_ATOMS 100

/* What was told in the answers before. */
struct told {
	bool *failing; /* [nsources] this source did not answer */
	size_t missed; /* rows that were missing */
	uint64_t notes; /* hash of the last ones */
};

/* Prints one answer. */
typedef void print_fn(struct cmd_context *c, const struct query *q,
		      const struct result *r);

static size_t usual_rows(const struct cmd_context *c, const struct schema *s)
{
	bool atoms = text_is(text_of(s->name), "atoms");

	if (c->terminal && c->format->human &&
	    (atoms || text_is(text_of(s->name), "processes")))
		return USUAL_ROWS;
	return atoms ? USUAL_ATOMS : 0;
}

struct query_options table_options(const struct cmd_context *c, const struct schema *s)
{
	const struct options *o = &c->options;

	return (struct query_options){
		.columns = o->columns.at,
		.ncolumns = o->columns.n,
		.where = o->where.at,
		.nwhere = o->where.n,
		.sort = o->sort,
		.limit = options_given(o, "n") ? o->limit : usual_rows(c, s),
		.window_ns = o->window_ns,
		.at = o->at,
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.brief = c->format->human,
		.node = c->nasked > 1,
		.keep = o->watch_ns && o->window_ns && o->watch_ns <= o->window_ns,
	};
}

/* For people: a column that says "false" in each row says nothing. */
static bool worth_showing(const struct result *r, size_t column)
{
	if (!text_is(text_of(r->table.schema->columns[column].name), "born"))
		return true;
	for (size_t i = 0; i < r->rows.n; i++)
		if (table_num(&r->table, r->rows.at[i], column))
			return true;
	return false;
}

void table_print(struct cmd_context *c, const struct query *q, const struct result *r)
{
	struct arena scratch = { 0 };
	size_t *columns = arena_many(&scratch, r->ncolumns, size_t);
	struct page page = {
		.table = &r->table,
		.rows = &r->rows,
		.columns = columns,
		.ranked = r->ranked,
		.filters = r->filters,
	};

	for (size_t i = 0; i < r->ncolumns; i++)
		if (!c->format->human || c->options.columns.n ||
		    worth_showing(r, r->columns[i]))
			columns[page.ncolumns++] = r->columns[i];
	cmd_print_page(c, &page);
	/* Who did not ask for fewer may not know that there are more. */
	if (c->terminal && c->format->human && !options_given(&c->options, "n") &&
	    r->rows.n < r->total)
		fprintf(c->out.file, "%zu of %zu rows; -n 0 shows all\n", r->rows.n,
			r->total);
	arena_clear(&scratch);
}

static const struct query_failure *failure_of(const struct result *r,
					      const struct source *s)
{
	for (size_t i = 0; i < r->nfailures; i++)
		if (r->failures[i].source == s)
			return &r->failures[i];
	return NULL;
}

/* When something is watched, what was told is not told again as long as it lasts. */
static void complain_all(struct cmd_context *c, const struct result *r, struct told *told)
{
	for (size_t i = 0; i < c->nsources; i++) {
		const struct query_failure *f = failure_of(r, c->sources[i]);

		if (f && !told->failing[i])
			cmd_complain_source(c, f->source, &f->err);
		told->failing[i] = f != NULL;
	}
	if (r->missed && r->missed != told->missed)
		cmd_complain_missed(r->missed, r->missed_first);
	told->missed = r->missed;
	if (told->notes != text_hash(r->notes))
		cmd_tell_notes(r->notes);
	told->notes = text_hash(r->notes);
}

/* Will nobody answer any more? A node that was too slow is still there. */
static bool all_lost(const struct cmd_context *c, const struct result *r)
{
	for (size_t i = 0; i < c->nsources; i++) {
		struct live *l = live_of(c->sources[i]);

		if (!failure_of(r, c->sources[i]) || (l && node_alive(live_node(l))))
			return false;
	}
	return true;
}

void table_answered(void *ctx, struct result *r)
{
	struct waiting_result *w = ctx;

	w->result = r;
	w->done = true;
}

static const char *awaited(struct cmd_context *c)
{
	const char *verb = c->options.window_ns ? "measuring" : "asking";

	if (c->nsources > 1)
		return text_printf(c->arena, "%s %zu nodes", verb, c->nsources).p;
	return text_printf(c->arena, "%s '%.*s'", verb, TEXT_ARG(c->sources[0]->name)).p;
}

/* Of samples that follow each other a reader wants to know when. */
static void print_sample(struct cmd_context *c, const struct query *q,
			 const struct result *r, print_fn *print)
{
	if (c->options.watch_ns && c->format->human) {
		struct buf when = { 0 };

		units_iso8601(&when, r->wall_ns);
		fprintf(c->out.file, "%s\n", buf_cstr(&when));
		buf_clear(&when);
	}
	print(c, q, r);
	c->out.again = true;
}

/* One answer, printed; false when there is to be no other one. */
static bool tick(struct cmd_context *c, struct query *q, const char *what,
		 struct told *told, print_fn *print)
{
	struct waiting_result t = { 0 };
	struct query_run *run =
		query_start(q, c->loop, c->sources, c->nsources, table_answered, &t);
	bool more;

	if (!cmd_wait(c, &t.done, what)) {
		query_cancel(run);
		return false;
	}
	cmd_fit_terminal(c);
	if (t.result->nfailures < c->nsources)
		print_sample(c, q, t.result, print);
	complain_all(c, t.result, told);
	more = cmd_flush(c) && !all_lost(c, t.result);
	result_free(t.result);
	return more;
}

/* Again and again, until Ctrl-C or until nobody answers any more. */
static void watch(struct cmd_context *c, struct query *q, const char *what,
		  struct told *told, print_fn *print)
{
	int64_t next_ns = loop_now();

	while (tick(c, q, what, told, print) && c->options.watch_ns) {
		next_ns += c->options.watch_ns;
		if (next_ns < loop_now())
			next_ns = loop_now(); /* too slow: at once, without catching up */
		if (!cmd_sleep(c, next_ns))
			break;
	}
}

/*
 * Recordings are watched as they were recorded, without waiting.
 */

static size_t count_stored(const struct cmd_context *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nsources; i++)
		n += c->sources[i]->stored;
	return n;
}

/* Where the samples begin that are to be shown: at --at, else with the first one. */
static bool replay_begin(const struct cmd_context *c, int64_t *from, struct err *err)
{
	*from = INT64_MAX;
	for (size_t i = 0; i < c->nsources; i++) {
		struct recording *r = recording_of(c->sources[i]);
		int64_t first;
		int64_t last;

		if (!recording_span(recording_file(r), &first, &last, err))
			return false;
		if (c->options.at.kind != MOMENT_LAST)
			first = moment_date(c->options.at, last);
		if (first < *from)
			*from = first;
	}
	return true;
}

/* The next sample of any of them. False: there is none, or an err. */
static bool replay_next(const struct cmd_context *c, int64_t from, int64_t *at,
			struct err *err)
{
	*at = INT64_MAX;
	for (size_t i = 0; i < c->nsources; i++) {
		struct recording *r = recording_of(c->sources[i]);
		int64_t next;

		if (recording_next(recording_file(r), from, &next, err) && next < *at)
			*at = next;
		if (err->kind)
			return false;
	}
	return *at != INT64_MAX;
}

static bool replay(struct cmd_context *c, struct query *q, const char *what,
		   struct told *told, print_fn *print, struct err *err)
{
	int64_t from;
	int64_t at;

	if (count_stored(c) < c->nsources)
		return fail(err, ERR_USAGE,
			    "--watch is of live nodes or of recordings, not of both");
	if (!replay_begin(c, &from, err))
		return false;
	while (replay_next(c, from, &at, err)) {
		query_set_at(q, (struct moment){ MOMENT_DATE, at });
		if (!tick(c, q, what, told, print))
			break;
		if (__builtin_add_overflow(at, c->options.watch_ns, &from))
			break;
	}
	return err->kind == ERR_NONE;
}

bool table_run_with(struct cmd_context *c, const struct schema *s,
		    const struct query_options *o,
		    print_fn *print, struct err *err)
{
	struct query *q = query_new(s, o, err);
	struct told told = { .failing = arena_many(c->arena, c->nsources, bool) };
	bool ok = true;

	if (!q)
		return false;
	if (c->options.watch_ns && count_stored(c) > 0)
		ok = replay(c, q, awaited(c), &told, print, err);
	else
		watch(c, q, awaited(c), &told, print);
	query_free(q);
	return ok;
}

bool table_check(const struct cmd_context *c, const struct schema *s, struct err *err)
{
	struct query_options o = table_options(c, s);
	struct query *q = query_new(s, &o, err);

	query_free(q);
	return q != NULL;
}

bool table_check_one(const struct cmd_context *c, struct err *err)
{
	static const char *const names[] = {
		"n", "sort", "where", "columns", "window", "watch",
	};
	/* Where it has rows of its own, -n bounds them. */
	size_t first = c->command->options & OPTIONS_ROWS ? 1 : 0;

	if (c->nargs == 0)
		return true;
	if (c->nasked > 1)
		return fail(err, ERR_USAGE, "%s %.*s looks at one source only",
			    c->command->name, TEXT_ARG(c->args[0]));
	for (size_t i = first; i < sizeof(names) / sizeof(names[0]); i++)
		if (options_given(&c->options, names[i]))
			return fail(err, ERR_USAGE,
				    "%s %.*s shows one of them: %s%s is for the list "
				    "of all",
				    c->command->name, TEXT_ARG(c->args[0]),
				    names[i][1] ? "--" : "-", names[i]);
	return true;
}

bool table_run(struct cmd_context *c, struct err *err)
{
	struct query_options o = table_options(c, c->command->schema);

	return table_run_with(c, c->command->schema, &o, table_print, err);
}
