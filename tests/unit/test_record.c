/* Record definitions: out of debug information, and in terms that are printed. */

#include "unit.h"

#include <string.h>

#include "base/mem.h"
#include "term/term.h"
#include "trace/record.h"

static struct arena arena;
static struct buf out;
static struct records *records;

static int begin(void **state)
{
	records = mem_zalloc(sizeof(*records));
	return 0;
}

static int clear(void **state)
{
	arena_clear(&arena);
	buf_clear(&out);
	records_free(records);
	return 0;
}

static struct term parsed(const char *text)
{
	struct term t;
	struct err err = { 0 };
	size_t at;

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		fail_msg("%s: %s at %zu", text, err.what, at);
	return t;
}

/* Reads debug information that is this term. */
static void read_chunk(const char *module, const char *info)
{
	struct term t = parsed(info);
	struct buf chunk = { 0 };
	struct err err = { 0 };

	etf_version(&chunk);
	assert_true(term_encode(&chunk, &t, &err));
	records_read(records, text_of(module), buf_text(&chunk));
	buf_clear(&chunk);
}

static void read_state(const char *module, const char *first)
{
	struct buf info = { 0 };

	buf_printf(&info,
		   "{debug_info_v1, erl_abstract_code, {["
		   "{attribute, 1, file, {\"shop.erl\", 1}},"
		   "{attribute, 2, record, {state, ["
		   "{record_field, 2, {atom, 2, %s}},"
		   "{typed_record_field,"
		   " {record_field, 2, {atom, 2, count}, {integer, 2, 3}},"
		   " {type, 2, integer, []}},"
		   "{record_field, 2, {atom, 2, pid}, {call, 2, {atom, 2, self}, []}}]}},"
		   "{function, 3, f, 0, []}], []}}",
		   first);
	read_chunk(module, buf_cstr(&info));
	buf_clear(&info);
}

static void records_have_fields_and_defaults(void **state)
{
	read_state("shop", "name");
	assert_int_equal(records->n, 1);

	const struct match_record *r = &records->at[0];

	assert_true(text_is(r->module, "shop"));
	assert_true(text_is(r->name, "state"));
	assert_int_equal(r->nfields, 3);
	assert_true(text_is(r->fields[0], "name"));
	assert_true(text_is(r->fields[1], "count"));
	assert_true(text_is(r->fields[2], "pid"));
	assert_true(term_is_atom(&r->defaults[0], "undefined"));
	assert_int_equal(term_num(&r->defaults[1]), 3);
	assert_true(term_is_atom(&r->defaults[2], "undefined"));
}

static void what_is_no_definition_is_left_out(void **state)
{
	static const char *const infos[] = {
		"none",
		"{debug_info_v1, erl_abstract_code, none}",
		"{debug_info_v1, erl_abstract_code, {none, []}}",
		"{debug_info_v1, elixir_erl, {elixir_v1, #{}, []}}",
		"{debug_info_v1, erl_abstract_code, {[a, {attribute, 1, record, state},"
		" {attribute, 1, record, {1, []}},"
		" {attribute, 1, record, {state, [a]}},"
		" {attribute, 1, record, {state, [{record_field, 1, {var, 1, 'A'}}]}},"
		" {attribute, 1, record, {state, [{typed_record_field, 1, 2}]}},"
		" {attribute, 1, record, {state, [{record_field, 1, {atom, 1, 7}}|x]}}],"
		" []}}",
	};

	for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++)
		read_chunk("shop", infos[i]);
	records_read(records, TEXT("shop"), TEXT("\x83P\xff\xff\xff\xff"));
	records_read(records, TEXT("shop"), TEXT(""));
	assert_int_equal(records->n, 0);
}

static const char *printed(const char *text, struct term_style style, const char *module)
{
	struct records_of of = { records, text_of(module) };
	struct term t = parsed(text);

	style.fields = records_fields;
	style.records = &of;
	buf_reset(&out);
	term_print(&out, &t, &style);
	return buf_cstr(&out);
}

static void a_tuple_is_shown_as_the_record(void **state)
{
	struct term_style erlang = { .syntax = SYNTAX_ERLANG };
	struct term_style elixir = { .syntax = SYNTAX_ELIXIR };

	read_state("shop", "name");
	assert_string_equal(printed("{state, 'A b', 3, [{state, 1, 2, 3}]}", erlang, ""),
			    "#state{name = 'A b',count = 3,"
			    "pid = [#state{name = 1,count = 2,pid = 3}]}");
	assert_string_equal(printed("{state, a, 3, {}}", elixir, ""),
			    "state(name: :a, count: 3, pid: {})");
	assert_string_equal(printed("{state, a, 3}", erlang, ""), "{state,a,3}");
	assert_string_equal(printed("{stat, a, 3, 4}", elixir, ""), "{:stat, :a, 3, 4}");
	assert_string_equal(printed("{}", erlang, ""), "{}");
	assert_string_equal(printed("{state}", erlang, ""), "{state}");
}

static void limits_hold_in_records(void **state)
{
	struct term_style style = { .syntax = SYNTAX_ERLANG, .items = 2 };

	read_state("shop", "name");
	assert_string_equal(printed("{state, 1, 2, 3}", style, ""),
			    "#state{name = 1,count = 2,... (1 more)}");
	style.items = 0;
	style.depth = 1;
	assert_string_equal(printed("{state, {1}, 2, 3}", style, ""),
			    "#state{name = {... (1 more)},count = 2,pid = 3}");
	style.syntax = SYNTAX_ELIXIR;
	style.depth = 0;
	style.items = 1;
	assert_string_equal(printed("{state, 1, 2, 3}", style, ""),
			    "state(name: 1, ... (2 more))");
}

static void secrets_are_masked_by_their_fields(void **state)
{
	struct term_style style = { .syntax = SYNTAX_ERLANG, .redact = true };

	read_state("shop", "password");
	assert_string_equal(printed("{state, \"abc\", 2, 3}", style, ""),
			    "#state{password = [redacted],count = 2,pid = 3}");
	style.syntax = SYNTAX_ELIXIR;
	assert_string_equal(printed("{state, \"abc\", 2, 3}", style, ""),
			    "state(password: [redacted], count: 2, pid: 3)");
}

static void those_of_the_module_come_first(void **state)
{
	struct term_style style = { .syntax = SYNTAX_ERLANG };

	read_state("shop", "name");
	read_state("stock", "item");
	assert_string_equal(printed("{state, 1, 2, 3}", style, "stock"),
			    "#state{item = 1,count = 2,pid = 3}");
	assert_string_equal(printed("{state, 1, 2, 3}", style, "other"),
			    "#state{name = 1,count = 2,pid = 3}");
}

/* A tuple of which the target left out some elements. */
static void what_was_left_out_counts(void **state)
{
	static const struct term_cut cut = { .what = TEXT_INIT(""), .count = 2 };
	struct term items[3] = { parsed("state"), parsed("7"),
				 { .type = TERM_CUT, .cut = &cut } };
	struct term t = { .type = TERM_TUPLE, .n = 3, .items = items };
	struct records_of of = { records, TEXT("") };
	struct term_style style = { .fields = records_fields, .records = &of };

	read_state("shop", "name");
	term_print(&out, &t, &style);
	assert_string_equal(buf_cstr(&out), "#state{name = 7,... (2 more)}");
	buf_reset(&out);
	style.syntax = SYNTAX_ELIXIR;
	term_print(&out, &t, &style);
	assert_string_equal(buf_cstr(&out), "state(name: 7, ... (2 more))");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(records_have_fields_and_defaults),
		CASE(what_is_no_definition_is_left_out),
		CASE(a_tuple_is_shown_as_the_record),
		CASE(limits_hold_in_records),
		CASE(secrets_are_masked_by_their_fields),
		CASE(those_of_the_module_come_first),
		CASE(what_was_left_out_counts),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
