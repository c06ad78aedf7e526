/* One call in full: its arguments and what came of it, as a term that opens. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "trace/output_field.h"
#include "view/fold_pane.h"
#include "view/trace_inside.h"

/* What is told of a call. */
enum { PARTS_MAX = 8 };

struct trace_page {
	struct view view;
	struct arena arena;        /* a copy: the row may go */
	struct trace_output output;
	struct event event;
	struct event end;          /* its return */
	bool ended;
	struct term parts;         /* [{What, Term}] */
	struct fold_pane fold;
};

static struct trace_page *of(struct view *v)
{
	return (struct trace_page *)v;
}

/*
 * What is told.
 */

static struct term text_term(struct arena *a, enum term_type type, struct text t)
{
	return (struct term){ .type = type, .text = text_dup(a, t) };
}

/* Adds {Name, Value}. */
static void add(struct arena *a, struct term *list, const char *name, struct term value)
{
	struct term *pair = arena_many(a, 2, struct term);

	pair[0] = text_term(a, TERM_ATOM, text_of(name));
	pair[1] = value;
	((struct term *)list->items)[list->n++] =
		(struct term){ .type = TERM_TUPLE, .n = 2, .items = pair };
}

/* "shop:lookup/2 (shop.erl:12)" */
static struct term place_term(struct trace_page *p, const struct event_function *f)
{
	struct output_line l;
	struct buf b = { 0 };
	struct term t;

	output_line_init(&l, &p->output, &p->event);
	output_place(&l, &b, f);
	t = text_term(&p->arena, TERM_ATOM, buf_text(&b));
	buf_clear(&b);
	return t;
}

static void add_stack(struct trace_page *p, struct term *list)
{
	const struct event *e = &p->event;
	struct term *items;

	if (!e->nstack)
		return;
	items = arena_many(&p->arena, e->nstack + 1, struct term);
	for (size_t i = 0; i < e->nstack; i++)
		items[i] = place_term(p, &e->stack[i]);
	items[e->nstack] = (struct term){ .type = TERM_LIST };
	add(&p->arena, list, "stack",
	    (struct term){ .type = TERM_LIST, .n = (uint32_t)e->nstack, .items = items });
}

static void add_end(struct trace_page *p, struct term *list, const struct event *e)
{
	if (e->kind == EVENT_EXCEPTION)
		add(&p->arena, list, "class", text_term(&p->arena, TERM_ATOM, e->class));
	if (e->has_value)
		add(&p->arena, list, e->kind == EVENT_EXCEPTION ? "reason" : "value",
		    e->value);
}

static void tell(struct trace_page *p)
{
	const struct event *e = &p->event;
	struct term list = { .type = TERM_LIST };
	struct term *items = arena_many(&p->arena, PARTS_MAX + 1, struct term);

	list.items = items;
	if (e->kind == EVENT_CALL && e->args != ARGS_NONE)
		add(&p->arena, &list, "arguments", e->arguments);
	if (e->kind == EVENT_SEND)
		add(&p->arena, &list, "to", e->to);
	if (e->kind == EVENT_SEND || e->kind == EVENT_RECEIVE)
		add(&p->arena, &list, "message", e->value);
	else if (e->kind != EVENT_CALL)
		add_end(p, &list, e);
	if (p->ended)
		add_end(p, &list, &p->end);
	if (e->caller.module.len)
		add(&p->arena, &list, "caller", place_term(p, &e->caller));
	if (e->has_extra)
		add(&p->arena, &list, "extra", e->extra);
	add_stack(p, &list);
	items[list.n] = (struct term){ .type = TERM_LIST };
	p->parts = list;
	fold_pane_set(&p->fold, &(struct fold_style){
		.syntax = p->output.style.syntax,
		.home = p->output.style.home,
		.redact = p->output.style.redact,
		.pairs = true,
	}, &p->parts);
	for (size_t line = fold_count(p->fold.fold); line-- > 0;)
		fold_open(p->fold.fold, line, true);
}

/*
 * Drawing.
 */

/* "2026-11-23T07:52:00.123456Z <0.81.0> shop_cache" */
static void draw_title(const struct trace_page *p, struct pane line)
{
	struct output_line l;
	struct buf b = { 0 };

	output_line_init(&l, &p->output, &p->event);
	pane_fill(line, STYLE_TITLE);
	units_iso8601(&b, p->event.time_ns);
	buf_char(&b, ' ');
	output_pid(&l, &b);
	if (p->event.name.len) {
		buf_char(&b, ' ');
		term_name(&b, p->event.name);
	}
	pane_text(line, 0, 0, STYLE_TITLE, buf_text(&b));
	buf_clear(&b);
}

/* "shop:lookup/2 took 12 us", "... has not returned yet" */
static void draw_call(const struct trace_page *p, struct pane line)
{
	struct output_line l;
	const struct event *end = p->ended ? &p->end : &p->event;
	struct buf b = { 0 };

	output_line_init(&l, &p->output, &p->event);
	if (p->event.function.module.len)
		output_mfa(&l, &b, &p->event.function);
	else
		buf_str(&b, event_names[p->event.kind]);
	if (end->duration_ns >= 0 && end->kind != EVENT_CALL) {
		buf_str(&b, " took ");
		units_human(&b, (double)end->duration_ns, UNIT_NS);
	} else if (p->event.kind == EVENT_CALL && !p->ended) {
		buf_str(&b, ": its return was not seen");
	}
	if (end->kind == EVENT_EXCEPTION)
		buf_str(&b, ", and ended in an exception");
	pane_text(line, 1, 0, STYLE_STRONG, buf_text(&b));
	buf_clear(&b);
}

static void draw(struct view *v, struct pane pane)
{
	struct trace_page *p = of(v);

	draw_title(p, pane_top(&pane, 1));
	draw_call(p, pane_top(&pane, 1));
	fold_pane_draw(&p->fold, pane);
}

/*
 * Keys.
 */

static bool moved(struct view *v, ptrdiff_t lines)
{
	fold_pane_move(&of(v)->fold, lines);
	top_dirty(v->top);
	return true;
}

static ptrdiff_t height(struct view *v)
{
	size_t h = of(v)->fold.scroll.height;

	return h > 1 ? (ptrdiff_t)h - 1 : 1;
}

static bool up(struct view *v, struct text argument, struct err *err)
{
	return moved(v, -1);
}

static bool down(struct view *v, struct text argument, struct err *err)
{
	return moved(v, 1);
}

static bool page_up(struct view *v, struct text argument, struct err *err)
{
	return moved(v, -height(v));
}

static bool page_down(struct view *v, struct text argument, struct err *err)
{
	return moved(v, height(v));
}

static bool first(struct view *v, struct text argument, struct err *err)
{
	return moved(v, -PTRDIFF_MAX);
}

static bool last(struct view *v, struct text argument, struct err *err)
{
	return moved(v, PTRDIFF_MAX);
}

static bool open(struct view *v, struct text argument, struct err *err)
{
	struct goal g = fold_pane_goal(&of(v)->fold);

	if (g.kind)
		return goal_open(v, &g, err);
	fold_pane_toggle(&of(v)->fold);
	return true;
}

static bool process(struct view *v, struct text argument, struct err *err)
{
	const struct event *e = &of(v)->event;
	struct goal g = { e->port ? GOAL_PORT : GOAL_PROCESS, (int64_t)e->pid,
			  { 0 } };

	return goal_open(v, &g, err);
}

static bool unfold(struct view *v, struct text argument, struct err *err)
{
	fold_pane_open(&of(v)->fold, true);
	return true;
}

static bool fold(struct view *v, struct text argument, struct err *err)
{
	fold_pane_open(&of(v)->fold, false);
	return true;
}

static bool toggle(struct view *v, struct text argument, struct err *err)
{
	fold_pane_toggle(&of(v)->fold);
	return true;
}

static bool unfold_all(struct view *v, struct text argument, struct err *err)
{
	fold_pane_all(&of(v)->fold, true);
	return true;
}

static bool fold_all(struct view *v, struct text argument, struct err *err)
{
	fold_pane_all(&of(v)->fold, false);
	return true;
}

static bool next(struct view *v, bool back, struct err *err)
{
	struct fold_pane *p = &of(v)->fold;
	struct text words = fold_words(p->fold);

	if (!words.len)
		return fail(err, ERR_USAGE, "nothing is searched for: / does");
	return fold_pane_next(p, back) ||
	       fail(err, ERR_ABSENT, "'%.*s' is not in it", TEXT_ARG(words));
}

static bool next_match(struct view *v, struct text argument, struct err *err)
{
	return next(v, false, err);
}

static bool previous_match(struct view *v, struct text argument, struct err *err)
{
	return next(v, true, err);
}

static bool search(struct view *v, struct text argument, struct err *err)
{
	struct fold_pane *p = &of(v)->fold;

	if (!argument.len) {
		fold_pane_search(p);
		return true;
	}
	fold_look_for(p->fold, argument);
	return next(v, false, err);
}

static const struct action actions[] = {
	{ "<enter>", "open", NULL,
	  "the page of the process or port on this line; or opens and closes a term",
	  ACTION_FOOT, open, NULL },
	{ "P", "process", NULL, "the page of the process that called", ACTION_FOOT,
	  process, NULL },
	{ "<right>", "unfold", NULL, "open the term on this line", 0, unfold, NULL },
	{ "<left>", "fold", NULL, "close it, or go to what it is in", 0, fold, NULL },
	{ "<space>", "toggle", NULL, "open or close it", 0, toggle, NULL },
	{ "*+", "unfold-all", NULL, "open it with all that is in it", 0, unfold_all,
	  NULL },
	{ "-", "fold-all", NULL, "close it with all that is in it", 0, fold_all, NULL },
	{ "/<f3>", "search", "WORDS", "search in it, also in what is closed", ACTION_FOOT,
	  search, NULL },
	{ "n", "next-match", NULL, "the next place with the words", 0, next_match, NULL },
	{ "N", "previous-match", NULL, "the place with the words before", 0,
	  previous_match, NULL },
	{ "<up>k", "up", NULL, "the line above", 0, up, NULL },
	{ "<down>j", "down", NULL, "the line below", 0, down, NULL },
	{ "<pageup>B", "page-up", NULL, "a page up", 0, page_up, NULL },
	{ "<pagedown>F", "page-down", NULL, "a page down", 0, page_down, NULL },
	{ "<home>", "first", NULL, "the first line", 0, first, NULL },
	{ "<end>G", "last", NULL, "the last line", 0, last, NULL },
};

static bool typing(const struct view *v)
{
	return ((const struct trace_page *)v)->fold.typing;
}

static bool key(struct view *v, struct key k)
{
	struct trace_page *p = of(v);

	top_dirty(v->top);
	if (p->fold.typing) {
		fold_pane_key(&p->fold, k);
		return true;
	}
	if (k.code == KEY_WHEEL_UP || k.code == KEY_WHEEL_DOWN)
		return moved(v, k.code == KEY_WHEEL_UP ? -SCROLL_WHEEL : SCROLL_WHEEL);
	return false;
}

static void free_view(struct view *v)
{
	struct trace_page *p = of(v);

	fold_pane_clear(&p->fold);
	arena_clear(&p->arena);
	free(p);
}

const struct view_ops trace_page_ops = {
	.name = "call",
	.actions = actions,
	.nactions = sizeof(actions) / sizeof(actions[0]),
	.draw = draw,
	.key = key,
	.typing = typing,
	.free = free_view,
};

bool trace_page_open(struct trace_view *t, const struct kept_row *row, struct err *err)
{
	struct trace_page *p = mem_zalloc(sizeof(*p));

	p->view = (struct view){ .ops = &trace_page_ops, .top = t->view.top,
				 .link = t->view.link, .trail = TEXT("call") };
	p->output = t->output;
	p->output.style.home = text_dup(&p->arena, t->output.style.home);
	p->output.records = NULL; /* the trace may go */
	p->output.style.bytes = p->output.style.total = 0;
	p->event = event_copy(&p->arena, &row->event);
	p->ended = row->ended;
	if (p->ended)
		p->end = event_copy(&p->arena, &row->end);
	tell(p);
	top_push(t->view.top, &p->view);
	return true;
}
