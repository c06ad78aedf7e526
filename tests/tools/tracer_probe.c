/*
 * Arms the tracer with exactly what its words say, for the live tests of its safety: no plan, no guesses. Prints one line of
 * JSON for all that it hears. The cookie comes from $NODE_PROBE_COOKIE.
 *
 *	tracer_probe [--port N] NAME WORD=VALUE...
 *
 *	fn=M:F/A (several)  spec=TERM (of those named so far; a match specification)  send=TERM  receive=TERM
 *	pid=<0.1.2> (several), all, existing, new   flags=call,return_to,arity,send,receive,procs,running,ports,children
 *	n=CALLS rate=N/MS throttle time=MS queue=N bytes=N   mode=events|count|time|memory
 *	values whole nosession force legacy   quiet (events are only counted)   cut (arguments by projection)
 *
 * A line on stdin ends the trace: tracer_stop().
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "node/caps.h"
#include "source/live.h"
#include "trace/gate.h"
#include "trace/tracer.h"

#define SECOND ((int64_t)1000000000)
#define MAX 4096

struct probe {
	struct loop *loop;
	struct arena arena;
	struct source *source;
	struct tracer *tracer;
	struct arming arming;
	struct trace_message message;
	struct trace_function functions[MAX];
	struct trace_group groups[MAX];
	struct term specs[MAX];
	uint64_t pids[MAX];
	const char *send;
	const char *receive;
	bool quiet;
	bool legacy;
	bool over;
	uint64_t events;
	uint64_t calls;
	uint64_t returns;
	int status;
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "tracer_probe: %s: %s\n", what, why);
	exit(2);
}

static void say_text(const char *key, struct text t)
{
	printf(", \"%s\": \"", key);
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c < 32)
			printf("\\u%04x", c);
		else
			printf(c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
	printf("\"");
}

static void on_armed(void *ctx, const struct trace_armed *a)
{
	printf("{\"armed\": true, \"functions\": %zu, \"processes\": %zu, \"skipped\": %zu, \"offset\": %" PRId64 "}\n",
	       a->functions, a->processes, a->skipped, a->offset_ns);
	fflush(stdout);
}

static void on_event(void *ctx, const struct term *m, struct text name)
{
	struct probe *p = ctx;
	struct term_style style = { .total = 2000 };
	struct buf text = { 0 };
	struct text kind = term_text(term_at(m, 2));

	p->events++;
	p->calls += text_is(kind, "call");
	p->returns += text_starts(kind, "return_") || text_starts(kind, "exception_");
	if (p->quiet)
		return;
	term_print(&text, m, &style);
	printf("{\"event\": \"%.*s\"", TEXT_ARG(kind));
	say_text("name", name);
	say_text("text", buf_text(&text));
	printf("}\n");
	buf_clear(&text);
	fflush(stdout);
}

static void on_counted(void *ctx, const struct trace_function *f, uint64_t calls, uint64_t ns, uint64_t words)
{
	printf("{\"counted\": \"%.*s:%.*s/%d\", \"calls\": %" PRIu64 ", \"ns\": %" PRIu64 ", \"words\": %" PRIu64 "}\n",
	       TEXT_ARG(f->module), TEXT_ARG(f->function), f->arity, calls, ns, words);
}

static void on_closed(void *ctx, enum trace_why why)
{
	printf("{\"closed\": \"%s\"}\n", trace_why_names[why]);
	fflush(stdout);
}

static void on_ended(void *ctx, const struct trace_ended *e, const struct err *err)
{
	struct probe *p = ctx;

	printf("{\"ended\": \"%s\", \"calls\": %" PRIu64 ", \"lost\": %" PRIu64 ", \"events\": %" PRIu64
	       ", \"seen_calls\": %" PRIu64 ", \"seen_returns\": %" PRIu64 ", \"error\": %d",
	       trace_why_names[e->why], e->calls, e->lost, p->events, p->calls, p->returns, err ? err->kind : 0);
	if (err) {
		say_text("what", text_of(err->what));
		say_text("hint", text_of(err->hint));
	}
	printf("}\n");
	fflush(stdout);
	p->status = err ? (int)err->kind : 0;
	p->over = true;
	p->tracer = NULL;
}

static const struct tracer_ops ops = {
	.armed = on_armed,
	.event = on_event,
	.counted = on_counted,
	.closed = on_closed,
	.ended = on_ended,
};

static struct term parsed(struct probe *p, const char *text)
{
	struct err err = { 0 };
	struct term t;
	size_t at;

	if (!term_parse(&p->arena, text_of(text), SYNTAX_ERLANG, &t, &at, &err))
		die(text, err.what);
	return t;
}

static struct term gated(struct probe *p, const struct term *spec, const char *flag, int arity)
{
	struct arming *a = &p->arming;
	struct err err = { 0 };
	struct term out;
	struct gate g = {
		.arming = a,
		.flag = flag,
		.message = p->message.args && strcmp(flag, "call") == 0 ? &p->message : NULL,
		.arity = arity,
	};

	if (!gate_spec(&p->arena, spec, &g, &out, &err)) {
		printf("{\"refused\": %d", err.kind);
		say_text("what", text_of(err.what));
		printf("}\n");
		exit(err.kind);
	}
	return out;
}

static void on_line(void *ctx, int fd, unsigned events)
{
	struct probe *p = ctx;
	char byte;
	ssize_t n = read(fd, &byte, 1);

	if (n <= 0)
		loop_fd_forget(p->loop, fd);
	else if (byte == '\n' && p->tracer)
		tracer_stop(p->tracer);
}

static void on_caps(void *ctx)
{
	struct probe *p = ctx;
	struct live *l = live_of(p->source);
	struct term send, receive;

	p->arming.session = !p->legacy && node_can(live_node(l), CAP_TRACE_SESSION) == CAP_YES;
	for (size_t i = 0; i < p->arming.ngroups; i++)
		p->groups[i].spec = gated(p, &p->specs[i], "call", p->groups[i].functions[0].arity);
	if (p->send) {
		send = parsed(p, p->send);
		send = gated(p, &send, "send", -1);
		p->arming.send = &send;
	}
	if (p->receive) {
		receive = parsed(p, p->receive);
		receive = gated(p, &receive, "receive", -1);
		p->arming.receive = &receive;
	}
	p->tracer = tracer_start(l, &p->arming, &ops, p);
	loop_fd(p->loop, STDIN_FILENO, LOOP_READ, on_line, p);
}

static void on_opened(void *ctx, struct source *s, const struct err *err)
{
	struct probe *p = ctx;

	if (err)
		die("cannot open", err->what);
	caps_probe(live_node(live_of(s)), 1U << CAP_TRACE_SESSION, on_caps, p);
}

static void flags_word(struct probe *p, const char *value)
{
	static const char *const names[] = { "call", "return_to", "arity", "send", "receive", "procs", "running",
					     "ports", "children" };
	struct text rest = text_of(value), word;

	while (text_cut(&rest, ',', &word)) {
		size_t i = 0;

		while (i < 9 && !text_is(word, names[i]))
			i++;
		if (i == 9)
			die("flags", value);
		p->arming.flags |= 1U << i;
	}
}

static void function_word(struct probe *p, const char *value)
{
	struct arming *a = &p->arming;
	struct text rest = text_of(value), module, name;
	struct trace_group *g = a->ngroups ? &p->groups[a->ngroups - 1] : NULL;
	size_t at = 0;
	int64_t n;

	for (size_t i = 0; i < a->ngroups; i++)
		at += p->groups[i].n;
	if (!text_cut(&rest, ':', &module) || !text_cut(&rest, '/', &name) || !text_int(rest, &n))
		die("fn", value);
	p->functions[at] = (struct trace_function){ module, name, (int)n };
	if (!g || p->specs[a->ngroups - 1].type == TERM_LIST) {
		g = &p->groups[a->ngroups++];
		*g = (struct trace_group){ .functions = &p->functions[at] };
		p->specs[a->ngroups - 1] = (struct term){ .type = TERM_CUT };
	}
	g->n++;
}

static void whom_word(struct probe *p, const char *value)
{
	struct arming *a = &p->arming;

	if (strcmp(value, "all") == 0)
		a->whom = TRACE_ALL;
	else if (strcmp(value, "existing") == 0)
		a->whom = TRACE_EXISTING;
	else if (strcmp(value, "new") == 0)
		a->whom = TRACE_NEW;
	else
		p->pids[a->npids++] = parsed(p, value).id->num;
}

static bool flag_word(struct probe *p, struct text key)
{
	struct arming *a = &p->arming;

	if (text_is(key, "throttle"))
		a->limits.throttle = true;
	else if (text_is(key, "values"))
		a->values = true;
	else if (text_is(key, "whole"))
		a->whole = true;
	else if (text_is(key, "force"))
		a->force = true;
	else if (text_is(key, "legacy"))
		p->legacy = true;
	else if (text_is(key, "quiet"))
		p->quiet = true;
	else if (text_is(key, "cut"))
		p->message = (struct trace_message){ .args = ARGS_CUT, .depth = 2 };
	else
		return false;
	return true;
}

static void mode_word(struct probe *p, const char *value)
{
	static const char *const modes[] = { "events", "count", "time", "memory" };

	for (size_t i = 0; i < 4; i++)
		if (strcmp(value, modes[i]) == 0)
			p->arming.mode = (enum trace_mode)i;
}

static void word(struct probe *p, const char *text)
{
	struct arming *a = &p->arming;
	const char *value = strchr(text, '=');
	struct text key = { text, value ? (size_t)(value - text) : strlen(text) };
	long long n;

	value = value ? value + 1 : "";
	n = strtoll(value, NULL, 10);
	if (flag_word(p, key))
		return;
	if (text_is(key, "fn")) {
		function_word(p, value);
	} else if (text_is(key, "spec")) {
		p->specs[a->ngroups - 1] = parsed(p, value);
	} else if (text_is(key, "send")) {
		p->send = value;
	} else if (text_is(key, "receive")) {
		p->receive = value;
	} else if (text_is(key, "pid")) {
		whom_word(p, value);
	} else if (text_is(key, "flags")) {
		flags_word(p, value);
	} else if (text_is(key, "n")) {
		a->limits.calls = (uint32_t)n;
	} else if (text_is(key, "rate")) {
		a->limits.rate = (uint32_t)n;
		a->limits.rate_ns = strtoll(strchr(value, '/') + 1, NULL, 10) * 1000000;
	} else if (text_is(key, "time")) {
		a->limits.time_ns = n * 1000000;
	} else if (text_is(key, "queue")) {
		a->limits.queue = (uint32_t)n;
	} else if (text_is(key, "bytes")) {
		a->limits.bytes = (uint64_t)n;
	} else if (text_is(key, "mode")) {
		mode_word(p, value);
	} else {
		die("unknown word", text);
	}
}

int main(int argc, char **argv)
{
	static struct probe p;
	struct target t = {
		.cookie = text_of(getenv("NODE_PROBE_COOKIE")),
		.cookie_from = TEXT("$NODE_PROBE_COOKIE"),
	};

	p.loop = loop_new();
	p.arming = (struct arming){
		.limits = { .calls = 100, .time_ns = 30 * SECOND, .queue = 1000, .bytes = (uint64_t)64 << 20 },
		.groups = p.groups,
		.pids = p.pids,
	};
	if (argc < 2)
		die("usage", "tracer_probe [-v] [--port N] NAME WORD=VALUE...");
	for (argv++; *argv && **argv == '-'; argv++) {
		if (strcmp(*argv, "-v") == 0)
			log_enable(true);
		else if (strcmp(*argv, "--port") == 0 && argv[1])
			t.port = (uint16_t)atoi(*++argv);
		else if (strcmp(*argv, "--epmd-port") == 0 && argv[1])
			t.epmd_port = (uint16_t)atoi(*++argv);
	}
	t.name = text_of(*argv++);
	for (; *argv; argv++)
		word(&p, *argv);
	if (p.arming.mode == TRACE_EVENTS)
		for (size_t i = 0; i < p.arming.ngroups; i++)
			if (p.specs[i].type == TERM_CUT)
				p.specs[i] = parsed(&p, "[{'_', [], []}]");
	if (p.arming.mode != TRACE_EVENTS)
		for (size_t i = 0; i < p.arming.ngroups; i++)
			p.specs[i] = parsed(&p, "[{'_', [], []}]");
	p.source = live_open(p.loop, &t, 10 * SECOND, on_opened, &p);
	while (!p.over)
		loop_step(p.loop, INT64_MAX);
	source_close(p.source);
	loop_free(p.loop);
	arena_clear(&p.arena);
	return p.status;
}
