/* The dist table: connections to other nodes. */
#include "tables/address.h"
#include "tables/cell.h"
#include "tables/pid.h"
#include "tables/port.h"
#include "tables/question.h"

enum dist_column {
	DIST_NAME,
	DIST_STATE,
	DIST_TYPE,
	DIST_DIRECTION,
	DIST_ADDRESS,
	DIST_RECV_CNT,
	DIST_SEND_CNT,
	DIST_RECV_OCT,
	DIST_SEND_OCT,
	DIST_QUEUE,
	DIST_QUEUE_LIMIT,
	DIST_QUEUE_USED,
	DIST_CONTROLLER,
	DIST_OWNER,
	DIST_OTOSCOPE,
	DIST_NCOLUMNS,
};

static const struct column columns[] = {
	[DIST_NAME] = { "name", "NODE", UNIT_NONE, COLUMN_LABEL,
		"the other node" },
	[DIST_STATE] = { "state", "STATE", UNIT_NONE, COLUMN_LABEL,
		"up, or pending while it is set up" },
	[DIST_TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"visible or hidden" },
	[DIST_DIRECTION] = { "direction", "DIRECTION", UNIT_NONE, COLUMN_LABEL,
		"in: the other node dialled; out: this one did" },
	[DIST_ADDRESS] = { "address", "ADDRESS", UNIT_NONE, COLUMN_LABEL,
		"address and port of the other end" },
	[DIST_RECV_CNT] = { "recv_cnt", "RECV PKT", UNIT_COUNT, COLUMN_COUNTER,
		"packets received" },
	[DIST_SEND_CNT] = { "send_cnt", "SENT PKT", UNIT_COUNT, COLUMN_COUNTER,
		"packets sent" },
	[DIST_RECV_OCT] = { "recv_oct", "RECV", UNIT_BYTES, COLUMN_COUNTER,
		"bytes received; not known where a process is the controller (TLS)" },
	[DIST_SEND_OCT] = { "send_oct", "SENT", UNIT_BYTES, COLUMN_COUNTER,
		"bytes sent; not known where a process is the controller (TLS)" },
	[DIST_QUEUE] = { "queue", "QUEUE", UNIT_BYTES, COLUMN_GAUGE,
		"bytes that wait to be sent" },
	[DIST_QUEUE_LIMIT] = { "queue_limit", "LIMIT", UNIT_BYTES, COLUMN_LABEL,
		"bytes in the queue from which on senders are suspended (+zdbbl)",
		COLUMN_WIDE },
	[DIST_QUEUE_USED] = { "queue_used", "USED", UNIT_RATIO, COLUMN_LABEL,
		"queue / limit" },
	[DIST_CONTROLLER] = { "controller", "CONTROLLER", UNIT_NONE, COLUMN_LABEL,
		"port or process that carries the connection" },
	[DIST_OWNER] = { "owner", "OWNER", UNIT_NONE, COLUMN_LABEL,
		"process that looks after it",
		COLUMN_WIDE, .print = pid_print, .parse = pid_parse },
	[DIST_OTOSCOPE] = { "otoscope", "OTOSCOPE", UNIT_NONE, COLUMN_LABEL,
		"whether an otoscope is at the other end: this one is" },
};

/*
 * net_kernel's table, {connection, Node, ConnId, State, Owner, Controller, _, Address,
 * Waiting, Type, ...} on OTP 23 to 29, without asking net_kernel or the owners.
 *
 * Answers {Limit, [{Node, State, Owner, Controller, Address, Type, InitialCall, Stat,
 * Traffic}, ...]}.
 */
static const char text[] =
	"T = fun(W) -> try W() catch _:_ -> undefined end end,"
	"S = fun(P) -> case erlang:port_info(P, name) of {name, \"tcp_inet\"} ->"
	" prim_inet:getstat(P, [recv_cnt, send_cnt, recv_oct, send_oct]);"
	" _ -> undefined end end,"
	"R = fun(C) -> E = fun(N) -> T(fun() -> erlang:element(N, C) end) end,"
	" {E(2), E(4), E(5), E(6), T(fun() -> erlang:element(2, E(8)) end), E(10),"
	" T(fun() -> erlang:process_info(E(5), initial_call) end),"
	" T(fun() -> erlang:dist_get_stat(E(3)) end),"
	" T(fun() -> S(E(6)) end)} end,"
	"exit({T(fun() -> erlang:system_info(dist_buf_busy_limit) end),"
	" lists:map(R, [C || C <- ets:tab2list(sys_dist),"
	" erlang:element(1, C) =:= connection])}).";

/* Our own names: otoscope-1@otoscope and so on. */
static bool is_otoscope(struct text node)
{
	return text_starts(node, "otoscope-") && text_ends(node, "@otoscope");
}

/* {initial_call, {inet_tcp_dist, do_accept, 7}} */
static const char *direction_of(const struct term *call)
{
	struct text function = term_text(term_at(term_at(call, 1), 1));

	if (text_find(function, TEXT("accept")) < function.len)
		return "in";
	return text_find(function, TEXT("setup")) < function.len ? "out" : NULL;
}

/* {ok, In, Out, Queue} */
static void set_stat(struct table *t, size_t row, const struct term *stat,
		     const struct term *limit)
{
	int64_t most;

	if (!term_is_tuple(stat, 4, "ok"))
		return;
	cell_set_int(t, row, DIST_RECV_CNT, &stat->items[1]);
	cell_set_int(t, row, DIST_SEND_CNT, &stat->items[2]);
	cell_set_int(t, row, DIST_QUEUE, &stat->items[3]);
	cell_set_int(t, row, DIST_QUEUE_LIMIT, limit);
	if (term_int(limit, &most) && most > 0 && !table_null(t, row, DIST_QUEUE))
		table_set_real(t, row, DIST_QUEUE_USED,
			       (double)table_num(t, row, DIST_QUEUE) / (double)most);
}

/* {ok, [{recv_cnt, N}, ...]}: what net_kernel:nodes_info/0 counts; ticks too. */
static void set_traffic(struct table *t, size_t row, const struct term *traffic)
{
	static const struct {
		const char *item;
		size_t column;
	} items[] = {
		{ "recv_cnt", DIST_RECV_CNT },
		{ "send_cnt", DIST_SEND_CNT },
		{ "recv_oct", DIST_RECV_OCT },
		{ "send_oct", DIST_SEND_OCT },
	};

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		const struct term *v = term_get(term_at(traffic, 1), items[i].item);

		if (v)
			cell_set_int(t, row, items[i].column, v);
	}
}

static void set_controller(struct table *t, size_t row, const struct term *controller,
			   struct text home)
{
	struct buf shown = { 0 };

	if (controller->type != TERM_PID && controller->type != TERM_PORT)
		return;
	term_print(&shown, controller, &(struct term_style){ .home = home });
	table_set_text(t, row, DIST_CONTROLLER, buf_text(&shown));
	buf_clear(&shown);
}

static void add_row(struct reading *r, const struct term *c, const struct term *limit)
{
	struct table *t = r->table;
	struct text home = node_name(live_node(r->live));
	const char *direction = direction_of(term_at(c, 6));
	struct address address;
	size_t row;

	if (!term_is_tuple(c, 9, NULL) || c->items[0].type != TERM_ATOM)
		return;
	row = table_add(t);
	cell_set_name(t, row, DIST_NAME, &c->items[0]);
	cell_set_name(t, row, DIST_STATE, &c->items[1]);
	pid_set(t, row, DIST_OWNER, &c->items[2], home);
	set_controller(t, row, &c->items[3], home);
	if (address_read(t->arena, &c->items[4], &address))
		table_set_text(t, row, DIST_ADDRESS, address.whole);
	if (term_is_atom(&c->items[5], "normal"))
		table_set_text(t, row, DIST_TYPE, TEXT("visible"));
	else
		cell_set_name(t, row, DIST_TYPE, &c->items[5]);
	if (direction)
		table_set_text(t, row, DIST_DIRECTION, text_of(direction));
	set_stat(t, row, &c->items[7], limit);
	set_traffic(t, row, &c->items[8]);
	table_set_bool(t, row, DIST_OTOSCOPE, is_otoscope(c->items[0].text));
}

static bool rows(struct reading *r, const struct term *value)
{
	const struct term *list = term_at(value, 1);

	if (!term_is_tuple(value, 2, NULL) || list->type != TERM_LIST)
		return false;
	for (size_t i = 0; i < list->n; i++)
		add_row(r, &list->items[i], &value->items[0]);
	return true;
}

const struct question dist_question = {
	.text = text,
	.rows = rows,
	.answer_bytes = 1 << 20,
};

static const struct readers readers = {
	.live = question_live,
	.question = &dist_question,
};

const struct schema dist_schema = {
	.name = "dist",
	.tab = "network",
	.help = "the connections to other nodes, with their queues",
	.columns = columns,
	.ncolumns = DIST_NCOLUMNS,
	.key = DIST_NAME,
	.readers = &readers,
};
