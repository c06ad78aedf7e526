/* Numbers of tables as lines of a chart. */
#include "view/chart_number.h"

#include <math.h>

#include "view/link.h"

bool chart_column_is_number(const struct column *c)
{
	return c->kind != COLUMN_LABEL && !(c->flags & COLUMN_ASKED);
}

struct chart_number chart_number_dup(const struct chart_number *n, struct arena *arena)
{
	struct chart_number copy = *n;

	copy.label = text_dup(arena, n->label);
	copy.name.link = text_dup(arena, n->name.link);
	copy.name.table = text_dup(arena, n->name.table);
	copy.name.key = text_dup(arena, n->name.key);
	copy.name.column = text_dup(arena, n->name.column);
	copy.key = cell_dup(arena, n->key);
	return copy;
}

uint64_t chart_number_columns(const struct chart_number *n)
{
	size_t column = schema_find(n->schema, n->name.column);

	return column == TABLE_NONE ? 0 : column_bit(column);
}

static struct text label_of(struct text row, const char *column, struct arena *arena)
{
	return text_printf(arena, "%.*s %s", TEXT_ARG(row), column);
}

struct chart_number chart_number_beside(const struct chart_number *n, size_t column,
					struct arena *arena)
{
	const struct column *about = &n->schema->columns[column];
	struct chart_number other = *n;
	/* The label of a number ends with its column. */
	size_t row = n->label.len > n->name.column.len
			     ? n->label.len - n->name.column.len - 1
			     : 0;

	other.name.column = text_of(about->name);
	other.label = label_of(text_sub(n->label, 0, row), about->name, arena);
	/* Of rows that have units of their own the other one's is as good as known. */
	other.unit = about->unit == UNIT_ROW ? n->unit : about->unit;
	other.counter = about->kind == COLUMN_COUNTER;
	other.rate = other.counter;
	other.limit = NAN;
	return other;
}

/* "<0.81.0> shop": its key, and its name where it has another one. */
static struct text row_label(const struct schema *s, const struct table *t, size_t row,
			     struct text key, struct arena *arena)
{
	size_t name = schema_find(s, TEXT("name"));
	struct text word;

	if (name == TABLE_NONE || name == s->key)
		return key;
	word = table_text(t, row, name);
	if (!word.len)
		return key;
	return text_printf(arena, "%.*s %.*s", TEXT_ARG(key), TEXT_ARG(word));
}

static double limit_of(const struct schema *s, const struct table *t, size_t row,
		       size_t column)
{
	if (!s->limit || s->limited != column || table_null(t, row, s->limit))
		return NAN;
	return (double)table_num(t, row, s->limit);
}

static struct chart_number number_of(struct link *l, const struct derived *d,
				     const struct table *t, size_t row, size_t column,
				     struct arena *arena)
{
	const struct schema *s = d->base;
	size_t base = d->from[column];
	struct buf key = { 0 };
	struct chart_number n = {
		.unit = table_unit(t, row, base),
		.counter = s->columns[base].kind == COLUMN_COUNTER,
		.rate = derived_is_change(d, column),
		.schema = s,
		.key = table_cell(t, row, s->key),
		.limit = limit_of(s, t, row, base),
	};

	cell_print(&key, &s->columns[s->key], n.key);
	n.name = (struct series_name){ l->name, text_of(s->name),
				       text_dup(arena, buf_text(&key)),
				       text_of(s->columns[base].name) };
	n.label = label_of(row_label(s, t, row, n.name.key, arena),
			   s->columns[base].name, arena);
	buf_clear(&key);
	return n;
}

struct view *chart_view_of_cells(struct top *t, struct link *l, const struct derived *d,
				 const struct table *rows, const uint32_t *at, size_t n,
				 size_t column, struct err *err)
{
	struct chart_number numbers[CHART_SERIES];
	size_t base = column < d->schema.ncolumns ? d->from[column] : TABLE_NONE;
	struct arena arena = { 0 };
	struct view *v;
	size_t found = 0;

	/* A time to a limit is drawn as the number that has one. */
	if (base != TABLE_NONE && column == d->to_limit)
		column = base = d->base->limited;
	if (base == TABLE_NONE || d->base->columns[base].kind == COLUMN_LABEL) {
		fail(err, ERR_USAGE, "'%s' is no number over time",
		     column < d->schema.ncolumns ? d->schema.columns[column].name
						: "it");
		fail_hint(err, "choose a column of numbers that grow or fall");
		return NULL;
	}
	for (size_t i = 0; i < n && found < CHART_SERIES; i++)
		if (at[i] < rows->nrows)
			numbers[found++] = number_of(l, d, rows, at[i], column, &arena);
	v = chart_view_new(t, l, numbers, found);
	arena_clear(&arena);
	return v;
}

static void remember_row(struct history *h, const struct link *l, const struct feed *f,
			 size_t row, struct text key)
{
	const struct schema *s = feed_derived(f)->base;

	for (size_t c = 0; c < s->ncolumns; c++) {
		struct series_name name = { l->name, text_of(s->name), key,
					    text_of(s->columns[c].name) };
		double value;
		bool known;

		if (s->columns[c].kind == COLUMN_LABEL)
			continue;
		value = cell_number(feed_cell(f, row, c, &known));
		if (isfinite(value))
			history_put(h, &name, feed_wall_ns(f), value);
	}
}

void chart_remember(struct history *h, const struct link *l, const struct feed *f,
		    const uint32_t *at, size_t n)
{
	const struct table *t = feed_table(f);
	const struct schema *s = feed_derived(f)->base;
	struct buf key = { 0 };

	for (size_t i = 0; t && i < n; i++) {
		if (at[i] >= t->nrows)
			continue;
		buf_reset(&key);
		cell_print(&key, &s->columns[s->key], table_cell(t, at[i], s->key));
		remember_row(h, l, f, at[i], buf_text(&key));
	}
	buf_clear(&key);
}
