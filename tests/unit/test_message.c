/* What is asked of the target for arguments, and what is made of an answer. That the two
 * fit, on real nodes: tests/live/test_trace_args.py. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/message.h"

static struct term parsed(struct arena *a, const char *text)
{
	struct term t;
	struct err err;
	size_t at;

	if (!term_parse(a, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		fail_msg("%s: %s", text, err.what);
	return t;
}

static void same(const struct term *t, const char *wanted)
{
	struct buf out = { 0 };

	term_print(&out, t, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	assert_string_equal(buf_cstr(&out), wanted);
	buf_clear(&out);
}

static void head_is(int arity, const char *clause, const char *wanted)
{
	struct trace_message m = { .args = ARGS_CUT };
	struct arena a = { 0 };
	struct term c = parsed(&a, clause), head, out;

	assert_true(message_make(&a, &m, &c, arity, NULL, &head, &out));
	same(&head, wanted);
	arena_clear(&a);
}

static void test_heads_get_variables(void **state)
{
	head_is(2, "{'_',[],[]}", "['$1','$2']");
	head_is(0, "{'_',[],[]}", "'_'");
	head_is(-1, "{'_',[],[]}", "'$1'");
	head_is(2, "{'$3',[],[]}", "'$3'");
	head_is(3, "{['_',{'$2','_'},'_'],[],[]}", "['$3',{'$2','_'},'$4']");
	head_is(1, "{['_'],[{'>','$5',1}],[]}", "['$6']");
	head_is(0, "{[],[],[]}", "[]");
	/* all of them, which may not become more */
	head_is(2, "{['$1','_'],[],[{message,'$$'}]}", "['$1','_']");
	head_is(18, "{'_',[],[]}", "['$1','$2','$3','$4','$5','$6','$7','$8','$9','$10',"
		"'$11','$12','$13','$14','$15','$16','_','_']");
}

static void part_is(const struct trace_message *m, const char *wanted)
{
	struct arena a = { 0 };
	struct term c = parsed(&a, "{'_',[],[]}"), head, out;
	struct term extra = parsed(&a, "{self}");

	if (message_make(&a, m, &c, 1, m->extra ? &extra : NULL, &head, &out))
		same(&out, wanted);
	else
		assert_string_equal("nothing", wanted);
	arena_clear(&a);
}

static void test_parts(void **state)
{
	part_is(&(struct trace_message){ 0 }, "nothing");
	part_is(&(struct trace_message){ .args = ARGS_WHOLE }, "nothing");
	part_is(&(struct trace_message){ .from = true }, "{{false,{caller},false,false}}");
	part_is(&(struct trace_message){ .caller = true, .caller_line = true },
		"{{false,{caller_line},false,false}}");
	part_is(&(struct trace_message){ .stack = true },
		"{{false,false,{current_stacktrace},false}}");
	part_is(&(struct trace_message){ .dump = true },
		"{{false,false,{process_dump},false}}");
	part_is(&(struct trace_message){ .extra = true },
		"{{false,false,false,{{{self}}}}}");
	/* messages have no callers */
	part_is(&(struct trace_message){ .sent = true, .from = true, .stack = true },
		"nothing");
}

static void test_nodes(void **state)
{
	struct trace_message m = { .args = ARGS_CUT };
	struct term keys[2] = { { .type = TERM_ATOM } };

	assert_int_equal(message_nodes(&m, 3), 3);
	assert_int_equal(message_nodes(&m, 0), 0);
	m.depth = 2;
	assert_int_equal(message_nodes(&m, 3), 3 * 133);
	assert_int_equal(message_nodes(&m, -1), 8 * 133);
	m.keys = keys;
	m.nkeys = 2;
	assert_int_equal(message_nodes(&m, 1), 1 + 13 * 14);
	m.sent = true;
	assert_int_equal(message_nodes(&m, 2), 1 + 13 * 14);
	m.args = ARGS_NONE;
	assert_int_equal(message_nodes(&m, 2), 0);
}

/* Of one argument. */
static void read_is(const char *node, const char *wanted)
{
	struct trace_message m = { .args = ARGS_CUT, .depth = 2 };
	struct arena a = { 0 };
	struct buf text = { 0 };
	struct event e = { 0 };

	buf_printf(&text, "{{%s},false,false,false}", node);

	struct term t = parsed(&a, buf_cstr(&text));

	assert_true(message_read(&a, &m, &t, &e));
	assert_int_equal(e.args, ARGS_CUT);
	same(&e.arguments, wanted);
	buf_clear(&text);
	arena_clear(&a);
}

#define LEAF(x) "{{" x "},false,false,false,false}"
#define A_B LEAF("$a") "," LEAF("$b")
#define A_E A_B "," LEAF("$c") "," LEAF("$d") "," LEAF("$e")
#define TWO LEAF("1") "," LEAF("2")

static void test_read(void **state)
{
	read_is(LEAF("false"), "[false]");
	read_is("{false,{24,<<\"abc\">>,'EXIT'},false,false,false}", "[<<\"abc\">>]");
	read_is("{false,{8000,false,<<\"abc\">>},false,false,false}",
		"[<<\"abc\"... (997 more bytes)>>]");
	read_is("{false,{8001,false},false,false,false}", "[<<... (1001 more bytes)>>]");
	read_is("{false,false,0,false,false}", "[[]]");
	read_is("{false,false,7,false,false}", "[[... (7 more)]]");
	read_is("{false,false,{3," TWO ",false,false,false,false},false,false}",
		"[[1,2,... (1 more)]]");
	read_is("{false,false,{'EXIT'," TWO ",false,false,false,false},false,false}",
		"[[1,2,...]]");
	read_is("{false,false,{7," A_E ",{$f,288230376151711743,$h}},false,false}",
		"[\"abcdef\"... (1 more)]");
	read_is("{false,false,false,2,false}", "[{... (2 more)}]");
	read_is("{false,false,false,{2," A_B "},false}", "[{97,98}]");
	read_is("{false,false,false,false,{2,'EXIT'}}", "[#{... (2 more)}]");
	read_is("{false,false,false,false,{0,'EXIT'}}", "[#{}]");
	read_is("{false,false,false,false,{2,'Elixir.A'}}",
		"[#{'__struct__' => 'Elixir.A',... (1 more)}]");
	read_is("{false,false,false,false,false}", "[... (a function)]");
}

/* What no target would send. */
static void test_odd(void **state)
{
	static const char *const nodes[] = {
		"1", "[]", "{}", "{a,b,c,d,e}", "{{},{},{},{},{}}", "{false,{},{},{},{}}",
		"{false,{-1,x,y},false,false,false}", "{false,false,-5,false,false}",
		"{false,false,{-5,1,2,3,4,5,6},false,false}",
		"{false,false,{9,1,2,3,4,5,{}},false,false}",
		"{false,false,{99999999999999999999,1},false,false}",
		"{false,false,{1," TWO "},false,false}",
		"{false,false,false,{-1,1},false}", "{false,false,false,{},false}",
		"{false,false,false,{9223372036854775807,1,2,3,4,5,6,7,8},false}",
		"{false,false,false,false,{}}", "{false,false,false,false,{x,y,z}}",
		"{false,false,false,false,{-9223372036854775808,a,b}}",
	};
	struct trace_message m = { .args = ARGS_CUT, .depth = 2 };

	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		for (int sent = 0; sent < 2; sent++) {
			struct arena a = { 0 };
			struct buf text = { 0 };
			struct event e = { 0 };
			struct term t;

			buf_printf(&text, sent ? "{%s,1,2,3}" : "{{%s,%s},1,2,3}",
				   nodes[i], nodes[i]);
			t = parsed(&a, buf_cstr(&text));
			m.sent = sent;
			assert_true(message_read(&a, &m, &t, &e));
			buf_reset(&text);
			term_print(&text, sent ? &e.value : &e.arguments,
				   &(struct term_style){ .syntax = SYNTAX_ELIXIR });
			buf_clear(&text);
			arena_clear(&a);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads_get_variables),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
