/* The buf: written behind, taken from the front. */
#include <string.h>

#include "unit.h"

#include "base/buf.h"

static void keeps_bytes_in_order_while_it_moves(void **state)
{
	struct buf b = { 0 };
	unsigned char in = 0;
	unsigned char out = 0;

	for (int round = 0; round < 2000; round++) {
		for (int i = 0; i < 37; i++)
			buf_u8(&b, in++);
		for (int i = 0; i < 35 && buf_len(&b); i++) {
			assert_int_equal((unsigned char)buf_text(&b).p[0], out++);
			buf_drop(&b, 1);
		}
	}
	assert_int_equal(buf_len(&b), 2000 * 2);
	buf_clear(&b);
}

static void writes_numbers_big_endian(void **state)
{
	struct buf b = { 0 };

	buf_u16(&b, 0x0102);
	buf_u32(&b, 0x03040506);
	buf_u64(&b, 0x0708090a0b0c0d0eU);
	assert_int_equal(buf_len(&b), 14);
	for (int i = 0; i < 14; i++)
		assert_int_equal(buf_text(&b).p[i], i + 1);
	buf_clear(&b);
}

static void prints_texts_longer_than_its_first_guess(void **state)
{
	struct buf b = { 0 };
	char long_text[1000];

	memset(long_text, 'y', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	buf_printf(&b, "<%s>", long_text);
	assert_int_equal(buf_len(&b), 1001);
	assert_int_equal(strlen(buf_cstr(&b)), 1001);
	buf_cut(&b, 3);
	assert_string_equal(buf_cstr(&b), "<yy");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_bytes_in_order_while_it_moves),
		cmocka_unit_test(writes_numbers_big_endian),
		cmocka_unit_test(prints_texts_longer_than_its_first_guess),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
