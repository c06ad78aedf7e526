/* What the parsers of both languages share: depth, open containers, places of errors. */
#include "match/parse.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

bool match_deeper(struct match_parse *p)
{
	if (p->depth == MATCH_DEPTH_MAX)
		return fail(p->lex.err, ERR_USAGE, "it is nested deeper than %d",
			    MATCH_DEPTH_MAX);
	p->depth++;
	return true;
}

void match_push(struct match_parse *p, const struct match_node *n)
{
	if (p->nstack == p->cap)
		p->stack = mem_grow(p->stack, &p->cap, p->nstack + 1, sizeof(*p->stack));
	p->stack[p->nstack++] = *n;
}

const struct match_node *match_pop(struct match_parse *p, size_t from, size_t *n)
{
	*n = p->nstack - from;

	struct match_node *items = arena_many(p->lex.arena, *n, struct match_node);

	if (*n > 0)
		memcpy(items, p->stack + from, *n * sizeof(*items));
	p->nstack = from;
	return items;
}

const struct match_node *match_copy(struct match_parse *p, const struct match_node *n,
				    size_t count)
{
	struct match_node *items = arena_many(p->lex.arena, count, struct match_node);

	memcpy(items, n, count * sizeof(*items));
	return items;
}

bool match_fail_at(struct match_parse *p, size_t at, const char *format, ...)
{
	char what[sizeof(((struct err *)0)->what)];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	p->lex.at = at;
	return fail(p->lex.err, ERR_USAGE, "%s", what);
}

bool match_characters(struct match_parse *p, size_t at, struct text t, struct term *out)
{
	struct term *items = arena_many(p->lex.arena, t.len + 1, struct term);
	uint32_t n = 0;
	uint32_t c;

	for (size_t i = 0; i < t.len; n++) {
		i += utf8_next(t, i, &c);
		if (c == UTF8_BAD)
			return match_fail_at(p, at, "the charlist is not valid UTF-8");
		items[n] = (struct term){ .type = TERM_INT, .num = c };
	}
	items[n] = (struct term){ .type = TERM_LIST };
	*out = (struct term){ .type = TERM_LIST, .n = n, .items = n > 0 ? items : NULL };
	return true;
}

struct term match_negate(struct match_parse *p, const struct term *t)
{
	struct term out = *t;

	if (t->type == TERM_FLOAT) {
		out.real = -t->real;
	} else if (t->type == TERM_INT && t->num != INT64_MIN) {
		out.num = -t->num;
	} else if (t->type == TERM_BIG) {
		struct term_big *big = arena_new(p->lex.arena, struct term_big);

		*big = (struct term_big){ !t->big->negative, t->big->bytes };
		out.big = big;
	}
	return out;
}
