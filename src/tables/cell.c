#include "tables/cell.h"

void cell_set_int(struct table *t, size_t row, size_t column, const struct term *value)
{
	int64_t v;

	if (term_int(value, &v))
		table_set_int(t, row, column, v);
}

void cell_set_words(struct table *t, size_t row, size_t column, const struct term *value,
		    size_t word_bytes)
{
	int64_t v;

	if (term_int(value, &v) && !__builtin_mul_overflow(v, (int64_t)word_bytes, &v))
		table_set_int(t, row, column, v);
}

void cell_set_bool(struct table *t, size_t row, size_t column, const struct term *value)
{
	if (term_is_atom(value, "true") || term_is_atom(value, "false"))
		table_set_bool(t, row, column, term_is_atom(value, "true"));
}

void cell_set_name(struct table *t, size_t row, size_t column, const struct term *value)
{
	struct buf name = { 0 };

	if (value->type != TERM_ATOM)
		return;
	term_name(&name, value->text);
	table_set_text(t, row, column, buf_text(&name));
	buf_clear(&name);
}

void cell_set_escaped(struct table *t, size_t row, size_t column, struct text value)
{
	struct buf shown = { 0 };

	text_escape(&shown, value);
	table_set_text(t, row, column, buf_text(&shown));
	buf_clear(&shown);
}

void cell_set_chars(struct table *t, size_t row, size_t column, const struct term *value)
{
	struct text chars;

	if (term_chars(value, t->arena, &chars) && chars.len > 0)
		cell_set_escaped(t, row, column, chars);
}

void cell_set_id(struct table *t, size_t row, size_t column, const struct term *value,
		 struct text home)
{
	struct buf shown = { 0 };

	if (text_eq(value->id->node, home)) {
		table_set_id(t, row, column, (int64_t)value->id->num);
		return;
	}
	term_print(&shown, value, &(struct term_style){ .home = home });
	table_set_text(t, row, column, buf_text(&shown));
	buf_clear(&shown);
}

void cell_set_mfa(struct table *t, size_t row, size_t column, const struct term *value,
		  enum syntax syntax)
{
	struct buf mfa = { 0 };
	int64_t arity;

	if (!term_is_tuple(value, 3, NULL) || value->items[0].type != TERM_ATOM ||
	    value->items[1].type != TERM_ATOM)
		return;
	if (value->items[2].type == TERM_LIST)
		arity = value->items[2].n;
	else if (!term_int(&value->items[2], &arity) || arity < 0 || arity > 255)
		return;
	term_mfa(&mfa, value->items[0].text, value->items[1].text, (int)arity, syntax);
	table_set_text(t, row, column, buf_text(&mfa));
	buf_clear(&mfa);
}
