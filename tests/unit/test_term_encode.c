/* Writing the external term format: the pieces, and whole terms there and back. */

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "term/term.h"

static void assert_bytes(const struct buf *b, const char *hex)
{
	char have[256] = "";

	for (size_t i = 0; i < buf_len(b); i++)
		snprintf(have + 3 * i, sizeof(have) - 3 * i, "%02x ",
			 (unsigned char)buf_text(b).p[i]);
	if (buf_len(b) > 0)
		have[3 * buf_len(b) - 1] = '\0';
	assert_string_equal(have, hex);
}

static void writes_integers_as_short_as_they_go(void **state)
{
	static const struct {
		int64_t v;
		const char *bytes;
	} cases[] = {
		{ 0, "61 00" },
		{ 255, "61 ff" },
		{ 256, "62 00 00 01 00" },
		{ -1, "62 ff ff ff ff" },
		{ INT32_MAX, "62 7f ff ff ff" },
		{ INT32_MIN, "62 80 00 00 00" },
		{ (int64_t)INT32_MAX + 1, "6e 04 00 00 00 00 80" },
		{ (int64_t)INT32_MIN - 1, "6e 04 01 01 00 00 80" },
		{ INT64_MAX, "6e 08 00 ff ff ff ff ff ff ff 7f" },
		{ INT64_MIN, "6e 08 01 00 00 00 00 00 00 00 80" },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_reset(&b);
		etf_int(&b, cases[i].v);
		assert_bytes(&b, cases[i].bytes);
	}
	buf_reset(&b);
	etf_uint(&b, UINT64_MAX);
	assert_bytes(&b, "6e 08 00 ff ff ff ff ff ff ff ff");
	buf_clear(&b);
}

static void writes_the_pieces(void **state)
{
	struct buf b = { 0 };
	const uint32_t words[] = { 7, 8 };

	etf_version(&b);
	etf_tuple(&b, 2);
	etf_atom_s(&b, "ok");
	etf_list(&b, 0);
	etf_nil(&b);
	assert_bytes(&b, "83 68 02 77 02 6f 6b 6a");
	buf_reset(&b);
	etf_float(&b, 1.5);
	assert_bytes(&b, "46 3f f8 00 00 00 00 00 00");
	buf_reset(&b);
	etf_string(&b, TEXT("hi"));
	etf_string(&b, TEXT(""));
	assert_bytes(&b, "6b 00 02 68 69 6a");
	buf_reset(&b);
	etf_pid(&b, TEXT("n"), (uint64_t)2 << 32 | 81, 5);
	assert_bytes(&b, "58 77 01 6e 00 00 00 51 00 00 00 02 00 00 00 05");
	buf_reset(&b);
	etf_ref(&b, TEXT("n"), 5, words, 2);
	assert_bytes(&b, "5a 00 02 77 01 6e 00 00 00 05 00 00 00 07 00 00 00 08");
	buf_reset(&b);
	etf_export(&b, TEXT("m"), TEXT("f"), 2);
	assert_bytes(&b, "71 77 01 6d 77 01 66 61 02");
	buf_reset(&b);
	etf_map(&b, 1);
	assert_bytes(&b, "74 00 00 00 01");
	buf_clear(&b);
}

/* Counts and lengths at which the form changes. */
static void writes_the_large_forms(void **state)
{
	static char long_text[70000];
	struct buf b = { 0 };
	struct arena a = { 0 };
	struct term t;

	memset(long_text, 'a', sizeof(long_text));
	etf_tuple(&b, 5);
	etf_atom(&b, (struct text){ long_text, 300 });
	etf_string(&b, (struct text){ long_text, 65535 });
	etf_string(&b, (struct text){ long_text, 65536 });
	etf_binary(&b, (struct text){ long_text, 70000 });
	etf_tuple(&b, 300);
	for (int i = 0; i < 300; i++)
		etf_nil(&b);
	assert_true(term_decode(&a, buf_text(&b), false, NULL, NULL, NULL, &t, NULL));
	assert_int_equal(term_text(term_at(&t, 0)).len, 300);
	assert_int_equal(term_at(&t, 1)->n, 65535);
	assert_int_equal(term_at(&t, 2)->n, 65536);
	assert_int_equal(term_num(term_at(term_at(&t, 2), 65535)), 'a');
	assert_int_equal(term_text(term_at(&t, 3)).len, 70000);
	assert_int_equal(term_at(&t, 4)->n, 300);
	arena_clear(&a);
	buf_clear(&b);
}

static void brings_terms_there_and_back(void **state)
{
	static const char *const texts[] = {
		"{ok,[1,-2,1.5,-0.0|x],#{a => <<1,2,5:3>>,<<\"k\">> => #{}}}",
		"[<0.81.2>,#Port<0.99999999999>,#Ref<0.1.2.3>,fun lists:map/2,\"text\",[],{},<<>>]",
		"{123456789012345678901234567890,-123456789012345678901234567890,'a b'}",
	};
	struct buf b = { 0 };
	struct arena a = { 0 };
	struct term t, again;
	size_t at;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_reset(&b);
		assert_true(
			term_parse(&a, text_of(texts[i]), SYNTAX_ERLANG, &t, &at, NULL));
		assert_true(term_encode(&b, &t, NULL));
		assert_true(term_decode(&a, buf_text(&b), false, NULL, NULL, NULL, &again,
					NULL));
		assert_true(term_eq(&t, &again));
	}
	arena_clear(&a);
	buf_clear(&b);
}

static void refuses_what_cannot_be_sent(void **state)
{
	const struct term_fun fun = { .module = TEXT_INIT("m") };
	const struct term_cut cut = { .what = TEXT_INIT("bytes"), .count = 5 };
	const struct term items[] = { { .type = TERM_FUN, .fun = &fun },
				      { .type = TERM_CUT, .cut = &cut } };
	struct buf b = { 0 };
	struct err err = { 0 };

	assert_false(term_encode(
		&b, &(struct term){ .type = TERM_TUPLE, .n = 1, .items = &items[0] },
		&err));
	assert_int_equal(err.kind, ERR_CANNOT);
	assert_string_equal(err.what, "a fun can't be sent");
	assert_false(term_encode(
		&b, &(struct term){ .type = TERM_TUPLE, .n = 1, .items = &items[1] },
		&err));
	assert_string_equal(err.what, "a term that was cut can't be sent");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_integers_as_short_as_they_go),
		cmocka_unit_test(writes_the_pieces),
		cmocka_unit_test(writes_the_large_forms),
		cmocka_unit_test(brings_terms_there_and_back),
		cmocka_unit_test(refuses_what_cannot_be_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
