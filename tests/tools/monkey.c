/*
 * Random keys, words and sizes on the screens of a recording: whatever comes, what is to
 * be drawn is fit to be drawn.
 *
 *   monkey RECORDING SEED COUNT
 *
 * Says with which seed and after how many keys it went wrong. Sanitizers say the rest. To
 * be run in a directory of its own: it may write files there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "source/recording.h"
#include "view/top.h"

struct monkey {
	struct loop *loop;
	const char *path;
	struct top *top;
	uint64_t seed;
	uint64_t state;
	size_t done;
	size_t names; /* actions that there are */
	const char *name; /* the one that was drawn by lot */
};

/* Source: Marsaglia, "Xorshift RNGs", 2003. */
static uint64_t lot(struct monkey *m, uint64_t below)
{
	m->state ^= m->state << 13;
	m->state ^= m->state >> 7;
	m->state ^= m->state << 17;
	return m->state % below;
}

static void stop(const struct monkey *m, const char *what)
{
	fprintf(stderr, "monkey: seed %llu, key %zu: %s\n", (unsigned long long)m->seed,
		m->done, what);
	exit(1);
}

/*
 * What is drawn.
 */

static void check_glyph(const struct monkey *m, const struct canvas *c, size_t x,
			size_t y)
{
	const struct glyph *g = canvas_glyph(c, x, y);
	struct text t = { g->bytes, g->len };
	uint32_t cp;

	if (g->width > 2 || g->len > sizeof(g->bytes))
		stop(m, "a glyph has no such width");
	if ((g->style & ~(unsigned)STYLE_CHOSEN) >= NSTYLES)
		stop(m, "a glyph has no such style");
	if (g->width == 2 && (x + 1 == c->width || canvas_glyph(c, x + 1, y)->width))
		stop(m, "a wide glyph has no right half");
	if (g->width == 0 && (x == 0 || canvas_glyph(c, x - 1, y)->width != 2))
		stop(m, "a right half has no left one");
	if (g->width && !g->len)
		stop(m, "a glyph is nothing");
	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &cp);
		if (cp == UTF8_BAD)
			stop(m, "a glyph is not UTF-8");
		if (utf8_control(cp))
			stop(m, "a glyph steers the terminal");
	}
}

static void check(const struct monkey *m)
{
	const struct canvas *c = top_draw(m->top);

	for (size_t y = 0; y < c->height; y++)
		for (size_t x = 0; x < c->width; x++)
			check_glyph(m, c, x, y);
}

/*
 * What is done.
 */

static const char often[] = "jjjkkkll<>sgcfFn/tP,.{}():-+=\\ p";

static void count_name(void *ctx, struct view *v, const struct action *a)
{
	struct monkey *m = ctx;

	if (m->names-- == 0)
		m->name = a->name;
}

/* The name of some action that there is now. */
static const char *some_name(struct monkey *m)
{
	m->name = "sort";
	m->names = (size_t)lot(m, 60);
	top_actions(m->top, top_view(m->top), count_name, m);
	return m->name;
}

static struct key some_key(struct monkey *m)
{
	struct key k = { 0 };

	switch (lot(m, 8)) {
	case 0: /* named ones, clicks too */
		k.code = (enum key_code)(1 + lot(m, KEY_PASTE_END));
		k.cp = k.code == KEY_F ? 1 + (uint32_t)lot(m, 12) : 'a';
		k.x = (size_t)lot(m, 90);
		k.y = (size_t)lot(m, 30);
		return k;
	case 1: /* with Ctrl, but for what ends or stops us */
		k.code = KEY_CHAR;
		k.mods = KEY_CTRL;
		k.cp = 'd' + (uint32_t)lot(m, 22);
		return k;
	case 2:
		k.code = KEY_CHAR;
		k.cp = 0x20 + (uint32_t)lot(m, 0x5f);
		return k;
	case 3:
		k.code = lot(m, 2) ? KEY_ENTER : KEY_ESCAPE;
		return k;
	case 4:
		k.code = lot(m, 2) ? KEY_TAB : KEY_DOWN;
		return k;
	case 5: /* any code point */
		k.code = KEY_CHAR;
		k.cp = lot(m, 20) ? 0x4e00 + (uint32_t)lot(m, 64) : (uint32_t)lot(m, 0x10ffff);
		return k;
	default:
		k.code = KEY_CHAR;
		k.cp = (unsigned char)often[lot(m, sizeof(often) - 1)];
		return k;
	}
}

static void type(struct monkey *m, const char *words)
{
	for (; *words; words++)
		top_key(m->top, (struct key){ .code = KEY_CHAR,
					      .cp = (unsigned char)*words });
}

static void some_command(struct monkey *m)
{
	static const char *const words[] = {
		"", "memory", "12:00:04", "-5s", "<0.111.0>", "orders", "3", "x", "memory > 10",
		"reductions_rate", "processes", "name ~ o(", "999999999999999999999",
	};

	type(m, ":");
	type(m, some_name(m));
	type(m, " ");
	type(m, words[lot(m, sizeof(words) / sizeof(words[0]))]);
	top_key(m->top, (struct key){ .code = KEY_ENTER });
}

static void some_size(struct monkey *m)
{
	size_t width = 1 + (size_t)lot(m, lot(m, 2) ? 30 : 320);

	top_resize(m->top, width, 1 + (size_t)lot(m, lot(m, 2) ? 12 : 110));
}

static void begin(struct monkey *m)
{
	struct err err = { 0 };
	struct top_source source = { .source = recording_open(m->loop, m->path, &err) };

	if (!source.source)
		stop(m, err.what);
	source.name = source.source->name;
	m->top = top_new(&(struct top_options){
		.loop = m->loop,
		.sources = &source,
		.nsources = 1,
		.width = 80,
		.height = 24,
		.ascii = lot(m, 4) == 0,
		.braille = true,
		.syntax = SYNTAX_ERLANG,
	});
}

/* What is typed may name a file to be written: none but where we are. */
static struct key some_safe_key(struct monkey *m)
{
	const struct view *v = top_view(m->top);
	struct key k = some_key(m);

	if (k.cp == '/' && v->ops->typing && v->ops->typing(v))
		k.cp = 'x';
	return k;
}

static void run(struct monkey *m, size_t count)
{
	for (m->done = 0; m->done < count; m->done++) {
		uint64_t what = lot(m, 100);

		if (what < 3)
			some_size(m);
		else if (what < 8)
			some_command(m);
		else
			top_key(m->top, some_safe_key(m));
		if (lot(m, 4))
			loop_step(m->loop, 0);
		if (lot(m, 3) == 0)
			check(m);
		if (top_ended(m->top)) {
			top_free(m->top);
			begin(m);
		}
	}
}

int main(int argc, char **argv)
{
	struct monkey m = { .loop = loop_new() };

	if (argc < 4)
		return 2;
	m.path = argv[1];
	m.seed = (uint64_t)atoll(argv[2]);
	m.state = m.seed * 0x9e3779b97f4a7c15 + 1;
	begin(&m);
	run(&m, (size_t)atoll(argv[3]));
	top_free(m.top);
	loop_free(m.loop);
	return 0;
}
