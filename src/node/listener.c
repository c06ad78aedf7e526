/* Lines of /proc/net/tcp, and the choice among the sockets they tell of. */
#include "node/listener.h"

#include <arpa/inet.h>
#include <string.h>

static bool hex(struct text t, uint64_t *out)
{
	uint64_t v = 0;

	if (t.len == 0 || t.len > 16)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.p[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;

		if (digit < 0)
			return false;
		v = v << 4 | (uint64_t)digit;
	}
	*out = v;
	return true;
}

/* "0100007F:1F90" */
static bool address(struct text t, bool v6, struct listener *out)
{
	size_t words = v6 ? 4 : 1;
	uint32_t raw[4] = { 0 };
	uint64_t v;

	if (t.len != words * 8 + 5 || t.p[words * 8] != ':')
		return false;
	for (size_t i = 0; i < words; i++) {
		if (!hex(text_sub(t, i * 8, i * 8 + 8), &v))
			return false;
		raw[i] = (uint32_t)v;
	}
	memcpy(&out->addr, raw, words * 4);
	if (!hex(text_sub(t, words * 8 + 1, t.len), &v))
		return false;
	out->port = (uint16_t)v;
	return out->port > 0;
}

bool listener_line(struct text line, bool v6, struct listener *out)
{
	struct text at[10];
	uint64_t state;
	int64_t uid, inode;

	for (size_t i = 0; i < 10; i++) {
		if (!text_word(&line, &at[i]))
			return false;
	}
	*out = (struct listener){ .v6 = v6, .fd = -1 };
	if (!hex(at[3], &state) || state != 0x0a || !address(at[1], v6, out))
		return false;
	if (!text_int(at[7], &uid) || !text_int(at[9], &inode) || inode <= 0)
		return false;
	out->uid = (uint32_t)uid;
	out->inode = (uint64_t)inode;
	return true;
}

uint16_t listener_port(struct text t)
{
	int64_t v;

	return text_int(t, &v) && v > 0 && v <= UINT16_MAX ? (uint16_t)v : 0;
}

void listener_add(struct listeners *l, const struct listener *one, struct arena *a)
{
	if (l->n == l->cap) {
		struct listener *old = l->at;

		l->cap = l->cap ? 2 * l->cap : 8;
		l->at = arena_many(a, l->cap, struct listener);
		if (l->n)
			memcpy(l->at, old, l->n * sizeof(*old));
	}
	l->at[l->n++] = *one;
}

static bool on_all(const struct listener *l)
{
	return l->v6 ? IN6_IS_ADDR_UNSPECIFIED(&l->addr.v6)
		     : l->addr.v4.s_addr == INADDR_ANY;
}

static bool on_loopback(const struct listener *l)
{
	return l->v6 ? IN6_IS_ADDR_LOOPBACK(&l->addr.v6)
		     : ntohl(l->addr.v4.s_addr) >> 24 == 127;
}

struct text listener_address(const struct listener *l, struct arena *a)
{
	char shown[INET6_ADDRSTRLEN];

	if (on_all(l))
		return l->v6 ? TEXT("::1") : TEXT("127.0.0.1");
	if (!inet_ntop(l->v6 ? AF_INET6 : AF_INET, &l->addr, shown, sizeof(shown)))
		return (struct text){ 0 };
	return text_dup(a, text_of(shown));
}

static const struct listener *on_port(const struct listeners *l, uint16_t port)
{
	for (size_t i = 0; port && i < l->n; i++) {
		if (l->at[i].port == port)
			return &l->at[i];
	}
	return NULL;
}

static bool is_far(const struct listener *l, const struct port_hints *h)
{
	return !on_loopback(l);
}

static bool is_ephemeral(const struct listener *l, const struct port_hints *h)
{
	return l->port >= h->ephemeral;
}

static bool in_range(const struct listener *l, const struct port_hints *h)
{
	return h->min && l->port >= h->min && l->port <= (h->max ? h->max : h->min);
}

typedef bool keeps(const struct listener *l, const struct port_hints *h);

/* Takes those out that the rule does not keep, unless it keeps none. */
static void eliminate(const struct listener **left, size_t *n, keeps *rule,
		      const struct port_hints *h)
{
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++) {
		if (rule(left[i], h)) {
			const struct listener *one = left[i];

			left[i] = left[kept];
			left[kept++] = one;
		}
	}
	if (kept)
		*n = kept;
}

const struct listener *listener_pick(const struct listeners *l,
				     const struct port_hints *h)
{
	const struct listener *left[64], *best = on_port(l, h->epmd);
	size_t n = l->n < 64 ? l->n : 64;

	if (!best)
		best = on_port(l, h->fixed);
	if (best || !n)
		return best;
	for (size_t i = 0; i < n; i++)
		left[i] = &l->at[i];
	eliminate(left, &n, in_range, h);
	if (!h->named && !in_range(left[0], h))
		return NULL;
	eliminate(left, &n, is_far, h);
	eliminate(left, &n, is_ephemeral, h);
	best = left[0];
	for (size_t i = 1; i < n; i++) {
		if (left[i]->fd < best->fd)
			best = left[i];
	}
	return best;
}
