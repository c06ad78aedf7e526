#include "tables/question.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "tables/owner.h"

/* No node has as many of anything that we list; what goes on for ever is no answer. */
#define ROWS_MAX ((size_t)1 << 24)
/* A listing's helper holds the things' names and one chunk: of 20,000 ETS tables one
 * million words were too few, since a garbage collection counts twice. */
#define LISTING_WORDS ((size_t)4 << 20)

/* How the target names the things of the last listing, for questions about some. */
struct named {
	struct arena arena;
	struct table keys;         /* the key column: what we call them */
	struct text *terms;        /* [keys.nrows] the same in the external format */
	size_t cap;
	struct table_index index;  /* over keys, when it is whole */
};

/* A question on its way. */
struct asking {
	const struct question *question;
	struct reading reading;
	struct sample *sample;
	struct named *named;       /* NULL: its keys are not remembered */
	bool all;                  /* no keys: the names are made anew */
	int64_t timeout_ns;
	struct buf keys;           /* the value of K, for listings */
	int64_t first_ns;          /* when its first part came; 0: none did */
	struct live_answer to;
};

void question_bind(struct buf *b, const char *name)
{
	etf_tuple(b, 2);
	etf_atom_s(b, name);
}

void question_pid(struct buf *b, struct live *l, int64_t pid)
{
	struct node *n = live_node(l);

	etf_pid(b, node_name(n), (uint64_t)pid, node_creation(n));
}

void question_pids(struct buf *b, struct live *l, const struct table *pids, size_t from,
		   size_t n)
{
	etf_list(b, n);
	for (size_t i = 0; i < n; i++)
		question_pid(b, l, table_num(pids, from + i, pids->schema->key));
	etf_nil(b);
}

/* It should not be: what we ask does not do what it should on this release. */
static void log_value(const struct term *value)
{
	struct term_style style = { .depth = 4, .items = 6, .total = 300 };
	struct buf b = { 0 };

	term_print(&b, value, &style);
	log_line("the answer was %s", buf_cstr(&b));
	buf_clear(&b);
}

bool question_failed(const struct answer *a, const char *what, struct err *err)
{
	if (a->kind == ANSWER_FAILED) {
		*err = *a->err;
		return fail_prefix(err, "cannot %s", what);
	}
	if (a->kind == ANSWER_KILLED)
		return fail(err, ERR_CANNOT,
			    "cannot %s: that takes more memory than it may use", what);
	log_value(&a->value);
	if (a->kind != ANSWER_RETURN)
		return fail(err, ERR_CANNOT, "cannot %s: that fails on the node", what);
	return fail(err, ERR_CANNOT, "cannot %s: the answer is not what was asked for",
		    what);
}

/*
 * Keys: a row that was shown is asked for again by the term that named it.
 */

static void named_clear(void *state)
{
	struct named *n = state;

	arena_clear(&n->arena);
	free(n->terms);
	*n = (struct named){ 0 };
}

static void named_start(struct named *n, const struct schema *schema)
{
	named_clear(n);
	table_init(&n->keys, schema, &n->arena, 0);
}

static void named_add(struct named *n, struct cell key, const struct term *term)
{
	struct buf etf = { 0 };
	struct err err = { 0 };

	if (key.type != CELL_NULL && term_encode(&etf, term, &err)) {
		size_t row = table_add(&n->keys);

		table_set(&n->keys, row, n->keys.schema->key, key);
		if (row == n->cap) {
			n->cap = n->cap ? 2 * n->cap : 64;
			n->terms = mem_realloc(n->terms, n->cap * sizeof(*n->terms));
		}
		n->terms[row] = text_dup(&n->arena, buf_text(&etf));
	}
	buf_clear(&etf);
}

/* Writes the list of the keys; false when one is not known: then all are asked for. */
static bool named_list(const struct named *n, const struct request *rq, struct buf *out)
{
	if (!n->index.table)
		return false;
	etf_list(out, rq->nkeys);
	for (size_t i = 0; i < rq->nkeys; i++) {
		size_t row = table_index_find(&n->index, rq->keys[i]);

		if (row == TABLE_NONE)
			return false;
		buf_text_add(out, n->terms[row]);
	}
	etf_nil(out);
	return true;
}

bool question_key(struct live *l, const struct question *q, struct cell key,
		  struct buf *out)
{
	const struct named *n = live_state(l, q, sizeof(*n), named_clear);
	size_t row = n->index.table ? table_index_find(&n->index, key) : TABLE_NONE;

	if (row != TABLE_NONE)
		buf_text_add(out, n->terms[row]);
	return row != TABLE_NONE;
}

/*
 * The answer.
 */

static void finish(struct asking *k, const struct err *err)
{
	struct asking last = *k;

	free(k);
	buf_clear(&last.keys);
	if (!err) {
		last.to.done(last.to.ctx, last.sample, NULL);
		return;
	}
	sample_free(last.sample);
	last.to.done(last.to.ctx, NULL, err);
}

static void owners_named(void *ctx)
{
	finish(ctx, NULL);
}

/* The middle between the first and the last part. What came before them was the way to
 * the question: the first time the target parses its text, which is no part of the
 * reading. */
static void set_time(struct asking *k)
{
	int64_t now_ns = loop_now();

	sample_set_time(k->sample,
			k->first_ns ? now_ns - (now_ns - k->first_ns) / 2 : now_ns);
}

/* Those of the columns that tell of the owner what is no part of the answer. */
static uint64_t owner_columns(const struct question *q, uint64_t columns)
{
	uint64_t names = column_bit(q->owner_name) | column_bit(q->owner_application);

	return q->owner ? columns & names & ~column_bit(0) : 0;
}

static void complete(struct asking *k)
{
	const struct question *q = k->question;

	set_time(k);
	if (k->named && k->all)
		table_index_init(&k->named->index, &k->named->keys, &k->named->arena);
	if (owner_columns(q, k->reading.columns))
		owner_names(&k->reading, q, k->timeout_ns, owners_named, k);
	else
		finish(k, NULL);
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct buf what = { 0 };
	struct err err = { 0 };

	if (a->kind == ANSWER_RETURN &&
	    (!k->question->rows || k->question->rows(&k->reading, &a->value))) {
		complete(k);
		return;
	}
	buf_printf(&what, "read the table '%s'", k->reading.table->schema->name);
	question_failed(a, buf_cstr(&what), &err);
	buf_clear(&what);
	finish(k, &err);
}

/* {Things, Answers, WordSize} */
static bool listed(struct asking *k, const struct term *message)
{
	struct reading *r = &k->reading;
	const struct term *things = term_at(message, 0);
	const struct term *answers = term_at(message, 1);
	int64_t word;

	if (!term_is_tuple(message, 3, NULL) || !term_is_list(things) ||
	    !term_is_list(answers) || things->n != answers->n ||
	    !term_int(term_at(message, 2), &word) || (word != 4 && word != 8))
		return false;
	r->word_bytes = (size_t)word;
	for (size_t i = 0; i < things->n; i++) {
		size_t row = k->question->row(r, &things->items[i], &answers->items[i]);

		if (row != TABLE_NONE && k->all)
			named_add(k->named,
				  table_cell(r->table, row, r->table->schema->key),
				  &things->items[i]);
	}
	return true;
}

static bool part(void *ctx, const struct term *message)
{
	struct asking *k = ctx;

	if (!k->first_ns)
		k->first_ns = loop_now();

	bool good = k->question->row ? listed(k, message)
				     : k->question->part(&k->reading, message);

	return good && k->reading.table->nrows < ROWS_MAX;
}

/*
 * The question.
 */

static void write_bindings(struct asking *k, struct buf *b)
{
	struct buf own = { 0 };
	size_t n = k->question->bind ? k->question->bind(&own, &k->reading) : 0;

	if (n || k->named) {
		etf_list(b, n + (k->named != NULL));
		buf_text_add(b, buf_text(&own));
		if (k->named) {
			question_bind(b, "K");
			buf_text_add(b, buf_text(&k->keys));
		}
		etf_nil(b);
	}
	buf_clear(&own);
}

static void ask_text(struct asking *k, const char *text)
{
	const struct question *q = k->question;
	struct buf bindings = { 0 };

	write_bindings(k, &bindings);
	node_eval(live_node(k->reading.live), &(struct eval){
		.text = text,
		.bindings = buf_text(&bindings),
		.answer_bytes = q->answer_bytes,
		.heap_words = q->row && !q->heap_words ? LISTING_WORDS : q->heap_words,
		.timeout_ns = k->timeout_ns,
		.part = q->row || q->part ? part : NULL,
	}, answered, k);
	buf_clear(&bindings);
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct asking *k = ctx;
	const struct question *q = k->question;

	k->reading.syntax = syntax;
	if (q->choose || q->text)
		ask_text(k, q->choose ? q->choose(k->reading.columns) : q->text);
	else
		node_call(live_node(k->reading.live), &(struct call){
			.module = q->module,
			.function = q->function,
			.answer_bytes = q->answer_bytes,
			.heap_words = q->heap_words,
			.timeout_ns = k->timeout_ns,
		}, answered, k);
}

static void choose_keys(struct asking *k, const struct request *rq)
{
	k->named = live_state(k->reading.live, k->question, sizeof(*k->named),
			      named_clear);
	k->all = !rq->keys || !named_list(k->named, rq, &k->keys);
	if (!k->all)
		return;
	buf_clear(&k->keys);
	etf_atom_s(&k->keys, "all");
	named_start(k->named, rq->schema);
}

void question_ask(struct live *l, const struct request *rq, const struct question *q,
		  source_done *done, void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.question = q,
		.sample = sample_new(live_source(l), rq->schema, 0),
		.timeout_ns = rq->timeout_ns,
		.to = { done, ctx },
	};
	k->reading = (struct reading){
		.live = l,
		.table = &k->sample->table,
		.columns = rq->columns | column_bit(rq->schema->key),
	};
	if (owner_columns(q, rq->columns))
		k->reading.columns |= column_bit(q->owner);
	if (q->row)
		choose_keys(k, rq);
	live_syntax(l, q->syntax ? rq->syntax : SYNTAX_ERLANG, syntax_known, k);
}

void question_live(struct live *l, const struct request *rq, source_done *done,
		   void *ctx)
{
	question_ask(l, rq, rq->schema->readers->question, done, ctx);
}
