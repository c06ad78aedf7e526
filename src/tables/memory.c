/* The memory table: erlang:memory/0, a row a kind. */
#include "tables/memory.h"

#include "tables/cell.h"
#include "tables/question.h"

static const struct column columns[] = {
	[MEMORY_NAME] = { "name", "KIND", UNIT_NONE, COLUMN_LABEL,
		"kind of memory, as erlang:memory/0 names it" },
	[MEMORY_BYTES] = { "bytes", "BYTES", UNIT_BYTES, COLUMN_GAUGE,
		"bytes allocated" },
	[MEMORY_SHARE] = { "share", "SHARE", UNIT_RATIO, COLUMN_LABEL,
		"share of the total" },
};

void memory_add(struct table *t, const struct term *pair, const struct term *total)
{
	if (!term_is_tuple(pair, 2, NULL))
		return;

	size_t row = table_add(t);

	cell_set_name(t, row, MEMORY_NAME, &pair->items[0]);
	cell_set_int(t, row, MEMORY_BYTES, &pair->items[1]);
	if (total && term_num(total) > 0 && !table_null(t, row, MEMORY_BYTES))
		table_set_real(t, row, MEMORY_SHARE,
			       (double)table_num(t, row, MEMORY_BYTES) /
				       (double)term_num(total));
}

/* [{Kind, Bytes}, ...] */
static bool rows(struct reading *r, const struct term *value)
{
	if (value->type != TERM_LIST)
		return false;
	for (size_t i = 0; i < value->n; i++)
		memory_add(r->table, &value->items[i], term_get(value, "total"));
	return true;
}

static const struct question question = {
	.module = "erlang",
	.function = "memory",
	.rows = rows,
};

static const struct readers readers = {
	.live = question_live,
	.question = &question,
};

const struct schema memory_schema = {
	.name = "memory",
	.tab = "memory",
	.help = "memory that the node's allocators hold, by kind",
	.columns = columns,
	.ncolumns = sizeof(columns) / sizeof(columns[0]),
	.key = MEMORY_NAME,
	.readers = &readers,
};
