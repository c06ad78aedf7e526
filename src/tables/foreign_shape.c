/* What a message looks like, so that those alike can be counted. */
#include "tables/foreign.h"

#include <stdlib.h>

/* {'$gen_call', From, Request} and {'$gen_cast', Request}: what matters is inside. */
#define DEPTH 2
/* Elements of a tuple that are shown. */
#define ELEMENTS 8

static void put(struct buf *out, const struct term *t, enum syntax syntax, size_t depth);

static void put_tuple(struct buf *out, const struct term *t, enum syntax syntax,
		      size_t depth)
{
	bool gen = term_is_tuple(t, t->n, "$gen_call") ||
		term_is_tuple(t, t->n, "$gen_cast");

	buf_char(out, '{');
	for (size_t i = 0; i < t->n; i++) {
		if (i > 0)
			buf_str(out, syntax == SYNTAX_ELIXIR ? ", " : ",");
		if (i >= ELEMENTS) {
			buf_str(out, "...");
			break;
		}
		if (t->items[i].type == TERM_ATOM && i == 0)
			put(out, &t->items[i], syntax, 0);
		else if (gen && i + 1 == t->n && depth > 0)
			put(out, &t->items[i], syntax, depth - 1);
		else if (t->items[i].type == TERM_CUT)
			buf_str(out, "...");
		else
			buf_char(out, '_');
	}
	buf_char(out, '}');
}

static void put(struct buf *out, const struct term *t, enum syntax syntax, size_t depth)
{
	struct term_style style = { .syntax = syntax, .bytes = 60 };

	switch (t->type) {
	case TERM_ATOM:
		term_print(out, t, &style);
		break;
	case TERM_TUPLE:
		put_tuple(out, t, syntax, depth);
		break;
	case TERM_LIST:
		buf_str(out, t->n ? "[_]" : "[]");
		break;
	case TERM_MAP:
		buf_str(out, syntax == SYNTAX_ELIXIR ? "%{}" : "#{}");
		break;
	case TERM_BINARY:
	case TERM_BITS:
		buf_str(out, "<<>>");
		break;
	default:
		buf_char(out, '_');
	}
}

void foreign_shape(struct buf *out, const struct term *message, enum syntax syntax)
{
	put(out, message, syntax, DEPTH);
}

static int by_count(const void *a, const void *b)
{
	const struct foreign_count *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return text_cmp(x->shape, y->shape);
}

size_t foreign_shapes(struct arena *a, const struct foreign *f,
		      struct foreign_count **out)
{
	struct foreign_count *counts = arena_many(a, f->nparts, struct foreign_count);
	struct buf b = { 0 };
	size_t n = 0;

	for (size_t part = 0; part < f->nparts; part++) {
		size_t i = 0;

		buf_reset(&b);
		foreign_shape(&b, &f->parts[part].term, f->syntax);
		while (i < n && !text_eq(counts[i].shape, buf_text(&b)))
			i++;
		if (i == n)
			counts[n++].shape = text_dup(a, buf_text(&b));
		counts[i].count++;
	}
	buf_clear(&b);
	qsort(counts, n, sizeof(*counts), by_count);
	*out = counts;
	return n;
}

int64_t foreign_left_out(const struct foreign *f)
{
	int64_t n = f->queue_len - (int64_t)f->nparts;

	return n > 0 ? n : 0;
}

const char *foreign_withheld(const struct foreign *f)
{
	if (f->how != FOREIGN_WITHHELD)
		return "";
	return f->queue_len > FOREIGN_QUEUE_MAX ?
		"the mailbox is too long to be gone through or copied safely" :
		"the process is too large for its messages to be copied safely";
}
