#include "view/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "view/detail.h"
#include "view/chart.h"
#include "view/table_inside.h"

static struct table_view *of(struct view *v)
{
	return (struct table_view *)v;
}

static void changed(void *ctx)
{
	struct table_view *t = ctx;

	top_dirty(t->view.top);
}

/* The column of the rate of a counter, or the column itself. */
static size_t shown_as(const struct derived *d, size_t base)
{
	size_t itself = base; /* the base's columns are in front */

	if (d->base->columns[base].kind != COLUMN_COUNTER)
		return itself;
	for (size_t c = d->changes; c < d->born; c++)
		if (d->from[c] == base && c != d->to_limit)
			return c;
	return itself;
}

static void usual_columns(struct table_view *t)
{
	const struct schema *s = t->schema;

	t->columns = arena_many(&t->arena, t->d->schema.ncolumns, size_t);
	for (size_t c = 0; c < s->ncolumns; c++)
		if (!(s->columns[c].flags & (COLUMN_WIDE | COLUMN_ASKED)))
			t->columns[t->ncolumns++] = shown_as(t->d, c);
}

static void usual_sort(struct table_view *t)
{
	size_t base = t->schema->sort ? schema_find(t->schema, text_of(t->schema->sort))
				      : TABLE_NONE;

	t->sort = base == TABLE_NONE ? TABLE_NONE : shown_as(t->d, base);
	t->descending = true;
}

/* A column that a rate is made of. */
static uint64_t base_bit(const struct table_view *t, size_t column)
{
	uint64_t bits;

	if (column == TABLE_NONE || t->d->from[column] == TABLE_NONE)
		return 0;
	bits = column_bit(t->d->from[column]);
	if (column == t->d->to_limit)
		bits |= column_bit(t->schema->limited);
	return bits;
}

/* A small table is read as a whole: keys cost more. */
static bool small(const struct table_view *t)
{
	const struct table *rows = feed_table(t->feed);

	return rows && rows->nrows <= t->height * 2;
}

void table_view_want(struct table_view *t)
{
	uint64_t all = base_bit(t, t->sort);
	uint64_t shown = 0;

	for (size_t i = 0; i < t->ncolumns; i++)
		shown |= base_bit(t, t->columns[i]);
	if (t->schema->unit)
		shown |= column_bit(t->schema->unit);
	if (small(t))
		all |= shown;
	feed_want(t->feed, all, shown);
}

static struct rows rows_copy(const struct table_view *t, struct arena *arena)
{
	return rows_all(feed_table(t->feed), arena);
}

/* Until there are rates the counter itself ranks. */
static size_t sort_now(const struct table_view *t)
{
	if (t->sort != TABLE_NONE && derived_is_change(t->d, t->sort) &&
	    !feed_has_rates(t->feed))
		return t->d->from[t->sort];
	return t->sort;
}

void table_view_rank(struct table_view *t, size_t n)
{
	const struct table *rows = feed_table(t->feed);
	size_t sort = sort_now(t);

	if (!rows)
		return;
	if (t->ranked_reading == feed_readings(t->feed) && n <= t->ranked_to)
		return;
	arena_clear(&t->order_arena);
	t->order = rows_copy(t, &t->order_arena);
	if (sort != TABLE_NONE) {
		/* rows_top() shortens: what it takes off is not ranked. */
		struct rows all = t->order;

		rows_top(rows, &t->order, sort, t->descending,
			 n < all.n ? n : 0);
		t->order.n = all.n;
	}
	t->ranked_to = n;
	t->ranked_reading = feed_readings(t->feed);
	table_view_want(t);
}

static void rank_anew(struct table_view *t)
{
	t->ranked_reading = 0;
	table_view_want(t);
	top_dirty(t->view.top);
}

/*
 * Actions.
 */

static void move_to(struct table_view *t, size_t row)
{
	size_t last = t->order.n ? t->order.n - 1 : 0;

	t->cursor = row < last ? row : last;
	top_dirty(t->view.top);
}

static bool up(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = of(v);

	(void)argument;
	(void)err;
	move_to(t, t->cursor ? t->cursor - 1 : 0);
	return true;
}

static bool down(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	move_to(of(v), of(v)->cursor + 1);
	return true;
}

static bool page_up(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = of(v);

	(void)argument;
	(void)err;
	move_to(t, t->cursor > t->height ? t->cursor - t->height : 0);
	return true;
}

static bool page_down(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	move_to(of(v), of(v)->cursor + of(v)->height);
	return true;
}

static bool first(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	move_to(of(v), 0);
	return true;
}

static bool last(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	move_to(of(v), SIZE_MAX);
	return true;
}

static void next_sort(struct table_view *t, size_t step)
{
	size_t at = 0;

	while (at < t->ncolumns && t->columns[at] != t->sort)
		at++;
	t->sort = t->columns[(at + step) % t->ncolumns];
	rank_anew(t);
}

static bool sort_right(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	next_sort(of(v), 1);
	return true;
}

static bool sort_left(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	next_sort(of(v), of(v)->ncolumns - 1);
	return true;
}

static bool reverse(struct view *v, struct text argument, struct err *err)
{
	(void)argument;
	(void)err;
	of(v)->descending = !of(v)->descending;
	rank_anew(of(v));
	return true;
}

static bool sort(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = of(v);
	size_t column = schema_find(&t->d->schema, argument);

	if (column == TABLE_NONE)
		return table_no_column(&t->d->schema, argument, err);
	t->sort = column;
	rank_anew(t);
	return true;
}

static bool open(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = of(v);

	(void)argument;
	if (t->cursor >= t->order.n)
		return fail(err, ERR_USAGE, "there is no row here");
	return detail_open(v, t->schema,
			   table_cell(feed_table(t->feed), t->order.at[t->cursor],
				      t->schema->key),
			   err);
}

static bool chart(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = of(v);
	const struct table *rows = feed_table(t->feed);
	size_t column = t->sort;
	struct view *chart;

	if (!rows || t->cursor >= t->order.n)
		return fail(err, ERR_USAGE, "there is no row yet");
	if (argument.len)
		column = schema_find(&t->d->schema, argument);
	if (argument.len && column == TABLE_NONE)
		return table_no_column(&t->d->schema, argument, err);
	chart = chart_view_of_cells(v->top, v->link, t->d, rows, &t->order.at[t->cursor],
				    1, column, err);
	if (chart)
		top_push(v->top, chart);
	return chart != NULL;
}

static const struct action actions[] = {
	{ "<enter>", "open", NULL, "all about the row", ACTION_FOOT, open, NULL },
	{ "<up>k", "up", NULL, "the row above", 0, up, NULL },
	{ "<down>j", "down", NULL, "the row below", 0, down, NULL },
	{ "<pageup>", "page-up", NULL, "a page up", 0, page_up, NULL },
	{ "<pagedown>", "page-down", NULL, "a page down", 0, page_down, NULL },
	{ "<home>g", "first", NULL, "the first row", 0, first, NULL },
	{ "<end>G", "last", NULL, "the last row", 0, last, NULL },
	{ "<lt>", "sort-left", NULL, "rank by the column to the left", 0, sort_left,
	  NULL },
	{ ">", "sort-right", NULL, "rank by the column to the right", ACTION_FOOT,
	  sort_right, NULL },
	{ "c", "chart", "COLUMN", "the ranked number of the row, or another, over time",
	  ACTION_FOOT, chart, NULL },
	{ NULL, "sort", "COLUMN", "rank by a column", 0, sort, NULL },
	{ "I", "reverse", NULL, "turn the order around", 0, reverse, NULL },
};

static void shown(struct view *v, bool on)
{
	feed_run(of(v)->feed, on);
}

static void free_view(struct view *v)
{
	struct table_view *t = of(v);

	feed_free(t->feed);
	arena_clear(&t->order_arena);
	arena_clear(&t->arena);
	free(t);
}

static const struct view_ops ops = {
	.name = "table",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.draw = table_view_draw,
	.shown = shown,
	.free = free_view,
};

struct view *table_view_new(struct top *top, struct link *l, const struct schema *schema)
{
	struct table_view *t = mem_zalloc(sizeof(*t));
	const struct top_options *o = top_options(top);

	t->view = (struct view){ .ops = &ops, .top = top, .link = l };
	t->schema = schema;
	t->feed = feed_new(&(struct feed_options){
		.link = l,
		.schema = schema,
		.interval_ns = top_interval_ns(top),
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.changed = changed,
		.ctx = t,
	});
	t->d = feed_derived(t->feed);
	usual_columns(t);
	usual_sort(t);
	table_view_want(t);
	return &t->view;
}

bool table_view_is(const struct view *v)
{
	return v->ops == &ops;
}

const struct schema *table_view_schema(const struct view *v)
{
	return ((const struct table_view *)v)->schema;
}

const struct derived *table_view_derived(const struct view *v)
{
	return ((const struct table_view *)v)->d;
}

size_t table_view_ranked(const struct view *v)
{
	return ((const struct table_view *)v)->sort;
}

bool table_view_chosen(struct view *v, struct cell *key)
{
	const struct table_view *t = of(v);

	if (!feed_table(t->feed) || t->cursor >= t->order.n)
		return false;
	*key = table_cell(feed_table(t->feed), t->order.at[t->cursor], t->d->schema.key);
	return true;
}
