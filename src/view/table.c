#include "view/table.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/tables.h"
#include "view/table_inside.h"

static void changed(void *ctx)
{
	struct table_view *t = ctx;

	top_dirty(t->view.top);
}

size_t table_view_from(const struct table_view *t, size_t column)
{
	return t->lay == &t->groups ? t->grouping->from[column] : column;
}

/* The columns that a derived one is made of. */
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
	uint64_t all = 0;
	uint64_t shown = 0;

	if (t->lay->sort != TABLE_NONE)
		all |= base_bit(t, table_view_from(t, t->lay->sort));
	for (size_t i = 0; i < t->nwhere; i++)
		all |= base_bit(t, predicate_column(t->where[i].predicate));
	for (size_t i = 0; (t->filter.len || t->search.len) && i < t->nwords; i++)
		all |= base_bit(t, t->words[i]);
	for (size_t i = 0; i < t->rows.ncolumns; i++)
		shown |= base_bit(t, t->rows.columns[i]);
	for (size_t i = 0; t->group != TABLE_NONE && i < t->lay->ncolumns; i++)
		all |= base_bit(t, table_view_from(t, t->lay->columns[i]));
	if (t->tree)
		all |= t->tree->needs;
	if (t->schema->unit)
		shown |= column_bit(t->schema->unit);
	if (small(t))
		all |= shown;
	feed_want(t->feed, all, shown);
}

bool table_view_take_key(struct view *v, struct key k)
{
	struct table_view *t = table_view_of(v);

	switch (k.code) {
	case KEY_CLICK:
	case KEY_DOUBLE_CLICK:
	case KEY_WHEEL_UP:
	case KEY_WHEEL_DOWN:
		return table_view_click(t, k);
	default:
		return t->typing != TYPING_NONE && table_view_typed(t, k);
	}
}

bool table_view_is_typing(const struct view *v)
{
	return ((const struct table_view *)v)->typing != TYPING_NONE;
}

/* What was not read has nothing to be chosen from. */
bool table_view_busy(const struct view *v)
{
	const struct table_view *t = (const struct table_view *)v;

	return feed_table(t->feed) &&
	       (t->stale & STALE_CHOICE || table_view_choosing(t));
}

void table_view_shown(struct view *v, bool on)
{
	feed_run(table_view_of(v)->feed, on);
}

void table_view_free(struct view *v)
{
	struct table_view *t = table_view_of(v);

	while (t->nwhere) {
		predicate_free(t->where[--t->nwhere].predicate);
		arena_clear(&t->where[t->nwhere].arena);
	}
	feed_free(t->feed);
	outline_free(t->outline);
	filter_clear(&t->pick.filter);
	input_clear(&t->input);
	table_keys_clear(&t->marks);
	arena_clear(&t->pick.arenas[0]);
	arena_clear(&t->pick.arenas[1]);
	arena_clear(&t->ranking_arena);
	arena_clear(&t->group_rows);
	arena_clear(&t->group_arena);
	arena_clear(&t->cursor_arena);
	arena_clear(&t->held_arena);
	arena_clear(&t->lanes_arena);
	arena_clear(&t->arena);
	free(t);
}

static void usual_sort(struct table_view *t)
{
	size_t base = t->schema->sort ? schema_find(t->schema, text_of(t->schema->sort))
				      : TABLE_NONE;

	t->rows.sort = base == TABLE_NONE ? TABLE_NONE
					  : table_view_shown_as(t->d, base);
	t->rows.descending = true;
}

struct view *table_view_new(struct top *top, struct link *l, const struct schema *schema)
{
	struct table_view *t = mem_zalloc(sizeof(*t));
	const struct top_options *o = top_options(top);
	struct err err = { 0 }; /* nothing: it was checked when we were started */

	t->view = (struct view){ .ops = &table_view_ops, .top = top, .link = l };
	t->schema = schema;
	t->group = t->pin_row = TABLE_NONE;
	t->lay = &t->rows;
	t->rows.added = TABLE_NONE;
	t->height = 1;
	t->stale = STALE_CHOICE | STALE_ORDER;
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
	t->rows.schema = &t->d->schema;
	t->rows.columns = arena_many(&t->arena, t->d->schema.ncolumns, size_t);
	t->words = arena_many(&t->arena, t->d->schema.ncolumns, size_t);
	table_view_usual(t);
	usual_sort(t);
	table_view_restore(t);
	table_view_words(t);
	table_view_plant(t);
	table_view_want(t);
	if (o->setup && schema == tables[0])
		table_view_set(&t->view, o->setup, &err);
	return &t->view;
}

bool table_view_is(const struct view *v)
{
	return v->ops == &table_view_ops;
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
	const struct table_view *t = (const struct table_view *)v;

	return t->lay->sort == TABLE_NONE ? TABLE_NONE
					  : table_view_from(t, t->lay->sort);
}

void table_view_tree(struct view *v, const struct table_tree *tree)
{
	struct table_view *t = table_view_of(v);

	t->tree = tree;
	t->hold = HOLD_NONE;
	table_view_stale(t, STALE_ORDER);
}

void table_view_reorder(struct view *v)
{
	table_view_stale(table_view_of(v), STALE_TREE);
}
