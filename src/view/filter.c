#include "view/filter.h"

#include <string.h>

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

void needle_init(struct needle *n, struct text t)
{
	*n = (struct needle){ .len = t.len < FILTER_MAX ? t.len : FILTER_MAX };
	if (n->len)
		memcpy(n->bytes, t.p, n->len);
	for (size_t i = 0; i < n->len; i++)
		n->exact |= small(n->bytes[i]) != n->bytes[i];
}

struct text needle_text(const struct needle *n)
{
	return (struct text){ n->bytes, n->len };
}

static bool is_at(const struct needle *n, const char *p)
{
	if (n->exact)
		return memcmp(p, n->bytes, n->len) == 0;
	for (size_t i = 0; i < n->len; i++)
		if (small(p[i]) != n->bytes[i])
			return false;
	return true;
}

size_t needle_find(const struct needle *n, struct text t, size_t from)
{
	char first = n->bytes[0];
	char other = first; /* the same letter as a capital */

	if (n->len == 0 || t.len < n->len)
		return n->len == 0 && from < t.len ? from : t.len;
	if (!n->exact && first >= 'a' && first <= 'z')
		other = (char)(first & ~0x20);
	for (size_t at = from; at + n->len <= t.len; at++)
		if ((t.p[at] == first || t.p[at] == other) && is_at(n, t.p + at))
			return at;
	return t.len;
}

bool needle_narrows(const struct needle *n, const struct needle *was)
{
	if (was->exact && !n->exact)
		return false;
	return was->len == 0 || needle_find(was, needle_text(n), 0) < n->len;
}

void filter_init(struct filter *f, const struct needle *n, const struct table *t,
		 const size_t *columns, size_t ncolumns)
{
	struct buf shown = f->shown;

	memset(f, 0, sizeof(*f));
	f->needle = *n;
	f->table = t;
	f->columns = columns;
	f->ncolumns = ncolumns;
	f->shown = shown;
}

void filter_clear(struct filter *f)
{
	buf_clear(&f->shown);
}

static bool in_text(struct filter *f, const struct text *t)
{
	size_t slot = ((uintptr_t)t >> 4) % FILTER_SLOTS;

	if (f->known[slot].text != t) {
		f->known[slot].text = t;
		f->known[slot].found = needle_find(&f->needle, *t, 0) < t->len;
	}
	return f->known[slot].found;
}

bool filter_holds(struct filter *f, size_t row)
{
	if (f->needle.len == 0)
		return true;
	for (size_t i = 0; i < f->ncolumns; i++) {
		struct cell c = table_cell(f->table, row, f->columns[i]);

		if (c.type == CELL_NULL)
			continue;
		if (c.type == CELL_TEXT) {
			if (in_text(f, c.v.text))
				return true;
			continue;
		}
		buf_reset(&f->shown);
		cell_print(&f->shown, &f->table->schema->columns[f->columns[i]], c);
		if (needle_find(&f->needle, buf_text(&f->shown), 0) < buf_len(&f->shown))
			return true;
	}
	return false;
}
