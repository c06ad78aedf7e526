/* What settings say of a table's screen, and what they are told of it. */
#include "view/settings.h"
#include "view/table_inside.h"

void table_view_restore(struct table_view *t)
{
	const struct settings *s = top_settings(t->view.top);
	struct text columns = settings_of_table(s, "columns", t->schema->name);
	struct text sort = settings_of_table(s, "sort", t->schema->name);

	/* They were looked at when they were read. */
	if (columns.len)
		table_view_columns(t, columns, NULL);
	if (sort.len)
		table_view_sort_by(t, sort, NULL);
}

static void tell(struct table_view *t, const char *kind, struct text value)
{
	struct buf name = { 0 };

	buf_printf(&name, "%s.%s", kind, t->schema->name);
	settings_set(top_settings(t->view.top), buf_text(&name), value, NULL);
	buf_clear(&name);
}

/* Groups are a look of the moment. */
static bool is_rows(const struct table_view *t)
{
	return t->lay == &t->rows;
}

void table_view_remember_columns(struct table_view *t)
{
	struct buf list = { 0 };

	for (size_t i = 0; is_rows(t) && i < t->rows.ncolumns; i++)
		buf_printf(&list, "%s%s", i ? "," : "",
			   t->d->schema.columns[t->rows.columns[i]].name);
	if (buf_len(&list))
		tell(t, "columns", buf_text(&list));
	buf_clear(&list);
}

void table_view_remember_sort(struct table_view *t)
{
	struct buf column = { 0 };

	if (!is_rows(t) || t->rows.sort == TABLE_NONE)
		return;
	buf_printf(&column, "%s%s", t->rows.descending ? "" : "+",
		   t->d->schema.columns[t->rows.sort].name);
	tell(t, "sort", buf_text(&column));
	buf_clear(&column);
}
