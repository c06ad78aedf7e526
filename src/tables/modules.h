/*
 * The modules table: what code is loaded, where from, and who still runs old code.
 */
#ifndef TABLES_MODULES_H
#define TABLES_MODULES_H

#include "base/table.h"

enum modules_column {
	MODULES_NAME,
	MODULES_APPLICATION,
	MODULES_VERSION,
	MODULES_OLD,
	MODULES_EXPORTS,
	MODULES_PATH,
	MODULES_MD5,
	MODULES_STICKY,
	MODULES_NIFS,
	MODULES_FUNCTIONS,
	MODULES_SOURCE,
	MODULES_FILE_SIZE,
	MODULES_OLD_PROCESSES,
	MODULES_OLD_PIDS,
	MODULES_NCOLUMNS,
};

extern const struct schema modules_schema;

/* The application of a module by the path of its file: the directory above ebin, without
 * a version: ".../kernel-8.5/ebin/code.beam" is of kernel. Empty when that says nothing.
 */
struct text modules_application(struct text path);

#endif
