#include "trace/by.h"

#include "base/near.h"
#include "base/secret.h"
#include "term/print.h"

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

static const struct by_rule *rule_of(const struct by *b, const struct event *e)
{
	for (size_t i = 0; i < b->nrules; i++)
		if (fits(&b->rules[i], &e->function))
			return &b->rules[i];
	return NULL;
}

bool by_secret(const struct by *b, const struct event *e)
{
	const struct by_rule *r = rule_of(b, e);

	for (size_t i = 0; r && i < r->nsteps; i++)
		if (r->steps[i].kind == BY_VALUE &&
		    secret_name(term_text(&r->steps[i].key)))
			return true;
	return false;
}

bool by_find(const struct by *b, const struct event *e, struct term *out)
{
	const struct by_rule *r = rule_of(b, e);

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

/* Heads are not nested deeper: match_compile() saw to it. */
#define STEPS_MOST ((size_t)256)

struct way {
	struct by_step steps[STEPS_MOST];
	size_t n;
};

static bool find_atom(const struct term *t, struct text atom, struct way *w);

static bool find_behind(const struct term *t, struct text atom, struct way *w,
			struct by_step step)
{
	if (w->n == STEPS_MOST)
		return false;
	w->steps[w->n++] = step;
	if (find_atom(t, atom, w))
		return true;
	w->n--;
	return false;
}

/* The way to the first place where an atom stands in a head. */
static bool find_atom(const struct term *t, struct text atom, struct way *w)
{
	bool list = t->type == TERM_LIST && t->n > 0;

	if (t->type == TERM_ATOM)
		return text_eq(t->text, atom);
	for (size_t i = 0; (list || t->type == TERM_TUPLE) && i < t->n; i++)
		if (find_behind(&t->items[i], atom, w,
				(struct by_step){ .kind = BY_ELEMENT, .index = i }))
			return true;
	for (size_t i = 0; t->type == TERM_MAP && i < t->n; i++)
		if (find_behind(&t->items[2 * i + 1], atom, w,
				(struct by_step){ .kind = BY_VALUE,
						  .key = t->items[2 * i] }))
			return true;
	return list && find_behind(&t->items[t->n], atom, w,
				   (struct by_step){ .kind = BY_TAIL, .index = t->n });
}

static bool way_of(const struct match *m, struct text name, struct way *w)
{
	for (size_t i = 0; i < m->nvariables; i++) {
		const struct match_variable *v = &m->variables[i];

		if (!text_eq(v->name, name))
			continue;
		*w = (struct way){ 0 };
		if (text_is(v->atom, "$_") || find_atom(v->head, v->atom, w))
			return true;
	}
	return false;
}

static void by_variable(struct arena *a, struct text name, const struct match *matches,
			size_t nmatches, struct by *out)
{
	struct by_rule *rules = arena_many(a, nmatches, struct by_rule);
	struct way w;

	*out = (struct by){ .rules = rules };
	for (size_t i = 0; i < nmatches; i++) {
		const struct match *m = &matches[i];
		struct by_step *steps;

		if (!way_of(m, name, &w))
			continue;
		steps = arena_many(a, w.n, struct by_step);
		for (size_t k = 0; k < w.n; k++)
			steps[k] = w.steps[k];
		rules[out->nrules++] = (struct by_rule){ m->module, m->function, m->arity,
							 steps, w.n };
	}
}

static bool no_variable(struct text t, const struct match *matches, size_t nmatches,
			struct err *err)
{
	struct near near = { .word = t };
	struct arena scratch = { 0 };

	for (size_t i = 0; i < nmatches; i++)
		for (size_t k = 0; k < matches[i].nvariables; k++)
			near_offer(&near,
				   text_cstr(&scratch, matches[i].variables[k].name));
	fail(err, ERR_USAGE, "no expression has a variable '%.*s'", TEXT_ARG(t));
	if (near.best)
		fail_hint(err, "is '%s' meant?", near.best);
	else
		fail_hint(err, "--by takes the number of an argument (1, 2, ...) or a "
			  "variable of the expression");
	arena_clear(&scratch);
	return false;
}

bool by_parse(struct arena *a, struct text t, const struct match *matches,
	      size_t nmatches, struct by *out, struct err *err)
{
	int64_t number;

	if (text_int(t, &number))
		return by_number(a, number, matches, nmatches, out, err);
	by_variable(a, t, matches, nmatches, out);
	return out->nrules > 0 || no_variable(t, matches, nmatches, err);
}

/* Of a function that its rule does not fit, or that has fewer arguments: false. */
static bool has_part(const struct by *b, const struct trace_function *f)
{
	struct event e = { .function = { f->module, f->function, f->arity } };
	const struct by_rule *r = rule_of(b, &e);

	return r && (!r->nsteps || r->steps[0].kind != BY_ELEMENT ||
		     r->steps[0].index < (size_t)f->arity);
}

bool by_check(const struct by *b, const struct arming *a, struct err *err)
{
	const struct trace_function *most = NULL;
	struct buf name = { 0 };

	for (size_t i = 0; i < a->ngroups; i++)
		for (size_t k = 0; k < a->groups[i].n; k++) {
			const struct trace_function *f = &a->groups[i].functions[k];

			if (has_part(b, f))
				return true;
			if (!most || f->arity > most->arity)
				most = f;
		}
	if (!most || !b->nrules)
		return true;
	term_mfa(&name, most->module, most->function, most->arity, SYNTAX_ERLANG);
	fail(err, ERR_USAGE, "--by: no function that is traced has an argument %zu",
	     b->rules[0].nsteps ? b->rules[0].steps[0].index + 1 : 1);
	fail_hint(err, "%s has %d; the first is --by 1", buf_cstr(&name), most->arity);
	buf_clear(&name);
	return false;
}
