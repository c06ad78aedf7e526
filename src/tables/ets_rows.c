/* The first objects of an ETS table. */
#include "tables/ets_rows.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tables/ets.h"
#include "tables/ets_rows_text.h"
#include "tables/foreign.h"
#include "tables/pid.h"
#include "tables/question.h"

/* An object of 16 MB, and as much again. */
#define HEAP_WORDS 4000000
/* Of what one object may become when it is printed. */
#define TEXT_BYTES 65536

static const char rows_text[] = ETS_ROWS_TEXT;

static const struct column columns[ETS_ROW_NCOLUMNS] = {
	[ETS_ROW_KEY] = { "key", "KEY", UNIT_NONE, COLUMN_LABEL, "its key" },
	[ETS_ROW_OBJECT] = { "object", "OBJECT", UNIT_NONE, COLUMN_LABEL, "the object" },
	[ETS_ROW_CUT] = { "cut", "CUT", UNIT_NONE, COLUMN_LABEL,
		"whether part of it was left out" },
};

const struct schema ets_rows_schema = {
	.name = "objects",
	.help = "the first objects of an ETS table",
	.columns = columns,
	.ncolumns = ETS_ROW_NCOLUMNS,
	.key = ETS_ROW_KEY,
};

struct asking {
	struct live *live;
	struct ets_rows_request rq;
	struct text id;
	struct ets_rows *rows;
	bool begun;     /* the first message came */
	size_t keypos;
	ets_rows_done *done;
	void *ctx;
};

void ets_rows_free(struct ets_rows *r)
{
	if (!r)
		return;
	free(r->objects);
	arena_clear(&r->arena);
	free(r);
}

static void end(struct asking *k, const struct err *err)
{
	struct asking last = *k;

	free(k);
	if (err) {
		ets_rows_free(last.rows);
		last.rows = NULL;
	}
	last.done(last.ctx, last.rows, err);
}

/*
 * Objects.
 */

static void set_term(const struct asking *k, size_t row, size_t column,
		     const struct term *t)
{
	struct term_style style = {
		.syntax = k->rows->syntax,
		.home = node_name(live_node(k->live)),
		.width = column == ETS_ROW_OBJECT ? k->rq.width : 0,
		.total = TEXT_BYTES,
		.redact = k->rq.redact,
	};
	struct buf b = { 0 };

	term_print(&b, t, &style);
	table_set_text(&k->rows->table, row, column, buf_text(&b));
	buf_clear(&b);
}

/* What came is gone when the next one comes. */
static void keep_object(struct ets_rows *r, size_t row, const struct term *object)
{
	r->objects = mem_grow(r->objects, &r->objects_cap, row + 1, sizeof(*r->objects));
	r->objects[row] = term_copy(&r->arena, object);
}

static void add_row(struct asking *k, const struct term *mark, const struct term *object)
{
	struct arena scratch = { 0 };
	struct foreign_part part = foreign_decode(&scratch, mark, object);
	size_t row = table_add(&k->rows->table);

	if (k->rq.terms) {
		keep_object(k->rows, row, &part.term);
		arena_clear(&scratch);
		return;
	}
	if (part.term.type == TERM_TUPLE && part.term.n >= k->keypos &&
	    part.term.items[k->keypos - 1].type != TERM_CUT)
		set_term(k, row, ETS_ROW_KEY, &part.term.items[k->keypos - 1]);
	set_term(k, row, ETS_ROW_OBJECT, &part.term);
	table_set_bool(&k->rows->table, row, ETS_ROW_CUT, part.cut);
	arena_clear(&scratch);
}

/* {R, KeyPosition, Size, Small} */
static bool begin(struct asking *k, const struct term *message)
{
	int64_t keypos;

	if (k->begun || !term_is_tuple(message, 4, NULL) ||
	    !term_int(term_at(message, 1), &keypos) || keypos < 1 ||
	    !term_int(term_at(message, 2), &k->rows->size))
		return false;
	k->begun = true;
	k->keypos = (size_t)keypos;
	k->rows->proven = !term_is_atom(term_at(message, 3), "true");
	return true;
}

static bool part(void *ctx, const struct term *message)
{
	struct asking *k = ctx;

	if (!term_is_tuple(message, 2, NULL))
		return begin(k, message);
	if (!k->begun || k->rows->table.nrows == k->rq.count)
		return false;
	add_row(k, term_at(message, 0), term_at(message, 1));
	return true;
}

/*
 * The end.
 */

static bool fail_private(const struct asking *k, const struct term *owner,
			 struct err *err)
{
	struct buf shown = { 0 };

	if (owner->type == TERM_PID)
		pid_print(&shown, (int64_t)owner->id->num);
	fail(err, ERR_CANNOT, "table '%.*s' is private: only its owner %s can read it",
	     TEXT_ARG(k->id), buf_cstr(&shown));
	buf_clear(&shown);
	return fail_hint(err, "without --rows you see what is known of it");
}

static bool fail_large(const struct asking *k, const char *kind, const char *why,
		       struct err *err)
{
	fail(err, ERR_CANNOT, "table '%.*s' is %s of more than %s", TEXT_ARG(k->id), kind,
	     why);
	return fail_hint(err, "--whole does so; the node must have the memory");
}

/* {R, Why} or {R, private, Owner}. False: there is nothing to show. */
static bool judge(struct asking *k, const struct term *value, struct err *err)
{
	const struct term *why = term_at(value, 1);

	if (term_is_atom(why, "private"))
		return fail_private(k, term_at(value, 2), err);
	if (term_is_atom(why, "bag"))
		return fail_large(k, "a bag", "16 MB: all objects of a key "
				  "would be copied together", err);
	if (term_is_atom(why, "compressed"))
		return fail_large(k, "a compressed table", "1 MB: each object "
				  "would be unpacked, whatever its size", err);
	if (term_is_atom(why, "gone"))
		fail(err, ERR_ABSENT, "table '%.*s' is gone", TEXT_ARG(k->id));
	else if (!term_is_atom(why, "all") && !term_is_atom(why, "more"))
		fail(err, ERR_CANNOT, "cannot read table '%.*s': that fails on the node",
		     TEXT_ARG(k->id));
	return err->kind == ERR_NONE;
}

static void answered(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct err err = { 0 };
	struct buf what = { 0 };

	if (a->kind == ANSWER_RETURN && a->value.type == TERM_TUPLE) {
		judge(k, &a->value, &err);
	} else {
		buf_printf(&what, "read table '%.*s'", TEXT_ARG(k->id));
		question_failed(a, buf_cstr(&what), &err);
		buf_clear(&what);
	}
	/* What came until then is worth showing. */
	if (err.kind && k->rows->table.nrows > 0) {
		k->rows->end = err;
		end(k, NULL);
		return;
	}
	end(k, err.kind ? &err : NULL);
}

/* Fewer terms an object where there are many. */
static size_t terms_each(size_t count)
{
	size_t each = 10000 / count;

	return each > 500 ? 500 : each < 50 ? 50 : each;
}

static bool put_bindings(struct asking *k, struct buf *b)
{
	struct foreign_request bounds = foreign_bounded(&(struct foreign_request){
		.what = FOREIGN_MESSAGES,
		.terms = terms_each(k->rq.count),
		.count = k->rq.count,
		.timeout_ns = k->rq.timeout_ns,
	});

	etf_list(b, 3);
	question_bind(b, "A");
	if (!ets_etf(k->live, k->id, b))
		return false;
	question_bind(b, "D");
	foreign_etf_bounds(b, &bounds);
	question_bind(b, "O");
	etf_atom_s(b, k->rq.whole ? "true" : "false");
	etf_nil(b);
	return true;
}

static void syntax_known(void *ctx, enum syntax syntax)
{
	struct asking *k = ctx;
	struct buf b = { 0 };
	struct err err = { 0 };

	k->rows->syntax = syntax;
	if (put_bindings(k, &b)) {
		node_eval(live_node(k->live), &(struct eval){
			.text = rows_text,
			.bindings = buf_text(&b),
			.answer_bytes = terms_each(k->rq.count) * 100,
			.heap_words = HEAP_WORDS,
			.timeout_ns = k->rq.timeout_ns,
			.part = part,
		}, answered, k);
	} else {
		fail(&err, ERR_ABSENT, "table '%.*s' is gone", TEXT_ARG(k->id));
		end(k, &err);
	}
	buf_clear(&b);
}

void ets_rows_ask(struct live *l, const struct ets_rows_request *rq, ets_rows_done *done,
		  void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.rq = *rq,
		.rows = mem_zalloc(sizeof(*k->rows)),
		.done = done,
		.ctx = ctx,
	};
	if (k->rq.count == 0 || k->rq.count > ETS_ROWS_MAX)
		k->rq.count = ETS_ROWS_MAX;
	k->id = text_dup(&k->rows->arena, rq->id);
	table_init(&k->rows->table, &ets_rows_schema, &k->rows->arena, 0);
	live_syntax(l, rq->syntax, syntax_known, k);
}
