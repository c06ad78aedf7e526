/* The screen of a table, drawn. */
#include <string.h>

#include "format/format.h"
#include "view/chart.h"
#include "view/lanes.h"
#include "view/table_inside.h"

/* A text column is not made narrower than this. */
#define NARROW ((size_t)12)

/* Of the rows that are shown. */
struct sheet {
	struct table_view *t;
	struct pane pane;
	struct lane *lanes;  /* [ncolumns] */
	struct text *texts;  /* [nrows][ncolumns] */
	bool *right;         /* the same: it is a number */
	bool *known;
	size_t nrows;
};

static void read_cell(struct sheet *s, size_t i, size_t c, struct arena *scratch)
{
	struct table_view *t = s->t;
	size_t row = t->order.at[t->top + i];
	size_t column = t->columns[c];
	size_t place = i * t->ncolumns + c;
	struct cell cell = feed_cell(t->feed, row, column, &s->known[place]);
	struct buf shown = { 0 };

	if (s->known[place])
		s->right[place] = format_cell(&shown, &t->d->schema.columns[column],
					      table_unit(feed_table(t->feed), row,
							 column),
					      cell);
	s->texts[place] = text_dup(scratch, buf_text(&shown));
	buf_clear(&shown);
}

static void measure(struct sheet *s, struct arena *scratch)
{
	struct table_view *t = s->t;

	for (size_t c = 0; c < t->ncolumns; c++) {
		const struct column *about = &t->d->schema.columns[t->columns[c]];
		struct lane *lane = &s->lanes[c];
		bool words = false;

		lane->least = lane->width = strlen(about->title);
		for (size_t i = 0; i < s->nrows; i++) {
			size_t place = i * t->ncolumns + c;
			size_t width;

			read_cell(s, i, c, scratch);
			width = canvas_width(s->pane.canvas, s->texts[place]);
			if (width > lane->width)
				lane->width = width;
			lane->right |= s->right[place];
			words |= s->known[place] && !s->right[place] &&
				 !text_is(s->texts[place], "-");
		}
		lane->right &= !words;
		if (lane->right)
			lane->least = lane->width;
		else if (lane->least < NARROW && lane->width > NARROW)
			lane->least = NARROW;
		else if (lane->width <= NARROW)
			lane->least = lane->width;
	}
}

static void draw_lane(struct pane p, const struct lane *lane, size_t y, unsigned style,
		      struct text t)
{
	if (lane->hidden)
		return;
	if (lane->right)
		pane_lane_right(p, lane->x, y, lane->width, style, t);
	else
		pane_lane(p, lane->x, y, lane->width, style, t);
}

static void draw_heading(const struct sheet *s)
{
	const struct table_view *t = s->t;

	pane_fill(pane_part(s->pane, 0, 0, s->pane.width, 1), STYLE_HEADING);
	for (size_t c = 0; c < t->ncolumns; c++)
		draw_lane(s->pane, &s->lanes[c], 0,
			  t->columns[c] == t->sort ? STYLE_RANKED : STYLE_HEADING,
			  text_of(t->d->schema.columns[t->columns[c]].title));
}

static void draw_row(const struct sheet *s, size_t i)
{
	const struct table_view *t = s->t;
	unsigned chosen = t->top + i == t->cursor ? STYLE_CHOSEN : 0;

	pane_fill(pane_part(s->pane, 0, i + 1, s->pane.width, 1),
		  (enum style)(STYLE_PLAIN | chosen));
	for (size_t c = 0; c < t->ncolumns; c++)
		draw_lane(s->pane, &s->lanes[c], i + 1, STYLE_PLAIN | chosen,
			  s->texts[i * t->ncolumns + c]);
}

static void tell_feed(struct sheet *s, struct arena *scratch)
{
	struct table_view *t = s->t;
	struct cell *keys = arena_many(scratch, s->nrows, struct cell);

	for (size_t i = 0; i < s->nrows; i++)
		keys[i] = table_cell(feed_table(t->feed), t->order.at[t->top + i],
				     t->d->schema.key);
	feed_show(t->feed, keys, s->nrows);
	chart_remember(top_history(t->view.top), t->view.link, t->feed,
		       &t->order.at[t->top], s->nrows);
}

static void follow_cursor(struct table_view *t)
{
	if (t->cursor >= t->order.n)
		t->cursor = t->order.n ? t->order.n - 1 : 0;
	if (t->cursor < t->top)
		t->top = t->cursor;
	if (t->cursor >= t->top + t->height)
		t->top = t->cursor - t->height + 1;
	if (t->top + t->height > t->order.n)
		t->top = t->order.n > t->height ? t->order.n - t->height : 0;
}

static void draw_nothing(const struct table_view *t, struct pane p)
{
	const struct err *err = feed_err(t->feed);

	if (err->kind)
		pane_text(p, 0, 1, STYLE_WARN, text_of(err->what));
	else
		pane_text(p, 0, 1, STYLE_DIM, TEXT("asking ..."));
}

void table_view_draw(struct view *v, struct pane p)
{
	struct table_view *t = (struct table_view *)v;
	struct arena scratch = { 0 };
	struct sheet s = { .t = t, .pane = p };

	t->height = p.height > 1 ? p.height - 1 : 1;
	if (!feed_table(t->feed)) {
		draw_nothing(t, p);
		return;
	}
	table_view_rank(t, (t->cursor > t->top ? t->cursor : t->top) + t->height + 1);
	follow_cursor(t);
	s.nrows = t->order.n - t->top < t->height ? t->order.n - t->top : t->height;
	s.lanes = arena_many(&scratch, t->ncolumns, struct lane);
	s.texts = arena_many(&scratch, t->ncolumns * s.nrows, struct text);
	s.right = arena_many(&scratch, t->ncolumns * s.nrows, bool);
	s.known = arena_many(&scratch, t->ncolumns * s.nrows, bool);
	tell_feed(&s, &scratch);
	measure(&s, &scratch);
	lanes_lay(s.lanes, t->ncolumns, p.width, SIZE_MAX);
	draw_heading(&s);
	for (size_t i = 0; i < s.nrows; i++)
		draw_row(&s, i);
	arena_clear(&scratch);
}
