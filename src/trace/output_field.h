/*
 * The fields of an event: one row each, which JSON, CSV and templates read.
 */
#ifndef TRACE_OUTPUT_FIELD_H
#define TRACE_OUTPUT_FIELD_H

#include "trace/output.h"

/* Where an event is written. */
struct output_line {
	const struct trace_output *o;
	const struct event *e;
	struct term_style style;
	struct records_of records; /* those of the event's module first */
	bool cut;                  /* a term on it is not whole */
};

void output_line_init(struct output_line *l, const struct trace_output *o,
		      const struct event *e);

enum output_where {
	FIELD_JSON = 1,
	FIELD_CSV = 2,
	FIELD_TEMPLATE = 4,
	FIELD_DATA = FIELD_JSON | FIELD_CSV,
	FIELD_ALL = FIELD_DATA | FIELD_TEMPLATE,
};

struct output_field {
	const char *name;
	unsigned where;    /* enum output_where */
	unsigned kinds;    /* events that may have it: 1 << enum event_kind */
	unsigned optional; /* those for which it is left out where there is none; for all
			    * others it is null */
	bool bare;         /* in JSON without quotes: a number, true */
	/* Adds it as plain text; false when there is none. */
	bool (*print)(struct output_line *l, struct buf *out);
	/* As JSON where it is no plain value; or NULL. Prints as print() does. */
	bool (*json)(struct output_line *l, struct buf *out);
};

extern const struct output_field output_fields[];
extern const size_t output_nfields;

extern const char *const event_names[]; /* "call", by enum event_kind */

/* A term in the target's syntax; sets l->cut. */
void output_term(struct output_line *l, struct buf *out, const struct term *t);
/* "maps:get(a,#{})", or "maps:get/2" where arguments are not known. */
void output_call(struct output_line *l, struct buf *out);
/* "maps:get/2" */
void output_mfa(const struct output_line *l, struct buf *out,
		const struct event_function *f);
/* The same with " (maps.erl:42)" where that is known. */
void output_place(const struct output_line *l, struct buf *out,
		  const struct event_function *f);
/* "<0.81.0>", "#Port<0.6>" */
void output_pid(const struct output_line *l, struct buf *out);

/* output_text.c, output_data.c, template.c */
void text_event(const struct trace_output *o, struct buf *out, const struct event *e);
void json_event(const struct trace_output *o, struct buf *out, const struct event *e);
void csv_heading(struct buf *out);
void csv_event(const struct trace_output *o, struct buf *out, const struct event *e);
void template_event(const struct trace_output *o, struct buf *out, const struct event *e);

#endif
