#include "view/detail_lines.h"

#include <stdlib.h>

#include "base/mem.h"
#include "format/format.h"

/* Labels get so much of the width, and values are at least so wide before help stands
 * behind them. */
#define LABEL_PART 2
#define VALUE_WIDTH ((size_t)24)

void lines_reset(struct lines *l)
{
	arena_clear(&l->arena);
	l->n = 0;
	l->label_width = 0;
}

void lines_clear(struct lines *l)
{
	arena_clear(&l->arena);
	free(l->at);
	*l = (struct lines){ 0 };
}

static struct detail_line *add(struct lines *l, enum line_kind kind, unsigned style,
			       struct text t)
{
	l->at = mem_grow(l->at, &l->cap, l->n + 1, sizeof(*l->at));
	l->at[l->n] = (struct detail_line){
		.kind = kind,
		.style = style,
		.text = text_dup(&l->arena, t),
	};
	return &l->at[l->n++];
}

static void add_printed(struct lines *l, enum line_kind kind, unsigned style,
			const char *format, va_list ap)
{
	struct buf b = { 0 };

	buf_vprintf(&b, format, ap);
	add(l, kind, style, buf_text(&b));
	buf_clear(&b);
}

void lines_heading(struct lines *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_printed(l, LINE_HEADING, STYLE_HEADING, format, ap);
	va_end(ap);
}

void lines_text(struct lines *l, unsigned style, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_printed(l, LINE_TEXT, style, format, ap);
	va_end(ap);
}

/* What leads somewhere looks like it. */
static void find_goal(struct detail_line *line)
{
	line->goal = goal_read(line->text);
	if (line->goal.kind == GOAL_ELSEWHERE)
		line->style = STYLE_DIM;
	else if (line->goal.kind)
		line->style = STYLE_LINK;
}

static void set_label(struct lines *l, struct detail_line *line, struct text label)
{
	line->label = text_dup(&l->arena, label);
	if (label.len > l->label_width)
		l->label_width = label.len;
}

void lines_field(struct lines *l, struct text label, struct text value)
{
	struct detail_line *line = add(l, LINE_FIELD, STYLE_PLAIN, value);

	set_label(l, line, label);
	find_goal(line);
}

void lines_cell(struct lines *l, const struct column *about, enum unit unit,
		struct cell c, bool help)
{
	struct buf b = { 0 };
	struct detail_line *line;

	format_cell(&b, about, unit, c);
	line = add(l, LINE_FIELD, c.type == CELL_NULL ? STYLE_DIM : STYLE_PLAIN,
		   buf_text(&b));
	set_label(l, line, text_of(about->name));
	if (help)
		line->help = text_dup(&l->arena, text_of(about->help));
	if (c.type == CELL_TEXT)
		find_goal(line);
	line->goal = goal_of_cell(about, c);
	if (line->goal.kind == GOAL_SOCKET)
		line->goal = goal_read(line->text);
	if (line->goal.kind == GOAL_PROCESS || line->goal.kind == GOAL_PORT)
		line->style = STYLE_LINK;
	buf_clear(&b);
}

void lines_number(struct lines *l, struct text label, enum unit unit, int64_t v)
{
	struct buf b = { 0 };

	units_human(&b, (double)v, unit);
	set_label(l, add(l, LINE_FIELD, STYLE_PLAIN, buf_text(&b)), label);
	buf_clear(&b);
}

void lines_item(struct lines *l, struct text t)
{
	find_goal(add(l, LINE_ITEM, STYLE_PLAIN, t));
}

struct detail_line *lines_last(struct lines *l)
{
	return &l->at[l->n - 1];
}

static void draw_field(const struct lines *l, const struct detail_line *line,
		       struct pane p, size_t y, unsigned chosen)
{
	size_t lane = l->label_width;
	size_t x, width;

	if (lane > p.width / LABEL_PART)
		lane = p.width / LABEL_PART;
	pane_lane(p, 1, y, lane, STYLE_DIM | chosen, line->label);
	x = lane + 2;
	width = pane_text(p, x, y, line->style | chosen, line->text);
	x += (width > VALUE_WIDTH ? width : VALUE_WIDTH) + 1;
	if (line->help.len && x < p.width)
		pane_text(p, x, y, STYLE_DIM | chosen, line->help);
}

static void draw_line(const struct lines *l, const struct detail_line *line,
		      struct pane p, size_t y, unsigned chosen)
{
	pane_fill(pane_part(p, 0, y, p.width, 1), STYLE_PLAIN | chosen);
	switch (line->kind) {
	case LINE_HEADING:
		pane_text(p, 0, y, STYLE_STRONG | chosen, line->text);
		break;
	case LINE_FIELD:
		draw_field(l, line, p, y, chosen);
		break;
	default:
		pane_text(p, 1, y, line->style | chosen, line->text);
	}
}

void lines_draw(const struct lines *l, struct scroll *s, struct pane p)
{
	size_t top = 0;

	if (s) {
		scroll_fit(s, l->n, p.height);
		top = s->top;
	}
	for (size_t y = 0; y < p.height && top + y < l->n; y++)
		draw_line(l, &l->at[top + y], p, y,
			  s && top + y == s->cursor ? STYLE_CHOSEN : 0);
}
