/* The files of /proc/PID, read and taken apart. */
#include "node/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "node/files.h"

#ifndef O_PATH
#define O_PATH O_RDONLY
#endif

enum {
	CMDLINE_MAX = 1 << 20,
	ENVIRON_MAX = 1 << 20,
	STAT_MAX = 1 << 20,
	FDS_MAX = 65536,
	NET_MAX = 16 << 20,
	NET_CHUNK = 65536,
	LINE_MAX_BYTES = 1024,
};

int proc_open(const char *root)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/proc", root) >= (int)sizeof(path))
		return -1;
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A directory stream of our own on an open directory. */
static DIR *list(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static int number(const char *name)
{
	int64_t n;

	return text_int(text_of(name), &n) && n >= 0 && n <= INT_MAX ? (int)n : -1;
}

/*
 * task/ has a link for itself, its parent and each thread, so one stat counts threads
 * without opening anything: 2 us a process where reading the command line takes 6. A file
 * system that does not count (1) gets the benefit of the doubt.
 */
static bool threaded(int proc, const char *pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "%.32s/task", pid);
	return fstatat(proc, path, &st, 0) == 0 && st.st_nlink != 3;
}

void proc_each(int proc, bool (*fn)(void *ctx, int pid), void *ctx)
{
	DIR *d = list(proc, ".");
	struct dirent *e;
	bool more = d != NULL;

	while (more && (e = readdir(d))) {
		int pid = e->d_name[0] >= '1' && e->d_name[0] <= '9' ? number(e->d_name)
								     : -1;

		if (pid > 0 && threaded(proc, e->d_name))
			more = fn(ctx, pid);
	}
	if (d)
		closedir(d);
}

bool process_open(int proc, int pid, struct process *p)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", pid);
	*p = (struct process){ .pid = pid, .dir = -1 };
	if (proc >= 0 && pid > 0)
		p->dir = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return p->dir >= 0;
}

void process_close(struct process *p)
{
	if (p->dir >= 0)
		close(p->dir);
	p->dir = -1;
}

struct text process_cmdline(const struct process *p, struct arena *a)
{
	struct text out;

	return files_read_at(p->dir, "cmdline", CMDLINE_MAX, a, &out)
		       ? out
		       : (struct text){ 0 };
}

bool process_mentions(const struct process *p, struct text bytes)
{
	char page[4096];
	int fd = openat(p->dir, "cmdline", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, page, sizeof(page));

	if (fd >= 0)
		close(fd);
	return len > 0 &&
	       text_find((struct text){ page, (size_t)len }, bytes) < (size_t)len;
}

bool process_environ(const struct process *p, struct arena *a, struct text *out)
{
	*out = (struct text){ 0 };
	return files_read_at(p->dir, "environ", ENVIRON_MAX, a, out);
}

struct text environ_get(struct text env, const char *name)
{
	size_t len = strlen(name);
	struct text one;

	while (text_cut(&env, '\0', &one)) {
		if (one.len > len && one.p[len] == '=' && memcmp(one.p, name, len) == 0)
			return text_sub(one, len + 1, one.len);
	}
	return (struct text){ 0 };
}

struct text process_link(const struct process *p, const char *name, struct arena *a)
{
	char to[PATH_MAX];
	ssize_t len = readlinkat(p->dir, name, to, sizeof(to));

	return len < 0 ? (struct text){ 0 }
		       : text_dup(a, (struct text){ to, (size_t)len });
}

int process_root(const struct process *p)
{
	return openat(p->dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool word_number(struct text *rest, int64_t *out)
{
	struct text w;

	return text_word(rest, &w) && text_int(w, out);
}

/* "Uid:	real effective saved filesystem", "Groups:	4 24 27" */
bool process_rights(const struct process *p, struct rights *out)
{
	char page[4096];
	int fd = openat(p->dir, "status", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, page, sizeof(page));
	struct text rest = { page, len > 0 ? (size_t)len : 0 }, line;
	bool known = false;
	int64_t id;

	if (fd >= 0)
		close(fd);
	*out = (struct rights){ .uid = UINT32_MAX };
	while (text_cut(&rest, '\n', &line)) {
		struct text ids = text_sub(line, text_chr(line, ':') + 1, line.len);

		if (text_starts(line, "Uid:") && word_number(&ids, &id) &&
		    word_number(&ids, &id)) {
			out->uid = (uint32_t)id;
			known = true;
		} else if (text_starts(line, "Gid:") && word_number(&ids, &id) &&
			   word_number(&ids, &id)) {
			out->groups[out->ngroups++] = (uint32_t)id;
		} else if (text_starts(line, "Groups:")) {
			while (out->ngroups < RIGHTS_GROUPS_MAX && word_number(&ids, &id))
				out->groups[out->ngroups++] = (uint32_t)id;
		}
	}
	return known;
}

/* "btime N" stands behind long lines on large machines. */
int64_t proc_boot_time(int proc)
{
	struct arena scratch = { 0 };
	struct text all, line;
	int64_t seconds = 0;

	if (files_read_at(proc, "stat", STAT_MAX, &scratch, &all)) {
		while (seconds == 0 && text_cut(&all, '\n', &line)) {
			if (text_starts(line, "btime ") &&
			    !text_int(text_sub(line, 6, line.len), &seconds))
				seconds = 0;
		}
	}
	arena_clear(&scratch);
	return seconds > 0 && seconds < UINT32_MAX ? seconds : 0;
}

/* Field 22 of stat, counted behind the name, which may hold blanks and brackets.
 * Source: proc(5). */
int64_t process_started(const struct process *p, int64_t boot)
{
	struct arena scratch = { 0 };
	int64_t ticks = 0, hz = sysconf(_SC_CLK_TCK), started = 0;
	struct text stat, w = { 0 };

	if (files_read_at(p->dir, "stat", STAT_MAX, &scratch, &stat)) {
		size_t at = stat.len;

		while (at > 0 && stat.p[at - 1] != ')')
			at--;
		stat = text_sub(stat, at, stat.len);
		for (int field = 3; field <= 22 && text_word(&stat, &w); field++)
			;
		if (text_int(w, &ticks) && ticks >= 0 && boot > 0 && hz > 0 &&
		    ticks / hz < INT32_MAX)
			started = (boot + ticks / hz) * 1000000000 +
				  ticks % hz * 1000000000 / hz;
	}
	arena_clear(&scratch);
	return started;
}

/*
 * Linux lists the listening sockets first. Where hundred thousands of connections follow,
 * the rest is not worth reading: a whole chunk without a listener ends it.
 */
static void read_net(int fd, bool v6, struct arena *a, struct listeners *out)
{
	struct buf b = { 0 };
	size_t total = 0, since = 0;
	ssize_t got;

	while (total < NET_MAX && since < NET_CHUNK &&
	       (got = read(fd, buf_room(&b, NET_CHUNK), NET_CHUNK)) > 0) {
		struct text rest, line;
		size_t done = 0, end;

		buf_commit(&b, (size_t)got);
		total += (size_t)got;
		rest = buf_text(&b);
		while ((end = text_chr(rest, '\n')) < rest.len) {
			struct listener one;

			line = text_sub(rest, 0, end);
			rest = text_sub(rest, end + 1, rest.len);
			done += end + 1;
			since += end + 1;
			if (listener_line(line, v6, &one)) {
				listener_add(out, &one, a);
				since = 0;
			}
		}
		buf_drop(&b, done);
		if (buf_len(&b) > LINE_MAX_BYTES)
			break;
	}
	buf_clear(&b);
	close(fd);
}

void process_net(const struct process *p, struct arena *a, struct listeners *out)
{
	static const char *const tables[] = { "net/tcp", "net/tcp6" };

	*out = (struct listeners){ 0 };
	for (size_t i = 0; i < 2; i++) {
		int fd = openat(p->dir, tables[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0)
			read_net(fd, i == 1, a, out);
	}
}

/* The inode of "socket:[123]", or 0. */
static uint64_t socket_inode(int dir, const char *fd)
{
	char to[64];
	ssize_t len = readlinkat(dir, fd, to, sizeof(to));
	struct text t = { to, len > 0 ? (size_t)len : 0 };
	int64_t inode;

	if (!text_starts(t, "socket:[") || !text_int(text_sub(t, 8, t.len - 1), &inode) ||
	    inode <= 0)
		return 0;
	return (uint64_t)inode;
}

static const struct listener *with_inode(const struct listeners *net, uint64_t inode)
{
	for (size_t i = 0; inode && i < net->n; i++) {
		if (net->at[i].inode == inode)
			return &net->at[i];
	}
	return NULL;
}

static size_t owned_by(const struct listeners *net, uint32_t uid)
{
	size_t n = 0;

	for (size_t i = 0; i < net->n; i++)
		n += net->at[i].uid == uid;
	return n;
}

bool process_listeners(const struct process *p, const struct listeners *net,
		       uint16_t wanted, struct arena *a, struct listeners *out)
{
	DIR *d = list(p->dir, "fd");
	struct dirent *e;
	struct rights user;
	bool known = process_rights(p, &user) && owned_by(net, user.uid) > 0;
	size_t left = known ? owned_by(net, user.uid) : net->n;

	*out = (struct listeners){ 0 };
	if (!d)
		return false;
	for (int seen = 0; left > 0 && seen < FDS_MAX && (e = readdir(d)); seen++) {
		int fd = number(e->d_name);
		const struct listener *l =
			fd < 0 ? NULL
			       : with_inode(net, socket_inode(dirfd(d), e->d_name));
		struct listener mine;

		if (!l)
			continue;
		mine = *l;
		mine.fd = fd;
		listener_add(out, &mine, a);
		left -= !known || l->uid == user.uid;
		if (wanted && l->port == wanted)
			break;
	}
	closedir(d);
	return true;
}
