/* The rows of a table's screen as a table of their own. */
#include "view/table_inside.h"

bool table_view_copy(struct view *v, struct table_copy *out, struct arena *arena,
		     struct err *err)
{
	struct table_view *t = table_view_of(v);
	size_t n;

	table_view_update(t);
	if (!table_view_table(t))
		return fail(err, ERR_CANNOT, "nothing was read yet");
	n = table_view_count(t);
	*out = (struct table_copy){ .ncolumns = t->lay->ncolumns };
	out->columns = arena_many(arena, out->ncolumns, size_t);
	table_init(&out->table, t->lay->schema, arena, n);
	for (size_t i = 0; i < n; i++) {
		size_t from = table_view_row(t, i);
		size_t row = table_add(&out->table);

		for (size_t c = 0; c < t->lay->ncolumns; c++) {
			bool known;
			struct cell cell =
				table_view_cell(t, from, t->lay->columns[c], &known);

			out->unknown += !known;
			if (known)
				table_set(&out->table, row, t->lay->columns[c], cell);
		}
	}
	for (size_t c = 0; c < out->ncolumns; c++) {
		out->columns[c] = t->lay->columns[c];
		table_use(&out->table, out->columns[c]);
	}
	return true;
}
