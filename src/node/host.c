/* The host's names from the kernel, resolv.conf and hosts, and the addresses it has. */
#include "node/host.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "node/files.h"

enum { FILE_MAX = 65536, NAME_MAX_BYTES = 255 };

static struct text read_file(const struct machine *m, const char *path, struct arena *a)
{
	struct text out;

	if (!files_read_at(AT_FDCWD, files_path(a, m->root, text_of(path)), FILE_MAX, a,
			   &out))
		return (struct text){ 0 };
	return out;
}

struct text host_name(const struct machine *m, struct arena *a)
{
	char name[NAME_MAX_BYTES + 1] = "";
	struct text found = text_trim(read_file(m, "/proc/sys/kernel/hostname", a));

	if (!found.len && !*m->root && gethostname(name, sizeof(name) - 1) == 0)
		found = text_dup(a, text_of(name));
	return files_printable(found) && found.len <= NAME_MAX_BYTES ? found
								     : (struct text){ 0 };
}

/* The next line of a file of /etc, without its comment. */
static bool next_line(struct text *rest, struct text *line)
{
	if (!text_cut(rest, '\n', line))
		return false;
	*line = text_sub(*line, 0, text_chr(*line, '#'));
	return true;
}

/* The first word behind "domain" or "search"; the last line that has one counts. */
static struct text resolv_domain(struct text resolv_conf)
{
	struct text line, key, word, found = { 0 };

	while (next_line(&resolv_conf, &line)) {
		if (text_word(&line, &key) &&
		    (text_is(key, "domain") || text_is(key, "search")) &&
		    text_word(&line, &word))
			found = word;
	}
	return found;
}

/* The full name on the line of /etc/hosts that has the short one. */
static struct text hosts_full(struct text hosts, struct text name)
{
	struct text line, address, word;

	while (next_line(&hosts, &line)) {
		struct text full = { 0 };
		bool here = false;

		if (!text_word(&line, &address))
			continue;
		while (text_word(&line, &word)) {
			if (!full.len && word.len > name.len &&
			    text_eq(text_sub(word, 0, name.len), name) &&
			    word.p[name.len] == '.')
				full = word;
			here |= text_eq(word, name);
		}
		if (full.len && here)
			return full;
	}
	return (struct text){ 0 };
}

struct text host_part(struct text name, bool long_name, struct text resolv_conf,
		      struct text hosts, struct arena *a)
{
	size_t dot = text_chr(name, '.');
	struct text found;

	if (!long_name)
		return text_sub(name, 0, dot);
	if (dot < name.len || !name.len)
		return name;
	found = resolv_domain(resolv_conf);
	if (files_printable(found) && found.len + name.len < NAME_MAX_BYTES)
		return text_printf(a, "%.*s.%.*s", TEXT_ARG(name), TEXT_ARG(found));
	found = hosts_full(hosts, name);
	return files_printable(found) && found.len <= NAME_MAX_BYTES ? found : name;
}

struct address {
	int family; /* 0: none */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} at;
};

static struct address address_parse(struct text t)
{
	struct address out = { 0 };
	char z[INET6_ADDRSTRLEN];

	if (t.len == 0 || t.len >= sizeof(z))
		return out;
	memcpy(z, t.p, t.len);
	z[t.len] = '\0';
	if (inet_pton(AF_INET, z, &out.at.v4) == 1)
		out.family = AF_INET;
	else if (inet_pton(AF_INET6, z, &out.at.v6) == 1)
		out.family = AF_INET6;
	return out;
}

static bool is_interface(const struct address *x, const struct sockaddr *sa)
{
	if (!sa || sa->sa_family != x->family)
		return false;
	if (x->family == AF_INET)
		return ((const struct sockaddr_in *)(const void *)sa)->sin_addr.s_addr ==
		       x->at.v4.s_addr;
	return IN6_ARE_ADDR_EQUAL(
		&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, &x->at.v6);
}

/* The interfaces of a made-up machine are loopback alone. */
static bool address_is_here(const struct machine *m, const struct address *x)
{
	struct ifaddrs *all, *one;
	bool here = false;

	if (x->family == AF_INET && ntohl(x->at.v4.s_addr) >> 24 == 127)
		return true;
	if (x->family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&x->at.v6))
		return true;
	if (!x->family || *m->root || getifaddrs(&all) != 0)
		return false;
	for (one = all; one && !here; one = one->ifa_next)
		here = is_interface(x, one->ifa_addr);
	freeifaddrs(all);
	return here;
}

/* The hosts file may give this machine's address to names that the system's own name
 * does not show. */
static bool hosts_is_here(const struct machine *m, struct text host, struct arena *a)
{
	struct text hosts = read_file(m, "/etc/hosts", a), line, first, word;

	while (next_line(&hosts, &line)) {
		bool named = false;

		if (!text_word(&line, &first))
			continue;
		while (!named && text_word(&line, &word))
			named = text_eq(word, host);
		if (named) {
			struct address x = address_parse(first);

			if (address_is_here(m, &x))
				return true;
		}
	}
	return false;
}

bool host_is_here(const struct machine *m, struct text host, struct arena *a)
{
	struct address x = address_parse(host);

	if (x.family)
		return address_is_here(m, &x);
	if (!host.len)
		return false;
	if (text_is(host, "localhost") || text_starts(host, "localhost."))
		return true;

	struct text own = host_name(m, a);

	if (text_eq(host, own) || text_eq(host, text_sub(own, 0, text_chr(own, '.'))))
		return own.len > 0;
	return hosts_is_here(m, host, a);
}
