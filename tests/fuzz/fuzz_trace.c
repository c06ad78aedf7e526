/*
 * Messages of tracing, as a hostile node sends them: the bytes are a list of messages (or
 * one), that goes from event_read() through the pairs to what is printed; of each
 * message's parts some are projections for the reader of these. The same bytes are a
 * dump.
 */
#include <assert.h>
#include <stdint.h>

#include "trace/dump.h"
#include "trace/event.h"
#include "trace/message.h"
#include "trace/output.h"
#include "trace/pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct printer {
	struct trace_output output;
	struct output_state state;
	size_t events;
};

static void on_event(void *ctx, const struct event *e)
{
	struct printer *p = ctx;
	struct buf out = { 0 };

	assert(e->duration_ns >= -1);
	output_event(&p->output, &out, e);
	for (size_t i = out.start; i < out.end; i++)
		assert((unsigned char)out.data[i] >= ' ' || out.data[i] == '\n');
	buf_clear(&out);
	p->events++;
}

static void read_one(struct pairs *p, struct arena *a, const struct event_reader *r,
		     const struct term *message)
{
	struct event e;

	if (event_read(r, a, message, TEXT("name"), &e))
		pairs_feed(p, &e);
}

static void check(struct arena *a, const struct term *t, const struct trace_message *m,
		  const struct pairs_options *o, enum output_kind kind)
{
	static const struct text fields = TEXT_INIT("{time} {pid} {mfa} {duration}\n");
	struct printer printer = {
		.output = {
			.kind = kind,
			.style = { .total = 1000 },
			.template = fields,
			.state = &printer.state,
		},
	};
	struct event_reader r = { .message = m, .args = m->args };
	struct pairs *p = pairs_new(o, on_event, &printer);

	if (t->type == TERM_LIST) {
		for (size_t i = 0; i < t->n; i++)
			read_one(p, a, &r, &t->items[i]);
	} else {
		read_one(p, a, &r, t);
	}
	pairs_end(p);
	pairs_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct term key = { .type = TERM_ATOM, .text = TEXT_INIT("a") };
	static const struct trace_message cut = { .args = ARGS_CUT, .depth = 2,
		.from = true, .caller = true, .stack = true, .extra = true, .keys = &key,
		.nkeys = 1 };
	static const struct trace_message sent = { .args = ARGS_CUT, .sent = true };
	static const struct trace_message whole = { .args = ARGS_WHOLE, .from = true };
	struct text bytes = { (const char *)data, size };
	struct term_limits limits = { .terms = 100000, .bytes = (size_t)1 << 24 };
	struct arena a = { 0 };
	const struct event_function *calls;
	struct term t;

	dump_stack(&a, bytes, &calls);
	if (term_decode(&a, bytes, false, NULL, &limits, NULL, &t, NULL)) {
		check(&a, &t, &cut, &(struct pairs_options){ .return_to = true },
		      OUTPUT_TEXT);
		check(&a, &t, &whole, &(struct pairs_options){ .return_to = true,
		      .show_to = true, .exceptions = true }, OUTPUT_JSONL);
		check(&a, &t, &sent, &(struct pairs_options){ 0 }, OUTPUT_TEMPLATE);
	}
	arena_clear(&a);
	return 0;
}
