#include "machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static const char *epmd_has;
static int epmd_asked;
static int epmd_netns;

void machine_epmd(const char *names)
{
	epmd_has = names;
	epmd_asked = 0;
	epmd_netns = 0;
}

int machine_epmd_asked(void)
{
	return epmd_asked;
}

int machine_epmd_netns(void)
{
	return epmd_netns;
}

static bool made_epmd(struct arena *a, const char *host, uint16_t port, int netns_pid, int64_t timeout_ns,
		      struct epmd_name **names, size_t *n, struct err *err)
{
	struct text rest = text_of(epmd_has), one;

	epmd_asked++;
	epmd_netns = netns_pid;
	*n = 0;
	*names = arena_many(a, 16, struct epmd_name);
	if (!epmd_has)
		return fail(err, ERR_CONNECT, "no epmd");
	while (*n < 16 && text_cut(&rest, ' ', &one)) {
		size_t colon = text_chr(one, ':');
		int64_t number;

		assert_true(text_int(text_sub(one, colon + 1, one.len), &number));
		(*names)[*n].name = text_sub(one, 0, colon);
		(*names)[(*n)++].port = (uint16_t)number;
	}
	return true;
}

void machine_make(struct made_machine *m)
{
	memset(m, 0, sizeof(*m));
	strcpy(m->root, "/tmp/otoscope-unit-XXXXXX");
	assert_non_null(mkdtemp(m->root));
	m->machine = (struct machine){ .root = m->root, .environ = m->env, .epmd = made_epmd };
	m->options.timeout_ns = 1000000000;
	machine_epmd(NULL);
	machine_file(m, "/proc/sys/kernel/hostname", "web1\n");
	machine_file(m, "/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
	machine_file(m, "/proc/stat", "cpu 1 2 3\nbtime 1700000000\nprocesses 5\n");
	machine_link(m, "/proc/self/ns/net", "net:[host]");
	machine_link(m, "/proc/self/ns/uts", "uts:[host]");
}

void machine_remove(struct made_machine *m)
{
	char command[256];

	snprintf(command, sizeof(command), "chmod -R u+rwx '%s' && rm -rf '%s'", m->root, m->root);
	assert_int_equal(system(command), 0);
	arena_clear(&m->arena);
	for (size_t i = 0; i < m->nenv; i++)
		free(m->env[i]);
}

void machine_env(struct made_machine *m, const char *variable)
{
	assert_true(m->nenv + 1 < sizeof(m->env) / sizeof(m->env[0]));
	m->env[m->nenv++] = strdup(variable);
}

/* The path below the root, with its directories made. */
static void place(struct made_machine *m, const char *path, char *out, size_t size)
{
	assert_true(snprintf(out, size, "%s%s", m->root, path) < (int)size);
	for (char *p = out + strlen(m->root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(out, 0755);
		*p = '/';
	}
}

void machine_bytes(struct made_machine *m, const char *path, const void *bytes, size_t len)
{
	char where[4096];
	int fd;

	place(m, path, where, sizeof(where));
	fd = open(where, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

void machine_file(struct made_machine *m, const char *path, const char *text)
{
	machine_bytes(m, path, text, strlen(text));
}

void machine_link(struct made_machine *m, const char *path, const char *to)
{
	char where[4096];

	place(m, path, where, sizeof(where));
	assert_int_equal(symlink(to, where), 0);
}

void machine_dir(struct made_machine *m, const char *path)
{
	char where[4096];

	place(m, path, where, sizeof(where));
	assert_int_equal(mkdir(where, 0755), 0);
}

static void words(struct made_machine *m, int pid, const char *file, const char *text)
{
	char path[64], bytes[8192];
	size_t len = strlen(text);

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	assert_true(len + 1 < sizeof(bytes));
	for (size_t i = 0; i <= len; i++)
		bytes[i] = text[i] == '|' ? '\0' : text[i];
	machine_bytes(m, path, bytes, len ? len + 1 : 0);
}

static void descriptors(struct made_machine *m, const struct made *p)
{
	struct text rest = text_of(p->fds), one;
	char path[64], to[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", p->pid);
	machine_dir(m, path);
	while (text_cut(&rest, ' ', &one)) {
		size_t colon = text_chr(one, ':');

		snprintf(path, sizeof(path), "/proc/%d/fd/%.*s", p->pid, (int)colon, one.p);
		snprintf(to, sizeof(to), "socket:[%.*s]", TEXT_ARG(text_sub(one, colon + 1, one.len)));
		machine_link(m, path, to);
	}
}

void machine_process(struct made_machine *m, const struct made *p)
{
	unsigned uid = p->uid ? p->uid : geteuid();
	char path[64], text[256];

	words(m, p->pid, "cmdline", p->args ? p->args : "");
	snprintf(path, sizeof(path), "/proc/%d/status", p->pid);
	snprintf(text, sizeof(text), "Name:\tx\nUid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nGroups:\t%u \n", uid, uid,
		 uid, uid, uid, uid, uid, uid, uid);
	machine_file(m, path, text);
	snprintf(path, sizeof(path), "/proc/%d/stat", p->pid);
	machine_file(m, path, "5 (beam) smp)) S 1 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 20 0 12345 1 2 3");
	for (int thread = 0; thread < (p->single ? 1 : 2); thread++) {
		snprintf(path, sizeof(path), "/proc/%d/task/%d/x", p->pid, p->pid + thread);
		machine_file(m, path, "");
	}
	if (p->closed)
		return;
	words(m, p->pid, "environ", p->env ? p->env : "");
	snprintf(path, sizeof(path), "/proc/%d/exe", p->pid);
	machine_link(m, path, p->exe ? p->exe : "/usr/lib/erlang/erts-13.1.5/bin/beam.smp");
	snprintf(path, sizeof(path), "/proc/%d/ns/net", p->pid);
	snprintf(text, sizeof(text), "net:[%s]", p->net ? p->net : "host");
	machine_link(m, path, text);
	snprintf(path, sizeof(path), "/proc/%d/ns/uts", p->pid);
	snprintf(text, sizeof(text), "uts:[%s]", p->net ? p->net : "host");
	machine_link(m, path, text);
	snprintf(path, sizeof(path), "/proc/%d/root", p->pid);
	machine_dir(m, path);
	descriptors(m, p);
}

void machine_net(struct made_machine *m, int pid, const char *sockets)
{
	struct text rest = text_of(sockets), line;
	char path[64], v4[8192] = "  sl  local_address rem_address\n", v6[8192] = "  sl  local_address\n";

	while (text_cut(&rest, '\n', &line)) {
		char address[64];
		unsigned inode, port, uid;
		bool wide;

		assert_int_equal(sscanf(line.p, "%u %u %63s %u", &inode, &port, address, &uid), 4);
		if (!strcmp(address, "any"))
			strcpy(address, "00000000");
		if (!strcmp(address, "any6"))
			strcpy(address, "00000000000000000000000000000000");
		wide = strlen(address) == 32;

		char *to = wide ? v6 : v4;
		size_t len = strlen(to);

		snprintf(to + len, sizeof(v4) - len,
			 "   0: %s:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000 %5u 0 %u 1 0\n", address,
			 port, uid, inode);
	}
	snprintf(path, sizeof(path), "/proc/%d/net/tcp", pid);
	machine_file(m, path, v4);
	snprintf(path, sizeof(path), "/proc/%d/net/tcp6", pid);
	machine_file(m, path, v6);
}

bool machine_find(struct made_machine *m, const char *source, struct target *t, struct err *err)
{
	memset(err, 0, sizeof(*err));
	return target_find(&m->machine, &m->options, text_of(source), &m->arena, t, err);
}
