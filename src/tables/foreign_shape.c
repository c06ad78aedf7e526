/* What a message looks like, so that those alike can be counted. */
#include "tables/foreign.h"

/* {'$gen_call', From, Request} and {'$gen_cast', Request}: what matters is inside. */
#define DEPTH 2

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
		if (i >= 8) {
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
