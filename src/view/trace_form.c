/* The form in which it is said what is to be traced, and within which limits. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"
#include "tui/input.h"
#include "view/help.h"
#include "view/past.h"
#include "view/trace_inside.h"

/* Columns that names of fields take. */
#define NAME_WIDTH ((size_t)13)

/* The fields: first the expressions, then these. */
enum field { FIELD_CALLS, FIELD_TIME, FIELD_ARGS, FIELD_VALUES, FIELD_STACK, NFIELDS };

static const struct {
	const char *name;
	const char *words[4]; /* one of which is chosen; none: it is typed */
	const char *help;
} fields[NFIELDS] = {
	[FIELD_CALLS] = { "calls", { NULL }, "the trace ends after so many" },
	[FIELD_TIME] = { "time", { NULL }, "or after so long: 30s, 2m" },
	[FIELD_ARGS] = { "arguments", { "none", "cut", "whole" },
			 "cut: on the node, to depth 2; whole: copied" },
	[FIELD_VALUES] = { "values", { "no", "yes" },
			   "of returns; no: only how long they took" },
	[FIELD_STACK] = { "stack", { "no", "yes" }, "who called, and who called them" },
};

struct trace_form {
	struct view view;
	struct arena arena;
	struct trace_wish wish;
	struct input words[WISH_WORDS_MAX];
	struct input calls;
	struct input time;
	size_t chosen[NFIELDS]; /* of the words */
	size_t current;         /* an expression; WISH_WORDS_MAX and on: a field */
	size_t line;            /* of the past; its count: what is being typed */
	struct err err;
};

static struct trace_form *of(struct view *v)
{
	return (struct trace_form *)v;
}

/* Expressions that have a line: those that are there, and one more. */
static size_t nwords(const struct trace_form *f)
{
	size_t n = WISH_WORDS_MAX;

	while (n > 0 && !input_text(&f->words[n - 1]).len)
		n--;
	return n < WISH_WORDS_MAX ? n + 1 : n;
}

/* What is typed into; NULL: words are chosen. */
static struct input *current_input(struct trace_form *f)
{
	if (f->current < WISH_WORDS_MAX)
		return &f->words[f->current];
	switch (f->current - WISH_WORDS_MAX) {
	case FIELD_CALLS:
		return &f->calls;
	case FIELD_TIME:
		return &f->time;
	default:
		return NULL;
	}
}

/*
 * Taking what was typed.
 */

static bool take_limits(struct trace_form *f, struct err *err)
{
	int64_t calls;

	f->current = WISH_WORDS_MAX + FIELD_CALLS;
	if (!text_int(text_trim(input_text(&f->calls)), &calls) || calls < 1 ||
	    calls > TRACE_CALLS_MAX)
		return fail(err, ERR_USAGE, "calls: a number from 1 to %d",
			    TRACE_CALLS_MAX);
	f->wish.calls = (uint32_t)calls;
	f->current = WISH_WORDS_MAX + FIELD_TIME;
	return units_duration(text_trim(input_text(&f->time)), &f->wish.time_ns, err);
}

static void take_words(struct trace_form *f)
{
	f->wish.nwords = 0;
	for (size_t i = 0; i < WISH_WORDS_MAX; i++) {
		struct text t = text_trim(input_text(&f->words[i]));

		if (t.len)
			f->wish.words[f->wish.nwords++] = t;
	}
	f->wish.args = (enum event_args)f->chosen[FIELD_ARGS];
	f->wish.values = f->chosen[FIELD_VALUES] == 1;
	f->wish.stack = f->chosen[FIELD_STACK] == 1;
}

/* The line of the n-th expression that is not empty. */
static size_t line_of(const struct trace_form *f, size_t n)
{
	for (size_t i = 0; i < WISH_WORDS_MAX; i++)
		if (text_trim(input_text(&f->words[i])).len && n-- == 0)
			return i;
	return 0;
}

/* Is it right? The cursor goes to what is not. */
static bool take(struct trace_form *f, struct err *err)
{
	size_t current = f->current;
	struct arena scratch = { 0 };
	struct trace_options o;
	size_t bad;
	bool ok;

	take_words(f);
	if (!take_limits(f, err))
		return false;
	f->current = current;
	ok = trace_wish_options(&f->wish, top_options(f->view.top), &scratch, &o, &bad,
				err);
	if (!ok && (bad < f->wish.nwords || !f->wish.nwords))
		f->current = line_of(f, bad);
	arena_clear(&scratch);
	return ok;
}

static bool plan(struct view *v, struct text argument, struct err *err)
{
	struct trace_form *f = of(v);
	struct trace_view *t;

	f->err = (struct err){ 0 };
	if (!take(f, &f->err))
		return true;
	for (size_t i = 0; i < f->wish.nwords; i++)
		past_add(top_traced(v->top), f->wish.words[i]);
	f->line = past_count(top_traced(v->top));
	t = trace_view_new(v, &f->wish);
	if (trace_view_begin(t, &f->err))
		top_push(v->top, &t->view);
	else
		t->view.ops->free(&t->view);
	return true;
}

/*
 * Keys.
 */

static void go(struct trace_form *f, size_t field)
{
	f->current = field;
	f->line = past_count(top_traced(f->view.top));
	top_dirty(f->view.top);
}

static bool next_field(struct view *v, struct text argument, struct err *err)
{
	struct trace_form *f = of(v);
	size_t next = f->current + 1;

	if (f->current < WISH_WORDS_MAX && next >= nwords(f))
		next = WISH_WORDS_MAX;
	go(f, next < WISH_WORDS_MAX + NFIELDS ? next : 0);
	return true;
}

static bool previous_field(struct view *v, struct text argument, struct err *err)
{
	struct trace_form *f = of(v);

	if (f->current == 0)
		go(f, WISH_WORDS_MAX + NFIELDS - 1);
	else if (f->current == WISH_WORDS_MAX)
		go(f, nwords(f) - 1);
	else
		go(f, f->current - 1);
	return true;
}

static bool show_line(struct trace_form *f, size_t line)
{
	struct past *past = top_traced(f->view.top);

	if (f->current >= WISH_WORDS_MAX || line > past_count(past))
		return true;
	f->line = line;
	input_set(&f->words[f->current],
		  line < past_count(past) ? past_at(past, line) : (struct text){ 0 });
	return true;
}

static bool earlier(struct view *v, struct text argument, struct err *err)
{
	struct trace_form *f = of(v);

	return f->line == 0 || show_line(f, f->line - 1);
}

static bool later(struct view *v, struct text argument, struct err *err)
{
	return show_line(of(v), of(v)->line + 1);
}

static bool choose(struct view *v, size_t step)
{
	struct trace_form *f = of(v);
	size_t field = f->current - WISH_WORDS_MAX;
	size_t n = 0;

	if (f->current < WISH_WORDS_MAX)
		return true;
	while (n < 4 && fields[field].words[n])
		n++;
	if (n)
		f->chosen[field] = (f->chosen[field] + (step ? step : n - 1)) % n;
	return true;
}

static bool choose_next(struct view *v, struct text argument, struct err *err)
{
	return choose(v, 1);
}

static bool choose_previous(struct view *v, struct text argument, struct err *err)
{
	return choose(v, 0);
}

static bool close(struct view *v, struct text argument, struct err *err)
{
	top_pop(v->top);
	return true;
}

static const struct action actions[] = {
	{ "<enter>", "plan", NULL, "look what there is to be traced; nothing begins yet",
	  ACTION_FOOT, plan, NULL },
	{ "<tab><down>", "next-field", NULL, "the next line", ACTION_FOOT, next_field,
	  NULL },
	{ "<s-tab><up>", "previous-field", NULL, "the line before", 0, previous_field,
	  NULL },
	{ "<right><space>", "change", NULL, "where words are to choose from: the next",
	  0, choose_next, NULL },
	{ "<left>", "change-back", NULL, "the word before", 0, choose_previous, NULL },
	{ "<c-p>", "earlier", NULL, "the expression that was traced before",
	  ACTION_FOOT, earlier, NULL },
	{ "<c-n>", "later", NULL, "the one after it", 0, later, NULL },
	{ "<f1>", "help", NULL, "these keys", ACTION_FOOT, help_open, NULL },
	{ "<esc><c-c><c-g>", "close", NULL, "trace nothing", ACTION_FOOT, close, NULL },
};
#define NACTIONS (sizeof(actions) / sizeof(actions[0]))

static void own_key(struct trace_form *f, struct key k)
{
	for (size_t i = 0; i < NACTIONS; i++)
		if (key_in(actions[i].keys, k)) {
			actions[i].run(&f->view, (struct text){ 0 }, NULL);
			return;
		}
}

static bool key(struct view *v, struct key k)
{
	struct trace_form *f = of(v);
	struct input *in = current_input(f);

	top_dirty(v->top);
	if (in && input_key(in, k) != INPUT_NOTHING)
		f->err = (struct err){ 0 };
	else
		own_key(f, k);
	return true;
}

static bool typing(const struct view *v)
{
	return true;
}

/*
 * Drawing.
 */

static void draw_name(const struct trace_form *f, struct pane line, size_t field,
		      const char *name)
{
	pane_text(line, 1, 0, f->current == field ? STYLE_STRONG : STYLE_DIM,
		  text_of(name));
}

static void draw_input(struct trace_form *f, struct pane line, size_t field,
		       struct input *in, size_t width)
{
	if (f->current == field)
		input_draw(in, line, NAME_WIDTH, 0, width, STYLE_PLAIN);
	else
		pane_text(line, NAME_WIDTH, 0, STYLE_PLAIN, input_text(in));
}

static size_t room_of(struct pane line)
{
	return line.width > NAME_WIDTH ? line.width - NAME_WIDTH : 0;
}

static void draw_words(struct trace_form *f, struct pane *p)
{
	for (size_t i = 0; i < nwords(f); i++) {
		struct pane line = pane_top(p, 1);

		draw_name(f, line, i, i ? "or calls of" : "calls of");
		draw_input(f, line, i, &f->words[i], room_of(line));
	}
}

/* "none [cut] whole" */
static size_t draw_choice(const struct trace_form *f, struct pane line, size_t field)
{
	bool here = f->current == WISH_WORDS_MAX + field;
	size_t x = NAME_WIDTH;

	for (size_t i = 0; i < 4 && fields[field].words[i]; i++) {
		const char *word = fields[field].words[i];

		if (f->chosen[field] == i)
			x += pane_printf(line, x, 0,
					 STYLE_STRONG | (here ? STYLE_CHOSEN : 0), "[%s]",
					 word);
		else
			x += pane_printf(line, x, 0, STYLE_DIM, " %s ", word);
	}
	return x;
}

static void draw_field(struct trace_form *f, struct pane line, size_t field)
{
	size_t x = NAME_WIDTH + 10;

	draw_name(f, line, WISH_WORDS_MAX + field, fields[field].name);
	if (field == FIELD_CALLS)
		draw_input(f, line, WISH_WORDS_MAX + field, &f->calls, 8);
	else if (field == FIELD_TIME)
		draw_input(f, line, WISH_WORDS_MAX + field, &f->time, 8);
	else
		x = draw_choice(f, line, field);
	x = x < NAME_WIDTH + 20 ? NAME_WIDTH + 20 : x;
	if (x < line.width)
		pane_text(line, x, 0, STYLE_DIM, text_of(fields[field].help));
}

static void draw_err(const struct err *err, struct pane *p)
{
	pane_top(p, 1);
	pane_text(pane_top(p, 1), 1, 0, STYLE_WARN, text_of(err->what));
	if (err->line[0]) {
		pane_text(pane_top(p, 1), 3, 0, STYLE_PLAIN, text_of(err->line));
		pane_text(pane_top(p, 1), 3 + err->place, 0, STYLE_WARN, TEXT("^"));
	}
	pane_text(pane_top(p, 1), 1, 0, STYLE_DIM, text_of(err->hint));
}

/* What may be typed, as long as nothing is wrong. */
static const char *const samples[] = {
	"maps:get/2                          lists:_    my_app:_",
	"maps:get(ccc, _) -> return          Map.get(_, :ccc) -> return",
	"shop:add(N, [H | _]) when N > 1     Shop.Cart.add(n, _) when n > 1",
	"shop:add fun([N, _]) when N > 1 -> return_trace() end",
};

static void draw_samples(struct pane *p)
{
	pane_top(p, 1);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		pane_text(pane_top(p, 1), NAME_WIDTH, 0, STYLE_DIM, text_of(samples[i]));
}

static void draw(struct view *v, struct pane p)
{
	struct trace_form *f = of(v);
	struct pane title = pane_top(&p, 1);

	pane_fill(title, STYLE_TITLE);
	pane_printf(title, 0, 0, STYLE_TITLE, "trace %.*s", TEXT_ARG(f->wish.whom));
	draw_words(f, &p);
	for (size_t i = 0; i < NFIELDS; i++)
		draw_field(f, pane_top(&p, 1), i);
	if (f->err.kind)
		draw_err(&f->err, &p);
	else
		draw_samples(&p);
}

static void free_view(struct view *v)
{
	struct trace_form *f = of(v);

	for (size_t i = 0; i < WISH_WORDS_MAX; i++)
		input_clear(&f->words[i]);
	input_clear(&f->calls);
	input_clear(&f->time);
	arena_clear(&f->arena);
	free(f);
}

const struct view_ops trace_form_ops = {
	.name = "what to trace",
	.actions = actions,
	.nactions = NACTIONS,
	.draw = draw,
	.key = key,
	.typing = typing,
	.free = free_view,
};

void trace_form_push(struct view *from, const struct trace_processes *whom)
{
	struct trace_form *f = mem_zalloc(sizeof(*f));
	struct buf calls = { 0 };

	f->view = (struct view){ .ops = &trace_form_ops, .top = from->top,
				 .link = from->link, .trail = TEXT("trace") };
	f->wish = trace_wish_of(&f->arena, whom);
	f->line = past_count(top_traced(from->top));
	buf_printf(&calls, "%" PRIu32, f->wish.calls);
	input_set(&f->calls, buf_text(&calls));
	input_set(&f->time, TEXT("30s"));
	f->chosen[FIELD_ARGS] = f->wish.args;
	buf_clear(&calls);
	top_push(from->top, &f->view);
}
