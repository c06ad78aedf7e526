/*
 * What Linux tells of a process's memory: its own, its control group's, the machine's.
 * Readers of texts, so that the files may be read here or by the process itself, and what
 * reads them here. Knows nothing of Erlang.
 *
 * Source: proc(5), cgroups(7); Documentation/admin-guide/cgroup-v1/memory and cgroup-v2
 * of Linux.
 */
#ifndef NODE_PROC_MEMORY_H
#define NODE_PROC_MEMORY_H

#include "node/proc.h"

/* In bytes; what is not known is -1. */
struct proc_memory {
	int64_t rss; /* resident */
	int64_t rss_peak;
	int64_t swap;
	int64_t virtual;
	int64_t machine_total;
	int64_t machine_available;
	int64_t group_limit;   /* the lowest of the control group and those around it;
				* -1: there is none */
	int64_t group_current; /* what the group with that limit uses; without a limit
				* the process's own */
};

void proc_memory_init(struct proc_memory *m);
/* The text of /proc/PID/status. False: that is something else. */
bool proc_memory_status(struct proc_memory *m, struct text status);
/* The text of /proc/meminfo. */
bool proc_memory_machine(struct proc_memory *m, struct text meminfo);

/* The directories of a process's memory control group and those around it. */
enum { CGROUP_LEVELS = 16 };
struct cgroup {
	int version; /* 1, 2, or 0: unknown */
	size_t n;
	struct text dirs[CGROUP_LEVELS]; /* the innermost first; "/sys/fs/cgroup/a/b" */
};
/* From the text of /proc/PID/cgroup. What would lead elsewhere (..) is left out. */
void cgroup_find(struct cgroup *g, struct text cgroup, struct arena *a);
/* The names of the two files of each directory. */
const char *cgroup_limit_file(const struct cgroup *g);
const char *cgroup_current_file(const struct cgroup *g);
/* Their texts, taken in with the innermost first; empty: there is no such file. */
void proc_memory_group(struct proc_memory *m, const struct cgroup *g, size_t level,
		       struct text limit, struct text current);

/* All of it, read here. False when the process is gone or hidden. */
bool process_memory(const struct process *p, const char *root, struct proc_memory *m);

#endif
