/* The memory table: erlang:memory/0, a row a kind. */
#include "tables/memory.h"

#include <stdlib.h>

#include "base/mem.h"
#include "source/live.h"

static const struct column columns[] = {
	[MEMORY_NAME] = { "name", "KIND", UNIT_NONE, COLUMN_LABEL,
		"kind of memory, as erlang:memory/0 names it" },
	[MEMORY_BYTES] = { "bytes", "BYTES", UNIT_BYTES, COLUMN_GAUGE,
		"bytes allocated" },
	[MEMORY_SHARE] = { "share", "SHARE", UNIT_RATIO, COLUMN_LABEL,
		"of the total" },
};

struct reading {
	struct live *live;
	struct live_answer to;
};

static void add_row(struct table *t, const struct term *pair, double total)
{
	int64_t bytes;

	if (!term_is_tuple(pair, 2, NULL) || pair->items[0].type != TERM_ATOM ||
	    !term_int(&pair->items[1], &bytes))
		return;

	size_t row = table_add(t);
	struct buf name = { 0 };

	term_name(&name, pair->items[0].text);
	table_set_text(t, row, MEMORY_NAME, buf_text(&name));
	buf_clear(&name);
	table_set_int(t, row, MEMORY_BYTES, bytes);
	if (total > 0)
		table_set_real(t, row, MEMORY_SHARE, (double)bytes / total);
}

static void answered(void *ctx, const struct answer *a)
{
	struct reading r = *(struct reading *)ctx;
	struct err err = { 0 };

	free(ctx);
	if (a->kind != ANSWER_RETURN || a->value.type != TERM_LIST) {
		if (a->kind == ANSWER_FAILED)
			err = *a->err;
		else
			fail(&err, ERR_CANNOT,
			     "the target's allocators do not say what memory they hold");
		r.to.done(r.to.ctx, NULL, &err);
		return;
	}

	struct sample *sample = sample_new(live_source(r.live), &memory_schema,
					   a->value.n);
	const struct term *total = term_get(&a->value, "total");

	for (size_t i = 0; i < a->value.n; i++)
		add_row(&sample->table, &a->value.items[i],
			total ? (double)term_num(total) : 0);
	r.to.done(r.to.ctx, sample, NULL);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct reading *r = mem_zalloc(sizeof(*r));

	*r = (struct reading){ .live = l, .to = { done, ctx } };
	node_call(live_node(l), &(struct call){
		.module = "erlang",
		.function = "memory",
		.timeout_ns = rq->timeout_ns,
	}, answered, r);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema memory_schema = {
	.name = "memory",
	.help = "memory that the node's allocators hold, by kind",
	.columns = columns,
	.ncolumns = sizeof(columns) / sizeof(columns[0]),
	.key = MEMORY_NAME,
	.readers = &readers,
};
