/* The files of /proc that tell of threads, memory and control groups: any bytes. */

#include <assert.h>
#include <stdint.h>

#include "node/proc_memory.h"
#include "node/proc_thread.h"
#include "tables/threads.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void threads(struct text t)
{
	struct proc_thread one;
	int64_t number;

	proc_thread_init(&one, 1);
	proc_thread_schedstat(t, &one);
	proc_thread_status(t, &one);
	proc_thread_stat(t, &one);
	assert(one.name[sizeof(one.name) - 1] == 0);
	assert(one.cpu_ns >= -1 && one.wait_ns >= -1 && one.user_ns >= -1);
	threads_named(t, &number);
	assert(number >= -1);
}

static void memory(struct text t, struct arena *a)
{
	struct proc_memory m;
	struct cgroup g;

	proc_memory_init(&m);
	proc_memory_status(&m, t);
	proc_memory_machine(&m, t);
	assert(m.rss >= -1 && m.machine_total >= -1);
	cgroup_find(&g, t, a);
	assert(g.n <= CGROUP_LEVELS && (g.n > 0) == (g.version > 0));
	for (size_t i = 0; i < g.n; i++) {
		assert(text_starts(g.dirs[i], "/sys/fs/cgroup"));
		assert(text_find(g.dirs[i], TEXT("/../")) == g.dirs[i].len);
		assert(!text_ends(g.dirs[i], "/.."));
		proc_memory_group(&m, &g, i, t, t);
	}
	assert(m.group_limit >= -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text t = { (const char *)data, size };
	struct arena a = { 0 };

	threads(t);
	memory(t, &a);
	arena_clear(&a);
	return 0;
}
