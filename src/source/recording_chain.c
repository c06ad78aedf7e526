#include "source/recording_chain.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

bool chain_damaged(const struct recording_file *f, const struct stored *which,
		   struct err *err, const char *what)
{
	struct buf when = { 0 };

	units_iso8601(&when, which->at);
	fail(err, ERR_FORMAT, "'%s' is damaged: reading %" PRId64 " of %s: %s", f->path,
	     which->id, buf_cstr(&when), what);
	buf_clear(&when);
	return false;
}

void chain_clear(struct chain *c)
{
	rows_clear(&c->rows);
	c->reading = 0;
}

void chain_columns(struct chain *c, uint64_t ids)
{
	if (!(ids & ~c->rows.columns))
		return;
	chain_clear(c);
	c->rows.columns |= ids;
}

static bool apply(struct recording_file *f, struct chain *c, const struct stored *which,
		  sqlite3_stmt *s, struct err *err)
{
	int64_t size = sqlite3_column_int64(s, 1);
	const void *packed = sqlite3_column_blob(s, 2);
	int bytes = sqlite3_column_bytes(s, 2);
	struct err why = { 0 };
	uLongf len = (uLongf)size;
	char *raw;
	bool ok;

	if (size < 0 || size > (int64_t)ROWS_BYTES || !packed)
		return chain_damaged(f, which, err, "its size is not that of a reading");
	raw = mem_alloc((size_t)size + 1);
	ok = uncompress((Bytef *)raw, &len, packed, (uLong)bytes) == Z_OK &&
	     len == (uLongf)size;
	if (!ok)
		fail(&why, ERR_FORMAT, "its bytes cannot be unpacked");
	else
		ok = rows_decode(&c->rows, (struct text){ raw, len }, &why);
	free(raw);
	return ok || chain_damaged(f, which, err, why.what);
}

/* By their numbers, which go up in a chain: by its index the whole table would be gone
 * through each time. */
static const char of_chain[] =
	"SELECT id, size, rows FROM readings WHERE id > ? AND id >= ? AND id <= ? "
	"AND +tab = ? AND +whole = ? ORDER BY id";

bool chain_read(struct recording_file *f, struct chain *c, const struct stored *which,
		struct err *err)
{
	sqlite3_stmt *s;

	if (c->reading == which->id && which->id)
		return true;
	if (c->whole != which->whole || c->reading > which->id)
		chain_clear(c);
	s = recording_file_ask(f, err, of_chain, "iiiii", c->reading, which->whole,
			       which->id, which->table, which->whole);
	c->whole = which->whole;
	c->reading = 0;
	while (recording_file_next(f, &s, err)) {
		if (!apply(f, c, which, s, err)) {
			sqlite3_finalize(s);
			break;
		}
		c->reading = which->id;
	}
	if (!err->kind && c->rows.nrows != (size_t)which->nrows)
		chain_damaged(f, which, err, "it has not the rows that it says");
	if (err->kind)
		chain_clear(c);
	return !err->kind;
}

struct cell chain_cell(const struct chain *c, size_t row, int id,
		       const struct column *about)
{
	struct cell cell = { .type = CELL_NULL };

	if (id < 0 || !c->rows.types[id])
		return cell;
	cell.type = c->rows.types[id][row];
	cell.v = c->rows.values[id][row];
	if ((cell.type == CELL_ID && !about->print) ||
	    (cell.type == CELL_REAL && !isfinite(cell.v.real)))
		cell.type = CELL_NULL;
	return cell;
}

bool chain_number(struct recording_file *f, const struct schema *schema, int64_t table,
		  int *ids, uint64_t *used, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		f, err, "SELECT id, name FROM columns WHERE tab = ?", "i", table);

	for (size_t c = 0; c < schema->ncolumns; c++)
		ids[c] = -1;
	while (recording_file_next(f, &s, err)) {
		int64_t id = sqlite3_column_int64(s, 0);
		size_t column = schema_find(schema, recording_file_text(s, 1));

		if (id < 0 || id >= ROWS_COLUMNS)
			continue;
		if (column != TABLE_NONE)
			ids[column] = (int)id;
		if (used)
			*used |= column_bit((size_t)id);
	}
	return !err->kind;
}
