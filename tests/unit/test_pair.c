/* Calls and their returns: by hand, and against a model of what the runtime sends. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/pair.h"

#define PID 5

struct said {
	struct buf text;
	size_t events;
};

static void on_out(void *ctx, const struct event *e)
{
	struct said *s = ctx;

	s->events++;
	if (e->kind == EVENT_CALL)
		buf_printf(&s->text, " %d", (int)e->number);
	else if (e->kind == EVENT_RETURN || e->kind == EVENT_EXCEPTION)
		buf_printf(&s->text, e->duration_ns < 0 ? " %d:?" : " %d:%d",
			   (int)e->number, (int)e->duration_ns);
	else if (e->kind == EVENT_RETURN_TO)
		buf_printf(&s->text, " >%.*s", TEXT_ARG(e->function.function));
	else
		buf_str(&s->text, " .");
}

static struct event_function function(struct text name)
{
	if (text_is(name, "?"))
		return (struct event_function){ .arity = -1 };
	return (struct event_function){
		.module = TEXT("m"),
		.function = name,
		.arity = 1,
	};
}

/*
 * Steps between blanks, one a nanosecond: f<g a call of f that returns to g; >g a return
 * to g; =f a return_from f, !f an exception_from f; @7 those behind are of process 7; . an
 * exit.
 */
static void feed(struct pairs *p, const char *steps)
{
	struct text rest = text_of(steps);
	struct event e = { .pid = PID };
	struct text word;

	while (text_word(&rest, &word)) {
		size_t at = text_chr(word, '<');

		if (word.p[0] == '@') {
			int64_t pid = 0;

			text_int(text_sub(word, 1, word.len), &pid);
			e.pid = (uint64_t)pid;
			continue;
		}
		e.time_ns++;
		e.kind = EVENT_PROCESS;
		e.what = TEXT("exit");
		if (at < word.len) {
			e.kind = EVENT_CALL;
			e.function = function(text_sub(word, 0, at));
			e.from = function(text_sub(word, at + 1, word.len));
			e.has_from = true;
		} else if (word.p[0] != '.') {
			e.kind = word.p[0] == '>'   ? EVENT_RETURN_TO
				 : word.p[0] == '=' ? EVENT_RETURN
						    : EVENT_EXCEPTION;
			e.function = function(text_sub(word, 1, word.len));
			e.duration_ns = -1;
		}
		pairs_feed(p, &e);
	}
}

static void check(const struct pairs_options *o, const char *steps, const char *wanted)
{
	struct said said = { 0 };
	struct pairs *p = pairs_new(o, on_out, &said);

	feed(p, steps);
	pairs_end(p);
	pairs_free(p);
	if (strcmp(buf_cstr(&said.text) + (buf_len(&said.text) > 0), wanted) != 0)
		fail_msg("%s\n  gives  %s\n  wanted  %s", steps, buf_cstr(&said.text),
			 wanted);
	buf_clear(&said.text);
}

static const struct pairs_options old = { .return_to = true };
static const struct pairs_options new = { .return_to = true, .exceptions = true };
static const struct pairs_options values = { 0 };

static void both(const char *steps, const char *wanted)
{
	check(&old, steps, wanted);
	check(&new, steps, wanted);
}

static void test_one(void **state)
{
	both("f<run >run", "1 1:1");
	both("f<? >?", "1 1:1");
	both("f<run >run f<run >run", "1 1:1 2 2:1");
	both("f<run g<f >f >run", "1 2 2:1 1:3");
	both("f<run g<f >f g<f >f >run", "1 2 2:1 3 3:1 1:5");
	check(&(struct pairs_options){ .return_to = true, .show_to = true }, "f<run >run",
	      "1 1:1 >run");
	check(&(struct pairs_options){ .show_to = true }, "f<run >run", "1 >run");
}

static void test_through_functions_that_are_not_traced(void **state)
{
	both("f<run g<h >h >run", "1 2 2:1 1:3");
	both("f<run g<h >h g<h >h >run", "1 2 2:1 3 3:1 1:5");
}

static void test_a_chain_of_tail_calls_has_one_end(void **state)
{
	both("f<run f<run f<run >run", "1 2 3 3:1 2:2 1:3");
	both("f<run g<run h<run >run", "1 2 3 3:1 2:2 1:3");
	both("a<run f<a f<a f<a >a b<a >a >run", "1 2 3 4 4:1 3:2 2:3 5 5:1 1:7");
}

/* Which of them returned is known when all did: that there were as many. */
static void test_a_function_that_calls_itself(void **state)
{
	both("fac<run fac<fac >fac >run", "1 2 2:1 1:3");
	check(&new, "fac<run fac<fac fac<fac >fac >fac >run", "1 2 3 3:1 2:3 1:5");
	check(&old, "fac<run fac<fac fac<fac >fac >fac >run", "1 2 3 3:1 2:3 1:5");
	check(&new, "fib<run fib<fib fib<fib >fib fib<fib >fib >fib fib<fib >fib >run",
	      "1 2 3 3:1 4 4:1 2:5 5 5:1 1:9");
	/* a trace that began within */
	both("fac<fac fac<fac >fac >fac >fac >run", "1 2 2:1 1:3");
}

static void test_functions_that_call_each_other(void **state)
{
	both("even<run odd<even even<odd odd<even >even >odd >even >run",
	     "1 2 3 4 4:1 3:3 2:5 1:7");
}

static void test_recursion_through_functions_that_are_not_traced(void **state)
{
	both("w<run w<map w<map >map >map >run", "1 2 3 3:1 2:3 1:5");
}

/* The last call of a function that calls itself is a tail call: that cannot be told from
 * one that waits. What was called last is over, though. */
static void test_body_and_tail_calls_of_one_function(void **state)
{
	check(&new, "b<run b<b b<b >b b<b >b b<run >run",
	      "1 2 3 3:1 4 4:1 2:? 5 5:1 1:7");
}

static void test_exceptions(void **state)
{
	/* caught where the call was made */
	both("f<run >run", "1 1:1");
	/* through frames: 27 tells when it was caught, 25 only that something was */
	check(&new, "c<run t<c b<t >c d<c >c >run", "1 2 3 3:1 2:2 4 4:1 1:6");
	check(&old, "c<run t<c b<t >c d<c >c >run", "1 2 3 3:? 2:2 4 4:1 1:6");
	/* caught where nobody is known */
	check(&new, "t<apply b<t >expr", "1 2 2:1");
	/* 25 does not tell: later events show it */
	check(&old, "a<run t<apply b<t d<a >a >run", "1 2 3 3:? 2:? 4 4:1 1:5");
	check(&old, "a<run t<apply b<t >run", "1 2 3 3:? 2:? 1:3");
}

/* In the midst of one function: where it went is never known, but what was called last is
 * over with the exception. */
static void test_exceptions_in_recursion(void **state)
{
	check(&new, "d<run d<d d<d d<d d<d >d >d >d >run",
	      "1 2 3 4 5 5:1 4:? 3:? 2:? 1:8");
	check(&old, "d<run d<d d<d d<d d<d >d >d >d >run",
	      "1 2 3 4 5 5:? 4:? 3:? 2:? 1:8");
}

static void test_processes(void **state)
{
	both("f<run @7 f<run @5 >run @7 >run", "1 2 1:2 2:2");
	both("f<run . >run f<run >run", "1 . 2 2:1");
	both("@7 . f<run >run", ". 1 1:1");
	both(">run f<run", "1");
}

static void test_returns_with_values(void **state)
{
	check(&values, "f<run =f", "1 1:1");
	check(&values, "f<run f<run f<run =f =f =f", "1 2 3 3:1 2:3 1:5");
	check(&values, "f<run g<f h<g !h !g !f", "1 2 3 3:1 2:3 1:5");
	/* one that was not seen, and one that does not return */
	check(&values, "=g f<run =g =f", "0:? 1 0:? 1:2");
	check(&values, "f<run g<f h<g =f =g", "1 2 3 1:3 0:?");
}

static void count_out(void *ctx, const struct event *e)
{
	struct said *s = ctx;

	s->events++;
}

/* Calls without end that never return: memory is bounded, the last ones are kept. */
static void test_many(void **state)
{
	struct said said = { 0 };
	struct pairs *p = pairs_new(&new, count_out, &said);
	struct event e = {
		.kind = EVENT_CALL,
		.function = function(TEXT("f")),
		.has_from = true,
	};

	for (uint64_t i = 0; i < 5 * PAIRS_MAX; i++) {
		e.pid = i % 3000;
		e.from = function(i % 7 ? TEXT("g") : TEXT("f"));
		pairs_feed(p, &e);
	}
	assert_int_equal(said.events, 5 * PAIRS_MAX);
	assert_true(pairs_open(p) <= PAIRS_MAX);
	assert_true(pairs_open(p) >= PAIRS_MAX / 2);
	e.kind = EVENT_RETURN_TO;
	e.pid = (5 * PAIRS_MAX - 1) % 3000;
	pairs_feed(p, &e);
	assert_true(said.events > 5 * PAIRS_MAX);
	pairs_free(p);
	pairs_free(NULL);
}

/* Names without end. */
static void test_many_functions(void **state)
{
	struct said said = { 0 };
	struct pairs *p = pairs_new(&new, count_out, &said);

	for (int i = 0; i < 200000; i++) {
		char name[16];
		struct event e = { .kind = EVENT_CALL, .pid = PID, .has_from = true };

		snprintf(name, sizeof(name), "f%d", i);
		e.function = function(text_of(name));
		e.from = function(TEXT("run"));
		pairs_feed(p, &e);
		e.kind = EVENT_RETURN_TO;
		e.function = e.from;
		pairs_feed(p, &e);
	}
	assert_int_equal(said.events, 400000);
	assert_int_equal(pairs_open(p), 0);
	pairs_free(p);
}

/*
 * The model: a process with a stack of frames, each of which runs a function after
 * another (tail calls). Capital letters are traced, small ones are not.
 */
#define FRAMES 40
#define CALLS 400

struct frame {
	char runs;
	bool told;   /* its end is a return_to */
	int calls[CALLS];
	int ncalls;
};

struct model {
	struct frame frames[FRAMES];
	int n;
	int ncalls;
	int64_t now;
	int64_t start[CALLS + 1];
	int64_t end[CALLS + 1];  /* 0: open */
	struct pairs *pairs;
	bool exceptions;         /* as OTP 27 */
	struct buf log;
	/* what came out */
	int64_t duration[CALLS + 1]; /* -2: nothing */
	size_t right;
	size_t unknown;
	size_t wrong;
	size_t missed; /* over, and nothing came out */
};

static void on_model(void *ctx, const struct event *e)
{
	struct model *m = ctx;

	if (e->kind == EVENT_RETURN) {
		assert_in_range(e->number, 1, CALLS);
		assert_int_equal(m->duration[e->number], -2);
		m->duration[e->number] = e->duration_ns;
	}
}

static struct event_function letter(const char *c)
{
	return function((struct text){ c, 1 });
}

static void tell_call(struct model *m, struct frame *f)
{
	struct event e = {
		.kind = EVENT_CALL,
		.pid = PID,
		.time_ns = m->now,
		.function = letter(&f->runs),
		.from = letter(&f[-1].runs),
		.has_from = true,
	};

	f->told = true;
	f->calls[f->ncalls++] = ++m->ncalls;
	m->start[m->ncalls] = m->now;
	buf_printf(&m->log, " %c<%c", f->runs, f[-1].runs);
	pairs_feed(m->pairs, &e);
}

static void tell_return(struct model *m)
{
	struct event e = {
		.kind = EVENT_RETURN_TO,
		.pid = PID,
		.time_ns = m->now,
		.function = letter(&m->frames[m->n - 1].runs),
	};

	buf_printf(&m->log, " >%c", m->frames[m->n - 1].runs);
	pairs_feed(m->pairs, &e);
}

static void enter(struct model *m, bool tail, char what)
{
	struct frame *f = &m->frames[tail ? m->n - 1 : m->n];

	if (!tail) {
		m->n++;
		f->told = false;
		f->ncalls = 0;
	}
	f->runs = what;
	if (what < 'a')
		tell_call(m, f);
}

static void leave(struct model *m)
{
	struct frame *f = &m->frames[--m->n];

	for (int i = 0; i < f->ncalls; i++)
		m->end[f->calls[i]] = m->now;
}

/* Down to frame n - 1, which catches it. Below OTP 27 only what that one called itself
 * tells. */
static void throw_to(struct model *m, int n)
{
	bool told = false;

	while (m->n > n) {
		struct frame *f = &m->frames[m->n - 1];

		told = m->exceptions ? told || f->told : f->told;
		leave(m);
	}
	buf_str(&m->log, " !");
	if (told)
		tell_return(m);
}

static unsigned pick(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % n;
}

/* How a function calls: for good, as code does, or any way. */
struct model_kind {
	const char *letters;
	bool exceptions; /* as OTP 27 */
	unsigned throws; /* of a hundred steps */
	bool fixed;      /* whether one calls another with a tail call is always the same */
	bool itself;     /* a function may call itself, at some distance, too */
	unsigned right;  /* of a hundred durations at least, */
	unsigned wrong;  /* and of a thousand at most */
};

static bool calls_by_tail(const struct model_kind *k, unsigned *seed, char from, char to)
{
	if (!k->fixed)
		return pick(seed, 2) == 0;
	return (from * 7 + to * 3) % 5 < 2;
}

static bool on_stack(const struct model *m, char what)
{
	for (int i = 0; i < m->n; i++) {
		if (m->frames[i].runs == what)
			return true;
	}
	return false;
}

static void step(struct model *m, const struct model_kind *k, unsigned *seed)
{
	char what = k->letters[pick(seed, (unsigned)strlen(k->letters))];
	bool tail = m->n > 1 && calls_by_tail(k, seed, m->frames[m->n - 1].runs, what);

	m->now += 1 + pick(seed, 9);
	if (m->n > 1 && pick(seed, 100) < k->throws) {
		throw_to(m, 1 + (int)pick(seed, (unsigned)m->n - 1));
	} else if (m->n > 1 && (m->n == FRAMES || pick(seed, 100) < 45 ||
				(!k->itself && on_stack(m, what)))) {
		bool told = m->frames[m->n - 1].told;

		leave(m);
		if (told)
			tell_return(m);
	} else if (k->itself || !on_stack(m, what)) {
		enter(m, tail, what);
	}
}

static void judge(struct model *m, unsigned seed)
{
	for (int i = 1; i <= m->ncalls; i++) {
		int64_t truth = m->end[i] - m->start[i];
		int64_t said = m->duration[i];

		if (said == -2)
			m->missed += m->end[i] != 0;
		else if (said == -1)
			m->unknown++;
		else if (m->end[i] != 0 && said == truth)
			m->right++;
		else
			m->wrong++;
		if (said >= 0 && (m->end[i] == 0 || said != truth) && getenv("SHOW"))
			print_error("seed %u call %d: %d, truth %d:%s\n", seed, i,
				    (int)said, (int)truth, buf_cstr(&m->log));
	}
}

static struct model run_model(const struct model_kind *k, unsigned runs, unsigned steps)
{
	struct model sum = { 0 };

	for (unsigned r = 0; r < runs; r++) {
		struct model *m = calloc(1, sizeof(*m));
		struct pairs_options o = { .return_to = true, .exceptions = k->exceptions };
		unsigned seed = r;

		m->n = 1;
		m->frames[0].runs = 'z';
		m->exceptions = k->exceptions;
		m->pairs = pairs_new(&o, on_model, m);
		for (int i = 0; i <= CALLS; i++)
			m->duration[i] = -2;
		while (m->ncalls < (int)steps)
			step(m, k, &seed);
		while (m->n > 1) {
			bool told = m->frames[m->n - 1].told;

			m->now++;
			leave(m);
			if (told)
				tell_return(m);
		}
		pairs_end(m->pairs);
		judge(m, r);
		sum.right += m->right;
		sum.unknown += m->unknown;
		sum.wrong += m->wrong;
		sum.missed += m->missed;
		pairs_free(m->pairs);
		buf_clear(&m->log);
		free(m);
	}
	print_message("%s%s %s: %zu right, %zu unknown, %zu missed, %zu wrong\n", k->letters,
		      k->exceptions ? "" : " (25)", k->fixed ? "fixed" : "any",
		      sum.right, sum.unknown, sum.missed, sum.wrong);
	return sum;
}

static void test_model(void **state)
{
	static const struct model_kind kinds[] = {
		{ "ABCDEF", true, 0, true, false, 100, 0 },
		{ "ABCDEFabcdef", true, 0, true, false, 98, 0 },
		{ "ABCDEFabcdef", true, 5, true, false, 97, 1 },
		{ "ABCDEF", false, 5, true, false, 96, 0 },
		{ "ABCDEFabcdef", false, 5, true, false, 80, 5 },
		{ "ABC", true, 0, true, true, 95, 1 },
		{ "ABCDabcd", true, 0, true, true, 85, 15 },
		{ "ABCDabcd", true, 5, true, true, 85, 15 },
		{ "ABCDabcd", false, 5, true, true, 60, 15 },
		{ "ABCDabcd", true, 5, false, true, 85, 15 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct model m = run_model(&kinds[i], 300, 100);
		size_t all = m.right + m.unknown + m.missed + m.wrong;

		assert_true(all >= 300 * 100);
		assert_true(100 * m.right >= kinds[i].right * all);
		assert_true(1000 * m.wrong <= kinds[i].wrong * all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_through_functions_that_are_not_traced),
		cmocka_unit_test(test_a_chain_of_tail_calls_has_one_end),
		cmocka_unit_test(test_a_function_that_calls_itself),
		cmocka_unit_test(test_functions_that_call_each_other),
		cmocka_unit_test(test_recursion_through_functions_that_are_not_traced),
		cmocka_unit_test(test_body_and_tail_calls_of_one_function),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_exceptions_in_recursion),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_returns_with_values),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_many_functions),
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
