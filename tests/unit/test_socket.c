/* Addresses, ids and states of sockets, from what a node answers, and from what it should
 * not. */

#include <stdlib.h>

#include "unit.h"

#include "source/live.h"
#include "tables/address.h"
#include "tables/port.h"
#include "tables/port_detail.h"
#include "tables/socket.h"

static struct arena arena;

static const struct term *term(const char *text)
{
	struct term *t = arena_new(&arena, struct term);
	struct err err = { 0 };
	size_t at;

	if (!term_parse(&arena, text_of(text), SYNTAX_ERLANG, t, &at, &err))
		fail_msg("%s: %s", text, err.what);
	return t;
}

static int teardown(void **state)
{
	arena_clear(&arena);
	return 0;
}

static void assert_address(const char *text, const char *whole, const char *host,
			   int64_t port)
{
	struct address a;

	if (!address_read(&arena, term(text), &a))
		fail_msg("%s: no address", text);
	assert_string_equal(text_cstr(&arena, a.whole), whole);
	assert_string_equal(text_cstr(&arena, a.host), host);
	assert_int_equal(a.port, port);
}

static void addresses(void **state)
{
	assert_address("{ok, {{127,0,0,1}, 80}}", "127.0.0.1:80", "127.0.0.1", 80);
	assert_address("{ok, {{0,0,0,0}, 0}}", "0.0.0.0:0", "0.0.0.0", 0);
	assert_address("{{10,0,0,7}, 65535}", "10.0.0.7:65535", "10.0.0.7", 65535);
	assert_address("{ok, #{family => inet, addr => {1,2,3,4}, port => 5}}",
		       "1.2.3.4:5", "1.2.3.4", 5);
}

/* RFC 5952: the longest run of zeros, lower case, IPv4 in IPv6 as such. */
static void addresses_of_ipv6(void **state)
{
	assert_address("{ok, {{0,0,0,0,0,0,0,1}, 80}}", "[::1]:80", "::1", 80);
	assert_address("{ok, {{0,0,0,0,0,0,0,0}, 1}}", "[::]:1", "::", 1);
	assert_address("{ok, {{16#2001,16#DB8,0,0,1,0,0,16#FFFF}, 443}}",
		       "[2001:db8::1:0:0:ffff]:443", "2001:db8::1:0:0:ffff", 443);
	assert_address("{ok, {{0,0,0,0,0,16#ffff,16#c0a8,1}, 9}}",
		       "[::ffff:192.168.0.1]:9", "::ffff:192.168.0.1", 9);
	assert_address("{ok, #{family => inet6, addr => {16#fe80,0,0,0,0,0,0,1},"
		       " port => 8, scope_id => 3, flowinfo => 0}}",
		       "[fe80::1%3]:8", "fe80::1%3", 8);
}

static void addresses_of_unix_sockets(void **state)
{
	assert_address("{ok, {local, <<\"/run/x\">>}}", "/run/x", "/run/x", -1);
	assert_address("{ok, {local, \"/run/x\"}}", "/run/x", "/run/x", -1);
	assert_address("{ok, #{family => local, path => <<\"/a\\e[1m\\n\">>}}",
		       "/a\\e[1m\\n", "/a\\e[1m\\n", -1);
	assert_address("{ok, {local, <<0,\"abstract\">>}}", "\\x00abstract",
		       "\\x00abstract", -1);
	assert_address("{ok, {local, [47,195,169]}}", "/é", "/é", -1);
	assert_address("{ok, {local, [47,233]}}", "/é", "/é", -1);
	assert_address("{ok, {local, <<47,233>>}}", "/\\xE9", "/\\xE9", -1);
}

static void no_addresses(void **state)
{
	static const char *const texts[] = {
		"{error, enotconn}", "{error, closed}", "undefined", "[]", "17", "{}",
		"{ok, undefined}", "{ok, {local, <<>>}}", "{ok, {local, []}}",
		"{ok, {local, [a]}}", "{ok, {local, [-1]}}", "{ok, {local, 7}}",
		"{ok, {{1,2,3}, 4}}", "{ok, {{1,2,3,256}, 4}}", "{ok, {{1,2,3,-1}, 4}}",
		"{ok, {{1,2,3,a}, 4}}", "{ok, {{1,2,3,4}, 65536}}",
		"{ok, {{1,2,3,4}, -1}}", "{ok, {{1,2,3,4}, x}}",
		"{ok, {{0,0,0,0,0,0,0,65536}, 1}}", "{ok, {any, 1}}", "{ok, #{}}",
		"{ok, #{addr => any, port => 1}}", "{ok, #{addr => {1,2,3,4}}}",
		"{ok, {{1,2,3,99999999999999999999}, 4}}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct address a;

		if (address_read(&arena, term(texts[i]), &a) || a.whole.len ||
		    a.host.len)
			fail_msg("%s: %.*s", texts[i], TEXT_ARG(a.whole));
	}
}

static void states_of_ports(void **state)
{
	static const struct {
		const char *status;
		const char *want;
	} cases[] = {
		{ "{ok, [open]}", "IDLE" },
		{ "{ok, [open, bound]}", "BOUND" },
		{ "{ok, [open, bound, listen]}", "LISTEN" },
		{ "{ok, [open, bound, listen, accepting]}", "ACCEPTING" },
		{ "{ok, [open, bound, connecting]}", "CONNECTING" },
		{ "{ok, [busy, connected, bound, open]}", "CONNECTED" },
		{ "{ok, []}", "CLOSED" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(socket_port_state(term(cases[i].status)),
				    cases[i].want);
	assert_null(socket_port_state(term("{error, einval}")));
	assert_null(socket_port_state(term("{ok, open}")));
	assert_null(socket_port_state(term("[]")));
}

static const char *nif_state(const char *rstates, const char *wstates, int acceptors,
			     const char *listening, bool local, bool peer)
{
	struct term n = { .type = TERM_INT, .num = acceptors };

	return socket_nif_state(&(struct socket_signs){
		.rstates = rstates ? term(rstates) : NULL,
		.wstates = wstates ? term(wstates) : NULL,
		.acceptors = &n,
		.listening = listening ? term(listening) : NULL,
		.local = local,
		.peer = peer,
	});
}

static void states_of_sockets(void **state)
{
	assert_string_equal(nif_state("[bound,listening]", "[]", 0, NULL, true, false),
			    "LISTEN");
	assert_string_equal(nif_state("[bound,listening]", "[]", 2, NULL, true, false),
			    "ACCEPTING");
	assert_string_equal(nif_state("[]", "[]", 0, "{ok, true}", true, false),
			    "LISTEN");
	assert_string_equal(nif_state("[]", "[]", 0, "{ok, false}", true, true),
			    "CONNECTED");
	assert_string_equal(nif_state("[]", "[connecting,selected]", 0, NULL, true, false),
			    "CONNECTING");
	assert_string_equal(nif_state("[bound]", "[]", 0, "[]", false, false), "BOUND");
	assert_string_equal(nif_state(NULL, NULL, 0, NULL, true, false), "BOUND");
	assert_string_equal(nif_state("x", "7", 0, "{ok}", false, false), "IDLE");
	assert_string_equal(nif_state("[closing]", "[]", 0, NULL, true, true), "CLOSING");
	assert_string_equal(nif_state("[closing,closed]", "[]", 0, NULL, true, true),
			    "CLOSED");
}

static void words(void **state)
{
	static const struct {
		const char *word;
		int64_t port; /* -1: a socket; -2: neither */
	} cases[] = {
		{ "#Port<0.6>", 6 }, { "0.6", 6 }, { "port:6", 6 }, { "0.0", 0 },
		{ "#Port<0.9223372036854775807>", INT64_MAX },
		{ "#Socket<0.1.2.3>", -1 }, { "#Ref<0.1.2.3>", -1 },
		{ "#Ref<0.4294967295.0.1>", -1 }, { "#Ref<0.1.2.3.4.5>", -1 },
		{ "", -2 }, { "6", -2 }, { "0.", -2 }, { "0.-1", -2 }, { "0.x", -2 },
		{ "1.6", -2 }, { "#Port<0.6", -2 }, { "#Port<1.6>", -2 },
		{ "#Port<0.9223372036854775808>", -2 }, { "#Socket<0.>", -2 },
		{ "#Socket<0.1.2.3", -2 }, { "#Ref<0.4294967296.1>", -2 },
		{ "#Ref<0.1.2.3.4.5.6>", -2 }, { "#Ref<0.1..3>", -2 },
		{ "#Ref<0.-1.2>", -2 }, { "#Ref<1.1.2.3>", -2 }, { "<0.1.2>", -2 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };
		struct port_word w;
		bool good = port_word_read(text_of(cases[i].word), &w, &err);
		int64_t is = !good ? -2 : w.nif ? -1 : w.port;

		if (is != cases[i].port)
			fail_msg("'%s': %lld", cases[i].word, (long long)is);
		assert_int_equal(err.kind, good ? ERR_NONE : ERR_USAGE);
	}
}

static void ports_print_as_they_are_read(void **state)
{
	struct buf b = { 0 };
	int64_t id;

	port_print(&b, 4711);
	assert_string_equal(buf_cstr(&b), "#Port<0.4711>");
	assert_true(port_parse(buf_text(&b), &id));
	assert_int_equal(id, 4711);
	buf_clear(&b);
}

/*
 * Answers of any shape: made of the words that right ones are made of, so that many get
 * some way in. What they leave in the table is only to be sane.
 */

static unsigned seed = 11;

static unsigned upto(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

static void make(struct term *t, int depth)
{
	static const char *const atoms[] = {
		"ok", "name", "connected", "local", "inet", "undefined", "recv_oct", "true",
		"listening", "send_oct", "memory", "error", "$socket", "busy", "up",
	};
	static const struct term_id id = { .num = UINT64_MAX, .nwords = 5 };
	static const struct term_id home = { .num = 7, .nwords = 3 };
	size_t n;

	switch (upto(depth > 0 ? 10 : 7)) {
	case 0:
		*t = (struct term){ .type = TERM_INT,
				    .num = upto(2) ? upto(300) : INT64_MIN };
		return;
	case 1:
		*t = (struct term){ .type = TERM_INT, .num = INT64_MAX };
		return;
	case 2:
		*t = (struct term){ .type = TERM_BINARY, .text = TEXT("\xff\0x") };
		return;
	case 3:
		*t = (struct term){ .type = upto(2) ? TERM_PID : TERM_PORT,
				    .id = upto(2) ? &id : &home };
		return;
	case 4:
		*t = (struct term){ .type = TERM_REF, .id = upto(2) ? &id : &home };
		return;
	case 5:
	case 6:
		*t = (struct term){ .type = TERM_ATOM, .text = text_of(atoms[upto(15)]) };
		return;
	default:
		break;
	}
	n = upto(9);

	struct term *items = arena_many(&arena, 2 * n + 1, struct term);

	for (size_t i = 0; i < 2 * n + 1; i++)
		make(&items[i], depth - 1);
	*t = (struct term){ .type = upto(4) ? TERM_TUPLE : upto(3) ? TERM_LIST : TERM_MAP,
			    .n = (uint32_t)n,
			    .items = items };
	if (t->type == TERM_LIST && upto(4))
		items[n] = (struct term){ .type = TERM_LIST };
}

/* Nested pairs, as the listings answer, of parts that may be right. */
static void make_answers(struct term *t, int n)
{
	static const char *const parts[] = {
		"{name, \"tcp_inet\"}", "{ok, {inet, stream}}", "{ok, [{recv_oct, 5}]}",
		"{ok, {{127,0,0,1}, 5}}", "{ok, [open, bound]}", "\"cat\"", "{links, 5}",
		"#{family => local, path => <<0>>}", "[bound]", "17", "undefined", "[]",
	};
	struct term *pair = arena_many(&arena, 2, struct term);

	if (n == 0) {
		make(t, 2);
		return;
	}
	if (upto(2))
		pair[0] = *term(parts[n == 1 && upto(2) ? 5 : upto(12)]);
	else
		make(&pair[0], 4);
	make_answers(&pair[1], n - 1);
	*t = (struct term){ .type = TERM_TUPLE, .n = 2, .items = pair };
}

static void opened(void *ctx, struct source *s, const struct err *err)
{
}

static void print_all(const struct table *t)
{
	struct buf b = { 0 };

	for (size_t row = 0; row < t->nrows; row++)
		for (size_t c = 0; c < t->schema->ncolumns; c++)
			cell_print(&b, &t->schema->columns[c], table_cell(t, row, c));
	buf_clear(&b);
}

/* A column in eight. */
static uint64_t few_bits(void)
{
	uint64_t bits = (uint64_t)rand_r(&seed);

	bits &= (uint64_t)rand_r(&seed);
	return bits & (uint64_t)rand_r(&seed);
}

/* Returns how many rows came of it. */
static size_t read_some(struct live *l, const struct schema *schema,
			const struct question *q)
{
	struct arena rows = { 0 };
	struct table table;
	struct reading r = {
		.live = l,
		.table = &table,
		.columns = few_bits(),
		.word_bytes = 8,
	};
	struct term key, value;
	size_t n;

	table_init(&table, schema, &rows, 0);
	for (int i = 0; i < 20; i++) {
		struct arena_mark mark = arena_mark(&arena);

		make(&key, 2);
		if (upto(3))
			key = *term(upto(2) ? "{'$socket', #Ref<0.1.2.3>}" : "#Port<0.6>");
		if (upto(2))
			make_answers(&value, (int)upto(12));
		else
			make(&value, 6);
		if (q->row)
			q->row(&r, &key, &value);
		else
			q->rows(&r, &value);
		arena_rewind(&arena, mark);
	}
	print_all(&table);
	n = table.nrows;
	arena_clear(&rows);
	return n;
}

static void answers_of_any_shape(void **state)
{
	struct loop *loop = loop_new();
	struct source *s = live_open(loop, &(struct target){ .name = TEXT("a@127.0.0.1"),
							     .host = TEXT("127.0.0.1"),
							     .port = 1 },
				     0, opened, NULL);
	size_t sockets = 0;
	size_t ports = 0;

	for (int i = 0; i < 300; i++) {
		sockets += read_some(live_of(s), &sockets_schema, &sockets_question);
		ports += read_some(live_of(s), &ports_schema, &ports_question);
		read_some(live_of(s), &dist_schema, &dist_question);
	}
	assert_in_range(sockets, 20, 5900);
	assert_in_range(ports, 1, 5900);
	source_close(s);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(addresses_of_ipv6),
		cmocka_unit_test(addresses_of_unix_sockets),
		cmocka_unit_test(no_addresses),
		cmocka_unit_test(states_of_ports),
		cmocka_unit_test(states_of_sockets),
		cmocka_unit_test(words),
		cmocka_unit_test(ports_print_as_they_are_read),
		cmocka_unit_test(answers_of_any_shape),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
