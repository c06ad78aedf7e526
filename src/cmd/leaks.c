/*
 * leaks binary: which processes let binaries go when their garbage is collected.
 */
#include <stdio.h>

#include "cmd/commands.h"
#include "cmd/process.h"
#include "cmd/table.h"
#include "source/memory.h"
#include "tables/leak.h"

bool leaks_check(struct cmd_context *c, struct err *err)
{
	if (!text_is(c->args[0], "binary")) {
		fail(err, ERR_USAGE, "cannot look for leaks of '%.*s'",
		     TEXT_ARG(c->args[0]));
		return fail_hint(err, "usage: otoscope leaks [SOURCE] binary");
	}
	return c->options.allow_write ||
	       cmd_may_write(c, "collect the garbage of processes", err);
}

/* What was found goes the way of every table, through a source of its own; also after the
 * signal that ended the collecting. */
static bool print(struct cmd_context *c, const struct sample *s, struct err *err)
{
	struct query_options o = table_options(c, &leaks_schema);
	struct source *source = memory_open(c->loop, s->source->name);
	struct query *q = query_new(&leaks_schema, &o, err);
	struct waiting_result a = { 0 };

	memory_put(source, &s->table);
	if (q) {
		query_start(q, c->loop, &source, 1, table_answered, &a);
		while (!a.done)
			loop_step(c->loop, INT64_MAX);
		cmd_fit_terminal(c);
		table_print(c, q, a.result);
		result_free(a.result);
	}
	query_free(q);
	source_close(source);
	return q != NULL;
}

static void say_missed(const struct sample *s)
{
	if (s->missed)
		fprintf(stderr, "otoscope: %zu process%s did not answer: %.*s%s\n",
			s->missed, s->missed == 1 ? "" : "es", TEXT_ARG(s->missed_first),
			s->missed > 3 ? " ..." : "");
}

static bool collect(struct cmd_context *c, struct live *l, const struct table *pids,
		    struct err *err)
{
	struct waiting_sample *w = arena_new(c->arena, struct waiting_sample);
	struct leak *k = leak_collect(l, pids, c->options.timeout_ns, cmd_sampled, w);
	const char *what = cmd_string(c, "collecting the garbage of %zu processes",
				      pids->nrows);
	bool ok;

	if (!cmd_wait(c, &w->waiting.done, what)) {
		fprintf(stderr, "otoscope: stopped after %zu of %zu processes\n",
			leak_progress(k), pids->nrows);
		leak_stop(k);
	}
	if (w->waiting.err.kind) {
		*err = w->waiting.err;
		return false;
	}
	say_missed(w->sample);
	ok = print(c, w->sample, err);
	sample_free(w->sample);
	return ok;
}

bool leaks_run(struct cmd_context *c, struct err *err)
{
	struct waiting_sample *found = arena_new(c->arena, struct waiting_sample);
	struct live *l = cmd_live(c, err);
	const struct table *pids;
	const char *what;
	bool ok;

	if (!l)
		return false;
	leak_find(l, c->options.likely, c->options.timeout_ns, cmd_sampled, found);
	if (!cmd_wait_answer(c, &found->waiting, err))
		return err->kind == ERR_NONE;
	pids = &found->sample->table;
	what = cmd_string(c, "collect the garbage of %zu process%s of '%.*s'",
			  pids->nrows, pids->nrows == 1 ? "" : "es",
			  TEXT_ARG(c->sources[0]->name));
	ok = cmd_may_write(c, what, err) && collect(c, l, pids, err);
	sample_free(found->sample);
	return ok;
}
