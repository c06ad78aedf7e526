#include "tables/query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/plan.h"

/* Rows beyond the limit that the second step asks for too, in place of those that are
 * gone by then: the helper of the first step is often one of them, and ranks high. */
#define SPARE_ROWS 8

struct query {
	struct arena arena;
	struct plan plan;
	struct query_options options; /* without the words, which only the plan needs */
	struct sample **kept; /* [nkept] the last samples of the run before, by the place
				 of their source */
	size_t nkept;
};

/* What one source answered in a run. */
struct part {
	struct query_run *run;
	struct source *source;
	struct sample *before;
	struct sample *after;
	struct sample *rest;  /* the second step */
	struct err err;       /* kind ERR_NONE while nothing failed */
	struct moment at;     /* of a source that keeps readings: the one that is asked */
	int64_t back_ns;
	struct sample **slot; /* where the answer that is awaited belongs */
	size_t from; /* its rows in the derived table are from..to (not included) */
	size_t to;
};

struct query_run {
	struct query *q;
	struct loop *loop;
	query_done *done; /* NULL: cancelled */
	void *ctx;
	struct part *parts; /* [nparts] */
	size_t nparts;
	size_t open;        /* answers that are still awaited */
	void (*next)(struct query_run *run); /* when the last one is there */
	struct loop_timer *timer;
	struct result *result;
};

struct query *query_new(const struct schema *schema, const struct query_options *o,
			struct err *err)
{
	struct query *q = mem_zalloc(sizeof(*q));

	if (!plan_make(&q->plan, schema, o, &q->arena, err)) {
		query_free(q);
		return NULL;
	}
	q->options = *o;
	q->options.columns = q->options.where = NULL;
	q->options.sort = (struct text){ 0 };
	return q;
}

static void forget_kept(struct query *q)
{
	for (size_t i = 0; i < q->nkept; i++)
		sample_free(q->kept[i]);
	free(q->kept);
	q->kept = NULL;
	q->nkept = 0;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	forget_kept(q);
	plan_clear(&q->plan);
	arena_clear(&q->arena);
	free(q);
}

void query_set_at(struct query *q, struct moment at)
{
	q->options.at = at;
}

const struct schema *query_schema(const struct query *q)
{
	return &q->plan.derived->schema;
}

void result_free(struct result *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->nsamples; i++)
		sample_free(r->samples[i]);
	free(r->samples);
	arena_clear(&r->arena);
	free(r);
}

static void run_free(struct query_run *run)
{
	for (size_t i = 0; i < run->nparts; i++) {
		sample_free(run->parts[i].before);
		sample_free(run->parts[i].after);
		sample_free(run->parts[i].rest);
	}
	loop_timer_cancel(run->loop, run->timer);
	result_free(run->result);
	free(run->parts);
	free(run);
}

static void step(struct query_run *run)
{
	if (run->open > 0)
		return;
	if (run->done)
		run->next(run);
	else
		run_free(run);
}

static void answered(void *ctx, struct sample *sample, const struct err *err)
{
	struct part *part = ctx;

	/* What else is asked of it is of this reading, also when newer ones come. */
	if (sample && part->slot == &part->after)
		part->at = (struct moment){ MOMENT_DATE, sample->wall_ns };
	if (sample)
		*part->slot = sample;
	else
		part->err = *err;
	part->run->open--;
	step(part->run);
}

static void ask(struct part *part, uint64_t columns, const struct cell *keys,
		size_t nkeys, struct sample **slot)
{
	const struct query *q = part->run->q;
	struct request rq = {
		.schema = q->plan.derived->base,
		.columns = columns | column_bit(q->plan.derived->base->key),
		.keys = keys,
		.nkeys = nkeys,
		.timeout_ns = q->options.timeout_ns,
		.syntax = q->options.syntax,
		.at = part->at,
		.back_ns = part->back_ns,
	};

	part->slot = slot;
	part->run->open++;
	source_ask(part->source, &rq, answered, part);
}

static void finish(struct query_run *run)
{
	struct result *r = run->result;
	query_done *done = run->done;
	void *ctx = run->ctx;

	r->failures = arena_many(&r->arena, run->nparts, struct query_failure);
	for (size_t i = 0; i < run->nparts; i++)
		if (run->parts[i].err.kind)
			r->failures[r->nfailures++] = (struct query_failure){
				.source = run->parts[i].source,
				.err = run->parts[i].err,
			};
	r->columns = run->q->plan.columns;
	r->ncolumns = run->q->plan.ncolumns;
	r->ranked = run->q->plan.sort;
	r->filters = run->q->plan.filters;
	run->result = NULL;
	run_free(run);
	done(ctx, r);
}

/*
 * The second step: the rows that stayed, with what was still missing of them.
 */

static const struct part *part_of(const struct query_run *run, size_t row)
{
	const struct part *part = run->parts;

	while (row >= part->to)
		part++;
	return part;
}

/* Copies a row of the first step with what the second one has of it,
 * unless it is gone. */
static void complete(struct table *to, const struct query_run *run,
		     const struct table_index *indexes, size_t row)
{
	const struct plan *plan = &run->q->plan;
	const struct derived *d = plan->derived;
	const struct table *from = &run->result->table;
	const struct part *part = part_of(run, row);
	size_t rest;
	size_t new;

	if (!part->rest)
		return;
	rest = table_index_find(&indexes[part - run->parts],
				table_cell(from, row, d->schema.key));
	if (rest == TABLE_NONE)
		return;
	new = table_add(to);
	for (size_t c = 0; c < d->schema.ncolumns; c++) {
		bool late =
			d->from[c] != TABLE_NONE && plan->second & column_bit(d->from[c]);

		if (late && !derived_is_change(d, c))
			table_set(to, new, c,
				  table_cell(&part->rest->table, rest, d->from[c]));
		else
			table_set(to, new, c, table_cell(from, row, c));
	}
}

static bool full(const struct query *q, const struct table *t)
{
	return q->options.limit && t->nrows == q->options.limit;
}

static void add_missed(struct result *r, size_t missed, struct text first)
{
	r->missed += missed;
	if (r->missed_first.len == 0)
		r->missed_first = text_dup(&r->arena, first);
}

static void merge(struct query_run *run)
{
	struct result *old = run->result;
	struct result *r = mem_zalloc(sizeof(*r));
	struct table_index *indexes =
		arena_many(&old->arena, run->nparts, struct table_index);

	*r = (struct result){ .total = old->total, .wall_ns = old->wall_ns,
			      .span_ns = old->span_ns };
	add_missed(r, old->missed, old->missed_first);
	r->notes = text_dup(&r->arena, old->notes);
	for (size_t i = 0; i < run->nparts; i++) {
		struct sample *rest = run->parts[i].rest;

		if (!rest)
			continue;
		if (run->q->kept[i])
			table_touch_as(&run->q->kept[i]->table, &rest->table);
		table_index_init(&indexes[i], &rest->table, &old->arena);
		add_missed(r, rest->missed, rest->missed_first);
	}
	table_init(&r->table, query_schema(run->q), &r->arena, old->rows.n);
	for (size_t i = 0; i < old->rows.n && !full(run->q, &r->table); i++)
		complete(&r->table, run, indexes, old->rows.at[i]);
	r->rows = rows_all(&r->table, &r->arena);
	run->result = r;
	result_free(old);
	finish(run);
}

static bool in_part(const struct part *part, uint32_t row)
{
	return row >= part->from && row < part->to;
}

/* Keys cost bytes both ways: when more than half of the rows stay, all are asked for. */
static void ask_rest_of(struct part *part)
{
	const struct query_run *run = part->run;
	const struct result *r = run->result;
	struct arena scratch = { 0 };
	struct cell *keys = arena_many(&scratch, r->rows.n, struct cell);
	size_t n = 0;

	for (size_t i = 0; i < r->rows.n; i++)
		if (in_part(part, r->rows.at[i]))
			keys[n++] = table_cell(&r->table, r->rows.at[i],
					       r->table.schema->key);
	if (n > (part->to - part->from) / 2)
		ask(part, run->q->plan.second, NULL, 0, &part->rest);
	else if (n > 0)
		ask(part, run->q->plan.second, keys, n, &part->rest);
	arena_clear(&scratch);
}

static void ask_rest(struct query_run *run)
{
	run->next = merge;
	run->open++; /* so that nobody steps before all were asked */
	for (size_t i = 0; i < run->nparts; i++)
		if (run->parts[i].to > run->parts[i].from)
			ask_rest_of(&run->parts[i]);
	run->open--;
	step(run);
}

/*
 * The first step: rank and filter.
 */

/* Numbers go down, names and ids go up, unless somebody said otherwise. */
static bool descending(const struct plan *p, const struct table *t)
{
	if (p->direction != SORT_BY_TYPE)
		return p->direction == SORT_DOWN;
	for (size_t row = 0; row < t->nrows; row++) {
		enum cell_type type = table_cell(t, row, p->sort).type;

		if (type != CELL_NULL)
			return type != CELL_TEXT && type != CELL_ID;
	}
	return true;
}

/* The result shares its columns with the sample, and the next run may begin with it: then
 * the query keeps it. */
static void hand_over(struct query_run *run, size_t i)
{
	struct query *q = run->q;
	struct part *part = &run->parts[i];

	sample_free(part->before);
	part->before = NULL;
	if (q->options.keep && !part->source->stored)
		q->kept[i] = part->after;
	else
		run->result->samples[run->result->nsamples++] = part->after;
	part->after = NULL;
}

static void add_note(struct result *r, const struct sample *s)
{
	if (s->note.len)
		r->notes = text_printf(&r->arena, "%.*s'%.*s': %.*s\n",
				       TEXT_ARG(r->notes), TEXT_ARG(s->source->name),
				       TEXT_ARG(s->note));
}

static void derive(struct query_run *run, struct part *part)
{
	const struct plan *p = &run->q->plan;
	struct result *r = run->result;
	const struct sample *after = part->after;
	const struct sample *before = part->before;
	int64_t span_ns = before ? after->at_ns - before->at_ns : 0;

	table_derive(&r->table, p->derived, part->source->name,
		     before ? &before->table : NULL, &after->table,
		     span_ns > 0 ? span_ns : 1);
	part->to = r->table.nrows;
	add_missed(r, after->missed, after->missed_first);
	add_note(r, after);
	r->wall_ns = after->wall_ns;
	r->span_ns = span_ns;
}

/* How many rows the first step keeps; 0: all. */
static size_t first_limit(const struct query *q)
{
	return q->options.limit && q->plan.second ? q->options.limit + SPARE_ROWS
						  : q->options.limit;
}

static void rank(struct query_run *run)
{
	struct query *q = run->q;
	size_t limit = first_limit(q);
	struct result *r = run->result = mem_zalloc(sizeof(*r));

	table_init(&r->table, query_schema(q), &r->arena, 0);
	r->samples = mem_zalloc(run->nparts * sizeof(struct sample *));
	for (size_t i = 0; i < run->nparts; i++) {
		struct part *part = &run->parts[i];

		part->from = part->to = r->table.nrows;
		if (part->err.kind) {
			sample_free(part->after);
			part->after = NULL;
		}
		if (part->after)
			derive(run, part);
	}
	r->rows = rows_all(&r->table, &r->arena);
	if (q->plan.nwhere)
		r->rows = rows_where(&r->table, r->rows, q->plan.where, q->plan.nwhere,
				     &r->arena);
	r->total = r->rows.n;
	if (q->plan.sort != TABLE_NONE)
		rows_top(&r->table, &r->rows, q->plan.sort,
			 descending(&q->plan, &r->table), limit);
	else if (limit && limit < r->rows.n)
		r->rows.n = limit;
	for (size_t i = 0; i < run->nparts; i++)
		if (run->parts[i].after)
			hand_over(run, i);
	if (q->plan.second)
		ask_rest(run);
	else
		finish(run);
}

/* The other end of the window, of sources that keep both. */
static void ask_stored(struct query_run *run)
{
	run->next = rank;
	run->open++;
	for (size_t i = 0; i < run->nparts; i++) {
		struct part *part = &run->parts[i];

		if (!part->after || !part->source->stored)
			continue;
		part->back_ns = run->q->options.window_ns;
		ask(part, run->q->plan.before, NULL, 0, &part->before);
		part->back_ns = 0;
	}
	run->open--;
	step(run);
}

static void ask_after(struct query_run *run)
{
	run->next = run->q->options.window_ns > 0 ? ask_stored : rank;
	run->open++;
	for (size_t i = 0; i < run->nparts; i++)
		if (!run->parts[i].err.kind)
			ask(&run->parts[i], run->q->plan.first, NULL, 0,
			    &run->parts[i].after);
	run->open--;
	step(run);
}

/*
 * The window.
 */

static void call_at_losses(struct query_run *run, void (*on_lost)(void *ctx))
{
	for (size_t i = 0; i < run->nparts; i++) {
		run->parts[i].source->on_lost = on_lost;
		run->parts[i].source->on_lost_ctx = run;
	}
}

static void window_over(void *ctx)
{
	struct query_run *run = ctx;

	run->timer = NULL;
	call_at_losses(run, NULL);
	ask_after(run);
}

/* Nobody waits for the end of a window that nothing will be read at. */
static void window_cut(void *ctx)
{
	struct query_run *run = ctx;

	for (size_t i = 0; i < run->nparts; i++)
		if (run->parts[i].before && !run->parts[i].source->lost)
			return;
	loop_timer_cancel(run->loop, run->timer);
	run->timer = loop_at(run->loop, loop_now(), window_over, run);
}

/* From the last of the first readings on. */
static void wait_window(struct query_run *run)
{
	int64_t from = 0;

	for (size_t i = 0; i < run->nparts; i++)
		if (run->parts[i].before && run->parts[i].before->at_ns > from)
			from = run->parts[i].before->at_ns;
	log_line("the window is open");
	run->timer =
		loop_at(run->loop, from + run->q->options.window_ns, window_over, run);
	call_at_losses(run, window_cut);
	window_cut(run);
}

static void ask_before(struct query_run *run)
{
	struct query *q = run->q;

	run->next = wait_window;
	run->open++;
	for (size_t i = 0; i < run->nparts; i++) {
		run->parts[i].before = q->kept[i];
		q->kept[i] = NULL;
		if (!run->parts[i].before && !run->parts[i].source->stored)
			ask(&run->parts[i], q->plan.before, NULL, 0,
			    &run->parts[i].before);
	}
	run->open--;
	step(run);
}

struct query_run *query_start(struct query *q, struct loop *l,
			      struct source *const *sources, size_t nsources,
			      query_done *done, void *ctx)
{
	struct query_run *run = mem_zalloc(sizeof(*run));

	assert(nsources > 0);
	*run = (struct query_run){ .q = q,
				   .loop = l,
				   .done = done,
				   .ctx = ctx,
				   .nparts = nsources };
	run->parts = mem_zalloc(nsources * sizeof(*run->parts));
	for (size_t i = 0; i < nsources; i++)
		run->parts[i] = (struct part){ .run = run,
					       .source = sources[i],
					       .at = q->options.at };
	if (q->nkept != nsources) {
		forget_kept(q);
		q->kept = mem_zalloc(nsources * sizeof(struct sample *));
		q->nkept = nsources;
	}
	if (q->options.window_ns > 0)
		ask_before(run);
	else
		ask_after(run);
	return run;
}

void query_cancel(struct query_run *run)
{
	run->done = NULL;
	if (run->timer)
		call_at_losses(run, NULL);
	loop_timer_cancel(run->loop, run->timer);
	run->timer = NULL;
	if (run->open == 0)
		run_free(run);
}
