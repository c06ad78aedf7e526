#include "trace/by.h"

static bool fits(const struct by_rule *r, const struct event_function *f)
{
	return (r->module.len == 0 || text_eq(r->module, f->module)) &&
	       (r->function.len == 0 || text_eq(r->function, f->function)) &&
	       (r->arity < 0 || r->arity == f->arity);
}

static bool take_element(struct term *t, size_t i)
{
	if ((t->type != TERM_LIST && t->type != TERM_TUPLE) || i >= t->n)
		return false;
	*t = t->items[i];
	return true;
}

/* What follows the first n elements of a list. */
static bool take_tail(struct term *t, size_t n)
{
	if (t->type != TERM_LIST || n > t->n)
		return false;
	if (n == t->n && n > 0)
		*t = t->items[n];
	else if (n > 0)
		*t = (struct term){ .type = TERM_LIST,
				    .n = t->n - (uint32_t)n,
				    .items = t->items + n };
	return true;
}

static bool take_value(struct term *t, const struct term *key)
{
	for (size_t i = 0; t->type == TERM_MAP && i < t->n; i++) {
		if (term_eq(&t->items[2 * i], key)) {
			*t = t->items[2 * i + 1];
			return true;
		}
	}
	return false;
}

static bool take(struct term *t, const struct by_step *step)
{
	switch (step->kind) {
	case BY_ELEMENT:
		return take_element(t, step->index);
	case BY_TAIL:
		return take_tail(t, step->index);
	case BY_VALUE:
		return take_value(t, &step->key);
	}
	return false;
}

bool by_find(const struct by *b, const struct event *e, struct term *out)
{
	const struct by_rule *r = NULL;

	for (size_t i = 0; i < b->nrules && !r; i++)
		if (fits(&b->rules[i], &e->function))
			r = &b->rules[i];
	if (!r || e->args == ARGS_NONE)
		return false;
	*out = e->arguments;
	for (size_t i = 0; i < r->nsteps; i++)
		if (!take(out, &r->steps[i]))
			return false;
	return true;
}

/* The way of one argument, the first is 1. */
static bool by_number(struct arena *a, int64_t number, const struct match *matches,
		      size_t nmatches, struct by *out, struct err *err)
{
	struct by_rule *rule = arena_new(a, struct by_rule);
	struct by_step *step = arena_new(a, struct by_step);
	int most = -1;

	for (size_t i = 0; i < nmatches; i++) {
		if (matches[i].arity < 0)
			most = 255;
		else if (matches[i].arity > most)
			most = matches[i].arity;
	}
	if (number < 1 || number > most) {
		fail(err, ERR_USAGE, "the functions have no argument %lld",
		     (long long)number);
		return fail_hint(err, "the first is --by 1; there are %d",
				 most < 0 ? 0 : most);
	}
	*step = (struct by_step){ .kind = BY_ELEMENT, .index = (size_t)number - 1 };
	*rule = (struct by_rule){ .arity = -1, .steps = step, .nsteps = 1 };
	*out = (struct by){ .rules = rule, .nrules = 1 };
	return true;
}

bool by_parse(struct arena *a, struct text t, const struct match *matches,
	      size_t nmatches, struct by *out, struct err *err)
{
	int64_t number;

	if (text_int(t, &number))
		return by_number(a, number, matches, nmatches, out, err);
	fail(err, ERR_USAGE, "no expression has a variable '%.*s'", TEXT_ARG(t));
	return fail_hint(err, "--by takes the number of an argument (1, 2, ...) or a "
			 "variable of the expression");
}
