#include "tables/owner.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/process.h"

struct naming {
	struct reading *reading;
	size_t pids;
	size_t names;
	void (*done)(void *ctx);
	void *ctx;
};

static void fill(const struct naming *x, const struct table *owners)
{
	struct table *t = x->reading->table;
	struct arena scratch = { 0 };
	struct table_index index;

	table_index_init(&index, owners, &scratch);
	for (size_t row = 0; row < t->nrows; row++) {
		struct cell pid = table_cell(t, row, x->pids);
		size_t owner = pid.type == CELL_ID ? table_index_find(&index, pid)
						   : TABLE_NONE;

		if (owner != TABLE_NONE)
			table_set(t, row, x->names, table_cell(owners, owner, PROC_NAME));
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

void owner_names(struct reading *r, size_t pids, size_t names, int64_t timeout_ns,
		 void (*done)(void *ctx), void *ctx)
{
	struct naming *x = mem_zalloc(sizeof(*x));
	struct cell *keys = mem_alloc((r->table->nrows + 1) * sizeof(*keys));

	*x = (struct naming){
		.reading = r,
		.pids = pids,
		.names = names,
		.done = done,
		.ctx = ctx,
	};
	source_ask(live_source(r->live), &(struct request){
		.schema = &processes_schema,
		.columns = column_bit(PROC_PID) | column_bit(PROC_NAME),
		.keys = keys,
		.nkeys = distinct(r->table, pids, keys),
		.timeout_ns = timeout_ns,
		.syntax = r->syntax,
	}, named, x);
	free(keys);
}
