/*
 * The Erlang nodes of this machine, as /proc and the port mapper show them: who they are,
 * where they listen, which namespace they live in. Dials nobody but epmd.
 */
#ifndef NODE_BEAM_H
#define NODE_BEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "node/beam_args.h"
#include "node/epmd.h"
#include "node/listener.h"
#include "node/proc.h"
#include "node/target.h"

/* One virtual machine. Texts live in the arena of the search. */
struct beam {
	struct process process;  /* open until beams_close() */
	struct beam_args args;
	struct text environ;     /* empty when not readable */
	struct text exe;
	struct rights rights;    /* its user's */
	int root;                /* its root directory, or -1 */
	bool readable;           /* its environment and its descriptors */
	bool other_net;          /* it lives in another network namespace than we */
	struct text name;        /* "shop@web1"; "shop" when only epmd told;
				  * empty: unknown or none */
	uint16_t port;           /* where it takes connections from other nodes;
				  * 0: nowhere, or unknown: then nobody can attach */
	struct text address;     /* to dial with the port; empty: unknown */
};

/* A search through one machine; what was asked once is kept. */
struct beams {
	const struct machine *machine;
	const struct target_options *options;
	struct arena *arena;
	int proc;                  /* /proc, or -1 */
	struct text net_ns;        /* our own namespaces: "net:[4026531840]" */
	struct text uts_ns;
	struct net_seen *nets;     /* the sockets of each network
				    * namespace that was looked at */
	uint16_t ephemeral;        /* first ephemeral port */
	unsigned asked;            /* other port mappers that were asked */
	bool epmd_asked;
	struct epmd_name *epmd;    /* [nepmd] what the host's own port
				    * mapper has; beams_epmd() */
	size_t nepmd;
	bool epmd_there;           /* it answered */
	struct beam **at;          /* [n] those that were found */
	size_t n;
	size_t cap;
};

void beams_open(struct beams *s, const struct machine *m, const struct target_options *o,
		struct arena *a);
void beams_close(struct beams *s);

/* Looks at all processes. Fails with ERR_SYSTEM when our file descriptors run out over
 * it: each beam that is found keeps two until beams_close(). */
bool beams_scan(struct beams *s, struct err *err);
/* Looks at processes until it comes to the one that is meant by an entry of
 * the host's port mapper: the only one of that name and port. NULL: none is,
 * and all were looked at. */
const struct beam *beams_scan_for(struct beams *s, const struct epmd_name *entry);
/* Looks at one. NULL: there is no such process, or it is not a beam. */
struct beam *beams_pid(struct beams *s, int pid);
/* Asks the host's port mapper, once. $ERL_EPMD_ADDRESS may name several: the first
 * that answers is it. */
void beams_epmd(struct beams *s);
/* Its entry for a name (only the part before '@' counts), or NULL. Asks when nobody
 * has. */
const struct epmd_name *beams_epmd_find(struct beams *s, struct text name);
/* Asks any port mapper of this machine; one that is not there or says nothing within a
 * second is no error but false. */
bool beams_ask(struct beams *s, const char *host, uint16_t port, int netns_pid,
	       struct epmd_name **names, size_t *n);
/* The beam that is meant by an entry of the host's port mapper, or NULL. */
const struct beam *beams_of_entry(const struct beams *s, const struct epmd_name *entry);

/* Finds out its name, port and address from its command line, its sockets and the port
 * mapper. net: the listening sockets of its network namespace; NULL when they are not
 * known. */
void beam_locate(struct beams *s, struct beam *b, const struct listeners *net);
/* "27", or empty. */
struct text beam_release(const struct beam *b, struct arena *a);
/* Reads a file below its root, in the name of its user. */
bool beam_read(const struct beam *b, struct text path, size_t max, struct arena *a,
	       struct text *out);

#endif
