/* The line below what is traced. */
#include "cmd/trace_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

#define AGAIN_NS INT64_C(200000000)

struct trace_line {
	struct loop *loop;
	struct loop_timer *timer;
	trace_line_say *say;
	void *ctx;
	bool shown;
};

/* One column is left free: a full line would begin another on some terminals. */
size_t trace_line_width(void)
{
	struct winsize size;

	if (!isatty(STDERR_FILENO))
		return SIZE_MAX;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return 79;
	return size.ws_col - 1u;
}

static void show(void *ctx)
{
	struct trace_line *t = ctx;
	struct buf line = { 0 }, shown = { 0 };

	t->say(t->ctx, &line);
	utf8_show(&shown, buf_text(&line), false, trace_line_width());
	fprintf(stderr, "\r\033[K%s", buf_cstr(&shown));
	buf_clear(&line);
	buf_clear(&shown);
	t->shown = true;
	t->timer = loop_at(t->loop, loop_now() + AGAIN_NS, show, t);
}

struct trace_line *trace_line_new(struct loop *l, trace_line_say *say, void *ctx)
{
	struct trace_line *t;

	if (!isatty(STDERR_FILENO) || log_enabled())
		return NULL;
	t = mem_zalloc(sizeof(*t));
	*t = (struct trace_line){ .loop = l, .say = say, .ctx = ctx };
	t->timer = loop_at(l, loop_now() + AGAIN_NS, show, t);
	return t;
}

void trace_line_hide(struct trace_line *t)
{
	if (t && t->shown)
		fputs("\r\033[K", stderr);
	if (t)
		t->shown = false;
}

void trace_line_free(struct trace_line *t)
{
	if (!t)
		return;
	trace_line_hide(t);
	loop_timer_cancel(t->loop, t->timer);
	free(t);
}
