/*
 * Reads what a statement needs: all its tables together, from all sources, once or at
 * both ends of a window.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "sql/inside.h"

/* What one source answers of one table. */
struct part {
	struct reading *reading;
	struct source *source;
	const struct need *need;
	size_t place;         /* of the table in the list of schemas */
	struct sample *before;
	struct sample *after;
	struct sample *rest;  /* late columns */
	size_t from; /* its rows in the table's view are from..to (not included) */
	size_t to;
	struct moment at;     /* of a source that keeps readings: the one that is asked */
	int64_t back_ns;
	struct sample **slot; /* where the answer that is awaited belongs */
	struct err err;
};

struct reading {
	struct sql_statement *st; /* NULL: given up; only answers are awaited */
	struct loop *loop;
	sql_done *done;
	void *ctx;
	struct arena arena;
	struct part *parts; /* [nparts] */
	size_t nparts;
	size_t nsources;
	size_t open; /* answers that are awaited */
	void (*next)(struct reading *r);
	struct loop_timer *timer;
	bool watching; /* for sources that are lost within the window */
	bool asking;   /* not done yet */
	struct view *views; /* [ntables] */
	struct sql_told told;
};

void reading_free(struct reading *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->nparts; i++) {
		sample_free(r->parts[i].before);
		sample_free(r->parts[i].after);
		sample_free(r->parts[i].rest);
	}
	loop_timer_cancel(r->loop, r->timer);
	arena_clear(&r->arena);
	free(r);
}

struct view *reading_view(const struct reading *r, const struct sql_table *t)
{
	struct view *v = &r->views[t - t->sql->tables];

	return !r->asking && v->there ? v : NULL;
}

struct arena *reading_arena(struct reading *r)
{
	return &r->arena;
}

static void step(struct reading *r)
{
	if (r->open > 0)
		return;
	if (r->st)
		r->next(r);
	else
		reading_free(r);
}

static void answered(void *ctx, struct sample *sample, const struct err *err)
{
	struct part *p = ctx;

	/* The other end of the window is that of this reading, also when newer ones
	 * come. */
	if (sample && p->slot == &p->after)
		p->at = (struct moment){ MOMENT_DATE, sample->wall_ns };
	if (sample)
		*p->slot = sample;
	else
		p->err = *err;
	p->reading->open--;
	step(p->reading);
}

static void ask_keys(struct part *p, uint64_t columns, const struct cell *keys,
		     size_t nkeys, struct sample **slot)
{
	const struct sql *s = p->reading->st->sql;
	const struct schema *schema = s->schemas[p->place];
	struct request rq = {
		.schema = schema,
		.columns = columns | column_bit(schema->key),
		.keys = keys,
		.nkeys = nkeys,
		.timeout_ns = s->options.timeout_ns,
		.syntax = s->options.syntax,
		.at = p->at,
		.back_ns = p->back_ns,
	};

	p->slot = slot;
	p->reading->open++;
	source_ask(p->source, &rq, answered, p);
}

static void ask(struct part *p, uint64_t columns, struct sample **slot)
{
	if (p->need->all)
		ask_keys(p, columns, NULL, 0, slot);
	else
		ask_keys(p, columns, p->need->keys, p->need->nkeys, slot);
}

/*
 * At the end
 */

static void add_note(struct reading *r, const struct sample *s)
{
	struct text t = r->told.notes;

	if (s && s->note.len)
		r->told.notes = text_printf(&r->arena, "%.*s'%.*s': %.*s\n", TEXT_ARG(t),
					    TEXT_ARG(s->source->name),
					    TEXT_ARG(s->note));
}

static void add_told(struct reading *r, const struct sample *s)
{
	if (!s)
		return;
	if (s->wall_ns > r->told.wall_ns)
		r->told.wall_ns = s->wall_ns;
	r->told.missed += s->missed;
	if (r->told.missed_first.len == 0)
		r->told.missed_first = text_dup(&r->arena, s->missed_first);
}

static void derive(struct view *v, const struct sql_table *t, struct part *p)
{
	const struct sample *is = t->before ? p->before : p->after;
	const struct sample *was = t->before ? NULL : p->before;
	int64_t span_ns = was && is ? is->at_ns - was->at_ns : 0;
	size_t from = v->rows.nrows;

	if (!is || p->err.kind)
		return;
	table_derive(&v->rows, t->shape, p->source->name, was ? &was->table : NULL,
		     &is->table, span_ns > 0 ? span_ns : 1);
	v->there = true;
	if (t->before)
		return;
	p->from = from;
	p->to = v->rows.nrows;
}

/* More than these are not asked for one by one. */
static size_t most_wanted(size_t rows)
{
	return rows / 4 + 64;
}

static void make_view(struct reading *r, const struct sql_table *t)
{
	const struct need *need = &r->st->needs[t->place];
	struct view *v = &r->views[t - t->sql->tables];

	if (!(t->before ? need->before : need->now))
		return;
	table_init(&v->rows, &t->shape->schema, &r->arena, 0);
	v->indexes = arena_many(&r->arena, t->shape->schema.ncolumns, struct sql_index *);
	for (size_t i = 0; i < r->nparts; i++)
		if (r->parts[i].place == t->place)
			derive(v, t, &r->parts[i]);
	r->told.lacks_table |= !v->there;
	if (t->before || !need->late)
		return;
	v->late = need->late;
	v->known = arena_many(&r->arena, v->rows.nrows, uint8_t);
	v->most = most_wanted(v->rows.nrows);
}

static bool is_told(const struct reading *r, const struct source *s)
{
	for (size_t i = 0; i < r->told.nfailures; i++)
		if (r->told.failures[i].source == s)
			return true;
	return false;
}

static void tell_failures(struct reading *r)
{
	struct query_failure *f = arena_many(&r->arena, r->nsources,
					     struct query_failure);

	r->told.failures = f;
	r->told.nfailures = 0;
	for (size_t i = 0; i < r->nparts; i++) {
		const struct part *p = &r->parts[i];

		if (p->err.kind && !is_told(r, p->source))
			f[r->told.nfailures++] =
				(struct query_failure){ p->source, p->err };
	}
}

static void finish(struct reading *r)
{
	for (size_t i = 0; i < r->nparts; i++) {
		const struct part *p = &r->parts[i];

		add_told(r, p->before);
		add_told(r, p->after);
		add_note(r, p->after ? p->after : p->before);
	}
	tell_failures(r);
	for (size_t i = 0; i < r->st->sql->ntables; i++)
		make_view(r, &r->st->sql->tables[i]);
	r->asking = false;
	r->done(r->ctx);
}

/*
 * The cells that are read late
 */

static struct view *late_view(const struct part *p)
{
	const struct reading *r = p->reading;

	for (size_t i = 0; i < r->st->sql->ntables; i++) {
		const struct sql_table *t = &r->st->sql->tables[i];

		if (t->place == p->place && !t->before && r->views[i].known)
			return &r->views[i];
	}
	return NULL;
}

static void set_late(struct view *v, const struct derived *d, size_t row,
		     const struct table *from, size_t from_row)
{
	for (size_t c = 0; c < d->schema.ncolumns; c++)
		if (d->from[c] != TABLE_NONE && !derived_is_change(d, c) &&
		    v->late & column_bit(d->from[c]))
			table_set(&v->rows, row, c,
				  table_cell(from, from_row, d->from[c]));
}

static void merge_part(struct part *p, struct view *v, const struct derived *d)
{
	struct arena scratch = { 0 };
	struct table_index index = { 0 };

	if (p->rest)
		table_index_init(&index, &p->rest->table, &scratch);
	for (size_t row = p->from; row < p->to; row++) {
		size_t at;

		if (p->err.kind)
			v->known[row] = KNOWN_GONE;
		if (v->known[row] != KNOWN_WANTED)
			continue;
		at = p->rest ? table_index_find(&index, table_cell(&v->rows, row,
								   d->schema.key))
			     : TABLE_NONE;
		v->known[row] = at == TABLE_NONE ? KNOWN_GONE : KNOWN_READ;
		if (at != TABLE_NONE)
			set_late(v, d, row, &p->rest->table, at);
	}
	add_told(p->reading, p->rest);
	sample_free(p->rest);
	p->rest = NULL;
	arena_clear(&scratch);
}

static bool all_failed(const struct reading *r, size_t place)
{
	for (size_t i = 0; i < r->nparts; i++)
		if (r->parts[i].place == place && !r->parts[i].err.kind)
			return false;
	return true;
}

static void merge(struct reading *r)
{
	const struct sql *s = r->st->sql;

	for (size_t i = 0; i < r->nparts; i++) {
		struct view *v = late_view(&r->parts[i]);

		if (!v)
			continue;
		merge_part(&r->parts[i], v, s->tables[v - r->views].shape);
		r->told.lacks_table |= all_failed(r, r->parts[i].place);
		v->nwanted = 0;
	}
	tell_failures(r);
	r->asking = false;
	r->done(r->ctx);
}

static void ask_late(struct part *p, struct view *v)
{
	struct arena scratch = { 0 };
	struct cell *keys = arena_many(&scratch, p->to - p->from, struct cell);
	size_t n = 0;

	for (size_t row = p->from; row < p->to; row++)
		if (v->known[row] == KNOWN_WANTED)
			keys[n++] = table_cell(&v->rows, row, v->rows.schema->key);
	if (n > (p->to - p->from) / 2)
		ask_keys(p, v->late, NULL, 0, &p->rest);
	else if (n > 0)
		ask_keys(p, v->late, keys, n, &p->rest);
	arena_clear(&scratch);
}

static void merge_later(void *ctx)
{
	struct reading *r = ctx;

	r->timer = NULL;
	merge(r);
}

void reading_ask_rest(struct reading *r)
{
	r->next = merge;
	r->asking = true;
	r->open++;
	for (size_t i = 0; i < r->nparts; i++) {
		struct view *v = late_view(&r->parts[i]);

		if (v && v->nwanted && !r->parts[i].err.kind)
			ask_late(&r->parts[i], v);
	}
	r->open--;
	if (r->open == 0)
		r->timer = loop_at(r->loop, 0, merge_later, r);
}

bool reading_is_whole(const struct reading *r)
{
	return !r->asking && !r->told.lacks_table;
}

/* What is kept has all that the next window begins with. */
static uint64_t columns_after(const struct part *p)
{
	bool keep = p->reading->st->sql->options.keep;

	return (p->need->columns & ~p->need->late) | (keep ? p->need->earlier : 0);
}

/* The other end of the window, of sources that keep both. */
static void ask_stored(struct reading *r)
{
	r->next = finish;
	r->open++;
	for (size_t i = 0; i < r->nparts; i++) {
		struct part *p = &r->parts[i];

		if (p->err.kind || !p->source->stored || !p->need->before)
			continue;
		p->back_ns = r->st->sql->options.window_ns;
		ask(p, p->need->earlier, &p->before);
		p->back_ns = 0;
	}
	r->open--;
	step(r);
}

static void ask_after(struct reading *r)
{
	r->next = ask_stored;
	r->open++; /* so that nobody steps before all were asked */
	for (size_t i = 0; i < r->nparts; i++)
		if (!r->parts[i].err.kind && r->parts[i].need->now)
			ask(&r->parts[i], columns_after(&r->parts[i]),
			    &r->parts[i].after);
	r->open--;
	step(r);
}

/*
 * The window
 */

static void watch_sources(struct reading *r, void (*on_lost)(void *ctx))
{
	r->watching = on_lost != NULL;
	for (size_t i = 0; i < r->nparts; i++) {
		r->parts[i].source->on_lost = on_lost;
		r->parts[i].source->on_lost_ctx = r;
	}
}

static void window_over(void *ctx)
{
	struct reading *r = ctx;

	r->timer = NULL;
	watch_sources(r, NULL);
	ask_after(r);
}

/* Nobody waits for the end of a window that nothing will be read at. */
static void window_cut(void *ctx)
{
	struct reading *r = ctx;

	for (size_t i = 0; i < r->nparts; i++)
		if (r->parts[i].before && !r->parts[i].source->lost)
			return;
	loop_timer_cancel(r->loop, r->timer);
	r->timer = loop_at(r->loop, loop_now(), window_over, r);
}

/* From the last of the first readings on. */
static void wait_window(struct reading *r)
{
	int64_t from = 0;
	bool after = false;

	for (size_t i = 0; i < r->nparts; i++) {
		after |= r->parts[i].need->now;
		if (r->parts[i].before && r->parts[i].before->at_ns > from)
			from = r->parts[i].before->at_ns;
	}
	if (!after) {
		ask_stored(r);
		return;
	}
	log_line("the window is open");
	r->timer = loop_at(r->loop, from + r->st->sql->options.window_ns, window_over, r);
	watch_sources(r, window_cut);
	window_cut(r);
}

static void ask_before(struct reading *r)
{
	r->next = wait_window;
	r->open++;
	for (size_t i = 0; i < r->nparts; i++)
		if (r->parts[i].need->before && !r->parts[i].before &&
		    !r->parts[i].source->stored)
			ask(&r->parts[i], r->parts[i].need->earlier, &r->parts[i].before);
	r->open--;
	step(r);
}

static void begin(void *ctx)
{
	struct reading *r = ctx;
	bool before = false;

	r->timer = NULL;
	for (size_t i = 0; i < r->nparts; i++)
		before |= r->parts[i].need->before;
	if (before)
		ask_before(r);
	else
		ask_after(r);
}

static void add_parts(struct reading *r, size_t place, struct source *const *sources)
{
	const struct need *n = &r->st->needs[place];

	if (!n->now && !n->before)
		return;
	for (size_t i = 0; i < r->nsources; i++)
		r->parts[r->nparts++] = (struct part){ .reading = r,
						       .source = sources[i],
						       .need = n,
						       .at = r->st->sql->options.at,
						       .place = place };
}

/* The last samples of the reading before are the first ones now. */
static void keep_samples(struct reading *r, struct reading *old)
{
	if (!r->st->sql->options.keep || !old || old->asking || old->nparts != r->nparts)
		return;
	for (size_t i = 0; i < r->nparts; i++) {
		if (!r->parts[i].need->before || !old->parts[i].after ||
		    r->parts[i].source->stored)
			continue;
		r->parts[i].before = old->parts[i].after;
		old->parts[i].after = NULL;
	}
}

void sql_ask(struct sql_statement *st, struct loop *l, struct source *const *sources,
	     size_t n, sql_done *done, void *ctx)
{
	struct reading *r = mem_zalloc(sizeof(*r));
	const struct sql *s = st->sql;
	struct reading *old = st->reading;

	st->reading = r;
	st->rehearsals = 0;
	*r = (struct reading){ .st = st,
			       .loop = l,
			       .done = done,
			       .ctx = ctx,
			       .nsources = n,
			       .asking = true };
	r->parts = arena_many(&r->arena, s->nschemas * n, struct part);
	r->views = arena_many(&r->arena, s->ntables, struct view);
	for (size_t i = 0; i < s->nschemas; i++)
		add_parts(r, i, sources);
	keep_samples(r, old);
	reading_free(old);
	r->timer = loop_at(l, 0, begin, r);
}

void sql_cancel(struct sql_statement *st)
{
	struct reading *r = st->reading;

	if (!r || !r->asking)
		return;
	st->reading = NULL;
	r->st = NULL;
	if (r->watching)
		watch_sources(r, NULL);
	loop_timer_cancel(r->loop, r->timer);
	r->timer = NULL;
	if (r->open == 0)
		reading_free(r);
}

struct sql_told sql_told(const struct sql_statement *st)
{
	return st->reading ? st->reading->told : (struct sql_told){ 0 };
}
