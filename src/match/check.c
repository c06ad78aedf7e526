/* Warnings: what is allowed, and hardly meant. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/compile.h"

void compile_warn(struct compiler *c, size_t at, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	for (size_t i = 0; i < c->nwarnings; i++) {
		if (c->warnings[i].at == at && text_is(c->warnings[i].what, what))
			return;
	}
	if (c->nwarnings == WARNINGS_MAX)
		return;
	c->warnings[c->nwarnings++] =
		(struct match_warning){ .at = at,
					.what = text_dup(c->p->lex.arena,
							 text_of(what)) };
}

/* What stands there itself, not in a variable. {{...}} is a tuple, {const, X} is X. */
static bool is_literal(const struct term *t, struct term *out)
{
	*out = *t;
	if (t->type == TERM_ATOM)
		return t->text.len == 0 || t->text.p[0] != '$';
	if (t->type != TERM_TUPLE)
		return true;
	if (t->n == 2 && term_is_atom(&t->items[0], "const")) {
		*out = t->items[1];
		return true;
	}
	*out = t->n == 1 ? t->items[0] : *t;
	return t->n == 1 && out->type == TERM_TUPLE;
}

static bool is_variable(const struct term *t)
{
	return t->type == TERM_ATOM && t->text.len > 1 && t->text.p[0] == '$';
}

static const char arithmetic[] = "+ - * / div rem band bor bxor bnot bsl bsr ";
static const char logical[] = "and or xor not andalso orelse ";

static bool in_list(const char *list, struct text op)
{
	for (const char *at = list; *at; at = strchr(at, ' ') + 1) {
		if (text_is(op, "") ||
		    (strncmp(at, op.p, op.len) == 0 && at[op.len] == ' '))
			return true;
	}
	return false;
}

static bool is_comparison(struct text op)
{
	return op.p[0] == '=' || op.p[0] == '<' || op.p[0] == '>' || text_is(op, "/=");
}

/* 1 < X < 5 in Elixir, not X > 1 in both: what is true or false has no order that anybody
 * asks for. */
static void check_order(struct compiler *c, struct text op, const struct match_node *n,
			const struct term *args, size_t nargs)
{
	if (nargs != 2 || (op.p[0] != '<' && op.p[0] != '>' && !text_is(op, "=<")))
		return;
	for (size_t i = 0; i < nargs; i++) {
		const struct term *t = &args[i];

		if (t->type == TERM_TUPLE && t->n > 1 && t->items[0].type == TERM_ATOM &&
		    (is_comparison(t->items[0].text) ||
		     in_list(logical, t->items[0].text)))
			compile_warn(c, n[i].at,
				     "this is true or false, and '%.*s' compares it: "
				     "brackets or '%s' may be missing",
				     TEXT_ARG(op), c->elixir ? "and" : "andalso");
	}
}

void compile_check_operator(struct compiler *c, struct text op,
			    const struct match_node *n, const struct term *args,
			    size_t nargs, size_t at)
{
	struct term literal;

	if (nargs == 2 && is_comparison(op) && is_variable(&args[0]) &&
	    term_eq(&args[0], &args[1])) {
		bool holds = text_is(op, "==") || text_is(op, "=:=") ||
			     text_is(op, ">=") || text_is(op, "=<");

		compile_warn(c, at,
			     "this compares a variable with itself: it is always %s",
			     holds ? "true" : "false");
	}
	check_order(c, op, n, args, nargs);
	for (size_t i = 0; i < nargs; i++) {
		bool numbers = in_list(arithmetic, op);
		bool bools = in_list(logical, op);

		/* what comes last in them may be anything */
		if (i == 1 && (text_is(op, "andalso") || text_is(op, "orelse")))
			break;
		if (!is_literal(&args[i], &literal))
			continue;
		if ((numbers && !term_is_number(&literal)) ||
		    (bools && !bif_fits('B', &literal)))
			compile_warn(c, n[i].at, "'%.*s' of what is no %s always fails",
				     TEXT_ARG(op), numbers ? "number" : "boolean");
	}
}

static const struct {
	char need;
	const char *name;
} types[] = {
	{ 'i', "integer" },
	{ 'n', "number" },
	{ 'l', "list" },
	{ 'z', "list with elements" },
	{ 't', "tuple" },
	{ 'm', "map" },
	{ 'b', "binary" },
	{ 's', "tuple or binary" },
};

static const char *type_name(char need)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].need == need)
			return types[i].name;
	}
	return "value of its type";
}

static const char *const flags[] = {
	"all",
	"send",
	"receive",
	"procs",
	"ports",
	"call",
	"arity",
	"return_to",
	"silent",
	"running",
	"exiting",
	"running_procs",
	"running_ports",
	"garbage_collection",
	"timestamp",
	"cpu_timestamp",
	"monotonic_timestamp",
	"strict_monotonic_timestamp",
	"set_on_spawn",
	"set_on_first_spawn",
	"set_on_link",
	"set_on_first_link",
	"tracer",
};

/* A flag that does not exist is more than an error: trials have ended emulators of OTP 27
 * and 29 with it. */
static bool check_flag(struct compiler *c, const struct match_node *n,
		       const struct term *t)
{
	if (t->type != TERM_ATOM || is_variable(t))
		return true;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (text_is(t->text, flags[i]))
			return true;
	}
	return match_fail_at(c->p, n->at, "there is no trace flag '%.*s'",
			     TEXT_ARG(t->text));
}

static bool check_flags(struct compiler *c, const struct match_node *n,
			const struct term *lists, size_t count)
{
	for (size_t k = 0; k < count; k++) {
		if (lists[k].type != TERM_LIST)
			continue;
		for (size_t i = 0; i < lists[k].n; i++) {
			const struct match_node *at = &n[k];

			if (at->kind == NODE_LIST && i < at->n)
				at = &at->items[i];
			if (!check_flag(c, at, &lists[k].items[i]))
				return false;
		}
	}
	return true;
}

bool compile_check_call(struct compiler *c, const struct match_node *n,
			const struct bif *bif, const struct term *args)
{
	struct term literal;

	if (strcmp(bif->name, "trace") == 0)
		return check_flags(c, n->items + (n->n - 2), args + (n->n - 2), 2);
	if (strcmp(bif->name, "enable_trace") == 0 || strcmp(bif->name, "disable_"
									"trace") == 0)
		return check_flag(c, &n->items[n->n - 1], &args[n->n - 1]);
	for (size_t i = 0; i < n->n && bif->needs[i]; i++) {
		if (!is_literal(&args[i], &literal))
			continue;
		if (!bif_fits(bif->needs[i], &literal))
			compile_warn(c, n->items[i].at,
				     "%s of what is no %s always fails", bif->name,
				     type_name(bif->needs[i]));
		else if ((bif->flags & BIF_TEST) && !n->made)
			compile_warn(c, n->at, "%s of a literal is always the same",
				     bif->name);
	}
	return true;
}

void compile_check_condition(struct compiler *c, const struct match_node *n,
			     const struct term *t)
{
	struct term literal;

	if (is_literal(t, &literal) && !term_is_atom(&literal, "true"))
		compile_warn(c, n->at,
			     "this condition never holds: the clause matches nothing");
	/* what comes last in them may be anything, and then nothing holds */
	if (t->type == TERM_TUPLE && t->n == 3 && n->kind == NODE_OP && n->n == 2 &&
	    (term_is_atom(&t->items[0], "andalso") ||
	     term_is_atom(&t->items[0], "orelse")) &&
	    is_literal(&t->items[2], &literal) && !bif_fits('B', &literal) && !n->made)
		compile_warn(c, n->items[1].at,
			     "this is no condition: it is neither true nor false");
}

void compile_check_action(struct compiler *c, const struct match_node *n,
			  const struct term *t)
{
	const struct bif *bif = t->type == TERM_ATOM ? bif_find(t->text, 0) : NULL;

	if (term_is_atom(t, "return"))
		bif = bif_named(TEXT("return_trace"));
	if (bif && (bif->flags & BIF_ACTION))
		compile_warn(c, n->at, "this is only an atom: the action is %s()",
			     bif->name);
}

void compile_check_variables(struct compiler *c)
{
	for (size_t i = 0; i < c->nvariables; i++) {
		const struct variable *v = &c->variables[i];

		if (v->uses == 0 && !v->twice && v->name.p[0] != '_')
			compile_warn(c, v->at,
				     "variable '%.*s' is used nowhere: '_' matches "
				     "the same",
				     TEXT_ARG(v->name));
	}
}

void compile_check_arity(struct compiler *c, size_t at, const struct term *head)
{
	if (c->m->arity >= 0 && term_is_list(head) && head->n != (uint32_t)c->m->arity)
		compile_warn(c, at,
			     "the head has %u argument%s and the function %d: it matches "
			     "nothing",
			     head->n, head->n == 1 ? "" : "s", c->m->arity);
}

/* A clause whose guard can't fail. */
static bool always_holds(const struct term *clause)
{
	const struct term *guards = &clause->items[1];

	for (size_t i = 0; i < guards->n; i++) {
		if (!term_is_atom(&guards->items[i], "true"))
			return false;
	}
	return true;
}

static size_t parts_of(const struct term *t)
{
	if (t->type == TERM_LIST)
		return t->n > 0 ? (size_t)t->n + 1 : 0;
	if (t->type == TERM_TUPLE)
		return t->n;
	return t->type == TERM_MAP ? 2 * (size_t)t->n : 0;
}

static size_t times_in(const struct term *t, const struct term *variable)
{
	size_t n = t->type == TERM_ATOM && text_eq(t->text, variable->text);

	for (size_t i = 0; i < parts_of(t); i++)
		n += times_in(&t->items[i], variable);
	return n;
}

/* Does a pattern of a head match all that another does? Of maps only those that are the
 * same are known to. */
static bool covers(const struct term *head, const struct term *a, const struct term *b)
{
	if (term_is_atom(a, "_"))
		return true;
	if (is_variable(a))
		return times_in(head, a) == 1;
	if (a->type != b->type || a->type == TERM_MAP || parts_of(a) == 0)
		return term_eq(a, b);
	for (size_t i = 0; i < parts_of(a); i++) {
		if (parts_of(a) != parts_of(b) ||
		    !covers(head, &a->items[i], &b->items[i]))
			return false;
	}
	return true;
}

/* The work grows with the square of the clauses. */
#define COVERS_MAX 100

void compile_check_reached(struct compiler *c, size_t at, const struct term *clauses,
			   size_t first)
{
	for (size_t i = 0; i < first && first < COVERS_MAX; i++) {
		const struct term *head = &clauses[i].items[0];
		const struct term *other = &clauses[first].items[0];

		if (always_holds(&clauses[i]) &&
		    (term_eq(head, other) || covers(head, head, other))) {
			compile_warn(c, at,
				     "this clause is never reached: one in front of it "
				     "matches all that it does");
			return;
		}
	}
}

static int by_place(const void *a, const void *b)
{
	const struct match_warning *x = a;
	const struct match_warning *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

void compile_sort_warnings(struct compiler *c)
{
	if (c->nwarnings > 0)
		qsort(c->warnings, c->nwarnings, sizeof(*c->warnings), by_place);
}
