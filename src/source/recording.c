#include "source/recording.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "source/recording_file.h"
#include "source/recording_rows.h"

/* A table as it was last read, for the next one to go on from. */
struct reader {
	struct reader *next;
	int64_t table;
	int64_t reading; /* that rows are of; 0: none */
	int64_t whole;   /* that it rests on */
	struct stored_rows rows;
};

/* An ask on its way to its answer. */
struct open_ask {
	struct recording *r;
	struct open_ask *next;
	struct loop_timer *timer;
	struct sample *sample; /* or NULL: err */
	struct err err;
	source_done *done;
	void *ctx;
};

struct recording {
	struct source source; /* first: the ops get a pointer to it */
	struct recording_file file;
	struct loop *loop;
	struct arena arena;
	struct reader *readers;
	struct open_ask *open;
	struct recording_info info;
};

/* One stored reading of a table. */
struct stored {
	int64_t id;
	int64_t table;
	int64_t run;
	int64_t at; /* wall clock */
	int64_t whole;
	int64_t nrows;
	int64_t missed;
};

bool recording_is(const char *path)
{
	return recording_kind(path) == RECORDING_OURS;
}

/*
 * Which reading.
 */

static bool find_table(struct recording *r, const struct schema *schema, int64_t *id,
		       struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(&r->file, err,
					     "SELECT id FROM tables WHERE name = ?", "t",
					     text_of(schema->name));

	if (recording_file_next(&r->file, &s, err)) {
		*id = sqlite3_column_int64(s, 0);
		sqlite3_finalize(s);
		return true;
	}
	return !err->kind && fail(err, ERR_CANNOT, "the recording '%s' has no table '%s'",
				  r->file.path, schema->name);
}

#define READING \
	"SELECT r.id, r.tab, s.run, r.at, r.whole, r.nrows, r.missed FROM readings r " \
	"JOIN samples s ON s.id = r.sample "
#define SAME_LIFE \
	"AND (SELECT life FROM runs WHERE id = s.run) IS " \
	"(SELECT life FROM runs WHERE id = ?3) "

static const char first_reading[] =
	READING "WHERE r.tab = ? AND r.whole > 0 ORDER BY r.at LIMIT 1";
static const char reading_at[] =
	READING "WHERE r.tab = ? AND r.at <= ? AND r.whole > 0 "
		"ORDER BY r.at DESC LIMIT 1";
/* The beginning of a window is never of another life of the target. */
static const char reading_before[] =
	READING "WHERE r.tab = ?1 AND r.at <= ?2 AND r.whole > 0 " SAME_LIFE
		"ORDER BY r.at DESC LIMIT 1";
static const char first_before[] =
	READING "WHERE r.tab = ?1 AND r.at < ?2 AND r.whole > 0 " SAME_LIFE
		"ORDER BY r.at LIMIT 1";

static bool take_stored(struct recording *r, sqlite3_stmt *s, struct stored *out,
			struct err *err)
{
	if (!recording_file_next(&r->file, &s, err))
		return false;
	*out = (struct stored){
		.id = sqlite3_column_int64(s, 0),
		.table = sqlite3_column_int64(s, 1),
		.run = sqlite3_column_int64(s, 2),
		.at = sqlite3_column_int64(s, 3),
		.whole = sqlite3_column_int64(s, 4),
		.nrows = sqlite3_column_int64(s, 5),
		.missed = sqlite3_column_int64(s, 6),
	};
	sqlite3_finalize(s);
	return true;
}

static bool end_of(struct recording *r, int64_t *end, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(
		&r->file, err, "SELECT at FROM samples ORDER BY id DESC LIMIT 1", "");

	if (!recording_file_next(&r->file, &s, err))
		return !err->kind && fail(err, ERR_CANNOT, "the recording '%s' is empty",
					  r->file.path);
	*end = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return true;
}

static bool too_early(struct recording *r, int64_t table, const struct schema *schema,
		      struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(&r->file, err, first_reading, "i", table);
	struct stored first;
	struct buf when = { 0 };

	if (!take_stored(r, s, &first, err))
		return !err->kind && fail(err, ERR_CANNOT,
					  "the recording '%s' has no reading of '%s'",
					  r->file.path, schema->name);
	units_iso8601(&when, first.at);
	fail(err, ERR_CANNOT, "the recording '%s' has nothing of '%s' that early",
	     r->file.path, schema->name);
	fail_hint(err, "it begins at %s", buf_cstr(&when));
	buf_clear(&when);
	return false;
}

/* The newest reading that is not later. */
static bool find_at(struct recording *r, const struct request *rq, struct stored *out,
		    struct err *err)
{
	int64_t at = INT64_MAX;
	int64_t table = 0;
	sqlite3_stmt *s;

	if (!find_table(r, rq->schema, &table, err))
		return false;
	if (rq->at.kind != MOMENT_LAST) {
		if (!end_of(r, &at, err))
			return false;
		at = moment_date(rq->at, at);
	}
	s = recording_file_ask(&r->file, err, reading_at, "ii", table, at);
	return take_stored(r, s, out, err) ||
	       (!err->kind && too_early(r, table, rq->schema, err));
}

static bool find_before(struct recording *r, const struct stored *end, int64_t back_ns,
			struct stored *out, struct err *err)
{
	sqlite3_stmt *s = recording_file_ask(&r->file, err, reading_before, "iii",
					     end->table, end->at - back_ns, end->run);

	if (take_stored(r, s, out, err))
		return true;
	if (err->kind)
		return false;
	s = recording_file_ask(&r->file, err, first_before, "iii", end->table, end->at,
			       end->run);
	if (take_stored(r, s, out, err))
		return true;
	return !err->kind && fail(err, ERR_CANNOT,
				  "the recording '%s' has no reading before that one",
				  r->file.path);
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
	if (c.type == CELL_ID && !about->print)
		c.type = CELL_NULL;
	return c;
}

static struct sample *make_sample(struct recording *r, const struct request *rq,
				  const struct reader *reader, const int *ids)
{
	const struct schema *schema = rq->schema;
	size_t rows = rq->keys ? rq->nkeys : reader->rows.nrows;
	struct sample *s = sample_new(&r->source, schema, rows);
	struct arena scratch = { 0 };
	struct wanted wanted = wanted_of(rq, &scratch);
	uint64_t columns = rq->columns | column_bit(schema->key);

	for (size_t row = 0; row < reader->rows.nrows; row++) {
		struct cell key = stored_cell(&reader->rows, row, ids[schema->key],
					      &schema->columns[schema->key]);
		size_t new;

		if (!is_wanted(&wanted, key))
			continue;
		new = table_add(&s->table);
		for (size_t c = 0; c < schema->ncolumns; c++)
			if (columns & column_bit(c))
				table_set(&s->table, new, c,
					  stored_cell(&reader->rows, row, ids[c],
						      &schema->columns[c]));
	}
	arena_clear(&scratch);
	return s;
}

static struct sample *answer(struct recording *r, const struct request *rq,
			     struct err *err)
{
	int ids[ROWS_COLUMNS];
	uint64_t columns = 0;
	struct stored which;
	struct stored before;
	struct reader *reader;
	struct sample *s;

	if (!find_at(r, rq, &which, err))
		return NULL;
	if (rq->back_ns > 0) {
		if (!find_before(r, &which, rq->back_ns, &before, err))
			return NULL;
		which = before;
	}
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
	s = make_sample(r, rq, reader, ids);
	s->at_ns = s->wall_ns = which.at;
	s->missed = which.missed > 0 ? (size_t)which.missed : 0;
	return s;
}

/*
 * What it says of itself.
 */

static struct text keep(struct recording *r, sqlite3_stmt *s, int column)
{
	return text_dup(&r->arena, recording_file_text(s, column));
}

static bool read_runs(struct recording *r, struct err *err)
{
	struct recording_info *info = &r->info;
	sqlite3_stmt *s = recording_file_ask(
		&r->file, err,
		"SELECT (SELECT value FROM source WHERE key = 'name'), otp_release, "
		"otoscope, syntax, ended, lost, why, (SELECT count(*) FROM runs) "
		"FROM runs ORDER BY id DESC LIMIT 1",
		"");

	if (!recording_file_next(&r->file, &s, err))
		return !err->kind; /* it was only just made */
	info->node = keep(r, s, 0);
	info->otp_release = keep(r, s, 1);
	info->otoscope = keep(r, s, 2);
	info->syntax = text_is(recording_file_text(s, 3), "elixir") ? SYNTAX_ELIXIR
								    : SYNTAX_ERLANG;
	info->ended_ns = sqlite3_column_int64(s, 4);
	info->lost = sqlite3_column_int64(s, 5) != 0;
	info->why = keep(r, s, 6);
	info->runs = sqlite3_column_int64(s, 7);
	sqlite3_finalize(s);
	return true;
}

/*
 * The source.
 */

static struct recording *as_recording(struct source *s)
{
	return (struct recording *)s;
}

static void finish(struct open_ask *ask)
{
	struct open_ask **at = &ask->r->open;

	while (*at != ask)
		at = &(*at)->next;
	*at = ask->next;
	ask->done(ask->ctx, ask->sample, ask->sample ? NULL : &ask->err);
	free(ask);
}

static void due(void *ctx)
{
	finish(ctx);
}

static void ask(struct source *s, const struct request *rq, source_done *done, void *ctx)
{
	struct recording *r = as_recording(s);
	struct open_ask *new = mem_zalloc(sizeof(*new));

	*new = (struct open_ask){ .r = r, .next = r->open, .done = done, .ctx = ctx };
	new->sample = answer(r, rq, &new->err);
	r->open = new;
	new->timer = loop_at(r->loop, loop_now(), due, new);
}

static void close_source(struct source *s)
{
	struct recording *r = as_recording(s);

	while (r->open) {
		struct open_ask *open = r->open;

		loop_timer_cancel(r->loop, open->timer);
		sample_free(open->sample);
		open->sample = NULL;
		fail(&open->err, ERR_LOST, "'%.*s' was closed", TEXT_ARG(s->name));
		finish(open);
	}
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
	r->info.busy = recording_file_busy(path);
	r->source = (struct source){
		.ops = &recording_ops,
		.name = text_of(kept),
		.stored = true,
	};
	if (!recording_file_read(&r->file, kept, err) || !read_runs(r, err)) {
		r->file.lock = -1;
		close_source(&r->source);
		return NULL;
	}
	r->source.syntax = r->info.syntax;
	return &r->source;
}

static bool read_samples(struct recording *r, struct err *err)
{
	struct recording_info *info = &r->info;
	sqlite3_stmt *s = recording_file_ask(
		&r->file, err,
		"SELECT count(*), ifnull(min(at), 0), ifnull(max(at), 0) FROM samples",
		"");

	if (!recording_file_next(&r->file, &s, err))
		return false;
	info->samples = sqlite3_column_int64(s, 0);
	info->first_ns = sqlite3_column_int64(s, 1);
	info->last_ns = sqlite3_column_int64(s, 2);
	sqlite3_finalize(s);
	s = recording_file_ask(&r->file, err, "PRAGMA page_count", "");
	if (!recording_file_next(&r->file, &s, err))
		return false;
	info->bytes = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	s = recording_file_ask(&r->file, err, "PRAGMA page_size", "");
	if (!recording_file_next(&r->file, &s, err))
		return false;
	info->bytes *= sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return true;
}

/* More tables than that no otoscope has. */
#define TABLES_MOST 1000

static bool read_tables(struct recording *r, struct err *err)
{
	struct recording_info *info = &r->info;
	sqlite3_stmt *s = recording_file_ask(
		&r->file, err,
		"SELECT t.name, count(r.whole), count(r.error), "
		"(SELECT error FROM readings WHERE tab = t.id "
		"AND error IS NOT NULL ORDER BY at DESC LIMIT 1) "
		"FROM tables t LEFT JOIN readings r ON r.tab = t.id GROUP BY t.id "
		"ORDER BY t.id LIMIT 1000",
		"");

	info->tables = arena_many(&r->arena, TABLES_MOST, struct recording_table);
	info->ntables = 0;
	while (recording_file_next(&r->file, &s, err))
		info->tables[info->ntables++] = (struct recording_table){
			.name = keep(r, s, 0),
			.readings = sqlite3_column_int64(s, 1),
			.failures = sqlite3_column_int64(s, 2),
			.error = keep(r, s, 3),
		};
	return !err->kind;
}

const struct recording_info *recording_info(struct recording *r, struct err *err)
{
	return read_runs(r, err) && read_samples(r, err) && read_tables(r, err) ? &r->info
										: NULL;
}
