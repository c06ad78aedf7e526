/* A specification that counts itself shut. */
#include "trace/gate.h"

#include <string.h>

uint32_t gate_calls(const struct arming *a)
{
	const struct trace_limits *l = &a->limits;
	uint32_t n = l->calls;

	if (l->rate && l->rate < n)
		n = l->rate;
	if (a->whole && n > GATE_WINDOW)
		n = GATE_WINDOW;
	return n;
}

/*
 * Is each process to take itself out once the gate is closed? Not where it opens again;
 * where returns are to come, whose frames that would silence; and of receive the runtime
 * does not take it.
 */
static bool is_final(const struct gate *g)
{
	const struct arming *a = g->arming;

	return !a->values && !a->limits.throttle && strcmp(g->flag, "receive") != 0 &&
	       !(a->whole && a->limits.calls > GATE_WINDOW);
}

/* {get_tcw}: deeper than a person writes is not looked for. */
#define DEPTH_MAX 1000

/* Where the actions of a clause say what is sent. */
struct said {
	const struct term *message; /* X of the last {message, X}; or NULL */
	bool silent;                /* {message, false}: the call is not sent */
	bool returns;               /* {return_trace}, {exception_trace} */
};

static struct term *items(struct arena *a, size_t n)
{
	return arena_many(a, n, struct term);
}

static struct term tuple_of(struct term *at, size_t n)
{
	return (struct term){ .type = TERM_TUPLE, .n = (uint32_t)n, .items = at };
}

/* at has n elements and room for the tail. */
static struct term list_of(struct term *at, size_t n)
{
	at[n] = (struct term){ .type = TERM_LIST };
	return (struct term){ .type = TERM_LIST, .n = (uint32_t)n, .items = at };
}

static struct term atom_of(const char *name)
{
	return (struct term){ .type = TERM_ATOM, .text = text_of(name) };
}

static struct term int_of(int64_t n)
{
	return (struct term){ .type = TERM_INT, .num = n };
}

static struct term tuple1(struct arena *a, struct term x)
{
	struct term *at = items(a, 1);

	at[0] = x;
	return tuple_of(at, 1);
}

static struct term tuple2(struct arena *a, struct term x, struct term y)
{
	struct term *at = items(a, 2);

	at[0] = x;
	at[1] = y;
	return tuple_of(at, 2);
}

static struct term tuple3(struct arena *a, struct term x, struct term y, struct term z)
{
	struct term *at = items(a, 3);

	at[0] = x;
	at[1] = y;
	at[2] = z;
	return tuple_of(at, 3);
}

/* The control word from which on it is closed. */
static int64_t limit(const struct gate *g)
{
	return (int64_t)TRACE_WORD_BASE + gate_calls(g->arming);
}

static struct term get_tcw(struct arena *a)
{
	return tuple1(a, atom_of("get_tcw"));
}

/* Also what is quoted by {const, ...} is looked at: nobody misses it. */
static bool uses_word(const struct term *t, unsigned depth)
{
	size_t n = t->n;

	if (depth > DEPTH_MAX)
		return true;
	if (term_is_tuple(t, 1, "get_tcw") || term_is_tuple(t, 2, "set_tcw"))
		return true;
	if (t->type == TERM_MAP)
		n *= 2;
	else if (t->type != TERM_LIST && t->type != TERM_TUPLE)
		return false;
	for (size_t i = 0; i < n; i++)
		if (uses_word(&t->items[i], depth + 1))
			return true;
	return t->type == TERM_LIST && n && uses_word(&t->items[n], depth + 1);
}

static struct said said_by(const struct term *actions)
{
	struct said s = { 0 };

	for (size_t i = 0; i < actions->n; i++) {
		const struct term *action = &actions->items[i];

		if (term_is_tuple(action, 2, "message")) {
			const struct term *x = term_at(action, 1);

			s.silent = term_is_atom(x, "false");
			s.message = s.silent || term_is_atom(x, "true") ? NULL : x;
		}
		if (term_is_tuple(action, 1, "return_trace") ||
		    term_is_tuple(action, 1, "exception_trace"))
			s.returns = true;
	}
	return s;
}

/* A word from somebody else closes it too, or it would count from there. */
static struct term at_least(struct arena *a, int64_t n)
{
	return tuple3(a, atom_of(">="), get_tcw(a), int_of(n));
}

/* Ours in front of the person's: closed nothing else is looked at. */
static struct term open_guards(struct arena *a, const struct term *guards,
			       const struct gate *g)
{
	struct term *at = items(a, (size_t)guards->n + 3);

	at[0] = tuple3(a, atom_of("<"), get_tcw(a), int_of(limit(g)));
	at[1] = at_least(a, TRACE_WORD_BASE);
	if (guards->n)
		memcpy(at + 2, guards->items, guards->n * sizeof(*at));
	return list_of(at, (size_t)guards->n + 2);
}

/*
 * The clause with its actions, without what they say of messages, and then ours. A call
 * that is not sent does not count, or the tracer would wait for the last of them for
 * ever; but where it would have the runtime send a return, it does.
 */
static struct term counted(struct arena *a, const struct term *clause,
			   const struct gate *g)
{
	const struct term *actions = term_at(clause, 2);
	struct said said = said_by(actions);
	struct term *at = items(a, actions->n + 3);
	struct term head = *term_at(clause, 0), message;
	size_t n = 0;

	for (size_t i = 0; i < actions->n; i++)
		if (!term_is_tuple(&actions->items[i], 2, "message"))
			at[n++] = actions->items[i];
	if (said.silent)
		at[n++] = tuple2(a, atom_of("message"), atom_of("false"));
	else if (g->message && message_make(a, g->message, clause, g->arity,
					    said.message, &head, &message))
		at[n++] = tuple2(a, atom_of("message"), message);
	else if (said.message)
		at[n++] = tuple2(a, atom_of("message"), *said.message);
	if (!said.silent || said.returns)
		at[n++] = tuple2(a, atom_of("set_tcw"),
				 tuple3(a, atom_of("+"), get_tcw(a), int_of(1)));
	return tuple3(a, head, open_guards(a, term_at(clause, 1), g), list_of(at, n));
}

/* {'_', [{'orelse', {'<', {get_tcw}, Base}, {'>=', {get_tcw}, Base + Calls}}],
 *  [{trace, [Flag], []}, {message, false}]} */
static struct term self_off(struct arena *a, const struct gate *g)
{
	struct term *guard = items(a, 2), *actions = items(a, 3), *flag = items(a, 2);

	guard[0] = tuple3(a, atom_of("orelse"),
			  tuple3(a, atom_of("<"), get_tcw(a), int_of(TRACE_WORD_BASE)),
			  at_least(a, limit(g)));
	flag[0] = atom_of(g->flag);
	actions[0] = tuple3(a, atom_of("trace"), list_of(flag, 1),
			    (struct term){ .type = TERM_LIST });
	actions[1] = tuple2(a, atom_of("message"), atom_of("false"));
	return tuple3(a, atom_of("_"), list_of(guard, 1), list_of(actions, 2));
}

static bool is_clause(const struct term *t)
{
	return t->type == TERM_TUPLE && t->n == 3 && term_is_list(term_at(t, 1)) &&
	       term_is_list(term_at(t, 2));
}

static bool refuse_word(struct err *err)
{
	fail(err, ERR_CANNOT, "get_tcw and set_tcw cannot be used: otoscope counts the "
	     "calls with the trace control word");
	return fail_hint(err, "-n and --rate limit the calls");
}

bool gate_spec(struct arena *a, const struct term *spec, const struct gate *g,
	       struct term *out, struct err *err)
{
	struct term *clauses;

	if (!term_is_list(spec))
		return fail(err, ERR_CANNOT, "the match specification is no list");
	clauses = items(a, (size_t)spec->n + 2);
	for (size_t i = 0; i < spec->n; i++) {
		const struct term *clause = &spec->items[i];

		if (!is_clause(clause))
			return fail(err, ERR_CANNOT,
				    "clause %zu of the match specification is no "
				    "{Head, Guards, Actions}",
				    i + 1);
		if (uses_word(term_at(clause, 1), 0) || uses_word(term_at(clause, 2), 0))
			return refuse_word(err);
		clauses[i] = counted(a, clause, g);
	}
	if (is_final(g))
		clauses[spec->n] = self_off(a, g);
	*out = list_of(clauses, spec->n + (is_final(g) ? 1 : 0));
	return true;
}
