/* The cells of pids. */
#include "tables/pid.h"

void pid_print(struct buf *out, int64_t id)
{
	term_print_pid(out, (uint64_t)id);
}

bool pid_parse(struct text t, int64_t *id)
{
	uint64_t num;

	if (!term_parse_pid(t, &num))
		return false;
	*id = (int64_t)num;
	return true;
}

void pid_set(struct table *t, size_t row, size_t column, const struct term *value, struct text home)
{
	struct buf shown = { 0 };

	if (value->type != TERM_PID)
		return;
	if (text_eq(value->id->node, home)) {
		table_set_id(t, row, column, (int64_t)value->id->num);
		return;
	}
	term_print(&shown, value, &(struct term_style){ .home = home });
	table_set_text(t, row, column, buf_text(&shown));
	buf_clear(&shown);
}
