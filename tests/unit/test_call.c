/* Calls against a peer that answers as it likes: out of order, late, never, wrongly. */
#include "peer.h"

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

static uint64_t ask(struct ended *e, size_t answer_bytes, int64_t timeout_ns)
{
	return node_call(peer.node, &(struct call){ .module = "m", .function = "f", .answer_bytes = answer_bytes,
		.timeout_ns = timeout_ns }, on_ended, e);
}

static void what_a_call_sends(void **state)
{
	static struct ended e = { 0 };
	struct buf args = { 0 };

	etf_list(&args, 1);
	etf_int(&args, 42);
	etf_nil(&args);
	node_call(peer.node, &(struct call){ .module = "lists", .function = "seq", .args = buf_text(&args) },
		  on_ended, &e);
	buf_clear(&args);
	assert_int_equal(e.times, 0);
	peer_step(&peer);
	assert_int_equal(peer.nseen, 1);

	const struct term *c = &peer.seen[0].control;
	const struct term *options = term_at(c, 5);
	const struct term *a = &peer.seen[0].payload;

	assert_int_equal(peer.seen[0].op, 29);
	assert_true(term_is_atom(term_at(term_at(c, 4), 0), "erpc"));
	assert_true(term_is_atom(term_at(term_at(c, 4), 1), "execute_call"));
	assert_true(term_is_atom(term_at(options, 0), "link"));
	assert_true(term_is_atom(term_get(options, "priority"), "low"));
	assert_int_equal(term_num(term_get(term_get(options, "max_heap_size"), "size")), 100000);
	assert_true(term_is_atom(term_get(term_get(options, "max_heap_size"), "kill"), "true"));
	assert_true(term_is_atom(term_get(term_get(options, "max_heap_size"), "error_logger"), "false"));
	assert_true(term_is_atom(term_at(a, 1), "lists"));
	assert_true(term_is_atom(term_at(a, 2), "seq"));
	assert_int_equal(term_num(term_at(term_at(a, 3), 0)), 42);
	assert_int_equal(node_cost(peer.node).calls, 1);
	assert_int_equal(node_cost(peer.node).helpers_ns, 0);
}

static void answered_out_of_order(void **state)
{
	static struct ended e[3] = { 0 };

	for (int i = 0; i < 3; i++)
		ask(&e[i], 0, 0);
	peer_step(&peer);
	assert_int_equal(peer.nseen, 3);
	for (size_t i = 0; i < 3; i++)
		peer_spawned(&peer, &peer.seen[i], 100 + i);
	peer_answer(&peer, &peer.seen[2], 102, 2);
	peer_answer(&peer, &peer.seen[0], 100, 0);
	peer_send(&peer);
	assert_int_equal(e[0].times, 1);
	assert_int_equal(e[1].times, 0);
	assert_int_equal(e[2].times, 1);
	assert_int_equal(e[2].num, 2);
	peer_answer(&peer, &peer.seen[1], 101, 1);
	peer_answer(&peer, &peer.seen[1], 101, 5); /* nobody waits for that any more */
	peer_send(&peer);
	assert_int_equal(e[1].times, 1);
	assert_int_equal(e[1].num, 1);
	assert_true(node_cost(peer.node).helpers_ns > 0);
}

static void ways_to_end(void **state)
{
	static const char *const ways[] = { "return", "throw", "exit", "error" };
	static struct ended e[6] = { 0 };
	size_t mark;

	for (int i = 0; i < 6; i++)
		ask(&e[i], 0, 0);
	peer_step(&peer);
	for (size_t i = 0; i < 4; i++) {
		mark = peer_answer_begin(&peer, &peer.seen[i], i, ways[i]);
		etf_int(&peer.out, 9);
		dist_end(&peer.out, mark);
	}
	mark = peer_exit_begin(&peer, &peer.seen[4], 4);
	etf_atom_s(&peer.out, "killed");
	dist_end(&peer.out, mark);
	mark = peer_exit_begin(&peer, &peer.seen[5], 5);
	etf_atom_s(&peer.out, "undef");
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(e[0].kind, ANSWER_RETURN);
	assert_int_equal(e[1].kind, ANSWER_THROW);
	assert_int_equal(e[2].kind, ANSWER_EXIT);
	assert_int_equal(e[3].kind, ANSWER_ERROR);
	assert_int_equal(e[4].kind, ANSWER_KILLED);
	assert_int_equal(e[5].kind, ANSWER_FAILED);
	assert_int_equal(e[5].err.kind, ERR_CANNOT);
	for (int i = 0; i < 6; i++)
		assert_int_equal(e[i].times, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(e[i].num, 9);
}

/* Without EXIT_PAYLOAD the reason stands in the control message. */
static void exit_without_payload(void **state)
{
	static struct ended e = { 0 };
	size_t mark;

	ask(&e, 0, 0);
	peer_step(&peer);
	mark = dist_begin(&peer.out);
	etf_tuple(&peer.out, 4);
	etf_int(&peer.out, 3);
	put_helper(&peer.out, 1);
	put(&peer.out, spawn_from(&peer.seen[0]));
	etf_tuple(&peer.out, 3);
	etf_int(&peer.out, 1);
	etf_atom_s(&peer.out, "return");
	etf_int(&peer.out, 33);
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(e.kind, ANSWER_RETURN);
	assert_int_equal(e.num, 33);
}

static void undecodable_answer(void **state)
{
	static struct ended e[2] = { 0 };
	size_t mark;

	ask(&e[0], 0, 0);
	ask(&e[1], 0, 0);
	peer_step(&peer);
	mark = peer_answer_begin(&peer, &peer.seen[0], 1, "return");
	buf_u8(&peer.out, 255);
	dist_end(&peer.out, mark);
	peer_answer(&peer, &peer.seen[1], 2, 1);
	peer_send(&peer);
	assert_int_equal(e[0].kind, ANSWER_FAILED);
	assert_int_equal(e[0].err.kind, ERR_CANNOT);
	assert_int_equal(e[1].kind, ANSWER_RETURN);
}

static void exits_of_others_are_ignored(void **state)
{
	static struct ended e = { 0 };
	struct seen stranger;
	struct term from;

	ask(&e, 0, 0);
	peer_step(&peer);
	peer_spawned(&peer, &peer.seen[0], 100);
	peer_answer(&peer, &peer.seen[0], 666, 1); /* not the helper */
	stranger = peer.seen[0];
	from = *spawn_from(&stranger);
	((struct term_id *)from.id)->num += 5;
	peer_answer(&peer, &stranger, 100, 1); /* not to us */
	((struct term_id *)from.id)->num -= 5;
	peer_send(&peer);
	assert_int_equal(e.times, 0);
	peer_answer(&peer, &peer.seen[0], 100, 1);
	peer_send(&peer);
	assert_int_equal(e.times, 1);
}

static void spawn_refused(void **state)
{
	static struct ended e = { 0 };
	size_t mark;

	ask(&e, 0, 0);
	peer_step(&peer);
	mark = dist_begin(&peer.out);
	etf_tuple(&peer.out, 5);
	etf_int(&peer.out, 31);
	put(&peer.out, term_at(&peer.seen[0].control, 1));
	put(&peer.out, spawn_from(&peer.seen[0]));
	etf_int(&peer.out, 0);
	etf_atom_s(&peer.out, "system_limit");
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(e.times, 1);
	assert_int_equal(e.kind, ANSWER_FAILED);
	assert_non_null(strstr(e.err.what, "system_limit"));
}

static void as_many_as_may_run(void **state)
{
	static struct ended e[600];

	memset(e, 0, sizeof(e));
	for (int i = 0; i < 600; i++)
		ask(&e[i], 1024, 0);
	peer_step(&peer);
	assert_int_equal(peer.nseen, CALLS_RUNNING_MAX);
	for (size_t i = 0; i < peer.nseen && i < 600; i++) {
		peer_answer(&peer, &peer.seen[i], 1000 + i, (int64_t)i);
		if (i % 50 == 49)
			peer_send(&peer);
	}
	peer_send(&peer);
	assert_int_equal(peer.nseen, 600);
	for (size_t i = 0; i < 600; i++) {
		assert_int_equal(e[i].times, 1);
		assert_int_equal(e[i].num, i);
	}
}

static void as_many_bytes_as_may_run(void **state)
{
	static struct ended e[300];
	const size_t mib = (size_t)1 << 20;

	memset(e, 0, sizeof(e));
	for (int i = 0; i < 7; i++)
		ask(&e[i], mib, 0);
	ask(&e[7], 4 * mib, 0);          /* waits: 7 + 4 > 8 */
	ask(&e[8], mib / 2, 0);          /* may pass it */
	peer_step(&peer);
	assert_int_equal(peer.nseen, 8);
	/* Small ones pass for a while, then it is the large one's turn. */
	for (size_t i = 9; i < 300; i++)
		ask(&e[i], 1024, 0);
	peer_step(&peer);
	assert_int_equal(peer.nseen, 8 + CALLS_PASS_MAX - 1);
	for (size_t i = 0; i < 4; i++)
		peer_answer(&peer, &peer.seen[i], i, 1);
	peer_send(&peer);
	assert_true(peer.nseen > 8 + CALLS_PASS_MAX);
	assert_true(peer.node->bytes_running <= CALLS_BYTES_MAX);
}

static void larger_than_all_runs_alone(void **state)
{
	static struct ended e[2] = { 0 };

	ask(&e[0], (size_t)1 << 30, 0);
	ask(&e[1], 1024, 0);
	peer_step(&peer);
	assert_int_equal(peer.nseen, 1);
	peer_answer(&peer, &peer.seen[0], 1, 1);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 2);
	assert_int_equal(e[0].times, 1);
}

static void wait_for(const int *times)
{
	int64_t end = loop_now() + 5000000000;

	while (!*times && loop_now() < end)
		loop_step(peer.loop, end);
	peer_step(&peer);
	assert_int_equal(*times, 1);
}

/* PAYLOAD_EXIT2 from the call's pid to the helper, with kill. */
static void expect_kill(size_t at, uint64_t helper)
{
	struct dist_pid to;

	assert_int_equal(peer.seen[at].op, 26);
	assert_true(dist_pid_of(term_at(&peer.seen[at].control, 2), &to));
	assert_int_equal(to.num, helper);
	assert_true(term_is_atom(&peer.seen[at].payload, "kill"));
}

static void late_is_killed(void **state)
{
	static struct ended e = { 0 };
	size_t mark;

	ask(&e, 0, 5000000);
	peer_step(&peer);
	peer_spawned(&peer, &peer.seen[0], 100);
	peer_send(&peer);
	wait_for(&e.times);
	assert_int_equal(e.kind, ANSWER_FAILED);
	assert_int_equal(e.err.kind, ERR_LOST);
	assert_int_equal(peer.nseen, 2);
	expect_kill(1, 100);
	assert_int_equal(peer.node->nrunning, 1);
	mark = peer_exit_begin(&peer, &peer.seen[0], 100);
	etf_atom_s(&peer.out, "killed");
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(e.times, 1);
	assert_int_equal(peer.node->nrunning, 0);
	assert_int_equal(peer.node->bytes_running, 0);
}

static void late_before_its_helper_is_known(void **state)
{
	static struct ended e = { 0 };

	ask(&e, 0, 5000000);
	peer_step(&peer);
	wait_for(&e.times);
	assert_int_equal(peer.nseen, 1);
	peer_spawned(&peer, &peer.seen[0], 100);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 2);
	expect_kill(1, 100);
	peer_answer(&peer, &peer.seen[0], 100, 1);
	peer_send(&peer);
	assert_int_equal(e.times, 1);
	assert_int_equal(peer.node->nrunning, 0);
}

/* What waits in the queue is late only when the node answers nobody. */
static void late_in_the_queue(void **state)
{
	static struct ended first = { 0 }, second = { 0 };

	ask(&first, (size_t)8 << 20, 60000000000);
	ask(&second, (size_t)8 << 20, 20000000);
	peer_step(&peer);
	wait_for(&second.times);
	assert_int_equal(second.kind, ANSWER_FAILED);
	assert_int_equal(first.times, 0);
	assert_int_equal(peer.nseen, 1);
}

static void cancelled(void **state)
{
	static struct ended e[3] = { 0 };
	uint64_t running, queued;

	running = ask(&e[0], (size_t)8 << 20, 0);
	queued = ask(&e[1], (size_t)8 << 20, 0);
	peer_step(&peer);
	node_cancel(peer.node, queued);
	node_cancel(peer.node, running);
	node_cancel(peer.node, running);
	node_cancel(peer.node, 999999);
	peer_spawned(&peer, &peer.seen[0], 100);
	peer_send(&peer);
	assert_int_equal(peer.nseen, 2);
	expect_kill(1, 100);
	peer_answer(&peer, &peer.seen[0], 100, 1);
	peer_send(&peer);
	ask(&e[2], 0, 0);
	peer_step(&peer);
	assert_int_equal(peer.nseen, 3);
	assert_int_equal(e[0].times + e[1].times, 0);
}

static void lost_by(void *ctx, const struct err *err)
{
	int *kind = ctx;

	*kind = (int)err->kind;
}

static void lost(void **state)
{
	static struct ended e[3] = { 0 };
	int kind = 0;

	node_on_lost(peer.node, lost_by, &kind);
	ask(&e[0], (size_t)8 << 20, 0);
	ask(&e[1], (size_t)8 << 20, 0);
	peer_step(&peer);
	close(peer.fd);
	peer.fd = -1;
	peer_step(&peer);
	assert_int_equal(kind, ERR_LOST);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(e[i].times, 1);
		assert_int_equal(e[i].kind, ANSWER_FAILED);
		assert_int_equal(e[i].err.kind, ERR_LOST);
	}
	ask(&e[2], 0, 0);
	assert_int_equal(e[2].times, 0);
	peer_step(&peer);
	assert_int_equal(e[2].times, 1);
	assert_int_equal(e[2].err.kind, ERR_LOST);
}

static void count(void *ctx)
{
	++*(int *)ctx;
}

/* Whoever is answered while the connection is closed may go on to its next question. */
static void probe_it(void *ctx, const struct answer *a)
{
	caps_probe(peer.node, 0, count, ctx);
	caps_probe(peer.node, 1U << CAP_ELIXIR, count, ctx);
}

static void probed_while_it_is_closed(void **state)
{
	int times = 0;

	node_call(peer.node, &(struct call){ .module = "m", .function = "f" }, probe_it, &times);
	peer_step(&peer);
	node_close(peer.node);
	peer.node = NULL;
	assert_int_equal(times, 2);
}

static void close_it(void *ctx, const struct answer *a)
{
	int *times = ctx;

	(*times)++;
	node_close(peer.node);
}

static void closed_from_an_answer(void **state)
{
	static struct ended e = { 0 };
	int times = 0;

	ask(&e, 0, 0);
	node_call(peer.node, &(struct call){ .module = "m", .function = "f" }, close_it, &times);
	peer_step(&peer);
	peer_answer(&peer, &peer.seen[1], 1, 1);
	peer_answer(&peer, &peer.seen[0], 2, 1);
	peer_send(&peer);
	assert_int_equal(times, 1);
	assert_int_equal(e.times, 1);
	assert_int_equal(e.kind, ANSWER_FAILED);
	peer.node = NULL;
}

static void take_it(void *ctx, const struct answer *a)
{
	struct answer *kept = ctx;
	static struct arena arena;

	*kept = *a;
	arena = *a->arena;
	kept->arena = &arena;
	*a->arena = (struct arena){ 0 };
}

static void an_answer_is_kept(void **state)
{
	struct answer kept;
	size_t mark;

	node_call(peer.node, &(struct call){ .module = "m", .function = "f" }, take_it, &kept);
	peer_step(&peer);
	mark = peer_answer_begin(&peer, &peer.seen[0], 1, "return");
	etf_binary(&peer.out, TEXT("kept"));
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_true(text_is(term_text(&kept.value), "kept"));
	arena_clear(kept.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_a_call_sends, setup, teardown),
		cmocka_unit_test_setup_teardown(answered_out_of_order, setup, teardown),
		cmocka_unit_test_setup_teardown(ways_to_end, setup, teardown),
		cmocka_unit_test_setup_teardown(exit_without_payload, setup, teardown),
		cmocka_unit_test_setup_teardown(undecodable_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(exits_of_others_are_ignored, setup, teardown),
		cmocka_unit_test_setup_teardown(spawn_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(as_many_as_may_run, setup, teardown),
		cmocka_unit_test_setup_teardown(as_many_bytes_as_may_run, setup, teardown),
		cmocka_unit_test_setup_teardown(larger_than_all_runs_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(late_is_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(late_before_its_helper_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(late_in_the_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(cancelled, setup, teardown),
		cmocka_unit_test_setup_teardown(lost, setup, teardown),
		cmocka_unit_test_setup_teardown(probed_while_it_is_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(closed_from_an_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(an_answer_is_kept, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
