/* What a screen keeps of a trace, and where its cursor is while more comes and the oldest goes. */

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "source/memory.h"
#include "view/trace_inside.h"

static struct event call(uint64_t number)
{
	return (struct event){
		.kind = EVENT_CALL,
		.number = number,
		.pid = 81,
		.function = { TEXT("shop"), TEXT("price"), 1 },
		.args = ARGS_NONE,
		.duration_ns = -1,
		.to = { .type = TERM_ATOM, .text = TEXT("undefined") },
	};
}

static struct event its_return(uint64_t number, int64_t duration_ns)
{
	struct event e = call(number);

	e.kind = EVENT_RETURN;
	e.duration_ns = duration_ns;
	return e;
}

static void add(struct kept *k, struct event e)
{
	kept_add(k, &e);
}

static void a_return_belongs_to_its_call(void **state)
{
	struct kept *k = kept_new(10, 1 << 20);

	add(k, call(1));
	add(k, call(2));
	add(k, its_return(1, 7));
	assert_int_equal(kept_count(k), 2);
	assert_true(kept_at(k, 0)->ended);
	assert_int_equal(kept_at(k, 0)->end.duration_ns, 7);
	assert_int_equal(kept_at(k, 0)->end_came, 2);
	assert_false(kept_at(k, 1)->ended);
	add(k, its_return(1, 8)); /* one more is one of its own */
	add(k, its_return(9, 8)); /* as is that of a call that nobody saw */
	assert_int_equal(kept_count(k), 4);
	assert_int_equal(kept_at(k, 0)->end.duration_ns, 7);
	kept_free(k);
}

static void the_oldest_go(void **state)
{
	struct kept *k = kept_new(3, 1 << 20);

	for (uint64_t i = 1; i <= 10; i++)
		add(k, call(i));
	assert_int_equal(kept_count(k), 3);
	assert_int_equal(kept_gone(k), 7);
	assert_int_equal(kept_at(k, 0)->event.number, 8);
	assert_int_equal(kept_at(k, 0)->place, 7);
	add(k, its_return(7, 1)); /* its call went: it has a row of its own */
	assert_int_equal(kept_count(k), 3);
	assert_false(kept_at(k, 0)->ended);
	assert_int_equal(kept_at(k, 2)->event.kind, EVENT_RETURN);
	add(k, its_return(9, 1));
	assert_true(kept_at(k, 0)->ended);
	kept_free(k);
}

static void bytes_are_bounded(void **state)
{
	struct kept *k = kept_new(1000, 300000);
	char large[100000];
	struct event e = call(0);

	memset(large, 'x', sizeof(large));
	e.kind = EVENT_SEND;
	e.value = (struct term){ .type = TERM_BINARY, .text = { large, sizeof(large) } };
	for (uint64_t i = 0; i < 20; i++)
		add(k, e);
	assert_in_range(kept_count(k), 1, 3);
	assert_int_equal(kept_gone(k), 20 - kept_count(k));
	e.value.text.len = 99999;
	kept_free(k);
	k = kept_new(1000, 1);
	add(k, e); /* the last one stays, whatever it takes */
	assert_int_equal(kept_count(k), 1);
	assert_int_equal(kept_at(k, 0)->event.value.text.len, 99999);
	kept_free(k);
}

static void a_copy_shares_nothing(void **state)
{
	struct arena arena = { 0 };
	char name[] = "shop_cache";
	struct event_function stack[] = { { TEXT("gen_server"), TEXT("loop"), 7, { NULL, 0 }, 0 } };
	struct term items[] = { { .type = TERM_INT, .num = 3 }, { .type = TERM_LIST } };
	struct event e = call(1);
	struct event copy;

	e.name = text_of(name);
	e.args = ARGS_CUT;
	e.arguments = (struct term){ .type = TERM_LIST, .n = 1, .items = items };
	e.stack = stack;
	e.nstack = 1;
	copy = event_copy(&arena, &e);
	memset(name, '-', sizeof(name) - 1);
	memset(items, 0, sizeof(items));
	memset(stack, 0, sizeof(stack));
	assert_true(text_is(copy.name, "shop_cache"));
	assert_int_equal(term_num(term_at(&copy.arguments, 0)), 3);
	assert_true(text_is(copy.stack[0].module, "gen_server"));
	arena_clear(&arena);
}

/*
 * The screen.
 */

static struct loop *loop;
static struct top *top;

static struct trace_view *open_view(void)
{
	struct top_source s = { .name = TEXT("shop@web1") };
	struct arena arena = { 0 };
	struct trace_wish w = trace_wish_of(&arena, &(struct trace_processes){ 0 });
	struct trace_view *t;

	loop = loop_new();
	s.source = memory_open(loop, s.name);
	top = top_new(&(struct top_options){
		.loop = loop, .sources = &s, .nsources = 1, .width = 80, .height = 14 });
	w.words[w.nwords++] = TEXT("shop:price/1");
	t = trace_view_new(top_view(top), &w);
	arena_clear(&arena);
	t->was_armed = true;
	trace_view_end(t, &(struct trace_ended){ .why = TRACE_BY_STOP }, NULL);
	top_push(top, &t->view);
	return t;
}

static void close_view(void)
{
	top_free(top);
	loop_free(loop);
}

static void press(const char *keys)
{
	struct text rest = text_of(keys);
	struct key k;

	while (key_parse(&rest, &k)) {
		top_key(top, k);
		top_draw(top);
	}
}

static uint64_t chosen(struct trace_view *t)
{
	top_draw(top);
	return trace_rows_current(t)->event.number;
}

static void take(struct trace_view *t, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i <= to; i++) {
		struct event e = call(i);

		trace_view_take(t, &e);
	}
}

static void the_last_is_followed(void **state)
{
	struct trace_view *t = open_view();

	take(t, 1, 50);
	assert_int_equal(chosen(t), 50);
	take(t, 51, 60);
	assert_int_equal(chosen(t), 60);
	press("k");
	take(t, 61, 70);
	assert_int_equal(chosen(t), 59);
	press("<end>");
	take(t, 71, 80);
	assert_int_equal(chosen(t), 80);
	close_view();
}

/* The line with the cursor does not move on the screen, either. */
static void one_looks_at_a_call_while_others_go(void **state)
{
	struct trace_view *t = open_view();
	size_t line;

	take(t, 1, TRACE_ROWS_MAX);
	assert_int_equal(chosen(t), TRACE_ROWS_MAX);
	press("<pageup><pageup><up>");
	line = t->scroll.cursor - t->scroll.top;
	take(t, TRACE_ROWS_MAX + 1, TRACE_ROWS_MAX + 100);
	assert_int_equal(kept_gone(t->kept), 100);
	press("<f1><esc>");
	assert_int_equal(t->scroll.cursor - t->scroll.top, line);
	take(t, TRACE_ROWS_MAX + 101, 3 * TRACE_ROWS_MAX); /* its own went as well */
	assert_in_range(chosen(t), 2 * TRACE_ROWS_MAX + 1, 3 * TRACE_ROWS_MAX);
	close_view();
}

static void the_longest_first(void **state)
{
	struct trace_view *t = open_view();

	take(t, 1, 3);
	for (uint64_t i = 1; i <= 2; i++) {
		struct event e = its_return(i, (int64_t)i * 100);

		trace_view_take(t, &e);
	}
	press("d");
	assert_int_equal(chosen(t), 2);
	press("j");
	assert_int_equal(chosen(t), 1);
	press("j");
	assert_int_equal(chosen(t), 3);
	close_view();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_return_belongs_to_its_call),
		cmocka_unit_test(the_oldest_go),
		cmocka_unit_test(bytes_are_bounded),
		cmocka_unit_test(a_copy_shares_nothing),
		cmocka_unit_test(the_last_is_followed),
		cmocka_unit_test(one_looks_at_a_call_while_others_go),
		cmocka_unit_test(the_longest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
