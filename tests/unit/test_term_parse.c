/* Parsing literals: each kind in both languages, and the place of every error. */

#include "unit.h"

#include <string.h>

#include "term/term.h"

static struct arena arena;
static struct buf out;

static int clear(void **state)
{
	arena_clear(&arena);
	buf_clear(&out);
	return 0;
}

/* What was read as Erlang shows it, or "N: what is wrong". */
static const char *read_as(struct text t, enum syntax syntax)
{
	struct term term;
	struct err err = { 0 };
	size_t at = 0;

	buf_reset(&out);
	if (term_parse(&arena, t, syntax, &term, &at, &err)) {
		assert_int_equal(at, t.len);
		term_print(&out, &term, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	} else {
		assert_int_equal(err.kind, ERR_USAGE);
		assert_true(at <= t.len);
		buf_printf(&out, "%zu: %s", at, err.what);
	}
	return buf_cstr(&out);
}

struct reading {
	const char *text;
	const char *erlang;
};

static const struct reading erlangs[] = {
	{ " ok ", "ok" },
	{ "ok.", "ok" },
	{ "'a b'", "'a b'" },
	{ "'\\x{e9}\\n\\''", "'\xc3\xa9\\n\\''" },
	{ "''", "''" },
	{ "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9" },
	{ "a@b_C1", "a@b_C1" },
	{ "-12", "-12" },
	{ "+12", "12" },
	{ "1_000", "1000" },
	{ "16#fF", "255" },
	{ "-36#Z", "-35" },
	{ "2#1010_1010", "170" },
	{ "9223372036854775807", "9223372036854775807" },
	{ "9223372036854775808", "9223372036854775808" },
	{ "-9223372036854775808", "-9223372036854775808" },
	{ "-9223372036854775809", "-9223372036854775809" },
	{ "16#123456789abcdef0123456789abcdef", "1512366075204170929049582354406559215" },
	{ "1.5", "1.5" },
	{ "-1.0e-3", "-0.001" },
	{ "1.5E+3", "1.5e3" },
	{ "-0.0", "-0.0" },
	{ "$a", "97" },
	{ "[$\\n,$\\s,$\\\\,$\xe2\x82\xac,$\\^A,$\\101,$\\x{20ac}]",
	  "[10,32,92,8364,1,65,8364]" },
	{ "\"hi\\\"\\t\"", "\"hi\\\"\\t\"" },
	{ "\"\xe2\x82\xac\"", "[8364]" },
	{ "\"\"", "[]" },
	{ "[]", "[]" },
	{ "[1,2|3]", "[1,2|3]" },
	{ "[1|[2|[3]]]", "[1,2,3]" },
	{ "{}", "{}" },
	{ "{ a , {b} }", "{a,{b}}" },
	{ "#{}", "#{}" },
	{ "#{a => 1, \"b\" => #{}}", "#{a => 1,\"b\" => #{}}" },
	{ "#{1 => a,1.0 => b}", "#{1 => a,1.0 => b}" },
	{ "<<>>", "<<>>" },
	{ "<<1,2,255,-1>>", "<<1,2,255,255>>" },
	{ "<<\"hi\",0>>", "<<104,105,0>>" },
	{ "<<\"\xc3\xa9\">>", "<<\"\xc3\xa9\">>" },
	{ "<<\"\xc3\xa9\"/utf8>>", "<<\"\xc3\xa9\"/utf8>>" },
	{ "<<5:3>>", "<<5:3>>" },
	{ "<<5:3,2:5,0>>", "<<162,0>>" },
	{ "<<258:16,-2:4>>", "<<1,2,14:4>>" },
	{ "<<1:72>>", "<<0,0,0,0,0,0,0,0,1>>" },
	{ "<<-18446744073709551616:72>>", "<<255,0,0,0,0,0,0,0,0>>" },
	{ "<<-18446744073709551617:80,0>>",
	  "<<255,254,255,255,255,255,255,255,255,255,0>>" },
	{ "<0.81.2>", "<0.81.2>" },
	{ "#PID<0.81.2>", "<0.81.2>" },
	{ "#Port<0.18446744073709551615>", "#Port<0.18446744073709551615>" },
	{ "#Ref<0.1.2.3>", "#Ref<0.1.2.3>" },
	{ "fun lists:map/2", "fun lists:map/2" },
	{ "fun 'a b':'C'/0", "fun 'a b':'C'/0" },
	{ "funny", "funny" },
	{ "[fun\nm:f/1]", "[fun m:f/1]" },
	/* What is wrong, and where. */
	{ "", "0: a term was expected" },
	{ "  ", "2: a term was expected" },
	{ "{ok,X}", "4: variables are no literals" },
	{ "_", "0: variables are no literals" },
	{ "{ok", "3: '}' is missing at the end" },
	{ "{ok]", "3: '}' was expected" },
	{ "[1,2", "4: ']' is missing at the end" },
	{ "[1,]", "3: a term was expected" },
	{ "[1|2,3]", "4: ']' was expected" },
	{ "ok ok", "3: something follows that does not belong to it" },
	{ "f(1)", "1: something follows that does not belong to it" },
	{ "1+2", "1: something follows that does not belong to it" },
	{ "#{a}", "3: '=>' was expected" },
	{ "#{a => 1,b => 2,a => 3}", "2: the map has a key twice" },
	{ "16#", "3: a digit was expected" },
	{ "37#1", "2: a base is from 2 to 36" },
	{ "1_", "2: a digit was expected" },
	{ "1__0", "2: a digit was expected" },
	{ "1.0e", "4: a digit was expected" },
	{ "1.0e999", "7: the float is too large" },
	{ "'abc", "0: the quote is not closed" },
	{ "\"abc\\", "0: the quote is not closed" },
	{ "\"\\x{110000}\"", "10: not a character" },
	{ "\"\\x{d800}\"", "8: not a character" },
	{ "\"\\x{41\"", "6: '}' was expected" },
	{ "\"\\xg\"", "3: a digit was expected" },
	{ "\"a\xff\"", "2: not valid UTF-8" },
	{ "$", "1: the text ends too early" },
	{ "<<\"\xe2\x82\xac\">>",
	  "2: a character does not fit a byte: '/utf8' is missing" },
	{ "<<a>>", "2: a digit was expected" },
	{ "<<1.5>>", "2: a float has no place here" },
	{ "<<1:99999999999>>", "10: the number is too large" },
	{ "<<1", "3: '>>' is missing at the end" },
	{ "<1.2.3>", "1: another node's number means nothing here" },
	{ "<0.2>", "4: '.' was expected" },
	{ "<0.4294967296.0>", "12: the number is too large" },
	{ "#Ref<0.1.2.3.4.5.6>", "16: '>' was expected" },
	{ "#Fun<a.1.2>", "0: a fun can't be written" },
	{ "fun m:f/256", "10: the number is too large" },
	{ "fun m:f", "7: '/' is missing at the end" },
	{ "%{}", "0: a term was expected" },
};

static const struct reading elixirs[] = {
	{ ":ok", "ok" },
	{ "nil", "nil" },
	{ "[true, false]", "[true,false]" },
	{ ":\"a b\"", "'a b'" },
	{ ":\"a\\x80\\u00e9\"", "'a\\200\xc3\xa9'" },
	{ "[:+, :%{}, :<<>>, :a?, :b!, :Foo, :a@b, :.., :\"::\", :{}, :!==]",
	  "['+','%{}','<<>>','a?','b!','Foo',a@b,'..','::','{}','!==']" },
	{ "MyApp.Cache", "'Elixir.MyApp.Cache'" },
	{ "Elixir.Foo", "'Elixir.Foo'" },
	{ "Elixir", "'Elixir'" },
	{ "0xfF", "255" },
	{ "-0b101", "-5" },
	{ "0o17", "15" },
	{ "1_000.5e1", "10005.0" },
	{ "?a", "97" },
	{ "[?\\n, ?\\s, ?\xe2\x82\xac]", "[10,32,8364]" },
	{ "\"hi\"", "<<\"hi\">>" },
	{ "\"\xc3\xa9\\n\\\"\\#{x\"", "<<\"\xc3\xa9\\n\\\"#{x\"/utf8>>" },
	{ "\"a\\xffb\"", "<<\"a\xc3\xbf"
			 "b\">>" },
	{ "\"\\u00e9\\u{1F600}\"", "<<195,169,240,159,152,128>>" },
	{ "~c\"hi\"", "\"hi\"" },
	{ "'hi'", "\"hi\"" },
	{ "[]", "[]" },
	{ "[1 | 2]", "[1|2]" },
	{ "[a: 1, \"b c\": 2, nil: 3, +: 4, Foo: 5, a?: 6]",
	  "[{a,1},{'b c',2},{nil,3},{'+',4},{'Foo',5},{'a?',6}]" },
	{ "[1, a: 2]", "[1,{a,2}]" },
	{ "{:a, b: 1, c: 2}", "{a,[{b,1},{c,2}]}" },
	{ "%{}", "#{}" },
	{ "%{a: 1, \"b\" => 2}", "#{a => 1,<<\"b\">> => 2}" },
	{ "%{1 => %{\"x y\": []}}", "#{1 => #{'x y' => []}}" },
	{ "%User{id: 1}", "#{'__struct__' => 'Elixir.User',id => 1}" },
	{ "<<1, 2>>", "<<1,2>>" },
	{ "<<\"hi\", 0>>", "<<104,105,0>>" },
	{ "<<\"\xc3\xa9\"::utf8>>", "<<\"\xc3\xa9\"/utf8>>" },
	{ "<<1::4>>", "<<1:4>>" },
	{ "<<5::size(3)>>", "<<5:3>>" },
	{ "#PID<0.81.2>", "<0.81.2>" },
	{ "<0.81.2>", "<0.81.2>" },
	{ "#Port<0.5>", "#Port<0.5>" },
	{ "#Reference<0.1.2.3>", "#Ref<0.1.2.3>" },
	{ "&:lists.map/2", "fun lists:map/2" },
	{ "&Enum.map/2", "fun 'Elixir.Enum':map/2" },
	{ "&:erlang.+/2", "fun erlang:'+'/2" },
	{ "&:erlang.//2", "fun erlang:'/'/2" },
	{ "&:m.\"a b\"/0", "fun m:'a b'/0" },
	{ "[&:m.f/1, &A.B.c?/2]", "[fun m:f/1,fun 'Elixir.A.B':'c?'/2]" },
	/* What is wrong, and where. */
	{ "", "0: a term was expected" },
	{ "foo", "0: variables and calls are no literals" },
	{ "{:ok, x}", "6: variables and calls are no literals" },
	{ ":", "1: an atom was expected" },
	{ ":1", "1: an atom was expected" },
	{ "\"a#{b}\"", "2: interpolation is no literal" },
	{ "~D[2026-01-01]", "0: this sigil is no literal here" },
	{ "%{a: 1, a: 2}", "2: the map has a key twice" },
	{ "%user{}", "1: a module was expected" },
	{ "{a: 1, :b}", "7: keywords come last" },
	{ "<<1::size(3>>", "11: ')' was expected" },
	{ "MyApp.Cache.get", "11: something follows that does not belong to it" },
	{ "#Function<1.2/3 in :m>", "0: a fun can't be written" },
	{ "[a: 1", "5: ']' is missing at the end" },
};

static void check(const struct reading *r, size_t n, enum syntax syntax)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(read_as(text_of(r[i].text), syntax), r[i].erlang) != 0)
			print_error("%s\n", r[i].text);
		assert_string_equal(read_as(text_of(r[i].text), syntax), r[i].erlang);
	}
}

static void reads_erlang(void **state)
{
	check(erlangs, sizeof(erlangs) / sizeof(erlangs[0]), SYNTAX_ERLANG);
}

static void reads_elixir(void **state)
{
	check(elixirs, sizeof(elixirs) / sizeof(elixirs[0]), SYNTAX_ELIXIR);
}

static void refuses_what_is_absurd(void **state)
{
	struct buf b = { 0 };

	buf_fill(&b, '[', 100000);
	assert_string_equal(read_as(buf_text(&b), SYNTAX_ERLANG),
			    "1000: it is nested too deeply");
	buf_reset(&b);
	buf_fill(&b, '9', 100000);
	assert_string_equal(read_as(buf_text(&b), SYNTAX_ELIXIR),
			    "100000: the number has too many digits");
	buf_reset(&b);
	buf_fill(&b, '9', 20000);
	assert_int_equal(strlen(read_as(buf_text(&b), SYNTAX_ELIXIR)),
			 3 + 16610); /* 16#... */
	assert_string_equal(read_as((struct text){ "a\0b", 3 }, SYNTAX_ERLANG),
			    "1: something follows that does not belong to it");
	buf_clear(&b);
}

static const struct {
	const char *text;
	enum syntax syntax;
	const char *result; /* "module function args", or "N: what is wrong" */
} calls[] = {
	{ "lists:reverse([1,2])", SYNTAX_AUTO, "1 lists reverse [[1,2]]" },
	{ " erlang : node ( ) ", SYNTAX_AUTO, "1 erlang node []" },
	{ "'Elixir.Foo':'bar!'(1, {a})", SYNTAX_AUTO, "1 Elixir.Foo bar! [1,{a}]" },
	{ ":lists.reverse([1, 2])", SYNTAX_AUTO, "2 lists reverse [[1,2]]" },
	{ "MyApp.Cache.get(\"x\", ttl: 1)", SYNTAX_AUTO,
	  "2 Elixir.MyApp.Cache get [<<\"x\">>,[{ttl,1}]]" },
	{ "Enum.count([])", SYNTAX_ELIXIR, "2 Elixir.Enum count [[]]" },
	{ ":erlang.+(1, 2)", SYNTAX_AUTO, "2 erlang + [1,2]" },
	{ "m:f(1).", SYNTAX_AUTO, "1 m f [1]" },
	{ "lists.reverse()", SYNTAX_AUTO, "5: ':' was expected" },
	{ "Foo.bar()", SYNTAX_ERLANG, "0: variables are no literals" },
	{ "m:f", SYNTAX_AUTO, "3: '(' is missing at the end" },
	{ "m:f(", SYNTAX_AUTO, "4: a term was expected" },
	{ "m:f(1", SYNTAX_AUTO, "5: ')' is missing at the end" },
	{ "m:f(X)", SYNTAX_AUTO, "4: variables are no literals" },
	{ "m:f() g", SYNTAX_AUTO, "6: something follows that does not belong to it" },
	{ "m:f(g(1))", SYNTAX_AUTO, "5: ')' was expected" },
	{ "Foo.Bar()", SYNTAX_AUTO, "7: '.' was expected" },
	{ "", SYNTAX_AUTO, "0: a term was expected" },
};

static void reads_calls(void **state)
{
	struct term_call call;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct err err = { 0 };
		size_t at = 0;

		buf_reset(&out);
		if (term_parse_call(&arena, text_of(calls[i].text), calls[i].syntax,
				    &call, &at, &err)) {
			assert_true(term_is_list(&call.args));
			buf_printf(&out, "%d %.*s %.*s ", (int)call.syntax,
				   TEXT_ARG(call.module), TEXT_ARG(call.function));
			term_print(&out, &call.args,
				   &(struct term_style){ .syntax = SYNTAX_ERLANG });
		} else {
			buf_printf(&out, "%zu: %s", at, err.what);
		}
		if (strcmp(buf_cstr(&out), calls[i].result) != 0)
			print_error("%s\n", calls[i].text);
		assert_string_equal(buf_cstr(&out), calls[i].result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(reads_erlang, clear),
		cmocka_unit_test_teardown(reads_elixir, clear),
		cmocka_unit_test_teardown(refuses_what_is_absurd, clear),
		cmocka_unit_test_teardown(reads_calls, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
