/*
 * The screen of several sources: a table with a row for each, made of what the headers of
 * their first screens know already. Nobody is asked for it.
 */
#ifndef VIEW_NODES_H
#define VIEW_NODES_H

#include "source/source.h"
#include "view/home.h"
#include "view/link.h"
#include "view/view.h"

enum nodes_column {
	NODES_NUMBER, /* its key: 1 is the first source of the command line */
	NODES_NAME,
	NODES_STATE,
	NODES_AGE,
	NODES_RELEASE,
	NODES_PROCESSES,
	NODES_MEMORY,
	NODES_REDUCTIONS,
	NODES_RUN_QUEUE,
	NODES_UTILISATION,
	NODES_UPTIME,
	NODES_TIME,
	NODES_TROUBLE,
	NODES_NCOLUMNS,
};

extern const struct schema nodes_table_schema;

/* One of the sources. */
struct nodes_one {
	struct link *link;
	struct home *home;
};

/* A source that answers that table. one: gives the i-th of n, which live as long. */
struct source *nodes_open(struct loop *l, size_t n,
			  struct nodes_one (*one)(void *ctx, size_t i), void *ctx);

/* From one to another, wherever one is: [nodes_nactions]. */
extern const struct action nodes_actions[];
extern const size_t nodes_nactions;

#endif
