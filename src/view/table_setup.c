/* What a person asked for when the program was started. */
#include "view/table_inside.h"

static bool known(const struct schema *s, struct text name, struct err *err)
{
	bool sign = text_starts(name, "+") || text_starts(name, "-");

	name = text_sub(name, sign, name.len);
	return schema_find(s, name) != TABLE_NONE || table_no_column(s, name, err);
}

bool table_setup_check(const struct schema *schema, const struct table_setup *setup,
		       struct err *err)
{
	struct arena scratch = { 0 };
	const struct schema *s = &schema_derive(schema, false, true, &scratch)->schema;
	bool ok = setup->nwhere <= TABLE_WHERES ||
		  fail(err, ERR_USAGE, "that are more than %zu comparisons",
		       TABLE_WHERES);

	ok = ok && (!setup->sort.len || known(s, setup->sort, err));
	for (size_t i = 0; ok && i < setup->ncolumns; i++)
		ok = known(s, setup->columns[i], err);
	for (size_t i = 0; ok && i < setup->nwhere; i++) {
		struct predicate *p = predicate_parse(setup->where[i], s, &scratch, err);

		ok = p || fail_prefix(err, "--where '%.*s'", TEXT_ARG(setup->where[i]));
		predicate_free(p);
	}
	arena_clear(&scratch);
	return ok;
}

bool table_view_set(struct view *v, const struct table_setup *s, struct err *err)
{
	struct table_view *t = table_view_of(v);
	struct buf columns = { 0 };
	bool ok = true;

	for (size_t i = 0; i < s->ncolumns; i++) {
		buf_text_add(&columns, s->columns[i]);
		buf_char(&columns, ',');
	}
	if (s->ncolumns)
		ok = table_view_columns(t, buf_text(&columns), err);
	buf_clear(&columns);
	for (size_t i = 0; ok && i < s->nwhere; i++)
		ok = table_view_add_where(t, s->where[i], err);
	if (ok && s->sort.len)
		ok = table_view_sort_by(t, s->sort, err);
	return ok;
}
