/* The cells of ports. */
#include "tables/port.h"

#include <inttypes.h>

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
	struct buf shown = { 0 };

	if (value->type != TERM_PORT)
		return;
	if (text_eq(value->id->node, home)) {
		table_set_id(t, row, column, (int64_t)value->id->num);
		return;
	}
	term_print(&shown, value, &(struct term_style){ .home = home });
	table_set_text(t, row, column, buf_text(&shown));
	buf_clear(&shown);
}
