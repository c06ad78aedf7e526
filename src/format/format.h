/*
 * Tables and objects as bytes for people and for programs: text, JSON, JSON lines, CSV.
 *
 * For people: aligned, human units, cut at the terminal's width. For programs: complete,
 * base units, keys = column names. What the target sends never steers a terminal and
 * invalid UTF-8 never comes out, in any format. Nothing here knows where the rows came
 * from. A failure to write stays in the FILE (ferror); writers stop early after one.
 */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/table.h"
#include "format/cell.h"

/* Where it goes, and what may be shown there. */
struct outlet {
	FILE *file;
	size_t width; /* of the terminal; 0: nothing is cut */
	bool color;
	bool ascii;   /* nothing beyond ASCII */
	bool line;    /* --watch: JSON is one line a sample, an empty one ends text */
	bool again;   /* not the first sample of a --watch: CSV has its heading already */
	int *error;   /* errno of the first write that failed; may be NULL */
	bool redact;  /* mask what has the name of a secret: base/secret.h */
};

/* What of a table is shown. */
struct page {
	const struct table *table;
	const struct rows *rows;
	const size_t *columns; /* [ncolumns] in this order */
	size_t ncolumns;
	size_t ranked; /* the column that ranks: it is shown on the narrowest terminal, as
			* the first one is */
	const bool *filters; /* [the table's columns] those that chose the rows: they go
			      * last where there is little room; may be NULL */
	bool begun;    /* an earlier page of the same answer had the heading */
	bool more;     /* a later page follows */
};

/*
 * A thing with named parts that is no row of a table: what info, memory and call show. A
 * field is a cell, an object or a list; lists hold fields whose names are not shown.
 */
enum field_kind { FIELD_CELL, FIELD_OBJECT, FIELD_LIST };

struct field {
	const char *name;      /* the key in JSON; "current_function" */
	enum field_kind kind;
	enum unit unit;        /* FIELD_CELL: of its number */
	struct cell cell;      /* FIELD_CELL; ids are given as texts */
	const struct field *fields; /* [nfields] FIELD_OBJECT, FIELD_LIST */
	size_t nfields;
};

/* Fields in a growing array, so that a command can add one a line. Texts are copied into
 * the arena; names and fields of objects and lists must live on. */
struct fields {
	struct field *at;
	size_t n;
	size_t cap;
	struct arena *arena;
};
void fields_init(struct fields *f, struct arena *arena);
struct fields *fields_new(struct arena *arena); /* lives in the arena itself */
void fields_null(struct fields *f, const char *name);
void fields_int(struct fields *f, const char *name, enum unit unit, int64_t v);
void fields_bool(struct fields *f, const char *name, bool v);
void fields_text(struct fields *f, const char *name, struct text v);
/* Null when it is empty. */
void fields_text_or_null(struct fields *f, const char *name, struct text v);
/* A cell under its column's name, in the unit of its column. */
void fields_cell(struct fields *f, const struct column *about, struct cell c);
void fields_object(struct fields *f, const char *name, const struct fields *parts);
void fields_list(struct fields *f, const char *name, const struct fields *parts);

struct format {
	const char *name;  /* "json" */
	const char *help;  /* one line */
	bool human;        /* for people: cut, coloured, with fewer columns and rows */
	void (*table)(const struct outlet *o, const struct page *p);
	/* n fields of the object itself. */
	void (*object)(const struct outlet *o, const struct field *fields, size_t n);
};

extern const struct format *const formats[];
extern const size_t nformats;

/* NULL when there is none; err then has the names that there are. */
const struct format *format_find(struct text name, struct err *err);

#endif
