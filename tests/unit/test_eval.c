/* Texts for erl_eval: parsed once by the target, waited for, bound, answered in parts. */
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

static void expect_call(size_t at, const char *module, const char *function)
{
	assert_true(at < peer.nseen);
	assert_true(term_is_atom(term_at(&peer.seen[at].payload, 1), module));
	assert_true(term_is_atom(term_at(&peer.seen[at].payload, 2), function));
}

static const struct term *argument(size_t at, size_t i)
{
	return term_at(term_at(&peer.seen[at].payload, 3), i);
}

/* {ok, Word} or {ok, Word, 1} */
static void answer_ok(size_t at, const char *word, bool scan)
{
	size_t mark = peer_answer_begin(&peer, &peer.seen[at], at, "return");

	etf_tuple(&peer.out, scan ? 3 : 2);
	etf_atom_s(&peer.out, "ok");
	etf_atom_s(&peer.out, word);
	if (scan)
		etf_int(&peer.out, 1);
	dist_end(&peer.out, mark);
	peer_send(&peer);
}

static void parse(size_t at)
{
	expect_call(at, "erl_scan", "string");
	answer_ok(at, "tokens", true);
	expect_call(at + 1, "erl_parse", "parse_exprs");
	assert_true(term_is_atom(argument(at + 1, 0), "tokens"));
	answer_ok(at + 1, "forms", false);
}

static void eval(struct ended *e, const char *text, struct text bindings)
{
	node_eval(peer.node, &(struct eval){ .text = text, .bindings = bindings }, on_ended, e);
	peer_step(&peer);
}

static void parsed_once(void **state)
{
	static struct ended e[3] = { 0 };
	size_t mark;

	eval(&e[0], "exit(1).", TEXT(""));
	eval(&e[1], "exit(1).", TEXT(""));
	assert_int_equal(peer.nseen, 1); /* the second waits for the first one's forms */
	parse(0);
	assert_int_equal(peer.nseen, 4);
	for (size_t i = 2; i < 4; i++) {
		expect_call(i, "erl_eval", "exprs");
		assert_true(term_is_atom(argument(i, 0), "forms"));
		assert_true(term_is_nil(argument(i, 1)));
	}
	/* An exit is an answer; of a value the bindings are dropped. */
	mark = peer_answer_begin(&peer, &peer.seen[2], 102, "exit");
	etf_int(&peer.out, 8);
	dist_end(&peer.out, mark);
	mark = peer_answer_begin(&peer, &peer.seen[3], 103, "return");
	etf_tuple(&peer.out, 3);
	etf_atom_s(&peer.out, "value");
	etf_int(&peer.out, 9);
	etf_nil(&peer.out);
	dist_end(&peer.out, mark);
	peer_send(&peer);
	assert_int_equal(e[0].kind, ANSWER_RETURN);
	assert_int_equal(e[0].num, 8);
	assert_int_equal(e[1].kind, ANSWER_RETURN);
	assert_int_equal(e[1].num, 9);
	eval(&e[2], "exit(1).", TEXT(""));
	assert_int_equal(peer.nseen, 5);
	expect_call(4, "erl_eval", "exprs");
}

static void not_understood(void **state)
{
	static struct ended e[3] = { 0 };
	size_t mark;

	eval(&e[0], "exit(.", TEXT(""));
	eval(&e[1], "exit(.", TEXT(""));
	mark = peer_answer_begin(&peer, &peer.seen[0], 1, "return");
	etf_tuple(&peer.out, 3);
	etf_atom_s(&peer.out, "error");
	etf_int(&peer.out, 1);
	etf_int(&peer.out, 1);
	dist_end(&peer.out, mark);
	peer_send(&peer);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(e[i].times, 1);
		assert_int_equal(e[i].kind, ANSWER_FAILED);
		assert_int_equal(e[i].err.kind, ERR_CANNOT);
	}
	eval(&e[2], "exit(.", TEXT("")); /* another try */
	assert_int_equal(peer.nseen, 2);
}

static void put_binding(struct buf *b, const char *name, int64_t value)
{
	etf_tuple(b, 2);
	etf_atom_s(b, name);
	etf_int(b, value);
}

static void bound(void **state)
{
	static struct ended e = { 0 };
	struct buf b = { 0 };

	etf_list(&b, 2);
	put_binding(&b, "A", 1);
	put_binding(&b, "B", 2);
	etf_nil(&b);
	eval(&e, "exit(A).", buf_text(&b));
	buf_clear(&b);
	parse(0);
	assert_int_equal(argument(2, 1)->n, 2);
	assert_int_equal(term_num(term_get(argument(2, 1), "B")), 2);
}

struct parts {
	int64_t got[8];
	size_t n;
	struct ended end;
};

static bool on_part(void *ctx, const struct term *message)
{
	struct parts *p = ctx;

	if (p->n >= 3)
		return false;
	p->got[p->n++] = term_num(message);
	return true;
}

static void on_parts_end(void *ctx, const struct answer *a)
{
	struct parts *p = ctx;

	on_ended(&p->end, a);
}

static void in_parts(void **state)
{
	static struct parts parts = { 0 };
	const struct term *z;
	struct buf b = { 0 };
	size_t mark;

	etf_list(&b, 1);
	put_binding(&b, "N", 2);
	etf_nil(&b);
	node_eval(peer.node, &(struct eval){ .text = "Z ! N.", .bindings = buf_text(&b), .part = on_part },
		  on_parts_end, &parts);
	buf_clear(&b);
	peer_step(&peer);
	parse(0);
	assert_int_equal(argument(2, 1)->n, 2);
	assert_int_equal(term_num(term_get(argument(2, 1), "N")), 2);
	z = term_get(argument(2, 1), "Z");
	assert_non_null(z);
	assert_true(term_eq(z, spawn_from(&peer.seen[2])));
	for (int64_t i = 1; i <= 3; i++) {
		mark = dist_begin(&peer.out);
		etf_tuple(&peer.out, 3);
		etf_int(&peer.out, 2);
		etf_atom_s(&peer.out, "");
		put(&peer.out, z);
		etf_int(&peer.out, i);
		dist_end(&peer.out, mark);
	}
	peer_answer(&peer, &peer.seen[2], 50, 4);
	peer_send(&peer);
	assert_int_equal(parts.n, 3);
	assert_int_equal(parts.got[0], 1);
	assert_int_equal(parts.got[2], 3);
	assert_int_equal(parts.end.times, 1);
	assert_int_equal(parts.end.num, 4);
}

/* A node that sends what no text of ours does, for ever, does not keep us. */
static void unwanted_part(void **state)
{
	static struct parts parts = { 0 };
	size_t mark;

	node_eval(peer.node, &(struct eval){ .text = "Z ! 1.", .part = on_part }, on_parts_end, &parts);
	peer_step(&peer);
	parse(0);
	for (int64_t i = 1; i <= 5; i++) {
		mark = dist_begin(&peer.out);
		etf_tuple(&peer.out, 3);
		etf_int(&peer.out, 2);
		etf_atom_s(&peer.out, "");
		put(&peer.out, term_get(argument(2, 1), "Z"));
		etf_int(&peer.out, i);
		dist_end(&peer.out, mark);
	}
	peer_send(&peer);
	assert_int_equal(parts.n, 3);
	assert_int_equal(parts.end.times, 1);
	assert_int_equal(parts.end.kind, ANSWER_FAILED);
	assert_int_equal(parts.end.err.kind, ERR_CANNOT);
	peer_answer(&peer, &peer.seen[2], 50, 4); /* its exit still comes */
	peer_send(&peer);
	assert_int_equal(parts.end.times, 1);
	assert_int_equal(peer.node->nrunning, 0);
}

static void parts_without_bindings(void **state)
{
	static struct parts parts = { 0 };

	node_eval(peer.node, &(struct eval){ .text = "Z ! 1.", .part = on_part }, on_parts_end, &parts);
	peer_step(&peer);
	parse(0);
	assert_int_equal(argument(2, 1)->n, 1);
	assert_non_null(term_get(argument(2, 1), "Z"));
}

static void cancelled_while_parsed(void **state)
{
	static struct ended e = { 0 };
	uint64_t call;

	call = node_eval(peer.node, &(struct eval){ .text = "exit(1)." }, on_ended, &e);
	peer_step(&peer);
	node_cancel(peer.node, call);
	parse(0);
	assert_int_equal(peer.nseen, 2);
	assert_int_equal(e.times, 0);
}

static void lost_while_parsed(void **state)
{
	static struct ended e = { 0 };

	eval(&e, "exit(1).", TEXT(""));
	close(peer.fd);
	peer.fd = -1;
	peer_step(&peer);
	assert_int_equal(e.times, 1);
	assert_int_equal(e.err.kind, ERR_LOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parsed_once, setup, teardown),
		cmocka_unit_test_setup_teardown(not_understood, setup, teardown),
		cmocka_unit_test_setup_teardown(bound, setup, teardown),
		cmocka_unit_test_setup_teardown(in_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(unwanted_part, setup, teardown),
		cmocka_unit_test_setup_teardown(parts_without_bindings, setup, teardown),
		cmocka_unit_test_setup_teardown(cancelled_while_parsed, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_while_parsed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
