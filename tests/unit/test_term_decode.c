/* Reading the external term format: every tag, every way in which bytes may be wrong,
 * every limit. */

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "term/etf.h"
#include "term/term.h"

/* "83 68 01" -> bytes. Anything but hexadecimal digits stands between. */
static void hex(struct buf *b, const char *text)
{
	buf_reset(b);
	for (const char *p = text; *p;) {
		char *end;
		unsigned long v = strtoul(p, &end, 16);

		if (end == p) {
			p++;
			continue;
		}
		buf_u8(b, (uint8_t)v);
		p = end;
	}
}

static const char *shown(const struct term *t, struct buf *out)
{
	buf_reset(out);
	term_print(out, t, &(struct term_style){ .syntax = SYNTAX_ERLANG });
	return buf_cstr(out);
}

/* What was decoded as Erlang shows it, or what is wrong. */
static const char *decoded(struct text bytes, const struct term_limits *limits,
			   struct buf *out)
{
	struct arena a = { 0 };
	struct term t;
	struct err err = { 0 };

	buf_reset(out);
	if (term_decode(&a, bytes, true, NULL, limits, NULL, &t, &err)) {
		shown(&t, out);
	} else {
		assert_int_equal(err.kind, ERR_FORMAT);
		buf_str(out, err.what);
	}
	arena_clear(&a);
	return buf_cstr(out);
}

static const struct {
	const char *bytes;
	const char *erlang;
} tags[] = {
	{ "83 61 ff", "255" },
	{ "83 62 ff ff ff fe", "-2" },
	{ "83 6e 01 00 05", "5" },
	{ "83 6e 08 01 00 00 00 00 00 00 00 80", "-9223372036854775808" },
	{ "83 6e 08 00 00 00 00 00 00 00 00 80", "9223372036854775808" },
	{ "83 6e 0a 00 01 00 00 00 00 00 00 00 00 00", "1" },
	{ "83 6f 00 00 00 09 01 00 00 00 00 00 00 00 00 01", "-18446744073709551616" },
	{ "83 46 3f f8 00 00 00 00 00 00", "1.5" },
	{ "83 46 80 00 00 00 00 00 00 00", "-0.0" },
	{ "83 63 31 2e 35 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 65 2b 30 30 00 00 00 00 00",
	  "1.5" },
	{ "83 64 00 02 6f 6b", "ok" },
	{ "83 64 00 01 e9", "\xc3\xa9" },
	{ "83 73 02 6f 6b", "ok" },
	{ "83 73 01 e9", "\xc3\xa9" },
	{ "83 76 00 02 c3 a9", "\xc3\xa9" },
	{ "83 77 02 c3 a9", "\xc3\xa9" },
	{ "83 77 00", "''" },
	{ "83 77 01 ff", "'\\xFF'" },
	{ "83 67 77 01 6e 00 00 00 51 00 00 00 02 01", "<0.81.2>" },
	{ "83 58 77 01 6e 00 00 00 51 00 00 00 02 00 00 00 01", "<0.81.2>" },
	{ "83 66 77 01 6e 00 00 00 07 01", "#Port<0.7>" },
	{ "83 59 77 01 6e 00 00 00 07 00 00 00 01", "#Port<0.7>" },
	{ "83 78 77 01 6e 00 00 00 01 00 00 00 07 00 00 00 01", "#Port<0.4294967303>" },
	{ "83 65 77 01 6e 00 00 00 07 01", "#Ref<0.7>" },
	{ "83 72 00 02 77 01 6e 01 00 00 00 07 00 00 00 08", "#Ref<0.8.7>" },
	{ "83 5a 00 03 77 01 6e 00 00 00 01 00 00 00 07 00 00 00 08 00 00 00 09",
	  "#Ref<0.9.8.7>" },
	{ "83 71 77 01 6d 77 01 66 61 02", "fun m:f/2" },
	{ "83 70 00 00 00 2e 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00 00 01 "
	  "77 01 6d 61 05 62 00 00 00 09 58 77 01 6e 00 00 00",
	  "#Fun<m.5.9>" },
	{ "83 75 00 00 00 02 67 77 01 6e 00 00 00 51 00 00 00 02 01 77 01 6d 61 05 61 09 61 01 6a",
	  "#Fun<m.5.9>" },
	{ "83 68 00", "{}" },
	{ "83 68 02 61 01 61 02", "{1,2}" },
	{ "83 69 00 00 00 01 61 01", "{1}" },
	{ "83 6a", "[]" },
	{ "83 6b 00 02 68 69", "\"hi\"" },
	{ "83 6b 00 02 01 02", "[1,2]" },
	{ "83 6c 00 00 00 01 61 01 6a", "[1]" },
	{ "83 6c 00 00 00 01 61 01 61 02", "[1|2]" },
	{ "83 74 00 00 00 00", "#{}" },
	{ "83 74 00 00 00 01 61 01 61 02", "#{1 => 2}" },
	{ "83 6d 00 00 00 00", "<<>>" },
	{ "83 6d 00 00 00 02 68 69", "<<\"hi\">>" },
	{ "83 4d 00 00 00 02 03 01 a0", "<<1,5:3>>" },
	{ "83 4d 00 00 00 01 08 41", "<<\"A\">>" },
	{ "83 4d 00 00 00 00 00", "<<>>" },
	/* A list that goes on in another is one list. */
	{ "83 6c 00 00 00 01 61 01 6c 00 00 00 01 61 02 6a", "[1,2]" },
	{ "83 6c 00 00 00 01 61 01 6b 00 01 02", "[1,2]" },
	{ "83 6c 00 00 00 00 61 01", "1" },
	{ "83 6c 00 00 00 00 6a", "[]" },
	/* A node's own format, as OTP 27 writes {a, self(), make_ref(), 5}. */
	{ "83 79 39 7a 72 f1 68 04 77 01 61 58 6a 00 00 00 5f 00 00 00 00 00 00 00 00 5a 00 03 6a 00 00 00 00 "
	  "00 02 51 6f b5 14 00 01 66 1b 32 1d 61 05",
	  "{a,<0.95.0>,#Ref<0.1713058333.3037986817.151919>,5}" },
};

static void reads_every_tag(void **state)
{
	struct buf b = { 0 };
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		hex(&b, tags[i].bytes);
		assert_string_equal(decoded(buf_text(&b), NULL, &out), tags[i].erlang);
	}
	buf_clear(&b);
	buf_clear(&out);
}

/* Whatever is cut off is an error and nothing else. */
static void refuses_every_beginning(void **state)
{
	struct buf b = { 0 };
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		hex(&b, tags[i].bytes);
		for (size_t n = 0; n < buf_len(&b); n++) {
			/* A copy of the very size: AddressSanitizer sees a byte too many.
			 */
			char *copy = malloc(n + 1);

			memcpy(copy, buf_text(&b).p, n);
			assert_memory_equal(decoded((struct text){ copy, n }, NULL, &out),
					    "damaged term", 12);
			free(copy);
		}
	}
	buf_clear(&b);
	buf_clear(&out);
}

static const struct {
	const char *bytes;
	const char *error;
} wrongs[] = {
	{ "82 61 01", "damaged term at byte 0: it does not begin with 131" },
	{ "83 00", "damaged term at byte 1: unknown tag 0" },
	{ "83 68 02 61 01 f0", "damaged term at byte 5: unknown tag 240" },
	{ "83 61 01 00", "damaged term at byte 3: bytes follow it" },
	{ "83 52 00", "damaged term at byte 3: an atom's number is not in the header" },
	{ "83 46 7f f0 00 00 00 00 00 00",
	  "damaged term at byte 10: a float is not a number" },
	{ "83 46 7f f8 00 00 00 00 00 00",
	  "damaged term at byte 10: a float is not a number" },
	{ "83 63 69 6e 66 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
	  "damaged term at byte 33: a float is not a number" },
	{ "83 63 31 65 39 39 39 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
	  "damaged term at byte 33: a float is not a number" },
	{ "83 58 61 01", "damaged term at byte 4: an atom was expected" },
	{ "83 5a 00 06 77 01 6e",
	  "damaged term at byte 4: a reference has a wrong number of words" },
	{ "83 5a 00 00 77 01 6e",
	  "damaged term at byte 4: a reference has a wrong number of words" },
	{ "83 4d 00 00 00 01 09 41",
	  "damaged term at byte 7: a bit string has a wrong number of bits" },
	{ "83 4d 00 00 00 01 00 41",
	  "damaged term at byte 7: a bit string has a wrong number of bits" },
	{ "83 4d 00 00 00 00 01",
	  "damaged term at byte 7: a bit string has a wrong number of bits" },
	{ "83 6c ff ff ff ff 61 01", "damaged term at byte 6: it is cut off" },
	{ "83 69 ff ff ff ff 61 01", "damaged term at byte 6: it is cut off" },
	{ "83 74 7f ff ff ff 61 01", "damaged term at byte 6: it is cut off" },
	{ "83 6d ff ff ff ff 61 01", "damaged term at byte 6: it is cut off" },
	{ "83 6f ff ff ff ff 00 01", "damaged term at byte 6: it is cut off" },
	{ "83 75 ff ff ff ff 67 77 01 6e 00 00 00 51 00 00 00 02 01 77 01 6d 61 05 61 09 61 01",
	  "damaged term at byte 26: it is cut off" },
	{ "83 50 00 00 00 03 78 9c 00",
	  "damaged term at byte 6: its compressed bytes are damaged" },
	{ "83 50 7f ff ff ff 78 9c 00", "damaged term at byte 6: it is cut off" },
};

static void says_what_is_wrong_and_where(void **state)
{
	struct buf b = { 0 };
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		hex(&b, wrongs[i].bytes);
		assert_string_equal(decoded(buf_text(&b), NULL, &out), wrongs[i].error);
	}
	buf_clear(&b);
	buf_clear(&out);
}

/* A name of Latin-1 doubles its bytes on the way, and must still fit where it is written. */
static void refuses_names_that_no_atom_has(void **state)
{
	static const struct {
		uint8_t tag;
		uint16_t most;
	} forms[] = { { ETF_ATOM, 255 }, { ETF_ATOM_UTF8, 1020 } };
	struct buf b = { 0 };
	struct buf out = { 0 };

	for (size_t i = 0; i < 2; i++) {
		for (unsigned more = 0; more < 2; more++) {
			buf_reset(&b);
			etf_version(&b);
			buf_u8(&b, forms[i].tag);
			buf_u16(&b, (uint16_t)(forms[i].most + more));
			buf_fill(&b, 'a', forms[i].most + more);
			decoded(buf_text(&b), NULL, &out);
			assert_int_equal(buf_len(&out) == forms[i].most, more == 0);
			assert_int_equal(
				strstr(buf_cstr(&out), "longer than atoms can be") !=
					NULL,
				more);
		}
	}
	buf_clear(&b);
	buf_clear(&out);
}

/* The bytes of plain behind tag 80, and then some more. */
static void compress_into(struct buf *b, const struct buf *plain, size_t said,
			  const char *behind)
{
	uLongf len = compressBound(buf_len(plain));

	buf_reset(b);
	etf_version(b);
	buf_u8(b, ETF_COMPRESSED);
	buf_u32(b, (uint32_t)said);
	assert_int_equal(compress((Bytef *)buf_room(b, len), &len,
				  (const Bytef *)buf_text(plain).p, buf_len(plain)),
			 Z_OK);
	buf_commit(b, len);
	buf_str(b, behind);
}

static void unpacks_compressed_terms(void **state)
{
	struct buf plain = { 0 };
	struct buf b = { 0 };
	struct buf out = { 0 };
	struct arena a = { 0 };
	struct term t;
	struct err err = { 0 };
	size_t used;

	etf_binary(&plain, TEXT("aaaaaaaaaaaaaaaaaaaaaaaa"));
	compress_into(&b, &plain, buf_len(&plain), "rest");
	assert_true(term_decode(&a, buf_text(&b), true, NULL, NULL, &used, &t, &err));
	assert_int_equal(used, buf_len(&b) - 4);
	assert_string_equal(shown(&t, &out), "<<\"aaaaaaaaaaaaaaaaaaaaaaaa\">>");
	assert_string_equal(decoded(buf_text(&b), NULL, &out),
			    "damaged term at byte 29: bytes follow it");

	/* More, and less, than was said. */
	compress_into(&b, &plain, buf_len(&plain) - 1, "");
	assert_string_equal(decoded(buf_text(&b), NULL, &out),
			    "damaged term at byte 6: its compressed bytes are damaged");
	compress_into(&b, &plain, buf_len(&plain) + 1, "");
	assert_string_equal(decoded(buf_text(&b), NULL, &out),
			    "damaged term at byte 6: its compressed bytes are damaged");

	/* The limit counts what it unpacks to. */
	compress_into(&b, &plain, buf_len(&plain), "");
	assert_string_equal(decoded(buf_text(&b), &(struct term_limits){ .bytes = 20 },
				    &out),
			    "a term is larger than the limit, at byte 6");
	arena_clear(&a);
	buf_clear(&plain);
	buf_clear(&b);
	buf_clear(&out);
}

static void reads_terms_one_after_the_other(void **state)
{
	static const struct text names[] = { TEXT_INIT("zero"), TEXT_INIT("one") };
	const struct term_atoms atoms = { names, 2 };
	struct buf b = { 0 };
	struct arena a = { 0 };
	struct term t;
	struct err err = { 0 };
	size_t used;

	hex(&b, "52 01 52 00 52 02");
	assert_true(term_decode(&a, buf_text(&b), false, &atoms, NULL, &used, &t, &err));
	assert_true(used == 2 && term_is_atom(&t, "one"));
	assert_true(term_decode(&a, text_sub(buf_text(&b), 2, 6), false, &atoms, NULL,
				&used, &t, &err));
	assert_true(used == 2 && term_is_atom(&t, "zero"));
	assert_false(term_decode(&a, text_sub(buf_text(&b), 4, 6), false, &atoms, NULL,
				 &used, &t, &err));
	arena_clear(&a);
	buf_clear(&b);
}

/* depth lists in each other. */
static void nest(struct buf *b, size_t depth)
{
	buf_reset(b);
	etf_version(b);
	for (size_t i = 0; i < depth; i++)
		etf_list(b, 1);
	for (size_t i = 0; i <= depth; i++)
		etf_nil(b);
}

static void keeps_the_limits(void **state)
{
	struct buf b = { 0 };
	struct buf out = { 0 };

	nest(&b, 3);
	assert_string_equal(decoded(buf_text(&b), &(struct term_limits){ .depth = 3 },
				    &out),
			    "[[[[]]]]");
	assert_string_equal(
		decoded(buf_text(&b), &(struct term_limits){ .depth = 2 }, &out),
		"a term is nested deeper than the limit, at byte 16");
	nest(&b, 10000);
	assert_memory_equal(decoded(buf_text(&b), NULL, &out), "[[[[[[", 6);
	nest(&b, 10001);
	assert_non_null(
		strstr(decoded(buf_text(&b), NULL, &out), "deeper than the limit"));
	assert_non_null(strstr(decoded(buf_text(&b),
				       &(struct term_limits){ .depth = 20000 }, &out),
			       "deeper"));

	hex(&b, "83 68 03 61 01 61 02 61 03");
	assert_string_equal(decoded(buf_text(&b), &(struct term_limits){ .terms = 3 },
				    &out),
			    "{1,2,3}");
	assert_string_equal(decoded(buf_text(&b), &(struct term_limits){ .terms = 2 },
				    &out),
			    "a term is of more values than the limit, at byte 3");
	assert_string_equal(
		decoded(buf_text(&b),
			&(struct term_limits){ .bytes = 3 * sizeof(struct term) }, &out),
		"{1,2,3}");
	assert_string_equal(
		decoded(buf_text(&b),
			&(struct term_limits){ .bytes = 3 * sizeof(struct term) - 1 },
			&out),
		"a term is larger than the limit, at byte 3");
	buf_clear(&b);
	buf_clear(&out);
}

static void points_into_the_bytes(void **state)
{
	struct buf b = { 0 };
	struct arena a = { 0 };
	struct term t;

	hex(&b, "83 6d 00 00 00 02 68 69");
	assert_true(term_decode(&a, buf_text(&b), true, NULL, NULL, NULL, &t, NULL));
	assert_ptr_equal(t.text.p, buf_text(&b).p + 6);
	assert_int_equal(arena_bytes(&a), 0);
	assert_true(sizeof(struct term) <= 24);
	buf_clear(&b);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_tag),
		cmocka_unit_test(refuses_every_beginning),
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(refuses_names_that_no_atom_has),
		cmocka_unit_test(unpacks_compressed_terms),
		cmocka_unit_test(reads_terms_one_after_the_other),
		cmocka_unit_test(keeps_the_limits),
		cmocka_unit_test(points_into_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
