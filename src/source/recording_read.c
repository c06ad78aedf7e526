/* Readings as bytes: read. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/recording_rows.h"

/* The bytes that are left, until something is wrong with them. */
struct bytes {
	const uint8_t *p;
	const uint8_t *end;
	const char *wrong; /* NULL: nothing so far */
};

/* Rows of one kind that lie together. */
struct run {
	size_t to;   /* first row in the new table */
	size_t from; /* first row in the old one; TABLE_NONE: new rows */
	size_t n;
};

struct decoding {
	struct stored_rows *s;
	struct bytes in;
	struct run *runs; /* [nruns] */
	size_t nruns;
	size_t nrows; /* of the new table */
	size_t nnew;
	uint32_t *rows;            /* [nrows] those that the cells are for */
	uint8_t *kinds;            /* [nrows] the types of these cells */
	const struct text **texts; /* [ntexts] of this column */
	size_t ntexts;
	size_t texts_cap;
	uint8_t *types; /* [nrows] the column as it becomes */
	union value *values;
};

static bool wrong(struct bytes *b, const char *what)
{
	if (!b->wrong)
		b->wrong = what;
	return false;
}

static bool take_number(struct bytes *b, uint64_t *n)
{
	*n = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (b->p == b->end)
			return wrong(b, "it ends within a number");
		*n |= (uint64_t)(*b->p & 0x7f) << shift;
		if (!(*b->p++ & 0x80))
			return true;
	}
	return wrong(b, "a number is too long");
}

static bool take_size(struct bytes *b, size_t most, size_t *n)
{
	uint64_t number;

	if (!take_number(b, &number))
		return false;
	*n = (size_t)number;
	return number <= most || wrong(b, "a number is too large");
}

static bool take_signed(struct bytes *b, int64_t *n)
{
	uint64_t folded;

	if (!take_number(b, &folded))
		return false;
	*n = (int64_t)(folded >> 1 ^ (folded & 1 ? UINT64_MAX : 0));
	return true;
}

/*
 * Rows.
 */

static bool take_run(struct decoding *d, struct run *run, size_t *next)
{
	size_t head;
	int64_t jump;

	if (!take_size(&d->in, ROWS_CELLS * 2 + 1, &head))
		return false;
	*run = (struct run){ .to = d->nrows, .from = TABLE_NONE, .n = head / 2 };
	if (run->n > ROWS_CELLS - d->nrows)
		return wrong(&d->in, "it has too many rows");
	d->nrows += run->n;
	if (head & 1) {
		d->nnew += run->n;
		return true;
	}
	if (!take_signed(&d->in, &jump))
		return false;
	if (jump < -(int64_t)*next || jump > (int64_t)(d->s->nrows - *next))
		return wrong(&d->in, "it takes rows that there are not");
	run->from = (size_t)((int64_t)*next + jump);
	if (run->n > d->s->nrows - run->from)
		return wrong(&d->in, "it takes rows that there are not");
	*next = run->from + run->n;
	return true;
}

static bool take_runs(struct decoding *d)
{
	size_t before;
	size_t next = 0;

	if (!take_size(&d->in, ROWS_CELLS, &before))
		return false;
	if (before != d->s->nrows)
		return wrong(&d->in, "it follows another reading");
	/* each run takes a byte at least */
	if (!take_size(&d->in, (size_t)(d->in.end - d->in.p), &d->nruns))
		return false;
	d->runs = mem_alloc((d->nruns + 1) * sizeof(*d->runs));
	for (size_t i = 0; i < d->nruns; i++)
		if (!take_run(d, &d->runs[i], &next))
			return false;
	if (d->nrows * (size_t)(__builtin_popcountll(d->s->columns) + 1) > ROWS_CELLS)
		return wrong(&d->in, "it has too many rows");
	return true;
}

/* A column of the old table with the rows of the new one. */
static void move_column(struct decoding *d, size_t id)
{
	struct stored_rows *s = d->s;

	d->types = mem_zalloc(d->nrows + 1);
	d->values = mem_alloc((d->nrows + 1) * sizeof(*d->values));
	for (size_t i = 0; i < d->nruns && s->types[id]; i++) {
		const struct run *run = &d->runs[i];

		if (run->from == TABLE_NONE)
			continue;
		memcpy(d->types + run->to, s->types[id] + run->from, run->n);
		memcpy(d->values + run->to, s->values[id] + run->from,
		       run->n * sizeof(*d->values));
	}
	free(s->types[id]);
	free(s->values[id]);
	s->types[id] = d->types;
	s->values[id] = d->values;
}

/* All rows stay where they are: nothing need be moved. */
static bool same_rows(const struct decoding *d)
{
	return d->nrows == d->s->nrows &&
	       (d->nrows == 0 || (d->nruns == 1 && d->runs[0].from == 0));
}

static void move_rows(struct decoding *d)
{
	for (size_t id = 0; id < ROWS_COLUMNS && !same_rows(d); id++)
		if (d->s->types[id])
			move_column(d, id);
	d->s->nrows = d->nrows;
}

/*
 * Cells.
 */

static bool take_types(struct decoding *d, size_t n)
{
	for (size_t at = 0; at < n;) {
		size_t head;

		if (!take_size(&d->in, (n - at) * 8 + 7, &head))
			return false;
		if (head / 8 == 0 || head / 8 > n - at || head % 8 > CELL_ID)
			return wrong(&d->in, "its types are not those of cells");
		memset(d->kinds + at, (int)(head % 8), head / 8);
		at += head / 8;
	}
	return true;
}

static bool take_bytes(struct bytes *b, size_t n, const uint8_t **out)
{
	if ((size_t)(b->end - b->p) < n)
		return wrong(b, "it ends within a value");
	*out = b->p;
	b->p += n;
	return true;
}

static bool take_new_text(struct decoding *d, const struct text **out)
{
	const uint8_t *p;
	size_t len;

	if (!take_size(&d->in, ROWS_BYTES, &len) || !take_bytes(&d->in, len, &p))
		return false;
	if (arena_bytes(&d->s->arena) > ROWS_TEXTS)
		return wrong(&d->in, "it has too many texts");

	struct text *t = arena_alloc(&d->s->arena, sizeof(*t) + len);

	if (len)
		memcpy(t + 1, p, len);
	*t = (struct text){ (const char *)(t + 1), len };
	d->texts = mem_grow(d->texts, &d->texts_cap, d->ntexts + 1,
			    sizeof(const struct text *));
	*out = d->texts[d->ntexts++] = t;
	return true;
}

static bool take_text(struct decoding *d, const struct text **out)
{
	size_t number;

	if (!take_size(&d->in, d->ntexts, &number))
		return false;
	if (number == 0)
		return take_new_text(d, out);
	*out = d->texts[number - 1];
	return true;
}

static bool take_real(struct bytes *b, double *out)
{
	const uint8_t *p;
	uint64_t bits = 0;

	if (!take_bytes(b, 8, &p))
		return false;
	for (int i = 0; i < 8; i++)
		bits |= (uint64_t)p[i] << (8 * i);
	memcpy(out, &bits, sizeof(bits));
	return true;
}

/* was: what the difference of a number is to */
static bool take_value(struct decoding *d, enum cell_type type, int64_t was,
		       union value *out)
{
	const uint8_t *p;
	int64_t n;

	switch (type) {
	case CELL_INT:
	case CELL_ID:
		if (!take_signed(&d->in, &n))
			return false;
		out->num = (int64_t)((uint64_t)was + (uint64_t)n);
		return true;
	case CELL_BOOL:
		if (!take_bytes(&d->in, 1, &p))
			return false;
		out->num = *p != 0;
		return true;
	case CELL_REAL:
		return take_real(&d->in, &out->real);
	case CELL_TEXT:
		return take_text(d, &out->text);
	case CELL_NULL:
		break;
	}
	return true;
}

static bool take_changed(struct decoding *d)
{
	size_t n;
	size_t next = 0;

	if (!take_size(&d->in, d->nrows, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t gap;

		if (!take_size(&d->in, d->nrows, &gap))
			return false;
		if (gap >= d->nrows - next)
			return wrong(&d->in, "it changes rows that there are not");
		d->rows[i] = (uint32_t)(next + gap);
		next += gap + 1;
	}
	if (!take_types(d, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t row = d->rows[i];
		bool same = d->types[row] == d->kinds[i];

		if (!take_value(d, d->kinds[i], same ? d->values[row].num : 0,
				&d->values[row]))
			return false;
		d->types[row] = d->kinds[i];
	}
	return true;
}

static bool take_new(struct decoding *d)
{
	int64_t last = 0;
	size_t i = 0;

	if (!take_types(d, d->nnew))
		return false;
	for (size_t r = 0; r < d->nruns; r++) {
		const struct run *run = &d->runs[r];

		for (size_t k = 0; run->from == TABLE_NONE && k < run->n; k++, i++) {
			size_t row = run->to + k;

			if (!take_value(d, d->kinds[i], last, &d->values[row]))
				return false;
			d->types[row] = d->kinds[i];
			if (d->kinds[i] == CELL_INT || d->kinds[i] == CELL_ID)
				last = d->values[row].num;
		}
	}
	return true;
}

static bool take_column(struct decoding *d)
{
	struct bytes rest;
	const uint8_t *p;
	size_t id;
	size_t len;
	bool ok;

	if (!take_size(&d->in, ROWS_COLUMNS - 1, &id) ||
	    !take_size(&d->in, ROWS_BYTES, &len) || !take_bytes(&d->in, len, &p))
		return false;
	if (!(d->s->columns & column_bit(id)))
		return true;
	if (!d->s->types[id]) {
		d->s->types[id] = mem_zalloc(d->nrows + 1);
		d->s->values[id] = mem_zalloc((d->nrows + 1) * sizeof(*d->values));
	}
	d->types = d->s->types[id];
	d->values = d->s->values[id];
	d->ntexts = 0;
	rest = d->in;
	d->in = (struct bytes){ .p = p, .end = p + len };
	ok = take_changed(d) && take_new(d);
	rest.wrong = d->in.wrong;
	if (ok && d->in.p != d->in.end)
		ok = wrong(&rest, "a column has bytes left over");
	d->in = rest;
	return ok;
}

static bool take_columns(struct decoding *d)
{
	size_t n;

	if (!take_size(&d->in, ROWS_COLUMNS, &n))
		return false;
	d->rows = mem_alloc((d->nrows + 1) * sizeof(*d->rows));
	d->kinds = mem_zalloc(d->nrows + 1);
	for (size_t i = 0; i < n; i++)
		if (!take_column(d))
			return false;
	return d->in.p == d->in.end || wrong(&d->in, "it has bytes left over");
}

bool rows_decode(struct stored_rows *s, struct text bytes, struct err *err)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	struct decoding d = { .s = s, .in = { .p = p, .end = p + bytes.len } };
	bool ok = take_runs(&d);

	if (ok) {
		move_rows(&d);
		ok = take_columns(&d);
	}
	if (!ok)
		fail(err, ERR_FORMAT, "%s (byte %zu of %zu)", d.in.wrong,
		     (size_t)(d.in.p - p), bytes.len);
	free(d.runs);
	free(d.rows);
	free(d.kinds);
	free(d.texts);
	return ok;
}

void rows_clear(struct stored_rows *s)
{
	for (size_t id = 0; id < ROWS_COLUMNS; id++) {
		free(s->types[id]);
		free(s->values[id]);
	}
	arena_clear(&s->arena);
	*s = (struct stored_rows){ .columns = s->columns };
}
