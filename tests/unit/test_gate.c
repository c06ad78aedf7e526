/* What a person wrote, and what the runtime gets. */

#include "unit.h"

#include "trace/gate.h"

static struct arena arena;
static struct buf printed;

static int clear(void **state)
{
	arena_clear(&arena);
	buf_clear(&printed);
	return 0;
}

static struct term parsed(const char *text)
{
	struct err err = { 0 };
	struct term t;
	size_t at;

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		fail_msg("%s: %s at %zu", text, err.what, at);
	return t;
}

/* The base is 0x6f740000 = 1869873152. */
static const char *gated(const char *text, const struct arming *a, const char *flag)
{
	struct gate g = { .arming = a, .flag = flag, .arity = 1 };
	struct term spec = parsed(text), out;
	struct err err = { 0 };

	buf_reset(&printed);
	if (gate_spec(&arena, &spec, &g, &out, &err))
		term_print(&printed, &out, &(struct term_style){ 0 });
	else
		buf_printf(&printed, "%d: %s", err.kind, err.what);
	return buf_cstr(&printed);
}

#define OPEN "{'<',{get_tcw},1869873162},{'>=',{get_tcw},1869873152}"
#define COUNT "{set_tcw,{'+',{get_tcw},1}}"
#define SELF_OFF(flag) \
	"{'_',[{'orelse',{'<',{get_tcw},1869873152},{'>=',{get_tcw},1869873162}}]," \
	"[{trace,[" flag "],[]},{message,false}]}"

static const struct arming ten = { .limits.calls = 10 };

static void test_counts_and_takes_itself_out(void **state)
{
	assert_string_equal(gated("[{'_',[],[]}]", &ten, "call"),
			    "[{'_',[" OPEN "],[" COUNT "]}," SELF_OFF("call") "]");
	assert_string_equal(gated("[{['_',x],[],[]}]", &ten, "send"),
			    "[{['_',x],[" OPEN "],[" COUNT "]}," SELF_OFF("send") "]");
}

static void test_what_stays_open_has_no_end(void **state)
{
	struct arming values = ten, throttle = ten, whole = ten;
	const char *want = "[{'_',[" OPEN "],[" COUNT "]}]";

	values.values = true;
	throttle.limits.throttle = true;
	whole.whole = true;
	assert_string_equal(gated("[{'_',[],[]}]", &values, "call"), want);
	assert_string_equal(gated("[{'_',[],[]}]", &throttle, "call"), want);
	assert_string_equal(gated("[{'_',[],[]}]", &ten, "receive"), want);
	/* ten large ones are in the window at once */
	assert_string_equal(gated("[{'_',[],[]}]", &whole, "call"),
			    "[{'_',[" OPEN "],[" COUNT "]}," SELF_OFF("call") "]");
}

static void test_clauses_guards_and_actions_stay(void **state)
{
	assert_string_equal(
		gated("[{['$1'],[{'>','$1',1},{is_atom,'$1'}],[{return_trace},{silent,"
		      "true}]},{['$1',2],[],[{exception_trace}]}]", &ten, "call"),
		"[{['$1'],[" OPEN ",{'>','$1',1},{is_atom,'$1'}],"
		"[{return_trace},{silent,true}," COUNT "]},"
		"{['$1',2],[" OPEN "],[{exception_trace}," COUNT "]}," SELF_OFF("call") "]");
}

static void test_messages_of_the_persons_own(void **state)
{
	assert_string_equal(gated("[{'_',[],[{message,{caller}}]}]", &ten, "receive"),
			    "[{'_',[" OPEN "],[{message,{caller}}," COUNT "]}]");
	/* the last one is what counts */
	assert_string_equal(
		gated("[{'_',[],[{message,false},{message,a}]}]", &ten, "receive"),
		"[{'_',[" OPEN "],[{message,a}," COUNT "]}]");
	assert_string_equal(gated("[{'_',[],[{message,true}]}]", &ten, "receive"),
			    "[{'_',[" OPEN "],[" COUNT "]}]");
}

static void test_what_is_not_sent_does_not_count(void **state)
{
	assert_string_equal(gated("[{'_',[],[{message,false}]}]", &ten, "receive"),
			    "[{'_',[" OPEN "],[{message,false}]}]");
	/* but its returns come */
	assert_string_equal(
		gated("[{'_',[],[{return_trace},{message,false}]}]", &ten, "receive"),
		"[{'_',[" OPEN "],[{return_trace},{message,false}," COUNT "]}]");
}

static void test_the_word_is_ours(void **state)
{
	static const char *const specs[] = {
		"[{'_',[],[{set_tcw,1}]}]",
		"[{'_',[{'==',{get_tcw},1}],[]}]",
		"[{'_',[],[{message,[{a,{get_tcw}}]}]}]",
		"[{'_',[],[{message,#{a => {get_tcw}}}]}]",
		"[{'_',[],[{message,[a|{get_tcw}]}]}]",
	};

	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		assert_string_equal(gated(specs[i], &ten, "call"),
				    "6: get_tcw and set_tcw cannot be used: otoscope counts "
				    "the calls with the trace control word");
}

static void test_what_is_no_specification(void **state)
{
	static const char *const specs[] = { "a", "[a]", "[{'_',[]}]", "[{'_',a,[]}]",
					     "[{'_',[],[a|b]}]", "[{'_',[],[]}|x]" };

	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		assert_int_equal(gated(specs[i], &ten, "call")[0], '6');
}

static void test_how_many_at_once(void **state)
{
	struct arming a = { .limits.calls = 1000 };

	assert_int_equal(gate_calls(&a), 1000);
	a.whole = true;
	assert_int_equal(gate_calls(&a), GATE_WINDOW);
	a.limits.rate = 5;
	assert_int_equal(gate_calls(&a), 5);
	a.limits.calls = 3;
	assert_int_equal(gate_calls(&a), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_counts_and_takes_itself_out, clear),
		cmocka_unit_test_teardown(test_what_stays_open_has_no_end, clear),
		cmocka_unit_test_teardown(test_clauses_guards_and_actions_stay, clear),
		cmocka_unit_test_teardown(test_messages_of_the_persons_own, clear),
		cmocka_unit_test_teardown(test_what_is_not_sent_does_not_count, clear),
		cmocka_unit_test_teardown(test_the_word_is_ours, clear),
		cmocka_unit_test_teardown(test_what_is_no_specification, clear),
		cmocka_unit_test_teardown(test_how_many_at_once, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
