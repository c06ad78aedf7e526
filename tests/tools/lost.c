/*
 * The screens of a source that is lost, and comes back.
 *
 *   lost RECORDING --script FILE [--ascii]
 *
 * What the recording's last sample has is what the source answers, as if it were alive. A
 * line "lose WHY" of the script loses it, and "return" lets it come back.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/files.h"
#include "source/recording.h"
#include "view/script.h"
#include "view/top.h"

#define PATIENCE_NS INT64_C(15000000000)

struct loser {
	struct loop *loop;
	const char *path;
	struct source *source; /* the last one that was opened */
	struct top *top;
	bool away;
	live_opened *opened; /* is to be told */
	void *opened_ctx;
	struct loop_timer *timer;
};

static void stop(const struct err *err)
{
	fprintf(stderr, "lost: %s\n", err->what);
	exit((int)err->kind);
}

static struct source *open_source(struct loser *l)
{
	struct err err = { 0 };
	struct source *s = recording_open(l->loop, l->path, &err);

	if (!s)
		stop(&err);
	s->stored = false;
	s->name = TEXT("shop@web1");
	return l->source = s;
}

static void opened(void *ctx)
{
	struct loser *l = ctx;

	l->timer = NULL;
	l->opened(l->opened_ctx, l->source, NULL);
}

static bool dial(void *ctx, live_opened *done, void *done_ctx, struct err *err)
{
	struct loser *l = ctx;

	if (l->away)
		return fail(err, ERR_CONNECT, "cannot connect to 'shop@web1'");
	l->opened = done;
	l->opened_ctx = done_ctx;
	open_source(l);
	l->timer = loop_at(l->loop, loop_now(), opened, l);
	return true;
}

/* What was on its way is nobody's. */
static void cancel(void *ctx)
{
	struct loser *l = ctx;

	loop_timer_cancel(l->loop, l->timer);
	if (l->timer)
		source_close(l->source);
	l->timer = NULL;
}

static void run(struct loser *l, struct text script)
{
	struct err err = { 0 };

	if (!script_run(l->top, &(struct script_options){
					.text = script,
					.name = "script",
					.loop = l->loop,
					.out = stdout,
					.patience_ns = PATIENCE_NS,
				},
			&err))
		stop(&err);
}

static void run_all(struct loser *l, struct text rest)
{
	const char *part = rest.p;
	struct text line;

	while (text_cut(&rest, '\n', &line)) {
		bool lose = text_starts(line, "lose");

		if (!lose && !text_is(line, "return"))
			continue;
		run(l, (struct text){ part, (size_t)(line.p - part) });
		part = rest.p;
		l->away = lose;
		if (lose) {
			l->source->lost = true;
			l->source->on_lost(l->source->on_lost_ctx);
		}
	}
	run(l, (struct text){ part, (size_t)(rest.p + rest.len - part) });
}

int main(int argc, char **argv)
{
	struct loser l = { .loop = loop_new() };
	struct arena arena = { 0 };
	struct top_source source = { .dialler = { dial, cancel, &l } };
	struct text script;

	if (argc < 4 || strcmp(argv[2], "--script") != 0 ||
	    !files_read_at(AT_FDCWD, argv[3], (size_t)1 << 20, &arena, &script))
		return 2;
	l.path = argv[1];
	source.source = open_source(&l);
	source.name = source.source->name;
	l.top = top_new(&(struct top_options){
		.loop = l.loop,
		.sources = &source,
		.nsources = 1,
		.width = 80,
		.height = 24,
		.ascii = argc > 4,
		.braille = true,
	});
	run_all(&l, script);
	top_free(l.top);
	loop_free(l.loop);
	arena_clear(&arena);
	return 0;
}
