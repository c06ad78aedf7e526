/* Rates, growths, times to a limit, the node column: tables made of one sample, or of
 * two. */
#include <string.h>

#include "base/table.h"

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

/* Growth over less than this says nothing about hours. */
#define TO_LIMIT_SPAN_NS INT64_C(1000000000)

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

static bool is_number(struct cell c)
{
	return c.type == CELL_INT || c.type == CELL_REAL;
}

static double real(struct cell c)
{
	return c.type == CELL_REAL ? c.v.real : (double)c.v.num;
}

static void set_growth(struct table *out, size_t row, size_t column, struct cell was,
		       struct cell is)
{
	int64_t growth;

	if (was.type == CELL_INT && is.type == CELL_INT &&
	    !__builtin_sub_overflow(is.v.num, was.v.num, &growth))
		table_set_int(out, row, column, growth);
	else
		table_set_real(out, row, column, real(is) - real(was));
}

/* A counter that went back is another counter under the same key: it has no rate. */
static void set_rate(struct table *out, size_t row, size_t column, struct cell was,
		     struct cell is, int64_t span_ns)
{
	double grown = is.type == CELL_INT && was.type == CELL_INT
			       ? (double)is.v.num - (double)was.v.num
			       : real(is) - real(was);

	if (grown >= 0)
		table_set_real(out, row, column, grown * 1e9 / (double)span_ns);
}

/* Null when it does not grow, and when that takes longer than 292 years. */
static void set_to_limit(struct table *out, const struct derived *d, size_t row,
			 struct cell was, struct cell is, struct cell limit,
			 int64_t span_ns)
{
	double grown = real(is) - real(was);
	double left = real(limit) - real(is);
	double ns;

	if (!is_number(limit) || grown <= 0 || span_ns < TO_LIMIT_SPAN_NS)
		return;
	ns = left > 0 ? left / grown * (double)span_ns : 0;
	if (ns < 0x1p63)
		table_set_int(out, row, d->to_limit, (int64_t)ns);
}

/* A counter before the window, with what the reading itself did to it; which may be in it
 * already, where several requests ran at once. */
static struct cell without(struct cell was, struct cell is, uint8_t touched)
{
	for (; touched && was.type == CELL_INT && is.type == CELL_INT &&
	       was.v.num < is.v.num; touched--)
		was.v.num++;
	return was;
}

static void set_changes(struct table *out, const struct derived *d, size_t row,
			const struct table *before, size_t was_row, size_t row_of_after,
			const struct table *after, int64_t span_ns)
{
	for (size_t c = d->changes; c < d->born; c++) {
		size_t base = c == d->to_limit ? d->base->limited : d->from[c];
		struct cell was = table_cell(before, was_row, base);
		struct cell is = table_cell(after, row_of_after, base);

		if (!is_number(was) || !is_number(is))
			continue;
		if (before->touched && base == d->base->touched)
			was = without(was, is, before->touched[was_row]);
		if (c == d->to_limit)
			set_to_limit(out, d, row, was, is,
				     table_cell(after, row_of_after, d->base->limit),
				     span_ns);
		else if (d->base->columns[base].kind == COLUMN_COUNTER)
			set_rate(out, row, c, was, is, span_ns);
		else
			set_growth(out, row, c, was, is);
	}
}

/* Finds rows in the earlier sample. They mostly come in the same order, so that the one
 * behind the last one found is tried first; the index is made when that fails for the
 * first time. */
struct earlier {
	const struct table *table;
	size_t next;
	struct table_index index; /* table NULL: not made yet */
	struct arena arena;
};

static size_t earlier_find(struct earlier *e, struct cell key)
{
	size_t row = e->next;

	if (row >= e->table->nrows ||
	    !cell_eq(table_cell(e->table, row, e->table->schema->key), key)) {
		if (!e->index.table)
			table_index_init(&e->index, e->table, &e->arena);
		row = table_index_find(&e->index, key);
	}
	if (row != TABLE_NONE)
		e->next = row + 1;
	return row;
}

static void compare(struct table *out, const struct derived *d, size_t first,
		    const struct table *before, const struct table *after,
		    int64_t span_ns)
{
	struct earlier e = { .table = before };

	for (size_t row = 0; row < after->nrows; row++) {
		size_t was = earlier_find(&e, table_cell(after, row, d->base->key));

		table_set_bool(out, first + row, d->born, was == TABLE_NONE);
		if (was != TABLE_NONE)
			set_changes(out, d, first + row, before, was, row, after,
				    span_ns);
	}
	arena_clear(&e.arena);
}

void table_derive(struct table *out, const struct derived *d, struct text node,
		  const struct table *before, const struct table *after, int64_t span_ns)
{
	size_t first = out->nrows;

	if (first == 0)
		share(out, d, after);
	else
		append(out, d, after);
	if (d->node != TABLE_NONE)
		for (size_t row = 0; row < after->nrows; row++)
			table_set_text(out, first + row, d->node, node);
	if (d->born != TABLE_NONE && before)
		compare(out, d, first, before, after, span_ns);
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
