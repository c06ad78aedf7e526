/*
 * Makes a recording without a node, for tests of everything above it.
 *
 *   recording FILE [max-size] < lines
 *
 *   @source NAME [LIFE]   what it is of (shop@web1); goes on with a file that is there
 *   @otp RELEASE          27
 *   @syntax elixir        erlang otherwise
 *   @sample TIME          a sample begins, TIME as --at takes it
 *   @table NAME           a reading: a heading of column names, then rows, words between
 *                         commas as memory_load() has them
 *   @fail NAME WHY        a table that could not be read
 *   @end WHY              it is over; @lost WHY: and the target is lost
 *   @kill                 the writer is gone, in the middle of what it does
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "source/memory.h"
#include "source/recorder.h"
#include "tables/tables.h"

struct maker {
	const char *path;
	int64_t max_bytes;
	struct recorder_source of;
	struct recorder *recorder;
	int64_t at;
	const struct schema *schema; /* of the table that is being read, or NULL */
	struct buf lines;
	struct arena arena;
};

static void stop(const char *what, const struct err *err)
{
	fprintf(stderr, "recording: %s: %s\n", what, err ? err->what : "");
	exit(2);
}

static void taken(void *ctx, struct sample *s, const struct err *err)
{
	if (!s)
		stop("a table", err);
	*(struct sample **)ctx = s;
}

static void end_table(struct maker *m)
{
	struct loop *l;
	struct source *source;
	struct sample *s = NULL;

	if (!m->schema)
		return;
	l = loop_new();
	source = memory_open(l, m->of.name);
	memory_load(source, m->schema, buf_cstr(&m->lines));
	source_ask(source, &(struct request){ .schema = m->schema,
					      .columns = schema_all(m->schema) },
		   taken, &s);
	while (!s)
		loop_step(l, INT64_MAX);
	s->at_ns = m->at;
	recorder_add(m->recorder, s, schema_all(m->schema));
	source_close(source);
	loop_free(l);
	buf_reset(&m->lines);
	m->schema = NULL;
}

static void end_sample(struct maker *m)
{
	struct err err = { 0 };

	end_table(m);
	if (m->recorder && !recorder_write(m->recorder, &err))
		stop("a sample", &err);
}

static void begin_sample(struct maker *m, struct text time)
{
	struct moment moment;
	struct err err = { 0 };

	end_sample(m);
	if (!moment_parse(time, &moment, &err))
		stop("@sample", &err);
	m->at = moment.ns;
	m->of.wall_ns = m->of.now_ns = 1;
	if (!m->recorder)
		m->recorder = recorder_open(m->path, &m->of, m->max_bytes, &err);
	if (!m->recorder)
		stop("open", &err);
}

static const struct schema *schema_of(struct text name)
{
	const struct schema *s = tables_find(name);

	if (!s)
		stop("there is no such table", NULL);
	return s;
}

static void fail_table(struct maker *m, struct text rest)
{
	struct text name;
	struct err err = { 0 };

	end_table(m);
	text_word(&rest, &name);
	fail(&err, ERR_CANNOT, "%.*s", TEXT_ARG(text_trim(rest)));
	recorder_miss(m->recorder, schema_of(name), m->at, &err);
}

static void end(struct maker *m, struct text why, bool lost)
{
	struct err err = { 0 };

	end_sample(m);
	if (!recorder_end(m->recorder, why, lost, m->at + 1000000, &err))
		stop("@end", &err);
	recorder_close(m->recorder);
	m->recorder = NULL;
}

static void line(struct maker *m, struct text t)
{
	struct text word;
	struct text all = t;

	text_word(&t, &word);
	t = text_dup(&m->arena, text_trim(t));
	if (text_is(word, "@source")) {
		text_word(&t, &m->of.name);
		m->of.life = text_trim(t);
	} else if (text_is(word, "@otp")) {
		m->of.otp_release = t;
	} else if (text_is(word, "@syntax")) {
		m->of.syntax = text_is(t, "elixir") ? SYNTAX_ELIXIR : SYNTAX_ERLANG;
	} else if (text_is(word, "@sample")) {
		begin_sample(m, t);
	} else if (text_is(word, "@table")) {
		end_table(m);
		m->schema = schema_of(t);
	} else if (text_is(word, "@fail")) {
		fail_table(m, t);
	} else if (text_is(word, "@end") || text_is(word, "@lost")) {
		end(m, t, text_is(word, "@lost"));
	} else if (text_is(word, "@kill")) {
		end_sample(m);
		_exit(0);
	} else if (m->schema) {
		buf_text_add(&m->lines, all);
		buf_char(&m->lines, '\n');
	}
}

int main(int argc, char **argv)
{
	struct maker m = { .of = { .name = TEXT("shop@web1"),
				   .life = TEXT("1"),
				   .syntax = SYNTAX_ERLANG } };
	char *room = NULL;
	size_t size = 0;
	ssize_t n;

	if (argc < 2)
		return 2;
	m.path = argv[1];
	m.max_bytes = argc > 2 ? atoll(argv[2]) : 0;
	while ((n = getline(&room, &size, stdin)) > 0)
		line(&m, text_trim((struct text){ room, (size_t)n }));
	if (m.recorder)
		end(&m, TEXT("complete"), false);
	free(room);
	buf_clear(&m.lines);
	arena_clear(&m.arena);
	return 0;
}
