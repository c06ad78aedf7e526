/*
 * The rows of a recording: no bytes make the reader read beyond them, or take memory
 * without end, and every cell has a type.
 */
#include <stdlib.h>

#include "source/recording_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first two bytes are the length of a first reading; the second one goes on from it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stored_rows rows = { .columns = 0x8000000000ffffff };
	const char *p = (const char *)data;
	size_t cut;

	if (size < 2)
		return 0;
	cut = 2 + ((size_t)data[0] << 8 | data[1]);
	if (cut > size)
		cut = size;
	if (rows_decode(&rows, (struct text){ p + 2, cut - 2 }, NULL))
		rows_decode(&rows, (struct text){ p + cut, size - cut }, NULL);
	for (size_t id = 0; id < ROWS_COLUMNS; id++)
		for (size_t row = 0; rows.types[id] && row < rows.nrows; row++)
			if (rows.types[id][row] > CELL_ID)
				abort();
	rows_clear(&rows);
	return 0;
}
