#include "view/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "view/pair.h"

/* The second reading comes soon after the first: rates need two. */
#define SECOND_NS INT64_C(500000000)
/* Readings that are nearer to each other than this are not compared. */
#define SOON_NS INT64_C(250000000)
/* What takes time of the target is reading so many rows; of fewer it is the way there. */
#define LARGE_ROWS ((size_t)10000)
/* Percent of a core of the target. */
#define BUDGET 20
/* So long at a time readings are compared: keys are looked at in between. */
#define PIECE_NS INT64_C(6000000)

struct feed {
	struct link *link;
	struct link_watch watch;
	const struct schema *schema;
	struct arena arena;
	struct derived *derived;
	int64_t interval_ns;
	int64_t timeout_ns;
	enum syntax syntax;
	struct cell *only;
	size_t nonly;
	void (*changed)(void *ctx);
	void *ctx;

	uint64_t all;        /* wanted of all rows */
	uint64_t shown;      /* wanted of those that are shown */
	struct cell *keys;   /* [nkeys] of those */
	size_t nkeys;
	struct arena *keys_arena;
	bool running;
	bool again;          /* ask right after the answer that is awaited */
	struct moment at;    /* of a stored source: that was asked for */
	unsigned generation; /* of the source that the readings are from */
	uint32_t creation;   /* of the node that they are from; 0: none */
	unsigned version;    /* grows with each table that rows becomes */

	struct pair rows;    /* all of them, some columns */
	struct pair parts;   /* some of them, the others */
	struct pair coming;  /* all of them, once more: what rows are to be. Its before is
			      * after of rows, unless the source is stored */
	unsigned coming_generation;
	uint32_t coming_creation;
	struct loop_timer *piece; /* goes on with it; NULL: nothing is being compared */
	size_t readings;
	int64_t asked_ns;    /* when the answer that is awaited was asked for */
	int64_t took_ns;     /* the last answer; also one that did not come */
	struct err err;
	struct loop_timer *timer;
	struct ask *ask;     /* that is awaited; its feed is NULL when nobody waits any
			      * more */
	struct ask *ask_parts;
	uint64_t parts_asked; /* parts_hash() of the last of them: a row that is gone, and
			       * so has no answer, is not asked for again and again */
	struct ask *ask_before;
};

/* Outlives the feed: answers come when they come. */
struct ask {
	struct feed *feed;
	void (*take)(struct feed *f, struct sample *s, const struct err *err);
};

static void ask_rows(struct feed *f);
static void ask_parts(struct feed *f);

static void answered(void *ctx, struct sample *s, const struct err *err)
{
	struct ask *a = ctx;
	struct feed *f = a->feed;

	if (f)
		a->take(f, s, err);
	else
		sample_free(s);
	free(a);
}

static struct ask *send(struct feed *f, uint64_t columns, const struct cell *keys,
			size_t nkeys, int64_t back_ns,
			void (*take)(struct feed *f, struct sample *s,
				     const struct err *err))
{
	struct ask *a = mem_alloc(sizeof(*a));
	struct request rq = {
		.schema = f->schema,
		.columns = columns | column_bit(f->schema->key),
		.keys = keys,
		.nkeys = nkeys,
		.timeout_ns = f->timeout_ns,
		.syntax = f->syntax,
		.back_ns = back_ns,
	};

	*a = (struct ask){ f, take };
	link_ask(f->link, &rq, answered, a);
	return a;
}

/* Nobody waits for it any more. */
static void drop(struct ask **a)
{
	if (*a)
		(*a)->feed = NULL;
	*a = NULL;
}

static void due(void *ctx)
{
	struct feed *f = ctx;

	f->timer = NULL;
	ask_rows(f);
}

/* What did not come may have cost as much as if it had, but not again and again: twice
 * that time is enough. */
static int64_t rest_ns(const struct feed *f)
{
	unsigned budget = f->link->budget ? f->link->budget : BUDGET;

	if (f->err.kind != ERR_NONE)
		return 2 * f->took_ns;
	if (!f->rows.after || f->rows.after->table.nrows < LARGE_ROWS)
		return 0;
	return f->took_ns / budget * 100;
}

static int64_t interval_ns(const struct feed *f)
{
	return f->link->interval_ns ? f->link->interval_ns : f->interval_ns;
}

int64_t feed_every_ns(const struct feed *f)
{
	int64_t interval = interval_ns(f);
	int64_t rest = f->link->stored ? 0 : rest_ns(f);

	return interval > rest ? interval : rest;
}

static void set_timer(struct feed *f)
{
	int64_t wait = feed_every_ns(f);

	if (f->rows.after && !f->rows.before && wait > SECOND_NS)
		wait = rest_ns(f) > SECOND_NS ? rest_ns(f) : SECOND_NS;
	loop_timer_cancel(f->link->loop, f->timer);
	f->timer = NULL;
	if (!f->running || f->ask || f->piece || f->link->paused ||
	    f->link->state != LINK_OPEN)
		return;
	if (f->again)
		ask_rows(f);
	else if (!f->link->stored)
		f->timer = loop_at(f->link->loop, f->asked_ns + wait, due, f);
}

static void told(struct feed *f)
{
	set_timer(f);
	f->changed(f->ctx);
}

/* What comes in is compared no further. */
static void drop_coming(struct feed *f)
{
	if (f->piece)
		f->link->asks--;
	loop_timer_cancel(f->link->loop, f->piece);
	f->piece = NULL;
	if (f->coming.before == f->rows.after || f->coming.before == f->rows.before)
		f->coming.before = NULL;
	pair_clear(&f->coming);
}

static void forget(struct feed *f)
{
	drop_coming(f);
	f->version++;
	pair_clear(&f->rows);
	pair_clear(&f->parts);
}

/*
 * The rows that are shown.
 */

/* Columns that are wanted of them and not read of all. */
static uint64_t parts_columns(const struct feed *f)
{
	uint64_t have = 0;

	for (size_t c = 0; f->rows.after && c < f->schema->ncolumns; c++)
		if (f->rows.after->table.types[c])
			have |= column_bit(c);
	return f->shown & ~have & ~column_bit(f->schema->key);
}

/* They are few. */
static void push_parts(struct feed *f, struct sample *s)
{
	struct sample *before = f->parts.after;

	f->parts.after = NULL;
	pair_clear(&f->parts);
	pair_start(&f->parts, before, s, f->derived);
	pair_step(&f->parts, INT64_MAX / 2);
}

static void take_parts(struct feed *f, struct sample *s, const struct err *err)
{
	f->ask_parts = NULL;
	if (!s) {
		f->err = *err;
		told(f);
		return;
	}
	if (f->rows.after)
		table_touch_as(&f->rows.after->table, &s->table);
	push_parts(f, s);
	f->err = (struct err){ 0 };
	told(f);
}

/* Tells what is asked for from what was asked for before. */
static uint64_t parts_hash(const struct feed *f)
{
	uint64_t hash = parts_columns(f) ^ f->readings;

	for (size_t i = 0; i < f->nkeys; i++)
		hash = (hash ^ cell_hash(f->keys[i])) * UINT64_C(0x100000001b3);
	return hash;
}

static void ask_parts(struct feed *f)
{
	uint64_t columns = parts_columns(f);

	f->parts_asked = parts_hash(f);
	if (!columns || !f->nkeys || f->ask_parts || f->link->state != LINK_OPEN ||
	    f->generation != f->link->generation)
		return;
	f->ask_parts = send(f, columns, f->keys, f->nkeys, 0, take_parts);
}

/* Is something of the rows that are shown not known? */
static bool parts_missing(struct feed *f)
{
	uint64_t columns = parts_columns(f);

	for (size_t i = 0; columns && i < f->nkeys; i++)
		if (pair_find(&f->parts, f->keys[i]) == TABLE_NONE)
			return true;
	for (size_t c = 0; f->nkeys && f->parts.after && c < f->schema->ncolumns; c++)
		if (columns & column_bit(c) && !f->parts.after->table.types[c])
			return true;
	return f->nkeys && columns && !f->parts.after;
}

/*
 * All rows.
 */

static void finish_rows(struct feed *f)
{
	if (f->coming.before == f->rows.after)
		f->rows.after = NULL; /* it goes on as before */
	if (f->coming.before == f->rows.before)
		f->rows.before = NULL;
	pair_clear(&f->rows);
	pair_move(&f->rows, &f->coming);
	if (f->generation != f->coming_generation || f->link->stored)
		pair_clear(&f->parts);
	f->generation = f->coming_generation;
	f->creation = f->coming_creation;
	f->version++;
	f->readings++;
	ask_parts(f);
	told(f);
}

/* Compares for a while, and goes on when the loop has looked at everything else: the
 * answer counts as not there yet. */
static void piece(void *ctx)
{
	struct feed *f = ctx;

	if (f->piece)
		f->link->asks--;
	f->piece = NULL;
	if (pair_step(&f->coming, PIECE_NS)) {
		finish_rows(f);
		return;
	}
	f->link->asks++;
	f->piece = loop_at(f->link->loop, loop_now(), piece, f);
}

static void take_before(struct feed *f, struct sample *s, const struct err *err)
{
	struct sample *after = f->coming.after;

	f->ask_before = NULL;
	if (s && s->wall_ns >= after->wall_ns) {
		sample_free(s);
		s = NULL;
	}
	pair_start(&f->coming, s, after, f->derived);
	piece(f);
}

/* What was read of rows since is no work of theirs. Rows mostly stay where they are;
 * where they do not, one reduction too many is told. */
static void touch_too(struct table *t, const struct table *later)
{
	size_t key = t->schema->key;
	size_t both = later->nrows < t->nrows ? later->nrows : t->nrows;

	for (size_t row = 0; later->touched && row < both; row++)
		if (later->touched[row] &&
		    cell_eq(table_cell(t, row, key), table_cell(later, row, key)))
			for (uint8_t n = 0; n < later->touched[row]; n++)
				table_touch(t, row, false);
}

/* The reading that rates are against: the last one, but when that was only just now,
 * since a key wanted more, the one before, or none. Within a moment a process does
 * something or nothing by chance, and all would change places. */
static struct sample *compared_with(struct feed *f, const struct sample *s)
{
	int64_t soon = interval_ns(f) / 2 < SOON_NS ? interval_ns(f) / 2 : SOON_NS;

	if (!f->rows.after || s->at_ns - f->rows.after->at_ns >= soon)
		return f->rows.after;
	if (f->rows.before)
		touch_too(&f->rows.before->table, &f->rows.after->table);
	return f->rows.before;
}

static void take_rows(struct feed *f, struct sample *s, const struct err *err)
{
	bool same = f->generation == f->link->generation;
	struct live *live = link_live(f->link);

	f->ask = NULL;
	f->took_ns = loop_now() - f->asked_ns;
	if (!s) {
		f->err = *err;
		told(f);
		return;
	}
	f->err = (struct err){ 0 };
	drop(&f->ask_before);
	drop_coming(f);
	f->coming_generation = f->link->generation;
	f->coming_creation = live ? node_creation(live_node(live)) : 0;
	if (f->link->stored) {
		f->coming.after = s;
		f->ask_before = send(f, f->all, f->only, f->nonly, f->link->back_ns,
				     take_before);
		return;
	}
	pair_start(&f->coming, same ? compared_with(f, s) : NULL, s, f->derived);
	piece(f);
}

static void ask_rows(struct feed *f)
{
	if (f->ask || f->piece || f->link->state != LINK_OPEN)
		return;
	loop_timer_cancel(f->link->loop, f->timer);
	f->timer = NULL;
	f->again = false;
	f->asked_ns = loop_now();
	f->at = f->link->at;
	f->ask = send(f, f->all, f->only, f->nonly, 0, take_rows);
}

static void link_changed(void *ctx)
{
	struct feed *f = ctx;
	bool moved = f->link->stored && (f->at.kind != f->link->at.kind ||
					 f->at.ns != f->link->at.ns);

	if (f->running && f->link->state == LINK_OPEN && !f->link->paused &&
	    (moved || f->generation != f->link->generation))
		feed_again(f);
	else
		set_timer(f);
}

struct feed *feed_new(const struct feed_options *o)
{
	struct feed *f = mem_zalloc(sizeof(*f));

	*f = (struct feed){
		.link = o->link,
		.schema = o->schema,
		.interval_ns = o->interval_ns,
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.changed = o->changed,
		.ctx = o->ctx,
		.nonly = o->nonly,
	};
	f->keys_arena = mem_zalloc(sizeof(*f->keys_arena));
	f->derived = schema_derive(o->schema, false, true, &f->arena);
	if (o->only)
		f->only = arena_many(&f->arena, o->nonly, struct cell);
	for (size_t i = 0; o->only && i < o->nonly; i++)
		f->only[i] = cell_dup(&f->arena, o->only[i]);
	f->watch = (struct link_watch){ .changed = link_changed, .ctx = f };
	link_watch(o->link, &f->watch);
	return f;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	link_unwatch(f->link, &f->watch);
	loop_timer_cancel(f->link->loop, f->timer);
	drop(&f->ask);
	drop(&f->ask_parts);
	drop(&f->ask_before);
	forget(f);
	arena_clear(f->keys_arena);
	free(f->keys_arena);
	arena_clear(&f->arena);
	free(f);
}

void feed_run(struct feed *f, bool on)
{
	bool begins = on && !f->running;

	f->running = on;
	if (begins)
		feed_again(f);
	else
		set_timer(f);
}

void feed_interval(struct feed *f, int64_t interval_ns)
{
	f->interval_ns = interval_ns;
	set_timer(f);
}

void feed_again(struct feed *f)
{
	f->again = true;
	set_timer(f);
}

void feed_want(struct feed *f, uint64_t all, uint64_t shown)
{
	bool more = (all & ~f->all) != 0;

	f->all = all;
	f->shown = shown & ~all;
	if (more && f->running)
		feed_again(f);
}

void feed_show(struct feed *f, const struct cell *keys, size_t n)
{
	arena_clear(f->keys_arena);
	f->keys = arena_many(f->keys_arena, n, struct cell);
	f->nkeys = n;
	for (size_t i = 0; i < n; i++)
		f->keys[i] = cell_dup(f->keys_arena, keys[i]);
	if (f->running && !f->ask_parts && parts_missing(f) &&
	    parts_hash(f) != f->parts_asked)
		ask_parts(f);
}

const struct derived *feed_derived(const struct feed *f)
{
	return f->derived;
}

const struct table *feed_table(const struct feed *f)
{
	return f->rows.table.schema ? &f->rows.table : NULL;
}

struct cell feed_cell(const struct feed *f, size_t row, size_t column, bool *known)
{
	const struct table *all = &f->rows.table;
	size_t base = f->derived->from[column];
	struct feed *writable = (struct feed *)f; /* of the index, made when needed */
	size_t part;

	*known = true;
	if (base == TABLE_NONE || f->rows.after->table.types[base])
		return table_cell(all, row, column);
	part = pair_find(&writable->parts,
			 table_cell(all, row, f->derived->schema.key));
	if (part != TABLE_NONE && f->parts.after->table.types[base])
		return table_cell(&f->parts.table, part, column);
	*known = false;
	return (struct cell){ .type = CELL_NULL };
}

bool feed_has_rates(const struct feed *f)
{
	return f->rows.before != NULL;
}

unsigned feed_version(const struct feed *f)
{
	return f->version;
}

size_t feed_readings(const struct feed *f)
{
	return f->readings;
}

uint32_t feed_creation(const struct feed *f)
{
	return f->creation;
}

int64_t feed_at_ns(const struct feed *f)
{
	return f->rows.after ? f->rows.after->at_ns : 0;
}

int64_t feed_wall_ns(const struct feed *f)
{
	return f->rows.after ? f->rows.after->wall_ns : 0;
}

bool feed_busy(const struct feed *f)
{
	return f->ask || f->ask_parts || f->ask_before || f->piece;
}

int64_t feed_took_ns(const struct feed *f)
{
	return f->took_ns;
}

const struct err *feed_err(const struct feed *f)
{
	return &f->err;
}

size_t feed_missed(const struct feed *f)
{
	return f->rows.after ? f->rows.after->missed : 0;
}

struct text feed_note(const struct feed *f)
{
	return f->rows.after ? f->rows.after->note : (struct text){ 0 };
}
