/*
 * nodes: the Erlang nodes of this host, as a table that was not asked of any of them.
 */
#include "cmd/commands.h"
#include "cmd/table.h"
#include "source/memory.h"

enum {
	NAME,
	OS_PID,
	PORT,
	RELEASE,
	UPTIME,
	COOKIE,
	COOKIE_FROM,
	SOURCE,
	TLS,
	ELSEWHERE,
	COLUMNS,
};

static const struct column columns[] = {
	[NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"name of the node" },
	[OS_PID] = { "os_pid", "OS PID", UNIT_NONE, COLUMN_LABEL,
		"its process on this host", COLUMN_LEFT },
	[PORT] = { "port", "PORT", UNIT_NONE, COLUMN_LABEL,
		"its distribution port", COLUMN_LEFT },
	[RELEASE] = { "release", "OTP", UNIT_NONE, COLUMN_LABEL,
		"its OTP release" },
	[UPTIME] = { "uptime", "UPTIME", UNIT_NS, COLUMN_LABEL,
		"how long its process has been running" },
	[COOKIE] = { "cookie", "COOKIE", UNIT_NONE, COLUMN_LABEL,
		"whether its cookie was found" },
	[COOKIE_FROM] = { "cookie_from", "COOKIE FROM", UNIT_NONE, COLUMN_LABEL,
		"where its cookie was found" },
	[SOURCE] = { "source", "SOURCE", UNIT_NONE, COLUMN_LABEL,
		"what to give as SOURCE to attach to it", COLUMN_WIDE },
	[TLS] = { "tls", "TLS", UNIT_NONE, COLUMN_LABEL,
		"whether it speaks only TLS", COLUMN_WIDE },
	[ELSEWHERE] = { "container", "CONTAINER", UNIT_NONE, COLUMN_LABEL,
		"whether it is in another network namespace", COLUMN_WIDE },
};

const struct schema nodes_schema = {
	.name = "nodes",
	.help = "the Erlang nodes of this host",
	.columns = columns,
	.ncolumns = COLUMNS,
	.key = SOURCE,
};

static void set_text(struct table *t, size_t row, size_t column, struct text v)
{
	if (v.len)
		table_set_text(t, row, column, v);
}

/* A name that we can dial from here is what people know; else the process. */
static void set_source(struct table *t, size_t row, const struct local_node *n)
{
	struct buf pid = { 0 };

	buf_printf(&pid, "os:%d", n->os_pid);
	if (n->name.len && !n->other_namespace)
		table_set_text(t, row, SOURCE, n->name);
	else if (n->os_pid)
		table_set_text(t, row, SOURCE, buf_text(&pid));
	buf_clear(&pid);
}

static void add(struct table *t, const struct local_node *n, int64_t now_ns)
{
	size_t row = table_add(t);

	set_source(t, row, n);
	set_text(t, row, NAME, n->name);
	if (n->os_pid)
		table_set_int(t, row, OS_PID, n->os_pid);
	if (n->port)
		table_set_int(t, row, PORT, n->port);
	set_text(t, row, RELEASE, n->release);
	if (n->started_wall_ns)
		table_set_int(t, row, UPTIME,
			      now_ns > n->started_wall_ns ? now_ns - n->started_wall_ns
							  : 0);
	table_set_bool(t, row, COOKIE, n->cookie);
	set_text(t, row, COOKIE_FROM, n->cookie_from);
	table_set_bool(t, row, TLS, n->tls);
	table_set_bool(t, row, ELSEWHERE, n->other_namespace);
}

/* A source that holds what was found; NULL with an err when that could not be looked
 * up. */
static struct source *look(struct cmd_context *c, struct err *err)
{
	struct target_options options = cmd_target_options(c);
	struct arena scratch = { 0 };
	struct local_node *nodes;
	struct source *s;
	struct table t;
	size_t n;

	if (!local_nodes(&c->machine, &options, &scratch, &nodes, &n, err)) {
		arena_clear(&scratch);
		return NULL;
	}
	table_init(&t, &nodes_schema, &scratch, n);
	for (size_t i = 0; i < n; i++)
		add(&t, &nodes[i], loop_wall());
	s = memory_open(c->loop, TEXT("this host"));
	memory_put(s, &t);
	arena_clear(&scratch);
	return s;
}

bool nodes_run(struct cmd_context *c, struct err *err)
{
	struct query_options o = table_options(c, &nodes_schema);
	struct source *s = look(c, err);
	bool ok;

	if (!s)
		return false;
	c->sources = &s;
	c->nsources = 1;
	ok = table_run_with(c, &nodes_schema, &o, table_print, err);
	c->sources = NULL;
	c->nsources = 0;
	source_close(s);
	return ok;
}
