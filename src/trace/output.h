/*
 * Events as they are written: text for people, JSON, CSV, a template. To a buffer; who
 * writes it out is the command.
 *
 * What programs can rely on (names, their order, what is null) is in doc/trace.md. What
 * the target sends never steers a terminal, and invalid UTF-8 never comes out.
 */
#ifndef TRACE_OUTPUT_H
#define TRACE_OUTPUT_H

#include "base/buf.h"
#include "base/err.h"
#include "trace/event.h"
#include "trace/record.h"
#include "trace/tracer.h"

enum output_kind {
	OUTPUT_TEXT,
	OUTPUT_JSONL,    /* an object a line */
	OUTPUT_JSON,     /* the same objects as one array */
	OUTPUT_CSV,
	OUTPUT_TEMPLATE,
};

/* What is remembered from line to line. Zeros at first. */
struct output_state {
	size_t who;  /* text: columns that processes took so far */
	bool begun;  /* JSON: an object was written */
};

struct trace_output {
	enum output_kind kind;
	struct term_style style;  /* of terms: syntax, home, redact; total is what one of
				   * them may take */
	const struct records *records; /* that are shown as such; or NULL */
	struct text template;     /* OUTPUT_TEMPLATE: one that template_check() took */
	struct text node;         /* its name, when there are several; or empty */
	bool color;
	bool ascii;
	struct output_state *state; /* those that write to one place share it */
};

/* What stands in front of all events: once, also with several sources. */
void output_begin(const struct trace_output *o, struct buf *out);
/* Adds the lines of one event. */
void output_event(const struct trace_output *o, struct buf *out, const struct event *e);
/* The last line of a source; text, CSV and templates have none: that is the command's, on
 * stderr. It has the calls that were seen; where there was more, also all events that
 * count against the limit. */
void output_end(const struct trace_output *o, struct buf *out,
		const struct trace_ended *e);
/* What stands behind all of it: once. */
void output_finish(const struct trace_output *o, struct buf *out);

/* Does every {name} of a template exist? ERR_USAGE with its place; the hint has the
 * nearest name, or all. */
bool template_check(struct text template, struct err *err);

#endif
