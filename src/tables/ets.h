/*
 * The ets table: the ETS tables of a node.
 */
#ifndef TABLES_ETS_H
#define TABLES_ETS_H

#include "source/live.h"

enum {
	ETS_NAME,
	ETS_SIZE,
	ETS_MEMORY,
	ETS_TYPE,
	ETS_PROTECTION,
	ETS_OWNER,
	ETS_OWNER_NAME,
	ETS_ID,
	ETS_OBJECT_BYTES,
	ETS_APPLICATION,
	ETS_SYSTEM,
	ETS_HEIR,
	ETS_NAMED,
	ETS_KEYPOS,
	ETS_COMPRESSED,
	ETS_READ_CONCURRENCY,
	ETS_WRITE_CONCURRENCY,
	ETS_DECENTRALIZED,
	ETS_FIXED,
	ETS_FIXED_NS,
	ETS_FIXED_BY,
	ETS_NCOLUMNS,
};

extern const struct schema ets_schema;

/* The id of a named table: the name. An atom that looks like a module of Elixir but is
 * none keeps its colon: 'Cart' is not Elixir's Cart. */
void ets_print_id(struct buf *out, struct text atom);

/* The table as the target names it, in the external format. False when this source was
 * never asked for a table of this id. */
bool ets_etf(struct live *l, struct text id, struct buf *out);

#endif
