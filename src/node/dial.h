/*
 * From a host and a port to a connected TCP socket, without ever blocking the loop.
 *
 * Names are resolved, and connections in other network namespaces are made, in a
 * forked child that passes back the addresses or the connected socket. Addresses are
 * tried one after the other.
 */
#ifndef NODE_DIAL_H
#define NODE_DIAL_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/text.h"

#define ADDRESSES_MAX 16

/* Where to knock, in this order. Without ports: those come with the dial. */
struct addresses {
	size_t n;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at[ADDRESSES_MAX];
};

struct dial_to {
	struct text host; /* name or address; empty: loopback (IPv4, IPv6), then
			   * this host's own addresses */
	uint16_t port;
	int netns_pid;    /* dial from inside the network namespace of this
			   * OS process; 0: from ours */
	/* A resolved name is put here and taken from here by the next dial, so that it
	 * is asked for once; NULL: it is not kept. Must outlive the dial. */
	struct addresses *known;
};

struct dial;

/* fd: a connected, non-blocking socket that is the callee's now; -1 when err says
 * why not: ERR_CONNECT for what the network says, ERR_SYSTEM for what our own
 * system does not allow. */
typedef void dialled(void *ctx, int fd, const struct err *err);

/* Calls done once, never from inside. There is no time limit but the network's: the
 * caller has one and cancels. */
struct dial *dial_start(struct loop *l, const struct dial_to *to, dialled *done,
			void *ctx);
/* done is not called; NULL is fine. */
void dial_cancel(struct dial *d);

#endif
