/* Two samples compared, so many rows at a time: rates, growths, times to a limit. */
#include "base/derivation.h"

#include <stdlib.h>

#include "base/mem.h"

/* Rows that are found in the earlier sample before their columns are gone through. */
#define BLOCK ((size_t)1024)
/* So many rows that are gone are stepped over before an index is made. */
#define GONE_MAX ((size_t)16)

/* Growth over less than this says nothing about hours. */
#define TO_LIMIT_SPAN_NS INT64_C(1000000000)

/* Finds rows in the earlier sample. They mostly come in the same order, so that the ones
 * behind the last one found are tried first; the index is made when that fails for the
 * first time. */
struct earlier {
	const struct table *table;
	size_t next;
	struct table_index index; /* table NULL: not made yet */
	struct arena arena;
};

struct derivation {
	struct table *out;
	const struct derived *d;
	size_t first;       /* row of out that the first of after became */
	const struct table *after;
	int64_t span_ns;
	struct earlier before;
	size_t row;         /* of after: the next one */
	size_t was[BLOCK];  /* rows of before; TABLE_NONE: it has none */
};

static bool is_number(struct cell c)
{
	return c.type == CELL_INT || c.type == CELL_REAL;
}

static void set_growth(struct table *out, size_t row, size_t column, struct cell was,
		       struct cell is)
{
	int64_t growth;

	if (was.type == CELL_INT && is.type == CELL_INT &&
	    !__builtin_sub_overflow(is.v.num, was.v.num, &growth))
		table_set_int(out, row, column, growth);
	else
		table_set_real(out, row, column, cell_number(is) - cell_number(was));
}

/* A counter that went back is another counter under the same key: it has no rate. */
static void set_rate(struct table *out, size_t row, size_t column, struct cell was,
		     struct cell is, int64_t span_ns)
{
	double grown = cell_number(is) - cell_number(was);

	if (grown >= 0)
		table_set_real(out, row, column, grown * 1e9 / (double)span_ns);
}

/* Null when it does not grow, and when that takes longer than 292 years. */
static void set_to_limit(struct table *out, const struct derived *d, size_t row,
			 struct cell was, struct cell is, struct cell limit,
			 int64_t span_ns)
{
	double grown = cell_number(is) - cell_number(was);
	double left = cell_number(limit) - cell_number(is);
	double ns;

	if (!is_number(limit) || grown <= 0 || span_ns < TO_LIMIT_SPAN_NS)
		return;
	ns = left > 0 ? left / grown * (double)span_ns : 0;
	if (ns < 0x1p63)
		table_set_int(out, row, d->to_limit, (int64_t)ns);
}

/* A counter before the window, with what the reading itself did to it; which may be in it
 * already, where several requests ran at once. */
static struct cell without(struct cell was, struct cell is, uint8_t touched)
{
	for (; touched && was.type == CELL_INT && is.type == CELL_INT &&
	       was.v.num < is.v.num; touched--)
		was.v.num++;
	return was;
}

/* The cell of a column that has cells. */
static inline struct cell cell_of(const struct table *t, size_t row, size_t column)
{
	return (struct cell){ (enum cell_type)t->types[column][row],
			      t->values[column][row] };
}

static void set_change(struct derivation *x, size_t c, size_t base, size_t was_row,
		       size_t row)
{
	const struct table *before = x->before.table;
	struct cell was = cell_of(before, was_row, base);
	struct cell is = cell_of(x->after, row, base);

	if (!is_number(was) || !is_number(is))
		return;
	if (before->touched && base == x->d->base->touched)
		was = without(was, is, before->touched[was_row]);
	if (c == x->d->to_limit)
		set_to_limit(x->out, x->d, x->first + row, was, is,
			     table_cell(x->after, row, x->d->base->limit), x->span_ns);
	else if (x->d->base->columns[base].kind == COLUMN_COUNTER)
		set_rate(x->out, x->first + row, c, was, is, x->span_ns);
	else
		set_growth(x->out, x->first + row, c, was, is);
}

static bool has_key(const struct table *t, size_t row, struct cell key)
{
	struct cell is;

	if (row >= t->nrows)
		return false;
	is = cell_of(t, row, t->schema->key);
	if (is.type == CELL_ID && key.type == CELL_ID)
		return is.v.num == key.v.num;
	return cell_eq(is, key);
}

static size_t earlier_find(struct earlier *e, struct cell key)
{
	size_t row = e->next;

	while (row < e->next + GONE_MAX && !has_key(e->table, row, key))
		row++;
	if (row == e->next + GONE_MAX) {
		if (!e->index.table)
			table_index_init(&e->index, e->table, &e->arena);
		row = table_index_find(&e->index, key);
	}
	if (row != TABLE_NONE)
		e->next = row + 1;
	return row;
}

static void compare(struct derivation *x, size_t n)
{
	const struct derived *d = x->d;
	const struct table *before = x->before.table;
	size_t key = d->base->key;

	for (size_t i = 0; i < n; i++) {
		x->was[i] = before->types[key] && x->after->types[key]
				    ? earlier_find(&x->before,
						   cell_of(x->after, x->row + i, key))
				    : TABLE_NONE;
		table_set_bool(x->out, x->first + x->row + i, d->born,
			       x->was[i] == TABLE_NONE);
	}
	for (size_t c = d->changes; c < d->born; c++) {
		size_t base = c == d->to_limit ? d->base->limited : d->from[c];

		if (!before->types[base] || !x->after->types[base])
			continue;
		for (size_t i = 0; i < n; i++)
			if (x->was[i] != TABLE_NONE)
				set_change(x, c, base, x->was[i], x->row + i);
	}
}

struct derivation *derivation_of(struct table *out, const struct derived *d, size_t first,
				 const struct table *before, const struct table *after,
				 int64_t span_ns)
{
	struct derivation *x = mem_zalloc(sizeof(*x));

	*x = (struct derivation){
		.out = out,
		.d = d,
		.first = first,
		.after = after,
		.span_ns = span_ns,
		.before.table = before,
		.row = d->born != TABLE_NONE && before ? 0 : after->nrows,
	};
	return x;
}

bool derivation_step(struct derivation *x, size_t rows)
{
	while (rows > 0 && x->row < x->after->nrows) {
		size_t left = x->after->nrows - x->row;
		size_t n = left < BLOCK ? left : BLOCK;

		if (n > rows)
			n = rows;
		compare(x, n);
		x->row += n;
		rows -= n;
	}
	return x->row >= x->after->nrows;
}

void derivation_free(struct derivation *x)
{
	if (!x)
		return;
	arena_clear(&x->before.arena);
	free(x);
}
