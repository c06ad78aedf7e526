#include "source/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/later.h"

/* One reading of a table. */
struct reading {
	struct reading *next; /* of the same table */
	struct table table;
	struct table_index index; /* made when many keys are asked for */
};

/* A table that the source has. */
struct holding {
	struct holding *next;
	const struct schema *schema;
	struct reading *now; /* what the next ask gets */
	struct reading *last;
};

struct memory {
	struct source source; /* first: the ops get a pointer to it */
	struct loop *loop;
	struct arena arena;
	struct holding *holdings;
	struct later *waiting;
	struct memory_ask *asks;
	size_t nasks;
	size_t asks_cap;
	int64_t delay_ns;
	struct err err; /* kind ERR_NONE: asks are answered */
};

static struct memory *memory_of(struct source *s)
{
	return (struct memory *)s;
}

static void copy_row(struct table *to, const struct table *from, size_t row,
		     uint64_t columns)
{
	size_t new = table_add(to);

	for (size_t c = 0; c < from->schema->ncolumns; c++)
		if (columns & column_bit(c) || c == from->schema->key)
			table_set(to, new, c, table_cell(from, row, c));
}

static bool wanted(const struct request *rq, const struct table *t, size_t row)
{
	if (!rq->keys)
		return true;
	for (size_t i = 0; i < rq->nkeys; i++)
		if (cell_eq(rq->keys[i], table_cell(t, row, t->schema->key)))
			return true;
	return false;
}

/* Many keys: not every row is held against every one of them. */
#define MANY ((size_t)8)

static void add_found(struct memory *m, struct reading *r, const struct request *rq,
		      struct table *out)
{
	bool *found = mem_zalloc(r->table.nrows + 1);

	if (!r->index.table)
		table_index_init(&r->index, &r->table, &m->arena);
	for (size_t i = 0; i < rq->nkeys; i++) {
		size_t row = table_index_find(&r->index, rq->keys[i]);

		if (row != TABLE_NONE)
			found[row] = true;
	}
	for (size_t row = 0; row < r->table.nrows; row++)
		if (found[row])
			copy_row(out, &r->table, row, rq->columns);
	free(found);
}

static struct sample *answer(struct memory *m, const struct request *rq, struct err *err)
{
	struct holding *h = m->holdings;
	struct sample *s;
	bool many;

	if (m->err.kind) {
		*err = m->err;
		return NULL;
	}
	while (h && h->schema != rq->schema)
		h = h->next;
	if (!h) {
		fail(err, ERR_CANNOT, "'%.*s' has no %s", TEXT_ARG(m->source.name),
		     rq->schema->name);
		return NULL;
	}
	s = sample_new(&m->source, rq->schema, rq->keys ? 0 : h->now->table.nrows);
	many = rq->keys && rq->nkeys > MANY;
	if (many)
		add_found(m, h->now, rq, &s->table);
	for (size_t row = 0; !many && row < h->now->table.nrows; row++)
		if (wanted(rq, &h->now->table, row))
			copy_row(&s->table, &h->now->table, row, rq->columns);
	if (h->now->next)
		h->now = h->now->next;
	return s;
}

static void note(struct memory *m, const struct request *rq)
{
	m->asks = mem_grow(m->asks, &m->asks_cap, m->nasks + 1, sizeof(*m->asks));
	m->asks[m->nasks++] = (struct memory_ask){
		.schema = rq->schema,
		.columns = rq->columns,
		.nkeys = rq->nkeys,
		.all = !rq->keys,
		.syntax = rq->syntax,
		.timeout_ns = rq->timeout_ns,
	};
}

static void ask(struct source *s, const struct request *rq, source_done *done, void *ctx)
{
	struct memory *m = memory_of(s);
	struct err err = { 0 };
	struct sample *sample = answer(m, rq, &err);

	note(m, rq);
	later_answer(&m->waiting, m->loop, loop_now() + m->delay_ns, done, ctx, sample,
		     &err);
}

static void close_source(struct source *s)
{
	struct memory *m = memory_of(s);

	later_close(&m->waiting, s->name);
	free(m->asks);
	arena_clear(&m->arena);
	free(m);
}

static bool has(struct source *s, const struct schema *schema)
{
	const struct holding *h = memory_of(s)->holdings;

	while (h && h->schema != schema)
		h = h->next;
	return h != NULL;
}

static const struct source_ops memory_ops = {
	.kind = "memory",
	.ask = ask,
	.has = has,
	.close = close_source,
};

struct source *memory_open(struct loop *l, struct text name)
{
	struct memory *m = mem_zalloc(sizeof(*m));

	m->loop = l;
	m->source = (struct source){
		.ops = &memory_ops,
		.name = text_dup(&m->arena, name),
		.syntax = SYNTAX_ERLANG,
	};
	return &m->source;
}

void memory_put(struct source *s, const struct table *t)
{
	struct memory *m = memory_of(s);
	struct reading *r = arena_new(&m->arena, struct reading);
	struct holding *h = m->holdings;

	table_init(&r->table, t->schema, &m->arena, t->nrows);
	for (size_t row = 0; row < t->nrows; row++)
		copy_row(&r->table, t, row, schema_all(t->schema));
	while (h && h->schema != t->schema)
		h = h->next;
	if (h) {
		h->last->next = r;
		h->last = r;
		return;
	}
	h = arena_new(&m->arena, struct holding);
	*h = (struct holding){ .next = m->holdings,
			       .schema = t->schema,
			       .now = r,
			       .last = r };
	m->holdings = h;
}

static void load_cell(struct table *t, size_t row, size_t column, struct text word)
{
	const struct column *about = &t->schema->columns[column];
	int64_t num;
	double real;

	if (word.len == 0)
		return;
	if (about->parse) {
		bool read = about->parse(word, &num);

		assert(read);
		table_set_id(t, row, column, num);
	} else if (text_int(word, &num)) {
		table_set_int(t, row, column, num);
	} else if (text_is(word, "true") || text_is(word, "false")) {
		table_set_bool(t, row, column, text_is(word, "true"));
	} else if (units_number(word, UNIT_NONE, &real, NULL)) {
		table_set_real(t, row, column, real);
	} else {
		table_set_text(t, row, column, word);
	}
}

void memory_load(struct source *s, const struct schema *schema, const char *lines)
{
	struct arena a = { 0 };
	struct table t;
	struct text rest = text_of(lines);
	struct text line;
	struct text heading;

	table_init(&t, schema, &a, 0);
	text_cut(&rest, '\n', &heading);
	while (text_cut(&rest, '\n', &line)) {
		struct text names = heading;
		struct text name;
		struct text word;
		size_t row = table_add(&t);

		while (text_cut(&names, ',', &name) && text_cut(&line, ',', &word))
			load_cell(&t, row, schema_find(schema, text_trim(name)),
				  text_trim(word));
	}
	memory_put(s, &t);
	arena_clear(&a);
}

void memory_delay(struct source *s, int64_t ns)
{
	memory_of(s)->delay_ns = ns;
}

void memory_fail(struct source *s, const struct err *err)
{
	memory_of(s)->err = err ? *err : (struct err){ 0 };
}

size_t memory_asks(const struct source *s, const struct memory_ask **asks)
{
	const struct memory *m = (const struct memory *)s;

	if (asks)
		*asks = m->asks;
	return m->nasks;
}
