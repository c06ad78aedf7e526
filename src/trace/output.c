#include "trace/output.h"

#include <inttypes.h>

#include "base/json.h"
#include "trace/output_field.h"

void output_begin(const struct trace_output *o, struct buf *out)
{
	if (o->kind == OUTPUT_JSON)
		buf_char(out, '[');
	if (o->kind == OUTPUT_CSV)
		csv_heading(out);
}

/* In front of an object of JSON. */
static void begin_object(const struct trace_output *o, struct buf *out)
{
	if (o->kind != OUTPUT_JSON)
		return;
	buf_str(out, o->state->begun ? ",\n " : "\n ");
	o->state->begun = true;
}

void output_event(const struct trace_output *o, struct buf *out, const struct event *e)
{
	switch (o->kind) {
	case OUTPUT_TEXT:
		text_event(o, out, e);
		break;
	case OUTPUT_JSONL:
	case OUTPUT_JSON:
		begin_object(o, out);
		json_event(o, out, e);
		if (o->kind == OUTPUT_JSONL)
			buf_char(out, '\n');
		break;
	case OUTPUT_CSV:
		csv_event(o, out, e);
		break;
	case OUTPUT_TEMPLATE:
		template_event(o, out, e);
		break;
	}
}

void output_end(const struct trace_output *o, struct buf *out,
		const struct trace_ended *e)
{
	if (o->kind != OUTPUT_JSONL && o->kind != OUTPUT_JSON)
		return;
	begin_object(o, out);
	buf_printf(out, "{\"event\":\"end\",\"why\":\"%s\",\"calls\":%" PRIu64,
		   trace_why_names[e->why], e->calls);
	if (e->events > e->calls)
		buf_printf(out, ",\"events\":%" PRIu64, e->events);
	if (e->lost)
		buf_printf(out, ",\"lost\":%" PRIu64, e->lost);
	if (o->node.len) {
		buf_str(out, ",\"node\":");
		json_string(out, o->node, o->ascii);
	}
	buf_char(out, '}');
	if (o->kind == OUTPUT_JSONL)
		buf_char(out, '\n');
}

void output_finish(const struct trace_output *o, struct buf *out)
{
	if (o->kind == OUTPUT_JSON)
		buf_str(out, o->state->begun ? "\n]\n" : "]\n");
}
