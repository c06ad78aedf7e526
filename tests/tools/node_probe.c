/*
 * Drives a connection for the live tests of the transport: connects, does what its words say, prints one line of
 * JSON a step. The cookie comes from $NODE_PROBE_COOKIE.
 *
 *	node_probe [-v] [--host H] [--port N] [--epmd-port N] [--netns PID] [--timeout S] NAME STEP...
 *
 * A step is a word, or word=value:
 *
 *	memory short=N burst=N mix=N large=BYTES largepart=BYTES parts=N stream=N eval=TEXT heap late cancel caps name
 *	both=NAME (another node in the same loop)  idle=SECONDS  wait (for a line on stdin)  lost (waits for that)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "node/caps.h"
#include "node/node.h"

#define SECOND ((int64_t)1000000000)
#define LARGE_COMES 4000000 /* bytes in: no short answers alone */

struct probe {
	struct loop *loop;
	struct node *node;
	struct target target;
	bool up;
	bool over;       /* the step is done */
	bool lost;
	struct err err;
	/* of the step */
	size_t open;
	size_t answered;
	size_t failed;
	size_t parts;
	int64_t part_sum;
	size_t between;  /* answers to short calls while a large answer was on its way */
	int64_t worst_ns;
	int64_t slow_ns;
	int64_t large;
};

struct one {
	struct probe *probe;
	int64_t asked_ns;
	bool slow;
	bool large;
};

static const char *const kinds[] = { "return", "throw", "exit", "error", "killed", "failed" };

static void on_opened(void *ctx, struct node *n, const struct err *err)
{
	struct probe *p = ctx;

	p->up = !err;
	if (err)
		p->err = *err;
	p->over = true;
}

static void on_lost(void *ctx, const struct err *err)
{
	struct probe *p = ctx;

	p->lost = true;
	p->err = *err;
}

static void run(struct probe *p)
{
	while (!p->over)
		loop_step(p->loop, INT64_MAX);
}

static void on_time(void *ctx)
{
	struct probe *p = ctx;

	p->over = true;
}

static size_t deep_size(const struct term *t)
{
	size_t sum = 1;

	if (t->type == TERM_BINARY || t->type == TERM_BITS)
		return t->text.len;
	if (t->type == TERM_TUPLE || t->type == TERM_LIST)
		for (size_t i = 0; i < t->n; i++)
			sum += deep_size(&t->items[i]);
	return sum;
}

/* The answer of a single call, printed. */
static void on_answer(void *ctx, const struct answer *a)
{
	struct probe *p = ctx;
	struct term_style style = { .total = 300 };
	struct buf text = { 0 };

	if (a->kind == ANSWER_FAILED)
		buf_str(&text, a->err->what);
	else if (a->kind != ANSWER_KILLED)
		term_print(&text, &a->value, &style);
	printf("{\"kind\": \"%s\", \"size\": %zu, \"text\": \"", kinds[a->kind],
	       a->kind < ANSWER_KILLED ? deep_size(&a->value) : 0);
	for (const char *s = buf_cstr(&text); *s; s++)
		printf(*s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
	printf("\"}\n");
	buf_clear(&text);
	p->over = true;
}

static void on_one(void *ctx, const struct answer *a)
{
	struct one *one = ctx;
	struct probe *p = one->probe;
	int64_t took = loop_now() - one->asked_ns;

	if (a->kind == ANSWER_RETURN)
		p->answered++;
	else
		p->failed++;
	if (one->large && a->kind == ANSWER_RETURN)
		p->large = (int64_t)deep_size(&a->value);
	if (one->slow)
		p->slow_ns = took;
	else if (took > p->worst_ns)
		p->worst_ns = took;
	if (!one->slow && p->slow_ns == 0 && node_cost(p->node).bytes_in > LARGE_COMES)
		p->between++;
	free(one);
	if (--p->open == 0)
		p->over = true;
}

static struct one *one_new(struct probe *p)
{
	struct one *one = calloc(1, sizeof(*one));

	one->probe = p;
	one->asked_ns = loop_now();
	p->open++;
	return one;
}

static void short_call(struct probe *p)
{
	node_call(p->node, &(struct call){ .module = "erlang", .function = "node", .answer_bytes = 1024,
		.timeout_ns = 60 * SECOND }, on_one, one_new(p));
}

/* timer:sleep(Ms) */
static void sleep_call(struct probe *p, int64_t ms)
{
	struct one *one = one_new(p);
	struct buf args = { 0 };

	one->slow = true;
	etf_list(&args, 1);
	etf_int(&args, ms);
	etf_nil(&args);
	node_call(p->node, &(struct call){ .module = "timer", .function = "sleep",
		.args = buf_text(&args), .timeout_ns = 30 * SECOND }, on_one, one);
	buf_clear(&args);
}

/* binary:copy(Some, N). Of a single byte it would hold a scheduler of OTP 27 for most of a second. */
static void large_call(struct probe *p, int64_t bytes)
{
	static char some[10000];
	struct one *one = one_new(p);
	struct buf args = { 0 };

	one->slow = true;
	one->large = true;
	etf_list(&args, 2);
	etf_binary(&args, (struct text){ some, sizeof(some) });
	etf_int(&args, bytes / (int64_t)sizeof(some));
	etf_nil(&args);
	node_call(p->node, &(struct call){ .module = "binary", .function = "copy", .args = buf_text(&args),
		.answer_bytes = (size_t)8 << 20, .timeout_ns = 60 * SECOND }, on_one, one);
	buf_clear(&args);
}

static void report(const struct probe *p, const char *step)
{
	printf("{\"step\": \"%s\", \"answered\": %zu, \"failed\": %zu, \"between\": %zu, \"worst_ms\": %.3f, "
	       "\"slow_ms\": %.3f, \"large\": %" PRId64 ", \"parts\": %zu, \"part_sum\": %" PRId64 "}\n",
	       step, p->answered, p->failed, p->between, (double)p->worst_ns / 1e6,
	       (double)p->slow_ns / 1e6, p->large, p->parts, p->part_sum);
}

static void step_short(struct probe *p, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		short_call(p);
		p->over = false;
		run(p);
	}
	report(p, "short");
}

static void step_burst(struct probe *p, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		short_call(p);
	run(p);
	report(p, "burst");
}

/* n short calls, one after the other is answered, while a slow one of five seconds runs. */
static void step_mix(struct probe *p, int64_t n)
{
	sleep_call(p, 5000);
	for (int64_t i = 0; i < n && !p->lost; i++) {
		size_t before = p->answered + p->failed;

		short_call(p);
		while (p->answered + p->failed == before)
			loop_step(p->loop, INT64_MAX);
	}
	p->over = p->open == 0;
	run(p);
	report(p, "mix");
}

static bool on_part(void *ctx, const struct term *message)
{
	struct one *one = ctx;

	one->probe->parts++;
	one->probe->part_sum += message->type == TERM_BINARY ? (int64_t)message->text.len : term_num(message);
	return true;
}

/* The same as a part: a sender is suspended while the connection is busy, so that others get through. */
static void large_part(struct probe *p, int64_t bytes)
{
	struct one *one = one_new(p);
	struct buf bindings = { 0 };

	one->slow = true;
	etf_list(&bindings, 1);
	etf_tuple(&bindings, 2);
	etf_atom_s(&bindings, "N");
	etf_int(&bindings, bytes);
	etf_nil(&bindings);
	node_eval(p->node, &(struct eval){
		.text = "S = binary:copy(<<120>>, 10000), erlang:send(Z, binary:copy(S, N div 10000), [noconnect]), exit(ok).",
		.bindings = buf_text(&bindings), .timeout_ns = 60 * SECOND, .part = on_part }, on_one, one);
	buf_clear(&bindings);
}

/* Short calls go on while a large answer comes. */
static void step_large(struct probe *p, int64_t bytes, void (*ask)(struct probe *p, int64_t bytes))
{
	ask(p, bytes);
	while (p->slow_ns == 0) {
		size_t before = p->answered + p->failed;

		short_call(p);
		while (p->answered + p->failed == before)
			loop_step(p->loop, INT64_MAX);
	}
	p->over = p->open == 0;
	run(p);
	report(p, "large");
}

/* A text that sends n parts. */
static void step_parts(struct probe *p, const char *text, int64_t n)
{
	struct buf bindings = { 0 };

	etf_list(&bindings, 1);
	etf_tuple(&bindings, 2);
	etf_atom_s(&bindings, "N");
	etf_int(&bindings, n);
	etf_nil(&bindings);
	node_eval(p->node, &(struct eval){
		.text = text,
		.bindings = buf_text(&bindings),
		.heap_words = 10000000,
		.part = on_part,
	}, on_one, one_new(p));
	buf_clear(&bindings);
	run(p);
	report(p, "parts");
}

static void eval(struct probe *p, const char *text, size_t heap_words, int64_t timeout_ns)
{
	node_eval(p->node, &(struct eval){ .text = text, .heap_words = heap_words, .timeout_ns = timeout_ns },
		  on_answer, p);
	run(p);
}

static void on_caps(void *ctx)
{
	struct probe *p = ctx;

	p->over = true;
}

static void step_caps(struct probe *p)
{
	caps_probe(p->node, (1U << CAP_COUNT) - 1, on_caps, p);
	run(p);
	for (size_t i = 0; i < CAP_COUNT; i++)
		printf("%s\"%s\": %s", i ? ", " : "{", cap_rows[i].name,
		       node_can(p->node, (enum cap)i) == CAP_YES ? "true" : "false");
	printf("}\n");
}

/* Calls that would last a minute are taken back, some before their helper is known. */
static void step_cancel(struct probe *p)
{
	uint64_t calls[20];
	struct buf args = { 0 };

	etf_list(&args, 1);
	etf_int(&args, 60000);
	etf_nil(&args);
	for (size_t i = 0; i < 20; i++)
		calls[i] = node_call(p->node, &(struct call){ .module = "timer", .function = "sleep",
			.args = buf_text(&args) }, on_one, NULL);
	buf_clear(&args);
	for (size_t i = 0; i < 10; i++)
		node_cancel(p->node, calls[i]);
	loop_step(p->loop, 0);
	loop_step(p->loop, loop_now() + SECOND / 10);
	for (size_t i = 10; i < 20; i++)
		node_cancel(p->node, calls[i]);
	step_short(p, 10);
}

static void idle(struct probe *p, double seconds)
{
	loop_at(p->loop, loop_now() + (int64_t)(seconds * 1e9), on_time, p);
	run(p);
	printf("{\"step\": \"idle\", \"lost\": %s}\n", p->lost ? "true" : "false");
}

static void on_line(void *ctx, int fd, unsigned events)
{
	struct probe *p = ctx;
	char byte;

	if (read(fd, &byte, 1) != 1 || byte == '\n')
		p->over = true;
}

static void step_wait(struct probe *p)
{
	loop_fd(p->loop, STDIN_FILENO, LOOP_READ, on_line, p);
	run(p);
	loop_fd_forget(p->loop, STDIN_FILENO);
	printf("{\"step\": \"wait\", \"lost\": %s}\n", p->lost ? "true" : "false");
}

/* 200 calls to each of two nodes, all at once, in one loop. */
static void step_both(struct probe *p, const char *name)
{
	struct probe other = { .loop = p->loop };
	struct target t = p->target;

	t.name = text_of(name);
	other.node = node_open(p->loop, &t, 5 * SECOND, on_opened, &other);
	run(&other);
	for (int i = 0; other.up && i < 200; i++) {
		short_call(p);
		short_call(&other);
	}
	other.over = !other.up;
	run(p);
	run(&other);
	node_close(other.node);
	report(p, "both");
	report(&other, "other");
}

static void step_lost(struct probe *p)
{
	while (!p->lost)
		loop_step(p->loop, INT64_MAX);
	printf("{\"step\": \"lost\", \"kind\": %d, \"text\": \"%s\"}\n", p->err.kind, p->err.what);
}

static void step_name(struct probe *p)
{
	struct text name = node_name(p->node), ours = node_our_name(p->node);
	struct node_cost cost = node_cost(p->node);

	printf("{\"name\": \"%.*s\", \"creation\": %u, \"ours\": \"%.*s\", \"calls\": %" PRIu64 ", \"out\": %" PRIu64
	       ", \"in\": %" PRIu64 "}\n", TEXT_ARG(name), node_creation(p->node), TEXT_ARG(ours), cost.calls, cost.bytes_out,
	       cost.bytes_in);
}

static void step(struct probe *p, const char *word)
{
	const char *value = strchr(word, '=');
	size_t len = value ? (size_t)(value - word) : strlen(word);
	int64_t n = value ? strtoll(value + 1, NULL, 10) : 0;
	struct text name = { word, len };

	*p = (struct probe){ .loop = p->loop, .node = p->node, .target = p->target, .up = p->up,
			     .lost = p->lost, .err = p->err };
	if (text_is(name, "memory")) {
		node_call(p->node, &(struct call){ .module = "erlang", .function = "memory" }, on_answer, p);
		run(p);
	} else if (text_is(name, "short")) {
		step_short(p, n);
	} else if (text_is(name, "burst")) {
		step_burst(p, n);
	} else if (text_is(name, "mix")) {
		step_mix(p, n);
	} else if (text_is(name, "large")) {
		step_large(p, n, large_call);
	} else if (text_is(name, "largepart")) {
		step_large(p, n, large_part);
	} else if (text_is(name, "parts")) {
		step_parts(p, "lists:foreach(fun (A) -> erlang:send(Z, A, [noconnect]) end, "
			      "lists:seq(1, N)), exit(N).", n);
	} else if (text_is(name, "stream")) {
		step_parts(p, "lists:foreach(fun (A) -> timer:sleep(50), erlang:send(Z, A, [noconnect]) "
			      "end, lists:seq(1, N)), exit(N).", n);
	} else if (text_is(name, "both")) {
		step_both(p, value ? value + 1 : "");
	} else if (text_is(name, "wait")) {
		step_wait(p);
	} else if (text_is(name, "eval")) {
		eval(p, value ? value + 1 : "ok.", 0, 0);
	} else if (text_is(name, "heap")) {
		eval(p, "exit(length(lists:seq(1, 10000000))).", 0, 0);
	} else if (text_is(name, "late")) {
		eval(p, "timer:sleep(60000), exit(late).", 0, SECOND / 2);
	} else if (text_is(name, "caps")) {
		step_caps(p);
	} else if (text_is(name, "cancel")) {
		step_cancel(p);
	} else if (text_is(name, "idle")) {
		idle(p, value ? strtod(value + 1, NULL) : 1);
	} else if (text_is(name, "lost")) {
		step_lost(p);
	} else if (text_is(name, "name")) {
		step_name(p);
	} else {
		fprintf(stderr, "unknown step %s\n", word);
		exit(2);
	}
	fflush(stdout);
}

static int option(char **argv, struct target *t, int64_t *timeout_ns)
{
	if (strcmp(argv[0], "-v") == 0) {
		log_enable(true);
		return 1;
	}
	if (!argv[1])
		return 0;
	if (strcmp(argv[0], "--host") == 0)
		t->host = text_of(argv[1]);
	else if (strcmp(argv[0], "--port") == 0)
		t->port = (uint16_t)atoi(argv[1]);
	else if (strcmp(argv[0], "--epmd-port") == 0)
		t->epmd_port = (uint16_t)atoi(argv[1]);
	else if (strcmp(argv[0], "--netns") == 0)
		t->netns_pid = atoi(argv[1]);
	else if (strcmp(argv[0], "--timeout") == 0)
		*timeout_ns = (int64_t)(strtod(argv[1], NULL) * 1e9);
	else
		return 0;
	return 2;
}

int main(int argc, char **argv)
{
	struct probe p = { .loop = loop_new() };
	struct target t = {
		.cookie = text_of(getenv("NODE_PROBE_COOKIE")),
		.cookie_from = TEXT("$NODE_PROBE_COOKIE"),
	};
	int64_t timeout_ns = 5 * SECOND;
	int used;

	argv++;
	while (*argv && (*argv)[0] == '-' && (used = option(argv, &t, &timeout_ns)) > 0)
		argv += used;
	if (!*argv) {
		fprintf(stderr, "node_probe [OPTIONS] NAME STEP...\n");
		return 2;
	}
	t.name = text_of(*argv++);
	p.target = t;
	p.node = node_open(p.loop, &t, timeout_ns, on_opened, &p);
	run(&p);
	if (p.up)
		node_on_lost(p.node, on_lost, &p);
	for (; p.up && *argv; argv++)
		step(&p, *argv);
	node_close(p.node);
	loop_free(p.loop);
	if (!p.up)
		printf("{\"error\": %d, \"text\": \"%s\", \"hint\": \"%s\"}\n", p.err.kind, p.err.what,
		       p.err.hint);
	return p.up ? 0 : p.err.kind;
}
