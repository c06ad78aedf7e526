#include "cmd/open.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/words.h"
#include "node/files.h"
#include "source/live.h"
#include "source/memory.h"
#include "source/os.h"
#include "source/recording.h"
#include "tables/snapshot.h"

/* How long an answer of the port mapper may take when nobody said. */
#define TIMEOUT_NS INT64_C(5000000000)

/* A snapshot of some thousand schedulers is smaller. */
#define SNAPSHOT_MAX ((size_t)256 << 20)

/* A source on its way. */
struct opening {
	struct text word;
	struct source *source;
	struct opening_all *all;
	struct err err; /* kind ERR_NONE: opened, or on its way */
};

struct opening_all {
	size_t open; /* those that are on their way */
	bool done;
};

struct target_options cmd_target_options(const struct cmd_context *c)
{
	return (struct target_options){
		.cookie_file = c->options.cookie_file,
		.host = c->options.host,
		.port = c->options.port,
		.timeout_ns = c->options.timeout_ns ? c->options.timeout_ns : TIMEOUT_NS,
	};
}

bool open_known(void *ctx, struct text name)
{
	const struct cmd_context *c = ctx;
	struct target_options o = cmd_target_options(c);

	return target_known(&c->machine, &o, name);
}

/* A crash dump is told by how it begins. */
static bool fail_file(const char *path, struct err *err)
{
	static const char dump[] = "=erl_crash_dump:";
	char head[sizeof(dump)] = "";
	/* Without waiting for the other end of a pipe. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return fail(err, ERR_SYSTEM, "cannot open '%s': %s", path,
			    strerror(errno));

	ssize_t n = read(fd, head, sizeof(dump) - 1);

	if (n < 0)
		fail(err, ERR_SYSTEM, "cannot read '%s': %s", path, strerror(errno));
	close(fd);
	if (n < 0)
		return false;
	if (n == sizeof(dump) - 1 && strcmp(head, dump) == 0)
		return fail(err, ERR_CANNOT,
			    "'%s' is a crash dump, which this version cannot read", path);
	return fail(err, ERR_FORMAT,
		    "'%s' is neither a recording, a snapshot nor a crash dump", path);
}

static void opened(void *ctx, struct source *s, const struct err *err)
{
	struct opening *o = ctx;

	if (err)
		o->err = *err;
	if (--o->all->open == 0)
		o->all->done = true;
}

/* False when the file does not look like a snapshot of allocators. */
static bool open_snapshot(struct cmd_context *c, struct opening *o, const char *path)
{
	struct text file;

	if (!files_read_at(AT_FDCWD, path, 64, c->arena, &file) || !snapshot_begins(file))
		return false;
	if (!files_read_at(AT_FDCWD, path, SNAPSHOT_MAX, c->arena, &file)) {
		fail(&o->err, ERR_SYSTEM, "cannot read '%s': %s", path, strerror(errno));
		return true;
	}
	o->source = memory_open(c->loop, text_of(path));
	if (!snapshot_read(o->source, file, path, &o->err)) {
		source_close(o->source);
		o->source = NULL;
	}
	return true;
}

static void open_file(struct cmd_context *c, struct opening *o)
{
	const char *path = text_cstr(c->arena, o->word);

	if (recording_is(path))
		o->source = recording_open(c->loop, path, &o->err);
	else if (!open_snapshot(c, o, path))
		fail_file(path, &o->err);
}

static void open_outside(struct cmd_context *c, struct opening *o)
{
	struct target_options options = cmd_target_options(c);
	struct target target;

	if (target_find_process(&c->machine, &options, o->word, c->arena, &target,
				&o->err))
		o->source = os_open(c->loop, c->machine.root, target.os_pid, target.name,
				    &o->err);
}

static void start(struct cmd_context *c, struct opening *o)
{
	struct target_options options = cmd_target_options(c);
	struct target target;

	if (words_form(&c->machine, o->word) == SOURCE_FILE) {
		open_file(c, o);
		return;
	}
	if (options_given(&c->options, "at")) {
		fail(&o->err, ERR_USAGE,
		     "--at is for recordings: a live node only knows now");
		return;
	}
	if (c->command->outside) {
		open_outside(c, o);
		return;
	}
	if (!target_find(&c->machine, &options, o->word, c->arena, &target, &o->err))
		return;
	o->all->open++;
	o->source = live_open(c->loop, &target, c->options.timeout_ns, opened, o);
}

static const char *awaited(struct cmd_context *c, const struct opening *o)
{
	if (c->nasked > 1)
		return text_printf(c->arena, "connecting to %zu nodes", c->nasked).p;
	return text_printf(c->arena, "connecting to '%.*s'", TEXT_ARG(o->source->name)).p;
}

/* A node that can't be asked may be a process that can be looked at. */
static void tell_otherwise(struct cmd_context *c, struct text word)
{
	struct target_options options = cmd_target_options(c);
	struct target target;

	if (c->command->otherwise && words_form(&c->machine, word) != SOURCE_FILE &&
	    target_find_process(&c->machine, &options, word, c->arena, &target, NULL))
		fprintf(stderr, "  otoscope %s os:%d asks the operating system instead\n",
			c->command->otherwise, target.os_pid);
}

static bool any_opened(const struct cmd_context *c, const struct opening *all)
{
	for (size_t i = 0; i < c->nasked; i++)
		if (all[i].err.kind == ERR_NONE)
			return true;
	return false;
}

static void keep_opened(struct cmd_context *c, struct opening *all, bool interrupted)
{
	bool patient = c->command->patient && !interrupted && any_opened(c, all);

	c->sources = arena_many(c->arena, c->nasked, struct source *);
	c->errs = arena_many(c->arena, c->nasked, struct err);
	c->words = arena_many(c->arena, c->nasked, struct text);
	for (size_t i = 0; i < c->nasked; i++) {
		if (all[i].err.kind == ERR_NONE && !interrupted) {
			c->words[c->nsources] = all[i].word;
			c->sources[c->nsources++] = all[i].source;
			continue;
		}
		source_close(all[i].source);
		if (patient) {
			c->words[c->nsources] = all[i].word;
			c->errs[c->nsources] = all[i].err;
			c->sources[c->nsources++] = NULL;
			continue;
		}
		if (interrupted)
			continue;
		cmd_complain(c, &all[i].err);
		tell_otherwise(c, all[i].word);
	}
}

bool open_sources(struct cmd_context *c)
{
	struct opening_all all = { 0 };
	struct opening *openings;
	const struct opening *first = NULL;
	bool interrupted = false;

	c->nasked = c->options.sources.n ? c->options.sources.n : 1;
	openings = arena_many(c->arena, c->nasked, struct opening);
	for (size_t i = 0; i < c->nasked; i++) {
		openings[i].all = &all;
		if (c->options.sources.n)
			openings[i].word = c->options.sources.at[i];
		start(c, &openings[i]);
		if (all.open && openings[i].source && !first)
			first = &openings[i];
	}
	if (first)
		interrupted = !cmd_wait(c, &all.done, awaited(c, first));
	keep_opened(c, openings, interrupted);
	return c->nsources > 0;
}

static void log_cost(struct source *s)
{
	struct live *l = s ? live_of(s) : NULL;
	struct node_cost cost;

	if (!l || !log_enabled())
		return;
	cost = node_cost(live_node(l));
	log_line("'%.*s' was asked %" PRIu64 " times, %" PRIu64 " bytes out, %" PRIu64
		 " bytes in",
		 TEXT_ARG(s->name), cost.calls, cost.bytes_out, cost.bytes_in);
}

void close_sources(struct cmd_context *c)
{
	for (size_t i = 0; i < c->nsources; i++) {
		log_cost(c->sources[i]);
		source_close(c->sources[i]);
	}
	c->nsources = 0;
}
