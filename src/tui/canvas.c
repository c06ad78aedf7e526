#include "tui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static const struct glyph blank = { " ", 1, 1, STYLE_PLAIN };

struct canvas *canvas_new(size_t width, size_t height)
{
	struct canvas *c = mem_zalloc(sizeof(*c));

	canvas_resize(c, width, height);
	return c;
}

void canvas_free(struct canvas *c)
{
	if (!c)
		return;
	free(c->at);
	free(c);
}

void canvas_resize(struct canvas *c, size_t width, size_t height)
{
	free(c->at);
	c->width = width < 1 ? 1 : width < CANVAS_SIDE_MAX ? width : CANVAS_SIDE_MAX;
	c->height = height < 1 ? 1 : height < CANVAS_SIDE_MAX ? height : CANVAS_SIDE_MAX;
	c->at = mem_zalloc(c->width * c->height * sizeof(*c->at));
	canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
	for (size_t i = 0; i < c->width * c->height; i++)
		c->at[i] = blank;
	c->cursor = false;
}

static struct glyph *glyph_at(const struct canvas *c, size_t x, size_t y)
{
	return &c->at[y * c->width + x];
}

const struct glyph *canvas_glyph(const struct canvas *c, size_t x, size_t y)
{
	return glyph_at(c, x, y);
}

void canvas_text(const struct canvas *c, struct buf *out)
{
	for (size_t y = 0; y < c->height; y++) {
		size_t end = c->width;

		while (end > 0 && glyph_at(c, end - 1, y)->len == 1 &&
		       glyph_at(c, end - 1, y)->bytes[0] == ' ')
			end--;
		for (size_t x = 0; x < end; x++)
			buf_add(out, glyph_at(c, x, y)->bytes, glyph_at(c, x, y)->len);
		buf_char(out, '\n');
	}
}

struct pane pane_whole(struct canvas *c)
{
	return (struct pane){ c, 0, 0, c->width, c->height };
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

struct pane pane_part(struct pane p, size_t x, size_t y, size_t width, size_t height)
{
	x = least(x, p.width);
	y = least(y, p.height);
	return (struct pane){ p.canvas, p.x + x, p.y + y, least(width, p.width - x),
			      least(height, p.height - y) };
}

struct pane pane_top(struct pane *p, size_t lines)
{
	struct pane top = pane_part(*p, 0, 0, p->width, lines);

	*p = pane_part(*p, 0, lines, p->width, p->height);
	return top;
}

struct pane pane_bottom(struct pane *p, size_t lines)
{
	size_t rest = p->height - least(lines, p->height);
	struct pane bottom = pane_part(*p, 0, rest, p->width, lines);

	*p = pane_part(*p, 0, 0, p->width, rest);
	return bottom;
}

/* What covers one half of a wide glyph takes the other half away, too. */
static void break_wide(struct canvas *c, size_t x, size_t y)
{
	struct glyph *g = glyph_at(c, x, y);
	struct glyph *other = NULL;

	if (g->width == 0 && x > 0)
		other = g - 1;
	else if (g->width == 2 && x + 1 < c->width)
		other = g + 1;
	if (!other)
		return;
	other->bytes[0] = ' ';
	other->len = other->width = 1;
}

static void put(struct pane p, size_t x, size_t y, struct glyph g)
{
	struct canvas *c = p.canvas;

	if (x >= p.width || y >= p.height)
		return;
	break_wide(c, p.x + x, p.y + y);
	*glyph_at(c, p.x + x, p.y + y) = g;
}

void pane_fill(struct pane p, unsigned style)
{
	struct glyph g = blank;

	g.style = (uint8_t)style;
	for (size_t y = 0; y < p.height; y++)
		for (size_t x = 0; x < p.width; x++)
			put(p, x, y, g);
}

void pane_restyle(struct pane p, size_t x, size_t y, size_t width, unsigned style)
{
	for (size_t i = x; i < p.width && i - x < width && y < p.height; i++)
		glyph_at(p.canvas, p.x + i, p.y + y)->style = (uint8_t)style;
}

/* A code point that has no width goes into the glyph in front of it. */
static void combine(struct pane p, size_t x, size_t y, const char *bytes, size_t n)
{
	struct glyph *g;

	if (x == 0 || x > p.width || y >= p.height)
		return;
	g = glyph_at(p.canvas, p.x + x - 1, p.y + y);
	if (g->width == 0)
		g--;
	if (g->len + n > sizeof(g->bytes))
		return;
	memcpy(g->bytes + g->len, bytes, n);
	g->len = (uint8_t)(g->len + n);
}

static void put_wide(struct pane p, size_t x, size_t y, struct glyph g)
{
	struct glyph right = { .style = g.style };

	if (x + 1 >= p.width) {
		g.bytes[0] = ' ';
		g.len = g.width = 1;
		put(p, x, y, g);
		return;
	}
	put(p, x, y, g);
	put(p, x + 1, y, right);
	if (y < p.height)
		glyph_at(p.canvas, p.x + x, p.y + y)[0] = g;
}

/* Draws what is fit to be shown already, of which all fits. */
static void put_shown(struct pane p, size_t x, size_t y, unsigned style, struct text t)
{
	size_t at = 0;

	while (at < t.len) {
		uint32_t cp;
		size_t n = utf8_next(t, at, &cp);
		size_t width = utf8_width(cp);
		struct glyph g = { .len = (uint8_t)n, .width = (uint8_t)width,
				   .style = (uint8_t)style };

		memcpy(g.bytes, t.p + at, n);
		if (width == 0)
			combine(p, x, y, t.p + at, n);
		else if (width == 2)
			put_wide(p, x, y, g);
		else
			put(p, x, y, g);
		x += width;
		at += n;
	}
}

size_t pane_text(struct pane p, size_t x, size_t y, unsigned style, struct text t)
{
	struct buf shown = { 0 };
	size_t columns = 0;

	if (x < p.width && y < p.height)
		columns = utf8_show(&shown, t, p.canvas->ascii, p.width - x);
	put_shown(p, x, y, style, buf_text(&shown));
	buf_clear(&shown);
	return columns;
}

size_t pane_lane(struct pane p, size_t x, size_t y, size_t width, unsigned style,
		 struct text t)
{
	struct pane lane = pane_part(p, x, y, width, 1);

	pane_fill(lane, style);
	return pane_text(lane, 0, 0, style, t);
}

void pane_lane_right(struct pane p, size_t x, size_t y, size_t width, unsigned style,
		     struct text t)
{
	struct pane lane = pane_part(p, x, y, width, 1);
	size_t columns = canvas_width(p.canvas, t);

	pane_fill(lane, style);
	pane_text(lane, columns < width ? width - columns : 0, 0, style, t);
}

size_t pane_printf(struct pane p, size_t x, size_t y, unsigned style, const char *format,
		   ...)
{
	char line[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	return pane_text(p, x, y, style, text_of(line));
}

void pane_glyph(struct pane p, size_t x, size_t y, unsigned style, uint32_t cp,
		char ascii)
{
	struct glyph g = { .bytes = { ascii }, .len = 1, .width = 1,
			   .style = (uint8_t)style };
	struct buf b = { 0 };

	if (!p.canvas->ascii) {
		utf8_add(&b, cp);
		g.len = (uint8_t)buf_len(&b);
		memcpy(g.bytes, buf_text(&b).p, g.len);
		buf_clear(&b);
	}
	put(p, x, y, g);
}

void pane_cursor(struct pane p, size_t x, size_t y)
{
	if (x >= p.width || y >= p.height)
		return;
	p.canvas->cursor = true;
	p.canvas->cursor_x = p.x + x;
	p.canvas->cursor_y = p.y + y;
}

bool pane_has(struct pane p, size_t x, size_t y)
{
	return x >= p.x && x - p.x < p.width && y >= p.y && y - p.y < p.height;
}

size_t canvas_width(const struct canvas *c, struct text t)
{
	struct buf shown = { 0 };
	size_t columns = utf8_show(&shown, t, c->ascii, SIZE_MAX);

	buf_clear(&shown);
	return columns;
}
