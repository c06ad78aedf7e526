/* Questions about a term, and its parts. */
#include "term/term.h"

#include <string.h>

#include "base/utf8.h"
#include "term/chars.h"

static const struct term undefined = { .type = TERM_ATOM,
				       .text = TEXT_INIT("undefined") };

bool term_is_atom(const struct term *t, const char *name)
{
	return t->type == TERM_ATOM && text_is(t->text, name);
}

bool term_is_nil(const struct term *t)
{
	return t->type == TERM_LIST && t->n == 0;
}

bool term_is_tuple(const struct term *t, size_t n, const char *tag)
{
	return t->type == TERM_TUPLE && t->n == n &&
	       (!tag || (n > 0 && term_is_atom(&t->items[0], tag)));
}

bool term_is_list(const struct term *t)
{
	return t->type == TERM_LIST && (t->n == 0 || term_is_nil(&t->items[t->n]));
}

bool term_is_number(const struct term *t)
{
	return t->type == TERM_INT || t->type == TERM_BIG || t->type == TERM_FLOAT;
}

const struct term *term_at(const struct term *t, size_t i)
{
	if ((t->type == TERM_TUPLE || t->type == TERM_LIST) && i < t->n)
		return &t->items[i];
	return &undefined;
}

const struct term *term_get(const struct term *t, const char *key)
{
	if (t->type == TERM_MAP) {
		for (size_t i = 0; i < t->n; i++) {
			if (term_is_atom(&t->items[2 * i], key))
				return &t->items[2 * i + 1];
		}
	} else if (t->type == TERM_LIST) {
		for (size_t i = 0; i < t->n; i++) {
			if (term_is_tuple(&t->items[i], 2, key))
				return &t->items[i].items[1];
		}
	}
	return NULL;
}

bool term_int(const struct term *t, int64_t *out)
{
	if (t->type == TERM_INT) {
		*out = t->num;
		return true;
	}
	if (t->type == TERM_BIG && !t->big->negative && t->big->bytes.len <= 8) {
		*out = INT64_MAX;
		return true;
	}
	return false;
}

int64_t term_num(const struct term *t)
{
	int64_t v = 0;

	term_int(t, &v);
	return v;
}

struct text term_text(const struct term *t)
{
	return t->type == TERM_ATOM || t->type == TERM_BINARY ? t->text : TEXT("");
}

bool term_chars(const struct term *t, struct arena *a, struct text *out)
{
	if (t->type == TERM_BINARY) {
		*out = t->text;
		return true;
	}
	if (!term_is_list(t))
		return false;

	struct buf utf8 = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		if (t->items[i].type != TERM_INT || !chars_is_scalar(t->items[i].num)) {
			buf_clear(&utf8);
			return false;
		}
		utf8_add(&utf8, (uint32_t)t->items[i].num);
	}
	*out = text_dup(a, buf_text(&utf8));
	buf_clear(&utf8);
	return true;
}
