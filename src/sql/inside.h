/*
 * What the files of this folder share.
 */
#ifndef SQL_INSIDE_H
#define SQL_INSIDE_H

#include <sqlite3.h>

#include "sql/sql.h"

/* A virtual table. */
struct sql_table {
	struct sql *sql;
	const char *name;            /* "processes_before" */
	size_t place;                /* of its schema in the list */
	bool before;                 /* of the first reading of a window */
	const struct derived *shape; /* its columns */
};

struct sql {
	sqlite3 *db;
	struct arena arena;
	struct sql_options options;
	const struct schema *const *schemas; /* [nschemas] */
	size_t nschemas;
	struct sql_table *tables; /* [ntables] one or two of each schema */
	size_t ntables;
	struct sql_statement *preparing; /* whose needs are being collected */
	struct sql_statement *stepping;  /* whose rows the cursors see */
	bool rehearsing; /* late cells are not there yet: looked at is wanted */
	size_t looks;    /* of guard.c that the rehearsal has left */
	bool declaring; /* the columns of a virtual table: that is not for guard.c */
	char denied[160];                /* what was refused, and why */
};

/* What a statement needs of a schema's table. */
struct need {
	bool now;          /* the table itself */
	bool before;       /* the first reading */
	uint64_t columns;  /* of the last reading */
	uint64_t earlier;  /* of the first reading; the window is open when before */
	uint64_t late;     /* of columns: dear ones, read only of the rows where they turn
			    * out to be needed */
	uint64_t eager;    /* never late: what filters or ranks is needed of every row */
	bool all;          /* all rows; else those with the keys */
	struct cell *keys; /* [nkeys] in the statement's arena */
	size_t nkeys;
};

/* The rows of one column by what SQL compares: made when the first look-up comes. */
struct sql_index;

/* What a cursor looks at: one of NAME and NAME_before. */
struct view {
	struct table rows;
	bool there;
	uint64_t late;  /* of the schema's columns: read of some rows only */
	uint8_t *known; /* [rows.nrows] enum known; NULL when nothing is late */
	size_t nwanted; /* rows that are KNOWN_WANTED */
	size_t most;    /* more than these are not asked for one by one */
	struct sql_index **indexes; /* [shape's ncolumns] NULL: not made */
};

/* What is known of the late columns of a row. */
enum known {
	KNOWN_NOT,    /* nobody looked at it so far */
	KNOWN_WANTED, /* somebody did: it is to be asked for */
	KNOWN_READ,
	KNOWN_GONE,   /* the row is not there any more */
};

struct sql_statement {
	struct sql *sql;
	bool unstable;     /* it may look at other rows when it runs again */
	size_t rehearsals; /* that were made of this reading */
	sqlite3_stmt *stmt;
	struct arena arena;
	struct need *needs; /* [nschemas] */
	bool late; /* some column of some table is */
	struct schema schema;
	struct reading *reading; /* what was read for it; NULL: nothing yet */
};

/* sql/reading.c */
struct view *reading_view(const struct reading *r, const struct sql_table *t);
struct arena *reading_arena(struct reading *r);
void reading_free(struct reading *r);

/* Asks for the late cells of the rows that are wanted; then done is called again. */
void reading_ask_rest(struct reading *r);
/* Can it be stepped, or asked for more? */
bool reading_is_whole(const struct reading *r);

/* sql/late.c: which columns are read late. text: the statement. */
void late_plan(struct sql_statement *st, struct text text);

/* sql/module.c: makes the virtual tables known. */
bool module_add(struct sql *s, struct err *err);

/* sql/index.c */
struct sql_key { /* a value as the index compares it */
	enum {
		KEY_NONE, /* equal to nothing */
		KEY_NUMBER,
		KEY_ID,
		KEY_TEXT
	} type;
	double number;
	int64_t id;
	struct text text;
};
struct sql_index *index_make(const struct table *t, size_t column, struct arena *arena);
struct sql_key index_key(const struct column *about, sqlite3_value *value);
/* The first row that may be equal, or TABLE_NONE; and the next one. */
size_t index_first(const struct sql_index *x, const struct sql_key *key);
size_t index_next(const struct sql_index *x, const struct sql_key *key, size_t row);

/* sql/function.c: functions beside SQLite's own. */
bool function_add(struct sql *s, struct err *err);

/* sql/guard.c: what may be done, for how long, with how much memory. */
void guard_add(struct sql *s);

/* sql/wrong.c: says what is wrong with a text that SQLite refused, and where. from: where
 * the statement begins. Returns false. */
bool wrong_text(struct sql *s, struct text text, size_t from, int code, struct err *err);
/* Adds the tables that there are, and which may have been meant. */
void hint_table(const struct sql *s, struct text name, struct err *err);
/* What went wrong while it was stepped. */
bool wrong_step(struct sql *s, int code, struct err *err);

/* sql/word.c: the next word, text, number or sign of a text in SQL. */
enum word_kind { WORD_END, WORD_NAME, WORD_QUOTED, WORD_TEXT, WORD_OTHER };
enum word_kind word_next(struct text text, size_t *at, struct text *word);
/* The virtual table of this name; NULL when there is none. */
const struct sql_table *table_named(const struct sql *s, struct text name);
/* The next one that a text names from *at on, which goes behind it; NULL at the end. */
const struct sql_table *table_next(const struct sql *s, struct text text, size_t *at);

#endif
