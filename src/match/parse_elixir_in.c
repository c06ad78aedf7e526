/* "in" and "not in": lists and ranges, as Elixir's compiler expands them. */
#include "match/elixir.h"

static struct match_node operation(struct match_parse *p, const struct match_node *where,
				   const char *name, const struct match_node *left,
				   const struct match_node *right)
{
	struct match_node items[2] = { *left, *right };

	return (struct match_node){
		.kind = NODE_OP,
		.at = where->at,
		.end = where->end,
		.name = text_of(name),
		.term = where->term,
		.items = match_copy(p, items, 2),
		.n = 2,
	};
}

/* The tail of a list with elements. */
static const struct match_node *tail_of(const struct match_node *list)
{
	return list->kind == NODE_LIST ? &list->items[list->n] : NULL;
}

static bool is_empty(const struct match_node *list)
{
	return (list->kind == NODE_LIST && list->n == 0) ||
	       (list->kind == NODE_TERM && term_is_nil(&list->term));
}

static bool no_list(struct match_parse *p, const struct match_node *right)
{
	match_fail_at(p, right->at,
		      "the right side of 'in' is a list that is written out, or "
		      "a range");
	return fail_hint(p->lex.err, "x in [1, 2], x in 1..10; a map is asked with "
				     "is_map_key(map, key)");
}

static bool list_asked(struct match_parse *p, const struct match_node *in,
		       const struct match_node *list, struct match_node *out);

/* x === a or x === b or ... of the elements that were pushed since from. */
static bool chain(struct match_parse *p, const struct match_node *in,
		  const struct match_node *tail, size_t from, struct match_node *out)
{
	size_t n;
	const struct match_node *items = match_pop(p, from, &n);

	if (n >= MATCH_DEPTH_MAX)
		return match_fail_at(p, in->items[1].at,
				     "the list has more than %d elements",
				     MATCH_DEPTH_MAX - 1);
	for (size_t i = 0; i < n; i++) {
		struct match_node one = operation(p, in, "===", &in->items[0], &items[i]);

		if (i + 1 == n && tail && !is_empty(tail)) {
			struct match_node more;

			if (!list_asked(p, in, tail, &more))
				return false;
			one = operation(p, in, "or", &one, &more);
		}
		*out = i == 0 ? one : operation(p, in, "or", out, &one);
	}
	return true;
}

static bool push_elements(struct match_parse *p, const struct match_node *list)
{
	if (list->kind != NODE_LIST)
		return elixir_push_list(p, list);
	for (size_t i = 0; i < list->n; i++)
		match_push(p, &list->items[i]);
	return true;
}

/* What is asked, as Elixir would write it out. */
static bool list_asked(struct match_parse *p, const struct match_node *in,
		       const struct match_node *list, struct match_node *out)
{
	size_t from = p->nstack;

	if (!push_elements(p, list))
		return no_list(p, list);
	if (!match_deeper(p) || !chain(p, in, tail_of(list), from, out))
		return false;
	p->depth--;
	return true;
}

static bool in_list(struct match_parse *p, const struct match_node *n,
		    struct match_node *out)
{
	struct match_node asked;

	if (is_empty(&n->items[1])) {
		*out = elixir_atom(n, "false");
		return true;
	}
	return list_asked(p, n, &n->items[1], &asked) && elixir_value(p, &asked, out);
}

/* The questions; a: what is asked about, b: first, c: last, d: step. */
#define UP "is_integer(a) and (a >= b and a <= c)"
#define DOWN "is_integer(a) and (a <= b and a >= c)"
#define STEP " and rem(a - b, d) === 0"
#define EITHER                                                   \
	"is_integer(a) and is_integer(b) and is_integer(c) and " \
	"((d > 0 and (a >= b and a <= c)) or (d < 0 and (a <= b and a >= c)))" STEP

/* The step is not known before the call. */
static bool in_some_range(struct match_parse *p, const struct match_node *n, bool stepped,
			  struct match_node args[4], struct match_node *out)
{
	if (!stepped)
		args[3] = elixir_text(p,
				      ":erlang.map_get(:erlang.>(b, c), "
				      "%{false => 1, true => -1})",
				      args, n);
	return elixir_expand(p, EITHER, args, n, out);
}

static bool in_range(struct match_parse *p, const struct match_node *n,
		     struct match_node *out)
{
	const struct match_node *right = &n->items[1];
	bool stepped = text_is(right->name, "//");
	struct match_node part[3];
	size_t count;

	if (!elixir_range_parts(p, elixir_value, right, part, &count))
		return false;

	const struct match_node *range = stepped ? right->items : right;
	struct match_node args[4] = { n->items[0], range->items[0], range->items[1] };

	if (count == 3)
		args[3] = stepped ? right->items[1] : part[2];
	if (count < 3 || !elixir_is_int(&part[2]))
		return in_some_range(p, n, stepped, args, out);

	int64_t step = part[2].term.num;
	bool up = step > 0;

	if (step == 0)
		return match_fail_at(p, args[3].at, "the step of a range can't be 0");
	if (elixir_is_int(&part[0]) && elixir_is_int(&part[1]) &&
	    part[0].term.num == part[1].term.num)
		return elixir_expand(p, "a === b", args, n, out);
	if (step == 1 || step == -1)
		return elixir_expand(p, up ? UP : DOWN, args, n, out);
	return elixir_expand(p, up ? UP STEP : DOWN STEP, args, n, out);
}

static bool is_range(const struct match_node *n)
{
	return n->kind == NODE_OP && n->n == 2 &&
	       (text_is(n->name, "..") || text_is(n->name, "//"));
}

bool elixir_in(struct match_parse *p, const struct match_node *n, struct match_node *out)
{
	const struct match_node *right = &n->items[1];
	struct match_node asked;

	if (text_is(n->name, "not in")) {
		asked = operation(p, n, "in", &n->items[0], right);
		*out = *n;
		out->name = TEXT("not");
		out->n = 1;
		return elixir_items(p, elixir_value, &asked, 1, out);
	}
	if (is_range(right))
		return in_range(p, n, out);
	if (right->kind == NODE_LIST || right->kind == NODE_TERM)
		return in_list(p, n, out);
	return no_list(p, right);
}
