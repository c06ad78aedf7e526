/* Allocators: the shapes of old and new releases and of recon, sums, snapshots. */

#include "unit.h"

#include <string.h>

#include "tables/allocators.h"
#include "tables/snapshot.h"

static struct term parsed(struct arena *a, const char *text)
{
	struct err err = { 0 };
	struct term t;
	size_t at;

	if (!term_parse(a, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		print_error("%s at %zu\n", err.what, at);
	assert_int_equal(err.kind, ERR_NONE);
	return t;
}

static struct alloc added(const char *allocator, const char *instance)
{
	struct arena a = { 0 };
	struct term t = parsed(&a, instance);
	struct alloc sum = { 0 };
	int64_t number;

	assert_true(alloc_add(&sum, text_of(allocator), &t, &number));
	assert_int_equal(number, 3);
	arena_clear(&a);
	return sum;
}

/* OTP 23 and later: blocks by owner, and the pool with one number each. */
static const char by_owner[] =
	"{instance,3,[{versions,\"0.9\",\"3.0\"},{options,[{e,true},{mmmbc,18446744073709551615}]},"
	"{mbcs,[{blocks,[{binary_alloc,[{count,7,24,30},{size,2520,13056,20000}]},"
	"{eheap_alloc,[{count,1,1,2},{size,480,480,500}]}]},"
	"{carriers,2,2,3},{mseg_alloc_carriers,0},{sys_alloc_carriers,2},"
	"{carriers_size,65536,65536,98304}]},"
	"{mbcs_pool,[{blocks,[{binary_alloc,[{count,5},{size,1000}]},{ets_alloc,[{count,1},{size,64}]}]},"
	"{carriers,1},{carriers_size,32768},{fetch,0,0}]},"
	"{sbcs,[{blocks,[{binary_alloc,[{count,1,1,2},{size,600000,600000,1200000}]}]},"
	"{carriers,1,1,2},{carriers_size,602112,602112,1204224}]},"
	"{calls,[{binary_alloc,1,52},{binary_free,0,45},{binary_realloc,0,3},{mseg_alloc,0,9},{sys_alloc,0,8}]}]}";

/* What older releases gave, and recon makes of newer ones. */
static const char summed_up[] =
	"{instance,3,[{calls,[{binary_alloc,1,52},{binary_free,0,45},{binary_realloc,0,3}]},"
	"{mbcs,[{blocks,8,25,32},{blocks_size,3000,13536,20500},"
	"{foreign_blocks,[{eheap_alloc,[{count,1,1,2},{size,480,480,500}]}]},{raw_blocks,[]},"
	"{carriers,2,2,3},{carriers_size,65536,65536,98304}]},"
	"{mbcs_pool,[{blocks,6},{blocks_size,1064},{carriers,1},{carriers_size,32768}]},"
	"{sbcs,[{blocks,1,1,2},{blocks_size,600000,600000,1200000},{carriers,1,1,2},"
	"{carriers_size,602112,602112,1204224}]}]}";

static void check(const struct alloc *x)
{
	assert_int_equal(x->instances, 1);
	assert_int_equal(x->mbcs.blocks.now, 8 + 6);
	assert_int_equal(x->mbcs.blocks.max, 32);
	assert_int_equal(x->mbcs.used.now, 3000 + 1064);
	assert_int_equal(x->mbcs.used.max, 20500);
	assert_int_equal(x->mbcs.carriers.now, 3);
	assert_int_equal(x->mbcs.allocated.now, 65536 + 32768);
	assert_int_equal(x->mbcs.allocated.max, 98304);
	assert_int_equal(x->sbcs.used.now, 600000);
	assert_int_equal(x->sbcs.allocated.max, 1204224);
	assert_int_equal(x->pool_carriers, 1);
	assert_int_equal(x->pool_used, 1064);
	assert_int_equal(x->pool_allocated, 32768);
	assert_int_equal(x->allocs, INT64_C(1000000052));
	assert_int_equal(x->frees, 45);
	assert_int_equal(x->reallocs, 3);
	assert_false(x->mseg);
}

static void blocks_by_owner_and_summed_up_are_the_same(void **state)
{
	struct alloc now = added("binary_alloc", by_owner);
	struct alloc before = added("binary_alloc", summed_up);

	check(&now);
	check(&before);
	assert_int_equal(now.foreign, 480 + 64);
}

static void sizes_alone_are_enough(void **state)
{
	struct alloc x = added("eheap_alloc",
		"{instance,3,[{mbcs,[{blocks,[{eheap_alloc,[{size,28248,279720,279720}]}]},"
		"{carriers_size,262144,786432,786432}]},{mbcs_pool,[{blocks,[]},{carriers_size,0}]},"
		"{sbcs,[{blocks,[]},{carriers_size,0,0,0}]}]}");

	assert_int_equal(x.mbcs.used.now, 28248);
	assert_int_equal(x.mbcs.allocated.max, 786432);
	assert_int_equal(x.mbcs.blocks.now, 0);
}

static void segments_have_a_cache(void **state)
{
	struct alloc x = added("mseg_alloc",
		"{instance,3,[{version,\"0.9\"},{options,[{mcs,10}]},{memkind,[{name,\"all memory\"},"
		"{status,[{cached_segments,1},{cache_hits,4},{segments,6,6,7},{segments_size,9048064,9437184,"
		"9437184}]},{calls,[{mseg_alloc,2,11},{mseg_dealloc,0,5},{mseg_realloc,0,0}]}]}]}");

	assert_true(x.mseg);
	assert_int_equal(x.cache_hits, 4);
	assert_int_equal(x.cache_calls, INT64_C(2000000011));
	assert_int_equal(x.allocs, INT64_C(2000000011));
	assert_int_equal(x.frees, 5);
	assert_int_equal(x.segments, 6);
	assert_int_equal(x.segments_size.max, 9437184);
	assert_int_equal(x.cached_segments, 1);
}

static void what_is_no_instance_is_none(void **state)
{
	static const char *const terms[] = {
		"false", "[]", "{instance,0}", "{instance,-1,[]}", "{instance,x,[]}", "{instance,1,x}",
		"{other,1,[]}",
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		struct term t = parsed(&a, terms[i]);
		struct alloc sum = { 0 };
		int64_t number;

		assert_false(alloc_add(&sum, TEXT("binary_alloc"), &t, &number));
		assert_int_equal(sum.instances, 0);
	}
	arena_clear(&a);
}

static void nonsense_counts_as_nothing(void **state)
{
	struct alloc x = added("a", "{instance,3,[{mbcs,[{blocks,[x,{a},{a,b},{a,[{size,-5,0,0},{count,y}]}]},"
				    "{carriers,1},{carriers_size,99999999999999999999,1,1}]},{sbcs,x},"
				    "{mbcs_pool,[{blocks,z}]},{calls,[{a_alloc,x,y},{alloc,1,2},z,{}]}]}");

	assert_int_equal(x.mbcs.used.now, 0);
	assert_int_equal(x.mbcs.carriers.now, 1);
	assert_int_equal(x.mbcs.allocated.now, 0);
	assert_int_equal(x.allocs, 0);
}

static void sums_do_not_overflow(void **state)
{
	struct arena a = { 0 };
	struct term t = parsed(&a, "{instance,3,[{mbcs,[{blocks,[{a,[{size,9223372036854775807,0,0}]},"
				   "{b,[{size,9223372036854775807,0,0}]}]}]},"
				   "{calls,[{a_alloc,9223372036854775807,9}]}]}");
	struct alloc sum = { 0 };
	int64_t number;

	for (int i = 0; i < 3; i++)
		assert_true(alloc_add(&sum, TEXT("a_alloc"), &t, &number));
	assert_true(sum.mbcs.used.now > INT64_MAX / 16);
	assert_true(sum.mbcs.used.now + sum.sbcs.used.now > 0);
	assert_int_equal(sum.allocs, 0);
	arena_clear(&a);
}

/* Rows. */

static struct cell cell_of(const struct table *t, const char *column)
{
	size_t c = schema_find(t->schema, text_of(column));

	assert_int_not_equal(c, TABLE_NONE);
	return table_cell(t, 0, c);
}

static void assert_real(const struct table *t, const char *column, double want)
{
	struct cell c = cell_of(t, column);

	assert_int_equal(c.type, CELL_REAL);
	assert_true(c.v.real > want - 1e-9 && c.v.real < want + 1e-9);
}

static void rows_are_what_recon_works_out(void **state)
{
	struct alloc x = added("binary_alloc", by_owner);
	struct arena a = { 0 };
	struct table t;

	table_init(&t, &allocators_schema, &a, 0);
	allocators_add(&t, TEXT("binary_alloc"), &x);
	assert_int_equal(cell_of(&t, "used").v.num, 604064);
	assert_int_equal(cell_of(&t, "allocated").v.num, 700416);
	assert_int_equal(cell_of(&t, "unused").v.num, 96352);
	assert_real(&t, "usage", 604064.0 / 700416);
	assert_real(&t, "mbcs_block_size", 4064.0 / 14);
	assert_real(&t, "sbcs_to_mbcs", 1.0 / 14);
	assert_real(&t, "mbcs_usage_max", 20500.0 / 98304);
	assert_int_equal(cell_of(&t, "cache_hits").type, CELL_NULL);
	arena_clear(&a);
}

static void nothing_divided_by_nothing(void **state)
{
	struct alloc x = { .instances = 1, .sbcs.blocks.now = 2 };
	struct arena a = { 0 };
	struct table t;

	table_init(&t, &allocator_instances_schema, &a, 0);
	allocator_instances_add(&t, TEXT("sl_alloc"), 4, &x);
	assert_true(text_is(cell_of(&t, "name").v.text ? *cell_of(&t, "name").v.text : TEXT(""), "sl_alloc/4"));
	assert_int_equal(cell_of(&t, "usage").type, CELL_NULL);
	assert_real(&t, "mbcs_usage", 1);
	assert_real(&t, "mbcs_block_size", 0);
	assert_int_equal(cell_of(&t, "sbcs_to_mbcs").type, CELL_NULL); /* recon: infinity */
	assert_real(&t, "sbcs_to_mbcs_max", 0);
	arena_clear(&a);
}

/* Snapshots. */

static void an_entry_is_as_recon_writes_it(void **state)
{
	struct arena a = { 0 };
	struct term t = parsed(&a, "{instance,1,[{versions,\"0.9\",\"3.0\"},"
		"{sbcs,[{blocks,[]},{carriers,0,0,0}]},"
		"{mbcs,[{blocks,[{a_alloc,[{count,1,2,3},{size,4,5,6}]},{b_alloc,[{count,1,1,1},{size,9,9,9}]}]},"
		"{carriers,1,1,1}]},{mbcs_pool,[{blocks,[{a_alloc,[{count,7},{size,70}]}]},{fetch,0,0}]},"
		"{options,[{cp,'@'}]}]}");
	struct buf out = { 0 };

	assert_true(snapshot_entry(&out, TEXT("a_alloc"), &t));
	assert_string_equal(buf_cstr(&out),
		"{{a_alloc,1},[{mbcs,[{blocks,2,3,4},{blocks_size,13,14,15},"
		"{foreign_blocks,[{b_alloc,[{count,1,1,1},{size,9,9,9}]}]},"
		"{raw_blocks,[{a_alloc,[{count,1,2,3},{size,4,5,6}]},{b_alloc,[{count,1,1,1},{size,9,9,9}]}]},"
		"{carriers,1,1,1}]},"
		"{mbcs_pool,[{blocks,7},{blocks_size,70},{foreign_blocks,[]},"
		"{raw_blocks,[{a_alloc,[{count,7},{size,70}]}]},{fetch,0,0}]},"
		"{options,[{cp,'@'}]},"
		"{sbcs,[{blocks,0,0,0},{blocks_size,0,0,0},{foreign_blocks,[]},{raw_blocks,[]},{carriers,0,0,0}]}]}\n");
	buf_clear(&out);
	arena_clear(&a);
}

static void how_a_snapshot_begins(void **state)
{
	assert_true(snapshot_begins(TEXT("{[{total,123},{processes,1}],")));
	assert_true(snapshot_begins(TEXT("\n { [ {total , 1")));
	assert_false(snapshot_begins(TEXT("")));
	assert_false(snapshot_begins(TEXT("{[{tota")));
	assert_false(snapshot_begins(TEXT("=erl_crash_dump:0.5")));
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(blocks_by_owner_and_summed_up_are_the_same),
		CASE(sizes_alone_are_enough),
		CASE(segments_have_a_cache),
		CASE(what_is_no_instance_is_none),
		CASE(nonsense_counts_as_nothing),
		CASE(sums_do_not_overflow),
		CASE(rows_are_what_recon_works_out),
		CASE(nothing_divided_by_nothing),
		CASE(an_entry_is_as_recon_writes_it),
		CASE(how_a_snapshot_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
