/* The page of a row, drawn. */
#include <string.h>

#include "base/units.h"
#include "view/detail_inside.h"

/* Where there are fewer lines all are for the section. */
#define HEAD_HEIGHT ((size_t)10)
#define MINUTE_NS INT64_C(60000000000)

/* How long ago a moment of loop_now() was: "3.2 s". */
static void add_age(struct buf *out, int64_t at_ns)
{
	int64_t ns = loop_now() - at_ns;

	if (ns < MINUTE_NS)
		buf_printf(out, "%.1f s", (double)(ns < 0 ? 0 : ns) / 1e9);
	else
		units_human(out, (double)ns, UNIT_NS);
}

/* What the pages below this one are of. */
static void add_trail(const struct view *v, struct buf *out)
{
	if (!v)
		return;
	add_trail(v->below, out);
	if (!v->trail.len)
		return;
	if (buf_len(out))
		buf_str(out, " > ");
	buf_text_add(out, v->trail);
}

/* That it is not there any more, or how old the row is. */
static size_t draw_state(const struct detail *d, struct pane p)
{
	struct buf b = { 0 };
	enum style style = STYLE_DIM;
	size_t width;

	/* In a recording it may be yet to come. */
	if (d->gone && d->view.link->stored) {
		buf_str(&b, " not in this sample");
		style = STYLE_CRIT;
	} else if (d->gone && d->row.nrows) {
		buf_str(&b, d->restarted ? " node restarted, read " : " gone, read ");
		style = STYLE_CRIT;
	} else if (d->gone) {
		buf_str(&b, " gone");
		style = STYLE_CRIT;
	} else {
		buf_char(&b, ' ');
	}
	if (d->row.nrows && !d->view.link->stored && !d->view.link->still) {
		add_age(&b, d->row_at_ns);
		buf_str(&b, " ago");
	}
	width = canvas_width(p.canvas, buf_text(&b));
	width = width < p.width ? width : p.width;
	pane_lane_right(p, p.width - width, 0, width, style, buf_text(&b));
	buf_clear(&b);
	return width;
}

static void draw_title(const struct detail *d, struct pane p)
{
	struct cell name = detail_cell(d, "name");
	struct buf b = { 0 };
	size_t x, width;

	pane_fill(p, STYLE_TITLE);
	width = p.width - draw_state(d, p);
	add_trail(d->view.below, &b);
	if (buf_len(&b)) {
		buf_str(&b, " > ");
		/* What is nearest is what counts. */
		while (canvas_width(p.canvas, buf_text(&b)) + d->view.trail.len > width &&
		       text_find(buf_text(&b), TEXT(" > ")) + 3 < buf_len(&b))
			buf_drop(&b, text_find(buf_text(&b), TEXT(" > ")) + 3);
	}
	p = pane_part(p, 0, 0, width, 1);
	x = pane_text(p, 0, 0, STYLE_DIM, buf_text(&b));
	x += pane_text(p, x, 0, STYLE_TITLE, d->view.trail);
	if (name.type == CELL_TEXT && !text_eq(*name.v.text, d->view.trail))
		pane_text(p, x + 1, 0, STYLE_TITLE, *name.v.text);
	buf_clear(&b);
}

/* "1 info " */
static size_t section_width(const struct detail *d, size_t i)
{
	return strlen(d->kind->sections[i].name) + (i < 9 ? 3 : 4);
}

/* Where there is no room for all, the one that is shown is there. */
static size_t first_section(const struct detail *d, size_t room)
{
	size_t first = d->current;
	size_t width = section_width(d, first);

	while (first > 0 && width + section_width(d, first - 1) <= room)
		width += section_width(d, --first);
	return first;
}

size_t detail_section_at(const struct detail *d, size_t x)
{
	size_t i = first_section(d, d->tabs.width);

	while (i < d->kind->nsections && x >= section_width(d, i))
		x -= section_width(d, i++);
	return i;
}

static void draw_sections(const struct detail *d, struct pane p)
{
	size_t x = 0;

	for (size_t i = first_section(d, p.width);
	     i < d->kind->nsections && x < p.width; i++) {
		unsigned style = i == d->current ? STYLE_TAB_OPEN : STYLE_TAB;

		x += pane_printf(p, x, 0, style, "%zu %s ", i + 1,
				 d->kind->sections[i].name);
	}
}

/* What is the matter with the section, or how old it is; or empty. */
static enum style section_state(const struct detail *d, const struct section *s,
				struct buf *out)
{
	if (s->ask && s->about->flags & SECTION_DEMAND) {
		buf_str(out, "asking ...");
	} else if (s->err.kind && !d->gone) {
		buf_printf(out, "%s%s%s", s->err.what, s->err.hint[0] ? "; " : "",
			   s->err.hint);
		return STYLE_WARN;
	} else if (s->at_ns && s->about->flags & SECTION_DEMAND) {
		buf_str(out, "asked ");
		add_age(out, s->at_ns);
		buf_str(out, " ago; r asks again");
	}
	return STYLE_DIM;
}

/* What to say where there is nothing. */
static void draw_nothing(const struct detail *d, const struct section *s, struct pane p)
{
	const struct err *err = feed_err(d->feed);

	if (s->about->flags & SECTION_LIVE && !link_live(d->view.link) &&
	    d->view.link->state == LINK_OPEN)
		pane_printf(p, 1, 0, STYLE_DIM,
			    "needs a live node, which '%.*s' is not",
			    TEXT_ARG(d->view.link->name));
	else if (d->gone)
		pane_printf(p, 1, 0, STYLE_WARN, "%.*s is gone",
			    TEXT_ARG(d->view.trail));
	else if (err->kind)
		pane_text(p, 1, 0, STYLE_WARN, text_of(err->what));
	else if (s->ask || !d->row.nrows)
		pane_text(p, 1, 0, STYLE_DIM, TEXT("asking ..."));
}

static void draw_body(struct detail *d, struct section *s, struct pane p)
{
	d->body = p;
	if (s->about->draw) {
		s->about->draw(d, s, p);
	} else if (s->fold.fold) {
		size_t above = s->lines.n < p.height / 2 ? s->lines.n : p.height / 2;

		lines_draw(&s->lines, NULL, pane_top(&p, above));
		d->body = p;
		fold_pane_draw(&s->fold, p);
	} else if (s->lines.n) {
		lines_draw(&s->lines, &s->scroll, p);
	} else if (!s->err.kind || d->gone) {
		draw_nothing(d, s, p);
	}
}

void detail_draw(struct view *v, struct pane p)
{
	struct detail *d = detail_of(v);
	struct section *s = &d->sections[d->current];
	struct buf state = { 0 };
	enum style style;

	if (s->stale) {
		s->stale = false;
		lines_reset(&s->lines);
		if (s->about->make)
			s->about->make(d, s);
	}
	draw_title(d, pane_top(&p, 1));
	if (d->kind->head && p.height >= HEAD_HEIGHT)
		d->kind->head(d, pane_top(&p, 1));
	d->tabs = (struct pane){ 0 };
	if (d->kind->nsections > 1) {
		d->tabs = pane_top(&p, 1);
		draw_sections(d, d->tabs);
	}
	style = section_state(d, s, &state);
	if (buf_len(&state))
		pane_text(pane_top(&p, 1), 1, 0, style, buf_text(&state));
	draw_body(d, s, p);
	buf_clear(&state);
}
