/* The files of /proc/PID/task/TID, read and taken apart. */
#include "node/proc_thread.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/files.h"

enum { THREADS_MAX = 65536,
       FILE_BYTES = 4096 };

void proc_thread_init(struct proc_thread *t, int tid)
{
	*t = (struct proc_thread){
		.tid = tid,
		.user_ns = -1,
		.system_ns = -1,
		.cpu_ns = -1,
		.wait_ns = -1,
		.voluntary = -1,
		.involuntary = -1,
		.major_faults = -1,
		.processor = -1,
	};
}

static int64_t ticks_ns(int64_t ticks)
{
	int64_t hz = sysconf(_SC_CLK_TCK);
	int64_t ns;

	if (ticks < 0 || hz <= 0 || __builtin_mul_overflow(ticks, 1000000000 / hz, &ns))
		return -1;
	return ns;
}

/* The name stands in brackets and may hold brackets itself. */
static bool take_name(struct text *stat, struct proc_thread *t)
{
	size_t open = text_chr(*stat, '(');
	size_t close = stat->len;

	while (close > open && stat->p[close - 1] != ')')
		close--;
	if (open == stat->len || close == open)
		return false;

	struct text name = text_sub(*stat, open + 1, close - 1);

	if (name.len >= sizeof(t->name))
		name.len = sizeof(t->name) - 1;
	memset(t->name, 0, sizeof(t->name));
	memcpy(t->name, name.p, name.len);
	*stat = text_sub(*stat, close, stat->len);
	return true;
}

bool proc_thread_stat(struct text stat, struct proc_thread *t)
{
	enum { STATE = 3,
	       MAJOR_FAULTS = 12,
	       USER = 14,
	       SYSTEM = 15,
	       PROCESSOR = 39 };
	struct text word;
	int64_t n;

	if (!take_name(&stat, t))
		return false;
	for (int field = STATE; text_word(&stat, &word); field++) {
		if (field == STATE && word.len == 1)
			t->state = word.p[0];
		if (!text_int(word, &n) || n < 0)
			continue;
		if (field == MAJOR_FAULTS)
			t->major_faults = n;
		else if (field == USER)
			t->user_ns = ticks_ns(n);
		else if (field == SYSTEM)
			t->system_ns = ticks_ns(n);
		else if (field == PROCESSOR && n <= INT32_MAX)
			t->processor = (int)n;
	}
	if (t->cpu_ns < 0 && t->user_ns >= 0 && t->system_ns >= 0 &&
	    __builtin_add_overflow(t->user_ns, t->system_ns, &t->cpu_ns))
		t->cpu_ns = -1;
	return t->state != 0;
}

bool proc_thread_schedstat(struct text schedstat, struct proc_thread *t)
{
	struct text word;
	int64_t run, wait;

	if (!text_word(&schedstat, &word) || !text_int(word, &run) || run < 0 ||
	    !text_word(&schedstat, &word) || !text_int(word, &wait) || wait < 0)
		return false;
	t->cpu_ns = run;
	t->wait_ns = wait;
	return true;
}

bool proc_thread_status(struct text status, struct proc_thread *t)
{
	struct text line;
	bool found = false;
	int64_t n;

	while (text_cut(&status, '\n', &line)) {
		size_t colon = text_chr(line, ':');
		struct text value = text_trim(text_sub(line, colon + 1, line.len));

		line.len = colon;
		if (!text_int(value, &n) || n < 0)
			continue;
		if (text_is(line, "voluntary_ctxt_switches"))
			t->voluntary = n;
		else if (text_is(line, "nonvoluntary_ctxt_switches"))
			t->involuntary = n;
		else
			continue;
		found = true;
	}
	return found;
}

/* A file of a thread; empty when the thread is gone. */
static struct text read_file(int task, int tid, const char *name, struct arena *a)
{
	char path[64];
	struct text out;

	snprintf(path, sizeof(path), "%d/%s", tid, name);
	return files_read_at(task, path, FILE_BYTES, a, &out) ? out : (struct text){ 0 };
}

static bool read_thread(int task, int tid, struct proc_thread *t)
{
	struct arena scratch = { 0 };
	bool there;

	proc_thread_init(t, tid);
	proc_thread_schedstat(read_file(task, tid, "schedstat", &scratch), t);
	proc_thread_status(read_file(task, tid, "status", &scratch), t);
	there = proc_thread_stat(read_file(task, tid, "stat", &scratch), t);
	arena_clear(&scratch);
	return there;
}

bool process_threads(const struct process *p,
		     bool (*fn)(void *ctx, const struct proc_thread *t), void *ctx)
{
	int fd = openat(p->dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool more = true;
	struct dirent *e;
	int n = 0;

	if (!d) {
		int saved = errno;

		if (fd >= 0)
			close(fd);
		errno = saved;
		return false;
	}
	while (more && n < THREADS_MAX && (e = readdir(d))) {
		struct proc_thread t;
		int64_t tid;

		if (!text_int(text_of(e->d_name), &tid) || tid <= 0 || tid > INT32_MAX)
			continue;
		n++;
		if (read_thread(dirfd(d), (int)tid, &t))
			more = fn(ctx, &t);
	}
	closedir(d);
	return true;
}
