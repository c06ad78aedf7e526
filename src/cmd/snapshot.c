/*
 * snapshot: the allocators in the form that recon_alloc:snapshot_load/1 reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/commands.h"
#include "node/files.h"
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

/* A file of its own, and no link to another that somebody put there. */
static int open_part(const char *part)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = open(part, flags, 0666);

	/* One that was killed left it. */
	if (fd < 0 && errno == EEXIST && unlink(part) == 0)
		fd = open(part, flags, 0666);
	return fd;
}

/* Under another name first: who finds the file finds all of it. */
static bool write_whole(struct cmd_context *c, const char *path, struct text t,
			struct err *err)
{
	const char *part = text_printf(c->arena, "%s.part", path).p;
	int fd = open_part(part);
	bool good;

	if (fd < 0)
		return fail_file(part, err);
	good = files_write(fd, t);
	good = close(fd) == 0 && good;
	if (good && rename(part, path) == 0)
		return true;
	fail_file(path, err);
	unlink(part);
	return false;
}

/* A pipe, or /dev/null: what is no file is written into, and never replaced. */
static bool write_into(const char *path, struct text t, struct err *err)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	bool good = fd >= 0 && files_write(fd, t);

	if (!good)
		fail_file(path, err);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool write_file(struct cmd_context *c, const char *path, struct text t,
		       struct err *err)
{
	char *real = realpath(path, NULL); /* a link stays one */
	const char *to = real ? real : path;
	struct stat st;
	bool good = stat(to, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)
			    ? write_into(to, t, err)
			    : write_whole(c, to, t, err);

	free(real);
	return good;
}

bool snapshot_check(struct cmd_context *c, struct err *err)
{
	const char *path = c->nargs ? text_cstr(c->arena, c->args[0]) : NULL;
	struct stat st;
	struct text head;

	if (!path || stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return true;
	if (!files_read_at(AT_FDCWD, path, 64, c->arena, &head))
		return fail_file(path, err);
	if (snapshot_begins(head))
		return true;
	fail(err, ERR_FORMAT, "'%s' is there and is not a snapshot", path);
	return fail_hint(err, "a file that is not a snapshot is never overwritten");
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
