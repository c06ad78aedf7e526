/* One handshake at a time under one name: a second claim on it is refused until the first
 * is given up. */
#include "node/claim.h"

#include <unistd.h>

#include "unit.h"

#define NAME TEXT("otoscope-1@otoscope")

enum { PORT = 1 }; /* no target of the live tests listens there */

static void test_held_until_closed(void **state)
{
	int first, second;

	assert_true(claim_take(NAME, PORT, 0, &first));
	assert_true(first >= 0);
	assert_false(claim_take(NAME, PORT, 0, &second));
	assert_int_equal(second, -1);
	close(first);
	assert_true(claim_take(NAME, PORT, 0, &second));
	close(second);
}

static void test_of_one_name_port_and_namespace(void **state)
{
	int fd[4];

	assert_true(claim_take(NAME, PORT, 0, &fd[0]));
	assert_true(claim_take(TEXT("otoscope-2@otoscope"), PORT, 0, &fd[1]));
	assert_true(claim_take(NAME, PORT + 1, 0, &fd[2]));
	assert_true(claim_take(NAME, PORT, 1, &fd[3]));
	for (unsigned i = 0; i < 4; i++)
		close(fd[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held_until_closed),
		cmocka_unit_test(test_of_one_name_port_and_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
