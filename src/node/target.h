/*
 * From the words of a person (name@host, name, os:PID, or nothing) to a target that can
 * be dialled, with the cookie that goes with it: epmd's list, /proc, files and the
 * environment.
 *
 * All files are read below a root and all variables from a given environment, so that
 * tests and the fuzzer can make up machines.
 */
#ifndef NODE_TARGET_H
#define NODE_TARGET_H

#include "base/arena.h"
#include "base/err.h"
#include "node/node.h"

struct epmd_name;

/* The machine as we see it. */
struct machine {
	const char *root;       /* "" for the real one; "/tmp/x" puts "/tmp/x" before
				 * every path */
	char *const *environ;   /* our own environment */
	/* Asks a port mapper; NULL: epmd_names() of node/epmd.h. */
	bool (*epmd)(struct arena *a, const char *host, uint16_t port, int netns_pid,
		     int64_t timeout_ns, struct epmd_name **names, size_t *n,
		     struct err *err);
};

/* What the command line says beside SOURCE. */
struct target_options {
	const char *cookie_file; /* or NULL */
	const char *host;        /* or NULL */
	uint16_t port;           /* or 0 */
	int64_t timeout_ns;      /* of each answer of epmd */
};

/* A node of this host, found through epmd, through /proc, or both. */
struct local_node {
	struct text name;        /* "shop@web1"; without '@' when only epmd knows it;
				  * empty when unknown */
	int os_pid;              /* 0: not found in /proc */
	uint16_t port;           /* distribution port; 0: none (not distributed, or not
				  * readable) */
	struct text release;     /* "27", or empty */
	int64_t started_wall_ns; /* or 0 */
	bool cookie;             /* was a cookie found */
	struct text cookie_from; /* where */
	bool other_namespace;    /* lives in another network namespace: attach with
				  * os:PID */
	bool tls;                /* its command line asks for inet_tls */
	bool readable;           /* may we read its /proc? */
};

/* All of them; the list lives in the arena. Nodes of other users, without epmd, or in
 * containers count too. An epmd that is not there is no error. */
bool local_nodes(const struct machine *m, const struct target_options *o, struct arena *a,
		 struct local_node **nodes, size_t *n, struct err *err);

/*
 * Fills a target.
 *
 * source  "name@host", "name", "os:PID"; empty: the only node of this host
 *
 * Fails with ERR_USAGE when there is none or more than one to choose from (the hint
 * lists them), ERR_CONNECT when there is no such node (the hint lists the names
 * epmd has), ERR_REFUSED when no cookie was found, ERR_SYSTEM when a file named by
 * the user can't be read.
 */
bool target_find(const struct machine *m, const struct target_options *o,
		 struct text source, struct arena *a, struct target *out,
		 struct err *err);

/*
 * The process of a node of this host, whether it can be attached to or not: name and
 * os_pid of the target. No cookie is looked for. Fails as target_find() does, and with
 * ERR_CANNOT for a node that is not a process of this host.
 */
bool target_find_process(const struct machine *m, const struct target_options *o,
			 struct text source, struct arena *a, struct target *out,
			 struct err *err);
/* The process of the node that we are connected with, by its name and its port; 0: it is
 * none of this host, or hidden. */
int target_process(const struct machine *m, struct text name, uint16_t port);

/* Is this bare word a name that epmd knows? (Decides whether a word is SOURCE.) */
bool target_known(const struct machine *m, const struct target_options *o,
		  struct text name);

#endif
