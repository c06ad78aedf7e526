#include "tui/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "tui/modes.h"
#include "tui/output.h"

/* How long an escape may be the beginning of a key: longer than it takes the bytes of
 * one key to arrive, shorter than a person waits. */
#define ESCAPE_NS ((int64_t)40 * 1000000)
#define INPUT_SIZE ((size_t)4096)

struct terminal {
	struct terminal_options o;
	struct output output;
	struct key_reader reader;
	struct loop_timer *escape; /* of what was begun */
	struct buf pending;        /* bytes that it has not taken */
	struct canvas *next;       /* to be shown when it has; or NULL */
	struct buf enter;          /* makes it ours */
	struct buf leave;
	bool ascii;
	bool braille;
	bool gone;
};

static void ready(void *ctx, int fd, unsigned events);
static void want(struct terminal *t);

/*
 * The screen
 */

static void measure(struct terminal *t)
{
	struct winsize w = { 0 };
	size_t width = 80, height = 24;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col && w.ws_row) {
		width = w.ws_col;
		height = w.ws_row;
	}
	if (width != t->output.width || height != t->output.height)
		output_resize(&t->output, width, height);
}

static void hang_up(struct terminal *t)
{
	if (t->gone)
		return;
	t->gone = true;
	loop_fd_forget(t->o.loop, STDIN_FILENO);
	loop_fd_forget(t->o.loop, STDOUT_FILENO);
	t->o.gone(t->o.ctx);
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

static void readable(struct terminal *t)
{
	char bytes[INPUT_SIZE];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
	struct text in = { bytes, n > 0 ? (size_t)n : 0 };
	struct key k;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
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

	(void)fd;
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
	buf_reset(&t->pending);
	modes_cut(false);
	buf_text_add(&t->pending, buf_text(&t->enter));
	measure(t);
	output_spoiled(&t->output);
	t->o.resized(t->o.ctx);
	want(t);
}

void terminal_suspend(struct terminal *t)
{
	modes_stop();
	again(t);
}

static void on_signal(void *ctx, int number)
{
	struct terminal *t = ctx;

	if (t->gone)
		return;
	if (number == SIGTSTP) {
		terminal_suspend(t);
	} else if (number == SIGCONT) {
		modes_again();
		again(t);
	} else {
		measure(t);
		t->o.resized(t->o.ctx);
	}
}

static void watch_signals(struct terminal *t, loop_signal_fn *fn)
{
	loop_on_signal(t->o.loop, SIGWINCH, fn, t);
	loop_on_signal(t->o.loop, SIGTSTP, fn, t);
	loop_on_signal(t->o.loop, SIGCONT, fn, t);
}

static void sequences(struct terminal *t)
{
	buf_str(&t->enter, "\033[?1049h\033[?7l\033[?2004h");
	buf_str(&t->leave, "\033[0m");
	if (t->o.mouse) {
		buf_str(&t->enter, "\033[?1000h\033[?1006h");
		buf_str(&t->leave, "\033[?1006l\033[?1000l");
	}
	buf_str(&t->leave, "\033[?2004l\033[?7h\033[?25h\033[?1049l");
}

struct terminal *terminal_open(const struct terminal_options *o, struct err *err)
{
	struct terminal *t;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fail(err, ERR_SYSTEM, "standard input and output are no terminal");
		return NULL;
	}
	if (!o->term || !*o->term || strcmp(o->term, "dumb") == 0) {
		fail(err, ERR_CANNOT, "this terminal cannot show screens");
		return NULL;
	}
	t = mem_zalloc(sizeof(*t));
	t->o = *o;
	t->ascii = o->ascii;
	t->braille = !t->ascii && strcmp(o->term, "linux") != 0;
	t->output.colors = o->color ? THEME_256 : THEME_NONE;
	measure(t);
	sequences(t);
	if (!modes_take(STDIN_FILENO, STDOUT_FILENO, buf_text(&t->leave), err)) {
		terminal_close(t);
		return NULL;
	}
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
	loop_fd_forget(t->o.loop, STDIN_FILENO);
	loop_fd_forget(t->o.loop, STDOUT_FILENO);
	modes_give_back();
	output_clear(&t->output);
	canvas_free(t->next);
	buf_clear(&t->pending);
	buf_clear(&t->enter);
	buf_clear(&t->leave);
	free(t);
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
