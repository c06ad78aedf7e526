/*
 * What a command says to people beside its answer: failures, what takes long, questions;
 * and how it waits.
 */
#include "cmd/report.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

/* What is awaited for less is not worth a word. */
#define PATIENCE_NS INT64_C(500000000)
/* Notes are sentences; a longer one is none of ours. */
#define NOTE_COLUMNS ((size_t)1000)

void report_err(const struct err *err)
{
	fprintf(stderr, "otoscope: %s\n", err->what);
	if (err->line[0])
		fprintf(stderr, "  %s\n  %*s^\n", err->line, (int)err->place, "");
	if (err->hint[0])
		fprintf(stderr, "  %s\n", err->hint);
}

void cmd_complain(struct cmd_context *c, const struct err *err)
{
	report_err(err);
	if (c->status == ERR_NONE)
		c->status = err->kind;
}

void cmd_complain_source(struct cmd_context *c, const struct source *s,
			 const struct err *err)
{
	struct err named = *err;

	if (text_find(text_of(err->what), s->name) == strlen(err->what))
		fail_prefix(&named, "'%.*s'", TEXT_ARG(s->name));
	cmd_complain(c, &named);
}

void cmd_complain_missed(size_t missed, struct text first)
{
	struct buf shown = { 0 };

	utf8_show(&shown, first, false, SIZE_MAX);
	fprintf(stderr, "otoscope: %zu row%s could not be read in time: %s%s\n", missed,
		missed == 1 ? "" : "s", buf_cstr(&shown), missed > 3 ? " ..." : "");
	buf_clear(&shown);
}

void cmd_tell_notes(struct text notes)
{
	struct text line;
	struct buf shown = { 0 };

	/* Of a recording they are what its file says. */
	while (text_cut(&notes, '\n', &line)) {
		utf8_show(&shown, line, false, NOTE_COLUMNS);
		fprintf(stderr, "otoscope: %s\n", buf_cstr(&shown));
		buf_reset(&shown);
	}
	buf_clear(&shown);
}

void cmd_fit_terminal(struct cmd_context *c)
{
	struct winsize size;

	if (!c->terminal)
		return;
	c->out.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col
			       ? size.ws_col
			       : 80;
}

/* A line on stderr that goes away again. */
struct progress {
	const char *what;
	struct loop *loop;
	struct loop_timer *timer;
	int64_t since_ns;
	bool shown;
};

static void progress_show(void *ctx)
{
	struct progress *p = ctx;
	int64_t now = loop_now();

	struct buf what = { 0 };

	utf8_show(&what, text_of(p->what), false, SIZE_MAX);
	fprintf(stderr, "\r\033[K%s ... %d s", buf_cstr(&what),
		(int)((now - p->since_ns + 500000000) / 1000000000));
	buf_clear(&what);
	p->shown = true;
	p->timer = loop_at(p->loop, now + PATIENCE_NS, progress_show, p);
}

/* A log line would be written into it. */
static void progress_begin(struct progress *p, struct cmd_context *c, const char *what)
{
	*p = (struct progress){ .what = what, .loop = c->loop, .since_ns = loop_now() };
	if (what && isatty(STDERR_FILENO) && !log_enabled())
		p->timer = loop_at(c->loop, p->since_ns + PATIENCE_NS, progress_show, p);
}

static void progress_end(struct progress *p)
{
	loop_timer_cancel(p->loop, p->timer);
	if (p->shown)
		fputs("\r\033[K", stderr);
}

bool cmd_wait(struct cmd_context *c, const bool *done, const char *what)
{
	struct progress p;

	progress_begin(&p, c, what);
	while (!*done && !loop_signal(c->loop))
		loop_step(c->loop, INT64_MAX);
	progress_end(&p);
	return *done;
}

void cmd_answered(struct waiting *w, const struct err *err)
{
	if (err)
		w->err = *err;
	w->done = true;
}

bool cmd_wait_answer(struct cmd_context *c, const struct waiting *w, struct err *err)
{
	const char *what = text_printf(c->arena, "asking '%.*s'",
				       TEXT_ARG(c->sources[0]->name)).p;

	if (!cmd_wait(c, &w->done, what))
		return false;
	if (w->err.kind != ERR_NONE)
		*err = w->err;
	return w->err.kind == ERR_NONE;
}

void cmd_sampled(void *ctx, struct sample *sample, const struct err *err)
{
	struct waiting_sample *w = ctx;

	w->sample = sample;
	cmd_answered(&w->waiting, err);
}

struct sample *cmd_ask(struct cmd_context *c, const struct request *rq, struct err *err)
{
	struct waiting_sample *w = arena_new(c->arena, struct waiting_sample);

	source_ask(c->sources[0], rq, cmd_sampled, w);
	return cmd_wait_answer(c, &w->waiting, err) ? w->sample : NULL;
}

static void wake(void *ctx)
{
	*(bool *)ctx = true;
}

bool cmd_sleep(struct cmd_context *c, int64_t until_ns)
{
	bool done = false;
	struct loop_timer *timer = loop_at(c->loop, until_ns, wake, &done);

	if (cmd_wait(c, &done, NULL))
		return true;
	loop_timer_cancel(c->loop, timer);
	return false;
}

void cmd_print_object(struct cmd_context *c, const struct fields *f)
{
	c->format->object(&c->out, f->at, f->n);
}

void cmd_print_page(struct cmd_context *c, const struct page *p)
{
	c->format->table(&c->out, p);
}

bool cmd_flush(struct cmd_context *c)
{
	errno = 0;
	if (ferror(c->out.file) && loop_signal(c->loop))
		errno = EINTR; /* not to wait for the reader once more */
	else if (fflush(c->out.file) == 0 && !ferror(c->out.file))
		return true;
	if (c->output_errno == 0)
		c->output_errno = errno ? errno : EIO;
	return false;
}

/* A pipe whose reader has gone: no failure, nobody wanted more. */
static bool nobody_reads(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) > 0 && p.revents & (POLLERR | POLLHUP);
}

bool report_output(struct cmd_context *c, struct err *err)
{
	/* A signal ended a write that waited for its reader: nobody wants the rest. */
	if (c->output_errno && loop_signal(c->loop)) {
		__fpurge(c->out.file);
		return true;
	}
	if (cmd_flush(c) || c->output_errno == EPIPE || nobody_reads(STDOUT_FILENO))
		return true;
	return fail(err, ERR_SYSTEM, "cannot write the output: %s",
		    strerror(c->output_errno));
}

static bool answer_is_yes(void)
{
	char line[16] = "";

	return fgets(line, sizeof(line), stdin) && (line[0] == 'y' || line[0] == 'Y');
}

bool cmd_may_write(struct cmd_context *c, const char *what, struct err *err)
{
	if (!c->options.allow_write) {
		fail(err, ERR_USAGE, "will not %s: otoscope only reads", what);
		return fail_hint(err, "--allow-write allows it");
	}
	if (c->options.yes)
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		fail(err, ERR_USAGE, "will not %s without asking", what);
		return fail_hint(err,
				 "there is no terminal to ask on; --yes answers yes");
	}
	fprintf(stderr, "otoscope: %s? [y/N] ", what);
	return answer_is_yes() || fail(err, ERR_USAGE, "did not %s", what);
}
