/* Messages of the runtime's tracing, read. */
#include "trace/event.h"

#include <string.h>

#include "trace/message.h"

#define ARITY_MAX 255

static const struct term undefined = {
	.type = TERM_ATOM,
	.text = TEXT_INIT("undefined"),
};

struct reading {
	const struct event_reader *r;
	struct arena *arena;
	const struct term *at; /* [n] what is behind the tag, without the time */
	size_t n;
};

/* Element i behind the tag; 'undefined' when there is none. */
static const struct term *part(const struct reading *in, size_t i)
{
	return i < in->n ? &in->at[i] : &undefined;
}

bool event_function_read(const struct term *t, struct event_function *out)
{
	const struct term *args = term_at(t, 2);
	int64_t arity = args->type == TERM_INT	? args->num
			: term_is_list(args) ? (int64_t)args->n
					     : -1;

	if (t->type != TERM_TUPLE || t->n < 3 || t->items[0].type != TERM_ATOM ||
	    t->items[1].type != TERM_ATOM || arity < 0 || arity > ARITY_MAX)
		return false;
	*out = (struct event_function){
		.module = t->items[0].text,
		.function = t->items[1].text,
		.arity = (int)arity,
	};
	return true;
}

/* What the specification sent with it. */
static void read_extra(const struct reading *in, size_t i, struct event *out)
{
	const struct trace_message *m = in->r->message;

	if (i >= in->n || (m && message_read(in->arena, m, &in->at[i], out)))
		return;
	out->has_extra = true;
	out->extra = in->at[i];
}

static bool read_call(const struct reading *in, struct event *out)
{
	const struct term *args = term_at(part(in, 0), 2);

	if (in->n < 1 || !event_function_read(&in->at[0], &out->function))
		return false;
	out->kind = EVENT_CALL;
	if (args->type == TERM_LIST) {
		out->args = ARGS_WHOLE;
		out->arguments = *args;
	}
	read_extra(in, 1, out);
	return true;
}

static bool read_return_from(const struct reading *in, struct event *out)
{
	if (in->n < 2 || !event_function_read(&in->at[0], &out->function))
		return false;
	out->kind = EVENT_RETURN;
	out->has_value = true;
	out->value = in->at[1];
	return true;
}

static bool read_exception_from(const struct reading *in, struct event *out)
{
	const struct term *reason = part(in, 1);

	if (!event_function_read(part(in, 0), &out->function) ||
	    !term_is_tuple(reason, 2, NULL) || reason->items[0].type != TERM_ATOM)
		return false;
	out->kind = EVENT_EXCEPTION;
	out->class = reason->items[0].text;
	out->has_value = true;
	out->value = reason->items[1];
	return true;
}

/* To a function, or to one that is not known. */
static bool read_return_to(const struct reading *in, struct event *out)
{
	if (in->n < 1)
		return false;
	out->kind = EVENT_RETURN_TO;
	event_function_read(&in->at[0], &out->function);
	return true;
}

static bool read_send(const struct reading *in, struct event *out)
{
	if (in->n < 2)
		return false;
	out->kind = EVENT_SEND;
	out->has_value = true;
	out->value = in->at[0];
	out->to = in->at[1];
	read_extra(in, 2, out);
	return true;
}

static bool read_receive(const struct reading *in, struct event *out)
{
	if (in->n < 1)
		return false;
	out->kind = EVENT_RECEIVE;
	out->has_value = true;
	out->value = in->at[0];
	read_extra(in, 1, out);
	return true;
}

/* Another process or port first, and the function that it runs. */
static bool read_other(const struct reading *in, struct event *out)
{
	if (in->n < 1)
		return false;
	out->kind = EVENT_PROCESS;
	out->to = in->at[0];
	if (in->n > 1 && event_function_read(&in->at[1], &out->function) &&
	    term_at(&in->at[1], 2)->type == TERM_LIST) {
		out->args = ARGS_WHOLE;
		out->arguments = in->at[1].items[2];
	}
	return true;
}

/* A reason, a name. */
static bool read_value(const struct reading *in, struct event *out)
{
	if (in->n < 1)
		return false;
	out->kind = EVENT_PROCESS;
	out->has_value = true;
	out->value = in->at[0];
	return true;
}

/* The function where it stands; of a port what it does. */
static bool read_place(const struct reading *in, struct event *out)
{
	if (in->n < 1)
		return false;
	out->kind = EVENT_PROCESS;
	if (!event_function_read(&in->at[0], &out->function) &&
	    in->at[0].type != TERM_INT) {
		out->has_value = true;
		out->value = in->at[0];
	}
	return true;
}

static bool read_open(const struct reading *in, struct event *out)
{
	if (in->n < 2)
		return false;
	out->kind = EVENT_PROCESS;
	out->to = in->at[0];
	out->has_value = true;
	out->value = in->at[1];
	return true;
}

static const struct {
	const char *tag;
	bool (*read)(const struct reading *in, struct event *out);
} kinds[] = {
	{ "call", read_call },
	{ "return_from", read_return_from },
	{ "exception_from", read_exception_from },
	{ "return_to", read_return_to },
	{ "send", read_send },
	{ "send_to_non_existing_process", read_send },
	{ "receive", read_receive },
	{ "spawn", read_other },
	{ "spawned", read_other },
	{ "link", read_other },
	{ "unlink", read_other },
	{ "getting_linked", read_other },
	{ "getting_unlinked", read_other },
	{ "exit", read_value },
	{ "register", read_value },
	{ "unregister", read_value },
	{ "in", read_place },
	{ "out", read_place },
	{ "in_exiting", read_place },
	{ "out_exiting", read_place },
	{ "out_exited", read_place },
	{ "open", read_open },
	{ "closed", read_value },
};

static bool read_known(const struct reading *in, struct text tag, struct event *out)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (text_is(tag, kinds[i].tag))
			return kinds[i].read(in, out);
	}
	return false;
}

/* All that is behind the tag. */
static struct term rest(const struct reading *in)
{
	return (struct term){ .type = TERM_TUPLE, .n = (uint32_t)in->n, .items = in->at };
}

/* Monotonic nanoseconds. */
static int64_t time_of(const struct event_reader *r, const struct term *t)
{
	int64_t ns;

	if (t->type != TERM_INT || __builtin_add_overflow(t->num, r->offset_ns, &ns))
		return 0;
	return ns;
}

bool event_read(const struct event_reader *r, struct arena *a, const struct term *message,
		struct text name, struct event *out)
{
	bool timed = term_is_atom(term_at(message, 0), "trace_ts");
	const struct term *who = term_at(message, 1);
	const struct term *tag = term_at(message, 2);

	if (message->type != TERM_TUPLE || message->n < (timed ? 4u : 3u) ||
	    !(timed || term_is_atom(&message->items[0], "trace")) ||
	    (who->type != TERM_PID && who->type != TERM_PORT) || tag->type != TERM_ATOM)
		return false;

	struct reading in = { r, a, message->items + 3, message->n - 3 - timed };
	struct event clean = {
		.kind = EVENT_OTHER,
		.time_ns = timed ? time_of(r, &message->items[message->n - 1]) : 0,
		.pid = who->id->num,
		.port = who->type == TERM_PORT,
		.name = name,
		.function.arity = -1,
		.duration_ns = -1,
		.to = undefined,
		.value = undefined,
		.extra = undefined,
		.what = tag->text,
	};

	*out = clean;
	if (!read_known(&in, tag->text, out)) {
		*out = clean;
		out->value = rest(&in);
	}
	return true;
}
