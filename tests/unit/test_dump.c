/* The stack in what process_dump writes. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/dump.h"

/* OTP 25. */
#define HEAD "=proc:<0.88.0>\nState: Running\nSpawned as: erlang:apply/2\n" \
	"Last scheduled in for: erlang:put/2\nSpawned by: <0.86.0>\n" \
	"Message queue length: 0\n" \
	"Dictionary: [{key,{1,\"a\",<<\"str (x:y/1 + 3)\">>}}]\nReductions: 4112\n" \
	"Stack dump:\nProgram counter: 0x00007f8d82a1fdfc (erl_eval:ret_expr/3 + 116)\n\n"
#define TAIL "0x00007f8d8160e970 Return addr 0x00007f8d82800c30 " \
	"(<terminate process normally>)\n" \
	"Internal State: ACT_PRIO_NORMAL | RUNNING\n"

static void check(const char *dump, size_t len, const char *wanted)
{
	const struct event_function *calls;
	struct arena a = { 0 };
	struct buf out = { 0 };
	size_t n = dump_stack(&a, (struct text){ dump, len }, &calls);

	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s%.*s|%.*s|%d", i ? " " : "",
			   TEXT_ARG(calls[i].module), TEXT_ARG(calls[i].function),
			   calls[i].arity);
	assert_string_equal(buf_cstr(&out), wanted);
	buf_clear(&out);
	arena_clear(&a);
}

static void is(const char *dump, const char *wanted)
{
	check(dump, strlen(dump), wanted);
}

static void test_stack(void **state)
{
	is(HEAD "0x00007f8d8160e950 Return addr 0x00007f8d82bc3e1c (shop:buy/1 + 228)\n"
		"y(0)     none\n\n"
		"0x00007f8d8160e960 Return addr 0x00007f8d82bc4488 (shop:run/2 + 208)\n"
		"y(0)     Catch 0x00007f8d82bc4488 (shop:run/2 + 208)\n\n" TAIL,
	   "shop|buy|1 shop|run|2");
	is(HEAD TAIL, "");
}

static void test_names(void **state)
{
	is("0x1 Return addr 0x2 ('Elixir.Shop.Cart':'total!'/1 + 8)\n"
	   "0x1 Return addr 0x2 (shop:'-run/2-fun-0-'/3 + 8)\n"
	   "0x1 Return addr 0x2 ('a b':'c:d/1 (e)'/0 + 8)",
	   "Elixir.Shop.Cart|total!|1 shop|-run/2-fun-0-|3 a b|c:d/1 (e)|0");
}

static void test_what_is_no_call(void **state)
{
	is("", "");
	is("\n\n\n", "");
	is("Return addr 0x2 (a:b/1 + 8)", "");
	is("0x1 Return addr 0x2 (a:b/256 + 8)", "");
	is("0x1 Return addr 0x2 (a:b/-1 + 8)", "");
	is("0x1 Return addr 0x2 (a:b)", "");
	is("0x1 Return addr 0x2 (:b/1)", "");
	is("0x1 Return addr 0x2 ('a:b/1)", "");
	is("0x1 Return addr 0x2", "");
	is("0x1 Return addr 0x2 (", "");
	is("y(0)     \"0x1 Return addr 0x2 (a:b/1 + 8)\"", "");
	check("0x1 Return addr 0x2 (a:\0b/1 + 8)", 33, "");
}

static void test_as_many_as_there_may_be(void **state)
{
	const struct event_function *calls;
	struct arena a = { 0 };
	struct buf b = { 0 };

	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "0x1 Return addr 0x2 (m:f%d/1 + 8)\n", i);
	assert_int_equal(dump_stack(&a, buf_text(&b), &calls), DUMP_CALLS_MAX);
	assert_true(text_is(calls[DUMP_CALLS_MAX - 1].function, "f199"));
	buf_clear(&b);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_what_is_no_call),
		cmocka_unit_test(test_as_many_as_there_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
