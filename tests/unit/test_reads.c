/* Which calls are known only to read. */

#include "unit.h"

#include "tables/foreign_call.h"

static bool reads(const char *text)
{
	struct arena a = { 0 };
	struct term_call call;
	struct err err = { 0 };
	size_t at;
	bool known;

	assert_true(term_parse_call(&a, text_of(text), SYNTAX_AUTO, &call, &at, &err));
	known = foreign_only_reads(&call);
	arena_clear(&a);
	return known;
}

static void what_reads(void **state)
{
	assert_true(reads("erlang:memory()"));
	assert_true(reads("erlang:memory(total)"));
	assert_true(reads(":erlang.memory(:total)"));
	assert_true(reads("Process.list()"));
	assert_true(reads("erlang:system_info(schedulers)"));
	assert_true(reads("erlang:process_info(<0.1.0>, status)"));
	assert_true(reads("erlang:process_info(<0.1.0>, [status, memory])"));
	assert_true(reads("erlang:process_info(<0.1.0>, [])"));
}

static void what_may_write(void **state)
{
	assert_false(reads("erlang:halt()"));
	assert_false(reads("erlang:memory(total, 1)"));
	assert_false(reads("lists:foreach(a, b)"));
	assert_false(reads("Memory.memory()"));
	assert_false(reads("erlang:get_cookie()"));
}

/* These only read, and could take the node with them. */
static void what_costs_too_much(void **state)
{
	assert_false(reads("erlang:system_info(procs)"));
	assert_false(reads("erlang:system_info({allocator, x})"));
	assert_false(reads("erlang:process_info(<0.1.0>)"));
	assert_false(reads("erlang:process_info(<0.1.0>, messages)"));
	assert_false(reads("erlang:process_info(<0.1.0>, [status, backtrace])"));
	assert_false(reads("erlang:process_info(<0.1.0>, {dictionary, a})"));
	assert_false(reads("erlang:process_info(<0.1.0>, [status | dictionary])"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_reads),
		cmocka_unit_test(what_may_write),
		cmocka_unit_test(what_costs_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
