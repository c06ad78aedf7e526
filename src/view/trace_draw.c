/* The trace's screen, drawn. */
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "trace/output_field.h"
#include "view/trace_inside.h"

/* "07:52:00.123" */
#define TIME_WIDTH ((size_t)12)
#define DURATION_WIDTH ((size_t)9)
#define NS INT64_C(1000000000)

/* The longest time that is told: what is behind it is told by the limits. */
static const char *const whys[TRACE_NWHYS] = {
	[TRACE_BY_COUNT] = "ended: as many calls as were asked for",
	[TRACE_BY_RATE] = "ended: more calls in a short time than the limit allows",
	[TRACE_BY_TIME] = "ended: the time is up",
	[TRACE_BY_QUEUE] = "ended: too many calls waited to be told",
	[TRACE_BY_BYTES] = "ended: the calls took too much memory on the node",
	[TRACE_BY_STOP] = "ended by you",
	[TRACE_BY_SILENCE] = "ended: the node did not hear from us in time",
	[TRACE_BY_DEATH] = "ended: our process on the node was killed",
	[TRACE_BY_LOSS] = "ended: the node was lost",
};

void trace_print_who(const struct trace_view *t, struct buf *out, const struct event *e)
{
	struct output_line l;

	output_line_init(&l, &t->output, e);
	output_pid(&l, out);
	if (e->name.len) {
		buf_char(out, ' ');
		term_name(out, e->name);
	}
}

/* What is no call, in a few words. */
static void print_other(struct output_line *l, struct buf *out)
{
	const struct event *e = l->e;

	switch (e->kind) {
	case EVENT_RETURN_TO:
		buf_str(out, "back to ");
		output_mfa(l, out, &e->function);
		break;
	case EVENT_SEND:
		buf_str(out, "send ");
		output_term(l, out, &e->to);
		buf_str(out, " ! ");
		output_term(l, out, &e->value);
		break;
	case EVENT_RECEIVE:
		buf_str(out, "receive ");
		output_term(l, out, &e->value);
		break;
	default:
		buf_text_add(out, e->what);
		buf_char(out, ' ');
		output_term(l, out, &e->value);
	}
}

void trace_print_call(const struct trace_view *t, struct buf *out, const struct event *e)
{
	struct output_line l;

	output_line_init(&l, &t->output, e);
	if (e->kind == EVENT_CALL)
		output_call(&l, out);
	else if (e->kind == EVENT_RETURN || e->kind == EVENT_EXCEPTION)
		output_mfa(&l, out, &e->function);
	else
		print_other(&l, out);
}

/* The return that a row has, or is. */
static const struct event *end_of(const struct kept_row *row)
{
	const struct event *e = &row->event;

	if (row->ended)
		return &row->end;
	return e->kind == EVENT_RETURN || e->kind == EVENT_EXCEPTION ? e : NULL;
}

void trace_print_value(const struct trace_view *t, struct buf *out,
		       const struct kept_row *row)
{
	const struct event *end = end_of(row);
	struct output_line l;

	if (!end || (end->kind == EVENT_RETURN && !end->has_value))
		return;
	output_line_init(&l, &t->output, end);
	if (end->kind == EVENT_RETURN) {
		buf_str(out, " -> ");
	} else {
		buf_str(out, " ** ");
		buf_text_add(out, end->class);
		if (end->has_value)
			buf_str(out, ": ");
	}
	if (end->has_value)
		output_term(&l, out, &end->value);
}

/* "07:52:00.123" */
static void print_time(struct buf *out, int64_t ns)
{
	struct buf iso = { 0 };
	struct text t;
	size_t at;

	units_iso8601(&iso, ns);
	t = buf_text(&iso);
	at = text_chr(t, 'T') + 1;
	buf_text_add(out, text_sub(t, at, at + TIME_WIDTH));
	buf_clear(&iso);
}

static void mark_matches(const struct trace_view *t, struct pane p, unsigned chosen,
			 struct text shown)
{
	for (size_t at = needle_find(&t->search, shown, 0);
	     t->search.len && at < shown.len;
	     at = needle_find(&t->search, shown, at + t->search.len))
		pane_restyle(p, canvas_width(p.canvas, text_sub(shown, 0, at)), 0,
			     canvas_width(p.canvas,
					  text_sub(shown, at, at + t->search.len)),
			     STYLE_MATCH | chosen);
}

/* A lane of a row, with what is searched for in it. */
static void draw_lane(const struct trace_view *t, struct pane p, unsigned style,
		      struct text shown)
{
	pane_text(p, 0, 0, style, shown);
	mark_matches(t, p, style & STYLE_CHOSEN, shown);
}

/* The call, and behind it what came of it: where there is no room for both, that has a
 * third. */
static void draw_call(const struct trace_view *t, const struct kept_row *row,
		      struct pane p, unsigned chosen)
{
	const struct event *end = end_of(row);
	bool bad = end && end->kind == EVENT_EXCEPTION;
	struct buf call = { 0 };
	struct buf value = { 0 };
	size_t width;
	size_t wish;

	trace_print_call(t, &call, &row->event);
	trace_print_value(t, &value, row);
	width = canvas_width(p.canvas, buf_text(&call));
	wish = canvas_width(p.canvas, buf_text(&value));
	wish = wish < p.width / 3 ? wish : p.width / 3;
	width = width < p.width - wish ? width : p.width - wish;
	draw_lane(t, pane_part(p, 0, 0, width, 1), STYLE_PLAIN | chosen,
		  buf_text(&call));
	draw_lane(t, pane_part(p, width, 0, p.width - width, 1),
		  (bad ? STYLE_CRIT : STYLE_PLAIN) | chosen, buf_text(&value));
	buf_clear(&value);
	buf_clear(&call);
}

static void draw_row(struct trace_view *t, size_t i, struct pane p)
{
	const struct kept_row *row = kept_at(t->kept, t->rows[i]);
	unsigned chosen = i == t->scroll.cursor ? STYLE_CHOSEN : 0;
	const struct event *end = end_of(row);
	size_t who = p.width / 4 < 30 ? p.width / 4 : 30;
	size_t x = TIME_WIDTH + 1;
	size_t behind = p.width > DURATION_WIDTH ? p.width - DURATION_WIDTH : 0;
	struct buf b = { 0 };

	pane_fill(p, STYLE_PLAIN | chosen);
	print_time(&b, row->event.time_ns);
	pane_text(p, 0, 0, STYLE_DIM | chosen, buf_text(&b));
	buf_reset(&b);
	trace_print_who(t, &b, &row->event);
	draw_lane(t, pane_part(p, x, 0, who, 1), STYLE_LINK | chosen, buf_text(&b));
	x += who + 1;
	if (x < behind)
		draw_call(t, row, pane_part(p, x, 0, behind - x - 1, 1), chosen);
	if (end && end->duration_ns >= 0) {
		buf_reset(&b);
		units_human(&b, (double)end->duration_ns, UNIT_NS);
		pane_lane_right(p, behind, 0, DURATION_WIDTH, STYLE_PLAIN | chosen,
				buf_text(&b));
	}
	buf_clear(&b);
}

static void draw_heading(struct pane p)
{
	size_t who = p.width / 4 < 30 ? p.width / 4 : 30;
	size_t x = TIME_WIDTH + 1;

	pane_fill(p, STYLE_HEADING);
	pane_text(p, 0, 0, STYLE_HEADING, TEXT("TIME"));
	pane_text(pane_part(p, x, 0, who, 1), 0, 0, STYLE_HEADING, TEXT("PROCESS"));
	pane_text(p, x + who + 1, 0, STYLE_HEADING, TEXT("CALL"));
	if (p.width > DURATION_WIDTH)
		pane_lane_right(p, p.width - DURATION_WIDTH, 0, DURATION_WIDTH,
				STYLE_HEADING, TEXT("TOOK"));
}

/* "trace <0.81.0> shop_cache: shop:lookup/2" */
static void draw_title(const struct trace_view *t, struct pane p)
{
	size_t x;

	pane_fill(p, STYLE_TITLE);
	x = pane_printf(p, 0, 0, STYLE_TITLE, "trace %.*s: ", TEXT_ARG(t->wish.whom));
	for (size_t i = 0; i < t->wish.nwords && x < p.width; i++)
		x += pane_printf(p, x, 0, STYLE_TITLE, "%s%.*s", i ? "; " : "",
				 TEXT_ARG(t->wish.words[i]));
}

/* "34 of 100 calls, 27 s left" */
static void say_left(const struct trace_view *t, struct buf *out)
{
	buf_printf(out, "%" PRIu32 " of %" PRIu32 " calls, %" PRId64 " s left",
		   trace_seen(t->trace), t->wish.calls,
		   (trace_left_ns(t->trace) + NS - 1) / NS);
}

/* Why it ended, and how many there were. */
static enum style say_end(const struct trace_view *t, struct buf *out)
{
	bool failed = t->err.kind && t->end.why == TRACE_BY_DEATH;

	if (t->was_armed)
		buf_printf(out, "%s%s; %" PRIu64 " call%s",
			   failed ? "it failed" : whys[t->end.why],
			   t->end.large ? ", or one event was too large for it" : "",
			   t->end.calls, t->end.calls == 1 ? "" : "s");
	if (t->end.lost)
		buf_printf(out, ", %" PRIu64 " more were dropped", t->end.lost);
	return t->end.why < TRACE_BY_SILENCE ? STYLE_GOOD : STYLE_WARN;
}

static enum style say_life(const struct trace_view *t, struct buf *out)
{
	switch (t->life) {
	case LIFE_PLANNING:
		buf_str(out, "looking for the functions ...");
		return STYLE_DIM;
	case LIFE_PLANNED:
		buf_str(out, "nothing is traced yet: Enter begins, Esc goes back");
		return STYLE_STRONG;
	case LIFE_ARMING:
		buf_str(out, "arming ...");
		return STYLE_DIM;
	case LIFE_RUNNING:
		say_left(t, out);
		return STYLE_STRONG;
	case LIFE_ENDED:
		break;
	}
	return say_end(t, out);
}

/* What narrows or orders the rows, and how many went. */
static void say_choice(const struct trace_view *t, struct buf *out)
{
	if (t->filter.len)
		buf_printf(out, ", with '%.*s'", TEXT_ARG(needle_text(&t->filter)));
	if (t->alike == ALIKE_FUNCTION)
		buf_str(out, ", of one function");
	if (t->alike == ALIKE_PROCESS)
		buf_str(out, ", of one process");
	if (t->by_duration)
		buf_str(out, ", the longest first");
	if (kept_gone(t->kept))
		buf_printf(out, ", the first %" PRIu64 " are not kept",
			   kept_gone(t->kept));
}

static void draw_life(const struct trace_view *t, struct pane p)
{
	struct buf b = { 0 };
	enum style style = say_life(t, &b);

	if (buf_len(&b))
		say_choice(t, &b);
	pane_text(p, 1, 0, style, buf_text(&b));
	buf_clear(&b);
}

/* A text over as many lines as it needs, but the last that there is. */
static void draw_text(struct pane *p, unsigned style, struct text t)
{
	while (t.len && p->height) {
		struct pane line = pane_top(p, 1);
		size_t room = line.width > 2 ? line.width - 2 : 1;
		size_t cut = t.len;

		while (cut > 0 && canvas_width(line.canvas, text_sub(t, 0, cut)) > room) {
			size_t before = cut;

			while (--cut > 0 && t.p[cut] != ' ')
				;
			if (cut == 0) {
				cut = before;
				break;
			}
		}
		pane_text(line, 1, 0, style, text_sub(t, 0, cut));
		t = text_trim(text_sub(t, cut, t.len));
	}
}

static void draw_err(const struct trace_view *t, struct pane *p)
{
	if (!t->err.kind)
		return;
	draw_text(p, STYLE_WARN, text_of(t->err.what));
	draw_text(p, STYLE_DIM, text_of(t->err.hint));
}

static void draw_plan(const struct trace_view *t, struct pane p)
{
	const struct trace_plan *plan = trace_plan_of(t->trace);

	pane_top(&p, 1);
	for (size_t i = 0; plan && i < plan->nlines; i++)
		draw_text(&p, STYLE_PLAIN, plan->lines[i]);
}

static void draw_typed(struct trace_view *t, struct pane p)
{
	size_t x = pane_text(p, 0, 0, STYLE_KEY,
			     t->typing == TYPES_SEARCH ? TEXT("/") : TEXT("only: "));

	if (x < p.width)
		input_draw(&t->input, p, x, 0, p.width - x, STYLE_PLAIN);
}

static void draw_rows(struct trace_view *t, struct pane p)
{
	draw_heading(pane_top(&p, 1));
	trace_rows_update(t);
	scroll_fit(&t->scroll, t->nrows, p.height);
	t->body = p;
	for (size_t y = 0; y < p.height && t->scroll.top + y < t->nrows; y++)
		draw_row(t, t->scroll.top + y, pane_part(p, 0, y, p.width, 1));
	if (!t->nrows)
		pane_text(p, 1, 0, STYLE_DIM,
			  kept_count(t->kept) ? TEXT("no call is like that")
			  : t->life == LIFE_ENDED ? TEXT("no call was seen")
						  : TEXT("no call yet"));
}

void trace_view_draw(struct view *v, struct pane p)
{
	struct trace_view *t = trace_view_of(v);

	draw_title(t, pane_top(&p, 1));
	if (t->typing)
		draw_typed(t, pane_bottom(&p, 1));
	if (t->life != LIFE_ENDED || t->was_armed)
		draw_life(t, pane_top(&p, 1));
	draw_err(t, &p);
	if (t->life == LIFE_PLANNED)
		draw_plan(t, p);
	else if (t->was_armed)
		draw_rows(t, p);
}
