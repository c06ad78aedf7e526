#include "tables/plan.h"

static bool find(const struct schema *s, struct text name, size_t *column,
		 struct err *err)
{
	*column = schema_find(s, name);
	return *column != TABLE_NONE || table_no_column(s, name, err);
}

/* With a window what changed most comes first. */
static size_t usual_sort(const struct plan *p, bool window)
{
	const struct derived *d = p->derived;
	size_t base;

	if (!d->base->sort)
		return TABLE_NONE;
	base = schema_find(d->base, text_of(d->base->sort));
	for (size_t c = 0; window && c < d->schema.ncolumns; c++)
		if (derived_is_change(d, c) && d->from[c] == base)
			return c;
	return schema_find(&d->schema, text_of(d->base->sort));
}

static bool plan_sort(struct plan *p, const struct query_options *o, struct err *err)
{
	struct text name = o->sort;

	if (name.len == 0) {
		p->sort = usual_sort(p, o->window_ns > 0);
		return true;
	}
	if (name.p[0] == '+' || name.p[0] == '-') {
		p->direction = name.p[0] == '+' ? SORT_UP : SORT_DOWN;
		name = text_sub(name, 1, name.len);
	}
	return find(&p->derived->schema, name, &p->sort, err) ||
	       fail_prefix(err, "--sort");
}

static bool plan_where(struct plan *p, const struct query_options *o, struct arena *arena,
		       struct err *err)
{
	p->where = arena_many(arena, o->nwhere, struct predicate *);
	p->filters = arena_many(arena, p->derived->schema.ncolumns, bool);
	for (size_t i = 0; i < o->nwhere; i++) {
		p->where[i] =
			predicate_parse(o->where[i], &p->derived->schema, arena, err);
		if (!p->where[i])
			return fail_prefix(err, "--where '%.*s'", TEXT_ARG(o->where[i]));
		p->filters[predicate_column(p->where[i])] = true;
		p->nwhere++;
	}
	return true;
}

/* Does anything but showing need this column? */
static bool ranks(const struct plan *p, size_t column)
{
	if (p->sort == column)
		return true;
	for (size_t i = 0; i < p->nwhere; i++)
		if (predicate_column(p->where[i]) == column)
			return true;
	return false;
}

/* A table with nothing dear in it is one small question, whatever is asked of it. */
static bool has_dear(const struct schema *s)
{
	for (size_t c = 0; c < s->ncolumns; c++)
		if (s->columns[c].flags & COLUMN_DEAR)
			return true;
	return false;
}

/* A rate or growth needs two readings of every row, however few are shown. Where not all
 * are shown, only those are made that rank, or that somebody named. */
static bool too_dear(const struct plan *p, size_t column, bool all_rows)
{
	return derived_is_change(p->derived, column) && !all_rows && !ranks(p, column) &&
	       has_dear(p->derived->base);
}

static bool hidden(const struct plan *p, const struct query_options *o, size_t column,
		   bool all_rows)
{
	unsigned flags = p->derived->schema.columns[column].flags;

	if (column == p->sort || (o->asked && flags & COLUMN_ASKED))
		return false;
	if (!o->brief)
		return flags & COLUMN_ASKED;
	return flags & (COLUMN_ASKED | COLUMN_WIDE) || too_dear(p, column, all_rows);
}

/* The rate or growth of a column, or TABLE_NONE. */
static size_t change_of(const struct derived *d, size_t column)
{
	for (size_t c = d->changes; d->born != TABLE_NONE && c < d->born; c++)
		if (d->from[c] == d->from[column])
			return c;
	return TABLE_NONE;
}

/* For people a change stands beside what it is of: on a narrow terminal it would be cut
 * off at the end. */
static void usual_columns(struct plan *p, const struct query_options *o, bool all_rows)
{
	const struct derived *d = p->derived;

	for (size_t c = 0; c < d->schema.ncolumns; c++) {
		size_t change = o->brief && d->from[c] != TABLE_NONE ? change_of(d, c)
								     : TABLE_NONE;

		if (o->brief && derived_is_change(d, c))
			continue;
		if (!hidden(p, o, c, all_rows))
			p->columns[p->ncolumns++] = c;
		if (change != TABLE_NONE && !hidden(p, o, change, all_rows))
			p->columns[p->ncolumns++] = change;
	}
}

static bool plan_columns(struct plan *p, const struct query_options *o, bool all_rows,
			 struct arena *arena, struct err *err)
{
	const struct schema *s = &p->derived->schema;

	p->columns = arena_many(arena, s->ncolumns + o->ncolumns, size_t);
	for (size_t i = 0; i < o->ncolumns; i++)
		if (!find(s, o->columns[i], &p->columns[p->ncolumns++], err))
			return fail_prefix(err, "--columns");
	if (o->ncolumns == 0)
		usual_columns(p, o, all_rows);
	return true;
}

static void need(struct plan *p, size_t column, uint64_t *mask)
{
	size_t base = p->derived->from[column];

	if (base == TABLE_NONE)
		return;
	*mask |= column_bit(base);
	if (p->derived->base->columns[base].unit == UNIT_ROW)
		*mask |= column_bit(p->derived->base->unit);
	if (column == p->derived->to_limit) {
		p->before |= column_bit(p->derived->base->limited) |
			     column_bit(p->derived->base->limit);
	} else if (derived_is_change(p->derived, column)) {
		p->before |= column_bit(base);
	}
}

static void plan_masks(struct plan *p, const struct query_options *o, bool all_rows)
{
	uint64_t shown = o->also;

	if (p->sort != TABLE_NONE)
		need(p, p->sort, &p->first);
	for (size_t i = 0; i < p->nwhere; i++)
		need(p, predicate_column(p->where[i]), &p->first);
	for (size_t i = 0; i < p->ncolumns; i++)
		if (o->ncolumns || !too_dear(p, p->columns[i], all_rows))
			need(p, p->columns[i], &shown);
	p->first |= column_bit(p->derived->base->key) | p->before;
	if (all_rows)
		p->first |= shown;
	p->second = shown & ~p->first;
}

bool plan_make(struct plan *p, const struct schema *schema, const struct query_options *o,
	       struct arena *arena, struct err *err)
{
	bool all_rows = o->limit == 0 && o->nwhere == 0;

	*p = (struct plan){ .derived = schema_derive(schema, o->node, o->window_ns > 0,
						     arena) };
	if (!plan_sort(p, o, err) || !plan_where(p, o, arena, err) ||
	    !plan_columns(p, o, all_rows, arena, err)) {
		plan_clear(p);
		return false;
	}
	plan_masks(p, o, all_rows);
	return true;
}

void plan_clear(struct plan *p)
{
	for (size_t i = 0; i < p->nwhere; i++)
		predicate_free(p->where[i]);
	p->nwhere = 0;
}
