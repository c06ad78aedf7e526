/* Texts of Elixir that have more than one line. Those of one line: tests/match. */
#include "unit.h"

#include <stdlib.h>

#include "match/match.h"

struct known {
	const char *text;
	const char *said; /* the specification, or what is wrong */
};

static const struct known texts[] = {
	{ "fn [x] ->\n  return_trace()\n  x\nend",
	  "[{[:\"$1\"], [], [{:return_trace}, :\"$1\"]}]" },
	{ "fn\n  [1] -> 1\n  [x] when x > 1 ->\n    x\n  _ -> 3\nend",
	  "[{[1], [], [1]}, {[:\"$1\"], [{:>, :\"$1\", 1}], [:\"$1\"]}, {:_, [], "
	  "[3]}]" },
	/* operators go on in the next line, but for those that also begin something */
	{ "fn [x] when x > 1\n    and x < 5 -> x end",
	  "[{[:\"$1\"], [{:andalso, {:>, :\"$1\", 1}, {:<, :\"$1\", 5}}], "
	  "[:\"$1\"]}]" },
	{ "fn [x] ->\n  x\n  - 1\nend", "[{[:\"$1\"], [], [:\"$1\", -1]}]" },
	{ "fn [x] ->\n  x -\n  1\nend", "[{[:\"$1\"], [], [{:-, :\"$1\", 1}]}]" },
	{ "fn [x] -> x\n  [y] -> y\n  {z} -> z end",
	  "[{[:\"$1\"], [], [:\"$1\"]}, {[:\"$1\"], [], [:\"$1\"]}, {{:\"$1\"}, "
	  "[], [:\"$1\"]}]" },
	{ "fn [x] when x == 1\n  when x == 2 -> x\nend",
	  "[{[:\"$1\"], [{:==, :\"$1\", 1}], [:\"$1\"]}, {[:\"$1\"], [{:==, "
	  ":\"$1\", 2}], [:\"$1\"]}]" },
	/* comments */
	{ "fn [x] -> # all of them\n  # and more\n  x # it\nend # done",
	  "[{[:\"$1\"], [], [:\"$1\"]}]" },
	{ "fn [[1, # one\n  2],\n  %{a: 1, # two\n  b: 2}\n] -> 1 end",
	  "[{[[1, 2], %{a: 1, b: 2}], [], [1]}]" },
	{ "fn [x] -> message(\n  x\n)\nend", "[{[:\"$1\"], [], [message: :\"$1\"]}]" },
	{ "fn [x] -> not x in [\n 1\n] \nend",
	  "[{[:\"$1\"], [], [not: {:\"=:=\", :\"$1\", 1}]}]" },
	{ "Map.get(\n  x,\n  :a\n) when x ==\n 1",
	  "[{[:\"$1\", :a], [{:==, :\"$1\", 1}], []}]" },
	/* heredocs: what the last line is indented by is taken off */
	{ "fn [\"\"\"\n  a\n    b\\n\\x41\n  \"\"\"] -> 1 end",
	  "[{[\"a\\n  b\\nA\\n\"], [], [1]}]" },
	{ "fn ['''\n a\n''', ~S\"\"\"\n a\\n\n \"\"\"] -> 1 end",
	  "[{[~c\" a\\n\", \"a\\\\n\\n\"], [], [1]}]" },
	{ "fn [\"\"\"\n  \"\"\"] -> 1 end", "[{[\"\"], [], [1]}]" },
	{ "fn [\"\"\" a\n\"\"\"] -> 1 end",
	  "a heredoc begins on the next line: line 1, column 9" },
	{ "fn [\"\"\"\n a\n] -> 1 end",
	  "the quote is not closed: line 1, column 5" },
	{ "fn [\"\"\"\n #{a}\n \"\"\"] -> 1 end",
	  "interpolation is no literal: line 1, column 5" },
	/* places in later lines */
	{ "fn [x] ->\n  if x do\n    1\n  end\nend",
	  "'if' can't be said in a match specification: line 2, column 3" },
	{ "fn [x] ->\n  é\nend",
	  "variable 'é' is not bound in the head: line 2, column 3" },
	{ "fn [x] -> x\n  [y] -> z\nend",
	  "variable 'z' is not bound in the head: line 2, column 10" },
	{ "fn [x] ->\n  x\n  |> foo()\nend",
	  "'|>' can't be said in a match specification: line 3, column 3" },
	{ "fn [x] -> # end",
	  "the text ends where an expression was expected: line 1, column 16" },
};

static void test_texts(void **state)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct arena a = { 0 };
		struct buf b = { 0 };
		struct match m;
		struct err err = { 0 };

		if (match_compile(&a, text_of(texts[i].text),
				  &(struct match_options){ 0 }, &m, &err))
			match_print(&b, &m.spec, SYNTAX_ELIXIR);
		else
			buf_str(&b, err.what);
		assert_string_equal(buf_cstr(&b), texts[i].said);
		buf_clear(&b);
		arena_clear(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
