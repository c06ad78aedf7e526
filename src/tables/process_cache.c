/* Dear cells that were read before, and whether they still hold. */
#include "tables/process.h"

void process_cache_clear(struct process_cache *c)
{
	arena_clear(&c->arena);
	*c = (struct process_cache){ 0 };
}

static int64_t pid_of(const struct table *t, size_t row)
{
	return table_num(t, row, PROC_PID);
}

bool process_cache_use(const struct process_cache *c, const struct process_reading *r, size_t row,
		       uint64_t columns)
{
	if (c->table.nrows == 0 || (columns & ~c->columns))
		return false;

	size_t known = table_index_find(&c->index, table_cell(r->table, row, PROC_PID));

	if (known == TABLE_NONE || c->baseline[known] == 0 ||
	    c->baseline[known] != table_num(r->table, row, PROC_REDUCTIONS) ||
	    table_num(&c->table, known, PROC_MSGQ) != table_num(r->table, row, PROC_MSGQ))
		return false;
	for (size_t i = 0; i < PROC_NCOLUMNS; i++)
		if (columns & column_bit(i))
			table_set(r->table, row, i, table_cell(&c->table, known, i));
	r->baseline[row] = c->baseline[known];
	return true;
}

void process_cache_fill(struct process_cache *c, const struct process_reading *r, uint64_t columns)
{
	struct process_cache fresh = { .columns = columns };
	size_t n = r->table->nrows;

	table_init(&fresh.table, &processes_schema, &fresh.arena, n);
	fresh.baseline = arena_many(&fresh.arena, n, int64_t);
	for (size_t row = 0; row < n; row++) {
		if (r->dead[row] || r->baseline[row] == 0)
			continue;

		size_t to = table_add(&fresh.table);

		table_set_id(&fresh.table, to, PROC_PID, pid_of(r->table, row));
		table_set(&fresh.table, to, PROC_MSGQ, table_cell(r->table, row, PROC_MSGQ));
		for (size_t i = 0; i < PROC_NCOLUMNS; i++)
			if (columns & column_bit(i))
				table_set(&fresh.table, to, i, table_cell(r->table, row, i));
		fresh.baseline[to] = r->baseline[row];
	}
	process_cache_clear(c);
	*c = fresh;
	/* The table's arena moved with the struct. */
	c->table.arena = &c->arena;
	table_index_init(&c->index, &c->table, &c->arena);
}
