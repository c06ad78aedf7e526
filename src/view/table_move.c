/* The cursor of a table, the row that is held, the rows that are marked. */
#include "view/detail.h"
#include "view/nodes.h"
#include "view/table_inside.h"

#define WHEEL ((size_t)3)

/* From now on it is on that row, wherever others go. */
void table_view_move(struct table_view *t, size_t to)
{
	size_t n = table_view_count(t);

	if (!n || !table_view_table(t))
		return;
	t->cursor = to < n ? to : n - 1;
	table_view_bind(t);
	top_dirty(t->view.top);
}

static struct table_view *updated(struct view *v)
{
	table_view_update(table_view_of(v));
	return table_view_of(v);
}

bool table_do_up(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);

	table_view_move(t, t->cursor ? t->cursor - 1 : 0);
	return true;
}

bool table_do_down(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);

	table_view_move(t, t->cursor + 1);
	return true;
}

bool table_do_page_up(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);

	t->top = t->top > t->height ? t->top - t->height : 0;
	table_view_move(t, t->cursor > t->height ? t->cursor - t->height : 0);
	return true;
}

bool table_do_page_down(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);

	t->top += t->height;
	table_view_move(t, t->cursor + t->height);
	return true;
}

/* The cursor stays there, whatever row that is. */
bool table_do_first(struct view *v, struct text argument, struct err *err)
{
	table_view_to_top(updated(v));
	if (table_view_of(v)->hold == HOLD_LINE)
		table_view_stale(table_view_of(v), STALE_ORDER);
	return true;
}

bool table_do_last(struct view *v, struct text argument, struct err *err)
{
	table_view_move(updated(v), SIZE_MAX);
	return true;
}

/*
 * Held rows, marked rows.
 */

bool table_do_hold(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);
	size_t row;

	top_dirty(v->top);
	if (t->hold == HOLD_LINE) {
		t->hold = HOLD_NONE;
		return true;
	}
	if (t->tree_rows.at)
		return fail(err, ERR_USAGE, "in a tree all rows stay where they are");
	if (t->cursor >= table_view_count(t))
		return true;
	table_view_bind(t);
	row = table_view_row(t, t->cursor); /* a pin that there is may have moved it */
	t->hold = HOLD_LINE;
	arena_clear(&t->held_arena);
	t->held_key = cell_dup(&t->held_arena, t->cursor_key);
	t->pin_row = row;
	t->pin_at = t->cursor;
	t->pin_place = t->cursor;
	table_view_stale(t, STALE_ORDER);
	return true;
}

bool table_do_follow(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);

	t->hold = t->hold == HOLD_FOLLOW ? HOLD_NONE : HOLD_FOLLOW;
	table_view_bind(t);
	table_view_stale(t, STALE_ORDER);
	return true;
}

static bool no_marks(const struct table_view *t, struct err *err)
{
	return t->group == TABLE_NONE ||
	       fail(err, ERR_USAGE, "groups are not marked, their rows are");
}

bool table_do_mark(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);
	struct cell key;

	if (!no_marks(t, err))
		return false;
	if (table_view_open(t, true) || table_view_open(t, false))
		return true;
	if (!table_view_chosen(v, &key))
		return true;
	if (table_keys_has(&t->marks, key))
		table_keys_remove(&t->marks, key);
	else
		table_keys_add(&t->marks, key);
	table_view_move(t, t->cursor + 1);
	return true;
}

bool table_do_mark_all(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);
	struct rows rows;

	if (!no_marks(t, err))
		return false;
	/* As they were read: they need no ranking, and lie side by side. */
	rows = t->tree_rows.at ? t->tree_rows : t->pick.rows;
	if (!rows.at)
		rows.n = t->ranking.n;
	table_keys_room(&t->marks, rows.n);
	for (size_t i = 0; table_view_table(t) && i < rows.n; i++)
		table_keys_add(&t->marks,
			       table_view_key(t, rows.at ? rows.at[i] : i));
	top_dirty(v->top);
	return true;
}

bool table_do_unmark(struct view *v, struct text argument, struct err *err)
{
	table_keys_clear(&table_view_of(v)->marks);
	top_dirty(v->top);
	return true;
}

bool table_view_chosen(struct view *v, struct cell *key)
{
	struct table_view *t = updated(v);

	if (t->group != TABLE_NONE || !table_view_table(t) ||
	    t->cursor >= table_view_count(t))
		return false;
	*key = table_view_key(t, table_view_row(t, t->cursor));
	return true;
}

const struct cell *table_view_marked(struct view *v, size_t *n)
{
	struct table_view *t = updated(v);
	struct cell key;

	*n = t->marks.n;
	if (*n)
		return t->marks.at;
	if (!table_view_chosen(v, &key))
		return NULL;
	table_view_bind(t);
	*n = 1;
	return &t->cursor_key;
}

uint32_t table_view_creation(const struct view *v)
{
	return feed_creation(((const struct table_view *)v)->feed);
}

bool table_do_open(struct view *v, struct text argument, struct err *err)
{
	struct table_view *t = updated(v);
	struct cell key;

	if (t->group != TABLE_NONE)
		return table_view_open_group(t, err);
	if (!table_view_chosen(v, &key))
		return fail(err, ERR_USAGE, "there is no row here");
	table_view_bind(t);
	if (t->schema == &nodes_table_schema)
		return top_go(v->top, (size_t)key.v.num, err);
	return detail_open(v, t->schema, key, err);
}

/*
 * The mouse.
 */

static void click_heading(struct table_view *t, size_t x)
{
	for (size_t i = 0; i < t->nlanes && i < t->lay->ncolumns; i++) {
		const struct lane *lane = &t->lanes[i];

		if (lane->hidden || x < lane->x || x >= lane->x + lane->width)
			continue;
		table_view_pick_sort(t, t->lay->columns[i]);
		return;
	}
}

static void wheel(struct table_view *t, bool down)
{
	size_t n = table_view_count(t);

	if (down && t->top + t->height < n)
		t->top += WHEEL;
	else if (!down)
		t->top -= t->top < WHEEL ? t->top : WHEEL;
	else
		return;
	if (t->cursor < t->top)
		table_view_move(t, t->top);
	else if (t->cursor >= t->top + t->height)
		table_view_move(t, t->top + t->height - 1);
	top_dirty(t->view.top);
}

bool table_view_click(struct table_view *t, struct key k)
{
	struct pane p = t->pane;
	struct err err = { 0 };
	size_t line;

	if (k.x < p.x || k.x >= p.x + p.width || k.y < p.y || k.y >= p.y + p.height)
		return false;
	table_view_update(t);
	if (k.code == KEY_WHEEL_UP || k.code == KEY_WHEEL_DOWN) {
		wheel(t, k.code == KEY_WHEEL_DOWN);
		return true;
	}
	line = k.y - p.y;
	if (line == 0) {
		click_heading(t, k.x - p.x);
		return true;
	}
	if (line > t->height || t->top + line - 1 >= table_view_count(t))
		return true;
	table_view_move(t, t->top + line - 1);
	if (k.code == KEY_DOUBLE_CLICK &&
	    !table_do_open(&t->view, (struct text){ 0 }, &err))
		top_say_err(t->view.top, &err);
	return true;
}
