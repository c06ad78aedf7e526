/*
 * All readings of a table of a recording, one after the other, for who asks what became
 * of some columns: a peak, a chart.
 *
 * Nothing stays open in the file between two of them, so that whoever walks may rest at
 * any time. Each costs what changed since the one before, not the table.
 */
#ifndef SOURCE_RECORDING_WALK_H
#define SOURCE_RECORDING_WALK_H

#include "source/recording_chain.h"

struct recording_walk {
	struct recording_file *file;
	const struct schema *schema;
	int64_t table;
	int ids[ROWS_COLUMNS];  /* the columns' numbers in the file; -1: it lacks it */
	int64_t to;             /* the last moment */
	struct stored now;      /* the reading that it stands at; id 0: in front of the
				 * first */
	struct chain chain;
	size_t counter;         /* the column whose values of before are kept, or
				 * TABLE_NONE */
	size_t spare;           /* a number that the file uses for none: under it these
				 * move with the rows; TABLE_NONE: there is none */
	int64_t before_at;      /* of that reading; 0: there is none to compare with */
	struct text life;       /* of the target, in this reading's run */
	int64_t life_run;
	struct arena arena;     /* of these */
	bool kept;              /* they are there, row by row */
};

/*
 * columns  mask of what is read; the key always is
 * counter  the column of which it is to be known what it was in the reading before, or
 *          TABLE_NONE
 * from     the first reading is the newest that is not later; or the first that there is
 *
 * ERR_CANNOT: the file has no such table. To be cleared all the same.
 */
bool recording_walk_init(struct recording_walk *w, struct recording_file *f,
			 const struct schema *schema, uint64_t columns, size_t counter,
			 int64_t from, int64_t to, struct err *err);
void recording_walk_clear(struct recording_walk *w);

/* The next reading. False: there is none, or an err. */
bool recording_walk_next(struct recording_walk *w, struct err *err);

size_t recording_walk_rows(const struct recording_walk *w);
struct cell recording_walk_cell(const struct recording_walk *w, size_t row,
				size_t column);
/* What the counter of this row was in the reading before; null: the row is new, or
 * nothing was before in this life of the target. */
struct cell recording_walk_before(const struct recording_walk *w, size_t row);
/* Between the two readings; 0: there is none before. */
int64_t recording_walk_span(const struct recording_walk *w);

#endif
