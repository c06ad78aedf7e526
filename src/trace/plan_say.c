/* The plan in words, for people, before anything is armed. */
#include <inttypes.h>

#include "base/units.h"
#include "trace/plan_inside.h"

#define FIRST 3 /* functions that are named */

struct saying {
	struct trace_plan *plan;
	const struct trace_options *options;
	const struct plan_parts *parts;
	struct text *lines;
	size_t n;
	size_t cap;
};

static void add_line(struct saying *s, struct buf *b)
{
	if (s->n == s->cap) {
		struct text *old = s->lines;

		s->cap = s->cap ? 2 * s->cap : 16;
		s->lines = arena_many(&s->plan->arena, s->cap, struct text);
		for (size_t i = 0; i < s->n; i++)
			s->lines[i] = old[i];
	}
	s->lines[s->n++] = text_dup(&s->plan->arena, buf_text(b));
	buf_clear(b);
}

static void say_functions(struct saying *s)
{
	const struct resolved *r = s->parts->resolved;
	struct buf b = { 0 };

	buf_printf(&b, "functions  %zu", r->n);
	if (r->nmodules > 1)
		buf_printf(&b, " of %zu modules", r->nmodules);
	buf_str(&b, ": ");
	for (size_t i = 0; i < r->n && i < FIRST; i++) {
		buf_str(&b, i ? ", " : "");
		term_mfa(&b, r->functions[i].module, r->functions[i].function,
			 r->functions[i].arity, s->options->syntax);
	}
	buf_str(&b, r->n > FIRST ? ", ..." : "");
	add_line(s, &b);
}

static void say_limits(struct saying *s)
{
	const struct trace_limits *l = &s->options->limits;
	struct buf b = { 0 };

	buf_printf(&b, "limits     %" PRIu32 " calls, ", l->calls);
	units_human(&b, (double)l->time_ns, UNIT_NS);
	add_line(s, &b);
}

void plan_say(struct trace_plan *p, const struct trace_options *o,
	      const struct plan_parts *parts)
{
	struct saying s = { .plan = p, .options = o, .parts = parts };

	say_functions(&s);
	say_limits(&s);
	p->lines = s.lines;
	p->nlines = s.n;
}
