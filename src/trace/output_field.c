/* What an event has, by name. */
#include "trace/output_field.h"

#include <inttypes.h>

#include "base/json.h"
#include "base/units.h"
#include "base/utf8.h"

const char *const event_names[] = {
	[EVENT_CALL] = "call",
	[EVENT_RETURN] = "return",
	[EVENT_EXCEPTION] = "exception",
	[EVENT_RETURN_TO] = "return_to",
	[EVENT_SEND] = "send",
	[EVENT_RECEIVE] = "receive",
	[EVENT_PROCESS] = "process",
	[EVENT_OTHER] = "other",
};

void output_line_init(struct output_line *l, const struct trace_output *o,
		      const struct event *e)
{
	*l = (struct output_line){
		.o = o,
		.e = e,
		.style = o->style,
		.records = { o->records, e->function.module },
	};
	if (!o->records)
		return;
	l->style.fields = records_fields;
	l->style.records = &l->records;
}

/* Is there a place in it where something was left out on the target? */
static bool has_cut(const struct term *t, unsigned depth)
{
	size_t n = 0;

	if (t->type == TERM_CUT || (t->type == TERM_BINARY && t->n > 0))
		return true;
	if (t->type == TERM_TUPLE)
		n = t->n;
	else if (t->type == TERM_LIST && t->n > 0)
		n = (size_t)t->n + 1;
	else if (t->type == TERM_MAP)
		n = 2 * (size_t)t->n;
	for (size_t i = 0; i < n && depth > 0; i++)
		if (has_cut(&t->items[i], depth - 1))
			return true;
	return false;
}

/* Deeper ones are cut by printing. */
#define CUT_DEPTH 1000

void output_term(struct output_line *l, struct buf *out, const struct term *t)
{
	size_t total = l->style.total;
	size_t from = buf_len(out);

	term_print(out, t, &l->style);
	l->cut |= (total && buf_len(out) - from >= total) || has_cut(t, CUT_DEPTH);
}

void output_mfa(const struct output_line *l, struct buf *out,
		const struct event_function *f)
{
	term_mfa(out, f->module, f->function, f->arity, l->style.syntax);
}

void output_place(const struct output_line *l, struct buf *out,
		  const struct event_function *f)
{
	output_mfa(l, out, f);
	if (f->file.len == 0)
		return;
	buf_str(out, " (");
	utf8_show(out, f->file, false, SIZE_MAX);
	if (f->line)
		buf_printf(out, ":%" PRId64, f->line);
	buf_char(out, ')');
}

void output_pid(const struct output_line *l, struct buf *out)
{
	if (l->e->port)
		buf_printf(out, "#Port<0.%" PRIu64 ">", l->e->pid);
	else
		term_print_pid(out, l->e->pid);
}

static bool has_args(const struct event *e)
{
	return e->args != ARGS_NONE && term_is_list(&e->arguments);
}

void output_call(struct output_line *l, struct buf *out)
{
	const struct event *e = l->e;
	const struct event_function *f = &e->function;
	const char *comma = l->style.syntax == SYNTAX_ELIXIR ? ", " : ",";

	if (!has_args(e)) {
		output_mfa(l, out, f);
		return;
	}
	term_mfa(out, f->module, f->function, -1, l->style.syntax);
	buf_char(out, '(');
	for (size_t i = 0; i < e->arguments.n; i++) {
		buf_str(out, i ? comma : "");
		output_term(l, out, &e->arguments.items[i]);
	}
	buf_char(out, ')');
}

static bool print_event(struct output_line *l, struct buf *out)
{
	buf_str(out, event_names[l->e->kind]);
	return true;
}

static bool print_time(struct output_line *l, struct buf *out)
{
	units_iso8601(out, l->e->time_ns);
	return true;
}

static bool print_text(struct buf *out, struct text t)
{
	utf8_show(out, t, false, SIZE_MAX);
	return t.len > 0;
}

static bool print_node(struct output_line *l, struct buf *out)
{
	return print_text(out, l->o->node);
}

static bool print_pid(struct output_line *l, struct buf *out)
{
	output_pid(l, out);
	return true;
}

static bool print_name(struct output_line *l, struct buf *out)
{
	term_name(out, l->e->name);
	return l->e->name.len > 0;
}

static bool print_module(struct output_line *l, struct buf *out)
{
	term_name(out, l->e->function.module);
	return l->e->function.module.len > 0;
}

static bool print_function(struct output_line *l, struct buf *out)
{
	term_name(out, l->e->function.function);
	return l->e->function.module.len > 0;
}

static bool print_arity(struct output_line *l, struct buf *out)
{
	if (l->e->function.arity < 0 || l->e->function.module.len == 0)
		return false;
	buf_printf(out, "%d", l->e->function.arity);
	return true;
}

static bool print_mfa(struct output_line *l, struct buf *out)
{
	if (l->e->function.module.len == 0)
		return false;
	output_mfa(l, out, &l->e->function);
	return true;
}

static bool print_call(struct output_line *l, struct buf *out)
{
	if (l->e->function.module.len == 0)
		return false;
	output_call(l, out);
	return true;
}

static bool print_args(struct output_line *l, struct buf *out)
{
	if (!has_args(l->e))
		return false;
	buf_char(out, '[');
	for (size_t i = 0; i < l->e->arguments.n; i++) {
		buf_str(out, i ? ", " : "");
		output_term(l, out, &l->e->arguments.items[i]);
	}
	buf_char(out, ']');
	return true;
}

static bool json_args(struct output_line *l, struct buf *out)
{
	struct buf shown = { 0 };

	if (!has_args(l->e))
		return false;
	buf_char(out, '[');
	for (size_t i = 0; i < l->e->arguments.n; i++) {
		buf_str(out, i ? "," : "");
		output_term(l, &shown, &l->e->arguments.items[i]);
		json_string(out, buf_text(&shown), l->o->ascii);
		buf_reset(&shown);
	}
	buf_char(out, ']');
	buf_clear(&shown);
	return true;
}

static bool print_term_of(struct output_line *l, struct buf *out, unsigned kinds)
{
	if (!l->e->has_value || !(kinds & 1u << l->e->kind))
		return false;
	output_term(l, out, &l->e->value);
	return true;
}

static bool print_value(struct output_line *l, struct buf *out)
{
	return print_term_of(l, out, 1u << EVENT_RETURN | 1u << EVENT_PROCESS);
}

static bool print_reason(struct output_line *l, struct buf *out)
{
	return print_term_of(l, out, 1u << EVENT_EXCEPTION);
}

static bool print_class(struct output_line *l, struct buf *out)
{
	return print_text(out, l->e->class);
}

static bool print_extra(struct output_line *l, struct buf *out)
{
	if (l->e->has_extra)
		output_term(l, out, &l->e->extra);
	return l->e->has_extra;
}

/* That was sent or received; of calls what the expression's message() gave. */
static bool print_message(struct output_line *l, struct buf *out)
{
	enum event_kind kind = l->e->kind;

	if (kind != EVENT_SEND && kind != EVENT_RECEIVE && kind != EVENT_OTHER)
		return print_extra(l, out);
	output_term(l, out, &l->e->value);
	return true;
}

static bool print_to(struct output_line *l, struct buf *out)
{
	if (l->e->kind != EVENT_SEND && term_is_atom(&l->e->to, "undefined"))
		return false;
	output_term(l, out, &l->e->to);
	return true;
}

/* Of a message: that nobody is there to get it. */
static bool print_what(struct output_line *l, struct buf *out)
{
	if (l->e->kind == EVENT_SEND && text_is(l->e->what, "send"))
		return false;
	return print_text(out, l->e->what);
}

static bool print_duration_ns(struct output_line *l, struct buf *out)
{
	if (l->e->duration_ns < 0)
		return false;
	buf_printf(out, "%" PRId64, l->e->duration_ns);
	return true;
}

static bool print_duration(struct output_line *l, struct buf *out)
{
	if (l->e->duration_ns < 0)
		return false;
	units_human(out, (double)l->e->duration_ns, UNIT_NS);
	return true;
}

static bool print_number(struct output_line *l, struct buf *out)
{
	if (l->e->number == 0)
		return false;
	buf_printf(out, "%" PRIu64, l->e->number);
	return true;
}

static bool print_caller(struct output_line *l, struct buf *out)
{
	if (l->e->caller.module.len == 0)
		return false;
	output_place(l, out, &l->e->caller);
	return true;
}

static void json_name(struct output_line *l, struct buf *out, struct text atom)
{
	struct buf shown = { 0 };

	term_name(&shown, atom);
	json_string(out, buf_text(&shown), l->o->ascii);
	buf_clear(&shown);
}

static void json_place(struct output_line *l, struct buf *out,
		       const struct event_function *f)
{
	buf_str(out, "{\"module\":");
	json_name(l, out, f->module);
	buf_str(out, ",\"function\":");
	json_name(l, out, f->function);
	if (f->arity >= 0)
		buf_printf(out, ",\"arity\":%d,\"file\":", f->arity);
	else
		buf_str(out, ",\"arity\":null,\"file\":");
	if (f->file.len)
		json_string(out, f->file, l->o->ascii);
	else
		buf_str(out, "null");
	if (f->line)
		buf_printf(out, ",\"line\":%" PRId64 "}", f->line);
	else
		buf_str(out, ",\"line\":null}");
}

static bool json_caller(struct output_line *l, struct buf *out)
{
	if (l->e->caller.module.len == 0)
		return false;
	json_place(l, out, &l->e->caller);
	return true;
}

static bool print_stack(struct output_line *l, struct buf *out)
{
	for (size_t i = 0; i < l->e->nstack; i++) {
		buf_str(out, i ? " < " : "");
		output_place(l, out, &l->e->stack[i]);
	}
	return l->e->nstack > 0;
}

static bool json_stack(struct output_line *l, struct buf *out)
{
	if (l->e->nstack == 0)
		return false;
	for (size_t i = 0; i < l->e->nstack; i++) {
		buf_char(out, i ? ',' : '[');
		json_place(l, out, &l->e->stack[i]);
	}
	buf_char(out, ']');
	return true;
}

static bool print_cut(struct output_line *l, struct buf *out)
{
	if (l->cut)
		buf_str(out, "true");
	return l->cut;
}

enum {
	CALL = 1u << EVENT_CALL,
	RETURN = 1u << EVENT_RETURN,
	EXCEPTION = 1u << EVENT_EXCEPTION,
	RETURN_TO = 1u << EVENT_RETURN_TO,
	SEND = 1u << EVENT_SEND,
	RECEIVE = 1u << EVENT_RECEIVE,
	PROCESS = 1u << EVENT_PROCESS,
	OTHER = 1u << EVENT_OTHER,
	ENDS = RETURN | EXCEPTION,
	FUNCTION = CALL | ENDS | RETURN_TO,
	ANY = FUNCTION | SEND | RECEIVE | PROCESS | OTHER,
};

/* In the order in which JSON and CSV have them. */
const struct output_field output_fields[] = {
	{ "event", FIELD_ALL, ANY, .print = print_event },
	{ "time", FIELD_ALL, ANY, .print = print_time },
	{ "node", FIELD_ALL, ANY, ANY, .print = print_node },
	{ "pid", FIELD_ALL, ANY, .print = print_pid },
	{ "name", FIELD_ALL, ANY, .print = print_name },
	{ "what", FIELD_ALL, PROCESS | OTHER | SEND, SEND, .print = print_what },
	{ "to", FIELD_ALL, SEND | PROCESS, PROCESS, .print = print_to },
	{ "module", FIELD_ALL, FUNCTION | PROCESS, PROCESS, .print = print_module },
	{ "function", FIELD_ALL, FUNCTION | PROCESS, PROCESS, .print = print_function },
	{ "arity", FIELD_ALL, FUNCTION | PROCESS, PROCESS, .bare = true,
	  .print = print_arity },
	{ "mfa", FIELD_TEMPLATE, FUNCTION | PROCESS, .print = print_mfa },
	{ "call", FIELD_TEMPLATE, FUNCTION | PROCESS, .print = print_call },
	{ "args", FIELD_ALL, CALL | PROCESS, PROCESS, .print = print_args,
	  .json = json_args },
	{ "value", FIELD_ALL, RETURN | PROCESS, PROCESS, .print = print_value },
	{ "class", FIELD_ALL, EXCEPTION, .print = print_class },
	{ "reason", FIELD_ALL, EXCEPTION, .print = print_reason },
	{ "duration_ns", FIELD_ALL, ENDS, .bare = true, .print = print_duration_ns },
	{ "duration", FIELD_TEMPLATE, ENDS, .print = print_duration },
	{ "message", FIELD_ALL, ANY, FUNCTION | PROCESS, .print = print_message },
	{ "extra", FIELD_DATA, SEND | RECEIVE, SEND | RECEIVE, .print = print_extra },
	{ "number", FIELD_ALL, CALL | ENDS, CALL | ENDS, .bare = true,
	  .print = print_number },
	{ "caller", FIELD_ALL, ANY, ANY, .print = print_caller, .json = json_caller },
	{ "stack", FIELD_ALL, ANY, ANY, .print = print_stack, .json = json_stack },
	{ "cut", FIELD_DATA, ANY, ANY, .bare = true, .print = print_cut },
};
const size_t output_nfields = sizeof(output_fields) / sizeof(output_fields[0]);
