/*
 * A program that has nothing but a screen: it shows the keys that come, and a few texts
 * that are hard to show. Started by tests/cli/test_screen.py.
 *
 * Keys: q returns, n draws the next picture, Ctrl-L all of it, Ctrl-Z stops. Other ends: X exit(), A an
 * assertion, S a crash, K the stack used up, M no memory.
 */
#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/terminal.h"

struct screen {
	struct loop *loop;
	struct terminal *terminal;
	struct canvas *canvas;
	struct buf keys;
	bool pasting;
	unsigned picture;
	unsigned drawn;
};

static const char *const texts[] = {
	"plain",
	"wide \xe4\xb8\xad\xe6\x96\x87 end",
	"combining e\xcc\x81 a\xcc\x88 end",
	"emoji \xf0\x9f\x98\x80 end",
	"hostile \x1b[2J\x1b]0;title\x07 \xff\xfe end",
	"box \xe2\x94\x80\xe2\x94\x82 braille \xe2\xa3\xbf end",
};

static void draw(struct screen *s)
{
	struct pane p;
	size_t width, height;

	terminal_size(s->terminal, &width, &height);
	canvas_resize(s->canvas, width, height);
	s->canvas->ascii = terminal_ascii(s->terminal);
	s->canvas->braille = terminal_braille(s->terminal);
	p = pane_whole(s->canvas);
	pane_lane(p, 0, 0, p.width, STYLE_TAB_OPEN, TEXT("a screen"));
	pane_printf(p, 0, 1, STYLE_STRONG, "%zux%zu drawn %u", width, height, ++s->drawn);
	pane_printf(p, 40, 1, STYLE_DIM, "braille %s", s->canvas->braille ? "yes" : "no");
	pane_text(p, 0, 2, STYLE_PLAIN, buf_text(&s->keys));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		pane_text(p, i + s->picture, 3 + i, STYLE_GOOD, text_of(texts[i]));
	for (unsigned i = 0; i < NSTYLES; i++)
		pane_printf(p, (i % 8) * 8, 10 + i / 8, i, "style %u", i);
	pane_lane_right(p, 0, height - 1, width, STYLE_ACTION | STYLE_CHOSEN,
			TEXT("the last line"));
	pane_cursor(p, 0, 2);
	terminal_show(s->terminal, s->canvas);
}

/* Never ends; the condition keeps the compiler from seeing that. */
static int deeper(const volatile char *last)
{
	volatile char more[4096];

	more[0] = *last;
	return *last == 'x' ? deeper(more) + more[0] : 0;
}

static void act(struct screen *s, struct key k)
{
	if (k.code == KEY_CHAR && k.cp == 'q')
		loop_stop(s->loop);
	else if (k.code == KEY_CHAR && k.cp == 'X')
		exit(3);
	else if (k.code == KEY_CHAR && k.cp == 'A')
		assert(!"as it should");
	else if (k.code == KEY_CHAR && k.cp == 'S')
		raise(SIGSEGV);
	else if (k.code == KEY_CHAR && k.cp == 'M')
		mem_exhausted();
	else if (k.code == KEY_CHAR && k.cp == 'K')
		exit(deeper("x"));
	else if (k.code == KEY_CHAR && k.cp == 'z' && (k.mods & KEY_CTRL))
		terminal_suspend(s->terminal);
	else if (k.code == KEY_CHAR && k.cp == 'l' && (k.mods & KEY_CTRL))
		terminal_spoiled(s->terminal);
	else if (k.code == KEY_CHAR && k.cp == 'n')
		s->picture++;
}

static void key(void *ctx, struct key k)
{
	struct screen *s = ctx;

	if (k.code == KEY_PASTE || k.code == KEY_PASTE_END)
		s->pasting = k.code == KEY_PASTE;
	if (!s->pasting && (k.mods == 0 || k.cp == 'z' || k.cp == 'l'))
		act(s, k);
	buf_reset(&s->keys);
	buf_str(&s->keys, "key ");
	key_print(&s->keys, k);
	buf_printf(&s->keys, " %zu,%zu", k.x, k.y);
	draw(s);
}

/* As the program does it: the first that is set. */
static const char *locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "";
}

static void resized(void *ctx)
{
	draw(ctx);
}

static void gone(void *ctx)
{
	struct screen *s = ctx;

	loop_stop(s->loop);
}

int main(int argc, char **argv)
{
	struct screen s = { .loop = loop_new(), .canvas = canvas_new(1, 1) };
	struct terminal_options o = {
		.loop = s.loop,
		.term = getenv("TERM"),
		.locale = locale(),
		.colorterm = getenv("COLORTERM"),
		.color = !getenv("NO_COLOR"),
		.ascii = argc > 1 && strcmp(argv[1], "--ascii") == 0,
		.mouse = true,
		.key = key,
		.resized = resized,
		.gone = gone,
		.ctx = &s,
	};
	struct err err = { 0 };
	int signal = 0;

	if (loop_catch_signals(s.loop, &err))
		s.terminal = terminal_open(&o, &err);
	if (s.terminal) {
		draw(&s);
		loop_run(s.loop);
		signal = loop_signal(s.loop);
		terminal_close(s.terminal);
	} else {
		fprintf(stderr, "screen: %s\n", err.what);
	}
	canvas_free(s.canvas);
	buf_clear(&s.keys);
	loop_free(s.loop);
	if (signal)
		raise(signal);
	return (int)err.kind;
}
