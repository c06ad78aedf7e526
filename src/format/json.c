/*
 * JSON and JSON lines, written row by row: half a million rows are never held as a tree.
 * What goes out is so little of JSON (flat objects of numbers, texts, true, false and
 * null) that a library would only add a copy of each row.
 */
#include <inttypes.h>

#include "base/json.h"
#include "format/formats.h"

static void add_cell(struct buf *out, const struct column *about, struct cell c,
		     bool ascii)
{
	struct buf shown = { 0 };

	if (c.type == CELL_TEXT) {
		json_string(out, *c.v.text, ascii);
	} else if (c.type == CELL_NULL) {
		buf_str(out, "null");
	} else if (c.type == CELL_ID || about->unit == UNIT_TIME) {
		cell_print(&shown, about, c);
		json_string(out, buf_text(&shown), ascii);
	} else {
		cell_print(out, about, c);
	}
	buf_clear(&shown);
}

static void add_row(struct buf *out, const struct outlet *o, const struct page *p,
		    size_t row)
{
	for (size_t c = 0; c < p->ncolumns; c++) {
		const struct column *about = &p->table->schema->columns[p->columns[c]];

		buf_char(out, c ? ',' : '{');
		json_string(out, text_of(about->name), o->ascii);
		buf_char(out, ':');
		add_cell(out, about, page_cell(o, p, row, c), o->ascii);
	}
	buf_str(out, p->ncolumns ? "}" : "{}");
}

static void json_table(const struct outlet *o, const struct page *p)
{
	struct buf b = { 0 };

	buf_str(&b, p->begun ? "" : "[");
	for (size_t row = 0; row < p->rows->n && !ferror(o->file); row++) {
		if (p->begun || row)
			buf_char(&b, ',');
		if (!o->line)
			buf_str(&b, "\n ");
		add_row(&b, o, p, row);
		outlet_flush(o, &b);
	}
	if (!p->more)
		buf_str(&b, o->line || (p->rows->n == 0 && !p->begun) ? "]\n" : "\n]\n");
	outlet_flush(o, &b);
	buf_clear(&b);
}

static void jsonl_table(const struct outlet *o, const struct page *p)
{
	struct buf b = { 0 };

	for (size_t row = 0; row < p->rows->n && !ferror(o->file); row++) {
		add_row(&b, o, p, row);
		buf_char(&b, '\n');
		outlet_flush(o, &b);
	}
	buf_clear(&b);
}

static void break_line(struct buf *out, const struct outlet *o, size_t depth)
{
	if (o->line)
		return;
	buf_char(out, '\n');
	buf_fill(out, ' ', depth * 2);
}

static void add_fields(struct buf *out, const struct outlet *o, const struct field *f,
		       size_t n, bool list, size_t depth)
{
	buf_char(out, list ? '[' : '{');
	for (size_t i = 0; i < n; i++) {
		struct column about = { .unit = f[i].unit };

		if (i)
			buf_char(out, ',');
		break_line(out, o, depth + 1);
		if (!list) {
			json_string(out, text_of(f[i].name), o->ascii);
			buf_str(out, o->line ? ":" : ": ");
		}
		if (f[i].kind == FIELD_CELL)
			add_cell(out, &about,
				 format_masked(o, f[i].name, f[i].cell), o->ascii);
		else
			add_fields(out, o, f[i].fields, f[i].nfields,
				   f[i].kind == FIELD_LIST, depth + 1);
	}
	if (n)
		break_line(out, o, depth);
	buf_char(out, list ? ']' : '}');
}

static void json_object(const struct outlet *o, const struct field *fields, size_t n)
{
	struct buf b = { 0 };

	add_fields(&b, o, fields, n, false, 0);
	buf_char(&b, '\n');
	outlet_flush(o, &b);
	buf_clear(&b);
}

static void jsonl_object(const struct outlet *o, const struct field *fields, size_t n)
{
	struct outlet line = *o;

	line.line = true;
	json_object(&line, fields, n);
}

const struct format format_json = {
	.name = "json",
	.help = "one array of objects, keys = column names",
	.table = json_table,
	.object = json_object,
};

const struct format format_jsonl = {
	.name = "jsonl",
	.help = "one JSON object a line",
	.table = jsonl_table,
	.object = jsonl_object,
};
