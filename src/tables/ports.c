/* The ports table: every port, whatever drives it. */
#include "tables/cell.h"
#include "tables/pid.h"
#include "tables/port.h"
#include "tables/question.h"

enum ports_column {
	PORTS_ID,
	PORTS_NAME,
	PORTS_TYPE,
	PORTS_OWNER,
	PORTS_OWNER_NAME,
	PORTS_APPLICATION,
	PORTS_INPUT,
	PORTS_OUTPUT,
	PORTS_QUEUE,
	PORTS_MEMORY,
	PORTS_OS_PID,
	PORTS_REGISTERED_NAME,
	PORTS_LINKS,
	PORTS_MONITORS,
	PORTS_PARALLELISM,
	PORTS_LOCKING,
	PORTS_NCOLUMNS,
};

static const struct column columns[] = {
	[PORTS_ID] = { "id", "PORT", UNIT_NONE, COLUMN_LABEL,
		"the port", .print = port_print, .parse = port_parse },
	[PORTS_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"driver, or the command that it runs" },
	[PORTS_TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"tcp, udp, sctp, program, fd, forker or driver" },
	[PORTS_OWNER] = { "owner", "OWNER", UNIT_NONE, COLUMN_LABEL,
		"process that it is connected to",
		.print = pid_print, .parse = pid_parse },
	[PORTS_OWNER_NAME] = { "owner_name", "OWNER NAME", UNIT_NONE, COLUMN_LABEL,
		"the owner's registered name, else label, else initial call",
		COLUMN_DEAR },
	[PORTS_APPLICATION] = { "application", "APPLICATION", UNIT_NONE, COLUMN_LABEL,
		"application that the owner belongs to", COLUMN_WIDE | COLUMN_DEAR },
	[PORTS_INPUT] = { "input", "INPUT", UNIT_BYTES, COLUMN_COUNTER,
		"bytes read from it by its owner" },
	[PORTS_OUTPUT] = { "output", "OUTPUT", UNIT_BYTES, COLUMN_COUNTER,
		"bytes written to it" },
	[PORTS_QUEUE] = { "queue_size", "QUEUE", UNIT_BYTES, COLUMN_GAUGE,
		"bytes in its driver's queue" },
	[PORTS_MEMORY] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_GAUGE,
		"bytes held by the runtime for it, without its driver's", COLUMN_DEAR },
	[PORTS_OS_PID] = { "os_pid", "OS PID", UNIT_NONE, COLUMN_LABEL,
		"OS process of the command that it runs", COLUMN_LEFT },
	[PORTS_REGISTERED_NAME] = { "registered_name", "REGISTERED NAME", UNIT_NONE,
		COLUMN_LABEL, "name under which it is registered",
		COLUMN_WIDE | COLUMN_DEAR },
	[PORTS_LINKS] = { "links", "LINKS", UNIT_COUNT, COLUMN_GAUGE,
		"processes linked to it", COLUMN_WIDE | COLUMN_DEAR },
	[PORTS_MONITORS] = { "monitors", "MONITORS", UNIT_COUNT, COLUMN_GAUGE,
		"processes that it monitors", COLUMN_WIDE | COLUMN_DEAR },
	[PORTS_PARALLELISM] = { "parallelism", "PARALLEL", UNIT_NONE, COLUMN_LABEL,
		"whether signals to it are scheduled for parallel work",
		COLUMN_WIDE | COLUMN_DEAR },
	[PORTS_LOCKING] = { "locking", "LOCKING", UNIT_NONE, COLUMN_LABEL,
		"what its driver locks: port_level or driver_level",
		COLUMN_WIDE | COLUMN_DEAR },
};

/* The items of port_info/2 that the columns are made of; NULL: none of its own. */
static const char *const items[] = {
	[PORTS_NAME] = "name",
	[PORTS_OWNER] = "connected",
	[PORTS_INPUT] = "input",
	[PORTS_OUTPUT] = "output",
	[PORTS_QUEUE] = "queue_size",
	[PORTS_MEMORY] = "memory",
	[PORTS_OS_PID] = "os_pid",
	[PORTS_REGISTERED_NAME] = "registered_name",
	[PORTS_LINKS] = "links",
	[PORTS_MONITORS] = "monitors",
	[PORTS_PARALLELISM] = "parallelism",
	[PORTS_LOCKING] = "locking",
	[PORTS_NCOLUMNS] = NULL,
};

/*
 * A: the items. Each is asked of all ports of a chunk by compiled code; an answer is
 * {Last, {..., {First, []}}}, each {Item, Value}, or undefined for a port that is gone.
 * What may be long does not leave the target whole: of a list of links only its length,
 * of a command its beginning.
 */
static const char text[] =
	"D = fun(X, Y) -> lists:duplicate(Y, X) end,"
	"V = fun(W, X, Y) -> lists:zipwith(fun erlang:element/2, D(2, Y),"
	" lists:zipwith(fun erlang:max/2, D({W, []}, Y), X)) end,"
	"H = fun(links, X, Y) -> lists:map(fun erlang:length/1, V(links, X, Y));"
	" (monitors, X, Y) -> lists:map(fun erlang:length/1, V(monitors, X, Y));"
	" (name, X, Y) ->"
	" lists:zipwith(fun lists:sublist/2, V(name, X, Y), D(256, Y));"
	" (_, X, _) -> X end,"
	QUESTION_LISTING("erlang:ports()",
		"lists:foldl(fun(T, S) -> lists:zip(H(T,"
		" lists:zipwith(fun erlang:port_info/2, C, D(T, M)), M), S) end,"
		" D([], M), A)",
		"500");

/* The name tells the type; it is there for every port that is. */
static uint64_t read_columns(uint64_t wanted)
{
	return wanted | column_bit(PORTS_NAME) |
	       (wanted & column_bit(PORTS_TYPE) ? column_bit(PORTS_OS_PID) : 0);
}

static size_t bind(struct buf *b, const struct reading *r)
{
	uint64_t read = read_columns(r->columns);
	size_t n = 0;

	for (size_t c = 0; c < PORTS_NCOLUMNS; c++)
		n += items[c] && read & column_bit(c);
	question_bind(b, "A");
	etf_list(b, n);
	for (size_t c = 0; c < PORTS_NCOLUMNS; c++)
		if (items[c] && read & column_bit(c))
			etf_atom_s(b, items[c]);
	etf_nil(b);
	return 1;
}

/* "0/1": the file descriptors of a port that was opened over them. */
static bool is_fds(struct text name)
{
	int64_t fd;
	size_t slash = text_chr(name, '/');

	return text_int(text_sub(name, 0, slash), &fd) &&
	       text_int(text_sub(name, slash + 1, name.len), &fd);
}

static const char *type_of(struct text name, bool program)
{
	if (program)
		return "program";
	if (text_is(name, "tcp_inet"))
		return "tcp";
	if (text_is(name, "udp_inet"))
		return "udp";
	if (text_is(name, "sctp_inet"))
		return "sctp";
	if (text_is(name, "forker"))
		return "forker";
	return is_fds(name) ? "fd" : "driver";
}

/* Of {Item, Value} the value. */
static void set_item(struct reading *r, size_t row, size_t c, const struct term *value)
{
	const struct term *v = term_at(value, 1);

	if (c == PORTS_LINKS || c == PORTS_MONITORS)
		cell_set_int(r->table, row, c, value);
	else if (!term_is_tuple(value, 2, items[c]))
		return;
	else if (c == PORTS_OWNER)
		pid_set(r->table, row, c, v, node_name(live_node(r->live)));
	else if (c == PORTS_REGISTERED_NAME || c == PORTS_LOCKING)
		cell_set_name(r->table, row, c, v);
	else if (c == PORTS_PARALLELISM)
		cell_set_bool(r->table, row, c, v);
	else
		cell_set_int(r->table, row, c, v);
}

/* {Last, {..., {First, []}}}, by column. */
static void take_apart(uint64_t read, const struct term *value,
		       const struct term *of[PORTS_NCOLUMNS])
{
	for (size_t c = PORTS_NCOLUMNS; c-- > 0;) {
		if (!items[c] || !(read & column_bit(c)))
			continue;
		of[c] = term_at(value, 0);
		value = term_at(value, 1);
	}
}

static size_t add_row(struct reading *r, const struct term *key, const struct term *value)
{
	const struct term *of[PORTS_NCOLUMNS] = { 0 };
	struct table *t = r->table;
	struct text name;
	size_t row;

	take_apart(read_columns(r->columns), value, of);
	if (key->type != TERM_PORT || !port_bytes(of[PORTS_NAME], t->arena, &name) ||
	    name.len == 0)
		return TABLE_NONE; /* gone meanwhile */
	row = table_add(t);
	port_set(t, row, PORTS_ID, key, node_name(live_node(r->live)));
	cell_set_escaped(t, row, PORTS_NAME, name);
	for (size_t c = PORTS_OWNER; c < PORTS_NCOLUMNS; c++)
		if (of[c])
			set_item(r, row, c, of[c]);
	if (r->columns & column_bit(PORTS_TYPE))
		table_set_text(t, row, PORTS_TYPE,
			       text_of(type_of(name, !table_null(t, row, PORTS_OS_PID))));
	return row;
}

const struct question ports_question = {
	.text = text,
	.bind = bind,
	.row = add_row,
	.answer_bytes = 1 << 20,
	.syntax = true,
	.owner = PORTS_OWNER,
	.owner_name = PORTS_OWNER_NAME,
	.owner_application = PORTS_APPLICATION,
};

static const struct readers readers = {
	.live = question_live,
	.question = &ports_question,
};

const struct schema ports_schema = {
	.name = "ports",
	.tab = "network",
	.help = "the ports of the node: sockets, programs, drivers",
	.columns = columns,
	.ncolumns = PORTS_NCOLUMNS,
	.key = PORTS_ID,
	.sort = "output",
	.readers = &readers,
};
