/* Trees of who started whom, also where that is nonsense. */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "tables/tree.h"

#define N TREE_NONE


/* The tree of n things as "0 1.1 3.2": what it is, and at which depth, in order. */
static const char *drawn(struct arena *a, const uint32_t *parent, const bool *kept,
			 size_t n)
{
	struct tree t = tree_order(parent, kept, n, a);
	struct buf b = { 0 };
	const char *text;

	for (size_t i = 0; i < t.n; i++) {
		buf_printf(&b, "%s%u", i ? " " : "", t.order[i]);
		if (t.depth[i])
			buf_printf(&b, ".%u<%u", t.depth[i], t.under[i]);
		else
			assert_int_equal(t.under[i], N);
	}
	text = text_cstr(a, buf_text(&b));
	buf_clear(&b);
	return text;
}

static void check(const uint32_t *parent, const char *kept, const char *wanted)
{
	struct arena a = { 0 };
	size_t n = strlen(kept);
	bool *keep = arena_many(&a, n + 1, bool);

	for (size_t i = 0; i < n; i++)
		keep[i] = kept[i] == '+';
	assert_string_equal(drawn(&a, parent, keep, n), wanted);
	arena_clear(&a);
}

static void test_empty(void **state)
{
	check((uint32_t[]){ 0 }, "", "");
	check((uint32_t[]){ N }, "-", "");
	check((uint32_t[]){ N }, "+", "0");
}

static void test_children_come_behind_their_parent(void **state)
{
	check((uint32_t[]){ N, 0, 4, 0, N, 1 }, "++++++", "0 1.1<0 5.2<1 3.1<0 4 2.1<4");
	check((uint32_t[]){ 1, 2, N }, "+++", "2 1.1<2 0.2<1");
}

static void test_what_is_not_kept_is_passed(void **state)
{
	check((uint32_t[]){ N, 0, 1, 2 }, "+--+", "0 3.1<0");
	check((uint32_t[]){ N, 0, 1, 2 }, "--++", "2 3.1<2");
	check((uint32_t[]){ N, 0, 1, 1, 3 }, "+-+++", "0 2.1<0 3.1<0 4.2<3");
}

static void test_circles(void **state)
{
	check((uint32_t[]){ 0 }, "+", "0");
	check((uint32_t[]){ 1, 0 }, "++", "0 1.1<0");
	check((uint32_t[]){ 1, 0 }, "-+", "1");
	check((uint32_t[]){ 1, 0 }, "--", "");
	check((uint32_t[]){ 1, 2, 0, 1 }, "++++", "0 2.1<0 1.2<2 3.3<1");
	/* below a circle, in front of it */
	check((uint32_t[]){ 1, 2, 1 }, "+++", "1 0.1<1 2.1<1");
	/* a circle of which only one is kept, and a tail */
	check((uint32_t[]){ 1, 2, 3, 1 }, "+--+", "3 0.1<3");
}

/* A process may say that it was started by the one before, for as many as there are. */
static void test_long_chains_cost_no_more_than_they_are_long(void **state)
{
	const size_t n = 1000000;
	struct arena a = { 0 };
	uint32_t *parent = arena_many(&a, n, uint32_t);
	bool *kept = arena_many(&a, n, bool);

	for (size_t i = 0; i < n; i++) {
		parent[i] = i + 1 < n ? (uint32_t)i + 1 : 0;
		kept[i] = i % 2 == 0;
	}

	struct tree t = tree_order(parent, kept, n, &a);

	assert_int_equal(t.n, n / 2);
	assert_int_equal(t.depth[t.n - 1], n / 2 - 1);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_children_come_behind_their_parent),
		cmocka_unit_test(test_what_is_not_kept_is_passed),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_long_chains_cost_no_more_than_they_are_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
