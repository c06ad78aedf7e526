/*
 * The numbers of the first screen's header: a row each, which says where it comes from
 * and what is shown of it.
 */
#ifndef VIEW_HOME_ITEM_H
#define VIEW_HOME_ITEM_H

#include "base/table.h"
#include "view/history.h"
#include "view/threshold.h"

/* Which of the feeds has it. */
enum home_feed {
	HOME_SYSTEM,
	HOME_MEMORY,
	HOME_SCHEDULERS,
	HOME_OS_MEMORY,
	HOME_FEEDS,
	HOME_OURS, /* none: what we cost the node */
};

enum home_how {
	HOME_LEVEL, /* the row's value */
	HOME_RATE,  /* the same a second: it is a counter */
	HOME_MEAN,  /* of the threads of this type that are online */
	HOME_DIRTY, /* the same of the busier type of dirty schedulers */
	HOME_MOST,  /* of the rows whose name begins so: "logger_queue." */
};

/* Blocks stand side by side. */
enum home_block {
	HOME_BLOCK_CPU,
	HOME_BLOCK_MEMORY,
	HOME_BLOCK_COUNTS,
	HOME_BLOCKS,
	HOME_BLOCK_NONE, /* it is not shown by itself */
};

enum { HOME_LABEL = 6 };

struct home_item {
	enum home_block block;  /* the more important one first */
	const char *label;      /* at most HOME_LABEL columns */
	const char *help;       /* what it is, over its chart */
	enum home_feed feed;
	const char *key;        /* its row */
	const char *column;     /* of the row */
	enum home_how how;
	enum unit unit;
	const char *limit_key;  /* the row whose value is its limit; "": the column limit
				 * of its own row; NULL: it has none */
	enum threshold_of threshold; /* of its share of the limit, or of itself */
	bool trend;             /* how fast it grows is shown */
};

extern const struct home_item home_items[];
extern const size_t home_nitems;

/* At most this many: for arrays. */
enum { HOME_ITEMS_MAX = 48 };

/* The schema of a feed. */
const struct schema *home_feed_schema(enum home_feed feed);
/* The rows that are needed of it, in keys[HOME_ITEMS_MAX]; 0: all. The texts are put into
 * arena. */
size_t home_feed_keys(enum home_feed feed, struct cell *keys, struct arena *arena);
/* The columns. */
uint64_t home_feed_columns(enum home_feed feed);

/* Facts of system that are texts, for the first line, beside those of the items. */
extern const char *const home_facts[];
extern const size_t home_nfacts;

/* What a table of its feed says of an item; NAN: nothing. A table of a recording may lack
 * any column, or have others of that name. */
double home_item_value(const struct home_item *i, const struct table *t);
double home_item_limit(const struct home_item *i, const struct table *t);
/* How much it grew a second since the reading before; NAN: not known. t has the columns
 * of a feed. */
double home_item_growth(const struct home_item *i, const struct table *t);
/* A cell of the row with this name; null when there is none. */
struct cell home_cell(const struct table *t, const char *key, const char *column);

/* Is the thread of this row online? Also when that is not known. */
bool home_thread_online(const struct table *t, size_t row);

/* Under which name the history has it. */
struct series_name home_item_series(const struct home_item *i, struct text link);
static inline enum history_as home_item_as(const struct home_item *i)
{
	return i->how == HOME_RATE ? HISTORY_RATE : HISTORY_LEVEL;
}

#endif
