/* epmd's answers: whole, cut off at every byte, and from something else. */
#include "unit.h"

#include <string.h>

#include "node/epmd.h"

static const char port_answer[] = "\x77\x00\x9c\x41M\x00\x00\x06\x00\x05\x00\x04shop\x00\x00";
#define PORT_ANSWER ((struct text){ port_answer, sizeof(port_answer) - 1 })

static void port_request(void **state)
{
	struct buf b = { 0 };

	epmd_port_request(&b, TEXT("shop"));
	assert_int_equal(buf_len(&b), 7);
	assert_memory_equal(b.data, "\x00\x05\x7ashop", 7);
	buf_clear(&b);
}

static void port_found(void **state)
{
	struct err err = { 0 };
	struct epmd_port p;

	for (size_t len = 0; len < 10; len++)
		assert_int_equal(epmd_port_parse(text_sub(PORT_ANSWER, 0, len), &p, &err), EPMD_MORE);
	assert_int_equal(epmd_port_parse(PORT_ANSWER, &p, &err), EPMD_DONE);
	assert_true(p.found);
	assert_int_equal(p.port, 40001);
	assert_int_equal(p.highest, 6);
	assert_int_equal(p.lowest, 5);
}

static void port_unknown(void **state)
{
	struct err err = { 0 };
	struct epmd_port p;

	assert_int_equal(epmd_port_parse(TEXT("\x77\x01"), &p, &err), EPMD_DONE);
	assert_false(p.found);
	assert_int_equal(p.port, 0);
}

static void port_not_epmd(void **state)
{
	struct err err = { 0 };
	struct epmd_port p;

	assert_int_equal(epmd_port_parse(TEXT("HTTP/1.1 400"), &p, &err), EPMD_BAD);
	assert_int_equal(err.kind, ERR_FORMAT);
}

static void names(void **state)
{
	struct text answer = TEXT("\x00\x00\x11\x11name shop at port 40001\nname a at port 5\n");
	struct epmd_name *list;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n;

	assert_true(epmd_names_parse(&a, answer, &list, &n, &err));
	assert_int_equal(n, 2);
	assert_true(text_is(list[0].name, "shop"));
	assert_int_equal(list[0].port, 40001);
	assert_true(text_is(list[1].name, "a"));
	assert_int_equal(list[1].port, 5);
	arena_clear(&a);
}

static void names_damaged(void **state)
{
	static const char *const answers[] = {
		"1234", "1234\n\n", "1234name  at port 5\n", "1234name x at port 0\n",
		"1234name x at port 65536\n", "1234name x at port \n", "1234name x", "1234 at port 5",
		"1234name at port 5",
	};
	struct epmd_name *list;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		assert_true(epmd_names_parse(&a, text_of(answers[i]), &list, &n, &err));
		assert_int_equal(n, 0);
	}
	for (size_t len = 0; len < 4; len++)
		assert_false(epmd_names_parse(&a, text_sub(TEXT("1234"), 0, len), &list, &n, &err));
	assert_int_equal(err.kind, ERR_FORMAT);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port_request), cmocka_unit_test(port_found),
		cmocka_unit_test(port_unknown), cmocka_unit_test(port_not_epmd),
		cmocka_unit_test(names),        cmocka_unit_test(names_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
