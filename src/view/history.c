/* What numbers were: series of values, found by name, bounded as a whole. */
#include "view/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "view/history_points.h"

enum { BYTES = 32 << 20, BUCKETS = 256 };

struct series {
	struct series *next;  /* in its bucket */
	struct series *newer; /* used after it */
	struct series *older;
	uint64_t hash;
	struct points points;
	size_t len; /* of the name */
	char name[];
};

struct history {
	struct series **buckets; /* [nbuckets] a power of two */
	size_t nbuckets;
	size_t nseries;
	struct series *newest;
	struct series *oldest;
	size_t bytes;
	size_t most;
};

struct history *history_new(size_t bytes)
{
	struct history *h = mem_zalloc(sizeof(*h));

	h->most = bytes ? bytes : BYTES;
	h->nbuckets = BUCKETS;
	h->buckets = mem_zalloc(h->nbuckets * sizeof(struct series *));
	return h;
}

static size_t bytes_of(const struct series *s)
{
	return sizeof(*s) + s->len + s->points.cap * sizeof(*s->points.at);
}

static void unlink_use(struct history *h, struct series *s)
{
	if (s->newer)
		s->newer->older = s->older;
	else
		h->newest = s->older;
	if (s->older)
		s->older->newer = s->newer;
	else
		h->oldest = s->newer;
	s->newer = s->older = NULL;
}

static void use(struct history *h, struct series *s)
{
	if (h->newest == s)
		return;
	if (s->newer || s->older || h->oldest == s)
		unlink_use(h, s);
	s->older = h->newest;
	if (h->newest)
		h->newest->newer = s;
	else
		h->oldest = s;
	h->newest = s;
}

static void drop(struct history *h, struct series *s)
{
	struct series **at = &h->buckets[s->hash & (h->nbuckets - 1)];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	unlink_use(h, s);
	h->bytes -= bytes_of(s);
	h->nseries--;
	points_clear(&s->points);
	free(s);
}

void history_free(struct history *h)
{
	if (!h)
		return;
	while (h->newest)
		drop(h, h->newest);
	free(h->buckets);
	free(h);
}

size_t history_bytes(const struct history *h)
{
	return h->bytes;
}

/* The one that is in use stays, however large. */
static void make_room(struct history *h)
{
	while (h->bytes > h->most && h->oldest != h->newest)
		drop(h, h->oldest);
}

/* The parts, each with its length in front, so that no two names are the same. */
static void name_bytes(struct buf *out, const struct series_name *n)
{
	const struct text parts[] = { n->link, n->table, n->column, n->key };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		buf_u32(out, (uint32_t)parts[i].len);
		buf_text_add(out, parts[i]);
	}
}

static struct series *find(const struct history *h, struct text name, uint64_t hash)
{
	struct series *s = h->buckets[hash & (h->nbuckets - 1)];

	while (s && !(s->hash == hash && s->len == name.len &&
		      memcmp(s->name, name.p, name.len) == 0))
		s = s->next;
	return s;
}

static struct series *find_named(const struct history *h, const struct series_name *n)
{
	struct buf name = { 0 };
	struct series *s;

	name_bytes(&name, n);
	s = find(h, buf_text(&name), text_hash(buf_text(&name)));
	buf_clear(&name);
	return s;
}

static void grow(struct history *h)
{
	size_t n = h->nbuckets * 2;
	struct series **buckets = mem_zalloc(n * sizeof(struct series *));

	for (struct series *s = h->newest; s; s = s->older) {
		s->next = buckets[s->hash & (n - 1)];
		buckets[s->hash & (n - 1)] = s;
	}
	free(h->buckets);
	h->buckets = buckets;
	h->nbuckets = n;
}

static struct series *series_of(struct history *h, const struct series_name *n)
{
	struct buf name = { 0 };
	struct series *s;
	uint64_t hash;

	name_bytes(&name, n);
	hash = text_hash(buf_text(&name));
	s = find(h, buf_text(&name), hash);
	if (!s) {
		if (h->nseries >= h->nbuckets)
			grow(h);
		s = mem_zalloc(sizeof(*s) + buf_len(&name));
		s->hash = hash;
		s->len = buf_len(&name);
		memcpy(s->name, buf_text(&name).p, s->len);
		s->next = h->buckets[hash & (h->nbuckets - 1)];
		h->buckets[hash & (h->nbuckets - 1)] = s;
		h->bytes += bytes_of(s);
		h->nseries++;
	}
	buf_clear(&name);
	use(h, s);
	return s;
}

void history_put(struct history *h, const struct series_name *name, int64_t wall_ns,
		 double value)
{
	struct series *s = series_of(h, name);

	h->bytes -= bytes_of(s);
	points_put(&s->points, wall_ns, isfinite(value) ? value : NAN);
	h->bytes += bytes_of(s);
	make_room(h);
}

void history_take(struct history *h, struct text link, const struct schema *schema,
		  const struct table *t, const uint32_t *rows, size_t nrows,
		  int64_t wall_ns)
{
	struct buf key = { 0 };

	for (size_t i = 0; i < nrows; i++) {
		if (rows[i] >= t->nrows)
			continue;
		buf_reset(&key);
		cell_print(&key, &schema->columns[schema->key],
			   table_cell(t, rows[i], schema->key));
		for (size_t c = 0; c < schema->ncolumns; c++) {
			double v = cell_number(table_cell(t, rows[i], c));
			struct series_name name = { link, text_of(schema->name),
						    buf_text(&key),
						    text_of(schema->columns[c].name) };

			if (isfinite(v) && schema->columns[c].kind != COLUMN_LABEL)
				history_put(h, &name, wall_ns, v);
		}
	}
	buf_clear(&key);
}

bool history_extent(const struct history *h, const struct series_name *name,
		    int64_t *first_ns, int64_t *last_ns)
{
	const struct series *s = find_named(h, name);

	if (!s || s->points.n == 0)
		return false;
	*first_ns = s->points.at[0].wall_ns;
	*last_ns = s->points.at[s->points.n - 1].wall_ns;
	return true;
}

bool history_read(struct history *h, const struct series_name *name,
		  const struct history_window *w, struct chart_point *points, size_t n)
{
	static const struct points none = { 0 };
	struct series *s = find_named(h, name);

	if (s)
		use(h, s);
	return points_read(s ? &s->points : &none, w, points, n);
}

bool history_values(struct history *h, const struct series_name *name,
		    const struct history_window *w, double *values, size_t n)
{
	struct chart_point *points = mem_alloc((n + 1) * sizeof(*points));
	bool known = history_read(h, name, w, points, n);

	for (size_t i = 0; i < n; i++)
		values[i] = points[i].last;
	free(points);
	return known;
}

double history_trend(struct history *h, const struct series_name *name, int64_t from_ns,
		     int64_t to_ns)
{
	struct series *s = find_named(h, name);

	return s ? points_trend(&s->points, from_ns, to_ns) : NAN;
}
