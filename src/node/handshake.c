/* The handshake's packets, read and written. */
#include "node/handshake.h"

#include <md5.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* No packet of the handshake is longer: a name, and a few numbers. */
#define PACKET_MAX 2048
#define DIGEST_BYTES 16

/*
 * What we say that we can. Each is a term or a message that the target may then send, or
 * a thing that a release from 23 on demands. Without FLAG_PUBLISHED we are hidden.
 */
static const uint64_t our_flags =
	(uint64_t)1 << 2 |    /* EXTENDED_REFERENCES */
	(uint64_t)1 << 3 |    /* DIST_MONITOR: demanded */
	(uint64_t)1 << 4 |    /* FUN_TAGS */
	(uint64_t)1 << 5 |    /* DIST_MONITOR_NAME */
	(uint64_t)1 << 7 |    /* NEW_FUN_TAGS */
	(uint64_t)1 << 8 |    /* EXTENDED_PIDS_PORTS */
	(uint64_t)1 << 9 |    /* EXPORT_PTR_TAG */
	(uint64_t)1 << 10 |   /* BIT_BINARIES */
	(uint64_t)1 << 11 |   /* NEW_FLOATS */
	(uint64_t)1 << 12 |   /* UNICODE_IO */
	(uint64_t)1 << 13 |   /* DIST_HDR_ATOM_CACHE: atoms as numbers, half
			       * the bytes of an answer */
	(uint64_t)1 << 14 |   /* SMALL_ATOM_TAGS */
	(uint64_t)1 << 16 |   /* UTF8_ATOMS */
	(uint64_t)1 << 17 |   /* MAP_TAG */
	(uint64_t)1 << 18 |   /* BIG_CREATION */
	(uint64_t)1 << 22 |   /* EXIT_PAYLOAD: only a payload can be sent in fragments */
	(uint64_t)1 << 23 |   /* FRAGMENTS: a large answer lets ticks
			       * and other answers pass */
	FLAG_HANDSHAKE_23 |
	(uint64_t)1 << 25 |   /* UNLINK_ID */
	(uint64_t)1 << 26 |   /* MANDATORY_25_DIGEST */
	FLAG_SPAWN |
	(uint64_t)1 << 34 |   /* V4_NC */
	(uint64_t)1 << 35;    /* ALIAS */

uint64_t handshake_flags(void)
{
	return our_flags;
}

static uint32_t get32(struct text t, size_t at)
{
	uint32_t v = 0;

	for (size_t i = 0; i < 4; i++)
		v = v << 8 | (unsigned char)t.p[at + i];
	return v;
}

static uint64_t get64(struct text t, size_t at)
{
	return (uint64_t)get32(t, at) << 32 | get32(t, at + 4);
}

static void packet_length(struct handshake *h, size_t len)
{
	if (h->length_size == 4)
		buf_u32(&h->out, (uint32_t)len);
	else
		buf_u16(&h->out, (uint16_t)len);
}

/*
 * MD5 is what the protocol asks for; it guards nothing but the cookie's plain text.
 * By libmd: OpenSSL refuses MD5 where a host is in FIPS mode, and its start alone would
 * take a third of the time of a short command.
 */
static void digest(struct text cookie, uint32_t challenge,
		   unsigned char out[DIGEST_BYTES])
{
	char decimal[16];
	int len = snprintf(decimal, sizeof(decimal), "%u", challenge);
	MD5_CTX md;

	MD5Init(&md);
	MD5Update(&md, (const unsigned char *)cookie.p, cookie.len);
	MD5Update(&md, (const unsigned char *)decimal, (size_t)len);
	MD5Final(out, &md);
}

void handshake_init(struct handshake *h, const struct handshake_start *s)
{
	*h = (struct handshake){
		.state = WAIT_STATUS,
		.length_size = s->length_size,
		.cookie = s->cookie,
		.our_challenge = s->our_challenge,
		.first = true,
	};
	packet_length(h, 1 + 8 + 4 + 2 + s->our_name.len);
	buf_char(&h->out, 'N');
	buf_u64(&h->out, our_flags);
	buf_u32(&h->out, s->our_creation);
	buf_u16(&h->out, (uint16_t)s->our_name.len);
	buf_text_add(&h->out, s->our_name);
}

void handshake_clear(struct handshake *h)
{
	buf_clear(&h->in);
	buf_clear(&h->out);
}

static enum handshake_result fail_over(struct handshake *h)
{
	h->state = HANDSHAKE_OVER;
	return HANDSHAKE_FAILED;
}

static enum handshake_result unexpected(struct handshake *h, const char *what,
					struct err *err)
{
	fail(err, ERR_CONNECT,
	     "no Erlang node answers there: unexpected %s in the handshake", what);
	return fail_over(h);
}

static enum handshake_result on_status(struct handshake *h, struct text p,
				       struct err *err)
{
	struct text status = text_sub(p, 1, p.len);

	if (p.p[0] != 's')
		return unexpected(h, "packet before the status", err);
	if (text_is(status, "ok") || text_is(status, "ok_simultaneous")) {
		h->state = WAIT_CHALLENGE;
		return HANDSHAKE_MORE;
	}
	if (text_is(status, "alive")) {
		packet_length(h, 6);
		buf_str(&h->out, "sfalse");
		h->state = HANDSHAKE_OVER;
		return HANDSHAKE_TAKEN;
	}
	if (text_is(status, "nok")) {
		h->state = HANDSHAKE_OVER;
		return HANDSHAKE_BUSY;
	}
	if (text_is(status, "not_allowed")) {
		fail(err, ERR_REFUSED,
		     "the node allows no connection from us (net_kernel:allow/1)");
		fail_hint(err, "its list needs otoscope-1@otoscope, or more of "
			  "otoscope-N@otoscope up to 8");
		return fail_over(h);
	}
	return unexpected(h, "status", err);
}

bool fail_too_old(struct text node, struct err *err)
{
	fail(err, ERR_CANNOT, "node '%.*s' is older than OTP 23", TEXT_ARG(node));
	return fail_hint(err, "what we ask goes by spawn requests, which older nodes do "
			 "not know");
}

static enum handshake_result too_old(struct handshake *h, struct text name,
				     struct err *err)
{
	fail_too_old(name, err);
	return fail_over(h);
}

/* The name is shown from now on; no node can have one that steers a terminal. */
static bool is_printable(struct text name)
{
	uint32_t cp;

	for (size_t at = 0; at < name.len;) {
		at += utf8_next(name, at, &cp);
		if (cp == UTF8_BAD || utf8_control(cp))
			return false;
	}
	return true;
}

/* 'N' flags:8 challenge:4 creation:4 length:2 name; before OTP 23 'n' version:2
 * flags:4 challenge:4 name */
static enum handshake_result on_challenge(struct handshake *h, struct text p,
					  struct err *err)
{
	if (p.p[0] == 'n' && p.len > 11)
		return too_old(h, text_sub(p, 11, p.len), err);
	if (p.p[0] != 'N' || p.len < 19)
		return unexpected(h, "packet instead of the challenge", err);

	size_t len = (size_t)(unsigned char)p.p[17] << 8 | (unsigned char)p.p[18];

	if (len == 0 || len > HANDSHAKE_NAME_MAX || len > p.len - 19)
		return unexpected(h, "length of the node's name", err);
	memcpy(h->peer_name_bytes, p.p + 19, len);
	h->peer_name = (struct text){ h->peer_name_bytes, len };
	if (!is_printable(h->peer_name))
		return unexpected(h, "character in the node's name", err);
	h->peer_flags = get64(p, 1);
	h->peer_creation = get32(p, 13);
	if (~h->peer_flags & (FLAG_HANDSHAKE_23 | FLAG_SPAWN))
		return too_old(h, h->peer_name, err);

	unsigned char md[DIGEST_BYTES];

	digest(h->cookie, get32(p, 9), md);
	packet_length(h, 1 + 4 + DIGEST_BYTES);
	buf_char(&h->out, 'r');
	buf_u32(&h->out, h->our_challenge);
	buf_add(&h->out, md, sizeof(md));
	h->state = WAIT_ACK;
	return HANDSHAKE_MORE;
}

static enum handshake_result on_ack(struct handshake *h, struct text p, struct err *err)
{
	unsigned char md[DIGEST_BYTES];

	if (p.p[0] != 'a' || p.len != 1 + DIGEST_BYTES)
		return unexpected(h, "packet instead of the acknowledgement", err);
	digest(h->cookie, h->our_challenge, md);
	if (memcmp(md, p.p + 1, sizeof(md)) != 0) {
		fail(err, ERR_REFUSED,
		     "node '%.*s' does not know the cookie that it asked us for",
		     TEXT_ARG(h->peer_name));
		return fail_over(h);
	}
	h->state = HANDSHAKE_OVER;
	return HANDSHAKE_DONE;
}

static enum handshake_result on_packet(struct handshake *h, struct text p,
				       struct err *err)
{
	if (p.len == 0)
		return unexpected(h, "empty packet", err);
	switch (h->state) {
	case WAIT_STATUS:
		return on_status(h, p, err);
	case WAIT_CHALLENGE:
		return on_challenge(h, p, err);
	case WAIT_ACK:
		return on_ack(h, p, err);
	case HANDSHAKE_OVER:
		break;
	}
	return unexpected(h, "packet", err);
}

/* The length of the packet that in begins with; false while that is not known. */
static bool packet_size(const struct handshake *h, size_t *len)
{
	struct text t = buf_text(&h->in);

	if (t.len < h->length_size)
		return false;
	*len = h->length_size == 4
		       ? get32(t, 0)
		       : (size_t)(unsigned char)t.p[0] << 8 | (unsigned char)t.p[1];
	return true;
}

/* A TLS alert record (21, version 3.x) is what a node with -proto_dist
 * inet_tls says to plain bytes. */
static bool is_tls_alert(const struct handshake *h)
{
	struct text t = buf_text(&h->in);

	return h->first && h->length_size == 2 && t.len >= 2 && t.p[0] == 0x15 &&
	       t.p[1] == 0x03;
}

/* Byte by byte until a packet is whole: what follows the last
 * packet must not be taken. */
enum handshake_result handshake_feed(struct handshake *h, struct text bytes, size_t *used,
				     struct err *err)
{
	*used = 0;
	if (h->state == HANDSHAKE_OVER)
		return unexpected(h, "packet", err);
	while (*used < bytes.len) {
		size_t len;

		buf_char(&h->in, bytes.p[(*used)++]);
		if (is_tls_alert(h)) {
			fail(err, ERR_REFUSED, "the node speaks only TLS");
			fail_hint(err, "distribution over TLS (-proto_dist inet_tls) is "
				  "not supported yet");
			return fail_over(h);
		}
		if (!packet_size(h, &len))
			continue;
		if (len > PACKET_MAX)
			return unexpected(h, "length of a packet", err);
		if (buf_len(&h->in) < h->length_size + len)
			continue;

		struct text t = buf_text(&h->in);
		enum handshake_result r =
			on_packet(h, text_sub(t, h->length_size, t.len), err);

		h->first = false;
		buf_reset(&h->in);
		if (r != HANDSHAKE_MORE)
			return r;
	}
	return HANDSHAKE_MORE;
}

bool handshake_closed(const struct handshake *h, struct text node,
		      struct text cookie_from, struct err *err)
{
	if (h->state == WAIT_ACK) {
		fail(err, ERR_REFUSED, "node '%.*s' refused our cookie", TEXT_ARG(node));
		if (cookie_from.len)
			return fail_hint(err, "it came from %.*s; try --cookie-file or "
					 "$OTOSCOPE_COOKIE (see otoscope(1), COOKIES)",
					 TEXT_ARG(cookie_from));
		return fail_hint(err, "try --cookie-file or $OTOSCOPE_COOKIE (see "
				 "otoscope(1), COOKIES)");
	}
	if (h->state == WAIT_STATUS) {
		fail(err, ERR_CONNECT,
		     "what listens there closed the connection before it said a word");
		return fail_hint(err, "it may be no Erlang node, one older than OTP 23, "
				 "or one that only speaks TLS");
	}
	return fail(err, ERR_CONNECT,
		    "node '%.*s' closed the connection in the handshake", TEXT_ARG(node));
}
