/* What is traced, as far as no node is needed for it: options, patterns, groups, words. */

#include "unit.h"

#include <string.h>

#include "trace/message.h"
#include "trace/plan_inside.h"
#include "trace/plan_terms.h"

static struct arena arena;
static struct trace_plan plan;

static int clear(void **state)
{
	arena_clear(&plan.arena);
	arena_clear(&arena);
	memset(&plan, 0, sizeof(plan));
	return 0;
}

static struct match compiled(const char *text)
{
	struct match_options o = { 0 };
	struct match m;
	struct err err = { 0 };

	if (!match_compile(&arena, text_of(text), &o, &m, &err))
		fail_msg("%s: %s", text, err.what);
	return m;
}

static const char *shown(const struct term *t)
{
	static struct buf out;

	buf_reset(&out);
	term_print(&out, t, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	return buf_cstr(&out);
}

/*
 * Options.
 */

static void check_rate(const char *text, uint32_t n, int64_t ns)
{
	uint32_t got_n = 0;
	int64_t got_ns = 0;
	struct err err = { 0 };

	if (trace_plan_rate(text_of(text), &got_n, &got_ns, &err) != (n > 0))
		fail_msg("%s: %s", text, err.what);
	if (n == 0)
		assert_int_equal(err.kind, ERR_USAGE);
	else if (got_n != n || got_ns != ns)
		fail_msg("%s: %u in %lld", text, got_n, (long long)got_ns);
}

static void a_rate_is_a_number_and_a_time(void **state)
{
	check_rate("100/1s", 100, 1000000000);
	check_rate("100", 100, 1000000000);
	check_rate(" 5 / 250ms ", 5, 250000000);
	check_rate("60000/1m", 60000, INT64_C(60000000000));
	check_rate("60001/1s", 0, 0);
	check_rate("0/1s", 0, 0);
	check_rate("-1/1s", 0, 0);
	check_rate("5/0s", 0, 0);
	check_rate("5/-1s", 0, 0);
	check_rate("5/", 0, 0);
	check_rate("/1s", 0, 0);
	check_rate("", 0, 0);
	check_rate("5/x", 0, 0);
	check_rate("99999999999999999999/1s", 0, 0);
}

/* Options with up to three patterns. */
static struct trace_options options(const char *const *texts, struct match *matches,
				    struct text *words)
{
	size_t n = 0;

	for (; texts[n]; n++) {
		words[n] = text_of(texts[n]);
		matches[n] = compiled(texts[n]);
	}
	return (struct trace_options){
		.matches = matches,
		.words = words,
		.nmatches = n,
		.args = ARGS_CUT,
		.durations = true,
		.syntax = SYNTAX_ERLANG,
	};
}

static void limits_that_were_not_given_are_filled_in(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options((const char *[]){ "lists:seq", NULL }, m, w);
	struct err err = { 0 };

	assert_true(trace_plan_check(&o, &err));
	assert_int_equal(o.limits.calls, 100);
	assert_int_equal(o.limits.time_ns, INT64_C(30000000000));
	assert_int_equal(o.limits.rate, 100);
	assert_int_equal(o.limits.rate_ns, 1000000000);
	assert_int_equal(o.limits.queue, 1000);
	assert_int_equal(o.limits.bytes, 64 << 20);
	assert_false(o.limits.throttle);
}

static void calls_that_are_asked_for_have_room_in_the_queue(void **state)
{
	const struct {
		struct trace_limits limits;
		uint32_t queue;
		unsigned events;
	} cases[] = {
		{ { .calls = 10000, .rate = 250, .rate_ns = 1 }, 1000 },
		{ { .calls = 10000, .rate = 1000, .rate_ns = 1 }, 4000 },
		{ { .calls = 100, .rate = 1000, .rate_ns = 1 }, 1000 },
		{ { .calls = 60000, .rate = 50000, .rate_ns = 1 }, 20000 },
		{ { .calls = 10000, .rate = 1000, .rate_ns = 1, .queue = 7 }, 7 },
		{ { .calls = 1000 }, 4000 },
		{ { .calls = 10000 }, 20000 },
		{ { .calls = 10000 }, 1000, TRACE_RUNNING },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct match m[4];
		struct text w[4];
		struct trace_options o =
			options((const char *[]){ "lists:seq", NULL }, m, w);
		struct err err = { 0 };

		o.limits = cases[i].limits;
		o.events = cases[i].events;
		/* It is asked again when the records of the node are known. */
		assert_true(trace_plan_check(&o, &err) && trace_plan_check(&o, &err));
		assert_int_equal(o.limits.queue, cases[i].queue);
	}
}

/* What is wrong with one pattern, or two, and what else there is; NULL: nothing. */
static void check_refused(const char *a, const char *b, const struct trace_options *with,
			  const char *why)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options((const char *[]){ a, b, NULL }, m, w);
	struct err err = { 0 };
	bool ok;

	o.mode = with->mode;
	o.args = with->args ? with->args : ARGS_CUT;
	o.limits = with->limits;
	o.pids = with->pids;
	o.npids = with->npids;
	o.stack = with->stack;
	o.children = with->children;
	ok = trace_plan_check(&o, &err);
	if (ok != !why || (why && !strstr(err.what, why)))
		fail_msg("%s, %s: %s", a, b ? b : "", err.what);
	if (why)
		assert_int_equal(err.kind, ERR_USAGE);
	if (why && !err.hint[0])
		fail_msg("%s: does not say what to try", err.what);
}

static void what_contradicts_itself_is_refused(void **state)
{
	const struct trace_options none = { .args = ARGS_CUT };
	const struct trace_options count = { .args = ARGS_CUT, .mode = TRACE_COUNT };
	const struct trace_options time = { .args = ARGS_CUT, .mode = TRACE_TIME };
	const struct text init = TEXT("init");
	struct trace_options o;

	check_refused("maps:get/2", NULL, &none, NULL);
	check_refused("fun([A]) -> ok end", NULL, &none, "does not say of which");
	check_refused("maps:get/2 -> count", "lists:max/1", &none,
		      "not of all");
	check_refused("maps:get/2 -> count", "lists:max/1 -> time", &none,
		      "in one trace");
	check_refused("maps:get/2 -> count", "lists:max/1 -> count", &none, NULL);
	check_refused("maps:get/2 -> time", NULL, &count, "another way");
	check_refused("maps:get(1, _)", NULL, &count, "some calls");
	check_refused("maps:get(A, A)", NULL, &count, "some calls");
	check_refused("maps:get(_, B) when B =:= 1", NULL, &time, "some calls");
	check_refused("maps:get(_, B)", NULL, &count, NULL);
	check_refused("maps:get/2 -> return", NULL, &count, "something of each call");
	check_refused("maps:get fun(_) -> message(self()) end", NULL, &time,
		      "something of each call");
	o = count;
	o.stack = true;
	check_refused("maps:get/2", NULL, &o, "with --stack");
	o = count;
	o.args = ARGS_WHOLE;
	check_refused("maps:get/2", NULL, &o, "with --args");
	o = count;
	o.pids = &init;
	o.npids = 1;
	check_refused("maps:get/2", NULL, &o, "all processes");
	o.npids = 0;
	o.children = true;
	check_refused("maps:get/2", NULL, &o, "all processes");
	o.mode = TRACE_TIME;
	check_refused("maps:get/2", NULL, &o, NULL);
}

static void limits_have_bounds(void **state)
{
	struct trace_options o = { .args = ARGS_CUT };
	const struct text odd = TEXT("<0.81");

	o.limits.calls = TRACE_CALLS_MAX;
	check_refused("maps:get/2", NULL, &o, NULL);
	o.limits.calls++;
	check_refused("maps:get/2", NULL, &o, "more than one trace shows");
	o.limits = (struct trace_limits){ .rate = 5, .rate_ns = 50000000 };
	check_refused("maps:get/2", NULL, &o, NULL);
	o.limits.throttle = true;
	check_refused("maps:get/2", NULL, &o, "100 ms");
	o.limits = (struct trace_limits){ .time_ns = INT64_MAX };
	check_refused("maps:get/2", NULL, &o, "a day");
	o.limits = (struct trace_limits){ .bytes = 1000 };
	check_refused("maps:get/2", NULL, &o, "1 MB");
	o.limits = (struct trace_limits){ 0 };
	o.pids = &odd;
	o.npids = 1;
	check_refused("maps:get/2", NULL, &o, "neither a pid nor a name");
}

static void nothing_at_all_is_refused(void **state)
{
	struct trace_options o = { .args = ARGS_CUT };
	struct err err = { 0 };

	assert_false(trace_plan_check(&o, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	o.events = TRACE_PROCS;
	assert_true(trace_plan_check(&o, &err));
}

/*
 * Patterns.
 */

static bool means(const char *pattern, const char *module, const char *function,
		  int arity)
{
	struct match m = compiled(pattern);

	return resolve_means(&m, text_of(module), text_of(function), arity);
}

static void a_pattern_means_functions(void **state)
{
	assert_true(means("lists:seq/2", "lists", "seq", 2));
	assert_false(means("lists:seq/2", "lists", "seq", 3));
	assert_false(means("lists:seq/2", "lists", "sort", 2));
	assert_false(means("lists:seq/2", "maps", "seq", 2));
	assert_true(means("lists:_", "lists", "anything", 7));
	assert_true(means("lists", "lists", "anything", 7));
	assert_true(means("_:seq", "any", "seq", 7));
	assert_true(means("_:_", "any", "thing", 0));
	assert_false(means("_:_/1", "any", "thing", 0));
}

static void heads_say_how_many_arguments(void **state)
{
	assert_true(means("lists:seq(_, _)", "lists", "seq", 2));
	assert_false(means("lists:seq(_, _)", "lists", "seq", 3));
	assert_true(means("lists:seq fun([A]) -> ok; ([A, B, C]) -> ok end", "lists",
			  "seq", 3));
	assert_false(means("lists:seq fun([A]) -> ok; ([A, B, C]) -> ok end", "lists",
			   "seq", 2));
	assert_true(means("lists:seq fun(_) -> ok end", "lists", "seq", 2));
	assert_true(means("lists:seq [{['_', '$1'], [], []}]", "lists", "seq", 2));
	assert_false(means("lists:seq [{[], [], []}]", "lists", "seq", 2));
}

static void what_compilers_add_is_meant_when_it_is_named(void **state)
{
	assert_false(means("lists:_", "lists", "module_info", 1));
	assert_true(means("lists:module_info", "lists", "module_info", 1));
	assert_false(means("lists:_", "lists", "-all/2-fun-0-", 2));
	assert_true(means("lists:'-all/2-fun-0-'", "lists", "-all/2-fun-0-", 2));
	assert_false(means("_:_", "lists", "-all/2-fun-0-", 2));
}

static struct plan_pattern read(const char *text)
{
	static const struct plan_facts facts = { .node = TEXT_INIT("shop@web1"),
						 .creation = 7 };
	struct plan_pattern p;
	struct match m = compiled(text);

	plan_pattern_read(&arena, &m, &facts, &p);
	return p;
}

static void a_pattern_is_read(void **state)
{
	struct plan_pattern p = read("maps:get(_, _)");

	assert_false(p.filters || p.returns || p.stack || p.extra);
	assert_int_equal(p.rank, 0);
	p = read("maps:get(1, _) -> return;stack");
	assert_true(p.filters && p.returns && p.stack && !p.open);
	assert_string_equal(shown(&p.spec), "[{[1,'_'],[],[{exception_trace}]}]");
	p = read("maps:_ fun([A]) -> return_trace(); (_) -> ok end");
	assert_true(p.returns && p.open);
	assert_int_equal(p.rank, 1);
	assert_int_equal(read("_:_").rank, 2);
}

static void a_stack_that_a_fun_sends_is_its_own(void **state)
{
	struct plan_pattern p = read("maps:get fun(_) -> message(current_stacktrace()) "
				     "end");

	assert_true(p.extra && !p.stack);
	assert_string_equal(shown(&p.spec),
			    "[{'_',[],[{message,{current_stacktrace}}]}]");
	assert_false(read("maps:get fun(_) -> message(false) end").extra);
}

static void pids_are_those_of_the_node(void **state)
{
	struct plan_pattern p = read("maps:get [{[<0.81.0>, '_'], [], []}]");
	const struct term *pid = term_at(term_at(term_at(&p.spec, 0), 0), 0);

	assert_int_equal(pid->type, TERM_PID);
	assert_true(text_is(pid->id->node, "shop@web1"));
	assert_int_equal(pid->id->creation, 7);
	assert_int_equal(pid->id->num, 81);
}

static void keys_of_maps_are_shown_as_well(void **state)
{
	struct plan_pattern p = read("maps:get(#{id := 1, \"k\" := #{sub := _}}, _)");
	struct term keys[PLAN_KEYS_MAX];
	size_t n = 0;

	plan_keys_add(&p.spec, keys, &n);
	assert_int_equal(n, 3);
	plan_keys_add(&p.spec, keys, &n);
	assert_int_equal(n, 3);
	p = read("m:f(#{1 := 1, 2 := 1, 3 := 1, 4 := 1, 5 := 1, 6 := 1, 7 := 1, 8 := 1})");
	plan_keys_add(&p.spec, keys, &n);
	assert_int_equal(n, PLAN_KEYS_MAX);
}

/* "name", or "name()" for what stands where match specifications have their words. */
static const char *atoms_of(const char *text)
{
	static struct buf out;
	struct plan_pattern p = read(text);
	struct plan_atoms atoms = { .arena = &arena };

	plan_atoms_add(&atoms, &p.spec);
	buf_reset(&out);
	for (size_t i = 0; i < atoms.n; i++)
		buf_printf(&out, "%s%.*s%s", i ? " " : "", TEXT_ARG(atoms.names[i]),
			   atoms.words[i] ? "()" : "");
	return buf_cstr(&out);
}

static void all_atoms_are_found(void **state)
{
	assert_string_equal(atoms_of("m:f(a, {b, [c | d]}, #{e := f})"), "a b c d e f");
	assert_string_equal(atoms_of("m:f(A) when A > b, is_list(A) -> return"),
			    ">() b is_list() exception_trace()");
	assert_string_equal(atoms_of("m:f [{['$1', '$300', '$x'], [{'=:=', '$_', "
				     "{const, {hd, x}}}], []}]"),
			    "$300 $x =:=() const() hd x");
	assert_string_equal(atoms_of("m:f [{['_', fun a:b/1, {'$1', '$255', '$$'}], [], "
				     "[]}]"),
			    "a b");
	/* once a person's word, always one */
	assert_string_equal(atoms_of("m:f(hd) when hd(x)"), "hd x");
}

/*
 * What is armed.
 */

static struct resolved_function functions[600];

/* n functions m:f1 ... with arities arity, arity + 1, ... (up to 4) of the first match. */
static struct resolved some(size_t n, int arity)
{
	for (size_t i = 0; i < n; i++)
		functions[i] = (struct resolved_function){
			.module = TEXT("m"),
			.function = text_printf(&arena, "f%03zu", i),
			.arity = arity + (int)i % 4,
			.matches = 1,
		};
	return (struct resolved){
		.functions = functions,
		.n = n,
		.total = n,
		.nmodules = 1,
	};
}

static const struct arming *arm(struct trace_options *o, const struct resolved *r,
				bool session)
{
	static const struct whom all = { .whom = TRACE_ALL };
	struct plan_pattern *p = arena_many(&arena, o->nmatches, struct plan_pattern);
	struct plan_parts parts = {
		.patterns = p,
		.resolved = r,
		.whom = &all,
		.facts = { .node = TEXT("shop@web1"), .session = session },
	};
	struct err err = { 0 };

	for (size_t i = 0; i < o->nmatches; i++)
		plan_pattern_read(&arena, &o->matches[i], &parts.facts, &p[i]);
	assert_true(trace_plan_check(o, &err));
	plan_arm_start(&plan, o, &parts);
	if (!plan_arm(&plan, o, &parts, &err))
		fail_msg("%s", err.what);
	plan_say(&plan, o, &parts);
	return &plan.arming;
}

static void functions_of_one_arity_are_a_group(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options((const char *[]){ "m:_", NULL }, m, w);
	struct resolved r = some(10, 0);
	const struct arming *a = arm(&o, &r, true);

	assert_int_equal(a->ngroups, 4);
	for (size_t i = 0; i < a->ngroups; i++)
		for (size_t f = 0; f < a->groups[i].n; f++)
			assert_int_equal(a->groups[i].functions[f].arity, i);
	assert_int_equal(plan.reader.message->depth, 2);
	assert_int_equal(a->flags, TRACE_CALL | TRACE_RETURN_TO | TRACE_ARITY);
	assert_true(plan.durations && !a->values && !a->whole);
}

static void many_functions_are_cut_flatter(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options((const char *[]){ "m:_", NULL }, m, w);
	struct resolved r = some(600, 1);

	arm(&o, &r, true);
	assert_int_equal(plan.reader.message->depth, 1);
	assert_true(plan.set_ns > 180000000 && plan.set_ns < 500000000);
}

static void values_change_what_is_armed(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options((const char *[]){ "m:_ -> return", NULL }, m, w);
	struct resolved r = some(1, 2);
	const struct arming *a = arm(&o, &r, true);

	assert_true(a->values && a->whole && !plan.durations && !plan.open);
	assert_int_equal(a->flags, TRACE_CALL | TRACE_ARITY);
	assert_non_null(strstr(shown(&a->groups[0].spec), "exception_trace"));
	assert_null(strstr(shown(&a->groups[0].spec), "{trace,[call],[]}"));
}

static void options_are_flags(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options((const char *[]){ "m:_", NULL }, m, w);
	struct resolved r = some(1, 2);

	o.args = ARGS_WHOLE;
	o.children = true;
	o.return_to = true;
	o.events = TRACE_PROCS;
	assert_int_equal(arm(&o, &r, true)->flags,
			 TRACE_CALL | TRACE_RETURN_TO | TRACE_CHILDREN | TRACE_PROCS);
	assert_true(plan.arming.whole);
	o = options((const char *[]){ "m:_", NULL }, m, w);
	o.mode = TRACE_COUNT;
	assert_int_equal(arm(&o, &r, true)->flags, 0);
	o.mode = TRACE_TIME;
	assert_int_equal(arm(&o, &r, true)->flags, TRACE_CALL);
	assert_int_equal(plan.arming.groups[0].spec.n, 0);
}

/* Where the needle stands in the specification of a group. */
static size_t place(const struct arming *a, size_t group, const char *needle)
{
	const char *all = shown(&a->groups[group].spec);
	const char *at = strstr(all, needle);

	if (!at)
		fail_msg("no %s in %s", needle, all);
	return (size_t)(at - all);
}

static void of_several_patterns_wildcards_come_last(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options(
		(const char *[]){ "_:_(3, _)", "m:f000(1, _)", "m:_(2, _)", NULL }, m, w);
	struct resolved r = some(5, 2);
	const struct arming *a;

	o.args = ARGS_NONE;
	o.durations = false;
	functions[0].matches = 7;
	functions[4].matches = 5;
	a = arm(&o, &r, true);
	assert_int_equal(a->ngroups, 5);
	for (size_t i = 0; i < a->ngroups; i++) {
		if (text_is(a->groups[i].functions[0].function, "f000")) {
			assert_true(place(a, i, "{[1,'_']") < place(a, i, "{[2,'_']"));
			assert_true(place(a, i, "{[2,'_']") < place(a, i, "{[3,'_']"));
		} else if (text_is(a->groups[i].functions[0].function, "f004")) {
			assert_true(place(a, i, "{[2,'_']") < place(a, i, "{[3,'_']"));
			assert_null(strstr(shown(&a->groups[i].spec), "{[1,'_']"));
		}
	}
}

/*
 * What is said.
 */

static bool says(const char *words)
{
	for (size_t i = 0; i < plan.nlines; i++)
		if (strstr(text_cstr(&arena, plan.lines[i]), words))
			return true;
	return false;
}

static void a_plan_is_said(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options((const char *[]){ "m:_", NULL }, m, w);
	struct resolved r = some(5, 2);

	arm(&o, &r, true);
	assert_true(says("functions  5: m:f000/2, m:f001/3, m:f002/4, ..."));
	assert_true(says("processes  all"));
	assert_true(says("limits     it ends after 100 calls or 30 s"));
	assert_true(says("shown      arguments, cut on the node: to depth 2; durations"));
	assert_true(says("cost       about 10 us a call"));
	assert_false(says("0.7 us"));
	assert_false(says("trace sessions"));
	assert_false(says("armed"));
	arm(&o, &r, false);
	assert_true(says("no other tool can trace the same meanwhile"));
}

static void what_costs_more_is_said(void **state)
{
	struct match m[4];
	struct text w[4];
	struct trace_options o = options(
		(const char *[]){ "m:_(1, _) -> return", "m:f000 -> stack", NULL }, m, w);
	struct resolved r = some(5, 2);

	functions[0].matches = 3;
	o.args = ARGS_WHOLE;
	o.caller = true;
	o.limits = (struct trace_limits){ .calls = 7, .rate = 5, .throttle = true };
	o.verbose = true;
	arm(&o, &r, true);
	assert_true(says("several patterns mean one function"));
	assert_true(says("above 5 calls in 1 s the others are not shown"));
	assert_true(says("whole arguments; values and exceptions, with durations; the "
			 "caller; the stack"));
	assert_true(says("0.7 us a call that does not match"));
	assert_true(says("values are copied whole"));
	assert_true(says("can take all memory of the node"));
	assert_true(plan.open && says("durations only where there are values"));
	assert_true(says("stacks are taken from a dump"));
	assert_true(says("no file and line of callers"));
	assert_true(says("armed      m:f"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_rate_is_a_number_and_a_time, clear),
		cmocka_unit_test_teardown(limits_that_were_not_given_are_filled_in, clear),
		cmocka_unit_test_teardown(calls_that_are_asked_for_have_room_in_the_queue,
					  clear),
		cmocka_unit_test_teardown(what_contradicts_itself_is_refused, clear),
		cmocka_unit_test_teardown(limits_have_bounds, clear),
		cmocka_unit_test_teardown(nothing_at_all_is_refused, clear),
		cmocka_unit_test_teardown(a_pattern_means_functions, clear),
		cmocka_unit_test_teardown(heads_say_how_many_arguments, clear),
		cmocka_unit_test_teardown(what_compilers_add_is_meant_when_it_is_named,
					  clear),
		cmocka_unit_test_teardown(a_pattern_is_read, clear),
		cmocka_unit_test_teardown(a_stack_that_a_fun_sends_is_its_own, clear),
		cmocka_unit_test_teardown(pids_are_those_of_the_node, clear),
		cmocka_unit_test_teardown(keys_of_maps_are_shown_as_well, clear),
		cmocka_unit_test_teardown(all_atoms_are_found, clear),
		cmocka_unit_test_teardown(functions_of_one_arity_are_a_group, clear),
		cmocka_unit_test_teardown(many_functions_are_cut_flatter, clear),
		cmocka_unit_test_teardown(values_change_what_is_armed, clear),
		cmocka_unit_test_teardown(options_are_flags, clear),
		cmocka_unit_test_teardown(of_several_patterns_wildcards_come_last, clear),
		cmocka_unit_test_teardown(a_plan_is_said, clear),
		cmocka_unit_test_teardown(what_costs_more_is_said, clear),
	};

	return cmocka_run_group_tests_name("trace_plan", tests, NULL, NULL);
}
