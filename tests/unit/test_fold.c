/* Terms as lines that open and close: what they say, what stays open, what is found. */

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "view/fold.h"

static struct arena arena;
static struct buf out;
static struct fold *fold;

static int clear(void **state)
{
	fold_free(fold);
	fold = NULL;
	arena_clear(&arena);
	buf_clear(&out);
	return 0;
}

static const struct term *parsed(const char *text)
{
	struct term *t = arena_new(&arena, struct term);
	struct err err = { 0 };
	size_t at;

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, t, &at, &err))
		fail_msg("%s: %s at %zu", text, err.what, at);
	return t;
}

static void show(const char *text, struct fold_style style)
{
	fold_free(fold);
	fold = fold_new(&style);
	fold_set(fold, parsed(text));
}

static void show_erlang(const char *text)
{
	show(text, (struct fold_style){ .syntax = SYNTAX_ERLANG });
}

static void show_elixir(const char *text)
{
	show(text, (struct fold_style){ .syntax = SYNTAX_ELIXIR });
}

/* "- [...] 2\n  + 1 {a,1}\n": one line each, the beginning of what is closed left out. */
static const char *lines(void)
{
	struct fold_line l;

	buf_reset(&out);
	for (size_t i = 0; i < fold_count(fold); i++) {
		fold_at(fold, i, &arena, &l);
		buf_fill(&out, ' ', 2 * l.depth);
		buf_printf(&out, "%s%.*s%.*s%s\n",
			   !l.opens ? "  " : l.open ? "- " : "+ ", TEXT_ARG(l.label),
			   TEXT_ARG(l.value), l.found ? " <" : "");
	}
	return buf_cstr(&out);
}

static size_t line_of(const char *words)
{
	struct fold_line l;

	for (size_t i = 0; i < fold_count(fold); i++) {
		struct text t;

		fold_at(fold, i, &arena, &l);
		t = text_printf(&arena, "%.*s%.*s", TEXT_ARG(l.label), TEXT_ARG(l.value));
		if (text_find(t, text_of(words)) < t.len)
			return i;
	}
	fail_msg("no line with %s in\n%s", words, lines());
	return 0;
}

static void open_line(const char *words)
{
	fold_open(fold, line_of(words), true);
}

#define STATE \
	"#{'__struct__' => 'Elixir.Shop.State'," \
	" 'a b' => {first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth}," \
	" items => [{1, apple}, {2, pear}], name => <<\"shop\">>, owner => <0.81.0>}"

static void test_struct(void **state)
{
	show_elixir(STATE);
	assert_string_equal(lines(),
			    "- %Shop.State{...} 4 keys\n"
			    "  + \"a b\": {...} 10\n"
			    "  + items: [{1, :apple}, {2, :pear}]\n"
			    "    name: \"shop\"\n"
			    "    owner: #PID<0.81.0>\n");
	show_erlang(STATE);
	assert_string_equal(lines(),
			    "- #{...} 5 keys\n"
			    "    '__struct__' => 'Elixir.Shop.State'\n"
			    "  + 'a b' => {...} 10\n"
			    "  + items => [{1,apple},{2,pear}]\n"
			    "    name => <<\"shop\">>\n"
			    "    owner => <0.81.0>\n");
}

static void test_opens(void **state)
{
	struct fold_line l;

	show_elixir(STATE);
	open_line("items");
	fold_at(fold, line_of("a b"), &arena, &l);
	assert_true(text_starts(l.start, "{:first, :second"));
	assert_int_equal(fold_parent(fold, 3), 2);
	assert_string_equal(lines(),
			    "- %Shop.State{...} 4 keys\n"
			    "  + \"a b\": {...} 10\n"
			    "  - items: [...] 2\n"
			    "    + 0 {1, :apple}\n"
			    "    + 1 {2, :pear}\n"
			    "    name: \"shop\"\n"
			    "    owner: #PID<0.81.0>\n");
	fold_open(fold, 0, false);
	assert_string_equal(lines(), "+ %Shop.State{...} 4 keys\n");
	fold_open(fold, 0, true);
	assert_true(fold_is_open(fold, line_of("items")));
}

/* A newer term: the same places are open, though they are elsewhere. */
static void test_refresh(void **state)
{
	uint64_t id;

	show_erlang("#{b => [1, 2], c => [3]}");
	open_line("b =>");
	id = fold_id(fold, line_of("c =>"));
	fold_set(fold, parsed("#{a => 0, b => [1, 2, 4], c => [3]}"));
	assert_string_equal(lines(),
			    "- #{...} 3 keys\n"
			    "    a => 0\n"
			    "  - b => [...] 3\n"
			    "      1 1\n"
			    "      2 2\n"
			    "      3 4\n"
			    "  + c => [3]\n");
	assert_int_equal(fold_find(fold, id), 6);
	fold_set(fold, parsed("gone"));
	assert_string_equal(lines(), "  gone\n");
	assert_int_equal(fold_find(fold, id), 0);
	fold_set(fold, NULL);
	assert_int_equal(fold_count(fold), 0);
}

static void test_lists(void **state)
{
	show_erlang("[{a, 1}, {b, [x | y]}]");
	open_line("b =>");
	assert_string_equal(lines(), "- [...] 2\n"
				     "    a => 1\n"
				     "  - b => [...] 1\n"
				     "      1 x\n"
				     "      | y\n");
	show("[{{a, b}, 1}, {c, 2}]",
	     (struct fold_style){ .syntax = SYNTAX_ELIXIR, .pairs = true });
	assert_string_equal(lines(), "- [...] 2\n"
				     "    {:a, :b} => 1\n"
				     "    c: 2\n");
	show_erlang("[]");
	assert_string_equal(lines(), "  []\n");
	show_erlang("\"abc\"");
	assert_string_equal(lines(), "  \"abc\"\n");
}

#define TEN "0123456789"
#define LONG TEN TEN TEN TEN TEN TEN "abc\\n" TEN

static void test_strings(void **state)
{
	show_elixir("[<<\"" LONG "\">>, \"" LONG "\"]");
	open_line("\"...\" 74 bytes");
	open_line("~c\"...\" 74");
	assert_string_equal(lines(),
			    "- [...] 2\n"
			    "  - 0 \"...\" 74 bytes\n"
			    "      " TEN TEN TEN TEN TEN TEN "abc\n"
			    "      " TEN "\n"
			    "  - 1 ~c\"...\" 74 characters\n"
			    "      " TEN TEN TEN TEN TEN TEN "abc\n\n"
			    "      " TEN "\n");
	show_erlang("<<0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,65,66,255>>");
	assert_string_equal(lines(),
			    "- <<...>> 19 bytes\n"
			    "    00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"
			    "  ................\n"
			    "    00000010  41 42 ff                                       "
			    "  AB.\n");
}

static struct term cut_of(int64_t count)
{
	struct term_cut *c = arena_new(&arena, struct term_cut);

	c->count = count;
	return (struct term){ .type = TERM_CUT, .cut = c };
}

/* What the target left out counts. */
static void test_cuts(void **state)
{
	struct term items[] = { { .type = TERM_INT, .num = 1 }, cut_of(299) };
	struct term list = { .type = TERM_LIST, .n = 1, .items = items };
	struct term tuple = { .type = TERM_TUPLE, .n = 2, .items = items };
	struct term pairs[] = { items[0], items[0], cut_of(-1), cut_of(-1) };
	struct term map = { .type = TERM_MAP, .n = 2, .items = pairs };
	struct fold_line l;

	show_erlang("[]");
	fold_set(fold, &list);
	assert_string_equal(lines(), "- [...] 300\n    1 1\n    ... (299 more)\n");
	fold_set(fold, &tuple);
	assert_string_equal(lines(), "- {...} 300\n    1 1\n    ... (299 more)\n");
	fold_set(fold, &map);
	assert_string_equal(lines(), "- #{...} 1+ keys\n    1 => 1\n    ...\n");
	fold_at(fold, 2, &arena, &l);
	assert_true(l.cut);
}

static void test_redact(void **state)
{
	struct fold_style style = { .syntax = SYNTAX_ERLANG, .redact = true };

	show("#{list => [{secret, hunter2}], open => x, pair => {token, hunter2},"
	     " password => [<<\"hunter2\">>]}", style);
	open_line("list");
	open_line("pair");
	assert_string_equal(lines(), "- #{...} 4 keys\n"
				     "  - list => [...] 1\n"
				     "      secret => [redacted]\n"
				     "    open => x\n"
				     "  - pair => {...} 2\n"
				     "      1 token\n"
				     "      2 [redacted]\n"
				     "    password => [redacted]\n");
	fold_look_for(fold, TEXT("hunter2"));
	assert_int_equal(fold_next(fold, 0, false, true), TABLE_NONE);
}

/* A list too long to be shown whole. */
#define MANY "[1111111111, 2222222222, 3333333333, 4444444444, 5555555555, 6666666666"

static void test_search(void **state)
{
	size_t at;

	show_erlang("#{a => [{x, " MANY ", needle]}], needle => 1,"
		    " t => {needle, needle}, z => <<\"a Needle in hay\">>}");
	fold_look_for(fold, TEXT("needle"));
	at = fold_next(fold, 0, false, true);
	assert_string_equal(lines(), "- #{...} 4 keys\n"
				     "  - a => [...] 1\n"
				     "    - x => [...] 7\n"
				     "        1 1111111111\n"
				     "        2 2222222222\n"
				     "        3 3333333333\n"
				     "        4 4444444444\n"
				     "        5 5555555555\n"
				     "        6 6666666666\n"
				     "        7 needle <\n"
				     "    needle => 1 <\n"
				     "  + t => {needle,needle} <\n"
				     "    z => <<\"a Needle in hay\">> <\n");
	assert_int_equal(at, 9);
	at = fold_next(fold, at, false, false);
	assert_int_equal(at, 10);
	at = fold_next(fold, at, false, false);
	assert_int_equal(at, 11);
	at = fold_next(fold, at, false, false);
	assert_int_equal(at, 12);
	at = fold_next(fold, at, false, false);
	assert_int_equal(at, 9);
	at = fold_next(fold, at, true, false);
	assert_int_equal(at, 12);
	at = fold_next(fold, at, true, false);
	assert_int_equal(at, 11);
	/* Once it is open, its parts are places of their own. */
	fold_open(fold, 11, true);
	assert_int_equal(fold_next(fold, 11, false, false), 12);
}

static void test_search_few(void **state)
{
	show_erlang("[1, <<\"" LONG "\">>]");
	fold_look_for(fold, TEXT("ABC"));
	assert_int_equal(fold_next(fold, 0, false, true), 2);
	/* It is the only one; from one of its pieces, too. */
	assert_int_equal(fold_next(fold, 2, false, false), 2);
	assert_int_equal(fold_next(fold, 2, true, false), 2);
	fold_open(fold, 2, true);
	assert_int_equal(fold_next(fold, 4, false, false), 2);
	fold_look_for(fold, TEXT("nowhere"));
	assert_int_equal(fold_next(fold, 0, false, false), TABLE_NONE);
	fold_look_for(fold, TEXT(""));
	assert_int_equal(fold_next(fold, 0, false, false), TABLE_NONE);
}

/* [[[...[]...]]], n deep. */
static struct term nested(size_t n)
{
	struct term inner = { .type = TERM_LIST };

	for (size_t i = 0; i < n; i++) {
		struct term *items = arena_many(&arena, 2, struct term);

		items[0] = inner;
		items[1] = (struct term){ .type = TERM_LIST };
		inner = (struct term){ .type = TERM_LIST, .n = 1, .items = items };
	}
	return inner;
}

static void test_deep(void **state)
{
	struct term t = nested(9000);
	struct fold_line l;

	show_erlang("[]");
	fold_set(fold, &t);
	fold_open_all(fold, 0, true);
	assert_int_equal(fold_count(fold), FOLD_DEPTH_MAX + 1);
	fold_at(fold, FOLD_DEPTH_MAX, &arena, &l);
	assert_int_equal(l.depth, FOLD_DEPTH_MAX);
	assert_false(l.opens);
	assert_string_equal(text_cstr(&arena, l.value), "[...] 1");
	fold_look_for(fold, TEXT("x"));
	assert_int_equal(fold_next(fold, 0, false, true), TABLE_NONE);
	fold_open_all(fold, 0, false);
	assert_int_equal(fold_count(fold), 1);
	fold_open(fold, 0, true);
	assert_int_equal(fold_count(fold), 2);
}

/* A list of n tuples {item, I}. */
static struct term wide(size_t n)
{
	struct term *items = arena_many(&arena, n + 1, struct term);

	for (size_t i = 0; i < n; i++) {
		struct term *pair = arena_many(&arena, 2, struct term);

		pair[0] = (struct term){ .type = TERM_ATOM, .text = TEXT("item") };
		pair[1] = (struct term){ .type = TERM_INT, .num = (int64_t)i };
		items[i] = (struct term){ .type = TERM_TUPLE, .n = 2, .items = pair };
	}
	items[n] = (struct term){ .type = TERM_LIST };
	return (struct term){ .type = TERM_LIST, .n = (uint32_t)n, .items = items };
}

static void test_wide(void **state)
{
	struct term t = wide(FOLD_LINES_MAX + 10);
	struct fold_line l;

	show_erlang("[]");
	fold_set(fold, &t);
	assert_int_equal(fold_count(fold), FOLD_LINES_MAX + 1);
	fold_at(fold, FOLD_LINES_MAX, &arena, &l);
	assert_true(l.cut);
	assert_true(text_starts(l.value, "... (no more than"));
	fold_look_for(fold, TEXT("item"));
	assert_int_equal(fold_next(fold, 0, false, false), 1);
	fold_look_for(fold, TEXT("77777"));
	assert_int_equal(fold_next(fold, 0, false, false), 77778);
	/* What is beyond all that one search looks at is not found. */
	fold_look_for(fold, TEXT("200005"));
	assert_int_equal(fold_next(fold, 0, false, false), TABLE_NONE);
	t = wide(50000);
	fold_set(fold, &t);
	assert_int_equal(fold_count(fold), 50001);
	fold_open(fold, 0, false);
	assert_int_equal(fold_count(fold), 1);
}

/* Bytes of any kind become lines that are no longer than they may be. */
static void test_hostile(void **state)
{
	char bytes[4096];
	struct term items[4] = {
		{ .type = TERM_BINARY, .text = { bytes, sizeof(bytes) }, .n = UINT32_MAX },
		{ .type = TERM_ATOM, .text = { bytes, 255 } },
		{ .type = TERM_BITS, .last_bits = 3, .text = { bytes, sizeof(bytes) } },
		{ .type = TERM_LIST },
	};
	struct term t = { .type = TERM_LIST, .n = 3, .items = items };
	struct fold_line l;

	for (unsigned seed = 0; seed < 64; seed++) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)(i * (2 * seed + 1) + seed);
		show_elixir("[]");
		fold_set(fold, &t);
		fold_open_all(fold, 0, true);
		fold_open(fold, 1, true);
		fold_look_for(fold, (struct text){ bytes, 2 });
		fold_next(fold, 0, false, false);
		for (size_t i = 0; i < fold_count(fold); i++) {
			fold_at(fold, i, &arena, &l);
			assert_in_range(l.value.len, 0, 8000);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_struct, clear),
		cmocka_unit_test_teardown(test_opens, clear),
		cmocka_unit_test_teardown(test_refresh, clear),
		cmocka_unit_test_teardown(test_lists, clear),
		cmocka_unit_test_teardown(test_strings, clear),
		cmocka_unit_test_teardown(test_cuts, clear),
		cmocka_unit_test_teardown(test_redact, clear),
		cmocka_unit_test_teardown(test_search, clear),
		cmocka_unit_test_teardown(test_search_few, clear),
		cmocka_unit_test_teardown(test_deep, clear),
		cmocka_unit_test_teardown(test_wide, clear),
		cmocka_unit_test_teardown(test_hostile, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
