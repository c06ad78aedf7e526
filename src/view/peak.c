#include "view/peak.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* A step of the search: short enough that a key in between is answered at once. */
#define SLICE_NS INT64_C(8000000)
/* So often it is told how far it got. */
#define TELL_NS INT64_C(100000000)

struct peak {
	struct peak_options o;
	struct arena arena;
	struct arena key_arena;
	struct recording_walk walk;
	struct loop_timer *timer;
	struct peak_point *points; /* [n] */
	size_t n;
	size_t cap;
	size_t best;               /* of points; meaningless when n is 0 */
	struct cell best_key;
	size_t base;               /* the column of the table */
	bool rate;                 /* of a counter, a second */
	bool growth;               /* of a level */
	enum unit unit;
	int64_t told_ns;
	struct err err;
};

bool peak_can(const struct derived *d, size_t column, struct err *err)
{
	const struct column *c = &d->schema.columns[column];

	if (d->from[column] == TABLE_NONE || column == d->to_limit || c->print ||
	    d->base->columns[d->from[column]].kind == COLUMN_LABEL)
		return fail(err, ERR_USAGE,
			    "'%s' has no peak: it is no level and no rate", c->name);
	return true;
}

static bool number(struct cell c, double *out)
{
	*out = c.type == CELL_REAL ? c.v.real : (double)c.v.num;
	return c.type == CELL_INT || c.type == CELL_REAL;
}

/* As table_derive() has it. */
static bool value_of(const struct peak *p, size_t row, double *out)
{
	double was;

	if (!number(recording_walk_cell(&p->walk, row, p->base), out))
		return false;
	if (!p->rate && !p->growth)
		return true;
	if (!number(recording_walk_before(&p->walk, row), &was))
		return false;
	*out -= was;
	if (p->rate && *out < 0)
		return false;
	if (p->rate)
		*out /= (double)recording_walk_span(&p->walk) / 1e9;
	return true;
}

static bool wanted(const struct peak *p, size_t row)
{
	return !p->o.key || cell_eq(recording_walk_cell(&p->walk, row,
							p->walk.schema->key),
				    *p->o.key);
}

static void keep_best(struct peak *p, size_t row)
{
	const struct recording_walk *w = &p->walk;
	const struct schema *s = w->schema;
	struct cell unit = recording_walk_cell(w, row, s->unit);

	p->best = p->n - 1;
	arena_clear(&p->key_arena);
	p->best_key = cell_dup(&p->key_arena, recording_walk_cell(w, row, s->key));
	if (s->columns[p->base].unit == UNIT_ROW && unit.type == CELL_TEXT)
		p->unit = units_named(*unit.v.text);
}

static void take_reading(struct peak *p)
{
	size_t highest = TABLE_NONE;
	double most = -INFINITY;

	for (size_t row = 0; row < recording_walk_rows(&p->walk); row++) {
		double value;

		if (!wanted(p, row) || !value_of(p, row, &value) || !(value > most))
			continue;
		most = value;
		highest = row;
	}
	if (highest == TABLE_NONE)
		return;
	p->points = mem_grow(p->points, &p->cap, p->n + 1, sizeof(*p->points));
	p->points[p->n++] = (struct peak_point){ p->walk.now.at, most };
	if (p->n == 1 || most > p->points[p->best].value)
		keep_best(p, highest);
}

static void step(void *ctx)
{
	struct peak *p = ctx;
	int64_t end = loop_now() + SLICE_NS;
	bool more = true;

	p->timer = NULL;
	do {
		more = recording_walk_next(&p->walk, &p->err);
		if (more)
			take_reading(p);
	} while (more && loop_now() < end);
	if (more)
		p->timer = loop_at(p->o.loop, loop_now(), step, p);
	if (more && loop_now() - p->told_ns < TELL_NS)
		return;
	p->told_ns = loop_now();
	p->o.changed(p->o.ctx);
}

static void begin(void *ctx)
{
	struct peak *p = ctx;
	const struct schema *s = p->o.derived->base;
	uint64_t columns = column_bit(p->base) | (s->unit ? column_bit(s->unit) : 0);

	if (recording_walk_init(&p->walk, p->o.file, s, columns,
				p->rate || p->growth ? p->base : TABLE_NONE, p->o.from,
				p->o.to, &p->err)) {
		step(p);
		return;
	}
	p->timer = NULL;
	p->o.changed(p->o.ctx);
}

struct peak *peak_new(const struct peak_options *o)
{
	struct peak *p = mem_zalloc(sizeof(*p));
	const struct derived *d;
	bool change;

	p->o = *o;
	p->o.derived = d = schema_derive(o->derived->base, false, true, &p->arena);
	change = derived_is_change(d, o->column);
	p->base = d->from[o->column];
	p->rate = change && d->base->columns[p->base].kind == COLUMN_COUNTER;
	p->growth = change && !p->rate;
	p->unit = d->schema.columns[o->column].unit;
	if (o->key) {
		p->o.key = arena_new(&p->arena, struct cell);
		*(struct cell *)p->o.key = cell_dup(&p->arena, *o->key);
	}
	p->timer = loop_at(o->loop, loop_now(), begin, p);
	return p;
}

void peak_stop(struct peak *p)
{
	if (!p)
		return;
	loop_timer_cancel(p->o.loop, p->timer);
	p->timer = NULL;
}

void peak_free(struct peak *p)
{
	if (!p)
		return;
	peak_stop(p);
	recording_walk_clear(&p->walk);
	free(p->points);
	arena_clear(&p->key_arena);
	arena_clear(&p->arena);
	free(p);
}

bool peak_busy(const struct peak *p)
{
	return p && p->timer;
}

double peak_progress(const struct peak *p)
{
	double all = (double)(p->o.to - p->o.from);
	double done = p->walk.now.id ? (double)(p->walk.now.at - p->o.from) : 0;

	return all > 0 && done > 0 ? fmin(done / all, 1) : 0;
}

const struct err *peak_err(const struct peak *p)
{
	return &p->err;
}

const struct peak_point *peak_points(const struct peak *p, size_t *n)
{
	*n = p->n;
	return p->points;
}

const struct peak_point *peak_best(const struct peak *p, struct cell *key)
{
	if (p->n == 0)
		return NULL;
	if (key)
		*key = p->best_key;
	return &p->points[p->best];
}

const struct derived *peak_derived(const struct peak *p)
{
	return p->o.derived;
}

size_t peak_column(const struct peak *p)
{
	return p->o.column;
}

enum unit peak_unit(const struct peak *p)
{
	return p->unit;
}
