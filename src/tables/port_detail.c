/* One port or socket in full. */
#include "tables/port_detail.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tables/address.h"
#include "tables/owner.h"
#include "tables/pid.h"
#include "tables/port.h"
#include "tables/socket.h"

/* Parts shown of each list. */
#define PARTS 50

/*
 * A: the port as a text, since a number that can't be one would end the connection; B:
 * items of getstat; D: options; N: parts of a list. H gives {Length, First}; P adds the
 * name that a pid of this node has. prim_inet is only asked of the drivers that it speaks
 * to.
 */
static const char port_text[] =
	"Q = try erlang:list_to_port(A) catch _:_ -> exit(undefined) end,"
	"I = fun(K) -> case erlang:port_info(Q, K) of {_, V} -> V;"
	" _ -> undefined end end,"
	"P = fun(W) when erlang:is_pid(W), erlang:node(W) =:= erlang:node() ->"
	" case erlang:process_info(W, registered_name) of {_, M} -> {W, M}; _ -> W end;"
	" (W) -> W end,"
	"H = fun([_|_] = X) -> {erlang:length(X), lists:map(P, lists:sublist(X, N))};"
	" (_) -> {0, []} end,"
	"Y = I(name),"
	"case Y of undefined -> exit(undefined); _ -> ok end,"
	"exit({lists:sublist(Y, 4096),"
	" [{K, I(K)} || K <- [registered_name, os_pid, connected, parallelism, locking]],"
	" [{K, I(K)} || K <- [input, output]],"
	" [{K, I(K)} || K <- [memory, queue_size]],"
	" [H(I(K)) || K <- [links, monitors, monitored_by]],"
	" case lists:member(Y, [\"tcp_inet\", \"udp_inet\", \"sctp_inet\"]) of"
	" false -> undefined; true -> {prim_inet:getstat(Q, B), prim_inet:gettype(Q),"
	" prim_inet:getstatus(Q), prim_inet:sockname(Q), prim_inet:peername(Q),"
	" prim_inet:getfd(Q), [{K, prim_inet:getopt(Q, K)} || K <- D]} end}).";

/* A: the socket's reference as a text; B: [{Level, Option}]. One that is closed has no
 * owner any more. */
static const char nif_text[] =
	"T = fun(W) -> try W() catch _:_ -> undefined end end,"
	"R = try erlang:list_to_ref(A) catch _:_ -> exit(undefined) end,"
	"I = T(fun() -> prim_socket:info(R) end),"
	"V = T(fun() -> maps:get(owner, I, maps:get(ctrl, I, undefined)) end),"
	"case erlang:is_pid(V) of false -> exit(undefined); true -> ok end,"
	"exit({I, V, T(fun() -> prim_socket:sockname(R) end),"
	" T(fun() -> prim_socket:peername(R) end),"
	" T(fun() -> socket:getopt({'$socket', R}, socket, acceptconn) end),"
	" [{S, K, T(fun() -> socket:getopt({'$socket', R}, S, K) end)}"
	" || {S, K} <- B]}).";

static const char *const stats[] = {
	"recv_cnt", "recv_oct", "recv_max", "recv_avg", "recv_dvi",
	"send_cnt", "send_oct", "send_max", "send_avg", "send_pend",
};

/* Those that recon and observer ask for, and some more. */
static const char *const port_options[] = {
	"active", "bind_to_device", "broadcast", "buffer", "delay_send", "dontroute",
	"exit_on_close", "header", "high_msgq_watermark", "high_watermark", "ipv6_v6only",
	"keepalive", "linger", "low_msgq_watermark", "low_watermark", "mode", "netns",
	"nodelay", "packet", "packet_size", "priority", "read_packets", "recbuf",
	"reuseaddr", "reuseport", "send_timeout", "send_timeout_close", "show_econnreset",
	"sndbuf", "tclass", "tos", "ttl",
};

static const struct {
	const char *level;
	const char *name;
} nif_options[] = {
	{ "socket", "bindtodevice" }, { "socket", "broadcast" },
	{ "socket", "dontroute" },    { "socket", "keepalive" },
	{ "socket", "linger" },	      { "socket", "priority" },
	{ "socket", "rcvbuf" },	      { "socket", "rcvlowat" },
	{ "socket", "reuseaddr" },    { "socket", "reuseport" },
	{ "socket", "sndbuf" },	      { "tcp", "congestion" },
	{ "tcp", "cork" },	      { "tcp", "keepcnt" },
	{ "tcp", "keepidle" },	      { "tcp", "keepintvl" },
	{ "tcp", "maxseg" },	      { "tcp", "nodelay" },
	{ "tcp", "user_timeout" },    { "ip", "tos" },
	{ "ip", "ttl" },	      { "ipv6", "unicast_hops" },
	{ "ipv6", "v6only" },	      { "otp", "debug" },
	{ "otp", "fd" },	      { "otp", "rcvbuf" },
	{ "otp", "rcvctrlbuf" },      { "otp", "sndctrlbuf" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct asking {
	struct live *live;
	struct port_word word;
	struct port_detail *detail;
	struct table owner; /* of the sockets table: a row with the owner, to be named */
	struct reading reading;
	int64_t timeout_ns;
	port_detailed *done;
	void *ctx;
};

void port_detail_free(struct port_detail *d)
{
	if (!d)
		return;
	arena_clear(&d->arena);
	free(d);
}

/*
 * Words.
 */

/* "1.2.3" */
static bool is_ref(struct text digits)
{
	struct text part;
	int64_t v;
	size_t n = 0;

	while (text_cut(&digits, '.', &part)) {
		if (!text_int(part, &v) || v < 0 || v > UINT32_MAX)
			return false;
		n++;
	}
	return n >= 1 && n <= 5;
}

bool port_word_read(struct text t, struct port_word *out, struct err *err)
{
	struct text ref = { 0 };

	if (text_starts(t, "#Socket<0.") && text_ends(t, ">"))
		ref = text_sub(t, strlen("#Socket<0."), t.len - 1);
	else if (text_starts(t, "#Ref<0.") && text_ends(t, ">"))
		ref = text_sub(t, strlen("#Ref<0."), t.len - 1);
	*out = (struct port_word){ .nif = is_ref(ref), .ref = ref };
	if (out->nif || port_parse(t, &out->port))
		return true;
	fail(err, ERR_USAGE, "'%.*s' is no port and no socket", TEXT_ARG(t));
	return fail_hint(err, "a port is #Port<0.6>, 0.6 or port:6, a socket of the"
			      " socket module #Socket<0.1.2.3>");
}

/*
 * From terms to items.
 */

static void items_room(struct port_detail *d, struct port_items *items, size_t n)
{
	items->at = arena_many(&d->arena, n, struct port_item);
}

static void add_cell(struct port_items *items, const char *name, enum unit unit,
		     struct cell cell)
{
	items->at[items->n++] =
		(struct port_item){ .name = name, .unit = unit, .cell = cell };
}

static struct cell text_cell(struct port_detail *d, struct text t)
{
	struct text *kept = arena_new(&d->arena, struct text);

	if (t.len == 0)
		return (struct cell){ .type = CELL_NULL };
	*kept = text_dup(&d->arena, t);
	return (struct cell){ CELL_TEXT, { .text = kept } };
}

static struct cell shown(struct asking *k, const struct term *t)
{
	struct term_style style = {
		.syntax = k->reading.syntax,
		.home = node_name(live_node(k->live)),
		.depth = 4,
		.items = 16,
		.bytes = 200,
		.total = 400,
	};
	struct buf b = { 0 };
	struct cell cell;

	if (t->type == TERM_ATOM)
		term_name(&b, t->text);
	else
		term_print(&b, t, &style);
	cell = text_cell(k->detail, buf_text(&b));
	buf_clear(&b);
	return cell;
}

/* undefined, [] and <<>> are how the node says that there is none. */
static struct cell cell_of(struct asking *k, const struct term *t)
{
	int64_t v;
	struct text chars;

	if (term_is_atom(t, "undefined") || term_is_nil(t) ||
	    (t->type == TERM_BINARY && t->text.len == 0))
		return (struct cell){ .type = CELL_NULL };
	if (term_is_atom(t, "true") || term_is_atom(t, "false"))
		return (struct cell){ CELL_BOOL, { .num = term_is_atom(t, "true") } };
	if (term_int(t, &v))
		return (struct cell){ CELL_INT, { .num = v } };
	if (t->type == TERM_LIST && term_chars(t, &k->detail->arena, &chars))
		return shown(k, &(struct term){ .type = TERM_ATOM,
						.text = text_sub(chars, 0,
								 text_chr(chars, 0)) });
	return shown(k, t);
}

static void add(struct asking *k, struct port_items *items, const char *name,
		const struct term *value)
{
	add_cell(items, name, UNIT_NONE, cell_of(k, value));
}

/* [{Name, Number}, ...] */
static void add_pairs(struct asking *k, struct port_items *items, enum unit unit,
		      const struct term *pairs)
{
	items_room(k->detail, items, pairs->n);
	for (size_t i = 0; pairs->type == TERM_LIST && i < pairs->n; i++) {
		const struct term *pair = &pairs->items[i];

		if (term_is_tuple(pair, 2, NULL) && pair->items[0].type == TERM_ATOM)
			add_cell(items, text_cstr(&k->detail->arena, pair->items[0].text),
				 unit, cell_of(k, &pair->items[1]));
	}
}

/* [{Name, {ok, Value} | {error, _}}, ...], or {Level, Name, ...}: those that it does not
 * have are left out. */
static void add_options(struct asking *k, const struct term *list)
{
	struct port_items *items = &k->detail->options;
	struct arena *a = &k->detail->arena;

	items_room(k->detail, items, list->n);
	for (size_t i = 0; list->type == TERM_LIST && i < list->n; i++) {
		const struct term *one = &list->items[i];
		const struct term *value = term_at(one, one->n - 1);
		struct text first = term_text(term_at(one, 0));

		if (!term_is_tuple(value, 2, "ok"))
			continue;
		if (term_is_tuple(one, 3, NULL))
			first = text_printf(a, "%.*s_%.*s", TEXT_ARG(first),
					    TEXT_ARG(term_text(&one->items[1])));
		add(k, items, text_cstr(a, first), &value->items[1]);
	}
}

static void add_address(struct asking *k, const char *name, const struct term *answer)
{
	struct address a;

	address_read(&k->detail->arena, answer, &a);
	add_cell(&k->detail->inet, name, UNIT_NONE, text_cell(k->detail, a.whole));
}

/* {Length, First}, with names. */
static struct detail_list list_of(struct asking *k, const struct term *t)
{
	const struct term *first = term_at(t, 1);
	struct detail_list list = { .total = term_num(term_at(t, 0)) };
	struct arena *a = &k->detail->arena;

	if (first->type != TERM_LIST)
		return list;

	struct text *texts = arena_many(a, first->n, struct text);

	for (size_t i = 0; i < first->n; i++) {
		const struct term *part = &first->items[i];
		bool named = term_is_tuple(part, 2, NULL) &&
			     part->items[0].type == TERM_PID;
		bool kind = term_is_tuple(part, 2, "process") ||
			    term_is_tuple(part, 2, "port");
		struct cell id = shown(k, named ? &part->items[0]
					  : kind ? &part->items[1]
						 : part);
		struct cell name = named ? cell_of(k, &part->items[1])
					 : (struct cell){ .type = CELL_NULL };

		texts[i] = id.type == CELL_TEXT ? *id.v.text : TEXT("?");
		if (name.type == CELL_TEXT)
			texts[i] = text_printf(a, "%.*s %.*s", TEXT_ARG(texts[i]),
					       TEXT_ARG(*name.v.text));
	}
	list.items = texts;
	list.nitems = first->n;
	return list;
}

static void set_owner(struct asking *k, const struct term *pid)
{
	size_t row = table_add(&k->owner);

	if (k->word.nif)
		table_set_text(&k->owner, row, SOCKETS_ID, TEXT("#Socket"));
	pid_set(&k->owner, row, SOCKETS_OWNER, pid, node_name(live_node(k->live)));
}

static void set_port_socket(struct asking *k, const struct term *s)
{
	struct port_detail *d = k->detail;
	const struct term *type = term_at(term_at(s, 1), 1);
	const char *state = socket_port_state(term_at(s, 2));
	bool local = term_is_atom(term_at(type, 0), "undefined");

	d->socket = true;
	items_room(d, &d->inet, 8);
	add_cell(&d->inet, "domain", UNIT_NONE,
		 local ? text_cell(d, TEXT("local")) : cell_of(k, term_at(type, 0)));
	add(k, &d->inet, "type", term_at(type, 1));
	add_cell(&d->inet, "state", UNIT_NONE, text_cell(d, text_of(state)));
	add_address(k, "local", term_at(s, 3));
	add_address(k, "peer", term_at(s, 4));
	add(k, &d->inet, "fd", term_at(term_at(s, 5), 1));
	add_pairs(k, &d->statistics, UNIT_NONE, term_at(term_at(s, 0), 1));
	add_options(k, term_at(s, 6));
}

/* {Name, Meta, Io, Memory, Lists, Socket} */
static bool set_port(struct asking *k, const struct term *value)
{
	struct port_detail *d = k->detail;
	const struct term *meta = term_at(value, 1);
	const struct term *lists = term_at(value, 4);
	const struct term *owner = term_get(meta, "connected");
	struct buf name = { 0 };
	struct text raw;

	if (!term_is_tuple(value, 6, NULL) || meta->type != TERM_LIST || !owner)
		return false;
	items_room(d, &d->meta, meta->n + 1);
	if (port_bytes(term_at(value, 0), &d->arena, &raw))
		text_escape(&name, raw);
	add_cell(&d->meta, "name", UNIT_NONE, text_cell(d, buf_text(&name)));
	buf_clear(&name);
	for (size_t i = 0; i < meta->n; i++)
		if (!term_is_tuple(&meta->items[i], 2, "connected"))
			add(k, &d->meta,
			    text_cstr(&d->arena, term_text(term_at(&meta->items[i], 0))),
			    term_at(&meta->items[i], 1));
	set_owner(k, owner);
	add_pairs(k, &d->io, UNIT_BYTES, term_at(value, 2));
	add_pairs(k, &d->memory, UNIT_BYTES, term_at(value, 3));
	d->links = list_of(k, term_at(lists, 0));
	d->monitors = list_of(k, term_at(lists, 1));
	d->monitored_by = list_of(k, term_at(lists, 2));
	if (term_is_tuple(term_at(value, 5), 7, NULL))
		set_port_socket(k, term_at(value, 5));
	return true;
}

static void add_counters(struct asking *k, const struct term *counters)
{
	struct port_items *items = &k->detail->statistics;

	items_room(k->detail, items, counters->n);
	for (size_t i = 0; counters->type == TERM_MAP && i < counters->n; i++)
		if (counters->items[2 * i].type == TERM_ATOM)
			add(k, items,
			    text_cstr(&k->detail->arena, counters->items[2 * i].text),
			    &counters->items[2 * i + 1]);
}

/* {Info, Owner, Sockname, Peername, Listening, Options} */
static bool set_nif(struct asking *k, const struct term *value)
{
	static const char *const infos[] = {
		"domain", "type", "protocol", "ctype", "num_acceptors", "num_readers",
		"num_writers",
	};
	struct port_detail *d = k->detail;
	const struct term *info = term_at(value, 0);
	const struct term *counters = term_get(info, "counters");
	struct address a;
	struct socket_signs signs = {
		.rstates = term_get(info, "rstates"),
		.wstates = term_get(info, "wstates"),
		.acceptors = term_get(info, "num_acceptors"),
		.listening = term_at(value, 4),
		.local = address_read(&d->arena, term_at(value, 2), &a) && a.port != 0,
		.peer = term_is_tuple(term_at(value, 3), 2, "ok"),
	};

	if (!term_is_tuple(value, 6, NULL) || info->type != TERM_MAP)
		return false;
	d->nif = d->socket = true;
	items_room(d, &d->inet, COUNT(infos) + 3);
	for (size_t i = 0; i < COUNT(infos); i++)
		if (term_get(info, infos[i]))
			add(k, &d->inet, infos[i], term_get(info, infos[i]));
	add_cell(&d->inet, "state", UNIT_NONE,
		 text_cell(d, text_of(socket_nif_state(&signs))));
	add_address(k, "local", term_at(value, 2));
	add_address(k, "peer", term_at(value, 3));
	if (counters)
		add_counters(k, counters);
	add_options(k, term_at(value, 5));
	set_owner(k, term_at(value, 1));
	return true;
}

/*
 * The steps.
 */

static void finish(struct asking *k, const struct err *err)
{
	struct asking end = *k;

	free(k);
	if (err) {
		port_detail_free(end.detail);
		end.done(end.ctx, NULL, err);
		return;
	}
	end.done(end.ctx, end.detail, NULL);
}

/* The owner goes behind what else is known. */
static void owner_named(void *ctx)
{
	struct asking *k = ctx;
	struct port_detail *d = k->detail;
	static const struct {
		const char *name;
		size_t column;
	} fields[] = {
		{ "owner", SOCKETS_OWNER },
		{ "owner_name", SOCKETS_OWNER_NAME },
		{ "application", SOCKETS_APPLICATION },
	};
	struct port_items all;

	items_room(d, &all, d->meta.n + COUNT(fields));
	all.n = 0;
	for (size_t i = 0; i < d->meta.n; i++)
		all.at[all.n++] = d->meta.at[i];
	for (size_t i = 0; i < COUNT(fields); i++) {
		struct cell cell = table_cell(&k->owner, 0, fields[i].column);
		struct buf b = { 0 };

		if (cell.type == CELL_ID) {
			pid_print(&b, cell.v.num);
			cell = text_cell(d, buf_text(&b));
		}
		add_cell(&all, fields[i].name, UNIT_NONE, cell);
		buf_clear(&b);
	}
	d->meta = all;
	finish(k, NULL);
}

static void owner_known(void *ctx)
{
	struct asking *k = ctx;

	owner_names(&k->reading, &sockets_names, k->timeout_ns, owner_named, k);
}

static struct text word_shown(struct arena *a, const struct port_word *w)
{
	struct buf b = { 0 };
	struct text shown;

	if (w->nif)
		buf_printf(&b, "#Socket<0.%.*s>", TEXT_ARG(w->ref));
	else
		port_print(&b, w->port);
	shown = text_dup(a, buf_text(&b));
	buf_clear(&b);
	return shown;
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct err err = { 0 };

	if (a->kind == ANSWER_RETURN && term_is_atom(&a->value, "undefined")) {
		fail(&err, ERR_ABSENT, "there is no %s '%.*s'",
		     k->word.nif ? "socket" : "port", TEXT_ARG(k->detail->id));
		finish(k, &err);
	} else if (a->kind == ANSWER_RETURN &&
		   (k->word.nif ? set_nif : set_port)(k, &a->value)) {
		socket_owners(&k->reading, k->timeout_ns, owner_known, k);
	} else {
		question_failed(a, k->word.nif ? "read about the socket"
					       : "read about the port",
				&err);
		finish(k, &err);
	}
}

static void bind_names(struct buf *b, const char *variable, const char *const *names,
		       size_t n)
{
	question_bind(b, variable);
	etf_list(b, n);
	for (size_t i = 0; i < n; i++)
		etf_atom_s(b, names[i]);
	etf_nil(b);
}

static void bind_port(struct asking *k, struct buf *b)
{
	etf_list(b, 4);
	question_bind(b, "A");
	etf_string(b, k->detail->id);
	bind_names(b, "B", stats, COUNT(stats));
	bind_names(b, "D", port_options, COUNT(port_options));
	question_bind(b, "N");
	etf_int(b, PARTS);
	etf_nil(b);
}

static void bind_nif(struct asking *k, struct buf *b)
{
	struct text id = k->detail->id; /* #Socket<0.1.2.3> is #Ref<0.1.2.3> */
	struct buf ref = { 0 };

	buf_str(&ref, "#Ref");
	buf_text_add(&ref, text_sub(id, strlen("#Socket"), id.len));
	etf_list(b, 2);
	question_bind(b, "A");
	etf_string(b, buf_text(&ref));
	buf_clear(&ref);
	question_bind(b, "B");
	etf_list(b, COUNT(nif_options));
	for (size_t i = 0; i < COUNT(nif_options); i++) {
		etf_tuple(b, 2);
		etf_atom_s(b, nif_options[i].level);
		etf_atom_s(b, nif_options[i].name);
	}
	etf_nil(b);
	etf_nil(b);
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct asking *k = ctx;
	struct buf b = { 0 };

	k->reading.syntax = syntax;
	(k->word.nif ? bind_nif : bind_port)(k, &b);
	node_eval(live_node(k->live), &(struct eval){
		.text = k->word.nif ? nif_text : port_text,
		.bindings = buf_text(&b),
		.heap_words = 2000000,
		.timeout_ns = k->timeout_ns,
	}, answered, k);
	buf_clear(&b);
}

void port_detail_ask(struct live *l, const struct port_word *word, enum syntax syntax,
		     int64_t timeout_ns, port_detailed *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.word = *word,
		.detail = mem_zalloc(sizeof(*k->detail)),
		.timeout_ns = timeout_ns,
		.done = done,
		.ctx = ctx,
	};
	k->detail->id = word_shown(&k->detail->arena, word);
	table_init(&k->owner, &sockets_schema, &k->detail->arena, 1);
	k->reading = (struct reading){
		.live = l,
		.table = &k->owner,
		.columns = column_bit(SOCKETS_OWNER_NAME) |
			   column_bit(SOCKETS_APPLICATION),
	};
	live_syntax(l, syntax, syntax_known, k);
}
