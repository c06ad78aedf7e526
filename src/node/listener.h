/*
 * TCP sockets that listen, from the text of /proc/PID/net/tcp and tcp6, and which of them
 * a node takes its peers on. Knows no files.
 */
#ifndef NODE_LISTENER_H
#define NODE_LISTENER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct listener {
	uint64_t inode;
	uint32_t uid;
	uint16_t port;
	bool v6;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} addr;
	int fd; /* of the process that holds it; -1 when not looked for */
};

struct listeners {
	struct listener *at; /* [n] */
	size_t n;
	size_t cap;
};

/*
 * Reads one line of such a table.
 *
 * False for the heading, sockets in other states, and lines that can't be read.
 * Source: Linux, Documentation/networking/proc_net_tcp.rst: addresses are the words of
 * memory in hexadecimal, state 0A listens.
 */
bool listener_line(struct text line, bool v6, struct listener *out);
/* The number of a TCP port; 0 for what is none. */
uint16_t listener_port(struct text t);
void listener_add(struct listeners *l, const struct listener *one, struct arena *a);

/* The address to dial: loopback of the family for one that listens on all addresses. */
struct text listener_address(const struct listener *l, struct arena *a);

/* What is known of a node's port beside its sockets; zeros are unknown. */
struct port_hints {
	uint16_t epmd;      /* what epmd says for its name */
	uint16_t fixed;     /* -erl_epmd_port, $ERL_DIST_PORT */
	uint16_t min, max;  /* inet_dist_listen_min and _max */
	uint16_t ephemeral; /* the first port that the system hands out by itself */
	bool named;         /* the command line gives it a name: one of the
			     * sockets is what we look for */
};

/*
 * Which of a process's listening sockets is the one for other nodes: the one epmd names;
 * else the fixed port; else one in the range of the flags. Failing all that, and only for
 * a node with a name, by elimination: sockets that take only local connections go when
 * there are others, then those on ports that somebody chose (below the ephemeral ones: an
 * unconfigured node listens on a port that the system picked); of the rest the lowest
 * descriptor, as the kernel application opens its socket before any other application
 * runs. NULL when there is none.
 */
const struct listener *listener_pick(const struct listeners *l,
				     const struct port_hints *hints);

#endif
