/* What was seen of a trace, into a file. */
#include <stdlib.h>

#include "base/mem.h"
#include "view/export.h"
#include "view/trace_inside.h"

struct came {
	uint64_t when;
	const struct event *event;
};

static int by_time(const void *a, const void *b)
{
	uint64_t first = ((const struct came *)a)->when;
	uint64_t second = ((const struct came *)b)->when;

	return first < second ? -1 : first > second;
}

/* All events, as they came: a row is a call and its return. */
static size_t in_order(const struct kept *k, struct came *events)
{
	size_t n = 0;

	for (size_t i = 0; i < kept_count(k); i++) {
		const struct kept_row *row = kept_at(k, i);

		events[n++] = (struct came){ row->came, &row->event };
		if (row->ended)
			events[n++] = (struct came){ row->end_came, &row->end };
	}
	if (n)
		qsort(events, n, sizeof(*events), by_time);
	return n;
}

static void write_to(void *ctx, FILE *file)
{
	struct trace_view *t = ctx;
	struct came *events = mem_alloc((2 * kept_count(t->kept) + 1) * sizeof(*events));
	size_t n = in_order(t->kept, events);
	struct trace_output o = t->output;
	struct buf b = { 0 };

	o.kind = OUTPUT_JSONL;
	o.style.bytes = o.style.total = 0;
	output_begin(&o, &b);
	for (size_t i = 0; i < n; i++) {
		output_event(&o, &b, events[i].event);
		fwrite(buf_text(&b).p, 1, buf_len(&b), file);
		buf_reset(&b);
	}
	if (t->life == LIFE_ENDED)
		output_end(&o, &b, &t->end);
	output_finish(&o, &b);
	fwrite(buf_text(&b).p, 1, buf_len(&b), file);
	buf_clear(&b);
	free(events);
}

static size_t events(const struct kept *k)
{
	size_t n = kept_count(k);

	for (size_t i = kept_count(k); i-- > 0;)
		n += kept_at(k, i)->ended;
	return n;
}

bool trace_write(struct trace_view *t, struct text file, bool over, struct err *err)
{
	struct arena scratch = { 0 };
	const char *path;
	bool ok = export_file(file, over, write_to, t, &scratch, &path, err);

	if (ok)
		top_say(t->view.top, STYLE_GOOD, "%zu events written to %s",
			events(t->kept), path);
	arena_clear(&scratch);
	return ok;
}
