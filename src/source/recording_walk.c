#include "source/recording_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool recording_walk_init(struct recording_walk *w, struct recording_file *f,
			 const struct schema *schema, uint64_t columns, size_t counter,
			 int64_t from, int64_t to, struct err *err)
{
	uint64_t wanted = columns | column_bit(schema->key);
	uint64_t ids = 0;
	uint64_t used = 0;

	*w = (struct recording_walk){
		.file = f,
		.schema = schema,
		.to = to,
		.now.at = from,
		.counter = counter,
		.spare = TABLE_NONE,
	};
	if (!recording_find_table(f, schema, &w->table, err) ||
	    !chain_number(f, schema, w->table, w->ids, &used, err))
		return false;
	for (size_t c = 0; c < schema->ncolumns; c++)
		if (wanted & column_bit(c) && w->ids[c] >= 0)
			ids |= column_bit((size_t)w->ids[c]);
	chain_columns(&w->chain, ids);
	if (counter != TABLE_NONE && ~used)
		w->spare = (size_t)__builtin_ctzll(~used);
	return true;
}

void recording_walk_clear(struct recording_walk *w)
{
	chain_clear(&w->chain);
	arena_clear(&w->arena);
	memset(w, 0, sizeof(*w));
}

/*
 * What was in the reading before.
 */

static size_t counter_id(const struct recording_walk *w)
{
	int id = w->counter == TABLE_NONE ? -1 : w->ids[w->counter];

	return w->spare == TABLE_NONE || id < 0 ? TABLE_NONE : (size_t)id;
}

static void use_spare(struct recording_walk *w)
{
	struct stored_rows *rows = &w->chain.rows;

	free(rows->types[w->spare]);
	free(rows->values[w->spare]);
	rows->types[w->spare] = mem_zalloc(rows->nrows + 1);
	rows->values[w->spare] = mem_zalloc((rows->nrows + 1) * sizeof(union value));
}

/* Within a chain a copy moves with the rows. */
static void keep(struct recording_walk *w)
{
	struct stored_rows *rows = &w->chain.rows;
	size_t id = counter_id(w);

	if (id == TABLE_NONE)
		return;
	use_spare(w);
	if (!rows->types[id])
		return;
	memcpy(rows->types[w->spare], rows->types[id], rows->nrows);
	memcpy(rows->values[w->spare], rows->values[id],
	       rows->nrows * sizeof(union value));
}

/* From one chain to the next one the keys tell. */
static void keep_by_key(const struct recording_walk *w, struct table *old,
			struct arena *arena)
{
	table_init(old, w->schema, arena, w->chain.rows.nrows);
	for (size_t row = 0; row < w->chain.rows.nrows; row++) {
		size_t new = table_add(old);

		table_set(old, new, w->schema->key,
			  recording_walk_cell(w, row, w->schema->key));
		table_set(old, new, w->counter, recording_walk_cell(w, row, w->counter));
	}
}

static void find_by_key(struct recording_walk *w, const struct table *old,
			struct arena *arena)
{
	struct stored_rows *rows = &w->chain.rows;
	struct table_index index;

	use_spare(w);
	table_index_init(&index, old, arena);
	for (size_t row = 0; row < rows->nrows; row++) {
		struct cell key = recording_walk_cell(w, row, w->schema->key);
		size_t at = table_index_find(&index, key);
		struct cell was;

		if (at == TABLE_NONE)
			continue;
		was = table_cell(old, at, w->counter);
		if (was.type == CELL_TEXT)
			continue;
		rows->types[w->spare][row] = (uint8_t)was.type;
		rows->values[w->spare][row] = was.v;
	}
}

static bool read_rows(struct recording_walk *w, const struct stored *next,
		      struct err *err)
{
	struct arena scratch = { 0 };
	struct table old = { 0 };
	bool same_chain = w->chain.reading && w->chain.whole == next->whole;
	bool by_key = w->now.id && !same_chain && counter_id(w) != TABLE_NONE;
	bool ok;

	if (same_chain)
		keep(w);
	if (by_key)
		keep_by_key(w, &old, &scratch);
	ok = chain_read(w->file, &w->chain, next, err);
	if (ok && by_key)
		find_by_key(w, &old, &scratch);
	arena_clear(&scratch);
	return ok;
}

/* Is the next reading of the same life of the target? */
static bool same_life(struct recording_walk *w, int64_t run, bool *same, struct err *err)
{
	sqlite3_stmt *s;

	*same = true;
	if (run == w->life_run)
		return true;
	s = recording_file_ask(w->file, err, "SELECT life FROM runs WHERE id = ?", "i",
			       run);
	if (recording_file_next(w->file, &s, err)) {
		struct text life = recording_file_text(s, 0);

		*same = w->life_run && text_eq(life, w->life);
		arena_clear(&w->arena);
		w->life = text_dup(&w->arena, life);
		sqlite3_finalize(s);
	} else {
		*same = false;
	}
	w->life_run = run;
	return !err->kind;
}

bool recording_walk_next(struct recording_walk *w, struct err *err)
{
	struct stored next = { 0 };
	bool same;

	if (!(w->now.id ? recording_find_next(w->file, &w->now, &next, err)
			: recording_find_first(w->file, w->table, w->now.at, &next, err)))
		return false;
	if (next.at > w->to || !same_life(w, next.run, &same, err) ||
	    !read_rows(w, &next, err))
		return false;
	w->before_at = w->now.id && same ? w->now.at : 0;
	w->kept = w->now.id && same && counter_id(w) != TABLE_NONE;
	w->now = next;
	return true;
}

size_t recording_walk_rows(const struct recording_walk *w)
{
	return w->chain.rows.nrows;
}

struct cell recording_walk_cell(const struct recording_walk *w, size_t row, size_t column)
{
	return chain_cell(&w->chain, row, w->ids[column], &w->schema->columns[column]);
}

struct cell recording_walk_before(const struct recording_walk *w, size_t row)
{
	if (!w->kept || !w->chain.rows.types[w->spare])
		return (struct cell){ .type = CELL_NULL };
	return (struct cell){
		.type = w->chain.rows.types[w->spare][row],
		.v = w->chain.rows.values[w->spare][row],
	};
}

int64_t recording_walk_span(const struct recording_walk *w)
{
	return w->before_at ? w->now.at - w->before_at : 0;
}
