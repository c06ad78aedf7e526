/* Listening sockets: lines of /proc/PID/net/tcp, and which socket a node takes its peers on. */

#include "unit.h"

#include "node/listener.h"

static void reads_lines_of_the_kernel(void **state)
{
	struct arena a = { 0 };
	struct listener l;

	assert_true(listener_line(TEXT("   1: 0100007F:9F69 00000000:0000 0A 00000000:00000000 00:00000000 "
				       "00000000  1000        0 49635 1 000000003dccc691 100 0 0 10 0"),
				  false, &l));
	assert_int_equal(l.port, 0x9f69);
	assert_int_equal(l.uid, 1000);
	assert_int_equal(l.inode, 49635);
	assert_true(text_is(listener_address(&l, &a), "127.0.0.1"));
	assert_true(listener_line(TEXT("0: 00000000:0001 00000000:0000 0A 0:0 0:0 0 0 0 7 1"), false, &l));
	assert_true(text_is(listener_address(&l, &a), "127.0.0.1"));
	assert_true(listener_line(TEXT("0: 0A01A8C0:0001 00000000:0000 0A 0:0 0:0 0 0 0 7 1"), false, &l));
	assert_true(text_is(listener_address(&l, &a), "192.168.1.10"));
	assert_true(listener_line(TEXT("0: 00000000000000000000000001000000:0001 0:0 0A 0:0 0:0 0 0 0 7 1"), true, &l));
	assert_true(text_is(listener_address(&l, &a), "::1"));
	assert_true(listener_line(TEXT("0: 00000000000000000000000000000000:0001 0:0 0A 0:0 0:0 0 0 0 7 1"), true, &l));
	assert_true(text_is(listener_address(&l, &a), "::1"));
	arena_clear(&a);
}

static void refuses_other_lines(void **state)
{
	struct listener l;

	assert_false(listener_line(TEXT("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
					"retrnsmt   uid  timeout inode"), false, &l));
	assert_false(listener_line(TEXT("0: 00000000:0001 00000000:0000 01 0:0 0:0 0 0 0 7 1"), false, &l));
	assert_false(listener_line(TEXT("0: 00000000:0000 00000000:0000 0A 0:0 0:0 0 0 0 7 1"), false, &l));
	assert_false(listener_line(TEXT("0: 00000000:0001 00000000:0000 0A 0:0 0:0 0 0 0 0 1"), false, &l));
	assert_false(listener_line(TEXT("0: 0000:0001 00000000:0000 0A 0:0 0:0 0 0 0 7 1"), false, &l));
	assert_false(listener_line(TEXT("0: 00000000:0001 00000000:0000 0A 0:0 0:0 0 0 0 7 1"), true, &l));
	assert_false(listener_line(TEXT("0: 0000000G:0001 00000000:0000 0A 0:0 0:0 0 0 0 7 1"), false, &l));
	assert_false(listener_line(TEXT("0: 00000000:0001 0A"), false, &l));
	assert_false(listener_line(TEXT(""), false, &l));
}

/* A socket on all addresses, or on loopback only. */
#define ANY(number, at_fd) { .port = (number), .fd = (at_fd) }
#define NEAR(number, at_fd) { .port = (number), .fd = (at_fd), .v6 = true, .addr.v6 = IN6ADDR_LOOPBACK_INIT }

static int pick(struct listener *at, size_t n, struct port_hints hints)
{
	const struct listeners l = { .at = at, .n = n };
	const struct listener *one;

	hints.ephemeral = 32768;
	one = listener_pick(&l, &hints);
	return one ? one->port : 0;
}

static void picks_what_is_surest(void **state)
{
	struct listener web_and_node[] = { ANY(4000, 20), ANY(40001, 17), ANY(9100, 18), ANY(40002, 19) };

	assert_int_equal(pick(web_and_node, 4, (struct port_hints){ .epmd = 40002, .fixed = 9100, .named = true }),
			 40002);
	assert_int_equal(pick(web_and_node, 4, (struct port_hints){ .epmd = 1, .fixed = 9100, .named = true }), 9100);
	assert_int_equal(pick(web_and_node, 4, (struct port_hints){ .min = 9100, .max = 9105, .named = true }), 9100);
	assert_int_equal(pick(web_and_node, 4, (struct port_hints){ .min = 9100 }), 9100);
	assert_int_equal(pick(web_and_node, 4, (struct port_hints){ .named = true }), 40001);
	assert_int_equal(pick(web_and_node, 1, (struct port_hints){ .named = true }), 4000);
}

static void a_socket_alone_does_not_make_a_node(void **state)
{
	struct listener web[] = { ANY(4000, 20) };

	assert_int_equal(pick(web, 1, (struct port_hints){ 0 }), 0);
	assert_int_equal(pick(web, 1, (struct port_hints){ .epmd = 4001, .fixed = 5000, .min = 6000 }), 0);
	assert_int_equal(pick(web, 0, (struct port_hints){ .named = true }), 0);
}

static void sockets_for_this_host_go_last(void **state)
{
	struct listener at[] = { NEAR(50000, 5), ANY(40001, 17) };

	assert_int_equal(pick(at, 2, (struct port_hints){ .named = true }), 40001);
	assert_int_equal(pick(at, 1, (struct port_hints){ .named = true }), 50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lines_of_the_kernel),
		cmocka_unit_test(refuses_other_lines),
		cmocka_unit_test(picks_what_is_surest),
		cmocka_unit_test(a_socket_alone_does_not_make_a_node),
		cmocka_unit_test(sockets_for_this_host_go_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
