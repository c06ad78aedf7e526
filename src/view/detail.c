/* The page of a row: reading it, its sections, what is asked for them. */
#include "view/detail.h"

#include <stdlib.h>

#include "base/mem.h"
#include "view/chart.h"
#include "view/detail_inside.h"

struct detail_ask {
	struct detail *detail;   /* NULL: nobody waits any more */
	struct section *section;
	struct link *link;
};

struct detail_ask *detail_ask_new(struct detail *d, struct section *s)
{
	struct detail_ask *a = mem_alloc(sizeof(*a));

	*a = (struct detail_ask){ d, s, d->view.link };
	s->ask = a;
	s->asked = true;
	a->link->asks++;
	return a;
}

bool detail_ask_end(struct detail_ask *a, const struct err *err, struct detail **d,
		    struct section **s)
{
	*d = a->detail;
	*s = a->section;
	a->link->asks--;
	free(a);
	if (!*d)
		return false;
	(*s)->ask = NULL;
	(*s)->err = err ? *err : (struct err){ 0 };
	if (!err)
		(*s)->at_ns = loop_now();
	(*s)->stale = true;
	top_dirty((*d)->view.top);
	return true;
}

struct live *detail_live(const struct detail *d)
{
	struct live *l = link_live(d->view.link);

	return l && !d->restarted && node_creation(live_node(l)) == d->creation ? l
										: NULL;
}

struct text detail_home(struct detail *d)
{
	struct live *l = detail_live(d);

	if (!d->home.len && l)
		d->home = text_dup(&d->arena, node_name(live_node(l)));
	return d->home;
}

struct cell detail_cell(const struct detail *d, const char *column)
{
	size_t at = d->row.nrows ? schema_find(d->row.schema, text_of(column))
				 : TABLE_NONE;

	return at == TABLE_NONE ? (struct cell){ .type = CELL_NULL }
				: table_cell(&d->row, 0, at);
}

void detail_stale(struct detail *d)
{
	for (size_t i = 0; i < d->kind->nsections; i++)
		d->sections[i].stale = true;
	top_dirty(d->view.top);
}

/*
 * The row.
 */

/* A copy: the feed's goes with its next reading. */
static void keep_row(struct detail *d, const struct table *t, size_t row)
{
	arena_clear(&d->row_arena);
	table_init(&d->row, t->schema, &d->row_arena, 1);
	table_add(&d->row);
	for (size_t c = 0; c < t->schema->ncolumns; c++) {
		bool known;
		struct cell cell = feed_cell(d->feed, row, c, &known);

		if (known)
			table_set(&d->row, 0, c, cell);
	}
	d->row_at_ns = feed_at_ns(d->feed);
}

/* Columns that are read once, and by a key. */
static uint64_t columns_asked(const struct detail *d)
{
	uint64_t mask = 0;

	for (size_t c = 0; !d->kind->whole && c < d->schema->ncolumns; c++)
		if (d->schema->columns[c].flags & COLUMN_ASKED)
			mask |= column_bit(c);
	return mask;
}

static void row_asked(void *ctx, struct sample *sample, const struct err *err)
{
	struct detail *d;
	struct section *s;

	if (!detail_ask_end(ctx, err, &d, &s)) {
		sample_free(sample);
		return;
	}
	if (sample) {
		sample_free(d->asked);
		d->asked = sample;
	}
}

void detail_ask_row(struct detail *d, struct section *s)
{
	const struct top_options *o = top_options(d->view.top);
	uint64_t columns = columns_asked(d);

	if (!columns)
		return;
	link_ask(d->view.link, &(struct request){
		.schema = d->schema,
		.columns = columns,
		.keys = &d->key,
		.nkeys = 1,
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
	}, row_asked, detail_ask_new(d, s));
}

/* After a restart the same key is somebody else's. */
static void look_at_node(struct detail *d)
{
	struct live *l = link_live(d->view.link);

	if (!l)
		return;
	if (!d->creation)
		d->creation = node_creation(live_node(l));
	else if (d->creation != node_creation(live_node(l)))
		d->restarted = d->gone = true;
	if (d->restarted)
		feed_run(d->feed, false);
}

static void ask_current(struct detail *d)
{
	struct section *s = &d->sections[d->current];
	unsigned flags = s->about->flags;

	if (!s->about->ask || s->ask || d->gone ||
	    (flags & SECTION_DEMAND && s->asked) ||
	    (flags & SECTION_LIVE && !detail_live(d)))
		return;
	s->about->ask(d, s);
}

/* Each number can be seen over time later. */
static void take_reading(struct detail *d, const struct table *t)
{
	size_t row = table_find(t, d->key);
	uint32_t at = (uint32_t)row;

	d->readings = feed_readings(d->feed);
	d->gone = row == TABLE_NONE;
	if (d->gone)
		return;
	keep_row(d, t, row);
	chart_remember(top_history(d->view.top), d->view.link, d->feed, &at, 1);
}

static void changed(void *ctx)
{
	struct detail *d = ctx;
	const struct table *t = feed_table(d->feed);

	look_at_node(d);
	if (!d->restarted && t && feed_readings(d->feed) != d->readings) {
		take_reading(d, t);
		ask_current(d);
	}
	detail_stale(d);
}

void detail_make_row(struct detail *d, struct section *s)
{
	const struct derived *derived = feed_derived(d->feed);
	const struct table *t = &d->row;

	for (size_t c = 0; t->nrows && c < t->schema->ncolumns; c++) {
		const struct column *about = &t->schema->columns[c];
		struct cell cell = table_cell(t, 0, c);
		size_t base = derived->from[c];

		/* Whether it is new has nothing to say of one row. */
		if (c == derived->born)
			continue;
		if (!t->types[c] && d->asked && d->asked->table.nrows &&
		    base != TABLE_NONE && !derived_is_change(derived, c))
			cell = table_cell(&d->asked->table, 0, base);
		lines_cell(&s->lines, about, table_unit(t, 0, c), cell, true);
	}
}

/*
 * The view.
 */

void detail_go(struct detail *d, size_t section)
{
	d->current = section;
	d->sections[section].stale = true;
	ask_current(d);
	top_dirty(d->view.top);
}

void detail_refresh(struct detail *d)
{
	struct section *s = &d->sections[d->current];

	if (d->gone)
		top_say(d->view.top, STYLE_WARN, "%.*s is gone",
			TEXT_ARG(d->view.trail));
	s->asked = false;
	if (s->about->ask)
		ask_current(d);
	if (!d->restarted)
		feed_again(d->feed);
}

void detail_shown(struct view *v, bool on)
{
	struct detail *d = detail_of(v);

	feed_run(d->feed, on && !d->restarted);
	if (on)
		ask_current(d);
}

bool detail_typing(const struct view *v)
{
	const struct detail *d = (const struct detail *)v;

	return d->sections[d->current].fold.typing;
}

bool detail_key(struct view *v, struct key k)
{
	struct detail *d = detail_of(v);

	if (!detail_typing(v))
		return detail_mouse(d, k);
	fold_pane_key(&d->sections[d->current].fold, k);
	top_dirty(v->top);
	return true;
}

void detail_free(struct view *v)
{
	struct detail *d = detail_of(v);

	for (size_t i = 0; i < d->kind->nsections; i++) {
		struct section *s = &d->sections[i];

		if (s->ask)
			s->ask->detail = NULL;
		lines_clear(&s->lines);
		fold_pane_clear(&s->fold);
	}
	if (d->kind->clear)
		d->kind->clear(d->own);
	feed_free(d->feed);
	sample_free(d->asked);
	arena_clear(&d->row_arena);
	arena_clear(&d->arena);
	free(d);
}

/* Pages of the same row, one above the other, would lead nowhere. */
static bool is_open(const struct view *from, const struct schema *schema, struct cell key)
{
	const struct detail *d = (const struct detail *)from;

	return from->ops == &detail_ops && d->schema == schema && cell_eq(d->key, key);
}

static struct text name_of(struct detail *d)
{
	struct buf b = { 0 };
	struct text t;

	cell_print(&b, &d->schema->columns[d->schema->key], d->key);
	t = text_dup(&d->arena, buf_text(&b));
	buf_clear(&b);
	return t;
}

static void begin(struct detail *d)
{
	const struct top_options *o = top_options(d->view.top);

	d->view.trail = name_of(d);
	d->sections = arena_many(&d->arena, d->kind->nsections, struct section);
	for (size_t i = 0; i < d->kind->nsections; i++)
		d->sections[i].about = &d->kind->sections[i];
	d->own = arena_alloc(&d->arena, d->kind->size);
	d->feed = feed_new(&(struct feed_options){
		.link = d->view.link,
		.schema = d->schema,
		.interval_ns = top_interval_ns(d->view.top),
		.timeout_ns = o->timeout_ns,
		.syntax = o->syntax,
		.only = &d->key,
		.nonly = 1,
		.changed = changed,
		.ctx = d,
	});
	feed_want(d->feed, schema_all(d->schema) & ~columns_asked(d), 0);
	look_at_node(d);
}

bool detail_open(struct view *from, const struct schema *schema, struct cell key,
		 struct err *err)
{
	struct detail *d;

	if (key.type == CELL_NULL)
		return fail(err, ERR_USAGE, "this row has no key to be asked for");
	if (is_open(from, schema, key))
		return fail(err, ERR_USAGE, "this is its page");
	d = mem_zalloc(sizeof(*d));
	d->view = (struct view){ .ops = &detail_ops, .top = from->top,
				 .link = from->link };
	d->kind = detail_kind_of(schema);
	d->schema = schema;
	d->key = cell_dup(&d->arena, key);
	begin(d);
	top_push(from->top, &d->view);
	return true;
}
