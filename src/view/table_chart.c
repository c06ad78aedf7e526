/* Numbers of a table's rows over time. */
#include "view/chart.h"
#include "view/table_inside.h"

/* The marked rows, or that of the cursor, as far as they are there and there is room. */
static size_t wanted_rows(struct view *v, const struct table *rows, uint32_t *at)
{
	size_t nkeys, n = 0;
	const struct cell *keys = table_view_marked(v, &nkeys);

	for (size_t i = 0; i < nkeys && n < CHART_SERIES; i++) {
		size_t row = table_find(rows, keys[i]);

		if (row != TABLE_NONE)
			at[n++] = (uint32_t)row;
	}
	return n;
}

/* What ranks, if it is a number over time; else the first one that is. */
static size_t usual_column(const struct table_view *t)
{
	const struct derived *d = t->d;
	size_t sort = t->rows.sort;
	const struct column *columns = d->base->columns;

	if (sort != TABLE_NONE && d->from[sort] != TABLE_NONE &&
	    (sort == d->to_limit || columns[d->from[sort]].kind != COLUMN_LABEL))
		return sort;
	for (size_t c = 0; c < d->base->ncolumns; c++)
		if (columns[c].kind != COLUMN_LABEL)
			return c;
	return sort;
}

bool table_do_chart(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);
	size_t column = usual_column(t);
	uint32_t at[CHART_SERIES];
	struct view *chart;
	size_t n;

	table_view_update(t);
	if (t->group != TABLE_NONE)
		return fail(err, ERR_USAGE, "groups have no chart, their rows have");
	if (!table_view_table(t) || t->cursor >= table_view_count(t))
		return fail(err, ERR_USAGE, "there is no row yet");
	if (argument.len && !table_view_column(t->lay, argument, &column, err))
		return false;
	n = wanted_rows(v, feed_table(t->feed), at);
	if (n == 0)
		return fail(err, ERR_USAGE, "what is marked is not there any more");
	chart = chart_view_of_cells(v->top, v->link, t->d, feed_table(t->feed), at, n,
				    column, err);
	if (chart)
		top_push(v->top, chart);
	return chart != NULL;
}
