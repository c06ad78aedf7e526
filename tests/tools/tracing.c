/*
 * The screens of tracing, without a node.
 *
 *   tracing RECORDING --script FILE
 *
 * What the recording's last sample has is what the source answers, as if it were alive. A
 * line "form" of the script opens the form, "calls" a trace that has ended, with the calls
 * below.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/files.h"
#include "source/recording.h"
#include "view/script.h"
#include "view/trace_inside.h"

#define PATIENCE_NS INT64_C(15000000000)
/* 2026-11-23T07:52:00Z */
#define BEGIN_NS INT64_C(1795420320000000000)

/* Terms in Erlang; a value that begins with "error:", "exit:" or "throw:" is that. */
static const struct {
	uint32_t pid;
	const char *name;
	const char *function;
	const char *arguments;
	const char *value; /* NULL: it did not return */
	int64_t took_ns;
} calls[] = {
	{ 81, "shop_cache", "lookup", "[tea, #{user => 7, tags => [green, <<\"leaf\">>]}]",
	  "{ok, 3}", 12345 },
	{ 81, "shop_cache", "lookup", "[coffee, #{user => 8}]", "error:badarg", 812 },
	{ 90, "", "price", "[{tea, 3}, \"EUR\"]", "4.5", 2100000 },
	{ 90, "", "price", "[{<<\"\\e[31mred\">>, 1}, \"EUR\"]", "0.5", 90000 },
	{ 91, "shop_\x1b[2Jname", "lookup", "[milk, #{}]", NULL, -1 },
};

struct tracing {
	struct loop *loop;
	struct top *top;
};

static void stop(const struct err *err)
{
	fprintf(stderr, "tracing: %s\n", err->what);
	exit((int)err->kind);
}

static struct term parsed(struct arena *a, const char *text)
{
	struct err err = { 0 };
	struct term t;
	size_t at;

	if (!term_parse(a, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		stop(&err);
	return t;
}

/* "error:badarg" */
static void set_value(struct arena *a, const char *value, struct event *e)
{
	struct text rest = text_of(value);
	struct text class;

	e->kind = EVENT_RETURN;
	if (text_starts(rest, "error:") || text_starts(rest, "exit:")) {
		text_cut(&rest, ':', &class);
		e->kind = EVENT_EXCEPTION;
		e->class = class;
	}
	e->has_value = true;
	e->value = parsed(a, rest.p);
}

static void take_call(struct trace_view *t, size_t i)
{
	struct arena a = { 0 };
	struct event e = {
		.kind = EVENT_CALL,
		.number = i + 1,
		.time_ns = BEGIN_NS + (int64_t)i * 1500000,
		.pid = calls[i].pid,
		.name = text_of(calls[i].name),
		.function = { TEXT("shop"), text_of(calls[i].function), 2 },
		.args = ARGS_CUT,
		.arguments = parsed(&a, calls[i].arguments),
		.duration_ns = -1,
		.to = parsed(&a, "undefined"),
		.extra = parsed(&a, "undefined"),
	};

	trace_view_take(t, &e);
	if (calls[i].value) {
		set_value(&a, calls[i].value, &e);
		e.args = ARGS_NONE;
		e.time_ns += calls[i].took_ns;
		e.duration_ns = calls[i].took_ns;
		trace_view_take(t, &e);
	}
	arena_clear(&a);
}

static void open_calls(struct top *top)
{
	struct arena a = { 0 };
	struct trace_wish w = trace_wish_of(&a, &(struct trace_processes){ 0 });
	struct trace_view *t;

	w.words[w.nwords++] = TEXT("shop:_ -> return");
	t = trace_view_new(top_view(top), &w);
	arena_clear(&a);
	t->was_armed = true;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		take_call(t, i);
	trace_view_end(t, &(struct trace_ended){ .why = TRACE_BY_TIME, .calls = 5 },
		       NULL);
	top_push(top, &t->view);
}

static void run(struct tracing *t, struct text script)
{
	struct err err = { 0 };

	if (!script_run(t->top, &(struct script_options){
					.text = script,
					.name = "script",
					.loop = t->loop,
					.out = stdout,
					.patience_ns = PATIENCE_NS,
				},
			&err))
		stop(&err);
}

static void run_all(struct tracing *t, struct text rest)
{
	const char *part = rest.p;
	struct text line;

	while (text_cut(&rest, '\n', &line)) {
		bool form = text_is(line, "form");

		if (!form && !text_is(line, "calls"))
			continue;
		run(t, (struct text){ part, (size_t)(line.p - part) });
		part = rest.p;
		if (form)
			trace_form_push(top_view(t->top), &(struct trace_processes){ 0 });
		else
			open_calls(t->top);
	}
	run(t, (struct text){ part, (size_t)(rest.p + rest.len - part) });
}

int main(int argc, char **argv)
{
	struct tracing t = { .loop = loop_new() };
	struct arena arena = { 0 };
	struct top_source source = { 0 };
	struct err err = { 0 };
	struct text script;

	if (argc < 4 || strcmp(argv[2], "--script") != 0 ||
	    !files_read_at(AT_FDCWD, argv[3], (size_t)1 << 20, &arena, &script))
		return 2;
	source.source = recording_open(t.loop, argv[1], &err);
	if (!source.source)
		stop(&err);
	source.source->stored = false;
	source.source->name = TEXT("shop@web1");
	source.name = source.source->name;
	t.top = top_new(&(struct top_options){
		.loop = t.loop,
		.sources = &source,
		.nsources = 1,
		.width = 80,
		.height = 24,
	});
	run_all(&t, script);
	top_free(t.top);
	loop_free(t.loop);
	arena_clear(&arena);
	return 0;
}
