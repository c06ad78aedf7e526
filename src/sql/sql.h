/*
 * SQL over all tables: SQLite's virtual tables over the rows that sources give.
 *
 * Knows tables by their schemas alone, so that a new one needs nothing here. A statement
 * is prepared first: that tells which tables, columns and keys it needs. These are asked
 * for together, from all sources, asynchronously on the loop; then dear columns of the
 * rows that it turns out to look at. Only when all are there is it stepped, over memory.
 * It can only read: what writes, attaches or loads is refused.
 *
 * A table has the name of its schema. With a window there is also NAME_before, the first
 * of the two readings, and NAME has rates and growths as --window gives them. With
 * several sources each has a column node. Ids are texts as their column prints them,
 * truth values 0 or 1, moments ISO 8601, all other numbers in base units.
 */
#ifndef SQL_SQL_H
#define SQL_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/table.h"
#include "source/source.h"
#include "tables/query.h"

struct sql;
struct sql_statement;

struct sql_options {
	int64_t window_ns;  /* 0: none */
	struct moment at;   /* of sources that keep readings */
	int64_t timeout_ns; /* of each request; 0: the default */
	enum syntax syntax;
	bool node;          /* a column node in front: more than one source */
	size_t limit;       /* rows that are wanted of each answer; 0: all */
	bool keep;          /* the last reading of a statement begins its next window */
	size_t memory_bytes; /* that SQLite may use; 0: 256 MB */
	/* Called now and then while a statement is stepped; false interrupts it. NULL:
	 * nothing does. */
	bool (*go_on)(void *ctx);
	void *ctx;
};

/* Opens a connection over these tables, which must live longer. ERR_SYSTEM; NULL then. */
struct sql *sql_open(const struct schema *const *tables, size_t ntables,
		     const struct sql_options *o, struct err *err);
void sql_close(struct sql *s); /* NULL is fine; no statement may be left */

/*
 * Prepares the statement of a text that begins at *at, and moves *at behind it.
 *
 * Returns NULL without an err when only blanks and comments are left; NULL with ERR_USAGE
 * when it is wrong, with its place.
 */
struct sql_statement *sql_prepare(struct sql *s, struct text text, size_t *at,
				  struct err *err);
void sql_free(struct sql_statement *st); /* NULL is fine; not while it is asking */

enum sql_text {
	SQL_BLANK,    /* blanks and comments */
	SQL_OPEN,     /* the last statement has no end yet */
	SQL_COMPLETE, /* each is ended by ';' */
};
enum sql_text sql_text(struct text text);

/* The tables that there are: NAME and NAME_before. */
struct sql_name {
	const char *name;
	const struct schema *schema; /* its columns; help is of the table */
};
size_t sql_tables(const struct sql *s);
struct sql_name sql_table_at(const struct sql *s, size_t i);
/* The one of this name, in any case; name is NULL when there is none, err then has the
 * nearest. ERR_ABSENT. */
struct sql_name sql_table_find(const struct sql *s, struct text name, struct err *err);

/*
 * Offers what the last word of an unfinished text may become: tables, columns of the
 * tables that the text names, functions and words of SQL. Returns the bytes of that word.
 */
size_t sql_words(const struct sql *s, struct text text,
		 void (*offer)(void *ctx, struct text word), void *ctx);

/* Does it look at any table? */
bool sql_needs(const struct sql_statement *st);

/* Called once, from the loop, never from inside sql_ask(). */
typedef void sql_done(void *ctx);

/* Asks the sources (n > 0) for all that the statement needs. Sources and statement must
 * live until done was called. */
void sql_ask(struct sql_statement *st, struct loop *l, struct source *const *sources,
	     size_t n, sql_done *done, void *ctx);
/*
 * Asks for what only turns out to be needed when the statement is gone through: dear
 * columns of the rows that it comes to look at. Call it when done was called, not from
 * inside; true: wait for done again, and call it again.
 */
bool sql_ask_rest(struct sql_statement *st);
/* done is not called any more; the sources may be closed right after. */
void sql_cancel(struct sql_statement *st);

/* What is to be told of what was read; above all what did not come. */
struct sql_told {
	const struct query_failure *failures; /* [nfailures] at most one a source */
	size_t nfailures;
	bool lacks_table;          /* of some table no source gave anything: the statement
				    * cannot be stepped */
	size_t missed;             /* rows that could not be read in time */
	struct text missed_first;
	struct text notes;         /* lines for people: what rows cannot say */
	int64_t wall_ns;           /* of the last reading */
};
struct sql_told sql_told(const struct sql_statement *st);

/* The columns of its rows; none (CREATE VIEW): ncolumns is 0. */
const struct schema *sql_schema(const struct sql_statement *st);
/*
 * Steps on: adds at most max rows to a table of sql_schema(); fewer when they are large.
 *
 * more  out: false at the end; the next step begins anew
 * err   ERR_USAGE, ERR_CANNOT for want of memory; kind ERR_NONE when go_on() said no
 */
bool sql_step(struct sql_statement *st, struct table *t, size_t max, bool *more,
	      struct err *err);
/* No more rows are wanted: the next step begins anew. */
void sql_stop(struct sql_statement *st);

#endif
