/*
 * One reading of the supervision tree, for the files that make it:
 *
 *   supervisors.c        the columns, the rows
 *   supervision.c        who is a supervisor, who is above whom
 *   supervision_all.c    everybody is read, and whom the supervisors are linked with
 *   supervision_few.c    only supervisors are read, and their children counted
 *   supervisor_sweep.c   who of all processes is a supervisor
 *   supervisor_ask.c     what only a supervisor knows
 */
#ifndef TABLES_SUPERVISION_H
#define TABLES_SUPERVISION_H

#include "source/live.h"

struct supervision;
typedef void supervision_step(struct supervision *r);

enum kind {
	KIND_OTHER,
	KIND_UNSURE, /* it may be a supervisor: its dictionary is not read */
	KIND_BRIDGE, /* a supervisor_bridge: knows no calls */
	KIND_SUPERVISOR,
};

struct supervision {
	struct live *live;
	struct live_answer to;
	const struct schema *schema;
	uint64_t columns;
	struct cell *keys;         /* [nkeys] or NULL: all */
	size_t nkeys;
	int64_t timeout_ns;
	enum syntax syntax;
	struct arena arena;        /* of this reading */
	struct sample *sample;
	struct sample *processes;
	const struct table *table; /* its table: a row here is a process there */
	struct table_index index;  /* pid to row */
	uint32_t *parent;          /* [rows] who started it, or TREE_NONE */
	uint8_t *kind;             /* [rows] enum kind */
	bool *linked;              /* [rows] a supervisor's links were read, or
				    * counted */
	bool *child;               /* [rows] a child of its parent */
	/* Where only supervisors are read: */
	bool few;                  /* they are */
	uint32_t *children;        /* [rows] how many, as counted on the target */
	struct cell *pids;         /* [npids] of the supervisors, and who is above them */
	size_t npids;
	size_t pids_cap;
	size_t nsupervisors;       /* of pids, the first ones */
	size_t nsure;              /* of those, the first ones */
	size_t rounds;
	supervision_step *next;    /* when it is known who may be one */
};

/* Links that are read of one supervisor. */
#define SUPERVISION_LINKS "200000"

/* Steps: everybody, or only the supervisors; each leads to supervision_rows(), or to
 * supervision_end() with an error. */
supervision_step supervision_all;
supervision_step supervision_few;
supervision_step supervision_rows;
/* The reading is over; s or err is NULL. */
void supervision_end(struct supervision *r, struct sample *s, const struct err *err);

/* "supervisor:" in either syntax, in front of the callback module and "/1". */
bool supervision_callback(struct text call, struct text *module);
/* What is asked of the processes table. */
struct request supervision_request(const struct supervision *r);
/* The processes are there: all, or those that matter. The sample is the reading's. */
void supervision_take(struct supervision *r, struct sample *s);
/* Settles who is KIND_UNSURE, then next. */
void supervision_unsure(struct supervision *r, supervision_step *next);
/* A text about all supervisors: A is the list of their pids. */
void supervision_ask(struct supervision *r, const char *text, node_part *part,
		     node_answered *done);

#endif
