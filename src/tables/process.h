/*
 * The processes table: its columns, and what its files share.
 *
 * Reading has tiers. The sweep reads what is cheap of everybody. Dear items send a signal
 * to the process, so that after the first reading they are read only of new processes,
 * and of those whose reductions or mailbox moved since they were last read. Who a process
 * is, is read once in its life.
 *
 *   processes.c      the columns, and the steps of one reading
 *   process_item.c   a column's key of process_info() and its way into a cell
 *   process_sweep.c  all processes, cheap items, streamed
 *   process_batch.c  some processes, in chunks, with the search for the one that does not
 *                    answer
 *   process_stubborn.c  those that did not answer
 *   process_cache.c  what is known of whom, and whether it still holds
 *   process_who.c    initial call, label, parent, application
 */
#ifndef TABLES_PROCESS_H
#define TABLES_PROCESS_H

#include "source/live.h"
#include "tables/pid.h"

enum process_column {
	PROC_PID,
	PROC_NAME,
	PROC_REGISTERED_NAME,
	PROC_INITIAL_CALL,
	PROC_CURRENT_FUNCTION,
	PROC_REDUCTIONS,
	PROC_MEMORY,
	PROC_MSGQ,
	PROC_STATUS,
	PROC_HEAP,
	PROC_TOTAL_HEAP,
	PROC_STACK,
	PROC_APPLICATION,
	PROC_LABEL,
	PROC_PARENT,
	PROC_PRIORITY,
	PROC_TRAP_EXIT,
	PROC_QUEUE_DATA,
	PROC_GROUP_LEADER,
	PROC_MINOR_GCS,
	PROC_LINKS,
	PROC_MONITORS,
	PROC_MONITORED_BY,
	PROC_BINARY_COUNT,
	PROC_BINARY_MEMORY,
	PROC_NCOLUMNS,
};

extern const struct schema processes_schema;

/* How a column is read. */
enum process_tier {
	TIER_MADE,    /* not read: made of other columns */
	TIER_CHEAP,   /* process_info() that reads it from outside */
	TIER_DEAR,    /* process_info() that makes the process answer */
	TIER_COUNTED, /* the same, and a list that is counted on the target */
	TIER_WHO,     /* read once in a process's life */
};

struct process_reading;

/* What a step of a reading ends with; err may be NULL. */
typedef void process_step(struct process_reading *r, const struct err *err);

struct process_item {
	enum process_tier tier;
	const char *key; /* of process_info(), or NULL */
	/* Puts a value into the cell; a value of another shape than it should have leaves
	 * the cell null. */
	void (*set)(const struct process_reading *r, size_t row, size_t column,
		    const struct term *value);
};

extern const struct process_item process_items[PROC_NCOLUMNS];

/* The mask of all columns of a tier. */
uint64_t process_tier_mask(enum process_tier tier);

/*
 * Sets the cells of a row from what process_info(Pid, [Key]) gave for the columns of the
 * mask, lowest column first. Returns false when the process is gone.
 */
bool process_set_row(const struct process_reading *r, size_t row, uint64_t columns,
		     const struct term *info);

/* The text that answers [process_info(Pid, B) || Pid <- A] (see process_batch). */
extern const char process_items_text[];

/* The items of a mask in the external format: [reductions, message_queue_len]. */
void process_etf_items(struct buf *out, uint64_t columns);

/*
 * Dear cells of processes, and the reductions, mailbox and heap at which they were true.
 *
 * On nodes where a garbage collection from outside costs no reductions (OTP 23,
 * CAP_GC_REDUCTIONS) the size of the young heap tells most of them. For what frees only
 * old heap or fragments, nothing is taken for true there for longer than 10 s.
 */
struct process_known {
	int64_t reductions; /* that the process shows as long as nothing happens to it */
	uint32_t columns;   /* the dear columns that are true then */
	uint32_t read_s;    /* when they were read, seconds of loop_now() */
};

struct process_cache {
	struct arena arena;
	struct table table;          /* the key, the mailbox, the heap, the dear
				      * columns */
	struct pid_map map;
	struct process_known *known; /* [cap] */
	size_t cap;
	size_t next;                 /* behind the row that was found last: sweeps come in
				      * the same order */
	uint64_t swept;              /* dear columns that were read of everybody */
	size_t tidy_bytes;           /* of the arena after it was tidied */
};

void process_cache_clear(struct process_cache *c);
/* Copies the dear columns into a row of the reading, when they are known
 * and still true. */
bool process_cache_use(struct process_cache *c, const struct process_reading *r,
		       size_t row, uint64_t columns);
/* The dear columns were just read into the row, in one request with its reductions: they
 * are known from now on. What else was known stays so if it was true at that moment. */
void process_cache_put(struct process_cache *c, const struct process_reading *r,
		       size_t row, uint64_t columns);
/* These dear columns were read of everybody. */
void process_cache_swept(struct process_cache *c, uint64_t columns);
/* Forgets the dead and what is superseded, when that is most of it; the reading is of
 * everybody. */
void process_cache_tidy(struct process_cache *c, const struct process_reading *r);

/* Who processes are. Nobody is taken out one by one: when most rows are about the dead,
 * all are forgotten. */
struct process_who {
	struct arena arena;
	struct table table;      /* key, initial call, label, parent */
	struct pid_map map;
	bool *settled;           /* [settled_cap] rows: all is known; of others another
				  * reading may be looking into the dictionary */
	size_t settled_cap;
	enum syntax syntax;      /* that its texts are written in */
	bool unsure;             /* what the node can tell was not known at that time */
	struct arena apps_arena;
	struct table apps;       /* key: the pid of an application master;
				  * its application */
	int64_t apps_until_ns;   /* asked again after that */
};

/* What the table remembers of a node. */
struct process_memory {
	struct process_cache cache;
	struct process_who who;
	struct process_stubborn {
		int64_t pid;
		int64_t until_ns;      /* not asked again before */
		int64_t wait_ns;       /* how long it is left alone; 0: free */
	} stubborn[16];                /* processes that did not answer */
};

struct process_reading {
	struct live *live;
	struct process_memory *memory;
	struct live_answer to;
	struct sample *sample;
	struct table *table;      /* the sample's */
	struct arena scratch;     /* of this reading */
	uint64_t columns;         /* asked for, and what those are made of */
	bool *dead;               /* [rows_cap] turned out to be gone:
				   * dropped at the end */
	bool *missed;             /* [rows_cap] did not answer in time */
	bool *settled;            /* [rows_cap] its dear cells were known already */
	bool *unsettled;          /* [rows_cap] they were looked for in vain */
	size_t rows_cap;
	int64_t timeout_ns;
	enum syntax syntax;
	size_t word_bytes;        /* of the target */
	size_t nprocesses;        /* on the target, at the start */
	uint64_t swept;           /* what the sweep read, or reads */
	bool all;                 /* of everybody, not by key */
	bool held_up;             /* a process held up the sweep */
	bool doubts;              /* what was read some time ago may be wrong */
	uint32_t *who_rows;       /* [who_n] rows whose process is not known yet */
	size_t who_n;
	bool second_half;         /* the rows are there, the rest is read */
	size_t pending;           /* steps that run */
	struct err err;           /* the first one that ended the reading */
};

/* Would so many more rows be more than the target can have processes, going by what it
 * said itself? */
bool process_too_many(const struct process_reading *r, size_t more);

/* A row for a pid, with its place in dead and missed. */
size_t process_add_row(struct process_reading *r, int64_t pid);

/* The process of this row does not answer: something is missing in the sample. */
void process_miss(struct process_reading *r, size_t row);

/* An empty sample of all processes, in place of what was read so far. */
void process_restart(struct process_reading *r);

/* The step has ended; err may be NULL. The last of them leads to the next step. */
void process_step_done(struct process_reading *r, const struct err *err);

/* Step: all processes with the cheap columns of the reading, and the dear ones of a first
 * reading. */
void process_sweep(struct process_reading *r);

/*
 * Step: asks about some rows in chunks.
 */
struct process_batch {
	const char *text;     /* gives a list with an element a pid; binds A to the pids
			       * and B to extra */
	struct text extra;    /* a term in the external format, or empty: [] */
	uint64_t columns;     /* for set */
	size_t chunk;         /* rows a request */
	size_t row_bytes;     /* bound of the answer, a row */
	/* value is NULL for a process whose answer alone passed the limits. False: it is
	 * gone. */
	bool (*set)(const struct process_reading *r, size_t row, uint64_t columns,
		    const struct term *value);
	process_step *done; /* at the end; NULL: process_step_done() */
};

/* rows[n] is copied. Processes that do not answer are found, counted as left out, and
 * remembered; those that did not the last time are asked one by one, with little time. */
void process_batch(struct process_reading *r, const struct process_batch *what,
		   const uint32_t *rows, size_t n);

/*
 * Processes that did not answer. Each is left alone for a second, then for two, four and
 * so on, until it answers or is gone.
 */

void process_stubborn_add(struct process_memory *m, int64_t pid);
void process_stubborn_take(struct process_memory *m, int64_t pid); /* it answered */
/* Takes out those that are not in a table of everybody. */
void process_stubborn_tidy(struct process_memory *m, const struct table *all);
bool process_is_stubborn(const struct process_memory *m, int64_t pid);
bool process_any_stubborn(const struct process_memory *m);
/* Did any process of this node not answer the last time? */
bool processes_stubborn(struct live *l);
/* Is it stubborn, and not to be asked now? */
bool process_rests(const struct process_memory *m, int64_t pid);

/* Step: fills the columns of TIER_WHO of the rows. */
void process_who(struct process_reading *r, const uint32_t *rows, size_t n);
void process_who_clear(struct process_who *w);

#endif
