/* The screen of a table whose rows are a tree. */
#include "view/table_inside.h"

static void prefix(void *ctx, size_t place, struct buf *out)
{
	struct table_view *t = ctx;

	outline_print(t->outline, place, top_options(t->view.top)->ascii, out);
}

/* Names tell what the lines lead to; keys where they are not shown. */
static size_t find_column(const struct table_view *t)
{
	size_t name = schema_find(t->schema, TEXT("name"));

	for (size_t i = 0; i < t->rows.ncolumns; i++)
		if (t->rows.columns[i] == name)
			return i;
	return 0;
}

static void again(void *ctx, struct rows *out)
{
	struct table_view *t = ctx;
	const struct outline_line *lines = outline_lines(t->outline, &out->n);

	for (size_t i = 0; i < out->n; i++)
		out->at[i] = lines[i].row;
	t->tree_column = find_column(t);
}

static void order(void *ctx, const struct table *rows, struct rows ranked,
		  const bool *matches, struct rows *out)
{
	struct table_view *t = ctx;
	const struct schema *s = t->schema;

	outline_take(t->outline, rows, ranked, matches, s->key, s->parent,
		     s->parent_name);
	again(t, out);
}

void table_view_plant(struct table_view *t)
{
	const struct schema *s = t->schema;

	if (!s->parent)
		return;
	t->outline = outline_new();
	t->own_tree = (struct table_tree){ .order = order, .again = again,
					   .prefix = prefix, .ctx = t };
	t->own_tree.needs = column_bit(s->parent);
	if (s->parent_name)
		t->own_tree.needs |= column_bit(s->parent_name);
	if (!s->sort)
		table_view_tree(&t->view, &t->own_tree);
}

/* The line of the tree under the cursor. */
static bool at_line(struct table_view *t, size_t *line)
{
	if (!t->outline || t->tree != &t->own_tree)
		return false;
	table_view_update(t);
	*line = t->cursor;
	return t->tree_rows.at && *line < t->tree_rows.n;
}

static void changed(struct table_view *t)
{
	table_view_bind(t);
	table_view_reorder(&t->view);
}

bool table_view_open(struct table_view *t, bool open)
{
	size_t line;

	if (!at_line(t, &line) || !outline_open(t->outline, line, open))
		return false;
	changed(t);
	return true;
}

bool table_view_up_the_tree(struct table_view *t)
{
	size_t line;
	size_t parent;

	if (!at_line(t, &line))
		return false;
	parent = outline_parent(t->outline, line);
	if (parent == line)
		return false;
	table_view_move(t, parent);
	return true;
}

bool table_do_tree(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	if (!t->outline)
		return fail(err, ERR_CANNOT, "the rows of '%s' are no tree",
			    t->schema->name);
	if (t->group != TABLE_NONE)
		return fail(err, ERR_USAGE, "groups are no tree: g shows the rows");
	table_view_tree(v, t->tree ? NULL : &t->own_tree);
	return true;
}

bool table_do_fold_all(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);
	size_t line;

	if (!at_line(t, &line))
		return fail(err, ERR_USAGE, "this is no tree%s",
			    t->outline ? ": F5 makes one" : "");
	if (outline_open_all(t->outline, line))
		changed(t);
	return true;
}
