/* A bar for each scheduler, in the header. */
#include <math.h>

#include "tui/bar.h"
#include "view/home_inside.h"

enum {
	LEAST = 20,       /* columns of one scheduler */
	ACROSS = 8,       /* side by side, */
	FEW = 64,         /* unless there are more than these */
	HIGH = 40,        /* on screens of so many lines they need not be asked for */
	WIDE = 30,        /* from here on there is room for whole names */
	NAME = 12,
	NAME_BRIEF = 4,
	NUMBER = 5,       /* "12.3%" */
	MARK = 3,         /* what threshold_mark() gives, and a space */
};

/* Which rows of the table are bars: threads that are online. */
static bool bar_at(const struct table *t, size_t row, double *share)
{
	size_t c = schema_find(t->schema, TEXT("utilisation"));

	if (c == TABLE_NONE || !home_thread_online(t, row))
		return false;
	*share = cell_number(table_cell(t, row, c));
	return true;
}

static size_t bars_of(const struct home *h)
{
	const struct table *t = feed_table(h->feeds[HOME_SCHEDULERS].feed);
	size_t n = 0;
	double share;

	for (size_t row = 0; t && row < t->nrows; row++)
		n += bar_at(t, row, &share);
	return n;
}

/* How many of them stand side by side. */
static size_t bars_across(size_t nbars, size_t width)
{
	size_t across = width / LEAST;

	if (across > ACROSS && nbars <= FEW)
		across = ACROSS;
	return across < 1 ? 1 : across;
}

size_t home_bar_lines(const struct home *h, size_t width, size_t height)
{
	size_t nbars = bars_of(h);
	size_t across = bars_across(nbars, width);
	size_t lines = (nbars + across - 1) / across;
	size_t most = h->bars ? height / 3 : height >= HIGH ? height / 8 : 0;

	return lines < most ? lines : most;
}

/* "scheduler/3", "dirty_cpu/1", or short "3", "dc1", "di12". */
static void add_name(struct buf *b, struct text name, size_t width)
{
	size_t slash = text_chr(name, '/');

	if (name.len <= width || slash == name.len) {
		buf_text_add(b, name);
		return;
	}
	if (text_starts(name, "dirty_cpu"))
		buf_str(b, "dc");
	else if (text_starts(name, "dirty_io"))
		buf_str(b, "di");
	buf_text_add(b, text_sub(name, slash + 1, name.len));
}

static void draw_bar(const struct home *h, struct pane p, struct text name, double share)
{
	enum style style = threshold_style(h->thresholds, THRESHOLD_SCHEDULERS, share);
	size_t label = p.width >= WIDE ? NAME : NAME_BRIEF;
	size_t behind = 1 + NUMBER + MARK + 1; /* the bar, with a blank at each side */
	struct buf b = { 0 };

	add_name(&b, name, label);
	pane_lane(p, 0, 0, label, STYLE_DIM, buf_text(&b));
	buf_reset(&b);
	if (p.width > label + behind)
		bar_draw(p, label + 1, 0, p.width - label - behind,
			 style == STYLE_PLAIN ? STYLE_SERIES_1 : style,
			 &(struct bar){ share,
					h->thresholds->of[THRESHOLD_SCHEDULERS].crit });
	if (isfinite(share))
		units_human(&b, share, UNIT_RATIO);
	if (p.width > label + NUMBER + MARK)
		pane_lane_right(p, p.width - NUMBER - MARK, 0, NUMBER, style,
				buf_text(&b));
	pane_text(p, p.width - MARK, 0, style, text_of(threshold_mark(style)));
	buf_clear(&b);
}

void home_bars_draw(const struct home *h, struct pane p)
{
	const struct table *t = feed_table(h->feeds[HOME_SCHEDULERS].feed);
	size_t across = bars_across(bars_of(h), p.width);
	size_t width = p.width / across;
	size_t n = 0;
	double share;

	for (size_t row = 0; t && row < t->nrows; row++) {
		if (!bar_at(t, row, &share))
			continue;
		draw_bar(h, pane_part(p, n % across * width, n / across, width, 1),
			 table_text(t, row, t->schema->key), share);
		n++;
	}
}
