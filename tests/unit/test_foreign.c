/* Projections of foreign terms: what the marks become, and what is no mark. */

#include "unit.h"

#include <string.h>

#include "tables/foreign.h"


static void put_mark(struct buf *b)
{
	static const uint32_t words[] = { 1, 2, 3 };

	etf_ref(b, TEXT("n@h"), 7, words, 3);
}

/* {R, kind, ...} with n elements more to come. */
static void put_marked(struct buf *b, const char *kind, size_t n)
{
	etf_tuple(b, n + 2);
	put_mark(b);
	etf_atom_s(b, kind);
}

/* What a projection prints as; "cut: " in front when something was left out. */
static const char *shown(struct buf *etf, enum syntax syntax)
{
	static struct buf out;
	struct arena a = { 0 };
	struct buf mark = { 0 };
	struct err err = { 0 };
	struct term r, t;

	buf_reset(&out);
	put_mark(&mark);
	assert_true(term_decode(&a, buf_text(&mark), false, NULL, NULL, NULL, &r, &err));
	assert_true(term_decode(&a, buf_text(etf), false, NULL, NULL, NULL, &t, &err));

	struct foreign_part part = foreign_decode(&a, &r, &t);

	if (part.cut)
		buf_str(&out, "cut: ");
	term_print(&out, &part.term, &(struct term_style){ .syntax = syntax });
	arena_clear(&a);
	buf_clear(&mark);
	buf_reset(etf);
	return buf_cstr(&out);
}

static void whole_terms_stay(void **state)
{
	struct buf b = { 0 };

	etf_tuple(&b, 2);
	etf_atom_s(&b, "state");
	etf_list(&b, 1);
	etf_binary(&b, TEXT("x"));
	etf_int(&b, 3);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "{state,[<<\"x\">>|3]}");
	etf_tuple(&b, 0);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "{}");
	buf_clear(&b);
}

static void what_is_left_out_is_counted(void **state)
{
	struct buf b = { 0 };

	etf_tuple(&b, 2);
	etf_int(&b, 1);
	put_marked(&b, "more", 1);
	etf_int(&b, 254);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: {1,... (254 more)}");

	etf_list(&b, 1);
	etf_atom_s(&b, "a");
	put_marked(&b, "more", 1);
	etf_int(&b, -1);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: [a,...]");

	put_marked(&b, "tuple", 1);
	etf_int(&b, 5);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: {... (5 more)}");

	put_marked(&b, "list", 1);
	etf_int(&b, -1);
	assert_string_equal(shown(&b, SYNTAX_ELIXIR), "cut: [...]");

	put_marked(&b, "integer", 2);
	etf_int(&b, 125000);
	etf_atom_s(&b, "false");
	assert_string_equal(shown(&b, SYNTAX_ERLANG),
			    "cut: ... (125000 more bytes of an integer)");
	buf_clear(&b);
}

static void strings_are_cut(void **state)
{
	struct buf b = { 0 };

	etf_list(&b, 2);
	etf_int(&b, 'h');
	etf_int(&b, 'i');
	put_marked(&b, "more", 1);
	etf_int(&b, 98);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: \"hi\"... (98 more)");

	put_marked(&b, "binary", 2);
	etf_int(&b, INT64_MIN);
	etf_binary(&b, TEXT("hi"));
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: <<\"hi\">>");

	put_marked(&b, "binary", 2);
	etf_int(&b, 1000);
	etf_binary(&b, TEXT("h\xc3")); /* the first byte of a character */
	assert_string_equal(shown(&b, SYNTAX_ERLANG),
			    "cut: <<\"h\"... (999 more bytes)>>");

	put_marked(&b, "binary", 2);
	etf_int(&b, 1000);
	etf_binary(&b, TEXT("h\xc3\xa4"));
	assert_string_equal(shown(&b, SYNTAX_ELIXIR),
			    "cut: \"h\xc3\xa4\" <> ... (997 more bytes)");

	put_marked(&b, "binary", 2);
	etf_int(&b, 1000);
	etf_binary(&b, TEXT("\x01\x02"));
	assert_string_equal(shown(&b, SYNTAX_ELIXIR),
			    "cut: <<1, 2, ... (998 more bytes)>>");
	buf_clear(&b);
}

static void maps_come_as_lists(void **state)
{
	struct buf b = { 0 };

	put_marked(&b, "map", 2);
	etf_int(&b, 1);
	etf_list(&b, 2);
	etf_atom_s(&b, "a");
	etf_int(&b, 1);
	etf_nil(&b);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "#{a => 1}");

	put_marked(&b, "map", 2);
	etf_int(&b, 300000);
	etf_list(&b, 2);
	etf_atom_s(&b, "a");
	etf_int(&b, 1);
	etf_nil(&b);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: #{a => 1,... (299999 more)}");

	put_marked(&b, "map", 2);
	etf_int(&b, 3);
	etf_list(&b, 2);
	etf_atom_s(&b, "a");
	etf_int(&b, 1);
	etf_nil(&b);
	assert_string_equal(shown(&b, SYNTAX_ELIXIR), "cut: %{a: 1, ... (2 more)}");

	put_marked(&b, "map", 2);
	etf_int(&b, 0);
	etf_nil(&b);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "#{}");
	buf_clear(&b);
}

static void put_function(struct buf *b, const char *type)
{
	put_marked(b, "function", 1);
	etf_list(b, 6);
	etf_atom_s(b, type);
	etf_atom_s(b, "lists");
	etf_atom_s(b, "map");
	etf_int(b, 2);
	etf_int(b, 3);
	etf_int(b, 99);
	etf_nil(b);
}

static void functions_lose_their_environment(void **state)
{
	struct buf b = { 0 };

	put_function(&b, "external");
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "fun lists:map/2");
	put_function(&b, "local");
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "#Fun<lists.3.99>");
	buf_clear(&b);
}

/* What a hostile node may send in the place of a mark. */
static void odd_marks_are_terms(void **state)
{
	struct buf b = { 0 };

	put_marked(&b, "map", 2);
	etf_int(&b, -5);
	etf_list(&b, 3); /* odd, and negative size */
	etf_atom_s(&b, "a");
	etf_int(&b, 1);
	etf_int(&b, 2);
	etf_nil(&b);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: #{a => 1,...}");

	put_marked(&b, "binary", 2);
	etf_int(&b, 0); /* fewer than there are */
	etf_binary(&b, TEXT("abc"));
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "cut: <<\"abc\">>");

	put_marked(&b, "function", 1);
	etf_nil(&b);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "#Fun<undefined.0.0>");

	put_marked(&b, "nothing", 1);
	etf_int(&b, 1);
	assert_non_null(strstr(shown(&b, SYNTAX_ERLANG), "nothing,1}"));

	/* The mark of somebody else is none. */
	etf_tuple(&b, 3);
	etf_atom_s(&b, "r");
	etf_atom_s(&b, "more");
	etf_int(&b, 1);
	assert_string_equal(shown(&b, SYNTAX_ERLANG), "{r,more,1}");
	buf_clear(&b);
}

static void deep_terms_end(void **state)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < 5000; i++)
		etf_tuple(&b, 1);
	etf_atom_s(&b, "a");
	assert_non_null(strstr(shown(&b, SYNTAX_ERLANG), "{...}}"));
	buf_clear(&b);
}

static const char *shape(struct buf *etf, enum syntax syntax)
{
	static struct buf out;
	struct arena a = { 0 };
	struct term t;

	buf_reset(&out);
	assert_true(term_decode(&a, buf_text(etf), false, NULL, NULL, NULL, &t, NULL));
	foreign_shape(&out, &t, syntax);
	arena_clear(&a);
	buf_reset(etf);
	return buf_cstr(&out);
}

static void shapes(void **state)
{
	struct buf b = { 0 };

	etf_tuple(&b, 2);
	etf_atom_s(&b, "job");
	etf_int(&b, 7);
	assert_string_equal(shape(&b, SYNTAX_ERLANG), "{job,_}");

	etf_tuple(&b, 3);
	etf_atom_s(&b, "$gen_call");
	etf_nil(&b);
	etf_tuple(&b, 2);
	etf_atom_s(&b, "put");
	etf_int(&b, 7);
	assert_string_equal(shape(&b, SYNTAX_ELIXIR), "{:\"$gen_call\", _, {:put, _}}");

	etf_int(&b, 7);
	assert_string_equal(shape(&b, SYNTAX_ERLANG), "_");
	buf_clear(&b);
}

static void requests_are_bounded(void **state)
{
	struct foreign_request most = { .terms = SIZE_MAX, .count = SIZE_MAX };
	struct foreign_request rq = foreign_bounded(&most);

	assert_int_equal(rq.terms, FOREIGN_TERMS_MAX);
	assert_int_equal(rq.count, FOREIGN_COUNT_MAX);
	rq = foreign_bounded(&(struct foreign_request){ 0 });
	assert_int_equal(rq.terms, FOREIGN_TERMS_DEFAULT);
	assert_int_equal(rq.terms_large, FOREIGN_TERMS_LARGE);
	assert_int_equal(rq.timeout_ns, 5000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_terms_stay),
		cmocka_unit_test(what_is_left_out_is_counted),
		cmocka_unit_test(strings_are_cut),
		cmocka_unit_test(maps_come_as_lists),
		cmocka_unit_test(functions_lose_their_environment),
		cmocka_unit_test(odd_marks_are_terms),
		cmocka_unit_test(deep_terms_end),
		cmocka_unit_test(shapes),
		cmocka_unit_test(requests_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
