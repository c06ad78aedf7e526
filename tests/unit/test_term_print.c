/*
 * Printing what a node can't be asked for: limits, masks, hostile bytes, pids of other
 * nodes. What a term looks like is compared with real nodes by tests/diff.
 */

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "term/term.h"

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

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err)) {
		print_error("%s: %s at %zu\n", text, err.what, at);
		assert_true(false);
	}
	return t;
}

static const char *printed(const struct term *t, struct term_style style)
{
	buf_reset(&out);
	term_print(&out, t, &style);
	return buf_cstr(&out);
}

static const char *erlang(const char *text, struct term_style style)
{
	struct term t = parsed(text);

	style.syntax = SYNTAX_ERLANG;
	return printed(&t, style);
}

static const char *elixir(const char *text, struct term_style style)
{
	struct term t = parsed(text);

	style.syntax = SYNTAX_ELIXIR;
	return printed(&t, style);
}

/* Style fields -> what is printed in both syntaxes. */
static const struct {
	const char *term;
	struct term_style style;
	const char *erlang;
	const char *elixir;
} cuts[] = {
	{ "[1,2,3]", { .items = 3 }, "[1,2,3]", "[1, 2, 3]" },
	{ "[1,2,3]", { .items = 2 }, "[1,2,... (1 more)]", "[1, 2, ... (1 more)]" },
	{ "[1,2|3]", { .items = 1 }, "[1,... (1 more)]", "[1, ... (1 more)]" },
	{ "{a,b,c}", { .items = 1 }, "{a,... (2 more)}", "{:a, ... (2 more)}" },
	{ "#{a => 1,b => 2}",
	  { .items = 1 },
	  "#{a => 1,... (1 more)}",
	  "%{a: 1, ... (1 more)}" },
	{ "{[{}],[1],{a,b}}",
	  { .depth = 1 },
	  "{[... (1 more)],[... (1 more)],{... (2 more)}}",
	  "{[... (1 more)], [... (1 more)], {... (2 more)}}" },
	{ "#{a => #{b => 1}}",
	  { .depth = 1 },
	  "#{a => #{... (1 more)}}",
	  "%{a: %{... (1 more)}}" },
	{ "{\"abcdef\",<<\"abcdef\">>}",
	  { .bytes = 4 },
	  "{\"abcd\"... (2 more),<<\"abcd\"... (2 more bytes)>>}",
	  "{~c\"abcd\" ++ ... (2 more), \"abcd\" <> ... (2 more bytes)}" },
	{ "<<\"ab\xc3\xa9\"/utf8>>",
	  { .bytes = 3 },
	  "<<\"ab\xc3\xa9\"/utf8>>",
	  "\"ab\xc3\xa9\"" },
	{ "<<1,2,3,4:4>>",
	  { .bytes = 2 },
	  "<<1,2,... (2 more bytes)>>",
	  "<<1, 2, ... (2 more bytes)>>" },
	{ "<<1,2,3,4:4>>",
	  { .bytes = 3 },
	  "<<1,2,3,... (1 more bytes)>>",
	  "<<1, 2, 3, ... (1 more bytes)>>" },
	{ "abcdef", { .bytes = 4 }, "abcd... (2 more bytes)", ":abcd... (2 more bytes)" },
	{ "[100,200,300,400,500]",
	  { .total = 8 },
	  "[100,200,... (3 more)]",
	  "[100, 200, ... (3 more)]" },
	{ "[[1000,2000],[3000],4]",
	  { .total = 8 },
	  "[[1000,2000],... (2 more)]",
	  "[[1000, 2000], ... (2 more)]" },
	{ "{<<\"abcdefgh\">>,b}",
	  { .total = 7 },
	  "{<<\"abcdef\"... (2 more bytes)>>,... (1 more)}",
	  "{\"abcdef\" <> ... (2 more bytes), ... (1 more)}" },
	{ "[1234567890123456789012345678901234567890123456,b]",
	  { .total = 6 },
	  "[12345... (41 more digits),... (1 more)]",
	  "[12345... (41 more digits), ... (1 more)]" },
};

static void says_what_the_limits_cut(void **state)
{
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		assert_string_equal(erlang(cuts[i].term, cuts[i].style), cuts[i].erlang);
		assert_string_equal(elixir(cuts[i].term, cuts[i].style), cuts[i].elixir);
	}
}

static void prints_what_was_left_out_on_the_target(void **state)
{
	const struct term_cut some = { .what = TEXT_INIT("elements"), .count = 12 };
	const struct term_cut unknown = { .what = TEXT_INIT("bytes"), .count = -1 };
	const struct term_cut bare = { .count = -1 };
	const struct term items[] = {
		{ .type = TERM_CUT, .cut = &unknown },
		{ .type = TERM_CUT, .cut = &bare },
		{ .type = TERM_CUT, .cut = &some },
	};
	const struct term list = { .type = TERM_LIST, .n = 2, .items = items };
	const struct term pairs[] = {
		{ .type = TERM_ATOM, .text = TEXT_INIT("a") },
		{ .type = TERM_BINARY, .text = TEXT_INIT("xy"), .n = 5 },
		{ .type = TERM_CUT, .cut = &some },
		{ 0 },
	};
	const struct term map = { .type = TERM_MAP, .n = 2, .items = pairs };

	assert_string_equal(printed(&map, (struct term_style){ .syntax = SYNTAX_ERLANG }),
			    "#{a => <<\"xy\"... (5 more bytes)>>,... (12 more elements)}");
	assert_string_equal(printed(&map, (struct term_style){ .syntax = SYNTAX_ELIXIR }),
			    "%{a: \"xy\" <> ... (5 more bytes), ... (12 more elements)}");
	/* As the tail of a list it stands for the other elements. */
	assert_string_equal(printed(&list,
				    (struct term_style){ .syntax = SYNTAX_ERLANG }),
			    "[... (more bytes),...,... (12 more elements)]");
	assert_string_equal(printed(&list,
				    (struct term_style){ .syntax = SYNTAX_ELIXIR }),
			    "[... (more bytes), ..., ... (12 more elements)]");
}

static void cuts_terms_that_are_too_deep_for_it(void **state)
{
	struct term t = { .type = TERM_LIST };
	const struct term nil = { .type = TERM_LIST };

	for (int i = 0; i < 5000; i++) {
		struct term *items = arena_many(&arena, 2, struct term);

		items[0] = t;
		items[1] = nil;
		t = (struct term){ .type = TERM_LIST, .n = 1, .items = items };
	}
	assert_non_null(strstr(printed(&t, (struct term_style){ .width = 80 }),
			       "[[... (1 more)]]"));
	assert_non_null(strstr(
		printed(&t, (struct term_style){ .width = 80, .syntax = SYNTAX_ELIXIR }),
		"... (1 more)"));
}

/* Structs that Elixir shows in a form of their own are no way round the limit. */
static void cuts_structs_that_are_too_deep_for_it(void **state)
{
	static const char *const keys[] = { "__struct__", "first", "last", "step" };
	struct term t = { .type = TERM_LIST };

	for (int i = 0; i < 9000; i++) {
		struct term *items = arena_many(&arena, 8, struct term);

		for (size_t k = 0; k < 4; k++)
			items[2 * k] = (struct term){ .type = TERM_ATOM, .text = text_of(keys[k]) };
		items[1] = (struct term){ .type = TERM_ATOM, .text = TEXT("Elixir.Date.Range") };
		items[3] = t;
		items[5] = (struct term){ .type = TERM_LIST };
		items[7] = (struct term){ .type = TERM_INT, .num = 1 };
		t = (struct term){ .type = TERM_MAP, .n = 4, .items = items };
	}
	printed(&t, (struct term_style){ .syntax = SYNTAX_ELIXIR });
	assert_non_null(strstr(buf_cstr(&out), "%Date.Range{... (3 more)}"));
}

static void masks_secrets(void **state)
{
	const struct term_style style = { .redact = true };

	assert_string_equal(
		erlang("#{password => 1,<<\"API-Key\">> => 2,\"db_passwd\" => 3,name => 4}",
		       style),
		"#{password => [redacted],<<\"API-Key\">> => [redacted],\"db_passwd\" => [redacted],"
		"name => 4}");
	assert_string_equal(
		erlang("[{access_token,\"x\"},{user,{private_key,k}},{secret,1,2}]",
		       style),
		"[{access_token,[redacted]},{user,{private_key,[redacted]}},{secret,1,2}]");
	assert_string_equal(
		elixir("#{'__struct__' => 'Elixir.User',password_hash => <<\"x\">>,id => 1}",
		       style),
		"%User{password_hash: [redacted], id: 1}");
	assert_string_equal(elixir("[{'Authorization',1},{cookie,2},{a,3}]", style),
			    "[Authorization: [redacted], cookie: [redacted], a: 3]");
	assert_string_equal(elixir("#{<<\"credentials\">> => #{a => 1}}", style),
			    "%{\"credentials\" => [redacted]}");
	assert_string_equal(erlang("{password,1}", (struct term_style){ 0 }),
			    "{password,1}");
}

static size_t occurrences(const char *in, const char *word)
{
	size_t n = 0;

	for (in = strstr(in, word); in; in = strstr(in + 1, word))
		n++;
	return n;
}

/* A line that is broken is put together anew: its masks must not get lost on the way. */
static void masks_secrets_on_every_line(void **state)
{
	static const struct {
		const char *term;
		size_t masks;
	} all[] = {
		{ "#{password => <<\"hush\">>,name => <<\"a name of some length\">>}", 1 },
		{ "#{<<\"api_key\">> => hush,2 => <<\"a value of some length\">>}", 1 },
		{ "[{password,hush},{name,<<\"some length\">>},{token,#{hush => 1}}]", 2 },
		{ "{state,{secret,hush},[{cookie,hush},{\"passwd\",\"hush\"}]}", 3 },
		{ "#{'__struct__' => 'Elixir.User',password_hash => \"hush\",id => 1}", 1 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t width = 0; width <= 100; width += 5) {
			struct term_style style = { .redact = true, .width = width };
			const char *line = erlang(all[i].term, style);

			assert_int_equal(occurrences(line, "[redacted]"), all[i].masks);
			assert_null(strstr(line, "hush"));
			line = elixir(all[i].term, style);
			assert_int_equal(occurrences(line, "[redacted]"), all[i].masks);
			assert_null(strstr(line, "hush"));
		}
}

static void names_the_node_of_strangers(void **state)
{
	const struct term_id pid = { .node = TEXT_INIT("b@h"),
				     .num = (uint64_t)3 << 32 | 81 };
	const struct term_id ref = { .node = TEXT_INIT("b@h"),
				     .nwords = 2,
				     .words = { 1, 2 } };
	const struct term_id port = { .node = TEXT_INIT("b\n@h"), .num = 7 };
	const struct term items[] = {
		{ .type = TERM_PID, .id = &pid },
		{ .type = TERM_REF, .id = &ref },
		{ .type = TERM_PORT, .id = &port },
	};
	const struct term t = { .type = TERM_TUPLE, .n = 3, .items = items };

	assert_string_equal(printed(&t, (struct term_style){ .home = TEXT("a@h") }),
			    "{<b@h.81.3>,#Ref<b@h.2.1>,#Port<b\\n@h.7>}");
	assert_string_equal(printed(&t, (struct term_style){ .home = TEXT("b@h"),
							     .syntax = SYNTAX_ELIXIR }),
			    "{#PID<0.81.3>, #Reference<0.2.1>, #Port<b\\n@h.7>}");
	assert_string_equal(printed(&t, (struct term_style){ 0 }),
			    "{<0.81.3>,#Ref<0.2.1>,#Port<0.7>}");
}

/* Bytes that no node would make into an atom, and those that a terminal obeys. */
static void lets_no_control_character_through(void **state)
{
	static char every[256 + 64];
	size_t n = 0;
	uint32_t c;

	for (int i = 0; i < 256; i++)
		every[n++] = (char)i;
	n += (size_t)snprintf(every + n, sizeof(every) - n,
			      "\xe2\x80\xae\xe2\x81\xa6\xc2\x9b\xef\xbb\xbf");

	const struct text t = { every, n };
	const struct term items[] = {
		{ .type = TERM_ATOM, .text = t },
		{ .type = TERM_BINARY, .text = t },
		{ .type = TERM_BINARY, .text = text_sub(t, 256, n) },
		{ .type = TERM_ATOM, .text = text_sub(t, 256, n) },
	};
	const struct term tuple = { .type = TERM_TUPLE, .n = 4, .items = items };

	for (int syntax = SYNTAX_ERLANG; syntax <= SYNTAX_ELIXIR; syntax++) {
		printed(&tuple, (struct term_style){ .syntax = (enum syntax)syntax });
		for (size_t at = 0; at < buf_len(&out);) {
			at += utf8_next(buf_text(&out), at, &c);
			assert_true(c != UTF8_BAD && !utf8_control(c));
		}
	}
	assert_string_equal(printed(&items[3], (struct term_style){ 0 }),
			    "'\\x{202E}\\x{2066}\\233\\x{FEFF}'");
	buf_reset(&out);
	text_escape(&out, TEXT("a\x1b[1m\xff\xe2\x80\xae\xc3\xa9"));
	assert_string_equal(buf_cstr(&out), "a\\e[1m\\xFF\\x{202E}\xc3\xa9");
}

static const char *mfa(const char *m, const char *f, int arity, enum syntax syntax)
{
	buf_reset(&out);
	term_mfa(&out, text_of(m), text_of(f), arity, syntax);
	return buf_cstr(&out);
}

static const char *name(const char *atom)
{
	buf_reset(&out);
	term_name(&out, text_of(atom));
	return buf_cstr(&out);
}

static void writes_names(void **state)
{
	assert_string_equal(mfa("lists", "map", 2, SYNTAX_ERLANG), "lists:map/2");
	assert_string_equal(mfa("lists", "map", 2, SYNTAX_ELIXIR), ":lists.map/2");
	assert_string_equal(mfa("Elixir.MyApp.Cache", "get!", 1, SYNTAX_ELIXIR),
			    "MyApp.Cache.get!/1");
	assert_string_equal(mfa("Elixir.MyApp.Cache", "get!", 1, SYNTAX_ERLANG),
			    "MyApp.Cache.get!/1");
	assert_string_equal(mfa("Elixir.x", "f", -1, SYNTAX_ERLANG), "'Elixir.x':f");
	assert_string_equal(mfa("m", "a b", 0, SYNTAX_AUTO), "m:'a b'/0");
	assert_string_equal(mfa("m", "a b", 0, SYNTAX_ELIXIR), ":m.\"a b\"/0");
	assert_string_equal(mfa("erlang", "+", 2, SYNTAX_ELIXIR), ":erlang.+/2");
	assert_string_equal(name("Elixir.MyApp.Cache"), "MyApp.Cache");
	assert_string_equal(name("Elixir."), "Elixir.");
	assert_string_equal(name("a b\x1b"), "a b\\e");
}

static void reads_and_writes_pids(void **state)
{
	static const char *const wrong[] = { "",         "<0.81>",          "<0.81.0.1>",
					     "<1.81.0>", "0.81.0.",         "<0..0>",
					     "<0.-1.0>", "#PID<0>",         "a",
					     "<>",       "<0.4294967296.0>" };
	uint64_t num = 0;

	assert_true(term_parse_pid(TEXT("<0.81.3>"), &num) &&
		    num == ((uint64_t)3 << 32 | 81));
	assert_true(term_parse_pid(TEXT("0.82.0"), &num) && num == 82);
	assert_true(term_parse_pid(TEXT("#PID<0.83.0>"), &num) && num == 83);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(term_parse_pid(text_of(wrong[i]), &num));
	buf_reset(&out);
	term_print_pid(&out, (uint64_t)3 << 32 | 4294967295u);
	assert_string_equal(buf_cstr(&out), "<0.4294967295.3>");
}

static void breaks_lines_at_any_width(void **state)
{
	const char *text =
		"#{name => [1,2,3],other => {tagged,<<1,2,3,4,5,6,7,8,9,10>>,\"text\"}}";

	assert_string_equal(erlang(text, (struct term_style){ .width = 40 }),
			    "#{name => [1,2,3],\n"
			    "  other =>\n"
			    "      {tagged,<<1,2,3,4,5,6,7,8,9,10>>,\n"
			    "              \"text\"}}");
	assert_string_equal(elixir(text, (struct term_style){ .width = 40 }),
			    "%{\n"
			    "  name: [1, 2, 3],\n"
			    "  other: {:tagged,\n"
			    "   <<1, 2, 3, 4, 5, 6, 7, 8, 9, 10>>,\n"
			    "   ~c\"text\"}\n"
			    "}");
	/* No width is too small. */
	for (size_t width = 1; width < 12; width++) {
		erlang(text, (struct term_style){ .width = width });
		elixir(text, (struct term_style){ .width = width });
	}
}

static void writes_decimals_of_the_decimal_library(void **state)
{
	static const char *const cases[][2] = {
		{ "#{sign => 1,coef => 15,exp => -1}", "1.5" },
		{ "#{sign => -1,coef => 0,exp => 0}", "-0" },
		{ "#{sign => 1,coef => 5,exp => -3}", "0.005" },
		{ "#{sign => 1,coef => 123,exp => 5}", "1.23E+7" },
		{ "#{sign => 1,coef => 1,exp => -8}", "1E-8" },
		{ "#{sign => -1,coef => inf,exp => 0}", "-Infinity" },
		{ "#{sign => 1,coef => 'NaN',exp => 0}", "NaN" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct term t = parsed(cases[i][0]);
		struct term *items = arena_many(&arena, 8, struct term);
		char want[64];

		memcpy(items, t.items, 6 * sizeof(*items));
		items[6] = (struct term){ .type = TERM_ATOM, .text = TEXT("__struct__") };
		items[7] = (struct term){ .type = TERM_ATOM,
					  .text = TEXT("Elixir.Decimal") };
		t.items = items;
		t.n = 4;
		snprintf(want, sizeof(want), "Decimal.new(\"%s\")", cases[i][1]);
		assert_string_equal(
			printed(&t, (struct term_style){ .syntax = SYNTAX_ELIXIR }),
			want);
	}
}

/* Fields that are not what Elixir's own would be: shown as any other struct. */
static void shows_broken_structs_plainly(void **state)
{
	assert_string_equal(
		elixir("#{'__struct__' => 'Elixir.Range',first => x,last => 2,step => 1}",
		       (struct term_style){ 0 }),
		"%Range{first: :x, last: 2, step: 1}");
	assert_string_equal(elixir("#{'__struct__' => 'Elixir.Date',year => 1}",
				   (struct term_style){ 0 }),
			    "%Date{year: 1}");
	assert_string_equal(elixir("#{'__struct__' => 'Elixir.MapSet',map => []}",
				   (struct term_style){ 0 }),
			    "%MapSet{map: []}");
	assert_string_equal(elixir("#{'__struct__' => 'Elixir.User',<<\"x\">> => 1}",
				   (struct term_style){ 0 }),
			    "%{:__struct__ => User, \"x\" => 1}");
}

static void writes_very_large_integers_in_hexadecimal(void **state)
{
	static char bytes[5000];
	const struct term_big big = { .bytes = { bytes, sizeof(bytes) },
				      .negative = true };
	const struct term t = { .type = TERM_BIG, .big = &big };

	memset(bytes, 0x12, sizeof(bytes));
	bytes[sizeof(bytes) - 1] = 0x0a;
	assert_memory_equal(printed(&t, (struct term_style){ 0 }), "-16#A1212", 9);
	assert_int_equal(buf_len(&out), 4 + 9999);
	assert_memory_equal(printed(&t, (struct term_style){ .syntax = SYNTAX_ELIXIR }),
			    "-0xA1212", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(says_what_the_limits_cut, clear),
		cmocka_unit_test_teardown(prints_what_was_left_out_on_the_target, clear),
		cmocka_unit_test_teardown(cuts_terms_that_are_too_deep_for_it, clear),
		cmocka_unit_test_teardown(cuts_structs_that_are_too_deep_for_it, clear),
		cmocka_unit_test_teardown(masks_secrets, clear),
		cmocka_unit_test_teardown(masks_secrets_on_every_line, clear),
		cmocka_unit_test_teardown(names_the_node_of_strangers, clear),
		cmocka_unit_test_teardown(lets_no_control_character_through, clear),
		cmocka_unit_test_teardown(writes_names, clear),
		cmocka_unit_test_teardown(reads_and_writes_pids, clear),
		cmocka_unit_test_teardown(breaks_lines_at_any_width, clear),
		cmocka_unit_test_teardown(writes_decimals_of_the_decimal_library, clear),
		cmocka_unit_test_teardown(shows_broken_structs_plainly, clear),
		cmocka_unit_test_teardown(writes_very_large_integers_in_hexadecimal,
					  clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
