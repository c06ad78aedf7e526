/* The sockets table: of the port drivers and of the socket module, in one. */
#include <stdlib.h>

#include "base/mem.h"
#include "tables/owner.h"
#include "tables/pid.h"
#include "tables/port.h"
#include "tables/socket.h"

static const struct column columns[] = {
	[SOCKETS_ID] = { "id", "SOCKET", UNIT_NONE, COLUMN_LABEL,
		"the port, or the socket of the socket module",
		.print = port_print, .parse = port_parse },
	[SOCKETS_BACKEND] = { "backend", "BACKEND", UNIT_NONE, COLUMN_LABEL,
		"what drives it: port or socket (inet_backend)" },
	[SOCKETS_PROTOCOL] = { "protocol", "PROTO", UNIT_NONE, COLUMN_LABEL,
		"tcp, udp, sctp, or local for a Unix socket" },
	[SOCKETS_DOMAIN] = { "domain", "DOMAIN", UNIT_NONE, COLUMN_LABEL,
		"inet, inet6 or local", COLUMN_WIDE },
	[SOCKETS_TYPE] = { "type", "TYPE", UNIT_NONE, COLUMN_LABEL,
		"stream, dgram or seqpacket", COLUMN_WIDE },
	[SOCKETS_STATE] = { "state", "STATE", UNIT_NONE, COLUMN_LABEL,
		"LISTEN, ACCEPTING, CONNECTING, CONNECTED, BOUND, IDLE, CLOSING, CLOSED",
		COLUMN_DEAR },
	[SOCKETS_LOCAL] = { "local", "LOCAL", UNIT_NONE, COLUMN_LABEL,
		"its own address and port, or path", COLUMN_DEAR },
	[SOCKETS_PEER] = { "peer", "PEER", UNIT_NONE, COLUMN_LABEL,
		"address and port, or path, that it is connected to", COLUMN_DEAR },
	[SOCKETS_OWNER] = { "owner", "OWNER", UNIT_NONE, COLUMN_LABEL,
		"process that it belongs to",
		COLUMN_DEAR, .print = pid_print, .parse = pid_parse },
	[SOCKETS_OWNER_NAME] = { "owner_name", "OWNER NAME", UNIT_NONE, COLUMN_LABEL,
		"the owner's registered name, else label, else initial call",
		COLUMN_DEAR },
	[SOCKETS_APPLICATION] = { "application", "APPLICATION", UNIT_NONE, COLUMN_LABEL,
		"application that the owner belongs to", COLUMN_WIDE | COLUMN_DEAR },
	[SOCKETS_RECV_OCT] = { "recv_oct", "RECV", UNIT_BYTES, COLUMN_COUNTER,
		"bytes received" },
	[SOCKETS_SEND_OCT] = { "send_oct", "SENT", UNIT_BYTES, COLUMN_COUNTER,
		"bytes sent" },
	[SOCKETS_OCT] = { "oct", "BYTES", UNIT_BYTES, COLUMN_COUNTER,
		"bytes received and sent", COLUMN_WIDE },
	[SOCKETS_RECV_CNT] = { "recv_cnt", "RECV PKT", UNIT_COUNT, COLUMN_COUNTER,
		"packets received" },
	[SOCKETS_SEND_CNT] = { "send_cnt", "SENT PKT", UNIT_COUNT, COLUMN_COUNTER,
		"packets sent" },
	[SOCKETS_CNT] = { "cnt", "PACKETS", UNIT_COUNT, COLUMN_COUNTER,
		"packets received and sent", COLUMN_WIDE },
	[SOCKETS_SEND_PEND] = { "send_pend", "PENDING", UNIT_BYTES, COLUMN_GAUGE,
		"bytes that wait in the driver to be sent; null where the "
		"backend is socket" },
	[SOCKETS_BUSY] = { "busy", "BUSY", UNIT_NONE, COLUMN_LABEL,
		"whether senders have to wait, since the peer does not read",
		COLUMN_WIDE | COLUMN_DEAR },
	[SOCKETS_RECV_MAX] = { "recv_max", "RECV MAX", UNIT_BYTES, COLUMN_GAUGE,
		"largest packet received", COLUMN_WIDE },
	[SOCKETS_RECV_AVG] = { "recv_avg", "RECV AVG", UNIT_BYTES, COLUMN_GAUGE,
		"average size of the packets received", COLUMN_WIDE },
	[SOCKETS_RECV_DVI] = { "recv_dvi", "RECV DEV", UNIT_BYTES, COLUMN_GAUGE,
		"average deviation of their sizes", COLUMN_WIDE },
	[SOCKETS_SEND_MAX] = { "send_max", "SENT MAX", UNIT_BYTES, COLUMN_GAUGE,
		"largest packet sent", COLUMN_WIDE },
	[SOCKETS_SEND_AVG] = { "send_avg", "SENT AVG", UNIT_BYTES, COLUMN_GAUGE,
		"average size of the packets sent", COLUMN_WIDE },
	[SOCKETS_MEMORY] = { "memory", "MEMORY", UNIT_BYTES, COLUMN_GAUGE,
		"bytes held by the runtime for the port, without its driver's",
		COLUMN_WIDE | COLUMN_DEAR },
	[SOCKETS_LOCAL_ADDRESS] = { "local_address", "LOCAL ADDRESS", UNIT_NONE,
		COLUMN_LABEL, "its own address, or path", COLUMN_WIDE | COLUMN_DEAR },
	[SOCKETS_LOCAL_PORT] = { "local_port", "LOCAL PORT", UNIT_NONE, COLUMN_LABEL,
		"its own port number", COLUMN_WIDE | COLUMN_DEAR | COLUMN_LEFT },
	[SOCKETS_PEER_ADDRESS] = { "peer_address", "PEER ADDRESS", UNIT_NONE,
		COLUMN_LABEL, "address, or path, that it is connected to",
		COLUMN_WIDE | COLUMN_DEAR },
	[SOCKETS_PEER_PORT] = { "peer_port", "PEER PORT", UNIT_NONE, COLUMN_LABEL,
		"port number that it is connected to",
		COLUMN_WIDE | COLUMN_DEAR | COLUMN_LEFT },
};

/* A reading on its way: sockets, then owners, then their names. */
struct asking {
	struct reading reading;
	struct sample *sample;
	enum syntax syntax;
	int64_t timeout_ns;
	struct live_answer to;
};

static void finish(void *ctx)
{
	struct asking k = *(struct asking *)ctx;

	free(ctx);
	k.to.done(k.to.ctx, k.sample, NULL);
}

#define NAMES (column_bit(SOCKETS_OWNER_NAME) | column_bit(SOCKETS_APPLICATION))

const struct question sockets_names = {
	.owner = SOCKETS_OWNER,
	.owner_name = SOCKETS_OWNER_NAME,
	.owner_application = SOCKETS_APPLICATION,
};

static void owners_known(void *ctx)
{
	struct asking *k = ctx;

	if (k->reading.columns & NAMES)
		owner_names(&k->reading, &sockets_names, k->timeout_ns, finish, k);
	else
		finish(k);
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct asking *k = ctx;

	k->reading.syntax = syntax;
	socket_owners(&k->reading, k->timeout_ns, owners_known, k);
}

static void sockets_known(void *ctx, struct sample *sample, const struct err *err)
{
	struct asking *k = ctx;

	if (err) {
		k->to.done(k->to.ctx, NULL, err);
		free(k);
		return;
	}
	k->sample = sample;
	k->reading.table = &sample->table;
	if (k->reading.columns & column_bit(SOCKETS_OWNER))
		live_syntax(k->reading.live, k->syntax, syntax_known, k);
	else
		finish(k);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));
	struct request more = *rq;

	if (rq->columns & NAMES)
		more.columns |= column_bit(SOCKETS_OWNER);
	*k = (struct asking){
		.reading = { .live = l, .columns = more.columns },
		.syntax = rq->syntax,
		.timeout_ns = rq->timeout_ns,
		.to = { done, ctx },
	};
	question_ask(l, &more, &sockets_question, sockets_known, k);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema sockets_schema = {
	.name = "sockets",
	.tab = "network",
	.help = "the sockets of the node, with their traffic",
	.columns = columns,
	.ncolumns = SOCKETS_NCOLUMNS,
	.key = SOCKETS_ID,
	.sort = "oct",
	.readers = &readers,
};
