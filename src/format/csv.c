/*
 * CSV with a heading. Source: RFC 4180. Controls other than line ends and tabs, which
 * would steer a terminal, are written out as in text.
 */
#include "base/utf8.h"
#include "format/formats.h"

static void add_value(struct buf *out, struct text t, bool ascii)
{
	bool quote = false;
	uint32_t cp;

	for (size_t at = 0; at < t.len; at++)
		quote |= t.p[at] == ',' || t.p[at] == '"' || t.p[at] == '\r' ||
			 t.p[at] == '\n';
	if (quote)
		buf_char(out, '"');
	for (size_t at = 0; at < t.len;) {
		size_t n = utf8_next(t, at, &cp);

		if (cp == '"')
			buf_str(out, "\"\"");
		else if (cp == '\n' || cp == '\t' || (cp >= 0x20 && cp < 0x7f))
			buf_char(out, (char)cp);
		else if (cp == UTF8_BAD && !ascii)
			utf8_add(out, 0xfffd);
		else
			utf8_show(out, text_sub(t, at, at + n), ascii, SIZE_MAX);
		at += n;
	}
	if (quote)
		buf_char(out, '"');
}

static void add_cell(struct buf *out, const struct column *about, struct cell c,
		     bool ascii)
{
	struct buf shown = { 0 };

	cell_print(&shown, about, c);
	add_value(out, buf_text(&shown), ascii);
	buf_clear(&shown);
}

static void add_heading(struct buf *out, const struct outlet *o, const struct page *p)
{
	for (size_t c = 0; c < p->ncolumns; c++) {
		buf_str(out, c ? "," : "");
		add_value(out, text_of(p->table->schema->columns[p->columns[c]].name),
			  o->ascii);
	}
	buf_str(out, "\r\n");
}

static void csv_table(const struct outlet *o, const struct page *p)
{
	const struct column *columns = p->table->schema->columns;
	struct buf b = { 0 };

	if (!o->again && !p->begun)
		add_heading(&b, o, p);
	for (size_t row = 0; row < p->rows->n && !ferror(o->file); row++) {
		for (size_t c = 0; c < p->ncolumns; c++) {
			if (c)
				buf_char(&b, ',');
			add_cell(&b, &columns[p->columns[c]], page_cell(o, p, row, c),
				 o->ascii);
		}
		buf_str(&b, "\r\n");
		outlet_flush(o, &b);
	}
	outlet_flush(o, &b);
	buf_clear(&b);
}

/* The parts of a list in one value, with blanks between; of objects their parts. */
static void add_parts(struct buf *all, const struct outlet *o, const struct field *list)
{
	for (size_t i = 0; i < list->nfields; i++) {
		const struct field *f = &list->fields[i];
		struct column about = { .unit = f->unit };

		if (i)
			buf_char(all, ' ');
		if (f->kind == FIELD_CELL)
			cell_print(all, &about, format_masked(o, f->name, f->cell));
		else
			add_parts(all, o, f);
	}
}

static void add_list(struct buf *out, const struct outlet *o, const struct field *list)
{
	struct buf all = { 0 };

	add_parts(&all, o, list);
	add_value(out, buf_text(&all), o->ascii);
	buf_clear(&all);
}

/* One row: the parts of objects are columns of their own, "after.total". */
static void add_fields(struct buf *head, struct buf *row, const struct outlet *o,
		       struct text prefix, const struct field *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct column about = { .unit = f[i].unit };
		struct buf name = { 0 };

		buf_printf(&name, "%.*s%s", TEXT_ARG(prefix), f[i].name);
		if (f[i].kind == FIELD_OBJECT) {
			buf_char(&name, '.');
			add_fields(head, row, o, buf_text(&name), f[i].fields,
				   f[i].nfields);
		} else {
			if (buf_len(head)) {
				buf_char(head, ',');
				buf_char(row, ',');
			}
			add_value(head, buf_text(&name), o->ascii);
			if (f[i].kind == FIELD_LIST)
				add_list(row, o, &f[i]);
			else
				add_cell(row, &about,
					 format_masked(o, f[i].name, f[i].cell),
					 o->ascii);
		}
		buf_clear(&name);
	}
}

static void csv_object(const struct outlet *o, const struct field *fields, size_t n)
{
	struct buf head = { 0 };
	struct buf row = { 0 };

	add_fields(&head, &row, o, TEXT(""), fields, n);
	buf_str(&head, "\r\n");
	buf_str(&row, "\r\n");
	outlet_flush(o, &head);
	outlet_flush(o, &row);
	buf_clear(&head);
	buf_clear(&row);
}

const struct format format_csv = {
	.name = "csv",
	.help = "comma separated values with a heading",
	.table = csv_table,
	.object = csv_object,
};
