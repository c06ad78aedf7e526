/* Events for programs: objects of JSON, lines of CSV. Sources: RFC 8259, RFC 4180. */
#include "base/json.h"
#include "base/utf8.h"
#include "trace/output_field.h"

static void add_json(struct output_line *l, struct buf *out, const struct output_field *f,
		     bool first)
{
	size_t from = buf_len(out);
	struct buf shown = { 0 };
	bool there;

	buf_str(out, first ? "" : ",");
	json_string(out, text_of(f->name), false);
	buf_char(out, ':');
	if (f->json)
		there = f->json(l, out);
	else
		there = f->print(l, &shown);
	if (!there && f->optional & 1u << l->e->kind)
		buf_cut(out, from);
	else if (!there)
		buf_str(out, "null");
	else if (!f->json && f->bare)
		buf_text_add(out, buf_text(&shown));
	else if (!f->json)
		json_string(out, buf_text(&shown), l->o->ascii);
	buf_clear(&shown);
}

void json_event(const struct trace_output *o, struct buf *out, const struct event *e)
{
	struct output_line l;

	output_line_init(&l, o, e);
	buf_char(out, '{');
	for (size_t i = 0; i < output_nfields; i++) {
		const struct output_field *f = &output_fields[i];

		if (f->where & FIELD_JSON && f->kinds & 1u << e->kind)
			add_json(&l, out, f, i == 0);
	}
	buf_char(out, '}');
}

static void add_csv(struct buf *out, struct text t, bool ascii)
{
	bool quote = false;

	for (size_t i = 0; i < t.len && !quote; i++)
		quote = t.p[i] == ',' || t.p[i] == '"' || t.p[i] == '\n';
	if (!quote) {
		utf8_show(out, t, ascii, SIZE_MAX);
		return;
	}
	buf_char(out, '"');
	for (struct text part; t.len > 0;) {
		size_t n = text_chr(t, '"');

		part = text_sub(t, 0, n);
		utf8_show(out, part, ascii, SIZE_MAX);
		if (n < t.len)
			buf_str(out, "\"\"");
		t = text_sub(t, n + 1, t.len);
	}
	buf_char(out, '"');
}

void csv_heading(struct buf *out)
{
	for (size_t i = 0; i < output_nfields; i++)
		if (output_fields[i].where & FIELD_CSV)
			buf_printf(out, "%s%s", i ? "," : "", output_fields[i].name);
	buf_str(out, "\r\n");
}

void csv_event(const struct trace_output *o, struct buf *out, const struct event *e)
{
	struct output_line l;
	struct buf shown = { 0 };

	output_line_init(&l, o, e);
	for (size_t i = 0; i < output_nfields; i++) {
		if (!(output_fields[i].where & FIELD_CSV))
			continue;
		buf_str(out, i ? "," : "");
		if (output_fields[i].kinds & 1u << e->kind &&
		    output_fields[i].print(&l, &shown))
			add_csv(out, buf_text(&shown), o->ascii);
		buf_reset(&shown);
	}
	buf_str(out, "\r\n");
	buf_clear(&shown);
}
