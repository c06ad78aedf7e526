/* The projection of arguments: made for the body of a match specification. */
#include "trace/message.h"

#include <string.h>

#include "trace/projection.h"

struct maker {
	struct arena *arena;
	const struct trace_message *m;
};

static struct term atom(const char *name)
{
	return (struct term){ .type = TERM_ATOM, .text = text_of(name) };
}

static struct term number(int64_t v)
{
	return (struct term){ .type = TERM_INT, .num = v };
}

static struct term tuple(struct maker *k, const struct term *items, size_t n)
{
	struct term *copy = arena_many(k->arena, n, struct term);

	if (n)
		memcpy(copy, items, n * sizeof(*items));
	return (struct term){ .type = TERM_TUPLE, .n = (uint32_t)n, .items = copy };
}

/* {{...}}: what makes a tuple. */
static struct term made(struct maker *k, const struct term *items, size_t n)
{
	struct term inner = tuple(k, items, n);

	return tuple(k, &inner, 1);
}

static struct term call1(struct maker *k, const char *f, struct term x)
{
	return tuple(k, (struct term[]){ atom(f), x }, 2);
}

static struct term call2(struct maker *k, const char *f, struct term x, struct term y)
{
	return tuple(k, (struct term[]){ atom(f), x, y }, 3);
}

/* The value when the condition holds, or else false: the value is not even looked at. */
static struct term when(struct maker *k, struct term condition, struct term value)
{
	return call2(k, "andalso", condition, value);
}

/* Numbers, atoms, references, ports, pids: what is below tuples in the order of terms.
 * One in a tuple, so that the atom false is something. */
static struct term make_leaf(struct maker *k, struct term x)
{
	struct term empty = made(k, NULL, 0);
	struct term below = call2(k, "<", x, empty);
	struct term fun = call1(k, "not", call1(k, "is_function", x));

	return tuple(k, (struct term[]){ atom("andalso"), below, fun, made(k, &x, 1) },
		     4);
}

/* Bits are above all else. */
static struct term make_bits(struct maker *k, struct term x)
{
	struct term empty = { .type = TERM_BINARY };
	struct term bits = call1(k, "bit_size", x);
	struct term part = tuple(k, (struct term[]){ atom("binary_part"), x, number(0),
				 number(PROJECTION_BYTES_PART) }, 4);
	struct term items[] = {
		bits,
		when(k, call2(k, "=<", bits, number(8 * PROJECTION_BYTES)), x),
		part,
	};

	return when(k, call2(k, ">=", x, empty),
		    made(k, items, k->m->binary_part ? 3 : 2));
}

static struct term make_node(struct maker *k, struct term x, unsigned depth);

/* The elements behind the first, as far as these look like text. */
static struct term make_chars(struct maker *k, struct term x, struct term rest, size_t n)
{
	struct term items[PROJECTION_CHARS];
	struct term first = call1(k, "hd", x);
	struct term is[] = {
		atom("andalso"),
		call2(k, ">=", first, number(8)),
		call2(k, "<", first, number(0x110000)),
		call2(k, ">", rest, (struct term){ .type = TERM_LIST }),
		{ 0 },
	};

	for (size_t i = 0; i < n; i++) {
		items[i] = call2(k, "band", call1(k, "hd", rest),
				 number(PROJECTION_MASK));
		rest = call1(k, "tl", rest);
	}
	is[4] = made(k, items, n);
	return tuple(k, is, 5);
}

static struct term make_list(struct maker *k, struct term x, unsigned depth)
{
	struct term items[PROJECTION_ELEMENTS + 2] = { call1(k, "length", x) };
	struct term rest = x;
	size_t n = 1;

	if (depth == 0)
		return when(k, call1(k, "is_list", x), items[0]);
	for (; n <= PROJECTION_ELEMENTS; n++) {
		struct term more = call2(k, ">", rest,
					 (struct term){ .type = TERM_LIST });

		items[n] = when(k, more, make_node(k, call1(k, "hd", rest), depth - 1));
		rest = call1(k, "tl", rest);
	}
	items[n++] = make_chars(k, x, rest, projection_chars(depth));
	return when(k, call1(k, "is_list", x), made(k, items, n));
}

static struct term make_tuple(struct maker *k, struct term x, unsigned depth)
{
	struct term items[PROJECTION_FIELDS + 1] = { call1(k, "size", x) };

	if (depth == 0)
		return when(k, call1(k, "is_tuple", x), items[0]);
	for (size_t i = 1; i <= PROJECTION_FIELDS; i++) {
		struct term at = number((int64_t)i);
		struct term field = make_node(k, call2(k, "element", at, x), depth - 1);

		items[i] = when(k, call2(k, ">=", items[0], at), field);
	}
	return when(k, call1(k, "is_tuple", x), made(k, items, PROJECTION_FIELDS + 1));
}

static struct term make_map(struct maker *k, struct term x, unsigned depth)
{
	size_t nkeys = depth > 0 ? k->m->nkeys : 0;
	struct term *items = arena_many(k->arena, 2 + nkeys, struct term);

	items[0] = call1(k, "map_size", x);
	items[1] = call2(k, "map_get", atom("__struct__"), x);
	for (size_t i = 0; i < nkeys; i++) {
		struct term key = call1(k, "const", k->m->keys[i]);
		struct term value = call2(k, "map_get", key, x);

		items[2 + i] = when(k, call2(k, "is_map_key", key, x),
				    make_node(k, value, depth - 1));
	}
	return when(k, call1(k, "is_map", x), made(k, items, 2 + nkeys));
}

static struct term make_node(struct maker *k, struct term x, unsigned depth)
{
	struct term parts[PROJECTION_NPARTS] = {
		[PROJECTION_LEAF] = make_leaf(k, x),
		[PROJECTION_BITS] = make_bits(k, x),
		[PROJECTION_LIST] = make_list(k, x, depth),
		[PROJECTION_TUPLE] = make_tuple(k, x, depth),
		[PROJECTION_MAP] = make_map(k, x, depth),
	};

	return made(k, parts, PROJECTION_NPARTS);
}

size_t projection_chars(unsigned depth)
{
	return depth >= 2 ? PROJECTION_CHARS : PROJECTION_CHARS / 2;
}

/* The arguments of any number, as a list. */
static struct term make_any(struct maker *k, struct term x)
{
	struct term items[PROJECTION_ARGS + 1] = { call1(k, "length", x) };
	struct term rest = x;

	for (size_t i = 1; i <= PROJECTION_ARGS; i++) {
		struct term more = call2(k, ">", rest,
					 (struct term){ .type = TERM_LIST });

		items[i] = when(k, more, make_node(k, call1(k, "hd", rest), k->m->depth));
		rest = call1(k, "tl", rest);
	}
	return made(k, items, PROJECTION_ARGS + 1);
}

static size_t nodes_below(const struct trace_message *m, unsigned depth)
{
	size_t children = PROJECTION_ELEMENTS + PROJECTION_FIELDS + m->nkeys;

	return 1 + (depth > 0 ? children * nodes_below(m, depth - 1) : 0);
}

size_t message_nodes(const struct trace_message *m, int arity)
{
	if (m->args != ARGS_CUT)
		return 0;
	return (m->sent ? 1 : arity < 0 ? PROJECTION_ARGS : (size_t)arity) *
	       nodes_below(m, m->depth);
}

/* Argument number i: the variable that the head has for it, or out of all of them. */
static struct term argument(struct maker *k, const struct term *head, size_t i)
{
	struct term rest = atom("$_");

	if (head->type == TERM_LIST && projection_is_variable(term_at(head, i)))
		return head->items[i];
	if (projection_is_variable(head))
		rest = *head;
	for (; i > 0; i--)
		rest = call1(k, "tl", rest);
	return call1(k, "hd", rest);
}

/* Without arguments there must be no '$_': it ends the emulator. */
static struct term make_args(struct maker *k, const struct term *head, int arity)
{
	if (k->m->args != ARGS_CUT)
		return atom("false");
	if (k->m->sent)
		return make_node(k, argument(k, head, 1), k->m->depth);
	if (head->type == TERM_LIST)
		arity = (int)head->n;
	if (arity < 0)
		return projection_is_variable(head) ? make_any(k, *head) : atom("false");

	struct term *items = arena_many(k->arena, (size_t)arity, struct term);

	for (size_t i = 0; i < (size_t)arity; i++)
		items[i] = make_node(k, argument(k, head, i), k->m->depth);
	return made(k, items, (size_t)arity);
}

static struct term ask(struct maker *k, const char *what)
{
	struct term name = atom(what);

	return tuple(k, &name, 1);
}

/* These are of calls alone. */
static struct term ask_caller(struct maker *k)
{
	const struct trace_message *m = k->m;

	if (m->sent || !(m->caller || m->from))
		return atom("false");
	return ask(k, m->caller && m->caller_line ? "caller_line" : "caller");
}

static struct term ask_stack(struct maker *k)
{
	const struct trace_message *m = k->m;

	if (m->sent || !(m->stack || m->dump))
		return atom("false");
	return ask(k, m->stack ? "current_stacktrace" : "process_dump");
}

bool message_make(struct arena *a, const struct trace_message *m,
		  const struct term *clause, int arity, const struct term *extra,
		  struct term *head, struct term *out)
{
	struct maker k = { a, m };

	*head = *term_at(clause, 0);
	if (m->args != ARGS_CUT && !(m->extra && extra) &&
	    (m->sent || !(m->from || m->caller || m->stack || m->dump)))
		return false;
	if (m->args == ARGS_CUT)
		*head = projection_head(a, clause, m->sent ? 2 : arity);

	struct term parts[] = {
		make_args(&k, head, arity),
		ask_caller(&k),
		ask_stack(&k),
		m->extra && extra ? made(&k, extra, 1) : atom("false"),
	};

	*out = made(&k, parts, 4);
	return true;
}
