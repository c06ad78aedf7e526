/* Which columns of a table are shown, and in which order. */
#include <string.h>

#include "view/table_inside.h"

size_t table_view_shown_as(const struct derived *d, size_t base)
{
	size_t itself = base; /* the base's columns are in front */

	if (d->base->columns[base].kind != COLUMN_COUNTER)
		return itself;
	for (size_t c = d->changes; c < d->born; c++)
		if (d->from[c] == base && c != d->to_limit)
			return c;
	return itself;
}

static bool is_number(const struct column *c)
{
	return c->kind != COLUMN_LABEL || c->unit != UNIT_NONE;
}

/* Who it is, then the numbers, then what else is said of it: what is cut off on a narrow
 * screen is the end. */
static unsigned rank(const struct schema *s, size_t c, size_t name)
{
	if (c == s->key)
		return 0;
	if (c == name)
		return 1;
	return is_number(&s->columns[c]) && !(s->columns[c].flags & COLUMN_LEFT) ? 2 : 3;
}

void table_view_usual(struct table_view *t)
{
	const struct schema *s = t->schema;
	struct table_layout *l = &t->rows;
	size_t name = TABLE_NONE;

	for (size_t c = 0; c < s->ncolumns && name == TABLE_NONE; c++)
		if (c != s->key && !is_number(&s->columns[c]) &&
		    !(s->columns[c].flags & (COLUMN_WIDE | COLUMN_ASKED)))
			name = c;
	l->ncolumns = 0;
	for (unsigned r = 0; r < 4; r++)
		for (size_t c = 0; c < s->ncolumns; c++)
			if (!(s->columns[c].flags & (COLUMN_WIDE | COLUMN_ASKED)) &&
			    rank(s, c, name) == r)
				l->columns[l->ncolumns++] = table_view_shown_as(t->d, c);
	/* The key stands in front, also where it is one that is seldom asked for. */
	if (!l->ncolumns)
		l->columns[l->ncolumns++] = t->d->schema.key;
}

void table_view_words(struct table_view *t)
{
	t->nwords = 0;
	for (size_t i = 0; i < t->rows.ncolumns; i++) {
		size_t c = t->rows.columns[i];

		if (!derived_is_change(t->d, c) &&
		    (!is_number(&t->d->schema.columns[c]) ||
		     t->d->schema.columns[c].flags & COLUMN_LEFT))
			t->words[t->nwords++] = c;
	}
}

bool table_view_column(const struct table_layout *l, struct text name, size_t *column,
		       struct err *err)
{
	*column = schema_find(l->schema, name);
	if (*column != TABLE_NONE)
		return true;
	return table_no_column(l->schema, name, err);
}

void table_view_offer(const struct schema *s, struct offer *o)
{
	for (size_t c = 0; c < s->ncolumns; c++)
		o->take(o, text_of(s->columns[c].name), text_of(s->columns[c].help));
}

struct choice table_view_choice(const struct schema *s, size_t column, bool on)
{
	return (struct choice){ .id = column,
				.name = text_of(s->columns[column].name),
				.help = text_of(s->columns[column].help),
				.on = on };
}

static void layout_changed(struct table_view *t)
{
	t->lay->scrolled = 0;
	t->lay->added = TABLE_NONE;
	table_view_words(t);
	/* What the filter looks at may be more now, or less. */
	table_view_stale(t, t->filter.len ? STALE_CHOICE | STALE_ORDER : 0);
	table_view_remember_columns(t);
}

void table_view_take_off(struct table_layout *l, size_t column)
{
	size_t kept = 0;

	if (l->added == column)
		l->added = TABLE_NONE;
	for (size_t i = 0; i < l->ncolumns; i++)
		if (l->columns[i] != column)
			l->columns[kept++] = l->columns[i];
	l->ncolumns = kept;
}

static void put_on(struct table_layout *l, size_t column)
{
	table_view_take_off(l, column);
	l->columns[l->ncolumns++] = column;
}

/* "a,b": these; "+a" and "-b": beside those that are shown, or without. */
static bool change_columns(struct table_layout *l, struct text list, struct err *err)
{
	struct text part;
	bool plain = false;

	while (text_cut(&list, ',', &part)) {
		size_t column;
		bool plus;
		bool minus;

		part = text_trim(part);
		plus = text_starts(part, "+");
		minus = text_starts(part, "-");
		if (!part.len)
			continue;
		if (!table_view_column(l, text_sub(part, plus || minus, part.len),
				       &column, err))
			return false;
		if (!plus && !minus && !plain)
			l->ncolumns = 0;
		plain |= !plus && !minus;
		if (minus)
			table_view_take_off(l, column);
		else
			put_on(l, column);
	}
	return l->ncolumns || fail(err, ERR_USAGE, "no column would be left");
}

bool table_view_columns(struct table_view *t, struct text list, struct err *err)
{
	struct arena scratch = { 0 };
	struct table_layout l = *t->lay;
	bool ok;

	l.columns = arena_many(&scratch, l.schema->ncolumns, size_t);
	memcpy(l.columns, t->lay->columns, l.ncolumns * sizeof(*l.columns));
	ok = change_columns(&l, list, err);
	if (ok) {
		memcpy(t->lay->columns, l.columns, l.ncolumns * sizeof(*l.columns));
		t->lay->ncolumns = l.ncolumns;
		layout_changed(t);
	}
	arena_clear(&scratch);
	return ok;
}

static void chosen(void *ctx, const struct choice *at, size_t n)
{
	struct table_view *t = ctx;
	size_t on = 0;

	for (size_t i = 0; i < n; i++)
		on += at[i].on;
	if (!on)
		return; /* the last one stays */
	t->lay->ncolumns = 0;
	for (size_t i = 0; i < n; i++)
		if (at[i].on)
			t->lay->columns[t->lay->ncolumns++] = at[i].id;
	layout_changed(t);
}

/* Those that are shown in their order, then the others. */
static void open_list(struct table_view *t)
{
	struct table_layout *l = t->lay;
	struct arena scratch = { 0 };
	struct choice *at = arena_many(&scratch, l->schema->ncolumns, struct choice);
	size_t n = 0;

	for (size_t i = 0; i < l->ncolumns; i++)
		at[n++] = table_view_choice(l->schema, l->columns[i], true);
	for (size_t c = 0; c < l->schema->ncolumns; c++) {
		bool shown = false;

		for (size_t i = 0; i < l->ncolumns; i++)
			shown |= l->columns[i] == c;
		if (!shown)
			at[n++] = table_view_choice(l->schema, c, false);
	}
	struct choose_options o = {
		.title = "columns",
		.at = at,
		.n = n,
		.several = true,
		.changed = chosen,
		.ctx = t,
	};

	top_push(t->view.top, choose_new(&t->view, &o));
	arena_clear(&scratch);
}

bool table_do_columns(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	if (argument.len)
		return table_view_columns(t, argument, err);
	open_list(t);
	return true;
}

void table_complete_columns(struct view *v, struct text before, struct offer *o)
{
	struct table_view *t = table_view_of(v);

	table_view_offer(t->lay->schema, o);
}

bool table_do_left(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);

	if (t->lay->scrolled)
		t->lay->scrolled--;
	else if (!table_view_open(t, false))
		table_view_up_the_tree(t);
	top_dirty(v->top);
	return true;
}

bool table_do_right(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = table_view_of(v);
	bool hidden = t->nlanes && t->lanes[t->nlanes - 1].hidden;

	if (!table_view_open(t, true) && hidden &&
	    t->lay->scrolled + 2 < t->lay->ncolumns)
		t->lay->scrolled++;
	top_dirty(v->top);
	return true;
}
