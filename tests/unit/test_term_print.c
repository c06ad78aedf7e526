/* Printing: what the differential test against a real node can't reach, and one case of each kind. */

#include "unit.h"

#include <string.h>

#include "term/etf.h"
#include "term/term.h"

/* Reads the external format and prints it. */
static const char *print_with(const struct buf *etf, struct term_style style)
{
	static struct buf out;
	struct arena a = { 0 };
	struct term t;
	struct err err = { 0 };

	buf_reset(&out);
	if (!term_decode(&a, buf_text(etf), false, NULL, NULL, NULL, &t, &err))
		buf_str(&out, err.what);
	else
		term_print(&out, &t, &style);
	arena_clear(&a);
	return buf_cstr(&out);
}

static const char *erlang(const struct buf *etf)
{
	return print_with(etf, (struct term_style){ .syntax = SYNTAX_ERLANG });
}

static const char *elixir(const struct buf *etf)
{
	return print_with(etf, (struct term_style){ .syntax = SYNTAX_ELIXIR });
}

static void prints_both_syntaxes(void **state)
{
	struct buf b = { 0 };

	(void)state;
	etf_tuple(&b, 5);
	etf_atom_s(&b, "ok");
	etf_binary(&b, TEXT("x"));
	etf_list(&b, 1);
	etf_tuple(&b, 2);
	etf_atom_s(&b, "a b");
	etf_float(&b, 1e20);
	etf_nil(&b);
	etf_map(&b, 1);
	etf_atom_s(&b, "Elixir.Foo");
	etf_string(&b, TEXT("hi"));
	etf_pid(&b, TEXT("n@h"), (uint64_t)1 << 32 | 7, 1);
	assert_string_equal(erlang(&b), "{ok,<<\"x\">>,[{'a b',1.0e20}],#{'Elixir.Foo' => \"hi\"},<0.7.1>}");
	assert_string_equal(elixir(&b), "{:ok, \"x\", [\"a b\": 1.0e20], %{Foo => ~c\"hi\"}, #PID<0.7.1>}");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_both_syntaxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
