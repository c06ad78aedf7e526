/* Numbers of a table's rows over time. */
#include "view/chart.h"
#include "view/table_inside.h"

bool table_do_chart(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);
	size_t column = t->rows.sort;
	struct view *chart;
	uint32_t row;

	table_view_update(t);
	if (t->group != TABLE_NONE)
		return fail(err, ERR_USAGE, "groups have no chart, their rows have");
	if (!table_view_table(t) || t->cursor >= table_view_count(t))
		return fail(err, ERR_USAGE, "there is no row yet");
	if (argument.len && !table_view_column(t->lay, argument, &column, err))
		return false;
	row = (uint32_t)table_view_row(t, t->cursor);
	chart = chart_view_of_cells(v->top, v->link, t->d, feed_table(t->feed), &row, 1,
				    column, err);
	if (chart)
		top_push(v->top, chart);
	return chart != NULL;
}
