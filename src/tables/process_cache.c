/* Dear cells that were read before, and whether they still hold. */
#include <stdlib.h>

#include "base/mem.h"
#include "tables/process.h"

/*
 * Reading a dear item costs the process one reduction, and process_info() gives the
 * reductions from before that. Seen on OTP 23, 25, 27 and 29; where it were otherwise,
 * processes would look moved and be read again.
 */
#define READ_REDUCTIONS 1

void process_cache_clear(struct process_cache *c)
{
	arena_clear(&c->arena);
	pid_map_clear(&c->map);
	free(c->known);
	*c = (struct process_cache){ 0 };
}

/* Where reductions do not tell everything. */
#define DOUBT_AFTER_S 10

/* What must not have moved, beside the reductions. */
#define SIGNS (column_bit(PROC_MSGQ) | column_bit(PROC_HEAP))

static void copy_cells(struct table *to, size_t to_row, const struct table *from,
		       size_t row, uint64_t columns)
{
	for (uint64_t left = columns; left; left &= left - 1) {
		size_t c = (size_t)__builtin_ctzll(left);

		table_set(to, to_row, c, table_cell(from, row, c));
	}
}

static uint32_t now_s(void)
{
	return (uint32_t)(loop_now() / 1000000000);
}

static bool same(const struct process_cache *c, size_t row,
		 const struct process_reading *r, size_t r_row, size_t column)
{
	return table_num(&c->table, row, column) == table_num(r->table, r_row, column);
}

/* Is what is known of the process still true when it shows this? */
static bool holds(const struct process_cache *c, size_t row,
		  const struct process_reading *r, size_t r_row)
{
	/* The heap is only read where it is needed. */
	bool heap = table_null(&c->table, row, PROC_HEAP) ||
		    table_null(r->table, r_row, PROC_HEAP);

	if (r->doubts && now_s() - c->known[row].read_s > DOUBT_AFTER_S)
		return false;
	return c->known[row].reductions == table_num(r->table, r_row, PROC_REDUCTIONS) &&
	       same(c, row, r, r_row, PROC_MSGQ) &&
	       (heap || same(c, row, r, r_row, PROC_HEAP));
}

/* The row of a process, or TABLE_NONE. */
static size_t find(struct process_cache *c, int64_t pid)
{
	size_t at = c->next;

	if (at >= c->table.nrows || table_num(&c->table, at, PROC_PID) != pid)
		at = pid_map_find(&c->map, &c->table, pid);
	if (at != TABLE_NONE)
		c->next = at + 1;
	return at;
}

bool process_cache_use(struct process_cache *c, const struct process_reading *r,
		       size_t row, uint64_t columns)
{
	size_t at = find(c, table_num(r->table, row, PROC_PID));

	if (at == TABLE_NONE || (columns & ~(uint64_t)c->known[at].columns) ||
	    !holds(c, at, r, row))
		return false;
	copy_cells(r->table, row, &c->table, at, columns);
	return true;
}

static size_t add(struct process_cache *c, const struct process_reading *r, int64_t pid)
{
	if (!c->table.schema)
		table_init(&c->table, &processes_schema, &c->arena,
			   r->all ? r->table->cap : r->table->nrows);

	size_t row = pid_map_add(&c->map, &c->table, pid);

	c->known = mem_grow(c->known, &c->cap, row + 1, sizeof(*c->known));
	c->known[row] = (struct process_known){ 0 };
	return row;
}

void process_cache_put(struct process_cache *c, const struct process_reading *r,
		       size_t row, uint64_t columns)
{
	int64_t pid = table_num(r->table, row, PROC_PID);
	size_t at = find(c, pid);

	if (at == TABLE_NONE)
		at = add(c, r, pid);
	else if (!holds(c, at, r, row))
		c->known[at].columns = 0;
	copy_cells(&c->table, at, r->table, row, columns | SIGNS);
	c->known[at].columns |= (uint32_t)columns;
	c->known[at].read_s = now_s();
	/* Unsigned: the number is foreign, and may be the largest there is. */
	c->known[at].reductions = (int64_t)(
		(uint64_t)table_num(r->table, row, PROC_REDUCTIONS) + READ_REDUCTIONS);
}

void process_cache_swept(struct process_cache *c, uint64_t columns)
{
	if (columns & ~c->swept)
		c->tidy_bytes = arena_bytes(&c->arena); /* nothing of it is superseded */
	c->swept |= columns;
}

void process_cache_tidy(struct process_cache *c, const struct process_reading *r)
{
	bool dead = c->table.nrows > 2 * r->table->nrows + 1000;
	bool old = arena_bytes(&c->arena) > 2 * c->tidy_bytes + ((size_t)1 << 22);
	struct process_cache fresh = { .swept = c->swept };

	if (!dead && !old)
		return;
	for (size_t row = 0; row < r->table->nrows; row++) {
		int64_t pid = table_num(r->table, row, PROC_PID);
		size_t at = pid_map_find(&c->map, &c->table, pid);

		if (at == TABLE_NONE)
			continue;

		size_t to = add(&fresh, r, pid);

		fresh.known[to] = c->known[at];
		copy_cells(&fresh.table, to, &c->table, at,
			   c->known[at].columns | SIGNS);
	}
	process_cache_clear(c);
	*c = fresh;
	c->table.arena = &c->arena; /* it moved with the struct */
	c->tidy_bytes = arena_bytes(&c->arena);
}
