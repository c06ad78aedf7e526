/*
 * Tables: columns with a name, a unit and a help line, and rows of cells under them.
 *
 * A column is described once; every format, --sort, --where, help and completion read the
 * same description. Cells are kept by column, nine bytes each, so
 * that half a million rows stay small; a column that nobody asked for takes no memory.
 * What a cell points to lives in the table's arena.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "base/units.h"

enum column_kind {
	COLUMN_LABEL,   /* says what the row is; has no rate and no growth */
	COLUMN_GAUGE,   /* a level: --window gives NAME_growth, signed */
	COLUMN_COUNTER, /* only grows: --window gives NAME_rate, per second */
};

enum column_flags {
	COLUMN_WIDE = 1,   /* text output shows it only when --columns names it */
	COLUMN_DEAR = 2,   /* costs the target a signal a row: read for all rows only
			    * when it ranks or filters */
	COLUMN_LEFT = 4,   /* its numbers are names (a port): left aligned, never human */
	COLUMN_ASKED = 8,  /* no format shows it unless --columns names it */
	COLUMN_EXACT = 16, /* what its numbers are is not known: never human */
};

enum cell_type {
	CELL_NULL, /* no value: the row has none, or nobody asked */
	CELL_INT,
	CELL_REAL,
	CELL_BOOL, /* num is 0 or 1 */
	CELL_TEXT,
	CELL_ID, /* 64 bits that the column's print function knows how to show (a pid) */
};

union value {
	int64_t num;              /* CELL_INT, CELL_BOOL, CELL_ID */
	double real;              /* CELL_REAL */
	const struct text *text;  /* CELL_TEXT; any bytes, valid UTF-8 by agreement */
};

struct cell {
	enum cell_type type;
	union value v;
};

struct column {
	const char *name;      /* the key in JSON and --columns */
	const char *title;     /* the heading, in capitals */
	enum unit unit;        /* of its numbers */
	enum column_kind kind;
	const char *help;      /* one line, lower case, no full stop */
	unsigned flags;        /* enum column_flags */
	/* How a CELL_ID is shown and read back; NULL for columns without. parse returns
	 * false for what is not one. */
	void (*print)(struct buf *out, int64_t id);
	bool (*parse)(struct text t, int64_t *id);
};

struct readers; /* how sources read this table; source/source.h */

struct schema {
	const char *name;            /* "processes" */
	const char *command;         /* "ps": another name on the command line, or NULL */
	const char *help;            /* one line */
	const struct column *columns;
	size_t ncolumns;             /* at most 64 */
	size_t key;                  /* the column that tells rows apart */
	const char *sort; /* the column that ranks when nobody says, or NULL: as read */
	size_t unit;      /* where there are columns of UNIT_ROW: the one that names
			   * the unit of their numbers */
	size_t touched;   /* the counter that reading a row may move itself, or 0 */
	size_t limited;   /* where rows have a limit: the column, a gauge or a counter, */
	size_t limit;     /* and the one that says the most that it can be; both 0: none.
			   * --window then gives time_to_limit_ns */
	size_t parent;    /* the column with the key of the row that a row is under, so
			   * that rows are a tree; 0: they are none */
	size_t parent_name; /* where that may hold a text: the column that has it; or 0 */
	bool on_demand;   /* is read only for those who name it: record leaves it out */
	const char *tab;  /* the screens of tables with the same one stand side by side;
			   * NULL: among the others */
	const struct readers *readers;
};

#define TABLE_NONE ((size_t)-1)

/* The index of a column by its name, or TABLE_NONE. */
size_t schema_find(const struct schema *s, struct text name);
/* Fails with ERR_USAGE: no such column; the hint has the nearest one and all others.
 * Returns false. */
bool table_no_column(const struct schema *s, struct text name, struct err *err);
/* The mask bit of a column. */
static inline uint64_t column_bit(size_t column)
{
	return (uint64_t)1 << column;
}
/* The mask of all columns. */
uint64_t schema_all(const struct schema *s);

struct table {
	const struct schema *schema;
	struct arena *arena;  /* owns the cells and what they point to */
	size_t nrows;
	size_t cap;           /* rows there is room for */
	uint8_t **types;      /* [ncolumns] of [cap] enum cell_type; NULL: never set */
	union value **values; /* [ncolumns] of [cap] */
	uint8_t *touched;         /* [cap] by how much reading it moved the row's counter
				   * schema.touched, after it was read; NULL: none was */
	const struct text **seen; /* short texts by hash: one that comes again is kept
				   * once */
};

/* An empty table with room for rows (it grows when more are added). */
void table_init(struct table *t, const struct schema *schema, struct arena *arena,
		size_t rows);
/* Adds a row of nulls, returns its index. */
size_t table_add(struct table *t);
/* Gives a column its storage, all null, when it has none yet. */
void table_use(struct table *t, size_t column);

void table_set_int(struct table *t, size_t row, size_t column, int64_t v);
/* What is not finite is null. */
void table_set_real(struct table *t, size_t row, size_t column, double v);
void table_set_bool(struct table *t, size_t row, size_t column, bool v);
void table_set_id(struct table *t, size_t row, size_t column, int64_t id);
/* Copies the text into the arena. */
void table_set_text(struct table *t, size_t row, size_t column, struct text v);
/* A text is copied. */
void table_set(struct table *t, size_t row, size_t column, struct cell cell);

/* A request moved the row's counter by one after that was read: the next rate is without
 * it. with: the counter itself was read by this very request; what others did before is
 * in it then. */
void table_touch(struct table *t, size_t row, bool with);
/* What a later reading of some of the same rows moved. */
void table_touch_as(struct table *t, const struct table *later);

/* Takes the rows out for which gone[row] is true; the others keep their order. */
void table_drop(struct table *t, const bool *gone);

struct cell table_cell(const struct table *t, size_t row, size_t column);
/* The number of a cell (int, bool, id; a real is truncated); 0 for null and text. */
int64_t table_num(const struct table *t, size_t row, size_t column);
/* The text of a cell; empty unless it is CELL_TEXT. */
struct text table_text(const struct table *t, size_t row, size_t column);
bool table_null(const struct table *t, size_t row, size_t column);
/* The unit of a cell's number: its column's, or what its row says. */
enum unit table_unit(const struct table *t, size_t row, size_t column);

/* -1, 0 or 1: null first, then numbers by value, then texts by bytes. */
int cell_compare(struct cell a, struct cell b);
bool cell_eq(struct cell a, struct cell b);
uint64_t cell_hash(struct cell c);
/* Its number; NAN: it is none. */
double cell_number(struct cell c);
/* A cell whose text is in the arena. */
struct cell cell_dup(struct arena *a, struct cell c);
/* The plain text of a cell, as --where's ~ and CSV have it: numbers in base units,
 * moments as ISO 8601, ids as their column prints them; null is empty. */
void cell_print(struct buf *out, const struct column *about, struct cell c);

/* The row whose key is this, by search (row 0 first), or TABLE_NONE. For many look-ups
 * use an index. */
size_t table_find(const struct table *t, struct cell key);

/* A hash index from key to row. Lives in the arena it is given. */
struct table_index {
	const struct table *table;
	uint32_t *slots; /* [mask + 1] row + 1, or 0 */
	size_t mask;
};
void table_index_init(struct table_index *x, const struct table *t, struct arena *arena);
size_t table_index_find(const struct table_index *x, struct cell key);

/*
 * A selection of rows, in the order in which they are to be shown.
 */
struct rows {
	uint32_t *at; /* [n] row numbers */
	size_t n;
};

enum predicate_op {
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_GT,
	OP_MATCH, /* POSIX extended regular expression somewhere in the shown text */
};

struct predicate; /* one --where */

/* Reads "COL OP VALUE" (blanks around OP may be left out) against a schema. The value is
 * a number with the column's unit, a text (quotes may stand around it), true, false or
 * null. ERR_USAGE names what is wrong and where, the hint lists the columns; also for a
 * regular expression that would take too much. A row without a value holds only for
 * "!= VALUE" and "= null". Lives in the arena, but for the
 * compiled expression: predicate_free(). */
struct predicate *predicate_parse(struct text t, const struct schema *s,
				  struct arena *arena, struct err *err);
void predicate_free(struct predicate *p);
size_t predicate_column(const struct predicate *p);
bool predicate_holds(const struct predicate *p, const struct table *t, size_t row);

/* All rows, in the order of the table. In arena, as all functions that give rows. */
struct rows rows_all(const struct table *t, struct arena *arena);
/* Those for which all n predicates hold. */
struct rows rows_where(const struct table *t, struct rows in, struct predicate *const *p,
		       size_t n, struct arena *arena);
/* The first limit rows of the order by column (0: all); nulls come last in both
 * directions, ties stay in the table's order. Costs about n + limit log limit. Reorders
 * in place and shortens. */
void rows_top(const struct table *t, struct rows *rows, size_t column, bool descending,
	      size_t limit);

/*
 * Schemas made from others at run time: "node" in front, "NAME_rate" and "NAME_growth",
 * "time_to_limit_ns" and "born" behind. A column of the base schema keeps its
 * description; from[] tells where each came from.
 */
struct derived {
	struct schema schema;  /* more than 64 columns, maybe: masks are of the base's */
	const struct schema *base;
	const size_t *from;    /* [schema.ncolumns] column of base; TABLE_NONE for node
				* and born */
	size_t node;           /* index of "node", or TABLE_NONE */
	size_t born;           /* index of "born", or TABLE_NONE */
	size_t changes;        /* first rate or growth; the last is in front of born */
	size_t to_limit;       /* index of "time_to_limit_ns", one of the changes, or
				* TABLE_NONE */
};
struct derived *schema_derive(const struct schema *base, bool node, bool window,
			      struct arena *arena);
/* Is this column a rate, a growth or a time to a limit? Then from[] is the column that it
 * is of, or the limit. */
bool derived_is_change(const struct derived *d, size_t column);

/*
 * Fills a table of a derived schema from one sample, or from two of the same table.
 *
 * node     the text of the node column; ignored when the schema has none
 * before   NULL when there is none yet: rates, growths and born are all null. Rates and
 *          growths are null for rows that it does not have, and born is true
 * span_ns  between the two readings, > 0. Under a second no time to a limit is told: too
 *          little grows for it to mean something
 *
 * Rows that are only in before are not shown. Rows are added to out. Texts, and the
 * columns of the first sample, are shared and not copied: after must live as long as out.
 */
void table_derive(struct table *out, const struct derived *d, struct text node,
		  const struct table *before, const struct table *after, int64_t span_ns);

/* The same piece by piece, for tables that take long. Until it is whole, out has all
 * rows, and no rates, growths or born in those that were not compared yet. */
struct derivation;
struct derivation *derivation_new(struct table *out, const struct derived *d,
				  struct text node, const struct table *before,
				  const struct table *after, int64_t span_ns);
/* Compares so many rows more. True: it is whole. */
bool derivation_step(struct derivation *x, size_t rows);
void derivation_free(struct derivation *x); /* NULL is fine */

#endif
