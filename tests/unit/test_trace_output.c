/*
 * How events look: for people, as JSON, as CSV and by a template, also when the target
 * sends what would steer a terminal.
 */

#include "unit.h"

#include <string.h>

#include "base/utf8.h"
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

	check(&o, &e, "07:52:00.123456 <0.81.0>  MyApp.Cache.get(:users, 3)\n");
	o.style.syntax = SYNTAX_ERLANG;
	e = call("maps", "get", "[a, #{b => \"x\"}]");
	check(&o, &e, "07:52:00.123456 <0.81.0>  maps:get(a,#{b => \"x\"})\n");
	e.args = ARGS_NONE;
	check(&o, &e, "07:52:00.123456 <0.81.0>  maps:get/2\n");
}

static void text_says_how_a_call_ended(void **state)
{
	struct trace_output o = output(OUTPUT_TEXT, SYNTAX_ERLANG);
	struct event e = of(EVENT_RETURN, "maps", "get", 2);

	check(&o, &e, "07:52:00.123456 <0.81.0>  maps:get/2 returned\n");
	e.duration_ns = 12345;
	check(&o, &e, "07:52:00.123456 <0.81.0>  maps:get/2 (12.3 us) returned\n");
	e.has_value = true;
	e.value = parsed("{ok, 1}");
	check(&o, &e, "07:52:00.123456 <0.81.0>  maps:get/2 (12.3 us) -> {ok,1}\n");
	e.kind = EVENT_EXCEPTION;
	e.class = TEXT("error");
	e.value = parsed("{badkey, a}");
	check(&o, &e,
	      "07:52:00.123456 <0.81.0>  maps:get/2 (12.3 us) ** error: {badkey,a}\n");
	e = of(EVENT_RETURN_TO, "shop", "loop", 1);
	check(&o, &e, "07:52:00.123456 <0.81.0>  back to shop:loop/1\n");
	e = event(EVENT_RETURN_TO);
	check(&o, &e, "07:52:00.123456 <0.81.0>  back to a function that is not known\n");
}

static void text_aligns_what_follows_a_name(void **state)
{
	struct trace_output o = output(OUTPUT_TEXT, SYNTAX_ERLANG);
	struct event e = of(EVENT_CALL, "maps", "get", 2);

	e.name = TEXT("users");
	check(&o, &e, "07:52:00.123456 <0.81.0> users  maps:get/2\n");
	e.name = TEXT("");
	check(&o, &e, "07:52:00.123456 <0.81.0>        maps:get/2\n");
	e.name = TEXT("one_whose_name_is_much_longer_than_others");
	check(&o, &e, "07:52:00.123456 <0.81.0> "
		      "one_whose_name_is_much_longer_than_others  maps:get/2\n");
	e.name = TEXT("");
	e.depth = 2;
	check(&o, &e, "07:52:00.123456 <0.81.0>                        maps:get/2\n");
	e.depth = 1000000;
	o.state = NULL;
	check(&o, &e, "07:52:00.123456 <0.81.0>                      maps:get/2\n");
}

static void text_has_what_else_was_asked_for_below(void **state)
{
	static const struct event_function stack[] = {
		{ TEXT_INIT("shop"), TEXT_INIT("pay"), 2, TEXT_INIT("shop.erl"), 17 },
		{ TEXT_INIT("shop"), TEXT_INIT("loop"), 1, TEXT_INIT(""), 0 },
	};
	struct trace_output o = output(OUTPUT_TEXT, SYNTAX_ERLANG);
	struct event e = of(EVENT_CALL, "maps", "get", 2);

	e.caller = stack[0];
	e.stack = stack;
	e.nstack = 2;
	e.has_extra = true;
	e.extra = parsed("{seen, 3}");
	o.node = TEXT("shop@web1");
	check(&o, &e, "07:52:00.123456 shop@web1 <0.81.0>  maps:get/2\n"
		      "                                      message {seen,3}\n"
		      "                                      called by shop:pay/2 "
		      "(shop.erl:17)\n"
		      "                                      in shop:pay/2 (shop.erl:17)\n"
		      "                                         shop:loop/1\n");
}

static void text_shows_messages_and_processes(void **state)
{
	struct trace_output o = output(OUTPUT_TEXT, SYNTAX_ERLANG);
	struct event e = event(EVENT_SEND);

	e.what = TEXT("send");
	e.to = parsed("<0.99.0>");
	e.has_value = true;
	e.value = parsed("{hello, 1}");
	check(&o, &e, "07:52:00.123456 <0.81.0>  send <0.99.0> ! {hello,1}\n");
	e.what = TEXT("send_to_non_existing_process");
	check(&o, &e, "07:52:00.123456 <0.81.0>  send <0.99.0> ! {hello,1} "
		      "(no such process)\n");
	e.kind = EVENT_RECEIVE;
	check(&o, &e, "07:52:00.123456 <0.81.0>  receive {hello,1}\n");
	e = call("shop", "loop", "[1]");
	e.kind = EVENT_PROCESS;
	e.what = TEXT("spawn");
	e.to = parsed("<0.99.0>");
	check(&o, &e, "07:52:00.123456 <0.81.0>  spawn <0.99.0> shop:loop(1)\n");
	e = event(EVENT_PROCESS);
	e.what = TEXT("exit");
	e.has_value = true;
	e.value = parsed("normal");
	e.port = true;
	check(&o, &e, "07:52:00.123456 #Port<0.81>  exit normal\n");
	e = event(EVENT_OTHER);
	e.what = TEXT("gc_minor_start");
	e.value = parsed("{[]}");
	check(&o, &e, "07:52:00.123456 <0.81.0>     gc_minor_start {[]}\n");
}

static void long_terms_are_cut(void **state)
{
	struct trace_output o = output(OUTPUT_TEXT, SYNTAX_ERLANG);
	struct event e = call("m", "f", "[<<\"abcdefghijklmnop\">>, [1,2,3,4,5,6,7,8,9,0]]");

	o.style.total = 10;
	check(&o, &e, "07:52:00.123456 <0.81.0>  m:f(<<\"abcdefghij\"... (6 more bytes)>>,"
		      "[1,2,3,4,5,... (5 more)])\n");
}

static void exceptions_stand_out_without_color_too(void **state)
{
	struct trace_output o = output(OUTPUT_TEXT, SYNTAX_ERLANG);
	struct event e = of(EVENT_EXCEPTION, "m", "f", 0);

	o.color = true;
	e.class = TEXT("exit");
	e.has_value = true;
	e.value = parsed("bye");
	check(&o, &e, "\033[2m07:52:00.123456 <0.81.0>\033[0m  m:f/0 "
		      "\033[1;31m** exit: bye\033[0m\n");
}

/* What would steer a terminal, in all places that a target can put text in. */
static struct event hostile(void)
{
	static const struct event_function stack[] = {
		{ TEXT_INIT("a\033[2J"), TEXT_INIT("b\xff"), 0, TEXT_INIT("c\n\x9b"), 1 },
	};
	struct event e = call("m\033]0;x\a", "f\xe2\x80\xae", "['\\e[2J', \"\\e\"]");

	e.name = TEXT("n\xff\n\033c");
	e.caller = stack[0];
	e.stack = stack;
	e.nstack = 1;
	e.class = TEXT("k\r");
	e.what = TEXT("w\b");
	e.has_value = true;
	e.value = parsed("<<27, 91>>");
	e.to = parsed("'t\\e'");
	return e;
}

static void nothing_steers_the_terminal(void **state)
{
	static const enum output_kind kinds[] = { OUTPUT_TEXT, OUTPUT_JSONL, OUTPUT_JSON,
						  OUTPUT_CSV, OUTPUT_TEMPLATE };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) * 2 * (EVENT_OTHER + 1);
	     i++) {
		struct trace_output o = output(kinds[i % 5], SYNTAX_ERLANG);
		struct event e = hostile();
		struct text t;
		uint32_t c;

		o.node = TEXT("x\033@y");
		o.ascii = i / 5 % 2;
		o.template = TEXT("{node} {name} {mfa} {call} {caller} {stack} {class} "
				  "{value} {to} {what} {message} {reason}");
		e.kind = (enum event_kind)(i / 10);
		buf_reset(&out);
		output_event(&o, &out, &e);
		t = buf_text(&out);
		assert_true(t.len > 20);
		for (size_t at = 0; at < t.len;) {
			at += utf8_next(t, at, &c);
			if (c == UTF8_BAD || (o.ascii && c > 0x7e) ||
			    (utf8_control(c) && c != '\n' && c != '\r'))
				fail_msg("%zu: %#x in %s", i, c, buf_cstr(&out));
			if (c == '\r')
				assert_int_equal(kinds[i % 5], OUTPUT_CSV);
		}
	}
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
	e.args = ARGS_NONE;
	e.name = TEXT("");
	check(&o, &e,
	      "{\"event\":\"call\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":null,"
	      "\"module\":\"MyApp.Cache\",\"function\":\"get\",\"arity\":2,"
	      "\"args\":null,\"number\":1}\n");
	e = of(EVENT_RETURN, "maps", "get", 2);
	check(&o, &e,
	      "{\"event\":\"return\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":null,"
	      "\"module\":\"maps\",\"function\":\"get\",\"arity\":2,"
	      "\"value\":null,\"duration_ns\":null}\n");
	e.kind = EVENT_EXCEPTION;
	e.class = TEXT("error");
	e.has_value = true;
	e.value = parsed("{badkey, 'A'}");
	e.duration_ns = 7;
	e.number = 9;
	check(&o, &e,
	      "{\"event\":\"exception\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":null,"
	      "\"module\":\"maps\",\"function\":\"get\",\"arity\":2,"
	      "\"class\":\"error\",\"reason\":\"{:badkey, :A}\",\"duration_ns\":7,"
	      "\"number\":9}\n");
}

static void json_has_more_where_it_was_asked_for(void **state)
{
	static const struct event_function stack[] = {
		{ TEXT_INIT("shop"), TEXT_INIT("pay"), 2, TEXT_INIT("shop.erl"), 17 },
		{ TEXT_INIT("shop"), TEXT_INIT("loop"), -1, TEXT_INIT(""), 0 },
	};
	struct trace_output o = output(OUTPUT_JSONL, SYNTAX_ERLANG);
	struct event e = call("maps", "get", "[\"abcdefgh\"]");

	o.node = TEXT("shop@web1");
	o.style.total = 4;
	e.caller = stack[0];
	e.stack = stack;
	e.nstack = 2;
	e.has_extra = true;
	e.extra = parsed("x");
	check(&o, &e,
	      "{\"event\":\"call\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"node\":\"shop@web1\",\"pid\":\"<0.81.0>\",\"name\":null,"
	      "\"module\":\"maps\",\"function\":\"get\",\"arity\":1,"
	      "\"args\":[\"\\\"abcd\\\"... (4 more)\"],\"message\":\"x\",\"number\":1,"
	      "\"caller\":{\"module\":\"shop\",\"function\":\"pay\",\"arity\":2,"
	      "\"file\":\"shop.erl\",\"line\":17},"
	      "\"stack\":[{\"module\":\"shop\",\"function\":\"pay\",\"arity\":2,"
	      "\"file\":\"shop.erl\",\"line\":17},"
	      "{\"module\":\"shop\",\"function\":\"loop\",\"arity\":null,"
	      "\"file\":null,\"line\":null}],\"cut\":true}\n");
}

static void json_has_messages_and_processes(void **state)
{
	struct trace_output o = output(OUTPUT_JSONL, SYNTAX_ERLANG);
	struct event e = event(EVENT_SEND);

	e.what = TEXT("send");
	e.to = parsed("'shop'");
	e.has_value = true;
	e.value = parsed("hello");
	check(&o, &e,
	      "{\"event\":\"send\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":null,\"to\":\"shop\","
	      "\"message\":\"hello\"}\n");
	e.kind = EVENT_RECEIVE;
	check(&o, &e,
	      "{\"event\":\"receive\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":null,\"message\":\"hello\"}\n");
	e = event(EVENT_PROCESS);
	e.what = TEXT("exit");
	e.has_value = true;
	e.value = parsed("normal");
	check(&o, &e,
	      "{\"event\":\"process\",\"time\":\"2026-11-23T07:52:00.123456Z\","
	      "\"pid\":\"<0.81.0>\",\"name\":null,\"what\":\"exit\","
	      "\"value\":\"normal\"}\n");
}

static void a_cut_of_the_target_is_told(void **state)
{
	static const struct term_cut cut = { .what = TEXT_INIT("elements"), .count = 5 };
	struct trace_output o = output(OUTPUT_JSONL, SYNTAX_ERLANG);
	struct event e = call("m", "f", "[[1, 2]]");
	struct term items[2] = { { .type = TERM_INT, .num = 1 },
				 { .type = TERM_CUT, .cut = &cut } };
	struct term list = { .type = TERM_LIST, .n = 1, .items = items };
	struct term args[2] = { list, { .type = TERM_LIST } };

	e.arguments = (struct term){ .type = TERM_LIST, .n = 1, .items = args };
	buf_reset(&out);
	output_event(&o, &out, &e);
	assert_non_null(strstr(buf_cstr(&out),
			       "\"args\":[\"[1,... (5 more elements)]\"]"));
	assert_non_null(strstr(buf_cstr(&out), ",\"cut\":true}\n"));
}

static void json_is_an_array(void **state)
{
	struct trace_output o = output(OUTPUT_JSON, SYNTAX_ERLANG);
	struct event e = event(EVENT_RETURN_TO);
	const struct trace_ended end = { .why = TRACE_BY_COUNT, .calls = 3 };

	output_begin(&o, &out);
	output_finish(&o, &out);
	assert_string_equal(buf_cstr(&out), "[]\n");
	buf_reset(&out);
	output_begin(&o, &out);
	output_event(&o, &out, &e);
	output_event(&o, &out, &e);
	output_end(&o, &out, &end);
	output_finish(&o, &out);
	assert_string_equal(buf_cstr(&out),
			    "[\n {\"event\":\"return_to\","
			    "\"time\":\"2026-11-23T07:52:00.123456Z\","
			    "\"pid\":\"<0.81.0>\",\"name\":null,\"module\":null,"
			    "\"function\":null,\"arity\":null},"
			    "\n {\"event\":\"return_to\","
			    "\"time\":\"2026-11-23T07:52:00.123456Z\","
			    "\"pid\":\"<0.81.0>\",\"name\":null,\"module\":null,"
			    "\"function\":null,\"arity\":null},"
			    "\n {\"event\":\"end\",\"why\":\"count\",\"calls\":3}\n]\n");
}

static void the_last_line_says_why(void **state)
{
	struct trace_output o = output(OUTPUT_JSONL, SYNTAX_ERLANG);

	output_end(&o, &out, &(struct trace_ended){ TRACE_BY_RATE, 100, 0 });
	assert_string_equal(buf_cstr(&out),
			    "{\"event\":\"end\",\"why\":\"rate\",\"calls\":100}\n");
	buf_reset(&out);
	o.node = TEXT("shop@web1");
	output_end(&o, &out, &(struct trace_ended){ TRACE_BY_DEATH, 0, 7 });
	assert_string_equal(buf_cstr(&out),
			    "{\"event\":\"end\",\"why\":\"killed\",\"calls\":0,"
			    "\"lost\":7,\"node\":\"shop@web1\"}\n");
	buf_reset(&out);
	o.node = TEXT("");
	output_end(&o, &out,
		   &(struct trace_ended){ TRACE_BY_COUNT, .calls = 1, .events = 5 });
	assert_string_equal(buf_cstr(&out), "{\"event\":\"end\",\"why\":\"count\","
					    "\"calls\":1,\"events\":5}\n");
	buf_reset(&out);
	o.kind = OUTPUT_TEXT;
	output_end(&o, &out, &(struct trace_ended){ TRACE_BY_TIME, 0, 0 });
	assert_int_equal(buf_len(&out), 0);
}

static void csv_has_one_heading(void **state)
{
	struct trace_output o = output(OUTPUT_CSV, SYNTAX_ERLANG);
	struct event e = call("maps", "get", "[a, \"x\"]");

	e.what = TEXT("call");
	output_begin(&o, &out);
	output_event(&o, &out, &e);
	assert_string_equal(buf_cstr(&out),
			    "event,time,node,pid,name,what,to,module,function,arity,args,"
			    "value,class,reason,duration_ns,message,extra,number,caller,"
			    "stack,cut\r\n"
			    "call,2026-11-23T07:52:00.123456Z,,<0.81.0>,,,,maps,get,2,"
			    "\"[a, \"\"x\"\"]\",,,,,,,1,,,\r\n");
}

static void a_template_has_what_it_names(void **state)
{
	struct trace_output o = output(OUTPUT_TEMPLATE, SYNTAX_ERLANG);
	struct event e = call("maps", "get", "[a, b]");

	o.template = TEXT("{pid}\\t{mfa} {{{args}}} {name}");
	check(&o, &e, "<0.81.0>\tmaps:get/2 {[a, b]} -\n");
	o.template = TEXT("{event} {time} {node} {number} {call}\\n\\\\{module} {function} "
			  "{arity} {value} {duration} {duration_ns} {class} {reason}");
	check(&o, &e, "call 2026-11-23T07:52:00.123456Z - 1 maps:get(a,b)\n"
		      "\\maps get 2 - - - - -\n");
	e = of(EVENT_EXCEPTION, "maps", "get", 2);
	e.duration_ns = 1500;
	e.class = TEXT("error");
	e.has_value = true;
	e.value = parsed("undef");
	check(&o, &e, "exception 2026-11-23T07:52:00.123456Z - - maps:get/2\n"
		      "\\maps get 2 - 1.5 us 1500 error undef\n");
}

static void a_wrong_template_is_told(void **state)
{
	struct err err = { 0 };

	assert_true(template_check(TEXT("{time} {pid} {{x}} }} } {mfa}\\n"), &err));
	assert_true(template_check(TEXT(""), &err));
	assert_false(template_check(TEXT("{tme}"), &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.what, "a template has no {tme}: line 1, column 2");
	assert_true(strncmp(err.hint, "did you mean {time}? there are {event}", 38) == 0);
	assert_false(template_check(TEXT("{zzzzzzzz}"), &err));
	assert_true(strncmp(err.hint, "there are {event} {time}", 24) == 0);
	assert_false(template_check(TEXT("{pid} {"), &err));
	assert_string_equal(err.what,
			    "a '{' of the template has no '}': line 1, column 7");
	assert_false(template_check(TEXT("{}"), &err));
	assert_false(template_check(TEXT("{cut}"), &err));
}

static void secrets_are_masked(void **state)
{
	static const enum output_kind kinds[] = { OUTPUT_TEXT, OUTPUT_JSONL, OUTPUT_CSV,
						  OUTPUT_TEMPLATE };
	struct event e = call("m", "f", "[#{password => abc}, [{token, abc}]]");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct trace_output o = output(kinds[i], SYNTAX_ERLANG);

		o.template = TEXT("{args} {call}");
		o.style.redact = true;
		buf_reset(&out);
		output_event(&o, &out, &e);
		assert_null(strstr(buf_cstr(&out), "abc"));
		assert_non_null(strstr(buf_cstr(&out), "[redacted]"));
	}
}

#define CASE(name) cmocka_unit_test_teardown(name, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(text_has_a_line_an_event),
		CASE(text_says_how_a_call_ended),
		CASE(text_aligns_what_follows_a_name),
		CASE(text_has_what_else_was_asked_for_below),
		CASE(text_shows_messages_and_processes),
		CASE(long_terms_are_cut),
		CASE(exceptions_stand_out_without_color_too),
		CASE(nothing_steers_the_terminal),
		CASE(json_is_what_the_contract_says),
		CASE(json_has_more_where_it_was_asked_for),
		CASE(json_has_messages_and_processes),
		CASE(a_cut_of_the_target_is_told),
		CASE(json_is_an_array),
		CASE(the_last_line_says_why),
		CASE(csv_has_one_heading),
		CASE(a_template_has_what_it_names),
		CASE(a_wrong_template_is_told),
		CASE(secrets_are_masked),
	};

	return cmocka_run_group_tests_name("trace_output", tests, NULL, NULL);
}
