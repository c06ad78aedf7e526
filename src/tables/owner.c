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
		.nkeys = pid_distinct(r->table, q->owner, NULL, keys),
		.timeout_ns = timeout_ns,
		.syntax = r->syntax,
	}, named, x);
	free(keys);
}
