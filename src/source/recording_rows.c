/* Readings as bytes: written. */
#include "source/recording_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What is known about a reading while its columns are written. */
struct encoding {
	struct buf *out;
	const struct table *before; /* or NULL */
	const struct table *after;
	size_t *from;  /* [nrows] row of before, or TABLE_NONE: it is new */
	size_t *fresh; /* [nfresh] rows that are new */
	size_t nfresh;
	size_t *rows;       /* [nrows] scratch: those that are written */
	struct text *texts; /* [ntexts] of this column, in the order of their
				     * numbers */
	size_t ntexts;
	size_t texts_cap;
	uint32_t *slots; /* [mask + 1] index of a text + 1, by hash */
	size_t mask;
	struct buf column; /* the bytes of one column */
};

static void put_number(struct buf *b, uint64_t n)
{
	char *p = buf_room(b, 10);
	size_t len = 0;

	for (; n > 0x7f; n >>= 7)
		p[len++] = (char)(n | 0x80);
	p[len++] = (char)n;
	buf_commit(b, len);
}

static void put_signed(struct buf *b, int64_t n)
{
	put_number(b, (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0));
}

static int64_t difference(int64_t is, int64_t was)
{
	return (int64_t)((uint64_t)is - (uint64_t)was);
}

/*
 * Which row was which.
 */

static void match_rows(struct encoding *e)
{
	struct arena scratch = { 0 };
	struct table_index index = { 0 };
	size_t key = e->after->schema->key;
	size_t next = 0;

	for (size_t row = 0; row < e->after->nrows; row++) {
		struct cell is = table_cell(e->after, row, key);
		size_t old = TABLE_NONE;

		if (e->before && next < e->before->nrows &&
		    cell_eq(table_cell(e->before, next, key), is)) {
			old = next;
		} else if (e->before) {
			if (!index.table)
				table_index_init(&index, e->before, &scratch);
			old = table_index_find(&index, is);
		}
		e->from[row] = old;
		if (old != TABLE_NONE)
			next = old + 1;
		else
			e->fresh[e->nfresh++] = row;
	}
	arena_clear(&scratch);
}

/* How many rows from this one on are one run. */
static size_t run_length(const struct encoding *e, size_t row)
{
	size_t first = e->from[row];
	size_t n = 1;

	while (row + n < e->after->nrows &&
	       e->from[row + n] == (first == TABLE_NONE ? TABLE_NONE : first + n))
		n++;
	return n;
}

static void put_runs(struct encoding *e)
{
	size_t runs = 0;
	size_t next = 0;

	for (size_t row = 0; row < e->after->nrows; row += run_length(e, row))
		runs++;
	put_number(e->out, runs);
	for (size_t row = 0; row < e->after->nrows;) {
		size_t n = run_length(e, row);

		put_number(e->out, n * 2 + (e->from[row] == TABLE_NONE));
		if (e->from[row] != TABLE_NONE) {
			put_signed(e->out, difference((int64_t)e->from[row],
						      (int64_t)next));
			next = e->from[row] + n;
		}
		row += n;
	}
}

/*
 * Cells.
 */

static void grow_slots(struct encoding *e)
{
	size_t n = e->mask ? (e->mask + 1) * 2 : 256;

	free(e->slots);
	e->slots = mem_zalloc(n * sizeof(*e->slots));
	e->mask = n - 1;
	for (size_t i = 0; i < e->ntexts; i++) {
		size_t at = text_hash(e->texts[i]) & e->mask;

		while (e->slots[at])
			at = (at + 1) & e->mask;
		e->slots[at] = (uint32_t)i + 1;
	}
}

/* The number of a text, one that is new to this column gets the next; 0 then. */
static size_t text_number(struct encoding *e, struct text t)
{
	size_t at;

	if (e->ntexts * 2 >= e->mask)
		grow_slots(e);
	at = text_hash(t) & e->mask;
	while (e->slots[at]) {
		if (text_eq(e->texts[e->slots[at] - 1], t))
			return e->slots[at];
		at = (at + 1) & e->mask;
	}
	e->texts = mem_grow(e->texts, &e->texts_cap, e->ntexts + 1, sizeof(*e->texts));
	e->texts[e->ntexts++] = t;
	e->slots[at] = (uint32_t)e->ntexts;
	return 0;
}

static void put_text(struct encoding *e, struct text t)
{
	size_t number = text_number(e, t);

	put_number(&e->column, number);
	if (number)
		return;
	put_number(&e->column, t.len);
	buf_text_add(&e->column, t);
}

static void put_real(struct buf *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	for (int i = 0; i < 8; i++)
		buf_u8(b, (uint8_t)(bits >> (8 * i)));
}

static void put_types(struct encoding *e, size_t column, const size_t *rows, size_t n)
{
	const uint8_t *types = e->after->types[column];

	for (size_t i = 0; i < n;) {
		uint8_t type = types ? types[rows[i]] : CELL_NULL;
		size_t same = 1;

		while (i + same < n && (!types || types[rows[i + same]] == type))
			same++;
		put_number(&e->column, same * 8 + type);
		i += same;
	}
}

static void put_value(struct encoding *e, struct cell is, int64_t was)
{
	switch (is.type) {
	case CELL_INT:
	case CELL_ID:
		put_signed(&e->column, difference(is.v.num, was));
		break;
	case CELL_BOOL:
		buf_u8(&e->column, is.v.num != 0);
		break;
	case CELL_REAL:
		put_real(&e->column, is.v.real);
		break;
	case CELL_TEXT:
		put_text(e, *is.v.text);
		break;
	case CELL_NULL:
		break;
	}
}

/* The same to the last bit; of cells of one type. */
static bool same_value(enum cell_type type, union value a, union value b)
{
	if (type == CELL_TEXT)
		return a.text == b.text || text_eq(*a.text, *b.text);
	if (type != CELL_REAL)
		return type == CELL_NULL || a.num == b.num;

	uint64_t bits[2];

	memcpy(&bits[0], &a.real, sizeof(bits[0]));
	memcpy(&bits[1], &b.real, sizeof(bits[1]));
	return bits[0] == bits[1];
}

/* Puts the rows that changed into e->rows. This is done for every cell of every sample:
 * it reads the columns as they are. */
static size_t find_changed(struct encoding *e, size_t column)
{
	const uint8_t *types = e->after->types[column];
	const uint8_t *types_before = e->before ? e->before->types[column] : NULL;
	size_t n = 0;

	if (!types && !types_before)
		return 0;
	for (size_t row = 0; e->before && row < e->after->nrows; row++) {
		size_t old = e->from[row];
		uint8_t is = types ? types[row] : CELL_NULL;
		uint8_t was;

		if (old == TABLE_NONE)
			continue;
		was = types_before ? types_before[old] : CELL_NULL;
		if (is != was ||
		    (is != CELL_NULL && !same_value(is, e->after->values[column][row],
						    e->before->values[column][old])))
			e->rows[n++] = row;
	}
	return n;
}

/* Returns how many there are. */
static size_t put_changed(struct encoding *e, size_t column)
{
	size_t n = find_changed(e, column);
	size_t next = 0;

	put_number(&e->column, n);
	for (size_t i = 0; i < n; i++) {
		put_number(&e->column, e->rows[i] - next);
		next = e->rows[i] + 1;
	}
	put_types(e, column, e->rows, n);
	for (size_t i = 0; i < n; i++) {
		struct cell is = table_cell(e->after, e->rows[i], column);
		struct cell was = table_cell(e->before, e->from[e->rows[i]], column);

		put_value(e, is, is.type == was.type ? was.v.num : 0);
	}
	return n;
}

/* Returns how many of them are not null. */
static size_t put_new(struct encoding *e, size_t column)
{
	int64_t last = 0;
	size_t values = 0;

	put_types(e, column, e->fresh, e->nfresh);
	for (size_t i = 0; i < e->nfresh; i++) {
		struct cell is = table_cell(e->after, e->fresh[i], column);

		put_value(e, is, last);
		if (is.type == CELL_INT || is.type == CELL_ID)
			last = is.v.num;
		values += is.type != CELL_NULL;
	}
	return values;
}

/* False: there is nothing to be told of this column. */
static bool put_column(struct encoding *e, size_t column)
{
	size_t changed;

	buf_reset(&e->column);
	e->ntexts = 0;
	if (e->slots)
		memset(e->slots, 0, (e->mask + 1) * sizeof(*e->slots));
	changed = put_changed(e, column);
	return put_new(e, column) > 0 || changed > 0;
}

void rows_encode(struct buf *out, const struct table *before, const struct table *after,
		 uint64_t columns, const uint8_t *ids)
{
	struct encoding e = {
		.out = out,
		.before = before,
		.after = after,
		.from = mem_alloc((after->nrows + 1) * sizeof(size_t)),
		.fresh = mem_alloc((after->nrows + 1) * sizeof(size_t)),
		.rows = mem_alloc((after->nrows + 1) * sizeof(size_t)),
	};
	struct buf told = { 0 };
	size_t n = 0;

	put_number(out, before ? before->nrows : 0);
	match_rows(&e);
	put_runs(&e);
	for (size_t c = 0; c < after->schema->ncolumns; c++) {
		if (!(columns & column_bit(c)) || !put_column(&e, c))
			continue;
		n++;
		put_number(&told, ids[c]);
		put_number(&told, buf_len(&e.column));
		buf_text_add(&told, buf_text(&e.column));
	}
	put_number(out, n);
	buf_text_add(out, buf_text(&told));
	buf_clear(&told);
	buf_clear(&e.column);
	free(e.slots);
	free(e.texts);
	free(e.rows);
	free(e.fresh);
	free(e.from);
}
