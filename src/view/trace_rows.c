/* Which of the calls that were seen are shown, and where the cursor is among them. */
#include <stdlib.h>

#include "base/mem.h"
#include "view/trace_inside.h"

/* What a row is searched by is cut there. */
#define WORDS_MAX ((size_t)1000)

void trace_rows_words(struct trace_view *t, struct kept_row *row)
{
	struct buf b = { 0 };

	trace_print_who(t, &b, &row->event);
	buf_char(&b, ' ');
	trace_print_call(t, &b, &row->event);
	trace_print_value(t, &b, row);
	row->words = text_dup(&row->arena, text_sub(buf_text(&b), 0, WORDS_MAX));
	buf_clear(&b);
}

static bool has(const struct needle *n, const struct kept_row *row)
{
	return n->len == 0 || needle_find(n, row->words, 0) < row->words.len;
}

static bool alike(const struct trace_view *t, const struct kept_row *row)
{
	const struct event *e = &row->event;
	const struct event *like = &t->like->event;

	if (t->alike == ALIKE_FUNCTION)
		return e->function.arity == like->function.arity &&
		       text_eq(e->function.function, like->function.function) &&
		       text_eq(e->function.module, like->function.module);
	return e->pid == like->pid && e->port == like->port;
}

static void add(struct trace_view *t, size_t i)
{
	const struct kept_row *row = kept_at(t->kept, i);

	if ((t->alike && !alike(t, row)) || !has(&t->filter, row))
		return;
	t->rows = mem_grow(t->rows, &t->cap, t->nrows + 1, sizeof(*t->rows));
	t->rows[t->nrows++] = i;
}

static int64_t duration(const struct kept *k, size_t i)
{
	const struct kept_row *row = kept_at(k, i);

	return row->ended ? row->end.duration_ns : -1;
}

/* The longest first; those that have none in their order behind. */
static int by_duration(const void *a, const void *b, void *kept)
{
	size_t first = *(const size_t *)a;
	size_t second = *(const size_t *)b;
	int64_t left = duration(kept, first);
	int64_t right = duration(kept, second);

	if (left != right)
		return left > right ? -1 : 1;
	return first < second ? -1 : 1;
}

/* The cursor stays on its row, wherever that is now; one that went leaves it at the
 * line. */
static void find_cursor(struct trace_view *t)
{
	if (t->follow && !t->by_duration) {
		t->scroll.cursor = t->nrows ? t->nrows - 1 : 0;
		return;
	}
	for (size_t i = 0; i < t->nrows; i++)
		if (kept_at(t->kept, t->rows[i])->place == t->at) {
			/* The screen stays as well, whatever went above it. */
			if (t->scroll.top + i >= t->scroll.cursor)
				t->scroll.top += i - t->scroll.cursor;
			t->scroll.cursor = i;
			return;
		}
}

static void bind_cursor(struct trace_view *t)
{
	const struct kept_row *row = trace_rows_current(t);

	if (row)
		t->at = row->place;
}

void trace_rows_update(struct trace_view *t)
{
	if (!t->stale)
		return;
	t->stale = false;
	t->nrows = 0;
	for (size_t i = 0; i < kept_count(t->kept); i++)
		add(t, i);
	if (t->by_duration && t->nrows)
		qsort_r(t->rows, t->nrows, sizeof(*t->rows), by_duration, t->kept);
	find_cursor(t);
	if (t->scroll.cursor >= t->nrows)
		t->scroll.cursor = t->nrows ? t->nrows - 1 : 0;
	bind_cursor(t);
}

void trace_rows_free(struct trace_view *t)
{
	free(t->rows);
	if (t->like) {
		arena_clear(&t->like->arena);
		free(t->like);
	}
	t->rows = NULL;
	t->like = NULL;
}

struct kept_row *trace_rows_current(struct trace_view *t)
{
	if (t->stale || t->scroll.cursor >= t->nrows)
		return NULL;
	return kept_at(t->kept, t->rows[t->scroll.cursor]);
}

void trace_rows_move(struct trace_view *t, ptrdiff_t lines)
{
	trace_rows_update(t);
	scroll_by(&t->scroll, lines, t->nrows);
	t->follow = t->scroll.cursor + 1 >= t->nrows;
	bind_cursor(t);
	top_dirty(t->view.top);
}

bool trace_rows_next(struct trace_view *t, bool back, bool here)
{
	size_t n;
	size_t i;

	trace_rows_update(t);
	n = t->nrows;
	i = t->scroll.cursor;
	for (size_t step = here ? 0 : 1; step <= n && n; step++) {
		size_t line = (i + (back ? n - step % n : step)) % n;

		if (!has(&t->search, kept_at(t->kept, t->rows[line])))
			continue;
		trace_rows_move(t, (ptrdiff_t)line - (ptrdiff_t)i);
		return true;
	}
	return false;
}

void trace_rows_alike(struct trace_view *t, enum trace_alike as)
{
	const struct kept_row *row = trace_rows_current(t);

	if (as && !t->like && row) {
		t->like = mem_zalloc(sizeof(*t->like));
		t->like->event = event_copy(&t->like->arena, &row->event);
	}
	t->alike = t->like ? as : ALIKE_ALL;
	if (!t->alike && t->like) {
		arena_clear(&t->like->arena);
		free(t->like);
		t->like = NULL;
	}
	t->stale = true;
	top_dirty(t->view.top);
}
