/* The trace's screen: its life. What is closed is ended. */
#include <stdlib.h>

#include "base/mem.h"
#include "view/trace_inside.h"

/* Bytes of one term on a line. */
#define TERM_MAX ((size_t)300)

static struct trace_view *of(void *ctx)
{
	return ctx;
}

static void set_life(struct trace_view *t, enum trace_life life)
{
	t->life = life;
	top_dirty(t->view.top);
}

/*
 * While all processes are traced, those that answer the screens are as well: nothing is
 * asked then.
 */

static void hush(struct trace_view *t)
{
	if (t->wish.npids || t->view.link->paused)
		return;
	t->paused = true;
	link_pause(t->view.link, true);
}

static void unhush(struct trace_view *t)
{
	if (t->paused && t->view.link->paused)
		link_pause(t->view.link, false);
	t->paused = false;
}

/*
 * What the trace tells.
 */

static void set_output(struct trace_view *t)
{
	struct live *l = link_live(t->view.link);

	arena_clear(&t->output_arena);
	t->output = (struct trace_output){
		.kind = OUTPUT_TEXT,
		.style = {
			.syntax = t->trace ? trace_syntax(t->trace) : SYNTAX_ERLANG,
			.redact = top_options(t->view.top)->redact,
			.bytes = TERM_MAX,
			.total = TERM_MAX,
		},
		.records = t->trace ? trace_records(t->trace) : NULL,
	};
	if (l)
		t->output.style.home =
			text_dup(&t->output_arena, node_name(live_node(l)));
}

void trace_view_arm(struct trace_view *t)
{
	struct link *l = t->view.link;
	struct err err = { 0 };

	if (!link_live(l) || l->generation != t->generation) {
		fail(&err, ERR_LOST, "'%.*s' was lost since this was planned",
		     TEXT_ARG(l->name));
		trace_view_end(t, NULL, &err);
		return;
	}
	hush(t);
	set_life(t, LIFE_ARMING);
	trace_arm(t->trace);
}

static bool same_plan(struct trace_view *t, const struct trace_plan *plan)
{
	struct buf b = { 0 };
	bool same;

	for (size_t i = 0; i < plan->nlines; i++) {
		buf_text_add(&b, plan->lines[i]);
		buf_char(&b, '\n');
	}
	same = text_eq(buf_text(&b), buf_text(&t->planned));
	buf_clear(&t->planned);
	t->planned = b;
	return same;
}

static void on_planned(void *ctx, const struct trace_plan *plan)
{
	struct trace_view *t = of(ctx);
	bool same = same_plan(t, plan);

	set_output(t);
	if (t->again && same)
		trace_view_arm(t);
	else
		set_life(t, LIFE_PLANNED);
}

static void on_armed(void *ctx, const struct trace_armed *a)
{
	struct trace_view *t = of(ctx);

	t->was_armed = true;
	set_life(t, LIFE_RUNNING);
}

void trace_view_take(struct trace_view *t, const struct event *e)
{
	trace_rows_words(t, kept_add(t->kept, e));
	t->stale = true;
	top_dirty(t->view.top);
}

static void on_event(void *ctx, const struct event *e)
{
	trace_view_take(of(ctx), e);
}

void trace_view_end(struct trace_view *t, const struct trace_ended *end,
		    const struct err *err)
{
	unhush(t);
	if (end)
		t->end = *end;
	t->was_armed = t->was_armed && end;
	t->err = err ? *err : (struct err){ 0 };
	set_life(t, LIFE_ENDED);
}

static void on_ended(void *ctx, const struct trace_ended *end, const struct err *err)
{
	struct trace_view *t = of(ctx);

	trace_view_end(t, end, err);
}

static const struct trace_ops ops = {
	.planned = on_planned,
	.armed = on_armed,
	.event = on_event,
	.ended = on_ended,
};

bool trace_view_begin(struct trace_view *t, struct err *err)
{
	struct live *l = link_live(t->view.link);
	struct arena own = { 0 };
	struct trace_options o;
	size_t bad;

	if (!l)
		return fail(err, ERR_CANNOT, "'%.*s' is no live node now",
			    TEXT_ARG(t->view.link->name));
	if (t->wish.npids && t->wish.creation != node_creation(live_node(l)))
		return fail(err, ERR_ABSENT, "the node was restarted since this was "
			    "read");
	if (!trace_wish_options(&t->wish, top_options(t->view.top), &own, &o, &bad,
				err)) {
		arena_clear(&own);
		return false;
	}
	t->output.records = NULL; /* they go with their trace */
	trace_free(t->trace);
	kept_free(t->kept);
	t->kept = kept_new(TRACE_ROWS_MAX, TRACE_BYTES_MAX);
	trace_rows_free(t);
	t->alike = ALIKE_ALL;
	t->nrows = t->cap = 0;
	t->follow = true;
	t->was_armed = false;
	t->end = (struct trace_ended){ 0 };
	t->err = (struct err){ 0 };
	t->generation = t->view.link->generation;
	t->wish.calls = o.limits.calls;
	t->trace = trace_new(l, &o, &own, &ops, t);
	set_life(t, LIFE_PLANNING);
	return true;
}

/*
 * The view.
 */

static bool typing(const struct view *v)
{
	return ((const struct trace_view *)v)->typing != TYPES_NOTHING;
}

static bool busy(const struct view *v)
{
	const struct trace_view *t = (const struct trace_view *)v;

	return t->life == LIFE_PLANNING || t->life == LIFE_ARMING ||
	       t->life == LIFE_RUNNING;
}

static void free_view(struct view *v)
{
	struct trace_view *t = trace_view_of(v);

	unhush(t);
	trace_free(t->trace);
	trace_rows_free(t);
	kept_free(t->kept);
	input_clear(&t->input);
	buf_clear(&t->planned);
	arena_clear(&t->output_arena);
	arena_clear(&t->arena);
	free(t);
}

const struct view_ops trace_view_ops = {
	.name = "trace",
	.actions = trace_view_actions,
	.nactions = TRACE_VIEW_NACTIONS,
	.draw = trace_view_draw,
	.key = trace_view_key,
	.typing = typing,
	.busy = busy,
	.free = free_view,
};

struct trace_view *trace_view_new(struct view *from, const struct trace_wish *w)
{
	struct trace_view *t = mem_zalloc(sizeof(*t));

	t->view = (struct view){ .ops = &trace_view_ops, .top = from->top,
				 .link = from->link };
	t->wish = trace_wish_copy(&t->arena, w);
	t->view.trail = TEXT("trace");
	t->kept = kept_new(TRACE_ROWS_MAX, TRACE_BYTES_MAX);
	t->follow = true;
	set_output(t);
	return t;
}
