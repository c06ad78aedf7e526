/*
 * SQL over memory sources, for tests: the zoo, and a second table whose rows point to its
 * animals.
 */
#ifndef TESTS_SQL_BENCH_H
#define TESTS_SQL_BENCH_H

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/memory.h"
#include "sql/sql.h"
#include "zoo.h"

#define MASK(a) column_bit(ZOO_##a)

/* A second table, whose rows point to animals. */
enum { KEEPER_NAME, KEEPER_ANIMAL, KEEPER_ROOM, KEEPER_PHONE, KEEPER_SINCE, KEEPER_COLUMNS };

static const struct column keeper_columns[] = {
	{ "name", "NAME", UNIT_NONE, COLUMN_LABEL, "what the keeper is called" },
	{ "animal", "ANIMAL", UNIT_NONE, COLUMN_LABEL, "whom the keeper feeds", .print = zoo_print,
	  .parse = zoo_parse },
	{ "room", "ROOM", UNIT_COUNT, COLUMN_LABEL, "the keeper's room", COLUMN_LEFT },
	{ "phone", "PHONE", UNIT_NONE, COLUMN_LABEL, "a secret", COLUMN_ASKED | COLUMN_DEAR },
	{ "since", "SINCE", UNIT_TIME, COLUMN_LABEL, "when the keeper came" },
};

static const struct schema keepers = {
	.name = "keepers", .help = "who feeds them",
	.columns = keeper_columns, .ncolumns = KEEPER_COLUMNS, .key = KEEPER_NAME,
};

static const struct schema *const schemas[] = { &zoo, &keepers };

static const char herd[] = "id,name,steps,weight,age,full,asleep,note\n"
			   "@1,cat,10,4000,5,0.5,true,purrs\n"
			   "@2,dog,500,20000,6,0.25,false,barks\n"
			   "@3,,7,,,,,\n"
			   "@4,elk,90,300000,7,1.0,false,rare\n";

static const char people[] = "name,animal,room,phone,since\n"
			     "ann,@4,12,111,1000000000000000000\n"
			     "bob,@1,7,222,\n"
			     "eve,@4,12,333,\n";

struct bench {
	struct loop *loop;
	struct source *sources[3];
	size_t n;
	struct sql *sql;
	bool done;
	bool go_on;
};

static inline bool may_go_on(void *ctx)
{
	return ((struct bench *)ctx)->go_on;
}

static inline void bench_init(struct bench *b, size_t n, struct sql_options o)
{
	*b = (struct bench){ .loop = loop_new(), .n = n, .go_on = true };
	for (size_t i = 0; i < n; i++) {
		char name[] = "zoo@a";

		name[4] = (char)('a' + i);
		b->sources[i] = memory_open(b->loop, text_of(name));
		memory_load(b->sources[i], &zoo, herd);
		memory_load(b->sources[i], &keepers, people);
	}
	o.node = n > 1;
	o.go_on = may_go_on;
	o.ctx = b;
	b->sql = sql_open(schemas, 2, &o, NULL);
	assert_non_null(b->sql);
}

static inline void bench_clear(struct bench *b)
{
	sql_close(b->sql);
	for (size_t i = 0; i < b->n; i++)
		source_close(b->sources[i]);
	loop_free(b->loop);
}

static inline void done(void *ctx)
{
	((struct bench *)ctx)->done = true;
	loop_stop(((struct bench *)ctx)->loop);
}

static inline struct sql_statement *prepare(struct bench *b, const char *text)
{
	struct err err = { 0 };
	size_t at = 0;
	struct sql_statement *st = sql_prepare(b->sql, text_of(text), &at, &err);

	if (!st)
		print_error("%s: %s\n", text, err.what);
	assert_non_null(st);
	return st;
}

static inline void ask(struct bench *b, struct sql_statement *st)
{
	sql_ask(st, b->loop, b->sources, b->n, done, b);
	do {
		b->done = false;
		loop_run(b->loop);
		assert_true(b->done);
	} while (sql_ask_rest(st));
}

/* All rows as CSV without quotes. */
static inline char *shown(struct sql_statement *st)
{
	const struct schema *s = sql_schema(st);
	struct arena a = { 0 };
	struct table t;
	struct buf b = { 0 };
	struct err err = { 0 };
	bool more = true;
	char *copy;

	table_init(&t, s, &a, 0);
	while (more) {
		if (!sql_step(st, &t, 2, &more, &err))
			print_error("%s\n", err.what);
		assert_int_equal(err.kind, ERR_NONE);
	}
	for (size_t c = 0; c < s->ncolumns; c++)
		buf_printf(&b, "%s%s", c ? "," : "", s->columns[c].name);
	buf_char(&b, '\n');
	for (size_t row = 0; row < t.nrows; row++) {
		for (size_t c = 0; c < s->ncolumns; c++) {
			buf_str(&b, c ? "," : "");
			cell_print(&b, &s->columns[c], table_cell(&t, row, c));
		}
		buf_char(&b, '\n');
	}
	copy = strdup(buf_cstr(&b));
	buf_clear(&b);
	arena_clear(&a);
	return copy;
}

static inline void assert_rows(struct bench *b, const char *text, const char *want)
{
	struct sql_statement *st = prepare(b, text);
	char *got;

	ask(b, st);
	assert_int_equal(sql_told(st).nfailures, 0);
	got = shown(st);
	if (strcmp(got, want) != 0)
		print_error("of %s\n", text);
	assert_string_equal(got, want);
	free(got);
	sql_free(st);
}

static inline size_t asks_of(const struct bench *b, const struct memory_ask **asks)
{
	return memory_asks(b->sources[0], asks);
}

#endif
