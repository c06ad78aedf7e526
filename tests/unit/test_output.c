/* What is written to a terminal so that it shows a canvas: played on a small one. */

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "tui/output.h"

/* Knows what is written to it and no more; never wraps and never scrolls. */
struct screen {
	size_t width, height, x, y;
	struct glyph *at;
	struct glyph *last; /* was written: marks go there */
	char sgr[64];
	char (*styles)[64]; /* of each glyph */
	bool cursor;
	bool narrow; /* takes every code point for narrow */
};

static struct screen *screen_new(size_t width, size_t height)
{
	struct screen *s = mem_zalloc(sizeof(*s));

	s->width = width;
	s->height = height;
	s->at = mem_zalloc(width * height * sizeof(*s->at));
	s->styles = mem_zalloc(width * height * sizeof(*s->styles));
	memcpy(s->sgr, "\033[0m", sizeof("\033[0m"));
	s->cursor = true;
	for (size_t i = 0; i < width * height; i++) {
		s->at[i] = (struct glyph){ "#", 1, 1, 0 };
		memcpy(s->styles[i], "rubbish", sizeof("rubbish"));
	}
	return s;
}

static void screen_free(struct screen *s)
{
	free(s->at);
	free(s->styles);
	free(s);
}

static void put(struct screen *s, const char *bytes, size_t len, size_t width)
{
	struct glyph *g = &s->at[s->y * s->width + s->x];

	if (width == 0) {
		g = s->last;
		memcpy(g->bytes + g->len, bytes, len);
		g->len = (uint8_t)(g->len + len);
		return;
	}
	/* what loses a half is blank */
	if (g->len == 0 && s->x > 0)
		g[-1] = (struct glyph){ " ", 1, 1, 0 };
	if (g[width - 1].width == 2 && s->x + width < s->width)
		g[width] = (struct glyph){ " ", 1, 1, 0 };
	*g = (struct glyph){ .len = (uint8_t)len, .width = (uint8_t)width };
	memcpy(g->bytes, bytes, len);
	s->last = g;
	memcpy(s->styles[g - s->at], s->sgr, sizeof(s->sgr));
	if (width == 2) {
		assert_true(s->x + 1 < s->width);
		g[1] = (struct glyph){ 0 };
		memcpy(s->styles[g + 1 - s->at], s->sgr, sizeof(s->sgr));
	}
	s->x += width;
	if (s->x >= s->width)
		s->x = s->width - 1;
}

static size_t sequence(struct screen *s, struct text t)
{
	size_t n = 2;
	size_t a = 0, b = 0;
	char last;

	assert_true(t.len > 2 && t.p[1] == '[');
	while (n < t.len && (t.p[n] < '@' || t.p[n] > '~'))
		n++;
	assert_true(n < t.len);
	last = t.p[n++];
	sscanf(t.p + 2, "%zu;%zu", &a, &b);
	if (last == 'm') {
		assert_true(n < sizeof(s->sgr));
		memcpy(s->sgr, t.p, n);
		s->sgr[n] = '\0';
	} else if (last == 'H') {
		assert_true(a >= 1 && a <= s->height && b >= 1 && b <= s->width);
		s->y = a - 1;
		s->x = b - 1;
	} else if (last == 'C') {
		s->x += a ? a : 1;
		assert_true(s->x < s->width);
	} else if (last == 'K') {
		for (size_t i = s->y * s->width + s->x; i < (s->y + 1) * s->width; i++) {
			s->at[i] = (struct glyph){ " ", 1, 1, 0 };
			memcpy(s->styles[i], s->sgr, sizeof(s->sgr));
		}
	} else if (last == 'h' || last == 'l') {
		if (memcmp(t.p, "\033[?25", 5) == 0)
			s->cursor = last == 'h';
	} else {
		fail_msg("a sequence that ends in %c", last);
	}
	return n;
}

static void play(struct screen *s, struct buf *out)
{
	struct text t = { buf_cstr(out), buf_len(out) };
	size_t at = 0;

	while (at < t.len) {
		uint32_t cp;

		if (t.p[at] == '\033') {
			at += sequence(s, text_sub(t, at, t.len));
		} else {
			size_t n = utf8_next(t, at, &cp);

			assert_true(cp != UTF8_BAD && !utf8_control(cp));
			put(s, t.p + at, n, s->narrow && utf8_width(cp) ? 1 : utf8_width(cp));
			at += n;
		}
	}
}

static void assert_shows(const struct screen *s, const struct canvas *c, enum theme_colors colors)
{
	struct buf want = { 0 };

	for (size_t i = 0; i < s->width * s->height; i++) {
		size_t x = i % s->width, y = i / s->width;
		const struct glyph *g = canvas_glyph(c, x, y);

		if (g->len != s->at[i].len || memcmp(g->bytes, s->at[i].bytes, g->len) != 0)
			fail_msg("%zu,%zu shows '%.*s', not '%.*s'", x, y, s->at[i].len, s->at[i].bytes, g->len, g->bytes);
		buf_reset(&want);
		theme_print(&want, colors, g->style);
		assert_string_equal(s->styles[i], buf_cstr(&want));
	}
	assert_int_equal(s->cursor, c->cursor);
	if (c->cursor) {
		assert_int_equal(s->x, c->cursor_x);
		assert_int_equal(s->y, c->cursor_y);
	}
	buf_clear(&want);
}

static uint32_t seed = 1;

static unsigned below(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 16) % n;
}

static const char *const words[] = {
	"a", "process", "        ", "\xe4\xb8\xad\xe6\x96\x87", "e\xcc\x81", "\xf0\x9f\x98\x80!", "\xe2\x94\x80\xe2\x94\x82",
	"\xe2\xa3\xbf", "\xc3\xa9t\xc3\xa9", "1234567890", "x\xe4\xb8\xad", "\xd8\xa7\xd9\x84", "                              ",
};

#define NWORDS (sizeof(words) / sizeof(words[0]))

static void scribble(struct canvas *c, unsigned times)
{
	struct pane p = pane_whole(c);

	c->cursor = false;
	for (unsigned i = 0; i < times; i++) {
		unsigned style = below(NSTYLES) | (below(4) ? 0 : STYLE_CHOSEN);
		size_t x = below((unsigned)c->width), y = below((unsigned)c->height);

		pane_text(p, x, y, below(2) ? STYLE_PLAIN : style, text_of(words[below(NWORDS)]));
		if (below(8) == 0)
			pane_restyle(p, 0, y, c->width, style);
		if (below(5) == 0)
			pane_cursor(p, x, y);
	}
}

static void a_terminal_shows_any_canvas_after_any_other(void **state)
{
	for (unsigned round = 0; round < 300; round++) {
		size_t width = 1 + below(40), height = 1 + below(6);
		struct output o = { .colors = (enum theme_colors)below(4), .together = below(2) };
		struct canvas *c = canvas_new(width, height);
		struct screen *s = screen_new(width, height);
		struct buf out = { 0 };

		output_resize(&o, width, height);
		for (unsigned i = 0; i < 12; i++) {
			if (below(6) == 0)
				canvas_clear(c);
			if (below(9) == 0)
				output_spoiled(&o);
			scribble(c, below(10));
			buf_reset(&out);
			output_draw(&o, c, &out);
			play(s, &out);
			assert_shows(s, c, o.colors);
		}
		buf_clear(&out);
		canvas_free(c);
		screen_free(s);
		output_clear(&o);
	}
}

/* A picture and what it takes to draw it. */
struct drawn {
	struct output o;
	struct canvas *c;
	struct buf out;
};

static void open_drawn(struct drawn *d)
{
	*d = (struct drawn){ .o = { .colors = THEME_256 }, .c = canvas_new(80, 24) };
	output_resize(&d->o, 80, 24);
	scribble(d->c, 100);
	d->c->cursor = false;
	pane_lane(pane_whole(d->c), 0, 3, 80, STYLE_PLAIN, TEXT("reductions 12345"));
	output_draw(&d->o, d->c, &d->out);
	buf_reset(&d->out);
}

static void close_drawn(struct drawn *d)
{
	output_clear(&d->o);
	canvas_free(d->c);
	buf_clear(&d->out);
}

static void writes_only_what_differs(void **state)
{
	struct drawn d;

	open_drawn(&d);
	output_draw(&d.o, d.c, &d.out);
	assert_int_equal(buf_len(&d.out), 0);
	pane_text(pane_whole(d.c), 11, 3, STYLE_PLAIN, TEXT("1"));
	output_draw(&d.o, d.c, &d.out);
	assert_int_equal(buf_len(&d.out), 0);
	pane_text(pane_whole(d.c), 15, 3, STYLE_PLAIN, TEXT("6"));
	output_draw(&d.o, d.c, &d.out);
	assert_true(text_ends(buf_text(&d.out), "\033[4;16H\033[0m6") || text_ends(buf_text(&d.out), "\033[4;16H6"));
	close_drawn(&d);
}

static void what_does_not_fit_is_not_drawn(void **state)
{
	struct output o = { 0 };
	struct canvas *c = canvas_new(100, 50);
	struct screen *s = screen_new(9, 2);
	struct buf out = { 0 };

	output_resize(&o, 9, 2);
	for (size_t y = 0; y < 50; y++)
		pane_text(pane_whole(c), 0, y, 0, TEXT("12345678\xe4\xb8\xad\xe6\x96\x87"));
	pane_cursor(pane_whole(c), 99, 49);
	output_draw(&o, c, &out);
	play(s, &out);
	assert_memory_equal(s->at[7].bytes, "8", 1);
	assert_memory_equal(s->at[8].bytes, " ", 1); /* not half of it */
	assert_false(s->cursor);
	buf_clear(&out);
	output_clear(&o);
	canvas_free(c);
	screen_free(s);
}

/* Widths that a terminal sees otherwise move nothing but what is wide. */
static void what_follows_a_wide_glyph_stays_in_its_place(void **state)
{
	struct output o = { 0 };
	struct canvas *c = canvas_new(20, 1);
	struct screen *s = screen_new(20, 1);
	struct buf out = { 0 };

	s->narrow = true;
	output_resize(&o, 20, 1);
	pane_text(pane_whole(c), 0, 0, 0, TEXT("a\xe4\xb8\xad" "b\xf0\x9f\x98\x80" "c"));
	output_draw(&o, c, &out);
	play(s, &out);
	assert_memory_equal(s->at[3].bytes, "b", 1);
	assert_memory_equal(s->at[2].bytes, " ", 1);
	assert_memory_equal(s->at[6].bytes, "c", 1);
	buf_clear(&out);
	output_clear(&o);
	canvas_free(c);
	screen_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_shows_any_canvas_after_any_other),
		cmocka_unit_test(writes_only_what_differs),
		cmocka_unit_test(what_does_not_fit_is_not_drawn),
		cmocka_unit_test(what_follows_a_wide_glyph_stays_in_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
