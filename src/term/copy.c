/* A term on its own, without what it pointed into. */
#include "term/term.h"

static struct term copy(struct arena *a, const struct term *t, size_t depth);

static const struct term *copy_items(struct arena *a, const struct term *items, size_t n,
				     size_t depth)
{
	struct term *out = arena_many(a, n, struct term);

	for (size_t i = 0; i < n; i++)
		out[i] = copy(a, &items[i], depth);
	return out;
}

static const struct term_id *copy_id(struct arena *a, const struct term_id *id)
{
	struct term_id *out = arena_new(a, struct term_id);

	*out = *id;
	out->node = text_dup(a, id->node);
	return out;
}

static const struct term_fun *copy_fun(struct arena *a, const struct term_fun *fun)
{
	struct term_fun *out = arena_new(a, struct term_fun);

	*out = *fun;
	out->module = text_dup(a, fun->module);
	out->name = text_dup(a, fun->name);
	return out;
}

static const struct term_big *copy_big(struct arena *a, const struct term_big *big)
{
	struct term_big *out = arena_new(a, struct term_big);

	*out = (struct term_big){ big->negative, text_dup(a, big->bytes) };
	return out;
}

static const struct term_cut *copy_cut(struct arena *a, struct text what, int64_t count)
{
	struct term_cut *out = arena_new(a, struct term_cut);

	*out = (struct term_cut){ text_dup(a, what), count };
	return out;
}

static size_t nitems(const struct term *t)
{
	if (t->n == 0)
		return 0;
	if (t->type == TERM_MAP)
		return 2 * (size_t)t->n;
	return (size_t)t->n + (t->type == TERM_LIST);
}

static struct term copy(struct arena *a, const struct term *t, size_t depth)
{
	struct term out = *t;

	switch (t->type) {
	case TERM_BIG:
		out.big = copy_big(a, t->big);
		break;
	case TERM_ATOM:
	case TERM_BINARY:
	case TERM_BITS:
		out.text = text_dup(a, t->text);
		break;
	case TERM_PID:
	case TERM_PORT:
	case TERM_REF:
		out.id = copy_id(a, t->id);
		break;
	case TERM_FUN:
	case TERM_EXPORT:
		out.fun = copy_fun(a, t->fun);
		break;
	case TERM_TUPLE:
	case TERM_LIST:
	case TERM_MAP:
		if (depth > 0)
			out.items = copy_items(a, t->items, nitems(t), depth - 1);
		else
			out = (struct term){
				.type = TERM_CUT,
				.cut = copy_cut(a, (struct text){ 0 }, -1),
			};
		break;
	case TERM_CUT:
		out.cut = copy_cut(a, t->cut->what, t->cut->count);
		break;
	default:
		break;
	}
	return out;
}

struct term term_copy(struct arena *a, const struct term *t)
{
	return copy(a, t, TERM_COPY_DEPTH);
}
