#include "trace/aggregate.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"
#include "base/utf8.h"
#include "trace/histogram.h"
#include "trace/tracer.h"

#define NONE UINT32_MAX

/* A function, or a value. */
struct group {
	struct text key;   /* as it is shown */
	uint64_t calls;
	uint64_t exceptions;
	uint64_t ended;    /* calls whose duration is known */
	int64_t total_ns;
	int64_t slowest_ns;
	struct histogram histogram;
};

struct aggregate {
	struct aggregate_options o;
	struct arena arena;    /* keys */
	struct group *groups;  /* [n] the first is that of all others */
	size_t n;
	size_t cap;
	uint32_t *slots;       /* [mask + 1] of groups, by the hash of their keys */
	size_t mask;
	size_t bytes;          /* of keys */
	uint32_t *calls;       /* [ncalls] of the call of that number: its group */
	size_t ncalls;
	size_t calls_cap;
	uint64_t total;        /* calls */
	bool values;           /* ends of calls tell values and exceptions */
	struct buf key;        /* room for the one in hand */
};

static size_t add_group(struct aggregate *a, struct text key)
{
	if (a->n == a->cap)
		a->groups = mem_grow(a->groups, &a->cap, a->n + 1, sizeof(*a->groups));
	a->groups[a->n] = (struct group){ .key = key };
	return a->n++;
}

struct aggregate *aggregate_new(const struct aggregate_options *o)
{
	struct aggregate *a = mem_zalloc(sizeof(*a));

	a->o = *o;
	a->mask = 4 * AGGREGATE_MOST;
	while (a->mask & (a->mask + 1))
		a->mask |= a->mask >> 1;
	a->slots = mem_zalloc((a->mask + 1) * sizeof(*a->slots));
	add_group(a, TEXT(AGGREGATE_OTHERS));
	return a;
}

void aggregate_free(struct aggregate *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++)
		histogram_clear(&a->groups[i].histogram);
	arena_clear(&a->arena);
	buf_clear(&a->key);
	free(a->groups);
	free(a->slots);
	free(a->calls);
	free(a);
}

/* The group of a key; that of all others when there are too many. Slots hold 0 where
 * there is none: no key leads to group 0. */
static size_t group_of(struct aggregate *a, struct text key)
{
	size_t slot = text_hash(key) & a->mask;

	for (; a->slots[slot]; slot = (slot + 1) & a->mask)
		if (text_eq(a->groups[a->slots[slot]].key, key))
			return a->slots[slot];
	if (a->n > AGGREGATE_MOST || key.len > AGGREGATE_BYTES - a->bytes)
		return 0;
	a->bytes += key.len;
	a->slots[slot] = (uint32_t)add_group(a, text_dup(&a->arena, key));
	return a->slots[slot];
}

static size_t group_of_call(struct aggregate *a, const struct event *e)
{
	const struct event_function *f = &e->function;
	struct records_of of = { a->o.records, f->module };
	struct term_style style = a->o.style;
	struct term value;

	style.fields = of.records ? records_fields : NULL;
	style.records = &of;

	buf_reset(&a->key);
	if (!a->o.by)
		term_mfa(&a->key, f->module, f->function, f->arity, a->o.style.syntax);
	else if (style.redact && by_secret(a->o.by, e))
		buf_str(&a->key, "[redacted]");
	else if (by_find(a->o.by, e, &value))
		term_print(&a->key, &value, &style);
	else
		return 0;
	return group_of(a, buf_text(&a->key));
}

/* What is numbered higher than a trace can count has no end that is known. */
static void remember(struct aggregate *a, uint64_t number, size_t group)
{
	size_t most = (size_t)TRACE_CALLS_MAX * 64;

	if (number == 0 || number > most)
		return;
	if (number > a->calls_cap)
		a->calls = mem_grow(a->calls, &a->calls_cap, number, sizeof(*a->calls));
	while (a->ncalls < number)
		a->calls[a->ncalls++] = NONE;
	a->calls[number - 1] = (uint32_t)group;
}

static void on_call(struct aggregate *a, const struct event *e)
{
	size_t group = group_of_call(a, e);

	a->groups[group].calls++;
	a->total++;
	remember(a, e->number, group);
}

static void on_end(struct aggregate *a, const struct event *e)
{
	struct group *g;

	if (e->number == 0 || e->number > a->ncalls || a->calls[e->number - 1] == NONE)
		return;
	g = &a->groups[a->calls[e->number - 1]];
	a->calls[e->number - 1] = NONE;
	g->exceptions += e->kind == EVENT_EXCEPTION;
	a->values |= e->kind == EVENT_EXCEPTION || e->has_value;
	if (e->duration_ns < 0)
		return;
	g->ended++;
	if (__builtin_add_overflow(g->total_ns, e->duration_ns, &g->total_ns))
		g->total_ns = INT64_MAX;
	if (e->duration_ns > g->slowest_ns)
		g->slowest_ns = e->duration_ns;
	if (a->o.histogram)
		histogram_add(&g->histogram, e->duration_ns);
}

void aggregate_event(struct aggregate *a, const struct event *e)
{
	if (e->kind == EVENT_CALL)
		on_call(a, e);
	if (e->kind == EVENT_RETURN || e->kind == EVENT_EXCEPTION)
		on_end(a, e);
}

/*
 * Tables.
 */

enum {
	VALUE, VALUE_CALLS, VALUE_SHARE, VALUE_EXCEPTIONS, VALUE_TIME, VALUE_EACH,
	VALUE_SLOWEST, VALUE_N
};

static const struct column value_columns[] = {
	[VALUE] = { "value", "VALUE", UNIT_NONE, COLUMN_LABEL,
		"of the argument; " AGGREGATE_OTHERS ": all that are not told apart" },
	[VALUE_CALLS] = { "calls", "CALLS", UNIT_COUNT, COLUMN_LABEL,
		"calls with this value" },
	[VALUE_SHARE] = { "share", "SHARE", UNIT_RATIO, COLUMN_LABEL, "of all calls" },
	[VALUE_EXCEPTIONS] = { "exceptions", "EXCEPTIONS", UNIT_COUNT, COLUMN_LABEL,
		"calls that ended in an exception; needs '-> return'" },
	[VALUE_TIME] = { "time_ns", "TIME", UNIT_NS, COLUMN_LABEL,
		"what the calls took together" },
	[VALUE_EACH] = { "time_per_call_ns", "A CALL", UNIT_NS, COLUMN_LABEL,
		"the same divided by the calls whose duration is known" },
	[VALUE_SLOWEST] = { "slowest_ns", "SLOWEST", UNIT_NS, COLUMN_LABEL,
		"the longest of them" },
};

enum { ROW, GROUP, FROM, TO, COUNTED, CALLS, MIN, MEDIAN, P99, MAX, TOTAL, BUCKET_N };

static const struct column bucket_columns[] = {
	[ROW] = { "row", "ROW", UNIT_NONE, COLUMN_LABEL, "the number of the row",
		COLUMN_ASKED },
	[GROUP] = { "subject", "SUBJECT", UNIT_NONE, COLUMN_LABEL,
		"the function, or with --by the value" },
	[FROM] = { "from_ns", "FROM", UNIT_NS, COLUMN_LABEL, "calls that took so long" },
	[TO] = { "to_ns", "TO", UNIT_NS, COLUMN_LABEL, "and less than this" },
	[COUNTED] = { "count", "COUNT", UNIT_COUNT, COLUMN_LABEL, "how many" },
	[CALLS] = { "calls", "CALLS", UNIT_COUNT, COLUMN_LABEL,
		"of the function or value, with those whose duration is not known" },
	[MIN] = { "min_ns", "MIN", UNIT_NS, COLUMN_LABEL, "its shortest" },
	[MEDIAN] = { "median_ns", "MEDIAN", UNIT_NS, COLUMN_LABEL, "its median" },
	[P99] = { "p99_ns", "P99", UNIT_NS, COLUMN_LABEL, "its 99th percentile" },
	[MAX] = { "max_ns", "MAX", UNIT_NS, COLUMN_LABEL, "its longest" },
	[TOTAL] = { "total_ns", "TOTAL", UNIT_NS, COLUMN_LABEL, "all together" },
};

static const struct schema values_schema = {
	.name = "trace_values",
	.help = "the most frequent values of an argument",
	.columns = value_columns,
	.ncolumns = VALUE_N,
	.key = VALUE,
	.sort = "calls",
};

static const struct schema buckets_schema = {
	.name = "trace_durations",
	.help = "how long calls took",
	.columns = bucket_columns,
	.ncolumns = BUCKET_N,
	.key = ROW,
};

const struct schema *aggregate_schema(bool histogram)
{
	return histogram ? &buckets_schema : &values_schema;
}

static void add_value(const struct aggregate *a, const struct group *g, struct table *t)
{
	size_t row = table_add(t);

	table_set_text(t, row, VALUE, g->key);
	table_set_int(t, row, VALUE_CALLS, (int64_t)g->calls);
	table_set_real(t, row, VALUE_SHARE, (double)g->calls / (double)a->total);
	if (a->values)
		table_set_int(t, row, VALUE_EXCEPTIONS, (int64_t)g->exceptions);
	if (g->ended == 0)
		return;
	table_set_int(t, row, VALUE_TIME, g->total_ns);
	table_set_int(t, row, VALUE_EACH, g->total_ns / (int64_t)g->ended);
	table_set_int(t, row, VALUE_SLOWEST, g->slowest_ns);
}

static void add_buckets(struct group *g, struct table *t)
{
	struct histogram *h = &g->histogram;
	int64_t median = histogram_quantile(h, 0.5);
	int64_t p99 = histogram_quantile(h, 0.99);
	size_t from, to;

	histogram_range(h, &from, &to);
	for (size_t i = from; i < to; i++) {
		size_t row = table_add(t);
		const int64_t numbers[] = {
			[ROW] = (int64_t)row + 1,
			[FROM] = histogram_from(i),
			[TO] = histogram_from(i + 1),
			[COUNTED] = (int64_t)h->counts[i],
			[CALLS] = (int64_t)g->calls,
			[MIN] = h->min_ns,
			[MEDIAN] = median,
			[P99] = p99,
			[MAX] = h->max_ns,
			[TOTAL] = h->total_ns,
		};

		for (size_t c = 0; c < BUCKET_N; c++) {
			if (c == GROUP)
				table_set_text(t, row, c, g->key);
			else
				table_set_int(t, row, c, numbers[c]);
		}
	}
}

struct ranked {
	struct group *group;
};

/* Most calls first; ties as they came. */
static int compare(const void *left, const void *right)
{
	const struct group *a = ((const struct ranked *)left)->group;
	const struct group *b = ((const struct ranked *)right)->group;

	if (a->calls != b->calls)
		return a->calls < b->calls ? 1 : -1;
	return (a > b) - (a < b);
}

/* [a->n] in order, all others last; those without a call are left out. */
static struct ranked *sorted(struct aggregate *a, size_t *n)
{
	struct ranked *at = mem_alloc(a->n * sizeof(*at));

	*n = 0;
	for (size_t i = 1; i < a->n; i++)
		at[(*n)++].group = &a->groups[i];
	qsort(at, *n, sizeof(*at), compare);
	if (a->groups[0].calls)
		at[(*n)++].group = &a->groups[0];
	return at;
}

void aggregate_table(struct aggregate *a, struct table *t)
{
	size_t n;
	struct ranked *at = sorted(a, &n);

	for (size_t i = 0; i < n; i++) {
		if (a->o.histogram)
			add_buckets(at[i].group, t);
		else
			add_value(a, at[i].group, t);
	}
	free(at);
}

static void print_group(const struct aggregate *a, struct buf *out, struct group *g,
			size_t width)
{
	struct histogram *h = &g->histogram;

	utf8_show(out, g->key, a->o.ascii, SIZE_MAX);
	buf_printf(out, ": %" PRIu64 " call%s", g->calls, g->calls == 1 ? "" : "s");
	if (h->n) {
		buf_str(out, ", together ");
		units_human(out, (double)h->total_ns, UNIT_NS);
	}
	if (g->calls > h->n)
		buf_printf(out, ", %" PRIu64 " of them without a duration",
			   g->calls - h->n);
	buf_char(out, '\n');
	if (h->n == 0)
		return;
	buf_str(out, "  ");
	histogram_summary(out, h);
	buf_char(out, '\n');
	histogram_print(out, h, width, a->o.ascii);
}

void aggregate_print(struct aggregate *a, struct buf *out, size_t width, size_t most)
{
	size_t n;
	struct ranked *at = sorted(a, &n);
	size_t shown = most && most < n ? most : n;

	for (size_t i = 0; i < shown; i++) {
		buf_str(out, i ? "\n" : "");
		print_group(a, out, at[i].group, width);
	}
	if (shown < n)
		buf_printf(out, "\n... (%zu more)\n", n - shown);
	free(at);
}
