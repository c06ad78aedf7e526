/*
 * The applications table: all that are loaded, and the sums over their processes, which
 * belong to them by their group leader.
 */
#ifndef TABLES_APPS_H
#define TABLES_APPS_H

#include "base/table.h"

enum apps_column {
	APPS_NAME,
	APPS_VERSION,
	APPS_STATUS,
	APPS_PROCESSES,
	APPS_MEMORY,
	APPS_REDUCTIONS,
	APPS_MSGQ,
	APPS_RESTART_TYPE,
	APPS_MASTER,
	APPS_DESCRIPTION,
	APPS_NCOLUMNS,
};

extern const struct schema applications_schema;

#endif
