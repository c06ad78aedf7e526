/*
 * The rows of a recording as bytes: a table, or what became of it since the reading
 * before.
 *
 * A pure function each way, which knows no file. Rows that did not change take no bytes;
 * of those that did only the cells that changed are there; rows that are gone are left
 * out. Columns go by numbers that the file gives them, so that a reader skips those that
 * it does not know.
 *
 *   number    7 bits a byte, the lowest first, the high bit says that more follow; a
 *             signed one is folded first: 0 -1 1 -2 2 ... are 0 1 2 3 4 ...
 *   reading   rows of the reading before (0: it stands alone), runs, columns
 *   runs      how many, then each: length * 2 + 1 for new rows; length * 2 for rows of
 *             the reading before, and signed how far they begin from where the last run
 *             of that kind ended
 *   columns   how many, then each: its number, its bytes, and in them changed, new. A
 *             column that is not there: nothing changed, and it is null in new rows
 *   changed   how many rows, then of each how many rows lie between it and the one before
 *             it, cells
 *   new       cells, one a new row
 *   cells     types in runs until there is one for each: length * 8 + type; then the
 *             values, in order: int and id are signed differences (of a changed cell to
 *             what it was, if it was the same type, of a new one to the last int or id of
 *             the block), bool a byte, real eight (IEEE 754, little-endian), text a
 *             number: 0 and then its length and bytes, or n: the n-th text of this column
 */
#ifndef SOURCE_RECORDING_ROWS_H
#define SOURCE_RECORDING_ROWS_H

#include "base/table.h"

#define ROWS_COLUMNS 64                     /* of a table */
#define ROWS_CELLS ((size_t)1 << 25)        /* that one reading may have */
#define ROWS_BYTES ((size_t)256 << 20)      /* and its bytes */
#define ROWS_TEXTS ((size_t)512 << 20)      /* memory for the texts of what is read */

/*
 * Adds the bytes of a reading.
 *
 * before   the reading before, of the same schema; NULL: it is to stand alone
 * columns  mask of those that are kept
 * ids      [ncolumns] their numbers in the file
 */
void rows_encode(struct buf *out, const struct table *before, const struct table *after,
		 uint64_t columns, const uint8_t *ids);

/* A table as it is read: one reading after the other is applied to it. Zeros: empty. */
struct stored_rows {
	struct arena arena;                  /* of its texts */
	uint64_t columns;                    /* bit i: the column with number i is read */
	size_t nrows;
	uint8_t *types[ROWS_COLUMNS];        /* [nrows]; NULL: all null */
	union value *values[ROWS_COLUMNS];
};

void rows_clear(struct stored_rows *s);
/* Applies a reading. ERR_FORMAT: the bytes are damaged, it says how; s is then only fit
 * to be cleared. */
bool rows_decode(struct stored_rows *s, struct text bytes, struct err *err);

#endif
