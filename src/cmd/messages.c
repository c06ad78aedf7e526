/*
 * messages: the first messages in a mailbox, and what most of them look like.
 */
#include <inttypes.h>

#include "cmd/commands.h"
#include "cmd/process.h"

enum { INDEX, SHAPE, MESSAGE, CUT, COLUMNS };

static const struct column columns[] = {
	[INDEX] = { "index", "NO", UNIT_NONE, COLUMN_LABEL,
		"its place in the mailbox; 1 is the oldest" },
	[SHAPE] = { "shape", "SHAPE", UNIT_NONE, COLUMN_LABEL,
		"its tag, and how many elements it has" },
	[MESSAGE] = { "message", "MESSAGE", UNIT_NONE, COLUMN_LABEL, "the message" },
	[CUT] = { "cut", "CUT", UNIT_NONE, COLUMN_LABEL,
		"whether part of it was left out" },
};

static const struct schema schema = {
	.name = "messages",
	.help = "the first messages in a mailbox",
	.columns = columns,
	.ncolumns = COLUMNS,
	.key = INDEX,
};

static void fill(struct cmd_context *c, const struct cmd_process *p,
		 const struct foreign *f, struct table *t)
{
	struct buf shape = { 0 };

	table_init(t, &schema, c->arena, f->nparts);
	for (size_t i = 0; i < f->nparts; i++) {
		size_t row = table_add(t);

		buf_reset(&shape);
		foreign_shape(&shape, &f->parts[i].term, f->syntax);
		table_set_int(t, row, INDEX, (int64_t)i + 1);
		table_set_text(t, row, SHAPE, buf_text(&shape));
		table_set_text(t, row, MESSAGE,
			       cmd_term(c, p->live, &f->parts[i].term, f->syntax, 0));
		table_set_bool(t, row, CUT, f->parts[i].cut);
	}
	buf_clear(&shape);
}

static void add_shapes(struct fields *all, struct cmd_context *c,
		       const struct foreign *f)
{
	struct fields list;
	struct foreign_count *shapes;
	size_t n = foreign_shapes(c->arena, f, &shapes);

	fields_init(&list, c->arena);
	for (size_t i = 0; i < n; i++) {
		struct fields *one = fields_new(c->arena);

		fields_text(one, "shape", shapes[i].shape);
		fields_int(one, "count", UNIT_COUNT, shapes[i].count);
		fields_object(&list, "", one);
	}
	fields_list(all, "shapes", &list);
}

static void print_object(struct cmd_context *c, const struct cmd_process *p,
			 const struct foreign *f, const struct table *t)
{
	const char *why = foreign_withheld(f);
	struct fields all, list;

	fields_init(&all, c->arena);
	fields_init(&list, c->arena);
	cmd_process_fields(&all, p);
	fields_int(&all, "message_queue_len", UNIT_COUNT, f->queue_len);
	fields_int(&all, "left_out", UNIT_COUNT, foreign_left_out(f));
	fields_text_or_null(&all, "why", text_of(why));
	add_shapes(&all, c, f);
	for (size_t i = 0; i < t->nrows; i++) {
		struct fields *one = fields_new(c->arena);

		for (size_t col = 0; col < COLUMNS; col++)
			fields_cell(one, &columns[col], table_cell(t, i, col));
		fields_object(&list, "", one);
	}
	fields_list(&all, "messages", &list);
	cmd_print_object(c, &all);
}

/* For people: how many, what they look like, and then one after the other. */
static void print_text(struct cmd_context *c, const struct cmd_process *p,
		       const struct foreign *f, const struct table *t)
{
	struct foreign_count *shapes;
	size_t n = foreign_shapes(c->arena, f, &shapes);
	const char *why = foreign_withheld(f);
	const char *some = foreign_left_out(f) && t->nrows ?
		cmd_string(c, ", the first %zu are shown", t->nrows) : "";

	cmd_printf_line(c, "%.*s %.*s has %" PRId64 " message%s%s", TEXT_ARG(p->shown),
			TEXT_ARG(p->name), f->queue_len, f->queue_len == 1 ? "" : "s",
			some);
	if (*why)
		cmd_printf_line(c, "none is shown: %s", why);
	for (size_t i = 0; i < n && n < t->nrows; i++)
		cmd_printf_line(c, "%6" PRId64 " x %.*s", shapes[i].count,
				TEXT_ARG(shapes[i].shape));
	for (size_t row = 0; row < t->nrows; row++) {
		cmd_printf_line(c, "%s%zu:", row == 0 ? "\n" : "", row + 1);
		cmd_print_line(c, cmd_term(c, p->live, &f->parts[row].term, f->syntax,
					   cmd_term_width(c)));
	}
}

static void print_rows(struct cmd_context *c, const struct table *t)
{
	static const size_t order[] = { INDEX, SHAPE, MESSAGE, CUT };
	struct rows rows = rows_all(t, c->arena);

	struct page page = {
		.table = t, .rows = &rows, .columns = order, .ncolumns = COLUMNS
	};

	cmd_print_page(c, &page);
}

bool messages_run(struct cmd_context *c, struct err *err)
{
	struct cmd_process p;
	struct foreign *f;
	struct table t;

	if (!cmd_process_find(c, &p, err))
		return err->kind == ERR_NONE;
	f = cmd_foreign(c, &p, FOREIGN_MESSAGES, err);
	if (!f)
		return err->kind == ERR_NONE;
	fill(c, &p, f, &t);
	if (c->format->human)
		print_text(c, &p, f, &t);
	else if (text_is(text_of(c->format->name), "json"))
		print_object(c, &p, f, &t);
	else
		print_rows(c, &t);
	foreign_free(f);
	return true;
}
