/* The cells of pids, and the rows of pids. */
#include "tables/pid.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tables/cell.h"

#define LEAST_SLOTS 1024

static const struct column pid_column = {
	"pid", "PID", UNIT_NONE, COLUMN_LABEL, "the process", 0, pid_print, pid_parse,
};
static const struct schema pids_schema = {
	.name = "pids", .columns = &pid_column, .ncolumns = 1,
};

void pid_print(struct buf *out, int64_t id)
{
	term_print_pid(out, (uint64_t)id);
}

bool pid_parse(struct text t, int64_t *id)
{
	uint64_t num;

	if (!term_parse_pid(t, &num))
		return false;
	*id = (int64_t)num;
	return true;
}

bool pid_gone(int64_t pid, struct err *err)
{
	struct buf shown = { 0 };

	pid_print(&shown, pid);
	fail(err, ERR_ABSENT, "process '%s' is gone", buf_cstr(&shown));
	buf_clear(&shown);
	return false;
}

void pid_set(struct table *t, size_t row, size_t column, const struct term *value,
	     struct text home)
{
	if (value->type == TERM_PID)
		cell_set_id(t, row, column, value, home);
}

void pid_map_clear(struct pid_map *m)
{
	free(m->slots);
	*m = (struct pid_map){ 0 };
}

/* The slot of a pid, or the free one where it would go. */
static uint32_t *slot_of(const struct pid_map *m, const struct table *t, int64_t pid)
{
	assert(m->slots); /* whoever asks looked, or has grown it */

	size_t mask = m->nslots - 1;
	size_t at = cell_hash((struct cell){ CELL_ID, { .num = pid } }) & mask;

	while (m->slots[at] && table_num(t, m->slots[at] - 1, 0) != pid)
		at = (at + 1) & mask;
	return &m->slots[at];
}

size_t pid_map_find(const struct pid_map *m, const struct table *t, int64_t pid)
{
	if (m->nslots == 0)
		return TABLE_NONE;

	uint32_t row = *slot_of(m, t, pid);

	return row ? row - 1 : TABLE_NONE;
}

static void grow(struct pid_map *m, const struct table *t)
{
	free(m->slots);
	m->nslots = m->nslots ? m->nslots * 2 : LEAST_SLOTS;
	m->slots = mem_zalloc(m->nslots * sizeof(*m->slots));
	for (size_t row = 0; row < t->nrows; row++)
		*slot_of(m, t, table_num(t, row, 0)) = (uint32_t)row + 1;
}

size_t pid_map_add(struct pid_map *m, struct table *t, int64_t pid)
{
	if (2 * (t->nrows + 1) > m->nslots)
		grow(m, t);

	size_t row = table_add(t);

	table_set_id(t, row, 0, pid);
	*slot_of(m, t, pid) = (uint32_t)row + 1;
	return row;
}

size_t pid_distinct(const struct table *t, size_t column,
		    bool (*counts)(const struct table *t, size_t row), struct cell *keys)
{
	struct arena scratch = { 0 };
	struct pid_map map = { 0 };
	struct table seen;
	size_t n = 0;

	table_init(&seen, &pids_schema, &scratch, 0);
	for (size_t row = 0; row < t->nrows; row++) {
		struct cell pid = table_cell(t, row, column);

		if (pid.type != CELL_ID || (counts && !counts(t, row)) ||
		    pid_map_find(&map, &seen, pid.v.num) != TABLE_NONE)
			continue;
		pid_map_add(&map, &seen, pid.v.num);
		keys[n++] = pid;
	}
	pid_map_clear(&map);
	arena_clear(&scratch);
	return n;
}
