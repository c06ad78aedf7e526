/* The screen of a table, drawn. */
#include <string.h>

#include "format/cell.h"
#include "view/chart.h"
#include "view/settings.h"
#include "view/table_inside.h"

/* A text column is not made narrower than this. */
#define NARROW ((size_t)12)
/* The arrow behind the heading of what ranks. */
#define ARROW ((size_t)1)
/* "+12" at the end of the headings: so many are hidden. */
#define MORE ((size_t)4)
/* A screen of fewer lines has no line that says what it shows. */
#define LINES_FOR_STATUS ((size_t)4)

/* Of the rows that are shown. */
struct sheet {
	struct table_view *t;
	struct pane pane;    /* without the line of the status */
	struct lane *lanes;  /* [ncolumns] */
	struct text *texts;  /* [nrows][ncolumns] */
	bool *right;         /* the same: it is a number */
	bool *known;
	enum style *styles;
	uint32_t *rows;      /* [nrows] of the table */
	size_t nrows;
	size_t gutter;       /* columns in front: marks */
	size_t hidden;       /* columns that there is no room for */
};

static enum style style_of(const struct table_view *t, const struct column *about,
			   struct cell c)
{
	enum threshold_of which = threshold_of_column(t->schema->name, about->name);

	/* A sum may well be large. */
	if ((c.type != CELL_INT && c.type != CELL_REAL) || t->group != TABLE_NONE)
		return STYLE_PLAIN;
	return threshold_style(&top_settings(t->view.top)->thresholds, which,
			       c.type == CELL_REAL ? c.v.real : (double)c.v.num);
}

static const struct column *about_of(const struct table_view *t, size_t c)
{
	return &t->lay->schema->columns[t->lay->columns[c]];
}

static void read_cell(struct sheet *s, size_t i, size_t c, struct arena *scratch)
{
	struct table_view *t = s->t;
	size_t column = t->lay->columns[c];
	size_t place = i * t->lay->ncolumns + c;
	struct cell cell = table_view_cell(t, s->rows[i], column, &s->known[place]);
	size_t most = s->pane.width * 4 + 64;
	struct buf shown = { 0 };

	if (t->tree_rows.at && c == t->tree_column)
		t->tree->prefix(t->tree->ctx, t->top + i, &shown);
	if (s->known[place])
		s->right[place] = format_cell(
			&shown, about_of(t, c),
			table_unit(table_view_table(t), s->rows[i], column), cell);
	/* What is behind the screen's edge need not be copied. */
	s->texts[place] = text_dup(scratch, text_sub(buf_text(&shown), 0, most));
	s->styles[place] = style_of(t, about_of(t, c), cell);
	buf_clear(&shown);
}

static void measure(struct sheet *s, size_t c, struct arena *scratch)
{
	const struct table_view *t = s->t;
	struct lane *lane = &s->lanes[c];
	size_t title = strlen(about_of(t, c)->title) +
		       (t->lay->columns[c] == t->lay->sort ? ARROW : 0);
	bool words = false;

	lane->least = lane->wish = title;
	for (size_t i = 0; i < s->nrows; i++) {
		size_t place = i * t->lay->ncolumns + c;
		size_t width;

		read_cell(s, i, c, scratch);
		width = canvas_width(s->pane.canvas, s->texts[place]);
		if (width > lane->wish)
			lane->wish = width;
		lane->right |= s->right[place];
		words |= s->known[place] && !s->right[place] &&
			 !text_is(s->texts[place], "-");
	}
	lane->right &= !words;
	if (lane->right)
		lane->least = lane->wish;
	else if (lane->least < NARROW)
		lane->least = lane->wish < NARROW ? lane->wish : NARROW;
}

static void lay(struct sheet *s)
{
	struct table_layout *l = s->t->lay;
	size_t n = l->ncolumns;
	size_t width = s->pane.width > s->gutter ? s->pane.width - s->gutter : 0;
	size_t keep = SIZE_MAX;

	if (l->scrolled >= n)
		l->scrolled = n - 1;
	for (size_t c = 0; c < n; c++)
		if (c && l->columns[c] == l->sort && !l->scrolled)
			keep = c;
	for (size_t c = 1; c <= l->scrolled; c++)
		s->lanes[c].hidden = true;
	s->hidden = lanes_lay(s->lanes, n, width, keep);
	if (!s->hidden || width <= MORE)
		return;
	for (size_t c = 0; c < n; c++)
		s->lanes[c].hidden = c && c <= l->scrolled;
	s->hidden = lanes_lay(s->lanes, n, width - MORE, keep);
}

static void draw_lane(struct pane p, const struct lane *lane, size_t y, unsigned style,
		      struct text t)
{
	if (lane->right)
		pane_lane_right(p, lane->x, y, lane->width, style, t);
	else
		pane_lane(p, lane->x, y, lane->width, style, t);
}

static void draw_title(const struct sheet *s, struct pane p, size_t c)
{
	const struct table_view *t = s->t;
	const struct lane *lane = &s->lanes[c];
	struct text title = text_of(about_of(t, c)->title);
	size_t width = canvas_width(p.canvas, title);
	size_t x = lane->x;

	if (lane->hidden)
		return;
	if (t->lay->columns[c] != t->lay->sort) {
		draw_lane(p, lane, 0, STYLE_HEADING, title);
		return;
	}
	if (lane->right && lane->width > width + ARROW)
		x += lane->width - width - ARROW;
	pane_restyle(p, lane->x, 0, lane->width, STYLE_RANKED);
	pane_lane(p, x, 0, width < lane->width ? width : lane->width, STYLE_RANKED,
		  title);
	if (width + ARROW <= lane->width)
		pane_glyph(p, x + width, 0, STYLE_RANKED,
			   t->lay->descending ? 0x25BC : 0x25B2,
			   t->lay->descending ? 'v' : '^');
}

static void draw_heading(const struct sheet *s)
{
	struct pane line = pane_part(s->pane, 0, 0, s->pane.width, 1);
	struct pane titles = pane_part(line, s->gutter, 0, line.width, 1);

	pane_fill(line, STYLE_HEADING);
	for (size_t c = 0; c < s->t->lay->ncolumns; c++)
		draw_title(s, titles, c);
	if (s->hidden && s->pane.width > MORE)
		pane_printf(line, s->pane.width - MORE + 1, 0, STYLE_HEADING, "+%zu",
			    s->hidden);
}

/* What was typed stands out in the words that it was found in. */
static void draw_match(const struct sheet *s, struct pane p, size_t c, struct text t,
		       unsigned chosen)
{
	const struct lane *lane = &s->lanes[c];
	const struct needle *n = s->t->search.len ? &s->t->search : &s->t->filter;
	size_t at;

	if (!n->len || lane->right)
		return;
	at = needle_find(n, t, 0);
	while (at < t.len) {
		size_t x = canvas_width(p.canvas, text_sub(t, 0, at));
		size_t width = canvas_width(p.canvas, text_sub(t, at, at + n->len));

		if (x + width > lane->width)
			return;
		pane_restyle(p, lane->x + x, 0, width, STYLE_MATCH | chosen);
		at = needle_find(n, t, at + n->len);
	}
}

static bool is_word(const struct table_view *t, size_t c)
{
	if (t->group != TABLE_NONE)
		return t->lay->columns[c] == GROUP_VALUE;
	for (size_t i = 0; i < t->nwords; i++)
		if (t->words[i] == t->lay->columns[c])
			return true;
	return false;
}

/* In front of a row: "*" it is marked, "=" it is held. */
static char sign_of(const struct table_view *t, size_t row)
{
	if (t->group != TABLE_NONE)
		return ' ';
	if (t->hold == HOLD_LINE && row == t->pin_row)
		return '=';
	return table_keys_has(&t->marks, table_view_key(t, row)) ? '*' : ' ';
}

static void draw_row(const struct sheet *s, size_t i)
{
	const struct table_view *t = s->t;
	unsigned chosen = t->top + i == t->cursor ? STYLE_CHOSEN : 0;
	struct pane line = pane_part(s->pane, 0, i + 1, s->pane.width, 1);
	struct pane cells = pane_part(line, s->gutter, 0, line.width, 1);
	char sign = s->gutter ? sign_of(t, s->rows[i]) : ' ';
	enum style style = sign == '*' ? STYLE_MARK : STYLE_PLAIN;

	pane_fill(line, (enum style)(style | chosen));
	if (sign != ' ')
		pane_glyph(line, 0, 0, STYLE_MARK | chosen, (uint32_t)sign, sign);
	for (size_t c = 0; c < t->lay->ncolumns; c++) {
		size_t place = i * t->lay->ncolumns + c;

		if (s->lanes[c].hidden)
			continue;
		draw_lane(cells, &s->lanes[c], 0,
			  (s->styles[place] == STYLE_PLAIN ? style : s->styles[place]) |
				  chosen,
			  s->texts[place]);
		if (is_word(t, c))
			draw_match(s, cells, c, s->texts[place], chosen);
	}
}

static void tell_feed(struct sheet *s, struct arena *scratch)
{
	struct cell *keys = arena_many(scratch, s->nrows, struct cell);

	if (s->t->group != TABLE_NONE)
		return;
	for (size_t i = 0; i < s->nrows; i++)
		keys[i] = table_view_key(s->t, s->rows[i]);
	feed_show(s->t->feed, keys, s->nrows);
	chart_remember(top_history(s->t->view.top), s->t->view.link, s->t->feed, s->rows,
		       s->nrows);
}

static void keep_cursor_seen(struct table_view *t)
{
	size_t n = table_view_count(t);

	if (t->cursor >= n)
		t->cursor = n ? n - 1 : 0;
	if (t->cursor < t->top)
		t->top = t->cursor;
	if (t->cursor >= t->top + t->height)
		t->top = t->cursor - t->height + 1;
	if (t->top + t->height > n)
		t->top = n > t->height ? n - t->height : 0;
}

static void draw_rows(struct table_view *t, struct pane p)
{
	struct arena scratch = { 0 };
	struct sheet s = { .t = t, .pane = p, .gutter = t->hold == HOLD_LINE ||
							t->marks.n ? 2 : 0 };
	size_t n = t->lay->ncolumns;
	size_t left = table_view_count(t) - t->top;

	s.nrows = left < t->height ? left : t->height;
	if (!t->tree_rows.at)
		ranking_place(&t->ranking, t->top ? t->top - 1 : 0,
			      t->top + s.nrows + 1);
	s.lanes = arena_many(&scratch, n, struct lane);
	s.texts = arena_many(&scratch, n * s.nrows, struct text);
	s.right = arena_many(&scratch, n * s.nrows, bool);
	s.known = arena_many(&scratch, n * s.nrows, bool);
	s.styles = arena_many(&scratch, n * s.nrows, enum style);
	s.rows = arena_many(&scratch, s.nrows, uint32_t);
	for (size_t i = 0; i < s.nrows; i++)
		s.rows[i] = (uint32_t)table_view_row(t, t->top + i);
	tell_feed(&s, &scratch);
	for (size_t c = 0; c < n; c++)
		measure(&s, c, &scratch);
	lay(&s);
	draw_heading(&s);
	for (size_t i = 0; i < s.nrows; i++)
		draw_row(&s, i);
	arena_clear(&t->lanes_arena);
	t->lanes = arena_many(&t->lanes_arena, n, struct lane);
	t->nlanes = n;
	for (size_t c = 0; c < n; c++) {
		t->lanes[c] = s.lanes[c];
		t->lanes[c].x += s.gutter;
	}
	arena_clear(&scratch);
}

static void draw_nothing(const struct table_view *t, struct pane p)
{
	const struct err *err = feed_err(t->feed);

	if (err->kind) {
		pane_text(p, 0, 1, STYLE_WARN, text_of(err->what));
		pane_text(p, 0, 2, STYLE_DIM, text_of(err->hint));
	} else {
		pane_text(p, 0, 1, STYLE_DIM, TEXT("asking ..."));
	}
}

void table_view_draw(struct view *v, struct pane p)
{
	struct table_view *t = table_view_of(v);
	struct pane status = pane_bottom(
		&p, p.height >= LINES_FOR_STATUS || t->typing != TYPING_NONE);

	t->pane = p;
	t->height = p.height > 1 ? p.height - 1 : 1;
	table_view_update(t);
	if (table_view_table(t)) {
		keep_cursor_seen(t);
		draw_rows(t, p);
	} else {
		draw_nothing(t, p);
	}
	table_view_status(t, status);
}
