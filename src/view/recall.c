/* The past of a recording, read in steps. */
#include "view/recall.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "source/recording.h"
#include "source/recording_walk.h"
#include "view/home_item.h"
#include "view/top.h"

/* A step: short enough that a key in between is answered at once. */
#define SLICE_NS INT64_C(8000000)
/* So often what was read is drawn meanwhile. */
#define SHOW_NS INT64_C(100000000)
/* What the header shows beside its numbers. */
#define NEAR_NS INT64_C(900000000000)

/* A series that somebody asked for. */
struct wish {
	struct wish *next;
	const struct schema *schema;
	struct cell key;
	size_t column;
	struct series_name name;
	enum { WISH_NEW, WISH_BEGUN, WISH_DONE } state;
	int64_t first; /* when it had its first value; 0: never */
	size_t row;    /* where it was in the last reading */
	bool there;    /* it was in that one */
};

/* Readings of one table to be gone through. */
struct errand {
	struct errand *next;
	const struct schema *schema;
	int64_t from;
	int64_t to;
	uint64_t home; /* the columns, for the header; 0: for wishes */
};

struct recall {
	struct top *top;
	struct link *link;
	struct recording_file *file;
	struct home *home;
	struct arena arena;
	struct wish *wishes;
	struct errand *errands; /* the first is being done */
	struct recording_walk walk;
	bool walking;           /* it was begun */
	struct loop_timer *timer;
	int64_t shown_ns;       /* when what was read was last drawn */
};

static void go_on(struct recall *r);

/*
 * One reading.
 */

/* As a table, as home has them from everywhere. */
static void remember_home(struct recall *r)
{
	const struct schema *s = r->walk.schema;
	uint64_t columns = r->errands->home | column_bit(s->key);
	struct arena scratch = { 0 };
	struct table t;
	struct rows rows;

	table_init(&t, s, &scratch, recording_walk_rows(&r->walk));
	for (size_t row = 0; row < recording_walk_rows(&r->walk); row++) {
		table_add(&t);
		for (size_t c = 0; c < s->ncolumns; c++)
			if (columns & column_bit(c))
				table_set(&t, row, c,
					  recording_walk_cell(&r->walk, row, c));
	}
	home_remember(r->home, &t, r->walk.now.at);
	if (s == home_feed_schema(HOME_SCHEDULERS)) {
		rows = rows_all(&t, &scratch);
		history_take(top_history(r->top), r->link->name, s, &t, rows.at, rows.n,
			     r->walk.now.at);
	}
	arena_clear(&scratch);
}

/* Rows mostly stay where they are. */
static size_t find_row(const struct recall *r, const struct wish *w)
{
	const struct recording_walk *walk = &r->walk;
	size_t key = walk->schema->key;
	size_t n = recording_walk_rows(walk);

	if (w->row < n && cell_eq(recording_walk_cell(walk, w->row, key), w->key))
		return w->row;
	for (size_t row = 0; row < n; row++)
		if (cell_eq(recording_walk_cell(walk, row, key), w->key))
			return row;
	return TABLE_NONE;
}

static void remember_wish(struct recall *r, struct wish *w)
{
	size_t row = find_row(r, w);
	struct cell c = { .type = CELL_NULL };
	double value = NAN;

	if (row != TABLE_NONE) {
		c = recording_walk_cell(&r->walk, row, w->column);
		w->row = row;
	}
	if (c.type == CELL_INT || c.type == CELL_REAL)
		value = c.type == CELL_INT ? (double)c.v.num : c.v.real;
	/* One gap is enough of what is not there. */
	if (isfinite(value) && !w->first)
		w->first = r->walk.now.at;
	if (isfinite(value) || w->there)
		history_put(top_history(r->top), &w->name, r->walk.now.at, value);
	w->there = isfinite(value);
}

static void remember(struct recall *r)
{
	if (r->errands->home) {
		remember_home(r);
		return;
	}
	for (struct wish *w = r->wishes; w; w = w->next)
		if (w->state == WISH_BEGUN)
			remember_wish(r, w);
}

/*
 * Errand by errand.
 */

static uint64_t columns_of(struct recall *r)
{
	uint64_t columns = r->errands->home;

	for (struct wish *w = r->wishes; w && !r->errands->home; w = w->next)
		if (w->state == WISH_BEGUN)
			columns |= column_bit(w->column);
	return columns;
}

/* All that was asked for of the same table is read at once: then there may be nothing
 * left to do. */
static bool begin(struct recall *r, struct err *err)
{
	const struct errand *e = r->errands;

	for (struct wish *w = r->wishes; w && !e->home; w = w->next)
		if (w->schema == e->schema && w->state == WISH_NEW)
			w->state = WISH_BEGUN;
	if (!columns_of(r))
		return false;
	r->walking = true;
	return recording_walk_init(&r->walk, r->file, e->schema, columns_of(r),
				   TABLE_NONE, e->from, e->to, err);
}

static void end(struct recall *r)
{
	struct errand *e = r->errands;

	recording_walk_clear(&r->walk);
	r->walking = false;
	r->errands = e->next;
	for (struct wish *w = r->wishes; w && !e->home; w = w->next)
		if (w->state == WISH_BEGUN)
			w->state = WISH_DONE;
	free(e);
}

/* A table that the file lacks, or that is damaged, has no past: whoever shows it says
 * so. */
static void step(void *ctx)
{
	struct recall *r = ctx;
	int64_t until = loop_now() + SLICE_NS;

	r->timer = NULL;
	while (r->errands && loop_now() < until) {
		struct err err = { 0 };

		if ((r->walking || begin(r, &err)) && recording_walk_next(&r->walk, &err))
			remember(r);
		else
			end(r);
	}
	if (!r->errands || loop_now() - r->shown_ns > SHOW_NS) {
		r->shown_ns = loop_now();
		top_dirty(r->top);
	}
	go_on(r);
}

static void go_on(struct recall *r)
{
	if (r->errands && !r->timer)
		r->timer = loop_at(top_loop(r->top), loop_now(), step, r);
}

static void add_errand(struct recall *r, const struct schema *schema, int64_t from,
		       int64_t to, uint64_t home)
{
	struct errand *new = mem_alloc(sizeof(*new));
	struct errand **at = &r->errands;

	if (r->walking)
		at = &(*at)->next;
	/* who asks for a chart looks at it already */
	while (*at && (home || !(*at)->home))
		at = &(*at)->next;
	*new = (struct errand){ *at, schema, from, to, home };
	*at = new;
	go_on(r);
}

/*
 * What is asked for.
 */

static void add_home(struct recall *r, int64_t from, int64_t to)
{
	for (size_t i = 0; i < HOME_FEEDS; i++)
		add_errand(r, home_feed_schema((enum home_feed)i), from, to,
			   home_feed_columns((enum home_feed)i));
}

void recall_home(struct recall *r, struct home *home)
{
	int64_t at;

	if (!r)
		return;
	r->home = home;
	at = r->link->at.kind == MOMENT_DATE ? r->link->at.ns : INT64_MAX;
	add_home(r, at - NEAR_NS, at);
	add_home(r, at, INT64_MAX);
	add_home(r, INT64_MIN, at - NEAR_NS);
}

static struct wish *find_wish(const struct recall *r, const struct series_name *name)
{
	struct wish *w = r->wishes;

	while (w && !(text_eq(w->name.table, name->table) &&
		      text_eq(w->name.key, name->key) &&
		      text_eq(w->name.column, name->column)))
		w = w->next;
	return w;
}

/* The history is bounded: does it still have the past of this one? */
static bool is_kept(const struct recall *r, const struct wish *w)
{
	int64_t first, last;

	if (w->state != WISH_DONE || !w->first)
		return true;
	return history_extent(top_history(r->top), &w->name, &first, &last) &&
	       first - w->first <= (last - w->first) / 4;
}

void recall_series(struct recall *r, const struct schema *schema, struct cell key,
		   const struct series_name *name)
{
	size_t column = schema_find(schema, name->column);
	struct wish *w = r ? find_wish(r, name) : NULL;

	if (!r || column == TABLE_NONE || (w && is_kept(r, w)))
		return;
	if (w) {
		w->state = WISH_NEW;
		add_errand(r, schema, INT64_MIN, INT64_MAX, 0);
		return;
	}
	w = arena_new(&r->arena, struct wish);
	*w = (struct wish){
		.next = r->wishes,
		.schema = schema,
		.key = cell_dup(&r->arena, key),
		.column = column,
		.name = { text_dup(&r->arena, name->link),
			  text_dup(&r->arena, name->table),
			  text_dup(&r->arena, name->key),
			  text_dup(&r->arena, name->column) },
	};
	r->wishes = w;
	add_errand(r, schema, INT64_MIN, INT64_MAX, 0);
}

bool recall_busy(const struct recall *r)
{
	return r && r->errands;
}

double recall_progress(const struct recall *r)
{
	int64_t first, last;

	if (!r->walking || !timeline_extent(top_timeline(r->top), &first, &last) ||
	    r->walk.now.at <= first || last <= first)
		return 0;
	return fmin((double)(r->walk.now.at - first) / (double)(last - first), 1);
}

struct recall *recall_new(struct top *t, struct link *l)
{
	struct recording *file = l->stored ? recording_of(l->source) : NULL;
	struct recall *r;

	if (!file)
		return NULL;
	r = mem_zalloc(sizeof(*r));
	*r = (struct recall){ .top = t, .link = l, .file = recording_file(file) };
	return r;
}

void recall_free(struct recall *r)
{
	if (!r)
		return;
	loop_timer_cancel(top_loop(r->top), r->timer);
	while (r->errands)
		end(r);
	arena_clear(&r->arena);
	free(r);
}
