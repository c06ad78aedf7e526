/*
 * Tables of the runtime's threads that say what each did with its time since the reading
 * before; where there is none, since a moment ago that they wait for themselves. They ask
 * the node, which needs a system flag that is held on meanwhile, or the operating system.
 */
#ifndef TABLES_SHARES_H
#define TABLES_SHARES_H

#include "source/os.h"
#include "tables/hold.h"

/* Where one is all that is shown of a node, it is shown after this long. */
#define SHARES_FIRST_NS INT64_C(250000000)

enum thread_kind {
	THREAD_SCHEDULER,
	THREAD_DIRTY_CPU,
	THREAD_DIRTY_IO,
	THREAD_POLL,
	THREAD_AUX,
	THREAD_ASYNC,
	THREAD_OTHER,
	THREAD_KINDS,
};

/* "scheduler", "dirty_cpu", ... */
const char *thread_kind_name(enum thread_kind kind);

enum thread_sizes { THREAD_COUNTS = 16, THREAD_LEVELS = 4 };

struct thread {
	enum thread_kind kind;
	int64_t id;                    /* among its kind */
	char name[16];                 /* where it has one */
	int64_t counts[THREAD_COUNTS]; /* that only grow; -1: it has none */
	int64_t levels[THREAD_LEVELS]; /* that are as they are; -1: it has none */
};

struct threads {
	struct thread *at; /* [n] */
	size_t n;
	size_t cap;
};

/* Adds one, whose counts and levels are all -1. */
struct thread *threads_add(struct threads *all, enum thread_kind kind, int64_t id);
void threads_sort(struct threads *all); /* by kind and number */
const struct thread *threads_find(const struct threads *all, enum thread_kind kind,
				  int64_t id);
void threads_clear(struct threads *all);

/* How much a count grew; -1 when it is not known. before may be NULL. */
int64_t thread_grown(const struct thread *now, const struct thread *before, size_t count);

/* "scheduler/1" */
void shares_name(struct table *t, size_t row, size_t column, const struct thread *one);

/* Cells of such a thread: a count or a level, and the share that a part has of the whole,
 * at most 1. What is -1, not known, stays null. */
void shares_set_known(struct table *t, size_t row, size_t column, int64_t v);
void shares_set_share(struct table *t, size_t row, size_t column, int64_t part,
		      int64_t whole);

struct shares_table {
	enum hold_flag flag;
	const char *text; /* as struct eval has it; NULL: the operating system is asked */
	size_t answer_bytes;
	/* Takes the value apart. False: it is not what was asked for. */
	bool (*read)(struct threads *out, const struct term *value);
	/* Without a text: reads them of the process. */
	bool (*look)(struct threads *out, const struct process *p, struct err *err);
	/* Fills a row; before is NULL when the thread was not there. */
	void (*row)(struct table *t, size_t row, const struct thread *now,
		    const struct thread *before);
};

/* What such a table's struct readers calls. about is a constant. */
void shares_ask(struct live *l, const struct request *rq,
		const struct shares_table *about, source_done *done, void *ctx);

/* The same for a source that is a process. */
void shares_ask_os(struct os *o, const struct request *rq,
		   const struct shares_table *about, source_done *done, void *ctx);

#endif
