/*
 * Made-up machines for tests of what reads /proc: a directory of its own, with processes,
 * files, an environment and a port mapper that answers what it is told.
 */
#ifndef TESTS_MACHINE_H
#define TESTS_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/epmd.h"
#include "node/target.h"

/* A process; what is NULL or 0 is left out or taken from the defaults. */
struct made {
	int pid;
	const char *args;     /* words with '|' between them */
	const char *env;      /* variables with '|' between them */
	const char *exe;      /* default /usr/lib/erlang/erts-13.1.5/bin/beam.smp */
	const char *net;      /* name of its network namespace; default "host" */
	unsigned uid;         /* default: our own */
	const char *fds;      /* "17:3001 18:3002": descriptors and inodes of sockets */
	bool closed;          /* somebody else's: neither environment nor
			       * descriptors, links nor root */
	bool single;          /* has one thread only */
};

struct made_machine {
	char root[64];
	char *env[32];        /* our own environment */
	size_t nenv;
	struct machine machine;
	struct target_options options;
	struct arena arena;
};

void machine_make(struct made_machine *m);
void machine_remove(struct made_machine *m);

/* "HOME=/x" */
void machine_env(struct made_machine *m, const char *variable);
/* Puts a file (and the directories to it) below the root. */
void machine_file(struct made_machine *m, const char *path, const char *text);
void machine_bytes(struct made_machine *m, const char *path, const void *bytes,
		   size_t len);
void machine_link(struct made_machine *m, const char *path, const char *to);
void machine_dir(struct made_machine *m, const char *path);
void machine_process(struct made_machine *m, const struct made *p);
/* Makes the namespace's listening sockets: a line each, "inode port address uid",
 * address of /proc's form or "any" or "any6". */
void machine_net(struct made_machine *m, int pid, const char *sockets);

/* What the port mapper has, "shop:9100 db:9101"; NULL: there is none. Counts the
 * questions. */
void machine_epmd(const char *names);
int machine_epmd_asked(void);
int machine_epmd_netns(void); /* of the last question */

/* target_find() on it. */
bool machine_find(struct made_machine *m, const char *source, struct target *t,
		  struct err *err);

#endif
