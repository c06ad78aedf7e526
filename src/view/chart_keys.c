/* The keys of a chart. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "view/chart_inside.h"
#include "view/timeline.h"

static struct chart_view *of(struct view *v)
{
	return (struct chart_view *)v;
}

static int64_t piece_ns(const struct chart_view *c)
{
	return chart_span_ns(c) / (int64_t)(c->npoints ? c->npoints : 1);
}

/* The cursor stays in sight. */
static void look_at(struct chart_view *c, int64_t ns)
{
	int64_t to = c->to_ns;

	if (!to)
		return; /* it was not drawn yet: nobody can have seen a moment */
	if (ns >= to)
		ns = to - 1;
	c->cursor_ns = ns;
	if (ns < to - chart_span_ns(c))
		c->end_ns = ns + chart_span_ns(c);
	else if (c->end_ns && ns + piece_ns(c) >= to)
		c->end_ns = to + chart_span_ns(c) / 4;
	if (c->end_ns > loop_wall() && !c->view.link->stored)
		c->end_ns = 0;
	top_dirty(c->view.top);
}

static bool zoom(struct view *v, int step)
{
	struct chart_view *c = of(v);

	chart_zoom(c, step);
	/* Around what is looked at. */
	if (c->end_ns && c->cursor_ns)
		c->end_ns = c->cursor_ns + chart_span_ns(c) / 2;
	top_dirty(v->top);
	return true;
}

static bool zoom_in(struct view *v, struct text argument, struct err *err)
{
	return zoom(v, -1);
}

static bool zoom_out(struct view *v, struct text argument, struct err *err)
{
	return zoom(v, 1);
}

bool chart_key(struct view *v, struct key k)
{
	struct chart_view *c = of(v);
	size_t point;

	if (k.code == KEY_WHEEL_UP || k.code == KEY_WHEEL_DOWN)
		return zoom(v, k.code == KEY_WHEEL_UP ? -1 : 1);
	if ((k.code != KEY_CLICK && k.code != KEY_DOUBLE_CLICK) || !c->pane.canvas)
		return false;
	point = chart_point_at(c->pane, c->n, k.x, k.y);
	if (point == CHART_NO_POINT)
		return false;
	look_at(c, c->to_ns - chart_span_ns(c) + (int64_t)point * piece_ns(c) +
			   piece_ns(c) / 2);
	return true;
}

static bool move(struct view *v, int64_t pieces)
{
	struct chart_view *c = of(v);
	int64_t from = chart_looked_at(c);

	if (!from) {
		int64_t first;

		if (!chart_extent(c, &first, &from) || from > c->to_ns)
			from = c->to_ns;
	} else {
		from += pieces * piece_ns(c);
	}
	look_at(c, from);
	return true;
}

static bool left(struct view *v, struct text argument, struct err *err)
{
	return move(v, -1);
}

static bool right(struct view *v, struct text argument, struct err *err)
{
	return move(v, 1);
}

static bool page_left(struct view *v, struct text argument, struct err *err)
{
	return move(v, -(int64_t)of(v)->npoints / 4);
}

static bool page_right(struct view *v, struct text argument, struct err *err)
{
	return move(v, (int64_t)of(v)->npoints / 4);
}

static bool first(struct view *v, struct text argument, struct err *err)
{
	int64_t from, to;

	if (chart_extent(of(v), &from, &to))
		look_at(of(v), from);
	return true;
}

static bool follow(struct view *v, struct text argument, struct err *err)
{
	of(v)->end_ns = of(v)->cursor_ns = 0;
	top_dirty(v->top);
	return true;
}

/* The screens of the moment that is looked at. */
static bool show_moment(struct view *v, struct text argument, struct err *err)
{
	struct timeline *t = top_timeline(v->top);

	if (!t)
		return fail(err, ERR_CANNOT, "only recordings have a past to be shown");
	timeline_show(t, chart_looked_at(of(v)));
	of(v)->cursor_ns = 0;
	return true;
}

static bool keeps_past(const struct view *v)
{
	return top_timeline(v->top) != NULL;
}

/* To where the chosen line is highest, of what is in sight. */
static bool peak(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);
	struct chart_point *points = mem_alloc(c->npoints * sizeof(*points));
	struct history_window w = { c->to_ns - chart_span_ns(c), c->to_ns,
				    HISTORY_LEVEL };
	size_t at = c->npoints;

	if (c->n) {
		w.as = chart_as(&c->at[c->chosen]);
		history_read(top_history(v->top), &c->at[c->chosen].name, &w, points,
			     c->npoints);
	}
	for (size_t i = 0; c->n && i < c->npoints; i++)
		if (isfinite(points[i].high) &&
		    (at == c->npoints || points[i].high > points[at].high))
			at = i;
	if (at < c->npoints)
		look_at(c, w.from_ns +
				   (int64_t)(((double)at + 0.5) / (double)c->npoints *
					     (double)chart_span_ns(c)));
	free(points);
	return true;
}

static bool choose_next(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	if (c->n)
		c->chosen = (c->chosen + 1) % c->n;
	top_dirty(v->top);
	return true;
}

static bool choose_previous(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	if (c->n)
		c->chosen = (c->chosen + c->n - 1) % c->n;
	top_dirty(v->top);
	return true;
}

static bool rate(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	if (c->n)
		c->at[c->chosen].rate = !c->at[c->chosen].rate;
	top_dirty(v->top);
	return true;
}

static bool zero(struct view *v, struct text argument, struct err *err)
{
	of(v)->from_least = !of(v)->from_least;
	top_dirty(v->top);
	return true;
}

static bool drop(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);

	if (c->n < 2)
		return fail(err, ERR_USAGE, "it is the only line of the chart");
	for (size_t i = c->chosen; i + 1 < c->n; i++)
		c->at[i] = c->at[i + 1];
	c->n--;
	c->chosen = c->chosen < c->n ? c->chosen : c->n - 1;
	chart_read_all(c);
	top_dirty(v->top);
	return true;
}

static bool has(const struct chart_view *c, const struct chart_number *n)
{
	for (size_t i = 0; i < c->n; i++)
		if (text_eq(c->at[i].name.column, n->name.column) &&
		    text_eq(c->at[i].name.key, n->name.key) &&
		    text_eq(c->at[i].name.table, n->name.table))
			return true;
	return false;
}

/* A line more: another column of the chosen one's row. */
static bool add_column(struct chart_view *c, size_t column, struct err *err)
{
	struct chart_number n =
		chart_number_beside(&c->at[c->chosen], column, &c->arena);

	if (c->n == CHART_SERIES)
		return fail(err, ERR_USAGE, "a chart has at most %d lines", CHART_SERIES);
	if (has(c, &n))
		return fail(err, ERR_USAGE, "it is in the chart already");
	c->at[c->n++] = n;
	c->chosen = c->n - 1;
	chart_read_all(c);
	top_dirty(c->view.top);
	return true;
}

/* Of the chosen line's row. NULL: the line is of none. */
static const struct schema *row_schema(const struct chart_view *c, struct err *err)
{
	const struct schema *s = c->n ? c->at[c->chosen].schema : NULL;

	if (!s)
		fail(err, ERR_USAGE, "there is no row that has other columns");
	return s;
}

static bool add(struct view *v, struct text argument, struct err *err)
{
	struct chart_view *c = of(v);
	const struct schema *s = row_schema(c, err);
	size_t column;

	if (!s)
		return false;
	if (!argument.len) {
		for (column = 0; column < s->ncolumns; column++) {
			struct chart_number n = chart_number_beside(&c->at[c->chosen],
								    column, &c->arena);

			if (chart_column_is_number(&s->columns[column]) && !has(c, &n))
				return add_column(c, column, err);
		}
		return fail(err, ERR_USAGE, "all numbers of the row are in the chart");
	}
	column = schema_find(s, argument);
	if (column == TABLE_NONE)
		return table_no_column(s, argument, err);
	if (s->columns[column].kind == COLUMN_LABEL)
		return fail(err, ERR_USAGE, "'%.*s' is no number over time",
			    TEXT_ARG(argument));
	return add_column(c, column, err);
}

static void offer_columns(struct view *v, struct text before, struct offer *o)
{
	const struct schema *s = row_schema(of(v), NULL);

	for (size_t i = 0; s && i < s->ncolumns; i++)
		if (s->columns[i].kind != COLUMN_LABEL)
			o->take(o, text_of(s->columns[i].name),
				text_of(s->columns[i].help));
}

const struct action chart_actions[CHART_ACTIONS] = {
	{ "+=", "zoom-in", NULL, "a shorter time", ACTION_FOOT, zoom_in, NULL },
	{ "-", "zoom-out", NULL, "a longer time", ACTION_FOOT, zoom_out, NULL },
	{ "<left>h", "left", NULL, "look at the moment before", 0, left, NULL },
	{ "<right>l", "right", NULL, "look at the moment after", 0, right, NULL },
	{ "<pageup>", "page-left", NULL, "a quarter of the time back", 0, page_left,
	  NULL },
	{ "<pagedown>", "page-right", NULL, "a quarter of the time on", 0, page_right,
	  NULL },
	{ "<home>g", "first", NULL, "the oldest that is known", 0, first, NULL },
	{ "<end>G", "follow", NULL, "follow the time again", ACTION_FOOT, follow, NULL },
	{ "m", "peak", NULL, "where the chosen line is highest", ACTION_FOOT, peak,
	  NULL },
	{ "<enter>", "show", NULL, "the screens of this moment", ACTION_FOOT, show_moment,
	  NULL, keeps_past },
	{ "<down>j", "next-line", NULL, "choose the next line, whose scale is shown", 0,
	  choose_next, NULL },
	{ "<up>k", "previous-line", NULL, "choose the line before", 0, choose_previous,
	  NULL },
	{ "r", "rate", NULL, "what it changes by a second, or what it is", ACTION_FOOT,
	  rate, NULL },
	{ "0", "zero", NULL, "the scale begins at 0, or at the least value", 0, zero,
	  NULL },
	{ "a", "add", "COLUMN", "add another number of the row", ACTION_FOOT, add,
	  offer_columns },
	{ "d<delete>", "drop", NULL, "take the chosen line out", 0, drop, NULL },
};
