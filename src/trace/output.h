/*
 * Events as they are written: text, JSON lines, a template. To a buffer; who writes it
 * out is the command.
 */
#ifndef TRACE_OUTPUT_H
#define TRACE_OUTPUT_H

#include "base/buf.h"
#include "trace/event.h"
#include "trace/tracer.h"

enum output_kind { OUTPUT_TEXT, OUTPUT_JSONL, OUTPUT_TEMPLATE };

struct trace_output {
	enum output_kind kind;
	struct term_style style;  /* of terms: syntax, home, limits, redact */
	struct text template;     /* OUTPUT_TEMPLATE */
	struct text node;         /* its name, when there are several; or empty */
	bool color;
	bool ascii;
};

/* Adds the lines of one event. */
void output_event(const struct trace_output *o, struct buf *out, const struct event *e);
/* The last line; text has none: that is the command's, on stderr. */
void output_end(const struct trace_output *o, struct buf *out,
		const struct trace_ended *e);

#endif
