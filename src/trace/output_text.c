/*
 * Events for people: a line each.
 *
 *   07:52:00.123456 <0.81.0> users  MyApp.Cache.get(:users, 3)
 *   07:52:00.123468 <0.81.0> users  MyApp.Cache.get/2 (12.0 us) -> {:ok, 1}
 */
#include <string.h>

#include "base/units.h"
#include "base/utf8.h"
#include "trace/output_field.h"

/* Processes are aligned up to this: a longer name moves its own line only. */
#define WHO_MOST ((size_t)26)
/* Blanks behind the process. */
#define GAP ((size_t)2)
/* Calls are shown further to the right the deeper they are, up to here. */
#define DEPTH_MOST 10u

enum look { LOOK_PLAIN, LOOK_DIM, LOOK_STRONG, LOOK_BAD };

/* As the screens have them, of the 16 that every terminal knows. */
static const char *const looks[] = {
	[LOOK_PLAIN] = "\033[0m",
	[LOOK_DIM] = "\033[2m",
	[LOOK_STRONG] = "\033[1m",
	[LOOK_BAD] = "\033[1;31m",
};

static void look(const struct output_line *l, struct buf *out, enum look look)
{
	if (l->o->color)
		buf_str(out, looks[look]);
}

/* "07:52:00.123456" */
static void add_time(struct buf *out, int64_t ns)
{
	struct buf iso = { 0 };
	struct text t;

	units_iso8601(&iso, ns);
	t = buf_text(&iso);
	t = text_sub(t, text_chr(t, 'T') + 1, t.len - 1);
	buf_text_add(out, t);
	buf_clear(&iso);
}

/* Returns its columns. */
static size_t add_who(const struct output_line *l, struct buf *out)
{
	struct buf who = { 0 };
	size_t columns;

	if (l->o->node.len) {
		utf8_show(&who, l->o->node, false, SIZE_MAX);
		buf_char(&who, ' ');
	}
	output_pid(l, &who);
	if (l->e->name.len) {
		buf_char(&who, ' ');
		term_name(&who, l->e->name);
	}
	columns = utf8_show(out, buf_text(&who), l->o->ascii, SIZE_MAX);
	buf_clear(&who);
	return columns;
}

/* What every line begins with; returns where the rest of it begins. */
static size_t add_head(const struct output_line *l, struct buf *out)
{
	struct output_state *state = l->o->state;
	size_t wide = state ? state->who : 0;
	size_t columns, depth;

	look(l, out, LOOK_DIM);
	add_time(out, l->e->time_ns);
	buf_char(out, ' ');
	columns = add_who(l, out);
	look(l, out, LOOK_PLAIN);
	if (columns > wide)
		wide = columns < WHO_MOST ? columns : WHO_MOST;
	if (state)
		state->who = wide;
	if (columns > wide)
		wide = columns;
	depth = l->e->depth < DEPTH_MOST ? l->e->depth : DEPTH_MOST;
	buf_fill(out, ' ', wide - columns + GAP + 2 * depth);
	return strlen("07:52:00.123456 ") + wide + GAP + 2 * depth;
}

/* " (12 us)" */
static void add_duration(struct buf *out, int64_t ns)
{
	if (ns < 0)
		return;
	buf_str(out, " (");
	units_human(out, (double)ns, UNIT_NS);
	buf_char(out, ')');
}

/* What has been written plainly, in the look and the characters of the line. */
static void add_shown(const struct output_line *l, struct buf *out, struct buf *shown,
		      enum look as)
{
	if (as != LOOK_PLAIN)
		look(l, out, as);
	utf8_show(out, buf_text(shown), l->o->ascii, SIZE_MAX);
	if (as != LOOK_PLAIN)
		look(l, out, LOOK_PLAIN);
	buf_reset(shown);
}

static void add_call(struct output_line *l, struct buf *out, struct buf *shown)
{
	output_call(l, shown);
	add_shown(l, out, shown, LOOK_STRONG);
}

static void add_return(struct output_line *l, struct buf *out, struct buf *shown)
{
	output_mfa(l, shown, &l->e->function);
	add_duration(shown, l->e->duration_ns);
	if (l->e->has_value) {
		buf_str(shown, " -> ");
		output_term(l, shown, &l->e->value);
	} else {
		buf_str(shown, " returned");
	}
	add_shown(l, out, shown, LOOK_PLAIN);
}

static void add_exception(struct output_line *l, struct buf *out, struct buf *shown)
{
	output_mfa(l, shown, &l->e->function);
	add_duration(shown, l->e->duration_ns);
	buf_char(shown, ' ');
	add_shown(l, out, shown, LOOK_PLAIN);
	buf_str(shown, "** ");
	utf8_show(shown, l->e->class, false, SIZE_MAX);
	if (l->e->has_value) {
		buf_str(shown, ": ");
		output_term(l, shown, &l->e->value);
	}
	add_shown(l, out, shown, LOOK_BAD);
}

static void add_return_to(struct output_line *l, struct buf *out, struct buf *shown)
{
	buf_str(shown, "back to ");
	if (l->e->function.module.len)
		output_mfa(l, shown, &l->e->function);
	else
		buf_str(shown, "a function that is not known");
	add_shown(l, out, shown, LOOK_PLAIN);
}

static void add_send(struct output_line *l, struct buf *out, struct buf *shown)
{
	buf_str(shown, "send ");
	output_term(l, shown, &l->e->to);
	buf_str(shown, " ! ");
	output_term(l, shown, &l->e->value);
	if (text_is(l->e->what, "send_to_non_existing_process"))
		buf_str(shown, " (no such process)");
	add_shown(l, out, shown, LOOK_PLAIN);
}

static void add_receive(struct output_line *l, struct buf *out, struct buf *shown)
{
	buf_str(shown, "receive ");
	output_term(l, shown, &l->e->value);
	add_shown(l, out, shown, LOOK_PLAIN);
}

static void add_process(struct output_line *l, struct buf *out, struct buf *shown)
{
	const struct event *e = l->e;

	utf8_show(shown, e->what, false, SIZE_MAX);
	if (!term_is_atom(&e->to, "undefined")) {
		buf_char(shown, ' ');
		output_term(l, shown, &e->to);
	}
	if (e->function.module.len) {
		buf_char(shown, ' ');
		output_call(l, shown);
	}
	if (e->has_value) {
		buf_char(shown, ' ');
		output_term(l, shown, &e->value);
	}
	add_shown(l, out, shown, LOOK_PLAIN);
}

static void add_other(struct output_line *l, struct buf *out, struct buf *shown)
{
	utf8_show(shown, l->e->what, false, SIZE_MAX);
	buf_char(shown, ' ');
	output_term(l, shown, &l->e->value);
	add_shown(l, out, shown, LOOK_PLAIN);
}

static void (*const writers[])(struct output_line *l, struct buf *out,
			       struct buf *shown) = {
	[EVENT_CALL] = add_call,
	[EVENT_RETURN] = add_return,
	[EVENT_EXCEPTION] = add_exception,
	[EVENT_RETURN_TO] = add_return_to,
	[EVENT_SEND] = add_send,
	[EVENT_RECEIVE] = add_receive,
	[EVENT_PROCESS] = add_process,
	[EVENT_OTHER] = add_other,
};

static void begin_more(const struct output_line *l, struct buf *out, size_t column,
		       const char *what)
{
	look(l, out, LOOK_DIM);
	buf_fill(out, ' ', column + 2);
	buf_str(out, what);
	look(l, out, LOOK_PLAIN);
}

/* What an expression's message() gave, the caller, the stack: on lines of their own. */
static void add_more(struct output_line *l, struct buf *out, struct buf *shown,
		     size_t column)
{
	const struct event *e = l->e;

	if (e->has_extra) {
		begin_more(l, out, column, "message ");
		output_term(l, shown, &e->extra);
		add_shown(l, out, shown, LOOK_PLAIN);
		buf_char(out, '\n');
	}
	if (e->caller.module.len) {
		begin_more(l, out, column, "called by ");
		output_place(l, shown, &e->caller);
		add_shown(l, out, shown, LOOK_PLAIN);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < e->nstack; i++) {
		begin_more(l, out, column, i ? "   " : "in ");
		output_place(l, shown, &e->stack[i]);
		add_shown(l, out, shown, LOOK_PLAIN);
		buf_char(out, '\n');
	}
}

void text_event(const struct trace_output *o, struct buf *out, const struct event *e)
{
	struct output_line l;
	struct buf shown = { 0 };
	size_t column;

	output_line_init(&l, o, e);
	column = add_head(&l, out);
	writers[e->kind](&l, out, &shown);
	buf_char(out, '\n');
	add_more(&l, out, &shown, column);
	buf_clear(&shown);
}
