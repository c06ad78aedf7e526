/*
 * The tables about Mnesia: its tables, and Mnesia itself. Where it does not run they are
 * empty, with a note.
 */
#ifndef TABLES_MNESIA_H
#define TABLES_MNESIA_H

#include "base/table.h"
#include "source/source.h"
#include "term/term.h"

enum {
	MNESIA_NAME,
	MNESIA_STORAGE,
	MNESIA_TYPE,
	MNESIA_SIZE,
	MNESIA_MEMORY,
	MNESIA_LOADED,
	MNESIA_COPIES,
	MNESIA_STOPPED,
	MNESIA_OWNER,
	MNESIA_OWNER_NAME,
	MNESIA_INDEX,
	MNESIA_READ_FROM,
	MNESIA_LOADED_FROM,
	MNESIA_LOAD_REASON,
	MNESIA_RAM_COPIES,
	MNESIA_DISC_COPIES,
	MNESIA_DISC_ONLY_COPIES,
	MNESIA_EXTERNAL_COPIES,
	MNESIA_MASTER_NODES,
	MNESIA_ACCESS,
	MNESIA_LOAD_ORDER,
	MNESIA_MAJORITY,
	MNESIA_LOCAL_CONTENT,
	MNESIA_RECORD,
	MNESIA_ATTRIBUTES,
	MNESIA_SUBSCRIBERS,
	MNESIA_CHECKPOINTS,
	MNESIA_SYSTEM,
	MNESIA_NCOLUMNS,
};

extern const struct schema mnesia_schema;

enum {
	MNESIA_SYSTEM_NAME,
	MNESIA_SYSTEM_VALUE,
	MNESIA_SYSTEM_HELP,
	MNESIA_SYSTEM_NCOLUMNS,
};

extern const struct schema mnesia_system_schema;

/* An expression: does it run? Or was it stopped meanwhile? */
#define MNESIA_RUNS \
	"(erlang:whereis(mnesia_tm) =/= undefined andalso" \
	" mnesia:system_info(is_running) =/= no)"

/* Names of a list of atoms, "a, b"; of an empty one null. */
void mnesia_set_names(struct table *t, size_t row, size_t column,
		      const struct term *list);

/* Asks where Mnesia runs; elsewhere the answer is empty, and its note says so. A node
 * without it does not even get to know the names that the question has. */
struct question;
void mnesia_ask(struct live *l, const struct request *rq, const struct question *q,
		source_done *done, void *ctx);

#endif
