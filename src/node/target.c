/* SOURCE and the options to a target: by process, by port, by name, or the only one. */
#include "node/target.h"

#include "base/buf.h"
#include "node/beam.h"
#include "node/cookie.h"
#include "node/files.h"
#include "node/host.h"
#include "node/nodename.h"

enum { LIST_MAX = 380 }; /* characters of a list in a hint */

/* One search for one target. */
struct search {
	const struct machine *m;
	const struct target_options *o;
	struct arena *a;
	struct beams beams;
	struct target *out;
	struct err *err;
	bool process; /* the process is all that is wanted */
};

/* A port in the environment; what is no port counts as not set. */
static uint16_t port_env(const struct machine *m, const char *name)
{
	return listener_port(files_env(m->environ, name));
}

/* A list of names that fits a hint; what does not fit is counted. */
struct names_list {
	struct buf text;
	size_t left_out;
};

static void list_add(struct names_list *l, struct text name, int pid)
{
	size_t before = buf_len(&l->text);

	if (l->left_out) {
		l->left_out++;
		return;
	}
	if (before)
		buf_str(&l->text, ", ");
	buf_text_add(&l->text, name);
	if (pid && name.len)
		buf_printf(&l->text, " (os:%d)", pid);
	else if (pid)
		buf_printf(&l->text, "os:%d", pid);
	if (buf_len(&l->text) > LIST_MAX) {
		buf_cut(&l->text, before);
		l->left_out = 1;
	}
}

static bool list_hint(struct names_list *l, struct err *err, const char *before)
{
	if (l->left_out)
		buf_printf(&l->text, " and %zu more", l->left_out);
	fail_hint(err, "%s%s", before, buf_cstr(&l->text));
	buf_clear(&l->text);
	return false;
}

/* An entry of the port mapper that no process accounts for. */
static bool is_orphan(const struct beams *s, const struct epmd_name *entry)
{
	return nodename_valid(entry->name) && !beams_of_entry(s, entry);
}

/* Is it one that a person may mean when they name none? Somebody's remote shell is
 * not. */
static bool is_candidate(const struct beam *b)
{
	return b->port && !b->args.shell;
}

static bool hint_nodes(struct search *s, const char *before, const char *none)
{
	struct names_list l = { 0 };

	for (size_t i = 0; i < s->beams.n; i++) {
		const struct beam *b = s->beams.at[i];

		if (b->port)
			list_add(&l, b->name, b->process.pid);
	}
	for (size_t i = 0; i < s->beams.nepmd; i++) {
		if (is_orphan(&s->beams, &s->beams.epmd[i]))
			list_add(&l, s->beams.epmd[i].name, 0);
	}
	if (buf_len(&l.text))
		return list_hint(&l, s->err, before);
	buf_clear(&l.text);
	return fail_hint(s->err, "%s", none);
}

static bool no_cookie(struct search *s, const struct beam *b)
{
	if (s->out->name.len)
		fail(s->err, ERR_REFUSED, "no cookie found for node '%.*s'",
		     TEXT_ARG(s->out->name));
	else
		fail(s->err, ERR_REFUSED, "no cookie found");
	if (b && !b->readable)
		return fail_hint(s->err, "os:%d belongs to user %u: run as that user or "
				 "as root, or try --cookie-file or $OTOSCOPE_COOKIE",
				 b->process.pid, b->rights.uid);
	return fail_hint(s->err, "try --cookie-file or $OTOSCOPE_COOKIE (see "
			 "otoscope(1), COOKIES)");
}

static bool add_cookie(struct search *s, const struct beam *b)
{
	struct cookie cookie;

	if (!cookie_find(s->m, s->o, b, s->a, &cookie, s->err))
		return false;
	if (!cookie.value.len)
		return no_cookie(s, b);
	s->out->cookie = cookie.value;
	s->out->cookie_from = cookie.from;
	return true;
}

/* The name that the user gave stands; the process tells the rest. */
static bool take_beam(struct search *s, const struct beam *b)
{
	if (!s->out->name.len)
		s->out->name = b->name;
	s->out->os_pid = b->process.pid;
	if (s->process)
		return true;
	if (!s->out->host.len && b->port)
		s->out->host = b->address;
	if (!s->out->port)
		s->out->port = b->port;
	if (b->args.epmd_port)
		s->out->epmd_port = b->args.epmd_port;
	if (b->other_net)
		s->out->netns_pid = b->process.pid;
	s->out->tls = b->args.tls;
	return add_cookie(s, b);
}

/* What only the port mapper knows has no process that we see. */
static bool no_process(struct search *s)
{
	fail(s->err, ERR_CANNOT, "node '%.*s' is no process of this host",
	     TEXT_ARG(s->out->name));
	return fail_hint(s->err, "only the operating system of its own host tells of its "
			 "threads");
}

static bool take_entry(struct search *s, const struct epmd_name *entry)
{
	if (!s->out->name.len)
		s->out->name = entry->name;
	if (s->process)
		return no_process(s);
	s->out->port = entry->port;
	return add_cookie(s, NULL);
}

static bool not_attachable(struct search *s, const struct beam *b)
{
	int pid = b->process.pid;

	if (s->process)
		return take_beam(s, b);
	if (b->args.deaf) {
		fail(s->err, ERR_CONNECT, "os:%d takes no connections from other nodes",
		     pid);
		return fail_hint(s->err, "it was started with -dist_listen false or "
				 "without a name of its own");
	}
	if (!b->readable) {
		fail(s->err, ERR_SYSTEM, "cannot read /proc/%d, which belongs to user %u",
		     pid, b->rights.uid);
		return fail_hint(s->err, "needs the same user or root; or give its port "
				 "with --port");
	}
	if (b->name.len) {
		fail(s->err, ERR_CONNECT, "node '%.*s' (os:%d) listens on no port",
		     TEXT_ARG(b->name), pid);
		return fail_hint(s->err, "it may be starting up, or its distribution may "
				 "have failed");
	}
	fail(s->err, ERR_CONNECT, "os:%d is an Erlang VM but not a distributed node",
	     pid);
	return fail_hint(s->err, "start it with -sname or -name, or call "
			 "net_kernel:start/2 in its shell");
}

static bool find_pid(struct search *s, struct text number)
{
	struct process p;
	struct beam *b;
	int64_t pid;
	bool exists;

	if (!text_int(number, &pid) || pid < 1 || pid > INT32_MAX) {
		fail(s->err, ERR_USAGE, "'os:%.*s' is no process", TEXT_ARG(number));
		return fail_hint(s->err,
				 "os: takes the number of a process, as in os:4711");
	}
	s->out->port = s->o->port;
	b = beams_pid(&s->beams, (int)pid);
	if (b && (b->port || s->out->port))
		return take_beam(s, b);
	if (b)
		return not_attachable(s, b);
	exists = process_open(s->beams.proc, (int)pid, &p);
	process_close(&p);
	if (exists)
		fail(s->err, ERR_CONNECT, "process %d is not an Erlang node", (int)pid);
	else
		fail(s->err, ERR_CONNECT, "there is no process %d", (int)pid);
	beams_scan(&s->beams, NULL);
	beams_epmd(&s->beams);
	return hint_nodes(s, "nodes here: ", "no Erlang node runs on this host");
}

/* With a port nothing needs to be found; the process behind it may have the cookie. */
static const struct beam *with_port(struct search *s, bool here)
{
	struct text head = nodename_head(s->out->name);

	if (!here || (!s->process && cookie_given(s->m, s->o)))
		return NULL;
	beams_scan(&s->beams, NULL);
	for (size_t i = 0; i < s->beams.n; i++) {
		const struct beam *b = s->beams.at[i];

		if (!b->other_net && b->port == s->out->port &&
		    (!head.len || text_eq(head, nodename_head(b->name))))
			return b;
	}
	return NULL;
}

static bool find_by_port(struct search *s, bool here)
{
	const struct beam *b = with_port(s, here);

	if (!b && s->process)
		return no_process(s);
	return b ? take_beam(s, b) : add_cookie(s, NULL);
}

/* The best of those that have the name: the very host part goes before another, our
 * own network before others. */
static size_t narrow(const struct beam **found, size_t n,
		     bool (*keeps)(const struct beam *b, struct text name),
		     struct text name)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (keeps(found[i], name)) {
			const struct beam *one = found[i];

			found[i] = found[kept];
			found[kept++] = one;
		}
	}
	return kept ? kept : n;
}

static bool same_name(const struct beam *b, struct text name)
{
	return text_eq(b->name, name);
}

static bool same_net(const struct beam *b, struct text name)
{
	return !b->other_net;
}

static bool listens(const struct beam *b, struct text name)
{
	return b->port;
}

static size_t named(struct search *s, const struct beam ***found)
{
	struct text head = nodename_head(s->out->name);
	size_t n = 0;

	*found = arena_many(s->a, s->beams.n, const struct beam *);
	for (size_t i = 0; i < s->beams.n; i++) {
		if (text_eq(nodename_head(s->beams.at[i]->name), head))
			(*found)[n++] = s->beams.at[i];
	}
	n = narrow(*found, n, listens, s->out->name);
	if (nodename_host(s->out->name).len)
		n = narrow(*found, n, same_name, s->out->name);
	return narrow(*found, n, same_net, s->out->name);
}

static bool several(struct search *s, const struct beam *const *found, size_t n)
{
	struct names_list l = { 0 };

	fail(s->err, ERR_USAGE, "%zu nodes of this host are called '%.*s'", n,
	     TEXT_ARG(s->out->name));
	for (size_t i = 0; i < n; i++)
		list_add(&l, found[i]->name, found[i]->process.pid);
	return list_hint(&l, s->err, "give one by its process: ");
}

static bool absent(struct search *s)
{
	fail(s->err, ERR_CONNECT, "no node '%.*s' on this host", TEXT_ARG(s->out->name));
	return hint_nodes(s, "nodes here: ", s->beams.epmd_there
			  ? "no Erlang node runs on this host"
			  : "no Erlang node runs on this host, and no epmd either");
}

/* A node that no port mapper knows, or that several processes may be. */
static bool find_process(struct search *s)
{
	const struct beam **found;
	size_t n = named(s, &found);

	if (n > 1)
		return several(s, found, n);
	if (!n)
		return absent(s);
	return found[0]->port ? take_beam(s, found[0]) : not_attachable(s, found[0]);
}

/* The node of a container whose port mapper is published on this host. */
static const struct beam *published(struct search *s, const struct epmd_name *entry)
{
	const struct beam **found;

	return named(s, &found) == 1 && found[0]->port == entry->port ? found[0] : NULL;
}

/*
 * A node of this machine by its name. The host's port mapper goes first; the process is
 * looked for when it has the cookie, or when the port mapper does not know the node.
 */
static bool find_here(struct search *s)
{
	const struct epmd_name *entry = beams_epmd_find(&s->beams, s->out->name);
	const struct beam *b;

	if (!entry)
		return beams_scan(&s->beams, s->err) && find_process(s);
	if (!s->process && cookie_given(s->m, s->o))
		return take_entry(s, entry);
	b = beams_scan_for(&s->beams, entry);
	if (!b)
		b = published(s, entry);
	return b ? take_beam(s, b) : take_entry(s, entry);
}

/* Does --host mean this machine? Also true without it. */
static bool is_here(const struct search *s)
{
	return !s->o->host || host_is_here(s->m, text_of(s->o->host), s->a);
}

static bool find_name(struct search *s, struct text name)
{
	struct text host = nodename_host(name);
	bool here = is_here(s);

	if (!nodename_valid(name)) {
		fail(s->err, ERR_USAGE, "'%.*s' is no name of a node", TEXT_ARG(name));
		return fail_hint(s->err, "give name@host, name, or os:PID");
	}
	s->out->name = text_dup(s->a, name);
	here = here && (!host.len || host_is_here(s->m, host, s->a));
	if (s->out->port)
		return find_by_port(s, here);
	if (!here && s->process)
		return no_process(s);
	return here ? find_here(s) : add_cookie(s, NULL);
}

static bool none_here(struct search *s)
{
	struct names_list l = { 0 };

	for (size_t i = 0; i < s->beams.n; i++)
		list_add(&l, s->beams.at[i]->name, s->beams.at[i]->process.pid);
	fail(s->err, ERR_USAGE, "no Erlang node to attach to runs on this host");
	if (buf_len(&l.text))
		return list_hint(&l, s->err,
				 "VMs without distribution, or remote shells: ");
	buf_clear(&l.text);
	return fail_hint(s->err, "give one of another host: name@host");
}

/* The only node of this host. */
static bool find_any(struct search *s)
{
	const struct epmd_name *entry = NULL;
	const struct beam *b = NULL;
	size_t n = 0;

	if (s->out->port)
		return find_by_port(s, is_here(s));
	if (s->o->host) {
		fail(s->err, ERR_USAGE, "which node of '%s'?", s->o->host);
		return fail_hint(s->err, "give its name, or its port with --port");
	}
	if (!beams_scan(&s->beams, s->err))
		return false;
	beams_epmd(&s->beams);
	for (size_t i = 0; i < s->beams.n; i++) {
		if (is_candidate(s->beams.at[i])) {
			b = s->beams.at[i];
			n++;
		}
	}
	for (size_t i = 0; i < s->beams.nepmd; i++) {
		if (is_orphan(&s->beams, &s->beams.epmd[i])) {
			entry = &s->beams.epmd[i];
			n++;
		}
	}
	if (n > 1) {
		fail(s->err, ERR_USAGE, "%zu nodes run on this host: which one?", n);
		return hint_nodes(s, "give one of: ", "");
	}
	return b ? take_beam(s, b) : entry ? take_entry(s, entry) : none_here(s);
}

static bool search(struct search *s, struct text source)
{
	bool ok;

	*s->out = (struct target){
		.host = text_dup(s->a, text_of(s->o->host)),
		.port = s->o->port ? s->o->port : port_env(s->m, "ERL_DIST_PORT"),
		.epmd_port = port_env(s->m, "ERL_EPMD_PORT"),
		.machine = s->m,
	};
	beams_open(&s->beams, s->m, s->o, s->a);
	if (!source.len)
		ok = find_any(s);
	else if (text_starts(source, "os:"))
		ok = find_pid(s, text_sub(source, 3, source.len));
	else
		ok = find_name(s, source);
	beams_close(&s->beams);
	return ok;
}

bool target_find(const struct machine *m, const struct target_options *o,
		 struct text source, struct arena *a, struct target *out, struct err *err)
{
	return search(&(struct search){
		.m = m, .o = o, .a = a, .out = out, .err = err,
	}, source);
}

bool target_find_process(const struct machine *m, const struct target_options *o,
			 struct text source, struct arena *a, struct target *out,
			 struct err *err)
{
	return search(&(struct search){
		.m = m, .o = o, .a = a, .out = out, .err = err, .process = true,
	}, source);
}

int target_process(const struct machine *m, struct text name, uint16_t port)
{
	struct target_options none = { 0 };
	struct arena scratch = { 0 };
	struct beams s;
	int pid = 0;

	beams_open(&s, m, &none, &scratch);
	beams_scan(&s, NULL);
	for (size_t i = 0; i < s.n && !pid; i++)
		if (text_eq(s.at[i]->name, name) && s.at[i]->port == port &&
		    !s.at[i]->other_net)
			pid = s.at[i]->process.pid;
	beams_close(&s);
	arena_clear(&scratch);
	return pid;
}

bool target_known(const struct machine *m, const struct target_options *o,
		  struct text name)
{
	struct arena scratch = { 0 };
	struct beams s;
	bool known = false;

	beams_open(&s, m, o, &scratch);
	if (nodename_valid(name))
		known = beams_epmd_find(&s, name) != NULL;
	beams_close(&s);
	arena_clear(&scratch);
	return known;
}
