/*
 * A feed: the samples of one table of one link, again and again. Nobody waits for it:
 * what there is can be read at any time, with its age.
 *
 * Two kinds of columns are wanted: those that rank, filter or group are read of all rows;
 * the others only of the rows that are shown (feed_show()). Each reading is compared with
 * the one before: feeds have the columns of schema_derive() with a window, rates and
 * growths.
 */
#ifndef VIEW_FEED_H
#define VIEW_FEED_H

#include "view/link.h"

struct feed;

struct feed_options {
	struct link *link;
	const struct schema *schema;
	int64_t interval_ns;
	int64_t timeout_ns;  /* of each request; 0: the default */
	enum syntax syntax;
	const struct cell *only; /* [nonly] keys of the only rows that there are to be;
				  * NULL: all. Copied */
	size_t nonly;
	/* Called from the loop: something new can be read, or was not answered. */
	void (*changed)(void *ctx);
	void *ctx;
};

/* Asks nothing before feed_run(). */
struct feed *feed_new(const struct feed_options *o);
void feed_free(struct feed *f); /* NULL is fine */

/* On: asks now, and then at the interval. Off: what is known stays. */
void feed_run(struct feed *f, bool on);
void feed_interval(struct feed *f, int64_t interval_ns);
/* How often it asks now: a large table is not asked for again before the time that the
 * last answer took is the link's budget of the time that went by. */
int64_t feed_every_ns(const struct feed *f);
/* Asks now, or, while an answer is awaited, right after that. */
void feed_again(struct feed *f);

/* Masks of columns of the schema. What is new in all is asked for at once. */
void feed_want(struct feed *f, uint64_t all, uint64_t shown);
/* The rows that are shown: their other columns are asked for now, if they are not known,
 * and with each reading. */
void feed_show(struct feed *f, const struct cell *keys, size_t n);

/* Columns of what can be read. */
const struct derived *feed_derived(const struct feed *f);
/* All rows, with the columns that were read of all; its arena lives until the next
 * changed(). NULL: nothing was read yet. */
const struct table *feed_table(const struct feed *f);
/* Another number means another table: rows of the one before are gone. */
unsigned feed_version(const struct feed *f);
/* A cell of a row of that table by a column of feed_derived(), also one that was read of
 * shown rows only. *known: false where it was not read (yet). */
struct cell feed_cell(const struct feed *f, size_t row, size_t column, bool *known);

/* Has it two readings, so that there are rates? */
bool feed_has_rates(const struct feed *f);
size_t feed_readings(const struct feed *f); /* so far: tells that there is a new one */
/* Of the node that the last one is from: another one means that keys are other things.
 * 0: there is none, or it is from no node. */
uint32_t feed_creation(const struct feed *f);
int64_t feed_at_ns(const struct feed *f);   /* loop_now() of the last one; 0: none */
int64_t feed_wall_ns(const struct feed *f); /* its date */
bool feed_busy(const struct feed *f);       /* an answer is awaited */
int64_t feed_took_ns(const struct feed *f); /* the last answer */
/* Why the last answer did not come; kind ERR_NONE: it came. */
const struct err *feed_err(const struct feed *f);
size_t feed_missed(const struct feed *f);   /* rows that could not be read */
struct text feed_note(const struct feed *f); /* what rows cannot say */

#endif
