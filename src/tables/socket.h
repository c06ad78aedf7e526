/*
 * The sockets table: its columns, and what its files share.
 *
 *   sockets.c        the columns, and the steps of one reading
 *   socket_read.c    what is asked of the target, and how it becomes a row
 *   socket_state.c   the state of a socket
 *   socket_owner.c   whose it is
 */
#ifndef TABLES_SOCKET_H
#define TABLES_SOCKET_H

#include "tables/question.h"
#include "term/term.h"

enum sockets_column {
	SOCKETS_ID,
	SOCKETS_BACKEND,
	SOCKETS_PROTOCOL,
	SOCKETS_DOMAIN,
	SOCKETS_TYPE,
	SOCKETS_STATE,
	SOCKETS_LOCAL,
	SOCKETS_PEER,
	SOCKETS_OWNER,
	SOCKETS_OWNER_NAME,
	SOCKETS_APPLICATION,
	SOCKETS_RECV_OCT,
	SOCKETS_SEND_OCT,
	SOCKETS_OCT,
	SOCKETS_RECV_CNT,
	SOCKETS_SEND_CNT,
	SOCKETS_CNT,
	SOCKETS_SEND_PEND,
	SOCKETS_BUSY,
	SOCKETS_RECV_MAX,
	SOCKETS_RECV_AVG,
	SOCKETS_RECV_DVI,
	SOCKETS_SEND_MAX,
	SOCKETS_SEND_AVG,
	SOCKETS_MEMORY,
	SOCKETS_LOCAL_ADDRESS,
	SOCKETS_LOCAL_PORT,
	SOCKETS_PEER_ADDRESS,
	SOCKETS_PEER_PORT,
	SOCKETS_NCOLUMNS,
};

/* All but the owners behind servers, and the names of owners. */
extern const struct question sockets_question;
/* The columns of owners, for owner_names(). */
extern const struct question sockets_names;

/*
 * Puts, in the owner column, the process that a socket serves in the place of the server
 * that holds it for gen_tcp or gen_udp. What can't be found out in time stays.
 *
 * done  called once, never from inside; r must live until then
 */
void socket_owners(struct reading *r, int64_t timeout_ns, void (*done)(void *ctx),
		   void *ctx);

/* The state of a port's socket, from the flags that prim_inet:getstatus/1 gives:
 * {ok, [open, bound, listen]}. NULL: not known. */
const char *socket_port_state(const struct term *status);

/* What tells the state of a socket of the socket module; terms are NULL or of any
 * shape where nothing is known. */
struct socket_signs {
	const struct term *rstates;    /* of prim_socket:info/1, OTP 24 on */
	const struct term *wstates;
	const struct term *acceptors;  /* how many wait in accept */
	const struct term *listening;  /* {ok, true}: the OS says so; OTP 23 */
	bool local;                    /* it has an address of its own */
	bool peer;                     /* and one that it is connected to */
};
const char *socket_nif_state(const struct socket_signs *s);

#endif
