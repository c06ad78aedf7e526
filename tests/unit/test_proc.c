/* What /proc tells of threads and memory: the texts, and the made-up machine of a process. */

#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "node/proc_memory.h"
#include "node/proc_thread.h"
#include "tables/schedulers.h"
#include "tables/threads.h"

static void a_thread_is_read(void **state)
{
	struct proc_thread t;

	proc_thread_init(&t, 7);
	assert_true(proc_thread_schedstat(TEXT("123456789 4444 99\n"), &t));
	assert_true(proc_thread_status(TEXT("Name:\tx\nvoluntary_ctxt_switches:\t12\n"
					    "nonvoluntary_ctxt_switches:\t3\n"), &t));
	assert_true(proc_thread_stat(TEXT("7 (a) b) c) R 1 2 3 0 -1 64 10 20 30 40 5 6 7 8 20 0 25 0 1000 2 3 "
		"18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n"), &t));
	assert_string_equal(t.name, "a) b) c");
	assert_int_equal(t.state, 'R');
	assert_int_equal(t.cpu_ns, 123456789);
	assert_int_equal(t.wait_ns, 4444);
	assert_int_equal(t.user_ns % 10000000, 0);
	assert_true(t.user_ns > 0 && t.system_ns > t.user_ns);
	assert_int_equal(t.major_faults, 30);
	assert_int_equal(t.processor, 1);
	assert_int_equal(t.voluntary, 12);
	assert_int_equal(t.involuntary, 3);
}

/* A kernel that does not count run times. */
static void ticks_do_without_schedstat(void **state)
{
	struct proc_thread t;

	proc_thread_init(&t, 7);
	assert_false(proc_thread_schedstat(TEXT(""), &t));
	assert_true(proc_thread_stat(TEXT("7 (x) S 1 2 3 0 -1 64 10 20 30 40 5 6 7"), &t));
	assert_int_equal(t.cpu_ns, t.user_ns + t.system_ns);
	assert_int_equal(t.wait_ns, -1);
	assert_int_equal(t.processor, -1);
}

static void no_thread_at_all(void **state)
{
	static const char *const texts[] = { "", "7", "7 (", "7 (x", "7 x) S", "7 (x)", "7 ) S (" };
	struct proc_thread t;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		proc_thread_init(&t, 7);
		assert_false(proc_thread_stat(text_of(texts[i]), &t));
	}
	assert_true(proc_thread_stat(TEXT("7 (a very long name of a thread) S"), &t));
	assert_string_equal(t.name, "a very long nam");
}

/* Names of threads of OTP 23 to 25, and later ones. */
static void threads_are_told_by_name(void **state)
{
	static const struct {
		const char *name;
		enum thread_kind kind;
		int64_t number;
	} names[] = {
		{ "1_scheduler", THREAD_SCHEDULER, 1 },      { "erts_sched_12", THREAD_SCHEDULER, 12 },
		{ "1_dirty_cpu_sch", THREAD_DIRTY_CPU, 1 },  { "erts_dcpus_2", THREAD_DIRTY_CPU, 2 },
		{ "10_dirty_io_sch", THREAD_DIRTY_IO, 10 },  { "erts_dios_10", THREAD_DIRTY_IO, 10 },
		{ "128_dirty_cpu_s", THREAD_DIRTY_CPU, 128 }, { "1024_dirty_io_s", THREAD_DIRTY_IO, 1024 },
		{ "0_poller", THREAD_POLL, 0 },              { "erts_poll_0", THREAD_POLL, 0 },
		{ "aux", THREAD_AUX, -1 },                   { "1_aux", THREAD_AUX, 1 },
		{ "erts_aux_1", THREAD_AUX, 1 },             { "async_1", THREAD_ASYNC, 1 },
		{ "erts_async_64", THREAD_ASYNC, 64 },       { "beam.smp", THREAD_OTHER, -1 },
		{ "erts_sched_", THREAD_OTHER, -1 },         { "erts_sched_x", THREAD_OTHER, -1 },
		{ "", THREAD_OTHER, -1 },                    { "12", THREAD_OTHER, -1 },
		{ "erts_dios_-9", THREAD_OTHER, -1 },        { "erts_aux_1x", THREAD_OTHER, -1 },
		{ "sys_sig_dispatc", THREAD_OTHER, -1 },     { "99999999999999999999_s", THREAD_OTHER, -1 },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int64_t number;

		assert_int_equal(threads_named(text_of(names[i].name), &number), names[i].kind);
		assert_int_equal(number, names[i].number);
	}
}

/* Memory. */

static void memory_is_read(void **state)
{
	struct proc_memory m;

	proc_memory_init(&m);
	assert_false(proc_memory_status(&m, TEXT("Name:\tx\nVmRSS:\tlots\nVmRSS: 5 MB\n")));
	assert_true(proc_memory_status(&m, TEXT("Name:\tx\nVmSize:\t 2000 kB\nVmHWM:\t  90 kB\nVmRSS:\t  80 kB\n"
						"VmSwap:\t   0 kB\n")));
	assert_int_equal(m.rss, 80 * 1024);
	assert_int_equal(m.rss_peak, 90 * 1024);
	assert_int_equal(m.virtual, 2000 * 1024);
	assert_int_equal(m.swap, 0);
	assert_true(proc_memory_machine(&m, TEXT("MemTotal:  100 kB\nMemFree: 1 kB\nMemAvailable: 50 kB\n")));
	assert_int_equal(m.machine_total, 102400);
	assert_int_equal(m.machine_available, 51200);
}

static const char *dirs_of(const char *cgroup, int version)
{
	static struct buf out;
	struct arena a = { 0 };
	struct cgroup g;

	buf_reset(&out);
	cgroup_find(&g, text_of(cgroup), &a);
	assert_int_equal(g.version, version);
	for (size_t i = 0; i < g.n; i++)
		buf_printf(&out, "%s%.*s", i ? " " : "", TEXT_ARG(g.dirs[i]));
	arena_clear(&a);
	return buf_cstr(&out);
}

static void control_groups_are_found(void **state)
{
	assert_string_equal(dirs_of("0::/a/b\n", 2), "/sys/fs/cgroup/a/b /sys/fs/cgroup/a /sys/fs/cgroup");
	assert_string_equal(dirs_of("0::/\n", 2), "/sys/fs/cgroup");
	assert_string_equal(dirs_of("5:cpu,memory:/x\n0::/y\n", 1), "/sys/fs/cgroup/memory/x /sys/fs/cgroup/memory");
	assert_string_equal(dirs_of("5:cpu:/x\n", 0), "");
	assert_string_equal(dirs_of("", 0), "");
	/* seen from another namespace; nothing leads elsewhere */
	assert_string_equal(dirs_of("0::/../../etc\n", 2), "/sys/fs/cgroup");
	assert_string_equal(dirs_of("0::a/b\n", 2), "/sys/fs/cgroup");
	assert_string_equal(dirs_of("0::/a\x1b[31m\n", 2), "/sys/fs/cgroup");
}

static void deep_groups_end(void **state)
{
	struct arena a = { 0 };
	struct cgroup g;

	cgroup_find(&g, TEXT("0::/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h/i/j\n"), &a);
	assert_int_equal(g.n, CGROUP_LEVELS);
	arena_clear(&a);
}

static void the_lowest_limit_counts(void **state)
{
	struct arena a = { 0 };
	struct proc_memory m;
	struct cgroup g;

	proc_memory_init(&m);
	cgroup_find(&g, TEXT("0::/a/b\n"), &a);
	proc_memory_group(&m, &g, 0, TEXT("max\n"), TEXT("100\n"));
	assert_int_equal(m.group_current, 100);
	assert_int_equal(m.group_limit, -1);
	proc_memory_group(&m, &g, 1, TEXT("5000\n"), TEXT("400\n"));
	proc_memory_group(&m, &g, 2, TEXT("9000\n"), TEXT("800\n"));
	assert_int_equal(m.group_limit, 5000);
	assert_int_equal(m.group_current, 400);
	arena_clear(&a);
}

/* Version 1 has a number for "none", and counts the whole machine at its root. */
static void no_limit_of_version_1(void **state)
{
	struct arena a = { 0 };
	struct proc_memory m;
	struct cgroup g;

	proc_memory_init(&m);
	cgroup_find(&g, TEXT("3:memory:/\n"), &a);
	proc_memory_group(&m, &g, 0, TEXT("9223372036854771712\n"), TEXT("123456\n"));
	assert_int_equal(m.group_limit, -1);
	assert_int_equal(m.group_current, -1);
	proc_memory_group(&m, &g, 0, TEXT("4096"), TEXT(""));
	assert_int_equal(m.group_limit, 4096);
	assert_int_equal(m.group_current, -1);
	arena_clear(&a);
}

static bool count(void *ctx, const struct proc_thread *t)
{
	++*(int *)ctx;
	return true;
}

static void a_made_up_machine(void **state)
{
	struct made_machine m;
	struct proc_memory memory;
	struct process p;
	int proc, n = 0;

	machine_make(&m);
	machine_process(&m, &(struct made){ .pid = 70, .args = "beam.smp" });
	machine_file(&m, "/proc/70/status", "VmRSS:\t 5 kB\n");
	machine_file(&m, "/proc/70/cgroup", "0::/pod/x\n");
	machine_file(&m, "/proc/meminfo", "MemTotal: 9 kB\n");
	machine_file(&m, "/sys/fs/cgroup/pod/memory.max", "7777\n");
	machine_file(&m, "/sys/fs/cgroup/pod/memory.current", "77\n");
	machine_file(&m, "/proc/70/task/71/stat", "71 (1_scheduler) T 1");
	proc = proc_open(m.root);
	assert_true(process_open(proc, 70, &p));
	assert_true(process_memory(&p, m.root, &memory));
	assert_int_equal(memory.rss, 5 * 1024);
	assert_int_equal(memory.group_limit, 7777);
	assert_int_equal(memory.group_current, 77);
	assert_int_equal(memory.machine_total, 9 * 1024);
	assert_true(process_threads(&p, count, &n));
	assert_int_equal(n, 1); /* the other one has no stat: it is gone */
	process_close(&p);
	close(proc);
	machine_remove(&m);
}

/* The node's own view. */

static bool read_by(bool (*read)(struct threads *out, const struct term *value), const char *text,
		    struct threads *out)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct term t;
	size_t at;
	bool good;

	assert_true(term_parse(&a, text_of(text), SYNTAX_ERLANG, &t, &at, &err));
	good = read(out, &t);
	threads_sort(out);
	arena_clear(&a);
	return good;
}

static void schedulers_are_told_apart_by_number(void **state)
{
	struct threads all = { 0 };
	const struct thread *t;

	assert_true(read_by(schedulers_read, "{[2,1,2,2,1,1],[5,6,7,8],[9,10,11,12],"
			    "[{2,20,200},{1,10,100},{5,50,500},{3,30,300},{4,40,400}]}", &all));
	assert_int_equal(all.n, 5);
	t = threads_find(&all, THREAD_SCHEDULER, 2);
	assert_int_equal(t->counts[0], 20);
	assert_int_equal(t->levels[0], 6);  /* run queue */
	assert_int_equal(t->levels[2], 0);  /* offline */
	t = threads_find(&all, THREAD_DIRTY_CPU, 1);
	assert_int_equal(t->counts[1], 300);
	assert_int_equal(t->levels[0], 7);
	t = threads_find(&all, THREAD_DIRTY_CPU, 2);
	assert_int_equal(t->levels[0], -1); /* the queue is shown at the first */
	t = threads_find(&all, THREAD_DIRTY_IO, 1);
	assert_int_equal(t->levels[0], 8);
	assert_int_equal(t->levels[1], 12);
	assert_null(threads_find(&all, THREAD_DIRTY_IO, 2));
	threads_clear(&all);
}

static void nonsense_of_a_node_is_refused(void **state)
{
	static const char *const texts[] = {
		"x", "{1,2,3}", "{[1,1,1,1,1],[],[],[]}", "{[1,1,1,1,1,x],[],[],[]}", "{[-1,1,1,1,1,1],[],[],[]}",
		"{[1,1,1,1,1,99999],[],[],[]}", "{[1,1,1,1,1,1],[],[],undefined}",
		"{[1,1,1,1,1,1],[],[],[{0,1,1}]}", "{[1,1,1,1,1,1],[],[],[{1,x,1}]}", "{[1,1,1,1,1,1],[],[],[y]}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct threads all = { 0 };

		assert_false(read_by(schedulers_read, texts[i], &all));
		threads_clear(&all);
	}
}

static void states_are_taken_as_they_come(void **state)
{
	struct threads all = { 0 };
	const struct thread *t;

	assert_true(read_by(msacc_read, "[#{type => dirty_io_scheduler, id => 2, counters => "
			    "#{emulator => 5, sleep => 7, zzz => 9}}, #{type => new_kind, id => 0, counters => #{}}]", &all));
	t = threads_find(&all, THREAD_DIRTY_IO, 2);
	assert_int_equal(t->counts[0], 5);
	assert_int_equal(t->counts[6], 7);
	assert_int_equal(t->counts[1], -1);
	assert_non_null(threads_find(&all, THREAD_OTHER, 0));
	threads_clear(&all);
	assert_false(read_by(msacc_read, "undefined", &all));
	assert_false(read_by(msacc_read, "[#{type => poll}]", &all));
	assert_false(read_by(msacc_read, "[#{type => poll, id => 0, counters => []}]", &all));
	assert_false(read_by(msacc_read, "[#{type => poll, id => 0, counters => #{gc => x}}]", &all));
	threads_clear(&all);
}

static void a_count_that_went_back_is_another_one(void **state)
{
	struct thread before = { .counts = { 5, 5, -1 } };
	struct thread now = { .counts = { 9, 4, 3 } };

	assert_int_equal(thread_grown(&now, &before, 0), 4);
	assert_int_equal(thread_grown(&now, &before, 1), -1);
	assert_int_equal(thread_grown(&now, &before, 2), -1);
	assert_int_equal(thread_grown(&now, NULL, 0), -1);
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_thread_is_read),
		CASE(ticks_do_without_schedstat),
		CASE(no_thread_at_all),
		CASE(threads_are_told_by_name),
		CASE(memory_is_read),
		CASE(control_groups_are_found),
		CASE(deep_groups_end),
		CASE(the_lowest_limit_counts),
		CASE(no_limit_of_version_1),
		CASE(a_made_up_machine),
		CASE(schedulers_are_told_apart_by_number),
		CASE(nonsense_of_a_node_is_refused),
		CASE(states_are_taken_as_they_come),
		CASE(a_count_that_went_back_is_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
