/* What keys do on the trace's screen. */
#include "view/command.h"
#include "view/trace_inside.h"

static bool is_planned(const struct view *v)
{
	return ((const struct trace_view *)v)->life == LIFE_PLANNED;
}

static bool has_rows(const struct view *v)
{
	return ((const struct trace_view *)v)->was_armed;
}

bool trace_view_runs(const struct view *v)
{
	const struct trace_view *t = (const struct trace_view *)v;

	return t->life == LIFE_ARMING || t->life == LIFE_RUNNING;
}

static bool is_over(const struct view *v)
{
	return ((const struct trace_view *)v)->life == LIFE_ENDED;
}

static bool arm(struct view *v, struct text argument, struct err *err)
{
	if (!is_planned(v))
		return fail(err, ERR_USAGE, "there is no plan to be armed");
	trace_view_arm(trace_view_of(v));
	return true;
}

static bool stop(struct view *v, struct text argument, struct err *err)
{
	if (!trace_view_runs(v))
		return fail(err, ERR_USAGE, "it does not run");
	trace_stop(trace_view_of(v)->trace);
	return true;
}

/* Back to everything, step by step; a trace that runs is ended first. */
static bool leave(struct view *v, struct text argument, struct err *err)
{
	struct trace_view *t = trace_view_of(v);

	if (trace_view_runs(v)) {
		trace_stop(t->trace);
	} else if (t->search.len || t->filter.len || t->alike) {
		needle_init(&t->search, (struct text){ 0 });
		needle_init(&t->filter, (struct text){ 0 });
		trace_rows_alike(t, ALIKE_ALL);
	} else {
		top_pop(v->top);
	}
	return true;
}

static bool again(struct view *v, struct text argument, struct err *err)
{
	struct trace_view *t = trace_view_of(v);

	if (!is_over(v))
		return fail(err, ERR_USAGE, "it has not ended yet: s ends it");
	t->again = t->was_armed;
	return trace_view_begin(t, err);
}

static bool open_call(struct view *v, struct text argument, struct err *err)
{
	struct trace_view *t = trace_view_of(v);
	const struct kept_row *row = trace_rows_current(t);

	if (!row)
		return fail(err, ERR_USAGE, "there is no call here");
	return trace_page_open(t, row, err);
}

/*
 * Moving.
 */

static ptrdiff_t height(struct view *v)
{
	size_t h = trace_view_of(v)->scroll.height;

	return h > 1 ? (ptrdiff_t)h - 1 : 1;
}

static bool move(struct view *v, ptrdiff_t lines)
{
	trace_rows_move(trace_view_of(v), lines);
	return true;
}

static bool up(struct view *v, struct text argument, struct err *err)
{
	return move(v, -1);
}

static bool down(struct view *v, struct text argument, struct err *err)
{
	return move(v, 1);
}

static bool page_up(struct view *v, struct text argument, struct err *err)
{
	return move(v, -height(v));
}

static bool page_down(struct view *v, struct text argument, struct err *err)
{
	return move(v, height(v));
}

static bool first(struct view *v, struct text argument, struct err *err)
{
	return move(v, -PTRDIFF_MAX);
}

static bool last(struct view *v, struct text argument, struct err *err)
{
	return move(v, PTRDIFF_MAX);
}

/*
 * Choosing.
 */

static void begin_typing(struct trace_view *t, enum trace_typing what)
{
	t->typing = what;
	input_set(&t->input, (struct text){ 0 });
	top_dirty(t->view.top);
}

static bool look_for(struct trace_view *t, struct text words, bool here, struct err *err)
{
	needle_init(&t->search, words);
	top_dirty(t->view.top);
	if (!words.len || trace_rows_next(t, true, here))
		return true;
	return fail(err, ERR_ABSENT, "'%.*s' is in none of the calls", TEXT_ARG(words));
}

static bool search(struct view *v, struct text argument, struct err *err)
{
	struct trace_view *t = trace_view_of(v);

	if (argument.len)
		return look_for(t, argument, true, err);
	begin_typing(t, TYPES_SEARCH);
	return true;
}

static bool next(struct view *v, bool back, struct err *err)
{
	struct trace_view *t = trace_view_of(v);

	if (!t->search.len)
		return fail(err, ERR_USAGE, "nothing is searched for: / does");
	return trace_rows_next(t, back, false) ||
	       fail(err, ERR_ABSENT, "'%.*s' is in none of the calls",
		    TEXT_ARG(needle_text(&t->search)));
}

static bool next_match(struct view *v, struct text argument, struct err *err)
{
	return next(v, false, err);
}

static bool previous_match(struct view *v, struct text argument, struct err *err)
{
	return next(v, true, err);
}

static void narrow(struct trace_view *t, struct text words)
{
	needle_init(&t->filter, words);
	t->stale = true;
	top_dirty(t->view.top);
}

static bool filter(struct view *v, struct text argument, struct err *err)
{
	struct trace_view *t = trace_view_of(v);

	if (argument.len)
		narrow(t, argument);
	else
		begin_typing(t, TYPES_FILTER);
	return true;
}

static bool alike(struct view *v, struct text argument, struct err *err)
{
	struct trace_view *t = trace_view_of(v);

	trace_rows_alike(t, (t->alike + 1) % (ALIKE_PROCESS + 1));
	return true;
}

static bool by_duration(struct view *v, struct text argument, struct err *err)
{
	struct trace_view *t = trace_view_of(v);

	t->by_duration = !t->by_duration;
	t->stale = true;
	if (!t->by_duration)
		return true;
	trace_rows_update(t);
	return move(v, -PTRDIFF_MAX);
}

/* A file's name is typed where names of files are: on the command line. */
static bool write(struct view *v, struct text argument, struct err *err)
{
	if (!argument.len)
		return command_open(v, TEXT("write "), err);
	return trace_write(trace_view_of(v), argument, false, err);
}

static bool write_over(struct view *v, struct text argument, struct err *err)
{
	if (!argument.len)
		return fail(err, ERR_USAGE, "into which file?");
	return trace_write(trace_view_of(v), argument, true, err);
}

const struct action trace_view_actions[TRACE_VIEW_NACTIONS] = {
	{ "<enter>", "arm", NULL, "of a plan: trace now, as it says", ACTION_FOOT, arm,
	  NULL, is_planned },
	{ "<enter>", "open", NULL, "all of this call: its arguments, its value",
	  ACTION_FOOT, open_call, NULL, has_rows },
	{ "s", "stop", NULL, "end the trace; what was seen stays", ACTION_FOOT, stop,
	  NULL, trace_view_runs },
	{ "r", "again", NULL, "trace the same once more", ACTION_FOOT, again, NULL,
	  is_over },
	{ "/<f3>", "search", "WORDS", "the last call with these words", ACTION_FOOT,
	  search, NULL, has_rows },
	{ "n", "next-match", NULL, "search on, downwards", 0, next_match, NULL,
	  has_rows },
	{ "N", "previous-match", NULL, "search on, upwards", 0, previous_match, NULL,
	  has_rows },
	{ "<f4>", "filter", "WORDS", "only calls with these words; Esc: all again",
	  ACTION_FOOT, filter, NULL, has_rows },
	{ "=", "alike", NULL,
	  "only calls of this function; then of this process; then all again", 0, alike,
	  NULL, has_rows },
	{ "d", "by-duration", NULL, "the longest first, or in the order of time",
	  ACTION_FOOT, by_duration, NULL, has_rows },
	{ "w", "write", "FILE", "what was seen into a file, as JSON lines", ACTION_FOOT,
	  write, NULL, has_rows },
	{ NULL, "write!", "FILE", "the same, in the place of a file that is there", 0,
	  write_over, NULL, has_rows },
	{ "<up>k", "up", NULL, "the call above", 0, up, NULL, has_rows },
	{ "<down>j", "down", NULL, "the call below", 0, down, NULL, has_rows },
	{ "<pageup>B", "page-up", NULL, "a page up", 0, page_up, NULL, has_rows },
	{ "<pagedown>F", "page-down", NULL, "a page down", 0, page_down, NULL,
	  has_rows },
	{ "<home>", "first", NULL, "the first call", 0, first, NULL, has_rows },
	{ "<end>G", "last", NULL, "the last call; newer ones are followed", 0, last,
	  NULL, has_rows },
	{ "<escape>", "leave", NULL,
	  "end the trace; undo the search and the filter; back", 0, leave, NULL },
};

/*
 * Keys that are no actions.
 */

static void typed(struct trace_view *t)
{
	struct text words = input_text(&t->input);
	struct err err = { 0 };

	if (t->typing == TYPES_FILTER)
		narrow(t, words);
	else if (!look_for(t, words, true, &err))
		top_say_err(t->view.top, &err);
}

static void typing_key(struct trace_view *t, struct key k)
{
	if (k.code == KEY_ENTER && !t->input.pasting) {
		t->typing = TYPES_NOTHING;
		return;
	}
	if (k.code == KEY_ESCAPE ||
	    (k.code == KEY_BACKSPACE && !input_text(&t->input).len)) {
		input_set(&t->input, (struct text){ 0 });
		typed(t);
		t->typing = TYPES_NOTHING;
	} else if (input_key(&t->input, k) == INPUT_CHANGED) {
		typed(t);
	}
}

static void click(struct trace_view *t, struct key k)
{
	size_t line;
	struct err err = { 0 };

	if (!t->body.canvas || !pane_has(t->body, k.x, k.y))
		return;
	line = t->scroll.top + k.y - t->body.y;
	if (line >= t->nrows)
		return;
	trace_rows_move(t, (ptrdiff_t)line - (ptrdiff_t)t->scroll.cursor);
	if (k.code == KEY_DOUBLE_CLICK && !open_call(&t->view, (struct text){ 0 }, &err))
		top_say_err(t->view.top, &err);
}

bool trace_view_key(struct view *v, struct key k)
{
	struct trace_view *t = trace_view_of(v);

	top_dirty(v->top);
	if (t->typing) {
		typing_key(t, k);
		return true;
	}
	switch (k.code) {
	case KEY_WHEEL_UP:
	case KEY_WHEEL_DOWN:
		return move(v, k.code == KEY_WHEEL_UP ? -SCROLL_WHEEL : SCROLL_WHEEL);
	case KEY_CLICK:
	case KEY_DOUBLE_CLICK:
		click(t, k);
		return true;
	default:
		return false;
	}
}
