/*
 * The environment table: what the node was started with, as the node itself tells it now:
 * environment variables, arguments, flags of the emulator, limits of its OS process.
 * Secrets in them never get into a row (base/secret.h).
 */
#ifndef TABLES_ENVIRONMENT_H
#define TABLES_ENVIRONMENT_H

#include "base/table.h"

enum environment_column {
	ENVIRONMENT_KIND,
	ENVIRONMENT_NAME,
	ENVIRONMENT_VALUE,
	ENVIRONMENT_NUMBER,
};

extern const struct schema environment_schema;

#endif
