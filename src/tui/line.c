#include "tui/line.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tui/edit.h"
#include "tui/history.h"

#define LONGEST ((size_t)1 << 20)
#define CHUNK ((size_t)4096)

struct line {
	struct line_options o;
	bool terminal;     /* stdin is one */
	FILE *out;         /* the terminal that prompts are written to */
	struct edit *edit; /* NULL: lines are just read */
	struct buf bytes;  /* read, and not given out */
	struct buf given;  /* what line_read() gave */
	bool ready;        /* there is something to read on stdin */
	bool ended;
};

static void stdin_ready(void *ctx, int fd, unsigned events)
{
	struct line *l = ctx;

	l->ready = true;
}

/* Waits for bytes while the loop runs. False: the end, or a signal. */
static bool fill(struct line *l)
{
	ssize_t n;

	l->ready = false;
	loop_fd(l->o.loop, STDIN_FILENO, LOOP_READ, stdin_ready, l);
	while (!l->ready && !loop_signal(l->o.loop))
		loop_step(l->o.loop, INT64_MAX);
	loop_fd_forget(l->o.loop, STDIN_FILENO);
	if (loop_signal(l->o.loop))
		return false;
	n = read(STDIN_FILENO, buf_room(&l->bytes, CHUNK), CHUNK);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	l->ended = n <= 0;
	buf_commit(&l->bytes, n > 0 ? (size_t)n : 0);
	return !l->ended;
}

static int next_byte(void *ctx)
{
	struct line *l = ctx;
	int byte;

	while (buf_len(&l->bytes) == 0)
		if (!fill(l))
			return l->ended ? EDIT_END : EDIT_BROKEN;
	byte = (unsigned char)buf_text(&l->bytes).p[0];
	buf_drop(&l->bytes, 1);
	return byte;
}

static void remember(void *ctx, struct text line)
{
	edit_remember(ctx, line);
}

/* A terminal that moves its cursor. */
static bool can_edit(const struct line *l)
{
	const char *term = getenv("TERM");

	return l->terminal && isatty(fileno(l->out)) && term && *term &&
	       strcmp(term, "dumb") != 0 && strcmp(term, "emacs") != 0;
}

struct line *line_open(const struct line_options *o)
{
	struct line *l = mem_zalloc(sizeof(*l));

	l->o = *o;
	l->terminal = isatty(STDIN_FILENO);
	l->out = isatty(STDOUT_FILENO) ? stdout : stderr;
	if (can_edit(l))
		l->edit = edit_open(&(struct edit_options){
			.in = stdin,
			.out = l->out,
			.byte = next_byte,
			.complete = o->complete,
			.ctx = l,
			.complete_ctx = o->ctx,
		});
	if (l->edit && o->history)
		history_load(o->history, remember, l->edit);
	return l;
}

void line_close(struct line *l)
{
	if (!l)
		return;
	edit_close(l->edit);
	buf_clear(&l->bytes);
	buf_clear(&l->given);
	free(l);
}

bool line_is_terminal(const struct line *l)
{
	return l->terminal;
}

/* What could not be read because of a signal. */
static enum line_got broken(struct line *l)
{
	int signal = loop_signal(l->o.loop);

	if (!l->terminal || signal != SIGINT)
		return LINE_SIGNAL;
	loop_signal_forget(l->o.loop);
	fputs(l->edit ? "^C\n" : "\n", l->out);
	fflush(l->out);
	return LINE_BROKEN;
}

static enum line_got read_edited(struct line *l, const char *prompt)
{
	void (*before)(int) = signal(SIGTSTP, SIG_IGN); /* the terminal is not as others
							 * expect it to be */
	int why;
	bool ok = edit_read(l->edit, prompt, &l->given, &why);

	signal(SIGTSTP, before);
	if (ok)
		return LINE_TEXT;
	if (why == EDIT_BROKEN)
		return broken(l);
	fputc('\n', l->out);
	return LINE_END;
}

/* The last line may have no end. */
static enum line_got read_plain(struct line *l, const char *prompt)
{
	size_t seen = 0;

	if (l->terminal) {
		fputs(prompt, l->out);
		fflush(l->out);
	}
	for (;;) {
		struct text t = buf_text(&l->bytes);
		size_t end = seen + text_chr(text_sub(t, seen, t.len), '\n');

		if (end < t.len || (l->ended && t.len)) {
			buf_text_add(&l->given, text_sub(t, 0, end));
			buf_drop(&l->bytes, end < t.len ? end + 1 : t.len);
			return LINE_TEXT;
		}
		if (l->ended)
			return LINE_END;
		if (t.len > LONGEST) {
			buf_reset(&l->bytes);
			return LINE_LONG;
		}
		seen = t.len;
		if (!fill(l) && !l->ended) {
			buf_reset(&l->bytes);
			return broken(l);
		}
	}
}

enum line_got line_read(struct line *l, const char *prompt, struct text *line)
{
	enum line_got got;

	buf_reset(&l->given);
	got = l->edit ? read_edited(l, prompt) : read_plain(l, prompt);
	*line = buf_text(&l->given);
	if (got == LINE_TEXT && l->edit && text_trim(*line).len) {
		edit_remember(l->edit, *line);
		if (l->o.history)
			history_add(l->o.history, *line);
	}
	return got;
}
