/* Groups in the place of rows, and what is in one of them. */
#include "view/table_inside.h"

/* The groups' own columns, and those sums whose columns are shown. */
static void usual_columns(struct table_view *t)
{
	struct table_layout *l = &t->groups;
	const struct groups *g = t->grouping;

	l->schema = &g->schema;
	l->columns = arena_many(&t->group_arena, g->schema.ncolumns, size_t);
	l->ncolumns = 0;
	l->columns[l->ncolumns++] = GROUP_VALUE;
	l->columns[l->ncolumns++] = GROUP_COUNT;
	for (size_t i = 0; i < t->rows.ncolumns; i++)
		for (size_t c = GROUP_SUMS; c < g->schema.ncolumns; c++)
			if (g->from[c] == t->rows.columns[i])
				l->columns[l->ncolumns++] = c;
	l->sort = GROUP_COUNT;
	l->descending = true;
	l->scrolled = 0;
	l->added = TABLE_NONE;
}

void table_view_group(struct table_view *t, size_t column)
{
	t->group = column;
	t->hold = HOLD_NONE;
	t->lay = column == TABLE_NONE ? &t->rows : &t->groups;
	if (column != TABLE_NONE) {
		arena_clear(&t->group_rows);
		arena_clear(&t->group_arena);
		t->group_table = (struct table){ 0 };
		t->grouping = group_schema(t->d, column, &t->group_arena);
		usual_columns(t);
	}
	t->inside = false;
	needle_init(&t->filter, (struct text){ 0 });
	table_keys_clear(&t->marks);
	table_view_to_top(t);
	table_view_stale(t, STALE_CHOICE | STALE_ORDER);
}

/* A group's value as a comparison with it. */
static void print_where(struct buf *out, const struct column *about, struct cell value)
{
	buf_printf(out, "%s = ", about->name);
	if (value.type == CELL_NULL) {
		buf_str(out, "null");
	} else if (value.type == CELL_TEXT) {
		buf_char(out, '"');
		buf_text_add(out, *value.v.text);
		buf_char(out, '"');
	} else {
		cell_print(out, about, value);
	}
}

bool table_view_open_group(struct table_view *t, struct err *err)
{
	struct buf where = { 0 };
	bool ok;

	if (t->cursor >= table_view_count(t))
		return true;
	print_where(&where, &t->d->schema.columns[t->group],
		    table_cell(&t->group_table, table_view_row(t, t->cursor),
			       GROUP_VALUE));
	t->back_sort = t->lay->sort;
	t->back_descending = t->lay->descending;
	t->back_cursor = t->cursor;
	ok = table_view_add_where(t, buf_text(&where), err);
	buf_clear(&where);
	if (!ok)
		return false;
	table_view_group(t, TABLE_NONE);
	t->inside = true;
	return true;
}

void table_view_leave_group(struct table_view *t)
{
	size_t group = predicate_column(t->where[t->nwhere - 1].predicate);

	table_view_drop_where(t);
	table_view_group(t, group);
	t->lay->descending = t->back_descending;
	table_view_sort(t, t->back_sort);
	table_view_update(t);
	if (t->back_cursor)
		table_view_move(t, t->back_cursor);
}

static void taken(void *ctx, size_t column)
{
	table_view_group(ctx, column);
}

bool table_do_group(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);
	struct arena scratch = { 0 };
	struct choice *at;
	size_t n = 0;
	size_t column;

	if (argument.len) {
		if (!table_view_column(&t->rows, argument, &column, err))
			return false;
		if (!group_can(&t->d->schema, column))
			return fail(err, ERR_USAGE, "rows are not grouped by '%.*s'",
				    TEXT_ARG(argument));
		table_view_group(t, column);
		return true;
	}
	at = arena_many(&scratch, t->d->schema.ncolumns + 1, struct choice);
	if (t->group != TABLE_NONE)
		at[n++] = (struct choice){ TABLE_NONE, TEXT("no groups"),
					   TEXT("all rows again"), false };
	for (size_t c = 0; c < t->d->schema.ncolumns; c++)
		if (group_can(&t->d->schema, c) && !derived_is_change(t->d, c))
			at[n++] = table_view_choice(&t->d->schema, c, c == t->group);
	struct choose_options o = {
		.title = "group by",
		.at = at,
		.n = n,
		.taken = taken,
		.ctx = t,
	};

	top_push(v->top, choose_new(v, &o));
	arena_clear(&scratch);
	return true;
}

void table_complete_group(struct view *v, struct text before, struct offer *o)
{
	struct table_view *t = table_view_of(v);

	for (size_t c = 0; c < t->d->schema.ncolumns; c++)
		if (group_can(&t->d->schema, c))
			o->take(o, text_of(t->d->schema.columns[c].name),
				text_of(t->d->schema.columns[c].help));
}
