#include "source/recording.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "source/later.h"
#include "source/recording_find.h"
#include "source/recording_rows.h"

/* A table as it was last read, for the next one to go on from. */
struct reader {
	struct reader *next;
	int64_t table;
	int64_t reading; /* that rows are of; 0: none */
	int64_t whole;   /* that it rests on */
	struct stored_rows rows;
};

struct recording {
	struct source source; /* first: the ops get a pointer to it */
	struct recording_file file;
	struct loop *loop;
	struct arena arena;
	struct reader *readers;
	struct later *waiting;
	struct recording_info info; /* of its last run */
	bool busy;                  /* somebody wrote it when it was opened */
};

bool recording_is(const char *path)
{
	return recording_kind(path) == RECORDING_OURS;
}

/*
 * Its rows.
 */

static bool damaged(struct recording *r, const struct stored *which, struct err *err,
		    const char *what)
{
	struct buf when = { 0 };

	units_iso8601(&when, which->at);
	fail(err, ERR_FORMAT, "'%s' is damaged: reading %" PRId64 " of %s: %s",
	     r->file.path, which->id, buf_cstr(&when), what);
	buf_clear(&when);
	return false;
}

static bool apply(struct recording *r, struct reader *reader, const struct stored *which,
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
		return damaged(r, which, err, "its size is not that of a reading");
	raw = mem_alloc((size_t)size + 1);
	ok = uncompress((Bytef *)raw, &len, packed, (uLong)bytes) == Z_OK &&
	     len == (uLongf)size;
	if (!ok)
		fail(&why, ERR_FORMAT, "its bytes cannot be unpacked");
	else
		ok = rows_decode(&reader->rows, (struct text){ raw, len }, &why);
	free(raw);
	return ok || damaged(r, which, err, why.what);
}

/* Goes on from the reading that was last read where that leads there. */
static bool read_rows(struct recording *r, struct reader *reader,
		      const struct stored *which, struct err *err)
{
	sqlite3_stmt *s;

	if (reader->reading == which->id && which->id)
		return true;
	if (reader->whole != which->whole || reader->reading > which->id) {
		rows_clear(&reader->rows);
		reader->reading = 0;
	}
	s = recording_file_ask(&r->file, err,
			       "SELECT id, size, rows FROM readings WHERE tab = ? AND "
			       "whole = ? AND id > ? AND id <= ? ORDER BY at",
			       "iiii",
			       which->table, which->whole, reader->reading, which->id);
	reader->whole = which->whole;
	reader->reading = 0;
	while (recording_file_next(&r->file, &s, err)) {
		if (!apply(r, reader, which, s, err)) {
			sqlite3_finalize(s);
			break;
		}
		reader->reading = which->id;
	}
	if (!err->kind && reader->rows.nrows != (size_t)which->nrows)
		damaged(r, which, err, "it has not the rows that it says");
	if (err->kind) {
		rows_clear(&reader->rows);
		reader->reading = 0;
	}
	return !err->kind;
}

static struct reader *reader_of(struct recording *r, int64_t table)
{
	struct reader *reader = r->readers;

	while (reader && reader->table != table)
		reader = reader->next;
	if (reader)
		return reader;
	reader = mem_zalloc(sizeof(*reader));
	*reader = (struct reader){ .next = r->readers, .table = table };
	return r->readers = reader;
}

/* The numbers of the schema's columns in the file; -1: it does not have it. */
static bool number_columns(struct recording *r, const struct schema *schema,
			   int64_t table, int *ids, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		&r->file, err, "SELECT id, name FROM columns WHERE tab = ?", "i", table);

	for (size_t c = 0; c < schema->ncolumns; c++)
		ids[c] = -1;
	while (recording_file_next(&r->file, &s, err)) {
		int64_t id = sqlite3_column_int64(s, 0);
		size_t column = schema_find(schema, recording_file_text(s, 1));

		if (column != TABLE_NONE && id >= 0 && id < ROWS_COLUMNS)
			ids[column] = (int)id;
	}
	return !err->kind;
}

/* The keys that are wanted. */
struct wanted {
	const struct cell *keys;
	uint32_t *slots; /* [mask + 1] index of a key + 1, or 0; NULL: all are */
	size_t mask;
};

static struct wanted wanted_of(const struct request *rq, struct arena *a)
{
	struct wanted w = { .keys = rq->keys, .mask = 15 };

	if (!rq->keys)
		return w;
	while (w.mask < rq->nkeys * 2)
		w.mask = w.mask * 2 + 1;
	w.slots = arena_many(a, w.mask + 1, uint32_t);
	for (size_t i = 0; i < rq->nkeys; i++) {
		size_t at = cell_hash(rq->keys[i]) & w.mask;

		while (w.slots[at])
			at = (at + 1) & w.mask;
		w.slots[at] = (uint32_t)i + 1;
	}
	return w;
}

static bool is_wanted(const struct wanted *w, struct cell key)
{
	size_t at;

	if (!w->slots)
		return true;
	for (at = cell_hash(key) & w->mask; w->slots[at]; at = (at + 1) & w->mask)
		if (cell_eq(w->keys[w->slots[at] - 1], key))
			return true;
	return false;
}

/* A cell that its column can't show is as good as none. */
static struct cell stored_cell(const struct stored_rows *rows, size_t row, int id,
			       const struct column *about)
{
	struct cell c = { .type = CELL_NULL };

	if (id < 0 || !rows->types[id])
		return c;
	c.type = rows->types[id][row];
	c.v = rows->values[id][row];
	if ((c.type == CELL_ID && !about->print) ||
	    (c.type == CELL_REAL && !isfinite(c.v.real)))
		c.type = CELL_NULL;
	return c;
}

static struct sample *make_sample(struct recording *r, const struct request *rq,
				  const struct reader *reader, const int *ids,
				  const struct stored *which, struct err *err)
{
	const struct schema *schema = rq->schema;
	size_t rows = rq->keys ? rq->nkeys : reader->rows.nrows;
	struct sample *s = sample_new(&r->source, schema, rows);
	struct arena scratch = { 0 };
	struct wanted wanted = wanted_of(rq, &scratch);
	uint64_t columns = rq->columns | column_bit(schema->key);
	size_t texts = 0; /* bytes: one that many rows share there is many here */

	for (size_t row = 0; row < reader->rows.nrows && texts <= ROWS_TEXTS; row++) {
		struct cell key = stored_cell(&reader->rows, row, ids[schema->key],
					      &schema->columns[schema->key]);
		size_t new;

		if (!is_wanted(&wanted, key))
			continue;
		new = table_add(&s->table);
		for (size_t c = 0; c < schema->ncolumns; c++) {
			if (!(columns & column_bit(c)))
				continue;

			struct cell cell = stored_cell(&reader->rows, row, ids[c],
						       &schema->columns[c]);

			texts += cell.type == CELL_TEXT ? cell.v.text->len : 0;
			table_set(&s->table, new, c, cell);
		}
	}
	arena_clear(&scratch);
	if (texts <= ROWS_TEXTS)
		return s;
	sample_free(s);
	damaged(r, which, err, "it has too many texts");
	return NULL;
}

/* What was said with it then, and what is to be said now. */
static bool add_note(struct recording *r, const struct request *rq,
		     const struct stored *which, struct sample *s, struct err *err)
{
	struct buf note = { 0 };
	sqlite3_stmt *stmt = recording_file_ask(
		&r->file, err, "SELECT note FROM readings WHERE id = ?", "i", which->id);
	bool ok;

	if (recording_file_next(&r->file, &stmt, err)) {
		buf_text_add(&note, recording_file_text(stmt, 0));
		sqlite3_finalize(stmt);
	}
	if (rq->syntax != SYNTAX_AUTO && rq->syntax != r->source.syntax)
		buf_printf(&note, "%sit was recorded in the syntax of %s",
			   buf_len(&note) ? "; " : "",
			   r->source.syntax == SYNTAX_ELIXIR ? "Elixir" : "Erlang");
	ok = !err->kind && (rq->back_ns > 0 || recording_remarks(&r->file, rq, which,
								  &note, err));
	s->note = text_dup(&s->arena, buf_text(&note));
	buf_clear(&note);
	return ok;
}

static struct sample *answer(struct recording *r, const struct request *rq,
			     struct err *err)
{
	int ids[ROWS_COLUMNS] = { 0 };
	uint64_t columns = 0;
	struct stored which = { 0 };
	struct reader *reader;
	struct sample *s;

	if (!recording_find(&r->file, rq, &which, err))
		return NULL;
	if (!number_columns(r, rq->schema, which.table, ids, err))
		return NULL;
	for (size_t c = 0; c < rq->schema->ncolumns; c++)
		if (ids[c] >= 0 &&
		    (rq->columns | column_bit(rq->schema->key)) & column_bit(c))
			columns |= column_bit((size_t)ids[c]);
	reader = reader_of(r, which.table);
	if (columns & ~reader->rows.columns) {
		rows_clear(&reader->rows);
		reader->reading = 0;
		reader->rows.columns |= columns;
	}
	if (!read_rows(r, reader, &which, err))
		return NULL;
	s = make_sample(r, rq, reader, ids, &which, err);
	if (!s)
		return NULL;
	s->at_ns = s->wall_ns = which.at;
	s->missed = which.missed > 0 ? (size_t)which.missed : 0;
	if (!add_note(r, rq, &which, s, err)) {
		sample_free(s);
		return NULL;
	}
	return s;
}

/*
 * The source.
 */

static struct recording *as_recording(struct source *s)
{
	return (struct recording *)s;
}

static void ask(struct source *s, const struct request *rq, source_done *done, void *ctx)
{
	struct recording *r = as_recording(s);
	struct err err = { 0 };
	struct sample *sample = answer(r, rq, &err);

	later_answer(&r->waiting, r->loop, loop_now(), done, ctx, sample, &err);
}

static void close_source(struct source *s)
{
	struct recording *r = as_recording(s);

	later_close(&r->waiting, s->name);
	while (r->readers) {
		struct reader *next = r->readers->next;

		rows_clear(&r->readers->rows);
		free(r->readers);
		r->readers = next;
	}
	recording_file_close(&r->file);
	arena_clear(&r->arena);
	free(r);
}

static const struct source_ops recording_ops = {
	.kind = "recording",
	.ask = ask,
	.close = close_source,
};

struct recording *recording_of(struct source *s)
{
	return s->ops == &recording_ops ? as_recording(s) : NULL;
}

struct source *recording_open(struct loop *l, const char *path, struct err *err)
{
	struct recording *r = mem_zalloc(sizeof(*r));
	char *kept = text_cstr(&r->arena, text_of(path));

	r->loop = l;
	/* asked before it is opened: where closing a descriptor loses all locks */
	r->busy = recording_file_busy(path);
	r->source = (struct source){
		.ops = &recording_ops,
		.name = text_of(kept),
		.stored = true,
	};
	if (!recording_file_read(&r->file, kept, err) ||
	    !recording_info_run(&r->file, &r->info, &r->arena, err)) {
		r->file.lock = -1;
		close_source(&r->source);
		return NULL;
	}
	r->source.syntax = r->info.syntax;
	return &r->source;
}

const struct recording_info *recording_info(struct recording *r, struct err *err)
{
	return recording_info_all(&r->file, &r->info, &r->arena, err) ? &r->info : NULL;
}

bool recording_busy(const struct recording *r)
{
	return r->busy;
}

struct recording_file *recording_file(struct recording *r)
{
	return &r->file;
}
