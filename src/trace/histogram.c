#include "trace/histogram.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "base/utf8.h"

void histogram_clear(struct histogram *h)
{
	free(h->kept);
	*h = (struct histogram){ 0 };
}

static size_t bucket_of(int64_t ns)
{
	return ns < 2 ? 0 : 63 - (size_t)__builtin_clzll((unsigned long long)ns);
}

void histogram_add(struct histogram *h, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	h->counts[bucket_of(ns)]++;
	if (h->n == 0 || ns < h->min_ns)
		h->min_ns = ns;
	if (ns > h->max_ns)
		h->max_ns = ns;
	h->n++;
	if (__builtin_add_overflow(h->total_ns, ns, &h->total_ns))
		h->total_ns = INT64_MAX;
	if (h->nkept == HISTOGRAM_KEPT)
		return;
	if (h->nkept == h->cap)
		h->kept = mem_grow(h->kept, &h->cap, h->nkept + 1, sizeof(*h->kept));
	h->kept[h->nkept++] = ns;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t histogram_quantile(struct histogram *h, double q)
{
	size_t rank;

	if (h->nkept == 0)
		return 0;
	qsort(h->kept, h->nkept, sizeof(*h->kept), compare);
	/* The least of those that as many as q are not above. */
	rank = (size_t)(q * (double)h->nkept);
	if ((double)rank < q * (double)h->nkept)
		rank++;
	if (rank > h->nkept)
		rank = h->nkept;
	return h->kept[rank ? rank - 1 : 0];
}

void histogram_range(const struct histogram *h, size_t *from, size_t *to)
{
	*from = *to = 0;
	for (size_t i = HISTOGRAM_BUCKETS; i-- > 0;) {
		if (h->counts[i] == 0)
			continue;
		if (*to == 0)
			*to = i + 1;
		*from = i;
	}
}

int64_t histogram_from(size_t bucket)
{
	return bucket == 0		      ? 0
	       : bucket < HISTOGRAM_BUCKETS ? INT64_C(1) << bucket
					      : INT64_MAX;
}

/* " 1.0 us": in so many columns. */
static void add_span(struct buf *out, int64_t ns, size_t columns)
{
	struct buf shown = { 0 };

	units_human(&shown, (double)ns, UNIT_NS);
	if (buf_len(&shown) < columns)
		buf_fill(out, ' ', columns - buf_len(&shown));
	buf_text_add(out, buf_text(&shown));
	buf_clear(&shown);
}

/* In halves of a column: something is seen of the smallest. */
static void add_bar(struct buf *out, uint64_t count, uint64_t most, size_t columns,
		    bool ascii)
{
	double share = (double)count / (double)most;
	size_t halves = (size_t)(share * 2 * (double)columns + 0.5);

	if (halves == 0 && count > 0)
		halves = 1;
	if (ascii) {
		buf_fill(out, '#', (halves + 1) / 2);
		return;
	}
	for (size_t i = 0; i < halves / 2; i++)
		utf8_add(out, 0x2588);
	if (halves % 2)
		utf8_add(out, 0x258c);
}

#define SPAN_COLUMNS ((size_t)8)
#define COUNT_COLUMNS 8
#define BAR_LEAST ((size_t)10)
#define BAR_MOST ((size_t)60)

void histogram_print(struct buf *out, const struct histogram *h, size_t width, bool ascii)
{
	size_t taken = SPAN_COLUMNS * 2 + strlen(" -   ") + COUNT_COLUMNS;
	size_t bar = width ? width : 80;
	uint64_t most = 0;
	size_t from, to;

	bar = bar > taken + BAR_LEAST ? bar - taken : BAR_LEAST;
	if (bar > BAR_MOST)
		bar = BAR_MOST;
	histogram_range(h, &from, &to);
	for (size_t i = from; i < to; i++)
		if (h->counts[i] > most)
			most = h->counts[i];
	for (size_t i = from; i < to; i++) {
		add_span(out, histogram_from(i), SPAN_COLUMNS);
		buf_str(out, " -");
		add_span(out, histogram_from(i + 1), SPAN_COLUMNS);
		buf_printf(out, " %*" PRIu64, COUNT_COLUMNS, h->counts[i]);
		if (h->counts[i]) {
			buf_str(out, "  ");
			add_bar(out, h->counts[i], most, bar, ascii);
		}
		buf_char(out, '\n');
	}
}

void histogram_summary(struct buf *out, struct histogram *h)
{
	const struct {
		const char *name;
		int64_t ns;
	} parts[] = {
		{ "min ", h->min_ns },
		{ ", median ", histogram_quantile(h, 0.5) },
		{ ", p99 ", histogram_quantile(h, 0.99) },
		{ ", max ", h->max_ns },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		buf_str(out, parts[i].name);
		units_human(out, (double)parts[i].ns, UNIT_NS);
	}
}
