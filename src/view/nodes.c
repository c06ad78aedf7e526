#include "view/nodes.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "source/later.h"

static const struct column columns[] = {
	[NODES_NUMBER] = { "number", "#", UNIT_NONE, COLUMN_LABEL,
			   "its number, in the order of the command line", COLUMN_LEFT },
	[NODES_NAME] = { "name", "NODE", UNIT_NONE, COLUMN_LABEL,
			 "its name; of a recording the file" },
	[NODES_STATE] = { "state", "STATE", UNIT_NONE, COLUMN_LABEL,
			  "open, silent (it does not answer), reconnecting, lost, paused "
			  "or file" },
	[NODES_AGE] = { "age_ns", "AGE", UNIT_NS, COLUMN_LABEL,
			"how old the numbers of this row are" },
	[NODES_RELEASE] = { "otp_release", "OTP", UNIT_NONE, COLUMN_LABEL,
			    "OTP release" },
	[NODES_PROCESSES] = { "processes", "PROCS", UNIT_COUNT, COLUMN_GAUGE,
			      "processes" },
	[NODES_MEMORY] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_GAUGE,
			   "memory of the node, as erlang:memory(total)" },
	[NODES_REDUCTIONS] = { "reductions_rate", "REDS/s", UNIT_COUNT, COLUMN_LABEL,
			       "reductions a second" },
	[NODES_RUN_QUEUE] = { "run_queue", "RUNQ", UNIT_COUNT, COLUMN_GAUGE,
			      "processes and ports that wait for a scheduler" },
	[NODES_UTILISATION] = { "utilisation", "SCHED", UNIT_RATIO, COLUMN_GAUGE,
				"share of the time that its normal schedulers work" },
	[NODES_UPTIME] = { "uptime_ns", "UPTIME", UNIT_NS, COLUMN_LABEL,
			   "time since the runtime was started" },
	[NODES_TIME] = { "time", "TIME", UNIT_TIME, COLUMN_LABEL,
			 "when the numbers of this row were read", COLUMN_WIDE },
	[NODES_TROUBLE] = { "trouble", "TROUBLE", UNIT_NONE, COLUMN_LABEL,
			    "what is the matter with it" },
};

const struct schema nodes_table_schema = {
	.name = "nodes",
	.help = "the sources of the command line, a row each",
	.columns = columns,
	.ncolumns = NODES_NCOLUMNS,
	.key = NODES_NUMBER,
	.tab = "nodes",
};

struct nodes {
	struct source source; /* first: the ops get a pointer to it */
	struct loop *loop;
	size_t n;
	struct nodes_one (*one)(void *ctx, size_t i);
	void *ctx;
	struct later *waiting;
};

static const char *state_of(const struct link *l)
{
	struct buf b = { 0 };
	bool trouble = link_trouble(l, &b);

	buf_clear(&b);
	if (l->state != LINK_OPEN)
		return l->dialler.dial ? "reconnecting" : "lost";
	return trouble ? "silent" : l->stored ? "file"
			    : l->paused       ? "paused"
					      : "open";
}

static void set_trouble(struct table *t, size_t row, const struct link *l)
{
	struct buf b = { 0 };

	if (link_trouble(l, &b))
		table_set_text(t, row, NODES_TROUBLE,
			       text_of(l->err.kind ? l->err.what : buf_cstr(&b)));
	buf_clear(&b);
}

static void set_number(struct table *t, size_t row, size_t column, double v)
{
	if (isfinite(v) && fabs(v) < 9e18)
		table_set_int(t, row, column, (int64_t)llround(v));
}

static void set_numbers(struct table *t, size_t row, const struct home *h)
{
	set_number(t, row, NODES_PROCESSES, home_number(h, "system", "process_count"));
	set_number(t, row, NODES_MEMORY, home_number(h, "memory", "total"));
	set_number(t, row, NODES_REDUCTIONS, home_number(h, "system", "reductions"));
	set_number(t, row, NODES_RUN_QUEUE, home_number(h, "system", "run_queue"));
	table_set_real(t, row, NODES_UTILISATION,
		       home_number(h, "schedulers", "scheduler"));
	table_set(t, row, NODES_RELEASE, home_fact(h, TEXT("otp_release")));
	table_set(t, row, NODES_UPTIME, home_fact(h, TEXT("uptime_ns")));
}

static void set_times(struct table *t, size_t row, const struct nodes_one *one)
{
	int64_t at_ns = home_read_ns(one->home);

	if (!at_ns)
		return;
	if (!one->link->stored)
		table_set_int(t, row, NODES_AGE, loop_now() - at_ns);
	table_set_int(t, row, NODES_TIME, home_read_wall_ns(one->home));
}

static void add(struct table *t, size_t i, const struct nodes_one *one)
{
	size_t row = table_add(t);

	table_set_int(t, row, NODES_NUMBER, (int64_t)i + 1);
	table_set_text(t, row, NODES_NAME, one->link->name);
	table_set_text(t, row, NODES_STATE, text_of(state_of(one->link)));
	set_trouble(t, row, one->link);
	set_times(t, row, one);
	set_numbers(t, row, one->home);
}

static bool wanted(const struct request *rq, size_t i)
{
	for (size_t k = 0; k < rq->nkeys; k++)
		if (rq->keys[k].type == CELL_INT &&
		    rq->keys[k].v.num == (int64_t)i + 1)
			return true;
	return !rq->keys;
}

static void ask(struct source *s, const struct request *rq, source_done *done, void *ctx)
{
	struct nodes *n = (struct nodes *)s;
	struct sample *sample = sample_new(s, &nodes_table_schema, n->n);

	for (size_t i = 0; i < n->n; i++) {
		struct nodes_one one = n->one(n->ctx, i);

		if (wanted(rq, i))
			add(&sample->table, i, &one);
	}
	for (size_t c = 0; c < NODES_NCOLUMNS; c++)
		table_use(&sample->table, c);
	sample_set_time(sample, loop_now());
	later_answer(&n->waiting, n->loop, loop_now(), done, ctx, sample, NULL);
}

static bool has(struct source *s, const struct schema *schema)
{
	return schema == &nodes_table_schema;
}

static void close_nodes(struct source *s)
{
	struct nodes *n = (struct nodes *)s;

	later_close(&n->waiting, s->name);
	free(n);
}

static const struct source_ops nodes_ops = {
	.kind = "nodes",
	.ask = ask,
	.has = has,
	.close = close_nodes,
};

struct source *nodes_open(struct loop *l, size_t n,
			  struct nodes_one (*one)(void *ctx, size_t i), void *ctx)
{
	struct nodes *s = mem_zalloc(sizeof(*s));

	s->source.ops = &nodes_ops;
	s->source.name = TEXT("all nodes");
	s->loop = l;
	s->n = n;
	s->one = one;
	s->ctx = ctx;
	return &s->source;
}
