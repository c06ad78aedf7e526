#include "source/recording.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "source/later.h"
#include "source/recording_chain.h"

/* A table as it was last read, for the next one to go on from. */
struct reader {
	struct reader *next;
	int64_t table;
	struct chain chain;
};

struct recording {
	struct source source; /* first: the ops get a pointer to it */
	struct recording_file file;
	struct loop *loop;
	struct arena arena;
	struct reader *readers;
	struct later *waiting;
	struct recording_info info; /* of its last run */
	int watch;                  /* to see whether somebody writes it; -1: none can */
};

bool recording_is(const char *path)
{
	return recording_kind(path) == RECORDING_OURS;
}

/*
 * Its rows.
 */

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

static struct sample *make_sample(struct recording *r, const struct request *rq,
				  const struct reader *reader, const int *ids,
				  const struct stored *which, struct err *err)
{
	const struct schema *schema = rq->schema;
	const struct chain *chain = &reader->chain;
	size_t rows = rq->keys ? rq->nkeys : chain->rows.nrows;
	struct sample *s = sample_new(&r->source, schema, rows);
	struct arena scratch = { 0 };
	struct wanted wanted = wanted_of(rq, &scratch);
	uint64_t columns = rq->columns | column_bit(schema->key);
	size_t texts = 0; /* bytes: one that many rows share there is many here */

	for (size_t row = 0; row < chain->rows.nrows && texts <= ROWS_TEXTS; row++) {
		struct cell key = chain_cell(chain, row, ids[schema->key],
					     &schema->columns[schema->key]);
		size_t new;

		if (!is_wanted(&wanted, key))
			continue;
		new = table_add(&s->table);
		for (size_t c = 0; c < schema->ncolumns; c++) {
			if (!(columns & column_bit(c)))
				continue;

			struct cell cell = chain_cell(chain, row, ids[c],
						      &schema->columns[c]);

			texts += cell.type == CELL_TEXT ? cell.v.text->len : 0;
			table_set(&s->table, new, c, cell);
		}
	}
	arena_clear(&scratch);
	if (texts <= ROWS_TEXTS)
		return s;
	sample_free(s);
	chain_damaged(&r->file, which, err, "it has too many texts");
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
	if (!chain_number(&r->file, rq->schema, which.table, ids, NULL, err))
		return NULL;
	for (size_t c = 0; c < rq->schema->ncolumns; c++)
		if (ids[c] >= 0 &&
		    (rq->columns | column_bit(rq->schema->key)) & column_bit(c))
			columns |= column_bit((size_t)ids[c]);
	reader = reader_of(r, which.table);
	chain_columns(&reader->chain, columns);
	if (!chain_read(&r->file, &reader->chain, &which, err))
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

		chain_clear(&r->readers->chain);
		free(r->readers);
		r->readers = next;
	}
	recording_file_close(&r->file);
	if (r->watch >= 0)
		close(r->watch);
	arena_clear(&r->arena);
	free(r);
}

/* One that could never be read counts, too: why is told when it is asked for. */
static bool has(struct source *s, const struct schema *schema)
{
	struct recording *r = as_recording(s);

	struct err err = { 0 };

	if (!r->info.tables && !recording_info(r, &err))
		return true;
	for (size_t i = 0; i < r->info.ntables; i++)
		if (text_is(r->info.tables[i].name, schema->name))
			return true;
	return false;
}

static const struct source_ops recording_ops = {
	.kind = "recording",
	.ask = ask,
	.has = has,
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
	r->watch = recording_file_watch(path);
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
	return recording_file_busy(r->watch);
}

struct recording_file *recording_file(struct recording *r)
{
	return &r->file;
}
