/* The handshake: whole dialogues with each status, cut at every byte, and peers that are something else. */
#include "unit.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "node/handshake.h"

#define OUR_CHALLENGE 77U
#define FLAGS (FLAG_HANDSHAKE_23 | FLAG_SPAWN)

static struct handshake h;
static struct err err;

static void start(size_t length_size)
{
	const struct handshake_start us = {
		.our_name = TEXT("otoscope-1@otoscope"),
		.our_creation = 5,
		.our_challenge = OUR_CHALLENGE,
		.cookie = TEXT("secret"),
		.length_size = length_size,
	};

	handshake_clear(&h);
	err = (struct err){ 0 };
	handshake_init(&h, &us);
}

static int teardown(void **state)
{
	handshake_clear(&h);
	return 0;
}

static void digest(const char *cookie, unsigned challenge, unsigned char out[16])
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%s%u", cookie, challenge);

	assert_true(EVP_Digest(text, (size_t)len, out, NULL, EVP_md5(), NULL));
}

static void packet(struct buf *b, struct text t)
{
	if (h.length_size == 4)
		buf_u32(b, (uint32_t)t.len);
	else
		buf_u16(b, (uint16_t)t.len);
	buf_text_add(b, t);
}

static void challenge(struct buf *b, uint64_t flags, const char *name)
{
	struct buf p = { 0 };

	buf_char(&p, 'N');
	buf_u64(&p, flags);
	buf_u32(&p, 123456);
	buf_u32(&p, 9);
	buf_u16(&p, (uint16_t)strlen(name));
	buf_str(&p, name);
	packet(b, buf_text(&p));
	buf_clear(&p);
}

static void ack(struct buf *b, const char *cookie)
{
	unsigned char p[17] = "a";

	digest(cookie, OUR_CHALLENGE, p + 1);
	packet(b, (struct text){ (char *)p, sizeof(p) });
}

static enum handshake_result feed(struct buf *b, size_t *used)
{
	return handshake_feed(&h, buf_text(b), used, &err);
}

static void sends_its_name(void **state)
{
	struct buf want = { 0 };

	start(2);
	buf_u16(&want, 34);
	buf_char(&want, 'N');
	buf_u64(&want, handshake_flags());
	buf_u32(&want, 5);
	buf_u16(&want, 19);
	buf_str(&want, "otoscope-1@otoscope");
	assert_true(text_eq(buf_text(&h.out), buf_text(&want)));
	assert_false(handshake_flags() & FLAG_PUBLISHED);
	buf_clear(&want);
}

/* The whole dialogue, fed in two pieces cut anywhere; what follows it is left. */
static void whole_dialogue(size_t length_size, const char *status)
{
	struct buf b = { 0 };
	unsigned char md[16];
	size_t total;

	start(length_size);
	packet(&b, text_of(status));
	challenge(&b, FLAGS | 1, "shop@web1");
	ack(&b, "secret");
	total = buf_len(&b);
	buf_str(&b, "frames");
	digest("secret", 123456, md);
	for (size_t cut = 0; cut <= total; cut++) {
		struct text all = buf_text(&b);
		size_t used, more;
		enum handshake_result r;

		start(length_size);
		buf_reset(&h.out);
		r = handshake_feed(&h, text_sub(all, 0, cut), &used, &err);
		assert_int_equal(used, cut);
		if (cut < total) {
			assert_int_equal(r, HANDSHAKE_MORE);
			r = handshake_feed(&h, text_sub(all, cut, all.len), &more, &err);
			used += more;
		}
		assert_int_equal(r, HANDSHAKE_DONE);
		assert_int_equal(used, total);
		assert_true(text_is(h.peer_name, "shop@web1"));
		assert_int_equal(h.peer_creation, 9);
		assert_int_equal(h.peer_flags, FLAGS | 1);
		assert_int_equal(buf_len(&h.out), length_size + 21);
		assert_memory_equal(h.out.data + length_size, "r\0\0\0M", 5);
		assert_memory_equal(h.out.data + length_size + 5, md, 16);
	}
	buf_clear(&b);
}

static void ok(void **state)
{
	whole_dialogue(2, "sok");
	whole_dialogue(2, "sok_simultaneous");
}

static void lengths_of_four_bytes(void **state)
{
	whole_dialogue(4, "sok");
}

static enum handshake_result status(const char *s)
{
	struct buf b = { 0 };
	size_t used;
	enum handshake_result r;

	start(2);
	buf_reset(&h.out);
	packet(&b, text_of(s));
	r = feed(&b, &used);
	buf_clear(&b);
	return r;
}

static void other_statuses(void **state)
{
	assert_int_equal(status("salive"), HANDSHAKE_TAKEN);
	assert_true(text_eq(buf_text(&h.out), TEXT("\0\6sfalse")));
	assert_int_equal(status("snok"), HANDSHAKE_BUSY);
	assert_int_equal(buf_len(&h.out), 0);
	assert_int_equal(status("snot_allowed"), HANDSHAKE_FAILED);
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_int_equal(status("snamed:x@y"), HANDSHAKE_FAILED);
	assert_int_equal(err.kind, ERR_CONNECT);
	assert_int_equal(status("s"), HANDSHAKE_FAILED);
	assert_int_equal(status("xok"), HANDSHAKE_FAILED);
	assert_int_equal(status(""), HANDSHAKE_FAILED);
	assert_int_equal(err.kind, ERR_CONNECT);
}

static enum handshake_result after_ok(void (*what)(struct buf *b))
{
	struct buf b = { 0 };
	size_t used;
	enum handshake_result r;

	start(2);
	packet(&b, TEXT("sok"));
	what(&b);
	r = feed(&b, &used);
	buf_clear(&b);
	return r;
}

static void old_challenge(struct buf *b)
{
	packet(b, TEXT("n\0\5\0\0\0\1\0\0\0\2old@host"));
}

static void without_spawn(struct buf *b)
{
	challenge(b, FLAG_HANDSHAKE_23, "old@host");
}

static void without_handshake_23(struct buf *b)
{
	challenge(b, FLAG_SPAWN, "old@host");
}

static void too_old(void **state)
{
	void (*const olds[])(struct buf *) = { old_challenge, without_spawn, without_handshake_23 };

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(after_ok(olds[i]), HANDSHAKE_FAILED);
		assert_int_equal(err.kind, ERR_CANNOT);
		assert_string_equal(err.what, "node 'old@host' is older than OTP 23");
	}
}

static void no_name(struct buf *b)
{
	challenge(b, FLAGS, "");
}

static void short_challenge(struct buf *b)
{
	packet(b, TEXT("N12345678123412"));
}

static void old_challenge_without_name(struct buf *b)
{
	packet(b, TEXT("n\0\5\0\0\0\1\0\0\0\2"));
}

static void name_longer_than_packet(struct buf *b)
{
	packet(b, TEXT("N\0\0\0\1\1\0\0\0""12341234\0\4abc"));
}

static void wrong_packet(struct buf *b)
{
	packet(b, TEXT("sok"));
}

static void huge_packet(struct buf *b)
{
	buf_add(b, "\xff\xff", 2);
}

static void damaged_challenges(void **state)
{
	void (*const bad[])(struct buf *) = { no_name, short_challenge, name_longer_than_packet, wrong_packet,
					      huge_packet, old_challenge_without_name };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(after_ok(bad[i]), HANDSHAKE_FAILED);
		assert_int_equal(err.kind, ERR_CONNECT);
	}
}

static void wrong_ack(struct buf *b)
{
	challenge(b, FLAGS, "shop@web1");
	ack(b, "another");
}

static void short_ack(struct buf *b)
{
	challenge(b, FLAGS, "shop@web1");
	packet(b, TEXT("a123"));
}

/* Somebody who does not know the cookie must not be believed. */
static void peer_proves_the_cookie(void **state)
{
	assert_int_equal(after_ok(wrong_ack), HANDSHAKE_FAILED);
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_int_equal(after_ok(short_ack), HANDSHAKE_FAILED);
}

static void only_challenge(struct buf *b)
{
	challenge(b, FLAGS, "shop@web1");
}

static void closed_means(void **state)
{
	start(2);
	assert_false(handshake_closed(&h, TEXT("shop"), TEXT("~/.erlang.cookie"), &err));
	assert_int_equal(err.kind, ERR_CONNECT);
	assert_int_equal(after_ok(only_challenge), HANDSHAKE_MORE);
	assert_false(handshake_closed(&h, TEXT("shop"), TEXT("~/.erlang.cookie"), &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_string_equal(err.what, "node 'shop' refused our cookie");
	assert_non_null(strstr(err.hint, "~/.erlang.cookie"));
	assert_non_null(strstr(err.hint, "$OTOSCOPE_COOKIE"));
}

static void tls_alert(void **state)
{
	size_t used;

	start(2);
	assert_int_equal(handshake_feed(&h, TEXT("\x15\x03\x03\x00\x02\x02\x0a"), &used, &err), HANDSHAKE_FAILED);
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_non_null(strstr(err.what, "TLS"));
}

static void something_else(void **state)
{
	size_t used;

	start(2);
	assert_int_equal(handshake_feed(&h, TEXT("HTTP/1.1 400 Bad Request\r\n"), &used, &err), HANDSHAKE_FAILED);
	assert_int_equal(err.kind, ERR_CONNECT);
}

static void names_that_steer_terminals(void **state)
{
	static const char *const names[] = { "shop@\033[2J", "shop@\x9b" "2J", "shop@a\xe2\x80\xae" "b", "sh\nop@a" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf b = { 0 };
		size_t used;

		start(2);
		packet(&b, TEXT("sok"));
		challenge(&b, FLAGS, names[i]);
		assert_int_equal(feed(&b, &used), HANDSHAKE_FAILED);
		assert_int_equal(err.kind, ERR_CONNECT);
		buf_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(sends_its_name, teardown),
		cmocka_unit_test_teardown(ok, teardown),
		cmocka_unit_test_teardown(lengths_of_four_bytes, teardown),
		cmocka_unit_test_teardown(other_statuses, teardown),
		cmocka_unit_test_teardown(too_old, teardown),
		cmocka_unit_test_teardown(damaged_challenges, teardown),
		cmocka_unit_test_teardown(peer_proves_the_cookie, teardown),
		cmocka_unit_test_teardown(closed_means, teardown),
		cmocka_unit_test_teardown(tls_alert, teardown),
		cmocka_unit_test_teardown(names_that_steer_terminals, teardown),
		cmocka_unit_test_teardown(something_else, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
