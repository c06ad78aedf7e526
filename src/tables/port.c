/* The cells of ports. */
#include "tables/port.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "tables/cell.h"

void port_print(struct buf *out, int64_t id)
{
	buf_printf(out, "#Port<0.%" PRIu64 ">", (uint64_t)id);
}

bool port_parse(struct text t, int64_t *id)
{
	if (text_starts(t, "port:"))
		t = text_sub(t, 5, t.len);
	else if (text_starts(t, "#Port<0.") && text_ends(t, ">"))
		t = text_sub(t, 8, t.len - 1);
	else if (text_starts(t, "0."))
		t = text_sub(t, 2, t.len);
	else
		return false;
	return text_int(t, id) && *id >= 0;
}

void port_set(struct table *t, size_t row, size_t column, const struct term *value,
	      struct text home)
{
	if (value->type == TERM_PORT)
		cell_set_id(t, row, column, value, home);
}

static bool is_utf8(struct text t)
{
	uint32_t cp;

	for (size_t at = 0; at < t.len;) {
		at += utf8_next(t, at, &cp);
		if (cp == UTF8_BAD)
			return false;
	}
	return true;
}

bool port_bytes(const struct term *t, struct arena *a, struct text *out)
{
	struct buf bytes = { 0 };
	bool good = term_is_list(t);

	for (size_t i = 0; good && i < t->n; i++) {
		good = t->items[i].type == TERM_INT && t->items[i].num >= 0 &&
		       t->items[i].num < 256;
		buf_u8(&bytes, (uint8_t)t->items[i].num);
	}
	good = good && is_utf8(buf_text(&bytes));
	if (good)
		*out = text_dup(a, buf_text(&bytes));
	buf_clear(&bytes);
	return good || term_chars(t, a, out);
}
