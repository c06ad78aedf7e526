#include "format/format.h"

#include <errno.h>

#include "base/near.h"
#include "base/secret.h"
#include "format/formats.h"

const struct format *const formats[] = {
	&format_text,
	&format_json,
	&format_jsonl,
	&format_csv,
};
const size_t nformats = sizeof(formats) / sizeof(formats[0]);

static const struct text mask = TEXT_INIT("[redacted]");

const struct format *format_find(struct text name, struct err *err)
{
	struct near near = { .word = name };
	struct buf names = { 0 };

	for (size_t i = 0; i < nformats; i++) {
		if (text_is(name, formats[i]->name)) {
			buf_clear(&names);
			return formats[i];
		}
		near_offer(&near, formats[i]->name);
		buf_printf(&names, "%s%s", i ? ", " : "", formats[i]->name);
	}
	fail(err, ERR_USAGE, "there is no format '%.*s'", TEXT_ARG(name));
	if (near.best)
		fail_hint(err, "did you mean %s? formats: %s", near.best,
			  buf_cstr(&names));
	else
		fail_hint(err, "formats: %s", buf_cstr(&names));
	buf_clear(&names);
	return NULL;
}

struct cell format_masked(const struct outlet *o, const char *name, struct cell c)
{
	if (!o->redact || c.type == CELL_NULL || !secret_name(text_of(name)))
		return c;
	return (struct cell){ .type = CELL_TEXT, .v = { .text = &mask } };
}

struct cell page_cell(const struct outlet *o, const struct page *p, size_t row,
		      size_t column)
{
	size_t at = p->columns[column];

	return format_masked(o, p->table->schema->columns[at].name,
			     table_cell(p->table, p->rows->at[row], at));
}

void outlet_flush(const struct outlet *o, struct buf *b)
{
	struct text t = buf_text(b);

	if (fwrite(t.p, 1, t.len, o->file) != t.len && o->error && !*o->error)
		*o->error = errno;
	buf_reset(b);
}

void fields_init(struct fields *f, struct arena *arena)
{
	*f = (struct fields){ .arena = arena };
}

struct fields *fields_new(struct arena *arena)
{
	struct fields *f = arena_new(arena, struct fields);

	fields_init(f, arena);
	return f;
}

static struct field *add(struct fields *f, const char *name)
{
	if (f->n == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 16;
		struct field *at = arena_many(f->arena, cap, struct field);

		for (size_t i = 0; i < f->n; i++)
			at[i] = f->at[i];
		f->at = at;
		f->cap = cap;
	}
	f->at[f->n] = (struct field){ .name = name };
	return &f->at[f->n++];
}

void fields_null(struct fields *f, const char *name)
{
	add(f, name);
}

void fields_int(struct fields *f, const char *name, enum unit unit, int64_t v)
{
	struct field *new = add(f, name);

	new->unit = unit;
	new->cell = (struct cell){ .type = CELL_INT, .v = { .num = v } };
}

void fields_bool(struct fields *f, const char *name, bool v)
{
	add(f, name)->cell = (struct cell){ .type = CELL_BOOL, .v = { .num = v } };
}

void fields_text(struct fields *f, const char *name, struct text v)
{
	struct text *copy = arena_new(f->arena, struct text);

	*copy = text_dup(f->arena, v);
	add(f, name)->cell = (struct cell){ .type = CELL_TEXT, .v = { .text = copy } };
}

void fields_text_or_null(struct fields *f, const char *name, struct text v)
{
	if (v.len)
		fields_text(f, name, v);
	else
		fields_null(f, name);
}

void fields_cell(struct fields *f, const struct column *about, struct cell c)
{
	struct buf shown = { 0 };
	struct field *new;

	if (c.type == CELL_ID || c.type == CELL_TEXT) {
		cell_print(&shown, about, c);
		fields_text(f, about->name, buf_text(&shown));
		buf_clear(&shown);
		return;
	}
	new = add(f, about->name);
	new->unit = about->unit;
	new->cell = c;
}

static void add_parts(struct fields *f, const char *name, enum field_kind kind,
		      const struct fields *parts)
{
	struct field *new = add(f, name);

	new->kind = kind;
	new->fields = parts->at;
	new->nfields = parts->n;
}

void fields_object(struct fields *f, const char *name, const struct fields *parts)
{
	add_parts(f, name, FIELD_OBJECT, parts);
}

void fields_list(struct fields *f, const char *name, const struct fields *parts)
{
	add_parts(f, name, FIELD_LIST, parts);
}
