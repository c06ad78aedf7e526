/* The memory of a process, of its control group and of the machine. */
#include "node/proc_memory.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "node/files.h"

enum { FILE_BYTES = 65536 };

/* Version 1 writes "no limit" as the largest number of whole pages. */
#define NO_LIMIT (INT64_C(1) << 60)

void proc_memory_init(struct proc_memory *m)
{
	*m = (struct proc_memory){
		.rss = -1,
		.rss_peak = -1,
		.swap = -1,
		.virtual = -1,
		.machine_total = -1,
		.machine_available = -1,
		.group_limit = -1,
		.group_current = -1,
	};
}

/* "VmRSS:	   12345 kB" */
static bool take_kilobytes(struct text line, const char *name, int64_t *out)
{
	size_t colon = text_chr(line, ':');
	struct text rest = text_sub(line, colon + 1, line.len);
	struct text word, unit;
	int64_t n;

	line.len = colon;
	if (!text_is(line, name) || !text_word(&rest, &word) || !text_int(word, &n) ||
	    !text_word(&rest, &unit) || !text_is(unit, "kB") || n < 0 ||
	    n > INT64_MAX / 1024)
		return false;
	*out = n * 1024;
	return true;
}

bool proc_memory_status(struct proc_memory *m, struct text status)
{
	struct text line;

	while (text_cut(&status, '\n', &line)) {
		take_kilobytes(line, "VmRSS", &m->rss);
		take_kilobytes(line, "VmHWM", &m->rss_peak);
		take_kilobytes(line, "VmSwap", &m->swap);
		take_kilobytes(line, "VmSize", &m->virtual);
	}
	return m->rss >= 0;
}

bool proc_memory_machine(struct proc_memory *m, struct text meminfo)
{
	struct text line;

	while (text_cut(&meminfo, '\n', &line)) {
		take_kilobytes(line, "MemTotal", &m->machine_total);
		take_kilobytes(line, "MemAvailable", &m->machine_available);
	}
	return m->machine_total >= 0;
}

/*
 * Control groups.
 */

static bool has_word(struct text list, const char *word)
{
	struct text one;

	while (text_cut(&list, ',', &one))
		if (text_is(one, word))
			return true;
	return false;
}

/* Seen from another namespace, a path may lead out of what we see. */
static bool leads_out(struct text path)
{
	struct text part;

	if (!files_printable(path))
		return true;
	while (text_cut(&path, '/', &part))
		if (text_is(part, ".."))
			return true;
	return false;
}

static void add_levels(struct cgroup *g, const char *base, struct text path,
		       struct arena *a)
{
	if (!text_starts(path, "/") || leads_out(path))
		path = TEXT("");
	while (path.len && path.p[path.len - 1] == '/')
		path.len--;
	while (g->n < CGROUP_LEVELS) {
		g->dirs[g->n++] = text_printf(a, "%s%.*s", base, TEXT_ARG(path));
		if (!path.len)
			return;
		while (path.len && path.p[path.len - 1] != '/')
			path.len--;
		path.len--;
	}
}

/* "4:memory:/a/b" is of version 1, "0::/a/b" of version 2. Both may be there: memory is
 * where version 1 has it. */
void cgroup_find(struct cgroup *g, struct text cgroup, struct arena *a)
{
	struct text line, path2 = { 0 };
	bool found2 = false;

	*g = (struct cgroup){ 0 };
	while (text_cut(&cgroup, '\n', &line)) {
		size_t first = text_chr(line, ':');
		struct text rest = text_sub(line, first + 1, line.len);
		struct text controllers = text_sub(rest, 0, text_chr(rest, ':'));
		struct text path = text_sub(rest, controllers.len + 1, rest.len);

		if (has_word(controllers, "memory")) {
			g->version = 1;
			add_levels(g, "/sys/fs/cgroup/memory", path, a);
			return;
		}
		if (text_is(text_sub(line, 0, first), "0") && !controllers.len) {
			path2 = path;
			found2 = true;
		}
	}
	if (found2) {
		g->version = 2;
		add_levels(g, "/sys/fs/cgroup", path2, a);
	}
}

const char *cgroup_limit_file(const struct cgroup *g)
{
	return g->version == 1 ? "memory.limit_in_bytes" : "memory.max";
}

const char *cgroup_current_file(const struct cgroup *g)
{
	return g->version == 1 ? "memory.usage_in_bytes" : "memory.current";
}

static int64_t bytes_of(struct text t)
{
	int64_t n;

	return text_int(text_trim(t), &n) && n >= 0 ? n : -1;
}

void proc_memory_group(struct proc_memory *m, const struct cgroup *g, size_t level,
		       struct text limit, struct text current)
{
	int64_t most = bytes_of(limit);
	int64_t now = bytes_of(current);

	if (most >= 0 && most < NO_LIMIT &&
	    (m->group_limit < 0 || most < m->group_limit)) {
		m->group_limit = most;
		m->group_current = now;
	} else if (m->group_limit < 0 && m->group_current < 0 &&
		   (g->version == 2 || level + 1 < g->n)) {
		/* the outermost of version 1 counts the whole machine, or a container */
		m->group_current = now;
	}
}

/*
 * Read here.
 */

static struct text read_below(const char *root, struct text dir, const char *name,
			      struct arena *a)
{
	struct text path = text_printf(a, "%s%.*s/%s", root, TEXT_ARG(dir), name);
	struct text out;

	return files_read_at(AT_FDCWD, path.p, FILE_BYTES, a, &out) ? out
								    : (struct text){ 0 };
}

static void read_group(const struct cgroup *g, const char *root, struct proc_memory *m,
		       struct arena *a)
{
	for (size_t i = 0; i < g->n; i++) {
		struct text limit = read_below(root, g->dirs[i], cgroup_limit_file(g), a);
		struct text now = read_below(root, g->dirs[i], cgroup_current_file(g), a);

		proc_memory_group(m, g, i, limit, now);
	}
}

bool process_memory(const struct process *p, const char *root, struct proc_memory *m)
{
	struct arena scratch = { 0 };
	struct text text = { 0 };
	struct cgroup group;
	bool there;

	proc_memory_init(m);
	there = files_read_at(p->dir, "status", FILE_BYTES, &scratch, &text) &&
		proc_memory_status(m, text);
	if (there)
		proc_memory_machine(m, read_below(root, TEXT("/proc"), "meminfo",
						  &scratch));
	if (there && files_read_at(p->dir, "cgroup", FILE_BYTES, &scratch, &text)) {
		cgroup_find(&group, text, &scratch);
		read_group(&group, root, m, &scratch);
	}
	arena_clear(&scratch);
	return there;
}
