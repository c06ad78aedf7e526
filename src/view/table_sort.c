/* By which column a table is ranked. */
#include <assert.h>

#include "view/table_inside.h"

/* The keys of observer_cli's users: the level, or the rate of a counter; pressed again,
 * the growth, or the counter. Source: observer_cli's home screen, r rr m mm b bb t tt
 * mq mmq; t and q mean something else here. */
static bool by(struct view *v, const char *name, struct err *err)
{
	struct table_view *t = table_view_of(v);
	size_t base = schema_find(t->schema, text_of(name));
	size_t first;
	size_t other;

	if (base == TABLE_NONE)
		return fail(err, ERR_USAGE, "%s has no column '%s'", t->schema->name,
			    name);
	first = table_view_shown_as(t->d, base);
	other = base;
	for (size_t c = t->d->changes; first == base && c < t->d->born; c++)
		if (t->d->from[c] == base && c != t->d->to_limit)
			other = c;
	if (t->group != TABLE_NONE) {
		first = schema_find(t->lay->schema,
				    text_of(t->d->schema.columns[first].name));
		other = schema_find(t->lay->schema,
				    text_of(t->d->schema.columns[other].name));
		if (first == TABLE_NONE || other == TABLE_NONE)
			return fail(err, ERR_USAGE, "'%s' has no sum", name);
	}
	t->lay->descending = true;
	table_view_sort(t, t->lay->sort == first ? other : first);
	return true;
}

bool table_do_by_reductions(struct view *v, struct text argument, struct err *err)
{
	return by(v, "reductions", err);
}

bool table_do_by_memory(struct view *v, struct text argument, struct err *err)
{
	return by(v, "memory", err);
}

bool table_do_by_binary(struct view *v, struct text argument, struct err *err)
{
	return by(v, "binary_memory", err);
}

bool table_do_by_heap(struct view *v, struct text argument, struct err *err)
{
	return by(v, "total_heap_size", err);
}

bool table_do_by_queue(struct view *v, struct text argument, struct err *err)
{
	return by(v, "message_queue_len", err);
}

/* What ranks is shown. */
void table_view_sort(struct table_view *t, size_t column)
{
	struct table_layout *l = t->lay;
	bool shown = column == TABLE_NONE;

	if (l->added != TABLE_NONE && l->added != column)
		table_view_take_off(l, l->added);
	for (size_t i = 0; i < l->ncolumns; i++)
		shown |= l->columns[i] == column;
	if (!shown) {
		/* Behind who it is. */
		size_t at = l->ncolumns < 2 ? l->ncolumns : 2;

		for (size_t i = l->ncolumns++; i > at; i--)
			l->columns[i] = l->columns[i - 1];
		l->columns[at] = column;
		l->added = column;
	}
	l->sort = column;
	if (t->hold == HOLD_NONE)
		table_view_to_top(t);
	table_view_stale(t, STALE_ORDER);
	table_view_remember_sort(t);
}

/* "memory": the most first; "+memory": the least first. */
bool table_view_sort_by(struct table_view *t, struct text text, struct err *err)
{
	bool up = text_starts(text, "+");
	bool down = text_starts(text, "-");
	size_t column;

	if (!table_view_column(t->lay, text_sub(text, up || down, text.len), &column,
			       err))
		return false;
	t->lay->descending = !up;
	table_view_sort(t, column);
	return true;
}

void table_view_pick_sort(struct table_view *t, size_t column)
{
	if (column == t->lay->sort)
		t->lay->descending = !t->lay->descending;
	table_view_sort(t, column);
}

static void taken(void *ctx, size_t column)
{
	table_view_pick_sort(ctx, column);
}

static void open_list(struct table_view *t)
{
	const struct table_layout *l = t->lay;
	struct arena scratch = { 0 };
	struct choice *at = arena_many(&scratch, l->schema->ncolumns, struct choice);

	for (size_t c = 0; c < l->schema->ncolumns; c++)
		at[c] = table_view_choice(l->schema, c, c == l->sort);
	struct choose_options o = {
		.title = "rank by (the same again turns the order around)",
		.at = at,
		.n = l->schema->ncolumns,
		.first = l->sort == TABLE_NONE ? 0 : l->sort,
		.taken = taken,
		.ctx = t,
	};

	top_push(t->view.top, choose_new(&t->view, &o));
	arena_clear(&scratch);
}

bool table_do_sort(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	if (argument.len)
		return table_view_sort_by(t, argument, err);
	open_list(t);
	return true;
}

void table_complete_sort(struct view *v, struct text before, struct offer *o)
{
	struct table_view *t = table_view_of(v);

	table_view_offer(t->lay->schema, o);
}

static void step(struct table_view *t, size_t by_columns)
{
	const struct table_layout *l = t->lay;
	size_t at = 0;

	assert(l->ncolumns > 0);
	while (at < l->ncolumns && l->columns[at] != l->sort)
		at++;
	if (at == l->ncolumns)
		at = 0;
	table_view_sort(t, l->columns[(at + by_columns) % l->ncolumns]);
}

bool table_do_sort_right(struct view *v, struct text argument, struct err *err)
{
	step(table_view_of(v), 1);
	return true;
}

bool table_do_sort_left(struct view *v, struct text argument, struct err *err)
{
	step(table_view_of(v), table_view_of(v)->lay->ncolumns - 1);
	return true;
}

bool table_do_reverse(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	table_view_pick_sort(t, t->lay->sort);
	return true;
}
