/* Elixir's operators that make literals and containers: -1, "a" <> "b", [1] ++ x,
 * 1..10//2. */
#include "match/elixir.h"

struct match_node elixir_atom(const struct match_node *where, const char *name)
{
	return (struct match_node){
		.kind = NODE_TERM,
		.at = where->at,
		.end = where->end,
		.term = { .type = TERM_ATOM, .text = text_of(name) },
	};
}

struct match_node elixir_int(const struct match_node *where, int64_t v)
{
	return (struct match_node){
		.kind = NODE_TERM,
		.at = where->at,
		.end = where->end,
		.term = { .type = TERM_INT, .num = v },
	};
}

bool elixir_is_int(const struct match_node *n)
{
	return n->kind == NODE_TERM && n->term.type == TERM_INT;
}

size_t elixir_place(const struct match_node *n)
{
	return n->kind == NODE_OP || n->kind == NODE_MATCH ? (size_t)n->term.num : n->at;
}

static bool negate(struct match_parse *p, struct term *t)
{
	if (t->type == TERM_FLOAT) {
		t->real = -t->real;
	} else if (t->type == TERM_INT) {
		if (t->num == INT64_MIN)
			return false;
		t->num = -t->num;
	} else {
		struct term_big *big = arena_new(p->lex.arena, struct term_big);

		*big = *t->big;
		big->negative = !big->negative;
		t->big = big;
	}
	return true;
}

/* -1 and +1 with a blank or brackets in between */
static bool signed_number(struct match_parse *p, const struct match_node *n,
			  struct match_node *out)
{
	bool minus = text_is(n->name, "-");

	if (n->n != 1 || (!minus && !text_is(n->name, "+")) ||
	    n->items[0].kind != NODE_TERM || !term_is_number(&n->items[0].term))
		return false;
	*out = n->items[0];
	out->at = n->at;
	return !minus || negate(p, &out->term);
}

static bool is_op(const struct match_node *n, const char *name)
{
	return n->kind == NODE_OP && n->n == 2 && text_is(n->name, name);
}

/* What can't be joined; NULL when all of them are literals. */
static const struct match_node *join(const struct match_node *n, struct buf *b)
{
	while (is_op(n, "<>")) {
		const struct match_node *wrong = join(&n->items[0], b);

		if (wrong)
			return wrong;
		n = &n->items[1];
	}
	if (n->kind != NODE_TERM || n->term.type != TERM_BINARY)
		return n;
	buf_text_add(b, n->term.text);
	return NULL;
}

/* How to ask for what begins with a text, whose rest is a variable. */
static bool say_prefix(struct match_parse *p, const struct match_node *rest,
		       const struct term *text)
{
	struct text x = rest->kind == NODE_VAR && !text_is(rest->name, "_") ? rest->name
									    : TEXT("x");
	struct buf b = { 0 };

	term_print(&b, text,
		   &(struct term_style){ .syntax = SYNTAX_ELIXIR, .bytes = 100 });
	fail_hint(p->lex.err,
		  "%.*s as the pattern, and when binary_part(%.*s, 0, %zu) == %s",
		  TEXT_ARG(x), TEXT_ARG(x), text->text.len, buf_cstr(&b));
	buf_clear(&b);
	return false;
}

/* "a" <> "b" of literals. What begins with a text can't be asked for. */
static bool joined_texts(struct match_parse *p, const struct match_node *n,
			 struct match_node *out)
{
	struct buf b = { 0 };
	const struct match_node *wrong = join(n, &b);

	*out = (struct match_node){ .kind = NODE_TERM, .at = n->at, .end = n->end };
	out->term.type = TERM_BINARY;
	out->term.text = text_dup(p->lex.arena, buf_text(&b));
	buf_clear(&b);
	if (!wrong)
		return true;
	match_fail_at(p, elixir_place(n),
		      "a match specification compares whole binaries, "
		      "not how they begin");
	return out->term.text.len > 0 && say_prefix(p, wrong, &out->term);
}

static bool is_list(const struct match_node *n)
{
	if (n->kind != NODE_LIST || n->n == 0)
		return n->kind == NODE_LIST;
	return n->items[n->n].kind == NODE_LIST && n->items[n->n].n == 0;
}

bool elixir_push_list(struct match_parse *p, const struct match_node *n)
{
	if (n->kind == NODE_TERM && term_is_list(&n->term)) {
		for (size_t i = 0; i < n->term.n; i++)
			match_push(p, &(struct match_node){
					      .kind = NODE_TERM,
					      .at = n->at,
					      .end = n->end,
					      .term = n->term.items[i],
				      });
		return true;
	}
	if (!is_list(n))
		return false;
	for (size_t i = 0; i < n->n; i++)
		match_push(p, &n->items[i]);
	return true;
}

/* [1, 2] ++ x is [1, 2 | x]. */
static bool joined_lists(struct match_parse *p, elixir_translate each,
			 const struct match_node *n, struct match_node *out)
{
	struct match_node left;
	struct match_node tail;
	size_t from = p->nstack;
	size_t all;

	if (!elixir_one_more(p, n->at) || !each(p, &n->items[0], &left))
		return false;
	if (!elixir_push_list(p, &left))
		return match_fail_at(p, elixir_place(n),
				     "only a list that is written out "
				     "can stand in front of '++'");
	if (!each(p, &n->items[1], &tail))
		return false;
	p->depth--;
	if (p->nstack == from) {
		*out = tail;
		return true;
	}
	match_push(p, &tail);
	out->kind = NODE_LIST;
	out->items = match_pop(p, from, &all);
	out->n = all - 1;
	return true;
}

bool elixir_range_parts(struct match_parse *p, elixir_translate each,
			const struct match_node *n, struct match_node part[3],
			size_t *count)
{
	bool stepped = text_is(n->name, "//");
	const struct match_node *range = stepped ? &n->items[0] : n;

	if (stepped && !is_op(range, ".."))
		return match_fail_at(p, elixir_place(n),
				     "'//' is the step of a range: "
				     "1..10//2");
	if (!elixir_one_more(p, n->at) || !each(p, &range->items[0], &part[0]) ||
	    !each(p, &range->items[1], &part[1]) ||
	    (stepped && !each(p, &n->items[1], &part[2])))
		return false;
	p->depth--;
	*count = stepped ? 3 : 2;
	if (!stepped && elixir_is_int(&part[0]) && elixir_is_int(&part[1])) {
		part[2] = elixir_int(n, part[0].term.num > part[1].term.num ? -1 : 1);
		*count = 3;
	}
	return true;
}

/* A range is a struct. */
static bool range(struct match_parse *p, elixir_translate each,
		  const struct match_node *n, struct match_node *out)
{
	static const char *const keys[] = { "first", "last", "step" };
	struct match_node part[3];
	struct match_node key = elixir_atom(n, "__struct__");
	struct match_node name = elixir_atom(n, "Elixir.Range");
	size_t count = 0;

	if (!elixir_range_parts(p, each, n, part, &count))
		return false;

	size_t from = p->nstack;

	match_push(p, &key);
	match_push(p, &name);
	for (size_t i = 0; i < count; i++) {
		key = elixir_atom(n, keys[i]);
		match_push(p, &key);
		match_push(p, &part[i]);
	}
	out->kind = NODE_MAP;
	out->items = match_pop(p, from, &count);
	out->n = count / 2;
	return true;
}

bool elixir_literal(struct match_parse *p, elixir_translate each,
		    const struct match_node *n, struct match_node *out, bool *done)
{
	*done = true;
	if (signed_number(p, n, out))
		return true;
	if (is_op(n, "<>"))
		return joined_texts(p, n, out);
	if (is_op(n, "++"))
		return joined_lists(p, each, n, out);
	if (is_op(n, "..") || is_op(n, "//"))
		return range(p, each, n, out);
	*out = *n;
	*done = false;
	return true;
}
