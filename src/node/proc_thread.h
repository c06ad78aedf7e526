/*
 * What /proc tells of the threads of a process. It needs no rights and no answer of the
 * process: it also works on one that hangs or is stopped. Knows nothing of Erlang.
 *
 * Source: proc(5); Documentation/scheduler/sched-stats of Linux for schedstat.
 */
#ifndef NODE_PROC_THREAD_H
#define NODE_PROC_THREAD_H

#include "node/proc.h"

/* What can't be read is -1. */
struct proc_thread {
	int tid;
	char name[16];   /* at most 15 bytes, as the process named it */
	char state;      /* R running, S sleeping, D, T stopped, ...; 0: unknown */
	int64_t user_ns; /* in steps of a clock tick, most often 10 ms */
	int64_t system_ns;
	int64_t cpu_ns;       /* both, to the nanosecond where the kernel tells */
	int64_t wait_ns;      /* it was ready and had no processor */
	int64_t voluntary;    /* context switches: it waited for something */
	int64_t involuntary;  /* and it was taken off the processor */
	int64_t major_faults; /* page faults that read from a disk */
	int processor;        /* the one that it ran on last */
};

/* At most 65,536 of them, in the order of the directory, until fn returns false. False
 * with errno when they can't be listed. */
bool process_threads(const struct process *p,
		     bool (*fn)(void *ctx, const struct proc_thread *t), void *ctx);

/* The texts of the files of one thread, taken apart; false: that is no such file. They
 * fill their part of a struct that proc_thread_init() made. */
void proc_thread_init(struct proc_thread *t, int tid);
bool proc_thread_stat(struct text stat, struct proc_thread *t);
bool proc_thread_schedstat(struct text schedstat, struct proc_thread *t);
bool proc_thread_status(struct text status, struct proc_thread *t);

#endif
