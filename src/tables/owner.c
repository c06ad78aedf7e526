#include "tables/owner.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/process.h"

struct naming {
	struct reading *reading;
	const struct question *question;
	void (*done)(void *ctx);
	void *ctx;
};

/* Is this column, which may not be there, asked for? */
static bool wanted(const struct reading *r, size_t column)
{
	return column && r->columns & column_bit(column);
}

static void fill(const struct naming *x, const struct table *owners)
{
	const struct question *q = x->question;
	struct table *t = x->reading->table;
	struct arena scratch = { 0 };
	struct table_index index;

	table_index_init(&index, owners, &scratch);
	for (size_t row = 0; row < t->nrows; row++) {
		struct cell pid = table_cell(t, row, q->owner);
		size_t owner = pid.type == CELL_ID ? table_index_find(&index, pid)
						   : TABLE_NONE;

		if (owner == TABLE_NONE)
			continue;
		if (wanted(x->reading, q->owner_name))
			table_set(t, row, q->owner_name,
				  table_cell(owners, owner, PROC_NAME));
		if (wanted(x->reading, q->owner_application))
			table_set(t, row, q->owner_application,
				  table_cell(owners, owner, PROC_APPLICATION));
	}
	arena_clear(&scratch);
}

static void named(void *ctx, struct sample *sample, const struct err *err)
{
	struct naming x = *(struct naming *)ctx;

	free(ctx);
	if (sample)
		fill(&x, &sample->table);
	else
		log_line("no names of owners: %s", err->what);
	sample_free(sample);
	x.done(x.ctx);
}

/* The distinct ones; returns how many. */
static size_t distinct(const struct table *t, size_t pids, struct cell *keys)
{
	struct arena scratch = { 0 };
	struct pid_map map = { 0 };
	struct table seen;
	size_t n = 0;

	table_init(&seen, &processes_schema, &scratch, 0);
	for (size_t row = 0; row < t->nrows; row++) {
		struct cell pid = table_cell(t, row, pids);

		if (pid.type != CELL_ID ||
		    pid_map_find(&map, &seen, pid.v.num) != TABLE_NONE)
			continue;
		pid_map_add(&map, &seen, pid.v.num);
		keys[n++] = pid;
	}
	pid_map_clear(&map);
	arena_clear(&scratch);
	return n;
}

void owner_names(struct reading *r, const struct question *q, int64_t timeout_ns,
		 void (*done)(void *ctx), void *ctx)
{
	struct naming *x = mem_zalloc(sizeof(*x));
	struct cell *keys = mem_alloc((r->table->nrows + 1) * sizeof(*keys));
	uint64_t columns = column_bit(PROC_PID);

	if (wanted(r, q->owner_name))
		columns |= column_bit(PROC_NAME);
	if (wanted(r, q->owner_application))
		columns |= column_bit(PROC_APPLICATION);
	*x = (struct naming){
		.reading = r,
		.question = q,
		.done = done,
		.ctx = ctx,
	};
	source_ask(live_source(r->live), &(struct request){
		.schema = &processes_schema,
		.columns = columns,
		.keys = keys,
		.nkeys = distinct(r->table, q->owner, keys),
		.timeout_ns = timeout_ns,
		.syntax = r->syntax,
	}, named, x);
	free(keys);
}
