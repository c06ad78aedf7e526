#include "tables/address.h"

#include <arpa/inet.h>
#include <inttypes.h>

#include "tables/port.h"

/* {A, B, C, D} or the eight of IPv6, as inet_ntop(3) has them: RFC 5952's form. */
static bool read_ip(const struct term *ip, char out[INET6_ADDRSTRLEN])
{
	unsigned char bytes[16] = { 0 };
	size_t wide = ip->n == 8 ? 2 : 1;

	if (ip->type != TERM_TUPLE || (ip->n != 4 && ip->n != 8))
		return false;
	for (size_t i = 0; i < ip->n; i++) {
		int64_t v;

		if (!term_int(&ip->items[i], &v) || v < 0 || v >> (8 * wide))
			return false;
		if (wide == 2)
			bytes[2 * i] = (unsigned char)(v >> 8);
		bytes[wide * i + wide - 1] = (unsigned char)v;
	}
	return inet_ntop(wide == 2 ? AF_INET6 : AF_INET, bytes, out, INET6_ADDRSTRLEN);
}

static bool set_ip(struct arena *a, const struct term *ip, const struct term *port,
		   const struct term *scope, struct address *out)
{
	char shown[INET6_ADDRSTRLEN];
	int64_t v;

	if (!read_ip(ip, shown) || !term_int(port, &v) || v < 0 || v > 65535)
		return false;
	out->port = v;
	if (scope && term_int(scope, &v) && v > 0)
		out->host = text_printf(a, "%s%%%" PRId64, shown, v);
	else
		out->host = text_dup(a, text_of(shown));
	out->whole = text_printf(a, ip->n == 8 ? "[%.*s]:%" PRId64 : "%.*s:%" PRId64,
				 TEXT_ARG(out->host), out->port);
	return true;
}

static bool set_path(struct arena *a, const struct term *path, struct address *out)
{
	struct buf shown = { 0 };
	struct text t;

	if (!port_bytes(path, a, &t) || t.len == 0)
		return false;
	text_escape(&shown, text_sub(t, 0, 256));
	out->host = out->whole = text_dup(a, buf_text(&shown));
	buf_clear(&shown);
	return true;
}

bool address_read(struct arena *a, const struct term *t, struct address *out)
{
	*out = (struct address){ .port = -1 };
	if (term_is_tuple(t, 2, "ok"))
		t = &t->items[1];
	if (term_is_tuple(t, 2, "local"))
		return set_path(a, &t->items[1], out);
	if (term_is_tuple(t, 2, "inet") || term_is_tuple(t, 2, "inet6"))
		t = &t->items[1];
	if (term_is_tuple(t, 2, NULL))
		return set_ip(a, &t->items[0], &t->items[1], NULL, out);
	if (t->type != TERM_MAP)
		return false;

	const struct term *addr = term_get(t, "addr");
	const struct term *port = term_get(t, "port");
	const struct term *path = term_get(t, "path");

	if (addr && port)
		return set_ip(a, addr, port, term_get(t, "scope_id"), out);
	return path && set_path(a, path, out);
}
