/* The atoms table: how many there are is asked first; names only of those that are
 * wanted, by their numbers. */
#include "tables/atoms.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "term/etf.h"
#include "tables/cell.h"
#include "tables/question.h"

/* What has a number in three bytes, as the runtime writes it for itself. */
#define ATOMS_MAX ((int64_t)1 << 24)
/* ATOM_INTERNAL_REF3 of the runtime's external.h: an atom by its number. It is made for
 * messages between local processes; what is read this way never makes an atom. */
#define ATOM_BY_NUMBER 'K'

/* Atoms a request; most have fewer than 64 bytes. */
#define CHUNK ((size_t)2000)
#define NAME_BYTES ((size_t)64)

static const struct column columns[] = {
	[ATOM_INDEX] = { "index", "INDEX", UNIT_NONE, COLUMN_LABEL,
		"its place in the atom table; the newest has the highest", COLUMN_LEFT },
	[ATOM_NAME] = { "name", "NAME", UNIT_NONE, COLUMN_LABEL,
		"the atom, as plain text" },
	[ATOM_LENGTH] = { "length", "LENGTH", UNIT_COUNT, COLUMN_LABEL,
		"characters of the atom" },
};

/* A reading under way. */
struct asking {
	struct live *live;
	struct sample *sample; /* NULL until it is known how many there are */
	struct live_answer to;
	int64_t asked_ns;
	int64_t timeout_ns;
	struct cell *keys;   /* [nkeys] or NULL: all */
	size_t nkeys;
	bool names;          /* are wanted */
	size_t next;         /* row whose name is asked for next */
	size_t asked;        /* rows in the chunk that is under way */
	struct arena arena;
};

static void finish(struct asking *k, const struct err *err)
{
	struct live_answer to = k->to;
	struct sample *s = k->sample;
	int64_t asked_ns = k->asked_ns;

	arena_clear(&k->arena);
	free(k);
	if (err) {
		sample_free(s);
		s = NULL;
	} else {
		sample_set_time(s, asked_ns + (loop_now() - asked_ns) / 2);
	}
	to.done(to.ctx, s, err);
}

static void finish_failed(struct asking *k, const struct answer *a)
{
	struct err err = { 0 };

	question_failed(a, "read the table 'atoms'", &err);
	finish(k, &err);
}

static void ask_chunk(struct asking *k);

static void on_chunk(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct table *t = &k->sample->table;

	if (a->kind != ANSWER_RETURN || !term_is_list(&a->value) ||
	    a->value.n != k->asked) {
		finish_failed(k, a);
		return;
	}
	for (size_t i = 0; i < k->asked; i++) {
		const struct term *atom = &a->value.items[i];

		cell_set_name(t, k->next + i, ATOM_NAME, atom);
		if (atom->type == TERM_ATOM)
			table_set_int(t, k->next + i, ATOM_LENGTH,
				      (int64_t)utf8_count(atom->text));
	}
	k->next += k->asked;
	ask_chunk(k);
}

/* binary_to_term(<<131, $l, N:32, ($K, Index:24)..., $j>>): it is compiled code of the
 * runtime that turns the numbers into a list of atoms. */
static void ask_chunk(struct asking *k)
{
	const struct table *t = &k->sample->table;
	struct buf list = { 0 };
	struct buf args = { 0 };

	k->asked = t->nrows - k->next < CHUNK ? t->nrows - k->next : CHUNK;
	if (!k->names || k->asked == 0) {
		finish(k, NULL);
		return;
	}
	buf_u8(&list, 131);
	etf_list(&list, k->asked);
	for (size_t i = 0; i < k->asked; i++)
		buf_u32(&list, (uint32_t)ATOM_BY_NUMBER << 24 |
				       (uint32_t)table_num(t, k->next + i, ATOM_INDEX));
	etf_nil(&list);
	etf_list(&args, 1);
	etf_binary(&args, buf_text(&list));
	etf_nil(&args);
	node_call(live_node(k->live), &(struct call){
		.module = "erlang",
		.function = "binary_to_term",
		.args = buf_text(&args),
		.answer_bytes = CHUNK * NAME_BYTES,
		.timeout_ns = k->timeout_ns,
	}, on_chunk, k);
	buf_clear(&list);
	buf_clear(&args);
}

static void add_index(struct table *t, int64_t index)
{
	table_set_int(t, table_add(t), ATOM_INDEX, index);
}

/* The newest is first: so they stand when nobody ranks them. */
static void on_count(void *ctx, const struct answer *a)
{
	struct asking *k = ctx;
	struct table *t;
	int64_t count;

	if (a->kind != ANSWER_RETURN || !term_int(&a->value, &count) || count < 0) {
		finish_failed(k, a);
		return;
	}
	if (count > ATOMS_MAX)
		count = ATOMS_MAX;
	k->sample = sample_new(live_source(k->live), &atoms_schema,
			       k->keys ? k->nkeys : (size_t)count);
	t = &k->sample->table;
	for (int64_t i = count - 1; i >= 0 && !k->keys; i--)
		add_index(t, i);
	for (size_t i = 0; k->keys && i < k->nkeys; i++)
		if (k->keys[i].type == CELL_INT && k->keys[i].v.num >= 0 &&
		    k->keys[i].v.num < count)
			add_index(t, k->keys[i].v.num);
	ask_chunk(k);
}

static void on_caps(void *ctx)
{
	struct asking *k = ctx;
	struct buf args = { 0 };
	struct err err = { 0 };

	if (node_can(live_node(k->live), CAP_ATOMS) == CAP_NO) {
		fail(&err, ERR_CANNOT, "the node does not tell its atoms by number");
		fail_hint(&err, "otoscope system tells how many there are");
		finish(k, &err);
		return;
	}
	etf_list(&args, 1);
	etf_atom_s(&args, "atom_count");
	etf_nil(&args);
	node_call(live_node(k->live), &(struct call){
		.module = "erlang",
		.function = "system_info",
		.args = buf_text(&args),
		.timeout_ns = k->timeout_ns,
	}, on_count, k);
	buf_clear(&args);
}

static void ask_live(struct live *l, const struct request *rq, source_done *done,
		     void *ctx)
{
	struct asking *k = mem_zalloc(sizeof(*k));

	*k = (struct asking){
		.live = l,
		.to = { done, ctx },
		.asked_ns = loop_now(),
		.timeout_ns = rq->timeout_ns,
		.names = rq->columns & (column_bit(ATOM_NAME) | column_bit(ATOM_LENGTH)),
	};
	if (rq->keys) {
		k->keys = arena_many(&k->arena, rq->nkeys + 1, struct cell);
		k->nkeys = rq->nkeys;
		for (size_t i = 0; i < rq->nkeys; i++)
			k->keys[i] = rq->keys[i];
	}
	caps_probe(live_node(l), 1U << CAP_ATOMS, on_caps, k);
}

static const struct readers readers = {
	.live = ask_live,
};

const struct schema atoms_schema = {
	.name = "atoms",
	.tab = "system",
	.help = "the atoms, the newest first",
	.columns = columns,
	.ncolumns = sizeof(columns) / sizeof(columns[0]),
	.key = ATOM_INDEX,
	.sort = "index",
	.on_demand = true,
	.readers = &readers,
};
