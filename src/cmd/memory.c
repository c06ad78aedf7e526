/*
 * memory: for people the table, and below it what the operating system says; in JSON one
 * object with a key a kind.
 */
#include "tables/memory.h"

#include "cmd/commands.h"
#include "cmd/table.h"
#include "tables/os_memory.h"

/* The columns that the objects are made of. */
static const struct text columns[] = { TEXT_INIT("name"), TEXT_INIT("bytes") };
static const struct text columns_window[] = {
	TEXT_INIT("name"), TEXT_INIT("bytes"), TEXT_INIT("bytes_growth"),
};

/* The keys of objects live in the arena of their fields. */
static const char *key(const struct result *r, size_t row, struct arena *a)
{
	return text_cstr(a, table_text(&r->table, row, r->columns[0]));
}

static void add_number(struct fields *f, const char *name, struct cell c)
{
	if (c.type == CELL_INT)
		fields_int(f, name, UNIT_BYTES, c.v.num);
	else
		fields_null(f, name);
}

/* What it was before the window. */
static struct cell before(struct cell bytes, struct cell growth)
{
	if (bytes.type != CELL_INT || growth.type != CELL_INT)
		return (struct cell){ .type = CELL_NULL };
	bytes.v.num -= growth.v.num;
	return bytes;
}

static void add_window(struct fields *f, const struct result *r, size_t row,
		       struct fields parts[3])
{
	const char *name = key(r, row, f->arena);
	struct cell bytes = table_cell(&r->table, row, r->columns[1]);
	struct cell growth = table_cell(&r->table, row, r->columns[2]);

	add_number(&parts[0], name, before(bytes, growth));
	add_number(&parts[1], name, bytes);
	add_number(&parts[2], name, growth);
}

/* All rows of one node; node is TABLE_NONE where there is only one. */
static void add_node(struct fields *f, const struct result *r, size_t node,
		     struct text name)
{
	static const char *const names[] = { "before", "after", "growth" };
	struct fields *parts = arena_many(f->arena, 3, struct fields);
	bool window = r->ncolumns > 2;

	for (size_t i = 0; i < 3; i++)
		fields_init(&parts[i], f->arena);
	for (size_t i = 0; i < r->rows.n; i++) {
		size_t row = r->rows.at[i];

		if (node != TABLE_NONE &&
		    !text_eq(table_text(&r->table, row, node), name))
			continue;
		if (window)
			add_window(f, r, row, parts);
		else
			add_number(f, key(r, row, f->arena),
				   table_cell(&r->table, row, r->columns[1]));
	}
	for (size_t i = 0; window && i < 3; i++)
		fields_object(f, names[i], &parts[i]);
	if (window)
		fields_int(f, "window_ns", UNIT_NS, r->span_ns);
}

static void print_objects(struct cmd_context *c, const struct query *q,
			  const struct result *r)
{
	struct arena scratch = { 0 };
	size_t node = schema_find(query_schema(q), TEXT("node"));
	struct fields all;

	fields_init(&all, &scratch);
	if (node == TABLE_NONE)
		add_node(&all, r, node, TEXT(""));
	for (size_t i = 0; i < c->nsources && node != TABLE_NONE; i++) {
		struct fields *one = fields_new(&scratch);

		add_node(one, r, node, c->sources[i]->name);
		fields_object(&all, text_cstr(&scratch, c->sources[i]->name), one);
	}
	cmd_print_object(c, &all);
	arena_clear(&scratch);
}

/* For people: what of it tells whether there is a gap, and where the limit is. */
static bool worth_showing(struct text name)
{
	static const char *const names[] = {
		"used", "allocated", "rss", "gap", "cgroup_current", "cgroup_limit",
		"machine_total",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_is(name, names[i]))
			return true;
	return false;
}

static void keep_worth_showing(struct result *r)
{
	size_t name = schema_find(r->table.schema, TEXT("name"));
	size_t n = 0;

	for (size_t i = 0; i < r->rows.n; i++)
		if (worth_showing(table_text(&r->table, r->rows.at[i], name)))
			r->rows.at[n++] = r->rows.at[i];
	r->rows.n = r->total = n;
}

/* What is known of it; a source that has none of it is no failure. */
static void print_beside(struct cmd_context *c)
{
	static const struct text known[] = { TEXT_INIT("bytes != null") };
	struct query_options o = {
		.where = known,
		.nwhere = 1,
		.at = c->options.at,
		.timeout_ns = c->options.timeout_ns,
		.brief = true,
		.node = c->nasked > 1,
	};
	struct query *q = query_new(&os_memory_schema, &o, NULL);
	struct waiting_result b = { 0 };
	struct query_run *run = query_start(q, c->loop, c->sources, c->nsources,
					    table_answered, &b);

	if (!cmd_wait(c, &b.done, "asking what the operating system says"))
		query_cancel(run);
	else
		keep_worth_showing(b.result);
	if (b.result && b.result->rows.n)
		table_print(c, q, b.result);
	result_free(b.result);
	query_free(q);
}

static void print_both(struct cmd_context *c, const struct query *q,
		       const struct result *r)
{
	table_print(c, q, r);
	print_beside(c);
}

bool memory_run(struct cmd_context *c, struct err *err)
{
	struct query_options o = table_options(c, &memory_schema);
	bool rows = text_is(text_of(c->format->name), "text") ||
		    text_is(text_of(c->format->name), "csv");

	if (c->format->human && !o.ncolumns && !o.nwhere && !o.limit)
		return table_run_with(c, &memory_schema, &o, print_both, err);
	if (rows || o.ncolumns)
		return table_run(c, err);
	o.columns = o.window_ns ? columns_window : columns;
	o.ncolumns = o.window_ns ? 3 : 2;
	return table_run_with(c, &memory_schema, &o, print_objects, err);
}
