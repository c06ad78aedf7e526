/* One virtual machine of this host: its name, its port, its release. */
#include "node/beam.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "node/files.h"
#include "node/host.h"
#include "node/nodename.h"

enum {
	ASK_MAX = 8, /* port mappers of others: a process may name any number of them */
	FILE_MAX = 65536,
};

bool beam_read(const struct beam *b, struct text path, size_t max, struct arena *a,
	       struct text *out)
{
	*out = (struct text){ 0 };
	return b->root >= 0 && files_printable(path) &&
	       rooted_read(b->root, path, &b->rights, max, a, out);
}

/* Its machine's name, which is not ours when it lives in another UTS namespace. */
static struct text uts_name(const struct beams *s, const struct beam *b)
{
	struct text ns = process_link(&b->process, "ns/uts", s->arena), name;

	if (!ns.len || !s->uts_ns.len || text_eq(ns, s->uts_ns))
		return host_name(s->machine, s->arena);
	name = environ_get(b->environ, "HOSTNAME");
	if (!files_printable(name)) {
		beam_read(b, TEXT("/etc/hostname"), FILE_MAX, s->arena, &name);
		name = text_trim(name);
	}
	return files_printable(name) ? name : (struct text){ 0 };
}

/* The name on the command line, with the host part that the node put behind it. */
static struct text full_name(const struct beams *s, const struct beam *b)
{
	struct text name = b->args.name, host, resolv = { 0 }, hosts = { 0 };

	if (!name.len || text_chr(name, '@') < name.len)
		return name;
	if (b->args.long_name) {
		beam_read(b, TEXT("/etc/resolv.conf"), FILE_MAX, s->arena, &resolv);
		beam_read(b, TEXT("/etc/hosts"), FILE_MAX, s->arena, &hosts);
	}
	host = host_part(uts_name(s, b), b->args.long_name, resolv, hosts, s->arena);

	struct text full =
		text_printf(s->arena, "%.*s@%.*s", TEXT_ARG(name), TEXT_ARG(host));

	return nodename_valid(full) ? full : name;
}

static uint16_t or_default(uint16_t port)
{
	return port ? port : EPMD_PORT;
}

/* The port of the port mapper that it registered with. */
static uint16_t its_epmd_port(const struct beam *b)
{
	if (b->args.epmd_port)
		return b->args.epmd_port;
	return or_default(listener_port(environ_get(b->environ, "ERL_EPMD_PORT")));
}

/* Does it register with the one that we ask? */
static bool same_epmd(const struct beams *s, const struct beam *b)
{
	return !b->other_net &&
	       its_epmd_port(b) == or_default(listener_port(files_env(s->machine->environ,
								"ERL_EPMD_PORT")));
}

/* What one port mapper has. */
struct names {
	struct epmd_name *at;
	size_t n;
};

static const struct epmd_name *entry_named(struct names names, struct text head)
{
	for (size_t i = 0; head.len && i < names.n; i++) {
		if (text_eq(names.at[i].name, head))
			return &names.at[i];
	}
	return NULL;
}

/* The entry whose port is one of the process's own. */
static const struct epmd_name *entry_held(struct names names,
					  const struct listeners *held)
{
	for (size_t i = 0; i < names.n; i++) {
		for (size_t k = 0; k < held->n; k++) {
			if (names.at[i].port == held->at[k].port)
				return &names.at[i];
		}
	}
	return NULL;
}

static struct names hosts_names(struct beams *s)
{
	beams_epmd(s);
	return (struct names){ s->epmd, s->nepmd };
}

/* Those of the port mapper in its own namespace, or on a port of its own. */
static struct names its_names(struct beams *s, const struct beam *b)
{
	struct names names = { 0 };

	if (s->asked++ < ASK_MAX)
		beams_ask(s, "", its_epmd_port(b), b->other_net ? b->process.pid : 0,
			  &names.at, &names.n);
	return names;
}

static void settle(struct beams *s, struct beam *b, const struct listener *l)
{
	if (!l)
		return;
	b->port = l->port;
	b->address = listener_address(l, s->arena);
}

/* A node that was started with net_kernel:start/2 or Node.start has its name at epmd
 * only, or in its release's environment. */
static void name_by_entry(struct beam *b, const struct epmd_name *entry)
{
	struct text release = environ_get(b->environ, "RELEASE_NODE");

	if (b->name.len || b->args.deaf)
		return;
	if (nodename_valid(release) &&
	    (!entry || text_eq(nodename_head(release), entry->name)))
		b->name = release;
	else if (entry && nodename_valid(entry->name))
		b->name = entry->name;
}

/* Somebody else's: /proc does not show its sockets. */
static void locate_unreadable(struct beams *s, struct beam *b)
{
	struct names names = same_epmd(s, b) ? hosts_names(s) : its_names(s, b);
	const struct epmd_name *entry = entry_named(names, nodename_head(b->name));

	if (entry)
		b->port = entry->port;
	else if (b->name.len)
		b->port = b->args.fixed_port;
}

static void locate_readable(struct beams *s, struct beam *b, const struct listeners *net)
{
	uint16_t env_port = listener_port(environ_get(b->environ, "ERL_DIST_PORT"));
	struct port_hints hints = {
		.fixed = b->args.fixed_port ? b->args.fixed_port : env_port,
		.min = b->args.listen_min,
		.max = b->args.listen_max,
		.ephemeral = s->ephemeral,
		.named = b->name.len > 0,
	};
	bool same = same_epmd(s, b);
	struct names names = same ? hosts_names(s) : (struct names){ 0 };
	const struct epmd_name *entry = entry_named(names, nodename_head(b->name));
	struct listeners held;

	process_listeners(&b->process, net, entry ? entry->port : hints.fixed, s->arena,
			  &held);

	/* Its own port mapper is asked only when its sockets leave a doubt. */
	if (!same &&
	    (hints.named ? held.n > 1 && !hints.fixed && !hints.min : held.n > 0))
		names = its_names(s, b);
	entry = hints.named ? entry_named(names, nodename_head(b->name))
			    : entry_held(names, &held);
	hints.epmd = entry ? entry->port : 0;
	settle(s, b, listener_pick(&held, &hints));
	if (b->port)
		name_by_entry(b, entry);
}

void beam_locate(struct beams *s, struct beam *b, const struct listeners *net)
{
	b->name = full_name(s, b);
	if (b->args.deaf)
		return;
	if (b->readable)
		locate_readable(s, b, net);
	else
		locate_unreadable(s, b);
}

/* "13" of "/usr/lib/erlang/erts-13.1.5/bin"; 0 when there is none. */
static int64_t erts_major(struct text path)
{
	size_t at = text_find(path, TEXT("/erts-"));
	struct text version = text_sub(path, at + 6, path.len);
	int64_t major;

	return text_int(text_sub(version, 0, text_chr(version, '.')), &major) ? major : 0;
}

/* OTP_VERSION of an installation stands in releases/N of its root, and start_erl.data
 * says "ERTS N"; in a release of somebody's own N is that one's version, and there is no
 * OTP_VERSION. */
static struct text installed(const struct beam *b, struct arena *a, int64_t *erts)
{
	struct text data, version, erts_version;

	if (!b->args.root.len || !beam_read(b,
					    text_printf(a, "%.*s/releases/start_erl.data",
							TEXT_ARG(b->args.root)),
					    256, a, &data))
		return (struct text){ 0 };
	data = text_trim(data);
	if (!text_cut(&data, ' ', &erts_version) || !files_printable(data) ||
	    text_chr(data, '/') < data.len)
		return (struct text){ 0 };
	if (!text_int(text_sub(erts_version, 0, text_chr(erts_version, '.')), erts))
		*erts = 0;
	if (!beam_read(b,
		       text_printf(a, "%.*s/releases/%.*s/OTP_VERSION",
				   TEXT_ARG(b->args.root), TEXT_ARG(data)),
		       256, a, &version))
		return (struct text){ 0 };
	version = text_trim(version);
	return text_sub(version, 0, text_chr(version, '.'));
}

struct text beam_release(const struct beam *b, struct arena *a)
{
	int64_t erts = 0, number;
	struct text release = installed(b, a, &erts);

	if (text_int(release, &number) && number > 0 && number < 1000)
		return release;
	if (!erts)
		erts = erts_major(b->args.bindir);
	if (!erts)
		erts = erts_major(b->exe);
	/* Source: the releases of OTP: erts 11 came with 23, and both have counted on
	 * together since (17 with 29). */
	if (erts < 11 || erts > 999)
		return (struct text){ 0 };
	return text_printf(a, "%d", (int)erts + 12);
}
