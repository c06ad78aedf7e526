/*
 * What /proc tells of a process, below the root of a made-up or real machine. Knows
 * nothing of Erlang.
 *
 * Everything of one process is read through one open directory, so that a number that is
 * taken over by another process in between gives nothing rather than a mixture. All of it
 * may be wrong, huge or gone: what can't be read is empty or 0.
 */
#ifndef NODE_PROC_H
#define NODE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "node/listener.h"
#include "node/rooted.h"

/* "/proc" below a root, open; -1 when there is none. */
int proc_open(const char *root);

/* Calls fn with the number of each process that has more than one thread, in the order
 * of the directory, until it returns false. One system call a process. */
void proc_each(int proc, bool (*fn)(void *ctx, int pid), void *ctx);

struct process {
	int pid;
	int dir; /* /proc/PID */
};

/* False when there is no such process. */
bool process_open(int proc, int pid, struct process *p);
void process_close(struct process *p);

/* Its command line, words that end with 0 bytes; at most 1 MiB. */
struct text process_cmdline(const struct process *p, struct arena *a);
/* Does its command line hold these bytes? Looks at the first page only. */
bool process_mentions(const struct process *p, struct text bytes);
/* Its environment at its start, like the command line. False when we may not read it. */
bool process_environ(const struct process *p, struct arena *a, struct text *out);
/* The value of a variable in what process_environ() gave. */
struct text environ_get(struct text env, const char *name);
/* The text of a link: "exe", "ns/net". Empty when we may not read it. */
struct text process_link(const struct process *p, const char *name, struct arena *a);
/* Its root directory, for rooted_read(); the caller closes it. -1 when we may not
 * enter it. */
int process_root(const struct process *p);

/* Its effective user and its groups. */
bool process_rights(const struct process *p, struct rights *out);
/* When the machine was started, s since 1970; 0 when unknown. */
int64_t proc_boot_time(int proc);
/* When the process was started, ns since 1970; 0 when unknown. */
int64_t process_started(const struct process *p, int64_t boot_time);

/* The listening sockets of the process's network namespace, of all processes. */
void process_net(const struct process *p, struct arena *a, struct listeners *out);

/*
 * Those of them that the process holds, found by walking its descriptors (at most 65,536)
 * until all that its user owns are found, or the one on the port wanted. False when we
 * may not read them.
 */
bool process_listeners(const struct process *p, const struct listeners *net,
		       uint16_t wanted, struct arena *a, struct listeners *out);

#endif
