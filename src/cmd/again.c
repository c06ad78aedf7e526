#include "cmd/again.h"

#include <stdlib.h>

#include "base/mem.h"
#include "node/nodename.h"
#include "node/seek.h"
#include "source/live.h"

struct again {
	struct cmd_context *c;
	struct arena arena;
	struct text word;
	struct text other;     /* its name, where the word is none; or empty */
	struct seek *seek;     /* on its way, or: */
	struct source *source; /* being opened */
	live_opened *opened;
	void *ctx;
};

static void opened(void *ctx, struct source *s, const struct err *err)
{
	struct again *a = ctx;

	a->source = NULL;
	a->opened(a->ctx, s, err);
}

static void found(void *ctx, const struct target *t, const struct err *err)
{
	struct again *a = ctx;

	a->seek = NULL;
	if (err)
		a->opened(a->ctx, NULL, err);
	else
		a->source = live_open(a->c->loop, t, a->c->options.timeout_ns, opened, a);
}

static bool dial(void *ctx, live_opened *done, void *done_ctx, struct err *err)
{
	struct again *a = ctx;
	struct target_options o = cmd_target_options(a->c);

	a->opened = done;
	a->ctx = done_ctx;
	a->seek = seek_start(a->c->loop, &a->c->machine, &o, a->word, a->other, found, a,
			     err);
	return a->seek != NULL;
}

static void cancel(void *ctx)
{
	struct again *a = ctx;

	seek_cancel(a->seek);
	source_close(a->source);
	a->seek = NULL;
	a->source = NULL;
}

/* A bare name: the host behind '@' may be known to nobody but the node. */
static void name_it(struct again *a, struct text name)
{
	struct text head = text_dup(&a->arena, nodename_head(name));

	if (!a->word.len)
		a->word = head;
	else if (text_starts(a->word, "os:"))
		a->other = head;
}

struct again *again_new(struct cmd_context *c, struct text word,
			const struct source *source)
{
	struct again *a = mem_zalloc(sizeof(*a));

	*a = (struct again){ .c = c, .word = word };
	if (source)
		name_it(a, source->name);
	return a;
}

void again_free(struct again *a)
{
	if (!a)
		return;
	cancel(a);
	arena_clear(&a->arena);
	free(a);
}

struct link_dialler again_dialler(struct again *a)
{
	return (struct link_dialler){ dial, cancel, a };
}
