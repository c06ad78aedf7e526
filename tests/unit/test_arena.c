/* The arena: alignment, zeros, rewinding, large pieces. */
#include <string.h>

#include "unit.h"

#include "base/arena.h"

static void gives_zeroed_aligned_memory(void **state)
{
	struct arena a;

	arena_init(&a);
	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(&a, size);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
	}
	arena_clear(&a);
	assert_int_equal(arena_bytes(&a), 0);
}

static void rewinds_and_gives_the_same_memory_zeroed_again(void **state)
{
	struct arena a;

	arena_init(&a);
	arena_alloc(&a, 10);

	struct arena_mark mark = arena_mark(&a);
	char *p = arena_alloc(&a, 100);

	memset(p, 'x', 100);
	arena_alloc(&a, 1 << 22);
	arena_rewind(&a, mark);

	char *q = arena_alloc(&a, 100);

	assert_ptr_equal(p, q);
	assert_int_equal(q[99], 0);
	arena_clear(&a);
}

static void rewinds_to_nothing(void **state)
{
	struct arena a;

	arena_init(&a);

	struct arena_mark mark = arena_mark(&a);

	arena_alloc(&a, 5000);
	arena_rewind(&a, mark);
	assert_int_equal(arena_bytes(&a), 0);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(rewinds_and_gives_the_same_memory_zeroed_again),
		cmocka_unit_test(rewinds_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
