/*
 * Whose a socket of the socket module is. Those of gen_tcp and gen_udp with
 * inet_backend belong to a server of the kernel application each, which monitors the
 * process that opened it, or was made its controlling process.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "tables/process.h"
#include "tables/socket.h"

/* Servers asked about in one call. */
#define CHUNK 500

struct finding {
	struct reading *reading;
	int64_t timeout_ns;
	void (*done)(void *ctx);
	void *ctx;
	struct arena arena;
	struct table servers;     /* of the processes table: pid, and as parent whose */
	struct pid_map map;
	size_t pending;
};

struct chunk {
	struct finding *finding;
	size_t from;
	size_t n;
};

static bool is_server(struct text initial_call)
{
	static const char *const calls[] = {
		"gen_tcp_socket:init/1", ":gen_tcp_socket.init/1",
		"gen_udp_socket:init/1", ":gen_udp_socket.init/1",
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (text_is(initial_call, calls[i]))
			return true;
	return false;
}

static void finish(struct finding *f)
{
	struct table *t = f->reading->table;
	struct finding end = *f;

	for (size_t row = 0; row < t->nrows; row++) {
		struct cell owner = table_cell(t, row, SOCKETS_OWNER);
		size_t server = owner.type == CELL_ID
					? pid_map_find(&f->map, &f->servers, owner.v.num)
					: TABLE_NONE;

		if (server != TABLE_NONE &&
		    !table_null(&f->servers, server, PROC_PARENT))
			table_set(t, row, SOCKETS_OWNER,
				  table_cell(&f->servers, server, PROC_PARENT));
	}
	pid_map_clear(&f->map);
	arena_clear(&f->arena);
	free(f);
	end.done(end.ctx);
}

static void step(struct finding *f)
{
	if (--f->pending == 0)
		finish(f);
}

/* {monitors, [{process, Pid}, ...]} */
static const struct term *user_of(const struct term *monitors)
{
	const struct term *list = term_at(monitors, 1);

	for (size_t i = 0; term_is_tuple(monitors, 2, "monitors") && i < list->n &&
			   list->type == TERM_LIST;
	     i++)
		if (term_is_tuple(&list->items[i], 2, "process"))
			return term_at(&list->items[i], 1);
	return term_at(monitors, 2); /* nobody */
}

static void users_known(void *ctx, const struct answer *a)
{
	struct chunk c = *(struct chunk *)ctx;
	struct finding *f = c.finding;

	free(ctx);
	for (size_t i = 0; a->kind == ANSWER_RETURN && i < c.n; i++)
		pid_set(&f->servers, c.from + i, PROC_PARENT,
			user_of(term_at(&a->value, i)),
			node_name(live_node(f->reading->live)));
	step(f);
}

/* lists:zipwith(fun erlang:process_info/2, Servers, [monitors, ...]) */
static void ask_users(struct finding *f, size_t from, size_t n)
{
	struct chunk *c = mem_zalloc(sizeof(*c));
	struct buf args = { 0 };

	*c = (struct chunk){ f, from, n };
	etf_list(&args, 3);
	etf_export(&args, TEXT("erlang"), TEXT("process_info"), 2);
	etf_list(&args, n);
	for (size_t i = 0; i < n; i++)
		question_pid(&args, f->reading->live,
			     table_num(&f->servers, from + i, PROC_PID));
	etf_nil(&args);
	etf_list(&args, n);
	for (size_t i = 0; i < n; i++)
		etf_atom_s(&args, "monitors");
	etf_nil(&args);
	etf_nil(&args);
	f->pending++;
	node_call(live_node(f->reading->live), &(struct call){
		.module = "lists",
		.function = "zipwith",
		.args = buf_text(&args),
		.answer_bytes = 256 * n,
		.timeout_ns = f->timeout_ns,
	}, users_known, c);
	buf_clear(&args);
}

static void holders_known(void *ctx, struct sample *sample, const struct err *err)
{
	struct finding *f = ctx;

	for (size_t row = 0; sample && row < sample->table.nrows; row++)
		if (is_server(table_text(&sample->table, row, PROC_INITIAL_CALL)))
			pid_map_add(&f->map, &f->servers,
				    table_num(&sample->table, row, PROC_PID));
	sample_free(sample);
	for (size_t at = 0; at < f->servers.nrows; at += CHUNK)
		ask_users(f, at, f->servers.nrows - at < CHUNK ? f->servers.nrows - at
							       : CHUNK);
	step(f);
}

/* A socket of the socket module: its id is no port. */
static bool is_nif(const struct table *t, size_t row)
{
	return table_cell(t, row, SOCKETS_ID).type == CELL_TEXT;
}

void socket_owners(struct reading *r, int64_t timeout_ns, void (*done)(void *ctx),
		   void *ctx)
{
	struct finding *f = mem_zalloc(sizeof(*f));
	struct cell *keys = mem_alloc((r->table->nrows + 1) * sizeof(*keys));

	*f = (struct finding){
		.reading = r,
		.timeout_ns = timeout_ns,
		.done = done,
		.ctx = ctx,
		.pending = 1,
	};
	table_init(&f->servers, &processes_schema, &f->arena, 0);
	source_ask(live_source(r->live), &(struct request){
		.schema = &processes_schema,
		.columns = column_bit(PROC_PID) | column_bit(PROC_INITIAL_CALL),
		.keys = keys,
		.nkeys = pid_distinct(r->table, SOCKETS_OWNER, is_nif, keys),
		.timeout_ns = timeout_ns,
		.syntax = r->syntax,
	}, holders_known, f);
	free(keys);
}
