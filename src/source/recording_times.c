#include "source/recording_times.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* More are not told apart: a file that is gone on with so often is none that we wrote. */
#define RUNS 4096

void recording_times_clear(struct recording_times *t)
{
	free(t->at);
	free(t->runs);
	arena_clear(&t->arena);
	memset(t, 0, sizeof(*t));
}

/* What a file of bounded size no longer has. */
static bool forget(struct recording_file *f, struct recording_times *t, bool *changed,
		   struct err *err)
{
	int64_t first;
	size_t gone = 0;

	if (t->n == 0)
		return true;
	if (!recording_file_number(f, "SELECT ifnull(min(id), 0) FROM samples", &first,
				   err))
		return false;
	while (gone < t->n && (first == 0 || t->at[gone].id < first))
		gone++;
	if (gone == 0)
		return true;
	memmove(t->at, t->at + gone, (t->n - gone) * sizeof(*t->at));
	t->n -= gone;
	*changed = true;
	return true;
}

static bool add(struct recording_file *f, struct recording_times *t, bool *changed,
		struct err *err)
{
	int64_t last = t->n ? t->at[t->n - 1].id : 0;
	sqlite3_stmt *s = recording_file_ask(
		f, err, "SELECT id, at, run FROM samples WHERE id > ? ORDER BY id", "i",
		last);

	while (recording_file_next(f, &s, err)) {
		struct recording_time new = {
			.id = sqlite3_column_int64(s, 0),
			.at = sqlite3_column_int64(s, 1),
			.run = sqlite3_column_int64(s, 2),
		};

		/* a file that goes back in time is damaged: what can be is shown */
		if (t->n && new.at <= t->at[t->n - 1].at)
			continue;
		t->at = mem_grow(t->at, &t->cap, t->n + 1, sizeof(*t->at));
		t->at[t->n++] = new;
		*changed = true;
	}
	return !err->kind;
}

static bool read_runs(struct recording_file *f, struct recording_times *t, bool *changed,
		      struct err *err)
{
	size_t before = t->nruns;
	bool ended = before && t->runs[before - 1].ended;
	sqlite3_stmt *s = recording_file_ask(f, err,
					     "SELECT id, began, ended, lost, life, why "
					     "FROM runs ORDER BY id LIMIT ?",
					     "i", (int64_t)RUNS);

	arena_clear(&t->arena);
	t->nruns = 0;
	while (t->nruns < RUNS && recording_file_next(f, &s, err)) {
		t->runs = mem_grow(t->runs, &t->runs_cap, t->nruns + 1, sizeof(*t->runs));
		t->runs[t->nruns++] = (struct recording_run){
			.id = sqlite3_column_int64(s, 0),
			.began = sqlite3_column_int64(s, 1),
			.ended = sqlite3_column_int64(s, 2),
			.lost = sqlite3_column_int64(s, 3) != 0,
			.life = text_dup(&t->arena, recording_file_text(s, 4)),
			.why = text_dup(&t->arena, recording_file_text(s, 5)),
		};
	}
	sqlite3_finalize(s);
	*changed |= t->nruns != before ||
		    (before && before <= t->nruns &&
		     ended != !!t->runs[before - 1].ended);
	return !err->kind;
}

bool recording_times_read(struct recording_file *f, struct recording_times *t,
			  bool *changed, struct err *err)
{
	*changed = false;
	return forget(f, t, changed, err) && add(f, t, changed, err) &&
	       read_runs(f, t, changed, err);
}

size_t recording_times_at(const struct recording_times *t, int64_t at)
{
	size_t low = 0;
	size_t high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->at[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}

size_t recording_times_sample(const struct recording_times *t, int64_t at)
{
	size_t i = recording_times_at(t, at);

	return t->at[i].at < at && i + 1 < t->n ? i + 1 : i;
}

size_t recording_times_nearest(const struct recording_times *t, int64_t at)
{
	size_t i = recording_times_at(t, at);

	return i + 1 < t->n && t->at[i + 1].at - at < at - t->at[i].at ? i + 1 : i;
}

const struct recording_run *recording_times_run(const struct recording_times *t,
						int64_t id)
{
	for (size_t i = t->nruns; i > 0; i--)
		if (t->runs[i - 1].id == id)
			return &t->runs[i - 1];
	return NULL;
}
