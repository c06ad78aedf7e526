/*
 * A node that answers every question of every table with made-up terms.
 *
 * The input is a program for a small generator of terms, since hardly any random bytes are
 * a term. Its atoms are the words of the questions that were asked, so that it finds the
 * keys that the readers look for. The first byte says which table is asked; it is asked
 * for all rows, and then for some of those that came; of an ETS table, for its objects.
 */
#include <string.h>

#include "node/inside.h"
#include "source/live.h"
#include "tables/ets.h"
#include "tables/ets_rows.h"
#include "tables/tables.h"

/* Steps of the loop; a reader that asks for ever is ended by them. */
#define STEPS 4000
#define WORDS 512
#define DEPTH 6
#define KEYS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz {
	struct loop *loop;
	struct node *node;
	struct source *source;
	const uint8_t *at;       /* what is left of the input */
	const uint8_t *end;
	struct text words[WORDS];
	size_t nwords;
	struct arena arena;      /* of the words */
	struct frames frames;    /* what otoscope says */
	struct buf out;          /* what the node says */
	uint64_t helpers;
	bool done;
	struct sample *sample;
};

/* A stream that nothing comes from; what is written is kept. */

static struct fuzz *fuzz_now;

static enum stream_result take_none(struct stream *s, void *p, size_t len, size_t *done,
				    struct err *err)
{
	return STREAM_AGAIN;
}

static enum stream_result take_all(struct stream *s, const void *p, size_t len,
				   size_t *done, struct err *err)
{
	frame_feed(&fuzz_now->frames, (struct text){ p, len });
	*done = len;
	return STREAM_OK;
}

static unsigned wants(const struct stream *s, bool output)
{
	return 0;
}

static void no_close(struct stream *s)
{
}

static const struct stream_ops ops = {
	.read = take_none, .write = take_all, .wants = wants, .close = no_close
};

/*
 * Terms.
 */

static unsigned next(struct fuzz *f)
{
	return f->at < f->end ? *f->at++ : 0;
}

static void put_atom(struct fuzz *f, unsigned which)
{
	static const char *const usual[] = {
		"undefined", "true", "false", "ok", "error", "badarg", "all", "none",
		"infinity", "memory", "size", "name", "owner", "id", "type", "Elixir.A.B",
	};
	static const size_t n = sizeof(usual) / sizeof(usual[0]);

	if (which % 4 == 0 || !f->nwords)
		etf_atom_s(&f->out, usual[which / 4 % n]);
	else
		etf_atom(&f->out, f->words[(which << 8 | next(f)) % f->nwords]);
}

static void put_number(struct fuzz *f, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | next(f);
	etf_int(&f->out, (int64_t)v);
}

static void put_bytes(struct fuzz *f, unsigned n)
{
	char bytes[16];

	n %= sizeof(bytes);
	for (unsigned i = 0; i < n; i++)
		bytes[i] = (char)next(f);
	etf_binary(&f->out, (struct text){ bytes, n });
}

static void put_term(struct fuzz *f, unsigned depth);

static void put_list(struct fuzz *f, unsigned n, unsigned depth)
{
	etf_list(&f->out, n);
	for (unsigned i = 0; i < n; i++)
		put_term(f, depth);
	etf_nil(&f->out);
}

static void put_pairs(struct fuzz *f, unsigned n, unsigned depth)
{
	etf_list(&f->out, n);
	for (unsigned i = 0; i < n; i++) {
		etf_tuple(&f->out, 2);
		put_atom(f, next(f));
		put_term(f, depth);
	}
	etf_nil(&f->out);
}

static void put_map(struct fuzz *f, unsigned n, unsigned depth)
{
	etf_map(&f->out, n);
	for (unsigned i = 0; i < n; i++) {
		put_atom(f, next(f));
		put_term(f, depth);
	}
}

static void put_ref(struct fuzz *f)
{
	const uint32_t words[3] = { next(f), next(f), 0 };

	etf_ref(&f->out, TEXT("shop@web1"), 7, words, 3);
}

static void put_term(struct fuzz *f, unsigned depth)
{
	unsigned what = depth ? next(f) : next(f) % 9;
	unsigned n = what >> 4;

	switch (what % 16) {
	case 0: case 1: case 2:
		put_atom(f, next(f));
		break;
	case 3: case 4:
		put_number(f, n % 3);
		break;
	case 5:
		put_number(f, 8);
		break;
	case 6:
		etf_pid(&f->out, TEXT("shop@web1"), next(f), 7);
		break;
	case 7:
		put_ref(f);
		break;
	case 8:
		put_bytes(f, n);
		break;
	case 9: case 10:
		put_list(f, n, depth - 1);
		break;
	case 11: case 12:
		put_pairs(f, n, depth - 1);
		break;
	case 13: case 14:
		etf_tuple(&f->out, n);
		for (unsigned i = 0; i < n; i++)
			put_term(f, depth - 1);
		break;
	default:
		put_map(f, n, depth - 1);
		break;
	}
}

/* Pids, references, atoms, or anything. */
static void put_things(struct fuzz *f, unsigned n, unsigned kind)
{
	etf_list(&f->out, n);
	for (unsigned i = 0; i < n; i++) {
		if (kind % 4 == 0)
			etf_pid(&f->out, TEXT("shop@web1"), next(f) % 16, 7);
		else if (kind % 4 == 1)
			put_ref(f);
		else if (kind % 4 == 2)
			put_atom(f, next(f));
		else
			put_term(f, 1);
	}
	etf_nil(&f->out);
}

/* {Things, Answers, WordSize} as listings send it, and {Things, Answers} as sweeps do;
 * most answers are lists of pairs. */
static void put_chunk(struct fuzz *f)
{
	unsigned kind = next(f);
	unsigned n = next(f) % 8;

	etf_tuple(&f->out, kind & 0x40 ? 3 : 2);
	put_things(f, n, kind);
	if (kind & 0x30) {
		etf_list(&f->out, n);
		for (unsigned i = 0; i < n; i++)
			put_pairs(f, next(f) % 32, DEPTH - 3);
		etf_nil(&f->out);
	} else {
		put_list(f, n, DEPTH - 2);
	}
	if (kind & 0x40)
		etf_int(&f->out, 8);
}

/*
 * The node.
 */

static void learn(struct fuzz *f, struct text t)
{
	for (size_t i = 0; i < t.len && f->nwords < WORDS;) {
		size_t from = i;

		while (i < t.len && ((t.p[i] >= 'a' && t.p[i] <= 'z') || t.p[i] == '_'))
			i++;
		if (i - from > 1)
			f->words[f->nwords++] =
				text_dup(&f->arena, text_sub(t, from, i));
		i += i == from;
	}
}

/* The pid that Z is bound to, among the bindings of a text; NULL: it sends no parts. */
static const struct term *find_z(const struct term *args)
{
	const struct term *bindings = term_at(args, 1);

	for (size_t i = 0; i < bindings->n; i++)
		if (term_is_atom(term_at(term_at(bindings, i), 0), "Z"))
			return term_at(term_at(bindings, i), 1);
	return NULL;
}

static void put_helper(struct fuzz *f)
{
	etf_pid(&f->out, TEXT("shop@web1"), 100 + f->helpers, 7);
}

static void spawned(struct fuzz *f, const struct term *control)
{
	size_t mark = dist_begin(&f->out);

	f->helpers++;
	etf_tuple(&f->out, 5);
	etf_int(&f->out, 31);
	term_encode(&f->out, term_at(control, 1), NULL);
	term_encode(&f->out, term_at(control, 2), NULL);
	etf_int(&f->out, 1);
	put_helper(f);
	dist_end(&f->out, mark);
}

static void put_part(struct fuzz *f, const struct term *z)
{
	size_t mark = dist_begin(&f->out);

	etf_tuple(&f->out, 3);
	etf_int(&f->out, 2);
	etf_atom_s(&f->out, "");
	term_encode(&f->out, z, NULL);
	if (next(f) % 4)
		put_chunk(f);
	else
		put_term(f, DEPTH);
	dist_end(&f->out, mark);
}

static void put_result(struct fuzz *f, struct text module, struct text text)
{
	static const char *const how[] = { "return", "return", "return", "exit", "exit",
		"exit", "throw", "error" };

	etf_tuple(&f->out, 3);
	etf_int(&f->out, 1);
	if (!text_is(module, "erl_scan") && !text_is(module, "erl_parse")) {
		unsigned what = next(f);

		etf_atom_s(&f->out, how[what % 8]);
		if (what & 0x80) { /* a count and the size of a word, in most tables */
			etf_list(&f->out, 2);
			etf_int(&f->out, next(f));
			etf_int(&f->out, 8);
			etf_nil(&f->out);
		} else if (what & 0x40) {
			put_chunk(f);
		} else {
			put_term(f, DEPTH);
		}
		return;
	}
	etf_atom_s(&f->out, "return");
	etf_tuple(&f->out, text_is(module, "erl_scan") ? 3 : 2);
	etf_atom_s(&f->out, "ok");
	etf_nil(&f->out);
	if (text_is(module, "erl_scan"))
		etf_int(&f->out, 1);
	learn(f, text);
}

/* A spawn request: its call is answered at once. */
static void answer(struct fuzz *f, const struct term *control, const struct term *payload)
{
	const struct term *module = term_at(payload, 1);
	const struct term *args = term_at(payload, 3);
	const struct term *z = find_z(args);
	struct text text = { 0 };
	size_t mark;

	term_chars(term_at(args, 0), &f->arena, &text);
	spawned(f, control);
	for (unsigned n = z ? next(f) % 4 : 0; n > 0; n--)
		put_part(f, z);
	mark = dist_begin(&f->out);
	etf_tuple(&f->out, 3);
	etf_int(&f->out, 24);
	put_helper(f);
	term_encode(&f->out, term_at(control, 2), NULL);
	put_result(f, module->text, text);
	dist_end(&f->out, mark);
}

static void hear(struct fuzz *f, const struct frame *frame)
{
	struct arena a = { 0 };
	struct term control, payload = { 0 };
	size_t used;

	if (term_decode(&a, frame->bytes, false, NULL, NULL, &used, &control, NULL) &&
	    used < frame->bytes.len &&
	    term_decode(&a, text_sub(frame->bytes, used, frame->bytes.len), false, NULL,
			NULL, NULL, &payload, NULL) &&
	    term_num(term_at(&control, 0)) == 29)
		answer(f, &control, &payload);
	arena_clear(&a);
}

/* One turn: otoscope does what it has to, and the node answers. */
static void turn(struct fuzz *f)
{
	struct err err = { 0 };
	struct frame frame;
	enum frame_result r;

	loop_step(f->loop, 0);
	while ((r = frame_next(&f->frames, &frame, &err)) != FRAME_MORE) {
		if (r == FRAME_BAD)
			__builtin_trap();
		if (r == FRAME_MESSAGE)
			hear(f, &frame);
	}
	if (buf_len(&f->out)) {
		struct text bytes = text_dup(&f->arena, buf_text(&f->out));

		buf_reset(&f->out);
		peer_take(f->node, bytes);
	}
}

static void on_sample(void *ctx, struct sample *sample, const struct err *err)
{
	struct fuzz *f = ctx;

	if (!sample && !err->kind)
		__builtin_trap();
	f->sample = sample;
	f->done = true;
}

static void ask(struct fuzz *f, const struct schema *s, const struct cell *keys,
		size_t nkeys)
{
	f->done = false;
	source_ask(f->source, &(struct request){
		.schema = s,
		.columns = schema_all(s),
		.keys = keys,
		.nkeys = nkeys,
		.timeout_ns = 1000000,
	}, on_sample, f);
	for (int i = 0; i < STEPS && !f->done; i++)
		turn(f);
}

/* What came must be fit to be shown. */
static void check(const struct table *t)
{
	struct buf out = { 0 };

	for (size_t row = 0; row < t->nrows; row++)
		for (size_t c = 0; c < t->schema->ncolumns; c++)
			cell_print(&out, &t->schema->columns[c], table_cell(t, row, c));
	buf_clear(&out);
}

static void on_objects(void *ctx, struct ets_rows *rows, const struct err *err)
{
	struct fuzz *f = ctx;

	if (!rows && !err->kind)
		__builtin_trap();
	if (rows)
		check(&rows->table);
	ets_rows_free(rows);
	f->done = true;
}

static void ask_objects(struct fuzz *f)
{
	const struct table *t = &f->sample->table;

	f->done = t->nrows == 0;
	if (!f->done)
		ets_rows_ask(live_of(f->source), &(struct ets_rows_request){
			.id = table_text(t, 0, ETS_ID),
			.count = 1 + next(f) % 8,
			.timeout_ns = 1000000,
		}, on_objects, f);
	for (int i = 0; i < STEPS && !f->done; i++)
		turn(f);
}

static void ask_some_again(struct fuzz *f, const struct schema *s)
{
	struct sample *first = f->sample;
	struct cell keys[KEYS];
	size_t n = 0;

	f->sample = NULL;
	for (; n < KEYS && n < first->table.nrows; n++)
		keys[n] = table_cell(&first->table, n, s->key);
	if (n > 0)
		ask(f, s, keys, n);
	sample_free(first);
}

static void start(struct fuzz *f)
{
	static struct stream stream;

	stream = (struct stream){ .ops = &ops, .fd = 1000 };
	fuzz_now = f;
	f->loop = loop_new();
	f->node = node_new(f->loop);
	f->node->our_creation = 9;
	f->node->our_name = TEXT("otoscope-1@otoscope");
	f->node->name = TEXT("shop@web1");
	f->node->creation = 7;
	f->node->stream = &stream;
	frames_init(&f->frames);
	peer_start(f->node, TEXT(""));
	f->source = live_around(f->loop, f->node);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { .at = data, .end = data + size };
	const struct schema *s = tables[next(&f) % ntables];

	if (!s->readers || !s->readers->live)
		return 0;
	start(&f);
	ask(&f, s, NULL, 0);
	if (f.sample) {
		check(&f.sample->table);
		if (s == &ets_schema)
			ask_objects(&f);
		ask_some_again(&f, s);
		if (f.sample)
			check(&f.sample->table);
	}
	sample_free(f.sample);
	f.sample = NULL;
	source_close(f.source); /* answers what is still open */
	sample_free(f.sample);
	loop_free(f.loop);
	frames_clear(&f.frames);
	buf_clear(&f.out);
	arena_clear(&f.arena);
	return 0;
}
