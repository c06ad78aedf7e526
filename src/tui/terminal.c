#include "tui/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "tui/curses.h"
#include "tui/modes.h"
#include "tui/output.h"

/* How long an escape may be the beginning of a key: longer than it takes the bytes of
 * one key to arrive, shorter than a person waits. */
#define ESCAPE_NS ((int64_t)40 * 1000000)
#define INPUT_SIZE ((size_t)4096)

struct terminal {
	struct terminal_options o;
	struct output output;
	struct curses curses;
	struct key_reader reader;
	struct loop_timer *escape; /* of what was begun */
	struct loop_timer *tell;   /* that it is gone */
	struct buf pending;        /* bytes that it has not taken */
	struct canvas *next;       /* to be shown when it has; or NULL */
	struct buf enter;          /* makes it ours */
	struct buf leave;
	bool ascii;
	bool braille;
	bool gone;
	bool never_stops; /* whoever started us has us ignore SIGTSTP */
};

static void ready(void *ctx, int fd, unsigned events);
static void want(struct terminal *t);
static void on_signal(void *ctx, int number);

/*
 * The screen
 */

static void measure(struct terminal *t)
{
	struct winsize w = { 0 };
	size_t width = t->curses.width, height = t->curses.height;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col && w.ws_row) {
		width = w.ws_col;
		height = w.ws_row;
	}
	width = width < CANVAS_SIDE_MAX ? width : CANVAS_SIDE_MAX;
	height = height < CANVAS_SIDE_MAX ? height : CANVAS_SIDE_MAX;
	if (width != t->output.width || height != t->output.height)
		output_resize(&t->output, width, height);
}

static void tell_gone(void *ctx)
{
	struct terminal *t = ctx;

	t->tell = NULL;
	t->o.gone(t->o.ctx);
}

/* Whoever shows us something learns it later, from the loop. */
static void hang_up(struct terminal *t)
{
	if (t->gone)
		return;
	t->gone = true;
	loop_fd_forget(t->o.loop, STDIN_FILENO);
	loop_fd_forget(t->o.loop, STDOUT_FILENO);
	t->tell = loop_at(t->o.loop, loop_now(), tell_gone, t);
}

static void send_pending(struct terminal *t)
{
	while (buf_len(&t->pending) && !t->gone) {
		struct text bytes = buf_text(&t->pending);
		long n = modes_write(STDOUT_FILENO, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			hang_up(t);
			return;
		}
		buf_drop(&t->pending, (size_t)n);
	}
	modes_cut(buf_len(&t->pending) > 0);
}

static void draw(struct terminal *t, const struct canvas *c)
{
	output_draw(&t->output, c, &t->pending);
	send_pending(t);
	want(t);
}

static void keep(struct terminal *t, const struct canvas *c)
{
	if (!t->next)
		t->next = canvas_new(c->width, c->height);
	if (t->next->width != c->width || t->next->height != c->height)
		canvas_resize(t->next, c->width, c->height);

	struct glyph *at = t->next->at;

	*t->next = *c;
	t->next->at = at;
	memcpy(at, c->at, c->width * c->height * sizeof(*at));
}

void terminal_show(struct terminal *t, const struct canvas *c)
{
	if (t->gone)
		return;
	if (buf_len(&t->pending))
		keep(t, c);
	else
		draw(t, c);
}

void terminal_spoiled(struct terminal *t)
{
	modes_again();
	output_spoiled(&t->output);
}

static void writable(struct terminal *t)
{
	struct canvas *next = t->next;

	send_pending(t);
	if (next && !t->gone && buf_len(&t->pending) == 0) {
		t->next = NULL;
		draw(t, next);
		canvas_free(next);
	}
	want(t);
}

/*
 * Keys
 */

static void escape_over(void *ctx)
{
	struct terminal *t = ctx;

	t->escape = NULL;
	while (key_waits(&t->reader)) {
		struct key k = key_flush(&t->reader);

		if (k.code)
			t->o.key(t->o.ctx, k);
	}
}

/* Nothing was read: it may be that others read it, or that somebody typed an end. */
static bool hung_up(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static void readable(struct terminal *t)
{
	char bytes[INPUT_SIZE];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
	struct text in = { bytes, n > 0 ? (size_t)n : 0 };
	struct key k;

	if ((n == 0 && hung_up()) || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		hang_up(t);
		return;
	}
	while ((k = key_read(&t->reader, &in, loop_now())).code)
		t->o.key(t->o.ctx, k);
	loop_timer_cancel(t->o.loop, t->escape);
	t->escape = NULL;
	if (key_waits(&t->reader))
		t->escape = loop_at(t->o.loop, loop_now() + ESCAPE_NS, escape_over, t);
}

static void ready(void *ctx, int fd, unsigned events)
{
	struct terminal *t = ctx;

	if (events & LOOP_WRITE)
		writable(t);
	if ((events & LOOP_READ) && !t->gone)
		readable(t);
}

static void want(struct terminal *t)
{
	if (t->gone)
		return;
	loop_fd(t->o.loop, STDIN_FILENO, LOOP_READ, ready, t);
	loop_fd(t->o.loop, STDOUT_FILENO, buf_len(&t->pending) ? LOOP_WRITE : 0, ready,
		t);
}

/*
 * Coming and going
 */

static void again(struct terminal *t)
{
	bool cut = buf_len(&t->pending) > 0;

	if (t->gone)
		return;
	buf_reset(&t->pending);
	if (cut)
		buf_str(&t->pending, MODES_CANCEL);
	buf_text_add(&t->pending, buf_text(&t->enter));
	measure(t);
	output_spoiled(&t->output);
	t->o.resized(t->o.ctx);
	writable(t);
}

/* In the background we are stopped here until we are in front again, or ended. */
static void take_again(struct terminal *t)
{
	while (!loop_signal(t->o.loop))
		if (modes_again()) {
			again(t);
			return;
		}
}

void terminal_suspend(struct terminal *t)
{
	if (t->gone || t->never_stops)
		return;
	/* What continues us is not to be heard of twice */
	loop_on_signal(t->o.loop, SIGCONT, NULL, NULL);
	modes_stop();
	loop_on_signal(t->o.loop, SIGCONT, on_signal, t);
	take_again(t);
}

static void on_signal(void *ctx, int number)
{
	struct terminal *t = ctx;

	if (t->gone)
		return;
	if (number == SIGTSTP) {
		terminal_suspend(t);
	} else if (number == SIGCONT) {
		take_again(t);
	} else {
		measure(t);
		t->o.resized(t->o.ctx);
	}
}

static void watch_signals(struct terminal *t, loop_signal_fn *fn)
{
	loop_on_signal(t->o.loop, SIGWINCH, fn, t);
	if (!t->never_stops)
		loop_on_signal(t->o.loop, SIGTSTP, fn, t);
	loop_on_signal(t->o.loop, SIGCONT, fn, t);
}

/* What makes it ours, and what gives it back. It wraps no lines meanwhile: what is wider
 * than we think stays in its line. */
static void sequences(struct terminal *t)
{
	buf_str(&t->enter, *t->curses.enter ? t->curses.enter : "\033[?1049h");
	buf_str(&t->enter, "\033[?7l\033[?2004h");
	buf_str(&t->leave, t->output.together ? "\033[?2026l\033[0m" : "\033[0m");
	if (t->o.mouse && t->curses.mouse) {
		buf_str(&t->enter, "\033[?1000h\033[?1006h");
		buf_str(&t->leave, "\033[?1006l\033[?1000l");
	}
	buf_str(&t->leave, "\033[?2004l\033[?7h\033[?25h");
	/* There may be no other screen to go back to: the Linux console has none, and
	 * GNU screen has one only when it is told so */
	buf_str(&t->leave, "\033[H\033[J");
	buf_str(&t->leave, *t->curses.leave ? t->curses.leave : "\033[?1049l");
}

/* Does the locale name a character set, which is another one? None says nothing: in
 * containers there is no locale, and the terminal in front of them has UTF-8. */
static bool other_charset(const char *locale)
{
	struct text name = text_of(locale);
	struct text set = text_sub(name, text_chr(name, '.') + 1, text_chr(name, '@'));

	return set.len && !text_same(set, TEXT("UTF-8")) && !text_same(set, TEXT("UTF8"));
}

static bool no_locale(const char *locale)
{
	struct text name = text_of(locale);

	return name.len == 0 || text_is(name, "C") || text_is(name, "POSIX");
}

static enum theme_colors colors(const struct terminal_options *o, const struct curses *c)
{
	const char *more = o->colorterm ? o->colorterm : "";

	if (!o->color)
		return THEME_NONE;
	if (c->colors >= 256 || strcmp(more, "truecolor") == 0 ||
	    strcmp(more, "24bit") == 0)
		return THEME_256;
	return c->colors >= 16 ? THEME_16 : c->colors >= 8 ? THEME_8 : THEME_NONE;
}

static bool prepare(struct terminal *t, struct err *err)
{
	const char *term = t->o.term;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return fail(err, ERR_SYSTEM, "standard %s is no terminal",
			    isatty(STDIN_FILENO) ? "output" : "input");
	if (!curses_read(&t->curses, term, err))
		return false;
	t->ascii = t->o.ascii || other_charset(t->o.locale) ||
		   (no_locale(t->o.locale) && curses_old(term));
	/* What is not an emulator has the glyphs of a font of a few hundred */
	t->braille = !t->ascii && t->curses.modern;
	t->output.colors = colors(&t->o, &t->curses);
	t->output.together = t->curses.modern;
	t->reader.own = t->curses.keys;
	t->reader.nown = t->curses.nkeys;
	measure(t);
	sequences(t);
	return modes_take(STDIN_FILENO, STDOUT_FILENO, buf_text(&t->leave), err);
}

static void release(struct terminal *t)
{
	output_clear(&t->output);
	canvas_free(t->next);
	buf_clear(&t->pending);
	buf_clear(&t->enter);
	buf_clear(&t->leave);
	free(t);
}

struct terminal *terminal_open(const struct terminal_options *o, struct err *err)
{
	struct terminal *t = mem_zalloc(sizeof(*t));
	struct sigaction stops;

	t->o = *o;
	if (!prepare(t, err)) {
		release(t);
		return NULL;
	}
	sigaction(SIGTSTP, NULL, &stops);
	t->never_stops = stops.sa_handler == SIG_IGN;
	buf_text_add(&t->pending, buf_text(&t->enter));
	watch_signals(t, on_signal);
	send_pending(t);
	want(t);
	return t;
}

void terminal_close(struct terminal *t)
{
	if (!t)
		return;
	watch_signals(t, NULL);
	loop_timer_cancel(t->o.loop, t->escape);
	loop_timer_cancel(t->o.loop, t->tell);
	loop_fd_forget(t->o.loop, STDIN_FILENO);
	loop_fd_forget(t->o.loop, STDOUT_FILENO);
	modes_give_back();
	release(t);
}

void terminal_size(const struct terminal *t, size_t *width, size_t *height)
{
	*width = t->output.width;
	*height = t->output.height;
}

bool terminal_ascii(const struct terminal *t)
{
	return t->ascii;
}

bool terminal_braille(const struct terminal *t)
{
	return t->braille;
}
