/* The search through /proc and the port mappers, and what it keeps. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "node/beam.h"
#include "node/files.h"
#include "node/nodename.h"

enum {
	PATIENCE_NS = 1000000000, /* for a port mapper of this machine */
	ADDRESSES_OF_EPMD = 8,
	FILES_AT_ONCE = 6,
};

/* The listening sockets of one network namespace. */
struct net_seen {
	struct text ns;
	struct listeners listeners;
	struct net_seen *next;
};

static struct text file_below(const struct beams *s, const char *path)
{
	struct text out;

	return s->proc >= 0 && files_read_at(s->proc, path, 256, s->arena, &out)
		       ? out
		       : (struct text){ 0 };
}

static struct text own_link(const struct beams *s, const char *path)
{
	struct process self = { .dir = s->proc };

	return s->proc >= 0 ? process_link(&self, path, s->arena) : (struct text){ 0 };
}

void beams_open(struct beams *s, const struct machine *m, const struct target_options *o,
		struct arena *a)
{
	int64_t first;

	*s = (struct beams){ .machine = m,
			     .options = o,
			     .arena = a,
			     .proc = proc_open(m->root),
			     .ephemeral = 32768 };
	s->net_ns = own_link(s, "self/ns/net");
	s->uts_ns = own_link(s, "self/ns/uts");

	struct text range = file_below(s, "sys/net/ipv4/ip_local_port_range");

	range = text_sub(range, 0, text_chr(range, '\t'));
	if (text_int(range, &first) && first > 0 && first <= UINT16_MAX)
		s->ephemeral = (uint16_t)first;
}

void beams_close(struct beams *s)
{
	for (size_t i = 0; i < s->n; i++) {
		process_close(&s->at[i]->process);
		if (s->at[i]->root >= 0)
			close(s->at[i]->root);
	}
	if (s->proc >= 0)
		close(s->proc);
	s->proc = -1;
	s->n = 0;
}

bool beams_ask(struct beams *s, const char *host, uint16_t port, int netns_pid,
	       struct epmd_name **names, size_t *n)
{
	int64_t patience = s->options->timeout_ns;
	typeof(epmd_names) *ask = s->machine->epmd ? s->machine->epmd : epmd_names;
	struct err err = { 0 };

	if (patience <= 0 || patience > PATIENCE_NS)
		patience = PATIENCE_NS;
	*n = 0;
	if (ask(s->arena, host, port, netns_pid, patience, names, n, &err))
		return true;
	log_line("local port mapper: %s", err.what);
	return false;
}

void beams_epmd(struct beams *s)
{
	struct text list = files_env(s->machine->environ, "ERL_EPMD_ADDRESS"), host;
	uint16_t port = listener_port(files_env(s->machine->environ, "ERL_EPMD_PORT"));

	if (s->epmd_asked)
		return;
	s->epmd_asked = true;
	for (int i = 0;
	     i < ADDRESSES_OF_EPMD && !s->epmd_there && text_cut(&list, ',', &host);
	     i++) {
		host = text_trim(host);
		if (files_printable(host))
			s->epmd_there = beams_ask(s, text_cstr(s->arena, host), port, 0,
						  &s->epmd, &s->nepmd);
	}
	if (!s->epmd_there)
		s->epmd_there = beams_ask(s, "", port, 0, &s->epmd, &s->nepmd);
}

const struct epmd_name *beams_epmd_find(struct beams *s, struct text name)
{
	beams_epmd(s);
	name = nodename_head(name);
	for (size_t i = 0; name.len && i < s->nepmd; i++) {
		if (text_eq(s->epmd[i].name, name))
			return &s->epmd[i];
	}
	return NULL;
}

/* A port is held by one process of a network namespace. */
static bool is_entry(const struct beam *b, const struct epmd_name *entry)
{
	return !b->other_net && b->port == entry->port &&
	       text_eq(nodename_head(b->name), entry->name);
}

const struct beam *beams_of_entry(const struct beams *s, const struct epmd_name *entry)
{
	for (size_t i = 0; i < s->n; i++) {
		if (is_entry(s->at[i], entry))
			return s->at[i];
	}
	return NULL;
}

static const struct listeners *net_of(struct beams *s, const struct process *p,
				      struct text ns)
{
	struct net_seen *seen;

	for (seen = s->nets; seen; seen = seen->next) {
		if (text_eq(seen->ns, ns))
			return &seen->listeners;
	}
	seen = arena_new(s->arena, struct net_seen);
	seen->ns = ns;
	seen->next = s->nets;
	s->nets = seen;
	process_net(p, s->arena, &seen->listeners);
	return &seen->listeners;
}

/* Takes the process: it is closed when it is no beam. */
static struct beam *look(struct beams *s, struct process *p)
{
	struct arena_mark mark = arena_mark(s->arena);
	struct text cmdline = process_cmdline(p, s->arena),
		    exe = process_link(p, "exe", s->arena), ns;

	if (!beam_args_is(cmdline, exe)) {
		arena_rewind(s->arena, mark);
		process_close(p);
		return NULL;
	}

	struct beam *b = arena_new(s->arena, struct beam);

	b->process = *p;
	b->exe = exe;
	beam_args_read(cmdline, &b->args);
	process_rights(p, &b->rights);
	b->readable = process_environ(p, s->arena, &b->environ);
	b->root = process_root(p);
	ns = process_link(p, "ns/net", s->arena);
	b->other_net = ns.len && s->net_ns.len && !text_eq(ns, s->net_ns);
	beam_locate(s, b, b->readable ? net_of(s, p, ns) : NULL);
	return b;
}

static void add(struct beams *s, struct beam *b)
{
	if (s->n == s->cap) {
		struct beam **old = s->at;

		s->cap = s->cap ? 2 * s->cap : 16;
		s->at = arena_many(s->arena, s->cap, struct beam *);
		if (s->n)
			memcpy(s->at, old, s->n * sizeof(struct beam *));
	}
	s->at[s->n++] = b;
}

struct beam *beams_pid(struct beams *s, int pid)
{
	struct process p;
	struct beam *b = process_open(s->proc, pid, &p) ? look(s, &p) : NULL;

	if (b)
		add(s, b);
	return b;
}

/* A search for the one process that an entry of the port mapper means, or for all. */
struct scan {
	struct beams *beams;
	const struct epmd_name *wanted; /* NULL: all */
	bool short_of_files;            /* not all were looked at */
};

/* What looking at one more process opens at once; without it, one that is there would
 * look like none. */
static bool have_files(const struct beams *s)
{
	int fds[FILES_AT_ONCE];
	size_t n = 0;

	while (n < FILES_AT_ONCE && (fds[n] = fcntl(s->proc, F_DUPFD_CLOEXEC, 0)) >= 0)
		n++;
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	return n == FILES_AT_ONCE;
}

/* The first page of a command line shows that it is no beam's for nearly all processes,
 * without keeping anything: the emulator's own flags before "-root" are few. */
static bool scan_one(void *ctx, int pid)
{
	struct scan *scan = ctx;
	struct process p;
	struct beam *b;

	if (!process_open(scan->beams->proc, pid, &p))
		return true;
	if (!process_mentions(&p, (struct text)TEXT_INIT("\0--\0-root"))) {
		process_close(&p);
		return true;
	}
	b = look(scan->beams, &p);
	if (!b)
		return true;
	add(scan->beams, b);
	scan->short_of_files = !have_files(scan->beams);
	return !scan->short_of_files && !(scan->wanted && is_entry(b, scan->wanted));
}

bool beams_scan(struct beams *s, struct err *err)
{
	struct scan scan = { .beams = s };

	if (s->proc < 0)
		return true;
	scan.short_of_files = !have_files(s);
	if (!scan.short_of_files)
		proc_each(s->proc, scan_one, &scan);
	if (!scan.short_of_files)
		return true;
	fail(err, ERR_SYSTEM, "cannot look at all processes of this host: %s",
	     strerror(EMFILE));
	return fail_hint(err, "raise the limit (ulimit -n)");
}

const struct beam *beams_scan_for(struct beams *s, const struct epmd_name *entry)
{
	if (s->proc >= 0)
		proc_each(s->proc, scan_one,
			  &(struct scan){ .beams = s, .wanted = entry });
	return beams_of_entry(s, entry);
}
