#include "tui/output.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define UNKNOWN 255
#define NOWHERE SIZE_MAX
/* Moving the cursor takes about as many bytes: glyphs between two changes are written
 * again when they are fewer. */
#define NEAR ((size_t)4)

/* Bytes that a terminal may be seen to draw one after the other. */
#define MUCH ((size_t)256)

static const struct glyph blank = { " ", 1, 1, STYLE_PLAIN };

void output_spoiled(struct output *o)
{
	for (size_t i = 0; i < o->width * o->height; i++)
		o->shown[i].width = UNKNOWN;
	o->x = o->y = NOWHERE;
	o->style = UINT_MAX;
	o->cursor_known = false;
}

void output_resize(struct output *o, size_t width, size_t height)
{
	free(o->shown);
	o->width = width;
	o->height = height;
	o->shown = mem_zalloc(width * height * sizeof(*o->shown));
	output_spoiled(o);
}

void output_clear(struct output *o)
{
	free(o->shown);
	buf_clear(&o->lines);
	*o = (struct output){ 0 };
}

/* What is to stand there, whole: what is cut in half by an edge is blank. */
static struct glyph wanted(const struct output *o, const struct canvas *c, size_t x,
			   size_t y)
{
	struct glyph g = blank;

	if (x >= c->width || y >= c->height)
		return g;
	g = *canvas_glyph(c, x, y);
	if (g.width == 1 && g.len)
		return g;
	if (g.width == 2 && x + 1 < o->width && x + 1 < c->width &&
	    canvas_glyph(c, x + 1, y)->len == 0)
		return g;
	if (g.len == 0 && x > 0 && canvas_glyph(c, x - 1, y)->width == 2) {
		g.style = canvas_glyph(c, x - 1, y)->style;
		return g;
	}
	g = (struct glyph){ " ", 1, 1, g.style };
	return g;
}

static bool same(const struct glyph *a, const struct glyph *b)
{
	return a->width == b->width && a->len == b->len && a->style == b->style &&
	       memcmp(a->bytes, b->bytes, a->len) == 0;
}

static void style(struct output *o, unsigned style, struct buf *out)
{
	if (o->style == style)
		return;
	theme_print(out, o->colors, style);
	o->style = style;
}

/* Never by line ends: these would scroll a terminal that has become smaller. */
static void move(struct output *o, size_t x, size_t y, struct buf *out)
{
	if (o->x == x && o->y == y)
		return;
	if (o->y == y && o->x < x && x != NOWHERE && o->x != NOWHERE)
		buf_printf(out, x - o->x == 1 ? "\033[C" : "\033[%zuC", x - o->x);
	else
		buf_printf(out, "\033[%zu;%zuH", y + 1, x + 1);
	o->x = x;
	o->y = y;
}

/* Do all terminals agree on how wide it is? Then the cursor is where we think. */
static bool certain(const struct glyph *g)
{
	struct text t = { g->bytes, g->len };
	uint32_t cp;

	if (utf8_next(t, 0, &cp) != t.len || g->width != 1)
		return false;
	return cp < 0x300 || (cp >= 0x2010 && cp < 0x2600) ||
	       (cp >= 0x2800 && cp < 0x2900);
}

static void put(struct output *o, const struct glyph *g, size_t x, size_t y,
		struct buf *out)
{
	move(o, x, y, out);
	style(o, g->style, out);
	if (g->width == 2) {
		/* A terminal that takes it for narrow would leave what stood there */
		buf_str(out, "  ");
		o->x = NOWHERE;
		move(o, x, y, out);
	}
	buf_add(out, g->bytes, g->len);
	o->x = certain(g) && x + 1 < o->width ? x + 1 : NOWHERE;
}

/* Where the blanks begin that the rest of the line is. */
static size_t blanks_from(const struct output *o, const struct canvas *c, size_t y)
{
	size_t x = o->width;

	while (x > 0) {
		struct glyph g = wanted(o, c, x - 1, y);

		if (!same(&g, &blank))
			break;
		x--;
	}
	return x;
}

/* The first place from x on that is not as it should be. */
static size_t differs_from(const struct output *o, const struct canvas *c, size_t x,
			   size_t y)
{
	for (; x < o->width; x++) {
		struct glyph g = wanted(o, c, x, y);

		if (!same(&g, &o->shown[y * o->width + x]))
			break;
	}
	return x;
}

static void erase_rest(struct output *o, size_t x, size_t y, struct buf *out)
{
	move(o, x, y, out);
	style(o, STYLE_PLAIN, out);
	buf_str(out, "\033[K");
	for (; x < o->width; x++)
		o->shown[y * o->width + x] = blank;
}

static void draw_line(struct output *o, const struct canvas *c, size_t y, struct buf *out)
{
	struct glyph *shown = o->shown + y * o->width;
	size_t blanks = blanks_from(o, c, y);
	size_t x = 0;

	while ((x = differs_from(o, c, x, y)) < o->width) {
		struct glyph g;

		if (x >= blanks && o->width - x > NEAR) {
			erase_rest(o, x, y, out);
			return;
		}
		if (o->y == y && o->x < x && x - o->x <= NEAR)
			x = o->x;
		g = wanted(o, c, x, y);
		if (g.len == 0) /* was drawn with its left half */
			g = wanted(o, c, --x, y);
		put(o, &g, x, y, out);
		shown[x] = g;
		if (g.width == 2)
			shown[x + 1] = wanted(o, c, x + 1, y);
		x += g.width;
	}
}

static void draw_cursor(struct output *o, const struct canvas *c, struct buf *out)
{
	if (c->cursor && c->cursor_x < o->width && c->cursor_y < o->height) {
		move(o, c->cursor_x, c->cursor_y, out);
		if (!o->cursor_known || !o->cursor)
			buf_str(out, "\033[?25h");
		o->cursor = true;
	} else if (!o->cursor_known || o->cursor) {
		buf_str(out, "\033[?25l");
		o->cursor = false;
	}
	o->cursor_known = true;
}

void output_draw(struct output *o, const struct canvas *c, struct buf *out)
{
	bool much;

	buf_reset(&o->lines);
	for (size_t y = 0; y < o->height; y++)
		draw_line(o, c, y, &o->lines);
	much = buf_len(&o->lines) > MUCH;
	if (much && o->together)
		buf_str(out, "\033[?2026h");
	if (much && o->cursor && o->cursor_known) {
		buf_str(out, "\033[?25l");
		o->cursor = false;
	}
	buf_text_add(out, buf_text(&o->lines));
	draw_cursor(o, c, out);
	if (much && o->together)
		buf_str(out, "\033[?2026l");
}
