/*
 * The readings of one table of a recording, as they are read: each goes on from the one
 * before it.
 */
#ifndef SOURCE_RECORDING_CHAIN_H
#define SOURCE_RECORDING_CHAIN_H

#include "source/recording_find.h"
#include "source/recording_rows.h"

/* A table as it was last read. */
struct chain {
	int64_t reading; /* that rows are of; 0: none */
	int64_t whole;   /* that it rests on */
	struct stored_rows rows;
};

void chain_clear(struct chain *c);
/* These columns are read, too: what was read without them is forgotten. */
void chain_columns(struct chain *c, uint64_t ids);
/* Reads up to a reading, from the one that was last read where that leads there.
 * ERR_FORMAT, ERR_SYSTEM: it stands nowhere then. */
bool chain_read(struct recording_file *f, struct chain *c, const struct stored *which,
		struct err *err);

/* A cell by the number of its column in the file. What the column of the schema can't
 * show is as good as none; so is id -1. */
struct cell chain_cell(const struct chain *c, size_t row, int id,
		       const struct column *about);

/* The numbers of the schema's columns in the file; -1: it does not have it. used: a mask
 * of all numbers that the table has there; or NULL. */
bool chain_number(struct recording_file *f, const struct schema *schema, int64_t table,
		  int *ids, uint64_t *used, struct err *err);

/* "'path' is damaged: reading 7 of 12:00: WHAT". Returns false. */
bool chain_damaged(const struct recording_file *f, const struct stored *which,
		   struct err *err, const char *what);

#endif
