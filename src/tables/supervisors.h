/*
 * The supervision tree: the tables supervisors (only they) and children (who is under a
 * supervisor, too).
 *
 * Nobody is asked: the tree is made of what the VM knows of each process, who started it
 * and whom it is linked with. The columns from SUPER_ANSWER on are the exception: they
 * are read only when they are named (--active names them), since each supervisor gets two
 * messages then.
 */
#ifndef TABLES_SUPERVISORS_H
#define TABLES_SUPERVISORS_H

#include "base/table.h"

enum super_column {
	SUPER_PID,
	SUPER_NAME,
	SUPER_APPLICATION,
	SUPER_KIND,
	SUPER_CHILDREN,
	SUPER_MSGQ,
	SUPER_DEPTH,
	SUPER_PARENT,
	SUPER_MODULE,
	SUPER_ANSWER,
	SUPER_STRATEGY,
	SUPER_INTENSITY,
	SUPER_PERIOD,
	SUPER_RESTARTS,
	SUPER_SPECS,
	SUPER_ACTIVE,
	SUPER_SUPERVISORS,
	SUPER_WORKERS,
	SUPER_ID,
	SUPER_RESTART,
	SUPER_NCOLUMNS,
};

/* Columns that are read by asking the supervisors. */
#define SUPER_ASKED (UINT64_MAX << SUPER_ANSWER)

extern const struct schema supervisors_schema;
extern const struct schema children_schema;

#endif
