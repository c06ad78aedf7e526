/*
 * What a recording says of its tables and columns, so that it can be read without their
 * schemas.
 */
#ifndef SOURCE_RECORDER_TABLES_H
#define SOURCE_RECORDER_TABLES_H

#include "base/table.h"
#include "source/recording_file.h"

/*
 * Writes a table and its columns, or brings them up to date. What has a number keeps it.
 *
 * id   out: the number of the table in the file
 * ids  out: [ncolumns] those of its columns
 */
bool recorder_define(struct recording_file *f, const struct schema *schema, int64_t *id,
		     uint8_t *ids, struct err *err);

#endif
