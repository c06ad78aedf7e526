/* What is asked of the target about its sockets, and how it becomes a row. */
#include "tables/address.h"
#include "tables/cell.h"
#include "tables/pid.h"
#include "tables/port.h"
#include "tables/socket.h"

#define BIT(column) ((uint64_t)1 << (column))
#define LOCAL (BIT(SOCKETS_LOCAL) | BIT(SOCKETS_LOCAL_ADDRESS) | BIT(SOCKETS_LOCAL_PORT))
#define PEER (BIT(SOCKETS_PEER) | BIT(SOCKETS_PEER_ADDRESS) | BIT(SOCKETS_PEER_PORT))
#define KIND (BIT(SOCKETS_PROTOCOL) | BIT(SOCKETS_DOMAIN) | BIT(SOCKETS_TYPE))
#define STATE BIT(SOCKETS_STATE)
#define OWNER BIT(SOCKETS_OWNER)
#define EVERY (~(uint64_t)0)

/*
 * A: {Function, Argument} for the ports of a chunk, Argument [] where there is none;
 * B: {How, What} for the sockets of the socket module, whose part of the runtime is
 * preloaded; socket_registry:which_sockets/1 wants a function before OTP 24, and
 * otherwise true, so that it runs nothing for it.
 *
 * An answer is {Last, {..., {First, []}}}. All work per socket is compiled code. What
 * fails for one, since it was closed meanwhile, is done again one by one. Ports come
 * first in a listing, but keys come as they rank. The names of all ports at once would
 * be too large for the helper where there are tens of thousands.
 */
static const char text[] =
	"D = fun(X, Y) -> lists:duplicate(Y, X) end,"
	"T = fun(W, X, Y) -> try lists:map(W, X) catch _:_ -> lists:map(fun(V) ->"
	" try W(V) catch _:_ -> Y end end, X) end end,"
	"H = fun(X, Y) -> lists:foldl(fun"
	" ({W, []}, S) -> lists:zip(lists:map(W, X), S);"
	" ({W, V}, S) -> lists:zip(lists:zipwith(W, X, D(V, Y)), S) end,"
	" D([], Y), A) end,"
	"E = fun(W, X, V, Y) -> lists:zipwith3(fun maps:get/3, D(W, Y), X, D(V, Y)) end,"
	"Q = fun(X, Y) -> R = lists:zipwith(fun erlang:element/2, D(2, Y), X),"
	" I = T(fun prim_socket:info/1, R, #{}), L = E(counters, I, #{}, Y),"
	" lists:foldl(fun"
	" ({info, W}, S) -> lists:zip(E(W, I, [], Y), S);"
	" ({counter, W}, S) -> lists:zip(E(W, L, [], Y), S);"
	" ({call, W}, S) -> lists:zip(T(W, R, []), S);"
	" ({listening, _}, S) -> lists:zip(case I of [#{rstates := _}|_] -> D([], Y);"
	" _ -> T(fun(V) -> socket:getopt({'$socket', V}, socket, acceptconn) end, R, [])"
	" end, S) end, D([], Y), B) end,"
	"W = fun({X, Y}, C, M) -> I = lists:append(X, Y),"
	" S = lists:append(H(X, erlang:length(X)), Q(Y, erlang:length(Y))),"
	" case I of C -> S; _ -> lists:zipwith(fun erlang:map_get/2, C,"
	" D(maps:from_list(lists:zip(I, S)), M)) end end,"
	"O = ets:match_spec_compile([{{{name, \"tcp_inet\"}, '$1'}, [], ['$1']},"
	" {{{name, \"udp_inet\"}, '$1'}, [], ['$1']},"
	" {{{name, \"sctp_inet\"}, '$1'}, [], ['$1']}]),"
	"V = fun G([], _, S) -> lists:append(S);"
	" G(X, Y, S) -> N = erlang:min(Y, 1000), {I, R} = lists:split(N, X),"
	" G(R, Y - N, [ets:match_spec_run(lists:zip(lists:zipwith("
	"fun erlang:port_info/2, I, D(name, N)), I), O)|S]) end,"
	"S = fun() -> try socket_registry:which_sockets(true) catch _:_ ->"
	" try socket_registry:which_sockets(fun erlang:is_map/1) catch _:_ -> [] end end"
	" end,"
	QUESTION_LISTING("begin X = erlang:ports(),"
		" lists:append(V(X, erlang:length(X), []), S()) end",
		"W(lists:partition(fun erlang:is_port/1, C), C, M)", "250");

/* What is asked of ports. */
enum port_ask {
	PORT_NAME,
	PORT_CONNECTED,
	PORT_MEMORY,
	PORT_TYPE,
	PORT_STATUS,
	PORT_STAT,
	PORT_SOCKNAME,
	PORT_PEERNAME,
	PORT_NASKS,
};

#define STATS \
	(BIT(SOCKETS_RECV_OCT) | BIT(SOCKETS_SEND_OCT) | BIT(SOCKETS_OCT) | \
	 BIT(SOCKETS_RECV_CNT) | BIT(SOCKETS_SEND_CNT) | BIT(SOCKETS_CNT) | \
	 BIT(SOCKETS_SEND_PEND) | BIT(SOCKETS_RECV_MAX) | BIT(SOCKETS_RECV_AVG) | \
	 BIT(SOCKETS_RECV_DVI) | BIT(SOCKETS_SEND_MAX) | BIT(SOCKETS_SEND_AVG))

static const struct {
	uint64_t columns; /* for which it is asked */
	const char *module;
	const char *function;
	const char *item; /* its argument; NULL: none */
} port_asks[PORT_NASKS] = {
	[PORT_NAME] = { ~(STATS | BIT(SOCKETS_ID) | BIT(SOCKETS_BACKEND)), "erlang",
		"port_info", "name" },
	[PORT_CONNECTED] = { OWNER, "erlang", "port_info", "connected" },
	[PORT_MEMORY] = { BIT(SOCKETS_MEMORY), "erlang", "port_info", "memory" },
	[PORT_TYPE] = { KIND, "prim_inet", "gettype", NULL },
	[PORT_STATUS] = { STATE | BIT(SOCKETS_BUSY), "prim_inet", "getstatus", NULL },
	[PORT_STAT] = { STATS, "prim_inet", "getstat", "" },
	[PORT_SOCKNAME] = { LOCAL, "prim_inet", "sockname", NULL },
	[PORT_PEERNAME] = { PEER, "prim_inet", "peername", NULL },
};

/* The items of inet:getstat/2, and the counters of the socket module that count the
 * same. */
static const struct stat {
	size_t column;
	const char *item;
	uint64_t columns; /* for which it is read */
	const char *counter;
} stats[] = {
	{ SOCKETS_RECV_OCT, "recv_oct", BIT(SOCKETS_OCT), "read_byte" },
	{ SOCKETS_SEND_OCT, "send_oct", BIT(SOCKETS_OCT), "write_byte" },
	{ SOCKETS_RECV_CNT, "recv_cnt", BIT(SOCKETS_CNT), "read_pkg" },
	{ SOCKETS_SEND_CNT, "send_cnt", BIT(SOCKETS_CNT), "write_pkg" },
	{ SOCKETS_SEND_PEND, "send_pend", 0, NULL },
	{ SOCKETS_RECV_MAX, "recv_max", 0, "read_pkg_max" },
	{ SOCKETS_RECV_AVG, "recv_avg", 0, NULL },
	{ SOCKETS_RECV_DVI, "recv_dvi", 0, NULL },
	{ SOCKETS_SEND_MAX, "send_max", 0, "write_pkg_max" },
	{ SOCKETS_SEND_AVG, "send_avg", 0, NULL },
};
#define NSTATS (sizeof(stats) / sizeof(stats[0]))

/* What is asked of sockets of the socket module; the counters come behind. */
enum nif_ask {
	NIF_OWNER,
	NIF_CTRL, /* the owner's name on OTP 23 */
	NIF_DOMAIN,
	NIF_TYPE,
	NIF_PROTOCOL,
	NIF_RSTATES,
	NIF_WSTATES,
	NIF_ACCEPTORS,
	NIF_WRITERS,
	NIF_LISTENING,
	NIF_SOCKNAME,
	NIF_PEERNAME,
	NIF_NASKS,
};

static const struct {
	uint64_t columns;
	const char *how;
	const char *what;
} nif_asks[NIF_NASKS] = {
	[NIF_OWNER] = { EVERY, "info", "owner" },
	[NIF_CTRL] = { EVERY, "info", "ctrl" },
	[NIF_DOMAIN] = { KIND, "info", "domain" },
	[NIF_TYPE] = { KIND, "info", "type" },
	[NIF_PROTOCOL] = { KIND, "info", "protocol" },
	[NIF_RSTATES] = { STATE, "info", "rstates" },
	[NIF_WSTATES] = { STATE, "info", "wstates" },
	[NIF_ACCEPTORS] = { STATE, "info", "num_acceptors" },
	[NIF_WRITERS] = { BIT(SOCKETS_BUSY), "info", "num_writers" },
	[NIF_LISTENING] = { STATE, "listening", "" },
	[NIF_SOCKNAME] = { LOCAL | STATE, "call", "sockname" },
	[NIF_PEERNAME] = { PEER | STATE, "call", "peername" },
};

static bool wants_stat(uint64_t columns, const struct stat *s)
{
	return columns & (s->columns | BIT(s->column));
}

/*
 * The bindings.
 */

static void bind_stats(struct buf *b, uint64_t columns)
{
	size_t n = 0;

	for (size_t i = 0; i < NSTATS; i++)
		n += wants_stat(columns, &stats[i]);
	etf_list(b, n);
	for (size_t i = 0; i < NSTATS; i++)
		if (wants_stat(columns, &stats[i]))
			etf_atom_s(b, stats[i].item);
	etf_nil(b);
}

static void bind_port_asks(struct buf *b, uint64_t columns)
{
	size_t n = 0;

	for (size_t i = 0; i < PORT_NASKS; i++)
		n += (columns & port_asks[i].columns) != 0;
	etf_list(b, n);
	for (size_t i = 0; i < PORT_NASKS; i++) {
		if (!(columns & port_asks[i].columns))
			continue;
		etf_tuple(b, 2);
		etf_export(b, text_of(port_asks[i].module),
			   text_of(port_asks[i].function), port_asks[i].item ? 2 : 1);
		if (i == PORT_STAT)
			bind_stats(b, columns);
		else if (port_asks[i].item)
			etf_atom_s(b, port_asks[i].item);
		else
			etf_nil(b);
	}
	etf_nil(b);
}

static void bind_nif_asks(struct buf *b, uint64_t columns)
{
	size_t n = 0;

	for (size_t i = 0; i < NIF_NASKS; i++)
		n += (columns & nif_asks[i].columns) != 0;
	for (size_t i = 0; i < NSTATS; i++)
		n += stats[i].counter && wants_stat(columns, &stats[i]);
	etf_list(b, n);
	for (size_t i = 0; i < NIF_NASKS; i++) {
		if (!(columns & nif_asks[i].columns))
			continue;
		etf_tuple(b, 2);
		etf_atom_s(b, nif_asks[i].how);
		if (text_is(text_of(nif_asks[i].how), "call"))
			etf_export(b, TEXT("prim_socket"), text_of(nif_asks[i].what), 1);
		else
			etf_atom_s(b, nif_asks[i].what);
	}
	for (size_t i = 0; i < NSTATS; i++) {
		if (!stats[i].counter || !wants_stat(columns, &stats[i]))
			continue;
		etf_tuple(b, 2);
		etf_atom_s(b, "counter");
		etf_atom_s(b, stats[i].counter);
	}
	etf_nil(b);
}

static size_t bind(struct buf *b, const struct reading *r)
{
	question_bind(b, "A");
	bind_port_asks(b, r->columns);
	question_bind(b, "B");
	bind_nif_asks(b, r->columns);
	return 2;
}

/*
 * The rows.
 */

static const struct term *next_answer(const struct term **value)
{
	const struct term *first = term_at(*value, 0);

	*value = term_at(*value, 1);
	return first;
}

static void set_text(struct reading *r, size_t row, size_t c, const char *word)
{
	if (word && r->columns & BIT(c))
		table_set_text(r->table, row, c, text_of(word));
}

static void set_address(struct reading *r, size_t row, const struct address *a,
			size_t whole, size_t host, size_t port)
{
	if (a->whole.len && r->columns & BIT(whole))
		table_set_text(r->table, row, whole, a->whole);
	if (a->host.len && r->columns & BIT(host))
		table_set_text(r->table, row, host, a->host);
	if (a->port >= 0 && r->columns & BIT(port))
		table_set_int(r->table, row, port, a->port);
}

static void set_addresses(struct reading *r, size_t row, const struct address *local,
			  const struct address *peer)
{
	set_address(r, row, local, SOCKETS_LOCAL, SOCKETS_LOCAL_ADDRESS,
		    SOCKETS_LOCAL_PORT);
	set_address(r, row, peer, SOCKETS_PEER, SOCKETS_PEER_ADDRESS, SOCKETS_PEER_PORT);
}

static void set_sum(struct reading *r, size_t row, size_t sum, size_t a, size_t b)
{
	int64_t total;

	if (r->columns & BIT(sum) && !table_null(r->table, row, a) &&
	    !table_null(r->table, row, b) &&
	    !__builtin_add_overflow(table_num(r->table, row, a),
				    table_num(r->table, row, b), &total))
		table_set_int(r->table, row, sum, total);
}

static void set_sums(struct reading *r, size_t row)
{
	set_sum(r, row, SOCKETS_OCT, SOCKETS_RECV_OCT, SOCKETS_SEND_OCT);
	set_sum(r, row, SOCKETS_CNT, SOCKETS_RECV_CNT, SOCKETS_SEND_CNT);
}

static bool is_flag(const struct term *flags, const char *flag)
{
	for (size_t i = 0; flags->type == TERM_LIST && i < flags->n; i++)
		if (term_is_atom(&flags->items[i], flag))
			return true;
	return false;
}

/* {ok, {inet, stream}}. That of a Unix socket is undefined. */
static void set_port_kind(struct reading *r, size_t row, const struct term *type,
			  const char *protocol)
{
	const struct term *pair = term_at(type, 1);

	if (term_is_atom(term_at(pair, 0), "undefined")) {
		set_text(r, row, SOCKETS_PROTOCOL, "local");
		set_text(r, row, SOCKETS_DOMAIN, "local");
	} else {
		set_text(r, row, SOCKETS_PROTOCOL, protocol);
		cell_set_name(r->table, row, SOCKETS_DOMAIN, term_at(pair, 0));
	}
	cell_set_name(r->table, row, SOCKETS_TYPE, term_at(pair, 1));
}

static const char *protocol_of(const struct term *name)
{
	struct arena scratch = { 0 };
	struct text t;
	const char *protocol = NULL;

	if (!term_is_tuple(name, 2, "name") ||
	    !term_chars(&name->items[1], &scratch, &t))
		protocol = NULL;
	else if (text_is(t, "tcp_inet"))
		protocol = "tcp";
	else if (text_is(t, "udp_inet"))
		protocol = "udp";
	else if (text_is(t, "sctp_inet"))
		protocol = "sctp";
	arena_clear(&scratch);
	return protocol;
}

/* {ok, [{recv_oct, N}, ...]} */
static void set_port_stats(struct reading *r, size_t row, const struct term *answer)
{
	const struct term *list = term_at(answer, 1);

	for (size_t i = 0; term_is_tuple(answer, 2, "ok") && i < NSTATS; i++) {
		const struct term *v = term_get(list, stats[i].item);

		if (v)
			cell_set_int(r->table, row, stats[i].column, v);
	}
	set_sums(r, row);
}

static size_t add_port(struct reading *r, const struct term *key,
		       const struct term *value)
{
	static const struct term none = { .type = TERM_ATOM };
	const struct term *of[PORT_NASKS];
	struct text home = node_name(live_node(r->live));
	struct table *t = r->table;
	struct address local, peer;
	const char *protocol;
	size_t row;

	for (size_t i = PORT_NASKS; i-- > 0;)
		of[i] = r->columns & port_asks[i].columns ? next_answer(&value) : &none;
	protocol = protocol_of(of[PORT_NAME]);
	if ((of[PORT_NAME] != &none && !protocol) ||
	    (of[PORT_STAT] != &none && !term_is_tuple(of[PORT_STAT], 2, "ok")))
		return TABLE_NONE; /* gone meanwhile */
	row = table_add(t);
	port_set(t, row, SOCKETS_ID, key, home);
	set_text(r, row, SOCKETS_BACKEND, "port");
	if (r->columns & KIND)
		set_port_kind(r, row, of[PORT_TYPE], protocol);
	set_text(r, row, SOCKETS_STATE, socket_port_state(of[PORT_STATUS]));
	if (r->columns & BIT(SOCKETS_BUSY) && term_is_tuple(of[PORT_STATUS], 2, "ok"))
		table_set_bool(t, row, SOCKETS_BUSY,
			       is_flag(term_at(of[PORT_STATUS], 1), "busy"));
	pid_set(t, row, SOCKETS_OWNER, term_at(of[PORT_CONNECTED], 1), home);
	cell_set_int(t, row, SOCKETS_MEMORY, term_at(of[PORT_MEMORY], 1));
	set_port_stats(r, row, of[PORT_STAT]);
	address_read(t->arena, of[PORT_SOCKNAME], &local);
	address_read(t->arena, of[PORT_PEERNAME], &peer);
	set_addresses(r, row, &local, &peer);
	return row;
}

/* "#Socket<0.1.2.3>", as socket:to_list/1 has it. */
static void set_socket_id(struct table *t, size_t row, const struct term *ref)
{
	struct buf shown = { 0 };
	struct buf id = { 0 };

	term_print(&shown, ref, &(struct term_style){ .home = ref->id->node });
	buf_str(&id, "#Socket");
	buf_text_add(&id, text_sub(buf_text(&shown), 4, buf_len(&shown)));
	table_set_text(t, row, SOCKETS_ID, buf_text(&id));
	buf_clear(&shown);
	buf_clear(&id);
}

/* A socket that was opened without a protocol has the usual one of its type. */
static void set_nif_kind(struct reading *r, size_t row, const struct term *const *of)
{
	const struct term *type = of[NIF_TYPE];

	cell_set_name(r->table, row, SOCKETS_DOMAIN, of[NIF_DOMAIN]);
	cell_set_name(r->table, row, SOCKETS_TYPE, type);
	if (term_is_atom(of[NIF_DOMAIN], "local"))
		set_text(r, row, SOCKETS_PROTOCOL, "local");
	else if (!term_is_atom(of[NIF_PROTOCOL], "ip") &&
		 !term_is_atom(of[NIF_PROTOCOL], "default"))
		cell_set_name(r->table, row, SOCKETS_PROTOCOL, of[NIF_PROTOCOL]);
	else if (term_is_atom(type, "stream") || term_is_atom(type, "dgram"))
		set_text(r, row, SOCKETS_PROTOCOL,
			 term_is_atom(type, "stream") ? "tcp" : "udp");
}

static size_t add_nif(struct reading *r, const struct term *ref, const struct term *value)
{
	static const struct term none = { .type = TERM_ATOM };
	const struct term *of[NIF_NASKS];
	const struct term *counters[NSTATS] = { 0 };
	struct table *t = r->table;
	struct address local, peer;
	size_t row;

	for (size_t i = NSTATS; i-- > 0;)
		if (stats[i].counter && wants_stat(r->columns, &stats[i]))
			counters[i] = next_answer(&value);
	for (size_t i = NIF_NASKS; i-- > 0;)
		of[i] = r->columns & nif_asks[i].columns ? next_answer(&value) : &none;
	if (of[NIF_OWNER]->type != TERM_PID)
		of[NIF_OWNER] = of[NIF_CTRL];
	if (of[NIF_OWNER]->type != TERM_PID)
		return TABLE_NONE; /* closed meanwhile */
	row = table_add(t);
	set_socket_id(t, row, ref);
	set_text(r, row, SOCKETS_BACKEND, "socket");
	if (r->columns & KIND)
		set_nif_kind(r, row, of);
	if (r->columns & OWNER)
		pid_set(t, row, SOCKETS_OWNER, of[NIF_OWNER],
			node_name(live_node(r->live)));
	for (size_t i = 0; i < NSTATS; i++)
		if (counters[i])
			cell_set_int(t, row, stats[i].column, counters[i]);
	set_sums(r, row);
	if (r->columns & BIT(SOCKETS_BUSY) && of[NIF_WRITERS]->type == TERM_INT)
		table_set_bool(t, row, SOCKETS_BUSY, of[NIF_WRITERS]->num > 0);
	address_read(t->arena, of[NIF_SOCKNAME], &local);
	address_read(t->arena, of[NIF_PEERNAME], &peer);
	set_addresses(r, row, &local, &peer);

	struct socket_signs signs = {
		.rstates = of[NIF_RSTATES],
		.wstates = of[NIF_WSTATES],
		.acceptors = of[NIF_ACCEPTORS],
		.listening = of[NIF_LISTENING],
		.local = local.port > 0 || (local.port < 0 && local.host.len > 0),
		.peer = term_is_tuple(of[NIF_PEERNAME], 2, "ok"),
	};

	set_text(r, row, SOCKETS_STATE, socket_nif_state(&signs));
	return row;
}

static size_t add_row(struct reading *r, const struct term *key, const struct term *value)
{
	if (key->type == TERM_PORT)
		return add_port(r, key, value);
	if (term_is_tuple(key, 2, "$socket") && key->items[1].type == TERM_REF)
		return add_nif(r, &key->items[1], value);
	return TABLE_NONE;
}

const struct question sockets_question = {
	.text = text,
	.bind = bind,
	.row = add_row,
	.answer_bytes = 1 << 20,
};
