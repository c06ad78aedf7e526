/* What a peer sends that nobody asked for: answered, ignored, never piled up. */
#include "peer.h"

#include "term/etf.h"

static struct peer peer;

static int setup(void **state)
{
	peer_open(&peer);
	return 0;
}

static int teardown(void **state)
{
	peer_close(&peer);
	return 0;
}

static void put_pid(struct dist_pid p)
{
	etf_pid(&peer.out, p.node, p.num, p.creation);
}

static void put_ref(void)
{
	uint32_t words[3] = { 1, 2, 3 };

	etf_ref(&peer.out, TEXT(PEER_NAME), 7, words, 3);
}

/* {19, From, To, Ref} */
static void monitor_begin(size_t *mark)
{
	*mark = dist_begin(&peer.out);
	etf_tuple(&peer.out, 4);
	etf_int(&peer.out, 19);
	put_helper(&peer.out, 9);
}

static void monitor_of_nobody(void **state)
{
	size_t mark;

	monitor_begin(&mark);
	etf_atom_s(&peer.out, "nobody");
	put_ref();
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 1);
	assert_int_equal(peer.seen[0].op, 28);
	assert_true(term_is_atom(term_at(&peer.seen[0].control, 1), "nobody"));
	assert_int_equal(term_at(&peer.seen[0].control, 2)->id->num, 9);
	assert_int_equal(term_at(&peer.seen[0].control, 3)->type, TERM_REF);
	assert_true(term_is_atom(&peer.seen[0].payload, "noproc"));
}

/* io:format/2 monitors the group leader first: that must be thought alive. */
static void monitor_of_the_group_leader(void **state)
{
	size_t mark;

	monitor_begin(&mark);
	put_pid(node_leader(peer.node));
	put_ref();
	dist_end(&peer.out, mark);
	monitor_begin(&mark);
	etf_atom_s(&peer.out, "net_kernel");
	put_ref();
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 0);
}

static void monitor_of_a_call(void **state)
{
	static struct ended e = { 0 };
	size_t mark;

	node_call(peer.node, &(struct call){ .module = "m", .function = "f" }, on_ended, &e);
	peer_step(&peer);
	monitor_begin(&mark);
	put(&peer.out, spawn_from(&peer.seen[0]));
	put_ref();
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 1);
}

static void link_of_nobody(void **state)
{
	size_t mark = dist_begin(&peer.out);

	etf_tuple(&peer.out, 3);
	etf_int(&peer.out, 1);
	put_helper(&peer.out, 9);
	put_pid(node_pid(peer.node));
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 1);
	assert_int_equal(peer.seen[0].op, 24);
	assert_int_equal(term_at(&peer.seen[0].control, 2)->id->num, 9);
	assert_true(term_is_atom(&peer.seen[0].payload, "noproc"));
}

/* The name of its node would be too long to be written when it is UTF-8. */
static void link_from_an_impossible_pid(void **state)
{
	size_t mark = dist_begin(&peer.out);

	etf_tuple(&peer.out, 3);
	etf_int(&peer.out, 1);
	buf_u8(&peer.out, ETF_NEW_PID);
	buf_u8(&peer.out, ETF_ATOM);
	buf_u16(&peer.out, UINT16_MAX);
	buf_fill(&peer.out, '\xe9', UINT16_MAX);
	buf_fill(&peer.out, '\0', 12);
	put_pid(node_pid(peer.node));
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 0);
	assert_true(node_alive(peer.node));
}

static void unlink_is_acknowledged(void **state)
{
	size_t mark = dist_begin(&peer.out);

	etf_tuple(&peer.out, 4);
	etf_int(&peer.out, 35);
	etf_int(&peer.out, 4711);
	put_helper(&peer.out, 9);
	put_pid(node_pid(peer.node));
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 1);
	assert_int_equal(peer.seen[0].op, 36);
	assert_int_equal(term_num(term_at(&peer.seen[0].control, 1)), 4711);
	assert_int_equal(term_at(&peer.seen[0].control, 3)->id->num, 9);
}

static void spawn_is_refused(void **state)
{
	size_t mark = dist_begin(&peer.out);

	etf_tuple(&peer.out, 6);
	etf_int(&peer.out, 29);
	put_ref();
	put_helper(&peer.out, 9);
	put_helper(&peer.out, 9);
	etf_tuple(&peer.out, 3);
	etf_atom_s(&peer.out, "m");
	etf_atom_s(&peer.out, "f");
	etf_int(&peer.out, 0);
	etf_nil(&peer.out);
	etf_nil(&peer.out);
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 1);
	assert_int_equal(peer.seen[0].op, 31);
	assert_true(term_is_atom(term_at(&peer.seen[0].control, 4), "notsup"));
}

/* {2, '', To} and {io_request, From, ReplyAs, Request} */
static void io_request(const char *request)
{
	size_t mark = dist_begin(&peer.out);

	etf_tuple(&peer.out, 3);
	etf_int(&peer.out, 2);
	etf_atom_s(&peer.out, "");
	put_pid(node_leader(peer.node));
	etf_tuple(&peer.out, 4);
	etf_atom_s(&peer.out, "io_request");
	put_helper(&peer.out, 9);
	put_ref();
	etf_tuple(&peer.out, 3);
	etf_atom_s(&peer.out, request);
	etf_atom_s(&peer.out, "unicode");
	etf_binary(&peer.out, TEXT("hi"));
	dist_end(&peer.out, mark);
	peer_send(&peer);
}

static void group_leader(void **state)
{
	io_request("put_chars");
	io_request("get_line");
	assert_int_equal(peer.nseen, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(peer.seen[i].op, 2);
		assert_int_equal(term_at(&peer.seen[i].control, 2)->id->num, 9);
		assert_true(term_is_tuple(&peer.seen[i].payload, 3, "io_reply"));
		assert_int_equal(term_at(&peer.seen[i].payload, 1)->type, TERM_REF);
	}
	assert_true(term_is_atom(term_at(&peer.seen[0].payload, 2), "ok"));
	assert_true(term_is_tuple(term_at(&peer.seen[1].payload, 2), 2, "error"));
}

static void ping(void **state)
{
	size_t mark = dist_begin(&peer.out);

	etf_tuple(&peer.out, 4);
	etf_int(&peer.out, 6);
	put_helper(&peer.out, 9);
	etf_atom_s(&peer.out, "");
	etf_atom_s(&peer.out, "net_kernel");
	etf_tuple(&peer.out, 3);
	etf_atom_s(&peer.out, "$gen_call");
	etf_tuple(&peer.out, 2);
	put_helper(&peer.out, 9);
	put_ref();
	etf_tuple(&peer.out, 2);
	etf_atom_s(&peer.out, "is_auth");
	etf_atom_s(&peer.out, PEER_NAME);
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 1);
	assert_int_equal(peer.seen[0].op, 2);
	assert_int_equal(term_at(&peer.seen[0].payload, 0)->type, TERM_REF);
	assert_true(term_is_atom(term_at(&peer.seen[0].payload, 1), "yes"));
}

/* Numbers of operations, known and not, with arguments that make no sense. */
static void nonsense_does_no_harm(void **state)
{
	static struct ended e = { 0 };

	for (int64_t op = -1; op < 60; op++) {
		for (size_t n = 1; n < 9; n++) {
			size_t mark = dist_begin(&peer.out);

			etf_tuple(&peer.out, n);
			etf_int(&peer.out, op);
			for (size_t i = 1; i < n; i++)
				etf_int(&peer.out, (int64_t)i);
			dist_end(&peer.out, mark);
		}
	}
	peer_send(&peer);
	peer.nseen = 0;
	node_call(peer.node, &(struct call){ .module = "m", .function = "f" }, on_ended, &e);
	peer_step(&peer);
	peer_answer(&peer, &peer.seen[0], 1, 5);
	peer_send(&peer);
	assert_int_equal(e.num, 5);
}

static void what_is_no_control_message(void **state)
{
	static struct ended e = { 0 };
	size_t mark = dist_begin(&peer.out);

	etf_atom_s(&peer.out, "hello");
	dist_end(&peer.out, mark);
	mark = dist_begin(&peer.out);
	buf_u8(&peer.out, 200);
	dist_end(&peer.out, mark);
	mark = dist_begin(&peer.out);
	dist_end(&peer.out, mark);
	peer_send(&peer);
	node_call(peer.node, &(struct call){ .module = "m", .function = "f" }, on_ended, &e);
	peer_step(&peer);
	assert_int_equal(peer.nseen, 1);
}

/* It asks and asks, and reads nothing. */
static void a_flood_is_not_answered_without_end(void **state)
{
	char bytes[65536];

	for (int i = 0; i < 100; i++) {
		size_t mark;

		monitor_begin(&mark);
		etf_atom_s(&peer.out, "nobody");
		put_ref();
		dist_end(&peer.out, mark);
	}
	for (int i = 0; i < 2000; i++) {
		struct text t = buf_text(&peer.out);

		assert_true(peer_take(peer.node, t));
		loop_step(peer.loop, 0);
	}
	assert_true(buf_len(&peer.node->out) < OUT_MAX + 4096);
	while (read(peer.fd, bytes, sizeof(bytes)) > 0)
		loop_step(peer.loop, 0);
}

static void ticks_are_answered(void **state)
{
	peer.node->wrote_ns = 0; /* it has been silent for long */
	buf_u32(&peer.out, 0);
	peer_send(&peer);
	assert_int_equal(peer.ticks, 1);
}

static void bytes_are_answered_by_a_tick_in_time(void **state)
{
	int64_t end = loop_now() + 2000000000;
	struct buf half = { 0 };

	buf_u32(&half, 1000000); /* the beginning of a large frame */
	buf_fill(&half, 'p', 1000);
	peer_take(peer.node, buf_text(&half));
	buf_clear(&half);
	peer_soon(peer.node);
	while (peer.ticks == 0 && loop_now() < end) {
		loop_step(peer.loop, end);
		peer_step(&peer);
	}
	assert_int_equal(peer.ticks, 1);
}

static void lost_by(void *ctx, const struct err *err)
{
	struct err *copy = ctx;

	*copy = *err;
}

static void a_damaged_frame_ends_it(void **state)
{
	struct err err = { 0 };

	node_on_lost(peer.node, lost_by, &err);
	buf_u32(&peer.out, 3);
	buf_str(&peer.out, "xyz");
	peer_send(&peer);
	assert_int_equal(err.kind, ERR_LOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(monitor_of_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(monitor_of_the_group_leader, setup, teardown),
		cmocka_unit_test_setup_teardown(monitor_of_a_call, setup, teardown),
		cmocka_unit_test_setup_teardown(link_of_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(link_from_an_impossible_pid, setup, teardown),
		cmocka_unit_test_setup_teardown(unlink_is_acknowledged, setup, teardown),
		cmocka_unit_test_setup_teardown(spawn_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(group_leader, setup, teardown),
		cmocka_unit_test_setup_teardown(ping, setup, teardown),
		cmocka_unit_test_setup_teardown(nonsense_does_no_harm, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_control_message, setup, teardown),
		cmocka_unit_test_setup_teardown(a_flood_is_not_answered_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(ticks_are_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_are_answered_by_a_tick_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_frame_ends_it, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
