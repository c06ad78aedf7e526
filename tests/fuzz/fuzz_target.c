/*
 * Finding a target on a machine that means ill: SOURCE, our environment, epmd's answer
 * and every file that is read are the fuzzer's. The input is cut at the bytes FE: two
 * bytes of options, then the parts in the order of the table below.
 */
#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "node/epmd.h"
#include "node/target.h"

static const char *const files[] = {
	"/proc/71/cmdline",
	"/proc/71/environ",
	"/proc/71/status",
	"/proc/71/stat",
	"/proc/71/net/tcp",
	"/proc/71/net/tcp6",
	"/proc/71/root/home/.erlang.cookie",
	"/proc/71/root/etc/passwd",
	"/proc/71/root/etc/resolv.conf",
	"/proc/71/root/r/releases/start_erl.data",
	"/proc/71/root/r/releases/1/OTP_VERSION",
	"/proc/72/cmdline",
	"/proc/72/environ",
	"/proc/sys/kernel/hostname",
	"/proc/stat",
	"/etc/hosts",
	"/cookie",
};
enum { FILES = sizeof(files) / sizeof(files[0]), VARIABLES = 4 };

static char root[PATH_MAX];
static int fds[FILES];
static struct text epmd_says;

static void path_below(const char *path, char *out)
{
	if (snprintf(out, PATH_MAX, "%.1000s%s", root, path) >= PATH_MAX)
		abort();
	for (char *p = out + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(out, 0755);
		*p = '/';
	}
}

static void make_link(const char *path, const char *to)
{
	char where[PATH_MAX];

	path_below(path, where);
	if (symlink(to, where) != 0)
		abort();
}

static void make_dir(const char *path)
{
	char where[PATH_MAX];

	path_below(path, where);
	mkdir(where, 0755);
}

static void remove_all(void)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	if (system(command) != 0)
		perror(root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char where[PATH_MAX];

	strcpy(root, access("/dev/shm", W_OK) == 0 ? "/dev/shm/otoscope-fuzz-XXXXXX" : "/tmp/otoscope-fuzz-XXXXXX");
	if (!mkdtemp(root))
		abort();
	for (size_t i = 0; i < FILES; i++) {
		path_below(files[i], where);
		fds[i] = open(where, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (fds[i] < 0)
			abort();
	}
	make_link("/proc/self/ns/net", "net:[1]");
	make_link("/proc/self/ns/uts", "uts:[1]");
	make_link("/proc/71/ns/net", "net:[1]");
	make_link("/proc/71/ns/uts", "uts:[2]");
	make_link("/proc/72/ns/net", "net:[2]");
	make_link("/proc/71/exe", "/r/erts-15.2/bin/beam.smp");
	make_link("/proc/71/fd/17", "socket:[3001]");
	make_link("/proc/71/fd/18", "socket:[3002]");
	make_link("/proc/72/fd/17", "socket:[3003]");
	make_link("/proc/71/root/link", "/home");
	make_dir("/proc/71/task");
	make_dir("/proc/72/task");
	atexit(remove_all);
	return 0;
}

static bool made_epmd(struct arena *a, const char *host, uint16_t port, int netns_pid, int64_t timeout_ns,
		      struct epmd_name **names, size_t *n, struct err *err)
{
	return epmd_names_parse(a, epmd_says, names, n, err);
}

static void assert_tame(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		assert((unsigned char)t.p[i] >= 0x20 && t.p[i] != 0x7f);
}

static void check_target(const struct machine *m, const struct target_options *o, struct text source)
{
	struct arena a = { 0 };
	struct target t;
	struct err err = { 0 };

	if (target_find(m, o, source, &a, &t, &err)) {
		assert(t.cookie.len > 0 && t.cookie.len <= 255);
		assert(t.name.len > 0 || t.port);
		assert_tame(t.cookie);
		assert_tame(t.name);
		assert_tame(t.host);
		assert_tame(t.cookie_from);
	} else {
		assert(err.kind != ERR_NONE && err.what[0]);
	}
	target_known(m, o, source);
	arena_clear(&a);
}

static void check_nodes(const struct machine *m, const struct target_options *o)
{
	struct arena a = { 0 };
	struct local_node *nodes;
	struct err err = { 0 };
	size_t n;

	if (local_nodes(m, o, &a, &nodes, &n, &err)) {
		for (size_t i = 0; i < n; i++) {
			assert_tame(nodes[i].name);
			assert_tame(nodes[i].release);
			assert_tame(nodes[i].cookie_from);
			assert(nodes[i].started_wall_ns >= 0);
			assert(nodes[i].name.len || nodes[i].os_pid);
		}
	} else {
		assert(err.kind != ERR_NONE);
	}
	arena_clear(&a);
}

static struct text next(struct text *rest)
{
	struct text part = { 0 };

	text_cut(rest, (char)0xfe, &part);
	return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = { (const char *)data, size }, options = text_sub(rest, 0, 2), source;
	unsigned bits = options.len == 2 ? (unsigned char)options.p[0] : 0;
	struct arena a = { 0 };
	char *env[VARIABLES + 1];

	rest = text_sub(rest, 2, size);
	source = next(&rest);
	for (size_t i = 0; i < VARIABLES; i++)
		env[i] = text_cstr(&a, next(&rest));
	env[VARIABLES] = NULL;
	epmd_says = next(&rest);
	for (size_t i = 0; i < FILES; i++) {
		struct text part = next(&rest);

		if (ftruncate(fds[i], 0) != 0 || pwrite(fds[i], part.p, part.len, 0) != (ssize_t)part.len)
			abort();
	}

	const struct machine m = { .root = root, .environ = env, .epmd = made_epmd };
	const struct target_options o = {
		.cookie_file = bits & 1 ? "/cookie" : NULL,
		.host = bits & 2 ? "127.0.0.1" : bits & 4 ? "10.0.0.1" : NULL,
		.port = bits & 8 ? (uint16_t)(unsigned char)options.p[1] : 0,
	};

	check_target(&m, &o, source);
	check_nodes(&m, &o);
	arena_clear(&a);
	return 0;
}
