/* Which rows there are, and in which order. */
#include <string.h>

#include "view/table_inside.h"

/* How long a key may keep us from drawing; and how long a new sample. */
#define KEY_NS INT64_C(20000000)
#define SAMPLE_NS INT64_C(150000000)
/* Rows between two looks at the clock. */
#define STEP ((size_t)4096)

const struct table *table_view_table(const struct table_view *t)
{
	if (t->group == TABLE_NONE || !feed_table(t->feed))
		return feed_table(t->feed);
	return t->group_table.schema ? &t->group_table : NULL;
}

struct cell table_view_cell(const struct table_view *t, size_t row, size_t column,
			    bool *known)
{
	if (t->group == TABLE_NONE)
		return feed_cell(t->feed, row, column, known);
	*known = true;
	return table_cell(&t->group_table, row, column);
}

struct cell table_view_key(const struct table_view *t, size_t row)
{
	const struct table *rows = table_view_table(t);

	return table_cell(rows, row, rows->schema->key);
}

void table_view_stale(struct table_view *t, unsigned stale)
{
	t->stale |= stale;
	table_view_want(t);
	top_dirty(t->view.top);
}

/*
 * The choice.
 */

/* Does anything choose rows of the feed's table? */
static bool chooses(const struct table_view *t)
{
	return t->nwhere || (t->filter.len && t->group == TABLE_NONE);
}

static bool holds(struct table_view *t, const struct table *rows, size_t row)
{
	for (size_t i = 0; i < t->nwhere; i++)
		if (!predicate_holds(t->where[i].predicate, rows, row))
			return false;
	return t->group != TABLE_NONE || filter_holds(&t->pick.filter, row);
}

bool table_view_choosing(const struct table_view *t)
{
	return t->pick.seen < t->pick.of;
}

/* narrow: only those that were there before can be there now. */
static void begin_choice(struct table_view *t, bool narrow)
{
	const struct table *rows = feed_table(t->feed);
	struct table_pick *p = &t->pick;
	struct rows before = p->rows;

	p->arena ^= 1;
	arena_clear(&p->arenas[p->arena]);
	p->rows = p->in = (struct rows){ 0 };
	p->of = p->seen = 0;
	p->needle = t->filter;
	filter_init(&p->filter, &t->filter, rows, t->words, t->nwords);
	if (!chooses(t))
		return;
	if (narrow)
		p->in = before;
	p->of = p->in.at ? p->in.n : rows->nrows;
	p->rows.at = arena_many(&p->arenas[p->arena], p->of, uint32_t);
}

static void go_on_choosing(struct table_view *t, int64_t end_ns)
{
	const struct table *rows = feed_table(t->feed);
	struct table_pick *p = &t->pick;

	while (p->seen < p->of) {
		size_t end = p->of - p->seen < STEP ? p->of : p->seen + STEP;

		for (; p->seen < end; p->seen++) {
			size_t row = p->in.at ? p->in.at[p->seen] : p->seen;

			if (holds(t, rows, row))
				p->rows.at[p->rows.n++] = (uint32_t)row;
		}
		if (loop_now() > end_ns)
			return;
	}
}

static void choose(struct table_view *t, bool fresh)
{
	struct table_pick *p = &t->pick;
	bool whole = !table_view_choosing(t);

	if (t->stale & STALE_CHOICE) {
		t->stale |= STALE_ORDER;
		begin_choice(t, !fresh && whole && p->rows.at && p->needle.len &&
					t->group == TABLE_NONE &&
					p->filter.ncolumns == t->nwords &&
					needle_narrows(&t->filter, &p->needle));
	}
	if (!table_view_choosing(t))
		return;
	go_on_choosing(t, loop_now() + (fresh ? SAMPLE_NS : KEY_NS));
	t->stale |= STALE_ORDER;
	if (table_view_choosing(t))
		top_dirty(t->view.top);
}

/* The groups of what was chosen, and of these those that the filter leaves. */
static struct rows make_groups(struct table_view *t)
{
	static const size_t value = GROUP_VALUE;
	struct rows out = { 0 };
	struct filter f = { 0 };

	arena_clear(&t->group_rows);
	table_init(&t->group_table, &t->grouping->schema, &t->group_rows, 0);
	group_make(&t->group_table, t->grouping, feed_table(t->feed), t->pick.rows);
	if (!t->filter.len)
		return out;
	filter_init(&f, &t->filter, &t->group_table, &value, 1);
	out.at = arena_many(&t->group_rows, t->group_table.nrows, uint32_t);
	for (size_t row = 0; row < t->group_table.nrows; row++)
		if (filter_holds(&f, row))
			out.at[out.n++] = (uint32_t)row;
	filter_clear(&f);
	return out;
}

/*
 * The order.
 */

/* Until there are rates the counter itself ranks. */
static size_t sort_now(const struct table_view *t, size_t *then)
{
	size_t sort = t->lay->sort;
	size_t from = sort == TABLE_NONE ? TABLE_NONE : table_view_from(t, sort);

	*then = TABLE_NONE;
	if (from == TABLE_NONE || !derived_is_change(t->d, from) ||
	    t->d->from[from] == TABLE_NONE)
		return sort;
	for (size_t c = 0; c < t->lay->schema->ncolumns; c++)
		if (table_view_from(t, c) == t->d->from[from])
			*then = c;
	return feed_has_rates(t->feed) || *then == TABLE_NONE ? sort : *then;
}

/* All rows are ranked, and the tree says which of them stand where. */
static void order_tree(struct table_view *t, size_t sort, size_t then)
{
	const struct table *rows = feed_table(t->feed);
	struct arena *a = &t->ranking_arena;
	struct rows ranked = { arena_many(a, rows->nrows + 1, uint32_t), rows->nrows };
	bool *matches = NULL;

	ranking_init(&t->ranking, rows, (struct rows){ 0 }, sort, then,
		     t->lay->descending, a);
	ranking_place(&t->ranking, 0, t->ranking.n);
	for (size_t i = 0; i < ranked.n; i++)
		ranked.at[i] = t->ranking.at[i].row;
	if (t->pick.rows.at) {
		matches = arena_many(a, rows->nrows + 1, bool);
		for (size_t i = 0; i < t->pick.rows.n; i++)
			matches[t->pick.rows.at[i]] = true;
	}
	t->tree_rows.at = arena_many(a, rows->nrows + 1, uint32_t);
	t->tree->order(t->tree->ctx, rows, ranked, matches, &t->tree_rows);
}

static void rank(struct table_view *t)
{
	struct rows rows = t->pick.rows;
	size_t then;
	size_t sort = sort_now(t, &then);

	if (t->group != TABLE_NONE)
		rows = make_groups(t);
	arena_clear(&t->ranking_arena);
	t->tree_rows = (struct rows){ 0 };
	if (t->tree && t->group == TABLE_NONE)
		order_tree(t, sort, then);
	else
		ranking_init(&t->ranking, table_view_table(t), rows, sort, then,
			     t->lay->descending, &t->ranking_arena);
}

size_t table_view_count(const struct table_view *t)
{
	return t->tree_rows.at ? t->tree_rows.n : t->ranking.n;
}

/* Where in the order is what is shown at a place? A pin stands out of its own. */
static size_t unpinned(const struct table_view *t, size_t i)
{
	if (t->pin_row == TABLE_NONE || i == t->pin_at)
		return t->pin_row == TABLE_NONE ? i : t->pin_place;
	if (i > t->pin_at && i <= t->pin_place)
		return i - 1;
	if (i < t->pin_at && i >= t->pin_place)
		return i + 1;
	return i;
}

size_t table_view_row(struct table_view *t, size_t i)
{
	i = unpinned(t, i);
	return t->tree_rows.at ? t->tree_rows.at[i] : ranking_row(&t->ranking, i);
}

/* In the order, without a pin. */
static size_t place_of(const struct table_view *t, size_t row)
{
	if (!t->tree_rows.at)
		return ranking_find(&t->ranking, (uint32_t)row);
	for (size_t i = 0; i < t->tree_rows.n; i++)
		if (t->tree_rows.at[i] == row)
			return i;
	return TABLE_NONE;
}

size_t table_view_place(struct table_view *t, size_t row)
{
	size_t i = place_of(t, row);

	if (i == TABLE_NONE || t->pin_row == TABLE_NONE)
		return i;
	if (row == t->pin_row)
		return t->pin_at;
	if (i > t->pin_place && i <= t->pin_at)
		return i - 1;
	if (i < t->pin_place && i >= t->pin_at)
		return i + 1;
	return i;
}

/*
 * The cursor, when the order is another one.
 */

void table_view_bind(struct table_view *t)
{
	arena_clear(&t->cursor_arena);
	t->bound = t->cursor < table_view_count(t);
	if (t->bound)
		t->cursor_key = cell_dup(&t->cursor_arena,
					 table_view_key(t, table_view_row(t, t->cursor)));
}

void table_view_to_top(struct table_view *t)
{
	t->bound = false;
	t->cursor = t->top = 0;
	t->pin_row = TABLE_NONE;
	top_dirty(t->view.top);
}

static void pin(struct table_view *t, size_t row, size_t place, size_t at)
{
	size_t last = table_view_count(t) - 1;

	t->pin_row = row;
	t->pin_place = place;
	t->pin_at = at < last ? at : last;
}

static size_t place_of_key(struct table_view *t, struct cell key, size_t *row)
{
	*row = table_find(table_view_table(t), key);
	return *row == TABLE_NONE ? TABLE_NONE : place_of(t, *row);
}

static void say_gone(struct table_view *t, struct cell key)
{
	const struct schema *s = table_view_table(t)->schema;
	struct buf shown = { 0 };

	if (key.type == CELL_NULL)
		return;
	cell_print(&shown, &s->columns[s->key], key);
	top_say(t->view.top, STYLE_WARN, "%s is gone", buf_cstr(&shown));
	buf_clear(&shown);
}

/* It stays on its line, whatever row that is. */
static void lose_cursor(struct table_view *t)
{
	if (t->cursor >= table_view_count(t))
		t->cursor = table_view_count(t) - 1;
	table_view_bind(t);
}

/* A tree stays as it is: its rows are where they belong. */
static void find_cursor(struct table_view *t, bool fresh)
{
	size_t line = t->cursor - (t->cursor < t->top ? t->cursor : t->top);
	size_t was_pinned = t->pin_row == TABLE_NONE ? t->cursor : t->pin_at;
	size_t row;
	size_t place;

	t->pin_row = TABLE_NONE;
	if (!table_view_count(t))
		return;
	if (t->hold == HOLD_LINE) {
		place = place_of_key(t, t->held_key, &row);
		if (place != TABLE_NONE) {
			pin(t, row, place, was_pinned);
		} else if (fresh && row == TABLE_NONE) {
			say_gone(t, t->held_key);
			t->hold = HOLD_NONE;
		}
	}
	if (!t->bound) {
		t->cursor = t->top = 0;
		return;
	}
	place = place_of_key(t, t->cursor_key, &row);
	if (place == TABLE_NONE) {
		if (fresh && row == TABLE_NONE && !table_view_choosing(t))
			say_gone(t, t->cursor_key);
		lose_cursor(t);
	} else if (t->hold == HOLD_FOLLOW || t->tree_rows.at) {
		t->cursor = place;
		t->top = place > line ? place - line : 0;
	} else if (t->hold == HOLD_LINE && t->pin_row != TABLE_NONE) {
		place = table_view_place(t, row);
		if (place >= t->top && place < t->top + t->height)
			t->cursor = place;
		else
			lose_cursor(t);
	} else {
		pin(t, row, place, t->cursor);
		t->cursor = t->pin_at;
	}
}

/* After a restart the same key is somebody else's. */
static void drop_foreign_marks(struct table_view *t)
{
	if (t->creation == feed_creation(t->feed))
		return;
	t->creation = feed_creation(t->feed);
	if (t->marks.n)
		top_say(t->view.top, STYLE_WARN,
			"the node was restarted: no row is marked any more");
	table_keys_clear(&t->marks);
}

void table_view_update(struct table_view *t)
{
	bool fresh = t->version != feed_version(t->feed);

	drop_foreign_marks(t);
	if (!feed_table(t->feed)) {
		t->ranking.n = 0;
		t->tree_rows = (struct rows){ 0 };
		t->pin_row = TABLE_NONE;
		t->version = feed_version(t->feed);
		t->stale |= STALE_CHOICE | STALE_ORDER;
		return;
	}
	if (fresh)
		t->stale |= STALE_CHOICE | STALE_ORDER;
	t->version = feed_version(t->feed);
	choose(t, fresh);
	if (!(t->stale & (STALE_ORDER | STALE_TREE))) {
		t->stale = 0;
		return;
	}
	if (t->stale & STALE_ORDER || !t->tree_rows.at)
		rank(t);
	else
		t->tree->again(t->tree->ctx, &t->tree_rows);
	find_cursor(t, fresh);
	t->stale = 0;
	if (fresh) {
		table_view_want(t);
		table_view_search_on(t);
	}
}
