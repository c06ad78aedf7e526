/*
 * info without a process: the node itself.
 */
#include "cmd/info.h"
#include "cmd/process.h"
#include "node/caps.h"
#include "source/recording.h"
#include "tables/system.h"

static void on_caps(void *ctx)
{
	cmd_answered(ctx, NULL);
}

static void add_cell(struct fields *f, const char *name, const struct table *t,
		     size_t row, size_t column)
{
	struct column about = { .name = name, .unit = table_unit(t, row, column) };

	fields_cell(f, &about, table_cell(t, row, column));
}

static size_t row_of(const struct table *t, const char *name)
{
	struct text wanted = text_of(name);

	return table_find(t, (struct cell){ CELL_TEXT, { .text = &wanted } });
}

static void add_fact(struct fields *f, const struct table *t, const char *name)
{
	size_t row = row_of(t, name);

	if (row == TABLE_NONE)
		fields_null(f, name);
	else
		add_cell(f, name, t, row, SYSTEM_VALUE);
}

/* {value, limit} of what has one. */
static struct fields *limits_of(struct cmd_context *c, const struct table *t)
{
	struct fields *f = fields_new(c->arena);

	for (size_t row = 0; row < t->nrows; row++) {
		struct fields *one;

		if (table_null(t, row, SYSTEM_LIMIT))
			continue;
		one = fields_new(c->arena);
		add_cell(one, "value", t, row, SYSTEM_VALUE);
		add_cell(one, "limit", t, row, SYSTEM_LIMIT);
		fields_object(f, text_cstr(c->arena, table_text(t, row, SYSTEM_NAME)),
			      one);
	}
	return f;
}

/* Where we dialled and who we are there. The cookie's value is never shown, only where it
 * came from. */
static struct fields *attached_of(struct cmd_context *c, const struct node *n)
{
	struct fields *f = fields_new(c->arena);
	struct buf address = { 0 };

	node_peer(n, &address);
	fields_text(f, "our_name", node_our_name(n));
	fields_text(f, "address", buf_text(&address));
	fields_text_or_null(f, "cookie_from", node_cookie_from(n));
	buf_clear(&address);
	return f;
}

static void add_cap_text(struct fields *list, struct cmd_context *c, size_t cap, bool has)
{
	fields_text(list, cap_rows[cap].name,
		    text_printf(c->arena, "%s (%s)", has ? "yes" : "no",
				cap_rows[cap].help));
}

/* For people a line each; for programs a list of objects. */
static void add_caps(struct fields *all, struct cmd_context *c, const struct node *n)
{
	struct fields *list = fields_new(c->arena);

	for (size_t i = 0; i < CAP_COUNT && c->format->human; i++)
		add_cap_text(list, c, i, node_can(n, (enum cap)i) == CAP_YES);
	for (size_t i = 0; i < CAP_COUNT && !c->format->human; i++) {
		struct fields *one = fields_new(c->arena);

		fields_text(one, "name", text_of(cap_rows[i].name));
		fields_bool(one, "has", node_can(n, (enum cap)i) == CAP_YES);
		fields_text(one, "for", text_of(cap_rows[i].help));
		fields_object(list, "", one);
	}
	(c->format->human ? fields_object : fields_list)(all, "capabilities", list);
}

static struct fields *cost_of(struct cmd_context *c, const struct node *n)
{
	struct node_cost cost = node_cost(n);
	struct fields *f = fields_new(c->arena);

	fields_int(f, "requests", UNIT_COUNT, (int64_t)cost.calls);
	fields_int(f, "bytes_out", UNIT_BYTES, (int64_t)cost.bytes_out);
	fields_int(f, "bytes_in", UNIT_BYTES, (int64_t)cost.bytes_in);
	fields_int(f, "helpers_ns", UNIT_NS, cost.helpers_ns);
	return f;
}

/* What is shown of the node; then what it can run out of. */
static const char *const facts[] = {
	"otp_release",
	"erts_version",
	"emulator",
	"architecture",
	"elixir_version",
	"uptime_ns",
};
static const char *const limits[] = {
	"process_count",
	"port_count",
	"atom_count",
	"fd_count",
};
#define NFACTS (sizeof(facts) / sizeof(facts[0]))
#define NLIMITS (sizeof(limits) / sizeof(limits[0]))

/* NULL as cmd_ask() says. */
static struct sample *ask_system(struct cmd_context *c, struct err *err)
{
	struct text *names = arena_many(c->arena, NFACTS + NLIMITS, struct text);
	struct cell *keys = arena_many(c->arena, NFACTS + NLIMITS, struct cell);

	for (size_t i = 0; i < NFACTS + NLIMITS; i++) {
		names[i] = text_of(i < NFACTS ? facts[i] : limits[i - NFACTS]);
		keys[i] = (struct cell){ CELL_TEXT, { .text = &names[i] } };
	}
	return cmd_ask(c, &(struct request){
		.schema = &system_schema,
		.columns = schema_all(&system_schema),
		.keys = keys,
		.nkeys = NFACTS + NLIMITS,
		.timeout_ns = c->options.timeout_ns,
		.syntax = c->options.syntax,
	}, err);
}

static void add_system(struct cmd_context *c, struct fields *all, const struct table *t,
		       size_t first)
{
	for (size_t i = first; i < NFACTS; i++)
		add_fact(all, t, facts[i]);
	fields_object(all, "limits", limits_of(c, t));
}

static void print(struct cmd_context *c, const struct node *n, const struct table *t)
{
	struct fields all;

	fields_init(&all, c->arena);
	fields_text(&all, "name", node_name(n));
	fields_text(&all, "kind", TEXT("live"));
	add_system(c, &all, t, 0);
	fields_object(&all, "attached", attached_of(c, n));
	add_caps(&all, c, n);
	fields_object(&all, "cost", cost_of(c, n));
	cmd_print_object(c, &all);
}

/* With what the node last said of itself, if that was recorded. */
static bool print_recording(struct cmd_context *c, struct recording *r,
			    struct err *err)
{
	struct fields all;
	struct sample *s;
	struct err none = { 0 };

	fields_init(&all, c->arena);
	if (!recording_info_add(c, r, &all, err))
		return false;
	s = ask_system(c, &none);
	if (s)
		add_system(c, &all, &s->table, 1); /* it knows its release */
	else if (none.kind == ERR_FORMAT)
		*err = none;
	sample_free(s);
	if (err->kind == ERR_NONE)
		cmd_print_object(c, &all);
	return err->kind == ERR_NONE;
}

bool source_info(struct cmd_context *c, struct err *err)
{
	struct waiting *caps = arena_new(c->arena, struct waiting);
	struct recording *r = recording_of(c->sources[0]);
	struct sample *system;
	struct live *l;

	if (r)
		return print_recording(c, r, err);
	l = cmd_live(c, err);
	if (!l)
		return false;
	caps_probe(live_node(l), (1U << CAP_COUNT) - 1, on_caps, caps);
	system = ask_system(c, err);
	if (system && cmd_wait_answer(c, caps, err))
		print(c, live_node(l), &system->table);
	sample_free(system);
	return err->kind == ERR_NONE;
}
