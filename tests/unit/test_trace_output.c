/*
 * How events look: for people, as JSON, as CSV and by a template, also when the target
 * sends what would steer a terminal.
 */

#include "unit.h"

#include <string.h>

#include "term/term.h"
#include "trace/output.h"

static struct arena arena;
static struct buf out;

static int clear(void **state)
{
	arena_clear(&arena);
	buf_clear(&out);
	return 0;
}

static struct term parsed(const char *text)
{
	struct term t;
	struct err err = { 0 };
	size_t at;

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		fail_msg("%s: %s at %zu", text, err.what, at);
	return t;
}

static struct event event(enum event_kind kind)
{
	return (struct event){
		.kind = kind,
		.time_ns = INT64_C(1795420320123456789),
		.pid = 81,
		.function = { .arity = -1 },
		.duration_ns = -1,
		.to = parsed("undefined"),
	};
}

/* An event in or at the end of a function. */
static struct event of(enum event_kind kind, const char *module, const char *function,
		       int arity)
{
	struct event e = event(kind);

	e.function = (struct event_function){ text_of(module), text_of(function), arity };
	return e;
}

static struct event call(const char *module, const char *function, const char *args)
{
	struct event e = of(EVENT_CALL, module, function, 0);

	e.args = ARGS_WHOLE;
	e.arguments = parsed(args);
	e.function.arity = (int)e.arguments.n;
	e.number = 1;
	return e;
}

static struct trace_output output(enum output_kind kind, enum syntax syntax)
{
	return (struct trace_output){
		.kind = kind,
		.style = { .syntax = syntax },
		.state = arena_new(&arena, struct output_state),
	};
}

static void check(const struct trace_output *o, const struct event *e, const char *want)
{
	buf_reset(&out);
	output_event(o, &out, e);
	assert_string_equal(buf_cstr(&out), want);
}

static void text_has_a_line_an_event(void **state)
{
	struct trace_output o = output(OUTPUT_TEXT, SYNTAX_ELIXIR);
	struct event e = call("Elixir.MyApp.Cache", "get", "[users, 3]");

	check(&o, &e, "07:52:00.123456 <0.81.0> MyApp.Cache.get(:users, 3)\n");
	o.style.syntax = SYNTAX_ERLANG;
	e = call("maps", "get", "[a, #{b => \"x\"}]");
	check(&o, &e, "07:52:00.123456 <0.81.0> maps:get(a,#{b => \"x\"})\n");
}

static void json_is_what_the_contract_says(void **state)
{
	struct trace_output o = output(OUTPUT_JSONL, SYNTAX_ELIXIR);
	struct event e = call("Elixir.MyApp.Cache", "get", "[users, 3]");

	e.name = TEXT("Elixir.MyApp.Worker");
	check(&o, &e,
	      "{\"event\":\"call\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":\"MyApp.Worker\","
	      "\"module\":\"MyApp.Cache\",\"function\":\"get\",\"arity\":2,"
	      "\"args\":[\":users\",\"3\"],\"number\":1}\n");
	e = of(EVENT_RETURN, "maps", "get", 2);
	check(&o, &e,
	      "{\"event\":\"return\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":null,"
	      "\"module\":\"maps\",\"function\":\"get\",\"arity\":2,"
	      "\"value\":null,\"duration_ns\":null}\n");
}

static void a_template_has_what_it_names(void **state)
{
	struct trace_output o = output(OUTPUT_TEMPLATE, SYNTAX_ERLANG);
	struct event e = call("maps", "get", "[a, b]");

	o.template = TEXT("{pid}\\t{mfa} {{{args}}} {name}");
	check(&o, &e, "<0.81.0>\tmaps:get/2 {[a, b]} -\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(text_has_a_line_an_event, clear),
		cmocka_unit_test_teardown(json_is_what_the_contract_says, clear),
		cmocka_unit_test_teardown(a_template_has_what_it_names, clear),
	};

	return cmocka_run_group_tests_name("trace_output", tests, NULL, NULL);
}
