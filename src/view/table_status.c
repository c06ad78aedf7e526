/* The line below a table: what of it is shown, and how old that is. */
#include <stdio.h>

#include "view/table_inside.h"

struct status {
	struct table_view *t;
	struct pane pane;
	size_t x;
};

/* Says a part, in front of which a dot stands, as far as there is room. */
static void say(struct status *s, enum style style, struct text what)
{
	size_t width = canvas_width(s->pane.canvas, what);
	size_t gap = s->x ? 3 : 0;

	if (!what.len || s->x + gap >= s->pane.width)
		return;
	/* Half a part says nothing, but for the first one. */
	if (s->x && s->x + gap + width > s->pane.width)
		return;
	if (s->x)
		pane_glyph(s->pane, s->x + 1, 0, STYLE_DIM, 0xB7, '|');
	s->x += gap;
	s->x += pane_text(s->pane, s->x, 0, style, what);
}

/* 100123 as 100,123. */
static void add_count(struct buf *out, size_t n)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%zu", n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_char(out, ',');
		buf_char(out, digits[i]);
	}
}

static void add_span(struct buf *out, int64_t ns)
{
	units_human(out, ns < 0 ? 0 : (double)ns, UNIT_NS);
}

/* Is a column that the filter looks at still being read of all rows? */
static bool still_reading(const struct table_view *t)
{
	return t->filter.len && feed_busy(t->feed) && !table_view_words_known(t);
}

static void say_rows(struct status *s, struct buf *b)
{
	const struct table_view *t = s->t;
	size_t n = table_view_count(t);
	size_t all = t->group != TABLE_NONE ? t->group_table.nrows
					    : feed_table(t->feed)->nrows;
	const char *what = t->group != TABLE_NONE ? "group" : "row";

	buf_reset(b);
	add_count(b, n);
	if (n != all) {
		buf_str(b, " of ");
		add_count(b, all);
	}
	buf_printf(b, " %s%s", what, all == 1 ? "" : "s");
	if (t->group != TABLE_NONE) {
		buf_str(b, " of ");
		add_count(b, feed_table(t->feed)->nrows);
		buf_printf(b, " rows by %s", t->lay->schema->columns[GROUP_VALUE].name);
	}
	if (table_view_choosing(t))
		buf_printf(b, ", looked at %zu %%", t->pick.seen * 100 / t->pick.of);
	else if (still_reading(t))
		buf_str(b, ", still reading");
	say(s, STYLE_STRONG, buf_text(b));
}

static void say_choice(struct status *s, struct buf *b)
{
	const struct table_view *t = s->t;

	if (t->filter.len) {
		buf_reset(b);
		buf_str(b, "filter ");
		buf_text_add(b, needle_text(&t->filter));
		say(s, STYLE_MATCH, buf_text(b));
	}
	if (t->search.len) {
		buf_reset(b);
		buf_str(b, "search ");
		buf_text_add(b, needle_text(&t->search));
		say(s, STYLE_MATCH, buf_text(b));
	}
	for (size_t i = 0; i < t->nwhere; i++)
		say(s, STYLE_MATCH, t->where[i].text);
	if (t->marks.n) {
		buf_reset(b);
		add_count(b, t->marks.n);
		buf_str(b, " marked");
		say(s, STYLE_MARK, buf_text(b));
	}
	if (t->hold != HOLD_NONE)
		say(s, STYLE_MARK, t->hold == HOLD_LINE ? TEXT("one held")
							: TEXT("following"));
}

static void say_sort(struct status *s, struct buf *b)
{
	const struct table_view *t = s->t;

	if (t->tree_rows.at || t->lay->sort == TABLE_NONE)
		return;
	buf_reset(b);
	buf_printf(b, "by %s%s", t->lay->schema->columns[t->lay->sort].name,
		   t->lay->descending ? "" : ", least first");
	say(s, STYLE_PLAIN, buf_text(b));
}

/* What was read cannot be of now. */
static void say_trouble(struct status *s, struct buf *b)
{
	struct feed *f = s->t->feed;
	const struct err *err = feed_err(f);

	if (err->kind)
		say(s, STYLE_WARN, text_of(err->what));
	if (feed_missed(f)) {
		buf_reset(b);
		add_count(b, feed_missed(f));
		buf_str(b, " could not be read");
		say(s, STYLE_WARN, buf_text(b));
	}
	say(s, STYLE_WARN, feed_note(f));
}

static void say_age(struct status *s, struct buf *b)
{
	struct feed *f = s->t->feed;
	struct view *v = &s->t->view;

	if (v->link->stored || v->link->still)
		return; /* its moment stands elsewhere, or nowhere */
	buf_reset(b);
	add_span(b, loop_now() - feed_at_ns(f));
	buf_str(b, " old");
	say(s, STYLE_DIM, buf_text(b));
	if (top_paused(v->top)) {
		say(s, STYLE_WARN, TEXT("paused"));
		return;
	}
	buf_reset(b);
	buf_str(b, "took ");
	add_span(b, feed_took_ns(f));
	say(s, STYLE_DIM, buf_text(b));
	buf_reset(b);
	buf_str(b, "every ");
	add_span(b, feed_every_ns(f));
	if (feed_every_ns(f) > top_interval_ns(v->top))
		buf_str(b, " by the budget");
	say(s, STYLE_DIM, buf_text(b));
}

static void draw_typed(struct table_view *t, struct pane p)
{
	static const char *const titles[] = { [TYPING_FILTER] = "filter: ",
					      [TYPING_SEARCH] = "search: ",
					      [TYPING_WHERE] = "where: " };
	struct text title = text_of(titles[t->typing]);
	size_t x = pane_text(p, 0, 0, STYLE_STRONG, title);
	struct buf found = { 0 };
	size_t right = 0;

	if (t->typing == TYPING_FILTER && table_view_table(t)) {
		add_count(&found, table_view_count(t));
		buf_str(&found, " left");
		right = canvas_width(p.canvas, buf_text(&found)) + 1;
		if (x + right + 8 < p.width)
			pane_text(p, p.width - right + 1, 0, STYLE_DIM, buf_text(&found));
		else
			right = 0;
	}
	if (x + right < p.width)
		input_draw(&t->input, p, x, 0, p.width - x - right, STYLE_PLAIN);
	buf_clear(&found);
}

void table_view_status(struct table_view *t, struct pane p)
{
	struct status s = { .t = t, .pane = p };
	struct buf b = { 0 };

	if (!p.height)
		return;
	pane_fill(p, STYLE_PLAIN);
	if (t->typing != TYPING_NONE) {
		draw_typed(t, p);
		return;
	}
	if (!table_view_table(t))
		return;
	say_rows(&s, &b);
	say_trouble(&s, &b);
	say_choice(&s, &b);
	say_sort(&s, &b);
	say_age(&s, &b);
	buf_clear(&b);
}
