/*
 * A made-up table for tests: animals, told apart by an id that is shown as "@7".
 */
#ifndef TESTS_ZOO_H
#define TESTS_ZOO_H

#include <inttypes.h>

#include "base/table.h"

enum { ZOO_ID, ZOO_NAME, ZOO_STEPS, ZOO_WEIGHT, ZOO_AGE, ZOO_FULL, ZOO_ASLEEP, ZOO_NOTE, ZOO_COLUMNS };

static inline void zoo_print(struct buf *out, int64_t id)
{
	buf_printf(out, "@%" PRId64, id);
}

static inline bool zoo_parse(struct text t, int64_t *id)
{
	return t.len > 1 && t.p[0] == '@' && text_int(text_sub(t, 1, t.len), id);
}

static const struct column zoo_columns[] = {
	{ "id", "ID", UNIT_NONE, COLUMN_LABEL, "which animal", .print = zoo_print, .parse = zoo_parse },
	{ "name", "NAME", UNIT_NONE, COLUMN_LABEL, "what it is called" },
	{ "steps", "STEPS", UNIT_COUNT, COLUMN_COUNTER, "steps taken in its life" },
	{ "weight", "WEIGHT", UNIT_BYTES, COLUMN_GAUGE, "how heavy it is", COLUMN_DEAR },
	{ "age", "AGE", UNIT_NS, COLUMN_LABEL, "how old it is" },
	{ "full", "FULL", UNIT_RATIO, COLUMN_GAUGE, "how full its stomach is" },
	{ "asleep", "ASLEEP", UNIT_NONE, COLUMN_LABEL, "whether it sleeps" },
	{ "note", "NOTE", UNIT_NONE, COLUMN_LABEL, "what the keeper wrote", COLUMN_WIDE | COLUMN_DEAR },
};

static const struct schema zoo = {
	.name = "animals", .command = "zoo", .help = "the animals",
	.columns = zoo_columns, .ncolumns = ZOO_COLUMNS, .key = ZOO_ID, .sort = "steps",
};

static inline size_t zoo_add(struct table *t, int64_t id, const char *name, int64_t steps, int64_t weight)
{
	size_t row = table_add(t);

	table_set_id(t, row, ZOO_ID, id);
	if (name)
		table_set_text(t, row, ZOO_NAME, text_of(name));
	if (steps >= 0)
		table_set_int(t, row, ZOO_STEPS, steps);
	if (weight >= 0)
		table_set_int(t, row, ZOO_WEIGHT, weight);
	return row;
}

#endif
