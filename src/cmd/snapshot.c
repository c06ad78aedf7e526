/*
 * snapshot: the allocators in the form that recon_alloc:snapshot_load/1 reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "tables/snapshot.h"

struct shot {
	struct waiting waiting;
	struct cmd_context *c;
	struct text text; /* in the arena of the context */
};

static void taken(void *ctx, struct text text, const struct err *err)
{
	struct shot *s = ctx;

	s->text = text_dup(s->c->arena, text);
	cmd_answered(&s->waiting, err);
}

static bool fail_file(const char *path, struct err *err)
{
	return fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
}

static bool write_all(int fd, struct text t)
{
	while (t.len) {
		ssize_t n = write(fd, t.p, t.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		t = text_sub(t, (size_t)n, t.len);
	}
	return true;
}

/* Under another name first: who finds the file finds all of it. */
static bool write_file(struct cmd_context *c, const char *path, struct text t,
		       struct err *err)
{
	const char *part = text_printf(c->arena, "%s.part", path).p;
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool good;

	if (fd < 0)
		return fail_file(part, err);
	good = write_all(fd, t);
	good = close(fd) == 0 && good;
	if (good && rename(part, path) == 0)
		return true;
	fail_file(path, err);
	unlink(part);
	return false;
}

bool snapshot_run(struct cmd_context *c, struct err *err)
{
	struct live *l = live_of(c->sources[0]);
	struct shot *s = arena_new(c->arena, struct shot);

	if (!l)
		return fail(err, ERR_CANNOT,
			    "'%.*s' is no live node to take a snapshot of",
			    TEXT_ARG(c->sources[0]->name));
	s->c = c;
	snapshot_ask(l, c->options.timeout_ns, taken, s);
	if (!cmd_wait_answer(c, &s->waiting, err))
		return err->kind == ERR_NONE;
	if (c->nargs)
		return write_file(c, text_cstr(c->arena, c->args[0]), s->text, err);
	fwrite(s->text.p, 1, s->text.len, c->out.file);
	cmd_flush(c);
	return true;
}
