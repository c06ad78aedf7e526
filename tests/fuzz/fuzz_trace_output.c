/*
 * A traced node that means ill: each term of the input is a message of a trace. What is
 * read of them is paired, summed up and written in every format. A first byte chooses the
 * options; when it is 0xff the rest is the debug information of a module.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "trace/aggregate.h"
#include "trace/message.h"
#include "trace/output.h"
#include "trace/pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct trace_output output;
	struct output_state state;
	struct aggregate *values;
	struct aggregate *durations;
	struct buf out;
};

/* Valid UTF-8 that steers no terminal; lines end only where they should. */
static void check_text(struct text t, bool csv)
{
	uint32_t c;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &c);
		if (c == UTF8_BAD || (utf8_control(c) && c != '\n' && !(csv && c == '\r')))
			abort();
	}
	if (t.len == 0 || t.p[t.len - 1] != '\n')
		abort();
}

static void on_event(void *ctx, const struct event *e)
{
	struct run *run = ctx;

	for (int kind = OUTPUT_TEXT; kind <= OUTPUT_TEMPLATE; kind++) {
		if (kind == OUTPUT_JSON)
			continue;
		run->output.kind = (enum output_kind)kind;
		buf_reset(&run->out);
		output_event(&run->output, &run->out, e);
		check_text(buf_text(&run->out), kind == OUTPUT_CSV);
	}
	aggregate_event(run->values, e);
	aggregate_event(run->durations, e);
}

static void sum_up(struct run *run)
{
	struct arena arena = { 0 };
	struct table t;

	table_init(&t, aggregate_schema(false), &arena, 0);
	aggregate_table(run->values, &t);
	table_init(&t, aggregate_schema(true), &arena, 0);
	aggregate_table(run->durations, &t);
	arena_clear(&arena);
	buf_reset(&run->out);
	aggregate_print(run->durations, &run->out, 80, 0);
	if (buf_len(&run->out))
		check_text(buf_text(&run->out), false);
}

static void trace(uint8_t options, struct text bytes)
{
	static const struct by_step step = { .kind = BY_ELEMENT };
	static const struct by_rule rule = { .arity = -1, .steps = &step, .nsteps = 1 };
	const struct by by = { .rules = &rule, .nrules = 1 };
	const struct trace_message sent = {
		.args = options & 1 ? ARGS_CUT : ARGS_WHOLE,
		.depth = 2,
		.caller = options & 2,
		.stack = options & 4,
		.dump = options & 8,
		.extra = options & 2,
	};
	const struct event_reader reader = { .args = sent.args, .message = &sent };
	struct run run = {
		.output = {
			.style = {
				.syntax = options & 16 ? SYNTAX_ELIXIR : SYNTAX_ERLANG,
				.redact = options & 32,
				.total = options & 64 ? 40 : 0,
			},
			.ascii = options & 32,
			.template = TEXT("{node} {time} {pid} {name} {mfa} {call} {args} {to} "
					 "{value} {class} {reason} {message} {caller} "
					 "{stack} {what} {duration} {number}"),
		},
		.values = aggregate_new(&(struct aggregate_options){ .by = &by }),
		.durations = aggregate_new(
			&(struct aggregate_options){ .histogram = true }),
	};
	struct pairs *pairs = pairs_new(
		&(struct pairs_options){ .return_to = options & 128,
					 .exceptions = options & 64 },
		on_event, &run);
	struct arena arena = { 0 };
	struct term t;
	size_t used;

	run.output.state = &run.state;
	while (bytes.len > 0 &&
	       term_decode(&arena, bytes, false, NULL, NULL, &used, &t, NULL)) {
		struct event e;

		bytes = text_sub(bytes, used, bytes.len);
		if (event_read(&reader, &arena, &t, TEXT("n\033[2J"), &e))
			pairs_feed(pairs, &e);
	}
	pairs_end(pairs);
	sum_up(&run);
	pairs_free(pairs);
	aggregate_free(run.values);
	aggregate_free(run.durations);
	buf_clear(&run.out);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text bytes = { (const char *)data + 1, size - 1 };

	if (size < 2)
		return 0;
	if (data[0] == 0xff) {
		struct records *r = calloc(1, sizeof(*r));

		records_read(r, TEXT("shop"), bytes);
		for (size_t i = 0; i < r->n; i++)
			if (!r->at[i].fields || r->at[i].name.len > size)
				abort();
		records_free(r);
		return 0;
	}
	trace(data[0], bytes);
	return 0;
}
