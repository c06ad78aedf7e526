/*
 * Text for people: aligned columns under a heading, human units, cut at the terminal's
 * width.
 */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "format/formats.h"

/* A text column is not made narrower than this to fit the terminal. */
#define NARROW ((size_t)12)
/* Of the lines of a list where nobody knows the terminal's width. */
#define WIDTH_USUAL ((size_t)100)
/* Wider parts of a list do not share a line. */
#define LIST_ALONE ((size_t)32)
/* Blanks between columns. */
#define GAP ((size_t)2)
/* "+12" at the end of the heading: so many columns have no room. */
#define HIDDEN_MARK ((size_t)3)

static const char bold[] = "\033[1m";
static const char plain[] = "\033[0m";

/* How one column of a page is laid out. */
struct lane {
	const struct column *about;
	size_t width;
	bool right; /* numbers, and nothing else */
	bool hidden; /* there is no room for it */
};

/* The unit of a row's cell in the column at this place of the page. */
static enum unit unit_at(const struct page *p, size_t row, size_t column)
{
	return table_unit(p->table, p->rows->at[row], p->columns[column]);
}

static bool is_number(const struct column *about, struct cell c)
{
	return (c.type == CELL_INT || c.type == CELL_REAL) &&
	       !(about->flags & COLUMN_LEFT);
}

/* For people, where nothing is known of it but that it is no whole number. */
static void add_real(struct buf *out, double v)
{
	buf_printf(out, fabs(v) >= 1000 && fabs(v) < 1e15 ? "%.1f" : "%.4g", v);
}

bool format_cell(struct buf *out, const struct column *about, enum unit unit,
		 struct cell c)
{
	if (c.type == CELL_NULL)
		buf_char(out, '-');
	else if (about->flags & COLUMN_EXACT && c.type == CELL_REAL)
		add_real(out, c.v.real);
	else if (is_number(about, c) && (unit != UNIT_NONE || c.type == CELL_REAL))
		units_human(out, cell_number(c), unit);
	else
		cell_print(out, about, c);
	return is_number(about, c);
}

/* Adds a cell, returns its columns. */
static size_t add_cell(struct buf *out, const struct column *about, enum unit unit,
		       struct cell c, bool ascii, size_t limit)
{
	struct buf shown = { 0 };
	size_t columns;

	format_cell(&shown, about, unit, c);
	columns = utf8_show(out, buf_text(&shown), ascii, limit);
	buf_clear(&shown);
	return columns;
}

static bool is_word(const struct column *about, struct cell c)
{
	return c.type != CELL_NULL && !is_number(about, c);
}

static void measure(struct lane *lanes, const struct outlet *o, const struct page *p,
		    struct buf *scratch)
{
	for (size_t c = 0; c < p->ncolumns; c++) {
		bool words = false;

		lanes[c].about = &p->table->schema->columns[p->columns[c]];
		lanes[c].width = utf8_show(scratch, text_of(lanes[c].about->title),
					   o->ascii, SIZE_MAX);
		buf_reset(scratch);
		for (size_t row = 0; row < p->rows->n; row++) {
			struct cell cell = page_cell(o, p, row, c);
			size_t width = add_cell(scratch, lanes[c].about,
						unit_at(p, row, c), cell, o->ascii,
						SIZE_MAX);

			buf_reset(scratch);
			words |= is_word(lanes[c].about, cell);
			lanes[c].right |= is_number(lanes[c].about, cell);
			if (width > lanes[c].width)
				lanes[c].width = width;
		}
		lanes[c].right &= !words;
	}
}

/* Of the lanes that are shown, with the mark that says how many are not. */
static size_t total(const struct lane *lanes, size_t n)
{
	size_t sum = 0;
	size_t hidden = 0;

	for (size_t c = 0; c < n; c++) {
		if (lanes[c].hidden)
			hidden++;
		else
			sum += lanes[c].width + (c ? GAP : 0);
	}
	return sum + (hidden ? GAP + HIDDEN_MARK : 0);
}

/* Takes from the widest text column, column by column, until the last one has room. */
static void squeeze(struct lane *lanes, size_t n, size_t width)
{
	while (total(lanes, n) > width) {
		size_t widest = TABLE_NONE;

		for (size_t c = 0; c < n; c++) {
			size_t least = strlen(lanes[c].about->title);

			if (lanes[c].right ||
			    lanes[c].width <= (least > NARROW ? least : NARROW))
				continue;
			if (widest == TABLE_NONE || lanes[c].width > lanes[widest].width)
				widest = c;
		}
		if (widest == TABLE_NONE)
			return;
		lanes[widest].width--;
	}
}

/* Hides what has no room, from the last column on. */
static void hide_some(struct lane *lanes, const struct page *p, size_t width,
		      bool filters)
{
	for (size_t c = p->ncolumns; c-- > 1 && total(lanes, p->ncolumns) > width;)
		if (filters || !p->filters || !p->filters[p->columns[c]])
			lanes[c].hidden = p->columns[c] != p->ranked;
}

/* A number that is cut in the middle is a wrong number: columns that have no room are
 * left out whole, but never what tells the rows apart or ranks them. */
static void hide(struct lane *lanes, const struct page *p, size_t width)
{
	hide_some(lanes, p, width, false);
	hide_some(lanes, p, width, true);
	/* A wide one may have made room for narrower ones behind it. */
	for (size_t c = 1; c < p->ncolumns; c++) {
		bool hidden = lanes[c].hidden;

		lanes[c].hidden = false;
		if (hidden && total(lanes, p->ncolumns) > width)
			lanes[c].hidden = true;
	}
}

/* Puts blanks where the lane wants them around what was written from there on. */
static void pad(struct buf *line, size_t from, const struct lane *lane, size_t columns,
		bool last)
{
	size_t blanks = columns < lane->width ? lane->width - columns : 0;

	if (lane->right && blanks) {
		size_t bytes = buf_len(line) - from;

		buf_fill(line, ' ', blanks);

		char *start = line->data + line->start + from;

		memmove(start + blanks, start, bytes);
		memset(start, ' ', blanks);
	} else if (!last) {
		buf_fill(line, ' ', blanks);
	}
}

/* A whole line, cut at the terminal's edge. */
static void end_line(struct buf *out, const struct buf *line, const struct outlet *o)
{
	if (o->width)
		utf8_show(out, buf_text(line), o->ascii, o->width);
	else
		buf_text_add(out, buf_text(line));
}

static void flush_line(struct buf *out, struct buf *line, const struct outlet *o)
{
	end_line(out, line, o);
	buf_char(out, '\n');
	buf_reset(line);
}

static void add_heading(struct buf *out, const struct outlet *o, const struct lane *lanes,
			size_t n)
{
	struct buf line = { 0 };
	size_t hidden = 0;

	for (size_t c = 0; c < n; c++) {
		size_t from;
		size_t columns;

		if (lanes[c].hidden) {
			hidden++;
			continue;
		}
		buf_fill(&line, ' ', c ? GAP : 0);
		from = buf_len(&line);
		columns = utf8_show(&line, text_of(lanes[c].about->title), o->ascii,
				    SIZE_MAX);
		pad(&line, from, &lanes[c], columns, c + 1 == n);
	}
	if (hidden)
		buf_printf(&line, "%*s+%zu", (int)GAP, "", hidden);
	buf_str(out, o->color ? bold : "");
	end_line(out, &line, o);
	buf_str(out, o->color ? plain : "");
	buf_char(out, '\n');
	buf_clear(&line);
}

static void add_row(struct buf *out, const struct outlet *o, const struct page *p,
		    const struct lane *lanes, size_t row)
{
	struct buf line = { 0 };

	for (size_t c = 0; c < p->ncolumns; c++) {
		bool last = c + 1 == p->ncolumns;
		size_t from;
		size_t columns;

		if (lanes[c].hidden)
			continue;
		buf_fill(&line, ' ', c ? GAP : 0);
		from = buf_len(&line);
		columns = add_cell(&line, lanes[c].about, unit_at(p, row, c),
				   page_cell(o, p, row, c), o->ascii,
				   o->width ? lanes[c].width : SIZE_MAX);
		pad(&line, from, &lanes[c], columns, last);
	}
	end_line(out, &line, o);
	buf_char(out, '\n');
	buf_clear(&line);
}

static void text_table(const struct outlet *o, const struct page *p)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct lane *lanes = arena_many(&a, p->ncolumns, struct lane);

	measure(lanes, o, p, &b);
	if (o->width) {
		squeeze(lanes, p->ncolumns, o->width);
		hide(lanes, p, o->width);
	}
	if (!p->begun)
		add_heading(&b, o, lanes, p->ncolumns);
	for (size_t row = 0; row < p->rows->n && !ferror(o->file); row++) {
		add_row(&b, o, p, lanes, row);
		outlet_flush(o, &b);
	}
	if (o->line && !p->more)
		buf_char(&b, '\n');
	outlet_flush(o, &b);
	buf_clear(&b);
	arena_clear(&a);
}

/* The name without '_', and without a unit that the value shows. */
static size_t title_len(const struct field *f)
{
	struct text name = text_of(f->name);

	return f->unit == UNIT_NS && text_ends(name, "_ns") ? name.len - 3 : name.len;
}

static void add_title(struct buf *line, const struct field *f)
{
	for (size_t i = 0; i < title_len(f); i++)
		buf_char(line, f->name[i] == '_' ? ' ' : f->name[i]);
}

static void add_fields(struct buf *out, const struct outlet *o, const struct field *f,
		       size_t n, size_t depth);

/* Returns its columns. */
static size_t add_value(struct buf *line, const struct outlet *o, const struct field *f)
{
	struct column about = { .name = f->name };

	return add_cell(line, &about, f->unit, format_masked(o, f->name, f->cell),
			o->ascii, SIZE_MAX);
}

/* Side by side as far as there is room, then on lines of their own, under the first. What
 * is long stands alone on its line. */
static void add_cells(struct buf *line, struct buf *below, const struct outlet *o,
		      const struct field *list, size_t indent)
{
	size_t room = o->width ? o->width : WIDTH_USUAL;
	struct buf cell = { 0 };
	struct buf next = { 0 };
	struct buf *to = line;
	size_t used = indent;

	for (size_t i = 0; i < list->nfields; i++) {
		size_t columns;

		buf_reset(&cell);
		columns = add_value(&cell, o, &list->fields[i]);
		if (i && (used + GAP + columns > room || columns > LIST_ALONE)) {
			buf_str(to, columns > LIST_ALONE ? "" : ",");
			if (to == &next)
				flush_line(below, &next, o);
			to = &next;
			buf_fill(to, ' ', indent);
			used = indent;
		} else if (i) {
			buf_str(to, ", ");
			used += GAP;
		}
		buf_text_add(to, buf_text(&cell));
		used += columns;
	}
	if (to == &next)
		flush_line(below, &next, o);
	buf_clear(&cell);
	buf_clear(&next);
}

/* Objects stand below each other. */
static void add_list(struct buf *line, struct buf *below, const struct outlet *o,
		     const struct field *list, size_t depth, size_t indent)
{
	if (list->nfields == 0)
		buf_char(line, '-');
	else if (list->fields[0].kind == FIELD_CELL)
		add_cells(line, below, o, list, indent);
	for (size_t i = 0; i < list->nfields; i++)
		if (list->fields[i].kind != FIELD_CELL)
			add_fields(below, o, list->fields[i].fields,
				   list->fields[i].nfields, depth + 1);
}

static void add_field(struct buf *out, const struct outlet *o, const struct field *f,
		      size_t depth, size_t width)
{
	struct buf line = { 0 };
	struct buf below = { 0 };
	size_t from;

	buf_fill(&line, ' ', depth * 2);
	from = buf_len(&line);
	add_title(&line, f);
	if (f->kind == FIELD_OBJECT) {
		add_fields(&below, o, f->fields, f->nfields, depth + 1);
	} else {
		buf_fill(&line, ' ', width + GAP - (buf_len(&line) - from));
		if (f->kind == FIELD_LIST)
			add_list(&line, &below, o, f, depth,
				 depth * 2 + width + GAP);
		else
			add_value(&line, o, f);
	}
	end_line(out, &line, o);
	buf_char(out, '\n');
	buf_text_add(out, buf_text(&below));
	buf_clear(&line);
	buf_clear(&below);
}

static void add_fields(struct buf *out, const struct outlet *o, const struct field *f,
		       size_t n, size_t depth)
{
	size_t width = 0;

	for (size_t i = 0; i < n; i++)
		if (f[i].kind != FIELD_OBJECT && title_len(&f[i]) > width)
			width = title_len(&f[i]);
	for (size_t i = 0; i < n; i++)
		add_field(out, o, &f[i], depth, width);
}

static void text_object(const struct outlet *o, const struct field *fields, size_t n)
{
	struct buf b = { 0 };

	add_fields(&b, o, fields, n, 0);
	if (o->line)
		buf_char(&b, '\n');
	outlet_flush(o, &b);
	buf_clear(&b);
}

const struct format format_text = {
	.name = "text",
	.help = "aligned columns with units, for people",
	.human = true,
	.table = text_table,
	.object = text_object,
};
