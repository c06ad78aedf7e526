/* Messages of the runtime's tracing. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/event.h"
#include "trace/message.h"

static void add_term(struct buf *out, const char *before, const struct term *t)
{
	buf_str(out, before);
	term_print(out, t, &(struct term_style){ .syntax = SYNTAX_ERLANG });
}

static void add_function(struct buf *out, const char *before,
			 const struct event_function *f)
{
	if (f->module.len == 0)
		return;
	buf_str(out, before);
	term_mfa(out, f->module, f->function, f->arity, SYNTAX_ERLANG);
	if (f->line)
		buf_printf(out, " %.*s:%d", TEXT_ARG(f->file), (int)f->line);
}

static const char *const kinds[] = { "call", "return", "exception", "return_to", "send",
				     "receive", "process", "other" };

static void add_event(struct buf *out, const struct event *e)
{
	buf_printf(out, "%s %s%d @%lld", kinds[e->kind], e->port ? "port " : "",
		   (int)e->pid, (long long)e->time_ns);
	if (e->name.len > 0)
		buf_printf(out, " %.*s", TEXT_ARG(e->name));
	if (e->kind == EVENT_PROCESS || e->kind == EVENT_OTHER)
		buf_printf(out, " %.*s", TEXT_ARG(e->what));
	add_function(out, " ", &e->function);
	if (e->args != ARGS_NONE)
		add_term(out, " args ", &e->arguments);
	if (e->class.len > 0)
		buf_printf(out, " %.*s", TEXT_ARG(e->class));
	if (e->has_value || e->kind == EVENT_OTHER)
		add_term(out, " value ", &e->value);
	if (!term_is_atom(&e->to, "undefined"))
		add_term(out, " to ", &e->to);
	add_function(out, " from ", &e->from);
	add_function(out, " caller ", &e->caller);
	for (size_t i = 0; i < e->nstack; i++)
		add_function(out, " stack ", &e->stack[i]);
	if (e->has_extra)
		add_term(out, " extra ", &e->extra);
}

static void read_with(const struct trace_message *m, const char *message,
		      const char *wanted)
{
	struct event_reader r = { .offset_ns = 1000, .message = m };
	struct arena a = { 0 };
	struct buf out = { 0 };
	struct term t;
	struct event e;
	struct err err;
	size_t at;

	if (!term_parse(&a, text_of(message), SYNTAX_ERLANG, &t, &at, &err))
		fail_msg("%s: %s", message, err.what);
	if (event_read(&r, &a, &t, TEXT(""), &e))
		add_event(&out, &e);
	else
		buf_str(&out, "no");
	if (strcmp(buf_cstr(&out), wanted) != 0)
		fail_msg("%s\n  gives  %s\n  wanted  %s", message, buf_cstr(&out), wanted);
	buf_clear(&out);
	arena_clear(&a);
}

static void is(const char *message, const char *wanted)
{
	read_with(NULL, message, wanted);
}

static void test_calls(void **state)
{
	is("{trace,<0.5.0>,call,{m,f,2}}", "call 5 @0 m:f/2");
	is("{trace_ts,<0.5.0>,call,{m,f,2},17}", "call 5 @1017 m:f/2");
	is("{trace,<0.5.0>,call,{m,f,[a,\"b\"]}}", "call 5 @0 m:f/2 args [a,\"b\"]");
	is("{trace,<0.5.0>,call,{m,f,[]}}", "call 5 @0 m:f/0 args []");
	is("{trace_ts,<0.5.0>,call,{m,f,2},mine,-17}", "call 5 @983 m:f/2 extra mine");
	is("{trace,#Port<0.6>,call,{m,f,2}}", "call port 6 @0 m:f/2");
}

static void test_returns(void **state)
{
	is("{trace_ts,<0.5.0>,return_from,{m,f,2},{ok,\"v\"},1}",
	   "return 5 @1001 m:f/2 value {ok,\"v\"}");
	is("{trace,<0.5.0>,exception_from,{m,f,2},{error,badarg}}",
	   "exception 5 @0 m:f/2 error value badarg");
	is("{trace,<0.5.0>,return_to,{m,f,2}}", "return_to 5 @0 m:f/2");
	is("{trace,<0.5.0>,return_to,undefined}", "return_to 5 @0");
}

static void test_messages(void **state)
{
	is("{trace,<0.5.0>,send,hello,<0.6.0>}", "send 5 @0 value hello to <0.6.0>");
	is("{trace,<0.5.0>,send,hello,{name,'b@c'}}",
	   "send 5 @0 value hello to {name,b@c}");
	is("{trace,<0.5.0>,send,hello,name,more}",
	   "send 5 @0 value hello to name extra more");
	is("{trace_ts,<0.5.0>,send_to_non_existing_process,hello,<0.6.0>,1}",
	   "send 5 @1001 value hello to <0.6.0>");
	is("{trace,<0.5.0>,'receive',\"text\"}", "receive 5 @0 value \"text\"");
	is("{trace_ts,<0.5.0>,'receive',a,more,1}", "receive 5 @1001 value a extra more");
}

static void test_processes(void **state)
{
	is("{trace,<0.5.0>,spawn,<0.6.0>,{m,f,[a]}}",
	   "process 5 @0 spawn m:f/1 args [a] to <0.6.0>");
	is("{trace_ts,<0.6.0>,spawned,<0.5.0>,{m,f,[a]},1}",
	   "process 6 @1001 spawned m:f/1 args [a] to <0.5.0>");
	is("{trace,<0.5.0>,spawn,<0.6.0>,{m,f,[a|b]}}", "process 5 @0 spawn to <0.6.0>");
	is("{trace,<0.5.0>,exit,{shutdown,x}}", "process 5 @0 exit value {shutdown,x}");
	is("{trace,<0.5.0>,link,<0.6.0>}", "process 5 @0 link to <0.6.0>");
	is("{trace,<0.5.0>,unlink,#Port<0.6>}", "process 5 @0 unlink to #Port<0.6>");
	is("{trace,<0.5.0>,getting_linked,<0.6.0>}",
	   "process 5 @0 getting_linked to <0.6.0>");
	is("{trace,<0.5.0>,getting_unlinked,<0.6.0>}",
	   "process 5 @0 getting_unlinked to <0.6.0>");
	is("{trace,<0.5.0>,register,shop}", "process 5 @0 register value shop");
	is("{trace,<0.5.0>,unregister,shop}", "process 5 @0 unregister value shop");
}

static void test_scheduling(void **state)
{
	is("{trace,<0.5.0>,in,{m,f,2}}", "process 5 @0 in m:f/2");
	is("{trace,<0.5.0>,in,0}", "process 5 @0 in");
	is("{trace_ts,<0.5.0>,out,{m,f,2},1}", "process 5 @1001 out m:f/2");
	is("{trace_ts,<0.5.0>,in_exiting,0,1}", "process 5 @1001 in_exiting");
	is("{trace_ts,<0.5.0>,out_exiting,{m,f,2},1}", "process 5 @1001 out_exiting m:f/2");
	is("{trace_ts,<0.5.0>,out_exited,0,1}", "process 5 @1001 out_exited");
	is("{trace,#Port<0.6>,in,command}", "process port 6 @0 in value command");
}

static void test_ports(void **state)
{
	is("{trace,#Port<0.6>,open,<0.5.0>,tcp_inet}",
	   "process port 6 @0 open value tcp_inet to <0.5.0>");
	is("{trace,#Port<0.6>,closed,normal}", "process port 6 @0 closed value normal");
}

/* What no runtime sends, or a newer one. */
static void test_odd(void **state)
{
	is("{trace,<0.5.0>,call}", "other 5 @0 call value {}");
	is("{trace,<0.5.0>,call,{m,f,-1}}", "other 5 @0 call value {{m,f,-1}}");
	is("{trace,<0.5.0>,call,{m,f,[a|b]}}", "other 5 @0 call value {{m,f,[a|b]}}");
	is("{trace,<0.5.0>,call,{m,f,256}}", "other 5 @0 call value {{m,f,256}}");
	is("{trace,<0.5.0>,call,{\"m\",f,1}}", "other 5 @0 call value {{\"m\",f,1}}");
	is("{trace,<0.5.0>,call,[m,f,1]}", "other 5 @0 call value {[m,f,1]}");
	is("{trace,<0.5.0>,exception_from,{m,f,1},x}",
	   "other 5 @0 exception_from value {{m,f,1},x}");
	is("{trace,<0.5.0>,return_from,{m,f,1}}", "other 5 @0 return_from value {{m,f,1}}");
	is("{trace,<0.5.0>,send,a}", "other 5 @0 send value {a}");
	is("{trace,<0.5.0>,gc_minor_start,[{a,1}]}",
	   "other 5 @0 gc_minor_start value {[{a,1}]}");
	is("{trace_ts,<0.5.0>,new,1,2,3,9}", "other 5 @1009 new value {1,2,3}");
	is("{trace_ts,<0.5.0>,new,9}", "other 5 @1009 new value {}");
	is("{trace_ts,<0.5.0>,call,{m,f,1},{1,2,3}}", "call 5 @0 m:f/1");
	is("{trace_ts,<0.5.0>,call,{m,f,1},9223372036854775807}", "call 5 @0 m:f/1");
	is("{trace_ts,<0.5.0>,call,9}", "other 5 @1009 call value {}");
	is("{trace_ts,<0.5.0>,call}", "no");
	is("{trace,<0.5.0>}", "no");
	is("{trace,5,call,{m,f,1}}", "no");
	is("{trace,<0.5.0>,\"call\",{m,f,1}}", "no");
	is("{seq_trace,<0.5.0>,call,{m,f,1}}", "no");
	is("trace", "no");
	is("[]", "no");
}

/* What the specification sends with it. */
static void test_with_message(void **state)
{
	static const struct trace_message caller = { .caller = true, .caller_line = true };
	static const struct trace_message from = { .from = true };
	static const struct trace_message stack = { .stack = true };
	static const struct trace_message extra = { .extra = true };

	read_with(&caller, "{trace,<0.5.0>,call,{m,f,2},{false,{a,b,1},false,false}}",
		  "call 5 @0 m:f/2 from a:b/1 caller a:b/1");
	read_with(&caller,
		  "{trace,<0.5.0>,call,{m,f,2},{false,{a,b,1,{\"a.erl\",7}},false,false}}",
		  "call 5 @0 m:f/2 from a:b/1 caller a:b/1 a.erl:7");
	read_with(&caller, "{trace,<0.5.0>,call,{m,f,2},{false,undefined,false,false}}",
		  "call 5 @0 m:f/2");
	read_with(&from, "{trace,<0.5.0>,call,{m,f,2},{false,{a,b,1},false,false}}",
		  "call 5 @0 m:f/2 from a:b/1");
	read_with(&stack, "{trace,<0.5.0>,call,{m,f,2},{false,false,[{a,b,1,[]},odd,"
		  "{c,d,[x],[{file,\"c.erl\"},{line,3}]},{e,f,1}],false}}",
		  "call 5 @0 m:f/2 stack a:b/1 stack c:d/1 c.erl:3 stack e:f/1");
	read_with(&stack, "{trace,<0.5.0>,call,{m,f,2},{false,false,"
		  "<<\"0x1 Return addr 0x2 (a:b/1 + 8)\">>,false}}",
		  "call 5 @0 m:f/2 stack a:b/1");
	read_with(&stack, "{trace,<0.5.0>,call,{m,f,2},{false,false,[a|b],false}}",
		  "call 5 @0 m:f/2");
	read_with(&extra, "{trace,<0.5.0>,call,{m,f,2},{false,false,false,{mine}}}",
		  "call 5 @0 m:f/2 extra mine");
	read_with(&extra, "{trace,<0.5.0>,call,{m,f,2},{false,false,false,false}}",
		  "call 5 @0 m:f/2");
	read_with(&extra, "{trace,<0.5.0>,call,{m,f,2},mine}",
		  "call 5 @0 m:f/2 extra mine");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_returns),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_scheduling),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_with_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
