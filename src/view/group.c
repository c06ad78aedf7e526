#include "view/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_SLOTS ((size_t)256)

static const struct column count_column = {
	.name = "count",
	.title = "COUNT",
	.unit = UNIT_COUNT,
	.kind = COLUMN_GAUGE,
	.help = "number of rows in the group",
};

bool group_can(const struct schema *s, size_t column)
{
	const struct column *c = &s->columns[column];

	return c->kind == COLUMN_LABEL && c->unit == UNIT_NONE && column != s->key;
}

/* Does a sum of it mean something? Labels are no amounts, but rates and growths are
 * labels as well. */
static bool is_amount(const struct derived *d, size_t column)
{
	enum unit unit = d->schema.columns[column].unit;

	return (unit == UNIT_COUNT || unit == UNIT_BYTES) &&
	       (derived_is_change(d, column)
			? column != d->to_limit
			: d->schema.columns[column].kind != COLUMN_LABEL);
}

static void add(struct groups *g, struct column *columns, size_t *from, struct column c,
		size_t column)
{
	columns[g->schema.ncolumns] = c;
	from[g->schema.ncolumns++] = column;
}

struct groups *group_schema(const struct derived *d, size_t column, struct arena *arena)
{
	struct groups *g = arena_new(arena, struct groups);
	struct column *columns = arena_many(arena, d->schema.ncolumns + 2, struct column);
	size_t *from = arena_many(arena, d->schema.ncolumns + 2, size_t);

	g->schema = (struct schema){ .name = d->schema.name,
				     .help = d->schema.help,
				     .columns = columns,
				     .key = GROUP_VALUE };
	g->from = from;
	add(g, columns, from, d->schema.columns[column], column);
	add(g, columns, from, count_column, TABLE_NONE);
	for (size_t c = 0; c < d->schema.ncolumns; c++)
		if (is_amount(d, c))
			add(g, columns, from, d->schema.columns[c], c);
	return g;
}

/* Groups by the hash of what they have in common. */
struct slots {
	uint32_t *at; /* [mask + 1] group + 1, or 0 */
	size_t mask;
	struct table *groups;
	const struct text *last; /* neighbours are often alike */
	size_t last_group;
};

static void put(struct slots *s, size_t group)
{
	struct cell value = table_cell(s->groups, group, GROUP_VALUE);
	size_t at = cell_hash(value) & s->mask;

	while (s->at[at])
		at = (at + 1) & s->mask;
	s->at[at] = (uint32_t)group + 1;
}

static void widen(struct slots *s)
{
	s->mask = s->mask * 2 + 1;
	s->at = mem_realloc(s->at, (s->mask + 1) * sizeof(*s->at));
	memset(s->at, 0, (s->mask + 1) * sizeof(*s->at));
	for (size_t group = 0; group < s->groups->nrows; group++)
		put(s, group);
}

static size_t new_group(struct slots *s, struct cell value)
{
	size_t group = table_add(s->groups);

	/* The text itself stays where it is. */
	table_use(s->groups, GROUP_VALUE);
	s->groups->types[GROUP_VALUE][group] = (uint8_t)value.type;
	s->groups->values[GROUP_VALUE][group] = value.v;
	if (s->groups->nrows * 2 > s->mask)
		widen(s);
	else
		put(s, group);
	return group;
}

static size_t find(struct slots *s, struct cell value)
{
	size_t at;

	if (value.type == CELL_TEXT && value.v.text == s->last)
		return s->last_group;
	at = cell_hash(value) & s->mask;
	for (; s->at[at]; at = (at + 1) & s->mask)
		if (cell_eq(table_cell(s->groups, s->at[at] - 1, GROUP_VALUE), value))
			break;
	s->last_group = s->at[at] ? s->at[at] - 1 : new_group(s, value);
	s->last = value.type == CELL_TEXT ? value.v.text : NULL;
	return s->last_group;
}

static void add_cell(struct table *out, size_t group, size_t column, struct cell c)
{
	union value *sum = &out->values[column][group];
	uint8_t *type = &out->types[column][group];
	int64_t v;

	if (c.type == CELL_INT && *type == CELL_NULL) {
		*type = CELL_INT;
		sum->num = c.v.num;
	} else if (c.type == CELL_INT && *type == CELL_INT &&
		   !__builtin_add_overflow(sum->num, c.v.num, &v)) {
		sum->num = v;
	} else if (c.type == CELL_INT || c.type == CELL_REAL) {
		double was = *type == CELL_INT	? (double)sum->num
			     : *type == CELL_REAL ? sum->real
						  : 0;

		*type = CELL_REAL;
		sum->real = was + cell_number(c);
	}
}

static void sum_column(struct table *out, size_t column, const struct table *t,
		       size_t from, struct rows rows, const uint32_t *group_of)
{
	table_use(out, column);
	for (size_t i = 0; i < rows.n; i++)
		add_cell(out, group_of[i], column,
			 table_cell(t, rows.at ? rows.at[i] : i, from));
}

void group_make(struct table *out, const struct groups *g, const struct table *t,
		struct rows rows)
{
	struct slots s = { .mask = FIRST_SLOTS - 1, .groups = out };
	uint32_t *group_of;

	if (!rows.at)
		rows.n = t->nrows;
	s.at = mem_zalloc(FIRST_SLOTS * sizeof(*s.at));
	group_of = mem_alloc(rows.n * sizeof(*group_of) + 1);
	table_use(out, GROUP_VALUE);
	for (size_t i = 0; i < rows.n; i++) {
		size_t row = rows.at ? rows.at[i] : i;

		group_of[i] = (uint32_t)find(&s,
					     table_cell(t, row, g->from[GROUP_VALUE]));
	}
	table_use(out, GROUP_COUNT);
	for (size_t i = 0; i < rows.n; i++)
		add_cell(out, group_of[i], GROUP_COUNT,
			 (struct cell){ CELL_INT, { .num = 1 } });
	for (size_t c = GROUP_SUMS; c < g->schema.ncolumns; c++)
		if (t->types[g->from[c]])
			sum_column(out, c, t, g->from[c], rows, group_of);
	free(group_of);
	free(s.at);
}
