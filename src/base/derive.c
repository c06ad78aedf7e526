/* Rates, growths, times to a limit, the node column: tables made of one sample, or of
 * two. */
#include <string.h>

#include "base/derivation.h"

static const struct column node_column = {
	.name = "node",
	.title = "NODE",
	.kind = COLUMN_LABEL,
	.help = "the node that the row is from",
};

static const struct column born_column = {
	.name = "born", .title = "BORN", .kind = COLUMN_LABEL,
	.help = "whether the row came into being within the window",
};

static const struct column to_limit_column = {
	.name = "time_to_limit_ns",
	.title = "TIME LEFT",
	.unit = UNIT_NS,
	.kind = COLUMN_LABEL,
	.help = "when the limit is reached if it goes on growing as it did in the window",
};

/* What --window makes of a column that has a rate or a growth. */
static struct column change_of(const struct column *base, struct arena *arena)
{
	bool counter = base->kind == COLUMN_COUNTER;
	const char *what = counter ? "rate" : "growth";
	const char *per = counter ? "per second " : "";

	return (struct column){
		.name = text_printf(arena, "%s_%s", base->name, what).p,
		.title = text_printf(arena, "%s%s", base->title, counter ? "/s" : "+").p,
		.unit = base->unit,
		.kind = COLUMN_LABEL,
		.help = text_printf(arena, "%s of %s %swithin the window", what,
				    base->name, per).p,
		.flags = base->flags,
	};
}

static void add(struct derived *d, struct column *columns, size_t *from, struct column c,
		size_t base)
{
	columns[d->schema.ncolumns] = c;
	from[d->schema.ncolumns++] = base;
}

struct derived *schema_derive(const struct schema *base, bool node, bool window,
			      struct arena *arena)
{
	struct derived *d = arena_new(arena, struct derived);
	struct column *columns = arena_many(arena, base->ncolumns * 2 + 3, struct column);
	size_t *from = arena_many(arena, base->ncolumns * 2 + 3, size_t);

	*d = (struct derived){ .schema = *base, .base = base, .from = from,
			       .node = TABLE_NONE, .born = TABLE_NONE,
			       .to_limit = TABLE_NONE };
	d->schema.columns = columns;
	d->schema.ncolumns = 0;
	if (node) {
		d->node = d->schema.ncolumns;
		add(d, columns, from, node_column, TABLE_NONE);
	}
	d->schema.key = d->schema.ncolumns + base->key;
	d->schema.unit = d->schema.ncolumns + base->unit;
	for (size_t i = 0; i < base->ncolumns; i++)
		add(d, columns, from, base->columns[i], i);
	if (!window)
		return d;
	d->changes = d->schema.ncolumns;
	for (size_t i = 0; i < base->ncolumns; i++)
		if (base->columns[i].kind != COLUMN_LABEL)
			add(d, columns, from, change_of(&base->columns[i], arena), i);
	if (base->limit) {
		d->to_limit = d->schema.ncolumns;
		add(d, columns, from, to_limit_column, base->limit);
	}
	d->born = d->schema.ncolumns;
	add(d, columns, from, born_column, TABLE_NONE);
	return d;
}

bool derived_is_change(const struct derived *d, size_t column)
{
	return d->born != TABLE_NONE && column >= d->changes && column < d->born;
}

/* Does the cell of this column stand in the sample as it is? */
static bool copied(const struct derived *d, size_t column, const struct table *after)
{
	return d->from[column] != TABLE_NONE && !derived_is_change(d, column) &&
	       after->types[d->from[column]];
}

/* The first sample is not copied: its columns are shared. table_add() then copies before
 * it adds, since there is no room left. */
static void share(struct table *out, const struct derived *d, const struct table *after)
{
	out->nrows = after->nrows;
	out->cap = after->nrows;
	for (size_t c = 0; c < d->schema.ncolumns; c++) {
		if (!copied(d, c, after))
			continue;
		out->types[c] = after->types[d->from[c]];
		out->values[c] = after->values[d->from[c]];
	}
}

/* Later ones go behind; their texts stay where they are. */
static void append(struct table *out, const struct derived *d, const struct table *after)
{
	size_t first = out->nrows;

	for (size_t row = 0; row < after->nrows; row++)
		table_add(out);
	for (size_t c = 0; c < d->schema.ncolumns; c++) {
		if (!copied(d, c, after))
			continue;
		table_use(out, c);
		memcpy(out->types[c] + first, after->types[d->from[c]], after->nrows);
		memcpy(out->values[c] + first, after->values[d->from[c]],
		       after->nrows * sizeof(union value));
	}
}

struct derivation *derivation_new(struct table *out, const struct derived *d,
				  struct text node, const struct table *before,
				  const struct table *after, int64_t span_ns)
{
	size_t first = out->nrows;

	if (first == 0)
		share(out, d, after);
	else
		append(out, d, after);
	if (d->node != TABLE_NONE)
		for (size_t row = 0; row < after->nrows; row++)
			table_set_text(out, first + row, d->node, node);
	return derivation_of(out, d, first, before, after, span_ns);
}

void table_derive(struct table *out, const struct derived *d, struct text node,
		  const struct table *before, const struct table *after, int64_t span_ns)
{
	struct derivation *x = derivation_new(out, d, node, before, after, span_ns);

	derivation_step(x, SIZE_MAX);
	derivation_free(x);
}

void table_touch_as(struct table *t, const struct table *later)
{
	struct arena scratch = { 0 };
	struct table_index index;

	if (!later->touched)
		return;
	table_index_init(&index, t, &scratch);
	for (size_t row = 0; row < later->nrows; row++) {
		struct cell key = table_cell(later, row, later->schema->key);
		size_t at = later->touched[row] ? table_index_find(&index, key)
						: TABLE_NONE;

		for (uint8_t n = 0; at != TABLE_NONE && n < later->touched[row]; n++)
			table_touch(t, at, false);
	}
	arena_clear(&scratch);
}
